/* CSV by RFC 4180, as a stream: quotes, line ends within them, CRLF, BOM. */
#ifndef TAI_FORMAT_CSV_H
#define TAI_FORMAT_CSV_H

#include <stddef.h>

#include "base/err.h"
#include "base/mem.h"

struct csv;			/* a file with a header line */

/* Reads the whole file (64 MiB at most) and its header. */
int	csv_load(struct csv **, const char *path, struct err *);
int	csv_parse(struct csv **, const char *name, const char *, size_t,
	    struct err *);
/*
 * The next row: 1, 0 at the end, -1 (ERR_INPUT, "file:line: ...") for a row
 * with another number of cells than the header, bad UTF-8 or a stray quote;
 * the next call goes on behind it.
 */
int	csv_next(struct csv *, struct err *);
/* A cell of the row by the column's name; NULL when there is no such column.
 * Valid until the next row. */
const char *csv_get(const struct csv *, const char *column);
/* By number: the column's name and the cell; NULL behind the last. */
const char *csv_column(const struct csv *, size_t);
const char *csv_cell(const struct csv *, size_t);
size_t	csv_line(const struct csv *);	/* of the row, from 1 */
void	csv_free(struct csv *);

#endif
