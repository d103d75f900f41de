/*
 * Cursors. None of them keeps a statement open between two calls: the caller
 * may write meanwhile, as long as it likes, and no snapshot goes stale.
 */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "store/private.h"

#define CHUNK	((size_t)4096)	/* events of histories read at a time */

struct source {			/* of log records: a type, or all */
	const char *type;	/* NULL for all */
	int64_t seq;		/* of the record held, or where to go on */
	bool held, end;
	struct buf body;
};

struct part {			/* a history of the chunk */
	char key[KEY_TEXT];
	int64_t number;
	size_t first;		/* its first event */
};

struct cursor {
	struct store *store;
	enum { OF_SOURCES, OF_LIST, OF_PENDING, OF_HISTORIES } kind;
	/* records */
	struct source *source;
	size_t sources;
	int64_t *seqs;
	size_t nseqs, pos;
	const char **types;	/* what of a list is wanted; NULL: all */
	int64_t last;
	struct buf body;	/* of the record last returned */
	/* histories */
	bool open_only, end;
	struct event *event;
	struct part *part;
	size_t events, event_room, parts, part_room;
	struct history history;
	struct arena arena;
};

static struct cursor *
cursor_new(struct store *s)
{
	struct cursor *c = xcalloc(1, sizeof(*c));

	c->store = s;
	buf_init(&c->body);
	return c;
}

void
cursor_close(struct cursor *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->sources; i++)
		buf_free(&c->source[i].body);
	free(c->source);
	free(c->seqs);
	free(c->types);
	buf_free(&c->body);
	free(c->event);
	free(c->part);
	arena_free(&c->arena);
	free(c);
}

struct cursor *
cursor_of(struct store *s, int64_t *seqs, size_t n)
{
	struct cursor *c = cursor_new(s);

	c->kind = OF_LIST;
	c->seqs = seqs;
	c->nseqs = n;
	return c;
}

/* Keeps a NULL-terminated list; the texts are the caller's literals. */
static const char **
types_copy(const char *const *types, size_t *n)
{
	const char **copy;

	for (*n = 0; types != NULL && types[*n] != NULL; ++*n)
		;
	if (types == NULL)
		return NULL;
	copy = xreallocarray(NULL, *n + 1, sizeof(*copy));
	memcpy(copy, types, (*n + 1) * sizeof(*copy));
	return copy;
}

static int
by_seq(const void *x, const void *y)
{
	const int64_t *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

/*
 * A ticket's records: those behind its events, and the others that name it
 * or a ticket that was merged into it.
 */
static int
ticket_seqs(struct store *s, const char *key, int64_t after, int64_t **seqs,
    size_t *n, struct err *e)
{
	int64_t number = 0;
	sqlite3_stmt *st;
	size_t room = 0;
	int got;

	*seqs = NULL;
	*n = 0;
	if (ticket_number(s, key, &number, e) < 0)
		return -1;
	got = query(s, e, &st, "SELECT seq FROM event WHERE ticket = $1 "
	    "AND seq > $3 UNION SELECT seq FROM log WHERE seq > $3 "
	    "AND ticket IN (SELECT $2 UNION ALL SELECT key FROM ticket "
	    "WHERE number = $1 OR merged = $1) AND ticket IS NOT NULL "
	    "AND type NOT IN ('message', 'triage', 'status', 'assign', "
	    "'note', 'reply')", ARG(number), ARG(key), ARG(after));
	for (; got == 1; got = next_row(s, st, e)) {
		if (*n == room) {
			room = room > 0 ? 2 * room : 64;
			*seqs = xreallocarray(*seqs, room, sizeof(**seqs));
		}
		(*seqs)[(*n)++] = sqlite3_column_int64(st, 0);
	}
	if (*n > 0)
		qsort(*seqs, *n, sizeof(**seqs), by_seq);
	return got;
}

int
store_log(struct store *s, const char *const *types, const char *ticket,
    int64_t after, struct cursor **out, struct err *e)
{
	struct cursor *c;
	size_t n;

	*out = c = cursor_new(s);
	c->types = types_copy(types, &n);
	if (ticket != NULL) {
		c->kind = OF_LIST;
		if (ticket_seqs(s, ticket, after, &c->seqs, &c->nseqs, e) == 0)
			return 0;
		cursor_close(c);
		*out = NULL;
		return -1;
	}
	c->kind = OF_SOURCES;
	c->sources = types != NULL ? n : 1;
	c->source = xcalloc(c->sources, sizeof(*c->source));
	for (size_t i = 0; i < c->sources; i++) {
		c->source[i].type = types != NULL ? types[i] : NULL;
		c->source[i].seq = after;
		buf_init(&c->source[i].body);
	}
	return 0;
}

int
store_untriaged(struct store *s, struct cursor **out, struct err *e)
{
	(void)e;
	*out = cursor_new(s);
	(*out)->kind = OF_PENDING;
	return 0;
}

/* The row's seq and body; 1, 0 when there was no row, -1. */
static int
take_row(struct store *s, sqlite3_stmt *st, int got, int64_t *seq,
    struct buf *body)
{
	(void)s;
	if (got != 1)
		return got;
	*seq = sqlite3_column_int64(st, 0);
	buf_reset(body);
	buf_add(body, column_text(st, 1), (size_t)sqlite3_column_bytes(st, 1));
	done(st);
	return 1;
}

static int
fill(struct store *s, struct source *from, struct err *e)
{
	sqlite3_stmt *st;
	int got;

	if (from->held || from->end)
		return 0;
	if (from->type == NULL)
		got = query(s, e, &st, "SELECT seq, body FROM log "
		    "WHERE seq > $1 ORDER BY seq LIMIT 1", ARG(from->seq));
	else
		got = query(s, e, &st, "SELECT seq, body FROM log "
		    "WHERE type = $1 AND seq > $2 ORDER BY seq LIMIT 1",
		    ARG(from->type), ARG(from->seq));
	got = take_row(s, st, got, &from->seq, &from->body);
	from->held = got == 1;
	from->end = got == 0;
	return got < 0 ? -1 : 0;
}

/* The smallest seq of all sources; 1, 0, -1. */
static int
next_of_sources(struct cursor *c, int64_t *seq, struct err *e)
{
	struct source *least = NULL;

	for (size_t i = 0; i < c->sources; i++) {
		struct source *from = &c->source[i];

		if (fill(c->store, from, e) < 0)
			return -1;
		if (from->held && (least == NULL || from->seq < least->seq))
			least = from;
	}
	if (least == NULL)
		return 0;
	*seq = least->seq;
	buf_reset(&c->body);
	buf_add(&c->body, least->body.data, least->body.len);
	least->held = false;
	return 1;
}

static int
next_of_list(struct cursor *c, int64_t *seq, struct err *e)
{
	sqlite3_stmt *st;
	int got = 0;

	while (got == 0 && c->pos < c->nseqs) {
		got = query(c->store, e, &st,
		    "SELECT seq, body FROM log WHERE seq = $1",
		    ARG(c->seqs[c->pos++]));
		got = take_row(c->store, st, got, seq, &c->body);
	}
	return got;
}

static int
next_pending(struct cursor *c, int64_t *seq, struct err *e)
{
	sqlite3_stmt *st;
	int got = query(c->store, e, &st, "SELECT log.seq, body FROM pending "
	    "CROSS JOIN log WHERE pending.seq > $1 AND log.seq = pending.seq "
	    "ORDER BY pending.seq LIMIT 1", ARG(c->last));

	got = take_row(c->store, st, got, seq, &c->body);
	if (got == 1)
		c->last = *seq;
	return got;
}

static bool
wanted(const struct cursor *c, const struct rec *r)
{
	if (c->kind != OF_LIST || c->types == NULL)
		return true;
	for (size_t i = 0; c->types[i] != NULL; i++) {
		if (rec_is(r, "type", c->types[i]))
			return true;
	}
	return false;
}

int
cursor_record(struct cursor *c, struct rec *r, int64_t *seq, struct err *e)
{
	struct err bad = { 0 };
	int got;

	do {
		got = c->kind == OF_SOURCES ? next_of_sources(c, seq, e) :
		    c->kind == OF_LIST ? next_of_list(c, seq, e) :
		    c->kind == OF_PENDING ? next_pending(c, seq, e) :
		    err_set(e, ERR_BUG, "a cursor over histories");
		if (got <= 0)
			return got;
		if (rec_parse(r, c->body.data, c->body.len, &bad) < 0)
			return damaged(c->store, e, "record", *seq, bad.text);
	} while (!wanted(c, r));
	return 1;
}

/* What a table holds may have been changed by hand: it is checked. */
bool
event_right(int64_t kind, int64_t arg)
{
	return kind >= 0 && kind < EVENTS && arg >= 0 && arg <= INT32_MAX &&
	    (kind != EVENT_STATUS || arg < STATUSES) &&
	    (kind != EVENT_DUE || arg < CLOCKS) &&
	    (kind != EVENT_CAUSE || arg <= (CAUSE_ROOT | CAUSE_SUMMARY)) &&
	    (kind != EVENT_TRIAGE || (arg & TRIAGE_SEVERITY) <= SEVERITIES);
}

int
read_event(struct store *s, sqlite3_stmt *st, int first, struct event *ev,
    struct arena *a, struct err *e)
{
	const char *text = (const char *)sqlite3_column_text(st, first + 5);
	int64_t kind = sqlite3_column_int64(st, first + 1);
	int64_t arg = sqlite3_column_int64(st, first + 4);
	size_t len = (size_t)sqlite3_column_bytes(st, first + 5);

	ev->at = sqlite3_column_int64(st, first);
	ev->nonce = sqlite3_column_int64(st, first + 2);
	ev->seq = sqlite3_column_int64(st, first + 3);
	ev->about = 0;
	ev->id = NULL;
	if ((text != NULL && utf8_valid(text, len) < len) ||
	    !event_right(kind, arg))
		return damaged(s, e, "the event of record", ev->seq,
		    "run tai-desk rebuild");
	ev->kind = (enum event_kind)kind;
	ev->arg = (int)arg;
	ev->text = text == NULL ? NULL : arena_strndup(a, text, len);
	return 0;
}

static int
read_key(struct store *s, sqlite3_stmt *st, int i, char key[KEY_TEXT],
    int64_t number, struct err *e)
{
	if (hash_canonical(column_text(st, i), key, KEY_TEXT) < 0 ||
	    strlen(key) != KEY_TEXT - 1)
		return damaged(s, e, "ticket", number, "no key");
	return 0;
}

int
store_histories(struct store *s, bool open_only, struct cursor **out,
    struct err *e)
{
	(void)e;
	*out = cursor_new(s);
	(*out)->kind = OF_HISTORIES;
	(*out)->open_only = open_only;
	return 0;
}

/* The history of a row. */
static int
add_history(struct cursor *c, sqlite3_stmt *st, struct err *e)
{
	size_t len = (size_t)sqlite3_column_bytes(st, 2);
	const char *bytes = len == 0 ? "" : arena_strndup(&c->arena,
	    sqlite3_column_blob(st, 2), len);
	size_t n = events_count(bytes, len);
	struct part *p;

	if (c->parts == c->part_room) {
		c->part_room = c->part_room > 0 ? 2 * c->part_room : 256;
		c->part = xreallocarray(c->part, c->part_room,
		    sizeof(*c->part));
	}
	while (n > c->event_room - c->events) {
		c->event_room = c->event_room > 0 ? 2 * c->event_room :
		    2 * CHUNK;
		c->event = xreallocarray(c->event, c->event_room,
		    sizeof(*c->event));
	}
	p = &c->part[c->parts];
	p->number = sqlite3_column_int64(st, 0);
	p->first = c->events;
	if (n == 0 || !events_unpack(bytes, len, c->event + c->events))
		return damaged(c->store, e, "ticket", p->number,
		    "run tai-desk rebuild");
	c->events += n;
	c->parts++;
	return read_key(c->store, st, 1, p->key, p->number, e);
}

/* The next tickets, with all their events. */
static int
read_tickets(struct cursor *c, struct err *e)
{
	sqlite3_stmt *st;
	int got;

	if (c->open_only)
		got = query(c->store, e, &st, "SELECT number, history.key, "
		    "events FROM ticket CROSS JOIN history "
		    "WHERE history.ticket = number AND number > $1 "
		    "AND status IN ('open', 'progress', 'waiting') "
		    "AND merged IS NULL ORDER BY number", ARG(c->last));
	else
		got = query(c->store, e, &st, "SELECT ticket, key, events "
		    "FROM history WHERE ticket > $1 ORDER BY ticket",
		    ARG(c->last));
	while (got == 1 && c->events < CHUNK) {
		if (add_history(c, st, e) < 0) {
			done(st);
			return -1;
		}
		got = next_row(c->store, st, e);
	}
	if (got == 1)
		done(st);
	if (got < 0)
		return -1;
	c->end = got == 0;
	if (c->parts > 0)
		c->last = c->part[c->parts - 1].number;
	return 0;
}

/* What a transaction of ours has appended counts as well. */
static int
read_chunk(struct cursor *c, struct err *e)
{
	c->parts = c->events = c->pos = 0;
	arena_reset(&c->arena);
	if (c->store->within && project_touched(c->store, e) < 0)
		return -1;
	return read_tickets(c, e);
}

int
cursor_history(struct cursor *c, struct history **out, struct err *e)
{
	const struct part *p;
	size_t end;

	if (c->kind != OF_HISTORIES)
		return err_set(e, ERR_BUG, "a cursor over records");
	if (c->pos == c->parts && !c->end && read_chunk(c, e) < 0)
		return -1;
	if (c->pos == c->parts)
		return 0;
	p = &c->part[c->pos++];
	end = c->pos < c->parts ? p[1].first : c->events;
	memcpy(c->history.key, p->key, KEY_TEXT);
	c->history.number = p->number;
	c->history.event = c->event + p->first;
	c->history.n = c->history.room = end - p->first;
	*out = &c->history;
	return 1;
}

int
store_id(struct store *s, int64_t seq, char id[LOG_ID], struct err *e)
{
	sqlite3_stmt *st;
	int got = query(s, e, &st, "SELECT id FROM log WHERE seq = $1",
	    ARG(seq));

	if (got != 1)
		return got;
	snprintf(id, LOG_ID, "%s", column_text(st, 0));
	done(st);
	return 1;
}
