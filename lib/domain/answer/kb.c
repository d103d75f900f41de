/* Articles, their words, and the search for them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/hash.h"
#include "base/utf8.h"
#include "domain/answer/kb.h"
#include "format/frontmatter.h"

#define K1	1.2
#define B	0.75
#define TITLE	5.0		/* how often a word there counts */
#define KEYWORD	4.0
#define HEADING	2.0
#define WORD	48		/* bytes of a word that are looked at */
#define QUERY	400		/* different words of a text, at most */

struct posting {
	size_t article;
	double count;		/* weighted */
	bool named;		/* in the title or keywords */
};

struct term {
	uint64_t word;		/* hash of it */
	struct posting *posting;
	size_t n, room;
	uint64_t asked;		/* the search that has seen it */
	UT_hash_handle hh;
};

struct found {			/* of a search, by article */
	double score;
	int words;
	bool named;
};

struct kb {
	struct arena arena;
	struct article *article;
	size_t n, room;
	struct term *terms;
	double mean;		/* of articles' words */
	uint64_t searches;
	struct found *found;
};

/* What stands in most texts and says nothing. */
static const char *const stop[] = { "a", "about", "after", "all", "also",
	"an", "and", "any", "are", "as", "at", "be", "been", "but", "by",
	"can", "could", "do", "does", "for", "from", "get", "had", "has",
	"have", "he", "hello", "hi", "how", "i", "if", "in", "is", "it",
	"its", "just", "me", "my", "no", "not", "of", "on", "one", "or",
	"our", "out", "please", "she", "should", "since", "so", "some",
	"thank", "thanks", "that", "the", "their", "them", "then", "there",
	"they", "this", "to", "us", "use", "using", "was", "we", "were",
	"what", "when", "which", "who", "will", "with", "would", "you",
	"your" };

static int
compare(const void *x, const void *y)
{
	return strcmp(x, *(const char *const *)y);
}

/* English endings, coarsely: keys and key, failed and fail are one. */
static size_t
stem(const char *s, size_t n)
{
	if (n > 5 && memcmp(s + n - 3, "ing", 3) == 0)
		return n - 3;
	if (n > 4 && memcmp(s + n - 3, "ies", 3) == 0)
		return n - 2;
	if (n > 4 && memcmp(s + n - 2, "ed", 2) == 0)
		return n - 2;
	if (n > 3 && s[n - 1] == 's' && s[n - 2] != 's')
		return n - 1;
	return n;
}

static bool
is_word(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z') || c == '_' ||
	    (c >= 0xc0 && c < 0x2000) || c >= 0x2c00;
}

/* The next word's hash, behind *pos; 0 at the end. */
static uint64_t
next_word(const char *text, size_t len, size_t *pos)
{
	char word[WORD + 1];
	size_t n, w;

	for (;;) {
		w = 0;
		while (*pos < len &&
		    !is_word(utf8_decode(text + *pos, len - *pos, &n)))
			*pos += n;
		if (*pos >= len)
			return 0;
		while (*pos < len &&
		    is_word(utf8_decode(text + *pos, len - *pos, &n))) {
			for (size_t i = 0; i < n && w < WORD; i++)
				word[w++] = text[*pos + i] |
				    (text[*pos + i] >= 'A' &&
				    text[*pos + i] <= 'Z' ? 0x20 : 0);
			*pos += n;
		}
		word[w] = '\0';
		if (w > 1 && bsearch(word, stop, sizeof(stop) / sizeof(*stop),
		    sizeof(*stop), compare) == NULL)
			return hash_word(word, stem(word, w)) | 1;
	}
}

struct kb *
kb_new(void)
{
	return xcalloc(1, sizeof(struct kb));
}

void
kb_free(struct kb *k)
{
	struct term *t, *next;

	HASH_ITER(hh, k->terms, t, next) {
		HASH_DEL(k->terms, t);
		free(t->posting);
		free(t);
	}
	free(k->article);
	free(k->found);
	arena_free(&k->arena);
	free(k);
}

static struct posting *
posting_of(struct kb *k, uint64_t word, size_t article)
{
	struct term *t;

	HASH_FIND(hh, k->terms, &word, sizeof(word), t);
	if (t == NULL) {
		t = xcalloc(1, sizeof(*t));
		t->word = word;
		HASH_ADD(hh, k->terms, word, sizeof(t->word), t);
	}
	if (t->n > 0 && t->posting[t->n - 1].article == article)
		return &t->posting[t->n - 1];
	if (t->n == t->room) {
		t->room = t->room > 0 ? 2 * t->room : 4;
		t->posting = xreallocarray(t->posting, t->room,
		    sizeof(*t->posting));
	}
	t->posting[t->n] = (struct posting){ article, 0, false };
	return &t->posting[t->n++];
}

static void
add_words(struct kb *k, size_t article, const char *text, size_t len,
    double weight, bool named)
{
	size_t pos = 0;
	uint64_t word;

	while ((word = next_word(text, len, &pos)) != 0) {
		struct posting *p = posting_of(k, word, article);

		p->count += weight;
		p->named |= named;
		k->article[article].words += weight;
	}
}

static void
add_body(struct kb *k, size_t article, const char *body)
{
	while (*body != '\0') {
		size_t len = strcspn(body, "\n");

		add_words(k, article, body, len, *body == '#' ? HEADING : 1,
		    false);
		body += len + (body[len] == '\n');
	}
}

static int
load_article(struct kb *k, struct article *a, const char *text, size_t len,
    struct err *e)
{
	static const char *const keys[] = { "title", "section", "updated",
		"difficulty", "minutes", "related", "keywords", NULL };
	const char *body;
	struct yaml *y;

	if (front_matter(&k->arena, a->file, text, len, &y, &body, &a->line,
	    e) < 0 || yaml_only(y, keys, e) < 0 ||
	    yaml_int(y, "minutes", 1, 120, &a->minutes, e) < 0 ||
	    yaml_texts(y, "related", &k->arena, &a->related, e) < 0 ||
	    yaml_texts(y, "keywords", &k->arena, &a->keywords, e) < 0)
		return -1;
	a->title = yaml_str(y, "title", NULL);
	a->section = yaml_str(y, "section", "");
	a->updated = yaml_str(y, "updated", "");
	a->difficulty = yaml_str(y, "difficulty", "");
	a->body = body;
	return a->title != NULL ? 0 : yaml_err(y, e, "title is missing");
}

int
kb_add(struct kb *k, const char *id, const char *file, const char *text,
    size_t len, struct err *e)
{
	struct article *a;

	if (utf8_valid(text, len) < len)
		return err_set(e, ERR_CONFIG, "%s: not UTF-8", file);
	if (k->n == k->room) {
		k->room = k->room > 0 ? 2 * k->room : 32;
		k->article = xreallocarray(k->article, k->room,
		    sizeof(*k->article));
	}
	a = &k->article[k->n];
	memset(a, 0, sizeof(*a));
	a->id = arena_strdup(&k->arena, id);
	a->file = arena_strdup(&k->arena, file);
	if (load_article(k, a, arena_strndup(&k->arena, text, len), len,
	    e) < 0)
		return -1;
	add_words(k, k->n, a->title, strlen(a->title), TITLE, true);
	for (const char *const *w = a->keywords; *w != NULL; w++)
		add_words(k, k->n, *w, strlen(*w), KEYWORD, true);
	add_body(k, k->n++, a->body);
	return 0;
}

void
kb_ready(struct kb *k)
{
	k->mean = 0;
	for (size_t i = 0; i < k->n; i++)
		k->mean += k->article[i].words / (double)k->n;
	free(k->found);
	k->found = xcalloc(k->n + 1, sizeof(*k->found));
}

size_t
kb_count(const struct kb *k)
{
	return k->n;
}

const struct article *
kb_article(const struct kb *k, size_t i)
{
	return i < k->n ? &k->article[i] : NULL;
}

const struct article *
kb_find(const struct kb *k, const char *id)
{
	for (size_t i = 0; i < k->n; i++) {
		if (strcmp(k->article[i].id, id) == 0)
			return &k->article[i];
	}
	return NULL;
}

static void
add_term(struct kb *k, const struct term *t)
{
	double idf = log(1 + ((double)k->n - (double)t->n + 0.5) /
	    ((double)t->n + 0.5));

	for (size_t i = 0; i < t->n; i++) {
		const struct posting *p = &t->posting[i];
		struct found *f = &k->found[p->article];
		double norm = K1 * (1 - B + B *
		    k->article[p->article].words / k->mean);

		f->score += idf * p->count * (K1 + 1) / (p->count + norm);
		f->words++;
		f->named |= p->named;
	}
}

static int
by_score(const void *x, const void *y)
{
	const struct kb_hit *a = x, *b = y;

	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	return strcmp(a->article->id, b->article->id);
}

size_t
kb_search(struct kb *k, const char *text, size_t len,
    const struct kb_wanted *want, struct kb_hit *out, size_t room)
{
	struct kb_hit *all = xcalloc(k->n + 1, sizeof(*all));
	size_t pos = 0, words = 0, n = 0;
	uint64_t word;

	memset(k->found, 0, k->n * sizeof(*k->found));
	k->searches++;
	while (words < QUERY && (word = next_word(text, len, &pos)) != 0) {
		struct term *t;

		HASH_FIND(hh, k->terms, &word, sizeof(word), t);
		if (t == NULL || t->asked == k->searches)
			continue;
		t->asked = k->searches;
		words++;
		add_term(k, t);
	}
	for (size_t i = 0; i < k->n; i++) {
		const struct found *f = &k->found[i];

		if (f->words >= want->words && f->score >= want->score &&
		    (f->named || !want->named))
			all[n++] = (struct kb_hit){ &k->article[i],
				f->score };
	}
	if (n > 1)
		qsort(all, n, sizeof(*all), by_score);
	if (n > room)
		n = room;
	while (n > 0 && all[n - 1].score < want->share * all[0].score)
		n--;
	memcpy(out, all, n * sizeof(*out));
	free(all);
	return n;
}
