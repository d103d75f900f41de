#include <ctype.h>
#include <string.h>

#include "format/uuencode.h"

static size_t
line_end(const char *s, size_t len, size_t at, size_t *next)
{
	const char *nl = memchr(s + at, '\n', len - at);
	size_t end = nl != NULL ? (size_t)(nl - s) : len;

	*next = nl != NULL ? end + 1 : len;
	while (end > at && s[end - 1] == '\r')
		end--;
	return end;
}

/* "begin 644 name" */
static bool
begins(const char *s, size_t len, struct uu_file *f)
{
	size_t n = 6;

	if (len < 12 || memcmp(s, "begin ", 6) != 0)
		return false;
	while (n < len && s[n] >= '0' && s[n] <= '7')
		n++;
	if (n < 9 || n > 10 || s[n] != ' ' || n + 1 == len)
		return false;
	f->name = s + n + 1;
	f->name_len = len - n - 1;
	return true;
}

static unsigned
value(const char *s, size_t len, size_t i)
{
	/* Blanks at the end of a line get lost on the way. */
	return i < len ? (unsigned)(s[i] - ' ') & 63 : 0;
}

/* One line of data; false when it is none. */
static bool
decode(const char *s, size_t len, struct buf *out)
{
	size_t n = value(s, len, 0);

	for (size_t i = 0; i < len; i++)
		if (s[i] < ' ' || s[i] > '`')
			return false;
	if (len > 63 || len > (n + 2) / 3 * 4 + 3 || n > 45)
		return false;
	for (size_t i = 1; n > 0; i += 4) {
		unsigned v = value(s, len, i) << 18 |
		    value(s, len, i + 1) << 12 | value(s, len, i + 2) << 6 |
		    value(s, len, i + 3);

		for (int k = 2; k >= 0 && n > 0; k--, n--)
			buf_addc(out, (char)(v >> (8 * k) & 0xff));
	}
	return true;
}

static bool
read_file(const char *s, size_t len, size_t at, struct uu_file *f,
    struct buf *out)
{
	size_t next, end;

	for (; at < len; at = next) {
		end = line_end(s, len, at, &next);
		if (end - at == 3 && memcmp(s + at, "end", 3) == 0) {
			f->end = next;
			return true;
		}
		if (end > at && !decode(s + at, end - at, out))
			return false;
	}
	return false;
}

bool
uu_next(const char *s, size_t len, size_t from, struct uu_file *f,
    struct buf *data)
{
	while (from < len) {
		const char *at = memmem(s + from, len - from, "begin ", 6);
		size_t next, had = data->len, end;

		if (at == NULL)
			return false;
		f->start = (size_t)(at - s);
		end = line_end(s, len, f->start, &next);
		if ((f->start == 0 || at[-1] == '\n') &&
		    begins(at, end - f->start, f) &&
		    read_file(s, len, next, f, data))
			return true;
		buf_truncate(data, had);
		from = next;
	}
	return false;
}
