/*
 * What a customer adds to a ticket: whoever has it hears when it became worse,
 * or when the customer asks again and again. The tree follow-up decides.
 */
#include <string.h>

#include "base/time.h"
#include "hands.h"

#define FOLLOW_UP	"follow-up"

static const char *
waited(const struct task *x, const struct standing *s, char text[TIME_TEXT])
{
	return s->asked < 2 || s->since == TIME_NONE ? "" :
	    duration_format(x->want.at - s->since, text);
}

static void
facts_json(const struct notices *n, const struct task *x,
    const struct standing *s, const char *why, struct buf *json)
{
	char text[TIME_TEXT];
	struct writer w;

	notices_facts(n, &w, json);
	w_field_str(&w, "ticket", x->want.ticket);
	w_field_str(&w, "severity", severity_name(x->level > s->severity ?
	    x->level : s->severity));
	w_field_str(&w, "was", x->level > s->severity ?
	    severity_name(s->severity) : "");
	w_field_str(&w, "subject", x->subject);
	w_field_str(&w, "customer", x->want.customer);
	w_field_str(&w, "tier", x->want.tier);
	w_field_int(&w, "asked", s->asked);
	w_field_str(&w, "waits", waited(x, s, text));
	w_field_str(&w, "why", why);
	w_close(&w, '}');
}

int
followup_check(struct notices *n, struct err *e)
{
	const struct task x = { .subject = "", .want = { .ticket = "",
		.customer = "", .tier = "" } };
	const struct standing s = { .since = TIME_NONE };
	struct buf json = BUF_INIT;
	int rc;

	facts_json(n, &x, &s, "", &json);
	rc = notices_check(n, FOLLOW_UP, &json, e);
	buf_free(&json);
	return rc;
}

static int
decide(const struct trees *t, const struct task *x, const struct standing *s,
    struct arena *a, struct decision *d, struct err *e)
{
	struct facts *f = facts_new(t);
	int rc;

	facts_word(f, "severity", severity_name(x->level));
	facts_word(f, "was", severity_name(s->severity));
	facts_truth(f, "raised", x->level > s->severity);
	facts_count(f, "asked", s->asked);
	if (s->since != TIME_NONE)
		facts_time(f, "unanswered", x->want.at - s->since);
	facts_word(f, "tier", x->want.tier);
	facts_word(f, "customer", x->want.customer);
	facts_word(f, "category", x->want.category);
	facts_word(f, "topic", x->want.topic);
	facts_words(f, "tags", x->tags);
	facts_truth(f, "first", false);
	rc = tree_decide(t, FOLLOW_UP, f, NULL, NULL, a, d, e);
	facts_free(f);
	return rc;
}

/* "assignee" is whoever has it. */
static const char *const *
whom(const struct decision *d, const struct standing *s, struct arena *a)
{
	const char **to;
	size_t n = 0, kept = 0;

	while (d->to[n] != NULL)
		n++;
	to = arena_zalloc(a, (n + 1) * sizeof(*to));
	for (size_t i = 0; i < n; i++) {
		const char *one = strcmp(d->to[i], "assignee") == 0 ?
		    s->assignee : d->to[i];

		if (*one != '\0')
			to[kept++] = one;
	}
	return to;
}

/* Each step up is told; that somebody asks again, not again too soon. */
static const char *
cause(const struct task *x, const struct standing *s, struct arena *a)
{
	return x->level > s->severity ? arena_printf(a, FOLLOW_UP ":%s:%s",
	    x->want.ticket, severity_name(x->level)) :
	    arena_printf(a, FOLLOW_UP ":%s", x->want.ticket);
}

static int
tell(struct notices *n, const struct trees *t, const struct task *x,
    const struct standing *s, const struct decision *d, struct arena *a,
    struct err *e)
{
	const struct escalation said = { .ticket = x->want.ticket,
		.customer = x->want.customer, .to = whom(d, s, a),
		.fallback = d->fallback, .page = d->page, .at = x->want.at };
	struct buf json = BUF_INIT;
	struct notice one = { .form = FOLLOW_UP, .facts = &json,
		.about = x->want.ticket, .customer = x->want.customer,
		.severity = (int)(x->level > s->severity ? x->level :
		s->severity), .page = d->page, .at = x->want.at };
	struct reach r;
	int rc = 0;

	if (x->level <= s->severity)
		one.again = trees_within(t, "asked");
	notices_reach(n, &said, a, &r);
	facts_json(n, x, s, d->outcome[0]->name, &json);
	one.among = r.to;
	for (const char *const *to = r.to; rc >= 0 && *to != NULL; to++) {
		one.target = *to;
		one.key = arena_printf(a, "%s:%s", cause(x, s, a), *to);
		rc = notices_tell(n, &one, a, e);
	}
	buf_free(&json);
	return rc < 0 ? -1 : 0;
}

int
followup_work(struct crew *w, struct notices *n, const struct trees *t,
    const struct task *x, struct arena *a, struct err *e)
{
	struct standing s;
	struct decision d;

	if (crew_standing(w, &x->want, a, &s, e) < 0 ||
	    decide(t, x, &s, a, &d, e) < 0)
		return -1;
	return d.n == 0 ? 0 : tell(n, t, x, &s, &d, a, e);
}
