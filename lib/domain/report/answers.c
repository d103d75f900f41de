/* Answers, each once. */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "domain/report/answers.h"

struct entry {
	struct answer answer;
	const char *key;	/* the survey's, or its own id */
	UT_hash_handle hh;
};

struct answers {
	const struct surveys *surveys;
	struct arena arena;
	struct entry *entries;
	const struct answer **list;
};

struct answers *
answers_new(const struct surveys *s)
{
	struct answers *a = xcalloc(1, sizeof(*a));

	a->surveys = s;
	return a;
}

void
answers_free(struct answers *a)
{
	HASH_CLEAR(hh, a->entries);
	free(a->list);
	arena_free(&a->arena);
	free(a);
}

static int
compare(const struct answer *x, const struct answer *y)
{
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return strcmp(x->id, y->id);
}

int
answers_add(struct answers *a, const struct rec *r, int64_t now,
    struct err *e)
{
	struct answer w;
	const char *key;
	struct entry *old;

	if (answer_of(&w, a->surveys, r, &a->arena, e) < 0)
		return -1;
	if (w.at > now)
		return 0;
	key = *w.survey != '\0' ? arena_printf(&a->arena, "%s\t%s",
	    w.kind->name, w.survey) : w.id;
	HASH_FIND_STR(a->entries, key, old);
	if (old != NULL) {
		if (compare(&old->answer, &w) < 0)
			old->answer = w;
		return 0;
	}
	old = arena_zalloc(&a->arena, sizeof(*old));
	old->answer = w;
	old->key = key;
	HASH_ADD_KEYPTR(hh, a->entries, old->key, strlen(old->key), old);
	return 0;
}

static int
by_time(const void *x, const void *y)
{
	return compare(*(const struct answer *const *)x,
	    *(const struct answer *const *)y);
}

const struct answer *const *
answers_list(struct answers *a, size_t *n)
{
	struct entry *entry, *next;

	*n = 0;
	a->list = xreallocarray(a->list, HASH_COUNT(a->entries) + 1,
	    sizeof(*a->list));
	HASH_ITER(hh, a->entries, entry, next)
		a->list[(*n)++] = &entry->answer;
	qsort(a->list, *n, sizeof(*a->list), by_time);
	return a->list;
}
