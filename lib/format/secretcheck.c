/* Checks of what looks like a secret. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "format/secretcheck.h"

#define CARD_MOST	19
#define DISTINCT	6	/* characters that randomness has at least */

static bool
is_word(const char *const *words, const char *s, size_t len)
{
	for (; *words != NULL; words++) {
		if (strlen(*words) == len && strncasecmp(*words, s, len) == 0)
			return true;
	}
	return false;
}

/* -- payment cards */

static bool
luhn(const char *digit, size_t n)
{
	int sum = 0;

	for (size_t i = 0; i < n; i++) {
		int d = digit[n - 1 - i] - '0';

		if (i % 2 == 1)
			d = d > 4 ? 2 * d - 9 : 2 * d;
		sum += d;
	}
	return sum % 10 == 0;
}

/* Issuers by their first six digits, and the lengths of their numbers. */
static bool
issued(const char *digit, size_t n)
{
	static const struct { int from, to; size_t least, most; } range[] = {
		{ 222100, 272099, 16, 16 },	/* Mastercard */
		{ 300000, 305999, 14, 14 },	/* Diners Club */
		{ 340000, 349999, 15, 15 },	/* American Express */
		{ 352800, 358999, 16, 19 },	/* JCB */
		{ 360000, 369999, 14, 14 },	/* Diners Club */
		{ 370000, 379999, 15, 15 },	/* American Express */
		{ 380000, 399999, 14, 14 },	/* Diners Club */
		{ 400000, 499999, 13, 13 },	/* Visa */
		{ 400000, 499999, 16, 16 },
		{ 400000, 499999, 19, 19 },
		{ 501800, 501899, 16, 19 },	/* Maestro */
		{ 502000, 502099, 16, 19 },
		{ 503800, 503899, 16, 19 },
		{ 510000, 559999, 16, 16 },	/* Mastercard */
		{ 589300, 589399, 16, 19 },	/* Maestro */
		{ 601100, 601199, 16, 19 },	/* Discover */
		{ 620000, 629999, 16, 19 },	/* UnionPay */
		{ 630400, 630499, 16, 19 },	/* Maestro */
		{ 644000, 659999, 16, 19 },	/* Discover */
		{ 675900, 676399, 16, 19 },	/* Maestro */
	};
	int first = 0;

	for (int i = 0; i < 6; i++)
		first = 10 * first + digit[i] - '0';
	for (size_t i = 0; i < sizeof(range) / sizeof(*range); i++) {
		if (first >= range[i].from && first <= range[i].to &&
		    n >= range[i].least && n <= range[i].most)
			return true;
	}
	return false;
}

/* Separated numbers stand in groups as on the card: 4-4-4-4 or 4-6-5. */
static bool
grouped(const size_t *group, size_t groups)
{
	if (groups == 1)
		return true;
	if (groups == 3)
		return group[0] == 4 && group[1] == 6 && (group[2] == 4 ||
		    group[2] == 5);
	for (size_t i = 0; i + 1 < groups; i++) {
		if (group[i] != 4)
			return false;
	}
	return groups >= 4 && group[groups - 1] <= 4;
}

/* Whether one of the words stands shortly before, on the same line. */
static bool
said_before(const char *const *words, const char *text, size_t at)
{
	size_t end = at, seen = 0;

	while (end > 0 && seen < 4 && at - end < 40 && text[end - 1] != '\n') {
		size_t start;

		while (end > 0 && text[end - 1] != '\n' &&
		    !isalpha((unsigned char)text[end - 1]) &&
		    (unsigned char)text[end - 1] < 0x80)
			end--;
		for (start = end; start > 0 &&
		    (isalpha((unsigned char)text[start - 1]) ||
		    (unsigned char)text[start - 1] >= 0x80); start--)
			;
		if (start == end)
			return false;
		if (is_word(words, text + start, end - start))
			return true;
		end = start;
		seen++;
	}
	return false;
}

static bool
check_card(const struct secret_words *words, const char *text, size_t len,
    struct span *at)
{
	size_t group[CARD_MOST] = { 0 }, groups = 1, n = 0;
	char digit[CARD_MOST], separator = '\0';

	(void)len;
	for (size_t i = at->start; i < at->end; i++) {
		if (isdigit((unsigned char)text[i])) {
			if (n == CARD_MOST)
				return false;
			digit[n++] = text[i];
			group[groups - 1]++;
			continue;
		}
		if ((separator != '\0' && text[i] != separator) ||
		    groups == CARD_MOST)
			return false;
		separator = text[i];
		groups++;
	}
	return n >= 13 && issued(digit, n) && grouped(group, groups) &&
	    luhn(digit, n) && !said_before(words->no_cards, text, at->start);
}

/* -- bank accounts */

static size_t
iban_length(const char *country)
{
	static const char lengths[] =
	    "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BR29BY28CH21CR22CY28CZ24DE22"
	    "DK18DO28EE20EG29ES24FI18FO18FR27GB22GE22GI23GL18GR27GT28HR21HU28"
	    "IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27"
	    "MD24ME22MK19MR27MT31MU30NL18NO15PK24PL28PS29PT25QA29RO24RS22SA24"
	    "SC31SD18SE24SI19SK24SM27ST25SV28TL23TN24TR26UA29VA22VG24XK20";

	for (const char *p = lengths; *p != '\0'; p += 4) {
		if (p[0] == country[0] && p[1] == country[1])
			return (size_t)((p[2] - '0') * 10 + p[3] - '0');
	}
	return 0;
}

static bool
check_iban(const struct secret_words *words, const char *text, size_t len,
    struct span *at)
{
	char iban[40];
	size_t n = 0, want = iban_length(text + at->start), i;
	unsigned rest = 0;

	(void)words;
	/* The pattern may have taken a word behind it. */
	for (i = at->start; i < at->end && n < want; i++) {
		if (isalnum((unsigned char)text[i]))
			iban[n++] = text[i];
	}
	if (want == 0 || n != want || (i < len &&
	    isalnum((unsigned char)text[i])))
		return false;
	at->end = i;
	for (i = 0; i < n; i++) {
		char c = iban[(i + 4) % n];

		rest = isdigit((unsigned char)c) ?
		    (rest * 10 + (unsigned)(c - '0')) % 97 :
		    (rest * 100 + (unsigned)(c - 'A') + 10) % 97;
	}
	return rest == 1;
}

/* -- US social security numbers: no area 000, 666 or 9xx, no zero part */

static bool
check_ssn(const struct secret_words *words, const char *text, size_t len,
    struct span *at)
{
	char d[9];
	size_t n = 0;

	(void)words;
	(void)len;
	for (size_t i = at->start; i < at->end; i++) {
		if (isdigit((unsigned char)text[i]) && n < sizeof(d))
			d[n++] = text[i];
	}
	return n == 9 && memcmp(d, "000", 3) != 0 &&
	    memcmp(d, "666", 3) != 0 && d[0] != '9' &&
	    memcmp(d + 3, "00", 2) != 0 && memcmp(d + 5, "0000", 4) != 0;
}

/* -- randomness */

struct makeup {			/* what a word is made of */
	size_t lower, upper, digits, others, distinct, len;
	bool mixed;		/* a capital behind a small letter */
	bool odd;		/* a sign that no word has inside */
};

static struct makeup
makeup_of(const char *s, size_t len)
{
	struct makeup m = { .len = len };
	bool seen[256] = { false }, small = false;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		m.distinct += !seen[c];
		seen[c] = true;
		if (islower(c) || c >= 0x80) {
			m.lower++;
			small = true;
		} else if (isupper(c)) {
			m.upper++;
			m.mixed |= small;
		} else if (isdigit(c))
			m.digits++;
		else {
			m.others++;
			m.odd |= strchr("-'./_,:()", c) == NULL;
		}
	}
	return m;
}

/* Placeholder texts: <token>, ${TOKEN}, {{token}}, %s, xxxxxxxx, YOUR_KEY. */
static bool
stands_for(const struct secret_words *words, const char *s, size_t len)
{
	struct makeup m = makeup_of(s, len);

	if (strchr("<{[%", *s) != NULL || (*s == '$' && len > 1 &&
	    (s[1] == '{' || s[1] == '(' || isupper((unsigned char)s[1]))))
		return true;
	/* A dot of a masked one is three bytes. */
	if (m.distinct <= 2 || (m.distinct <= 3 && m.lower == len) ||
	    is_word(words->placeholders, s, len))
		return true;
	/* YOUR_API_KEY_HERE, my-secret-key: words of a placeholder. */
	return m.digits == 0 && m.others > 0 && !m.odd && !m.mixed &&
	    (m.upper == 0 || m.lower == 0) && memchr(s, '/', len) == NULL;
}

static bool
check_random(const struct secret_words *words, const char *text, size_t len,
    struct span *at)
{
	const char *s = text + at->start;
	struct makeup m = makeup_of(s, at->end - at->start);

	(void)len;
	return !stands_for(words, s, m.len) && m.digits > 0 &&
	    m.lower + m.upper > 0 && m.distinct >= DISTINCT;
}

static bool
check_token(const struct secret_words *words, const char *text, size_t len,
    struct span *at)
{
	struct makeup m;

	/* A full stop or a slash behind it ends the sentence or the address. */
	while (at->end > at->start && strchr(".,/-", text[at->end - 1]) != NULL)
		at->end--;
	m = makeup_of(text + at->start, at->end - at->start);
	return m.len >= 8 && (check_random(words, text, len, at) ||
	    (m.len >= 20 && m.mixed && m.distinct >= 2 * DISTINCT));
}

static bool
check_written(const struct secret_words *words, const char *text, size_t len,
    struct span *at)
{
	(void)len;
	return !stands_for(words, text + at->start, at->end - at->start);
}

/* -- passwords */

/* The last sign before the value: ':' or '=', or 0 when a word stands there;
 * *lines is how many line ends lie between. */
static char
sign_before(const char *text, size_t at, size_t *lines)
{
	*lines = 0;
	while (at > 0 && strchr(" \t\n\r\"'`*>|", text[at - 1]) != NULL) {
		/* "->" and "=>" are signs, "> " a quote's mark. */
		if (text[at - 1] == '>' && at > 1 && strchr("-=",
		    text[at - 2]) != NULL)
			return '=';
		*lines += text[at - 1] == '\n';
		at--;
	}
	if (at == 0)
		return '\0';
	if (text[at - 1] == ':' || text[at - 1] == '=')
		return text[at - 1];
	/* U+FF1A, the wide colon. */
	return at >= 3 && memcmp(text + at - 3, "\357\274\232", 3) == 0 ?
	    ':' : '\0';
}

static bool
is_line_end(const char *text, size_t len, size_t at)
{
	while (at < len && strchr(" \t\r\"'`*.,;)]}|<", text[at]) != NULL) {
		if (strchr(",;)]}<\"", text[at]) != NULL)
			return true;
		at++;
	}
	return at >= len || text[at] == '\n';
}

/* Digits with separators are a date, a time or a version. */
static bool
is_moment(const char *s, const struct makeup *m)
{
	return m->digits > 0 && m->others > 0 && m->digits + m->others ==
	    m->len && !m->odd && isdigit((unsigned char)*s);
}

/* getcwd(), $user->name and /home/kim are code, and a folder. */
static bool
is_code(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && (isalnum((unsigned char)s[n]) ||
	    strchr("_.$:", s[n]) != NULL))
		n++;
	return (n > 0 && n < len && s[n] == '(') || (n + 1 < len && n > 0 &&
	    s[n] == '-' && s[n + 1] == '>') || (*s == '/' && len > 1 &&
	    memchr(s + 1, '/', len - 1) != NULL);
}

/*
 * Behind a sign a password is what has digits, signs or capitals as words do
 * not, or what stands alone; behind a word ("is") only the former: people say
 * that a password is wrong more often than what it is.
 */
static bool
check_password(const struct secret_words *words, const char *text,
    size_t len, struct span *at)
{
	const char *s = text + at->start, *cut;
	struct makeup m;
	size_t lines;
	char sign = sign_before(text, at->start, &lines);
	bool strong;

	if (sign == '=' && (cut = memchr(s, '&', at->end - at->start)) != NULL)
		at->end = (size_t)(cut - text);
	while (at->end > at->start && strchr(".,;:)]}*|",
	    text[at->end - 1]) != NULL)
		at->end--;
	m = makeup_of(s, at->end - at->start);
	if (m.len < 4 || stands_for(words, s, m.len) || is_moment(s, &m) ||
	    is_code(s, m.len))
		return false;
	/* "8-character" and "2FA" are of rules about passwords. */
	strong = m.odd || m.mixed || (m.digits > 0 &&
	    (m.digits == m.len || !isdigit((unsigned char)*s) ||
	    memchr(s, '-', m.len) == NULL));
	if (sign == '\0')
		return strong && lines == 0;
	if (lines > 0)
		return strong && is_line_end(text, len, at->end);
	return strong || is_line_end(text, len, at->end);
}

secret_check *
secret_check_named(const char *name)
{
	static const struct { const char *name; secret_check *check; } all[] = {
		{ "card", check_card }, { "iban", check_iban },
		{ "ssn", check_ssn }, { "written", check_written }, { "random", check_random },
		{ "token", check_token }, { "password", check_password },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		if (strcmp(all[i].name, name) == 0)
			return all[i].check;
	}
	return NULL;
}
