/* Values against their shapes, and shapes as JSON Schema. */
#include <string.h>

#include "domain/shape.h"

#define PLAIN	96		/* bytes of the longest text that is tested */
#define PATH	200

/* Where a value lies: "message: to[3].address". */
struct place {
	const char *type;
	char path[PATH];
	size_t len;
};

static size_t
go_down(struct place *at, const char *name, size_t n)
{
	size_t len = at->len, room = PATH - len;
	int got = name != NULL ? snprintf(at->path + len, room, "%s%s",
	    len > 0 ? "." : "", name) : snprintf(at->path + len, room,
	    "[%zu]", n);

	if (got > 0)
		at->len += (size_t)got < room ? (size_t)got : room - 1;
	return len;
}

static void
go_up(struct place *at, size_t len)
{
	at->path[at->len = len] = '\0';
}

static int
wrong(const struct place *at, const char *what, struct err *e)
{
	return err_set(e, ERR_INPUT, "%s: %s is not %s", at->type, at->path,
	    what);
}

/* Words and what is tested are compared as they stand, without escapes. */
static bool
text_fits(const struct shape *s, const struct value *v)
{
	char text[PLAIN];
	size_t len = v->len - 2;

	if (v->kind != VALUE_STRING || len < s->least ||
	    (s->most > 0 && len > s->most))
		return false;
	if (s->words == NULL && s->test == NULL)
		return true;
	if (len >= sizeof(text))
		return false;
	memcpy(text, v->text + 1, len);
	text[len] = '\0';
	if (s->test != NULL)
		return s->test(text);
	for (const char *const *w = s->words; *w != NULL; w++) {
		if (strcmp(*w, text) == 0)
			return true;
	}
	return false;
}

static bool
has_range(const struct shape *s)
{
	return s->min != 0 || s->max != 0;
}

static int	value_check(const struct shape *, const struct value *,
		    struct place *, struct err *);

static int
list_check(const struct shape *s, const struct value *list, struct place *at,
    struct err *e)
{
	struct value v;
	size_t pos = 0, n = 0;

	while (value_next(list, &pos, &v)) {
		size_t up = go_down(at, NULL, n++);

		if (s->item != NULL && value_check(s->item, &v, at, e) < 0)
			return -1;
		go_up(at, up);
	}
	if (n < s->least || (s->most > 0 && n > s->most))
		return wrong(at, s->name, e);
	return 0;
}

static int
field_check(const struct field_rule *f, bool there, const struct value *v,
    struct place *at, struct err *e)
{
	size_t up = go_down(at, f->name, 0);

	if (there && v->kind != VALUE_NULL) {
		if (value_check(f->shape, v, at, e) < 0)
			return -1;
	} else if (f->must)
		return err_set(e, ERR_INPUT, "%s: %s is missing", at->type,
		    at->path);
	go_up(at, up);
	return 0;
}

/* The last field of a name that comes twice below the top counts. */
static bool
find_field(const struct value *map, const char *name, struct value *out)
{
	struct value key, v;
	size_t pos = 0, len = strlen(name);
	bool found = false;

	while (value_field(map, &pos, &key, &v)) {
		if (key.len == len + 2 && memcmp(key.text + 1, name, len) == 0) {
			*out = v;
			found = true;
		}
	}
	return found;
}

static int
map_check(const struct field_rule *f, const struct value *map,
    struct place *at, struct err *e)
{
	for (; f != NULL && f->name != NULL; f++) {
		struct value v = { .kind = VALUE_NULL };
		bool there = find_field(map, f->name, &v);

		if (field_check(f, there, &v, at, e) < 0)
			return -1;
	}
	return 0;
}

static int
either_check(const struct shape *s, const struct value *v, struct place *at,
    struct err *e)
{
	struct err ignored = { 0 };
	size_t up = at->len;

	if (value_check(s->item, v, at, &ignored) == 0)
		return 0;
	go_up(at, up);
	ignored = (struct err){ 0 };
	if (value_check(s->other, v, at, &ignored) == 0)
		return 0;
	go_up(at, up);
	return wrong(at, s->name, e);
}

static int
value_check(const struct shape *s, const struct value *v, struct place *at,
    struct err *e)
{
	bool fits = true;
	int64_t n;

	switch (s->kind) {
	case SHAPE_ANY:
		break;
	case SHAPE_TEXT:
		fits = text_fits(s, v);
		break;
	case SHAPE_WHOLE:
		fits = value_int(v, &n) && (!has_range(s) ||
		    (n >= s->min && n <= s->max));
		break;
	case SHAPE_NUMBER:
		fits = v->kind == VALUE_NUMBER;
		break;
	case SHAPE_TRUTH:
		fits = v->kind == VALUE_BOOL;
		break;
	case SHAPE_LIST:
		if (v->kind == VALUE_ARRAY)
			return list_check(s, v, at, e);
		fits = false;
		break;
	case SHAPE_MAP:
		if (v->kind == VALUE_OBJECT)
			return map_check(s->fields, v, at, e);
		fits = false;
		break;
	case SHAPE_EITHER:
		return either_check(s, v, at, e);
	}
	return fits ? 0 : wrong(at, s->name, e);
}

int
fields_check(const struct field_rule *f, const struct rec *r,
    const char *type, struct err *e)
{
	struct place at = { .type = type };

	for (; f != NULL && f->name != NULL; f++) {
		struct value v = { .kind = VALUE_NULL };
		bool there = rec_get(r, f->name, &v);

		if (field_check(f, there, &v, &at, e) < 0)
			return -1;
	}
	return 0;
}

/* The JSON type, or with null beside it. */
static void
write_type(struct writer *w, const char *type, bool null)
{
	w_key(w, "type");
	if (!null) {
		w_str(w, type);
		return;
	}
	w_open(w, '[');
	w_str(w, type);
	w_str(w, "null");
	w_close(w, ']');
}

static void
write_text_schema(struct writer *w, const struct shape *s, bool null)
{
	if (s->words != NULL) {
		w_key(w, "enum");
		w_open(w, '[');
		for (const char *const *word = s->words; *word != NULL; word++)
			w_str(w, *word);
		if (null)
			w_str(w, NULL);
		w_close(w, ']');
		return;
	}
	write_type(w, "string", null);
	if (s->least > 0)
		w_field_int(w, "minLength", (int64_t)s->least);
	if (s->most > 0)
		w_field_int(w, "maxLength", (int64_t)s->most);
	w_field_str(w, "pattern", s->pattern);
}

static void	write_schema(struct writer *, const struct shape *, bool null);

static void
write_list_schema(struct writer *w, const struct shape *s, bool null)
{
	write_type(w, "array", null);
	if (s->least > 0)
		w_field_int(w, "minItems", (int64_t)s->least);
	if (s->most > 0)
		w_field_int(w, "maxItems", (int64_t)s->most);
	if (s->item == NULL)
		return;
	w_key(w, "items");
	write_schema(w, s->item, false);
}

static void
write_either(struct writer *w, const struct shape *s, bool null)
{
	w_key(w, "anyOf");
	w_open(w, '[');
	write_schema(w, s->item, null);
	write_schema(w, s->other, false);
	w_close(w, ']');
}

static void
write_schema(struct writer *w, const struct shape *s, bool null)
{
	w_open(w, '{');
	switch (s->kind) {
	case SHAPE_ANY:
		break;
	case SHAPE_TEXT:
		write_text_schema(w, s, null);
		break;
	case SHAPE_WHOLE:
		write_type(w, "integer", null);
		if (has_range(s)) {
			w_field_int(w, "minimum", s->min);
			w_field_int(w, "maximum", s->max);
		}
		break;
	case SHAPE_NUMBER:
		write_type(w, "number", null);
		break;
	case SHAPE_TRUTH:
		write_type(w, "boolean", null);
		break;
	case SHAPE_LIST:
		write_list_schema(w, s, null);
		break;
	case SHAPE_MAP:
		write_type(w, "object", null);
		fields_schema(s->fields, w);
		break;
	case SHAPE_EITHER:
		write_either(w, s, null);
		break;
	}
	w_close(w, '}');
}

static bool
any_must(const struct field_rule *f)
{
	for (; f != NULL && f->name != NULL; f++) {
		if (f->must)
			return true;
	}
	return false;
}

void
fields_schema(const struct field_rule *fields, struct writer *w)
{
	w_key(w, "properties");
	w_open(w, '{');
	for (const struct field_rule *f = fields; f != NULL && f->name != NULL;
	    f++) {
		w_key(w, f->name);
		write_schema(w, f->shape, !f->must);
	}
	w_close(w, '}');
	if (!any_must(fields))
		return;
	w_key(w, "required");
	w_open(w, '[');
	for (const struct field_rule *f = fields; f->name != NULL; f++) {
		if (f->must)
			w_str(w, f->name);
	}
	w_close(w, ']');
}
