/*
 * Patterns: the first line is one, the rest is the text. A set finds what the
 * pattern finds alone. What is taken for plain before it is compiled compiles.
 */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "format/pattern.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *nl = memchr(data, '\n', len), *text;
	struct buf line = BUF_INIT, rest = BUF_INIT;
	struct pattern_set *set = pattern_set_new();
	struct pattern *p = NULL, *fixed = NULL;
	struct pattern_scan *scan;
	struct err e = { 0 }, f = { 0 };
	struct grams grams;
	struct span at, found;
	int want, got;

	if (len > 2000)
		len = 2000;
	text = nl != NULL && nl < (const char *)data + len ? nl + 1 :
	    (const char *)data + len;
	utf8_clean(&line, (const char *)data, (size_t)(text -
	    (const char *)data) - (text > (const char *)data && nl != NULL &&
	    text == nl + 1));
	utf8_clean(&rest, text, (size_t)((const char *)data + len - text));
	if (pattern_new(&p, line.data, &e) < 0 ||
	    pattern_new(&fixed, "webhooks?|missing", &e) < 0)
		goto done;
	pattern_danger(p);
	pattern_set_add(set, fixed);
	pattern_set_add(set, p);
	pattern_set_build(set);
	scan = pattern_scan_new(set);
	pattern_scan_text(scan, rest.data, rest.len);
	want = pattern_match(p, rest.data, rest.len, 0, &at, &e);
	got = pattern_scan_match(scan, 1, &f);
	if ((want < 0 && e.kind != ERR_INPUT) ||
	    (got < 0 && f.kind != ERR_INPUT))
		abort();
	if (want == 1 && (at.end < at.start || at.end > rest.len))
		abort();
	/* One of them may meet its limits where the other need not look. */
	if (want >= 0 && got >= 0 && want != got)
		abort();
	/* From place to place they find the same, in the same order. */
	for (size_t from = 0; want == 1 && got == 1 && from <= rest.len;
	    from = at.end > from ? at.end : from + 1) {
		while (((unsigned char)rest.data[from] & 0xc0) == 0x80)
			from++;
		want = pattern_match(p, rest.data, rest.len, from, &at, &e);
		got = pattern_scan_find(scan, 1, from, &found, &f);
		if (want >= 0 && got >= 0 && (want != got || (want == 1 &&
		    (at.start != found.start || at.end != found.end))))
			abort();
	}
	want = pattern_match(p, rest.data, rest.len, 0, &at, &e);
	grams_of(&grams, rest.data, rest.len);
	if (want == 1 && (!pattern_scan_may(scan, 1) ||
	    !pattern_may(p, &grams)))
		abort();
	pattern_scan_free(scan);
done:
	pattern_set_free(set);
	pattern_free(p);
	pattern_free(fixed);
	buf_free(&line);
	buf_free(&rest);
	return 0;
}
