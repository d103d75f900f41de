/* Full text: filled behind a mark, in transactions of its own. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "store/private.h"

#define BATCH_ROWS	4000
#define BATCH_BYTES	((size_t)16 << 20)

static const char *
sender_of(const struct rec *r, struct arena *a)
{
	struct rec *from;
	struct value v;
	const char *address, *name;

	if (!rec_get(r, "from", &v) || v.kind != VALUE_OBJECT)
		return "";
	from = arena_alloc(a, sizeof(*from));
	value_object(&v, from);
	address = rec_str(from, "address", a);
	name = rec_str(from, "name", a);
	return arena_printf(a, "%s %s", address != NULL ? address : "",
	    name != NULL ? name : "");
}

/* Of scripts that put no blanks between words: kana, Han, Hangul. */
static bool
is_unspaced(uint32_t c)
{
	return (c >= 0x3005 && c <= 0x3007) || (c >= 0x3041 && c <= 0x312f) ||
	    (c >= 0x31f0 && c <= 0x31ff) || (c >= 0x3400 && c <= 0x4dbf) ||
	    (c >= 0x4e00 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7a3) ||
	    (c >= 0xf900 && c <= 0xfaff) || (c >= 0xff66 && c <= 0xff9f) ||
	    (c >= 0x20000 && c <= 0x3ffff);
}

/*
 * Each of their characters is a word of its own, and a word of a person's a
 * phrase of them: it is found wherever it stands in a sentence.
 */
static void
add_spaced(struct buf *out, const char *s, size_t len)
{
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		bool alone = (unsigned char)s[i] >= 0xe3 &&
		    is_unspaced(utf8_decode(s + i, len - i, &n));

		if (alone) {
			buf_addc(out, ' ');
			buf_add(out, s + i, n);
			buf_addc(out, ' ');
			continue;
		}
		for (n = 1; i + n < len && (unsigned char)s[i + n] < 0xe3;)
			n++;
		buf_add(out, s + i, n);
	}
}

static const char *
spaced(const char *s, struct arena *a)
{
	struct buf b = BUF_INIT;
	const char *p = s;

	while (p != NULL && *p != '\0' && (unsigned char)*p < 0xe3)
		p++;
	if (p == NULL || *p == '\0')
		return s;
	add_spaced(&b, s, strlen(s));
	s = arena_strndup(a, b.data, b.len);
	buf_free(&b);
	return s;
}

static int
index_message(struct store *s, const struct rec *r, int64_t seq,
    struct err *e)
{
	struct arena *a = &s->arena;

	arena_reset(a);
	return run(s, e, "INSERT INTO search (rowid, subject, text, sender) "
	    "VALUES ($1, $2, $3, $4)", ARG(seq),
	    ARG(spaced(rec_str(r, "subject", a), a)),
	    ARG(spaced(rec_str(r, "text", a), a)),
	    ARG(spaced(sender_of(r, a), a))) < 0 ? -1 : 0;
}

/* One batch; *more is whether there may be another. */
static int
index_batch(struct store *s, bool *more, struct err *e)
{
	static const char *const types[] = { "message", NULL };
	struct cursor *cur = NULL;
	int64_t mark = 0, seq;
	size_t rows = 0, bytes = 0;
	int got = 1, rc = -1;

	if (store_begin(s, e) < 0)
		return -1;
	if (query_int(s, e, &mark, "SELECT value FROM mark "
	    "WHERE name = 'indexed'") < 0 ||
	    store_log(s, types, NULL, mark, &cur, e) < 0)
		goto done;
	while (rows < BATCH_ROWS && bytes < BATCH_BYTES &&
	    (got = cursor_record(cur, s->rec, &seq, e)) == 1) {
		if (index_message(s, s->rec, seq, e) < 0)
			goto done;
		mark = seq;
		rows++;
		bytes += s->rec->len;
	}
	*more = got == 1;
	if (got == 0)
		mark = s->seq;
	if (got >= 0 && run(s, e, "UPDATE mark SET value = $1 "
	    "WHERE name = 'indexed'", ARG(mark)) >= 0)
		rc = 0;
done:
	cursor_close(cur);
	if (rc == 0)
		return store_commit(s, e);
	store_rollback(s);
	return -1;
}

int
store_behind(struct store *s, int64_t *n, struct err *e)
{
	*n = 0;
	return query_int(s, e, n, "SELECT (SELECT max(seq) FROM log) - "
	    "value FROM mark WHERE name = 'indexed'") < 0 ? -1 : 0;
}

int
store_index(struct store *s, size_t at_least, struct err *e)
{
	int64_t behind;
	bool more = true;

	if (s->mode != STORE_WRITE)
		return 0;
	if (store_behind(s, &behind, e) < 0)
		return -1;
	if (behind <= 0 || (uint64_t)behind < at_least)
		return 0;
	while (more) {
		if (index_batch(s, &more, e) < 0)
			return -1;
	}
	return 0;
}

static bool
blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/*
 * A person's words as a query: each word or "phrase" must be there, a word*
 * as the start of one. All else in them is text to look for, never syntax.
 */
static void
build_query(const char *p, struct buf *out)
{
	while (*p != '\0') {
		const char *start, *end;
		bool phrase = *p == '"';

		if (blank(*p)) {
			p++;
			continue;
		}
		start = p += phrase;
		while (*p != '\0' && *p != '"' && (phrase || !blank(*p)))
			p++;
		end = p;
		if (phrase && *p == '"')
			p++;
		if (*p == '*')
			p++;
		if (start == end)
			continue;
		buf_addc(out, '"');
		add_spaced(out, start, (size_t)(end - start));
		buf_adds(out, p[-1] == '*' ? "\"* " : "\" ");
	}
}

int
store_search(struct store *s, const char *words, size_t most,
    struct cursor **out, struct err *e)
{
	struct buf expression = BUF_INIT;
	int64_t *seqs = NULL;
	sqlite3_stmt *st;
	size_t n = 0, room = 0;
	int got = 0;

	*out = NULL;
	build_query(words, &expression);
	if (expression.len > 0)
		got = query(s, e, &st, "SELECT rowid FROM search "
		    "WHERE search MATCH $1 "
		    "ORDER BY bm25(search, 5.0, 1.0, 3.0), rowid DESC "
		    "LIMIT $2", ARG((const char *)expression.data),
		    ARG((int64_t)most));
	for (; got == 1; got = next_row(s, st, e)) {
		if (n == room) {
			room = room > 0 ? 2 * room : 64;
			seqs = xreallocarray(seqs, room, sizeof(*seqs));
		}
		seqs[n++] = sqlite3_column_int64(st, 0);
	}
	buf_free(&expression);
	if (got < 0) {
		free(seqs);
		return -1;
	}
	*out = cursor_of(s, seqs, n);
	return 0;
}
