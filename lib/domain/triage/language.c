/* Words of languages, and texts held against them. */
#include <string.h>

#include <uthash.h>

#include "base/utf8.h"
#include "domain/triage/language.h"

#define SPEAKS		12	/* a word of one language only */
#define BESIDE		6	/* so many times as much drowns the others */
#define LOOKED_AT	((size_t)4 << 10)	/* bytes of a text */
#define WORD_MAX	24

struct word {
	uint32_t languages;	/* bits */
	UT_hash_handle hh;
	char text[];
};

struct languages {
	struct arena *arena;
	struct language language[LANGUAGES_MAX];
	size_t n;
	struct word *words;	/* letters outside of ASCII as well */
};

struct languages *
languages_new(struct arena *a)
{
	struct languages *l = arena_zalloc(a, sizeof(*l));

	l->arena = a;
	return l;
}

void
languages_free(struct languages *l)
{
	HASH_CLEAR(hh, l->words);
}

/* A letter without case and marks; "" for what is no Latin letter. */
static const char *
folded(uint32_t c, char one[2])
{
	static const char latin[] = "aaaaaa.ceeeeiiiidnooooo.ouuuuy..";

	one[1] = '\0';
	if (c < 0x80) {
		one[0] = (char)(c | 0x20);
		return one[0] >= 'a' && one[0] <= 'z' && c >= 'A' ? one : "";
	}
	if (c == 0xdf)
		return "ss";
	if (c == 0xe6 || c == 0xc6)
		return "ae";
	if (c == 0x152 || c == 0x153)
		return "oe";
	if (c == 0xff)
		return "y";
	if (c < 0xc0 || c > 0xff || latin[(c - 0xc0) % 32] == '.')
		return "";
	one[0] = latin[(c - 0xc0) % 32];
	return one;
}

static void
put(struct languages *l, const char *text, size_t len, uint32_t language)
{
	struct word *w;

	HASH_FIND(hh, l->words, text, len, w);
	if (w == NULL) {
		w = arena_zalloc(l->arena, sizeof(*w) + len + 1);
		memcpy(w->text, text, len);
		HASH_ADD_KEYPTR(hh, l->words, w->text, len, w);
	}
	w->languages |= language;
}

struct speaking {
	const struct languages *all;
	int score[LANGUAGES_MAX];
	/* A word of its own that each had; bits of those that had two. */
	const struct word *first[LANGUAGES_MAX];
	uint32_t sure;
};

static void
speak(struct speaking *s, const char *text, size_t len)
{
	struct word *w;
	int share;

	HASH_FIND(hh, s->all->words, text, len, w);
	if (w == NULL)
		return;
	share = SPEAKS / __builtin_popcount(w->languages);
	if (share == SPEAKS) {
		const struct word **first =
		    &s->first[__builtin_ctz(w->languages)];

		if (*first == NULL)
			*first = w;
		else if (*first != w)
			s->sure |= w->languages;
	}
	for (uint32_t bits = w->languages; bits != 0; bits &= bits - 1)
		s->score[__builtin_ctz(bits)] += share > 0 ? share : 1;
}

/* Names of hosts and files, addresses and code are no words. */
static bool
is_joint(const char *s, size_t at, size_t len)
{
	return at < len && (strchr("@/\\_=", s[at]) != NULL || (s[at] == '.' &&
	    at + 1 < len && (unsigned char)s[at + 1] > ' '));
}

/*
 * Calls back with each word, folded, and with each letter outside of ASCII as
 * it is.
 */
static void
each_word(const char *s, size_t len,
    void (*word)(void *, const char *, size_t), void *arg)
{
	char text[WORD_MAX + 2];
	size_t n = 0, step;
	bool joint = false;

	for (size_t i = 0; i <= len; i += step) {
		uint32_t c = 0;
		const char *fold = "";
		char one[2];

		step = 1;
		if (i < len && (unsigned char)s[i] < 0x80)
			fold = folded((unsigned char)s[i], one);
		else if (i < len) {
			c = utf8_decode(s + i, len - i, &step);
			fold = folded(c, one);
			word(arg, s + i, step);
		}
		if (*fold != '\0') {
			if (n <= WORD_MAX - 2)
				n = (size_t)(stpcpy(text + n, fold) - text);
			else
				n = WORD_MAX + 1;
			continue;
		}
		if (n > 0 && n <= WORD_MAX && !joint && !is_joint(s, i, len))
			word(arg, text, n);
		n = 0;
		joint = i < len && strchr("@/\\_=.", s[i]) != NULL;
	}
}

struct taking {
	struct languages *all;
	uint32_t language;
};

static void
take_word(void *arg, const char *text, size_t len)
{
	struct taking *t = arg;

	if ((unsigned char)*text < 0x80)
		put(t->all, text, len, t->language);
}

static void
take_letter(void *arg, const char *text, size_t len)
{
	struct taking *t = arg;

	if ((unsigned char)*text >= 0x80)
		put(t->all, text, len, t->language);
}

static int
add_language(struct languages *l, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = { "words", "letters", "receipt",
		"critical", "beside", NULL };
	struct language *to = &l->language[l->n];
	struct taking t = { l, UINT32_C(1) << l->n };
	const char *words, *letters;

	if (y->kind != YAML_MAP)
		return yaml_err(y, e, "a language is not a map");
	if (l->n == LANGUAGES_MAX)
		return yaml_err(y, e, "over %d languages", LANGUAGES_MAX);
	if (yaml_only(y, keys, e) < 0 ||
	    yaml_bool(y, "beside", &to->beside, e) < 0)
		return -1;
	words = yaml_str(y, "words", NULL);
	letters = yaml_str(y, "letters", "");
	if (words == NULL || strspn(words, " \n") == strlen(words))
		return yaml_err(y, e, "language %s has no words", y->key);
	each_word(words, strlen(words), take_word, &t);
	each_word(letters, strlen(letters), take_letter, &t);
	to->name = y->key;
	to->receipt = yaml_str(y, "receipt", NULL);
	to->critical = yaml_str(y, "critical", NULL);
	to->says = y;
	l->n++;
	return 0;
}

int
languages_add(struct languages *l, const struct yaml *map, struct err *e)
{
	if (map->kind != YAML_MAP)
		return yaml_err(map, e, "languages is not a map");
	for (const struct yaml *y = map->first; y != NULL; y = y->next) {
		if (languages_find(l, y->key) < 0 &&
		    add_language(l, y, e) < 0)
			return -1;
	}
	return 0;
}

const struct language *
languages_at(const struct languages *l, size_t i)
{
	return i < l->n ? &l->language[i] : NULL;
}

int
languages_find(const struct languages *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++) {
		if (strcmp(l->language[i].name, name) == 0)
			return (int)i;
	}
	return -1;
}

static void
hear(void *arg, const char *text, size_t len)
{
	speak(arg, text, len);
}

uint32_t
languages_of(const struct languages *l, const char *subject,
    const char *text, size_t len)
{
	struct speaking s = { .all = l };
	int best[2] = { 0, 0 };		/* of those beside others: [1] */
	uint32_t bits = 0;

	each_word(subject, strlen(subject), hear, &s);
	each_word(text, len < LOOKED_AT ? len : utf8_valid(text, LOOKED_AT),
	    hear, &s);
	for (size_t i = 0; i < l->n; i++) {
		int *b = &best[l->language[i].beside];

		*b = s.score[i] > *b ? s.score[i] : *b;
	}
	for (size_t i = 0; i < l->n; i++) {
		if (!l->language[i].beside && s.score[i] > 0 &&
		    s.score[i] == best[0] && (best[0] > best[1] ||
		    (s.sure >> i & 1 && best[0] >= best[1] / BESIDE)))
			bits |= UINT32_C(1) << i;
	}
	for (size_t i = 0; bits == 0 && i < l->n; i++) {
		if (l->language[i].beside && s.score[i] > 0 &&
		    s.score[i] == best[1])
			return UINT32_C(1) << i;
	}
	return bits;
}
