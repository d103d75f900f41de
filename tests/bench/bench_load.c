/*
 * bench_load FILE EVENTS [TABLES]: appends small status records in batches of
 * 1,000 and prints how many a second. The file, a new one, first gets 20,000
 * tickets. With TABLES, any word, a bare loop inserts rows of the same bytes
 * into the log's and the events' table, with their indexes, and does nothing
 * else: no parsing, no hashes, no ticket is folded.
 */
#include <sqlite3.h>
#include <string.h>

#include "bench.h"

#define TICKETS	20000
#define BATCH	1000

static double
load(struct store *s, long events)
{
	struct err e = { 0 };
	double t = seconds();

	for (long i = 0; i < events; i++) {
		if (i % BATCH == 0)
			must(store_begin(s, &e), &e);
		made_append(s, i * 7919 % TICKETS, 6 + (int)(i / TICKETS));
		if (i % BATCH == BATCH - 1 || i == events - 1)
			must(store_commit(s, &e), &e);
	}
	return seconds() - t;
}

struct row {
	char *body;
	size_t len;
	char id[ID_TEXT], key[KEY_TEXT];
};

/* The records are made beforehand: the loop is to be bare. */
static struct row *
rows(long events)
{
	struct row *row = xcalloc((size_t)events, sizeof(*row));
	struct rec *r = xmalloc(sizeof(*r));
	struct arena a = { 0 };
	struct err e = { 0 };

	for (long i = 0; i < events; i++) {
		struct buf b = BUF_INIT;

		made_record(&b, i * 7919 % TICKETS, 6 + (int)(i / TICKETS));
		must(rec_parse(r, b.data, b.len, &e), &e);
		snprintf(row[i].id, ID_TEXT, "%s", rec_str(r, "id", &a));
		snprintf(row[i].key, KEY_TEXT, "%s", rec_str(r, "ticket", &a));
		row[i].body = b.data;
		row[i].len = b.len;
		arena_reset(&a);
	}
	free(r);
	return row;
}

static sqlite3 *db;

static sqlite3_stmt *
prepared(const char *sql)
{
	sqlite3_stmt *st;

	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK) {
		fprintf(stderr, "%s\n", sqlite3_errmsg(db));
		exit(1);
	}
	return st;
}

static void
step(sqlite3_stmt *st)
{
	if (sqlite3_step(st) != SQLITE_DONE) {
		fprintf(stderr, "%s\n", sqlite3_errmsg(db));
		exit(1);
	}
	sqlite3_reset(st);
}

static void
insert(sqlite3_stmt *log, sqlite3_stmt *event, const struct row *r, long i)
{
	static const char hash[HASH_BYTES];
	uint64_t nonce = hash_word(r->id, strlen(r->id)) >> 1;

	sqlite3_bind_text(log, 1, r->id, -1, SQLITE_STATIC);
	sqlite3_bind_int64(log, 2, 1767225600 + i);
	sqlite3_bind_text(log, 3, r->key, -1, SQLITE_STATIC);
	sqlite3_bind_blob(log, 4, hash, sizeof(hash), SQLITE_STATIC);
	sqlite3_bind_text(log, 5, r->body, (int)r->len, SQLITE_STATIC);
	step(log);
	sqlite3_bind_int64(event, 1, 1 + i * 7919 % TICKETS);
	sqlite3_bind_int64(event, 2, 1767225600 + i);
	sqlite3_bind_int64(event, 3, (int64_t)nonce);
	sqlite3_bind_int64(event, 4, sqlite3_last_insert_rowid(db));
	step(event);
}

static double
bare(const char *path, long events)
{
	struct row *row = rows(events);
	sqlite3_stmt *begin, *commit, *log, *event;
	double t;

	sqlite3_open(path, &db);
	sqlite3_exec(db, "PRAGMA synchronous = FULL; "
	    "PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 8192",
	    NULL, NULL, NULL);
	begin = prepared("BEGIN IMMEDIATE");
	commit = prepared("COMMIT");
	log = prepared("INSERT INTO log (id, type, at, ticket, body_hash, "
	    "chain, body) VALUES (?1, 'status', ?2, ?3, ?4, ?4, ?5)");
	event = prepared("INSERT INTO event (ticket, at, kind, nonce, seq, "
	    "arg, text) VALUES (?1, ?2, 6, ?3, ?4, 1, 'ana')");
	t = seconds();
	for (long i = 0; i < events; i++) {
		if (i % BATCH == 0)
			step(begin);
		insert(log, event, &row[i], i);
		if (i % BATCH == BATCH - 1 || i == events - 1)
			step(commit);
	}
	return seconds() - t;
}

int
main(int argc, char **argv)
{
	long events = argc > 2 ? atol(argv[2]) : 0;
	struct store *s;
	struct err e = { 0 };
	double t;

	if (events == 0)
		return 64;
	must(store_open(&s, argv[1], STORE_WRITE, &e), &e);
	must(store_begin(s, &e), &e);
	for (long i = 0; i < TICKETS; i++)
		made_append(s, i, 0);
	must(store_commit(s, &e), &e);
	t = argc > 3 ? bare(argv[1], events) : load(s, events);
	store_close(s);
	printf("%.0f\n", (double)events / t);
	return 0;
}
