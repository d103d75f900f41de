/*
 * tai-sla watch: for cron. Who is told what of clocks that are about to be
 * late, or are, and of tickets that stand still; each once.
 */
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/time.h"
#include "seen.h"
#include "trees.h"
#include "watch.h"

enum { OPT_EXPLAIN = OPT_OWN };
const struct option watch_options[] = {
	{ "explain", no_argument, NULL, OPT_EXPLAIN },
	{ 0 }
};

static bool explain;

int
watch_option(struct cmd *c, int o, const char *value, struct err *e)
{
	(void)c;
	(void)value;
	(void)e;
	explain = o == OPT_EXPLAIN;
	return 0;
}

/* -- the customers' messages ------------------------------------------ */

struct letter {
	int64_t nonce;
	const char *line;	/* the run's arena */
	size_t len;
	UT_hash_handle hh;
};

static void
keep_letter(struct watching *w, const struct rec *r)
{
	struct arena *a = &w->cmd->arena;
	const char *id = rec_str(r, "id", &w->scratch);
	int64_t nonce = event_nonce(id != NULL ? id : "");
	struct letter *l;

	HASH_FIND(hh, w->letters, &nonce, sizeof(nonce), l);
	if (l != NULL)
		return;
	l = arena_zalloc(a, sizeof(*l));
	l->nonce = nonce;
	l->line = arena_strndup(a, r->line, r->len);
	l->len = r->len;
	HASH_ADD(hh, w->letters, nonce, sizeof(nonce), l);
}

int
watch_letter(struct watching *w, const struct event *ev, const char **line,
    size_t *len, struct err *e)
{
	struct buf text = BUF_INIT;
	struct letter *l;
	char id[LOG_ID];
	int got;

	if (w->cmd->store == NULL) {
		HASH_FIND(hh, w->letters, &ev->nonce, sizeof(ev->nonce), l);
		*line = l != NULL ? l->line : NULL;
		*len = l != NULL ? l->len : 0;
		return 0;
	}
	got = store_id(w->cmd->store, ev->seq, id, e);
	if (got == 1)
		got = store_record(w->cmd->store, id, &text, e);
	if (got == 1) {
		*line = arena_strndup(&w->scratch, text.data, text.len);
		*len = text.len;
	}
	buf_free(&text);
	return got < 0 ? -1 : 0;
}

/* -- a ticket --------------------------------------------------------- */

static const char *
joined(const char *const *to, struct arena *a)
{
	const char *s = "";

	for (; *to != NULL; to++)
		s = arena_printf(a, "%s%s%s", s, *s != '\0' ? ", " : "", *to);
	return s;
}

/* Whether a step for which it is too late now was told in its time. */
static bool
was_said(struct watching *w, const struct watch_event *ev)
{
	struct notice n = { .key = ev->key, .at = ev->at,
		.customer = w->ticket->customer,
		.page = ev->kind == WATCH_STEP && ev->rung->page };
	struct err ignored = { 0 };

	for (const char *const *to = watch_targets(w, ev); *to != NULL; to++) {
		n.target = *to;
		if (notices_said(w->notices, &n, &ignored) == 1)
			return true;
	}
	return false;
}

/* With --explain, a row for whatever became due; else it is told. */
static void
show(struct watching *w, const struct watch_event *ev)
{
	bool people = cmd_form(w->cmd) == FORM_TABLE;
	bool nobody = ev->moot && !was_said(w, ev);

	table_cell(w->table, people ? sla_near(w->cmd, w->zone, ev->at,
	    &w->scratch) : local_time(w->zone, ev->at, &w->scratch));
	table_cell(w->table, w->ticket->history->key);
	table_cell(w->table, ev->kind == WATCH_STEP ?
	    clock_name(ev->clock.kind) : NULL);
	table_cell(w->table, ev->kind == WATCH_STEP ? ev->rung->name :
	    watch_kind_name(ev->kind));
	table_cell(w->table, nobody ? "nobody any more" :
	    joined(watch_targets(w, ev), &w->scratch));
	if (!people)
		table_cell(w->table, watch_words(w, ev));
	table_mark(w->table, nobody ? MARK_FAINT : MARK_NONE);
}

static void
show_json(struct watching *w, const struct watch_event *ev)
{
	struct writer o;

	w_begin(&o, &w->cmd->out);
	w_open(&o, '{');
	w_field_str(&o, "ticket", w->ticket->history->key);
	w_field_time(&o, "at", ev->at);
	w_field_str(&o, "key", ev->key);
	w_field_str(&o, "what", watch_kind_name(ev->kind));
	if (ev->kind == WATCH_STEP) {
		w_field_str(&o, "clock", clock_name(ev->clock.kind));
		w_field_int(&o, "n", ev->clock.n);
		w_field_str(&o, "severity",
		    severity_name(ev->clock.severity));
		w_field_str(&o, "step", ev->rung->name);
		if (ev->clock.due != TIME_NONE)
			w_field_time(&o, "due", ev->clock.due);
	}
	w_key(&o, "to");
	w_open(&o, '[');
	for (const char *const *t = watch_targets(w, ev); *t != NULL; t++)
		w_str(&o, *t);
	w_close(&o, ']');
	w_field_bool(&o, "moot", ev->moot);
	w_close(&o, '}');
	buf_addc(&w->cmd->out, '\n');
}

static void
take(void *arg, const struct watch_event *ev)
{
	struct watching *w = arg;

	if (explain && w->table != NULL)
		show(w, ev);
	else if (explain)
		show_json(w, ev);
	else if (!ev->moot && !w->failed)
		w->failed = watch_tell(w, ev, w->err) < 0;
}

static int
each(struct cmd *c, void *arg, const struct history *h, struct err *e)
{
	struct watching *w = arg;
	struct watch_ask ask = { .ladder = &w->ladder, .trees = w->trees,
		.facts = w->facts };
	struct err bad = { 0 };
	struct ticket t;

	arena_reset(&w->scratch);
	if (w->listed != TIME_NONE && !explain &&
	    watch_list_add(w, h, &bad) < 0) {
		cmd_warn(c, bad.kind, "ticket %s: %s", h->key, bad.text);
		return 0;
	}
	ticket_fold(h, c->now, &w->scratch, &t);
	if (t.opened == TIME_NONE)
		return 0;
	ask.clocks = cmd_clock_ask(c, &t);
	w->ticket = &t;
	w->tier = ask.clocks.tier;
	w->err = e;
	if (watch_ticket(&ask, &t, &w->scratch, take, w, &bad) < 0)
		cmd_warn(c, bad.kind, "ticket %s: %s", h->key, bad.text);
	return w->failed ? -1 : 0;
}

/* -- all of them ------------------------------------------------------ */

static int
each_resolved(struct watching *w, struct err *e)
{
	struct store *store = w->cmd->store;
	int64_t since = w->cmd->now - w->ladder.forget;
	struct arena a = { 0 };
	char (*keys)[KEY_TEXT] = NULL;
	size_t n = 0;
	int got = store_resolved(store, since, &keys, &n, e);

	for (size_t i = 0; got >= 0 && i < n; i++) {
		struct history h = { 0 };

		arena_reset(&a);
		got = store_history(store, keys[i], &h, &a, e);
		if (got == 1)
			got = each(w->cmd, w, &h, e);
	}
	free(keys);
	arena_free(&a);
	return got < 0 ? -1 : 0;
}

/* What is open, and what may have been late before it was resolved. */
static int
from_store(struct watching *w, struct err *e)
{
	struct cmd *c = w->cmd;
	int64_t latest = TIME_NONE;

	if (store_latest(c->store, &latest, e) < 0)
		return -1;
	if (latest != TIME_NONE && c->now < latest)
		return cmd_histories(c, false, NULL, each, w, e);
	return cmd_histories(c, true, NULL, each, w, e) < 0 ? -1 :
	    each_resolved(w, e);
}

struct reading {
	struct watching *watching;
	struct book *book;
};

static int
gather(struct cmd *c, void *arg, const struct rec *r, struct err *e)
{
	struct reading *in = arg;
	struct watching *w = in->watching;
	const char *id;

	arena_reset(&w->scratch);
	if (rec_is(r, "type", "customer"))
		return customers_add_record(c->customers, r, e);
	if ((id = rec_str(r, "id", &w->scratch)) != NULL) {
		if (rec_is(r, "type", "notice"))
			notices_told(w->notices, id);
		else if (rec_is(r, "type", "reply") ||
		    rec_is(r, "type", "assign"))
			seen_add(w->seen, id);
	}
	if (rec_is(r, "type", "message") && rec_is(r, "role", "customer"))
		keep_letter(w, r);
	crew_record(w->crew, r);
	return book_add(in->book, r, e);
}

static int
finish(struct cmd *c, void *arg, struct err *e)
{
	struct reading *in = arg;
	const struct history *h;
	size_t pos = 0;

	while ((h = book_next(in->book, &pos)) != NULL) {
		if (each(c, in->watching, h, e) < 0)
			return -1;
	}
	return explain ? 0 : watch_list_tell(in->watching, e);
}

static int
from_records(struct watching *w, struct err *e)
{
	struct reading in = { w, book_new() };
	struct filter f = { .each = gather, .finish = finish, .arg = &in };
	int rc;

	if (explain)
		w->cmd->only = true;
	rc = cmd_filter(w->cmd, &f, e);
	book_free(in.book);
	HASH_CLEAR(hh, w->letters);
	return rc;
}

/* The last time that a list was due; TIME_NONE for too long ago. */
static int
find_list(struct watching *w, struct err *e)
{
	struct cmd *c = w->cmd;
	const struct ladder *l = &w->ladder;
	const struct calendar *cal = NULL;
	int64_t day;

	w->listed = TIME_NONE;
	if (l->unanswered.at < 0)
		return 0;
	if (l->unanswered.calendar != NULL && (cal = calendar_find(
	    c->calendars, l->unanswered.calendar)) == NULL)
		return err_set(e, ERR_CONFIG, "%s: unanswered: there is no "
		    "calendar '%s'", l->file, l->unanswered.calendar);
	day = (zone_local(w->zone, c->now) - l->unanswered.at) / 86400;
	for (int i = 0; i < 31; i++, day--) {
		int64_t at = zone_utc(w->zone, day * 86400 +
		    l->unanswered.at, false);

		if (at > c->now || (cal != NULL &&
		    !calendar_opens_on(cal, day)))
			continue;
		if (at >= c->now - l->forget)
			w->listed = at;
		break;
	}
	return 0;
}

static int
prepare(struct watching *w, struct err *e)
{
	struct cmd *c = w->cmd;
	struct yaml *root;

	if (cmd_rule_yaml(c, "ladder.yaml", &root, e) < 0 ||
	    ladder_load(&w->ladder, &c->arena, root, e) < 0 ||
	    zone_load(&w->zone, c->org.zone, e) < 0 ||
	    cmd_trees(c, &w->trees, e) < 0 ||
	    notices_open(&w->notices, c, e) < 0)
		return -1;
	if (w->trees != NULL && w->ladder.tree != NULL &&
	    !trees_has(w->trees, w->ladder.tree))
		return err_set(e, ERR_CONFIG, "%s: investigation: there is "
		    "no tree '%s'", w->ladder.file, w->ladder.tree);
	if (w->trees != NULL)
		w->facts = facts_new(w->trees);
	if (crew_open(&w->crew, c, w->trees, notices_team(w->notices),
	    e) < 0)
		return -1;
	w->replies = replies_new(c, "reply");
	w->seen = seen_new();
	return find_list(w, e);
}

static struct table *
new_table(const struct cmd *c)
{
	static const struct column columns[] = {
		{ .title = "WHEN" }, { .title = "TICKET" },
		{ .title = "CLOCK" }, { .title = "STEP" },
		{ .title = "TO", .shrink = true }, { .title = "WORDS" },
	};

	return table_new(columns, cmd_form(c) == FORM_TABLE ? 5 : 6);
}

static void
release(struct watching *w)
{
	crew_close(w->crew);
	facts_free(w->facts);
	trees_free(w->trees);
	notices_close(w->notices);
	if (w->replies != NULL)
		replies_free(w->replies);
	free(w->seen);
	free(w->row);
	arena_free(&w->scratch);
}

int
sla_watch(struct cmd *c, struct err *e)
{
	struct watching w = { .cmd = c };
	int rc;

	if (c->store != NULL && c->argc > 0)
		return err_set(e, ERR_USAGE, "watch reads the store; records "
		    "are read without one");
	if (explain && cmd_form(c) != FORM_JSON)
		w.table = new_table(c);
	rc = prepare(&w, e);
	if (rc == 0 && c->store == NULL)
		rc = from_records(&w, e);
	else if (rc == 0) {
		rc = from_store(&w, e);
		if (rc == 0 && !explain)
			rc = watch_list_tell(&w, e);
		if (rc == 0)
			rc = cmd_flush(c, e);
	}
	if (w.table != NULL) {
		if (rc == 0)
			cmd_table(c, w.table);
		table_free(w.table);
	}
	release(&w);
	return rc;
}
