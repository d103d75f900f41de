/* What the files of the store share: the handle, statements, the schema. */
#ifndef TAI_STORE_PRIVATE_H
#define TAI_STORE_PRIVATE_H

#include <sqlite3.h>

#include "store/store.h"

#define STATEMENTS	128	/* slots of the statement cache */
#define ARGS		32	/* placeholders of one statement, at most */

struct statement {
	const char *sql;	/* a literal: its address is the key */
	sqlite3_stmt *stmt;
	int count;		/* placeholders */
	int index[ARGS + 1];	/* of $1, $2, ... */
};

struct store {
	sqlite3 *db;
	char *path;		/* as given, for messages */
	char *file;		/* as opened */
	enum store_mode mode;
	int lock;		/* descriptor of the lock file, or -1 */
	bool within;		/* a transaction of ours is open */
	bool failed;		/* it can only be rolled back */
	bool forgot;		/* bodies were emptied: all is derived anew */
	struct statement cache[STATEMENTS];
	/* Ends of the log and of the tickets; right within a transaction. */
	int64_t seq;
	uint8_t chain[HASH_BYTES];
	int64_t number;
	int64_t latest;		/* event of the transaction; TIME_NONE */
	bool moves;		/* some record was moved by a split */
	/* Tickets whose rows are to be folded anew before the commit. */
	int64_t *touched;
	size_t ntouched, touched_room;
	struct history history;		/* scratch of a fold */
	struct arena arena;		/* scratch of one call */
	struct rec *rec;
};

/*
 * SQL beside its values:
 *	run(s, e, "DELETE FROM mail WHERE blob = $1", ARG(seq))
 * The text must be a literal; texts and bytes must live until the statement
 * is done. run returns how many rows it changed, or -1.
 */
struct arg {
	enum { ARG_END, ARG_NULL, ARG_INT, ARG_TEXT, ARG_BLOB } kind;
	int64_t number;
	const void *bytes;
	size_t len;
};
static inline struct arg
arg_int(int64_t n)
{
	return (struct arg){ ARG_INT, n, NULL, 0 };
}
static inline struct arg
arg_text(const char *s)
{
	return (struct arg){ s == NULL ? ARG_NULL : ARG_TEXT, 0, s,
		s == NULL ? 0 : strlen(s) };
}
#define ARG(x) _Generic((x), char *: arg_text, const char *: arg_text, \
	    default: arg_int)(x)
#define ARG_BYTES(p, n) ((struct arg){ ARG_BLOB, 0, (p), (n) })
#define ARG_TEXT_OF(p, n) ((struct arg){ ARG_TEXT, 0, (p), (n) })
/* TIME_NONE is NULL in a table. */
#define ARG_TIME(t) ((struct arg){ (t) == TIME_NONE ? ARG_NULL : ARG_INT, \
	    (t), NULL, 0 })
#define ARGS_(...) ((const struct arg[]){ __VA_ARGS__ })

#define run(s, e, ...) run_(s, e, __VA_ARGS__, { ARG_END, 0, NULL, 0 })
#define run_(s, e, sql, ...) db_run(s, e, sql, ARGS_(__VA_ARGS__))
int	db_run(struct store *, struct err *, const char *sql,
	    const struct arg *);
/*
 * Rows: query binds and steps to the first row, next_row to the next; both
 * return 1, 0 behind the last, -1. done when leaving before the last.
 */
#define query(s, e, st, ...) \
	query_(s, e, st, __VA_ARGS__, { ARG_END, 0, NULL, 0 })
#define query_(s, e, st, sql, ...) \
	db_query(s, e, st, sql, ARGS_(__VA_ARGS__))
int	db_query(struct store *, struct err *, sqlite3_stmt **,
	    const char *sql, const struct arg *);
int	next_row(struct store *, sqlite3_stmt *, struct err *);
void	done(sqlite3_stmt *);
/* A whole number of one row; the default when there is none or a NULL. */
#define query_int(s, e, out, ...) \
	query_int_(s, e, out, __VA_ARGS__, { ARG_END, 0, NULL, 0 })
#define query_int_(s, e, out, sql, ...) \
	db_query_int(s, e, out, sql, ARGS_(__VA_ARGS__))
int	db_query_int(struct store *, struct err *, int64_t *out,
	    const char *sql, const struct arg *);
/* Several statements without values. */
int	db_exec(struct store *, const char *sql, struct err *);
/* What a column holds: "" for NULL; valid until the next step. */
const char *column_text(sqlite3_stmt *, int);
int64_t	column_time(sqlite3_stmt *, int);	/* TIME_NONE for NULL */
/* Copies a hash out of a column; false when it is none. */
bool	column_hash(sqlite3_stmt *, int, uint8_t [HASH_BYTES]);

/* An SQLite result as one of our errors; returns -1. */
int	db_fail(struct store *, int rc, struct err *);
/* "store 'path': record 17 is damaged: why"; returns -1. */
int	damaged(struct store *, struct err *, const char *what, int64_t seq,
	    const char *why);

/* lock.c: waits its turn, half a minute at most. */
int	lock_open(struct store *, struct err *);
int	lock_take(struct store *, struct err *);
void	lock_give(struct store *);

/* schema.c */
#define SCHEMA_MAGIC	0x74616931	/* application_id: "tai1" */
struct migration {
	const char *sql;
	bool replay;		/* the derived tables are filled anew */
};
extern const struct migration migrations[];
extern const int schema_version;	/* how many there are */
extern const char schema_derived[];	/* creates the derived tables */
extern const char schema_derived_drop[];
extern const char schema_derived_temp[];	/* the same beside, in temp */
extern const char schema_search_reset[];

/* migrate.c: refuses what is not ours, and brings an old one up to date. */
int	migrate(struct store *, struct err *);

/* log.c: store_begin without a look at the tables. */
int	begin(struct store *, struct err *);
/* The ends of the log and of the tickets. */
int	load_ends(struct store *, struct err *);
void	log_chain(const uint8_t previous[HASH_BYTES], const char *id,
	    const char *type, int64_t at, const uint8_t body[HASH_BYTES],
	    uint8_t out[HASH_BYTES]);
/* The columns of the log that stand in the record; in the arena. */
struct columns {
	const char *id, *type, *ticket, *customer;	/* last two or NULL */
	int64_t at;
};
int	log_columns(const struct rec *, struct columns *, struct arena *,
	    struct err *);

/* project.c: what a record means for the derived tables. */
struct meaning {
	enum { MEANS_NOTHING, MEANS_EVENT, MEANS_MERGE, MEANS_SPLIT,
	    MEANS_ALERT } kind;
	struct event event;
	char key[KEY_TEXT], into[KEY_TEXT];
	const char *id;
	const char *message_id;	/* a message's, or NULL */
	/* What it names: see message_names; and its Thread-Index. */
	const char *name[MESSAGE_NAMES + 1];
	size_t names;
	struct split split;
	const char *judged;	/* the message that rules judged, or NULL */
	const char *conversation;	/* a message's, or NULL */
	bool wants_triage;
	bool limited;		/* a mail whose sender may write so much */
	struct alike alike;	/* of such a one */
	struct {		/* what the outbox makes of it */
		enum { OUTBOX_NOTHING, OUTBOX_QUEUE, OUTBOX_DELIVERY } kind;
		const char *id;		/* the delivery's: of what */
		const char *recipient;	/* lower case */
		bool automatic;
		const char *state, *why;
		int64_t attempt, at, next;
	} outbox;
};
/* 0, or -1 (ERR_INPUT) for a record that is not right. */
int	meaning_of(const struct rec *, struct meaning *, struct arena *,
	    struct err *);
int	project(struct store *, const struct meaning *, int64_t seq,
	    struct err *);
/* split.c: what splits move, and where an event belongs after them. */
int	project_split(struct store *, const struct split *, int64_t seq,
	    struct err *);
int	moved_key(struct store *, const struct event *, char key[KEY_TEXT],
	    struct err *);
/* project.c, for split.c */
int	number_of(struct store *, const char *key, int64_t *, struct err *);
void	touch(struct store *, int64_t number);
/* Folds the touched tickets and writes their rows. */
int	project_touched(struct store *, struct err *);
/* Fills the empty derived tables from the log. */
int	project_log(struct store *, struct err *);

/*
 * packed.c: appends a history's events; how many there are, 0 for a value
 * that is none; those, with texts in it. False when it is damaged.
 */
void	events_pack(const struct history *, struct buf *);
size_t	events_count(const char *, size_t);
bool	events_unpack(const char *, size_t, struct event *);

/* talk.c */
int	project_talk(struct store *, const struct meaning *, int64_t seq,
	    struct err *);

/* forget.c: what a record of the type forget does to the rows it names. */
int	forget_apply(struct store *, const struct rec *, struct err *);
/* The derived tables made anew within the transaction. */
int	forget_derive(struct store *, struct err *);
/* What the log's forget records name, to verify it. */
struct forgotten;
int	forgotten_load(struct store *, struct forgotten **, struct err *);
bool	forgotten_body(struct forgotten *, const char *id,
	    const uint8_t was[HASH_BYTES], const uint8_t now[HASH_BYTES]);
/* Whether the body that stands there was to be emptied. */
bool	forgotten_left(struct forgotten *, const char *id,
	    const uint8_t body[HASH_BYTES]);
bool	forgotten_blob(struct forgotten *, const uint8_t sha256[HASH_BYTES]);
void	forgotten_free(struct forgotten *);

/* lately.c */
void	lately_meaning(const struct rec *, struct meaning *, struct arena *);
int	project_lately(struct store *, const struct meaning *, struct err *);

/* outbox.c */
void	outbox_meaning(const struct rec *, struct meaning *, struct arena *);
int	project_outbox(struct store *, const struct meaning *, int64_t seq,
	    struct err *);

/* query.c */
bool	event_right(int64_t kind, int64_t arg);
int	read_event(struct store *, sqlite3_stmt *, int first, struct event *,
	    struct arena *, struct err *);
/* The seqs of records, in the order given. Takes the array. */
struct cursor *cursor_of(struct store *, int64_t *seqs, size_t n);
/* The number of a key, through merges; 1, 0 or -1. */
int	ticket_number(struct store *, const char *key, int64_t *,
	    struct err *);

#endif
