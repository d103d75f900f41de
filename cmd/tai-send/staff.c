/*
 * Words to our own people: no limit holds them back, and the worst goes
 * first. The limits are there for customers' mail, which may go in circles.
 */
#include <stdlib.h>
#include <string.h>

#include "send.h"

bool
send_to_staff(const struct cmd *c, const struct team *t, const struct rec *r,
    struct arena *a)
{
	const char *to = rec_str(r, "to", a);

	if (!rec_is(r, "type", "notice") || to == NULL)
		return false;
	return !rec_is(r, "channel", "email") || team_reaches(t, to) ||
	    org_role(&c->org, to) != ROLE_CUSTOMER;
}

struct place {
	struct outgoing row;
	int rank;
	size_t at;		/* in the queue */
};

static int
by_rank(const void *p, const void *q)
{
	const struct place *x = p, *y = q;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

/* By severity, a page before other words; all else as if it were MEDIUM. */
static int
rank_of(const struct cmd *c, const struct team *t, const struct rec *r,
    struct arena *a)
{
	int severity = SEVERITY_MEDIUM;
	bool staff = send_to_staff(c, t, r, a);

	if (staff && severity_parse(rec_str(r, "severity", a)) >= 0)
		severity = severity_parse(rec_str(r, "severity", a));
	return 2 * (SEVERITY_CRITICAL - severity) +
	    !(staff && rec_is(r, "channel", "pagerduty"));
}

int
send_order(struct cmd *c, const struct team *t, struct outgoing *rows,
    size_t n, struct err *e)
{
	struct place *place = xcalloc(n + 1, sizeof(*place));
	struct rec *r = xmalloc(sizeof(*r));
	struct buf line = BUF_INIT;
	struct arena a = { 0 };
	int rc = 0;

	for (size_t i = 0; rc >= 0 && i < n; i++) {
		buf_reset(&line);
		arena_reset(&a);
		if ((rc = store_record(c->store, rows[i].id, &line, e)) < 0 ||
		    (rc = rec_parse(r, line.data, line.len, e)) < 0)
			break;
		place[i] = (struct place){ rows[i], rank_of(c, t, r, &a), i };
	}
	if (rc >= 0) {
		qsort(place, n, sizeof(*place), by_rank);
		for (size_t i = 0; i < n; i++)
			rows[i] = place[i].row;
	}
	free(place);
	free(r);
	buf_free(&line);
	arena_free(&a);
	return rc < 0 ? -1 : 0;
}
