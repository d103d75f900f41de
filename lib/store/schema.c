/*
 * The tables; tai-db(5) explains them. A migration is never changed once it
 * has been released: a new one is put behind it. Those that change a derived
 * table drop and make them all and replay the log.
 */
#include "store/private.h"

/*
 * What follows from the log. They are made twice: in the store, and, to
 * verify it, as temporary tables, which then hide those of the store.
 */
#define DERIVED(TABLE, INDEX)						\
	TABLE "ticket ("						\
	"	number INTEGER PRIMARY KEY,"				\
	"	key TEXT NOT NULL UNIQUE,"				\
	"	merged INTEGER,"					\
	"	opened INTEGER,"					\
	"	status TEXT NOT NULL DEFAULT 'open',"			\
	"	severity TEXT NOT NULL DEFAULT 'LOW',"			\
	"	category TEXT NOT NULL DEFAULT '',"			\
	"	topic TEXT NOT NULL DEFAULT '',"			\
	"	assignee TEXT NOT NULL DEFAULT '',"			\
	"	first_response INTEGER,"				\
	"	resolved INTEGER,"					\
	"	reopened INTEGER NOT NULL DEFAULT 0,"			\
	"	excluded TEXT,"						\
	"	customer TEXT NOT NULL DEFAULT '',"			\
	"	channel TEXT NOT NULL DEFAULT '',"			\
	"	sender TEXT NOT NULL DEFAULT '',"			\
	"	subject TEXT NOT NULL DEFAULT ''"			\
	") STRICT;"							\
	INDEX "ticket_merged ON ticket (merged)"			\
	"	WHERE merged IS NOT NULL;"				\
	INDEX "ticket_open ON ticket (number)"				\
	"	WHERE status IN ('open', 'progress', 'waiting')"	\
	"	AND merged IS NULL;"					\
	INDEX "ticket_resolved ON ticket (resolved)"			\
	"	WHERE resolved IS NOT NULL;"				\
	TABLE "event ("							\
	"	ticket INTEGER NOT NULL,"				\
	"	at INTEGER NOT NULL,"					\
	"	kind INTEGER NOT NULL,"					\
	"	nonce INTEGER NOT NULL,"				\
	"	seq INTEGER NOT NULL,"					\
	"	arg INTEGER NOT NULL,"					\
	"	text TEXT,"						\
	"	PRIMARY KEY (ticket, at, kind, nonce)"			\
	") STRICT, WITHOUT ROWID;"					\
	TABLE "history ("						\
	"	ticket INTEGER PRIMARY KEY,"				\
	"	key TEXT NOT NULL,"					\
	"	events BLOB NOT NULL"					\
	") STRICT;"							\
	TABLE "msgid ("							\
	"	hash INTEGER PRIMARY KEY,"				\
	"	ticket INTEGER NOT NULL,"				\
	"	seen INTEGER NOT NULL,"					\
	"	owner INTEGER NOT NULL"					\
	") STRICT;"							\
	TABLE "moved ("							\
	"	nonce INTEGER PRIMARY KEY,"				\
	"	key TEXT NOT NULL,"					\
	"	at INTEGER NOT NULL,"					\
	"	split INTEGER NOT NULL"					\
	") STRICT;"							\
	TABLE "talk ("							\
	"	place INTEGER NOT NULL,"				\
	"	at INTEGER NOT NULL,"					\
	"	seq INTEGER NOT NULL,"					\
	"	PRIMARY KEY (place, at, seq)"				\
	") STRICT, WITHOUT ROWID;"					\
	TABLE "lately ("						\
	"	sender INTEGER NOT NULL,"				\
	"	at INTEGER NOT NULL,"					\
	"	nonce INTEGER NOT NULL,"				\
	"	subject INTEGER NOT NULL,"				\
	"	text INTEGER NOT NULL,"					\
	"	shape INTEGER NOT NULL,"				\
	"	PRIMARY KEY (sender, at, nonce)"			\
	") STRICT, WITHOUT ROWID;"					\
	TABLE "latest ("						\
	"	at INTEGER PRIMARY KEY"					\
	") STRICT;"							\
	TABLE "pending ("						\
	"	seq INTEGER PRIMARY KEY,"				\
	"	message TEXT NOT NULL UNIQUE"				\
	") STRICT;"							\
	TABLE "outbox ("						\
	"	seq INTEGER PRIMARY KEY,"				\
	"	id TEXT NOT NULL UNIQUE,"				\
	"	recipient TEXT NOT NULL,"				\
	"	automatic INTEGER NOT NULL,"				\
	"	state TEXT NOT NULL DEFAULT 'queued',"			\
	"	attempt INTEGER NOT NULL DEFAULT 0,"			\
	"	next INTEGER,"						\
	"	sent INTEGER,"						\
	"	why TEXT NOT NULL DEFAULT ''"				\
	") STRICT;"							\
	INDEX "outbox_due ON outbox (next)"				\
	"	WHERE state IN ('queued', 'retry');"			\
	INDEX "outbox_sent ON outbox (recipient, sent)"			\
	"	WHERE sent IS NOT NULL;"

const char schema_derived[] =
    DERIVED("CREATE TABLE ", "CREATE INDEX ");
const char schema_derived_temp[] =
    DERIVED("CREATE TEMP TABLE ", "CREATE INDEX temp.");
const char schema_derived_drop[] =
	"DROP TABLE IF EXISTS outbox;"
	"DROP TABLE IF EXISTS pending;"
	"DROP TABLE IF EXISTS latest;"
	"DROP TABLE IF EXISTS lately;"
	"DROP TABLE IF EXISTS moved;"
	"DROP TABLE IF EXISTS talk;"
	"DROP TABLE IF EXISTS msgid;"
	"DROP TABLE IF EXISTS history;"
	"DROP TABLE IF EXISTS event;"
	"DROP TABLE IF EXISTS ticket;";

/* Full text keeps no text: a row's number is the record's seq. */
const char schema_search_reset[] =
	"INSERT INTO search (search) VALUES ('delete-all');"
	"UPDATE mark SET value = 0 WHERE name = 'indexed';";

const struct migration migrations[] = {
	{ "CREATE TABLE log ("
	"	seq INTEGER PRIMARY KEY,"
	"	id TEXT NOT NULL UNIQUE,"
	"	type TEXT NOT NULL,"
	"	at INTEGER NOT NULL,"
	"	ticket TEXT,"
	"	customer TEXT,"
	"	body_hash BLOB NOT NULL,"
	"	chain BLOB NOT NULL,"
	"	body TEXT NOT NULL"
	") STRICT;"
	"CREATE INDEX log_type ON log (type);"
	/* Records that are events are found by their ticket's events. */
	"CREATE INDEX log_ticket ON log (ticket) WHERE ticket IS NOT NULL"
	"	AND type NOT IN ('message', 'triage', 'status', 'assign',"
	"	'note', 'reply');"
	"CREATE TABLE blob ("
	"	seq INTEGER PRIMARY KEY,"
	"	sha256 BLOB NOT NULL UNIQUE,"
	"	size INTEGER NOT NULL,"
	"	bytes BLOB NOT NULL"
	") STRICT;"
	"CREATE TABLE mail ("
	"	blob INTEGER PRIMARY KEY REFERENCES blob (seq),"
	"	pending INTEGER NOT NULL"
	") STRICT;"
	"CREATE INDEX mail_pending ON mail (blob) WHERE pending = 1;"
	"CREATE TABLE mark ("
	"	name TEXT PRIMARY KEY,"
	"	value INTEGER NOT NULL"
	") STRICT;", false },
	{ "", true },
	{ "CREATE VIRTUAL TABLE search USING fts5("
	"	subject, text, sender, content = '', detail = full,"
	"	tokenize = 'unicode61 remove_diacritics 2');"
	"INSERT INTO search (search, rank) VALUES ('hashsize', 16777216);"
	"INSERT INTO mark (name, value) VALUES ('indexed', 0);", false },
	/* Who is sending what just now, and until when that is believed. */
	{ "CREATE TABLE claim ("
	"	id TEXT PRIMARY KEY,"
	"	until INTEGER NOT NULL"
	") STRICT;", true },
	/* Names of messages that we lack, and what splits have moved. */
	{ "", true },
	/* What was posted to us and is still to be read. */
	{ "CREATE INDEX mail_post ON mail (blob) WHERE pending = 2;", true },
	/* Who wrote how much, and what. */
	{ "", true },
	/* Files of Maildirs that need not be opened again, by hashes. */
	{ "CREATE TABLE taken ("
	"	folder INTEGER NOT NULL,"
	"	name INTEGER NOT NULL,"
	"	PRIMARY KEY (folder, name)"
	") STRICT, WITHOUT ROWID;", false },
	/* The verdicts on a customer's tickets, for rules that count them. */
	{ "CREATE INDEX log_verdict ON log (customer, at)"
	"	WHERE type = 'triage' AND customer IS NOT NULL;", false },
	/* What was late just before it was resolved. */
	{ "CREATE INDEX IF NOT EXISTS ticket_resolved ON ticket (resolved)"
	"	WHERE resolved IS NOT NULL;", false },
	/* A ticket's events in one value. */
	{ "", true },
	/* Each Han, kana and Hangul character is a word: indexed anew. */
	{ "INSERT INTO search (search) VALUES ('delete-all');"
	"UPDATE mark SET value = 0 WHERE name = 'indexed';", false },
	/* The status of a ticket is not that of the one it is merged into. */
	{ "", true },
};
const int schema_version = sizeof(migrations) / sizeof(*migrations);
