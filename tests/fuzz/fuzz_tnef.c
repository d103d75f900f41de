/* Any bytes: parts of a winmail.dat and uuencoded files lie within them. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "format/mailcal.h"
#include "format/tnef.h"
#include "format/uuencode.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

struct input {
	const char *s;
	size_t len;
};

static void
inside(const struct input *in, const char *s, size_t len)
{
	if (len > 0 && (s < in->s || s + len > in->s + in->len))
		abort();
}

static void
check(void *arg, const struct tnef_part *p)
{
	inside(arg, p->data, p->len);
	inside(arg, p->name, p->name_len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct input in = { (const char *)data, len };
	struct buf b = BUF_INIT;
	struct arena a = { 0 };
	struct uu_file f;
	struct writer w;
	size_t at = 0;

	tnef_read(in.s, len, check, &in);
	while (uu_next(in.s, len, at, &f, &b)) {
		if (f.start < at || f.end <= f.start || f.end > len)
			abort();
		inside(&in, f.name, f.name_len);
		at = f.end;
	}
	buf_reset(&b);
	w_begin(&w, &b);
	mail_write_calendar(&a, in.s, len, &w);
	buf_free(&b);
	arena_free(&a);
	return 0;
}
