/* The log: transactions, the chain, appending. */
#include <string.h>

#include "base/time.h"
#include "store/private.h"

int
begin(struct store *s, struct err *e)
{
	if (s->within)
		return err_set(e, ERR_BUG, "a transaction within another");
	if (s->mode != STORE_WRITE)
		return err_set(e, ERR_BUG, "store '%s' is open for reading",
		    s->path);
	if (lock_take(s, e) < 0)
		return -1;
	if (run(s, e, "BEGIN IMMEDIATE") < 0) {
		lock_give(s);
		return -1;
	}
	s->within = true;
	s->failed = s->forgot = false;
	s->ntouched = 0;
	s->latest = TIME_NONE;
	return 0;
}

int
store_begin(struct store *s, struct err *e)
{
	if (begin(s, e) < 0)
		return -1;
	if (load_ends(s, e) == 0)
		return 0;
	store_rollback(s);
	return -1;
}

int
store_commit(struct store *s, struct err *e)
{
	if (!s->within)
		return err_set(e, ERR_BUG, "no transaction to commit");
	if (s->failed)
		err_set(e, ERR_AGAIN, "store '%s': a part of the transaction "
		    "failed", s->path);
	if (s->failed || (s->forgot && forget_derive(s, e) < 0) ||
	    project_touched(s, e) < 0 ||
	    run(s, e, "COMMIT") < 0) {
		store_rollback(s);
		return -1;
	}
	s->within = false;
	lock_give(s);
	return 0;
}

void
store_rollback(struct store *s)
{
	struct err ignored = { 0 };

	if (!s->within)
		return;
	/* A full disk may have rolled it back already. */
	if (!sqlite3_get_autocommit(s->db))
		run(s, &ignored, "ROLLBACK");
	s->within = false;
	s->ntouched = 0;
	lock_give(s);
}

void
log_chain(const uint8_t previous[HASH_BYTES], const char *id,
    const char *type, int64_t at, const uint8_t body[HASH_BYTES],
    uint8_t out[HASH_BYTES])
{
	struct hash h;
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)at);
	hash_start(&h);
	hash_add(&h, previous, HASH_BYTES);
	hash_add_part(&h, id);
	hash_add_part(&h, type);
	hash_add_part(&h, text);
	hash_add(&h, body, HASH_BYTES);
	hash_end(&h, out);
}

int
load_ends(struct store *s, struct err *e)
{
	sqlite3_stmt *st;
	int64_t moves = 0;
	bool right;
	int got;

	s->seq = s->number = 0;
	memset(s->chain, 0, HASH_BYTES);
	got = query(s, e, &st,
	    "SELECT seq, chain FROM log ORDER BY seq DESC LIMIT 1");
	if (got == 1) {
		s->seq = sqlite3_column_int64(st, 0);
		right = column_hash(st, 1, s->chain);
		done(st);
		if (!right || s->seq < 1 || s->seq == INT64_MAX)
			return damaged(s, e, "row", s->seq, "no chain");
	}
	if (got < 0 || query_int(s, e, &s->number,
	    "SELECT max(number) FROM ticket") < 0 || query_int(s, e, &moves,
	    "SELECT count(*) FROM (SELECT 1 FROM moved LIMIT 1)") < 0)
		return -1;
	s->moves = moves > 0;
	return 0;
}

/* A key as it is compared, or NULL when the field is none. */
static const char *
ticket_of(const struct rec *r, struct arena *a)
{
	const char *text = rec_str(r, "ticket", a);
	char *key = arena_alloc(a, KEY_TEXT);

	if (text == NULL || hash_canonical(text, key, KEY_TEXT) < 0 ||
	    strlen(key) != KEY_TEXT - 1)
		return NULL;
	return key;
}

int
log_columns(const struct rec *r, struct columns *c, struct arena *a,
    struct err *e)
{
	c->id = rec_str(r, "id", a);
	c->type = rec_str(r, "type", a);
	if (c->id == NULL || *c->id == '\0' || strlen(c->id) > 64)
		return err_set(e, ERR_INPUT,
		    "id is not a string of 1 to 64 bytes");
	if (c->type == NULL || *c->type == '\0')
		return err_set(e, ERR_INPUT, "type is not a string");
	if (!rec_time(r, "at", &c->at))
		return err_set(e, ERR_INPUT, "at is not an RFC 3339 time");
	if (memchr(r->line, '\n', r->len) != NULL)
		return err_set(e, ERR_INPUT, "a record is one line");
	c->ticket = ticket_of(r, a);
	c->customer = rec_str(r, "customer", a);
	return 0;
}

int
store_append(struct store *s, const struct rec *r, struct err *e)
{
	uint8_t body[HASH_BYTES], chain[HASH_BYTES];
	struct meaning m;
	struct columns c = { 0 };
	int n;

	if (!s->within || s->failed)
		return err_set(e, ERR_BUG, "append without a transaction");
	arena_reset(&s->arena);
	if (log_columns(r, &c, &s->arena, e) < 0)
		return -1;
	if (type_derived(c.type))
		return 0;
	if (meaning_of(r, &m, &s->arena, e) < 0)
		return -1;
	hash_bytes(r->line, r->len, body);
	log_chain(s->chain, c.id, c.type, c.at, body, chain);
	n = run(s, e, "INSERT INTO log (seq, id, type, at, ticket, customer, "
	    "body_hash, chain, body) "
	    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
	    "ON CONFLICT (id) DO NOTHING", ARG(s->seq + 1), ARG(c.id),
	    ARG(c.type), ARG(c.at), ARG(c.ticket), ARG(c.customer),
	    ARG_BYTES(body, HASH_BYTES), ARG_BYTES(chain, HASH_BYTES),
	    ARG_TEXT_OF(r->line, r->len));
	if (n <= 0)
		return n;
	s->seq++;
	memcpy(s->chain, chain, HASH_BYTES);
	if (project(s, &m, s->seq, e) < 0 ||
	    (strcmp(c.type, "forget") == 0 && forget_apply(s, r, e) < 0))
		return -1;
	return 1;
}

int
store_has(struct store *s, const char *id, struct err *e)
{
	int64_t one;

	return query_int(s, e, &one, "SELECT 1 FROM log WHERE id = $1",
	    ARG(id));
}

int
store_head(struct store *s, int64_t *seq, char chain[HASH_HEX],
    struct err *e)
{
	if (!s->within && load_ends(s, e) < 0)
		return -1;
	*seq = s->seq;
	hash_hex(s->chain, chain);
	return 0;
}
