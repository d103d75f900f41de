/*
 * Tables in text as a stream of rows: RFC 4180 with any delimiter, in UTF-8,
 * UTF-16 or an encoding of one byte a character. Memory is bound by a row.
 */
#ifndef TAI_FORMAT_ROWS_H
#define TAI_FORMAT_ROWS_H

#include "base/source.h"
#include "format/record.h"

#define ROW_MAX		((size_t)16 << 20)
#define ROW_COLUMNS	256

struct rows;

struct rows_form {
	char delimiter;		/* 0: a comma */
	const char *encoding;	/* NULL: by the byte order mark, else UTF-8 */
};

/* Reads the header line; ERR_INPUT when there is none or a name is twice. */
int	rows_open(struct rows **, const struct source *,
	    const struct rows_form *, struct err *);
/*
 * The next row: 1, 0 the end, -1: a row that is refused (ERR_INPUT,
 * "name:line: ..."; the next call goes on behind it) or a failure. A row may
 * be short by empty cells at its end, as spreadsheets write it.
 */
int	rows_next(struct rows *, struct err *);
size_t	rows_columns(const struct rows *);
const char *rows_column(const struct rows *, size_t);
const char *rows_cell(const struct rows *, size_t);	/* until the next */
size_t	rows_line(const struct rows *);		/* of the row, from 1 */
/* The row as an object of strings, one a column; empty cells are left out. */
void	rows_object(const struct rows *, struct buf *);
void	rows_close(struct rows *);

#endif
