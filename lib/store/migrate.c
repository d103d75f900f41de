/* Whose file this is, and from an older version to this one. */
#include <string.h>

#include "store/private.h"

struct version {
	int64_t magic, number, objects, foreign;
	bool wal;
};

static int
read_version(struct store *s, struct version *v, struct err *e)
{
	sqlite3_stmt *st;

	if (query_int(s, e, &v->magic, "PRAGMA application_id") < 0 ||
	    query_int(s, e, &v->number, "PRAGMA user_version") < 0 ||
	    query_int(s, e, &v->objects,
	    "SELECT count(*) FROM sqlite_schema") < 0 ||
	    query_int(s, e, &v->foreign, "SELECT count(*) FROM sqlite_schema "
	    "WHERE type IN ('trigger', 'view')") < 0)
		return -1;
	if (query(s, e, &st, "PRAGMA journal_mode") != 1)
		return -1;
	v->wal = strcmp(column_text(st, 0), "wal") == 0;
	done(st);
	return 0;
}

/* In one view: another process may be making this very store. */
static int
version_of(struct store *s, struct version *v, struct err *e)
{
	int rc;

	memset(v, 0, sizeof(*v));
	if (db_exec(s, "BEGIN", e) < 0)
		return -1;
	rc = read_version(s, v, e);
	if (rc == 0)
		return db_exec(s, "COMMIT", e);
	sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

static int
check(const struct store *s, const struct version *v, struct err *e)
{
	bool empty = v->magic == 0 && v->number == 0 && v->objects == 0;

	if (empty && s->mode == STORE_WRITE)
		return 0;
	if (v->magic != SCHEMA_MAGIC)
		return err_set(e, ERR_CONFIG, "'%s' is not a store of ours",
		    s->path);
	if (v->number > schema_version)
		return err_set(e, ERR_CONFIG, "store '%s' is of a newer "
		    "version (%lld, this program knows %d)", s->path,
		    (long long)v->number, schema_version);
	if (v->foreign > 0)
		return err_set(e, ERR_CONFIG,
		    "store '%s' has triggers or views", s->path);
	if (v->number < schema_version && s->mode == STORE_READ)
		return err_set(e, ERR_CONFIG, "store '%s' is of an older "
		    "version (%lld of %d): run tai-desk rebuild", s->path,
		    (long long)v->number, schema_version);
	return 0;
}

/* The number of a version is part of the file's first page, as all else. */
static int
set_version(struct store *s, int n, struct err *e)
{
	char sql[96];

	snprintf(sql, sizeof(sql), "PRAGMA application_id = %d;"
	    "PRAGMA user_version = %d;", SCHEMA_MAGIC, n);
	return db_exec(s, sql, e);
}

/* Another process may have done it while we waited for our turn. */
static int
step(struct store *s, const struct migration *m, int number, struct err *e)
{
	int64_t have = 0;

	if (begin(s, e) < 0)
		return -1;
	if (query_int(s, e, &have, "PRAGMA user_version") < 0 ||
	    have >= number) {
		store_rollback(s);
		return have >= number ? 0 : -1;
	}
	if (db_exec(s, m->sql, e) == 0 && (!m->replay ||
	    (db_exec(s, schema_derived_drop, e) == 0 &&
	    db_exec(s, schema_derived, e) == 0 &&
	    project_log(s, e) == 0)) && set_version(s, number, e) == 0)
		return store_commit(s, e);
	store_rollback(s);
	return -1;
}

/* Behind the lock, as the journal's mode changes for a lone user only. */
static int
bring_up(struct store *s, struct err *e)
{
	struct version v;
	int rc;

	if (lock_take(s, e) < 0)
		return -1;
	rc = version_of(s, &v, e);
	if (rc == 0)
		rc = check(s, &v, e);
	if (rc == 0 && !v.wal)
		rc = db_exec(s, "PRAGMA journal_mode = wal", e);
	lock_give(s);
	if (rc < 0)
		return -1;
	return (int)v.number;
}

int
migrate(struct store *s, struct err *e)
{
	struct version v;
	int n;

	if (version_of(s, &v, e) < 0 || check(s, &v, e) < 0)
		return -1;
	if (s->mode == STORE_READ || (v.wal && v.number == schema_version))
		return 0;
	for (n = bring_up(s, e); n >= 0 && n < schema_version; n++) {
		if (step(s, &migrations[n], n + 1, e) < 0)
			return -1;
	}
	return n < 0 ? -1 : 0;
}
