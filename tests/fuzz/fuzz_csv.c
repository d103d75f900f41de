/* A CSV file: read to its end, then printed and read again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "format/csv.h"
#include "format/table.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* What was printed has the same number of rows, all of them sound. */
static void
again(const char *text, size_t len, size_t rows)
{
	struct err e = { 0 };
	struct csv *c;
	int got;

	if (csv_parse(&c, "again", text, len, &e) < 0)
		return;
	while ((got = csv_next(c, &e)) == 1)
		rows--;
	if (got != 0 || rows != 0)
		abort();
	csv_free(c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t len)
{
	struct column column[256] = { { 0 } };
	struct buf out = BUF_INIT;
	struct table *t;
	struct csv *c;
	struct err e = { 0 };
	size_t n = 0, rows = 0;
	int got;

	if (csv_parse(&c, "fuzz", (const char *)input, len, &e) < 0)
		return 0;
	while (n < 256 && (column[n].title = csv_column(c, n)) != NULL)
		n++;
	t = table_new(column, n);
	while (err_clear(&e), (got = csv_next(c, &e)) != 0) {
		for (size_t i = 0; got == 1 && i < n; i++)
			table_cell(t, csv_cell(c, i));
		rows += got == 1;
	}
	table_print(t, TABLE_CSV, 0, &out);
	if (n > 1)
		again(out.data, out.len, rows);
	for (int form = TABLE_TEXT; form <= TABLE_HTML; form++) {
		buf_reset(&out);
		table_print(t, (enum table_form)form, 80, &out);
	}
	buf_reset(&out);
	table_text((const char *)input, len, 80, &out);
	table_free(t);
	csv_free(c);
	buf_free(&out);
	return 0;
}
