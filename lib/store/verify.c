/*
 * Whether the store is what it was: SQLite's own structures, the log's
 * hashes and chain, the raw bytes, and the derived tables against a replay.
 */
#include <string.h>

#include "base/time.h"
#include "store/private.h"

struct verifier {
	struct store *store;
	void (*fault)(void *, int64_t seq, const char *what);
	void *arg;
	int64_t rows;
	size_t faults;
	struct forgotten *forgotten;
};

/* So many are told; the first is what matters. */
#define FAULTS	100

static void
fault(struct verifier *v, int64_t seq, const char *what)
{
	if (v->faults++ < FAULTS)
		v->fault(v->arg, seq, what);
}

static int
check_file(struct verifier *v, struct err *e)
{
	struct store *s = v->store;
	sqlite3_stmt *st;
	int got = query(s, e, &st, "PRAGMA integrity_check(20)");

	for (; got == 1; got = next_row(s, st, e)) {
		const char *text = column_text(st, 0);

		if (strcmp(text, "ok") != 0)
			fault(v, 0, text);
	}
	return got;
}

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* The row's columns say what its body says. */
static const char *
check_columns(struct store *s, sqlite3_stmt *st)
{
	struct err bad = { 0 };
	struct columns c;

	arena_reset(&s->arena);
	if (rec_parse(s->rec, column_text(st, 8),
	    (size_t)sqlite3_column_bytes(st, 8), &bad) < 0 ||
	    log_columns(s->rec, &c, &s->arena, &bad) < 0)
		return "the body is no record";
	if (!same(c.id, column_text(st, 1)))
		return "the id is not the body's";
	if (!same(c.type, column_text(st, 2)))
		return "the type is not the body's";
	if (c.at != sqlite3_column_int64(st, 3))
		return "the time is not the body's";
	if (!same(c.ticket, (const char *)sqlite3_column_text(st, 4)))
		return "the ticket is not the body's";
	if (!same(c.customer, (const char *)sqlite3_column_text(st, 5)))
		return "the customer is not the body's";
	return NULL;
}

struct link {			/* where the chain has come to */
	int64_t seq;
	uint8_t computed[HASH_BYTES], stored[HASH_BYTES];
};

/*
 * The chain of one row. After a broken link it may go on from what the row
 * says or from what it should say, so that one change is told once.
 */
static const char *
check_chain(struct verifier *v, sqlite3_stmt *st, struct link *l)
{
	uint8_t hash[HASH_BYTES], chain[HASH_BYTES], other[HASH_BYTES];
	const char *id = column_text(st, 1), *type = column_text(st, 2);
	int64_t at = sqlite3_column_int64(st, 3);

	if (!column_hash(st, 6, hash) || !column_hash(st, 7, chain))
		return "a hash is missing";
	log_chain(l->computed, id, type, at, hash, other);
	if (memcmp(other, chain, HASH_BYTES) != 0)
		log_chain(l->stored, id, type, at, hash, other);
	memcpy(l->computed, other, HASH_BYTES);
	memcpy(l->stored, chain, HASH_BYTES);
	if (memcmp(other, chain, HASH_BYTES) != 0)
		return "the chain is broken: the id, type, time or hash of "
		    "this row was changed, or a row before it";
	hash_bytes(sqlite3_column_text(st, 8),
	    (size_t)sqlite3_column_bytes(st, 8), other);
	if (memcmp(other, hash, HASH_BYTES) != 0)
		return forgotten_body(v->forgotten, id, hash, other) ? NULL :
		    "the body was changed";
	return forgotten_left(v->forgotten, id, other) ?
	    "the body was forgotten, and is there" : NULL;
}

static void
check_row(struct verifier *v, sqlite3_stmt *st, struct link *l)
{
	int64_t seq = sqlite3_column_int64(st, 0);
	char text[200];
	const char *why;

	if (seq != l->seq + 1) {
		snprintf(text, sizeof(text), "%lld rows before this one are "
		    "missing", (long long)(seq - l->seq - 1));
		fault(v, seq, text);
	}
	l->seq = seq;
	why = check_chain(v, st, l);
	if (why == NULL)
		why = check_columns(v->store, st);
	if (why == NULL)
		return;
	snprintf(text, sizeof(text), "record %s: %s", column_text(st, 1), why);
	fault(v, seq, text);
}

static int
check_log(struct verifier *v, struct err *e)
{
	struct store *s = v->store;
	struct link l = { 0 };
	sqlite3_stmt *st;
	int got = query(s, e, &st, "SELECT seq, id, type, at, ticket, "
	    "customer, body_hash, chain, body FROM log ORDER BY seq");

	for (; got == 1; got = next_row(s, st, e)) {
		check_row(v, st, &l);
		v->rows++;
	}
	return got;
}

static int
check_blobs(struct verifier *v, struct err *e)
{
	struct store *s = v->store;
	uint8_t hash[HASH_BYTES], real[HASH_BYTES];
	sqlite3_stmt *st;
	int got = query(s, e, &st,
	    "SELECT seq, sha256, size, bytes FROM blob ORDER BY seq");

	for (; got == 1; got = next_row(s, st, e)) {
		int len = sqlite3_column_bytes(st, 3);
		char text[100];

		hash_bytes(sqlite3_column_blob(st, 3), (size_t)len, real);
		if (column_hash(st, 1, hash) && memcmp(hash, real,
		    HASH_BYTES) == 0 && sqlite3_column_int64(st, 2) == len)
			continue;
		if (len == 0 && column_hash(st, 1, hash) &&
		    forgotten_blob(v->forgotten, hash))
			continue;
		snprintf(text, sizeof(text), "blob %lld: its bytes were "
		    "changed", (long long)sqlite3_column_int64(st, 0));
		fault(v, 0, text);
	}
	return got;
}

/* A derived table in both forms, in the order of its first columns. */
struct pair {
	const char *name;
	int keys;
	int seq;		/* the column that names the log's row, or -1 */
	const char *here, *replayed;
};

static const struct pair pairs[] = {
	{ "ticket", 1, -1, "SELECT * FROM main.ticket ORDER BY number",
	    "SELECT * FROM temp.ticket ORDER BY number" },
	{ "event", 4, 4,
	    "SELECT * FROM main.event ORDER BY ticket, at, kind, nonce",
	    "SELECT * FROM temp.event ORDER BY ticket, at, kind, nonce" },
	{ "history", 1, -1, "SELECT * FROM main.history ORDER BY ticket",
	    "SELECT * FROM temp.history ORDER BY ticket" },
	{ "msgid", 1, -1, "SELECT * FROM main.msgid ORDER BY hash",
	    "SELECT * FROM temp.msgid ORDER BY hash" },
	{ "moved", 1, -1, "SELECT * FROM main.moved ORDER BY nonce",
	    "SELECT * FROM temp.moved ORDER BY nonce" },
	{ "talk", 3, 2, "SELECT * FROM main.talk ORDER BY place, at, seq",
	    "SELECT * FROM temp.talk ORDER BY place, at, seq" },
	{ "lately", 3, -1,
	    "SELECT * FROM main.lately ORDER BY sender, at, nonce",
	    "SELECT * FROM temp.lately ORDER BY sender, at, nonce" },
	{ "latest", 1, -1, "SELECT * FROM main.latest ORDER BY at",
	    "SELECT * FROM temp.latest ORDER BY at" },
	{ "pending", 1, 0, "SELECT * FROM main.pending ORDER BY seq",
	    "SELECT * FROM temp.pending ORDER BY seq" },
	{ "outbox", 1, 0, "SELECT * FROM main.outbox ORDER BY seq",
	    "SELECT * FROM temp.outbox ORDER BY seq" },
};

static int
compare_keys(sqlite3_stmt *a, sqlite3_stmt *b, int keys)
{
	for (int i = 0; i < keys; i++) {
		int64_t x = sqlite3_column_int64(a, i);
		int64_t y = sqlite3_column_int64(b, i);

		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
}

/* The first column that differs, or NULL. */
static const char *
difference(sqlite3_stmt *a, sqlite3_stmt *b)
{
	for (int i = 0; i < sqlite3_column_count(a); i++) {
		int len = sqlite3_column_bytes(a, i);

		if (sqlite3_column_type(a, i) != sqlite3_column_type(b, i) ||
		    sqlite3_column_bytes(b, i) != len || (len > 0 &&
		    memcmp(sqlite3_column_blob(a, i),
		    sqlite3_column_blob(b, i), (size_t)len) != 0))
			return sqlite3_column_name(a, i);
	}
	return NULL;
}

static void
row_fault(struct verifier *v, const struct pair *p, sqlite3_stmt *st,
    const char *how, const char *column)
{
	char text[200];

	snprintf(text, sizeof(text), "table %s, row %lld: %s%s", p->name,
	    (long long)sqlite3_column_int64(st, 0), how,
	    column != NULL ? column : "");
	fault(v, p->seq >= 0 ? sqlite3_column_int64(st, p->seq) : 0, text);
}

static int
check_table(struct verifier *v, const struct pair *p, struct err *e)
{
	struct store *s = v->store;
	sqlite3_stmt *a, *b;
	int x = query(s, e, &a, p->here);
	int y = x < 0 ? -1 : query(s, e, &b, p->replayed);

	while (x >= 0 && y >= 0 && x + y > 0) {
		int order = x == 0 ? 1 : y == 0 ? -1 :
		    compare_keys(a, b, p->keys);
		const char *column;

		if (order < 0)
			row_fault(v, p, a, "does not follow from the log",
			    NULL);
		else if (order > 0)
			row_fault(v, p, b, "is missing", NULL);
		else if ((column = difference(a, b)) != NULL)
			row_fault(v, p, a, "was changed: ", column);
		if (order <= 0)
			x = next_row(s, a, e);
		if (order >= 0)
			y = next_row(s, b, e);
	}
	if (x == 1)
		done(a);
	if (y == 1)
		done(b);
	return x < 0 || y < 0 ? -1 : 0;
}

static int
check_derived(struct verifier *v, struct err *e)
{
	struct store *s = v->store;
	int rc;

	if (db_exec(s, schema_derived_temp, e) < 0)
		return -1;
	rc = project_log(s, e);
	for (size_t i = 0; rc == 0 && i < sizeof(pairs) / sizeof(*pairs); i++)
		rc = check_table(v, &pairs[i], e);
	return rc;
}

int
store_verify(struct store *s, void (*told)(void *, int64_t seq,
    const char *what), void *arg, int64_t *rows, struct err *e)
{
	struct verifier v = { s, told, arg, 0, 0, NULL };
	struct err ignored = { 0 };
	int rc = -1;

	*rows = 0;
	if (s->within)
		return err_set(e, ERR_BUG, "verify within a transaction");
	/* One snapshot of it all; its temporary tables go with it. */
	if (run(s, e, "BEGIN") < 0)
		return -1;
	if (check_file(&v, e) == 0 &&
	    forgotten_load(s, &v.forgotten, e) == 0 && check_log(&v, e) == 0 &&
	    check_blobs(&v, e) == 0) {
		*rows = v.rows;
		/* Bodies that were changed cannot be replayed. */
		rc = v.faults > 0 ? 0 : check_derived(&v, e);
	}
	forgotten_free(v.forgotten);
	if (!sqlite3_get_autocommit(s->db) && run(s, &ignored, "ROLLBACK") < 0
	    && rc == 0)
		*e = ignored;
	return rc;
}

int
store_rebuild(struct store *s, struct err *e)
{
	if (begin(s, e) < 0)
		return -1;
	if (db_exec(s, schema_derived_drop, e) == 0 &&
	    db_exec(s, schema_derived, e) == 0 && project_log(s, e) == 0 &&
	    db_exec(s, schema_search_reset, e) == 0) {
		if (store_commit(s, e) < 0)
			return -1;
		return store_index(s, 0, e);
	}
	store_rollback(s);
	return -1;
}
