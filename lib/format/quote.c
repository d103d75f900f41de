#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "format/quote.h"

#define INTRO_LINES	3	/* an introduction may be wrapped */
#define INTRO_MAX	400
#define HEADER_LINES	8	/* of a reply's copied header */
#define LABEL_MAX	40	/* where its label ends at most */

struct line {
	const char *s;
	size_t len;		/* without blanks at its end */
	unsigned depth;		/* of '>' */
	bool quoted;		/* belongs to a range */
};

struct text {
	struct line *line;
	size_t n, last;		/* last: behind the last line with a '>' */
};

static const char *const verbs[] = {
	"wrote", "writes", "said", "schrieb", "geschrieben", "\303\251crit",
	"ecrit", "escribi\303\263", "escribio", "scritto", "scrisse",
	"escreveu", "schreef", "geschreven", "skrev", "napisa\305\202",
	"napisal", "napsal", "pisze", "\320\277\320\270\321\210\320\265\321\202",
	"\320\277\320\270\321\201\320\260\320\273",
	"\320\277\320\270\321\201\320\260\320\262", "kirjoitti",
	"yazd\304\261", "\303\255rta", "a scris",
	"\316\255\316\263\317\201\316\261\317\210\316\265",
	"\345\206\231\351\201\223", "\345\257\253\351\201\223",
	"\346\233\270\343\201\215\343\201\276\343\201\227\343\201\237",
	"\343\201\256\343\203\241\343\203\274\343\203\253",
	"\354\236\221\354\204\261", "\354\235\264(\352\260\200)",
};

static const char *const openings[] = {
	"On ", "At ", "Am ", "Le ", "El ", "Il ", "Em ", "Op ", "Den ",
	"P\303\245 ", "Dnia ", "W dniu ", "Dne ", "Pe ", "Quoting ", "Zitat ",
	"\320\222 ", "\316\243\317\204\316\271\317\202 ",
};

static const char *const from_labels[] = {
	"From", "Von", "De", "Da", "Van", "Fr\303\245n", "Fra", "Od",
	"\320\236\321\202", "\320\222\321\226\320\264", "Kimden",
	"G\303\266nderen", "L\303\244hett\303\244j\303\244",
	"Felad\303\263", "Remitente", "Exp\303\251diteur",
	"\345\217\221\344\273\266\344\272\272",
	"\345\257\204\344\273\266\350\200\205",
	"\345\257\204\344\273\266\344\272\272",
	"\345\267\256\345\207\272\344\272\272",
	"\353\263\264\353\202\270 \354\202\254\353\236\214",
};

static const char *const other_labels[] = {
	"Sent", "Date", "To", "Subject", "Cc", "Reply-To", "Gesendet", "Datum",
	"An", "Betreff", "Envoy\303\251", "Envoy\303\251 le", "\303\200", "A",
	"Objet", "Enviado", "Enviado el", "Enviado em", "Enviada em", "Fecha",
	"Data", "Para", "Asunto", "Assunto", "Inviato", "Oggetto", "Verzonden",
	"Aan", "Onderwerp", "Skickat", "Till", "\303\204mne", "Sendt", "Til",
	"Emne", "Dato", "Wys\305\202ano", "Wys\305\202ane", "Do", "Temat",
	"\320\236\321\202\320\277\321\200\320\260\320\262\320\273\320\265"
	"\320\275\320\276", "\320\224\320\260\321\202\320\260",
	"\320\232\320\276\320\274\321\203", "\320\242\320\265\320\274\320\260",
	"\345\217\221\351\200\201\346\227\266\351\227\264",
	"\346\224\266\344\273\266\344\272\272",
	"\344\270\273\351\242\230", "\346\212\204\351\200\201",
	"\346\227\245\346\234\237", "\344\270\273\346\227\250",
	"\346\224\266\344\273\266\350\200\205",
	"\351\200\201\344\277\241\346\227\245\346\231\202",
	"\345\256\233\345\205\210", "\344\273\266\345\220\215",
	"\353\263\264\353\202\270 \353\202\240\354\247\234",
	"\353\260\233\353\212\224 \354\202\254\353\236\214",
	"\354\240\234\353\252\251", "G\303\266nderildi", "Tarih", "Kime",
	"Konu", "L\303\244hetetty", "Vastaanottaja", "Aihe", "Odesl\303\241no",
	"Komu", "P\305\231edm\304\233t", "Predmet", "K\303\274ldve",
	"C\303\255mzett", "T\303\241rgy",
};

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static void
split(struct text *t, const char *s, size_t len)
{
	size_t n = 1;

	for (const char *p = s; (p = memchr(p, '\n', len -
	    (size_t)(p - s))) != NULL; p++)
		n++;
	t->line = xreallocarray(NULL, n, sizeof(*t->line));
	t->n = t->last = 0;
	for (size_t i = 0; i < len;) {
		const char *nl = memchr(s + i, '\n', len - i);
		struct line *l = &t->line[t->n++];
		size_t end = nl != NULL ? (size_t)(nl - s) : len, k = i;

		*l = (struct line){ .s = s + i, .len = end - i };
		while (l->len > 0 && isspace((unsigned char)l->s[l->len - 1]))
			l->len--;
		for (; k < i + l->len && (s[k] == '>' || s[k] == ' '); k++)
			if (s[k] == '>')
				l->depth++;
		if (l->len > 0 && l->s[0] != '>')
			l->depth = 0;
		if (l->depth > 0)
			t->last = t->n;
		i = end + 1;
	}
}

static bool
contains(const char *s, size_t len, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= len; i++)
		if ((s[i] | 0x20) == (*word | 0x20) &&
		    strncasecmp(s + i, word, n) == 0)
			return true;
	return false;
}

static bool
ends_with_colon(const struct line *l)
{
	static const char wide[] = "\357\274\232";
	size_t n = l->len;

	while (n > 0 && (l->s[n - 1] == '*' || l->s[n - 1] == ' '))
		n--;
	return (n > 0 && l->s[n - 1] == ':') ||
	    (n >= 3 && memcmp(l->s + n - 3, wide, 3) == 0);
}

static bool
opens(const char *s, size_t len)
{
	if (len > 0 && isdigit((unsigned char)*s))
		return true;
	for (size_t i = 0; i < COUNT(openings); i++)
		if (len > strlen(openings[i]) &&
		    strncmp(s, openings[i], strlen(openings[i])) == 0)
			return true;
	return false;
}

/*
 * The first line of an introduction ("On Monday, Joe wrote:") whose last line
 * is at, or none (t->n). The surer form has an opening, a number and a verb.
 */
static size_t
introduction(const struct text *t, size_t at, bool sure)
{
	const struct line *last = &t->line[at];
	size_t first = at, len;

	if (!ends_with_colon(last))
		return t->n;
	for (size_t k = 0;; k++) {
		const struct line *l = &t->line[first];
		bool verb = false, digit = false;

		len = (size_t)(last->s - l->s) + last->len;
		if (len > INTRO_MAX)
			break;
		for (size_t i = 0; i < COUNT(verbs) && !verb; i++)
			verb = contains(l->s, len, verbs[i]);
		for (size_t i = 0; i < len && !digit; i++)
			digit = isdigit((unsigned char)l->s[i]);
		if (verb && digit && opens(l->s, l->len))
			return first;
		if (k + 1 == INTRO_LINES || first == 0 ||
		    t->line[first - 1].len == 0 ||
		    t->line[first - 1].depth > 0)
			break;
		first--;
	}
	if (sure)
		return t->n;
	for (size_t i = 0; i < COUNT(verbs); i++)
		if (contains(last->s, last->len, verbs[i]))
			return at;
	return opens(last->s, last->len) ||
	    memchr(last->s, '@', last->len) != NULL ? at : t->n;
}

static bool
labelled(const struct line *l, const char *const *labels, size_t n)
{
	size_t near = l->len < LABEL_MAX ? l->len : LABEL_MAX;
	const char *s = l->s, *end = l->s + l->len;

	if (memchr(s, ':', near) == NULL && memchr(s, '\357', near) == NULL)
		return false;
	while (s < end && (*s == '*' || *s == ' ' || *s == '\t'))
		s++;
	for (size_t i = 0; i < n; i++) {
		size_t k = strlen(labels[i]);
		const char *c = s + k;

		if ((size_t)(end - s) <= k || strncasecmp(s, labels[i], k) != 0)
			continue;
		while (c < end && (*c == ' ' || *c == '*'))
			c++;
		if ((c < end && *c == ':') || (end - c >= 3 &&
		    memcmp(c, "\357\274\232", 3) == 0))
			return true;
	}
	return false;
}

/* The header that Outlook and others copy over the mail they answer. */
static bool
copied_header(const struct text *t, size_t at)
{
	size_t seen = 0, looked = 0;

	if (!labelled(&t->line[at], from_labels, COUNT(from_labels)))
		return false;
	for (size_t i = at + 1; i < t->n && looked < HEADER_LINES; i++) {
		if (t->line[i].len == 0)
			continue;
		looked++;
		seen += labelled(&t->line[i], other_labels,
		    COUNT(other_labels));
	}
	return seen >= 2;
}

/* "-----Original Message-----" in any language, or a line of "____". */
static bool
separator(const struct line *l)
{
	size_t left = 0, right = 0;

	while (left < l->len && (l->s[left] == '-' || l->s[left] == '_'))
		left++;
	while (right < l->len && l->s[l->len - right - 1] == l->s[0])
		right++;
	return left >= 4 && right >= 4 && l->len < 200;
}

static bool
separated_header(const struct text *t, size_t at)
{
	if (!separator(&t->line[at]))
		return false;
	for (size_t i = at + 1, k = 0; i < t->n && k < 2; i++) {
		if (t->line[i].len == 0)
			continue;
		if (copied_header(t, i))
			return true;
		k++;
	}
	return false;
}

static void
mark(struct text *t, size_t from, size_t to)
{
	for (; from < to; from++)
		t->line[from].quoted = true;
}

/* Marks the quote that starts at this line; returns the line behind it. */
static size_t
mark_quote(struct text *t, size_t at)
{
	size_t end = at, intro, before = at;
	bool prompt = true;

	for (size_t i = at; i < t->n; i++) {
		if (t->line[i].depth > 0) {
			end = i + 1;
			prompt = prompt && t->line[i].len >= 3 &&
			    memcmp(t->line[i].s, ">>>", 3) == 0;
		} else if (t->line[i].len > 0)
			break;
	}
	while (before > 0 && before + 2 > at && t->line[before - 1].len == 0)
		before--;
	intro = before > 0 && !t->line[before - 1].quoted ?
	    introduction(t, before - 1, false) : t->n;
	if (intro == t->n && prompt)
		return end;	/* a session of an interpreter */
	mark(t, intro == t->n ? at : intro, end);
	return end;
}

static bool
signature(const struct line *l)
{
	return l->len == 2 && memcmp(l->s, "--", 2) == 0;
}

static void
mark_all(struct text *t)
{
	bool signing = false;

	for (size_t i = 0; i < t->n;) {
		struct line *l = &t->line[i];

		if (l->depth > 0) {
			size_t end = mark_quote(t, i);

			signing = signing && !l->quoted;
			i = end;
			continue;
		}
		if (copied_header(t, i) || separated_header(t, i)) {
			mark(t, i, t->n);
			return;
		}
		if (i >= t->last && introduction(t, i, true) != t->n) {
			mark(t, introduction(t, i, true), t->n);
			return;
		}
		signing = signing || signature(l);
		l->quoted = l->quoted || signing;
		i++;
	}
}

size_t
quote_find(const char *s, size_t len, struct range *range, size_t max)
{
	struct text t;
	size_t n = 0;
	bool in = false;

	split(&t, s, len);
	mark_all(&t);
	for (size_t i = 0; i < t.n; i++) {
		size_t start = (size_t)(t.line[i].s - s);
		size_t end = i + 1 < t.n ? (size_t)(t.line[i + 1].s - s) : len;

		if (t.line[i].quoted && in) {
			range[n - 1].end = end;
		} else if (t.line[i].quoted) {
			if (n == max)
				break;
			range[n++] = (struct range){ start, end };
		} else if (t.line[i].len == 0 && in && i + 1 < t.n &&
		    t.line[i + 1].quoted)
			continue;
		in = t.line[i].quoted;
	}
	free(t.line);
	return n;
}

/* Whether a sentence can end at the question mark s[i]. */
static bool
ends_sentence(const char *s, size_t len, size_t i)
{
	if (i + 1 == len)
		return true;
	return (unsigned char)s[i + 1] >= 0x80 || (i > 0 &&
	    !isspace((unsigned char)s[i - 1]) &&
	    strchr(" \t\n?!)]\"'*_<,.", s[i + 1]) != NULL);
}

bool
quote_asks(const char *s, size_t len, const struct range *range, size_t n)
{
	static const char *const marks[] = { "?", "\357\274\237",
	    "\330\237" };

	for (size_t m = 0; m < COUNT(marks); m++) {
		size_t k = strlen(marks[m]), r = 0, i = 0;
		const char *at;

		for (; (at = memchr(s + i, *marks[m], len - i)) != NULL; i++) {
			i = (size_t)(at - s);
			while (r < n && range[r].end <= i)
				r++;
			if (r < n && i >= range[r].start)
				i = range[r].end - 1;
			else if (k == 1 ? ends_sentence(s, len, i) :
			    len - i >= k && memcmp(at, marks[m], k) == 0)
				return true;
		}
	}
	return false;
}
