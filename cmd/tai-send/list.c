/* tai-send list, stuck: the outbox; retry: a person's word to try again. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/said.h"
#include "send.h"

#define MOST	1000000

static bool all;

enum { OPT_ALL = OPT_OWN };
const struct option list_options[] = {
	{ "all", no_argument, NULL, OPT_ALL },
	{ 0 }
};

int
list_option(struct cmd *c, int o, const char *value, struct err *e)
{
	(void)c;
	(void)o;
	(void)value;
	(void)e;
	all = true;
	return 0;
}

static void
json_row(struct cmd *c, const struct outgoing *o)
{
	struct writer w;

	w_begin(&w, &c->out);
	w_open(&w, '{');
	w_field_str(&w, "id", o->id);
	w_field_str(&w, "to", o->recipient);
	w_field_str(&w, "state", o->state);
	w_field_int(&w, "attempt", o->attempt);
	if (o->next != TIME_NONE)
		w_field_time(&w, "next", o->next);
	if (o->sent != TIME_NONE)
		w_field_time(&w, "sent", o->sent);
	if (o->claimed != TIME_NONE)
		w_field_time(&w, "claimed", o->claimed);
	w_field_str(&w, "why", *o->why != '\0' ? o->why : NULL);
	w_close(&w, '}');
	buf_addc(&c->out, '\n');
}

static const char *
moment(const struct outgoing *o, char text[TIME_TEXT])
{
	int64_t t = o->sent != TIME_NONE ? o->sent : o->next;

	return t == TIME_NONE ? "" : time_format(t, text);
}

static void
print_rows(struct cmd *c, const struct outgoing *rows, size_t n)
{
	static const struct column columns[] = {
		{ "ID", false, false }, { "TO", false, true },
		{ "STATE", false, false }, { "TRIED", true, false },
		{ "WHEN", false, false }, { "WHY", false, true },
	};
	struct table *t = table_new(columns, 6);
	char text[TIME_TEXT];

	for (size_t i = 0; i < n; i++) {
		const struct outgoing *o = &rows[i];

		if (cmd_form(c) == FORM_JSON) {
			json_row(c, o);
			continue;
		}
		table_cell(t, o->id);
		table_cell(t, o->recipient);
		table_cell(t, o->claimed != TIME_NONE && o->sent == TIME_NONE ?
		    "claimed" : o->state);
		table_cell(t, arena_printf(&c->arena, "%lld",
		    (long long)o->attempt));
		table_cell(t, moment(o, text));
		table_cell(t, o->why);
	}
	if (cmd_form(c) != FORM_JSON)
		cmd_table(c, t);
	table_free(t);
}

static int
print(struct cmd *c, enum outbox_which which, size_t *n, struct err *e)
{
	struct outgoing *rows;

	if (store_outbox(c->store, which, c->now, MOST, &c->arena, &rows, n,
	    e) < 0)
		return -1;
	print_rows(c, rows, *n);
	return 0;
}

int
send_list(struct cmd *c, struct err *e)
{
	size_t n;

	return print(c, all ? OUTBOX_ALL : OUTBOX_OPEN, &n, e);
}

/* Exit status 1 when something waits for a person. */
int
send_stuck(struct cmd *c, struct err *e)
{
	size_t n = 0;
	int rc = print(c, OUTBOX_STUCK, &n, e);

	return rc < 0 ? -1 : n > 0;
}

static int
append(struct cmd *c, const struct buf *line, struct err *e)
{
	struct rec *r = xmalloc(sizeof(*r));
	int rc = rec_parse(r, line->data, line->len, e);

	if (rc == 0)
		rc = store_append(c->store, r, e);
	free(r);
	return rc < 0 ? -1 : 0;
}

int
send_note(struct cmd *c, const struct outgoing *o, const char *state,
    int64_t attempt, int64_t next, const char *why, struct err *e)
{
	char id[ID_TEXT], at[TIME_TEXT], number[24];
	struct buf line = BUF_INIT;
	struct writer w;
	int rc;

	snprintf(number, sizeof(number), "%lld", (long long)attempt);
	record_id(id, "delivery", o->id, state, number,
	    time_format(c->now, at), NULL);
	record_begin(&w, &line, "delivery", id, c->now);
	w_field_str(&w, "about", o->id);
	w_field_str(&w, "state", state);
	w_field_int(&w, "attempt", attempt);
	if (next != TIME_NONE)
		w_field_time(&w, "next", next);
	w_field_str(&w, "why", why);
	w_close(&w, '}');
	rc = append(c, &line, e);
	if (rc == 0)
		rc = store_unclaim(c->store, o->id, e);
	buf_free(&line);
	return rc;
}

int
send_reopen(struct cmd *c, const char *ticket, const char *why,
    struct err *e)
{
	struct buf line = BUF_INIT;
	char key[KEY_TEXT];
	int rc = store_ticket(c->store, ticket, key, e);

	/* It may have been merged since: the status is then the other's. */
	if (rc <= 0)
		return rc;
	said_status(key, c->now, "open", "tai-send", why, &line);
	rc = append(c, &line, e);
	buf_free(&line);
	return rc;
}

/* A letter that is not gone goes to another state. */
static int
put(struct cmd *c, const char *id, const char *state, const char *why,
    struct err *e)
{
	struct outgoing found;
	int got = store_outgoing(c->store, id, &found, &c->arena, e);

	if (got < 0)
		return -1;
	if (got == 0)
		return err_set(e, ERR_USAGE, "nothing '%s' in the outbox",
		    id);
	if (found.sent != TIME_NONE)
		return err_set(e, ERR_USAGE, "'%s' was sent", id);
	if (found.claimed != TIME_NONE && found.claimed > c->now)
		return err_set(e, ERR_AGAIN, "'%s' is being sent", id);
	return send_note(c, &found, state, found.attempt, TIME_NONE, why, e);
}

/* What became of them is shown, as list shows it. */
static int
put_all(struct cmd *c, const char *state, const char *why, struct err *e)
{
	struct outgoing *rows;

	if (c->argc == 0)
		return err_set(e, ERR_USAGE, "%s takes ids: see tai-send list",
		    c->verb);
	if (store_begin(c->store, e) < 0)
		return -1;
	rows = arena_alloc(&c->arena, (size_t)c->argc * sizeof(*rows));
	for (int i = 0; i < c->argc; i++) {
		if (put(c, c->argv[i], state, why, e) < 0 ||
		    store_outgoing(c->store, c->argv[i], &rows[i], &c->arena,
		    e) < 0) {
			store_rollback(c->store);
			return -1;
		}
	}
	if (store_commit(c->store, e) < 0)
		return -1;
	print_rows(c, rows, (size_t)c->argc);
	return 0;
}

int
send_retry(struct cmd *c, struct err *e)
{
	return put_all(c, "queued", "a person asks to try again", e);
}

int
send_hold(struct cmd *c, struct err *e)
{
	return put_all(c, "held", "a person holds it back", e);
}
