/* Which parts of a text are secret: the rules, and masking. */
#include <stdlib.h>
#include <string.h>

#include "format/pattern.h"
#include "format/record.h"
#include "format/secret.h"
#include "format/secretcheck.h"

#define RULES_MAX	200
#define FIND_MAX	100000	/* secrets of one text */

struct rule {
	const char *name;
	struct pattern *pattern;
	secret_check *check;	/* or NULL */
	const struct yaml *yaml;
};

struct secrets {
	struct arena arena;
	struct rule rule[RULES_MAX];
	size_t rules;
	struct pattern_set *set;
	struct pattern_scan *scan;
	struct secret_words words;
	struct secret *found;
	size_t n, room;
};

/* A list of words, lower case as they stand; NULL ends. */
static int
load_words(struct secrets *s, const struct yaml *root, const char *key,
    const char *const **out, struct err *e)
{
	const struct yaml *list = yaml_get(root, key);
	const char **words;
	size_t n = 0;

	words = arena_zalloc(&s->arena, sizeof(*words) *
	    (size_t)((list != NULL ? list->count : 0) + 1));
	*out = words;
	if (list != NULL && list->kind != YAML_LIST)
		return yaml_err(list, e, "%s is not a list", key);
	for (const struct yaml *y = list != NULL ? list->first : NULL;
	    y != NULL; y = y->next) {
		if (y->text == NULL || *y->text == '\0')
			return yaml_err(y, e, "an empty word");
		words[n++] = arena_strdup(&s->arena, y->text);
	}
	return 0;
}

static int
load_rule(struct secrets *s, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = { "name", "pattern", "check",
		"secret", "no_secret", NULL };
	const char *name = yaml_str(y, "name", NULL);
	const char *text = yaml_str(y, "pattern", NULL);
	const char *check = yaml_str(y, "check", NULL);
	struct rule *r = &s->rule[s->rules];
	struct err bad = { 0 };

	if (yaml_only(y, keys, e) < 0)
		return -1;
	if (name == NULL || text == NULL)
		return yaml_err(y, e, "a secret needs a name and a pattern");
	if (s->rules == RULES_MAX)
		return yaml_err(y, e, "over %d secrets", RULES_MAX);
	if (check != NULL && (r->check = secret_check_named(check)) == NULL)
		return yaml_err(yaml_get(y, "check"), e,
		    "there is no check '%s'", check);
	if (pattern_new(&r->pattern, text, &bad) < 0)
		return yaml_err(yaml_get(y, "pattern"), e, "%s", bad.text);
	r->name = arena_strdup(&s->arena, name);
	r->yaml = y;
	s->rules++;
	pattern_set_add(s->set, r->pattern);
	return 0;
}

int
secrets_load(struct secrets **out, const struct yaml *root, struct err *e)
{
	static const char *const keys[] = { "secrets", "placeholders",
		"no_cards", NULL };
	const struct yaml *list = yaml_get(root, "secrets");
	struct secrets *s = xcalloc(1, sizeof(*s));

	s->set = pattern_set_new();
	if (yaml_only(root, keys, e) < 0)
		goto bad;
	if (list == NULL || list->kind != YAML_LIST) {
		yaml_err(root, e, "secrets is not a list");
		goto bad;
	}
	if (load_words(s, root, "placeholders", &s->words.placeholders,
	    e) < 0 || load_words(s, root, "no_cards", &s->words.no_cards,
	    e) < 0)
		goto bad;
	for (const struct yaml *y = list->first; y != NULL; y = y->next) {
		if (load_rule(s, y, e) < 0)
			goto bad;
	}
	pattern_set_build(s->set);
	s->scan = pattern_scan_new(s->set);
	*out = s;
	return 0;
bad:
	secrets_free(s);
	return -1;
}

void
secrets_free(struct secrets *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->rules; i++)
		pattern_free(s->rule[i].pattern);
	if (s->scan != NULL)
		pattern_scan_free(s->scan);
	pattern_set_free(s->set);
	free(s->found);
	arena_free(&s->arena);
	free(s);
}

static void
add_found(struct secrets *s, const struct span *at, const char *name,
    size_t rule)
{
	if (s->n == s->room) {
		s->room = s->room > 0 ? 2 * s->room : 16;
		s->found = xreallocarray(s->found, s->room,
		    sizeof(*s->found));
	}
	s->found[s->n++] = (struct secret){ at->start, at->end, name,
		rule };
}

/* All that one rule finds; of its match the part named value, if any. */
static void
find_rule(struct secrets *s, const struct rule *r, const char *text,
    size_t len)
{
	struct err limits = { 0 };
	struct span match, value;
	size_t from = 0;

	while (from < len && s->n < FIND_MAX && pattern_scan_find(s->scan,
	    (size_t)(r - s->rule), from, &match, &limits) == 1) {
		value = match;
		pattern_group(r->pattern, "value", &value);
		from = match.end > from ? match.end : from + 1;
		/* What is no secret may hold the beginning of one. */
		if (r->check != NULL && !r->check(&s->words, text, len,
		    &value)) {
			from = match.start + 1;
			while (from < len &&
			    ((unsigned char)text[from] & 0xc0) == 0x80)
				from++;
			if (value.start > from)
				from = value.start;
			continue;
		}
		if (value.end > value.start)
			add_found(s, &value, r->name,
			    (size_t)(r - s->rule));
	}
}

/* By where they start; the longer, then the earlier rule's first. */
static int
by_start(const void *x, const void *y)
{
	const struct secret *a = x, *b = y;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	if (a->end != b->end)
		return a->end > b->end ? -1 : 1;
	return a->rule < b->rule ? -1 : 1;
}

size_t
secrets_find(struct secrets *s, const char *text, size_t len,
    const struct secret **out)
{
	size_t n = 0;

	s->n = 0;
	pattern_scan_text(s->scan, text, len);
	for (size_t i = 0; i < s->rules; i++) {
		if (pattern_scan_may(s->scan, i))
			find_rule(s, &s->rule[i], text, len);
	}
	if (s->n > 1)
		qsort(s->found, s->n, sizeof(*s->found), by_start);
	/* Where one reaches into the next they are one. */
	for (size_t i = 0; i < s->n; i++) {
		struct secret *last = n > 0 ? &s->found[n - 1] : NULL;

		if (last == NULL || s->found[i].start >= last->end)
			s->found[n++] = s->found[i];
		else if (s->found[i].end > last->end)
			last->end = s->found[i].end;
	}
	*out = s->found;
	return s->n = n;
}

size_t
secrets_redact(struct secrets *s, const char *text, size_t len,
    struct buf *out)
{
	const struct secret *found;
	size_t n = secrets_find(s, text, len, &found), from = 0;

	for (size_t i = 0; i < n; i++) {
		buf_add(out, text + from, found[i].start - from);
		buf_printf(out, SECRET_MARK "%s]", found[i].name);
		from = found[i].end;
	}
	buf_add(out, text + from, len - from);
	return n;
}

static bool
key_is(const struct value *key, const char *name)
{
	return key->len == strlen(name) + 2 && memcmp(key->text + 1, name,
	    key->len - 2) == 0;
}

/* What names records and bytes; a change would break what follows it. */
static bool
is_name(const struct value *key)
{
	static const char *const names[] = { "id", "type", "at", "ticket",
		"raw", "sha256", "message_id", "in_reply_to", "references",
		"thread_index", "message", "messages", "into", "about",
		"survey", "bodies", "blobs" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (key_is(key, names[i]))
			return true;
	}
	return false;
}

static size_t	redact_value(struct secrets *, const struct value *,
		    struct buf *, struct arena *);

struct moves {			/* what masking does to places in a text */
	struct secret *found;
	size_t n;
};

static size_t
mask_length(const struct secret *found)
{
	return strlen(SECRET_MARK "]") + strlen(found->name);
}

static int64_t
moved(const struct moves *m, int64_t place)
{
	int64_t by = 0;

	for (size_t i = 0; i < m->n; i++) {
		const struct secret *f = &m->found[i];

		if (place <= (int64_t)f->start)
			break;
		/* A place within moves to the mask's end. */
		by += (int64_t)mask_length(f) - ((int64_t)f->end < place ?
		    (int64_t)f->end : place) + (int64_t)f->start;
	}
	return place + by;
}

/* The member "text" of the object tells what moves. */
static struct moves
moves_of(struct secrets *s, const struct value *object, struct arena *a)
{
	const struct secret *found;
	struct value key, v;
	struct moves m = { NULL, 0 };
	size_t pos = 0, len;
	const char *text;

	while (value_field(object, &pos, &key, &v)) {
		if (!key_is(&key, "text") || v.kind != VALUE_STRING)
			continue;
		text = value_str(&v, a, &len);
		m.n = secrets_find(s, text, len, &found);
		m.found = arena_alloc(a, (m.n + 1) * sizeof(*found));
		if (m.n > 0)
			memcpy(m.found, found, m.n * sizeof(*found));
	}
	return m;
}

/* Ranges of the text, as they lie in the masked one. */
static void
write_moved(const struct moves *m, const struct value *v, struct buf *out)
{
	struct value item;
	size_t pos = 0;
	int64_t place;

	if (value_int(v, &place)) {
		buf_printf(out, "%lld", (long long)moved(m, place));
		return;
	}
	if (v->kind != VALUE_ARRAY) {
		buf_add(out, v->text, v->len);
		return;
	}
	for (char before = '['; value_next(v, &pos, &item); before = ',') {
		buf_addc(out, before);
		write_moved(m, &item, out);
	}
	buf_adds(out, pos == 0 ? "[]" : "]");
}

static size_t
redact_string(struct secrets *s, const struct value *v, struct buf *out,
    struct arena *a)
{
	size_t len, n;
	const char *text = value_str(v, a, &len);
	struct buf clean = BUF_INIT;
	struct writer w;

	if ((n = secrets_redact(s, text, len, &clean)) == 0)
		buf_add(out, v->text, v->len);
	else {
		w_begin(&w, out);
		w_strn(&w, clean.data, clean.len);
	}
	buf_free(&clean);
	return n;
}

/* The members; of ranges those called "quoted", and the "text" of what is
 * forwarded, lie in the text of the object that outer is of. */
static size_t
redact_object(struct secrets *s, const struct value *v,
    const struct moves *outer, struct buf *out, struct arena *a)
{
	struct moves m = outer != NULL ? *outer : moves_of(s, v, a);
	struct value key, item;
	size_t pos = 0, n = 0;

	for (char before = '{'; value_field(v, &pos, &key, &item);
	    before = ',') {
		buf_addc(out, before);
		buf_add(out, key.text, key.len);
		buf_addc(out, ':');
		if (is_name(&key))
			buf_add(out, item.text, item.len);
		else if (item.kind == VALUE_ARRAY && key_is(&key,
		    outer != NULL ? "text" : "quoted"))
			write_moved(&m, &item, out);
		else if (item.kind == VALUE_OBJECT && outer == NULL &&
		    key_is(&key, "forwarded"))
			n += redact_object(s, &item, &m, out, a);
		else
			n += redact_value(s, &item, out, a);
	}
	buf_adds(out, pos == 0 ? "{}" : "}");
	return n;
}

static size_t
redact_value(struct secrets *s, const struct value *v, struct buf *out,
    struct arena *a)
{
	struct value item;
	size_t pos = 0, n = 0;

	if (v->kind == VALUE_STRING)
		return redact_string(s, v, out, a);
	if (v->kind == VALUE_OBJECT)
		return redact_object(s, v, NULL, out, a);
	if (v->kind != VALUE_ARRAY) {
		buf_add(out, v->text, v->len);
		return 0;
	}
	for (char before = '['; value_next(v, &pos, &item); before = ',') {
		buf_addc(out, before);
		n += redact_value(s, &item, out, a);
	}
	buf_adds(out, pos == 0 ? "[]" : "]");
	return n;
}

size_t
secrets_redact_json(struct secrets *s, const char *text, size_t len,
    struct buf *out)
{
	struct arena a = { 0 };
	struct err bad = { 0 };
	struct value v;
	size_t start = out->len, n = 0;

	if (value_parse(&v, text, len, &bad) == 0)
		n = redact_value(s, &v, out, &a);
	if (n == 0) {
		buf_truncate(out, start);
		buf_add(out, text, len);
	}
	arena_free(&a);
	return n;
}

/* An example may stand in pieces, so that it is no secret in the file. */
static const char *
example_text(struct secrets *s, const struct yaml *y)
{
	struct buf b = BUF_INIT;
	const char *text;

	if (y->kind != YAML_LIST)
		return y->text != NULL ? y->text : "";
	for (const struct yaml *piece = y->first; piece != NULL;
	    piece = piece->next)
		buf_adds(&b, piece->text != NULL ? piece->text : "");
	text = arena_strndup(&s->arena, b.data, b.len);
	buf_free(&b);
	return text;
}

static bool
found_by(struct secrets *s, const char *name, const char *text)
{
	const struct secret *found;
	size_t n = secrets_find(s, text, strlen(text), &found);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(found[i].name, name) == 0)
			return true;
	}
	return false;
}

static size_t
lint_examples(struct secrets *s, const struct rule *r, bool wanted,
    void (*told)(void *, const char *, int, const char *), void *arg)
{
	const struct yaml *list = yaml_get(r->yaml, wanted ? "secret" :
	    "no_secret");
	size_t n = 0;

	if (list == NULL && wanted) {
		told(arg, r->yaml->file, r->yaml->line,
		    "a secret without an example");
		n++;
	}
	for (const struct yaml *y = list != NULL ? list->first : NULL;
	    y != NULL; y = y->next) {
		if (found_by(s, r->name, example_text(s, y)) == wanted)
			continue;
		told(arg, y->file, y->line, wanted ?
		    "the example is not found" :
		    "what is no secret is found");
		n++;
	}
	return n;
}

size_t
secrets_lint(struct secrets *s, void (*told)(void *, const char *file,
    int line, const char *what), void *arg)
{
	size_t n = 0;

	for (size_t i = 0; i < s->rules; i++) {
		const struct rule *r = &s->rule[i];
		const char *why = pattern_danger(r->pattern);

		if (why != NULL) {
			told(arg, r->yaml->file, r->yaml->line, why);
			n++;
		}
		n += lint_examples(s, r, true, told, arg);
		n += lint_examples(s, r, false, told, arg);
	}
	return n;
}
