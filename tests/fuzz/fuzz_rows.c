/* A table in any encoding: what is read does not depend on the reads. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "format/rows.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

struct bytes {
	const uint8_t *p;
	size_t len, step;
};

static ssize_t
read_bytes(void *arg, char *to, size_t len, struct err *e)
{
	struct bytes *b = arg;
	size_t n = b->step < len ? b->step : len;

	(void)e;
	if (n > b->len)
		n = b->len;
	memcpy(to, b->p, n);
	b->p += n;
	b->len -= n;
	return (ssize_t)n;
}

static void
read_all(const uint8_t *p, size_t len, size_t step, struct buf *out)
{
	static const char *const encodings[] = { NULL, "utf-16", "cp1252" };
	struct bytes b = { p + 1, len - 1, step };
	struct source s = { "fuzz", &b, read_bytes };
	struct rows_form form = { p[0] & 1 ? ';' : ',',
		encodings[p[0] / 2 % 3] };
	struct err e = { 0 };
	struct rows *r;
	int got;

	if (rows_open(&r, &s, &form, &e) < 0)
		return;
	while (err_clear(&e), (got = rows_next(r, &e)) != 0) {
		if (got == 1)
			rows_object(r, out);
		else
			buf_adds(out, e.text);
	}
	rows_close(r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t len)
{
	struct buf one = BUF_INIT, many = BUF_INIT;

	if (len == 0)
		return 0;
	read_all(input, len, 3, &one);
	read_all(input, len, 65536, &many);
	if (one.len != many.len || memcmp(one.data, many.data, one.len) != 0)
		abort();
	buf_free(&one);
	buf_free(&many);
	return 0;
}
