/*
 * The derived tables. They depend on the log's rows in their order and on
 * nothing else: replaying the log gives the same bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "store/private.h"

/*
 * Ids by which others may find the message's ticket; none of one that was
 * begun beside another's thread.
 */
static void
message_name_list(const struct rec *r, struct meaning *m, struct arena *a)
{
	const char *part[EVENT_PARTS];
	const char *index = rec_str(r, "thread_index", a);

	event_parts(&m->event, part, a);
	if (*part[4] != '\0')
		return;
	m->names = message_names(rec_strings(r, "references", a),
	    rec_str(r, "in_reply_to", a), m->name);
	if (index != NULL && *index != '\0')
		m->name[m->names++] = arena_printf(a, "index:%s", index);
}

/* What has a Message-ID; rules judge the customer's (EVENT_CUSTOMER). */
static void
message_meaning(const struct rec *r, struct meaning *m, struct arena *a)
{
	m->message_id = rec_str(r, "message_id", a);
	if (m->message_id != NULL && *m->message_id == '\0')
		m->message_id = NULL;
	m->conversation = rec_str(r, "conversation", a);
	m->wants_triage = m->event.kind == EVENT_CUSTOMER;
	message_name_list(r, m, a);
	lately_meaning(r, m, a);
}

static int
merge_meaning(const struct rec *r, struct meaning *m, struct arena *a,
    struct err *e)
{
	const char *from = rec_str(r, "ticket", a);
	const char *into = rec_str(r, "into", a);

	if (from == NULL || into == NULL ||
	    hash_canonical(from, m->key, KEY_TEXT) < 0 ||
	    hash_canonical(into, m->into, KEY_TEXT) < 0 ||
	    strlen(m->key) != KEY_TEXT - 1 || strlen(m->into) != KEY_TEXT - 1)
		return err_set(e, ERR_INPUT,
		    "merge needs two keys of 12 characters");
	m->kind = MEANS_MERGE;
	return 0;
}

/* What a monitor said is no event of a ticket's; a group's are found by time. */
static int
alert_meaning(const struct rec *r, struct meaning *m, struct arena *a,
    struct err *e)
{
	m->conversation = rec_str(r, "conversation", a);
	if (!rec_time(r, "at", &m->event.at))
		return err_set(e, ERR_INPUT, "at is not a time");
	m->kind = m->conversation != NULL ? MEANS_ALERT : MEANS_NOTHING;
	return 0;
}

int
meaning_of(const struct rec *r, struct meaning *m, struct arena *a,
    struct err *e)
{
	int got;

	memset(m, 0, sizeof(*m));
	m->id = rec_str(r, "id", a);
	outbox_meaning(r, m, a);
	if (rec_is(r, "type", "merge"))
		return merge_meaning(r, m, a, e);
	if (rec_is(r, "type", "alert"))
		return alert_meaning(r, m, a, e);
	if ((got = event_of(r, &m->event, m->key, a, e)) <= 0)
		return got;
	m->kind = MEANS_EVENT;
	if (rec_is(r, "type", "split")) {
		m->kind = MEANS_SPLIT;
		return split_of(r, &m->split, a, e);
	}
	if (rec_is(r, "type", "message") || rec_is(r, "type", "reply"))
		message_meaning(r, m, a);
	if (m->event.kind == EVENT_TRIAGE && !(m->event.arg & TRIAGE_PERSON))
		m->judged = rec_str(r, "message", a);
	return 0;
}

int
ticket_number(struct store *s, const char *key, int64_t *number,
    struct err *e)
{
	return query_int(s, e, number, "SELECT coalesce(merged, number) "
	    "FROM ticket WHERE key = $1", ARG(key));
}

/* Numbers are given in the order in which keys first appear. */
int
number_of(struct store *s, const char *key, int64_t *number, struct err *e)
{
	int got = ticket_number(s, key, number, e);

	if (got != 0)
		return got < 0 ? -1 : 0;
	*number = ++s->number;
	return run(s, e, "INSERT INTO ticket (number, key) VALUES ($1, $2)",
	    ARG(*number), ARG(key)) < 0 ? -1 : 0;
}

void
touch(struct store *s, int64_t number)
{
	if (s->ntouched > 0 && s->touched[s->ntouched - 1] == number)
		return;
	if (s->ntouched == s->touched_room) {
		s->touched_room = s->touched_room > 0 ?
		    2 * s->touched_room : 1024;
		s->touched = xreallocarray(s->touched, s->touched_room,
		    sizeof(*s->touched));
	}
	s->touched[s->ntouched++] = number;
}

/*
 * All but the status, which is the one's alone; what comes later is kept away
 * by is_merged.
 */
static int
move_events(struct store *s, int64_t from, int64_t into, struct err *e)
{
	int n = run(s, e, "INSERT INTO event (ticket, at, kind, nonce, seq, "
	    "arg, text) SELECT $2, at, kind, nonce, seq, arg, text FROM event "
	    "WHERE ticket = $1 AND kind <> $3 ON CONFLICT DO NOTHING",
	    ARG(from), ARG(into), ARG(EVENT_STATUS));

	if (n >= 0)
		n = run(s, e, "DELETE FROM event WHERE ticket = $1",
		    ARG(from));
	return n;
}

static int
project_merge(struct store *s, const struct meaning *m, struct err *e)
{
	int64_t from, into;

	if (number_of(s, m->key, &from, e) < 0 ||
	    number_of(s, m->into, &into, e) < 0)
		return -1;
	if (from == into)
		return 0;
	touch(s, from);
	touch(s, into);
	if (move_events(s, from, into, e) < 0)
		return -1;
	return run(s, e, "UPDATE ticket SET merged = $2 WHERE number = $1 "
	    "OR merged = $1", ARG(from), ARG(into)) < 0 ? -1 : 0;
}

/*
 * The first message of an id keeps it. Its hash will do for a key: to take
 * over a given id needs a second preimage of 64 bits. An id that is only
 * named gives way to the message itself.
 */
static int
project_names(struct store *s, const struct meaning *m, int64_t number,
    struct err *e)
{
	const char *id = m->message_id;

	if (id != NULL && run(s, e, "INSERT INTO msgid (hash, ticket, seen, "
	    "owner) VALUES ($1, $2, 1, $3) ON CONFLICT (hash) DO UPDATE SET "
	    "ticket = $2, seen = 1, owner = $3 WHERE seen = 0",
	    ARG(name_word(id)), ARG(number),
	    ARG(m->event.nonce)) < 0)
		return -1;
	for (size_t i = 0; i < m->names; i++) {
		id = m->name[i];
		if (run(s, e, "INSERT INTO msgid (hash, ticket, seen, owner) "
		    "VALUES ($1, $2, 0, $3) ON CONFLICT (hash) DO NOTHING",
		    ARG(name_word(id)), ARG(number),
		    ARG(m->event.nonce)) < 0)
			return -1;
	}
	return 0;
}

/* A message waits for its verdict, unless that came first. */
static int
project_waiting(struct store *s, const char *id, int64_t seq, struct err *e)
{
	int n = run(s, e, "DELETE FROM pending WHERE message = $1", ARG(id));

	if (n != 0)
		return n;
	return run(s, e, "INSERT INTO pending (seq, message) VALUES ($1, $2)",
	    ARG(seq), ARG(id));
}

/* A verdict whose message is still to come is kept, as minus its seq. */
static int
project_verdict(struct store *s, const char *message, int64_t seq,
    struct err *e)
{
	int64_t one;
	int n = run(s, e, "DELETE FROM pending WHERE message = $1 AND seq > 0",
	    ARG(message));

	if (n == 0)
		n = query_int(s, e, &one, "SELECT 1 FROM log "
		    "WHERE id = $1 AND seq < $2", ARG(message), ARG(seq));
	if (n != 0)
		return n;
	return run(s, e, "INSERT INTO pending (seq, message) VALUES ($1, $2) "
	    "ON CONFLICT (message) DO NOTHING", ARG(-seq), ARG(message));
}

/* Whether the key is of a ticket that was merged into another: 1, 0 or -1. */
static int
is_merged(struct store *s, const char *key, struct err *e)
{
	int64_t one;

	return query_int(s, e, &one, "SELECT 1 FROM ticket WHERE key = $1 "
	    "AND merged IS NOT NULL", ARG(key));
}

static int
project_event(struct store *s, const struct meaning *m, int64_t seq,
    struct err *e)
{
	const struct event *ev = &m->event;
	char key[KEY_TEXT];
	int64_t number;
	int n;

	memcpy(key, m->key, KEY_TEXT);
	if (moved_key(s, ev, key, e) < 0 || number_of(s, key, &number, e) < 0)
		return -1;
	touch(s, number);
	if (s->latest < ev->at)
		s->latest = ev->at;
	if (ev->kind == EVENT_STATUS && (n = is_merged(s, key, e)) != 0)
		return n < 0 ? -1 : 0;
	n = run(s, e, "INSERT INTO event (ticket, at, kind, nonce, seq, arg, "
	    "text) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
	    ARG(number), ARG(ev->at), ARG(ev->kind), ARG(ev->nonce), ARG(seq),
	    ARG(ev->arg), ARG(ev->text));
	if (n < 0)
		return -1;
	if (project_names(s, m, number, e) < 0)
		return -1;
	if (m->conversation != NULL && project_talk(s, m, seq, e) < 0)
		return -1;
	if (m->limited && project_lately(s, m, e) < 0)
		return -1;
	if (m->wants_triage && project_waiting(s, m->id, seq, e) < 0)
		return -1;
	if (m->judged != NULL && project_verdict(s, m->judged, seq, e) < 0)
		return -1;
	return 0;
}

int
project(struct store *s, const struct meaning *m, int64_t seq, struct err *e)
{
	if (project_outbox(s, m, seq, e) < 0)
		return -1;
	switch (m->kind) {
	case MEANS_EVENT:
		return project_event(s, m, seq, e);
	case MEANS_MERGE:
		return project_merge(s, m, e);
	case MEANS_ALERT:
		return project_talk(s, m, seq, e);
	case MEANS_SPLIT:
		return project_event(s, m, seq, e) < 0 ? -1 :
		    project_split(s, &m->split, seq, e);
	default:
		return 0;
	}
}

static int
write_history(struct store *s, const struct history *h, struct err *e)
{
	struct buf packed = BUF_INIT;
	int n;

	if (h->n == 0)
		return run(s, e, "DELETE FROM history WHERE ticket = $1",
		    ARG(h->number));
	events_pack(h, &packed);
	n = run(s, e, "UPDATE history SET events = $2 WHERE ticket = $1",
	    ARG(h->number), ARG_BYTES(packed.data, packed.len));
	if (n == 0)
		n = run(s, e, "INSERT INTO history (ticket, key, events) "
		    "SELECT number, key, $2 FROM ticket WHERE number = $1",
		    ARG(h->number), ARG_BYTES(packed.data, packed.len));
	buf_free(&packed);
	return n;
}

/* Many events change nothing of it: the page is then left alone. */
static int
write_row(struct store *s, const struct history *h, struct err *e)
{
	struct ticket t;

	if (write_history(s, h, e) < 0)
		return -1;
	ticket_fold(h, TIME_MAX, &s->arena, &t);
	return run(s, e, "UPDATE ticket SET opened = $2, status = $3, "
	    "severity = $4, category = $5, topic = $6, assignee = $7, "
	    "first_response = $8, resolved = $9, reopened = $10, "
	    "excluded = $11, customer = $12, channel = $13, sender = $14, "
	    "subject = $15 WHERE number = $1 AND (opened, status, severity, "
	    "category, topic, assignee, first_response, resolved, reopened, "
	    "excluded, customer, channel, sender, subject) "
	    "IS DISTINCT FROM ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
	    "$12, $13, $14, $15)", ARG(h->number), ARG_TIME(t.opened),
	    ARG(status_name(t.status)), ARG(severity_name(t.severity)),
	    ARG(t.category), ARG(t.topic), ARG(t.assignee),
	    ARG_TIME(t.first_response), ARG_TIME(t.resolved), ARG(t.reopened),
	    ARG(t.excluded), ARG(t.customer), ARG(t.channel), ARG(t.from),
	    ARG(t.subject)) < 0 ? -1 : 0;
}

static struct event *
room_for_event(struct history *h)
{
	if (h->n == h->room) {
		h->room = h->room > 0 ? 2 * h->room : 64;
		h->event = xreallocarray(h->event, h->room,
		    sizeof(*h->event));
	}
	return &h->event[h->n++];
}

static int
refold(struct store *s, int64_t number, struct err *e)
{
	struct history *h = &s->history;
	sqlite3_stmt *st;
	int got;

	arena_reset(&s->arena);
	h->number = number;
	h->n = 0;
	got = query(s, e, &st, "SELECT at, kind, nonce, seq, arg, text "
	    "FROM event WHERE ticket = $1 ORDER BY at, kind, nonce",
	    ARG(number));
	while (got == 1) {
		if (read_event(s, st, 0, room_for_event(h), &s->arena, e) < 0) {
			done(st);
			return -1;
		}
		got = next_row(s, st, e);
	}
	return got < 0 ? -1 : write_row(s, h, e);
}

static int
by_number(const void *x, const void *y)
{
	const int64_t *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

/* The moment of the latest event, in a table of one row. */
static int
write_latest(struct store *s, struct err *e)
{
	if (run(s, e, "DELETE FROM latest WHERE at < $1", ARG(s->latest)) < 0)
		return -1;
	return run(s, e, "INSERT INTO latest (at) SELECT $1 "
	    "WHERE NOT EXISTS (SELECT 1 FROM latest)", ARG(s->latest));
}

int
project_touched(struct store *s, struct err *e)
{
	if (s->latest != TIME_NONE && write_latest(s, e) < 0)
		return -1;
	if (s->ntouched > 0)
		qsort(s->touched, s->ntouched, sizeof(*s->touched), by_number);
	for (size_t i = 0; i < s->ntouched; i++) {
		if (i > 0 && s->touched[i] == s->touched[i - 1])
			continue;
		if (refold(s, s->touched[i], e) < 0)
			return -1;
	}
	s->ntouched = 0;
	return 0;
}

/* Every ticket's row, from one pass over the events. */
static int
fold_all(struct store *s, struct err *e)
{
	struct history *h = &s->history;
	sqlite3_stmt *st;
	int got = query(s, e, &st, "SELECT ticket, at, kind, nonce, seq, arg, "
	    "text FROM event ORDER BY ticket, at, kind, nonce");

	h->n = 0;
	for (; got == 1; got = next_row(s, st, e)) {
		int64_t number = sqlite3_column_int64(st, 0);

		if (h->n > 0 && h->number != number) {
			if (write_row(s, h, e) < 0)
				break;
			h->n = 0;
		}
		if (h->n == 0)
			arena_reset(&s->arena);
		h->number = number;
		if (read_event(s, st, 1, room_for_event(h), &s->arena, e) < 0)
			break;
	}
	if (got == 1)
		done(st);
	if (got != 0)
		return -1;
	return h->n > 0 ? write_row(s, h, e) : 0;
}

int
project_log(struct store *s, struct err *e)
{
	struct meaning m;
	struct err bad = { 0 };
	sqlite3_stmt *st;
	int got;

	s->number = 0;
	s->moves = false;
	s->latest = TIME_NONE;
	got = query(s, e, &st, "SELECT seq, body FROM log ORDER BY seq");
	while (got == 1) {
		int64_t seq = sqlite3_column_int64(st, 0);
		const char *body = column_text(st, 1);

		arena_reset(&s->arena);
		if (rec_parse(s->rec, body,
		    (size_t)sqlite3_column_bytes(st, 1), &bad) < 0 ||
		    meaning_of(s->rec, &m, &s->arena, &bad) < 0) {
			done(st);
			return damaged(s, e, "record", seq, bad.text);
		}
		s->ntouched = 0;
		if (project(s, &m, seq, e) < 0) {
			done(st);
			return -1;
		}
		got = next_row(s, st, e);
	}
	s->ntouched = 0;
	if (got < 0 || (s->latest != TIME_NONE && write_latest(s, e) < 0))
		return -1;
	return fold_all(s, e);
}
