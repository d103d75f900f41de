#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "format/charset.h"
#include "format/mailword.h"

#define SET_ROOM	40

struct word {
	char set[SET_ROOM];	/* without a language tag */
	bool base64;
	const char *text;
	size_t len;
	const char *end;	/* behind it */
};

/* A "?=", or the end of a value that was cut within a word. */
static bool
word_end(const char *s, const char **end)
{
	*end = strchr(s, '?');
	if (*end != NULL)
		return (*end)[1] == '=';
	*end = s + strlen(s);
	return *end > s && strchr(s, ' ') == NULL;
}

/* Reads "=?set?B?text?=" at s. */
static bool
read_word(const char *s, struct word *w)
{
	const char *set = s + 2, *q, *end;
	size_t n;

	if (s[0] != '=' || s[1] != '?' || (q = strchr(set, '?')) == NULL)
		return false;
	n = strcspn(set, "?*");
	if (n == 0 || n >= SET_ROOM || memchr(set, ' ', n) != NULL ||
	    q[1] == '\0' || strchr("bBqQ", q[1]) == NULL || q[2] != '?' ||
	    !word_end(q + 3, &end))
		return false;
	memcpy(w->set, set, n);
	w->set[n] = '\0';
	w->base64 = (q[1] | 0x20) == 'b';
	w->text = q + 3;
	w->len = (size_t)(end - w->text);
	w->end = end + (*end != '\0' ? 2 : 0);
	return true;
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void
decode_q(const struct word *w, struct buf *out)
{
	const char *s = w->text;

	for (size_t i = 0; i < w->len; i++) {
		if (s[i] == '=' && i + 2 < w->len && hex(s[i + 1]) >= 0 &&
		    hex(s[i + 2]) >= 0) {
			buf_addc(out, (char)(hex(s[i + 1]) << 4 |
			    hex(s[i + 2])));
			i += 2;
		} else
			buf_addc(out, s[i] == '_' ? ' ' : s[i]);
	}
}

static void
decode_b(const struct word *w, struct buf *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t bits = 0;
	int have = 0;

	for (size_t i = 0; i < w->len && w->text[i] != '='; i++) {
		const char *d = strchr(digits, w->text[i]);

		if (d == NULL)
			continue;
		bits = bits << 6 | (uint32_t)(d - digits);
		have += 6;
		if (have >= 8) {
			have -= 8;
			buf_addc(out, (char)(bits >> have & 0xff));
		}
	}
}

static void
encode(const char *s, size_t len, struct buf *out)
{
	static const char digits[] = "0123456789ABCDEF";

	buf_adds(out, "=?utf-8?Q?");
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (isalnum(c)) {
			buf_addc(out, s[i]);
			continue;
		}
		buf_addc(out, '=');
		buf_addc(out, digits[c >> 4]);
		buf_addc(out, digits[c & 15]);
	}
	buf_adds(out, "?=");
}

/* The word and those of its set behind it; returns where they end. */
static const char *
recode_run(struct word w, struct buf *out)
{
	struct buf bytes = BUF_INIT, text = BUF_INIT;
	struct word next;
	const char *end;

	for (;;) {
		(w.base64 ? decode_b : decode_q)(&w, &bytes);
		end = w.end;
		if (!read_word(end + strspn(end, " \t"), &next) ||
		    strcasecmp(next.set, w.set) != 0)
			break;
		w = next;
	}
	charset_decode(w.set, bytes.data, bytes.len, SIZE_MAX, &text);
	encode(text.data, text.len, out);
	buf_free(&bytes);
	buf_free(&text);
	return end;
}

char *
mail_recode(struct arena *a, char *s)
{
	struct buf out = BUF_INIT;
	const char *from = s, *at;
	struct word w;

	if (strstr(s, "=?") == NULL)
		return s;
	while ((at = strstr(from, "=?")) != NULL) {
		buf_add(&out, from, (size_t)(at - from));
		if (read_word(at, &w)) {
			from = recode_run(w, &out);
		} else {
			buf_adds(&out, "=?");
			from = at + 2;
		}
	}
	buf_adds(&out, from);
	s = arena_strndup(a, out.data, out.len);
	buf_free(&out);
	return s;
}
