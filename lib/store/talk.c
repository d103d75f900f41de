/* What was said where that has no subject: the messages of a conversation. */
#include <stdlib.h>
#include <string.h>

#include "store/private.h"

static int64_t
place_of(const char *conversation)
{
	return (int64_t)hash_word(conversation, strlen(conversation));
}

int
project_talk(struct store *s, const struct meaning *m, int64_t seq,
    struct err *e)
{
	return run(s, e, "INSERT INTO talk (place, at, seq) "
	    "VALUES ($1, $2, $3)", ARG(place_of(m->conversation)),
	    ARG(m->event.at), ARG(seq)) < 0 ? -1 : 0;
}

int
store_talk(struct store *s, const char *conversation, int64_t from,
    int64_t until, size_t most, struct cursor **out, struct err *e)
{
	int64_t *seqs = xreallocarray(NULL, most + 1, sizeof(*seqs));
	sqlite3_stmt *st;
	size_t n = 0;
	int got = query(s, e, &st, "SELECT seq FROM talk WHERE place = $1 "
	    "AND at BETWEEN $2 AND $3 ORDER BY at DESC, seq DESC LIMIT $4",
	    ARG(place_of(conversation)), ARG(from), ARG(until),
	    ARG((int64_t)most));

	for (; got == 1; got = next_row(s, st, e))
		seqs[n++] = sqlite3_column_int64(st, 0);
	if (got < 0) {
		free(seqs);
		return -1;
	}
	for (size_t i = 0; i < n / 2; i++) {
		int64_t last = seqs[n - 1 - i];

		seqs[n - 1 - i] = seqs[i];
		seqs[i] = last;
	}
	*out = cursor_of(s, seqs, n);
	return 0;
}
