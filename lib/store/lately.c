/* What every sender has written, for who must know how much that is. */
#include "store/private.h"

/* Mail to us, but no list's: whose people share an address. */
void
lately_meaning(const struct rec *r, struct meaning *m, struct arena *a)
{
	m->limited = rec_is(r, "type", "message") &&
	    rec_is(r, "channel", "email") && rec_is(r, "direction", "in") &&
	    (rec_is(r, "role", "customer") || rec_is(r, "role", "auto")) &&
	    !rec_is(r, "auto", "list") && alike_of(r, &m->alike, a);
}

int
project_lately(struct store *s, const struct meaning *m, struct err *e)
{
	return run(s, e, "INSERT INTO lately (sender, at, nonce, subject, "
	    "text, shape) VALUES ($1, $2, $3, $4, $5, $6) "
	    "ON CONFLICT DO NOTHING", ARG(m->alike.sender), ARG(m->event.at),
	    ARG(m->event.nonce), ARG(m->alike.subject), ARG(m->alike.text),
	    ARG(m->alike.shape)) < 0 ? -1 : 0;
}

int
store_lately(struct store *s, int64_t sender, int64_t from, int64_t to,
    struct alike_mail *out, size_t room, size_t *n, struct err *e)
{
	sqlite3_stmt *st;
	int got = query(s, e, &st, "SELECT at, nonce, subject, text, shape "
	    "FROM lately WHERE sender = $1 AND at BETWEEN $2 AND $3 "
	    "ORDER BY at DESC, nonce LIMIT $4", ARG(sender), ARG(from),
	    ARG(to), ARG((int64_t)room));

	for (*n = 0; got == 1; got = next_row(s, st, e)) {
		out[(*n)++] = (struct alike_mail){
			.at = sqlite3_column_int64(st, 0),
			.nonce = sqlite3_column_int64(st, 1),
			.alike = { .sender = sender,
				.subject = sqlite3_column_int64(st, 2),
				.text = sqlite3_column_int64(st, 3),
				.shape = sqlite3_column_int64(st, 4) },
		};
	}
	return got;
}
