/* Raw bytes by their SHA-256, and which of them are mail to be parsed. */
#include <string.h>

#include "store/private.h"

/* The row of the bytes: 1, 0 unknown, -1. */
static int
blob_row(struct store *s, const uint8_t sha256[HASH_BYTES], int64_t *seq,
    struct err *e)
{
	return query_int(s, e, seq, "SELECT seq FROM blob WHERE sha256 = $1",
	    ARG_BYTES(sha256, HASH_BYTES));
}

static int
blob_add(struct store *s, const uint8_t sha256[HASH_BYTES], const void *data,
    size_t len, int64_t *seq, struct err *e)
{
	if (query_int(s, e, seq, "SELECT max(seq) FROM blob") < 0)
		return -1;
	return run(s, e, "INSERT INTO blob (seq, sha256, size, bytes) "
	    "VALUES ($1, $2, $3, $4)", ARG(++*seq),
	    ARG_BYTES(sha256, HASH_BYTES), ARG((int64_t)len),
	    ARG_BYTES(data, len));
}

/*
 * Being mail is another thing than being known: what was only attached
 * somewhere and now comes in by itself is new mail.
 */
int
store_blob_put(struct store *s, const uint8_t sha256[HASH_BYTES],
    const void *data, size_t len, enum blob_wait wait, struct err *e)
{
	int64_t seq = 0;
	int got;

	if (!s->within || s->failed)
		return err_set(e, ERR_BUG, "blob without a transaction");
	got = blob_row(s, sha256, &seq, e);
	if (got < 0 || (got == 0 && blob_add(s, sha256, data, len, &seq,
	    e) < 0))
		return -1;
	if (wait == BLOB_KEPT)
		return got == 0;
	/* What was forgotten is known, and stays forgotten. */
	if (got == 1 && len > 0) {
		int64_t there = 0;

		if (query_int(s, e, &there, "SELECT length(bytes) FROM blob "
		    "WHERE seq = $1", ARG(seq)) < 0)
			return -1;
		if (there == 0)
			return 0;
	}
	return run(s, e, "INSERT INTO mail (blob, pending) VALUES ($1, $2) "
	    "ON CONFLICT (blob) DO NOTHING", ARG(seq), ARG(wait));
}

int
store_blob_get(struct store *s, const uint8_t sha256[HASH_BYTES],
    struct buf *out, struct err *e)
{
	sqlite3_stmt *st;
	int got = query(s, e, &st, "SELECT bytes FROM blob WHERE sha256 = $1 "
	    "AND (length(bytes) > 0 OR size = 0)",
	    ARG_BYTES(sha256, HASH_BYTES));

	if (got == 1) {
		buf_add(out, sqlite3_column_blob(st, 0),
		    (size_t)sqlite3_column_bytes(st, 0));
		done(st);
	}
	return got;
}

int
store_blob_has(struct store *s, const uint8_t sha256[HASH_BYTES],
    struct err *e)
{
	int64_t one;

	return query_int(s, e, &one, "SELECT 1 FROM blob WHERE sha256 = $1 "
	    "AND length(bytes) > 0", ARG_BYTES(sha256, HASH_BYTES));
}

int
store_blob_done(struct store *s, const uint8_t sha256[HASH_BYTES],
    struct err *e)
{
	if (!s->within || s->failed)
		return err_set(e, ERR_BUG, "blob without a transaction");
	return run(s, e, "UPDATE mail SET pending = 0 WHERE blob = "
	    "(SELECT seq FROM blob WHERE sha256 = $1)",
	    ARG_BYTES(sha256, HASH_BYTES)) < 0 ? -1 : 0;
}

int
store_blob_pending(struct store *s, enum blob_wait wait,
    uint8_t (*hashes)[HASH_BYTES], size_t room, size_t *n, struct err *e)
{
	sqlite3_stmt *st;
	/* The numbers stand in the text, where the indices' ones are. */
	int got = query(s, e, &st, wait == BLOB_MAIL ?
	    "SELECT sha256 FROM mail CROSS JOIN blob "
	    "WHERE mail.pending = 1 AND seq = blob ORDER BY blob LIMIT $1" :
	    "SELECT sha256 FROM mail CROSS JOIN blob "
	    "WHERE mail.pending = 2 AND seq = blob ORDER BY blob LIMIT $1",
	    ARG((int64_t)room));

	for (*n = 0; got == 1; got = next_row(s, st, e)) {
		if (!column_hash(st, 0, hashes[*n])) {
			done(st);
			return damaged(s, e, "blob", 0, "no hash");
		}
		++*n;
	}
	return got;
}

/* One row at a time, so that no reader's lock outlives a slow writer. */
int
store_blob_each(struct store *s, int (*each)(void *,
    const uint8_t [HASH_BYTES], const void *, size_t, enum blob_wait,
    struct err *), void *arg, struct err *e)
{
	uint8_t sha256[HASH_BYTES];
	struct buf data = BUF_INIT;
	sqlite3_stmt *st;
	int64_t seq = 0;
	int got, rc = 0;

	while (rc == 0) {
		enum blob_wait wait;
		bool right;

		got = query(s, e, &st, "SELECT seq, sha256, "
		    "coalesce(mail.pending, 0), bytes FROM blob "
		    "LEFT JOIN mail ON mail.blob = seq "
		    "WHERE seq > $1 AND (length(bytes) > 0 OR size = 0) "
		    "ORDER BY seq LIMIT 1", ARG(seq));
		if (got <= 0) {
			rc = got;
			break;
		}
		seq = sqlite3_column_int64(st, 0);
		right = column_hash(st, 1, sha256);
		wait = (enum blob_wait)sqlite3_column_int(st, 2);
		buf_reset(&data);
		buf_add(&data, sqlite3_column_blob(st, 3),
		    (size_t)sqlite3_column_bytes(st, 3));
		done(st);
		rc = right ? each(arg, sha256, data.data, data.len, wait, e)
		    : damaged(s, e, "blob", seq, "no hash");
	}
	buf_free(&data);
	return rc < 0 ? -1 : 0;
}
