/* Labels expected against labels given. */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/mem.h"
#include "domain/triage/tally.h"

struct label {
	struct tally_label l;
	uint32_t number;
	UT_hash_handle hh;
};

struct cell {
	uint64_t key;		/* the two labels' numbers */
	int64_t n;
	UT_hash_handle hh;
};

struct tally {
	struct label *labels;
	struct cell *cells;
	int64_t n, right;
	struct arena arena;
};

struct tally *
tally_new(void)
{
	return xcalloc(1, sizeof(struct tally));
}

void
tally_free(struct tally *t)
{
	if (t == NULL)
		return;
	HASH_CLEAR(hh, t->labels);
	HASH_CLEAR(hh, t->cells);
	arena_free(&t->arena);
	free(t);
}

static struct label *
find_label(struct tally *t, const char *name)
{
	struct label *l;

	HASH_FIND_STR(t->labels, name, l);
	if (l == NULL && HASH_COUNT(t->labels) >= TALLY_LABELS) {
		name = TALLY_REST;
		HASH_FIND_STR(t->labels, name, l);
	}
	if (l != NULL)
		return l;
	l = arena_zalloc(&t->arena, sizeof(*l));
	l->l.name = arena_strdup(&t->arena, name);
	l->number = (uint32_t)HASH_COUNT(t->labels);
	HASH_ADD_KEYPTR(hh, t->labels, l->l.name, strlen(l->l.name), l);
	return l;
}

static uint64_t
cell_key(const struct label *expected, const struct label *given)
{
	return (uint64_t)expected->number << 32 | given->number;
}

void
tally_add(struct tally *t, const char *expected, const char *given)
{
	struct label *e = find_label(t, expected), *g = find_label(t, given);
	uint64_t key = cell_key(e, g);
	struct cell *c;
	int right = strcmp(expected, given) == 0;

	HASH_FIND(hh, t->cells, &key, sizeof(key), c);
	if (c == NULL) {
		c = arena_zalloc(&t->arena, sizeof(*c));
		c->key = key;
		HASH_ADD(hh, t->cells, key, sizeof(key), c);
	}
	c->n++;
	t->n++;
	t->right += right;
	e->l.expected++;
	g->l.given++;
	e->l.right += right;
}

int64_t
tally_total(const struct tally *t, int64_t *right)
{
	*right = t->right;
	return t->n;
}

static int
by_expected(const struct label *a, const struct label *b)
{
	if (a->l.expected != b->l.expected)
		return a->l.expected > b->l.expected ? -1 : 1;
	return strcmp(a->l.name, b->l.name);
}

size_t
tally_labels(struct tally *t, struct arena *a, struct tally_label **out)
{
	size_t n = 0;

	HASH_SORT(t->labels, by_expected);
	*out = arena_alloc(a, (HASH_COUNT(t->labels) + 1) * sizeof(**out));
	for (const struct label *l = t->labels; l != NULL; l = l->hh.next)
		(*out)[n++] = l->l;
	return n;
}

int64_t
tally_cell(const struct tally *t, const char *expected, const char *given)
{
	struct label *e, *g;
	struct cell *c = NULL;
	uint64_t key;

	HASH_FIND_STR(t->labels, expected, e);
	HASH_FIND_STR(t->labels, given, g);
	if (e == NULL || g == NULL)
		return 0;
	key = cell_key(e, g);
	HASH_FIND(hh, t->cells, &key, sizeof(key), c);
	return c != NULL ? c->n : 0;
}

static int
share(int64_t part, int64_t whole)
{
	return whole == 0 ? -1 : (int)(part * 10000 / whole);
}

int
tally_precision(const struct tally_label *l)
{
	return share(l->right, l->given);
}

int
tally_recall(const struct tally_label *l)
{
	return share(l->right, l->expected);
}

int
tally_f1(const struct tally_label *l)
{
	return share(2 * l->right, l->expected + l->given);
}

int
tally_macro_f1(const struct tally *t)
{
	int64_t sum = 0, n = 0;

	for (const struct label *l = t->labels; l != NULL; l = l->hh.next) {
		if (l->l.expected == 0)
			continue;
		sum += tally_f1(&l->l);
		n++;
	}
	return n == 0 ? -1 : (int)(sum / n);
}
