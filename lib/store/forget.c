/*
 * Forgetting: a forget record names bodies, by what they hashed to and what
 * is left of them, and blobs. Rows and hashes stay, so the chain holds.
 */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "store/private.h"

struct named {			/* of the array "bodies" */
	const char *id;
	uint8_t was[HASH_BYTES], now[HASH_BYTES];
};

static bool
hash_of(const struct rec *r, const char *name, uint8_t out[HASH_BYTES],
    struct arena *a)
{
	const char *hex = rec_str(r, name, a);

	return hex != NULL && hash_unhex(hex, out) == 0;
}

/* The next body; false behind the last, or at one that is not right. */
static bool
next_named(const struct value *list, size_t *pos, struct named *n,
    struct arena *a)
{
	struct rec *r = arena_alloc(a, sizeof(*r));
	struct value v;

	if (!value_next(list, pos, &v) || v.kind != VALUE_OBJECT)
		return false;
	value_object(&v, r);
	n->id = rec_str(r, "id", a);
	return n->id != NULL && hash_of(r, "was", n->was, a) &&
	    hash_of(r, "now", n->now, a);
}

static bool
next_blob(const struct value *list, size_t *pos, uint8_t sha256[HASH_BYTES],
    struct arena *a)
{
	struct value v;
	const char *hex;

	return value_next(list, pos, &v) &&
	    (hex = value_str(&v, a, NULL)) != NULL &&
	    hash_unhex(hex, sha256) == 0;
}

/* Empties one body, if it is the one that is meant. */
static int
empty_body(struct store *s, const struct named *n, struct err *e)
{
	struct rec *r = xmalloc(sizeof(*r));
	struct buf body = BUF_INIT, skeleton = BUF_INIT;
	struct arena a = { 0 };
	uint8_t hash[HASH_BYTES];
	int got = store_record(s, n->id, &body, e);

	hash_bytes(body.data, body.len, hash);
	if (got == 1 && memcmp(hash, n->was, HASH_BYTES) == 0 &&
	    memcmp(n->was, n->now, HASH_BYTES) != 0 &&
	    (got = rec_parse(r, body.data, body.len, e)) == 0) {
		record_skeleton(r, &skeleton, &a);
		hash_bytes(skeleton.data, skeleton.len, hash);
		if (memcmp(hash, n->now, HASH_BYTES) != 0)
			got = err_set(e, ERR_INPUT, "forget: record %s would "
			    "not be what it says", n->id);
		else
			got = run(s, e, "UPDATE log SET body = $2 "
			    "WHERE id = $1", ARG(n->id),
			    ARG_TEXT_OF(skeleton.data, skeleton.len));
	}
	arena_free(&a);
	buf_free(&body);
	buf_free(&skeleton);
	free(r);
	return got < 0 ? -1 : 0;
}

/* A blob without bytes stays, so that the same mail is known when it comes. */
static int
empty_blob(struct store *s, const uint8_t sha256[HASH_BYTES], struct err *e)
{
	int64_t seq = 0;
	int n = run(s, e, "UPDATE blob SET bytes = x'' WHERE sha256 = $1",
	    ARG_BYTES(sha256, HASH_BYTES));

	if (n != 0)
		return n < 0 ? -1 : 0;
	if (query_int(s, e, &seq, "SELECT max(seq) FROM blob") < 0)
		return -1;
	return run(s, e, "INSERT INTO blob (seq, sha256, size, bytes) "
	    "VALUES ($1, $2, 1, x'')", ARG(seq + 1),
	    ARG_BYTES(sha256, HASH_BYTES)) < 0 ? -1 : 0;
}

int
forget_apply(struct store *s, const struct rec *r, struct err *e)
{
	struct value bodies = { .kind = VALUE_NULL };
	struct value blobs = { .kind = VALUE_NULL };
	struct arena a = { 0 };
	uint8_t sha256[HASH_BYTES];
	struct named n;
	size_t pos = 0;
	int rc = db_exec(s, "PRAGMA secure_delete = on", e);

	rec_get(r, "bodies", &bodies);
	rec_get(r, "blobs", &blobs);
	while (rc == 0 && next_named(&bodies, &pos, &n, &a)) {
		rc = empty_body(s, &n, e);
	}
	for (pos = 0; rc == 0 && next_blob(&blobs, &pos, sha256, &a);)
		rc = empty_blob(s, sha256, e);
	arena_free(&a);
	s->forgot = true;
	return rc;
}

int
forget_derive(struct store *s, struct err *e)
{
	if (db_exec(s, schema_derived_drop, e) < 0 ||
	    db_exec(s, schema_derived, e) < 0 || project_log(s, e) < 0)
		return -1;
	return db_exec(s, schema_search_reset, e);
}

int
store_wipe(struct store *s, struct err *e)
{
	sqlite3_stmt *st;
	int got, busy = 0;

	/* Pages that were freed before may hold old words: none is kept. */
	sqlite3_limit(s->db, SQLITE_LIMIT_ATTACHED, 1);
	got = run(s, e, "VACUUM");
	sqlite3_limit(s->db, SQLITE_LIMIT_ATTACHED, 0);
	if (got < 0)
		return -1;
	got = query(s, e, &st, "PRAGMA wal_checkpoint(TRUNCATE)");
	if (got == 1) {
		busy = sqlite3_column_int(st, 0);
		done(st);
	}
	if (got >= 0 && busy)
		return err_set(e, ERR_AGAIN, "store '%s' is being read: what "
		    "was forgotten is still in %s-wal", s->path, s->path);
	return got < 0 ? -1 : 0;
}

/* -- for verify */

struct body_entry {
	char *id;
	uint8_t was[HASH_BYTES], now[HASH_BYTES];
	UT_hash_handle hh;
};

struct blob_entry {
	uint8_t sha256[HASH_BYTES];
	UT_hash_handle hh;
};

struct forgotten {
	struct arena arena;
	struct body_entry *bodies;
	struct blob_entry *blobs;
};

static void
note_record(struct forgotten *f, const struct rec *r)
{
	struct value list;
	struct arena a = { 0 };
	uint8_t sha256[HASH_BYTES];
	struct named n;
	size_t pos = 0;

	if (rec_get(r, "bodies", &list)) {
		while (next_named(&list, &pos, &n, &a)) {
			struct body_entry *b = arena_zalloc(&f->arena,
			    sizeof(*b)), *old;

			b->id = arena_strdup(&f->arena, n.id);
			memcpy(b->was, n.was, HASH_BYTES);
			memcpy(b->now, n.now, HASH_BYTES);
			HASH_FIND_STR(f->bodies, b->id, old);
			if (old != NULL)
				HASH_DEL(f->bodies, old);
			HASH_ADD_KEYPTR(hh, f->bodies, b->id, strlen(b->id),
			    b);
		}
	}
	pos = 0;
	if (rec_get(r, "blobs", &list)) {
		while (next_blob(&list, &pos, sha256, &a)) {
			struct blob_entry *b = arena_zalloc(&f->arena,
			    sizeof(*b)), *old;

			memcpy(b->sha256, sha256, HASH_BYTES);
			HASH_REPLACE(hh, f->blobs, sha256, HASH_BYTES, b, old);
			(void)old;
		}
	}
	arena_free(&a);
}

int
forgotten_load(struct store *s, struct forgotten **out, struct err *e)
{
	static const char *const types[] = { "forget", NULL };
	struct rec *r = xmalloc(sizeof(*r));
	struct cursor *cur = NULL;
	int64_t seq;
	int got;

	*out = xcalloc(1, sizeof(**out));
	if ((got = store_log(s, types, NULL, 0, &cur, e)) == 0) {
		while ((got = cursor_record(cur, r, &seq, e)) == 1)
			note_record(*out, r);
	}
	cursor_close(cur);
	free(r);
	return got < 0 ? -1 : 0;
}

static const struct body_entry *
find_body(struct forgotten *f, const char *id)
{
	struct body_entry *b;

	HASH_FIND_STR(f->bodies, id, b);
	return b;
}

bool
forgotten_body(struct forgotten *f, const char *id,
    const uint8_t was[HASH_BYTES], const uint8_t now[HASH_BYTES])
{
	const struct body_entry *b = find_body(f, id);

	return b != NULL && memcmp(b->was, was, HASH_BYTES) == 0 &&
	    memcmp(b->now, now, HASH_BYTES) == 0;
}

bool
forgotten_left(struct forgotten *f, const char *id,
    const uint8_t body[HASH_BYTES])
{
	const struct body_entry *b = find_body(f, id);

	return b != NULL && memcmp(b->was, body, HASH_BYTES) == 0 &&
	    memcmp(b->now, body, HASH_BYTES) != 0;
}

bool
forgotten_blob(struct forgotten *f, const uint8_t sha256[HASH_BYTES])
{
	struct blob_entry *b;

	HASH_FIND(hh, f->blobs, sha256, HASH_BYTES, b);
	return b != NULL;
}

void
forgotten_free(struct forgotten *f)
{
	if (f == NULL)
		return;
	HASH_CLEAR(hh, f->bodies);
	HASH_CLEAR(hh, f->blobs);
	arena_free(&f->arena);
	free(f);
}
