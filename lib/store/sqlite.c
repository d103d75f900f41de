/* The handle: opening, statements and their values, results as errors. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/time.h"
#include "store/private.h"

#define BUSY_MS		10000

/* A limit on the size of files is one too, though SQLite's errno hides it. */
static bool
disk_full(const struct store *s)
{
	int n = sqlite3_system_errno(s->db);
	struct rlimit most;

	return n == ENOSPC || n == EDQUOT || (getrlimit(RLIMIT_FSIZE,
	    &most) == 0 && most.rlim_cur != RLIM_INFINITY &&
	    sqlite3_extended_errcode(s->db) == SQLITE_IOERR_WRITE);
}

int
db_fail(struct store *s, int rc, struct err *e)
{
	const char *text = sqlite3_errstr(rc);

	s->failed = true;
	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(e, ERR_AGAIN, "store '%s' is busy", s->path);
	case SQLITE_FULL:
		return err_set(e, ERR_AGAIN, "store '%s': the disk is full",
		    s->path);
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		if (disk_full(s))
			return err_set(e, ERR_AGAIN,
			    "store '%s': the disk is full", s->path);
		return err_set(e, ERR_IO, "store '%s': %s", s->path, text);
	case SQLITE_CORRUPT:
		return err_set(e, ERR_IO, "store '%s' is damaged: %s", s->path,
		    s->db != NULL ? sqlite3_errmsg(s->db) : text);
	case SQLITE_NOTADB:
		return err_set(e, ERR_CONFIG, "'%s' is not a store of ours",
		    s->path);
	case SQLITE_PERM:
	case SQLITE_AUTH:
	case SQLITE_READONLY:
		return err_set(e, ERR_IO, "cannot write store '%s': %s",
		    s->path, text);
	case SQLITE_TOOBIG:
		return err_set(e, ERR_INPUT, "too large for the store '%s'",
		    s->path);
	case SQLITE_NOMEM:
		return err_set(e, ERR_AGAIN, "store '%s': out of memory",
		    s->path);
	default:
		return err_set(e, ERR_BUG, "store '%s': %s", s->path,
		    s->db != NULL ? sqlite3_errmsg(s->db) : text);
	}
}

int
damaged(struct store *s, struct err *e, const char *what, int64_t seq,
    const char *why)
{
	return err_set(e, ERR_IO, "store '%s': %s %lld is damaged: %s",
	    s->path, what, (long long)seq, why);
}

static int
prepare(struct store *s, struct statement *st, const char *sql, struct err *e)
{
	int rc = sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
	    &st->stmt, NULL);

	if (rc != SQLITE_OK)
		return db_fail(s, rc, e);
	st->sql = sql;
	st->count = sqlite3_bind_parameter_count(st->stmt);
	/* SQLite numbers $1 by its first appearance, not by its name. */
	for (int i = 1; i <= st->count && i <= ARGS; i++) {
		char name[16];

		snprintf(name, sizeof(name), "$%d", i);
		st->index[i] = sqlite3_bind_parameter_index(st->stmt, name);
	}
	return 0;
}

/* The cached statement, prepared at its first use. */
static int
statement(struct store *s, const char *sql, struct statement **out,
    struct err *e)
{
	size_t i = (size_t)((uintptr_t)sql * UINT64_C(0x9E3779B97F4A7C15) >>
	    57);

	for (size_t tries = 0; tries < STATEMENTS; tries++) {
		struct statement *st = &s->cache[(i + tries) % STATEMENTS];

		*out = st;
		if (st->sql == sql)
			return 0;
		if (st->sql == NULL)
			return prepare(s, st, sql, e);
	}
	return err_set(e, ERR_BUG, "too many statements");
}

static int
bind(sqlite3_stmt *stmt, int i, const struct arg *a)
{
	switch (a->kind) {
	case ARG_INT:
		return sqlite3_bind_int64(stmt, i, a->number);
	case ARG_TEXT:
		return sqlite3_bind_text64(stmt, i, a->bytes, a->len,
		    SQLITE_STATIC, SQLITE_UTF8);
	case ARG_BLOB:
		/* A NULL pointer would bind NULL. */
		return sqlite3_bind_blob64(stmt, i,
		    a->len > 0 ? a->bytes : "", a->len, SQLITE_STATIC);
	default:
		return sqlite3_bind_null(stmt, i);
	}
}

static int
bound(struct store *s, const char *sql, const struct arg *args,
    sqlite3_stmt **out, struct err *e)
{
	struct statement *st;
	int n = 0, rc;

	if (statement(s, sql, &st, e) < 0)
		return -1;
	for (; args[n].kind != ARG_END; n++) {
		if (n == st->count || n == ARGS)
			return err_set(e, ERR_BUG, "too many values: %s", sql);
		rc = bind(st->stmt, st->index[n + 1], &args[n]);
		if (rc != SQLITE_OK)
			return db_fail(s, rc, e);
	}
	if (n != st->count)
		return err_set(e, ERR_BUG, "too few values: %s", sql);
	*out = st->stmt;
	return 0;
}

int
next_row(struct store *s, sqlite3_stmt *stmt, struct err *e)
{
	int rc = sqlite3_step(stmt);

	if (rc == SQLITE_ROW)
		return 1;
	sqlite3_reset(stmt);
	return rc == SQLITE_DONE ? 0 : db_fail(s, rc, e);
}

void
done(sqlite3_stmt *stmt)
{
	sqlite3_reset(stmt);
}

int
db_query(struct store *s, struct err *e, sqlite3_stmt **stmt, const char *sql,
    const struct arg *args)
{
	if (bound(s, sql, args, stmt, e) < 0)
		return -1;
	return next_row(s, *stmt, e);
}

int
db_run(struct store *s, struct err *e, const char *sql,
    const struct arg *args)
{
	sqlite3_stmt *stmt = NULL;
	int got;

	if (bound(s, sql, args, &stmt, e) < 0)
		return -1;
	while ((got = next_row(s, stmt, e)) == 1)
		;
	return got < 0 ? -1 : sqlite3_changes(s->db);
}

int
db_query_int(struct store *s, struct err *e, int64_t *out, const char *sql,
    const struct arg *args)
{
	sqlite3_stmt *stmt = NULL;
	int got = db_query(s, e, &stmt, sql, args);

	if (got == 1) {
		if (sqlite3_column_type(stmt, 0) == SQLITE_INTEGER)
			*out = sqlite3_column_int64(stmt, 0);
		else
			got = 0;
		done(stmt);
	}
	return got;
}

int
db_exec(struct store *s, const char *sql, struct err *e)
{
	int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : db_fail(s, rc, e);
}

const char *
column_text(sqlite3_stmt *stmt, int i)
{
	const char *text = (const char *)sqlite3_column_text(stmt, i);

	return text != NULL ? text : "";
}

int64_t
column_time(sqlite3_stmt *stmt, int i)
{
	return sqlite3_column_type(stmt, i) == SQLITE_NULL ? TIME_NONE :
	    sqlite3_column_int64(stmt, i);
}

bool
column_hash(sqlite3_stmt *stmt, int i, uint8_t out[HASH_BYTES])
{
	const void *p = sqlite3_column_blob(stmt, i);

	if (p == NULL || sqlite3_column_bytes(stmt, i) != HASH_BYTES)
		return false;
	memcpy(out, p, HASH_BYTES);
	return true;
}

/*
 * A new file is made here, not by SQLite, so that strangers cannot read
 * customers' mail whatever the umask; the files beside it follow its mode.
 */
static int
make_file(const char *path, enum store_mode mode, struct err *e)
{
	struct stat st;
	int fd;

	if (stat(path, &st) == 0) {
		if (S_ISREG(st.st_mode))
			return 0;
		return err_set(e, ERR_CONFIG, "'%s' is not a store of ours",
		    path);
	}
	if (mode == STORE_READ)
		return err_set(e, ERR_IO, "cannot open store '%s': %s", path,
		    strerror(errno));
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0660);
	if (fd < 0 && errno != EEXIST)
		return err_set(e, errno == ENOSPC || errno == EDQUOT ?
		    ERR_AGAIN : ERR_IO, "cannot make store '%s': %s", path,
		    strerror(errno));
	if (fd >= 0)
		close(fd);
	return 0;
}

/* The file is data: nothing in it may run, and nothing is taken on trust. */
static int
harden(struct store *s, struct err *e)
{
	static const int on[] = { SQLITE_DBCONFIG_DEFENSIVE,
		SQLITE_DBCONFIG_ENABLE_FKEY };
	static const int off[] = { SQLITE_DBCONFIG_TRUSTED_SCHEMA,
		SQLITE_DBCONFIG_DQS_DML, SQLITE_DBCONFIG_DQS_DDL,
		SQLITE_DBCONFIG_ENABLE_TRIGGER, SQLITE_DBCONFIG_ENABLE_VIEW };

	for (size_t i = 0; i < sizeof(on) / sizeof(*on); i++)
		sqlite3_db_config(s->db, on[i], 1, NULL);
	for (size_t i = 0; i < sizeof(off) / sizeof(*off); i++)
		sqlite3_db_config(s->db, off[i], 0, NULL);
	sqlite3_limit(s->db, SQLITE_LIMIT_ATTACHED, 0);
	return db_exec(s, "PRAGMA cell_size_check = on;"
	    "PRAGMA synchronous = full; PRAGMA cache_size = -32768;"
	    "PRAGMA wal_autocheckpoint = 8192;"
	    "PRAGMA journal_size_limit = 67108864;", e);
}

/* The folder of a path: "./" without one; free() it. */
static char *
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct buf name = BUF_INIT;
	char *s;

	if (slash == NULL)
		buf_adds(&name, "./");
	else
		buf_add(&name, path, (size_t)(slash - path) + 1);
	s = xstrdup(name.data);
	buf_free(&name);
	return s;
}

bool
store_writable(const char *path)
{
	char *folder = folder_of(path);
	bool can = access(folder, W_OK) == 0 && access(path, W_OK) == 0;

	free(folder);
	return can;
}

/*
 * The file where nothing can be written beside it, as on a backup's medium:
 * nobody writes it meanwhile. NULL where that is not so, or where a journal
 * beside it has what it lacks.
 */
static char *
frozen(const struct store *s)
{
	char *folder = folder_of(s->file), *uri = NULL;
	bool can = access(folder, W_OK) == 0;
	struct buf name = BUF_INIT;
	struct stat st;

	free(folder);
	if (s->mode != STORE_READ || can)
		return NULL;
	buf_printf(&name, "%s-wal", s->file);
	if (stat(name.data, &st) == 0 && st.st_size > 0)
		goto out;
	buf_reset(&name);
	buf_adds(&name, "file:");
	for (const char *p = s->file; *p != '\0'; p++) {
		if (strchr("?#%", *p) != NULL)
			buf_printf(&name, "%%%02X", (unsigned char)*p);
		else
			buf_addc(&name, *p);
	}
	buf_adds(&name, "?immutable=1");
	uri = xstrdup(name.data);
out:
	buf_free(&name);
	return uri;
}

static int
open_file(struct store *s, struct err *e)
{
	int flags = s->mode == STORE_WRITE ? SQLITE_OPEN_READWRITE :
	    SQLITE_OPEN_READONLY, rc;
	char *uri;

	if (make_file(s->file, s->mode, e) < 0)
		return -1;
	uri = frozen(s);
	rc = sqlite3_open_v2(uri != NULL ? uri : s->file, &s->db, flags |
	    SQLITE_OPEN_NOMUTEX | (uri != NULL ? SQLITE_OPEN_URI : 0), NULL);
	free(uri);
	if (rc != SQLITE_OK)
		return db_fail(s, rc, e);
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_timeout(s->db, BUSY_MS);
	if (harden(s, e) < 0)
		return -1;
	if (s->mode == STORE_WRITE && lock_open(s, e) < 0)
		return -1;
	return migrate(s, e);
}

int
store_open(struct store **out, const char *path, enum store_mode mode,
    struct err *e)
{
	struct store *s;

	*out = NULL;
	if (strstr(path, "://") != NULL)
		return err_set(e, ERR_CONFIG,
		    "store '%s': there is no back end for it", path);
	s = xcalloc(1, sizeof(*s));
	/* ":memory:" and the like are names of files as any other. */
	s->path = xstrdup(path);
	s->file = xmalloc(strlen(path) + 3);
	memcpy(s->file, "./", 3);
	memcpy(s->file + (*path == '/' ? 0 : 2), path, strlen(path) + 1);
	s->mode = mode;
	s->lock = -1;
	s->rec = xmalloc(sizeof(*s->rec));
	if (open_file(s, e) < 0) {
		store_close(s);
		return -1;
	}
	*out = s;
	return 0;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	if (s->within)
		store_rollback(s);
	for (size_t i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(s->cache[i].stmt);
	sqlite3_close(s->db);
	if (s->lock >= 0)
		close(s->lock);
	arena_free(&s->arena);
	free(s->history.event);
	free(s->touched);
	free(s->rec);
	free(s->path);
	free(s->file);
	free(s);
}
