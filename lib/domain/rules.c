/* Rules from their files to conditions and patterns. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/ruleset.h"

const char *const field_names[FIELDS] = { "subject", "text", "from",
	"channel", "tier", "first" };

struct rules *
rules_new(void)
{
	struct rules *r = xcalloc(1, sizeof(*r));

	r->set = pattern_set_new();
	r->answering.threshold = -1;
	return r;
}

const struct answering *
rules_answering(const struct rules *r)
{
	return &r->answering;
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
	free(r->pattern);
	free(r->rule);
	free(r->disabled);
	arena_free(&r->arena);
	free(r);
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

/*
 * A space of a rule stands for any white space, and a dot for a line's end as
 * well: lines of mail are broken anywhere. In a class, or behind a backslash,
 * a space is a space.
 */
static char *
spaced(struct arena *a, const char *p)
{
	struct buf b = BUF_INIT;
	bool class = false;
	char *text;

	buf_adds(&b, "(?s)");
	for (; *p != '\0'; p++) {
		if (*p == '\\' && p[1] != '\0') {
			buf_add(&b, p++, 2);
			continue;
		}
		if (!class && *p == '[') {
			class = true;
			buf_addc(&b, *p);
			if (p[1] == '^')
				buf_addc(&b, *++p);
			if (p[1] == ']')
				buf_addc(&b, *++p);
			continue;
		}
		if (class && *p == '[' && p[1] == ':') {
			const char *end = strstr(p, ":]");

			if (end != NULL) {
				buf_add(&b, p, (size_t)(end + 2 - p));
				p = end + 1;
				continue;
			}
		}
		if (class && *p == ']')
			class = false;
		if (class || *p != ' ') {
			buf_addc(&b, *p);
			continue;
		}
		while (p[1] == ' ')
			p++;
		buf_adds(&b, p[1] != '\0' && strchr("?*+{", p[1]) != NULL ?
		    "\\s" : "\\s+");
	}
	text = arena_strndup(a, b.data, b.len);
	buf_free(&b);
	return text;
}

static struct term *
new_term(struct rules *r, enum term_kind kind, const struct yaml *y)
{
	struct term *t = arena_zalloc(&r->arena, sizeof(*t));

	t->kind = kind;
	t->line = y->line;
	t->text = y->text;
	return t;
}

static int
load_pattern(struct rules *r, const struct yaml *y, unsigned fields,
    struct term **out, struct err *e)
{
	struct term *t = new_term(r, TERM_PATTERN, y);
	struct err why = { 0 }, own = { 0 };
	struct pattern *p;

	if (y->kind != YAML_SCALAR || y->text == NULL || *y->text == '\0')
		return yaml_err(y, e, "a pattern is not a text");
	if (pattern_new(&p, spaced(&r->arena, y->text), &why) < 0) {
		/* Bytes are counted in the pattern as it is written. */
		if (pattern_new(&p, y->text, &own) == 0) {
			pattern_free(p);
			own = why;
		}
		return yaml_err(y, e, "%s", own.text);
	}
	if (r->patterns == r->pattern_room) {
		r->pattern_room = r->pattern_room > 0 ?
		    2 * r->pattern_room : 256;
		r->pattern = xreallocarray(r->pattern, r->pattern_room,
		    sizeof(struct pattern *));
	}
	r->pattern[r->patterns++] = p;
	t->pattern = pattern_set_add(r->set, p);
	t->fields = fields;
	*out = t;
	return 0;
}

static int load_entry(struct rules *, const struct yaml *, struct term **,
    struct err *);

/* A map of a condition: all of its entries hold. */
static int
load_map(struct rules *r, const struct yaml *map, struct term **out,
    struct err *e)
{
	struct term *all = new_term(r, TERM_ALL, map);
	struct term **tail = &all->first;

	if (map->first == NULL)
		return yaml_err(map, e, "an empty condition");
	for (const struct yaml *y = map->first; y != NULL; y = y->next) {
		if (load_entry(r, y, tail, e) < 0)
			return -1;
		tail = &(*tail)->next;
	}
	*out = all->first->next == NULL ? all->first : all;
	return 0;
}

/* A list of a condition: patterns of subject or text, and maps. */
static int
load_list(struct rules *r, const struct yaml *list, enum term_kind kind,
    struct term **out, struct err *e)
{
	const unsigned both = 1u << FIELD_SUBJECT | 1u << FIELD_TEXT;
	struct term **tail;

	*out = new_term(r, kind, list);
	tail = &(*out)->first;
	if (list->kind == YAML_MAP)
		return load_map(r, list, tail, e);
	if (list->kind == YAML_SCALAR)
		return load_pattern(r, list, both, tail, e);
	if (list->first == NULL)
		return yaml_err(list, e, "%s is an empty list", list->key);
	for (const struct yaml *y = list->first; y != NULL; y = y->next) {
		if ((y->kind == YAML_MAP ? load_map(r, y, tail, e) :
		    load_pattern(r, y, both, tail, e)) < 0)
			return -1;
		tail = &(*tail)->next;
	}
	return 0;
}

/* One value of a field, or a list of them, one of which it has. */
static int
load_field(struct rules *r, const struct yaml *y, int field,
    struct term **out, struct err *e)
{
	const struct yaml *item = y->kind == YAML_LIST ? y->first : y;
	struct term **tail = out;

	if (y->kind == YAML_MAP || item == NULL)
		return yaml_err(y, e, "%s is not a text or a list of them",
		    y->key);
	if (y->kind == YAML_LIST) {
		*out = new_term(r, TERM_ANY, y);
		tail = &(*out)->first;
	}
	for (; item != NULL; item = y == item ? NULL : item->next) {
		if (field < SCANNED) {
			if (load_pattern(r, item, 1u << field, tail, e) < 0)
				return -1;
		} else if (item->kind != YAML_SCALAR || item->text == NULL)
			return yaml_err(item, e, "%s is not a text", y->key);
		else {
			*tail = new_term(r, TERM_EQUAL, item);
			(*tail)->fields = 1u << field;
		}
		tail = &(*tail)->next;
	}
	return 0;
}

static int
load_entry(struct rules *r, const struct yaml *y, struct term **out,
    struct err *e)
{
	if (strcmp(y->key, "all") == 0)
		return load_list(r, y, TERM_ALL, out, e);
	if (strcmp(y->key, "any") == 0)
		return load_list(r, y, TERM_ANY, out, e);
	if (strcmp(y->key, "not") == 0)
		return load_list(r, y, TERM_NOT, out, e);
	for (int field = 0; field < FIELD_FIRST; field++) {
		if (strcmp(y->key, field_names[field]) == 0)
			return load_field(r, y, field, out, e);
	}
	if (strcmp(y->key, "first") != 0)
		return yaml_err(y, e, "unknown condition '%s'", y->key);
	*out = new_term(r, TERM_FIRST, y);
	(*out)->fields = 1u << FIELD_FIRST;
	if (y->text != NULL && strcmp(y->text, "true") == 0)
		(*out)->truth = true;
	else if (y->text == NULL || strcmp(y->text, "false") != 0)
		return yaml_err(y, e, "first is not true or false");
	return 0;
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
	int64_t confidence = -1;

	info->category = yaml_str(y, "category", NULL);
	info->topic = yaml_str(y, "topic", NULL);
	info->reply = yaml_str(y, "reply", NULL);
	info->severity = severity_parse(severity);
	if (yaml_get(y, "severity") != NULL && info->severity < 0)
		return yaml_err(yaml_get(y, "severity"), e,
		    "severity is not LOW, MEDIUM, HIGH or CRITICAL");
	if (yaml_int(y, "confidence", 0, 100, &confidence, e) < 0 ||
	    yaml_bool(y, "resolve", &info->resolve, e) < 0 ||
	    yaml_bool(y, "closing", &info->closing, e) < 0 ||
	    yaml_bool(y, "sensitive", &info->sensitive, e) < 0 ||
	    load_route(y, info, e) < 0 || load_escalate(r, y, info, e) < 0 ||
	    load_texts(r, y, "tags", &info->tags, e) < 0)
		return -1;
	if (confidence < 0)
		return yaml_err(y, e, "rule '%s' has no confidence", info->id);
	info->confidence = (int)confidence;
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
		"severity", "confidence", "reply", "resolve", "closing",
		"route", "escalate", "tags", "sensitive", "examples", NULL };
	struct rule *rule = arena_zalloc(&r->arena, sizeof(*rule));
	const struct yaml *when = yaml_get(y, "when");

	if (yaml_only(y, keys, e) < 0 || check_id(r, y, e) < 0)
		return -1;
	rule->info.id = yaml_str(y, "id", NULL);
	rule->info.file = y->file;
	rule->info.line = y->line;
	rule->order = r->n;
	if (when == NULL || when->kind != YAML_MAP)
		return yaml_err(y, e, "rule '%s' has no when", rule->info.id);
	if (load_map(r, when, &rule->when, e) < 0 ||
	    load_verdict(r, y, &rule->info, e) < 0 ||
	    load_examples(y, rule, e) < 0)
		return -1;
	if (r->n == r->room) {
		r->room = r->room > 0 ? 2 * r->room : 64;
		r->rule = xreallocarray(r->rule, r->room, sizeof(*r->rule));
	}
	r->rule[r->n++] = rule;
	return 0;
}

/* Of several files the first that says a thing counts. */
static int
load_answering(struct answering *a, const struct yaml *file, struct err *e)
{
	int64_t threshold = -1, within = 0;

	if (yaml_int(file, "threshold", 0, 100, &threshold, e) < 0 ||
	    yaml_seconds(file, "answer_within", &within, e) < 0)
		return -1;
	if (a->threshold < 0)
		a->threshold = (int)threshold;
	if (a->acknowledge == NULL)
		a->acknowledge = yaml_str(file, "acknowledge", NULL);
	if (a->within == 0)
		a->within = within;
	return 0;
}

/* What stands beside a file's rules; and rules switched off. */
static int
load_head(struct rules *r, const struct yaml *file, struct err *e)
{
	static const char *const keys[] = { "threshold", "acknowledge",
		"answer_within", "disable", "rules", NULL };
	const struct yaml *list = yaml_get(file, "disable");

	if (yaml_only(file, keys, e) < 0 ||
	    load_answering(&r->answering, file, e) < 0)
		return -1;
	if (list != NULL && list->kind != YAML_LIST)
		return yaml_err(list, e, "disable is not a list");
	for (const struct yaml *y = list != NULL ? list->first : NULL;
	    y != NULL; y = y->next) {
		if (y->text == NULL)
			return yaml_err(y, e, "not a rule's id");
		if (r->disables == r->disable_room) {
			r->disable_room = 2 * r->disable_room + 8;
			r->disabled = xreallocarray(r->disabled,
			    r->disable_room, sizeof(*r->disabled));
		}
		r->disabled[r->disables++] = y;
	}
	return 0;
}

int
rules_add(struct rules *r, const struct yaml *file, struct err *e)
{
	const struct yaml *list = file;

	if (file->kind == YAML_MAP) {
		if (load_head(r, file, e) < 0)
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

static int
disable(struct rules *r, const struct yaml *id, struct err *e)
{
	for (size_t i = 0; i < r->n; i++) {
		if (strcmp(r->rule[i]->info.id, id->text) != 0)
			continue;
		memmove(&r->rule[i], &r->rule[i + 1],
		    (r->n - i - 1) * sizeof(*r->rule));
		r->n--;
		return 0;
	}
	return yaml_err(id, e, "no rule '%s' to disable", id->text);
}

int
rules_ready(struct rules *r, struct err *e)
{
	for (size_t i = 0; i < r->disables; i++) {
		if (disable(r, r->disabled[i], e) < 0)
			return -1;
	}
	return 0;
}
