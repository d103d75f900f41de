/* Rows of a table, read as they are asked for. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "format/charset.h"
#include "format/rows.h"

#define READ_SIZE	((size_t)64 << 10)

struct rows {
	struct source source;
	char delimiter;
	const char *charset;	/* NULL: UTF-8 as it is */
	bool wide;		/* UTF-16 */
	char letter[256][8];	/* of a set of one byte a character */
	bool end;
	struct buf raw;		/* bytes that are not whole characters yet */
	struct buf text;	/* UTF-8 ahead */
	size_t pos, line, row_line;
	struct arena header;
	const char *column[ROW_COLUMNS];
	size_t columns;
	struct buf row;		/* the cells, each with its NUL */
	size_t cell[ROW_COLUMNS];
	size_t cells;
};

/* Of a character of UTF-16 that ends here only half, nothing is taken. */
static size_t
decode_wide(struct rows *r)
{
	const unsigned char *p = (const unsigned char *)r->raw.data;
	bool big = strcasecmp(r->charset, "UTF-16BE") == 0;
	uint32_t high = 0;
	size_t n = 0;

	for (; r->raw.len - n >= 2; n += 2) {
		uint32_t u = (uint32_t)p[n + big] | (uint32_t)p[n + !big] << 8;
		bool low = (u & 0xfc00) == 0xdc00;

		if (high != 0 && low) {
			utf8_add(&r->text, 0x10000 + ((high & 0x3ff) << 10) +
			    (u & 0x3ff));
			high = 0;
			continue;
		}
		if (high != 0)
			utf8_add(&r->text, 0xfffd);
		high = (u & 0xfc00) == 0xd800 ? u : 0;
		if (high == 0)
			utf8_add(&r->text, low ? 0xfffd : u);
	}
	if (r->end && (high != 0 || n < r->raw.len)) {
		utf8_add(&r->text, 0xfffd);
		return r->raw.len;
	}
	return high != 0 ? n - 2 : n;
}

/*
 * What each byte is, alone: a guess at the whole, as mail needs it, would
 * depend on how the text comes in.
 */
static void
learn_letters(struct rows *r)
{
	for (int i = 0; i < 256; i++) {
		char byte = (char)i;
		struct buf b = BUF_INIT;

		charset_decode(r->charset, &byte, 1, SIZE_MAX, &b);
		if (b.len < sizeof(r->letter[i]))
			memcpy(r->letter[i], b.data, b.len + 1);
		buf_free(&b);
	}
}

static void
add_letter(struct rows *r, unsigned char c)
{
	if (c == '\0')
		buf_addc(&r->text, '\0');
	else
		buf_adds(&r->text, r->letter[c]);
}

static int
fill(struct rows *r, struct err *e)
{
	struct buf *in = r->charset != NULL ? &r->raw : &r->text;
	ssize_t n;

	buf_room(in, READ_SIZE);
	n = r->source.read(r->source.arg, in->data + in->len, READ_SIZE, e);
	if (n < 0)
		return -1;
	r->end = n == 0;
	in->len += (size_t)n;
	in->data[in->len] = '\0';
	if (r->charset != NULL) {
		size_t take = r->wide ? decode_wide(r) : in->len;

		for (size_t i = 0; !r->wide && i < take; i++)
			add_letter(r, (unsigned char)in->data[i]);
		memmove(in->data, in->data + take, in->len - take);
		buf_truncate(in, in->len - take);
	}
	return 0;
}

/* The byte so far ahead; -1 at the end, -2 when reading failed. */
static int
ahead(struct rows *r, size_t n, struct err *e)
{
	while (r->pos + n >= r->text.len) {
		if (r->end)
			return -1;
		if (fill(r, e) < 0)
			return -2;
	}
	return (unsigned char)r->text.data[r->pos + n];
}

static void
forget(struct rows *r)
{
	if (r->pos < READ_SIZE)
		return;
	memmove(r->text.data, r->text.data + r->pos, r->text.len - r->pos);
	buf_truncate(&r->text, r->text.len - r->pos);
	r->pos = 0;
}

/* The encoding by its mark, which goes; or the one that was named. */
static int
choose(struct rows *r, const char *name, struct err *e)
{
	int a, b, c;

	if ((a = ahead(r, 0, e)) == -2 || (b = ahead(r, 1, e)) == -2 ||
	    (c = ahead(r, 2, e)) == -2)
		return -1;
	if (a == 0xef && b == 0xbb && c == 0xbf) {
		r->pos = 3;
		return 0;
	}
	if ((a == 0xff && b == 0xfe) || (a == 0xfe && b == 0xff)) {
		r->charset = a == 0xff ? "UTF-16LE" : "UTF-16BE";
		r->pos = 2;
	} else if (name != NULL && strcasecmp(name, "utf-8") != 0 &&
	    strcasecmp(name, "utf-8-sig") != 0) {
		r->charset = strcasecmp(name, "utf-16") == 0 ? "UTF-16LE" :
		    name;
	}
	if (r->charset == NULL)
		return 0;
	r->wide = strncasecmp(r->charset, "UTF-16", 6) == 0;
	if (!r->wide)
		learn_letters(r);
	buf_add(&r->raw, r->text.data + r->pos, r->text.len - r->pos);
	buf_reset(&r->text);
	r->pos = 0;
	return fill(r, e);
}

static int
refuse(struct rows *r, const char *why, struct err *e)
{
	return err_set(e, ERR_INPUT, "%s:%zu: %s", r->source.name,
	    r->row_line, why);
}

/* Behind the line at hand, wherever its quotes are. */
static int
skip_line(struct rows *r, struct err *e)
{
	int c;

	while ((c = ahead(r, 0, e)) >= 0 && c != '\n') {
		r->pos++;
		forget(r);
	}
	if (c == '\n') {
		r->pos++;
		r->line++;
	}
	return c == -2 ? -1 : 0;
}

/* 1 and behind the closing quote, or 0 (*why), or -1. */
static int
quoted(struct rows *r, size_t *at, const char **why, struct err *e)
{
	size_t i = *at + 1;

	for (;; i++) {
		int c = ahead(r, i, e);

		if (c == -2)
			return -1;
		if (c == -1 || i > ROW_MAX) {
			*why = "a quote is not closed";
			return 0;
		}
		if (c == '"' && ahead(r, i + 1, e) != '"')
			break;
		if (c == '"')
			i++;
		buf_addc(&r->row, (char)c);
	}
	*at = i + 1;
	return 1;
}

static int
plain(struct rows *r, size_t *at, const char **why, struct err *e)
{
	const char set[] = { r->delimiter, '\n', '\r', '"', '\0' };
	int c;

	while ((c = ahead(r, *at, e)) >= 0) {
		const char *p = r->text.data + r->pos + *at;
		size_t most = r->text.len - r->pos - *at;
		size_t n = strcspn(p, set);

		buf_add(&r->row, p, n);
		*at += n;
		if (n == most)
			continue;
		if (p[n] == '"')
			*why = "a quote within a cell that has none around it";
		else if (p[n] == '\0')
			*why = "NUL in a row";
		break;
	}
	if (*at > ROW_MAX)
		*why = "a row of over 16 MiB";
	return c == -2 ? -1 : *why == NULL;
}

/* Behind the line end that stands there; whether one does. */
static bool
line_end(struct rows *r, size_t *at, struct err *e)
{
	int c = ahead(r, *at, e);

	if (c == '\r') {
		*at += ahead(r, *at + 1, e) == '\n' ? 2 : 1;
		return true;
	}
	*at += c == '\n';
	return c == '\n' || c < 0;
}

static void
count_lines(struct rows *r, size_t n)
{
	const char *p = r->text.data + r->pos, *end = p + n;

	for (; p < end; p++)
		r->line += *p == '\n' || (*p == '\r' && p[1] != '\n');
	r->pos += n;
}

static int
read_row(struct rows *r, struct err *e)
{
	const char *why = NULL;
	size_t at = 0;
	int got;

	buf_reset(&r->row);
	r->cells = 0;
	r->row_line = r->line;
	for (;;) {
		if (r->cells == ROW_COLUMNS) {
			why = "too many columns";
			break;
		}
		r->cell[r->cells++] = r->row.len;
		got = ahead(r, at, e) == '"' ? quoted(r, &at, &why, e) :
		    plain(r, &at, &why, e);
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		buf_addc(&r->row, '\0');
		if (line_end(r, &at, e))
			break;
		if (ahead(r, at, e) != r->delimiter) {
			why = "text behind a closing quote";
			break;
		}
		at++;
	}
	if (why != NULL) {
		r->cells = 0;
		if (skip_line(r, e) < 0)
			return -1;
		return refuse(r, why, e);
	}
	count_lines(r, at);
	if (utf8_valid(r->row.data, r->row.len) != r->row.len)
		return refuse(r, "not UTF-8", e);
	forget(r);
	return 0;
}

static int
read_header(struct rows *r, struct err *e)
{
	int c = ahead(r, 0, e);

	r->row_line = r->line;
	if (c < 0)
		return c == -2 ? -1 : refuse(r, "no header line", e);
	if (read_row(r, e) < 0)
		return -1;
	for (size_t i = 0; i < r->cells; i++) {
		const char *name = r->row.data + r->cell[i];
		size_t len;

		name += strspn(name, " ");
		len = strlen(name);
		while (len > 0 && name[len - 1] == ' ')
			len--;
		r->column[i] = arena_strndup(&r->header, name, len);
		for (size_t j = 0; j < i && len > 0; j++) {
			if (strcmp(r->column[i], r->column[j]) == 0)
				return refuse(r, "a column stands twice", e);
		}
	}
	r->columns = r->cells;
	return 0;
}

int
rows_open(struct rows **out, const struct source *source,
    const struct rows_form *form, struct err *e)
{
	struct rows *r = xcalloc(1, sizeof(*r));

	r->source = *source;
	r->delimiter = form->delimiter != 0 ? form->delimiter : ',';
	r->line = 1;
	buf_init(&r->raw);
	buf_init(&r->text);
	buf_init(&r->row);
	if (choose(r, form->encoding, e) < 0 || read_header(r, e) < 0) {
		rows_close(r);
		return -1;
	}
	*out = r;
	return 0;
}

static bool
blank(const struct rows *r)
{
	for (size_t i = 0; i < r->cells; i++) {
		if (r->row.data[r->cell[i]] != '\0')
			return false;
	}
	return true;
}

int
rows_next(struct rows *r, struct err *e)
{
	int c;

	do {
		if ((c = ahead(r, 0, e)) < 0)
			return c == -1 ? 0 : -1;
		if (read_row(r, e) < 0) {
			r->cells = 0;
			return -1;
		}
	} while (blank(r));
	while (r->cells > r->columns &&
	    r->row.data[r->cell[r->cells - 1]] == '\0')
		r->cells--;
	if (r->cells > r->columns) {
		size_t n = r->cells;

		r->cells = 0;
		return err_set(e, ERR_INPUT, "%s:%zu: %zu cells, the header "
		    "has %zu", r->source.name, r->row_line, n, r->columns);
	}
	return 1;
}

size_t
rows_columns(const struct rows *r)
{
	return r->columns;
}

const char *
rows_column(const struct rows *r, size_t i)
{
	return r->column[i];
}

const char *
rows_cell(const struct rows *r, size_t i)
{
	return i < r->cells ? r->row.data + r->cell[i] : "";
}

size_t
rows_line(const struct rows *r)
{
	return r->row_line;
}

void
rows_object(const struct rows *r, struct buf *out)
{
	struct buf clean = BUF_INIT;
	struct writer w;

	w_begin(&w, out);
	w_open(&w, '{');
	for (size_t i = 0; i < r->columns; i++) {
		const char *cell = rows_cell(r, i);

		if (*cell == '\0' || *r->column[i] == '\0')
			continue;
		buf_reset(&clean);
		utf8_clean(&clean, cell, strlen(cell));
		w_field_str(&w, r->column[i], clean.data);
	}
	w_close(&w, '}');
	buf_free(&clean);
}

void
rows_close(struct rows *r)
{
	buf_free(&r->raw);
	buf_free(&r->text);
	buf_free(&r->row);
	arena_free(&r->header);
	free(r);
}
