/* Proving the store, and making its derived tables anew. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "store/sqlite.h"

struct report {
	void (*fault)(void *, int64_t seq, const char *what);
	void *arg;
};

static bool
is_hash(sqlite3_stmt *q, int column, const uint8_t want[HASH_BYTES])
{
	return sqlite3_column_bytes(q, column) == HASH_BYTES &&
	    memcmp(sqlite3_column_blob(q, column), want, HASH_BYTES) == 0;
}

/* Whether the columns say what the body says. */
static const char *
columns_agree(struct store *s, sqlite3_stmt *q, const char *body, size_t len)
{
	static const char *const names[] = { "id", "type", "ticket",
		"customer" };
	static const int columns[] = { 1, 2, 4, 5 };
	struct err bad = { 0 };
	int64_t at;

	if (rec_parse(s->rec, body, len, &bad) < 0)
		return "the body is no record";
	if (!rec_time(s->rec, "at", &at) || at != sqlite3_column_int64(q, 3))
		return "at differs from the body's";
	for (int i = 0; i < 4; i++) {
		const char *text = (const char *)
		    sqlite3_column_text(q, columns[i]);
		const char *want = rec_str(s->rec, names[i], &s->scratch);

		if ((text == NULL) != (want == NULL) || (text != NULL &&
		    strcmp(text, want) != 0))
			return "a column differs from the body's field";
	}
	return NULL;
}

/* The first thing wrong with a row, or NULL; goes on from the row's chain. */
static const char *
row_fault(struct store *s, sqlite3_stmt *q, uint8_t chain[HASH_BYTES])
{
	const char *id = (const char *)sqlite3_column_text(q, 1);
	const char *type = (const char *)sqlite3_column_text(q, 2);
	const char *body = (const char *)sqlite3_column_text(q, 6);
	size_t len = (size_t)sqlite3_column_bytes(q, 6);
	uint8_t hash[HASH_BYTES];
	const char *fault = NULL;

	if (id == NULL || type == NULL || body == NULL ||
	    sqlite3_column_bytes(q, 7) != HASH_BYTES)
		return "a column is missing";
	hash_bytes(body, len, hash);
	/* An erased body is empty and leaves its hash behind. */
	if (len > 0 && !is_hash(q, 7, hash))
		fault = "the body was changed";
	else if (len > 0)
		fault = columns_agree(s, q, body, len);
	chain_next(chain, id, type, sqlite3_column_int64(q, 3),
	    sqlite3_column_blob(q, 7));
	if (!is_hash(q, 8, chain) && fault == NULL)
		fault = "the chain breaks here";
	if (sqlite3_column_bytes(q, 8) == HASH_BYTES)
		memcpy(chain, sqlite3_column_blob(q, 8), HASH_BYTES);
	return fault;
}

static int
verify_log(struct store *s, const struct report *r, int64_t *rows,
    struct err *e)
{
	sqlite3_stmt *q = query_own(s, e, "SELECT seq, id, type, at, ticket, "
	    "customer, body, body_hash, chain FROM log ORDER BY seq", NULL, 0);
	uint8_t chain[HASH_BYTES] = { 0 };
	char what[200];
	int got;

	*rows = 0;
	if (q == NULL)
		return -1;
	while ((got = step(s, q, e)) == 1) {
		int64_t seq = sqlite3_column_int64(q, 0);
		const char *fault;

		arena_reset(&s->scratch);
		if (seq != ++*rows) {
			r->fault(r->arg, *rows, "a row is missing");
			*rows = seq;
		}
		if ((fault = row_fault(s, q, chain)) != NULL) {
			snprintf(what, sizeof(what), "%s (id %s)", fault,
			    (const char *)sqlite3_column_text(q, 1));
			r->fault(r->arg, seq, what);
		}
	}
	sqlite3_finalize(q);
	return got;
}

static int
verify_blobs(struct store *s, const struct report *r, struct err *e)
{
	sqlite3_stmt *q = query_own(s, e,
	    "SELECT sha256, bytes FROM blob ORDER BY seq", NULL, 0);
	char hex[HASH_HEX], what[120];
	uint8_t hash[HASH_BYTES];
	int got;

	if (q == NULL)
		return -1;
	while ((got = step(s, q, e)) == 1) {
		hash_bytes(sqlite3_column_blob(q, 1),
		    (size_t)sqlite3_column_bytes(q, 1), hash);
		if (is_hash(q, 0, hash))
			continue;
		snprintf(what, sizeof(what),
		    "raw bytes differ from their hash; they are %s",
		    hash_hex(hash, hex));
		r->fault(r->arg, 0, what);
	}
	sqlite3_finalize(q);
	return got;
}

/* Replays the log into the empty derived tables, within a transaction. */
static int
replay(struct store *s, struct err *e)
{
	sqlite3_stmt *q = query_own(s, e,
	    "SELECT seq, body FROM log ORDER BY seq", NULL, 0);
	int got, n;

	if (q == NULL)
		return -1;
	while ((got = step(s, q, e)) == 1) {
		size_t len = (size_t)sqlite3_column_bytes(q, 1);
		char key[KEY_TEXT] = "";
		struct event ev;

		if (len == 0)
			continue;
		arena_reset(&s->scratch);
		if (rec_parse(s->rec, (const char *)sqlite3_column_text(q, 1),
		    len, e) < 0 || (n = event_of(s->rec, &ev, key,
		    &s->scratch, e)) < 0 || project(s, s->rec, n == 1 ? &ev :
		    NULL, key, sqlite3_column_int64(q, 0), e) < 0) {
			got = -1;
			break;
		}
		/* Bound the list of tickets to be folded. */
		if (s->ntouched > 100000 && project_finish(s, e) < 0) {
			got = -1;
			break;
		}
	}
	sqlite3_finalize(q);
	return got < 0 ? -1 : project_finish(s, e);
}

int
store_rebuild(struct store *s, struct err *e)
{
	if (store_begin(s, e) < 0)
		return -1;
	if (schema_drop_derived(s, e) < 0 || replay(s, e) < 0) {
		store_rollback(s);
		return -1;
	}
	if (store_commit(s, e) < 0)
		return -1;
	return store_index(s, 1, e);
}

/* Rows that are in one of the two and not in the other. */
static int
compare(struct store *s, const struct report *r, const char *table,
    const char *columns, struct err *e)
{
	char *sql = arena_printf(&s->scratch, "SELECT 'was changed by hand', "
	    "%s FROM (SELECT * FROM temp.old_%s EXCEPT SELECT * FROM main.%s) "
	    "UNION ALL SELECT 'is missing', %s FROM (SELECT * FROM main.%s "
	    "EXCEPT SELECT * FROM temp.old_%s) LIMIT 20", columns, table,
	    table, columns, table, table);
	sqlite3_stmt *q = query_own(s, e, sql, NULL, 0);
	char what[400];
	int got;

	if (q == NULL)
		return -1;
	while ((got = step(s, q, e)) == 1) {
		snprintf(what, sizeof(what), "derived table %s: row %s %s",
		    table, (const char *)sqlite3_column_text(q, 1),
		    (const char *)sqlite3_column_text(q, 0));
		r->fault(r->arg, 0, what);
	}
	sqlite3_finalize(q);
	return got;
}

/* Makes the derived tables anew beside the old ones, and takes it back. */
static int
verify_derived(struct store *s, const struct report *r, struct err *e)
{
	static const struct { const char *name, *row; } tables[] = {
		{ "ticket", "'#' || number || ' (' || key || ')'" },
		{ "event", "'#' || ticket || ' at ' || at || "
		    "', log row ' || seq" },
		{ "message_id", "id" },
		{ "untriaged", "id" },
		{ "judged", "id" },
	};
	int rc = 0;

	if (store_begin(s, e) < 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < 5; i++)
		rc = script(s, arena_printf(&s->scratch,
		    "CREATE TEMP TABLE old_%s AS SELECT * FROM main.%s",
		    tables[i].name, tables[i].name), e);
	if (rc == 0)
		rc = schema_drop_derived(s, e);
	if (rc == 0)
		rc = replay(s, e);
	for (size_t i = 0; rc == 0 && i < 5; i++)
		rc = compare(s, r, tables[i].name, tables[i].row, e);
	store_rollback(s);
	return rc;
}

static int
verify_file(struct store *s, const struct report *r, struct err *e)
{
	sqlite3_stmt *q = query_own(s, e, "PRAGMA integrity_check(20)", NULL,
	    0);
	int got;

	if (q == NULL)
		return -1;
	while ((got = step(s, q, e)) == 1) {
		const char *text = (const char *)sqlite3_column_text(q, 0);

		if (strcmp(text, "ok") != 0)
			r->fault(r->arg, 0, text);
	}
	sqlite3_finalize(q);
	return got;
}

int
store_verify(struct store *s, void (*fault)(void *, int64_t, const char *),
    void *arg, int64_t *rows, struct err *e)
{
	struct report r = { fault, arg };

	return verify_file(s, &r, e) < 0 || verify_log(s, &r, rows, e) < 0 ||
	    verify_blobs(s, &r, e) < 0 || verify_derived(s, &r, e) < 0 ?
	    -1 : 0;
}
