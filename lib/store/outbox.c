/* What is to be sent, who is sending it, and what became of it. */
#include <string.h>

#include "base/time.h"
#include "store/private.h"

/* The first of whom it is for: an address, or the name in `to` itself. */
static const char *
recipient_of(const struct rec *r, struct arena *a)
{
	struct value v, first;
	size_t pos = 0;
	char *s = NULL;

	if (rec_get(r, "to", &v)) {
		if (v.kind == VALUE_ARRAY && value_next(&v, &pos, &first))
			v = first;
		if (v.kind == VALUE_OBJECT) {
			struct rec *to = arena_alloc(a, sizeof(*to));

			value_object(&v, to);
			if (!rec_get(to, "address", &v))
				return "";
		}
		s = value_str(&v, a, NULL);
	}
	for (char *p = s; p != NULL && *p != '\0'; p++)
		*p |= *p >= 'A' && *p <= 'Z' ? 0x20 : 0;
	return s != NULL ? s : "";
}

static void
delivery_meaning(const struct rec *r, struct meaning *m, struct arena *a)
{
	m->outbox.kind = OUTBOX_DELIVERY;
	m->outbox.id = rec_str(r, "about", a);
	m->outbox.state = rec_str(r, "state", a);
	m->outbox.why = rec_str(r, "why", a);
	m->outbox.next = TIME_NONE;
	rec_time(r, "at", &m->outbox.at);
	rec_time(r, "next", &m->outbox.next);
	rec_int(r, "attempt", &m->outbox.attempt);
	if (m->outbox.id == NULL || m->outbox.state == NULL)
		m->outbox.kind = OUTBOX_NOTHING;
}

void
outbox_meaning(const struct rec *r, struct meaning *m, struct arena *a)
{
	if (rec_is(r, "type", "delivery")) {
		delivery_meaning(r, m, a);
		return;
	}
	if (!rec_is(r, "type", "reply") && !rec_is(r, "type", "notice"))
		return;
	m->outbox.kind = OUTBOX_QUEUE;
	m->outbox.recipient = recipient_of(r, a);
	m->outbox.automatic = true;
	rec_bool(r, "auto", &m->outbox.automatic);
}

/*
 * What became of a letter may be known before the letter: then it is kept in
 * a row without one, whose seq is less than 0.
 */
static int
project_delivery(struct store *s, const struct meaning *m, int64_t seq,
    struct err *e)
{
	bool sent = strcmp(m->outbox.state, "sent") == 0;

	if (run(s, e, "INSERT INTO outbox (seq, id, recipient, automatic) "
	    "SELECT $2, $1, '', 1 WHERE NOT EXISTS (SELECT 1 FROM outbox "
	    "WHERE id = $1)", ARG(m->outbox.id), ARG(-seq)) < 0)
		return -1;
	return run(s, e, "UPDATE outbox SET state = $2, attempt = $3, "
	    "next = $4, sent = $5, why = $6 WHERE id = $1 AND sent IS NULL",
	    ARG(m->outbox.id), ARG(m->outbox.state), ARG(m->outbox.attempt),
	    ARG_TIME(m->outbox.next),
	    ARG_TIME(sent ? m->outbox.at : TIME_NONE),
	    ARG(m->outbox.why != NULL ? m->outbox.why : ""));
}

int
project_outbox(struct store *s, const struct meaning *m, int64_t seq,
    struct err *e)
{
	switch (m->outbox.kind) {
	case OUTBOX_QUEUE:
		return run(s, e, "INSERT INTO outbox (seq, id, recipient, "
		    "automatic) VALUES ($1, $2, $3, $4) ON CONFLICT (id) "
		    "DO UPDATE SET seq = $1, recipient = $3, automatic = $4 "
		    "WHERE seq < 0", ARG(seq),
		    ARG(m->id), ARG(m->outbox.recipient),
		    ARG(m->outbox.automatic));
	case OUTBOX_DELIVERY:
		return project_delivery(s, m, seq, e);
	default:
		return 0;
	}
}

static int64_t
time_column(sqlite3_stmt *st, int i)
{
	return sqlite3_column_type(st, i) == SQLITE_NULL ? TIME_NONE :
	    sqlite3_column_int64(st, i);
}

#define OUTGOING "SELECT o.id, o.state, o.why, o.attempt, o.next, o.sent, " \
	    "c.until, o.recipient FROM outbox o LEFT JOIN claim c " \
	    "ON c.id = o.id "

static int
first_row(struct store *s, enum outbox_which which, int64_t now, int64_t most,
    sqlite3_stmt **st, struct err *e)
{
	switch (which) {
	case OUTBOX_DUE:
		return query(s, e, st, OUTGOING
		    "WHERE o.seq > 0 AND o.state IN ('queued', 'retry') AND "
		    "(o.next IS NULL OR o.next <= $1) AND "
		    "(c.until IS NULL OR c.until <= $1) "
		    "ORDER BY o.seq LIMIT $2", ARG(now), ARG(most));
	case OUTBOX_OPEN:
		return query(s, e, st, OUTGOING
		    "WHERE o.seq > 0 AND o.state IN ('queued', 'retry') "
		    "ORDER BY o.seq LIMIT $1", ARG(most));
	case OUTBOX_STUCK:
		return query(s, e, st, OUTGOING
		    "WHERE o.seq > 0 AND (o.state IN ('failed', 'held') OR "
		    "(o.sent IS NULL AND c.until <= $1)) "
		    "ORDER BY o.seq LIMIT $2", ARG(now), ARG(most));
	default:
		return query(s, e, st, OUTGOING "WHERE o.seq > 0 "
		    "ORDER BY o.seq LIMIT $1",
		    ARG(most));
	}
}

static void
read_row(sqlite3_stmt *st, struct outgoing *o, struct arena *a)
{
	o->id = arena_strdup(a, column_text(st, 0));
	o->state = arena_strdup(a, column_text(st, 1));
	o->why = arena_strdup(a, column_text(st, 2));
	o->attempt = sqlite3_column_int64(st, 3);
	o->next = time_column(st, 4);
	o->sent = time_column(st, 5);
	o->claimed = time_column(st, 6);
	o->recipient = arena_strdup(a, column_text(st, 7));
}

int
store_outgoing(struct store *s, const char *id, struct outgoing *o,
    struct arena *a, struct err *e)
{
	sqlite3_stmt *st;
	int got = query(s, e, &st, OUTGOING "WHERE o.id = $1 "
	    "AND o.seq > 0", ARG(id));

	if (got == 1) {
		read_row(st, o, a);
		done(st);
	}
	return got;
}

int
store_outbox(struct store *s, enum outbox_which which, int64_t now,
    size_t most, struct arena *a, struct outgoing **rows, size_t *n,
    struct err *e)
{
	sqlite3_stmt *st;
	size_t room = 0;
	int got = first_row(s, which, now, (int64_t)most, &st, e);

	*rows = NULL;
	for (*n = 0; got == 1; got = next_row(s, st, e)) {
		if (*n == room) {
			struct outgoing *grown;

			room = room > 0 ? 2 * room : 64;
			grown = arena_alloc(a, room * sizeof(*grown));
			if (*n > 0)
				memcpy(grown, *rows, *n * sizeof(*grown));
			*rows = grown;
		}
		read_row(st, &(*rows)[(*n)++], a);
	}
	return got;
}

int
store_claim(struct store *s, const char *id, int64_t now, int64_t until,
    bool once, struct err *e)
{
	int64_t one;
	int got = query_int(s, e, &one, "SELECT 1 FROM outbox WHERE id = $1 "
	    "AND seq > 0 AND state IN ('queued', 'retry') "
	    "AND (next IS NULL OR next <= $2)", ARG(id), ARG(now));

	if (got != 1)
		return got;
	return run(s, e, "INSERT INTO claim (id, until) VALUES ($1, $2) "
	    "ON CONFLICT (id) DO UPDATE SET until = $2 "
	    "WHERE until <= $3 AND $4 = 0", ARG(id), ARG(until), ARG(now),
	    ARG(once));
}

int
store_unclaim(struct store *s, const char *id, struct err *e)
{
	return run(s, e, "DELETE FROM claim WHERE id = $1", ARG(id)) < 0 ?
	    -1 : 0;
}

int
store_sent(struct store *s, const char *recipient, int64_t since, int64_t *n,
    struct err *e)
{
	int got;

	if (recipient != NULL)
		got = query_int(s, e, n, "SELECT count(*) FROM outbox "
		    "WHERE recipient = $1 AND sent > $2", ARG(recipient),
		    ARG(since));
	else
		got = query_int(s, e, n, "SELECT count(*) FROM outbox "
		    "WHERE sent > $1", ARG(since));
	return got < 0 ? -1 : 0;
}

int
store_record(struct store *s, const char *id, struct buf *out, struct err *e)
{
	sqlite3_stmt *st;
	int got = query(s, e, &st, "SELECT body FROM log WHERE id = $1",
	    ARG(id));

	if (got == 1) {
		buf_adds(out, column_text(st, 0));
		done(st);
	}
	return got;
}
