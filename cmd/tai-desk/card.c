/* Who a ticket's customer is, as far as the store and the rules know. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "format/zone.h"
#include "desk.h"

#define OTHERS	6		/* open tickets that are named */

/* The date where the customer is, as customers.csv has it. */
static const char *
date_of(const struct cmd *c, const struct customer *who, int64_t at,
    char text[TIME_TEXT])
{
	const struct zone *z;
	struct err ignored = { 0 };

	if (zone_load(&z, *who->zone != '\0' ? who->zone : c->org.zone,
	    &ignored) == 0)
		at = zone_local(z, at);
	time_format(at, text);
	text[10] = '\0';
	return text;
}

static void
show_terms(struct cmd *c, const struct customer *who, struct arena *a)
{
	struct buf b = BUF_INIT;
	char text[TIME_TEXT];

	if (who->fee > 0)
		buf_printf(&b, "%lld.%02lld %s a month, ",
		    (long long)(who->fee / 100), (long long)(who->fee % 100),
		    *who->currency != '\0' ? who->currency : c->org.currency);
	if (who->since != TIME_NONE && who->since > 0)
		buf_printf(&b, "since %s, ", date_of(c, who, who->since,
		    text));
	if (who->until != TIME_MAX)
		buf_printf(&b, "until %s, ", date_of(c, who, who->until,
		    text));
	if (*who->contract != '\0')
		buf_printf(&b, "contract %s, ", who->contract);
	if (*who->csm != '\0')
		buf_printf(&b, "CSM %s, ", who->csm);
	if (b.len > 2)
		desk_line(c, "contract", arena_strndup(a, b.data, b.len - 2));
	buf_free(&b);
}

struct count {
	struct buf names;
	size_t open;
};

/* Beside this one, what else of theirs is open at the moment. */
static int
count_open(struct cmd *c, const struct ticket *t, struct count *n,
    struct err *e)
{
	int64_t latest = TIME_NONE;
	struct cursor *cur = NULL;
	struct arena a = { 0 };
	struct history *h;
	int got = store_latest(c->store, &latest, e);

	if (got == 0)
		got = store_histories(c->store, c->now >= latest, &cur, e);
	while (got == 0 && (got = cursor_history(cur, &h, e)) == 1) {
		struct ticket other;

		got = 0;
		arena_reset(&a);
		ticket_fold(h, c->now, &a, &other);
		if (other.opened == TIME_NONE ||
		    strcmp(other.customer, t->customer) != 0 ||
		    ticket_is_done(&other) ||
		    !ticket_is_work(&other, c->now) ||
		    strcmp(h->key, t->history->key) == 0)
			continue;
		if (n->open++ < OTHERS)
			buf_printf(&n->names, "%s#%lld", n->names.len > 0 ?
			    ", " : ": ", (long long)h->number);
	}
	cursor_close(cur);
	arena_free(&a);
	return got;
}

/* Their latest answer to a survey, up to now; nobody's when anonymous. */
static int
last_score(struct cmd *c, const struct ticket *t, struct arena *a,
    struct err *e)
{
	static const char *const types[] = { "answer", NULL };
	struct rec *r = xmalloc(sizeof(*r));
	int64_t at, last = INT64_MIN, score, seq;
	struct cursor *cur = NULL;
	const char *text = "";
	bool anonymous;
	int got = store_log(c->store, types, NULL, 0, &cur, e);

	while (got == 0 && (got = cursor_record(cur, r, &seq, e)) == 1) {
		got = 0;
		anonymous = false;
		rec_bool(r, "anonymous", &anonymous);
		if (anonymous || !rec_is(r, "customer", t->customer) ||
		    !rec_int(r, "score", &score) || !rec_time(r, "at", &at) ||
		    at > c->now || at < last)
			continue;
		last = at;
		text = arena_printf(a, "%s %lld on %.14s",
		    desk_field(r, "kind", a), (long long)score,
		    cmd_time(c, at, a));
	}
	cursor_close(cur);
	free(r);
	if (got == 0)
		desk_line(c, "last score", text);
	return got;
}

int
desk_card(struct cmd *c, const struct ticket *t, struct arena *a,
    struct err *e)
{
	struct count n = { .names = BUF_INIT };
	const struct customer *who;
	int rc;

	if (*t->customer == '\0')
		return 0;
	who = customers_at(c->customers, t->customer, c->now);
	if (who != NULL)
		show_terms(c, who, a);
	rc = count_open(c, t, &n, e);
	if (rc == 0 && n.open > 0)
		desk_line(c, "also open", arena_printf(a, "%zu%s%s", n.open,
		    n.names.data, n.open > OTHERS ? ", ..." : ""));
	buf_free(&n.names);
	return rc < 0 ? -1 : last_score(c, t, a, e);
}
