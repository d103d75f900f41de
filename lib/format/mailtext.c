#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "format/charset.h"
#include "format/html.h"
#include "format/mailhead.h"
#include "format/mailtext.h"
#include "format/quote.h"

#define TEXT_MAX	((size_t)4 << 20)
#define HTML_MAX	((size_t)8 << 20)
#define CHARSET_MAX	40

static const char *const flag_names[MAIL_FLAGS] = { "no_date", "truncated",
	"bad_charset", "many_recipients", "many_attachments", "deep",
	"encrypted", "signed", "secret" };

void
mail_text_start(struct mail_text *t)
{
	*t = (struct mail_text){ .html = false };
	buf_init(&t->text);
	buf_init(&t->scratch);
	buf_init(&t->marks);
	buf_init(&t->body_marks);
}

void
mail_text_free(struct mail_text *t)
{
	buf_free(&t->text);
	buf_free(&t->scratch);
	buf_free(&t->marks);
	buf_free(&t->body_marks);
}

static void
add_flowed(struct mail_text *t, const char *s, size_t len, bool delsp)
{
	struct buf b = BUF_INIT;

	mail_unflow(s, len, delsp, &b);
	utf8_clean(&t->text, b.data, b.len);
	buf_free(&b);
}

/* What goes to the end of a page ends where the next part starts. */
static void
add_page(struct mail_text *t, const char *s, size_t len)
{
	size_t from = t->marks.len;

	html_to_text_marked(s, len, &t->text, &t->marks);
	for (; from < t->marks.len; from += sizeof(struct range)) {
		struct range r;

		memcpy(&r, t->marks.data + from, sizeof(r));
		if (r.end > t->text.len)
			r.end = t->text.len;
		memcpy(t->marks.data + from, &r, sizeof(r));
	}
}

/* What a page's <meta> says of its set, for a part that says nothing. */
static const char *
page_charset(const char *s, size_t len, char name[CHARSET_MAX])
{
	static const char key[] = "charset=";
	size_t near = len < 2000 ? len : 2000, n = 0;

	for (size_t i = 0; i + sizeof(key) < near; i++) {
		if (strncasecmp(s + i, key, sizeof(key) - 1) != 0)
			continue;
		i += sizeof(key) - 1;
		i += s[i] == '"' || s[i] == '\'';
		while (i + n < near && n < CHARSET_MAX - 1 &&
		    (isalnum((unsigned char)s[i + n]) ||
		    strchr("-_", s[i + n]) != NULL))
			n++;
		memcpy(name, s + i, n);
		name[n] = '\0';
		return n > 0 ? name : NULL;
	}
	return NULL;
}

/* Text that says it is plain and is a page. */
static bool
is_page(const char *s, size_t len)
{
	while (len > 0 && isspace((unsigned char)*s))
		s++, len--;
	return len > 20 && (strncasecmp(s, "<!doctype html", 14) == 0 ||
	    strncasecmp(s, "<html", 5) == 0);
}

void
mail_text_add(struct mail_text *t, const char *s, size_t len,
    const struct mail_format *f)
{
	bool html = f->html || is_page(s, len);
	size_t max = html ? HTML_MAX : TEXT_MAX;
	const char *charset = f->charset;
	char meta[CHARSET_MAX];

	if (charset == NULL && html)
		charset = page_charset(s, len, meta);
	buf_reset(&t->scratch);
	if (!charset_decode(charset, s, len, max, &t->scratch))
		t->flag[MAIL_BAD_CHARSET] = true;
	if (t->scratch.len >= max)
		t->flag[MAIL_TRUNCATED] = true;
	s = t->scratch.data;
	len = t->scratch.len;
	if (len >= 3 && memcmp(s, "\357\273\277", 3) == 0)
		s += 3, len -= 3;
	if (t->text.len > 0 && t->text.data[t->text.len - 1] != '\n')
		buf_addc(&t->text, '\n');
	if (html)
		add_page(t, s, len);
	else if (f->format != NULL && strcasecmp(f->format, "flowed") == 0)
		add_flowed(t, s, len, f->delsp != NULL &&
		    strcasecmp(f->delsp, "yes") == 0);
	else
		utf8_clean(&t->text, s, len);
	t->html = t->html || html;
}

void
mail_text_finish(struct mail_text *t)
{
	size_t n = t->text.len;

	if (n > TEXT_MAX) {
		t->flag[MAIL_TRUNCATED] = true;
		for (n = TEXT_MAX; n > 0 && (t->text.data[n] & 0xc0) == 0x80;)
			n--;
	}
	while (n > 0 && isspace((unsigned char)t->text.data[n - 1]))
		n--;
	buf_truncate(&t->text, n);
	if (n > 0)
		buf_addc(&t->text, '\n');
}

/* Whether mail_text_hash would leave out nothing but the last line end. */
static bool
normal(const char *s, size_t len)
{
	const char *line = s, *end = s + len, *nl;

	if (len == 0 || end[-1] != '\n')
		return len == 0;
	for (; line < end; line = nl + 1) {
		nl = memchr(line, '\n', (size_t)(end - line));
		if (*line == '>' || (nl > line && (nl[-1] == ' ' ||
		    nl[-1] == '\r')))
			return false;
	}
	return len < 2 || end[-2] != '\n';
}

void
mail_text_hash(struct hash *h, const char *s, size_t len)
{
	static const char newlines[] = "\n\n\n\n\n\n\n\n";
	size_t owed = 0, n;

	if (normal(s, len)) {
		hash_add(h, s, len - (len > 0));
		return;
	}
	for (size_t i = 0; i < len;) {
		const char *nl = memchr(s + i, '\n', len - i);
		size_t end = nl != NULL ? (size_t)(nl - s) : len, to = end;
		size_t k = i;

		while (to > i && (s[to - 1] == '\r' || s[to - 1] == ' '))
			to--;
		while (k < to && s[k] == '>')
			k++;
		if (to - k >= 5 && memcmp(s + k, "From ", 5) == 0)
			i = k;
		if (to > i) {
			for (; owed > 0; owed -= n) {
				n = owed < 8 ? owed : 8;
				hash_add(h, newlines, n);
			}
			hash_add(h, s + i, to - i);
		}
		owed++;
		i = end + 1;
	}
}

static void
write_ranges(struct writer *w, const struct range *r, size_t n)
{
	w_key(w, "quoted");
	w_open(w, '[');
	for (size_t i = 0; i < n; i++) {
		w_open(w, '[');
		w_int(w, (int64_t)r[i].start);
		w_int(w, (int64_t)r[i].end);
		w_close(w, ']');
	}
	w_close(w, ']');
}

void
mail_text_append(struct mail_text *t, const struct buf *header,
    const struct mail_text *inner)
{
	t->own = t->text.len;
	if (t->own > 0)
		buf_addc(&t->text, '\n');
	buf_add(&t->text, header->data, header->len);
	buf_addc(&t->text, '\n');
	t->body = t->text.len;
	buf_add(&t->text, inner->text.data, inner->text.len);
	buf_add(&t->body_marks, inner->marks.data, inner->marks.len);
	t->html = t->html || inner->html;
}

static size_t
find_quotes(const struct mail_text *t, struct quote_hints *hints,
    struct range *r, struct quote_forward *found)
{
	size_t len = t->text.len, n, m;
	struct quote_forward unused;

	hints->mark = (const struct range *)(const void *)t->marks.data;
	hints->nmarks = t->marks.len / sizeof(*r);
	n = quote_find_in(t->text.data, t->body > 0 ? t->own : len, hints, r,
	    QUOTE_RANGES, found);
	if (t->body == 0)
		return n;
	hints->forward = false;
	hints->mark = (const struct range *)(const void *)t->body_marks.data;
	hints->nmarks = t->body_marks.len / sizeof(*r);
	m = quote_find_in(t->text.data + t->body, len - t->body, hints, r + n,
	    QUOTE_RANGES - n, &unused);
	for (; m > 0; m--, n++) {
		r[n].start += t->body;
		r[n].end += t->body;
	}
	return n;
}

void
mail_text_write(const struct mail_text *t, bool reply, bool forward,
    struct quote_forward *found, struct writer *w)
{
	struct range *r = xreallocarray(NULL, QUOTE_RANGES, sizeof(*r));
	struct quote_hints hints = { .reply = reply, .forward = forward };
	size_t n = find_quotes(t, &hints, r, found);

	w_key(w, "text");
	w_strn(w, t->text.data, t->text.len);
	w_field_bool(w, "html", t->html);
	write_ranges(w, r, n);
	w_field_bool(w, "asks", quote_asks(t->text.data, t->text.len, r, n));
	free(r);
}

void
mail_text_write_flags(const struct mail_text *t, struct writer *w)
{
	w_key(w, "flags");
	w_open(w, '[');
	for (int i = 0; i < MAIL_FLAGS; i++)
		if (t->flag[i])
			w_str(w, flag_names[i]);
	w_close(w, ']');
}
