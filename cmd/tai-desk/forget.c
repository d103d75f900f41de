/* tai-desk forget: words and people out of the store, the facts stay. */
#include <string.h>
#include <unistd.h>

#include "base/time.h"
#include "choice.h"
#include "domain/said.h"

#define BODIES	2000		/* of one record */

static struct {
	bool yes, retention;
	const char *why;
} want;

enum { OPT_YES = OPT_OWN, OPT_WHY, OPT_RETENTION };
const struct option forget_options[] = {
	{ "yes", no_argument, NULL, OPT_YES },
	{ "why", required_argument, NULL, OPT_WHY },
	{ "retention", no_argument, NULL, OPT_RETENTION },
	{ 0 }
};

int
forget_option(struct cmd *c, int o, const char *value, struct err *e)
{
	(void)e;
	if (o == OPT_YES)
		want.yes = true;
	else if (o == OPT_RETENTION)
		want.retention = true;
	else
		want.why = desk_text(c, value, strlen(value));
	return 0;
}

/* Of the blobs those stay that another record has, and that are gone. */
static int
drop_shared(struct choice *x, size_t *n, struct err *e)
{
	struct blob **at = &x->blobs, *b;
	uint8_t sha256[HASH_BYTES];

	*n = 0;
	while ((b = *at) != NULL) {
		int got = b->shared || !b->chosen ||
		    hash_unhex(b->hex, sha256) < 0 ? 0 :
		    store_blob_has(x->cmd->store, sha256, e);

		if (got < 0)
			return -1;
		if (got == 0)
			*at = b->next;
		else
			at = &b->next;
		*n += got == 1;
	}
	return 0;
}

static void
write_body(struct writer *w, const struct chosen *n)
{
	char hex[HASH_HEX];

	w_open(w, '{');
	w_field_str(w, "id", n->id);
	w_field_str(w, "was", hash_hex(n->was, hex));
	w_field_str(w, "now", hash_hex(n->now, hex));
	w_close(w, '}');
}

/* One record of at most so many bodies; those written are taken out. */
static int
emit(struct choice *x, struct err *e)
{
	struct cmd *c = x->cmd;
	char id[ID_TEXT], when[TIME_TEXT];
	struct buf line = BUF_INIT;
	struct writer w;
	size_t bodies = 0;
	int rc;

	record_id(id, "forget", time_format(c->now, when), x->scope,
	    x->records != NULL ? x->records->id : x->blobs->hex, NULL);
	record_begin(&w, &line, "forget", id, c->now);
	w_field_str(&w, "scope", x->scope);
	w_field_str(&w, "by", desk_person(c));
	w_field_str(&w, "why", want.why);
	w_key(&w, "bodies");
	w_open(&w, '[');
	for (; x->records != NULL && bodies < BODIES;
	    x->records = x->records->next) {
		if (x->records->empty) {
			write_body(&w, x->records);
			bodies++;
		}
	}
	w_close(&w, ']');
	w_key(&w, "blobs");
	w_open(&w, '[');
	for (bodies = 0; x->blobs != NULL && bodies < BODIES; bodies++) {
		w_str(&w, x->blobs->hex);
		x->blobs = x->blobs->next;
	}
	w_close(&w, ']');
	w_close(&w, '}');
	rc = cmd_emit(c, line.data, line.len, e);
	buf_free(&line);
	return rc;
}

/* What would go, in words: a row for each record, mail and attachment. */
static void
add_row(struct cmd *c, struct table *t, const char *const cell[6])
{
	static const char *const names[] = { "what", "id", "at", "ticket",
		"from", "subject" };
	struct writer w;

	if (cmd_form(c) == FORM_JSON) {
		w_begin(&w, &c->out);
		w_open(&w, '{');
		for (int i = 0; i < 6; i++)
			w_field_str(&w, names[i], *cell[i] != '\0' ?
			    cell[i] : NULL);
		w_close(&w, '}');
		buf_addc(&c->out, '\n');
		return;
	}
	table_cell(t, cell[0]);
	table_cell(t, arena_strndup(&c->arena, cell[2],
	    strnlen(cell[2], 10)));
	for (int i = 3; i < 6; i++)
		table_cell(t, cell[i]);
	table_cell(t, cell[1]);
}

static int
show_record(struct choice *x, const struct rec *r, struct arena *a, void *arg,
    struct err *e)
{
	const struct chosen *n = choice_has(x, r, a);
	struct rec *from = arena_zalloc(a, sizeof(*from));
	struct value v;
	int64_t at;
	struct buf text = BUF_INIT;
	const char *cell[6];

	(void)e;
	if (n == NULL || !n->empty)
		return 0;
	if (rec_get(r, "from", &v))
		value_object(&v, from);
	cell[0] = desk_field(r, "type", a);
	cell[1] = n->id;
	cell[2] = rec_time(r, "at", &at) ? time_format(at, arena_alloc(a,
	    TIME_TEXT)) : "";
	cell[3] = desk_field(r, "ticket", a);
	cell[4] = desk_field(from, "address", a);
	cell[5] = desk_field(r, "subject", a);
	if (*cell[5] == '\0')
		table_fit(desk_field(r, "text", a), 60, &text);
	if (text.len > 0)
		cell[5] = text.data;
	add_row(x->cmd, arg, cell);
	buf_free(&text);
	return 0;
}

static int
show_choice(struct choice *x, struct err *e)
{
	static const struct column columns[] = {
		{ "WHAT", false, false }, { "AT", false, false },
		{ "TICKET", false, false }, { "FROM", false, true },
		{ "SUBJECT", false, true }, { "ID", false, true },
	};
	struct table *t = table_new(columns, 6);
	int rc = choice_each(x, show_record, t, e);

	for (const struct blob *b = x->blobs; b != NULL; b = b->next) {
		const char *cell[6] = { b->name != NULL ? "attachment" : "mail",
			b->hex, "", "", "", b->name != NULL ? b->name : "" };

		add_row(x->cmd, t, cell);
	}
	for (struct open_ticket *o = x->open; o != NULL; o = o->next) {
		const char *cell[6] = { "close", "", "", o->key, "",
			"the ticket is closed" };

		add_row(x->cmd, t, cell);
	}
	if (rc == 0 && cmd_form(x->cmd) != FORM_JSON)
		cmd_table(x->cmd, t);
	table_free(t);
	return rc;
}

/* What is open asks for an answer that nobody can give any more. */
static int
close_tickets(struct choice *x, struct err *e)
{
	struct buf line = BUF_INIT;
	int rc = 0;

	for (struct open_ticket *o = x->open; rc == 0 && o != NULL;
	    o = o->next) {
		buf_reset(&line);
		said_status(o->key, x->cmd->now, "closed",
		    desk_person(x->cmd), "forgotten", &line);
		rc = cmd_emit(x->cmd, line.data, line.len, e);
	}
	buf_free(&line);
	return rc;
}

static int
confirm(const struct choice *x, size_t blobs, struct err *e)
{
	char answer[16];

	if (want.yes)
		return 0;
	if (!isatty(STDIN_FILENO))
		return err_set(e, ERR_USAGE, "forget asks; where nobody "
		    "answers it needs --yes");
	fprintf(stderr, "Empty %zu records and remove %zu mails and "
	    "attachments for ever? [yes/no] ", x->bodies, blobs);
	if (fgets(answer, sizeof(answer), stdin) == NULL ||
	    strcmp(answer, "yes\n") != 0)
		return err_set(e, ERR_USAGE, "nothing is forgotten");
	return 0;
}

static int
forget(struct choice *x, struct err *e)
{
	struct cmd *c = x->cmd;
	size_t blobs;

	x->retention = want.retention;
	if (choice_make(x, e) < 0 || drop_shared(x, &blobs, e) < 0)
		return -1;
	if (c->argc > 2)
		return err_set(e, ERR_USAGE, "forget takes one name");
	if (x->bodies == 0 && blobs == 0)
		return want.retention ? 0 : err_set(e, ERR_USAGE,
		    "there is nothing to forget of '%s'", x->name);
	if (c->dry)
		return show_choice(x, e);
	if (confirm(x, blobs, e) < 0)
		return -1;
	while (x->records != NULL || x->blobs != NULL) {
		if (emit(x, e) < 0)
			return -1;
	}
	if (close_tickets(x, e) < 0)
		return -1;
	return cmd_flush(c, e) < 0 ? -1 : store_wipe(c->store, e);
}

int
desk_forget(struct cmd *c, struct err *e)
{
	struct choice x = { .cmd = c };
	int rc = forget(&x, e);

	choice_free(&x);
	return rc;
}
