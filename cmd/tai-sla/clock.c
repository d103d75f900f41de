/* tai-sla clock: every ticket's clocks, behind the records they follow from. */
#include <stdlib.h>
#include <string.h>

#include "sla.h"

enum { OPT_EVENTS = OPT_OWN };
const struct option clock_options[] = {
	{ "events", no_argument, NULL, OPT_EVENTS },
	{ 0 }
};

static bool events;

int
clock_option(struct cmd *c, int o, const char *value, struct err *e)
{
	(void)c;
	(void)value;
	(void)e;
	events = o == OPT_EVENTS;
	return 0;
}

struct lines {			/* of one ticket, in the text of all */
	int64_t opened;
	char key[KEY_TEXT];
	size_t start, len;
};

struct clocks {
	struct book *book;
	struct buf text;	/* lines of what is to be sorted */
	struct lines *ticket;
	size_t n, room;
	/* of one ticket */
	struct arena arena;
	struct cmd *cmd;
	const struct ticket *now;
	struct buf kind[CLOCKS], log;
	struct clock_log steps;
	struct err *err;
};

static void
take_step(void *arg, const struct clock *k, const struct clock_step *s)
{
	struct clocks *all = arg;

	(void)k;
	clock_log_step(&all->steps, s);
}

static void
take_instance(void *arg, const struct clock *k)
{
	struct clocks *all = arg;
	struct buf *out = &all->kind[k->kind];

	if (!events && sla_needless(k))
		return;
	if (events) {
		buf_reset(&all->log);
		sla_events(all->cmd, &all->steps, k, &all->log);
	}
	clock_record(k, all->now, all->cmd->now, NULL,
	    events ? all->log.data : NULL, out);
	buf_addc(out, '\n');
}

/* The ticket's lines, at the end of the text; 0 when it has none. */
static int
compute(struct clocks *all, const struct history *h, int64_t *opened)
{
	struct cmd *c = all->cmd;
	struct clock clock[CLOCKS];
	struct clock_ask ask;
	struct err bad = { 0 };
	struct ticket t;

	arena_reset(&all->arena);
	ticket_fold(h, c->now, &all->arena, &t);
	if (t.opened == TIME_NONE)
		return 0;
	ask = cmd_clock_ask(c, &t);
	ask.step = events ? take_step : NULL;
	ask.instance = take_instance;
	ask.arg = all;
	all->now = &t;
	for (int k = 0; k < CLOCKS; k++)
		buf_reset(&all->kind[k]);
	if (clocks_of(&ask, &t, clock, &bad) < 0) {
		cmd_warn(c, bad.kind, "ticket %s: %s", h->key, bad.text);
		return 0;
	}
	for (int k = 0; k < CLOCKS; k++)
		buf_add(&all->text, all->kind[k].data, all->kind[k].len);
	*opened = t.opened;
	return 1;
}

static int
emit_lines(struct cmd *c, const char *text, size_t len, struct err *e)
{
	while (len > 0) {
		size_t line = (size_t)((const char *)memchr(text, '\n', len) -
		    text);

		if (cmd_emit(c, text, line, e) < 0)
			return -1;
		text += line + 1;
		len -= line + 1;
	}
	return 0;
}

/* From a store one ticket after the other, however many there are. */
static int
stream(struct cmd *c, void *arg, const struct history *h, struct err *e)
{
	struct clocks *all = arg;
	int64_t opened;

	buf_reset(&all->text);
	if (compute(all, h, &opened) == 0)
		return 0;
	return emit_lines(c, all->text.data, all->text.len, e);
}

static void
keep(struct clocks *all, const struct history *h)
{
	size_t start = all->text.len;
	int64_t opened;

	if (compute(all, h, &opened) == 0)
		return;
	if (all->n == all->room) {
		all->room = all->room > 0 ? 2 * all->room : 256;
		all->ticket = xreallocarray(all->ticket, all->room,
		    sizeof(*all->ticket));
	}
	all->ticket[all->n] = (struct lines){ .opened = opened,
		.start = start, .len = all->text.len - start };
	memcpy(all->ticket[all->n++].key, h->key, KEY_TEXT);
}

static int
by_opening(const void *x, const void *y)
{
	const struct lines *a = x, *b = y;

	if (a->opened != b->opened)
		return a->opened < b->opened ? -1 : 1;
	return strcmp(a->key, b->key);
}

static int
emit(struct cmd *c, struct clocks *all, struct err *e)
{
	if (all->n > 0)
		qsort(all->ticket, all->n, sizeof(*all->ticket), by_opening);
	for (size_t i = 0; i < all->n; i++) {
		const struct lines *l = &all->ticket[i];

		/* Two that the store knows to be one come out alike. */
		if (i > 0 && by_opening(&l[-1], l) == 0)
			continue;
		if (emit_lines(c, all->text.data + l->start, l->len, e) < 0)
			return -1;
	}
	return 0;
}

static int
gather(struct cmd *c, void *arg, const struct rec *r, struct err *e)
{
	struct clocks *all = arg;

	if (rec_is(r, "type", "customer"))
		return customers_add_record(c->customers, r, e);
	return book_add(all->book, r, e);
}

/* With a store, what it knows of the ticket and what has just come in. */
static int
with_store(struct cmd *c, const struct history *new, struct clocks *all,
    struct err *e)
{
	struct arena a = { 0 };
	char key[KEY_TEXT];
	struct history h;
	int got = store_ticket(c->store, new->key, key, e);

	if (got == 1)
		got = store_history(c->store, key, &h, &a, e);
	if (got == 0) {
		h = (struct history){ 0 };
		memcpy(h.key, new->key, sizeof(h.key));
	}
	if (got >= 0) {
		for (size_t i = 0; i < new->n; i++)
			history_add(&h, &new->event[i], &a);
		keep(all, &h);
	}
	arena_free(&a);
	return got < 0 ? -1 : 0;
}

static int
finish(struct cmd *c, void *arg, struct err *e)
{
	struct clocks *all = arg;
	const struct history *h;
	size_t pos = 0;

	while ((h = book_next(all->book, &pos)) != NULL) {
		if (c->store == NULL)
			keep(all, h);
		else if (with_store(c, h, all, e) < 0)
			return -1;
	}
	return emit(c, all, e);
}

int
sla_clock(struct cmd *c, struct err *e)
{
	struct clocks all = { .cmd = c, .text = BUF_INIT, .log = BUF_INIT };
	struct filter f = { .each = gather, .finish = finish, .arg = &all };
	int rc;

	if (c->pending && (c->store == NULL || c->argc > 0))
		return err_set(e, ERR_USAGE, "--pending takes its input from "
		    "the store: it needs -d, and no files");
	for (int k = 0; k < CLOCKS; k++)
		buf_init(&all.kind[k]);
	if (c->pending) {
		/* Clocks are derived: nothing of it is to be stored. */
		c->dry = true;
		rc = cmd_histories(c, false, NULL, stream, &all, e);
		if (rc == 0)
			rc = cmd_flush(c, e);
	} else {
		all.book = book_new();
		rc = cmd_filter(c, &f, e);
		book_free(all.book);
	}
	for (int k = 0; k < CLOCKS; k++)
		buf_free(&all.kind[k]);
	clock_log_free(&all.steps);
	free(all.ticket);
	buf_free(&all.text);
	buf_free(&all.log);
	arena_free(&all.arena);
	return rc;
}
