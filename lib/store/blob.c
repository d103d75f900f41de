/* Raw bytes by their hash: mails as they came, attachments as they were. */
#include <stdlib.h>
#include <string.h>

#include "store/sqlite.h"

/*
 * An attachment's bytes may be those of a mail that comes later, on its own:
 * that is a new mail all the same.
 */
int
store_blob_put(struct store *s, const uint8_t sha256[HASH_BYTES],
    const void *data, size_t len, bool pending, struct err *e)
{
	if (!pending)
		return RUN(s, e, "INSERT INTO blob (sha256, bytes) "
		    "VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING",
		    BLOB(sha256, HASH_BYTES), BLOB(data, len));
	return RUN(s, e, "INSERT INTO blob (sha256, bytes, mail) "
	    "VALUES ($1, $2, 1) ON CONFLICT (sha256) "
	    "DO UPDATE SET mail = 1 WHERE blob.mail IS NULL",
	    BLOB(sha256, HASH_BYTES), BLOB(data, len));
}

int
store_blob_get(struct store *s, const uint8_t sha256[HASH_BYTES],
    struct buf *out, struct err *e)
{
	sqlite3_stmt *q = QUERY(s, e,
	    "SELECT bytes FROM blob WHERE sha256 = $1",
	    BLOB(sha256, HASH_BYTES));
	int got;

	if (q == NULL || (got = step(s, q, e)) < 0)
		return -1;
	if (got == 1)
		buf_add(out, sqlite3_column_blob(q, 0),
		    (size_t)sqlite3_column_bytes(q, 0));
	sqlite3_reset(q);
	return got;
}

int
store_blob_done(struct store *s, const uint8_t sha256[HASH_BYTES],
    struct err *e)
{
	return RUN(s, e, "UPDATE blob SET mail = 0 WHERE sha256 = $1 "
	    "AND mail = 1", BLOB(sha256, HASH_BYTES)) < 0 ? -1 : 0;
}

int
store_blob_pending(struct store *s, uint8_t (*list)[HASH_BYTES], size_t room,
    size_t *n, struct err *e)
{
	sqlite3_stmt *q = QUERY(s, e, "SELECT sha256 FROM blob "
	    "WHERE mail = 1 ORDER BY seq LIMIT $1", INT((int64_t)room));
	int got;

	*n = 0;
	if (q == NULL)
		return -1;
	while ((got = step(s, q, e)) == 1) {
		if (sqlite3_column_bytes(q, 0) == HASH_BYTES)
			memcpy(list[(*n)++], sqlite3_column_blob(q, 0),
			    HASH_BYTES);
	}
	return got;
}

int
store_blob_each(struct store *s, int (*use)(void *,
    const uint8_t [HASH_BYTES], const void *, size_t, bool, struct err *),
    void *arg, struct err *e)
{
	sqlite3_stmt *q = query_own(s, e,
	    "SELECT sha256, bytes, mail FROM blob ORDER BY seq", NULL, 0);
	int got;

	if (q == NULL)
		return -1;
	while ((got = step(s, q, e)) == 1) {
		if (use(arg, sqlite3_column_blob(q, 0),
		    sqlite3_column_blob(q, 1),
		    (size_t)sqlite3_column_bytes(q, 1),
		    sqlite3_column_int(q, 2) == 1, e) < 0) {
			got = -1;
			break;
		}
	}
	sqlite3_finalize(q);
	return got;
}
