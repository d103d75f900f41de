/* Verdicts on alerts as notices: once an episode, a level and a target. */
#include <stdlib.h>
#include <string.h>

#include "alerttell.h"
#include "base/time.h"

#define KEPT	((size_t)4096)	/* verdicts of a run that are remembered */

struct alert_tell {
	struct cmd *cmd;
	struct notices *notices;
	struct buf line[KEPT];	/* verdicts of this run, the latest */
	size_t lines;
	struct arena scratch;
};

int
alert_tell_open(struct alert_tell **out, struct cmd *c, struct err *e)
{
	struct alert_tell *t = xcalloc(1, sizeof(*t));

	*out = t;
	t->cmd = c;
	for (size_t i = 0; i < KEPT; i++)
		buf_init(&t->line[i]);
	return notices_open(&t->notices, c, e);
}

void
alert_tell_close(struct alert_tell *t)
{
	if (t == NULL)
		return;
	notices_close(t->notices);
	for (size_t i = 0; i < KEPT; i++)
		buf_free(&t->line[i]);
	arena_free(&t->scratch);
	free(t);
}

/* The object of that name; NULL when there is none. */
static struct rec *
object_of(const struct rec *r, const char *name, struct arena *a)
{
	struct rec *in = arena_alloc(a, sizeof(*in));
	struct value v;

	if (!rec_get(r, name, &v) || v.kind != VALUE_OBJECT)
		return NULL;
	value_object(&v, in);
	return in;
}

static const char *
text_of(const struct rec *r, const char *name, struct arena *a)
{
	const char *s = rec_str(r, name, a);

	return s != NULL ? s : "";
}

/* The escalation of a verdict; false when it has none. */
static bool
escalation_of(struct alert_tell *t, const struct rec *r,
    struct escalation *x, struct arena *a)
{
	const struct rec *in = object_of(r, "escalate", a);
	const struct customer *who;
	struct duration d;
	int64_t level = 0;

	memset(x, 0, sizeof(*x));
	x->ticket = rec_str(r, "ticket", a);
	x->subject = "";
	x->customer = text_of(r, "customer", a);
	x->severity = (enum severity)severity_parse(text_of(r, "severity", a));
	if (x->ticket == NULL || !rec_time(r, "at", &x->at) ||
	    severity_parse(text_of(r, "severity", a)) < 0)
		return false;
	who = *x->customer != '\0' ? customers_at(t->cmd->customers,
	    x->customer, x->at) : NULL;
	x->tier = who != NULL ? who->tier : "";
	if (in == NULL)
		return true;
	rec_int(in, "level", &level);
	x->level = (int)level;
	x->to = rec_strings(in, "to", a);
	x->why = text_of(in, "why", a);
	if (duration_parse(text_of(in, "within", a), &d) == 0)
		x->within = d.amount;
	return true;
}

static void
remember(struct alert_tell *t, const struct buf *line)
{
	struct buf *to = &t->line[t->lines++ % KEPT];

	buf_reset(to);
	buf_add(to, line->data, line->len);
}

static int
told_of(struct alert_tell *t, const struct rec *r, const struct buf *line,
    const char *title, struct err *e)
{
	struct arena *a = &t->scratch;
	const struct rec *route = object_of(r, "route", a);
	const char *channel = route != NULL ? rec_str(route, "channel", a) :
	    NULL;
	struct escalation x;

	if (!escalation_of(t, r, &x, a))
		return 0;
	remember(t, line);
	x.subject = title;
	if (x.level > 0 && notices_escalate(t->notices, &x, a, e) < 0)
		return -1;
	return channel == NULL ? 0 :
	    notices_route(t->notices, &x, channel, a, e) < 0 ? -1 : 0;
}

/* Ends the pages of one verdict, when it is the ticket's. */
static int
end_one(struct alert_tell *t, const struct rec *r, const char *ticket,
    const char *title, int64_t at, struct err *e)
{
	struct arena *a = &t->scratch;
	struct escalation x;

	if (!escalation_of(t, r, &x, a) || x.level == 0 ||
	    strcmp(x.ticket, ticket) != 0)
		return 0;
	x.subject = title;
	return notices_over(t->notices, &x, at, a, e);
}

static int
end_stored(struct alert_tell *t, const char *ticket, const char *title,
    int64_t at, struct err *e)
{
	static const char *const types[] = { "triage", NULL };
	struct cursor *cur;
	struct rec *r;
	int64_t seq;
	int got;

	if (store_log(t->cmd->store, types, ticket, 0, &cur, e) < 0)
		return -1;
	r = xmalloc(sizeof(*r));
	while ((got = cursor_record(cur, r, &seq, e)) == 1) {
		if (end_one(t, r, ticket, title, at, e) < 0) {
			got = -1;
			break;
		}
	}
	free(r);
	cursor_close(cur);
	return got;
}

static int
end_pages(struct alert_tell *t, const struct rec *r, const char *title,
    struct err *e)
{
	const char *ticket = rec_str(r, "ticket", &t->scratch);
	struct rec *one = xmalloc(sizeof(*one));
	int64_t at;
	int rc = 0;

	if (ticket != NULL && rec_time(r, "at", &at)) {
		if (t->cmd->store != NULL)
			rc = end_stored(t, ticket, title, at, e);
		for (size_t i = 0; rc == 0 && i < KEPT; i++) {
			struct err bad = { 0 };

			if (t->line[i].len > 0 && rec_parse(one,
			    t->line[i].data, t->line[i].len, &bad) == 0)
				rc = end_one(t, one, ticket, title, at, e);
		}
	}
	free(one);
	return rc;
}

int
alert_tell(struct alert_tell *t, const struct buf *line, const char *title,
    struct err *e)
{
	const struct team *team = notices_team(t->notices);
	struct err bad = { 0 };
	struct rec *r;
	int64_t at;
	int rc = 0;

	/* Nobody is told anything: that is quickly done. */
	if (team->targets == NULL || team->targets->count == 0)
		return 0;
	r = xmalloc(sizeof(*r));
	arena_reset(&t->scratch);
	if (rec_parse(r, line->data, line->len, &bad) == 0 &&
	    rec_time(r, "at", &at) && at <= t->cmd->now + 3600 &&
	    t->cmd->now - at <= team->tell_within) {
		if (rec_is(r, "type", "triage"))
			rc = told_of(t, r, line, title, e);
		else if (rec_is(r, "type", "status") &&
		    rec_is(r, "status", "resolved"))
			rc = end_pages(t, r, title, e);
	}
	free(r);
	return rc;
}
