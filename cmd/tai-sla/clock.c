/* tai-sla clock: every ticket's clocks, behind the records they follow from. */
#include "base/time.h"
#include "sla.h"

/* What a filter gathers, and the clocks it adds at the end. */
struct gathered {
	struct book *book;
	struct arena arena;
};

static int
emit_clocks(struct cmd *c, const struct history *h, struct arena *a,
    struct err *e)
{
	struct clock clocks[CLOCKS];
	struct buf line = BUF_INIT;
	struct err bad = { 0 };
	struct ticket t;
	const char *tier;
	int rc = 0;

	arena_reset(a);
	ticket_fold(h, c->now, a, &t);
	if (t.opened == TIME_NONE)
		return 0;
	tier = cmd_tier(c, &t);
	if (clocks_of(c->policy, &t, tier, c->now, clocks, NULL, NULL,
	    &bad) < 0) {
		cmd_warn(c, ERR_CONFIG, "ticket %s: %s", h->key, bad.text);
		return 0;
	}
	for (int k = 0; rc == 0 && k < CLOCKS; k++) {
		if (k == CLOCK_NEXT && clocks[k].state == CLOCK_NONE)
			continue;
		buf_reset(&line);
		clock_record(&clocks[k], &t, tier, c->now, &line);
		rc = cmd_emit(c, line.data, line.len, e);
	}
	buf_free(&line);
	return rc;
}

static int
gather(struct cmd *c, void *arg, const struct rec *r, struct err *e)
{
	struct gathered *g = arg;

	if (rec_is(r, "type", "customer"))
		return customers_add_record(c->customers, r, e);
	return book_add(g->book, r, e);
}

static int
finish(struct cmd *c, void *arg, struct err *e)
{
	struct gathered *g = arg;
	const struct history *h;
	size_t pos = 0;

	while ((h = book_next(g->book, &pos)) != NULL) {
		if (emit_clocks(c, h, &g->arena, e) < 0)
			return -1;
	}
	return 0;
}

static int
each(struct cmd *c, void *arg, const struct history *h, struct err *e)
{
	struct gathered *g = arg;

	return emit_clocks(c, h, &g->arena, e);
}

int
sla_clock(struct cmd *c, struct err *e)
{
	struct gathered g = { 0 };
	struct filter f = { .each = gather, .finish = finish, .arg = &g };
	int rc;

	if (c->pending && c->store == NULL)
		return err_set(e, ERR_USAGE, "--pending needs a store");
	if (c->pending) {
		rc = cmd_histories(c, false, NULL, each, &g, e);
		if (rc == 0)
			rc = cmd_flush(c, e);
	} else {
		g.book = book_new();
		rc = cmd_filter(c, &f, e);
		book_free(g.book);
	}
	arena_free(&g.arena);
	return rc;
}
