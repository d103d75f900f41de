/* YAML by libyaml's events, as a tree that knows its lines. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <yaml.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/utf8.h"
#include "base/time.h"
#include "format/yaml.h"

#define YAML_MAX	((size_t)1 << 20)
#define YAML_DEPTH	32

struct reading {
	yaml_parser_t parser;
	struct arena *arena;
	const char *file;
	const char *text;
	struct err *err;
};

static int
bad(struct reading *r, const yaml_mark_t *at, const char *why)
{
	return err_set(r->err, ERR_CONFIG, "%s:%zu: %s", r->file,
	    at->line + 1, why);
}

static size_t
line_at(const char *text, size_t offset)
{
	size_t line = 1;

	for (size_t i = 0; i < offset; i++)
		line += text[i] == '\n';
	return line;
}

static int
next_event(struct reading *r, yaml_event_t *ev)
{
	const yaml_parser_t *p = &r->parser;

	if (yaml_parser_parse(&r->parser, ev))
		return 0;
	/* The reader is ahead of the marks and knows only its offset. */
	if (p->error == YAML_READER_ERROR)
		return err_set(r->err, ERR_CONFIG, "%s:%zu: %s", r->file,
		    line_at(r->text, p->problem_offset), p->problem);
	return bad(r, p->problem_mark.line > 0 || p->context == NULL ?
	    &p->problem_mark : &p->context_mark,
	    p->problem != NULL ? p->problem : "not YAML");
}

static struct yaml *
node(struct reading *r, enum yaml_kind kind, const yaml_mark_t *at)
{
	struct yaml *y = arena_zalloc(r->arena, sizeof(*y));

	y->kind = kind;
	y->file = r->file;
	y->line = (int)at->line + 1;
	return y;
}

static int read_node(struct reading *, const yaml_event_t *, int,
    struct yaml **);

static int
read_scalar(struct reading *r, const yaml_event_t *ev, struct yaml **out)
{
	const char *text = (const char *)ev->data.scalar.value;
	size_t len = ev->data.scalar.length;
	struct yaml *y = node(r, YAML_SCALAR, &ev->start_mark);

	if (memchr(text, '\0', len) != NULL)
		return bad(r, &ev->start_mark, "NUL in a value");
	y->quoted = ev->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	if (y->quoted || (len > 0 && strcmp(text, "~") != 0 &&
	    strcmp(text, "null") != 0))
		y->text = arena_strndup(r->arena, text, len);
	*out = y;
	return 0;
}

static int
read_list(struct reading *r, struct yaml *list, int depth)
{
	struct yaml **tail = &list->first;

	for (;;) {
		yaml_event_t ev;
		int rc;

		if (next_event(r, &ev) < 0)
			return -1;
		if (ev.type == YAML_SEQUENCE_END_EVENT) {
			yaml_event_delete(&ev);
			return 0;
		}
		rc = read_node(r, &ev, depth, tail);
		yaml_event_delete(&ev);
		if (rc < 0)
			return -1;
		tail = &(*tail)->next;
		list->count++;
	}
}

/* The key of the next entry; NULL with rc 0 at the map's end. */
static int
read_key(struct reading *r, const char **key, int *line)
{
	yaml_event_t ev;
	int rc = 0;

	*key = NULL;
	if (next_event(r, &ev) < 0)
		return -1;
	*line = (int)ev.start_mark.line + 1;
	if (ev.type == YAML_SCALAR_EVENT && ev.data.scalar.anchor == NULL &&
	    ev.data.scalar.tag == NULL) {
		const char *text = (const char *)ev.data.scalar.value;

		if (strlen(text) != ev.data.scalar.length)
			rc = bad(r, &ev.start_mark, "NUL in a key");
		else if (strcmp(text, "<<") == 0 && ev.data.scalar.style ==
		    YAML_PLAIN_SCALAR_STYLE)
			rc = bad(r, &ev.start_mark, "merge keys are refused");
		else
			*key = arena_strdup(r->arena, text);
	} else if (ev.type != YAML_MAPPING_END_EVENT)
		rc = bad(r, &ev.start_mark, "a key is not a plain text");
	yaml_event_delete(&ev);
	return rc;
}

struct key {
	const char *text;
	int line;
};

static int
by_key(const void *x, const void *y)
{
	const struct key *a = x, *b = y;
	int order = strcmp(a->text, b->text);

	return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

/* Sorted, so that a map of 100,000 keys costs no more than it should. */
static int
check_keys(struct reading *r, struct key *keys, size_t n)
{
	const struct key *twice = NULL;

	if (n > 1)
		qsort(keys, n, sizeof(*keys), by_key);
	for (size_t i = 1; i < n; i++) {
		if (strcmp(keys[i - 1].text, keys[i].text) == 0 &&
		    (twice == NULL || keys[i].line < twice->line))
			twice = &keys[i];
	}
	if (twice == NULL)
		return 0;
	return err_set(r->err, ERR_CONFIG, "%s:%d: key '%s' stands twice",
	    r->file, twice->line, twice->text);
}

static int
read_map(struct reading *r, struct yaml *map, int depth)
{
	struct yaml **tail = &map->first;
	struct key *keys = NULL, next;
	size_t n = 0;
	int rc;

	while ((rc = read_key(r, &next.text, &next.line)) == 0 &&
	    next.text != NULL) {
		yaml_event_t ev;

		if ((n & (n - 1)) == 0)
			keys = xreallocarray(keys, n > 0 ? 2 * n : 1,
			    sizeof(*keys));
		keys[n++] = next;
		if ((rc = next_event(r, &ev)) < 0)
			break;
		rc = read_node(r, &ev, depth, tail);
		yaml_event_delete(&ev);
		if (rc < 0)
			break;
		(*tail)->key = next.text;
		tail = &(*tail)->next;
		map->count++;
	}
	if (rc == 0)
		rc = check_keys(r, keys, n);
	free(keys);
	return rc;
}

static int
read_node(struct reading *r, const yaml_event_t *ev, int depth,
    struct yaml **out)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;

	switch (ev->type) {
	case YAML_SCALAR_EVENT:
		anchor = ev->data.scalar.anchor;
		tag = ev->data.scalar.tag;
		break;
	case YAML_SEQUENCE_START_EVENT:
		anchor = ev->data.sequence_start.anchor;
		tag = ev->data.sequence_start.tag;
		break;
	case YAML_MAPPING_START_EVENT:
		anchor = ev->data.mapping_start.anchor;
		tag = ev->data.mapping_start.tag;
		break;
	case YAML_ALIAS_EVENT:
		return bad(r, &ev->start_mark, "aliases are refused");
	default:
		return bad(r, &ev->start_mark, "a value is missing");
	}
	if (anchor != NULL)
		return bad(r, &ev->start_mark, "anchors are refused");
	if (tag != NULL)
		return bad(r, &ev->start_mark, "tags are refused");
	if (ev->type == YAML_SCALAR_EVENT)
		return read_scalar(r, ev, out);
	if (depth >= YAML_DEPTH)
		return bad(r, &ev->start_mark, "nested too deep");
	if (ev->type == YAML_SEQUENCE_START_EVENT) {
		*out = node(r, YAML_LIST, &ev->start_mark);
		return read_list(r, *out, depth + 1);
	}
	*out = node(r, YAML_MAP, &ev->start_mark);
	return read_map(r, *out, depth + 1);
}

/* Whether nothing follows the document. */
static int
read_end(struct reading *r)
{
	yaml_event_t ev;
	bool more;

	if (next_event(r, &ev) < 0)
		return -1;
	yaml_event_delete(&ev);		/* the document's end */
	if (next_event(r, &ev) < 0)
		return -1;
	more = ev.type != YAML_STREAM_END_EVENT;
	if (more)
		bad(r, &ev.start_mark, "more than one document");
	yaml_event_delete(&ev);
	return more ? -1 : 0;
}

static int
read_document(struct reading *r, struct yaml **root)
{
	const yaml_mark_t start = { 0, 0, 0 };
	yaml_event_t ev;
	int rc;

	if (next_event(r, &ev) < 0)	/* the stream's start */
		return -1;
	yaml_event_delete(&ev);
	if (next_event(r, &ev) < 0)
		return -1;
	if (ev.type == YAML_STREAM_END_EVENT) {
		yaml_event_delete(&ev);
		*root = node(r, YAML_MAP, &start);
		return 0;
	}
	yaml_event_delete(&ev);		/* the document's start */
	if (next_event(r, &ev) < 0)
		return -1;
	rc = read_node(r, &ev, 0, root);
	yaml_event_delete(&ev);
	return rc < 0 ? -1 : read_end(r);
}

int
yaml_parse(struct arena *a, const char *name, const char *text, size_t len,
    struct yaml **root, struct err *e)
{
	struct reading r = { .arena = a, .err = e };
	size_t valid;
	int rc;

	r.file = arena_strdup(a, name);
	r.text = text;
	if (len > YAML_MAX)
		return err_set(e, ERR_CONFIG, "%s:1: larger than %zu bytes",
		    name, YAML_MAX);
	if ((valid = utf8_valid(text, len)) < len)
		return err_set(e, ERR_CONFIG, "%s:%zu: not UTF-8", name,
		    line_at(text, valid));
	if (!yaml_parser_initialize(&r.parser))
		return err_set(e, ERR_BUG, "%s: no YAML parser", name);
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)text,
	    len);
	rc = read_document(&r, root);
	yaml_parser_delete(&r.parser);
	return rc;
}

int
yaml_load(struct arena *a, const char *path, struct yaml **root,
    struct err *e)
{
	struct buf b = BUF_INIT;
	struct err io = { 0 };
	size_t mark = 0;
	int rc = -1;

	if (file_read(path, YAML_MAX, &b, &io) < 0)
		err_set(e, ERR_CONFIG, "%s", io.text);
	else {
		/* Some editors begin every file with a byte order mark. */
		if (b.len >= 3 && memcmp(b.data, "\xef\xbb\xbf", 3) == 0)
			mark = 3;
		rc = yaml_parse(a, path, b.data + mark, b.len - mark, root,
		    e);
	}
	buf_free(&b);
	return rc;
}

const struct yaml *
yaml_get(const struct yaml *map, const char *key)
{
	if (map == NULL || map->kind != YAML_MAP)
		return NULL;
	for (const struct yaml *y = map->first; y != NULL; y = y->next) {
		if (strcmp(y->key, key) == 0)
			return y;
	}
	return NULL;
}

const char *
yaml_str(const struct yaml *map, const char *key, const char *def)
{
	const struct yaml *y = yaml_get(map, key);

	return y != NULL && y->kind == YAML_SCALAR && y->text != NULL ?
	    y->text : def;
}

int
yaml_int(const struct yaml *map, const char *key, int64_t min, int64_t max,
    int64_t *out, struct err *e)
{
	const struct yaml *y = yaml_get(map, key);
	char *end;
	long long n;

	if (y == NULL)
		return 0;
	/* 18 digits and a sign: what fits for certain. */
	if (y->text == NULL || strlen(y->text) > 19 ||
	    strspn(y->text + (*y->text == '-'), "0123456789") > 18 ||
	    strspn(y->text, "-0123456789") != strlen(y->text) ||
	    (n = strtoll(y->text, &end, 10), end == y->text || *end != '\0'))
		return yaml_err(y, e, "%s is not a whole number", key);
	if (n < min || n > max)
		return yaml_err(y, e, "%s is not between %lld and %lld", key,
		    (long long)min, (long long)max);
	*out = n;
	return 0;
}

int
yaml_bool(const struct yaml *map, const char *key, bool *out, struct err *e)
{
	const struct yaml *y = yaml_get(map, key);

	if (y == NULL)
		return 0;
	if (y->text != NULL && !y->quoted &&
	    (strcmp(y->text, "true") == 0 || strcmp(y->text, "yes") == 0))
		*out = true;
	else if (y->text != NULL && !y->quoted &&
	    (strcmp(y->text, "false") == 0 || strcmp(y->text, "no") == 0))
		*out = false;
	else
		return yaml_err(y, e, "%s is not true or false", key);
	return 0;
}

int
yaml_decimal(const struct yaml *map, const char *key, int places,
    int64_t *out, struct err *e)
{
	const struct yaml *y = yaml_get(map, key);
	const char *p;
	bool minus, point = false;
	int64_t n = 0;
	int digits = 0;

	if (y == NULL)
		return 0;
	p = y->text != NULL ? y->text : "";
	minus = *p == '-';
	for (p += minus; *p != '\0'; p++) {
		if (*p == '.' && !point && digits > 0) {
			point = true;
			continue;
		}
		if (*p < '0' || *p > '9' || ++digits > 15 ||
		    (point && --places < 0))
			return yaml_err(y, e, places < 0 ?
			    "%s has too many decimal places" :
			    "%s is not a decimal", key);
		n = n * 10 + (*p - '0');
	}
	if (digits == 0 || p[-1] == '.')
		return yaml_err(y, e, "%s is not a decimal", key);
	for (; places > 0; places--) {
		if (n > INT64_MAX / 10)
			return yaml_err(y, e, "%s is too large", key);
		n *= 10;
	}
	*out = minus ? -n : n;
	return 0;
}

int
yaml_only(const struct yaml *map, const char *const *keys, struct err *e)
{
	if (map->kind != YAML_MAP)
		return yaml_err(map, e, "not a map");
	for (const struct yaml *y = map->first; y != NULL; y = y->next) {
		const char *const *k = keys;

		while (*k != NULL && strcmp(*k, y->key) != 0)
			k++;
		if (*k == NULL)
			return yaml_err(y, e, "unknown key '%s'", y->key);
	}
	return 0;
}

int
yaml_err(const struct yaml *y, struct err *e, const char *fmt, ...)
{
	char text[800];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_set(e, ERR_CONFIG, "%s:%d: %s", y->file, y->line, text);
}

int
yaml_texts(const struct yaml *y, const char *key, struct arena *a,
    const char *const **out, struct err *e)
{
	const struct yaml *list = yaml_get(y, key);
	const char **texts;
	size_t n = 0;

	texts = arena_zalloc(a, sizeof(*texts) *
	    ((list != NULL ? (size_t)list->count : 0) + 1));
	*out = texts;
	if (list == NULL)
		return 0;
	if (list->kind != YAML_LIST)
		return yaml_err(list, e, "%s is not a list", key);
	for (const struct yaml *v = list->first; v != NULL; v = v->next) {
		if (v->kind != YAML_SCALAR || v->text == NULL ||
		    *v->text == '\0')
			return yaml_err(v, e, "%s has an entry without text",
			    key);
		texts[n++] = v->text;
	}
	return 0;
}

int
yaml_seconds(const struct yaml *y, const char *key, int64_t *out,
    struct err *e)
{
	const struct yaml *v = yaml_get(y, key);
	struct duration d;

	if (v == NULL)
		return 0;
	if (v->kind != YAML_SCALAR || v->text == NULL ||
	    duration_parse(v->text, &d) < 0 ||
	    d.unit == DURATION_BUSINESS_DAYS || d.amount == 0)
		return yaml_err(v, e, "%s is not a time such as 30s, 5m, 24h "
		    "or 7d", key);
	*out = d.unit == DURATION_DAYS ? d.amount * 86400 : d.amount;
	return 0;
}
