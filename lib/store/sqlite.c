/* Opening, statements, transactions. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/sqlite.h"

#define BUSY_MS		10000

int
failure(struct store *s, struct err *e)
{
	int code = sqlite3_errcode(s->db);
	enum err_kind kind = ERR_IO;

	if (code == SQLITE_BUSY || code == SQLITE_LOCKED ||
	    code == SQLITE_FULL || sqlite3_system_errno(s->db) == ENOSPC ||
	    sqlite3_system_errno(s->db) == EDQUOT)
		kind = ERR_AGAIN;
	else if (code == SQLITE_NOTADB)
		return err_set(e, ERR_CONFIG, "%s: not a store", s->path);
	else if (code == SQLITE_MISUSE || code == SQLITE_ERROR)
		kind = ERR_BUG;
	return err_set(e, kind, "%s: %s", s->path, code == SQLITE_CORRUPT ?
	    "the store is damaged; see tai-db(5)" : sqlite3_errmsg(s->db));
}

static int
bind_all(struct store *s, sqlite3_stmt *stmt, const struct arg *args,
    size_t n, struct err *e)
{
	if ((size_t)sqlite3_bind_parameter_count(stmt) != n)
		return err_set(e, ERR_BUG, "%zu values for: %s", n,
		    sqlite3_sql(stmt));
	for (size_t i = 0; i < n; i++) {
		const struct arg *a = &args[i];
		char name[24];
		int at, rc;

		snprintf(name, sizeof(name), "$%zu", i + 1);
		at = sqlite3_bind_parameter_index(stmt, name);
		switch (a->kind) {
		case ARG_INT:
			rc = sqlite3_bind_int64(stmt, at, a->n);
			break;
		case ARG_TEXT:
			rc = sqlite3_bind_text64(stmt, at, a->data, a->len,
			    SQLITE_STATIC, SQLITE_UTF8);
			break;
		case ARG_BLOB:
			rc = sqlite3_bind_blob64(stmt, at, a->data, a->len,
			    SQLITE_STATIC);
			break;
		default:
			rc = sqlite3_bind_null(stmt, at);
		}
		if (rc != SQLITE_OK)
			return failure(s, e);
	}
	return 0;
}

static sqlite3_stmt *
prepare(struct store *s, struct err *e, const char *sql)
{
	sqlite3_stmt *stmt;

	if (sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
	    &stmt, NULL) == SQLITE_OK)
		return stmt;
	failure(s, e);
	return NULL;
}

sqlite3_stmt *
query(struct store *s, struct err *e, const char *sql, const struct arg *args,
    size_t n)
{
	size_t i = (uintptr_t)sql / 8 % STATEMENTS;

	while (s->cached[i].sql != NULL && s->cached[i].sql != sql)
		i = (i + 1) % STATEMENTS;
	if (s->cached[i].sql == NULL) {
		if ((s->cached[i].stmt = prepare(s, e, sql)) == NULL)
			return NULL;
		s->cached[i].sql = sql;
	}
	sqlite3_reset(s->cached[i].stmt);
	return bind_all(s, s->cached[i].stmt, args, n, e) < 0 ? NULL :
	    s->cached[i].stmt;
}

sqlite3_stmt *
query_own(struct store *s, struct err *e, const char *sql,
    const struct arg *args, size_t n)
{
	sqlite3_stmt *stmt = prepare(s, e, sql);

	if (stmt != NULL && bind_all(s, stmt, args, n, e) < 0) {
		sqlite3_finalize(stmt);
		return NULL;
	}
	return stmt;
}

int
step(struct store *s, sqlite3_stmt *stmt, struct err *e)
{
	switch (sqlite3_step(stmt)) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		sqlite3_reset(stmt);
		return 0;
	default:
		failure(s, e);
		sqlite3_reset(stmt);
		return -1;
	}
}

int
run(struct store *s, struct err *e, const char *sql, const struct arg *args,
    size_t n)
{
	sqlite3_stmt *stmt = query(s, e, sql, args, n);
	int got;

	if (stmt == NULL)
		return -1;
	while ((got = step(s, stmt, e)) == 1)
		continue;
	return got < 0 ? -1 : sqlite3_changes(s->db);
}

int
script(struct store *s, const char *sql, struct err *e)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 :
	    failure(s, e);
}

char *
column_text(sqlite3_stmt *stmt, int i, struct arena *a)
{
	const char *text = (const char *)sqlite3_column_text(stmt, i);

	return arena_strndup(a, text != NULL ? text : "",
	    (size_t)sqlite3_column_bytes(stmt, i));
}

/*
 * The lock lies beside the store: another descriptor of the store itself
 * would, when closed, drop the locks that SQLite holds on it.
 */
static int
open_lock(struct store *s, struct err *e)
{
	char *path = arena_printf(&s->scratch, "%s-lock", s->path);

	if ((s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666)) < 0)
		return err_set(e, errno == ENOSPC ? ERR_AGAIN : ERR_IO,
		    "cannot open '%s': %s", path, strerror(errno));
	return 0;
}

/* Waits its turn: the kernel serves waiting processes in order. */
static int
take_lock(struct store *s, struct err *e)
{
	while (flock(s->lock, LOCK_EX) < 0) {
		if (errno != EINTR)
			return err_set(e, ERR_IO, "cannot lock '%s': %s",
			    s->path, strerror(errno));
	}
	return 0;
}

static int
configure(struct store *s, struct err *e)
{
	sqlite3_busy_timeout(s->db, BUSY_MS);
	sqlite3_extended_result_codes(s->db, 0);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	return script(s, "PRAGMA cell_size_check = ON;"
	    "PRAGMA synchronous = FULL; PRAGMA cache_size = -32768;"
	    "PRAGMA temp_store = MEMORY;", e);
}

int
store_open(struct store **out, const char *path, enum store_mode mode,
    struct err *e)
{
	struct store *s;
	struct stat st;
	int flags = mode == STORE_WRITE ? SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE;

	if (strncmp(path, "postgresql://", 13) == 0)
		return err_set(e, ERR_CONFIG,
		    "%s: this build has no PostgreSQL", path);
	if (mode == STORE_READ && stat(path, &st) < 0)
		return err_set(e, ERR_CONFIG, "cannot open the store '%s': %s",
		    path, strerror(errno));
	s = xcalloc(1, sizeof(*s));
	s->path = xstrdup(path);
	s->rec = xmalloc(sizeof(*s->rec));
	s->lock = -1;
	if (sqlite3_open_v2(path, &s->db, flags, NULL) != SQLITE_OK) {
		if (mode != STORE_READ || sqlite3_open_v2(path, &s->db,
		    SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
			failure(s, e);
			goto bad;
		}
	}
	if ((mode == STORE_WRITE && open_lock(s, e) < 0) ||
	    configure(s, e) < 0 || migrate(s, mode, e) < 0)
		goto bad;
	*out = s;
	return 0;
bad:
	store_close(s);
	return -1;
}

void
store_close(struct store *s)
{
	store_rollback(s);
	for (size_t i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(s->cached[i].stmt);
	sqlite3_close(s->db);
	if (s->lock >= 0)
		close(s->lock);
	arena_free(&s->scratch);
	free(s->touched);
	free(s->rec);
	free(s->path);
	free(s);
}

static int
read_end(struct store *s, struct err *e)
{
	sqlite3_stmt *q = query(s, e, "SELECT seq, chain FROM log "
	    "ORDER BY seq DESC LIMIT 1", NULL, 0);
	int got;

	if (q == NULL)
		return -1;
	s->seq = 0;
	memset(s->chain, 0, sizeof(s->chain));
	if ((got = step(s, q, e)) <= 0)
		return got;
	s->seq = sqlite3_column_int64(q, 0);
	if (sqlite3_column_bytes(q, 1) == HASH_BYTES)
		memcpy(s->chain, sqlite3_column_blob(q, 1), HASH_BYTES);
	sqlite3_reset(q);
	return 0;
}

int
store_begin(struct store *s, struct err *e)
{
	if (s->lock < 0)
		return err_set(e, ERR_BUG, "%s: opened for reading", s->path);
	if (take_lock(s, e) < 0)
		return -1;
	if (script(s, "BEGIN IMMEDIATE", e) < 0) {
		flock(s->lock, LOCK_UN);
		return -1;
	}
	s->writing = true;
	if (read_end(s, e) == 0)
		return 0;
	store_rollback(s);
	return -1;
}

int
store_commit(struct store *s, struct err *e)
{
	if (project_finish(s, e) < 0 || script(s, "COMMIT", e) < 0) {
		store_rollback(s);
		return -1;
	}
	s->writing = false;
	flock(s->lock, LOCK_UN);
	return 0;
}

void
store_rollback(struct store *s)
{
	if (!s->writing)
		return;
	for (size_t i = 0; i < STATEMENTS; i++) {
		if (s->cached[i].stmt != NULL)
			sqlite3_reset(s->cached[i].stmt);
	}
	sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	s->writing = false;
	s->ntouched = 0;
	flock(s->lock, LOCK_UN);
}
