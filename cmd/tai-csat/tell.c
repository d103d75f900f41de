/*
 * tai-csat tell: whoever has to hear of a low score, by the tree churn of
 * escalation.yaml; each answer once.
 */
#include <string.h>

#include "base/time.h"
#include "csat.h"
#include "notices.h"
#include "trees.h"

#define TREE	"churn"

struct telling {
	struct cmd *cmd;
	struct notices *notices;
	struct trees *trees;
	struct surveys surveys;
	struct answers *answers;
	struct arena scratch;
};

static int
take(struct cmd *c, void *arg, const struct rec *r, struct err *e)
{
	struct telling *t = arg;

	if (rec_is(r, "type", "customer"))
		return customers_add_record(c->customers, r, e);
	return rec_is(r, "type", "answer") ?
	    answers_add(t->answers, r, c->now, e) : 0;
}

static void
facts_json(const struct telling *t, const struct answer *a, const char *tier,
    const struct decision *d, struct buf *json)
{
	const struct customer *who = customers_at(t->cmd->customers,
	    a->customer, a->at);
	char within[TIME_TEXT];
	struct writer w;

	notices_facts(t->notices, &w, json);
	w_field_str(&w, "customer", who != NULL && *who->name != '\0' ?
	    who->name : a->customer);
	w_field_str(&w, "tier", tier);
	w_field_str(&w, "ticket", a->ticket);
	w_field_str(&w, "kind", a->kind->name);
	w_field_int(&w, "score", a->score);
	w_field_str(&w, "comment", a->comment);
	w_field_str(&w, "why", d->n > 0 ? d->outcome[0]->name : "");
	w_field_str(&w, "within", d->within > 0 ?
	    duration_exact(d->within, within) : "");
	w_key(&w, "todo");
	w_open(&w, '[');
	for (size_t i = 0; i < d->n; i++) {
		for (const char *const *s = d->outcome[i]->todo; *s != NULL;
		    s++)
			w_str(&w, *s);
	}
	w_close(&w, ']');
	w_close(&w, '}');
}

static int
tell(struct telling *t, const struct answer *a, const char *tier,
    const struct decision *d, struct err *e)
{
	const struct escalation said = { .ticket = a->ticket,
		.customer = a->customer, .to = d->to,
		.fallback = d->fallback, .page = d->page, .at = a->at };
	struct buf json = BUF_INIT;
	struct notice one = { .form = "low-score", .facts = &json,
		.about = *a->ticket != '\0' ? a->ticket : NULL,
		.customer = a->customer, .page = d->page,
		.severity = d->level > 1 ? SEVERITY_HIGH : SEVERITY_MEDIUM,
		.at = a->at };
	struct reach r;
	int rc = 0;

	notices_reach(t->notices, &said, &t->scratch, &r);
	facts_json(t, a, tier, d, &json);
	one.among = r.to;
	for (const char *const *to = r.to; rc >= 0 && *to != NULL; to++) {
		one.target = *to;
		one.key = arena_printf(&t->scratch, "answer:%s:%s",
		    *a->survey != '\0' ? a->survey : a->id, *to);
		rc = notices_tell(t->notices, &one, &t->scratch, e);
	}
	buf_free(&json);
	return rc < 0 ? -1 : 0;
}

/* For how long an answer of that kind is news; 0: no tree asks for it. */
static int64_t
news(const struct telling *t, const char *kind)
{
	int64_t within = trees_within(t->trees, kind);
	const char *name;

	for (size_t i = 0; (name = trees_fact(t->trees, i)) != NULL; i++) {
		if (strcmp(name, kind) == 0)
			return within > 0 ? within :
			    notices_team(t->notices)->tell_within;
	}
	return 0;
}

static int
decide(struct telling *t, const struct answer *a, struct err *e)
{
	const struct customer *who = customers_at(t->cmd->customers,
	    a->customer, a->at);
	const char *tier = who != NULL && *who->tier != '\0' ? who->tier :
	    t->cmd->org.default_tier;
	struct facts *f = facts_new(t->trees);
	struct decision d;
	int rc;

	arena_reset(&t->scratch);
	facts_word(f, "customer", a->customer);
	facts_word(f, "tier", tier);
	facts_count(f, a->kind->name, a->score);
	rc = tree_decide(t->trees, TREE, f, NULL, NULL, &t->scratch, &d, e);
	facts_free(f);
	return rc < 0 || *d.to == NULL ? rc : tell(t, a, tier, &d, e);
}

/* An anonymous answer is nobody's, and a dismissed one says nothing. */
static int
tell_all(struct telling *t, struct err *e)
{
	const struct answer *const *list;
	int64_t now = t->cmd->now;
	size_t n;
	int rc = 0;

	list = answers_list(t->answers, &n);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		if (!list[i]->anonymous && !list[i]->dismissed &&
		    now - list[i]->at < news(t, list[i]->kind->name))
			rc = decide(t, list[i], e);
	}
	return rc;
}

/* Before anything is read. */
static int
check(struct telling *t, struct err *e)
{
	static const char *const todo[] = { "this", NULL };
	const struct outcome o = { .name = "", .todo = todo };
	const struct outcome *one = &o;
	const struct decision d = { .outcome = &one, .n = 1 };
	const struct survey_kind kind = { .name = "" };
	const struct answer none = { .kind = &kind, .ticket = "",
		.customer = "", .comment = "" };
	struct buf json = BUF_INIT;
	int rc;

	facts_json(t, &none, "", &d, &json);
	rc = notices_check(t->notices, "low-score", &json, e);
	buf_free(&json);
	return rc;
}

static int
prepare(struct telling *t, struct err *e)
{
	struct cmd *c = t->cmd;
	struct yaml *root;

	if (cmd_rule_yaml(c, "survey.yaml", &root, e) < 0 ||
	    surveys_load(&t->surveys, &c->arena, root, e) < 0 ||
	    cmd_trees(c, &t->trees, e) < 0 ||
	    notices_open(&t->notices, c, e) < 0)
		return -1;
	t->answers = answers_new(&t->surveys);
	return check(t, e);
}

int
csat_tell(struct cmd *c, struct err *e)
{
	static const char *const types[] = { "answer", NULL };
	struct telling t = { .cmd = c };
	int rc = prepare(&t, e);

	c->only = true;
	if (rc == 0 && t.trees != NULL && trees_has(t.trees, TREE)) {
		rc = cmd_records(c, types, take, &t, e);
		if (rc == 0)
			rc = tell_all(&t, e);
		if (rc == 0)
			rc = cmd_flush(c, e);
	}
	if (t.answers != NULL)
		answers_free(t.answers);
	notices_close(t.notices);
	trees_free(t.trees);
	arena_free(&t.scratch);
	return rc;
}
