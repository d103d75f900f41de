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
	"wrote", "writes", "said", "schrieb", "geschrieben", "écrit", "ecrit",
	"escribió", "escribio", "scritto", "scrisse", "escreveu", "schreef",
	"geschreven", "skrev", "napisał", "napisal", "napsal", "pisze", "пишет",
	"писал", "писав", "kirjoitti", "yazdı", "írta", "a scris", "έγραψε",
	"写道", "寫道", "書きました", "のメール", "작성", "이(가)",
};

static const char *const openings[] = {
	"On ", "At ", "Am ", "Le ", "El ", "Il ", "Em ", "Op ", "Den ", "På ",
	"Dnia ", "W dniu ", "Dne ", "Pe ", "Quoting ", "Zitat ", "В ", "Στις ",
};

static const char *const from_labels[] = {
	"From", "Von", "De", "Da", "Van", "Från", "Fra", "Od", "От", "Від",
	"Kimden", "Gönderen", "Lähettäjä", "Feladó", "Remitente", "Expéditeur",
	"发件人", "寄件者", "寄件人", "差出人", "보낸 사람",
};

static const char *const other_labels[] = {
	"Sent", "Date", "To", "Subject", "Cc", "Reply-To", "Gesendet", "Datum",
	"An", "Betreff", "Envoyé", "Envoyé le", "À", "A", "Objet", "Enviado",
	"Enviado el", "Enviado em", "Enviada em", "Fecha", "Data", "Para",
	"Asunto", "Assunto", "Inviato", "Oggetto", "Verzonden", "Aan",
	"Onderwerp", "Skickat", "Till", "Ämne", "Sendt", "Til", "Emne", "Dato",
	"Wysłano", "Wysłane", "Do", "Temat", "Отправле", "но", "Дата", "Кому",
	"Тема", "发送时间", "收件人", "主题", "抄送", "日期", "主旨", "收件者",
	"送信日時", "宛先", "件名", "보낸 날짜", "받는 사람", "제목",
	"Gönderildi", "Tarih", "Kime", "Konu", "Lähetetty", "Vastaanottaja",
	"Aihe", "Odesláno", "Komu", "Předmět", "Predmet", "Küldve", "Címzett",
	"Tárgy",
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
	static const char wide[] = "：";
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
		    memcmp(c, "：", 3) == 0))
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
	static const char *const marks[] = { "?", "？",
	    "؟" };

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
