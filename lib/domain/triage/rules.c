/* Rules from their files to conditions and patterns. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/triage/ruleset.h"

struct rules *
rules_new(void)
{
	struct rules *r = xcalloc(1, sizeof(*r));

	r->set = pattern_set_new();
	answering_empty(&r->answering);
	r->languages = languages_new(&r->arena);
	return r;
}

const struct rules_need *
rules_need(const struct rules *r)
{
	return &r->need;
}

void
rules_free(struct rules *r)
{
	if (r == NULL)
		return;
	for (int i = 0; r->built && i < SCANNED; i++)
		pattern_scan_free(r->scan[i]);
	pattern_set_free(r->set);
	for (size_t i = 0; i < r->patterns; i++)
		pattern_free(r->pattern[i]);
	rule_index_free(r->index);
	rule_patterns_free(r);
	languages_free(r->languages);
	free(r->memo);
	free(r->grams);
	free(r->pattern);
	free(r->rule);
	free(r->disabled);
	arena_free(&r->arena);
	free(r);
}

const struct languages *
rules_languages(const struct rules *r)
{
	return r->languages;
}

size_t
rules_count(const struct rules *r)
{
	return r->n;
}

const struct rule_info *
rules_info(const struct rules *r, size_t i)
{
	return &r->rule[i]->info;
}

/* A list of texts, ended by NULL; none for a missing one. */
static int
load_texts(struct rules *r, const struct yaml *rule, const char *key,
    const char *const **out, struct err *e)
{
	const struct yaml *list = yaml_get(rule, key);
	const char **texts;
	size_t n = 0;

	if (list != NULL && list->kind != YAML_LIST)
		return yaml_err(list, e, "%s is not a list", key);
	texts = arena_zalloc(&r->arena, ((list != NULL ?
	    (size_t)list->count : 0) + 1) * sizeof(*texts));
	for (const struct yaml *y = list != NULL ? list->first : NULL;
	    y != NULL; y = y->next) {
		if (y->text == NULL)
			return yaml_err(y, e, "%s is not a list of texts",
			    key);
		texts[n++] = y->text;
	}
	*out = texts;
	return 0;
}

static int
load_escalate(struct rules *r, const struct yaml *rule,
    struct rule_info *info, struct err *e)
{
	static const char *const keys[] = { "level", "to", "within", NULL };
	const struct yaml *y = yaml_get(rule, "escalate");
	const char *within;
	struct duration d;
	int64_t level = 0;

	if (load_texts(r, y, "to", &info->to, e) < 0)
		return -1;
	if (y == NULL)
		return 0;
	if (yaml_only(y, keys, e) < 0 ||
	    yaml_int(y, "level", 1, 4, &level, e) < 0)
		return -1;
	if (level == 0)
		return yaml_err(y, e, "escalate has no level");
	info->escalate = (int)level;
	if (yaml_get(y, "within") == NULL)
		return 0;
	if ((within = yaml_str(y, "within", NULL)) == NULL ||
	    duration_parse(within, &d) < 0 || d.unit != DURATION_SECONDS)
		return yaml_err(yaml_get(y, "within"), e,
		    "within is not a time such as 30m or 4h");
	info->within = d.amount;
	return 0;
}

static int
load_route(const struct yaml *rule, struct rule_info *info, struct err *e)
{
	static const char *const keys[] = { "team", "channel", NULL };
	const struct yaml *y = yaml_get(rule, "route");

	if (y == NULL)
		return 0;
	if (yaml_only(y, keys, e) < 0)
		return -1;
	info->team = yaml_str(y, "team", NULL);
	info->route_channel = yaml_str(y, "channel", NULL);
	return 0;
}

static int
load_examples(const struct yaml *rule, struct rule *to, struct err *e)
{
	static const char *const keys[] = { "match", "no_match", NULL };
	const struct yaml *y = yaml_get(rule, "examples");

	if (y == NULL)
		return 0;
	if (yaml_only(y, keys, e) < 0)
		return -1;
	to->match = yaml_get(y, "match");
	to->no_match = yaml_get(y, "no_match");
	for (y = y->first; y != NULL; y = y->next) {
		if (y->kind != YAML_LIST)
			return yaml_err(y, e, "%s is not a list", y->key);
	}
	return 0;
}

/* What the rule says when it matches. */
static int
load_verdict(struct rules *r, const struct yaml *y, struct rule_info *info,
    struct err *e)
{
	const char *severity = yaml_str(y, "severity", NULL);
	int64_t confidence = -1, adds = 0;

	info->category = yaml_str(y, "category", NULL);
	info->topic = yaml_str(y, "topic", NULL);
	info->reply = yaml_str(y, "reply", NULL);
	info->severity = severity_parse(severity);
	if (yaml_get(y, "severity") != NULL && info->severity < 0)
		return yaml_err(yaml_get(y, "severity"), e,
		    "severity is not LOW, MEDIUM, HIGH or CRITICAL");
	info->at_most = severity_parse(yaml_str(y, "at_most", NULL));
	if (yaml_get(y, "at_most") != NULL && (info->at_most < 0 ||
	    info->at_most >= SEVERITY_HIGH || info->severity >= 0))
		return yaml_err(yaml_get(y, "at_most"), e,
		    "at_most is LOW or MEDIUM, in a rule without severity");
	if (yaml_int(y, "confidence", 0, 100, &confidence, e) < 0 ||
	    yaml_int(y, "adds", -100, 100, &adds, e) < 0 ||
	    rule_dates(y, info, e) < 0 ||
	    yaml_bool(y, "resolve", &info->resolve, e) < 0 ||
	    yaml_bool(y, "closing", &info->closing, e) < 0 ||
	    yaml_bool(y, "sensitive", &info->sensitive, e) < 0 ||
	    load_route(y, info, e) < 0 || load_escalate(r, y, info, e) < 0 ||
	    load_texts(r, y, "tags", &info->tags, e) < 0 ||
	    load_texts(r, y, "overrules", &info->overrules, e) < 0)
		return -1;
	info->adds = yaml_get(y, "adds") != NULL;
	if (info->adds && (confidence >= 0 || yaml_get(y, "hints") != NULL))
		return yaml_err(yaml_get(y, "adds"), e, "rule '%s' adds, and "
		    "has %s of its own", info->id, confidence >= 0 ?
		    "a confidence" : "hints");
	if (confidence < 0 && !info->adds && yaml_get(y, "hints") == NULL)
		return yaml_err(y, e, "rule '%s' has no confidence", info->id);
	info->confidence = (int)(info->adds ? adds : confidence < 0 ? 0 :
	    confidence);
	return 0;
}

static int
check_id(const struct rules *r, const struct yaml *y, struct err *e)
{
	const char *id = yaml_str(y, "id", NULL);

	if (id == NULL || *id == '\0' || strlen(id) > 64 || strspn(id,
	    "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(id))
		return yaml_err(y, e, "a rule's id is not of a-z, 0-9 and -");
	for (size_t i = 0; i < r->n; i++) {
		const struct rule_info *other = &r->rule[i]->info;

		if (strcmp(other->id, id) == 0)
			return yaml_err(y, e, "rule '%s' is also at %s:%d", id,
			    other->file, other->line);
	}
	return 0;
}

static int
load_rule(struct rules *r, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = { "id", "when", "category", "topic",
		"severity", "at_most", "confidence", "reply", "resolve",
		"closing", "route", "escalate", "tags", "sensitive", "examples", "adds",
		"hints", "least", "from", "until", "overrules", NULL };
	struct rule *rule = arena_zalloc(&r->arena, sizeof(*rule));
	const struct yaml *when = yaml_get(y, "when");

	if (yaml_only(y, keys, e) < 0 || check_id(r, y, e) < 0)
		return -1;
	rule->info.id = yaml_str(y, "id", NULL);
	rule->info.file = y->file;
	rule->info.line = y->line;
	rule->order = r->n;
	if (when == NULL ? yaml_get(y, "hints") == NULL :
	    when->kind != YAML_MAP)
		return yaml_err(y, e, "rule '%s' has no when", rule->info.id);
	if ((when != NULL && rule_condition(r, when, &rule->when, e) < 0) ||
	    rule_hints(r, y, rule, e) < 0 ||
	    load_verdict(r, y, &rule->info, e) < 0 ||
	    load_examples(y, rule, e) < 0 || rule_names(r, y, rule, e) < 0)
		return -1;
	if (r->n == r->room) {
		r->room = r->room > 0 ? 2 * r->room : 64;
		r->rule = xreallocarray(r->rule, r->room, sizeof(*r->rule));
	}
	r->rule[r->n++] = rule;
	return 0;
}

int
rules_add(struct rules *r, const struct yaml *file, struct err *e)
{
	const struct yaml *list = file;

	if (file->kind == YAML_MAP) {
		if (rule_head(r, file, e) < 0)
			return -1;
		if ((list = yaml_get(file, "rules")) == NULL)
			return 0;
	}
	if (list->kind != YAML_LIST)
		return yaml_err(list, e, "not a list of rules");
	for (const struct yaml *y = list->first; y != NULL; y = y->next) {
		if (y->kind != YAML_MAP)
			return yaml_err(y, e, "a rule is not a map");
		if (load_rule(r, y, e) < 0)
			return -1;
	}
	return 0;
}

/* Heads may stand behind what asks for their languages. */
static int
check_languages(const struct rules *r, const struct rule *rule,
    const struct term *t, struct err *e)
{
	if (t->kind == TERM_LANGUAGE && languages_find(r->languages,
	    t->text) < 0)
		return err_set(e, ERR_CONFIG, "%s:%d: no language '%s' under "
		    "languages", rule->info.file, t->line, t->text);
	for (t = t->first; t != NULL; t = t->next) {
		if (check_languages(r, rule, t, e) < 0)
			return -1;
	}
	return 0;
}

static int
languages_ready(const struct rules *r, const struct rule *rule,
    struct err *e)
{
	if (rule->when != NULL && check_languages(r, rule, rule->when, e) < 0)
		return -1;
	for (const struct hint *h = rule->hints; h != NULL; h = h->next) {
		if (check_languages(r, rule, h->when, e) < 0)
			return -1;
	}
	return 0;
}

int
rules_ready(struct rules *r, struct err *e)
{
	if (rule_heads_ready(r, e) < 0)
		return -1;
	for (size_t i = 0; i < r->n; i++) {
		if (languages_ready(r, r->rule[i], e) < 0)
			return -1;
	}
	r->lates = 0;
	for (size_t i = 0; i < r->n; i++)
		r->lates += r->rule[i]->late;
	return 0;
}
