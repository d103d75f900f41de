#include <ctype.h>
#include <string.h>

#include "format/quoteline.h"

#define SEARCH		60	/* lines from the end that may be one */
#define DASHES_MAX	12	/* lines behind "--" without its blank */
#define SHORT		70	/* bytes of a line of a name or a number */
#define SENT_MAX	120	/* of "Sent from my phone", with a link */
#define NOTICE_MIN	40	/* of a notice; one in a title is no notice */
#define CONTACT_MAX	12	/* lines of a name, a post and numbers */
#define FOOTER_MAX	6	/* lines of a list's footer, below its rule */
#define FOOTER_RULE	30	/* bytes of that */

/* The first of the last n lines that have text, not too far back. */
static size_t
back(const struct lines *t, size_t from, size_t to, size_t n)
{
	size_t at = to;

	for (; at > from && to - at < 10 * SEARCH; at--)
		if (t->line[at - 1].len > 0 && n-- == 0)
			break;
	return at;
}

static void
mark(struct lines *t, size_t from, size_t to)
{
	for (; from < to; from++)
		t->line[from].quoted = true;
}

/* Behind the last line of [from, to) that has text. */
static size_t
text_end(const struct lines *t, size_t from, size_t to)
{
	while (to > from && t->line[to - 1].len == 0)
		to--;
	return to;
}

static size_t
paragraph(const struct lines *t, size_t from, size_t to)
{
	while (to > from && t->line[to - 1].len > 0)
		to--;
	return to;
}

static bool
asks(const struct line *l)
{
	return memchr(l->s, '?', l->len) != NULL;
}

/* "--" alone, also as a long dash; not one of many that divide a text. */
static bool
is_divider(const struct line *l)
{
	return (l->len == 2 && (memcmp(l->s, "--", 2) == 0 ||
	    memcmp(l->s, "__", 2) == 0)) ||
	    (l->len == 3 && (memcmp(l->s, "—", 3) == 0 ||
	    memcmp(l->s, "---", 3) == 0 || memcmp(l->s, "___", 3) == 0)) ||
	    (l->len == 6 && memcmp(l->s, "––", 6) == 0);
}

/* What a list's server puts below: a long line, a name, an address. */
static size_t
footer(const struct lines *t, size_t from, size_t to)
{
	for (size_t i = back(t, from, to, FOOTER_MAX + 1); i < to; i++) {
		const struct line *l = &t->line[i];
		size_t n = 0;

		while (n < l->len && l->s[n] == '_')
			n++;
		if (n != l->len || n < FOOTER_RULE)
			continue;
		for (size_t k = i + 1; k < to; k++)
			if (memmem(t->line[k].s, t->line[k].len, "://", 3) !=
			    NULL)
				return i;
	}
	return to;
}

static size_t
divider(const struct lines *t, size_t from, size_t to)
{
	size_t start = back(t, from, to, SEARCH), found = to, n = 0;

	for (size_t i = start; i < to; i++)
		if (t->line[i].dashes)
			return i;
	start = back(t, from, to, DASHES_MAX + 1);
	for (size_t i = start; i < to; i++)
		if (is_divider(&t->line[i])) {
			found = i;
			n++;
		}
	if (n != 1 || line_text(t, found + 1) >= to)
		return to;
	for (size_t i = from; i < found; i++)
		if (i + SEARCH > found && is_divider(&t->line[i]))
			return to;
	for (size_t i = found + 1; i < to; i++)
		if (asks(&t->line[i]) || t->line[i].len > 200)
			return to;
	return found;
}

static size_t
count_words(const char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += s[i] != ' ' && (i + 1 == len || s[i + 1] == ' ');
	return n;
}

/*
 * "Sent from my iPhone": a line that starts or ends with the words, and is no
 * longer sentence.
 */
static bool
says_sent(const struct line *l)
{
	const char *s = l->s, *word;
	size_t len = l->len, n;

	while (len > 0 && strchr("*_-~[(<| ", *s) != NULL)
		s++, len--;
	while (len > 0 && strchr("*_-~])>.| ", s[len - 1]) != NULL)
		len--;
	if (len == 0 || len > SENT_MAX || asks(l) ||
	    memmem(s, len, ", ", 2) != NULL || count_words(s, len) > 12 ||
	    (word = quote_word(WORD_SENT, s, len, &n)) == NULL)
		return false;
	return word == s || word + n == s + len;
}

/* On its own, at most with a link or a name behind. */
static size_t
sent_from(const struct lines *t, size_t from, size_t to)
{
	for (size_t i = back(t, from, to, 3); i < to; i++) {
		const struct line *above = i > from ? &t->line[i - 1] : NULL;
		bool apart = above == NULL || above->len == 0 ||
		    line_is_rule(above, false);

		if (!says_sent(&t->line[i]) || (!apart && (i + 1 < to ||
		    t->line[i].len > SHORT)))
			continue;
		return above != NULL && is_divider(above) ? i - 1 : i;
	}
	return to;
}

/* A notice of the law, of the environment or of a virus scanner. */
static size_t
notice(const struct lines *t, size_t from, size_t to)
{
	size_t start = paragraph(t, from, to), len;
	const struct line *l = &t->line[start];
	const char *s = l->s;

	if (start == to || to - start > SEARCH)
		return to;
	len = (size_t)(t->line[to - 1].s + t->line[to - 1].len - s);
	while (len > 0 && strchr("*_-~[( ", *s) != NULL)
		s++, len--;
	return len >= NOTICE_MIN && quote_word_first(WORD_DISCLAIMER, s,
	    len) ? start : to;
}

/* A number to call, an address or a page. */
static bool
contact(const struct line *l)
{
	size_t digits = 0;

	if (memchr(l->s, '@', l->len) != NULL ||
	    memmem(l->s, l->len, "www.", 4) != NULL ||
	    memmem(l->s, l->len, "://", 3) != NULL)
		return true;
	for (size_t i = 0; i < l->len; i++)
		digits += isdigit((unsigned char)l->s[i]) != 0;
	return digits >= 7 && digits * 3 >= l->len;
}

static bool
closes(const struct line *l)
{
	const char *s = l->s;
	size_t len = l->len, n;

	while (len > 0 && strchr("*_ ", *s) != NULL)
		s++, len--;
	while (len > 0 && strchr("*_ ,.!", s[len - 1]) != NULL)
		len--;
	return len > 0 && len < 50 &&
	    quote_word(WORD_REGARDS, s, len, &n) == s && n == len;
}

/* "Best regards," a name, and at least one line with a number or address. */
static size_t
name_block(const struct lines *t, size_t from, size_t to)
{
	size_t start = back(t, from, to, CONTACT_MAX + 1);
	bool contacts = false;

	for (size_t i = to; i-- > start;) {
		const struct line *l = &t->line[i];

		if (l->len == 0)
			continue;
		if (closes(l))
			return contacts ? i : to;
		contacts = contacts || contact(l);
		if (l->len > SHORT + 30 || asks(l))
			return to;
	}
	return to;
}

void
sign_mark(struct lines *t, size_t from, size_t to)
{
	size_t end = text_end(t, from, to), at;

	for (int k = 0; k < 8; k++) {
		at = notice(t, from, end);
		if (at == end)
			at = footer(t, from, end);
		if (at == end)
			at = sent_from(t, from, end);
		if (at == end)
			break;
		mark(t, at, end);
		end = text_end(t, from, at);
	}
	at = divider(t, from, end);
	if (at == end)
		at = name_block(t, from, end);
	mark(t, at, end);
}
