/* Any bytes: an object of the records' profile, its ranges in its text. */
#include <stdlib.h>
#include <string.h>

#include "format/mail.h"
#include "format/mailhead.h"
#include "format/record.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static struct rec rec;

static void
check(struct buf *json)
{
	struct err e = { 0 };

	if (rec_parse(&rec, json->data, json->len, &e) == -1)
		abort();
}

/* Ranges ascend, do not touch, and end within the text. */
static void
check_ranges(void)
{
	struct arena a = { 0 };
	struct value text, quoted, range, n;
	size_t len, pos = 0;
	int64_t last = -1;

	if (!rec_get(&rec, "text", &text) ||
	    !rec_get(&rec, "quoted", &quoted))
		abort();
	value_str(&text, &a, &len);
	while (value_next(&quoted, &pos, &range)) {
		size_t at = 0;
		int64_t i;

		while (value_next(&range, &at, &n)) {
			if (!value_int(&n, &i) || i <= last ||
			    i > (int64_t)len)
				abort();
			last = i;
		}
	}
	arena_free(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf json = BUF_INIT;

	mail_parse((const char *)data, len, NULL, &json, NULL, NULL);
	check(&json);
	check_ranges();
	buf_reset(&json);
	mail_scan((const char *)data, len, &json);
	check(&json);
	buf_free(&json);
	return 0;
}
