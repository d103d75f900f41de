/* Text whose lines with tabs are tables. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "format/table.h"

#define COLUMNS	64

struct block {			/* neighbouring lines with tabs */
	struct arena arena;
	struct column column[COLUMNS];
	size_t columns;
	struct table *table;
	size_t row;		/* of the table, the titles are 0 */
	int first;		/* width of the first column */
	struct buf spans;	/* "row TAB text NL": below which row */
};

static const char *
skip_blanks(const char *s)
{
	return s + strspn(s, " ");
}

/* Cuts the next cell off the line; NULL behind the last. */
static char *
next_cell(char **line)
{
	char *cell = *line, *tab;

	if (cell == NULL)
		return NULL;
	if ((tab = strchr(cell, '\t')) != NULL)
		*tab++ = '\0';
	*line = tab;
	return cell;
}

static void
take_titles(struct block *b, char *line)
{
	char *cell;

	while (b->columns < COLUMNS && (cell = next_cell(&line)) != NULL) {
		struct column *c = &b->column[b->columns++];
		char *mark = cell + strspn(cell, " ");

		*c = (struct column){ .title = cell, .right = *mark == '>',
			.shrink = *mark == '~' };
		if (c->right || c->shrink)
			memmove(mark, mark + 1, strlen(mark));
		if (*skip_blanks(cell) == '\0')
			c->title = "";
	}
	b->first = table_width(b->column[0].title);
	b->table = table_new(b->column, b->columns);
}

static void
take_row(struct block *b, char *line)
{
	char *cell = next_cell(&line);
	int width = table_width(cell);

	if (*skip_blanks(cell) == '\0' && line != NULL &&
	    strchr(line, '\t') == NULL) {
		buf_printf(&b->spans, "%zu\t%s\n", b->row, line);
		return;
	}
	if (width > b->first)
		b->first = width;
	for (size_t i = 0; i < b->columns; i++) {
		table_cell(b->table, cell);
		if (cell != NULL)
			cell = next_cell(&line);
	}
	b->row++;
}

/* Prints the table with each span below its row, and starts anew. */
static void
end_block(struct block *b, int width, struct buf *out)
{
	struct buf text = BUF_INIT;
	const char *p, *span = b->spans.data;
	bool titles = false;

	if (b->table == NULL)
		return;
	for (size_t i = 0; i < b->columns; i++)
		titles |= *b->column[i].title != '\0';
	table_print(b->table, TABLE_TEXT, width, &text);
	p = text.data;
	for (size_t row = titles ? 0 : 1; row <= b->row; row++) {
		size_t len = strcspn(p, "\n");

		if (*p != '\0')
			buf_add(out, p, len + 1);
		p += *p != '\0' ? len + 1 : 0;
		while (*span != '\0' &&
		    strtoull(span, NULL, 10) == (unsigned long long)row) {
			const char *s = strchr(span, '\t') + 1;

			len = strcspn(s, "\n");
			buf_printf(out, "%*s", b->first + 2, "");
			table_fit(arena_strndup(&b->arena, s, len),
			    width > 0 && width > b->first + 2 ?
			    width - b->first - 2 : width, out);
			buf_addc(out, '\n');
			span = s + len + 1;
		}
	}
	table_free(b->table);
	buf_free(&text);
	buf_free(&b->spans);
	arena_free(&b->arena);
	*b = (struct block){ .spans = BUF_INIT };
}

static void
plain_line(const char *line, int width, struct buf *out)
{
	size_t start = out->len;

	table_fit(line, width, out);
	while (out->len > start && out->data[out->len - 1] == ' ')
		buf_truncate(out, out->len - 1);
	/* No empty line at the start, nor one after another. */
	if (out->len > start || (start > 1 && out->data[start - 2] != '\n'))
		buf_addc(out, '\n');
}

void
table_text(const char *text, size_t len, int width, struct buf *out)
{
	struct block b = { .spans = BUF_INIT };
	const char *end = text + len;

	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		char *line;

		if (stop == NULL)
			stop = end;
		line = arena_strndup(&b.arena, text, (size_t)(stop - text));
		if (strchr(line, '\t') == NULL) {
			end_block(&b, width, out);
			line = arena_strndup(&b.arena, text,
			    (size_t)(stop - text));
			plain_line(line, width, out);
			if (b.table == NULL)
				arena_reset(&b.arena);
		} else if (b.table == NULL)
			take_titles(&b, line);
		else
			take_row(&b, line);
		text = stop + 1;
	}
	end_block(&b, width, out);
	arena_free(&b.arena);
}
