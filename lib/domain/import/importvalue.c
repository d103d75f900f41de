/* Expressions of an import map. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "domain/import/importvalue.h"
#include "format/html.h"
#include "format/when.h"

/* The element of an array whose field has the value, then the rest. */
static bool
select_element(const struct value *list, const struct import_path *p,
    struct arena *a, struct value *out)
{
	struct value v, named;
	size_t pos = 0;

	while (value_next(list, &pos, &v)) {
		const char *text = value_text_at(&v, p->name, a);

		if (text == NULL || strcmp(text, p->value) != 0)
			continue;
		if (*p->rest == '\0')
			named = v;
		else if (!value_at(&v, p->rest, &named))
			return false;
		*out = named;
		return true;
	}
	return false;
}

/* An item of 16 MiB is not searched again for each of those within it. */
static bool
up_value(const struct import_place *in, const struct import_path *p,
    struct value *out)
{
	struct import_memo *m = p->up;

	if (in->up == NULL || in->up->text == NULL)
		return false;
	if (in->up_tag == 0 || m->tag != in->up_tag) {
		m->tag = in->up_tag;
		m->there = value_at(in->up, p->path, &m->value);
	}
	*out = m->value;
	return m->there;
}

static bool
path_value(const struct import_place *in, const struct import_path *p,
    struct value *out)
{
	struct value v;

	if (p->up != NULL ? !up_value(in, p, &v) :
	    !value_at(in->item, p->path, &v))
		return false;
	if (p->name != NULL && !select_element(&v, p, in->arena, &v))
		return false;
	*out = v;
	return v.kind != VALUE_NULL;
}

/* Empty texts are as good as missing: the next path is tried. */
static bool
is_empty(const struct value *v)
{
	return v->kind == VALUE_STRING && v->len <= 2;
}

bool
import_value(const struct import_place *in, const struct import_expr *x,
    struct value *out)
{
	if (x == NULL || !import_holds(in, x->test, x->tests))
		return false;
	for (size_t i = 0; i < x->paths; i++) {
		if (path_value(in, &x->path[i], out) && !is_empty(out))
			return true;
	}
	return false;
}

static bool
equals(const struct yaml *wants, const char *text)
{
	if (wants->kind == YAML_SCALAR)
		return wants->text == NULL ? text == NULL : text != NULL &&
		    (strcmp(wants->text, text) == 0 ||
		    strcmp(wants->text, "*") == 0);
	for (const struct yaml *i = wants->first; i != NULL; i = i->next) {
		if (equals(i, text))
			return true;
	}
	return false;
}

bool
import_holds(const struct import_place *in, const struct import_test *t,
    size_t n)
{
	for (; n > 0; n--, t++) {
		const char *text = NULL;
		struct value v;
		bool there = path_value(in, &t->path, &v);

		if (t->wants == NULL) {
			if (!there)
				return false;
			continue;
		}
		if (there && (text = value_text(&v, in->arena)) == NULL)
			text = "";
		if (!equals(t->wants, text))
			return false;
	}
	return true;
}

static const char *
trim(const char *s, struct arena *a)
{
	size_t len;

	while (isspace((unsigned char)*s))
		s++;
	len = strlen(s);
	while (len > 0 && isspace((unsigned char)s[len - 1]))
		len--;
	return len == 0 ? NULL : arena_strndup(a, s, len);
}

static const char *
joined(const struct import_place *in, const struct import_expr *x)
{
	const char *out = NULL;

	for (size_t i = 0; i < x->paths; i++) {
		const char *s;
		struct value v;

		if (!path_value(in, &x->path[i], &v) ||
		    (s = value_text(&v, in->arena)) == NULL || *s == '\0')
			continue;
		out = out == NULL ? s : arena_printf(in->arena, "%s %s", out,
		    s);
	}
	return out;
}

static const char *
matched(const struct import_expr *x, const char *s, struct arena *a)
{
	struct span span;
	struct err bad = { 0 };

	if (pattern_match(x->match, s, strlen(s), 0, &span, &bad) <= 0)
		return NULL;
	pattern_group(x->match, "value", &span);
	return arena_strndup(a, s + span.start, span.end - span.start);
}

/* Words of a map are compared in any case: exports differ in that. */
static const struct yaml *
word(const struct yaml *map, const char *s)
{
	const struct yaml *y = yaml_get(map, s);

	for (const struct yaml *i = map->first; y == NULL && i != NULL;
	    i = i->next) {
		if (strcasecmp(i->key, s) == 0)
			y = i;
	}
	return y;
}

static const char *
mapped(const struct import_place *in, const struct import_expr *x,
    const char *s)
{
	const struct yaml *y;

	if (x->map == NULL)
		return s;
	if ((y = word(x->map, s)) == NULL)
		y = x->otherwise;
	if (y != NULL)
		return y->text;
	if (in->desk != NULL)
		in->desk->unknown(in->desk->arg, x->map, s);
	return NULL;
}

static const char *
without_marks(const char *s, struct arena *a)
{
	struct buf b = BUF_INIT;
	const char *out;

	html_to_text(s, strlen(s), &b);
	out = arena_strndup(a, b.data, b.len);
	buf_free(&b);
	return out;
}

const char *
import_body(const struct import_place *in, const struct import_expr *x)
{
	const char *s;
	struct value v;

	if (x == NULL)
		return NULL;
	if (x->constant != NULL)
		return import_holds(in, x->test, x->tests) ? x->constant :
		    NULL;
	if (x->join)
		s = import_holds(in, x->test, x->tests) ? joined(in, x) : NULL;
	else
		s = import_value(in, x, &v) ? value_text(&v, in->arena) : NULL;
	if (s != NULL && x->html)
		s = without_marks(s, in->arena);
	if (s != NULL && x->match != NULL)
		s = matched(x, s, in->arena);
	return s == NULL || *s == '\0' ? NULL : s;
}

const char *
import_word(const struct import_place *in, const struct import_expr *x)
{
	const char *s = import_body(in, x);

	return s == NULL ? NULL : trim(s, in->arena);
}

const char *
import_text(const struct import_place *in, const struct import_expr *x)
{
	const char *s = import_word(in, x);

	return s == NULL ? NULL : mapped(in, x, s);
}

bool
import_knows(const struct import_place *in, const struct import_expr *x)
{
	const char *s = import_word(in, x);

	return s != NULL && x->map != NULL && word(x->map, s) != NULL;
}

int
import_moment(const struct import_place *in, const struct import_expr *x,
    int64_t *out)
{
	const char *s = import_text(in, x), *format;
	int rc;

	if (s == NULL)
		return 0;
	format = x->format != NULL ? x->format : in->map->format;
	rc = format != NULL ? when_parse(format, s, in->map->zone, out) :
	    when_guess(s, in->map->zone, out);
	return rc < 0 || *out < TIME_MIN || *out > TIME_MAX ? -1 : 1;
}

bool
import_truth(const struct import_place *in, const struct import_expr *x,
    bool otherwise)
{
	static const char *const yes[] = { "true", "1", "yes", "y", "t", "up",
		NULL };
	const char *s = import_text(in, x);

	if (s == NULL)
		return otherwise;
	for (int i = 0; yes[i] != NULL; i++) {
		if (strcasecmp(s, yes[i]) == 0)
			return true;
	}
	return false;
}

static const char *const *
split(const char *s, struct arena *a)
{
	const char **out;
	size_t n = 2;

	for (const char *p = s; *p != '\0'; p++)
		n += *p == ',' || *p == ';';
	out = arena_zalloc(a, n * sizeof(*out));
	for (n = 0; *s != '\0';) {
		size_t len = strcspn(s, ",;");
		const char *one = trim(arena_strndup(a, s, len), a);

		if (one != NULL)
			out[n++] = one;
		s += len + (s[len] != '\0');
	}
	return out;
}

const char *const *
import_list(const struct import_place *in, const struct import_expr *x)
{
	const char **out, *s;
	struct value list, v;
	size_t n = 1, pos = 0;

	if (x == NULL || x->constant != NULL || x->join ||
	    !import_value(in, x, &list) || list.kind != VALUE_ARRAY) {
		s = import_text(in, x);
		return split(s != NULL ? s : "", in->arena);
	}
	while (value_next(&list, &pos, &v))
		n++;
	out = arena_zalloc(in->arena, n * sizeof(*out));
	for (n = 0, pos = 0; value_next(&list, &pos, &v);) {
		s = x->each != NULL && v.kind == VALUE_OBJECT ?
		    value_text_at(&v, x->each, in->arena) :
		    value_text(&v, in->arena);
		if (s != NULL && (s = trim(s, in->arena)) != NULL)
			out[n++] = s;
	}
	return out;
}
