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

static const char *const flag_names[MAIL_FLAGS] = { "no_date", "truncated",
	"bad_charset", "many_recipients", "many_attachments", "deep" };

void
mail_text_start(struct mail_text *t)
{
	*t = (struct mail_text){ .html = false };
	buf_init(&t->text);
	buf_init(&t->scratch);
	buf_init(&t->marks);
}

void
mail_text_free(struct mail_text *t)
{
	buf_free(&t->text);
	buf_free(&t->scratch);
	buf_free(&t->marks);
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

void
mail_text_add(struct mail_text *t, const char *s, size_t len,
    const struct mail_format *f)
{
	size_t max = f->html ? HTML_MAX : TEXT_MAX;

	buf_reset(&t->scratch);
	if (!charset_decode(f->charset, s, len, max, &t->scratch))
		t->flag[MAIL_BAD_CHARSET] = true;
	if (t->scratch.len >= max)
		t->flag[MAIL_TRUNCATED] = true;
	s = t->scratch.data;
	len = t->scratch.len;
	if (len >= 3 && memcmp(s, "\357\273\277", 3) == 0)
		s += 3, len -= 3;
	if (t->text.len > 0 && t->text.data[t->text.len - 1] != '\n')
		buf_addc(&t->text, '\n');
	if (f->html)
		add_page(t, s, len);
	else if (f->format != NULL && strcasecmp(f->format, "flowed") == 0)
		add_flowed(t, s, len, f->delsp != NULL &&
		    strcasecmp(f->delsp, "yes") == 0);
	else
		utf8_clean(&t->text, s, len);
	t->html = t->html || f->html;
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
mail_text_write(const struct mail_text *t, bool reply, bool forward,
    struct quote_forward *found, struct writer *w)
{
	struct range *r = xreallocarray(NULL, QUOTE_RANGES, sizeof(*r));
	struct quote_hints hints = { .reply = reply, .forward = forward,
	    .mark = (const struct range *)(const void *)t->marks.data,
	    .nmarks = t->marks.len / sizeof(*r) };
	size_t n = quote_find_in(t->text.data, t->text.len, &hints, r,
	    QUOTE_RANGES, found);

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
