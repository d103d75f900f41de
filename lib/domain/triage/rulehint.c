/* Parts of a rule beside its condition: hints, dates, names it captures. */
#include <string.h>

#include "base/time.h"
#include "domain/triage/ruleset.h"

/* The map without its score: the condition. */
static const struct yaml *
without_score(struct arena *a, const struct yaml *map)
{
	struct yaml *out = arena_zalloc(a, sizeof(*out)), **tail = &out->first;

	*out = *map;
	out->first = NULL;
	for (const struct yaml *y = map->first; y != NULL; y = y->next) {
		if (strcmp(y->key, "score") == 0)
			continue;
		*tail = arena_alloc(a, sizeof(**tail));
		**tail = *y;
		(*tail)->next = NULL;
		tail = &(*tail)->next;
	}
	return out;
}

static int
load_hint(struct rules *r, const struct yaml *y, struct hint **out,
    struct err *e)
{
	struct hint *h = arena_zalloc(&r->arena, sizeof(*h));
	int64_t score = 0;

	if (y->kind != YAML_MAP)
		return yaml_err(y, e, "a hint is not a map");
	if (yaml_int(y, "score", -100, 100, &score, e) < 0)
		return -1;
	if (score == 0)
		return yaml_err(y, e, "a hint has no score");
	h->score = (int)score;
	*out = h;
	return rule_condition(r, without_score(&r->arena, y), &h->when, e);
}

int
rule_hints(struct rules *r, const struct yaml *y, struct rule *rule,
    struct err *e)
{
	const struct yaml *list = yaml_get(y, "hints");
	struct hint **tail = &rule->hints;
	int64_t least = 0;

	if (yaml_int(y, "least", 1, 100, &least, e) < 0)
		return -1;
	rule->least = (int)least;
	if (list == NULL)
		return least == 0 ? 0 : yaml_err(yaml_get(y, "least"), e,
		    "least without hints");
	if (list->kind != YAML_LIST || list->first == NULL)
		return yaml_err(list, e, "hints is not a list");
	for (const struct yaml *h = list->first; h != NULL; h = h->next) {
		if (load_hint(r, h, tail, e) < 0)
			return -1;
		tail = &(*tail)->next;
	}
	if (rule->when == NULL && least == 0)
		return yaml_err(list, e, "hints without a when need a least");
	return 0;
}

/* A date is its beginning in UTC. */
static int
load_moment(const struct yaml *y, const char *key, int64_t *out, struct err *e)
{
	const struct yaml *v = yaml_get(y, key);

	if (v == NULL || (v->text != NULL && time_parse(v->text, out) == 0))
		return 0;
	if (v->text == NULL || date_parse(v->text, out) < 0)
		return yaml_err(v, e, "%s is not a date or time", key);
	*out *= 86400;
	return 0;
}

int
rule_dates(const struct yaml *y, struct rule_info *f, struct err *e)
{
	f->from = INT64_MIN;
	f->until = INT64_MAX;
	if (load_moment(y, "from", &f->from, e) < 0 ||
	    load_moment(y, "until", &f->until, e) < 0)
		return -1;
	if (f->until <= f->from)
		return yaml_err(yaml_get(y, "until"), e,
		    "until is not after from");
	return 0;
}

struct names {
	const char *name[CAPTURES_MAX + 1];
	size_t n;
	bool full;
};

static void
add_name(struct names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++) {
		if (strcmp(names->name[i], name) == 0)
			return;
	}
	if (names->n == CAPTURES_MAX)
		names->full = true;
	else
		names->name[names->n++] = name;
}

/* What is below a not captures nothing. */
static void
term_names(const struct rules *r, const struct term *t, struct names *names)
{
	const char *name;

	if (t == NULL || t->kind == TERM_NOT)
		return;
	if (t->kind == TERM_PATTERN || t->kind == TERM_HEADER) {
		for (size_t i = 0; (name = pattern_name(
		    r->pattern[t->pattern], i)) != NULL; i++)
			add_name(names, name);
	}
	for (t = t->first; t != NULL; t = t->next)
		term_names(r, t, names);
}

/* Whether it asks for earlier tickets of what others take the topic for. */
static bool
asks_topic(const struct term *t)
{
	if (t == NULL)
		return false;
	if (t->kind == TERM_PREVIOUS)
		return t->topic != NULL && strcmp(t->topic, "same") == 0;
	for (t = t->first; t != NULL; t = t->next) {
		if (asks_topic(t))
			return true;
	}
	return false;
}

int
rule_names(struct rules *r, const struct yaml *y, struct rule *rule,
    struct err *e)
{
	struct names names = { .n = 0 };
	const char **copy;
	bool late = asks_topic(rule->when);

	term_names(r, rule->when, &names);
	for (const struct hint *h = rule->hints; h != NULL; h = h->next) {
		term_names(r, h->when, &names);
		late |= asks_topic(h->when);
	}
	if (names.full)
		return yaml_err(y, e, "rule '%s' captures over %d names",
		    rule->info.id, CAPTURES_MAX);
	copy = arena_alloc(&r->arena, (names.n + 1) * sizeof(*copy));
	memcpy(copy, names.name, names.n * sizeof(*copy));
	copy[names.n] = NULL;
	rule->info.captures = copy;
	rule->late = late && rule->info.topic == NULL;
	return 0;
}
