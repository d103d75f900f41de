/* Mustache, rendered: the nodes walk over the data. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "format/html.h"
#include "format/node.h"

#define PARTIALS	32
#define OUTPUT_MAX	((size_t)64 << 20)
#define STEPS_MAX	((size_t)50 << 20)	/* nodes, bytes of partials */

struct frame {			/* what a section has entered */
	const struct frame *up;
	struct value value;
	struct rec *fields;	/* of an object, else empty */
};

struct run {
	const struct template *t;
	enum template_escape escape;
	bool strict;
	bool all;		/* every section is entered */
	template_partial *partial;
	void *arg;
	struct buf *out;
	size_t start;		/* of our output */
	int depth;		/* of partials */
	size_t steps;
	struct rec *inner;	/* for dotted names */
	struct err *e;
};

static bool
member(const struct rec *r, const char *name, size_t len, struct value *v)
{
	for (size_t i = 0; i < r->fields; i++) {
		if (r->field[i].name_len == len &&
		    memcmp(r->field[i].name, name, len) == 0) {
			*v = r->field[i].value;
			return true;
		}
	}
	return false;
}

/* A name: its first part in any frame, the others only within that. */
static bool
lookup(struct run *r, const struct frame *f, const char *name, size_t len,
    struct value *v)
{
	const char *end = name + len, *dot;

	if (len == 1 && *name == '.') {
		*v = f->value;
		return true;
	}
	dot = memchr(name, '.', len);
	len = (size_t)((dot != NULL ? dot : end) - name);
	while (f != NULL && !member(f->fields, name, len, v))
		f = f->up;
	if (f == NULL)
		return false;
	while (dot != NULL) {
		name = dot + 1;
		dot = memchr(name, '.', (size_t)(end - name));
		len = (size_t)((dot != NULL ? dot : end) - name);
		value_object(v, r->inner);
		if (!member(r->inner, name, len, v))
			return false;
	}
	return true;
}

static int
unknown(struct run *r, const struct node *n, const char *what)
{
	if (!r->strict)
		return 0;
	return err_set(r->e, ERR_CONFIG, "%s:%d: no %s '%.*s'", r->t->name,
	    n->line, what, (int)n->len, n->text);
}

/* On one line, without what could make it another or hide it. */
static void
add_header(const char *s, size_t len, struct buf *out)
{
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		uint32_t c = utf8_decode(s + i, len - i, &n);

		if (c == '\r' && i + 1 < len && s[i + 1] == '\n')
			continue;
		if (c == '\t' || c == '\n' || c == '\r' || c == 0x2028 ||
		    c == 0x2029)
			buf_addc(out, ' ');
		else if (!utf8_unsafe(c))
			utf8_add(out, c);
	}
}

/* "@channel", "@here", "@everyone" and "@group" call people in Slack. */
static bool
calls_all(const char *s, size_t len)
{
	static const char *const names[] = { "channel", "here", "everyone",
		"group" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		size_t n = strlen(names[i]);

		if (len >= n && strncasecmp(s, names[i], n) == 0)
			return true;
	}
	return false;
}

/*
 * Slack's control characters (its "Escaping text"), and a word joiner behind
 * an @ that would call everybody.
 */
static void
add_slack(const char *s, size_t len, struct buf *out)
{
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		uint32_t c = utf8_decode(s + i, len - i, &n);

		if (c == '&')
			buf_adds(out, "&amp;");
		else if (c == '<')
			buf_adds(out, "&lt;");
		else if (c == '>')
			buf_adds(out, "&gt;");
		else if (c == '\n' || c == '\t' || !utf8_unsafe(c))
			utf8_add(out, c);
		if (c == '@' && calls_all(s + i + 1, len - i - 1))
			utf8_add(out, 0x2060);
	}
}

static void
add_value(struct run *r, const struct value *v, enum template_escape escape)
{
	struct arena a = { 0 };
	const char *s = v->text;
	size_t len = v->len;

	if (v->kind == VALUE_NULL || v->kind == VALUE_OBJECT ||
	    v->kind == VALUE_ARRAY)
		return;
	if (v->kind == VALUE_STRING)
		s = value_str(v, &a, &len);
	if (escape == ESCAPE_HTML)
		html_escape(s, len, r->out);
	else if (escape == ESCAPE_HEADER)
		add_header(s, len, r->out);
	else if (escape == ESCAPE_SLACK)
		add_slack(s, len, r->out);
	else
		buf_add(r->out, s, len);
	arena_free(&a);
}

/* false, null, "", 0 and [] leave a section out. */
static bool
is_true(const struct value *v)
{
	struct value item;
	size_t pos = 0;
	int64_t n;

	switch (v->kind) {
	case VALUE_BOOL:
		return v->text[0] == 't';
	case VALUE_NULL:
		return false;
	case VALUE_STRING:
		return v->len > 2;
	case VALUE_NUMBER:
		return !value_int(v, &n) || n != 0;
	case VALUE_ARRAY:
		return value_next(v, &pos, &item);
	case VALUE_OBJECT:
		break;
	}
	return true;
}

static int render(struct run *, size_t from, size_t to, const struct frame *);

static int
render_section(struct run *r, size_t at, const struct frame *up,
    const struct value *v)
{
	size_t end = r->t->node[at].end, pos = 0;
	struct frame f = { .up = up, .value = *v };
	int rc = 0;

	f.fields = xmalloc(sizeof(*f.fields));
	if (v->kind == VALUE_ARRAY) {
		while (rc == 0 && value_next(v, &pos, &f.value)) {
			value_object(&f.value, f.fields);
			rc = render(r, at + 1, end, &f);
		}
	} else {
		value_object(&f.value, f.fields);
		rc = render(r, at + 1, end, &f);
	}
	free(f.fields);
	return rc;
}

/* What a partial of a file is called in errors: the file beside it. */
static const char *
partial_file(const struct template *caller, const char *name, struct arena *a)
{
	const char *slash = strrchr(caller->name, '/');

	return slash == NULL ? name : arena_printf(a, "%.*s/_%s.txt",
	    (int)(slash - caller->name), caller->name, name);
}

static int
render_partial(struct run *r, const struct node *n, const struct frame *f)
{
	const struct template *caller = r->t;
	struct arena a = { 0 };
	struct buf text = BUF_INIT;
	struct template *t;
	const char *name = arena_strndup(&a, n->text, n->len), *s;
	int rc;

	s = r->partial != NULL ? r->partial(r->arg, name, &a) : NULL;
	if (s == NULL)
		rc = unknown(r, n, "partial");
	else if (r->depth == PARTIALS)
		rc = err_set(r->e, ERR_CONFIG, "%s:%d: partials are nested "
		    "over %d deep", r->t->name, n->line, PARTIALS);
	else {
		while (*s != '\0') {
			size_t len = strcspn(s, "\n");

			len += s[len] == '\n';
			buf_add(&text, n->indent, n->indent_len);
			buf_add(&text, s, len);
			s += len;
		}
		r->steps += text.len;
		rc = template_parse(&t, partial_file(caller, name, &a),
		    text.data, text.len, r->e);
		if (rc == 0) {
			r->depth++;
			r->t = t;
			rc = render(r, 0, t->n, f);
			r->t = caller;
			r->depth--;
			template_free(t);
		}
	}
	buf_free(&text);
	arena_free(&a);
	return rc;
}

static int
render_node(struct run *r, size_t at, const struct frame *f)
{
	const struct node *n = &r->t->node[at];
	struct value v;
	bool found;

	if (n->kind == NODE_TEXT) {
		buf_add(r->out, n->text, n->len);
		return 0;
	}
	if (n->kind == NODE_PARTIAL)
		return render_partial(r, n, f);
	if (!(found = lookup(r, f, n->text, n->len, &v)) &&
	    unknown(r, n, "value") < 0)
		return -1;
	switch (n->kind) {
	case NODE_SECTION:
		if (found && is_true(&v))
			return render_section(r, at, f, &v);
		return r->all ? render(r, at + 1, n->end, f) : 0;
	case NODE_INVERTED:
		return found && is_true(&v) && !r->all ? 0 :
		    render(r, at + 1, n->end, f);
	default:
		if (found)
			add_value(r, &v, n->kind == NODE_NAME ? r->escape :
			    ESCAPE_NONE);
		return 0;
	}
}

static int
render(struct run *r, size_t from, size_t to, const struct frame *f)
{
	while (from < to) {
		const struct node *n = &r->t->node[from];

		if (render_node(r, from, f) < 0)
			return -1;
		if (r->out->len - r->start > OUTPUT_MAX ||
		    r->steps++ > STEPS_MAX)
			return err_set(r->e, ERR_CONFIG,
			    "%s:%d: the text grows without end", r->t->name,
			    n->line);
		from = n->kind == NODE_SECTION || n->kind == NODE_INVERTED ?
		    n->end : from + 1;
	}
	return 0;
}

static int
begin(struct run *r, const struct value *data)
{
	struct rec *fields = xmalloc(2 * sizeof(*fields));
	struct frame top = { .value = *data, .fields = fields };
	int rc;

	r->start = r->out->len;
	r->inner = fields + 1;
	value_object(data, fields);
	rc = render(r, 0, r->t->n, &top);
	free(fields);
	return rc;
}

int
template_render(const struct template *t, const struct value *data,
    enum template_escape escape, int strict, template_partial *partial,
    void *arg, struct buf *out, struct err *e)
{
	struct run r = { .t = t, .escape = escape, .strict = strict != 0,
		.partial = partial, .arg = arg, .out = out, .e = e };

	return begin(&r, data);
}

int
template_check(const struct template *t, const struct value *data,
    template_partial *partial, void *arg, struct err *e)
{
	struct buf out = BUF_INIT;
	struct run r = { .t = t, .escape = ESCAPE_NONE, .strict = true,
		.all = true, .partial = partial, .arg = arg, .out = &out,
		.e = e };
	int rc = begin(&r, data);

	buf_free(&out);
	return rc;
}
