/* Rows for people and programs: terminal, TSV, CSV, HTML, JSON Lines. */
#ifndef TAI_FORMAT_TABLE_H
#define TAI_FORMAT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum table_form { TABLE_TEXT, TABLE_COLOR, TABLE_TSV, TABLE_CSV, TABLE_HTML };
enum table_mark { MARK_NONE, MARK_BAD, MARK_WARN, MARK_FAINT };

struct column {
	const char *title;
	bool right;		/* numbers */
	bool shrink;		/* gives way (cut with an ellipsis) first */
};

struct table;

struct table *table_new(const struct column *, size_t columns);
/* One cell after the other, left to right; NULL is an empty one. Copied. */
void	table_cell(struct table *, const char *);
/* What the row of the last cell is; COLOR shows it, the others do not. */
void	table_mark(struct table *, enum table_mark);
/*
 * Appends the table. TEXT and COLOR fit it into width columns of a terminal (0: as
 * wide as it comes), count East Asian wide characters as two and show no
 * controls or bidi overrides; TSV writes tabs, line ends and backslashes as
 * \t \n \\; CSV quotes by RFC 4180 and puts ' before cells that a
 * spreadsheet would compute (= + - @ and a tab first).
 */
void	table_print(const struct table *, enum table_form, int width,
	    struct buf *);
void	table_free(struct table *);

/* Columns that the text takes on a terminal, without what it must not see. */
int	table_width(const char *);
/* Appends the text on one line of at most so many columns, cut with an
 * ellipsis; returns the columns taken. */
int	table_fit(const char *, int width, struct buf *);

/*
 * Appends text of which neighbouring lines with tabs become tables of the
 * width. The first line of a table holds its titles: '>' before one puts the
 * column to the right, '~' lets it give way; no title at all, no title line.
 * A row of nothing, a tab and a text is that text from the second column to
 * the edge. Other lines are cut at the width; of empty lines only one stays.
 */
void	table_text(const char *, size_t, int width, struct buf *);

#endif
