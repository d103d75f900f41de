/*
 * Splits: messages that a person has taken off their ticket. What was moved
 * is kept by the hash of the record's id, so that it holds for records that
 * come later, too.
 */
#include <stdlib.h>
#include <string.h>

#include "store/private.h"

/* The latest word on a record: 1 with its key, 0 none, -1. */
static int
moved_row(struct store *s, int64_t nonce, char key[KEY_TEXT], int64_t *at,
    int64_t *split, struct err *e)
{
	sqlite3_stmt *st;
	bool right;
	int got;

	if (!s->moves)
		return 0;
	got = query(s, e, &st, "SELECT key, at, split FROM moved "
	    "WHERE nonce = $1", ARG(nonce));
	if (got != 1)
		return got;
	right = hash_canonical(column_text(st, 0), key, KEY_TEXT) == 0 &&
	    strlen(key) == KEY_TEXT - 1;
	*at = sqlite3_column_int64(st, 1);
	*split = sqlite3_column_int64(st, 2);
	done(st);
	return right ? 1 : damaged(s, e, "a moved record", 0,
	    "run tai-desk rebuild");
}

int
moved_key(struct store *s, const struct event *ev, char key[KEY_TEXT],
    struct err *e)
{
	int64_t at, split;
	int got = moved_row(s, ev->nonce, key, &at, &split, e);

	if (got == 0 && ev->about != 0)
		got = moved_row(s, ev->about, key, &at, &split, e);
	return got < 0 ? -1 : 0;
}

/* Later answers go where the message has gone. */
static int
move_names(struct store *s, const struct meaning *m, int64_t into,
    struct err *e)
{
	for (size_t i = 0; i <= m->names; i++) {
		const char *id = i < m->names ? m->name[i] : m->message_id;

		if (id != NULL && run(s, e, "UPDATE msgid SET ticket = $2 "
		    "WHERE hash = $1 AND owner = $3",
		    ARG((int64_t)hash_word(id, strlen(id))), ARG(into),
		    ARG(m->event.nonce)) < 0)
			return -1;
	}
	return 0;
}

/*
 * The events of what was said of the message: verdicts, and answers, whose
 * names go with them.
 */
static int
find_nonces(struct store *s, int64_t from, int64_t into, int64_t about,
    int64_t **out, size_t *n, struct err *e)
{
	struct arena a = { 0 };
	struct err bad = { 0 };
	sqlite3_stmt *st;
	char key[KEY_TEXT];
	int64_t at, split;
	size_t room = 8;
	int got;

	*out = xreallocarray(NULL, room, sizeof(**out));
	(*out)[0] = about;
	*n = 1;
	got = query(s, e, &st, "SELECT nonce, body FROM event "
	    "CROSS JOIN log WHERE event.ticket = $1 AND "
	    "kind IN ($2, $3, $4) AND log.seq = event.seq", ARG(from),
	    ARG(EVENT_TRIAGE), ARG(EVENT_AUTO), ARG(EVENT_AGENT));
	for (; got == 1; got = next_row(s, st, e)) {
		struct meaning m;

		arena_reset(&a);
		if (rec_parse(s->rec, column_text(st, 1),
		    (size_t)sqlite3_column_bytes(st, 1), &bad) < 0 ||
		    meaning_of(s->rec, &m, &a, &bad) < 0 ||
		    m.kind != MEANS_EVENT || m.event.about != about)
			continue;
		/* What was set apart by itself stays there. */
		got = moved_row(s, m.event.nonce, key, &at, &split, e);
		if (got == 1)
			continue;
		if (*n == room)
			*out = xreallocarray(*out, room *= 2, sizeof(**out));
		(*out)[(*n)++] = sqlite3_column_int64(st, 0);
		if (got < 0 || move_names(s, &m, into, e) < 0) {
			done(st);
			got = -1;
			break;
		}
	}
	arena_free(&a);
	return got;
}

static int
move_events(struct store *s, int64_t from, int64_t into, int64_t about,
    struct err *e)
{
	int64_t *nonce;
	size_t n;
	int rc = find_nonces(s, from, into, about, &nonce, &n, e);

	for (size_t i = 0; rc >= 0 && i < n; i++) {
		rc = run(s, e, "INSERT INTO event (ticket, at, kind, nonce, "
		    "seq, arg, text) SELECT $2, at, kind, nonce, seq, arg, "
		    "text FROM event WHERE ticket = $1 AND nonce = $3 "
		    "ON CONFLICT DO NOTHING", ARG(from), ARG(into),
		    ARG(nonce[i]));
		if (rc >= 0)
			rc = run(s, e, "DELETE FROM event WHERE ticket = $1 "
			    "AND nonce = $2", ARG(from), ARG(nonce[i]));
	}
	free(nonce);
	return rc < 0 ? -1 : 0;
}

/* A record that is here already: 1 with its meaning, 0, -1. */
static int
find_record(struct store *s, const char *id, int64_t before,
    struct meaning *m, struct arena *a, struct err *e)
{
	struct err bad = { 0 };
	sqlite3_stmt *st;
	int got = query(s, e, &st, "SELECT body FROM log WHERE id = $1 "
	    "AND seq < $2", ARG(id), ARG(before));

	if (got != 1)
		return got;
	if (rec_parse(s->rec, arena_strndup(a, column_text(st, 0),
	    (size_t)sqlite3_column_bytes(st, 0)),
	    (size_t)sqlite3_column_bytes(st, 0), &bad) < 0 ||
	    meaning_of(s->rec, m, a, &bad) < 0 || m->kind != MEANS_EVENT)
		got = 0;
	done(st);
	return got;
}

static int
move_record(struct store *s, const char *id, const char *old,
    const struct split *to, int64_t seq, struct err *e)
{
	struct arena a = { 0 };
	struct meaning m;
	char with[KEY_TEXT] = "";
	int64_t from, into, at, split;
	int got = find_record(s, id, seq, &m, &a, e);

	/* An answer may have gone along with its message. */
	if (got == 1 && *old == '\0' && m.event.about != 0) {
		if (moved_row(s, m.event.about, with, &at, &split, e) < 0)
			got = -1;
		old = with;
	}
	if (got == 1 && number_of(s, *old != '\0' ? old : m.key, &from,
	    e) == 0 && number_of(s, to->into, &into, e) == 0) {
		touch(s, from);
		touch(s, into);
		got = from == into ? 0 : move_events(s, from, into,
		    m.event.nonce, e);
		if (got == 0)
			got = move_names(s, &m, into, e);
	} else if (got == 1)
		got = -1;
	arena_free(&a);
	return got;
}

int
project_split(struct store *s, const struct split *to, int64_t seq,
    struct err *e)
{
	for (size_t i = 0; i < to->n; i++) {
		int64_t nonce = event_nonce(to->message[i]), at, split;
		char old[KEY_TEXT] = "";
		int got = moved_row(s, nonce, old, &at, &split, e);

		if (got < 0)
			return -1;
		if (got == 1 && !split_beats(to->at, to->nonce, at, split))
			continue;
		s->moves = true;
		if (run(s, e, "INSERT INTO moved (nonce, key, at, split) "
		    "VALUES ($1, $2, $3, $4) ON CONFLICT (nonce) DO UPDATE "
		    "SET key = $2, at = $3, split = $4", ARG(nonce),
		    ARG((const char *)to->into), ARG(to->at),
		    ARG(to->nonce)) < 0 ||
		    move_record(s, to->message[i], old, to, seq, e) < 0)
			return -1;
	}
	return 0;
}
