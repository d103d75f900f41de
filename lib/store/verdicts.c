/* What was said of a customer's tickets. */
#include <stdlib.h>

#include "store/private.h"

int
store_verdicts(struct store *s, const char *customer, size_t most,
    struct cursor **out, struct err *e)
{
	int64_t *seqs = xreallocarray(NULL, most + 1, sizeof(*seqs));
	sqlite3_stmt *st;
	size_t n = 0;
	int got = query(s, e, &st, "SELECT seq FROM log "
	    "WHERE type = 'triage' AND customer = $1 "
	    "ORDER BY at DESC, seq DESC LIMIT $2", ARG(customer),
	    ARG((int64_t)most));

	for (; got == 1; got = next_row(s, st, e))
		seqs[n++] = sqlite3_column_int64(st, 0);
	if (got < 0) {
		free(seqs);
		return -1;
	}
	*out = cursor_of(s, seqs, n);
	return 0;
}
