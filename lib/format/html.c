#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "format/entity.h"
#include "format/html.h"
#include "format/htmlquote.h"
#include "format/markup.h"
#include "format/quote.h"

#define DEPTH_MAX	256	/* deeper elements are text without effect */
#define BREAKS_MAX	3	/* line ends in a row: two blank lines */
#define NESTING_MAX	10	/* quotes and lists that show */
#define URL_MAX_LEN	2000
#define NAME_ROOM	12	/* for the longest known name */

enum tag {
	T_OTHER, T_A, T_BLOCK, T_BR, T_CELL, T_HIDDEN, T_HR, T_IMG, T_ITEM,
	T_LIST, T_P, T_PRE, T_QUOTE, T_ROW, T_SKIP, T_TABLE, T_TERM, T_VOID
};
#define BIT(t)		(1u << (t))
#define WITHOUT_END	(BIT(T_BR) | BIT(T_IMG) | BIT(T_HR) | BIT(T_VOID) | \
			BIT(T_SKIP))
#define TABLE_PARTS	(BIT(T_CELL) | BIT(T_ROW) | BIT(T_TABLE))

/* Sorted by name. */
static const struct known {
	const char *name;
	enum tag tag;
	unsigned breaks;	/* line ends before and behind */
} known[] = {
	{ "a", T_A, 0 }, { "address", T_BLOCK, 1 }, { "area", T_VOID, 0 },
	{ "article", T_BLOCK, 1 }, { "aside", T_BLOCK, 1 },
	{ "base", T_VOID, 0 }, { "blockquote", T_QUOTE, 1 },
	{ "body", T_BLOCK, 1 }, { "br", T_BR, 0 }, { "caption", T_BLOCK, 1 },
	{ "center", T_BLOCK, 1 }, { "col", T_VOID, 0 }, { "dd", T_TERM, 1 },
	{ "details", T_BLOCK, 1 }, { "dialog", T_BLOCK, 1 },
	{ "dir", T_LIST, 1 }, { "div", T_BLOCK, 1 }, { "dl", T_BLOCK, 2 },
	{ "dt", T_TERM, 1 }, { "embed", T_VOID, 0 }, { "fieldset", T_BLOCK, 1 },
	{ "figcaption", T_BLOCK, 1 }, { "figure", T_BLOCK, 1 },
	{ "footer", T_BLOCK, 1 }, { "form", T_BLOCK, 1 },
	{ "frame", T_VOID, 0 }, { "h1", T_BLOCK, 2 }, { "h2", T_BLOCK, 2 },
	{ "h3", T_BLOCK, 2 }, { "h4", T_BLOCK, 2 }, { "h5", T_BLOCK, 2 },
	{ "h6", T_BLOCK, 2 }, { "header", T_BLOCK, 1 }, { "hr", T_HR, 1 },
	{ "html", T_BLOCK, 0 }, { "iframe", T_SKIP, 0 }, { "img", T_IMG, 0 },
	{ "input", T_VOID, 0 }, { "legend", T_BLOCK, 1 }, { "li", T_ITEM, 1 },
	{ "link", T_VOID, 0 }, { "main", T_BLOCK, 1 }, { "menu", T_LIST, 1 },
	{ "meta", T_VOID, 0 }, { "nav", T_BLOCK, 1 }, { "noembed", T_SKIP, 0 },
	{ "noframes", T_SKIP, 0 }, { "ol", T_LIST, 1 },
	{ "option", T_BLOCK, 1 }, { "p", T_P, 2 }, { "param", T_VOID, 0 },
	{ "pre", T_PRE, 2 }, { "script", T_SKIP, 0 },
	{ "section", T_BLOCK, 1 }, { "select", T_BLOCK, 1 },
	{ "source", T_VOID, 0 }, { "style", T_SKIP, 0 },
	{ "summary", T_BLOCK, 1 }, { "table", T_TABLE, 1 },
	{ "td", T_CELL, 0 }, { "template", T_HIDDEN, 0 },
	{ "textarea", T_PRE, 1 }, { "th", T_CELL, 0 }, { "title", T_SKIP, 0 },
	{ "tr", T_ROW, 1 }, { "track", T_VOID, 0 }, { "ul", T_LIST, 1 },
	{ "wbr", T_VOID, 0 }, { "xml", T_HIDDEN, 0 },
};

struct element {
	struct span name;
	enum tag tag;
	unsigned breaks;
	bool hidden;
	bool nests;		/* counted as a quote or a list */
	enum html_quote quote;
	bool broken;		/* HTML_BEFORE: its blockquote came */
	size_t begun;		/* where what is quoted starts */
	unsigned count;		/* T_LIST: the number of the next item, 0 for
				   a bullet; T_ROW: cells so far */
	unsigned ends;		/* T_ROW: line ends before its last cell */
	size_t at;		/* where its (last cell's) text starts */
	struct span url;
};

struct page {
	struct markup in;
	struct buf *out;
	struct buf *marks;	/* struct range of out; NULL: not wanted */
	size_t start;		/* of our part of out */
	struct element stack[DEPTH_MAX];
	size_t depth, above;	/* above: open elements beyond the stack */
	unsigned hidden, pre, quotes, lists;
	unsigned breaks;	/* line ends owed before the next text */
	unsigned ends;		/* line ends written */
	unsigned last_quotes;	/* of the line before */
	bool space;		/* owed before the next text */
	unsigned tabs;		/* the same, between cells */
	bool fresh;		/* the line has no text yet */
	bool cell;		/* a cell starts: its first break is none */
	char item[16];		/* what starts a list item, until it is out */
};

/* Output. */

static void
end_line(struct page *p)
{
	while (p->out->len > p->start &&
	    (p->out->data[p->out->len - 1] == ' ' ||
	    p->out->data[p->out->len - 1] == '\t'))
		buf_truncate(p->out, p->out->len - 1);
	buf_addc(p->out, '\n');
	p->ends++;
}

static void
repeat(struct buf *out, const char *text, unsigned n)
{
	for (; n > 0; n--)
		buf_adds(out, text);
}

static void
start_line(struct page *p)
{
	unsigned between = p->quotes < p->last_quotes ? p->quotes :
	    p->last_quotes;

	if (p->breaks > 0 && p->out->len > p->start) {
		end_line(p);
		for (unsigned i = 1; i < p->breaks; i++) {
			repeat(p->out, ">", between);
			end_line(p);
		}
	}
	repeat(p->out, "> ", p->quotes);
	if (p->lists > 0)
		repeat(p->out, "  ", p->lists - (p->item[0] != '\0'));
	buf_adds(p->out, p->item);
	p->item[0] = '\0';
	p->last_quotes = p->quotes;
	p->breaks = 0;
	p->fresh = true;
	p->space = false;
	p->tabs = 0;
}

static void
put(struct page *p, const char *s, size_t n)
{
	if (p->breaks > 0 || p->out->len == p->start)
		start_line(p);
	if (p->tabs > 0)
		repeat(p->out, "\t", p->tabs);
	else if (p->space && !p->fresh)
		buf_addc(p->out, ' ');
	buf_add(p->out, s, n);
	p->space = p->fresh = p->cell = false;
	p->tabs = 0;
}

/* One code point as it stands at s. */
static void
put_code_point(struct page *p, uint32_t cp, const char *s, size_t n)
{
	switch (cp) {
	case 0xad: case 0x34f: case 0x200b: case 0x2060: case 0xfeff:
		return;		/* no width: padding of hidden previews */
	case 0xa0: case 0x2007: case 0x202f:
		put(p, " ", 1);
		return;
	}
	if (cp >= 0x20 && (cp < 0x7f || cp >= 0xa0))
		put(p, s, n);
}

static void
put_entity(struct page *p, uint32_t cp)
{
	struct buf b = BUF_INIT;

	utf8_add(&b, cp);
	put_code_point(p, cp, b.data, b.len);
	buf_free(&b);
}

static void
block(struct page *p, unsigned breaks)
{
	if (p->hidden == 0 && !p->cell && p->breaks < breaks)
		p->breaks = breaks;
}

static void
line_break(struct page *p)
{
	if (!p->cell && p->breaks < BREAKS_MAX)
		p->breaks++;
}

static void
white(struct page *p, char c)
{
	if (p->pre == 0)
		p->space = true;
	else if (c == '\n')
		line_break(p);
	else if (c == ' ' || c == '\t')
		put(p, &c, 1);
}

/* Text with its references. */
static void
text(struct page *p, struct span t)
{
	for (size_t i = 0, n; i < t.len; i += n) {
		const char *s = t.s + i;
		size_t left = t.len - i;
		uint32_t cp;

		n = 0;
		if (isspace((unsigned char)*s)) {
			white(p, *s);
			n = 1;
			continue;
		}
		while (n < left && s[n] > ' ' && s[n] != '&')
			n++;
		if (n > 0)
			put(p, s, n);
		else if (*s == '&' && (n = entity_decode(s, left, false,
		    &cp)) > 0) {
			if (cp < 0x80 && isspace((int)cp))
				white(p, (char)cp);
			else
				put_entity(p, cp);
		} else {
			cp = utf8_decode(s, left, &n);
			put_code_point(p, cp, s, n);
		}
	}
}

/* Links. */

static bool
shown_scheme(const char *url)
{
	static const char *const schemes[] = { "http://", "https://", "ftp://",
	    "mailto:", "tel:" };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (strncasecmp(url, schemes[i], strlen(schemes[i])) == 0)
			return true;
	return false;
}

/* The part of an address that its text would show. */
static struct span
essence(const char *s, size_t len)
{
	static const char *const starts[] = { "http://", "https://", "mailto:",
	    "tel:", "www." };

	while (len > 0 && isspace((unsigned char)*s))
		s++, len--;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		size_t n = strlen(starts[i]);

		if (len > n && strncasecmp(s, starts[i], n) == 0)
			s += n, len -= n;
	}
	while (len > 0 && (isspace((unsigned char)s[len - 1]) ||
	    s[len - 1] == '/'))
		len--;
	return (struct span){ s, len };
}

static void
end_link(struct page *p, const struct element *e)
{
	struct buf url = BUF_INIT;
	struct span a, b;
	uint32_t cp;
	size_t n;

	if (e->url.len == 0 || e->url.len > URL_MAX_LEN || p->hidden > 0 ||
	    p->out->len <= e->at)
		return;
	for (size_t i = 0; i < e->url.len; i += n) {
		const char *s = e->url.s + i;

		n = *s == '&' ? entity_decode(s, e->url.len - i, true, &cp) : 0;
		if (n == 0)
			cp = utf8_decode(s, e->url.len - i, &n);
		if (cp > ' ' && cp != '<' && cp != '>' &&
		    (cp < 0x7f || cp >= 0xa0) && !utf8_unsafe(cp))
			utf8_add(&url, cp);
	}
	a = essence(url.data, url.len);
	b = essence(p->out->data + e->at, p->out->len - e->at);
	if (shown_scheme(url.data) && b.len > 0 &&
	    (a.len != b.len || strncasecmp(a.s, b.s, a.len) != 0)) {
		buf_adds(p->out, " <");
		buf_add(p->out, url.data, url.len);
		buf_addc(p->out, '>');
	}
	buf_free(&url);
}

/* What is quoted. */

static void
mark(struct page *p, size_t from, size_t to)
{
	struct range r = { from, to };

	if (p->marks != NULL && from < to &&
	    p->marks->len / sizeof(r) < QUOTE_RANGES)
		buf_add(p->marks, &r, sizeof(r));
}

/* A blockquote ends what comes before it in the elements around. */
static void
break_off(struct page *p)
{
	for (size_t i = p->depth; i > 0; i--) {
		struct element *e = &p->stack[i - 1];

		if (e->quote == HTML_BEFORE && !e->broken) {
			mark(p, e->begun, p->out->len);
			e->broken = true;
		}
	}
}

static bool
within_quote(const struct page *p)
{
	for (size_t i = 0; i < p->depth; i++)
		if (p->stack[i].quote == HTML_QUOTED)
			return true;
	return p->quotes > 0;
}

static void
end_quote(struct page *p, const struct element *e)
{
	if (e->quote == HTML_QUOTED ||
	    (e->quote == HTML_BEFORE && !e->broken))
		mark(p, e->begun, p->out->len);
}

/* Elements. */

static void
pop(struct page *p)
{
	struct element *e = &p->stack[--p->depth];

	if (e->tag == T_A)
		end_link(p, e);
	if (e->hidden)
		p->hidden--;
	if (e->hidden || p->hidden > 0)
		return;
	end_quote(p, e);
	if (e->tag == T_PRE)
		p->pre--;
	if (e->nests && e->tag == T_QUOTE)
		p->quotes--;
	if (e->nests && e->tag == T_LIST)
		p->lists--;
	if (e->tag == T_TABLE || e->tag == T_ROW)
		p->cell = false;
	if (e->tag == T_ITEM)
		p->item[0] = '\0';
	block(p, e->breaks);
}

/* Closes the innermost of the tags, unless one of stop is further in. */
static void
close_open(struct page *p, unsigned tags, unsigned stop)
{
	for (size_t i = p->depth; i > 0; i--) {
		unsigned bit = BIT(p->stack[i - 1].tag);

		if (bit & tags) {
			while (p->depth >= i)
				pop(p);
			return;
		}
		if (bit & stop)
			return;
	}
}

static void
end_tag(struct page *p, struct span name)
{
	bool table = span_is(name, "td") || span_is(name, "th") ||
	    span_is(name, "tr") || span_is(name, "table") ||
	    span_is(name, "body") || span_is(name, "html");

	if (p->above > 0) {
		p->above--;
		return;
	}
	for (size_t i = p->depth; i > 0; i--) {
		struct element *e = &p->stack[i - 1];

		if (e->name.len == name.len &&
		    strncasecmp(e->name.s, name.s, name.len) == 0) {
			while (p->depth >= i)
				pop(p);
			return;
		}
		if (!table && (BIT(e->tag) & TABLE_PARTS))
			break;
	}
	if (span_is(name, "p"))
		block(p, 1);
}

/* An indent that mail programs make of blockquote, not a quote. */
static bool
indents(const struct token *t)
{
	return !span_is(t->type, "cite") && !span_has(t->class, "quote") &&
	    (span_has(t->style, "border:none") ||
	    span_has(t->style, "border: none"));
}

static void
start_item(struct page *p)
{
	struct element *list = NULL;

	for (size_t i = p->depth; i > 0 && list == NULL; i--)
		if (p->stack[i - 1].tag == T_LIST)
			list = &p->stack[i - 1];
	if (list != NULL && list->count > 0)
		snprintf(p->item, sizeof(p->item), "%u. ", list->count++);
	else
		snprintf(p->item, sizeof(p->item), "- ");
}

static void
start_cell(struct page *p)
{
	struct element *row = NULL;

	p->cell = true;
	for (size_t i = p->depth; i > 0 && row == NULL; i--)
		if (BIT(p->stack[i - 1].tag) & (BIT(T_ROW) | BIT(T_TABLE)))
			row = &p->stack[i - 1];
	if (row == NULL)
		return;
	if (row->count++ > 0 && p->out->len > row->at) {
		/* A cell of several lines is a column of a layout. */
		if (row->ends != p->ends) {
			p->breaks = 1;
		} else {
			p->breaks = 0;
			p->tabs = 1;
		}
	} else if (p->tabs > 0)
		p->tabs++;
	row->at = p->out->len;
	row->ends = p->ends;
	if (p->out->len > p->start)
		row->ends += p->breaks;
}

static void
implied_ends(struct page *p, enum tag tag, unsigned breaks)
{
	switch (tag) {
	case T_A:
		close_open(p, BIT(T_A), TABLE_PARTS);
		break;
	case T_ITEM:
		close_open(p, BIT(T_ITEM), BIT(T_LIST) | TABLE_PARTS);
		break;
	case T_TERM:
		close_open(p, BIT(T_TERM), TABLE_PARTS);
		break;
	case T_CELL:
		close_open(p, BIT(T_CELL), BIT(T_ROW) | BIT(T_TABLE));
		break;
	case T_ROW:
		close_open(p, BIT(T_ROW), BIT(T_TABLE));
		break;
	default:
		break;
	}
	if (breaks > 0)
		close_open(p, BIT(T_P), ~(BIT(T_P) | BIT(T_A) | BIT(T_OTHER)));
}

static void
enter(struct page *p, struct element *e, const struct token *t)
{
	switch (e->tag) {
	case T_A:
		e->at = p->out->len;
		e->url = t->href;
		break;
	case T_QUOTE:
		e->quote = HTML_OWN;
		break_off(p);
		if (!indents(t) && p->quotes < NESTING_MAX) {
			e->nests = true;
			p->quotes++;
		}
		break;
	case T_LIST:
		if (p->lists < NESTING_MAX) {
			e->nests = true;
			p->lists++;
		}
		if (span_is(e->name, "ol"))
			e->count = 1;
		break;
	case T_ITEM:
		start_item(p);
		break;
	case T_CELL:
		start_cell(p);
		break;
	case T_PRE:
		p->pre++;
		if (p->in.pos < p->in.len && p->in.s[p->in.pos] == '\n')
			p->in.pos++;
		break;
	default:
		break;
	}
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(a, ((const struct known *)b)->name);
}

static const struct known *
find_known(struct span name)
{
	static const struct known other = { "", T_OTHER, 0 };
	const struct known *k;
	char lower[NAME_ROOM];

	if (name.len >= sizeof(lower))
		return &other;
	for (size_t i = 0; i < name.len; i++)
		lower[i] = (char)tolower((unsigned char)name.s[i]);
	lower[name.len] = '\0';
	k = bsearch(lower, known, sizeof(known) / sizeof(known[0]),
	    sizeof(known[0]), by_name);
	return k != NULL ? k : &other;
}

static void
start_tag(struct page *p, const struct token *t)
{
	struct span name = t->text;
	const struct known *k = find_known(name);
	struct element e = { .name = name, .tag = k->tag,
	    .breaks = k->breaks };

	if (p->marks != NULL && (t->id.len | t->class.len | t->style.len) > 0)
		e.quote = html_quote(t);
	e.begun = p->out->len;
	if (e.quote == HTML_REST && p->hidden == 0 && !within_quote(p))
		mark(p, e.begun, SIZE_MAX);
	e.hidden = t->hidden || k->tag == T_HIDDEN;
	if (k->tag == T_P && span_has(t->class, "Mso"))
		e.breaks = 1;	/* Outlook's have no margin */
	implied_ends(p, k->tag, k->breaks);
	if (p->hidden == 0 && k->tag == T_BR)
		line_break(p);
	else if (p->hidden == 0 && k->tag == T_IMG && !t->hidden)
		text(p, t->alt);
	else if (p->hidden == 0 && k->tag == T_HR) {
		block(p, 1);
		put(p, "---", 3);
		block(p, 1);
	}
	if (k->tag == T_SKIP)
		markup_skip(&p->in, name);
	if ((BIT(k->tag) & WITHOUT_END) || (k->tag == T_OTHER &&
	    (t->closed || (!e.hidden && p->hidden == 0 &&
	    e.quote == HTML_OWN))))
		return;
	if (p->depth == DEPTH_MAX) {
		p->above++;
		return;
	}
	if (e.hidden) {
		p->hidden++;
	} else if (p->hidden == 0) {
		block(p, e.breaks);
		enter(p, &e, t);
	}
	p->stack[p->depth++] = e;
}

static void
convert(struct page *p)
{
	struct token t;

	while (markup_next(&p->in, &t)) {
		if (t.kind == TOKEN_START)
			start_tag(p, &t);
		else if (t.kind == TOKEN_END)
			end_tag(p, t.text);
		else if (p->hidden == 0)
			text(p, t.text);
	}
	while (p->depth > 0)
		pop(p);
}

void
html_to_text(const char *s, size_t len, struct buf *out)
{
	html_to_text_marked(s, len, out, NULL);
}

void
html_to_text_marked(const char *s, size_t len, struct buf *out,
    struct buf *marks)
{
	struct buf clean = BUF_INIT;
	struct page p = { .out = out, .marks = marks, .start = out->len,
	    .fresh = true };

	utf8_clean(&clean, s, len);
	p.in = (struct markup){ clean.data, clean.len, 0 };
	convert(&p);
	if (out->len > p.start)
		end_line(&p);
	buf_free(&clean);
}

/* Bytes of a control or bidi override, which a page must not show; or 0. */
static size_t
hidden(const char *s, size_t len)
{
	unsigned char c = (unsigned char)*s;
	size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

	if ((c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t' || c == '\r' ||
	    n > len || utf8_valid(s, n) < n)
		return 0;
	return utf8_unsafe(utf8_decode(s, n, &n)) ? n : 0;
}

void
html_escape(const char *s, size_t len, struct buf *out)
{
	size_t from = 0;

	for (size_t i = 0; i < len; i++) {
		size_t n = hidden(s + i, len - i);
		const char *entity = n > 0 ? "" : s[i] == '&' ? "&amp;" :
		    s[i] == '<' ? "&lt;" : s[i] == '>' ? "&gt;" :
		    s[i] == '"' ? "&quot;" : s[i] == '\'' ? "&#39;" : NULL;

		if (entity == NULL)
			continue;
		buf_add(out, s + from, i - from);
		buf_adds(out, entity);
		i += n > 0 ? n - 1 : 0;
		from = i + 1;
	}
	buf_add(out, s + from, len - from);
}
