/* SQLite as the rest of the store sees it: statements beside their values. */
#ifndef TAI_STORE_SQLITE_H
#define TAI_STORE_SQLITE_H

#include <sqlite3.h>

#include "store/store.h"

#define STATEMENTS	64

struct store {
	sqlite3 *db;
	char *path;
	int lock;		/* descriptor of the lock file, -1 for none */
	bool writing;		/* between store_begin and its end */
	struct {
		const char *sql;
		sqlite3_stmt *stmt;
	} cached[STATEMENTS];	/* by the address of the SQL text */
	/* The log's end, known within a transaction. */
	int64_t seq;
	uint8_t chain[HASH_BYTES];
	/* Tickets to fold again before the commit. */
	int64_t *touched;
	size_t ntouched, touched_room;
	struct arena scratch;
	struct rec *rec;
};

struct arg {			/* a value for $1, $2, … */
	enum { ARG_NULL, ARG_INT, ARG_TEXT, ARG_BLOB } kind;
	int64_t n;
	const void *data;
	size_t len;
};
#define INT(v)		((struct arg){ ARG_INT, (v), NULL, 0 })
#define TEXT(v)		((struct arg){ (v) != NULL ? ARG_TEXT : ARG_NULL, 0, \
			    (v), (v) != NULL ? strlen(v) : 0 })
#define TEXTN(v, l)	((struct arg){ ARG_TEXT, 0, (v), (l) })
#define BLOB(v, l)	((struct arg){ ARG_BLOB, 0, (v), (l) })

/*
 * A statement, from the cache, with its values bound (they must outlive its
 * steps); NULL with the error set. The number of values is checked against
 * the placeholders.
 */
sqlite3_stmt *query(struct store *, struct err *, const char *sql,
	    const struct arg *, size_t);
#define QUERY(s, e, sql, ...) query(s, e, sql, (struct arg[]){ __VA_ARGS__ }, \
	    sizeof((struct arg[]){ __VA_ARGS__ }) / sizeof(struct arg))
/* One of its own, outside the cache: for cursors, to be finalized. */
sqlite3_stmt *query_own(struct store *, struct err *, const char *sql,
	    const struct arg *, size_t);
#define QUERY_OWN(s, e, sql, ...) query_own(s, e, sql, \
	    (struct arg[]){ __VA_ARGS__ }, \
	    sizeof((struct arg[]){ __VA_ARGS__ }) / sizeof(struct arg))
/* The next row: 1, 0 at the end (the statement is reset), -1. */
int	step(struct store *, sqlite3_stmt *, struct err *);
/* Runs to the end: the number of rows changed, or -1. */
int	run(struct store *, struct err *, const char *sql, const struct arg *,
	    size_t);
#define RUN(s, e, sql, ...) run(s, e, sql, (struct arg[]){ __VA_ARGS__ }, \
	    sizeof((struct arg[]){ __VA_ARGS__ }) / sizeof(struct arg))
/* Several statements without values. */
int	script(struct store *, const char *sql, struct err *);
/* The last failure of the database as an error. */
int	failure(struct store *, struct err *);
/* A column's text in the arena; "" for NULL. */
char	*column_text(sqlite3_stmt *, int, struct arena *);

/* schema.c: brings a store to this version; makes an empty one. */
int	migrate(struct store *, enum store_mode, struct err *);
/* Empties the derived tables. */
int	schema_drop_derived(struct store *, struct err *);

/* project.c: a record's effect on the derived tables; event may be NULL. */
int	project(struct store *, const struct rec *, const struct event *,
	    const char *key, int64_t seq, struct err *);
/* Folds the touched tickets anew and writes their rows. */
int	project_finish(struct store *, struct err *);

/* query.c: the events of a ticket by number; texts in the arena. */
int	load_events(struct store *, int64_t number, struct history *,
	    struct arena *, struct err *);

/* query.c: messages that match an FTS5 expression, best first. */
int	cursor_search(struct store *, const char *match, size_t most,
	    struct cursor **, struct err *);

/* log.c */
void	chain_next(uint8_t chain[HASH_BYTES], const char *id, const char *type,
	    int64_t at, const uint8_t body_hash[HASH_BYTES]);

#endif
