/* Conditions of rules, from YAML to terms and patterns. */
#include <string.h>

#include <uthash.h>

#include "base/time.h"
#include "domain/triage/ruleset.h"

const char *const field_names[FIELDS] = { "subject", "text", "whole", "from",
	"to", "attachment", "channel", "tier", "customer", "first",
	"since_opened", "since_answer" };

/*
 * A space of a rule stands for any white space, and a dot for a line's end as
 * well: lines of mail are broken anywhere. In a class, or behind a backslash,
 * a space is a space.
 */
static const char *
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

/* Fields that are lists, an item a line, are looked at as they are. */
static const char *
written(struct rules *r, const char *text, unsigned fields)
{
	const unsigned lists = 1u << FIELD_TO | 1u << FIELD_ATTACHMENT;

	return fields & lists ? arena_printf(&r->arena, "(?m)%s", text) :
	    spaced(&r->arena, text);
}

/* Rules often ask the same, of their language for instance: compiled once. */
struct known {
	UT_hash_handle hh;
	size_t pattern;
	char text[];
};

static int
add_pattern(struct rules *r, const struct yaml *y, const char *text,
    struct err *e)
{
	struct err why = { 0 }, own = { 0 };
	struct known *k;
	struct pattern *p;

	if (pattern_new(&p, text, &why) < 0) {
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
	k = arena_alloc(&r->arena, sizeof(*k) + strlen(text) + 1);
	memcpy(k->text, text, strlen(text) + 1);
	k->pattern = pattern_set_add(r->set, p);
	HASH_ADD_STR(r->known, text, k);
	return 0;
}

static int
load_pattern(struct rules *r, const struct yaml *y, unsigned fields,
    struct term **out, struct err *e)
{
	struct term *t = new_term(r, TERM_PATTERN, y);
	const char *text;
	struct known *k;

	if (y->kind != YAML_SCALAR || y->text == NULL || *y->text == '\0')
		return yaml_err(y, e, "a pattern is not a text");
	text = written(r, y->text, fields);
	HASH_FIND_STR(r->known, text, k);
	if (k == NULL && add_pattern(r, y, text, e) < 0)
		return -1;
	t->pattern = k != NULL ? k->pattern : r->patterns - 1;
	t->fields = fields;
	r->used |= fields;
	*out = t;
	return 0;
}

void
rule_patterns_free(struct rules *r)
{
	HASH_CLEAR(hh, r->known);
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

/* {Name: pattern, or a list of them}: of those headers of the mail. */
static int
load_header(struct rules *r, const struct yaml *map, struct term **out,
    struct err *e)
{
	struct term **tail;

	if (map->kind != YAML_MAP || map->first == NULL)
		return yaml_err(map, e, "header is not a map of names");
	*out = new_term(r, TERM_ALL, map);
	tail = &(*out)->first;
	for (const struct yaml *y = map->first; y != NULL; y = y->next) {
		struct term *any = new_term(r, TERM_ANY, y);
		struct term **to = &any->first;
		const struct yaml *item = y->kind == YAML_LIST ? y->first : y;

		for (; item != NULL; item = item == y ? NULL : item->next) {
			if (load_pattern(r, item, 0, to, e) < 0)
				return -1;
			(*to)->kind = TERM_HEADER;
			(*to)->header = y->key;
			to = &(*to)->next;
		}
		if (any->first == NULL)
			return yaml_err(y, e, "header %s is an empty list",
			    y->key);
		*tail = any->first->next == NULL ? any->first : any;
		tail = &(*tail)->next;
	}
	return 0;
}

/* {count: N, of: [...]} */
static int
load_some(struct rules *r, const struct yaml *y, struct term **out,
    struct err *e)
{
	static const char *const keys[] = { "count", "of", NULL };
	const struct yaml *of = yaml_get(y, "of");
	int64_t count = 0;

	if (yaml_only(y, keys, e) < 0 ||
	    yaml_int(y, "count", 1, 1000, &count, e) < 0)
		return -1;
	if (of == NULL || of->kind != YAML_LIST)
		return yaml_err(y, e, "at_least has no list 'of'");
	if (count == 0 || count > of->count)
		return yaml_err(y, e, "at_least has no count from 1 to %d",
		    of->count);
	if (load_list(r, of, TERM_SOME, out, e) < 0)
		return -1;
	(*out)->count = (int)count;
	return 0;
}

#define PAST_DEFAULT	(INT64_C(30) * 86400)
#define PAST_MAX	(INT64_C(366) * 86400)

/* {within: 30d, at_least: 3, topic: same}: of the customer's tickets. */
static int
load_previous(struct rules *r, const struct yaml *y, struct term **out,
    struct err *e)
{
	static const char *const keys[] = { "within", "at_least", "topic",
		NULL };
	struct term *t = *out = new_term(r, TERM_PREVIOUS, y);
	int64_t count = 1;

	t->under = PAST_DEFAULT;
	if (yaml_only(y, keys, e) < 0 ||
	    yaml_seconds(y, "within", &t->under, e) < 0 ||
	    yaml_int(y, "at_least", 1, PAST_TICKETS, &count, e) < 0)
		return -1;
	if (t->under > PAST_MAX)
		return yaml_err(yaml_get(y, "within"), e,
		    "within is over 366 days");
	t->count = (int)count;
	t->topic = yaml_str(y, "topic", NULL);
	t->text = arena_printf(&r->arena, "%d within %lldh%s%s", t->count,
	    (long long)(t->under / 3600), t->topic != NULL ? ", topic " : "",
	    t->topic != NULL ? t->topic : "");
	if (t->under > r->need.past)
		r->need.past = t->under;
	return 0;
}

/* A time, or {over: 4h, under: 3d}: since the opening, or our last answer. */
static int
load_since(struct rules *r, const struct yaml *y, int field,
    struct term **out, struct err *e)
{
	static const char *const keys[] = { "over", "under", NULL };
	struct term *t = *out = new_term(r, TERM_SINCE, y);
	struct yaml over = *y, map = { .kind = YAML_MAP, .file = y->file,
	    .line = y->line, .first = &over };

	t->fields = 1u << field;
	t->under = INT64_MAX;
	if (y->kind == YAML_MAP)
		map = *y;
	else {
		over.key = "over";
		over.next = NULL;
	}
	if (yaml_only(&map, keys, e) < 0 ||
	    yaml_seconds(&map, "over", &t->over, e) < 0 ||
	    yaml_seconds(&map, "under", &t->under, e) < 0)
		return -1;
	if (map.first == NULL || t->over >= t->under)
		return yaml_err(y, e, "%s has no time over and under", y->key);
	t->text = arena_printf(&r->arena, "%s%s%s%s",
	    t->over > 0 ? "over " : "", yaml_str(&map, "over", ""),
	    t->under < INT64_MAX ? " under " : "", yaml_str(&map, "under", ""));
	if (field == FIELD_OPENED)
		r->need.opened = true;
	else
		r->need.answered = true;
	return 0;
}

/* A language's name, or a list of them, one of which it is in. */
static int
load_language(struct rules *r, const struct yaml *y, struct term **out,
    struct err *e)
{
	const struct yaml *item = y->kind == YAML_LIST ? y->first : y;
	struct term **tail = out;

	if (y->kind == YAML_MAP || item == NULL)
		return yaml_err(y, e, "language is not a name or a list of "
		    "them");
	if (y->kind == YAML_LIST) {
		*out = new_term(r, TERM_ANY, y);
		tail = &(*out)->first;
	}
	for (; item != NULL; item = y == item ? NULL : item->next) {
		if (item->kind != YAML_SCALAR || item->text == NULL)
			return yaml_err(item, e, "language is not a name");
		*tail = new_term(r, TERM_LANGUAGE, item);
		tail = &(*tail)->next;
	}
	return 0;
}

static int
load_first(struct rules *r, const struct yaml *y, struct term **out,
    struct err *e)
{
	*out = new_term(r, TERM_FIRST, y);
	(*out)->fields = 1u << FIELD_FIRST;
	if (y->text != NULL && strcmp(y->text, "true") == 0)
		(*out)->truth = true;
	else if (y->text == NULL || strcmp(y->text, "false") != 0)
		return yaml_err(y, e, "first is not true or false");
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
	if (strcmp(y->key, "at_least") == 0)
		return load_some(r, y, out, e);
	if (strcmp(y->key, "header") == 0)
		return load_header(r, y, out, e);
	if (strcmp(y->key, "previous") == 0)
		return load_previous(r, y, out, e);
	if (strcmp(y->key, "language") == 0)
		return load_language(r, y, out, e);
	for (int field = 0; field < FIELDS; field++) {
		if (strcmp(y->key, field_names[field]) != 0)
			continue;
		return field == FIELD_FIRST ? load_first(r, y, out, e) :
		    field > FIELD_FIRST ? load_since(r, y, field, out, e) :
		    load_field(r, y, field, out, e);
	}
	return yaml_err(y, e, "unknown condition '%s'", y->key);
}

int
rule_condition(struct rules *r, const struct yaml *map, struct term **out,
    struct err *e)
{
	return load_map(r, map, out, e);
}
