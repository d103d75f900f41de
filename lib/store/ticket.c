/* One ticket: by the names people give it, by a Message-ID, its history. */
#include <string.h>

#include "base/time.h"
#include "store/private.h"

/* The key of a number, through a merge; 1, 0 or -1. */
static int
key_of(struct store *s, int64_t number, char key[KEY_TEXT], struct err *e)
{
	sqlite3_stmt *st;
	bool right;
	int got = query(s, e, &st, "SELECT key FROM ticket WHERE number = "
	    "(SELECT coalesce(merged, number) FROM ticket "
	    "WHERE number = $1)", ARG(number));

	if (got != 1)
		return got;
	right = hash_canonical(column_text(st, 0), key, KEY_TEXT) == 0 &&
	    strlen(key) == KEY_TEXT - 1;
	done(st);
	return right ? 1 : damaged(s, e, "ticket", number, "no key");
}

/* "1823" or "#1823"; false when the name is none of that kind. */
static bool
number_in(const char *name, int64_t *number)
{
	size_t len;

	if (*name == '#')
		name++;
	len = strlen(name);
	if (len == 0 || len > 15 || strspn(name, "0123456789") != len)
		return false;
	for (*number = 0; *name != '\0'; name++)
		*number = *number * 10 + (*name - '0');
	return true;
}

static int
by_prefix(struct store *s, const char *name, char key[KEY_TEXT],
    struct err *e)
{
	char low[KEY_TEXT], high[KEY_TEXT + 1];
	int64_t number = 0;
	sqlite3_stmt *st;
	int got, n = 0;

	if (hash_canonical(name, low, sizeof(low)) < 0 || *low == '\0')
		return 0;
	snprintf(high, sizeof(high), "%s~", low);
	got = query(s, e, &st, "SELECT DISTINCT coalesce(merged, number) "
	    "FROM ticket WHERE key >= $1 AND key < $2 "
	    "AND (merged IS NOT NULL OR opened IS NOT NULL) LIMIT 2",
	    ARG((const char *)low), ARG((const char *)high));
	for (; got == 1; got = next_row(s, st, e)) {
		number = sqlite3_column_int64(st, 0);
		n++;
	}
	if (got < 0 || n == 0)
		return got;
	if (n > 1)
		return err_set(e, ERR_USAGE, "ticket '%s' is not unique",
		    name);
	return key_of(s, number, key, e);
}

int
store_ticket(struct store *s, const char *name, char key[KEY_TEXT],
    struct err *e)
{
	int64_t number;

	if (number_in(name, &number)) {
		int got = key_of(s, number, key, e);

		/* A number that none has is no beginning of a key. */
		if (got != 0 || strlen(name) != KEY_TEXT - 1)
			return got;
	}
	return by_prefix(s, name, key, e);
}

int
store_name(struct store *s, const char *message_id, char key[KEY_TEXT],
    bool *seen, struct err *e)
{
	int64_t number;
	sqlite3_stmt *st;
	int got = query(s, e, &st, "SELECT ticket, seen FROM msgid "
	    "WHERE hash = $1",
	    ARG((int64_t)hash_word(message_id, strlen(message_id))));

	if (got != 1)
		return got;
	number = sqlite3_column_int64(st, 0);
	*seen = sqlite3_column_int64(st, 1) != 0;
	done(st);
	return key_of(s, number, key, e);
}

int
store_message_ticket(struct store *s, const char *message_id,
    char key[KEY_TEXT], struct err *e)
{
	bool seen;
	int got = store_name(s, message_id, key, &seen, e);

	return got == 1 ? seen : got;
}

int
store_ticket_customer(struct store *s, const char *key, char **customer,
    struct arena *a, struct err *e)
{
	int64_t number;
	sqlite3_stmt *st;
	int got = ticket_number(s, key, &number, e);

	if (got == 1)
		got = query(s, e, &st, "SELECT customer FROM ticket "
		    "WHERE number = $1", ARG(number));
	if (got == 1) {
		*customer = arena_strdup(a, column_text(st, 0));
		done(st);
	}
	return got;
}

static void
grow(struct history *h, struct arena *a)
{
	struct event *grown;

	if (h->n < h->room)
		return;
	h->room = h->room > 0 ? 2 * h->room : 16;
	grown = arena_alloc(a, h->room * sizeof(*grown));
	if (h->n > 0)
		memcpy(grown, h->event, h->n * sizeof(*grown));
	h->event = grown;
}

int
store_history(struct store *s, const char *key, struct history *h,
    struct arena *a, struct err *e)
{
	sqlite3_stmt *st;
	int got;

	memset(h, 0, sizeof(*h));
	got = ticket_number(s, key, &h->number, e);
	if (got == 1)
		got = key_of(s, h->number, h->key, e);
	if (got != 1)
		return got;
	got = query(s, e, &st, "SELECT at, kind, nonce, seq, arg, text "
	    "FROM event WHERE ticket = $1 ORDER BY at, kind, nonce",
	    ARG(h->number));
	for (; got == 1; got = next_row(s, st, e)) {
		grow(h, a);
		if (read_event(s, st, 0, &h->event[h->n++], a, e) < 0) {
			done(st);
			return -1;
		}
	}
	return got < 0 ? -1 : h->n > 0;
}

int
store_latest(struct store *s, int64_t *at, struct err *e)
{
	*at = TIME_NONE;
	return query_int(s, e, at, "SELECT at FROM latest") < 0 ?
	    -1 : 0;
}
