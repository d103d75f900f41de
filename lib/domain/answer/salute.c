#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "domain/answer/salute.h"

#define WORDS	6		/* who has more names is no person */
#define NAME	40		/* bytes of one */

int
salutes_load(struct salutes *s, struct arena *a, const struct yaml *y,
    struct err *e)
{
	static const char *const keys[] = { "titles", "not_first", "not_names",
		NULL };

	if (y != NULL && yaml_only(y, keys, e) < 0)
		return -1;
	return yaml_texts(y, "titles", a, &s->titles, e) < 0 ||
	    yaml_texts(y, "not_first", a, &s->not_first, e) < 0 ? -1 :
	    yaml_texts(y, "not_names", a, &s->not_names, e);
}

struct words {
	const char *word[WORDS + 1];	/* a surname behind them */
	size_t len[WORDS + 1], n;
};

/* The whole word, but for a stop behind it, in any case. */
static bool
listed(const char *const *list, const char *word, size_t len)
{
	while (len > 0 && word[len - 1] == '.')
		len--;
	for (; *list != NULL; list++) {
		if (strlen(*list) == len && strncasecmp(*list, word, len) == 0)
			return true;
	}
	return false;
}

static bool
is_lower(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 0xdf && c <= 0xff) ||
	    (c >= 0x3ac && c <= 0x3ce) || (c >= 0x430 && c <= 0x45f);
}

/* Of scripts where the given name comes first: Latin, Greek, Cyrillic. */
static bool
is_letter(uint32_t c)
{
	return (c >= 'A' && c <= 'Z') || is_lower(c) ||
	    (c >= 0xc0 && c <= 0x24f && c != 0xd7 && c != 0xf7) ||
	    (c >= 0x1e00 && c <= 0x1eff) || (c >= 0x370 && c <= 0x52f);
}

struct look {			/* of a word */
	bool name;		/* letters, and ' or - between them */
	bool lower;		/* begins with a small letter */
	bool capitals;		/* has no small one */
	size_t letters;
};

static struct look
look_at(const char *s, size_t len)
{
	struct look l = { .name = true, .capitals = true };
	bool letter = false;
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		uint32_t c = utf8_decode(s + i, len - i, &n);

		if (is_letter(c)) {
			l.lower |= i == 0 && is_lower(c);
			l.capitals &= !is_lower(c);
			l.letters++;
			letter = true;
		} else if (letter && i + n < len && (c == '\'' || c == '-' ||
		    c == 0x2019)) {
			letter = false;
		} else
			l.name = false;
	}
	return l;
}

/* Where what is said of the person begins: "Ana (Acme)", "Ana via Acme". */
static size_t
name_length(const char *s)
{
	static const char *const marks[] = { "(", "[", "<", "|", " - ",
		" \xe2\x80\x93 ", " \xe2\x80\x94 ", " / ", " @ ", " via ",
		" from ", " at ", " von ", " bei ", " de la part ", NULL };
	size_t len = strlen(s);

	for (const char *const *m = marks; *m != NULL; m++) {
		const char *at = strcasestr(s, *m);

		if (at != NULL && at > s && (size_t)(at - s) < len)
			len = (size_t)(at - s);
	}
	return len;
}

/* False when there are too many. Titles are left out. */
static bool
split(const struct salutes *s, const char *p, size_t len, struct words *w,
    bool *titled)
{
	const char *end = p + len;

	w->n = 0;
	while (p < end) {
		size_t n = strcspn(p, " \t");

		if (p + n > end)
			n = (size_t)(end - p);
		if (n > 0 && listed(s->titles, p, n)) {
			*titled = true;
		} else if (n > 0) {
			if (w->n == WORDS)
				return false;
			w->word[w->n] = p;
			w->len[w->n++] = n;
		}
		p += n;
		p += p < end;
	}
	return true;
}

/* "Lopez", or a surname of several words: "van der Berg". */
static bool
is_family(const struct salutes *s, const struct words *w)
{
	return w->n == 1 || (w->n > 1 &&
	    listed(s->not_first, w->word[0], w->len[0]));
}

/*
 * The given names first: behind the comma of "Lopez, Ana", before that of
 * "Ana Lopez, PhD" and "Ana Lopez, Acme Ltd".
 */
static bool
arrange(const struct salutes *s, const char *name, struct words *w,
    bool *titled)
{
	size_t len = strcspn(name, ",");
	struct words family;

	if (!split(s, name, len, w, titled))
		return false;
	if (name[len] == '\0')
		return true;
	family = *w;
	name += len + 1;
	if (!split(s, name, strcspn(name, ","), w, titled))
		return false;
	/* A comma says that the surname came first: it is not missing. */
	if (w->n > 0 && is_family(s, &family)) {
		w->word[w->n] = family.word[family.n - 1];
		w->len[w->n++] = family.len[family.n - 1];
	} else {
		*w = family;
	}
	return true;
}

static void
add_letters(struct buf *b, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)s[i] >= 0x80 ||
		    strchr(" \t.,'-_&", s[i]) == NULL)
			buf_addc(b, s[i] >= 'A' && s[i] <= 'Z' ?
			    (char)(s[i] | 0x20) : s[i]);
	}
}

/* Whether a word stands in the local part: "ana.lopez", "lopez-ana", "ana". */
static bool
borne_out(const char *word, size_t len, const char *address)
{
	const char *end = strchr(address, '@');

	for (const char *p = address; end != NULL && p < end;) {
		size_t n = strcspn(p, "._-+0123456789@");

		if (n == len && strncasecmp(p, word, len) == 0)
			return true;
		p += n + 1;
	}
	return false;
}

/* Whether one begins with the other: "acmesupply" with "acme". */
static bool
begins(const struct buf *b, const char *s, size_t len)
{
	size_t least = b->len < len ? b->len : len;

	return least >= 3 && strncasecmp(b->data, s, least) == 0;
}

/* The name is the company's, as its domain or our books call it. */
static bool
is_company(const struct words *w, const char *address, const char *company)
{
	struct buf all = BUF_INIT, other = BUF_INIT;
	const char *domain = strchr(address, '@');
	bool same;

	for (size_t i = 0; i < w->n; i++)
		add_letters(&all, w->word[i], w->len[i]);
	add_letters(&other, company, strlen(company));
	same = other.len > 0 && begins(&all, other.data, other.len);
	while (!same && domain != NULL && strchr(++domain, '.') != NULL) {
		buf_reset(&other);
		add_letters(&other, domain, strcspn(domain, "."));
		same = begins(&all, other.data, other.len);
		domain = strchr(domain, '.');
	}
	buf_free(&all);
	buf_free(&other);
	return same;
}

/* "ANA" and "ana" as a greeting has them; other letters stay. */
static const char *
spelled(const char *word, size_t len, struct look l, struct arena *a)
{
	char *s = arena_strndup(a, word, len);

	if (l.lower && *s >= 'a' && *s <= 'z')
		*s = (char)(*s & ~0x20);
	for (size_t i = 1; l.capitals && i < len; i++) {
		if (s[i] >= 'A' && s[i] <= 'Z' && s[i - 1] != '-' &&
		    s[i - 1] != '\'')
			s[i] = (char)(s[i] | 0x20);
	}
	return s;
}

static bool
is_person(const struct salutes *s, const struct words *w, struct look first,
    const char *address, const char *company, bool titled)
{
	bool sure = borne_out(w->word[0], w->len[0], address);
	bool surname = w->n > 1 && borne_out(w->word[w->n - 1],
	    w->len[w->n - 1], address);

	for (size_t i = 0; i < w->n; i++) {
		if (listed(s->not_names, w->word[i], w->len[i]))
			return false;
	}
	if (listed(s->not_first, w->word[0], w->len[0]))
		return false;
	if (!first.name || first.letters < 2 || w->len[0] > NAME)
		return false;
	if (w->n == 1)
		return sure && !titled && !is_company(w, address, company);
	if (sure && surname)
		return true;
	return !is_company(w, address, company) &&
	    (sure || surname || (!first.lower && !first.capitals));
}

const char *
salute_name(const struct salutes *s, const char *display,
    const char *address, const char *company, struct arena *a)
{
	char *name = arena_strdup(a, display);
	bool titled = false;
	struct words w;
	struct look l;

	name += strspn(name, " \t'\"");
	if (strpbrk(name, "@0123456789&;:{}\\") != NULL)
		return "";
	name[name_length(name)] = '\0';
	for (size_t n = strlen(name); n > 0 &&
	    strchr(" \t'\"", name[n - 1]) != NULL;)
		name[--n] = '\0';
	if (!arrange(s, name, &w, &titled) || w.n == 0)
		return "";
	l = look_at(w.word[0], w.len[0]);
	return is_person(s, &w, l, address, company, titled) ?
	    spelled(w.word[0], w.len[0], l, a) : "";
}
