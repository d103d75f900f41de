/* Full text: an index that follows the log, and what people ask of it. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "store/sqlite.h"

#define INDEX_BATCH	5000

/* How far the log is indexed. */
static int
indexed(struct store *s, int64_t *seq, struct err *e)
{
	sqlite3_stmt *q = query(s, e,
	    "SELECT value FROM meta WHERE name = 'indexed'", NULL, 0);
	int got;

	*seq = 0;
	if (q == NULL || (got = step(s, q, e)) < 0)
		return -1;
	if (got == 1)
		*seq = sqlite3_column_int64(q, 0);
	sqlite3_reset(q);
	return 0;
}

static int
index_message(struct store *s, int64_t seq, const char *body, size_t len,
    struct err *e)
{
	const char *subject, *text, *address = NULL;
	struct value from;

	if (len == 0 || rec_parse(s->rec, body, len, e) < 0)
		return len == 0 ? 0 : -1;
	arena_reset(&s->scratch);
	subject = rec_str(s->rec, "subject", &s->scratch);
	text = rec_str(s->rec, "text", &s->scratch);
	if (rec_get(s->rec, "from", &from) && from.kind == VALUE_OBJECT) {
		value_object(&from, s->rec);
		address = rec_str(s->rec, "address", &s->scratch);
	}
	return RUN(s, e, "INSERT INTO text (rowid, subject, body, sender) "
	    "VALUES ($1, $2, $3, $4)", INT(seq), TEXT(subject), TEXT(text),
	    TEXT(address)) < 0 ? -1 : 0;
}

/* One transaction's worth; *more when the log goes on. */
static int
index_batch(struct store *s, bool *more, struct err *e)
{
	sqlite3_stmt *q;
	int64_t seq;
	int got, n = 0;

	if (store_begin(s, e) < 0)
		return -1;
	if (indexed(s, &seq, e) < 0)
		goto bad;
	q = QUERY(s, e, "SELECT seq, type, body FROM log WHERE seq > $1 "
	    "ORDER BY seq LIMIT $2", INT(seq), INT(INDEX_BATCH));
	if (q == NULL)
		goto bad;
	while ((got = step(s, q, e)) == 1) {
		n++;
		seq = sqlite3_column_int64(q, 0);
		if (strcmp((const char *)sqlite3_column_text(q, 1),
		    "message") == 0 && index_message(s, seq,
		    (const char *)sqlite3_column_text(q, 2),
		    (size_t)sqlite3_column_bytes(q, 2), e) < 0)
			goto bad;
	}
	if (got < 0 || RUN(s, e, "INSERT INTO meta (name, value) "
	    "VALUES ('indexed', $1) ON CONFLICT (name) "
	    "DO UPDATE SET value = $1", INT(seq)) < 0)
		goto bad;
	*more = n == INDEX_BATCH;
	return store_commit(s, e);
bad:
	store_rollback(s);
	return -1;
}

int
store_index(struct store *s, size_t at_least, struct err *e)
{
	char chain[HASH_HEX];
	int64_t head, done;
	bool more = true;

	if (store_head(s, &head, chain, e) < 0 || indexed(s, &done, e) < 0)
		return -1;
	if (head - done < (int64_t)at_least || head == done)
		return 0;
	while (more) {
		if (index_batch(s, &more, e) < 0)
			return -1;
	}
	return 0;
}

/*
 * What people type is data: words, "phrases" and prefix* only, all of which
 * must be there. False when there is no word in it.
 */
static bool
match_text(const char *query, struct buf *out)
{
	while (*query != '\0') {
		bool phrase = *query == '"', prefix = false;
		size_t len;

		if (isspace((unsigned char)*query)) {
			query++;
			continue;
		}
		query += phrase;
		len = strcspn(query, phrase ? "\"" : " \t\n\r\v\f\"");
		if (!phrase && len > 1 && query[len - 1] == '*')
			prefix = true;
		if (len > (size_t)prefix)
			buf_printf(out, "%s\"%.*s\"%s", out->len > 0 ? " " :
			    "", (int)(len - prefix), query,
			    prefix ? "*" : "");
		query += len + (phrase && query[len] == '"');
	}
	return out->len > 0;
}

int
store_search(struct store *s, const char *query, size_t most,
    struct cursor **out, struct err *e)
{
	struct buf match = BUF_INIT;
	int rc = -1;

	if (!match_text(query, &match))
		err_set(e, ERR_USAGE, "no word to search for");
	else
		rc = cursor_search(s, match.data, most, out, e);
	buf_free(&match);
	return rc;
}
