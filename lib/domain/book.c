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

struct moved {			/* a record that a split has moved */
	int64_t nonce;		/* the record's */
	struct entry *into;
	int64_t at, split;	/* of the split */
	UT_hash_handle hh;
};

struct book {
	struct arena arena, scratch;
	struct entry *entries;
	struct moved *moved;
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

/*
 * All that was said of the one is said of the other, but for its status: that
 * it is done, or waits, was so of the one alone.
 */
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
	for (size_t i = 0; i < source->history.n; i++) {
		if (source->history.event[i].kind != EVENT_STATUS)
			history_add(&target->history,
			    &source->history.event[i], &b->arena);
	}
	source->history.n = 0;
	source->into = target;
	return 0;
}

static struct moved *
moved_of(struct book *b, const struct event *ev)
{
	struct moved *m = NULL;

	if (b->moved == NULL)
		return NULL;
	HASH_FIND(hh, b->moved, &ev->nonce, sizeof(ev->nonce), m);
	if (m == NULL && ev->about != 0)
		HASH_FIND(hh, b->moved, &ev->about, sizeof(ev->about), m);
	return m;
}

/* An answer to the message that a split has not set apart from it. */
static bool
goes_along(struct book *b, const struct moved *m, const struct event *ev)
{
	struct moved *own;

	if (ev->about != m->nonce)
		return false;
	HASH_FIND(hh, b->moved, &ev->nonce, sizeof(ev->nonce), own);
	return own == NULL;
}

/* Takes a record's events out of wherever they are. */
static void
move_events(struct book *b, const struct moved *m)
{
	struct entry *into = resolve(m->into);

	for (size_t i = 0; i < b->n; i++) {
		struct history *h = &b->order[i]->history;
		size_t kept = 0;

		if (b->order[i] == into)
			continue;
		for (size_t k = 0; k < h->n; k++) {
			struct event ev = h->event[k];

			if (ev.nonce == m->nonce || goes_along(b, m, &ev))
				history_add(&into->history, &ev, &b->arena);
			else
				h->event[kept++] = ev;
		}
		h->n = kept;
	}
}

static int
split(struct book *b, const struct rec *r, struct err *e)
{
	struct split s;

	if (split_of(r, &s, &b->scratch, e) < 0)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		int64_t nonce = event_nonce(s.message[i]);
		struct moved *m;

		HASH_FIND(hh, b->moved, &nonce, sizeof(nonce), m);
		if (m != NULL && !split_beats(s.at, s.nonce, m->at, m->split))
			continue;
		if (m == NULL) {
			m = arena_zalloc(&b->arena, sizeof(*m));
			m->nonce = nonce;
			HASH_ADD(hh, b->moved, nonce, sizeof(nonce), m);
		}
		m->into = entry_of(b, s.into);
		m->at = s.at;
		m->split = s.nonce;
		move_events(b, m);
	}
	return 0;
}

int
book_add(struct book *b, const struct rec *r, struct err *e)
{
	char key[KEY_TEXT];
	struct event ev;
	struct entry *n;
	struct moved *m;
	int rc;

	arena_reset(&b->scratch);
	if (rec_is(r, "type", "merge"))
		return merge(b, r, e);
	if ((rc = event_of(r, &ev, key, &b->scratch, e)) <= 0)
		return rc;
	if (ev.text != NULL)
		ev.text = arena_strdup(&b->arena, ev.text);
	ev.id = arena_strdup(&b->arena, ev.id);
	m = moved_of(b, &ev);
	n = m != NULL ? m->into : entry_of(b, key);
	if (n->into == NULL || ev.kind != EVENT_STATUS)
		history_add(&resolve(n)->history, &ev, &b->arena);
	return rec_is(r, "type", "split") ? split(b, r, e) : 0;
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
	HASH_CLEAR(hh, b->moved);
	free(b->order);
	arena_free(&b->arena);
	arena_free(&b->scratch);
	free(b);
}
