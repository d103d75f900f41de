/* tai-sla clock: every ticket's clocks, behind the records they follow from. */
#include <stdlib.h>
#include <string.h>

#include "sla.h"

struct lines {			/* of one ticket, in the text of all */
	int64_t opened;
	char key[KEY_TEXT];
	size_t start, len[CLOCKS];
};

struct clocks {
	struct book *book;
	struct buf text;
	struct lines *ticket;
	size_t n, room;
	struct arena arena;	/* for one ticket */
};

static int
compute(struct cmd *c, void *arg, const struct history *h, struct err *e)
{
	struct clock clock[CLOCKS];
	struct clocks *all = arg;
	struct lines *l;
	struct ticket t;
	const char *tier;

	(void)e;
	arena_reset(&all->arena);
	if (!sla_clocks(c, h, &all->arena, &t, &tier, clock))
		return 0;
	if (all->n == all->room) {
		all->room = all->room > 0 ? 2 * all->room : 256;
		all->ticket = xreallocarray(all->ticket, all->room,
		    sizeof(*all->ticket));
	}
	l = &all->ticket[all->n++];
	l->opened = t.opened;
	memcpy(l->key, h->key, sizeof(l->key));
	l->start = all->text.len;
	for (int k = 0; k < CLOCKS; k++) {
		size_t start = all->text.len;

		if (k != CLOCK_NEXT || clock[k].start != TIME_NONE)
			clock_record(&clock[k], &t, tier, c->now, &all->text);
		l->len[k] = all->text.len - start;
	}
	return 0;
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
		const char *text = all->text.data + all->ticket[i].start;

		/* Two that the store knows to be one come out alike. */
		if (i > 0 && by_opening(&all->ticket[i - 1],
		    &all->ticket[i]) == 0)
			continue;
		for (int k = 0; k < CLOCKS; k++) {
			size_t len = all->ticket[i].len[k];

			if (len > 0 && cmd_emit(c, text, len, e) < 0)
				return -1;
			text += len;
		}
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
		got = compute(c, all, &h, e);
	}
	arena_free(&a);
	return got;
}

static int
finish(struct cmd *c, void *arg, struct err *e)
{
	struct clocks *all = arg;
	const struct history *h;
	size_t pos = 0;

	while ((h = book_next(all->book, &pos)) != NULL) {
		if ((c->store != NULL ? with_store(c, h, all, e) :
		    compute(c, all, h, e)) < 0)
			return -1;
	}
	return emit(c, all, e);
}

int
sla_clock(struct cmd *c, struct err *e)
{
	struct clocks all = { .text = BUF_INIT };
	struct filter f = { .each = gather, .finish = finish, .arg = &all };
	int rc;

	if (c->pending && (c->store == NULL || c->argc > 0))
		return err_set(e, ERR_USAGE, "--pending takes its input from "
		    "the store: it needs -d, and no files");
	if (c->pending) {
		rc = cmd_histories(c, false, NULL, compute, &all, e);
		if (rc == 0)
			rc = emit(c, &all, e);
		if (rc == 0)
			rc = cmd_flush(c, e);
	} else {
		all.book = book_new();
		rc = cmd_filter(c, &f, e);
		book_free(all.book);
	}
	free(all.ticket);
	buf_free(&all.text);
	arena_free(&all.arena);
	return rc;
}
