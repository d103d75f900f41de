/*
 * Messages that somebody has to see: whose tickets they become, and which of
 * them have a cause in common. Settled at the end of the input (with a store
 * before each commit), in the order of time, so that the order of records
 * makes no difference.
 */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "hands.h"

struct hands {
	struct cmd *cmd;
	struct judge *judge;
	struct notices *notices;
	struct crew *crew;
	int64_t within;			/* of a cause in common */
	struct task *task;
	size_t tasks, room;
	struct arena kept;		/* what they hold */
};

static int check_forms(struct hands *, struct err *);

int
hands_open(struct hands **out, struct cmd *c, struct judge *j,
    struct notices *n, struct err *e)
{
	struct hands *w = xcalloc(1, sizeof(*w));

	*out = w;
	w->cmd = c;
	w->judge = j;
	w->notices = n;
	if (judge_trees(j) != NULL)
		w->within = trees_within(judge_trees(j), "same_issue");
	if (crew_open(&w->crew, c, judge_trees(j), notices_team(n), e) < 0)
		return -1;
	return check_forms(w, e);
}

void
hands_close(struct hands *w)
{
	if (w == NULL)
		return;
	crew_close(w->crew);
	free(w->task);
	arena_free(&w->kept);
	free(w);
}

void
hands_record(struct hands *w, const struct rec *r)
{
	crew_record(w->crew, r);
}

void
hands_line(struct hands *w, const char *line, size_t len)
{
	crew_line(w->crew, line, len);
}

/* "linked" of a message's thread; "" for none. */
static const char *
linked_of(const struct rec *r, struct arena *a)
{
	struct rec *thread = arena_alloc(a, sizeof(*thread));
	const char *key = NULL;
	struct value v;

	if (rec_get(r, "thread", &v) && v.kind == VALUE_OBJECT) {
		value_object(&v, thread);
		key = rec_str(thread, "linked", a);
	}
	return key != NULL ? key : "";
}

static const char *
subject_of(const struct rec *r, struct arena *a)
{
	const char *subject = rec_str(r, "subject", a);

	return subject != NULL && *subject != '\0' ? subject : "(no subject)";
}

/* What a message asks for; its texts are the arena's. */
static int
task_of(struct hands *w, const struct rec *r, const struct message *m,
    const struct verdict *v, void (*step)(void *, const struct asked *),
    void *arg, struct arena *a, struct task *x, struct err *e)
{
	const struct rule_info *t = v->topic;

	*x = (struct task){ .id = rec_str(r, "id", a), .level = v->level,
		.subject = subject_of(r, a), .first = m->first,
		.tags = verdict_tags(v, a), .want = {
		.ticket = rec_str(r, "ticket", a), .linked = linked_of(r, a),
		.customer = m->customer, .tier = m->tier,
		.category = t != NULL ? t->category : "other",
		.topic = t != NULL && t->topic != NULL ? t->topic : "" } };
	if (x->want.ticket == NULL || x->id == NULL ||
	    !rec_time(r, "at", &x->want.at))
		return err_set(e, ERR_INPUT, "ticket, id or at is missing");
	return crew_outcome(w->crew, judge_facts(w->judge, m, v, a),
	    crew_assigns(w->crew) ? step : NULL, arg, a, &x->want.outcome, e);
}

int
hands_level(struct hands *w, const struct rec *r, const struct message *m,
    struct arena *a, enum severity *level, struct err *e)
{
	const struct want want = { .ticket = rec_str(r, "ticket", a),
		.at = m->at };
	struct standing s;

	if (m->first || !crew_follows(w->crew))
		return 0;
	if (crew_standing(w->crew, &want, a, &s, e) < 0)
		return -1;
	if (s.severity > *level)
		*level = s.severity;
	return 0;
}

int
hands_anybody(struct hands *w, const struct rec *r, const struct message *m,
    const struct verdict *v, struct arena *a, struct err *e)
{
	struct task x;

	return task_of(w, r, m, v, NULL, NULL, a, &x, e) < 0 ? -1 :
	    crew_anybody(w->crew, &x.want, a);
}

int
hands_choose(struct hands *w, const struct rec *r, const struct message *m,
    const struct verdict *v, void (*step)(void *, const struct asked *),
    void *arg, struct arena *a, const struct outcome **outcome,
    struct choice *c, struct err *e)
{
	struct task x;

	if (task_of(w, r, m, v, step, arg, a, &x, e) < 0)
		return -1;
	*outcome = x.want.outcome;
	return crew_choose(w->crew, &x.want, true, a, c, e);
}

static int
assign(struct hands *w, const struct task *x, struct arena *a, struct err *e)
{
	struct choice c;

	if (crew_choose(w->crew, &x->want, false, a, &c, e) < 0)
		return -1;
	if (c.won == NULL && c.n > 0 && x->want.outcome->awake)
		cmd_warn(w->cmd, ERR_NONE, "ticket %s is %s, and nobody can "
		    "have it (%s): see fallback in tai-rules(5)",
		    x->want.ticket, severity_name(x->level),
		    x->want.outcome->name);
	return c.won == NULL ? 0 : crew_assign(w->crew, &x->want, &c, x->id,
	    "tai-triage", arena_printf(a, "%s%s%s: %s",
	    x->want.outcome->name, c.fallback != NULL ? ", else " : "",
	    c.fallback != NULL ? c.fallback : "", c.won->why), e);
}

static int
count(const char *const *list)
{
	int n = 0;

	while (list[n] != NULL)
		n++;
	return n;
}

static void
cause_facts(struct hands *w, const struct want *x, const char *const *same,
    struct buf *json)
{
	const struct customer *who = customers_at(w->cmd->customers,
	    x->customer, x->at);
	char within[TIME_TEXT];
	struct writer j;

	notices_facts(w->notices, &j, json);
	w_field_str(&j, "ticket", x->ticket);
	w_field_str(&j, "customer", who != NULL && *who->name != '\0' ?
	    who->name : x->customer);
	w_field_str(&j, "tier", x->tier);
	w_field_str(&j, "category", x->category);
	w_field_str(&j, "topic", x->topic);
	w_field_int(&j, "count", count(same));
	w_field_list(&j, "tickets", same);
	w_field_str(&j, "period", duration_format(w->within, within));
	w_field_int(&j, "days", w->within % 86400 == 0 ? w->within / 86400 : 0);
	w_close(&j, '}');
}

static int
check_forms(struct hands *w, struct err *e)
{
	const struct want none = { .ticket = "", .customer = "", .tier = "",
		.category = "", .topic = "" };
	static const char *const one[] = { "", NULL };
	struct buf json = BUF_INIT;
	int rc;

	if (crew_follows(w->crew) && followup_check(w->notices, e) < 0)
		return -1;
	if (!crew_counts(w->crew))
		return 0;
	cause_facts(w, &none, one, &json);
	rc = notices_check(w->notices, "root-cause", &json, e);
	buf_free(&json);
	return rc;
}

static int
tell_cause(struct hands *w, const struct task *x, const char *const *same,
    const struct decision *d, struct arena *a, struct err *e)
{
	struct buf json = BUF_INIT;
	struct notice n = { .form = "root-cause", .facts = &json,
		.about = x->want.ticket, .topic = x->want.topic,
		.at = x->want.at,
		.customer = x->want.customer, .severity = (int)x->level,
		.page = d->page, .again = w->within, .among = d->to };
	int rc = 0;

	cause_facts(w, &x->want, same, &json);
	for (const char *const *to = d->to; rc >= 0 && *to != NULL; to++) {
		n.target = *to;
		n.key = arena_printf(a, "root-cause:%s:%s/%s:%s",
		    x->want.customer, x->want.category, x->want.topic, *to);
		rc = notices_tell(w->notices, &n, a, e);
	}
	buf_free(&json);
	return rc < 0 ? -1 : 0;
}

static int
root_cause(struct hands *w, const struct task *x, struct arena *a,
    struct err *e)
{
	struct decision d;
	struct facts *f;
	const char *const *same;
	int rc;

	if (crew_same(w->crew, &x->want, a, &same, e) < 0)
		return -1;
	if (count(same) < 2)
		return 0;
	f = facts_new(judge_trees(w->judge));
	facts_word(f, "severity", severity_name(x->level));
	facts_word(f, "tier", x->want.tier);
	facts_word(f, "customer", x->want.customer);
	facts_word(f, "category", x->want.category);
	facts_word(f, "topic", x->want.topic);
	facts_words(f, "tags", x->tags);
	facts_count(f, "same_issue", count(same));
	rc = tree_decide(judge_trees(w->judge), "root-cause", f, NULL, NULL,
	    a, &d, e);
	facts_free(f);
	return rc < 0 || *d.to == NULL ? rc : tell_cause(w, x, same, &d, a, e);
}

/* -- one after the other ---------------------------------------------- */

static void
keep(struct hands *w, const struct task *x)
{
	struct arena *a = &w->kept;
	struct task *to;
	const char **tags;
	size_t n = 0;

	if (w->tasks == w->room) {
		w->room = w->room > 0 ? 2 * w->room : 64;
		w->task = xreallocarray(w->task, w->room, sizeof(*w->task));
	}
	to = &w->task[w->tasks++];
	*to = *x;
	to->id = arena_strdup(a, x->id);
	to->subject = arena_strdup(a, x->subject);
	to->want.ticket = arena_strdup(a, x->want.ticket);
	to->want.linked = arena_strdup(a, x->want.linked);
	to->want.customer = arena_strdup(a, x->want.customer);
	to->want.tier = arena_strdup(a, x->want.tier);
	/* Category, topic and tags are the rules'; the list is not. */
	while (x->tags[n] != NULL)
		n++;
	tags = arena_alloc(a, (n + 1) * sizeof(*tags));
	memcpy(tags, x->tags, (n + 1) * sizeof(*tags));
	to->tags = tags;
}

int
hands_work(struct hands *w, const struct rec *r, const struct message *m,
    const struct verdict *v, bool resolved, struct arena *a, struct err *e)
{
	struct task x;

	if (v->closing || (!crew_assigns(w->crew) && !crew_counts(w->crew) &&
	    !crew_follows(w->crew)))
		return 0;
	if (task_of(w, r, m, v, NULL, NULL, a, &x, e) < 0)
		return -1;
	if (resolved)
		x.want.outcome = NULL;
	keep(w, &x);
	return 0;
}

static int
by_time(const void *p, const void *q)
{
	const struct task *x = p, *y = q;

	if (x->want.at != y->want.at)
		return x->want.at < y->want.at ? -1 : 1;
	return strcmp(x->id, y->id);
}

int
hands_settle(struct hands *w, struct err *e)
{
	struct arena a = { 0 };
	int rc = 0;

	if (w->tasks > 0)
		qsort(w->task, w->tasks, sizeof(*w->task), by_time);
	for (size_t i = 0; rc == 0 && i < w->tasks; i++) {
		arena_reset(&a);
		rc = assign(w, &w->task[i], &a, e);
		if (rc == 0 && !w->task[i].first && crew_follows(w->crew))
			rc = followup_work(w->crew, w->notices,
			    judge_trees(w->judge), &w->task[i], &a, e);
		if (rc == 0)
			rc = root_cause(w, &w->task[i], &a, e);
	}
	w->tasks = 0;
	arena_reset(&w->kept);
	arena_free(&a);
	return rc;
}
