/* The tables, as numbered steps from one version to the next. */
#include <stdio.h>
#include <string.h>

#include "store/sqlite.h"

/* "tai" and a digit, in the file's header: what file(1) and we look for. */
#define APPLICATION	0x74616931

static const char *const steps[] = {
	/* 1: the log, the raw bytes, and what is derived from the log */
	"CREATE TABLE log ("
	"    seq INTEGER PRIMARY KEY,"
	"    id TEXT NOT NULL UNIQUE,"
	"    type TEXT NOT NULL,"
	"    at INTEGER NOT NULL,"
	"    ticket TEXT,"
	"    customer TEXT,"
	"    body TEXT NOT NULL,"
	"    body_hash BLOB NOT NULL,"
	"    chain BLOB NOT NULL);"
	"CREATE INDEX log_type ON log (type, seq) WHERE type <> 'message';"
	"CREATE INDEX log_ticket ON log (ticket, seq)"
	"    WHERE ticket IS NOT NULL;"
	/* mail: NULL an attachment, 1 a mail to be parsed, 0 a mail done */
	"CREATE TABLE blob ("
	"    seq INTEGER PRIMARY KEY,"
	"    sha256 BLOB NOT NULL UNIQUE,"
	"    mail INTEGER,"
	"    bytes BLOB NOT NULL);"
	"CREATE INDEX blob_pending ON blob (seq) WHERE mail = 1;"
	"CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL)"
	"    WITHOUT ROWID;"
	"CREATE TABLE ticket ("
	"    number INTEGER PRIMARY KEY,"
	"    key TEXT NOT NULL UNIQUE,"
	"    merged INTEGER REFERENCES ticket (number),"
	"    customer TEXT, sender TEXT, channel TEXT, subject TEXT,"
	"    opened INTEGER, status TEXT, since INTEGER, severity TEXT,"
	"    category TEXT, topic TEXT, rule TEXT, confidence INTEGER,"
	"    assignee TEXT, first_response INTEGER, resolved INTEGER,"
	"    messages INTEGER, answers INTEGER, reopened INTEGER,"
	"    excluded TEXT);"
	"CREATE INDEX ticket_open ON ticket (number)"
	"    WHERE status IN ('open', 'progress', 'waiting');"
	"CREATE TABLE event ("
	"    ticket INTEGER NOT NULL,"
	"    at INTEGER NOT NULL,"
	"    kind INTEGER NOT NULL,"
	"    nonce INTEGER NOT NULL,"
	"    seq INTEGER NOT NULL,"
	"    arg INTEGER NOT NULL,"
	"    text TEXT,"
	"    PRIMARY KEY (ticket, at, kind, nonce)) WITHOUT ROWID;"
	"CREATE TABLE message_id ("
	"    id TEXT PRIMARY KEY,"
	"    ticket INTEGER NOT NULL) WITHOUT ROWID;"
	/* messages that no rule has judged */
	"CREATE TABLE untriaged ("
	"    seq INTEGER PRIMARY KEY,"
	"    id TEXT NOT NULL UNIQUE);"
	"CREATE TABLE judged (id TEXT PRIMARY KEY) WITHOUT ROWID;"
	"CREATE VIRTUAL TABLE text USING fts5 (subject, body, sender,"
	"    content = '', tokenize = 'unicode61 remove_diacritics 2');"
	"INSERT INTO text (text, rank) VALUES ('hashsize', 8388608);"
	"INSERT INTO text (text, rank) VALUES ('automerge', 8);",
};
#define VERSION	((int)(sizeof(steps) / sizeof(*steps)))

static int
pragma(struct store *s, const char *sql, int64_t *n, struct err *e)
{
	sqlite3_stmt *q = query_own(s, e, sql, NULL, 0);
	int got;

	if (q == NULL)
		return -1;
	if ((got = step(s, q, e)) == 1)
		*n = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return got < 0 ? -1 : 0;
}

static int
take_step(struct store *s, int version, struct err *e)
{
	char sql[120];

	snprintf(sql, sizeof(sql), "PRAGMA application_id = %d; "
	    "PRAGMA user_version = %d", APPLICATION, version);
	return script(s, steps[version - 1], e) < 0 ||
	    script(s, sql, e) < 0 ? -1 : 0;
}

/* Two processes may meet on a new store: the version is read under the lock. */
static int
upgrade(struct store *s, struct err *e)
{
	int64_t version = 0;

	if (script(s, "PRAGMA journal_mode = WAL; BEGIN IMMEDIATE", e) < 0)
		return -1;
	if (pragma(s, "PRAGMA user_version", &version, e) < 0)
		goto bad;
	while (version < VERSION) {
		if (take_step(s, (int)++version, e) < 0)
			goto bad;
	}
	return script(s, "COMMIT", e);
bad:
	sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}

int
migrate(struct store *s, enum store_mode mode, struct err *e)
{
	int64_t version = 0, application = 0, tables = 0;

	if (pragma(s, "PRAGMA application_id", &application, e) < 0 ||
	    pragma(s, "PRAGMA user_version", &version, e) < 0 ||
	    pragma(s, "SELECT count(*) FROM sqlite_master", &tables, e) < 0)
		return -1;
	if (application != APPLICATION && (tables > 0 || version != 0))
		return err_set(e, ERR_CONFIG, "%s: another program's database",
		    s->path);
	if (version > VERSION)
		return err_set(e, ERR_CONFIG,
		    "%s: made by a newer version of these tools", s->path);
	if (version == VERSION)
		return 0;
	if (mode == STORE_READ)
		return err_set(e, ERR_CONFIG, tables == 0 ?
		    "%s: an empty file, not a store" :
		    "%s: made by an older version; write to it once to bring "
		    "it up to date", s->path);
	return upgrade(s, e);
}

int
schema_drop_derived(struct store *s, struct err *e)
{
	return script(s, "DELETE FROM ticket; DELETE FROM event;"
	    "DELETE FROM message_id; DELETE FROM untriaged;"
	    "DELETE FROM judged;"
	    "INSERT INTO text (text) VALUES ('delete-all');"
	    "DELETE FROM meta WHERE name = 'indexed'", e);
}
