/* Mustache: the text becomes nodes; a section knows where it ends. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "format/html.h"
#include "format/template.h"

#define SECTIONS	64
#define PARTIALS	32
#define OUTPUT_MAX	((size_t)64 << 20)
#define STEPS_MAX	((size_t)50 << 20)	/* nodes, bytes of partials */

enum kind { TEXT, NAME, RAW, SECTION, INVERTED, PARTIAL };

struct node {
	enum kind kind;
	int line;
	const char *text;	/* literal text, or a name */
	size_t len;
	const char *indent;	/* of a partial that has its line alone */
	size_t indent_len;
	size_t end;		/* of a section: the node behind it */
};

struct template {
	struct arena arena;
	const char *name;
	struct node *node;
	size_t n, room;
};

struct delimiter {
	const char *text;
	size_t len;
};

struct parser {
	struct template *t;
	const char *start, *p, *end;
	int line;
	struct delimiter open, close;
	size_t section[SECTIONS];	/* nodes that are not closed yet */
	size_t depth;
	struct err *e;
};

struct tag {
	char kind;		/* one of # ^ / ! = > & {, or 0 for a name */
	const char *text;	/* what it holds, without blanks around */
	size_t len;
	const char *end;	/* behind its closing delimiter */
};

static int
wrong(const struct parser *p, int line, const char *why)
{
	return err_set(p->e, ERR_CONFIG, "%s:%d: %s", p->t->name, line, why);
}

static struct node *
add(struct template *t, enum kind kind, const char *text, size_t len,
    int line)
{
	if (t->n == t->room) {
		t->room = t->room > 0 ? 2 * t->room : 32;
		t->node = xreallocarray(t->node, t->room, sizeof(*t->node));
	}
	t->node[t->n] = (struct node){ .kind = kind, .text = text,
		.len = len, .line = line };
	return &t->node[t->n++];
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int
count_lines(const char *from, const char *to)
{
	int n = 0;

	for (; from < to; from++)
		n += *from == '\n';
	return n;
}

/* Reads the tag whose opening delimiter is at the position. */
static int
read_tag(struct parser *p, const char *at, struct tag *tag)
{
	const char *text = at + p->open.len, *close;
	char sign = '\0';

	tag->kind = '\0';
	if (text < p->end && *text != '\0' && strchr("#^/!=>&{", *text))
		tag->kind = *text++;
	/* {{{name}}} and {{=<% %>=}} end with a sign of their own. */
	if (tag->kind == '{' || tag->kind == '=')
		sign = tag->kind == '{' ? '}' : '=';
	for (close = text;; close++) {
		close = memmem(close, (size_t)(p->end - close),
		    p->close.text, p->close.len);
		if (close == NULL)
			return wrong(p, p->line, "a tag is not closed");
		if (sign == '\0' || (close > text && close[-1] == sign))
			break;
	}
	tag->end = close + p->close.len;
	if (sign != '\0')
		close--;
	while (text < close && is_blank(*text))
		text++;
	while (close > text && is_blank(close[-1]))
		close--;
	tag->text = text;
	tag->len = (size_t)(close - text);
	return 0;
}

/*
 * Whether the tag has its lines to itself: then they vanish with it, from
 * *from (before its indentation) to *to (behind the line end).
 */
static bool
stands_alone(const struct parser *p, const char *at, const struct tag *tag,
    const char **from, const char **to)
{
	const char *s = at;

	if (tag->kind == '\0' || tag->kind == '&' || tag->kind == '{')
		return false;
	while (s > p->start && (s[-1] == ' ' || s[-1] == '\t'))
		s--;
	if (s > p->start && s[-1] != '\n')
		return false;
	*from = s;
	for (s = tag->end; s < p->end && (*s == ' ' || *s == '\t'); s++)
		continue;
	if (s + 1 < p->end && s[0] == '\r' && s[1] == '\n')
		s++;
	if (s < p->end && *s != '\n')
		return false;
	*to = s < p->end ? s + 1 : s;
	return true;
}

static int
set_delimiters(struct parser *p, const struct tag *tag)
{
	const char *s = tag->text, *end = s + tag->len;
	struct delimiter d[2];

	for (int i = 0; i < 2; i++) {
		d[i].text = s;
		while (s < end && !is_blank(*s) && *s != '=')
			s++;
		d[i].len = (size_t)(s - d[i].text);
		while (s < end && is_blank(*s))
			s++;
		if (d[i].len == 0)
			break;
	}
	if (s < end || d[0].len == 0 || d[1].len == 0)
		return wrong(p, p->line,
		    "delimiters are two texts without '=' and a blank between");
	p->open = d[0];
	p->close = d[1];
	return 0;
}

static int
open_section(struct parser *p, const struct tag *tag)
{
	if (p->depth == SECTIONS)
		return wrong(p, p->line, "sections are nested too deep");
	p->section[p->depth++] = p->t->n;
	add(p->t, tag->kind == '#' ? SECTION : INVERTED, tag->text, tag->len,
	    p->line);
	return 0;
}

static int
close_section(struct parser *p, const struct tag *tag)
{
	struct node *n;

	if (p->depth == 0)
		return wrong(p, p->line, "no section is open here");
	n = &p->t->node[p->section[--p->depth]];
	if (n->len != tag->len || memcmp(n->text, tag->text, n->len) != 0)
		return err_set(p->e, ERR_CONFIG,
		    "%s:%d: '%.*s' closes the section '%.*s' of line %d",
		    p->t->name, p->line, (int)tag->len, tag->text,
		    (int)n->len, n->text, n->line);
	n->end = p->t->n;
	return 0;
}

static int
take_tag(struct parser *p, const struct tag *tag)
{
	if (tag->kind == '!')
		return 0;
	if (tag->kind == '=')
		return set_delimiters(p, tag);
	if (tag->len == 0)
		return wrong(p, p->line, "a tag without a name");
	for (size_t i = 0; i < tag->len; i++) {
		if (is_blank(tag->text[i]) || tag->text[i] == '\0')
			return wrong(p, p->line, "a blank within a name");
	}
	switch (tag->kind) {
	case '#':
	case '^':
		return open_section(p, tag);
	case '/':
		return close_section(p, tag);
	case '>':
		add(p->t, PARTIAL, tag->text, tag->len, p->line);
		return 0;
	default:
		add(p->t, tag->kind == '\0' ? NAME : RAW, tag->text, tag->len,
		    p->line);
		return 0;
	}
}

static int
parse(struct parser *p)
{
	for (;;) {
		const char *from, *to, *at = memmem(p->p,
		    (size_t)(p->end - p->p), p->open.text, p->open.len);
		struct tag tag = { 0 };
		bool alone;

		if (at == NULL)
			break;
		p->line += count_lines(p->p, at);
		if (read_tag(p, at, &tag) < 0)
			return -1;
		if (!(alone = stands_alone(p, at, &tag, &from, &to))) {
			from = at;
			to = tag.end;
		}
		if (from > p->p)
			add(p->t, TEXT, p->p, (size_t)(from - p->p), p->line);
		if (take_tag(p, &tag) < 0)
			return -1;
		if (alone && tag.kind == '>') {
			p->t->node[p->t->n - 1].indent = from;
			p->t->node[p->t->n - 1].indent_len =
			    (size_t)(at - from);
		}
		p->line += count_lines(at, to);
		p->p = to;
	}
	if (p->end > p->p)
		add(p->t, TEXT, p->p, (size_t)(p->end - p->p), p->line);
	if (p->depth > 0)
		return wrong(p, p->t->node[p->section[p->depth - 1]].line,
		    "this section is not closed");
	return 0;
}

int
template_parse(struct template **out, const char *name, const char *text,
    size_t len, struct err *e)
{
	struct template *t = xcalloc(1, sizeof(*t));
	struct parser p = { .t = t, .line = 1, .open = { "{{", 2 },
		.close = { "}}", 2 }, .e = e };

	t->name = arena_strdup(&t->arena, name);
	p.start = p.p = arena_strndup(&t->arena, text, len);
	p.end = p.start + len;
	if (parse(&p) < 0) {
		template_free(t);
		return -1;
	}
	*out = t;
	return 0;
}

void
template_free(struct template *t)
{
	arena_free(&t->arena);
	free(t->node);
	free(t);
}

struct frame {			/* what a section has entered */
	const struct frame *up;
	struct value value;
	struct rec *fields;	/* of an object, else empty */
};

struct run {
	const struct template *t;
	enum template_escape escape;
	bool strict;
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
		rc = template_parse(&t, name, text.data, text.len, r->e);
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

	if (n->kind == TEXT) {
		buf_add(r->out, n->text, n->len);
		return 0;
	}
	if (n->kind == PARTIAL)
		return render_partial(r, n, f);
	if (!(found = lookup(r, f, n->text, n->len, &v)) &&
	    unknown(r, n, "value") < 0)
		return -1;
	switch (n->kind) {
	case SECTION:
		return found && is_true(&v) ? render_section(r, at, f, &v) : 0;
	case INVERTED:
		return found && is_true(&v) ? 0 :
		    render(r, at + 1, n->end, f);
	default:
		if (found)
			add_value(r, &v, n->kind == NAME ? r->escape :
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
		from = n->kind == SECTION || n->kind == INVERTED ? n->end :
		    from + 1;
	}
	return 0;
}

int
template_render(const struct template *t, const struct value *data,
    enum template_escape escape, int strict, template_partial *partial,
    void *arg, struct buf *out, struct err *e)
{
	struct rec *fields = xmalloc(2 * sizeof(*fields));
	struct frame top = { .value = *data, .fields = fields };
	struct run r = { .t = t, .escape = escape, .strict = strict != 0,
		.partial = partial, .arg = arg, .out = out,
		.start = out->len, .inner = fields + 1, .e = e };
	int rc;

	value_object(data, fields);
	rc = render(&r, 0, t->n, &top);
	free(fields);
	return rc;
}
