/* Rows for people and programs: terminal, TSV, CSV, HTML, JSON Lines. */
#ifndef TAI_FORMAT_TABLE_H
#define TAI_FORMAT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum table_form { TABLE_TEXT, TABLE_TSV, TABLE_CSV, TABLE_HTML };

struct column {
	const char *title;
	bool right;		/* numbers */
	bool shrink;		/* gives way (cut with an ellipsis) first */
};

struct table;

struct table *table_new(const struct column *, size_t columns);
/* One cell after the other, left to right; NULL is an empty one. Copied. */
void	table_cell(struct table *, const char *);
/*
 * Appends the table. TEXT fits it into width columns of a terminal (0: as
 * wide as it comes), counts East Asian wide characters as two and shows no
 * controls or bidi overrides; TSV writes tabs, line ends and backslashes as
 * \t \n \\; CSV quotes by RFC 4180 and puts ' before cells that a
 * spreadsheet would compute (= + - @ and a tab first).
 */
void	table_print(const struct table *, enum table_form, int width,
	    struct buf *);
void	table_free(struct table *);

#endif
