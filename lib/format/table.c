/* Rows for people and programs. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "format/html.h"
#include "format/table.h"

#define SHRUNK	8		/* columns that give way keep so many */
#define GAP	2

struct table {
	const struct column *column;
	size_t columns;
	char **cell;		/* row after row */
	size_t cells, room;
	char *mark;		/* of each row up to marks */
	size_t marks, mark_room;
	struct arena arena;
};

struct table *
table_new(const struct column *column, size_t columns)
{
	struct table *t = xcalloc(1, sizeof(*t));

	t->column = column;
	t->columns = columns;
	return t;
}

void
table_free(struct table *t)
{
	free(t->cell);
	free(t->mark);
	arena_free(&t->arena);
	free(t);
}

/* What of a text may be seen; line ends and tabs, too, when they are kept. */
static char *
visible(struct arena *a, const char *s, bool lines)
{
	size_t len = strlen(s), n;
	struct buf b = BUF_INIT;
	char *copy;

	for (size_t i = 0; i < len; i += n) {
		uint32_t c = utf8_decode(s + i, len - i, &n);

		if (c == '\t' || c == '\n')
			buf_addc(&b, lines ? (char)c : ' ');
		else if (!utf8_unsafe(c))
			utf8_add(&b, c);
	}
	copy = arena_strndup(a, b.data, b.len);
	buf_free(&b);
	return copy;
}

void
table_cell(struct table *t, const char *text)
{
	if (t->cells == t->room) {
		t->room = t->room > 0 ? 2 * t->room : 64;
		t->cell = xreallocarray(t->cell, t->room, sizeof(*t->cell));
	}
	t->cell[t->cells++] = visible(&t->arena, text != NULL ? text : "",
	    true);
}

void
table_mark(struct table *t, enum table_mark mark)
{
	size_t row = t->cells > 0 ? (t->cells - 1) / t->columns : 0;

	while (t->marks <= row) {
		if (t->marks == t->mark_room) {
			t->mark_room = t->mark_room > 0 ? 2 * t->mark_room :
			    64;
			t->mark = xreallocarray(t->mark, t->mark_room, 1);
		}
		t->mark[t->marks++] = MARK_NONE;
	}
	t->mark[row] = (char)mark;
}

/* Columns of the first len bytes. */
static int
columns_of(const char *s, size_t len)
{
	size_t n;
	int64_t width = 0;

	for (size_t i = 0; i < len; i += n) {
		uint32_t c = utf8_decode(s + i, len - i, &n);

		if (c == '\t' || c == '\n')
			width++;
		else if (!utf8_unsafe(c))
			width += utf8_width(c);
	}
	return width < 1000000 ? (int)width : 1000000;
}

int
table_width(const char *s)
{
	return columns_of(s, strlen(s));
}

int
table_fit(const char *s, int width, struct buf *out)
{
	struct arena a = { 0 };
	char *text = visible(&a, s, false);
	size_t len = strlen(text), n;
	int used = table_width(text);

	if (used <= width || width <= 0)
		buf_adds(out, text);
	else {
		used = 0;
		for (size_t i = 0; i < len; i += n) {
			uint32_t c = utf8_decode(text + i, len - i, &n);

			if (used + utf8_width(c) > width - 1)
				break;
			used += utf8_width(c);
			buf_add(out, text + i, n);
		}
		buf_adds(out, "\xe2\x80\xa6");
		used++;
	}
	arena_free(&a);
	return used;
}

/* A cell of a line, padded to its column's width. */
static void
print_cell(const char *s, int width, bool right, struct buf *out)
{
	size_t start = out->len;
	int pad = width - table_fit(s, width, out);

	if (pad <= 0)
		return;
	buf_printf(out, "%*s", pad, "");
	if (right) {
		memmove(out->data + start + pad, out->data + start,
		    out->len - start - (size_t)pad);
		memset(out->data + start, ' ', (size_t)pad);
	}
}

/* Narrows the widest columns until the total fits; those that shrink first. */
static void
narrow(const struct table *t, int *width, int total, int most)
{
	for (int all = 0; all <= 1; all++) {
		int least = all ? 1 : SHRUNK;

		while (total > most) {
			size_t widest = t->columns;

			for (size_t i = 0; i < t->columns; i++) {
				if ((all || t->column[i].shrink) &&
				    width[i] > least &&
				    (widest == t->columns ||
				    width[i] > width[widest]))
					widest = i;
			}
			if (widest == t->columns)
				break;
			width[widest]--;
			total--;
		}
	}
}

static const char *
colour(const struct table *t, size_t row)
{
	static const char *const start[] = { "", "\x1b[31m", "\x1b[33m",
		"\x1b[2m" };

	return row < t->marks ? start[(int)t->mark[row]] : "";
}

static void
print_text(const struct table *t, int most, bool colours, struct buf *out)
{
	size_t rows = t->cells / t->columns;
	int *width = xcalloc(t->columns, sizeof(*width)), total = 0;
	bool titles = false;

	for (size_t i = 0; i < t->columns; i++) {
		width[i] = table_width(t->column[i].title);
		titles |= width[i] > 0;
		for (size_t row = 0; row < rows; row++) {
			int w = table_width(t->cell[row * t->columns + i]);

			if (w > width[i])
				width[i] = w;
		}
		if (most > 0 && width[i] > most)
			width[i] = most;
		total += width[i] + (i > 0 ? GAP : 0);
	}
	if (most > 0)
		narrow(t, width, total, most);
	for (size_t row = titles ? 0 : 1; row <= rows; row++) {
		const char *start = colours && row > 0 ?
		    colour(t, row - 1) : "";

		buf_adds(out, start);
		for (size_t i = 0; i < t->columns; i++) {
			if (i > 0)
				buf_printf(out, "%*s", GAP, "");
			print_cell(row == 0 ? t->column[i].title :
			    t->cell[(row - 1) * t->columns + i], width[i],
			    t->column[i].right, out);
		}
		while (out->len > 0 && out->data[out->len - 1] == ' ')
			buf_truncate(out, out->len - 1);
		buf_adds(out, *start != '\0' ? "\x1b[0m\n" : "\n");
	}
	free(width);
}

static void
tsv_cell(const char *s, struct buf *out)
{
	for (; *s != '\0'; s++) {
		switch (*s) {
		case '\t': buf_adds(out, "\\t"); break;
		case '\n': buf_adds(out, "\\n"); break;
		case '\\': buf_adds(out, "\\\\"); break;
		default: buf_addc(out, *s);
		}
	}
}

static bool
is_number(const char *s)
{
	s += *s == '-';
	return *s != '\0' && strspn(s, "0123456789.") == strlen(s);
}

/* A spreadsheet must not compute what a customer wrote. */
static void
csv_cell_text(const char *s, struct buf *out)
{
	bool formula = *s != '\0' && strchr("=+-@\t", *s) != NULL &&
	    !is_number(s);
	bool quote = formula || strpbrk(s, ",\"\n") != NULL ||
	    *s == ' ' || (*s != '\0' && s[strlen(s) - 1] == ' ');

	if (quote)
		buf_addc(out, '"');
	if (formula)
		buf_addc(out, '\'');
	for (; *s != '\0'; s++) {
		if (*s == '"')
			buf_addc(out, '"');
		buf_addc(out, *s);
	}
	if (quote)
		buf_addc(out, '"');
}

static void
print_lines(const struct table *t, void (*cell)(const char *, struct buf *),
    char between, struct buf *out)
{
	size_t cells = t->cells - t->cells % t->columns;

	for (size_t i = 0; i < t->columns; i++) {
		if (i > 0)
			buf_addc(out, between);
		cell(t->column[i].title, out);
	}
	buf_addc(out, '\n');
	for (size_t i = 0; i < cells; i++) {
		cell(t->cell[i], out);
		buf_addc(out, (i + 1) % t->columns == 0 ? '\n' : between);
	}
}

static void
print_html(const struct table *t, struct buf *out)
{
	size_t cells = t->cells - t->cells % t->columns;

	buf_adds(out, "<table>\n<thead><tr>");
	for (size_t i = 0; i < t->columns; i++) {
		buf_adds(out, "<th scope=\"col\">");
		html_escape(t->column[i].title, strlen(t->column[i].title),
		    out);
		buf_adds(out, "</th>");
	}
	buf_adds(out, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < cells; i++) {
		size_t column = i % t->columns;

		buf_adds(out, column == 0 ? "<tr>" : "");
		buf_adds(out, t->column[column].right ?
		    "<td class=\"number\">" : "<td>");
		html_escape(t->cell[i], strlen(t->cell[i]), out);
		buf_adds(out, column + 1 == t->columns ? "</td></tr>\n" :
		    "</td>");
	}
	buf_adds(out, "</tbody>\n</table>\n");
}

void
table_print(const struct table *t, enum table_form form, int width,
    struct buf *out)
{
	switch (form) {
	case TABLE_TEXT:
	case TABLE_COLOR:
		print_text(t, width, form == TABLE_COLOR, out);
		break;
	case TABLE_TSV:
		print_lines(t, tsv_cell, '\t', out);
		break;
	case TABLE_CSV:
		print_lines(t, csv_cell_text, ',', out);
		break;
	case TABLE_HTML:
		print_html(t, out);
		break;
	}
}
