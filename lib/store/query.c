/* Reading: cursors over the log and over tickets' histories. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "store/sqlite.h"

struct cursor {
	struct store *store;
	sqlite3_stmt *stmt;	/* records, or events */
	sqlite3_stmt *tickets;	/* of histories: number and key */
	bool all;		/* histories: events come in one stream */
	bool row;		/* a row of stmt is waiting */
	bool transaction;	/* ours, for one view of both */
	struct history history;
	struct arena arena;
	const char *const *types;
};

static struct cursor *
cursor_new(struct store *s, sqlite3_stmt *stmt)
{
	struct cursor *c = xcalloc(1, sizeof(*c));

	c->store = s;
	c->stmt = stmt;
	return c;
}

void
cursor_close(struct cursor *c)
{
	sqlite3_finalize(c->stmt);
	sqlite3_finalize(c->tickets);
	if (c->transaction)
		sqlite3_exec(c->store->db, "COMMIT", NULL, NULL, NULL);
	arena_free(&c->arena);
	free(c);
}

static bool
wanted(const struct cursor *c, const char *type)
{
	if (c->types == NULL)
		return true;
	for (const char *const *t = c->types; *t != NULL; t++) {
		if (strcmp(*t, type) == 0)
			return true;
	}
	return false;
}

static bool
has_type(const char *const *types, const char *type)
{
	for (; types != NULL && *types != NULL; types++) {
		if (strcmp(*types, type) == 0)
			return true;
	}
	return types == NULL;
}

int
store_log(struct store *s, const char *const *types, const char *ticket,
    int64_t after, struct cursor **out, struct err *e)
{
	struct cursor *c = cursor_new(s, NULL);

	c->types = types;
	if (ticket != NULL)
		ticket = arena_strdup(&c->arena, ticket);
	if (ticket != NULL)
		/* Merged tickets' records are in the log by their old key. */
		c->stmt = QUERY_OWN(s, e, "SELECT l.seq, l.body, l.type FROM log l "
		    "WHERE l.ticket IN (WITH RECURSIVE family (number) AS ("
		    "SELECT number FROM ticket WHERE key = $1 UNION "
		    "SELECT t.number FROM ticket t "
		    "JOIN family f ON t.merged = f.number) "
		    "SELECT key FROM ticket WHERE number IN family) "
		    "AND l.seq > $2 ORDER BY l.seq", TEXT(ticket), INT(after));
	else if (has_type(types, "message"))
		c->stmt = QUERY_OWN(s, e, "SELECT seq, body, type FROM log "
		    "WHERE seq > $1 ORDER BY seq", INT(after));
	else
		c->stmt = QUERY_OWN(s, e, "SELECT l.seq, l.body, l.type FROM log l "
		    "WHERE l.seq IN (SELECT seq FROM log INDEXED BY log_type "
		    "WHERE type <> 'message' AND seq > $1) ORDER BY l.seq",
		    INT(after));
	if (c->stmt == NULL) {
		cursor_close(c);
		return -1;
	}
	*out = c;
	return 0;
}

int
store_untriaged(struct store *s, struct cursor **out, struct err *e)
{
	sqlite3_stmt *q = query_own(s, e, "SELECT l.seq, l.body, l.type "
	    "FROM untriaged u JOIN log l ON l.seq = u.seq ORDER BY u.seq",
	    NULL, 0);

	if (q == NULL)
		return -1;
	*out = cursor_new(s, q);
	return 0;
}

int
cursor_search(struct store *s, const char *match, size_t most,
    struct cursor **out, struct err *e)
{
	struct cursor *c = cursor_new(s, NULL);

	/* The expression must live as long as the statement. */
	match = arena_strdup(&c->arena, match);
	c->stmt = QUERY_OWN(s, e, "SELECT l.seq, l.body, l.type FROM text "
	    "JOIN log l ON l.seq = text.rowid WHERE text MATCH $1 "
	    "ORDER BY bm25(text, 4.0, 1.0, 2.0), l.seq DESC LIMIT $2",
	    TEXT(match), INT((int64_t)most));
	if (c->stmt == NULL) {
		cursor_close(c);
		return -1;
	}
	*out = c;
	return 0;
}

int
cursor_record(struct cursor *c, struct rec *r, int64_t *seq, struct err *e)
{
	int got;

	while ((got = step(c->store, c->stmt, e)) == 1) {
		const char *body = (const char *)
		    sqlite3_column_text(c->stmt, 1);
		struct err bad = { 0 };

		*seq = sqlite3_column_int64(c->stmt, 0);
		/* An erased record has an empty body. */
		if (body == NULL || *body == '\0' || !wanted(c,
		    (const char *)sqlite3_column_text(c->stmt, 2)))
			continue;
		if (rec_parse(r, body, (size_t)sqlite3_column_bytes(c->stmt,
		    1), &bad) == 0)
			return 1;
		return err_set(e, ERR_IO, "%s: row %lld of the log: %s",
		    c->store->path, (long long)*seq, bad.text);
	}
	return got;
}

/* One row of event columns (at, kind, nonce, seq, arg, text) from first on. */
static void
take_event(sqlite3_stmt *q, int first, struct history *h, struct arena *a)
{
	struct event ev;

	ev.at = sqlite3_column_int64(q, first);
	ev.kind = (enum event_kind)sqlite3_column_int(q, first + 1);
	ev.nonce = sqlite3_column_int64(q, first + 2);
	ev.seq = sqlite3_column_int64(q, first + 3);
	ev.arg = sqlite3_column_int(q, first + 4);
	ev.text = sqlite3_column_type(q, first + 5) == SQLITE_NULL ? NULL :
	    column_text(q, first + 5, a);
	history_add(h, &ev, a);
}

int
load_events(struct store *s, int64_t number, struct history *h,
    struct arena *a, struct err *e)
{
	sqlite3_stmt *q = QUERY(s, e, "SELECT at, kind, nonce, seq, arg, text "
	    "FROM event WHERE ticket = $1 ORDER BY at, kind, nonce",
	    INT(number));
	int got;

	if (q == NULL)
		return -1;
	h->number = number;
	while ((got = step(s, q, e)) == 1)
		take_event(q, 0, h, a);
	return got;
}

int
store_histories(struct store *s, bool open_only, struct cursor **out,
    struct err *e)
{
	struct cursor *c = cursor_new(s, NULL);

	c->all = !open_only;
	c->transaction = sqlite3_get_autocommit(s->db) != 0;
	if (c->transaction && script(s, "BEGIN", e) < 0) {
		c->transaction = false;
		cursor_close(c);
		return -1;
	}
	c->tickets = query_own(s, e, open_only ?
	    "SELECT number, key FROM ticket "
	    "WHERE status IN ('open', 'progress', 'waiting') ORDER BY number" :
	    "SELECT number, key FROM ticket ORDER BY number", NULL, 0);
	if (c->tickets != NULL && c->all)
		c->stmt = query_own(s, e, "SELECT ticket, at, kind, nonce, "
		    "seq, arg, text FROM event "
		    "ORDER BY ticket, at, kind, nonce", NULL, 0);
	if (c->tickets == NULL || (c->all && c->stmt == NULL)) {
		cursor_close(c);
		return -1;
	}
	if (c->all) {
		int got = step(s, c->stmt, e);

		c->row = got == 1;
		if (got < 0) {
			cursor_close(c);
			return -1;
		}
	}
	*out = c;
	return 0;
}

/* The events of this ticket, which are the next ones of the stream. */
static int
stream_events(struct cursor *c, struct err *e)
{
	int got;

	while (c->row &&
	    sqlite3_column_int64(c->stmt, 0) <= c->history.number) {
		if (sqlite3_column_int64(c->stmt, 0) == c->history.number)
			take_event(c->stmt, 1, &c->history, &c->arena);
		if ((got = step(c->store, c->stmt, e)) < 0)
			return -1;
		c->row = got == 1;
	}
	return 0;
}

int
cursor_history(struct cursor *c, struct history **out, struct err *e)
{
	struct history *h = &c->history;
	int got;

	do {
		if ((got = step(c->store, c->tickets, e)) <= 0)
			return got;
		arena_reset(&c->arena);
		memset(h, 0, sizeof(*h));
		h->number = sqlite3_column_int64(c->tickets, 0);
		memcpy(h->key, sqlite3_column_text(c->tickets, 1), KEY_TEXT);
		if ((c->all ? stream_events(c, e) : load_events(c->store,
		    h->number, h, &c->arena, e)) < 0)
			return -1;
	} while (h->n == 0);	/* merged into another */
	*out = h;
	return 1;
}

int
store_history(struct store *s, const char *key, struct history *h,
    struct arena *a, struct err *e)
{
	sqlite3_stmt *q = QUERY(s, e,
	    "SELECT number FROM ticket WHERE key = $1", TEXT(key));
	int64_t number;
	int got;

	memset(h, 0, sizeof(*h));
	if (q == NULL || (got = step(s, q, e)) < 0)
		return -1;
	if (got == 0)
		return 0;
	number = sqlite3_column_int64(q, 0);
	sqlite3_reset(q);
	memcpy(h->key, key, KEY_TEXT);
	return load_events(s, number, h, a, e) < 0 ? -1 : 1;
}

/* The key of the ticket that this row's was merged into, if it was. */
static int
resolve(struct store *s, int64_t number, char key[KEY_TEXT], struct err *e)
{
	for (;;) {
		sqlite3_stmt *q = QUERY(s, e, "SELECT key, merged FROM ticket "
		    "WHERE number = $1", INT(number));
		int got;

		if (q == NULL || (got = step(s, q, e)) < 0)
			return -1;
		if (got == 0)
			return 0;
		memcpy(key, sqlite3_column_text(q, 0), KEY_TEXT);
		if (sqlite3_column_type(q, 1) == SQLITE_NULL) {
			sqlite3_reset(q);
			return 1;
		}
		number = sqlite3_column_int64(q, 1);
		sqlite3_reset(q);
	}
}

int
store_ticket(struct store *s, const char *name, char key[KEY_TEXT],
    struct err *e)
{
	char prefix[KEY_TEXT], last[KEY_TEXT + 1];
	int64_t number = 0;
	sqlite3_stmt *q;
	int got;

	if (*name == '#')
		name++;
	if (strspn(name, "0123456789") == strlen(name) && *name != '\0' &&
	    strlen(name) < 10 &&
	    (got = resolve(s, strtoll(name, NULL, 10), key, e)) != 0)
		return got;
	if (hash_canonical(name, prefix, sizeof(prefix)) < 0 || *prefix == '\0')
		return 0;
	/* Every key with the prefix lies between it and it with a 'Z' more. */
	snprintf(last, sizeof(last), "%s~", prefix);
	q = QUERY(s, e, "SELECT number FROM ticket WHERE key >= $1 "
	    "AND key < $2 ORDER BY key LIMIT 2", TEXT(prefix), TEXT(last));
	if (q == NULL || (got = step(s, q, e)) < 0)
		return -1;
	if (got == 0)
		return 0;
	number = sqlite3_column_int64(q, 0);
	if ((got = step(s, q, e)) < 0)
		return -1;
	if (got == 1) {
		sqlite3_reset(q);
		return err_set(e, ERR_USAGE, "ticket '%s' is not unique",
		    name);
	}
	return resolve(s, number, key, e);
}

int
store_message_ticket(struct store *s, const char *message_id,
    char key[KEY_TEXT], struct err *e)
{
	sqlite3_stmt *q = QUERY(s, e, "SELECT t.key FROM message_id m "
	    "JOIN ticket t ON t.number = m.ticket WHERE m.id = $1",
	    TEXT(message_id));
	int got;

	if (q == NULL || (got = step(s, q, e)) < 0)
		return -1;
	if (got == 1)
		memcpy(key, sqlite3_column_text(q, 0), KEY_TEXT);
	sqlite3_reset(q);
	return got;
}

/* An unknown sender's ticket is the sender's own. */
int
store_ticket_customer(struct store *s, const char *key, char **customer,
    struct arena *a, struct err *e)
{
	sqlite3_stmt *q = QUERY(s, e, "SELECT customer, sender FROM ticket "
	    "WHERE key = $1", TEXT(key));
	int got;

	if (q == NULL || (got = step(s, q, e)) < 0)
		return -1;
	if (got == 1) {
		*customer = column_text(q, 0, a);
		if (**customer == '\0') {
			*customer = column_text(q, 1, a);
			for (char *p = *customer; *p != '\0'; p++)
				*p = (char)tolower((unsigned char)*p);
		}
	}
	sqlite3_reset(q);
	return got;
}
