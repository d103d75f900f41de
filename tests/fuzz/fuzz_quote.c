/*
 * Any text, with marks of a page made of its first bytes: ranges ascend, are
 * whole lines, and a forwarded mail lies within the text.
 */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "format/forward.h"
#include "format/maildate.h"
#include "format/quote.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MARKS	4

static void
check_ranges(const char *s, size_t len, const struct range *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (r[i].start >= r[i].end || r[i].end > len ||
		    (i > 0 && r[i].start < r[i - 1].end) ||
		    (r[i].start > 0 && s[r[i].start - 1] != '\n') ||
		    (r[i].end < len && s[r[i].end - 1] != '\n'))
			abort();
}

static void
check_forward(const struct quote_forward *f, size_t len)
{
	struct buf json = BUF_INIT;
	struct arena a = { 0 };
	struct writer w;

	if (f->start > f->body || f->body > len || f->end > len)
		abort();
	if (f->end > f->start) {
		w_begin(&w, &json);
		w_open(&w, '{');
		forward_write(&a, f, MAIL_ZONE_NONE, &w);
		w_close(&w, '}');
	}
	buf_free(&json);
	arena_free(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct range r[QUOTE_RANGES];
	struct range mark[MARKS];
	struct quote_hints hints = { .mark = mark };
	struct quote_forward forward;
	const char *s = (const char *)data;
	int32_t zone = MAIL_ZONE_NONE;
	int64_t t;
	size_t n;

	for (size_t i = 0; i < MARKS && 2 * i + 1 < len; i++) {
		mark[i].start = data[2 * i] * len / 256;
		mark[i].end = mark[i].start + data[2 * i + 1];
		hints.nmarks++;
	}
	for (int k = 0; k < 4; k++) {
		hints.reply = k & 1;
		hints.forward = k & 2;
		n = quote_find_in(s, len, &hints, r, QUOTE_RANGES, &forward);
		check_ranges(s, len, r, n);
		check_forward(&forward, len);
	}
	quote_asks(s, len, r, n);
	if (mail_date(s, len, &zone, &t) && (t < TIME_MIN || t > TIME_MAX))
		abort();
	return 0;
}
