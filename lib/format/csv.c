/* CSV by RFC 4180. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/utf8.h"
#include "format/csv.h"

#define CSV_MAX		((size_t)64 << 20)
#define CSV_COLUMNS	256

struct csv {
	struct buf text;
	size_t pos;
	const char *name;
	size_t line;		/* where the next row starts */
	size_t row_line;	/* where the last one started */
	struct arena header, row;
	const char *column[CSV_COLUMNS];
	const char *cell[CSV_COLUMNS];
	size_t columns, cells;
};

static int
bad(struct csv *c, const char *why, struct err *e)
{
	return err_set(e, ERR_INPUT, "%s:%zu: %s", c->name, c->row_line, why);
}

static bool
at_end(const struct csv *c)
{
	return c->pos == c->text.len;
}

/* Moves over a line end, if there is one here. */
static bool
line_end(struct csv *c)
{
	const char *p = c->text.data + c->pos;

	if (at_end(c))
		return true;
	if (*p == '\r' && p[1] == '\n')
		c->pos++;
	else if (*p != '\n' && *p != '\r')
		return false;
	c->pos++;
	c->line++;
	return true;
}

static void
skip_line(struct csv *c)
{
	while (!line_end(c))
		c->pos++;
}

static const char *
quoted_cell(struct csv *c, struct arena *a, struct err *e)
{
	struct buf b = BUF_INIT;
	const char *cell = NULL;
	size_t start = c->pos, line = c->line;

	for (c->pos++;; c->pos++) {
		char ch;

		if (at_end(c)) {
			/* The rows behind this line are not lost with it. */
			c->pos = start;
			c->line = line;
			bad(c, "a quote is not closed", e);
			goto done;
		}
		ch = c->text.data[c->pos];
		if (ch == '"' && c->text.data[c->pos + 1] == '"')
			c->pos++;
		else if (ch == '"')
			break;
		c->line += ch == '\n';
		buf_addc(&b, ch);
	}
	c->pos++;
	cell = arena_strndup(a, b.data, b.len);
done:
	buf_free(&b);
	return cell;
}

static const char *
plain_cell(struct csv *c, struct arena *a, struct err *e)
{
	const char *p = c->text.data + c->pos;
	size_t len = strcspn(p, ",\r\n\"");

	if (p[len] == '\0' && p + len < c->text.data + c->text.len) {
		bad(c, "NUL in a row", e);
		return NULL;
	}
	if (p[len] == '"') {
		bad(c, "a quote within a cell that has none around it", e);
		return NULL;
	}
	c->pos += len;
	return arena_strndup(a, p, len);
}

/* One row into cells; leaves the position behind its line in any case. */
static int
read_row(struct csv *c, const char **cells, size_t *n, struct arena *a,
    struct err *e)
{
	size_t start = c->pos;

	*n = 0;
	c->row_line = c->line;
	for (;;) {
		const char *cell;

		if (*n == CSV_COLUMNS) {
			skip_line(c);
			return bad(c, "too many columns", e);
		}
		cell = c->text.data[c->pos] == '"' && !at_end(c) ?
		    quoted_cell(c, a, e) : plain_cell(c, a, e);
		if (cell == NULL) {
			skip_line(c);
			return -1;
		}
		cells[(*n)++] = cell;
		if (line_end(c))
			break;
		if (c->text.data[c->pos] != ',') {
			skip_line(c);
			return bad(c, "text behind a closing quote", e);
		}
		c->pos++;
	}
	if (utf8_valid(c->text.data + start, c->pos - start) !=
	    c->pos - start)
		return bad(c, "not UTF-8", e);
	if (memchr(c->text.data + start, '\0', c->pos - start) != NULL)
		return bad(c, "NUL in a row", e);
	return 0;
}

static int
read_header(struct csv *c, struct err *e)
{
	if (c->text.len >= 3 && memcmp(c->text.data, "\xef\xbb\xbf", 3) == 0)
		c->pos = 3;
	c->line = c->row_line = 1;
	if (at_end(c))
		return bad(c, "no header line", e);
	if (read_row(c, c->column, &c->columns, &c->header, e) < 0)
		return -1;
	for (size_t i = 0; i < c->columns; i++) {
		for (size_t j = 0; j < i; j++) {
			if (strcmp(c->column[i], c->column[j]) == 0)
				return bad(c, "a column stands twice", e);
		}
	}
	return 0;
}

static struct csv *
csv_new(const char *name)
{
	struct csv *c = xcalloc(1, sizeof(*c));

	buf_init(&c->text);
	c->name = arena_strdup(&c->header, name);
	return c;
}

int
csv_parse(struct csv **out, const char *name, const char *text, size_t len,
    struct err *e)
{
	struct csv *c = csv_new(name);

	buf_add(&c->text, text, len);
	if (read_header(c, e) < 0) {
		csv_free(c);
		return -1;
	}
	*out = c;
	return 0;
}

int
csv_load(struct csv **out, const char *path, struct err *e)
{
	struct csv *c = csv_new(path);

	if (file_read(path, CSV_MAX, &c->text, e) < 0 ||
	    read_header(c, e) < 0) {
		csv_free(c);
		return -1;
	}
	*out = c;
	return 0;
}

int
csv_next(struct csv *c, struct err *e)
{
	do {
		arena_reset(&c->row);
		c->cells = 0;
		if (at_end(c))
			return 0;
		if (read_row(c, c->cell, &c->cells, &c->row, e) < 0) {
			c->cells = 0;
			return -1;
		}
		/* A blank line is no row. */
	} while (c->cells == 1 && *c->cell[0] == '\0' && c->columns > 1);
	if (c->cells != c->columns) {
		err_set(e, ERR_INPUT, "%s:%zu: %zu cells, the header has %zu",
		    c->name, c->row_line, c->cells, c->columns);
		c->cells = 0;
		return -1;
	}
	return 1;
}

const char *
csv_get(const struct csv *c, const char *column)
{
	for (size_t i = 0; i < c->columns; i++) {
		if (strcmp(c->column[i], column) == 0)
			return csv_cell(c, i);
	}
	return NULL;
}

const char *
csv_column(const struct csv *c, size_t i)
{
	return i < c->columns ? c->column[i] : NULL;
}

const char *
csv_cell(const struct csv *c, size_t i)
{
	return i < c->cells ? c->cell[i] : NULL;
}

size_t
csv_line(const struct csv *c)
{
	return c->row_line;
}

void
csv_free(struct csv *c)
{
	buf_free(&c->text);
	arena_free(&c->header);
	arena_free(&c->row);
	free(c);
}
