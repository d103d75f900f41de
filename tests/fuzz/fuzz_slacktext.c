/* Any bytes as markup, any JSON as a message: valid UTF-8 stays valid. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "format/slacktext.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *s = (const char *)data;
	struct buf out = BUF_INIT;
	struct err e = { 0 };
	struct value v;

	slacktext(s, len, NULL, &out);
	if (out.len > 4 * len + 8)
		abort();
	if (utf8_valid(s, len) == len &&
	    utf8_valid(out.data, out.len) != out.len)
		abort();
	buf_reset(&out);
	if (value_parse(&v, s, len, &e) == 0 && v.kind == VALUE_OBJECT) {
		slacktext_message(&v, NULL, &out);
		if (utf8_valid(out.data, out.len) != out.len)
			abort();
	}
	buf_free(&out);
	return 0;
}
