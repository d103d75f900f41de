/* The derived tables: what the log means, to be looked up fast. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "store/sqlite.h"

static void
touch(struct store *s, int64_t number)
{
	if (s->ntouched > 0 && s->touched[s->ntouched - 1] == number)
		return;
	if (s->ntouched == s->touched_room) {
		s->touched_room = s->touched_room > 0 ?
		    2 * s->touched_room : 256;
		s->touched = xreallocarray(s->touched, s->touched_room,
		    sizeof(*s->touched));
	}
	s->touched[s->ntouched++] = number;
}

/* The number of a key, given one if new; of the ticket it was merged into. */
static int
number_of(struct store *s, const char *key, int64_t *number, struct err *e)
{
	sqlite3_stmt *q = QUERY(s, e,
	    "SELECT number, merged FROM ticket WHERE key = $1", TEXT(key));
	int got;

	if (q == NULL || (got = step(s, q, e)) < 0)
		return -1;
	if (got == 0) {
		if (RUN(s, e, "INSERT INTO ticket (key) VALUES ($1)",
		    TEXT(key)) < 0)
			return -1;
		*number = sqlite3_last_insert_rowid(s->db);
		return 0;
	}
	while (got == 1 && sqlite3_column_type(q, 1) != SQLITE_NULL) {
		int64_t into = sqlite3_column_int64(q, 1);

		sqlite3_reset(q);
		q = QUERY(s, e, "SELECT number, merged FROM ticket "
		    "WHERE number = $1", INT(into));
		if (q == NULL || (got = step(s, q, e)) < 0)
			return -1;
	}
	*number = sqlite3_column_int64(q, 0);
	sqlite3_reset(q);
	return 0;
}

static int
project_event(struct store *s, const struct event *ev, int64_t number,
    int64_t seq, struct err *e)
{
	touch(s, number);
	return RUN(s, e, "INSERT INTO event "
	    "(ticket, at, kind, nonce, seq, arg, text) "
	    "VALUES ($1, $2, $3, $4, $5, $6, $7) "
	    "ON CONFLICT (ticket, at, kind, nonce) DO NOTHING",
	    INT(number), INT(ev->at), INT(ev->kind), INT(ev->nonce), INT(seq),
	    INT(ev->arg), TEXT(ev->text)) < 0 ? -1 : 0;
}

static int
project_message(struct store *s, const struct rec *r, const struct event *ev,
    int64_t number, int64_t seq, struct err *e)
{
	const char *id = rec_str(r, "message_id", &s->scratch);

	if (id != NULL && RUN(s, e, "INSERT INTO message_id (id, ticket) "
	    "VALUES ($1, $2) ON CONFLICT (id) DO NOTHING", TEXT(id),
	    INT(number)) < 0)
		return -1;
	if (ev->kind != EVENT_CUSTOMER)
		return 0;
	id = rec_str(r, "id", &s->scratch);
	return RUN(s, e, "INSERT INTO untriaged (seq, id) SELECT $1, $2 "
	    "WHERE NOT EXISTS (SELECT 1 FROM judged WHERE id = $2)",
	    INT(seq), TEXT(id)) < 0 ? -1 : 0;
}

static int
project_triage(struct store *s, const struct rec *r, struct err *e)
{
	const char *message = rec_str(r, "message", &s->scratch);
	struct value v;

	if (message == NULL || rec_get(r, "by", &v))
		return 0;
	return RUN(s, e, "INSERT INTO judged (id) VALUES ($1) "
	    "ON CONFLICT (id) DO NOTHING", TEXT(message)) < 0 ||
	    RUN(s, e, "DELETE FROM untriaged WHERE id = $1",
	    TEXT(message)) < 0 ? -1 : 0;
}

static int
project_merge(struct store *s, const struct rec *r, struct err *e)
{
	const char *from = rec_str(r, "ticket", &s->scratch);
	const char *into = rec_str(r, "into", &s->scratch);
	char a[KEY_TEXT], b[KEY_TEXT];
	int64_t source, target;

	/* record_check has seen that both are keys. */
	if (hash_canonical(from, a, sizeof(a)) < 0 ||
	    hash_canonical(into, b, sizeof(b)) < 0 ||
	    number_of(s, a, &source, e) < 0 || number_of(s, b, &target, e) < 0)
		return -1;
	if (source == target)
		return 0;
	touch(s, source);
	touch(s, target);
	return RUN(s, e, "INSERT INTO event "
	    "(ticket, at, kind, nonce, seq, arg, text) "
	    "SELECT $2, at, kind, nonce, seq, arg, text FROM event "
	    "WHERE ticket = $1 "
	    "ON CONFLICT (ticket, at, kind, nonce) DO NOTHING",
	    INT(source), INT(target)) < 0 ||
	    RUN(s, e, "DELETE FROM event WHERE ticket = $1",
	    INT(source)) < 0 ||
	    RUN(s, e, "UPDATE message_id SET ticket = $2 WHERE ticket = $1",
	    INT(source), INT(target)) < 0 ||
	    RUN(s, e, "UPDATE ticket SET merged = $2 WHERE number = $1",
	    INT(source), INT(target)) < 0 ? -1 : 0;
}

int
project(struct store *s, const struct rec *r, const struct event *ev,
    const char *key, int64_t seq, struct err *e)
{
	int64_t number;

	if (rec_is(r, "type", "merge"))
		return project_merge(s, r, e);
	if (ev == NULL)
		return 0;
	if (number_of(s, key, &number, e) < 0 ||
	    project_event(s, ev, number, seq, e) < 0)
		return -1;
	if (rec_is(r, "type", "message"))
		return project_message(s, r, ev, number, seq, e);
	if (rec_is(r, "type", "triage"))
		return project_triage(s, r, e);
	return 0;
}

static struct arg
moment(int64_t t)
{
	return t == TIME_NONE ? (struct arg){ ARG_NULL, 0, NULL, 0 } : INT(t);
}

static int
write_row(struct store *s, int64_t number, const struct ticket *t,
    struct err *e)
{
	if (t->opened == TIME_NONE)
		return RUN(s, e, "UPDATE ticket SET opened = NULL, "
		    "status = NULL WHERE number = $1", INT(number)) < 0 ?
		    -1 : 0;
	return RUN(s, e, "UPDATE ticket SET customer = $2, sender = $3, "
	    "channel = $4, subject = $5, opened = $6, status = $7, "
	    "since = $8, severity = $9, category = $10, topic = $11, "
	    "rule = $12, confidence = $13, assignee = $14, "
	    "first_response = $15, resolved = $16, messages = $17, "
	    "answers = $18, reopened = $19, excluded = $20 "
	    "WHERE number = $1", INT(number), TEXT(t->customer),
	    TEXT(t->from), TEXT(t->channel), TEXT(t->subject),
	    moment(t->opened), TEXT(status_name(t->status)), INT(t->since),
	    TEXT(severity_name(t->severity)), TEXT(t->category),
	    TEXT(t->topic), TEXT(t->rule), INT(t->confidence),
	    TEXT(t->assignee), moment(t->first_response), moment(t->resolved),
	    INT(t->messages), INT(t->answers), INT(t->reopened),
	    TEXT(t->excluded)) < 0 ? -1 : 0;
}

static int
by_number(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return (a > b) - (a < b);
}

int
project_finish(struct store *s, struct err *e)
{
	struct arena a = { 0 };
	int rc = 0;

	if (s->ntouched > 1)
		qsort(s->touched, s->ntouched, sizeof(*s->touched), by_number);
	for (size_t i = 0; rc == 0 && i < s->ntouched; i++) {
		struct history h = { 0 };
		struct ticket t;

		if (i > 0 && s->touched[i] == s->touched[i - 1])
			continue;
		arena_reset(&a);
		if ((rc = load_events(s, s->touched[i], &h, &a, e)) < 0)
			break;
		ticket_fold(&h, TIME_MAX, &a, &t);
		rc = write_row(s, s->touched[i], &t, e);
	}
	s->ntouched = 0;
	arena_free(&a);
	return rc;
}
