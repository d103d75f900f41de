/* The log: appended to, chained by hash, never changed. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/sqlite.h"

void
chain_next(uint8_t chain[HASH_BYTES], const char *id, const char *type,
    int64_t at, const uint8_t body_hash[HASH_BYTES])
{
	struct hash h;
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, at);
	hash_start(&h);
	hash_add(&h, chain, HASH_BYTES);
	hash_add_part(&h, id);
	hash_add_part(&h, type);
	hash_add_part(&h, text);
	hash_add(&h, body_hash, HASH_BYTES);
	hash_end(&h, chain);
}

int
store_has(struct store *s, const char *id, struct err *e)
{
	sqlite3_stmt *q = QUERY(s, e, "SELECT 1 FROM log WHERE id = $1",
	    TEXT(id));
	int got;

	if (q == NULL || (got = step(s, q, e)) < 0)
		return -1;
	sqlite3_reset(q);
	return got;
}

int
store_append(struct store *s, const struct rec *r, struct err *e)
{
	uint8_t hash[HASH_BYTES], before[HASH_BYTES];
	const char *id, *type, *ticket, *customer;
	char key[KEY_TEXT] = "";
	struct event ev;
	int64_t at;
	int n;

	arena_reset(&s->scratch);
	if ((type = rec_str(r, "type", &s->scratch)) == NULL)
		return err_set(e, ERR_INPUT, "type is missing");
	if (type_derived(type))
		return 0;
	if ((id = rec_str(r, "id", &s->scratch)) == NULL || *id == '\0')
		return err_set(e, ERR_INPUT, "id is missing");
	if (!rec_time(r, "at", &at))
		return err_set(e, ERR_INPUT, "at is not a time");
	if ((n = store_has(s, id, e)) != 0)
		return n < 0 ? -1 : 0;
	if (record_check(r, e) < 0 ||
	    (n = event_of(r, &ev, key, &s->scratch, e)) < 0)
		return -1;
	ticket = rec_str(r, "ticket", &s->scratch);
	customer = rec_str(r, "customer", &s->scratch);
	hash_bytes(r->line, r->len, hash);
	memcpy(before, s->chain, sizeof(before));
	chain_next(s->chain, id, type, at, hash);
	if (RUN(s, e, "INSERT INTO log (seq, id, type, at, ticket, customer, "
	    "body, body_hash, chain) "
	    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
	    INT(s->seq + 1), TEXT(id), TEXT(type), INT(at), TEXT(ticket),
	    TEXT(customer), TEXTN(r->line, r->len), BLOB(hash, HASH_BYTES),
	    BLOB(s->chain, HASH_BYTES)) < 0 ||
	    project(s, r, n == 1 ? &ev : NULL, key, s->seq + 1, e) < 0) {
		memcpy(s->chain, before, sizeof(before));
		return -1;
	}
	s->seq++;
	return 1;
}

int
store_head(struct store *s, int64_t *seq, char chain[HASH_HEX], struct err *e)
{
	sqlite3_stmt *q = query(s, e, "SELECT seq, chain FROM log "
	    "ORDER BY seq DESC LIMIT 1", NULL, 0);
	static const uint8_t zero[HASH_BYTES];
	int got;

	if (q == NULL || (got = step(s, q, e)) < 0)
		return -1;
	*seq = got == 1 ? sqlite3_column_int64(q, 0) : 0;
	hash_hex(got == 1 && sqlite3_column_bytes(q, 1) == HASH_BYTES ?
	    sqlite3_column_blob(q, 1) : zero, chain);
	sqlite3_reset(q);
	return 0;
}
