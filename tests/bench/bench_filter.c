/* Records from stdin to stdout with a field x added: a filter at its least. */
#include <unistd.h>

#include "format/record.h"

#define OUT	((size_t)1 << 16)

int
main(void)
{
	struct reject reject = { "bench_filter", NULL, 0 };
	struct buf out = BUF_INIT;
	struct err e = { 0 };
	struct rec_reader in;
	struct rec *r;

	rec_open(&in, STDIN_FILENO, "stdin", &reject);
	while (rec_next(&in, &r, &e) == REC_OK) {
		rec_with(r, "x", "1", 1, &out);
		buf_addc(&out, '\n');
		if (out.len >= OUT) {
			if (fd_write(STDOUT_FILENO, "stdout", out.data,
			    out.len, &e) < 0)
				return 1;
			buf_reset(&out);
		}
	}
	rec_close(&in);
	return fd_write(STDOUT_FILENO, "stdout", out.data, out.len, &e) < 0 ||
	    e.kind != ERR_NONE;
}
