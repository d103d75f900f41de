/* Which files of a Maildir have been taken, so that none is opened twice. */
#include <stdlib.h>

#include "store/private.h"

int
store_taken(struct store *s, uint64_t folder, uint64_t **names, size_t *n,
    struct err *e)
{
	size_t room = 0;
	sqlite3_stmt *st;
	int got = query(s, e, &st, "SELECT name FROM taken WHERE folder = $1 "
	    "ORDER BY name", ARG((int64_t)folder));

	*names = NULL;
	for (*n = 0; got == 1; got = next_row(s, st, e)) {
		if (*n == room) {
			room = room > 0 ? 2 * room : 1024;
			*names = xreallocarray(*names, room, sizeof(**names));
		}
		(*names)[(*n)++] = (uint64_t)sqlite3_column_int64(st, 0);
	}
	return got;
}

int
store_take(struct store *s, uint64_t folder, uint64_t name, struct err *e)
{
	if (!s->within || s->failed)
		return err_set(e, ERR_BUG, "a file without a transaction");
	return run(s, e, "INSERT INTO taken (folder, name) VALUES ($1, $2) "
	    "ON CONFLICT (folder, name) DO NOTHING", ARG((int64_t)folder),
	    ARG((int64_t)name)) < 0 ? -1 : 0;
}

int
store_untake(struct store *s, uint64_t folder, uint64_t name, struct err *e)
{
	if (!s->within || s->failed)
		return err_set(e, ERR_BUG, "a file without a transaction");
	return run(s, e, "DELETE FROM taken WHERE folder = $1 AND name = $2",
	    ARG((int64_t)folder), ARG((int64_t)name)) < 0 ? -1 : 0;
}
