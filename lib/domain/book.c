/* Tickets gathered from a stream of records. */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/time.h"
#include "domain/book.h"

struct entry {
	struct history history;
	struct entry *into;	/* merged into, or NULL */
	UT_hash_handle hh;	/* by history.key */
};

struct book {
	struct arena arena, scratch;
	struct entry *entries;
	struct entry **order;	/* as they appeared */
	size_t n, room;
};

struct book *
book_new(void)
{
	return xcalloc(1, sizeof(struct book));
}

static struct entry *
entry_of(struct book *b, const char *key)
{
	struct entry *n;

	HASH_FIND(hh, b->entries, key, KEY_TEXT - 1, n);
	if (n == NULL) {
		n = arena_zalloc(&b->arena, sizeof(*n));
		memcpy(n->history.key, key, KEY_TEXT);
		HASH_ADD(hh, b->entries, history.key, KEY_TEXT - 1, n);
		if (b->n == b->room) {
			b->room = b->room > 0 ? 2 * b->room : 64;
			b->order = xreallocarray(b->order, b->room,
			    sizeof(*b->order));
		}
		b->order[b->n++] = n;
	}
	return n;
}

static struct entry *
resolve(struct entry *n)
{
	while (n->into != NULL)
		n = n->into;
	return n;
}

static int
merge(struct book *b, const struct rec *r, struct err *e)
{
	char from[KEY_TEXT], into[KEY_TEXT];
	const char *a = rec_str(r, "ticket", &b->scratch);
	const char *z = rec_str(r, "into", &b->scratch);
	struct entry *source, *target;

	if (a == NULL || z == NULL ||
	    hash_canonical(a, from, sizeof(from)) < 0 ||
	    hash_canonical(z, into, sizeof(into)) < 0 ||
	    strlen(from) != KEY_TEXT - 1 || strlen(into) != KEY_TEXT - 1)
		return err_set(e, ERR_INPUT,
		    "merge needs two keys of 12 characters");
	source = resolve(entry_of(b, from));
	target = resolve(entry_of(b, into));
	if (source == target)
		return 0;
	for (size_t i = 0; i < source->history.n; i++)
		history_add(&target->history, &source->history.event[i],
		    &b->arena);
	source->history.n = 0;
	source->into = target;
	return 0;
}

int
book_add(struct book *b, const struct rec *r, struct err *e)
{
	char key[KEY_TEXT];
	struct event ev;
	int rc;

	arena_reset(&b->scratch);
	if (rec_is(r, "type", "merge"))
		return merge(b, r, e);
	if ((rc = event_of(r, &ev, key, &b->scratch, e)) <= 0)
		return rc;
	if (ev.text != NULL)
		ev.text = arena_strdup(&b->arena, ev.text);
	history_add(&resolve(entry_of(b, key))->history, &ev, &b->arena);
	return 0;
}

size_t
book_count(const struct book *b)
{
	return b->n;
}

const struct history *
book_next(const struct book *b, size_t *pos)
{
	while (*pos < b->n) {
		const struct history *h = &b->order[(*pos)++]->history;

		if (h->n > 0)
			return h;
	}
	return NULL;
}

int
book_find(struct book *b, const char *name, const struct history **out,
    struct err *e)
{
	char key[KEY_TEXT];
	struct entry *found = NULL;
	size_t len;

	if (hash_canonical(name, key, sizeof(key)) < 0 || *key == '\0')
		return 0;
	len = strlen(key);
	for (size_t i = 0; i < b->n; i++) {
		struct entry *n = b->order[i];

		if (strncmp(n->history.key, key, len) != 0)
			continue;
		if (found != NULL && resolve(n) != resolve(found))
			return err_set(e, ERR_USAGE,
			    "ticket '%s' is not unique", name);
		found = n;
	}
	if (found == NULL || resolve(found)->history.n == 0)
		return 0;
	*out = &resolve(found)->history;
	return 1;
}

void
book_free(struct book *b)
{
	HASH_CLEAR(hh, b->entries);
	free(b->order);
	arena_free(&b->arena);
	arena_free(&b->scratch);
	free(b);
}
