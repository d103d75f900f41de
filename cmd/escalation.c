/* Escalations as notices: whom they reach, and in which words. */
#include <string.h>

#include "base/time.h"
#include "notices.h"

static void
escalation_facts(const struct notices *n, const struct escalation *x,
    struct buf *json)
{
	char within[TIME_TEXT];
	struct writer w;

	notices_facts(n, &w, json);
	w_field_str(&w, "ticket", x->ticket);
	w_field_str(&w, "severity", severity_name(x->severity));
	w_field_str(&w, "subject", *x->subject != '\0' ? x->subject :
	    "(no subject)");
	w_field_str(&w, "customer", x->customer);
	w_field_str(&w, "tier", x->tier);
	w_field_int(&w, "level", x->level);
	w_field_str(&w, "why", x->why);
	w_field_str(&w, "within", x->within > 0 ?
	    duration_exact(x->within, within) : "");
	w_key(&w, "todo");
	w_open(&w, '[');
	for (const char *const *s = x->todo; s != NULL && *s != NULL; s++)
		w_str(&w, *s);
	w_close(&w, ']');
	w_close(&w, '}');
}

/* -- who is reached --------------------------------------------------- */

/* What there is of a target: nothing, a channel, a person. */
enum found { FOUND_NOBODY, FOUND_CHANNEL, FOUND_PERSON };

static enum found
look(const struct notices *n, const struct escalation *x, const char *target,
    bool *paged)
{
	const struct notice t = { .target = target, .customer = x->customer,
		.page = x->page, .at = x->at };
	enum found found = FOUND_NOBODY;
	struct way way;
	int i = 0;

	while (notices_way(n, &t, &i, &way)) {
		*paged |= notices_pager(n) &&
		    strcmp(way.channel, "pagerduty") == 0;
		if (strcmp(way.channel, "slack") != 0)
			found = FOUND_PERSON;
		else if (found == FOUND_NOBODY)
			found = FOUND_CHANNEL;
	}
	return found;
}

struct reaching {
	const struct notices *n;
	const struct escalation *x;
	const char **to;
	size_t count;
	enum found found;
	bool paged;
};

static void
reach(struct reaching *r, const char *target)
{
	enum found found;

	for (size_t i = 0; i < r->count; i++) {
		if (strcmp(r->to[i], target) == 0)
			return;
	}
	found = look(r->n, r->x, target, &r->paged);
	if (found > r->found)
		r->found = found;
	r->to[r->count++] = target;
}

/* A word of the fallback: several people, or one target. */
static void
reach_word(struct reaching *r, const char *word)
{
	const struct team *t = notices_team(r->n);
	const struct person *p;

	if (strncmp(word, "role ", 5) != 0 && strcmp(word, "everybody") != 0) {
		reach(r, word);
		return;
	}
	for (size_t i = 0; (p = team_meant(t, word, i)) != NULL; i++)
		reach(r, p->id);
}

void
notices_reach(const struct notices *n, const struct escalation *x,
    struct arena *a, struct reach *out)
{
	struct reaching r = { .n = n, .x = x };
	const char *const *word = x->fallback;
	enum found enough = x->page ? FOUND_PERSON : FOUND_CHANNEL;
	size_t room = 1;

	for (const char *const *to = x->to; *to != NULL; to++)
		room++;
	for (; word != NULL && *word != NULL; word++)
		room += 1 + notices_team(n)->people;
	r.to = arena_zalloc(a, room * sizeof(*r.to));
	for (const char *const *to = x->to; *to != NULL; to++)
		reach(&r, *to);
	for (word = x->fallback; word != NULL && *word != NULL &&
	    r.found < enough; word++)
		reach_word(&r, *word);
	*out = (struct reach){ r.to, r.found >= enough, r.paged };
}

int
notices_escalate(struct notices *n, const struct escalation *x,
    struct arena *a, struct err *e)
{
	struct buf json = BUF_INIT;
	struct notice t = { .form = "escalation", .facts = &json,
		.about = x->ticket, .customer = x->customer, .page = x->page,
		.severity = (int)x->severity, .at = x->at };
	struct reach r;
	int got, told = 0;

	notices_reach(n, x, a, &r);
	escalation_facts(n, x, &json);
	t.among = r.to;
	for (const char *const *to = r.to; *to != NULL; to++) {
		t.target = *to;
		t.key = arena_printf(a, "escalation:%s:%d:%s", x->ticket,
		    x->level, *to);
		if ((got = notices_tell(n, &t, a, e)) < 0) {
			told = -1;
			break;
		}
		told += got;
	}
	buf_free(&json);
	return told;
}

int
notices_route(struct notices *n, const struct escalation *x,
    const char *channel, struct arena *a, struct err *e)
{
	struct buf json = BUF_INIT;
	struct notice t = { .form = "route", .target = channel,
		.key = arena_printf(a, "route:%s:0:%s", x->ticket, channel),
		.facts = &json, .about = x->ticket, .customer = x->customer,
		.severity = (int)x->severity, .at = x->at };
	int rc;

	escalation_facts(n, x, &json);
	rc = notices_tell(n, &t, a, e);
	buf_free(&json);
	return rc;
}

int
notices_check_own(struct notices *n, struct err *e)
{
	static const char *const forms[] = { "escalation", "route",
		"recovered" };
	static const char *const todo[] = { "this", NULL };
	const struct escalation x = { .ticket = "", .subject = "",
		.customer = "", .tier = "", .todo = todo, .why = "" };
	struct buf json = BUF_INIT;
	int rc = 0;

	escalation_facts(n, &x, &json);
	for (size_t i = 0; rc == 0 && i < sizeof(forms) / sizeof(*forms); i++)
		rc = notices_check(n, forms[i], &json, e);
	buf_free(&json);
	return rc;
}

int
notices_over(struct notices *n, const struct escalation *x, int64_t at,
    struct arena *a, struct err *e)
{
	struct buf json = BUF_INIT;
	struct notice t = { .form = "recovered", .facts = &json,
		.about = x->ticket, .customer = x->customer,
		.action = "resolve", .severity = (int)x->severity,
		.at = x->at };
	int rc = 0;

	escalation_facts(n, x, &json);
	for (const char *const *to = x->to; rc == 0 && *to != NULL; to++) {
		t.target = *to;
		t.key = arena_printf(a, "escalation:%s:%d:%s", x->ticket,
		    x->level, *to);
		rc = notices_end(n, &t, at, a, e);
	}
	buf_free(&json);
	return rc;
}
