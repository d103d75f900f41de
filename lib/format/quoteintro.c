#include <ctype.h>
#include <string.h>

#include "format/quoteline.h"

#define INTRO_LINES	4	/* an introduction may be wrapped */
#define INTRO_MAX	400

struct intro {
	const char *s;
	size_t len;
	bool digit, time, date, address, verb, opens;
};

/* Without the emphasis, blanks and marks of direction that follow a colon. */
static size_t
trimmed(const char *s, size_t n)
{
	for (;;) {
		if (n > 0 && strchr("* _\t", s[n - 1]) != NULL)
			n--;
		else if (n >= 3 && s[n - 3] == '\342' &&
		    (s[n - 2] == '\200' || s[n - 2] == '\201'))
			n -= 3;
		else if (n >= 2 && s[n - 2] == '\302' && s[n - 1] == '\240')
			n -= 2;
		else
			return n;
	}
}

/* "Joe wrote:", and "---- On Monday Joe wrote ----". */
static bool
ends(const struct line *l)
{
	size_t n = trimmed(l->s, l->len), k;

	if (n > 0 && l->s[n - 1] == ':')
		return true;
	if (n >= 3 && memcmp(l->s + n - 3, "：", 3) == 0)
		return true;
	for (k = n; k > 0 && l->s[k - 1] == '-';)
		k--;
	return n - k >= 3 && k > 0;
}

static bool
has_digit(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (isdigit((unsigned char)s[i]))
			return true;
	return false;
}

static bool
is_time(const char *s, size_t left)
{
	return left >= 4 && isdigit((unsigned char)s[0]) &&
	    (strchr(":.h", s[1]) != NULL ? isdigit((unsigned char)s[2]) &&
	    isdigit((unsigned char)s[3]) : left >= 5 &&
	    isdigit((unsigned char)s[1]) && strchr(":.h", s[2]) != NULL &&
	    isdigit((unsigned char)s[3]) && isdigit((unsigned char)s[4]) &&
	    (left == 5 || s[5] != '.'));
}

/* A year, or two numbers and a sign between them. */
static bool
is_date(const char *s, size_t left)
{
	size_t n = 0, k;

	while (n < left && isdigit((unsigned char)s[n]))
		n++;
	if (n == 4)
		return (s[0] == '1' && s[1] == '9') ||
		    (s[0] == '2' && s[1] == '0');
	if (n == 0 || n > 2 || left - n < 2 || strchr("./-", s[n]) == NULL)
		return false;
	for (k = n + 1; k < left && s[k] == ' ';)
		k++;
	return k < left && isdigit((unsigned char)s[k]);
}

static void
look(struct intro *in)
{
	const char *s = in->s;
	size_t i = 0, n;

	while (i < in->len && strchr("-*_ \t", s[i]) != NULL)
		i++;
	in->opens = quote_opens(s + i, in->len - i);
	for (; i < in->len; i++) {
		if (s[i] == '@' && i > 0 && i + 1 < in->len &&
		    !isspace((unsigned char)s[i - 1]) &&
		    !isspace((unsigned char)s[i + 1]))
			in->address = true;
		if (!isdigit((unsigned char)s[i]) ||
		    (i > 0 && isdigit((unsigned char)s[i - 1])))
			continue;
		in->digit = true;
		in->time = in->time || is_time(s + i, in->len - i);
		in->date = in->date || is_date(s + i, in->len - i);
	}
	in->verb = quote_word(WORD_VERB, s, in->len, &n) != NULL;
}

static bool
name_start(const char *s, const char *end)
{
	while (s < end && strchr(" ,\"'(*_", *s) != NULL)
		s++;
	return s < end && (isupper((unsigned char)*s) || *s == '<' ||
	    (unsigned char)*s >= 0x80);
}

/* Whether a name stands before the verb or behind it, not "your colleague". */
static bool
named(const struct intro *in)
{
	static const char *const helpers[] = { "a", "ha", "has", "je", "hat",
	    "heeft", "het", "volgende", "o", "mi", "us" };
	const char *end = in->s + in->len, *verb, *word;
	size_t n;

	if ((verb = quote_word(WORD_VERB, in->s, in->len, &n)) == NULL)
		return false;
	if (name_start(verb + n, end) && verb[n] != ':')
		return true;
	for (const char *to = verb; to > in->s; to = word) {
		bool helper = false;

		while (to > in->s && to[-1] == ' ')
			to--;
		for (word = to; word > in->s && word[-1] != ' ';)
			word--;
		for (size_t i = 0; i < sizeof(helpers) / sizeof(*helpers);
		    i++)
			helper = helper || (strlen(helpers[i]) ==
			    (size_t)(to - word) && memcmp(helpers[i], word,
			    (size_t)(to - word)) == 0);
		if (!helper)
			return name_start(word, to) &&
			    !(to - word == 1 && *word == 'I');
	}
	return false;
}

/* A sentence of a person that ends like one: what follows is in quotes. */
static bool
cites(const struct lines *t, size_t at)
{
	static const char *const marks[] = { "\"", "“", "„", "«", "”", "»",
	    "‘", "「" };
	size_t next = line_text(t, at + 1);

	for (size_t i = 0; next < t->n && i < sizeof(marks) / sizeof(*marks);
	    i++) {
		size_t n = strlen(marks[i]);

		if (t->line[next].len >= n &&
		    memcmp(t->line[next].s, marks[i], n) == 0)
			return true;
	}
	return false;
}

static bool
is_sure(const struct lines *t, size_t at, const struct intro *in)
{
	if (in->address && in->time && in->date)
		return true;
	if (!in->verb || !in->digit || (!in->opens && !in->date))
		return false;
	if (in->address && (in->date || in->time || in->opens))
		return true;
	if (cites(t, at))
		return false;
	return (in->opens || in->time) && (in->date || in->time) && named(in);
}

/* "2026/1/12 Jane Doe <jane@x.example>", as Gmail had it once. */
static bool
is_bare(const struct line *l)
{
	struct intro in = { .s = l->s, .len = l->len };

	if (l->len < 10 || l->len > 200 || l->s[l->len - 1] != '>' ||
	    !isdigit((unsigned char)*l->s))
		return false;
	look(&in);
	return in.address && in.date;
}

/* With a quote behind it, less will do. */
static bool
is_likely(const struct intro *in)
{
	return in->verb || in->address || (in->opens && in->date);
}

/* Lines above that the introduction was wrapped from. */
static size_t
extend(const struct lines *t, size_t first, size_t at)
{
	for (size_t k = at - first; k + 1 < INTRO_LINES && first > 0; k++) {
		const struct line *l = &t->line[first - 1];
		const struct line *now = &t->line[first];
		size_t n = trimmed(l->s, l->len);
		bool ended = n == 0 || strchr(".:!?", l->s[n - 1]) != NULL;

		if (l->len == 0 || l->depth != now->depth || l->quoted ||
		    l->len > INTRO_MAX)
			break;
		if (!(*now->s == '<' && !ended && l->len < 60) &&
		    !(!ended && quote_opens(l->s, l->len) &&
		    has_digit(l->s, l->len)))
			break;
		first--;
	}
	return first;
}

size_t
intro_first(const struct lines *t, size_t at, enum intro_kind kind)
{
	const struct line *last = &t->line[at];
	size_t likely = t->n;
	bool digit = false;

	if (last->len == 0)
		return t->n;
	if (!ends(last))
		return kind == INTRO_LIKELY && is_bare(last) ? at : t->n;
	for (size_t first = at, k = 0; k < INTRO_LINES; k++) {
		const struct line *l = &t->line[first];
		struct intro in = { .s = l->s };

		in.len = (size_t)(last->s - l->s) + last->len;
		if (in.len > INTRO_MAX)
			break;
		digit = digit || has_digit(l->s, l->len);
		if (digit || kind == INTRO_LIKELY)
			look(&in);
		if (kind == INTRO_CERTAIN ? in.address && in.time && in.date :
		    is_sure(t, at, &in))
			return extend(t, first, at);
		if (likely == t->n && is_likely(&in))
			likely = first;
		if (first == 0 || t->line[first - 1].len == 0 ||
		    t->line[first - 1].depth != last->depth ||
		    t->line[first - 1].quoted)
			break;
		first--;
	}
	return kind != INTRO_LIKELY || likely == t->n ? t->n :
	    extend(t, likely, at);
}
