/* Tickets that are resolved by now, and were open some time ago. */
#include <stdlib.h>
#include <string.h>

#include "store/private.h"

int
store_resolved(struct store *s, int64_t since, char (**keys)[KEY_TEXT],
    size_t *n, struct err *e)
{
	sqlite3_stmt *st;
	size_t room = 0;
	int got = query(s, e, &st, "SELECT key FROM ticket WHERE resolved > $1 "
	    "AND status IN ('resolved', 'closed') AND merged IS NULL "
	    "ORDER BY +number", ARG(since));

	*keys = NULL;
	for (*n = 0; got == 1; got = next_row(s, st, e)) {
		if (*n == room) {
			room = room > 0 ? 2 * room : 64;
			*keys = xreallocarray(*keys, room, sizeof(**keys));
		}
		snprintf((*keys)[(*n)++], KEY_TEXT, "%s", column_text(st, 0));
	}
	if (got < 0) {
		free(*keys);
		*keys = NULL;
	}
	return got;
}
