/* Decision trees, read: facts, outcomes, trees, and what leads where. */
#include <stdlib.h>
#include <string.h>

#include "domain/triage/treeset.h"

#define NAME_MAX_LEN	64
#define FACTS_MAX	256
#define DEEP		16	/* questions within questions */

/* -- facts ------------------------------------------------------------ */

static int
check_name(const struct yaml *y, const char *what, struct err *e)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t len = strlen(y->key);

	if (len == 0 || len > NAME_MAX_LEN || strspn(y->key, letters) != len)
		return yaml_err(y, e, "%s '%.80s': a name is of a-z, 0-9, - "
		    "and _, at most %d", what, y->key, NAME_MAX_LEN);
	return 0;
}

static int
kind_of(const struct yaml *y, const char *word, struct fact *f,
    struct err *e)
{
	static const char *const kinds[] = { "word", "words", "yes or no",
		"number", "time" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (word != NULL && strcmp(word, kinds[i]) == 0) {
			f->kind = (enum fact_kind)i;
			return 0;
		}
	}
	return yaml_err(y, e, "'%s' is not word, words, yes or no, number, "
	    "time or a list of words", f->name);
}

/* A list of words, the last one the worst. */
static int
choice_load(const struct yaml *y, struct fact *f, struct err *e)
{
	f->kind = FACT_CHOICE;
	f->choice = y;
	for (const struct yaml *v = y->first; v != NULL; v = v->next) {
		if (v->kind != YAML_SCALAR || v->text == NULL ||
		    *v->text == '\0')
			return yaml_err(v, e, "'%s' has a word without text",
			    f->name);
	}
	return y->first != NULL ? 0 : yaml_err(y, e, "'%s' has no words",
	    f->name);
}

static int
fact_load(struct trees *t, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = { "is", "if", "within", NULL };
	struct fact *f = &t->fact[t->facts];
	const struct yaml *is = y, *when;
	struct cond *c;

	f->name = y->key;
	f->index = t->facts;
	if (check_name(y, "fact", e) < 0)
		return -1;
	if (strcmp(y->key, "all") == 0 || strcmp(y->key, "any") == 0 ||
	    strcmp(y->key, "not") == 0)
		return yaml_err(y, e, "a fact cannot be called '%s'", y->key);
	if (y->kind == YAML_MAP) {
		if (yaml_only(y, keys, e) < 0 ||
		    yaml_seconds(y, "within", &f->within, e) < 0)
			return -1;
		is = yaml_get(y, "is");
		if ((when = yaml_get(y, "if")) != NULL) {
			f->kind = FACT_TRUTH;
			if (is != NULL)
				return yaml_err(is, e, "'%s' follows from if: "
				    "it is yes or no", f->name);
			if (cond_load(t, when, &c, e) < 0)
				return -1;
			f->when = c;
		} else if (is == NULL) {
			return yaml_err(y, e, "'%s' does not say what it is",
			    f->name);
		}
	}
	if (f->when == NULL && (is->kind == YAML_LIST ?
	    choice_load(is, f, e) : kind_of(is, is->text, f, e)) < 0)
		return -1;
	/* Known from here on: what follows from facts names earlier ones. */
	t->facts++;
	return 0;
}

static int
facts_load(struct trees *t, const struct yaml *y, struct err *e)
{
	if (y == NULL)
		return 0;
	if (y->kind != YAML_MAP || y->count > FACTS_MAX)
		return yaml_err(y, e, "facts is not a map of at most %d",
		    FACTS_MAX);
	t->fact = arena_zalloc(&t->arena, ((size_t)y->count + 1) *
	    sizeof(*t->fact));
	for (y = y->first; y != NULL; y = y->next) {
		if (fact_load(t, y, e) < 0)
			return -1;
	}
	return 0;
}

/* -- outcomes --------------------------------------------------------- */

static int
text_of(const struct yaml *y, const char *key, const char **out,
    struct err *e)
{
	const struct yaml *v = yaml_get(y, key);

	*out = NULL;
	if (v == NULL)
		return 0;
	if (v->kind != YAML_SCALAR || v->text == NULL || *v->text == '\0')
		return yaml_err(v, e, "%s is not a word", key);
	*out = v->text;
	return 0;
}

static int
outcome_load(struct trees *t, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = { "level", "to", "within", "team",
		"channel", "page", "severity", "do", "roles", "awake",
		"oncall", "fallback", NULL };
	struct outcome *o = &t->outcome[t->outcomes];
	int64_t level = 0;

	o->name = y->key;
	o->file = y->file;
	o->line = y->line;
	if (check_name(y, "outcome", e) < 0)
		return -1;
	if (strcmp(y->key, "none") == 0)
		return yaml_err(y, e, "an outcome cannot be called 'none'");
	if (yaml_only(y, keys, e) < 0 ||
	    yaml_int(y, "level", 1, 4, &level, e) < 0 ||
	    yaml_texts(y, "to", &t->arena, &o->to, e) < 0 ||
	    yaml_seconds(y, "within", &o->within, e) < 0 ||
	    text_of(y, "team", &o->team, e) < 0 ||
	    text_of(y, "channel", &o->channel, e) < 0 ||
	    yaml_bool(y, "page", &o->page, e) < 0 ||
	    text_of(y, "severity", &o->severity, e) < 0 ||
	    yaml_texts(y, "do", &t->arena, &o->todo, e) < 0 ||
	    yaml_texts(y, "roles", &t->arena, &o->roles, e) < 0 ||
	    yaml_texts(y, "fallback", &t->arena, &o->fallback, e) < 0 ||
	    yaml_bool(y, "awake", &o->awake, e) < 0 ||
	    text_of(y, "oncall", &o->oncall, e) < 0)
		return -1;
	o->level = (int)level;
	t->outcomes++;
	return 0;
}

static int
outcomes_load(struct trees *t, const struct yaml *y, struct err *e)
{
	if (y == NULL)
		return 0;
	if (y->kind != YAML_MAP)
		return yaml_err(y, e, "outcomes is not a map");
	t->outcome = arena_zalloc(&t->arena, ((size_t)y->count + 1) *
	    sizeof(*t->outcome));
	for (y = y->first; y != NULL; y = y->next) {
		if (outcome_load(t, y, e) < 0)
			return -1;
	}
	return 0;
}

/* -- trees ------------------------------------------------------------ */

static const struct tree *
tree_find(const struct trees *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++) {
		if (strcmp(t->tree[i].name, name) == 0)
			return &t->tree[i];
	}
	return NULL;
}

static const struct outcome *
outcome_find(const struct trees *t, const char *name)
{
	for (size_t i = 0; i < t->outcomes; i++) {
		if (strcmp(t->outcome[i].name, name) == 0)
			return &t->outcome[i];
	}
	return NULL;
}

static int	list_load(struct trees *, const struct yaml *, int depth,
		    struct question **, struct err *);

/* The name of an outcome or a tree, or a list of questions. */
static int
branch_load(struct trees *t, const struct yaml *y, int depth,
    struct branch *b, struct err *e)
{
	if (y == NULL)
		return 0;
	b->at = y;
	if (y->kind == YAML_LIST)
		return list_load(t, y, depth + 1, &b->list, e);
	if (y->kind != YAML_SCALAR || y->text == NULL)
		return yaml_err(y, e, "neither the name of an outcome or a "
		    "tree nor a list of questions");
	if ((b->outcome = outcome_find(t, y->text)) == NULL &&
	    (b->tree = tree_find(t, y->text)) == NULL)
		return yaml_err(y, e, "no outcome and no tree '%.80s'",
		    y->text);
	return 0;
}

static int
also_load(struct trees *t, const struct yaml *y, struct question *q,
    struct err *e)
{
	const struct yaml *v = y;

	if (y == NULL)
		return 0;
	if (y->kind == YAML_LIST)
		v = y->first;
	else if (y->kind != YAML_SCALAR)
		return yaml_err(y, e, "also is not a name or a list of names");
	q->also = arena_zalloc(&t->arena, ((size_t)y->count + 1) *
	    sizeof(*q->also));
	for (; v != NULL; v = y->kind == YAML_LIST ? v->next : NULL) {
		if (v->kind != YAML_SCALAR)
			return yaml_err(v, e, "also has what is no name");
		if (branch_load(t, v, 0, &q->also[q->alsos++], e) < 0)
			return -1;
	}
	return 0;
}

/* A map of tests to where they lead; the first that holds counts. */
static int
answers_load(struct trees *t, const struct yaml *y, int depth,
    struct question *q, struct err *e)
{
	struct reply_to **end = &q->answer;

	if (y == NULL || y->kind != YAML_MAP || y->first == NULL)
		return yaml_err(q->at, e, "of without a map of answers");
	for (y = y->first; y != NULL; y = y->next) {
		struct reply_to *r = arena_zalloc(&t->arena, sizeof(*r));

		r->text = y->key;
		r->line = y->line;
		*end = r;
		end = &r->next;
		if (strcmp(y->key, "else") == 0) {
			if (y->next != NULL)
				return yaml_err(y->next, e, "stands behind "
				    "else, and is never come to");
		} else if (test_load(t, q->of, y, y->key, &r->test, e) < 0) {
			return -1;
		}
		if (branch_load(t, y, depth, &r->branch, e) < 0)
			return -1;
	}
	return 0;
}

static int
question_load(struct trees *t, const struct yaml *y, int depth,
    struct question *q, struct err *e)
{
	static const char *const keys[] = { "ask", "if", "yes", "no", "also",
		"of", "answers", NULL };
	const char *of = NULL;

	q->at = y;
	if (yaml_only(y, keys, e) < 0 || text_of(y, "ask", &q->ask, e) < 0 ||
	    text_of(y, "of", &of, e) < 0)
		return -1;
	if (q->ask == NULL)
		return yaml_err(y, e, "ask is missing");
	if ((of != NULL) == (yaml_get(y, "if") != NULL))
		return yaml_err(y, e, "a question has either if or of");
	if (of != NULL) {
		if (yaml_get(y, "yes") != NULL || yaml_get(y, "no") != NULL ||
		    yaml_get(y, "also") != NULL)
			return yaml_err(y, e, "a question with of has answers "
			    "rather than yes, no and also");
		if ((q->of = fact_find(t, of)) == NULL)
			return yaml_err(yaml_get(y, "of"), e, "no fact '%.80s'",
			    of);
		return answers_load(t, yaml_get(y, "answers"), depth, q, e);
	}
	if (yaml_get(y, "answers") != NULL)
		return yaml_err(yaml_get(y, "answers"), e, "answers without "
		    "of");
	if (yaml_get(y, "yes") == NULL && yaml_get(y, "no") == NULL &&
	    yaml_get(y, "also") == NULL)
		return yaml_err(y, e, "a question that leads nowhere");
	if (cond_load(t, yaml_get(y, "if"), &q->when, e) < 0 ||
	    branch_load(t, yaml_get(y, "yes"), depth, &q->yes, e) < 0 ||
	    branch_load(t, yaml_get(y, "no"), depth, &q->no, e) < 0)
		return -1;
	return also_load(t, yaml_get(y, "also"), q, e);
}

static int
list_load(struct trees *t, const struct yaml *y, int depth,
    struct question **out, struct err *e)
{
	if (y->kind != YAML_LIST || y->first == NULL)
		return yaml_err(y, e, "not a list of questions");
	if (depth > DEEP)
		return yaml_err(y, e, "questions are nested too deep");
	for (y = y->first; y != NULL; y = y->next) {
		*out = arena_zalloc(&t->arena, sizeof(**out));
		if (y->kind != YAML_MAP)
			return yaml_err(y, e, "not a question");
		if (question_load(t, y, depth, *out, e) < 0)
			return -1;
		out = &(*out)->next;
	}
	return 0;
}

static int
tree_load(struct trees *t, struct tree *tree, struct err *e)
{
	static const char *const keys[] = { "about", "questions", "else",
		"examples", NULL };
	const struct yaml *y = tree->at, *questions;

	if (yaml_only(y, keys, e) < 0 ||
	    text_of(y, "about", &tree->about, e) < 0)
		return -1;
	tree->examples = yaml_get(y, "examples");
	if ((questions = yaml_get(y, "questions")) == NULL)
		return yaml_err(y, e, "tree '%s' has no questions",
		    tree->name);
	if (list_load(t, questions, 0, &tree->question, e) < 0)
		return -1;
	return branch_load(t, yaml_get(y, "else"), 0, &tree->otherwise, e);
}

/* -- how long it may take, and that it ends ---------------------------- */

static int	tree_cost(struct tree *, const struct yaml *, int *,
		    struct err *);

static int
branch_cost(const struct branch *b, int *cost, struct err *e)
{
	struct tree *sub = (struct tree *)(uintptr_t)b->tree;
	int one = 0;

	if (sub != NULL && tree_cost(sub, b->at, &one, e) < 0)
		return -1;
	*cost += one;
	for (const struct question *q = b->list; q != NULL; q = q->next) {
		++*cost;
		if (branch_cost(&q->yes, cost, e) < 0 ||
		    branch_cost(&q->no, cost, e) < 0)
			return -1;
		for (size_t i = 0; i < q->alsos; i++) {
			if (branch_cost(&q->also[i], cost, e) < 0)
				return -1;
		}
		for (const struct reply_to *r = q->answer; r != NULL;
		    r = r->next) {
			if (branch_cost(&r->branch, cost, e) < 0)
				return -1;
		}
	}
	if (*cost > TREE_COST)
		return yaml_err(b->at, e, "this may ask over %d questions",
		    TREE_COST);
	return 0;
}

static int
tree_cost(struct tree *t, const struct yaml *from, int *cost, struct err *e)
{
	struct branch all = { .at = t->at, .list = t->question };

	if (t->open)
		return yaml_err(from, e, "tree '%s' comes back to itself",
		    t->name);
	if (t->cost < 0) {
		int sum = 0;

		t->open = true;
		if (branch_cost(&all, &sum, e) < 0 ||
		    branch_cost(&t->otherwise, &sum, e) < 0)
			return -1;
		t->open = false;
		t->cost = sum;
	}
	*cost += t->cost;
	return 0;
}

static int
trees_read(struct trees *t, const struct yaml *y, struct err *e)
{
	if (y == NULL)
		return 0;
	if (y->kind != YAML_MAP)
		return yaml_err(y, e, "trees is not a map");
	t->tree = arena_zalloc(&t->arena, ((size_t)y->count + 1) *
	    sizeof(*t->tree));
	for (y = y->first; y != NULL; y = y->next) {
		if (check_name(y, "tree", e) < 0)
			return -1;
		if (outcome_find(t, y->key) != NULL ||
		    strcmp(y->key, "none") == 0)
			return yaml_err(y, e, "an outcome is called '%s', too",
			    y->key);
		t->tree[t->n++] = (struct tree){ .name = y->key, .at = y,
			.cost = -1 };
	}
	for (size_t i = 0; i < t->n; i++) {
		if (tree_load(t, &t->tree[i], e) < 0)
			return -1;
	}
	for (size_t i = 0; i < t->n; i++) {
		int cost = 0;

		if (tree_cost(&t->tree[i], t->tree[i].at, &cost, e) < 0)
			return -1;
	}
	return 0;
}

int
trees_load(struct trees **out, const struct yaml *root, struct err *e)
{
	static const char *const keys[] = { "facts", "outcomes", "trees",
		NULL };
	struct trees *t = xcalloc(1, sizeof(*t));

	if (yaml_only(root, keys, e) == 0 &&
	    facts_load(t, yaml_get(root, "facts"), e) == 0 &&
	    outcomes_load(t, yaml_get(root, "outcomes"), e) == 0 &&
	    trees_read(t, yaml_get(root, "trees"), e) == 0) {
		*out = t;
		return 0;
	}
	trees_free(t);
	return -1;
}

void
trees_free(struct trees *t)
{
	if (t == NULL)
		return;
	arena_free(&t->arena);
	free(t);
}

const char *
trees_name(const struct trees *t, size_t i)
{
	return i < t->n ? t->tree[i].name : NULL;
}

const char *
trees_about(const struct trees *t, const char *name)
{
	const struct tree *tree = tree_find(t, name);

	return tree != NULL && tree->about != NULL ? tree->about : "";
}

bool
trees_has(const struct trees *t, const char *name)
{
	return tree_find(t, name) != NULL;
}

const char *
trees_fact(const struct trees *t, size_t i)
{
	return i < t->facts ? t->fact[i].name : NULL;
}

int64_t
trees_within(const struct trees *t, const char *name)
{
	const struct fact *f = fact_find(t, name);

	return f != NULL ? f->within : 0;
}

const struct outcome *
trees_outcome(const struct trees *t, size_t i)
{
	return i < t->outcomes ? &t->outcome[i] : NULL;
}
