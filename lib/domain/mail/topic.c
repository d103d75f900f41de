/* What a subject is about. */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/hash.h"
#include "base/utf8.h"
#include "domain/mail/topic.h"

#define SUBJECT_MAX	4000	/* bytes of a subject that are looked at */
#define TAG_MAX		60	/* bytes of a list's tag */

/*
 * Marks of answers and forwards, as programs of all languages write them
 * before a colon; lower case, without blanks.
 */
static const char *const marks[] = {
	"re", "fw", "fwd", "res", "ref", "r", "i", "tr", "aw", "wg", "antw",
	"antwort", "antwoord", "doorst", "sv", "vs", "vb", "vl", "fs", "rif",
	"inoltra", "rv", "enc", "odp", "pd", "ynt", "ilt", "ilet", "yan\xc4\xb1t",
	"atb", "ats", "ha", "bls", "trs", "bl", "tl", "odg", "prosl", "vá",
	"továbbítás", "válasz", "răsp", "răspuns", "απ", "απάντηση", "σχετ",
	"πρθ", "προώθηση", "ответ", "отв", "пересл", "пересилання", "пд",
	"відп", "відповідь", "השב", "הועבר", "תגובה", "رد", "إعادةتوجيه",
	"trảlời", "chuyểntiếp", "balas", "terusan", "ตอบ", "ส่งต่อ",
	"回复", "回覆", "答复", "答覆", "转发", "轉寄", "轉發", "返信", "転送",
	"회신", "답장", "전달", "external", "extern", "ext", "auto", "automaticreply",
	"accepted", "declined", "tentative", "read", "notread", "gelesen",
	"zugesagt", "abgelehnt", "accepté", "refusé", "aceptada", "undeliverable",
	"unzustellbar",
};

/* Lower case of what occurs in the words above and in most of Europe. */
static uint32_t
fold(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)		/* full width */
		c -= 0xfee0;
	if (c < 0x80)
		return (uint32_t)tolower((int)c);
	if ((c >= 0xc0 && c <= 0xde && c != 0xd7) ||
	    (c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f))
		return c + 0x20;
	if (c >= 0x400 && c <= 0x40f)
		return c + 0x50;
	if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e))
		return c + (c & 1);
	if ((c >= 0x100 && c <= 0x177 && c != 0x130 && c != 0x131 &&
	    c != 0x138) || (c >= 0x460 && c <= 0x4ff && c != 0x4c0) ||
	    (c >= 0x1e00 && c <= 0x1eff))
		return c | 1;
	switch (c) {
	case 0x130: return 'i';
	case 0x178: return 0xff;
	case 0x386: return 0x3ac;
	case 0x388: case 0x389: case 0x38a: return c + 37;
	case 0x38c: return 0x3cc;
	case 0x38e: case 0x38f: return c + 63;
	case 0x3c2: return 0x3c3;
	default: return c;
	}
}

static bool
is_blank(uint32_t c)
{
	return c <= 0x20 || c == 0x7f || c == 0xa0 || c == 0xad ||
	    (c >= 0x2000 && c <= 0x200f) || c == 0x202f || c == 0x2060 ||
	    c == 0x3000 || c == 0xfeff;
}

static void
flatten(const char *s, struct buf *out)
{
	size_t len = strnlen(s, SUBJECT_MAX), n;

	len = utf8_valid(s, len);
	for (size_t i = 0; i < len; i += n) {
		uint32_t c = utf8_decode(s + i, len - i, &n);

		if (!is_blank(c))
			utf8_add(out, fold(c));
	}
}

/* The length of "[2]", "(2)", "^2", "*2", "2" or nothing. */
static size_t
counter(const char *s)
{
	static const char opened[] = "[(", closed[] = "])";
	const char *kind = *s != '\0' ? strchr(opened, *s) : NULL;
	size_t at = kind != NULL || *s == '^' || *s == '*';
	size_t digits = strspn(s + at, "0123456789");

	if (digits == 0 || digits > 4)
		return 0;
	if (kind == NULL)
		return at + digits;
	return s[at + digits] == closed[kind - opened] ? at + digits + 1 : 0;
}

static size_t
mark(const char *s)
{
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		size_t n = strlen(marks[i]);

		if (strncmp(s, marks[i], n) != 0)
			continue;
		n += counter(s + n);
		if (s[n] == ':')
			return n + 1;
	}
	return 0;
}

/* "[list]", or "***spam***", when something stands behind it. */
static size_t
tag(const char *s)
{
	size_t n, stars;

	if (*s == '[') {
		n = strcspn(s, "]");
		return n < TAG_MAX && s[n] == ']' && s[n + 1] != '\0' ?
		    n + 1 : 0;
	}
	if ((stars = strspn(s, "*")) < 2)
		return 0;
	n = stars + strcspn(s + stars, "*");
	return n < TAG_MAX && s[n] == '*' && s[n + strspn(s + n, "*")] != '\0' ?
	    n + strspn(s + n, "*") : 0;
}

/* Takes "[#K7Q2M9X4T8WN]" out wherever it stands. */
static void
drop_tokens(struct buf *b)
{
	char *from = b->data, *to = b->data;

	while (*from != '\0') {
		size_t n = from[0] == '[' && from[1] == '#' ?
		    strcspn(from, "]") : 0;

		if (n > 0 && n < TAG_MAX && from[n] == ']')
			from += n + 1;
		else
			*to++ = *from++;
	}
	buf_truncate(b, (size_t)(to - b->data));
}

/* "new thing (was: old thing)", "thing (fwd)" */
static void
drop_end(struct buf *b)
{
	char *was = strstr(b->data, "(was:");

	if (was == NULL && b->len > 5 &&
	    strcmp(b->data + b->len - 5, "(fwd)") == 0)
		was = b->data + b->len - 5;
	if (was != NULL && was > b->data)
		buf_truncate(b, (size_t)(was - b->data));
}

void
topic(const char *subject, struct buf *out)
{
	struct buf b = BUF_INIT;
	size_t from = 0, n;

	flatten(subject, &b);
	drop_tokens(&b);
	while ((n = mark(b.data + from)) > 0 || (n = tag(b.data + from)) > 0)
		from += n;
	drop_end(&b);
	if (from < b.len)
		buf_add(out, b.data + from, b.len - from);
	buf_free(&b);
}

size_t
topic_marks(const char *subject)
{
	size_t at = 0;

	for (;;) {
		size_t len = strcspn(subject + at, ":");
		char first[32];
		struct buf b = BUF_INIT;
		bool is_mark;

		if (subject[at + len] != ':' || len + 2 > sizeof(first))
			return at;
		memcpy(first, subject + at, len + 1);
		first[len + 1] = '\0';
		flatten(first, &b);
		is_mark = b.len > 0 && mark(b.data) == b.len;
		buf_free(&b);
		if (!is_mark)
			return at;
		at += len + 1;
		at += strspn(subject + at, " \t");
	}
}

uint64_t
topic_hash(const char *subject)
{
	struct buf b = BUF_INIT;
	uint64_t h = 0;

	if (subject != NULL)
		topic(subject, &b);
	if (b.len > 0)
		h = hash_word(b.data, b.len);
	buf_free(&b);
	return h;
}
