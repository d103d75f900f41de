/* Mustache, read: the text becomes nodes. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "format/node.h"

#define SECTIONS	64

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
};

static int
wrong(const struct parser *p, int line, const char *why)
{
	return err_set(p->e, ERR_CONFIG, "%s:%d: %s", p->t->name, line, why);
}

static struct node *
add(struct template *t, enum node_kind kind, const char *text, size_t len,
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

/*
 * Reads the tag whose opening delimiter is at the position; returns where it
 * ends, or NULL.
 */
static const char *
read_tag(struct parser *p, const char *at, struct tag *tag)
{
	const char *text = at + p->open.len, *close, *end;
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
		if (close == NULL) {
			wrong(p, p->line, "a tag is not closed");
			return NULL;
		}
		if (sign == '\0' || (close > text && close[-1] == sign))
			break;
	}
	end = close + p->close.len;
	if (sign != '\0')
		close--;
	while (text < close && is_blank(*text))
		text++;
	while (close > text && is_blank(close[-1]))
		close--;
	tag->text = text;
	tag->len = (size_t)(close - text);
	return end;
}

/*
 * Whether the tag has its lines to itself: then they vanish with it, from
 * *from (before its indentation) to *to (behind the line end).
 */
static bool
stands_alone(const struct parser *p, char kind, const char *at,
    const char *end, const char **from, const char **to)
{
	const char *s = at;

	if (kind == '\0' || kind == '&' || kind == '{')
		return false;
	while (s > p->start && (s[-1] == ' ' || s[-1] == '\t'))
		s--;
	if (s > p->start && s[-1] != '\n')
		return false;
	*from = s;
	for (s = end; s < p->end && (*s == ' ' || *s == '\t'); s++)
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
	add(p->t, tag->kind == '#' ? NODE_SECTION : NODE_INVERTED, tag->text,
	    tag->len, p->line);
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
		add(p->t, NODE_PARTIAL, tag->text, tag->len, p->line);
		return 0;
	default:
		add(p->t, tag->kind == '\0' ? NODE_NAME : NODE_RAW, tag->text,
		    tag->len, p->line);
		return 0;
	}
}

static int
parse(struct parser *p)
{
	for (;;) {
		const char *from, *to, *end, *at = memmem(p->p,
		    (size_t)(p->end - p->p), p->open.text, p->open.len);
		struct tag tag = { 0 };
		bool alone;

		if (at == NULL)
			break;
		p->line += count_lines(p->p, at);
		if ((end = read_tag(p, at, &tag)) == NULL)
			return -1;
		alone = stands_alone(p, tag.kind, at, end, &from, &to);
		if (!alone) {
			from = at;
			to = end;
		}
		if (from > p->p)
			add(p->t, NODE_TEXT, p->p, (size_t)(from - p->p),
			    p->line);
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
		add(p->t, NODE_TEXT, p->p, (size_t)(p->end - p->p), p->line);
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

const char *
template_name(const struct template *t, size_t i, size_t *len)
{
	for (size_t k = 0; k < t->n; k++) {
		if (t->node[k].kind == NODE_TEXT ||
		    t->node[k].kind == NODE_PARTIAL || i-- > 0)
			continue;
		*len = t->node[k].len;
		return t->node[k].text;
	}
	return NULL;
}
