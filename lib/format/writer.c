/* Writing records. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "format/record.h"

void
w_begin(struct writer *w, struct buf *out)
{
	w->out = out;
	w->comma = false;
}

static void
before_value(struct writer *w)
{
	if (w->comma)
		buf_addc(w->out, ',');
	w->comma = true;
}

void
w_open(struct writer *w, char bracket)
{
	before_value(w);
	buf_addc(w->out, bracket);
	w->comma = false;
}

void
w_close(struct writer *w, char bracket)
{
	buf_addc(w->out, bracket);
	w->comma = true;
}

/* Bytes that stand in a string as they are. */
static size_t
plain(const char *s, size_t len)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	size_t i = 0;

	for (; len - i >= 8; i += 8) {
		uint64_t w, quote, slash, del;

		memcpy(&w, s + i, 8);
		quote = w ^ ones * '"';
		slash = w ^ ones * '\\';
		del = w ^ ones * 0x7f;
		if ((((quote - ones) & ~quote) | ((slash - ones) & ~slash) |
		    ((del - ones) & ~del) | ((w - ones * 0x20) & ~w)) &
		    ones << 7)
			break;
	}
	while (i < len && (unsigned char)s[i] >= 0x20 && s[i] != '"' &&
	    s[i] != '\\' && s[i] != 0x7f)
		i++;
	return i;
}

void
w_strn(struct writer *w, const char *s, size_t len)
{
	static const char names[] = "btn\0fr";	/* 8 to 13, VT has none */
	struct buf *b = w->out;
	size_t start = 0, i;

	before_value(w);
	buf_room(b, len + 2);
	buf_addc(b, '"');
	for (i = plain(s, len); i < len; i += 1 + plain(s + i + 1,
	    len - i - 1)) {
		unsigned char c = (unsigned char)s[i];

		buf_add(b, s + start, i - start);
		start = i + 1;
		if (c == '"' || c == '\\') {
			buf_addc(b, '\\');
			buf_addc(b, (char)c);
		} else if (c >= 8 && c <= 13 && names[c - 8] != '\0') {
			buf_addc(b, '\\');
			buf_addc(b, names[c - 8]);
		} else if (c == 0)
			/* Records have no NUL; what had one shows where. */
			buf_adds(b, "\xef\xbf\xbd");
		else
			buf_printf(b, "\\u%04x", c);
	}
	buf_add(b, s + start, i - start);
	buf_addc(b, '"');
}

void
w_key(struct writer *w, const char *key)
{
	w_strn(w, key, strlen(key));
	buf_addc(w->out, ':');
	w->comma = false;
}

void
w_str(struct writer *w, const char *s)
{
	if (s == NULL)
		w_raw(w, "null", 4);
	else
		w_strn(w, s, strlen(s));
}

void
w_int(struct writer *w, int64_t n)
{
	uint64_t rest = n < 0 ? -(uint64_t)n : (uint64_t)n;
	char digits[24], *p = digits + sizeof(digits);

	before_value(w);
	do
		*--p = (char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (n < 0)
		*--p = '-';
	buf_add(w->out, p, (size_t)(digits + sizeof(digits) - p));
}

void
w_bool(struct writer *w, bool b)
{
	before_value(w);
	buf_adds(w->out, b ? "true" : "false");
}

void
w_time(struct writer *w, int64_t t)
{
	char text[TIME_TEXT];

	w_str(w, time_format(t, text));
}

void
w_raw(struct writer *w, const char *s, size_t len)
{
	before_value(w);
	buf_add(w->out, s, len);
}

void
w_field_str(struct writer *w, const char *key, const char *s)
{
	if (s == NULL)
		return;
	w_key(w, key);
	w_str(w, s);
}

void
w_field_int(struct writer *w, const char *key, int64_t n)
{
	w_key(w, key);
	w_int(w, n);
}

void
w_field_bool(struct writer *w, const char *key, bool b)
{
	w_key(w, key);
	w_bool(w, b);
}

void
w_field_time(struct writer *w, const char *key, int64_t t)
{
	w_key(w, key);
	w_time(w, t);
}

void
w_list(struct writer *w, const char *const *list)
{
	w_open(w, '[');
	for (; *list != NULL; list++)
		w_str(w, *list);
	w_close(w, ']');
}

void
w_field_list(struct writer *w, const char *key, const char *const *list)
{
	if (list == NULL || *list == NULL)
		return;
	w_key(w, key);
	w_list(w, list);
}

void
rec_with(const struct rec *r, const char *name, const char *json, size_t len,
    struct buf *out)
{
	const char *end = r->line + r->len;
	struct value v;

	if (rec_get(r, name, &v)) {
		buf_add(out, r->line, (size_t)(v.text - r->line));
		buf_add(out, json, len);
		buf_add(out, v.text + v.len, (size_t)(end - v.text) - v.len);
		return;
	}
	while (end[-1] != '}')
		end--;
	buf_add(out, r->line, (size_t)(end - r->line) - 1);
	if (r->fields > 0)
		buf_addc(out, ',');
	buf_addc(out, '"');
	buf_adds(out, name);
	buf_adds(out, "\":");
	buf_add(out, json, len);
	buf_addc(out, '}');
}
