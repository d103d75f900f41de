/* The store: the log, what is derived from it, cursors, faults by hand. */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/time.h"
#include "format/blobline.h"
#include "store/private.h"
#include "unit.h"

#define A	"AAAAAAAAAAAA"
#define B	"BBBBBBBBBBBB"
#define C	"CCCCCCCCCCCC"
#define D	"DDDDDDDDDDDD"

static struct rec rec;
static struct arena arena;
static char folder[64], path[128];

static void
remove_store(void)
{
	static const char *const ends[] = { "", "-wal", "-shm", "-lock",
		"-journal" };
	char name[160];

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		unlink(name);
	}
}

static void
setup(void)
{
	snprintf(folder, sizeof(folder), "/tmp/tai-store.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/s.db", folder);
}

static void
teardown(void)
{
	remove_store();
	rmdir(folder);
	arena_free(&arena);
}

static struct store *
opened(enum store_mode mode)
{
	struct store *s;
	struct err e = { 0 };

	ck_assert_msg(store_open(&s, path, mode, &e) == 0, "%s", e.text);
	return s;
}

static void
begun(struct store *s)
{
	struct err e = { 0 };

	ck_assert_msg(store_begin(s, &e) == 0, "%s", e.text);
}

static void
committed(struct store *s)
{
	struct err e = { 0 };

	ck_assert_msg(store_commit(s, &e) == 0, "%s", e.text);
}

static int
append(struct store *s, const char *line, struct err *e)
{
	ck_assert_msg(rec_parse(&rec, line, strlen(line), e) == 0, "%s: %s",
	    e->text, line);
	return store_append(s, &rec, e);
}

/*
 * A record of the type at a second after noon, with the fields given as JSON
 * behind it; the id is all of that.
 */
static const char *
line_of(const char *type, int second, const char *ticket, const char *fields)
{
	char id[ID_TEXT], at[24];

	snprintf(at, sizeof(at), "2026-01-15T12:%02d:%02dZ", second / 60 % 60,
	    second % 60);
	record_id(id, type, at, ticket, fields, (char *)NULL);
	return arena_printf(&arena, "{\"v\":1,\"type\":\"%s\",\"id\":\"%s\","
	    "\"at\":\"%s\",\"ticket\":\"%s\"%s%s}", type, id, at, ticket,
	    *fields != '\0' ? "," : "", fields);
}

static const char *
message(int second, const char *ticket, const char *name)
{
	return line_of("message", second, ticket, arena_printf(&arena,
	    "\"customer\":\"acme\",\"channel\":\"email\",\"direction\":\"in\","
	    "\"from\":{\"address\":\"ann@acme.example\",\"name\":\"Ann\"},"
	    "\"role\":\"customer\",\"subject\":\"%s\",\"text\":\"it is %s\","
	    "\"message_id\":\"%s@x\",\"auto\":\"none\"", name, name, name));
}

static const char *
answer(int second, const char *ticket)
{
	return line_of("message", second, ticket, "\"channel\":\"email\","
	    "\"direction\":\"out\",\"from\":{},\"role\":\"agent\","
	    "\"subject\":\"re\",\"text\":\"done\"");
}

static const char *
triage_of(int second, const char *ticket, const char *message_line)
{
	const char *id = strstr(message_line, "\"id\":\"") + 6;

	return line_of("triage", second, ticket, arena_printf(&arena,
	    "\"message\":\"%.16s\",\"severity\":\"HIGH\",\"category\":"
	    "\"platform\",\"topic\":\"API\",\"confidence\":90", id));
}

static void
put(struct store *s, const char *line)
{
	struct err e = { 0 };

	ck_assert_msg(append(s, line, &e) == 1, "%s: %s", e.text, line);
}

/* Every table but those of full text, as text. */
static char *
dump(struct store *s)
{
	static const char *const tables[] = { "SELECT * FROM log",
		"SELECT * FROM ticket", "SELECT * FROM event",
		"SELECT * FROM msgid", "SELECT * FROM pending",
		"SELECT * FROM latest", "SELECT * FROM talk",
		"SELECT * FROM blob", "SELECT * FROM mail" };
	struct buf out = BUF_INIT;
	char *text;

	for (size_t t = 0; t < sizeof(tables) / sizeof(*tables); t++) {
		sqlite3_stmt *st;
		struct err e = { 0 };
		int got = query(s, &e, &st, tables[t]);

		for (; got == 1; got = next_row(s, st, &e)) {
			for (int i = 0; i < sqlite3_column_count(st); i++) {
				buf_printf(&out, "%d:", sqlite3_column_type(st,
				    i));
				buf_add(&out, sqlite3_column_blob(st, i),
				    (size_t)sqlite3_column_bytes(st, i));
				buf_addc(&out, '|');
			}
			buf_addc(&out, '\n');
		}
		ck_assert_int_eq(got, 0);
	}
	text = arena_alloc(&arena, out.len * 2 + 1);
	for (size_t i = 0; i < out.len; i++)
		snprintf(text + 2 * i, 3, "%02x", (unsigned char)out.data[i]);
	text[2 * out.len] = '\0';
	buf_free(&out);
	return text;
}

struct faults {
	int n;
	int64_t seq;		/* of the first */
	char what[300];
};

static void
count_fault(void *arg, int64_t seq, const char *what)
{
	struct faults *f = arg;

	if (f->n++ == 0) {
		f->seq = seq;
		snprintf(f->what, sizeof(f->what), "%s", what);
	}
}

static struct faults
verified(struct store *s)
{
	struct faults f = { 0 };
	struct err e = { 0 };
	int64_t rows;

	ck_assert_msg(store_verify(s, count_fault, &f, &rows, &e) == 0, "%s",
	    e.text);
	return f;
}

/* A small life of four tickets, in an order that time did not have. */
static void
fill(struct store *s)
{
	const char *m = message(1, A, "one"), *late = message(5, C, "three");

	begun(s);
	put(s, m);
	put(s, triage_of(1, A, m));
	put(s, message(2, B, "two"));
	put(s, triage_of(5, C, late));
	put(s, late);
	committed(s);
	begun(s);
	put(s, answer(300, A));
	put(s, answer(100, A));
	put(s, line_of("status", 400, A,
	    "\"status\":\"resolved\",\"by\":\"x\""));
	put(s, line_of("note", 50, B, "\"text\":\"psst\""));
	put(s, line_of("assign", 60, B, "\"assignee\":\"ana\""));
	put(s, message(7, D, "four"));
	put(s, line_of("merge", 70, D, "\"into\":\"" C "\""));
	put(s, line_of("note", 80, D, "\"text\":\"to the other one\""));
	put(s, line_of("merge", 90, C, "\"into\":\"" D "\""));
	put(s, line_of("survey", 95, D, "\"kind\":\"csat\""));
	put(s, line_of("of-tomorrow", 99, A, "\"x\":[1,{\"y\":null}]"));
	committed(s);
}

START_TEST(appends)
{
	struct store *s = opened(STORE_WRITE);
	const char *m = message(1, A, "one");
	char head[HASH_HEX], again[HASH_HEX], id[ID_TEXT];
	struct err e = { 0 };
	struct stat st;
	int64_t seq;

	ck_assert_int_eq(append(s, m, &e), -1);
	ck_assert_int_eq(e.kind, ERR_BUG);
	err_clear(&e);
	ck_assert_int_eq(store_head(s, &seq, head, &e), 0);
	ck_assert_int_eq(seq, 0);
	begun(s);
	ck_assert_int_eq(append(s, m, &e), 1);
	ck_assert_int_eq(append(s, m, &e), 0);
	ck_assert_int_eq(append(s, line_of("clock", 1, A, "\"clock\":\"next\""),
	    &e), 0);
	/* refused ones leave no trace, and the rest is kept */
	ck_assert_int_eq(append(s, line_of("status", 1, A,
	    "\"status\":\"gone\""), &e), -1);
	ck_assert_int_eq(e.kind, ERR_INPUT);
	err_clear(&e);
	ck_assert_int_eq(append(s, line_of("merge", 1, A,
	    "\"into\":\"nowhere\""), &e), -1);
	ck_assert_int_eq(e.kind, ERR_INPUT);
	err_clear(&e);
	committed(s);
	ck_assert_int_eq(store_head(s, &seq, head, &e), 0);
	ck_assert_int_eq(seq, 1);
	begun(s);
	put(s, message(2, B, "two"));
	store_rollback(s);
	ck_assert_int_eq(store_head(s, &seq, again, &e), 0);
	ck_assert_int_eq(seq, 1);
	ck_assert_str_eq(head, again);
	snprintf(id, sizeof(id), "%.16s", strstr(m, "\"id\":\"") + 6);
	ck_assert_int_eq(store_has(s, id, &e), 1);
	ck_assert_int_eq(store_has(s, "nothing", &e), 0);
	ck_assert_int_eq(verified(s).n, 0);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & 07, 0);
	store_close(s);
}
END_TEST

START_TEST(tickets)
{
	struct store *s = opened(STORE_WRITE);
	struct err e = { 0 };
	struct history h;
	struct ticket t;
	char key[KEY_TEXT], *customer;

	fill(s);
	ck_assert_int_eq(store_history(s, A, &h, &arena, &e), 1);
	ck_assert_uint_eq(h.n, 5);
	ck_assert_int_eq(h.number, 1);
	ticket_fold(&h, TIME_MAX, &arena, &t);
	ck_assert_int_eq(t.status, STATUS_RESOLVED);
	ck_assert_str_eq(t.subject, "one");
	ck_assert_int_eq(t.first_response - t.opened, 99);
	/* merged: both keys, whichever way */
	ck_assert_int_eq(store_history(s, C, &h, &arena, &e), 1);
	ck_assert_uint_eq(h.n, 4);
	ck_assert_str_eq(h.key, C);
	ck_assert_int_eq(store_history(s, D, &h, &arena, &e), 1);
	ck_assert_str_eq(h.key, C);
	ck_assert_int_eq(store_history(s, "EEEEEEEEEEEE", &h, &arena, &e), 0);
	ck_assert_int_eq(store_message_ticket(s, "four@x", key, &e), 1);
	ck_assert_str_eq(key, C);
	ck_assert_int_eq(store_message_ticket(s, "five@x", key, &e), 0);
	ck_assert_int_eq(store_ticket_customer(s, D, &customer, &arena, &e),
	    1);
	ck_assert_str_eq(customer, "acme");
	ck_assert_int_eq(store_ticket_customer(s, "EEEEEEEEEEEE", &customer,
	    &arena, &e), 0);
	store_close(s);
}
END_TEST

START_TEST(names)
{
	static const struct { const char *name, *key; int got; } rows[] = {
		{ "1", A, 1 }, { "#2", B, 1 }, { A, A, 1 },
		{ "aaaaaaaaaaaa", A, 1 }, { "b", B, 1 }, { "4", C, 1 },
		{ "dd", C, 1 }, { "99", NULL, 0 }, { "#99", NULL, 0 },
		{ "", NULL, 0 }, { "#", NULL, 0 }, { "#a", NULL, 0 },
		{ "%", NULL, 0 }, { "Z", NULL, 0 },
		{ "99999999999999999999", NULL, 0 },
		{ "AB", NULL, -1 }, { "ABA", "ABAAAAAAAAAA", 1 },
		{ "12", NULL, 0 }, { "12A", "12AAAAAAAAAA", 1 },
		{ "123456789012", "123456789012", 1 },
	};
	struct store *s = opened(STORE_WRITE);

	fill(s);
	begun(s);
	put(s, message(1, "ABAAAAAAAAAA", "n1"));
	put(s, message(1, "ABBBBBBBBBBB", "n2"));
	put(s, message(1, "12AAAAAAAAAA", "n3"));
	put(s, message(1, "123456789012", "n4"));
	committed(s);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct err e = { 0 };
		char key[KEY_TEXT] = "";
		int got = store_ticket(s, rows[i].name, key, &e);

		ck_assert_msg(got == rows[i].got, "'%s': %d %s", rows[i].name,
		    got, e.text);
		if (got < 0)
			ck_assert_int_eq(e.kind, ERR_USAGE);
		if (got == 1)
			ck_assert_str_eq(key, rows[i].key);
	}
	store_close(s);
}
END_TEST

/* The seqs that a cursor yields, as text. */
static const char *
seqs_of(struct cursor *c)
{
	struct err e = { 0 };
	struct buf out = BUF_INIT;
	const char *text;
	int64_t seq;
	int got;

	while ((got = cursor_record(c, &rec, &seq, &e)) == 1)
		buf_printf(&out, "%lld ", (long long)seq);
	ck_assert_msg(got == 0, "%s", e.text);
	cursor_close(c);
	text = arena_strdup(&arena, out.data);
	buf_free(&out);
	return text;
}

static const char *
log_seqs(struct store *s, const char *const *types, const char *ticket,
    int64_t after)
{
	struct cursor *c;
	struct err e = { 0 };

	ck_assert_msg(store_log(s, types, ticket, after, &c, &e) == 0, "%s",
	    e.text);
	return seqs_of(c);
}

START_TEST(cursors)
{
	static const char *const two[] = { "note", "assign", NULL };
	static const char *const none[] = { "credit", NULL };
	static const char *const empty[] = { NULL };
	struct store *s = opened(STORE_WRITE);
	struct cursor *c;
	struct history *h;
	struct err e = { 0 };
	struct buf keys = BUF_INIT;
	int64_t latest;

	ck_assert_int_eq(store_latest(s, &latest, &e), 0);
	ck_assert(latest == TIME_NONE);
	fill(s);
	ck_assert_str_eq(log_seqs(s, NULL, NULL, 0),
	    "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 ");
	ck_assert_str_eq(log_seqs(s, NULL, NULL, 14), "15 16 ");
	ck_assert_str_eq(log_seqs(s, two, NULL, 0), "9 10 13 ");
	ck_assert_str_eq(log_seqs(s, two, NULL, 9), "10 13 ");
	ck_assert_str_eq(log_seqs(s, none, NULL, 0), "");
	ck_assert_str_eq(log_seqs(s, empty, NULL, 0), "");
	ck_assert_str_eq(log_seqs(s, NULL, A, 0), "1 2 6 7 8 16 ");
	ck_assert_str_eq(log_seqs(s, NULL, C, 0), "4 5 11 12 13 14 15 ");
	ck_assert_str_eq(log_seqs(s, two, D, 0), "13 ");
	ck_assert_str_eq(log_seqs(s, NULL, "EEEEEEEEEEEE", 0), "");
	for (int open = 0; open < 2; open++) {
		ck_assert_int_eq(store_histories(s, open, &c, &e), 0);
		buf_reset(&keys);
		while (cursor_history(c, &h, &e) == 1)
			buf_printf(&keys, "%lld%s:%zu ", (long long)h->number,
			    h->key, h->n);
		ck_assert_str_eq(keys.data, open ? "2" B ":3 3" C ":4 " :
		    "1" A ":5 2" B ":3 3" C ":4 ");
		cursor_close(c);
	}
	buf_free(&keys);
	ck_assert_int_eq(store_latest(s, &latest, &e), 0);
	ck_assert_int_eq(latest, 1768478400 + 400);
	store_close(s);
}
END_TEST

/* What waits for the rules, whatever came first. */
START_TEST(untriaged)
{
	struct store *s = opened(STORE_WRITE);
	const char *m = message(1, A, "one"), *n = message(2, A, "two");
	struct err e = { 0 };
	struct cursor *c;
	int64_t seq;

	fill(s);
	ck_assert_int_eq(store_untriaged(s, &c, &e), 0);
	ck_assert_str_eq(seqs_of(c), "3 11 ");
	begun(s);
	put(s, triage_of(9, A, m));	/* again: nothing to do */
	put(s, n);
	put(s, line_of("triage", 3, A, "\"severity\":\"LOW\",\"by\":\"me\""));
	put(s, line_of("message", 9, A, "\"channel\":\"email\",\"direction\":"
	    "\"in\",\"from\":{},\"role\":\"customer\",\"subject\":\"away\","
	    "\"text\":\"\",\"auto\":\"reply\""));
	put(s, line_of("message", 9, A, "\"channel\":\"email\",\"direction\":"
	    "\"in\",\"from\":{},\"role\":\"customer\",\"subject\":\"list\","
	    "\"text\":\"\",\"auto\":\"list\""));
	committed(s);
	ck_assert_int_eq(store_untriaged(s, &c, &e), 0);
	ck_assert_str_eq(seqs_of(c), "3 11 18 21 ");
	/* judged while the cursor is under way */
	ck_assert_int_eq(store_untriaged(s, &c, &e), 0);
	while (cursor_record(c, &rec, &seq, &e) == 1) {
		const char *t;

		t = triage_of(20, A, arena_strndup(&arena, rec.line, rec.len));
		begun(s);
		put(s, t);
		committed(s);
	}
	ck_assert_int_eq(e.kind, ERR_NONE);
	cursor_close(c);
	ck_assert_int_eq(store_untriaged(s, &c, &e), 0);
	ck_assert_str_eq(seqs_of(c), "");
	ck_assert_int_eq(verified(s).n, 0);
	store_close(s);
}
END_TEST

START_TEST(rebuilds)
{
	struct store *s = opened(STORE_WRITE);
	struct err e = { 0 };
	char *before, head[HASH_HEX], after[HASH_HEX];
	int64_t seq;

	fill(s);
	before = dump(s);
	store_head(s, &seq, head, &e);
	ck_assert_int_eq(verified(s).n, 0);
	ck_assert_msg(store_rebuild(s, &e) == 0, "%s", e.text);
	ck_assert_str_eq(before, dump(s));
	store_head(s, &seq, after, &e);
	ck_assert_str_eq(head, after);
	ck_assert_int_eq(verified(s).n, 0);
	/* and it goes on from there */
	begun(s);
	put(s, message(9, "FFFFFFFFFFFF", "five"));
	committed(s);
	ck_assert_int_eq(verified(s).n, 0);
	store_close(s);
	s = opened(STORE_READ);
	ck_assert_int_eq(verified(s).n, 0);
	store_close(s);
}
END_TEST

/* The same log in many small transactions or one gives the same rows. */
START_TEST(batches)
{
	struct buf lines = BUF_INIT;
	char *dumps[3];
	unsigned state = 7;
	const int sizes[] = { 1, 7, 400 };

	for (int i = 0; i < 400; i++) {
		static const char *const keys[] = { A, B, C, D };
		const char *key, *other, *line;
		int at;

		state = state * 1664525 + 1013904223;
		key = keys[state >> 9 & 3];
		other = keys[state >> 12 & 3];
		at = (int)(state >> 16 & 1023);
		switch (state >> 27) {
		case 0: line = line_of("merge", at, key, arena_printf(&arena,
			"\"into\":\"%s\"", other)); break;
		case 1: case 2: line = answer(at, key); break;
		case 3: line = line_of("status", at, key,
			"\"status\":\"resolved\""); break;
		case 4: line = triage_of(at, key, message(at, key, "m"));
			break;
		default: line = message(at, key, "m"); break;
		}
		buf_adds(&lines, line);
		buf_addc(&lines, '\n');
	}
	for (int round = 0; round < 3; round++) {
		struct store *s = opened(STORE_WRITE);
		char *p = lines.data;

		for (int i = 0; i < 400; i++) {
			char *nl = strchr(p, '\n');
			struct err e = { 0 };

			if (i % sizes[round] == 0)
				begun(s);
			ck_assert_int_eq(rec_parse(&rec, p, (size_t)(nl - p),
			    &e), 0);
			ck_assert_int_ge(store_append(s, &rec, &e), 0);
			p = nl + 1;
			if ((i + 1) % sizes[round] == 0 || i == 399)
				committed(s);
		}
		dumps[round] = dump(s);
		ck_assert_int_eq(verified(s).n, 0);
		store_close(s);
		remove_store();
	}
	ck_assert_str_eq(dumps[0], dumps[1]);
	ck_assert_str_eq(dumps[0], dumps[2]);
	buf_free(&lines);
}
END_TEST

/* Whatever is changed by hand is found, and the row is named. */
START_TEST(tampering)
{
	static const struct {
		const char *sql;
		int64_t seq;
		const char *what;
	} rows[] = {
		{ "UPDATE log SET body = replace(body, 'psst', 'boo!') "
		    "WHERE seq = 9", 9, "the body was changed" },
		{ "UPDATE log SET body_hash = zeroblob(32) WHERE seq = 4", 4,
		    "chain" },
		{ "UPDATE log SET chain = zeroblob(32) WHERE seq = 4", 4,
		    "chain" },
		{ "UPDATE log SET chain = x'00' WHERE seq = 4", 4, "missing" },
		{ "UPDATE log SET at = at + 1 WHERE seq = 16", 16, "chain" },
		{ "UPDATE log SET id = 'X' WHERE seq = 2", 2, "chain" },
		{ "UPDATE log SET type = 'note' WHERE seq = 3", 3, "chain" },
		{ "UPDATE log SET ticket = 'BBBBBBBBBBBB' WHERE seq = 1", 1,
		    "ticket" },
		{ "UPDATE log SET customer = NULL WHERE seq = 1", 1,
		    "customer" },
		{ "DELETE FROM log WHERE seq = 5", 6, "missing" },
		{ "DELETE FROM log WHERE seq = 1", 2, "missing" },
		{ "UPDATE ticket SET status = 'open' WHERE number = 1", 0,
		    "table ticket, row 1: was changed: status" },
		{ "UPDATE ticket SET subject = 'x' WHERE number = 2", 0,
		    "row 2: was changed: subject" },
		{ "UPDATE ticket SET merged = 1 WHERE number = 2", 0,
		    "row 2: was changed: merged" },
		{ "UPDATE ticket SET number = 77 WHERE number = 2", 0,
		    "row 2: is missing" },
		{ "DELETE FROM ticket WHERE number = 4", 0, "row 4: is mis" },
		{ "INSERT INTO ticket (number, key) VALUES (5, 'x')", 0,
		    "row 5: does not follow" },
		{ "UPDATE event SET arg = 1 WHERE seq = 8", 8, "arg" },
		{ "UPDATE event SET arg = 99 WHERE seq = 8", 8, "arg" },
		{ "UPDATE event SET kind = 99 WHERE seq = 8", 8, "is missing" },
		{ "UPDATE event SET text = 'a' WHERE seq = 1", 1, "text" },
		{ "UPDATE event SET at = at + 1 WHERE seq = 9", 9, "missing" },
		{ "DELETE FROM event WHERE seq = 7", 7, "is missing" },
		{ "UPDATE msgid SET ticket = 4 WHERE ticket = 1", 0, "msgid" },
		{ "DELETE FROM pending WHERE seq = 3", 3, "pending" },
		{ "UPDATE latest SET at = at + 1", 0, "latest" },
		{ "UPDATE blob SET bytes = x'00'", 0, "blob 1" },
	};
	const uint8_t bytes[] = "raw\0bytes";
	struct store *s;
	uint8_t hash[HASH_BYTES];
	struct err e = { 0 };

	s = opened(STORE_WRITE);
	fill(s);
	begun(s);
	hash_bytes(bytes, sizeof(bytes), hash);
	ck_assert_int_eq(store_blob_put(s, hash, bytes, sizeof(bytes), true,
	    &e), 1);
	committed(s);
	ck_assert_int_eq(verified(s).n, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct faults f;

		ck_assert_msg(db_exec(s, rows[i].sql, &e) == 0, "%s: %s",
		    rows[i].sql, e.text);
		f = verified(s);
		ck_assert_msg(f.n > 0, "not found: %s", rows[i].sql);
		ck_assert_msg(strstr(f.what, rows[i].what) != NULL,
		    "%s: %s", rows[i].sql, f.what);
		ck_assert_msg(f.seq == rows[i].seq, "%s: seq %lld",
		    rows[i].sql, (long long)f.seq);
		store_close(s);
		remove_store();
		s = opened(STORE_WRITE);
		fill(s);
		begun(s);
		store_blob_put(s, hash, bytes, sizeof(bytes), true, &e);
		committed(s);
	}
	store_close(s);
}
END_TEST

/* A reader of changed rows fails or copes, and never goes astray. */
START_TEST(hostile_rows)
{
	static const char *const rows[] = {
		"UPDATE event SET kind = 99 WHERE seq = 8",
		"UPDATE event SET kind = -1 WHERE seq = 8",
		"UPDATE event SET arg = 99 WHERE seq = 8",
		"UPDATE event SET arg = 7 WHERE seq = 2",
		"UPDATE event SET arg = -1 WHERE seq = 2",
		"UPDATE event SET text = '' WHERE kind < 4",
		"UPDATE ticket SET key = 'short' WHERE number = 1",
		"UPDATE ticket SET key = '!!!!!!!!!!!!!!!!!!!!' "
		    "WHERE number = 1",
		"UPDATE history SET key = 'short'",
		"UPDATE history SET events = x''",
		"UPDATE history SET events = x'01'",
		"UPDATE history SET events = zeroblob(40)",
		"UPDATE history SET events = x'ffffffffffffffffffff'",
		"UPDATE history SET events = CAST(events || x'00' AS BLOB)",
		"UPDATE history SET events = substr(events, 1, 30)",
		"UPDATE log SET body = 'x'",
		"UPDATE log SET body = ''",
		"UPDATE log SET body = CAST(x'7b22ff' AS TEXT)",
		"UPDATE ticket SET merged = 4 WHERE number = 4",
		"UPDATE ticket SET merged = 99 WHERE number = 1",
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct store *s = opened(STORE_WRITE);
		struct err e = { 0 };
		struct cursor *c;
		struct history *h, one;
		char key[KEY_TEXT];
		int64_t seq;
		int got;

		fill(s);
		ck_assert_int_eq(db_exec(s, rows[i], &e), 0);
		ck_assert_int_eq(store_histories(s, false, &c, &e), 0);
		while ((got = cursor_history(c, &h, &e)) == 1) {
			struct ticket t;

			ticket_fold(h, TIME_MAX, &arena, &t);
			ck_assert_ptr_nonnull(severity_name(t.severity));
			ck_assert_ptr_nonnull(status_name(t.status));
		}
		ck_assert(got == 0 || e.kind == ERR_IO);
		cursor_close(c);
		err_clear(&e);
		ck_assert_int_eq(store_log(s, NULL, NULL, 0, &c, &e), 0);
		while ((got = cursor_record(c, &rec, &seq, &e)) == 1)
			;
		ck_assert(got == 0 || e.kind == ERR_IO);
		cursor_close(c);
		for (const char *n = "1234aBcd"; *n != '\0'; n++) {
			char name[2] = { *n, '\0' };

			err_clear(&e);
			store_ticket(s, name, key, &e);
		}
		err_clear(&e);
		store_history(s, A, &one, &arena, &e);
		store_close(s);
		remove_store();
	}
}
END_TEST

/* A value of events gives them back, and no change of a byte does harm. */
START_TEST(packed)
{
	struct event list[] = {
		{ .at = -5, .nonce = INT64_MAX, .seq = 1, .text = "a\tb",
		    .kind = EVENT_CUSTOMER },
		{ .at = INT64_C(1) << 40, .nonce = 0, .seq = INT64_MAX,
		    .kind = EVENT_NOTE },
		{ .at = -INT64_MAX, .nonce = 77, .seq = 300, .text = "",
		    .kind = EVENT_STATUS, .arg = STATUS_CLOSED },
	}, got[8];
	struct history h = { .n = 3, .event = list };
	struct buf b = BUF_INIT;

	events_pack(&h, &b);
	ck_assert_uint_eq(events_count(b.data, b.len), 3);
	ck_assert(events_unpack(b.data, b.len, got));
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(got[i].at, list[i].at);
		ck_assert_int_eq(got[i].nonce, list[i].nonce);
		ck_assert_int_eq(got[i].seq, list[i].seq);
		ck_assert_int_eq(got[i].kind, list[i].kind);
		ck_assert_int_eq(got[i].arg, list[i].arg);
		ck_assert_pstr_eq(got[i].text, list[i].text);
	}
	for (size_t len = 0; len < b.len; len++) {
		char *part = xmalloc(len + 1);
		size_t n;

		memcpy(part, b.data, len);
		n = events_count(part, len);
		ck_assert_uint_le(n, 3);
		ck_assert(n == 0 || !events_unpack(part, len, got));
		for (int bit = 0; len > 0 && bit < 8; bit++) {
			memcpy(part, b.data, len);
			part[len * 7 / 8] ^= (char)(1 << bit);
			n = events_count(part, len);
			ck_assert_uint_le(n, 8);
			ck_assert(n == 0 || !events_unpack(part, len, got));
		}
		free(part);
	}
	buf_free(&b);
}
END_TEST

START_TEST(not_ours)
{
	static const struct {
		const char *name, *bytes, *sql;
		enum err_kind write, read;
	} rows[] = {
		{ "text", "hello, this is no database at all, not at all, "
		    "and it goes on for over 100 bytes so that SQLite "
		    "looks at its head\n", NULL, ERR_CONFIG, ERR_CONFIG },
		{ "empty", "", NULL, ERR_NONE, ERR_CONFIG },
		{ "none", NULL, NULL, ERR_NONE, ERR_IO },
		{ "other", NULL, "CREATE TABLE t (x)", ERR_CONFIG,
		    ERR_CONFIG },
		{ "other magic", NULL, "PRAGMA application_id = 7",
		    ERR_CONFIG, ERR_CONFIG },
		{ "newer", NULL, "PRAGMA application_id = 0x74616931;"
		    "PRAGMA user_version = 999; CREATE TABLE t (x)",
		    ERR_CONFIG, ERR_CONFIG },
	};
	for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(*rows); i++) {
		enum store_mode mode = i % 2 ? STORE_READ : STORE_WRITE;
		enum err_kind want = i % 2 ? rows[i / 2].read :
		    rows[i / 2].write;
		struct err e = { 0 };
		struct store *s;
		sqlite3 *db;
		FILE *f;

		if (rows[i / 2].bytes != NULL) {
			f = fopen(path, "w");
			ck_assert_ptr_nonnull(f);
			fputs(rows[i / 2].bytes, f);
			fclose(f);
		}
		if (rows[i / 2].sql != NULL) {
			ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
			ck_assert_int_eq(sqlite3_exec(db, rows[i / 2].sql,
			    NULL, NULL, NULL), SQLITE_OK);
			sqlite3_close(db);
		}
		store_open(&s, path, mode, &e);
		ck_assert_msg(e.kind == want, "%s %d: %d %s",
		    rows[i / 2].name, (int)mode, e.kind, e.text);
		ck_assert((s == NULL) == (want != ERR_NONE));
		store_close(s);
		remove_store();
	}
}
END_TEST

START_TEST(triggers)
{
	struct store *s = opened(STORE_WRITE);
	struct err e = { 0 };
	sqlite3 *db;

	store_close(s);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, "CREATE TRIGGER t AFTER INSERT ON "
	    "log BEGIN DELETE FROM event; END", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	ck_assert_int_eq(store_open(&s, path, STORE_WRITE, &e), -1);
	ck_assert_int_eq(e.kind, ERR_CONFIG);
	err_clear(&e);
	ck_assert_int_eq(store_open(&s, "postgresql://host/db", STORE_WRITE,
	    &e), -1);
	ck_assert_int_eq(e.kind, ERR_CONFIG);
}
END_TEST

/* A store of an older version comes up to date, once, with what it held. */
/* The derived tables, which a version has when no later one replays. */
static void
copy_derived(struct buf *sql, int version)
{
	static const char drop[] = "DROP TABLE IF EXISTS ";
	const char *p = schema_derived_drop;

	for (int i = version; i < schema_version; i++) {
		if (migrations[i].replay)
			return;
	}
	while ((p = strstr(p, drop)) != NULL) {
		int n = (int)strcspn(p += strlen(drop), ";");

		buf_printf(sql, "INSERT INTO %.*s SELECT * FROM full.%.*s;",
		    n, p, n, p);
	}
}

/* The store as that version would have left it, with the same log. */
static void
make_older(int version)
{
	struct buf sql = BUF_INIT;
	char full[200];
	sqlite3 *db;

	snprintf(full, sizeof(full), "%s.full", path);
	ck_assert_int_eq(rename(path, full), 0);
	for (int i = 0; i < version; i++) {
		buf_adds(&sql, migrations[i].sql);
		if (migrations[i].replay) {
			buf_adds(&sql, schema_derived_drop);
			buf_adds(&sql, schema_derived);
		}
	}
	/* Only now: a table dropped by its name alone could be one of these. */
	buf_printf(&sql, "ATTACH '%s' AS full;", full);
	buf_printf(&sql, "INSERT INTO log SELECT * FROM full.log;"
	    "INSERT INTO blob SELECT * FROM full.blob;"
	    "INSERT INTO mail SELECT * FROM full.mail;");
	copy_derived(&sql, version);
	buf_printf(&sql, "PRAGMA application_id = %d; PRAGMA user_version = %d;",
	    SCHEMA_MAGIC, version);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_msg(sqlite3_exec(db, sql.data, NULL, NULL, NULL) ==
	    SQLITE_OK, "version %d: %s", version, sqlite3_errmsg(db));
	sqlite3_close(db);
	unlink(full);
	buf_free(&sql);
}

START_TEST(migrates)
{
	for (int version = 1; version < schema_version; version++) {
		struct store *s = opened(STORE_WRITE);
		struct err e = { 0 };
		char *before;

		fill(s);
		before = dump(s);
		store_close(s);
		make_older(version);
		ck_assert_int_eq(store_open(&s, path, STORE_READ, &e), -1);
		ck_assert_int_eq(e.kind, ERR_CONFIG);
		s = opened(STORE_WRITE);
		ck_assert_str_eq(before, dump(s));
		ck_assert_int_eq(verified(s).n, 0);
		store_close(s);
		remove_store();
	}
}
END_TEST

START_TEST(blobs)
{
	struct store *s = opened(STORE_WRITE);
	uint8_t hash[3][HASH_BYTES], got[4][HASH_BYTES];
	struct err e = { 0 };
	struct buf out = BUF_INIT;
	size_t n;

	hash_bytes("one", 3, hash[0]);
	hash_bytes("", 0, hash[1]);
	hash_bytes("three", 5, hash[2]);
	begun(s);
	ck_assert_int_eq(store_blob_put(s, hash[0], "one", 3, true, &e), 1);
	ck_assert_int_eq(store_blob_put(s, hash[0], "one", 3, true, &e), 0);
	ck_assert_int_eq(store_blob_put(s, hash[1], "", 0, true, &e), 1);
	ck_assert_int_eq(store_blob_put(s, hash[2], "three", 5, false, &e),
	    1);
	ck_assert_int_eq(store_blob_put(s, hash[2], "three", 5, false, &e),
	    0);
	committed(s);
	ck_assert_int_eq(store_blob_pending(s, BLOB_MAIL, got, 4, &n, &e), 0);
	ck_assert_uint_eq(n, 2);
	ck_assert_mem_eq(got[0], hash[0], HASH_BYTES);
	ck_assert_mem_eq(got[1], hash[1], HASH_BYTES);
	ck_assert_int_eq(store_blob_pending(s, BLOB_MAIL, got, 1, &n, &e), 0);
	ck_assert_uint_eq(n, 1);
	begun(s);
	ck_assert_int_eq(store_blob_done(s, hash[0], &e), 0);
	/* done mail is not taken again; an attachment that comes as mail is */
	ck_assert_int_eq(store_blob_put(s, hash[0], "one", 3, true, &e), 0);
	ck_assert_int_eq(store_blob_put(s, hash[2], "three", 5, true, &e), 1);
	ck_assert_int_eq(store_blob_put(s, hash[2], "three", 5, true, &e), 0);
	committed(s);
	ck_assert_int_eq(store_blob_pending(s, BLOB_MAIL, got, 4, &n, &e), 0);
	ck_assert_uint_eq(n, 2);
	ck_assert_mem_eq(got[1], hash[2], HASH_BYTES);
	ck_assert_int_eq(store_blob_get(s, hash[2], &out, &e), 1);
	ck_assert_str_eq(out.data, "three");
	ck_assert_int_eq(store_blob_get(s, hash[1], &out, &e), 1);
	ck_assert_uint_eq(out.len, 5);
	hash[1][0] ^= 1;
	ck_assert_int_eq(store_blob_get(s, hash[1], &out, &e), 0);
	buf_free(&out);
	store_close(s);
}
END_TEST

static int
keep_line(void *arg, const char *line, size_t len, struct err *e)
{
	(void)e;
	buf_add(arg, line, len);
	buf_addc(arg, '\n');
	return 0;
}

START_TEST(blob_lines)
{
	static const size_t sizes[] = { 0, 1, 2, 3, 4, 1000, BLOB_PART,
		BLOB_PART + 1, 2 * BLOB_PART + 12345 };
	struct blob_reader b = { 0 };
	char *data = xmalloc(2 * BLOB_PART + 12345);

	for (size_t i = 0; i < 2 * BLOB_PART + 12345; i++)
		data[i] = (char)(i * i >> 3);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct buf lines = BUF_INIT;
		struct err e = { 0 };
		uint8_t hash[HASH_BYTES];
		int got = 0;

		hash_bytes(data, sizes[i], hash);
		ck_assert_int_eq(blob_write(hash, data, sizes[i], i % 2,
		    keep_line, &lines, &e), 0);
		for (char *p = lines.data; *p != '\0';) {
			char *nl = strchr(p, '\n');

			ck_assert_int_eq(got, 0);
			ck_assert_msg(rec_parse(&rec, p, (size_t)(nl - p), &e)
			    == 0, "%s", e.text);
			ck_assert(blob_is(&rec));
			got = blob_read(&b, &rec, &e);
			ck_assert_msg(got >= 0, "%s", e.text);
			p = nl + 1;
		}
		ck_assert_int_eq(got, 1);
		ck_assert_int_eq(blob_end(&b, &e), 0);
		ck_assert_uint_eq(b.data.len, sizes[i]);
		ck_assert_mem_eq(b.sha256, hash, HASH_BYTES);
		ck_assert(sizes[i] == 0 ||
		    memcmp(b.data.data, data, sizes[i]) == 0);
		ck_assert_int_eq(b.wait, i % 2);
		buf_free(&lines);
	}
	blob_free(&b);
	free(data);
}
END_TEST

START_TEST(bad_blob_lines)
{
#define H "\"sha256\":\"ba7816bf8f01cfea414140de5dae2223" \
	"b00361a396177a9cb410ff61f20015ad\""
	static const struct { const char *line; int got; } rows[] = {
		{ "{" H ",\"part\":1,\"parts\":1,\"data\":\"YWJj\"}", 1 },
		{ "{" H ",\"part\":1,\"parts\":1,\"data\":\"YWJk\"}", -1 },
		{ "{" H ",\"part\":1,\"parts\":1,\"data\":\"YWJ\"}", -1 },
		{ "{" H ",\"part\":1,\"parts\":1,\"data\":\"YW=j\"}", -1 },
		{ "{" H ",\"part\":1,\"parts\":1,\"data\":\"YWJj====\"}", -1 },
		{ "{" H ",\"part\":1,\"parts\":1,\"data\":\"YW\\u004aj\"}",
		    -1 },
		{ "{" H ",\"part\":1,\"parts\":1}", -1 },
		{ "{" H ",\"part\":2,\"parts\":2,\"data\":\"YWJj\"}", -1 },
		{ "{" H ",\"part\":0,\"parts\":1,\"data\":\"YWJj\"}", -1 },
		{ "{" H ",\"part\":1,\"parts\":9999999,\"data\":\"\"}", -1 },
		{ "{\"sha256\":\"x\",\"part\":1,\"parts\":1,\"data\":\"\"}",
		    -1 },
		{ "{\"part\":1,\"parts\":1,\"data\":\"\"}", -1 },
		{ "{" H ",\"part\":1,\"parts\":2,\"data\":\"YWI=\"}", 0 },
		{ "{" H ",\"part\":2,\"parts\":2,\"data\":\"Yw==\"}", 1 },
		{ "{" H ",\"part\":1,\"parts\":2,\"data\":\"YWI=\"}", 0 },
		{ "{" H ",\"part\":2,\"parts\":3,\"data\":\"Yw==\"}", -1 },
		{ "{" H ",\"part\":1,\"parts\":1,\"data\":\"YWJj\"}", 1 },
		{ "{" H ",\"part\":1,\"parts\":1,\"data\":\"YWK=\"}", -1 },
	};
	struct blob_reader b = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct err e = { 0 };
		int got;

		ck_assert_int_eq(rec_parse(&rec, rows[i].line,
		    strlen(rows[i].line), &e), 0);
		got = blob_read(&b, &rec, &e);
		ck_assert_msg(got == rows[i].got, "%s: %d %s", rows[i].line,
		    got, e.text);
	}
	blob_free(&b);
}
END_TEST

static const char *
found(struct store *s, const char *words)
{
	struct err e = { 0 };
	struct cursor *c;

	ck_assert_msg(store_search(s, words, 10, &c, &e) == 0, "%s: %s",
	    words, e.text);
	return seqs_of(c);
}

START_TEST(searches)
{
	static const struct { const char *words, *seqs; } rows[] = {
		{ "two", "3 " }, { "TWO", "3 " }, { "t*", "5 3 " },
		{ "thr*", "5 " }, { "thr", "" }, { "it two", "3 " },
		{ "\"it is two\"", "3 " }, { "\"two is it\"", "" },
		{ "\"it is t\"*", "5 3 " }, { "ann", "11 5 3 1 " },
		{ "ann@acme.example one", "1 " }, { "", "" }, { "  ", "" },
		{ "\"", "" }, { "*", "" }, { "\"\"", "" }, { "- +", "" },
		{ "two OR one", "" }, { "NOT two", "" }, { "two)", "3 " },
		{ "subject:two", "" }, { "two --", "3 " },
		{ "a\"b'c;DROP TABLE log", "" }, { "^two", "3 " },
		{ "two*\"*", "3 " },
	};
	struct store *s = opened(STORE_WRITE);
	struct err e = { 0 };

	fill(s);
	ck_assert_int_eq(store_index(s, 1000, &e), 0);
	ck_assert_str_eq(found(s, "two"), "");
	ck_assert_msg(store_index(s, 1, &e) == 0, "%s", e.text);
	ck_assert_int_eq(store_index(s, 0, &e), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ck_assert_msg(strcmp(found(s, rows[i].words), rows[i].seqs)
		    == 0, "%s: %s", rows[i].words, found(s, rows[i].words));
	ck_assert_msg(store_rebuild(s, &e) == 0, "%s", e.text);
	ck_assert_str_eq(found(s, "two"), "3 ");
	ck_assert_int_eq(verified(s).n, 0);
	store_close(s);
}
END_TEST

/* A reader sees what is committed, while a writer is at work. */
START_TEST(reader_and_writer)
{
	struct store *w = opened(STORE_WRITE), *r;
	struct err e = { 0 };

	fill(w);
	r = opened(STORE_READ);
	begun(w);
	put(w, message(30, A, "more"));
	ck_assert_str_eq(log_seqs(r, NULL, NULL, 15), "16 ");
	committed(w);
	ck_assert_str_eq(log_seqs(r, NULL, NULL, 15), "16 17 ");
	ck_assert_int_eq(store_begin(r, &e), -1);
	ck_assert_int_eq(e.kind, ERR_BUG);
	store_close(r);
	store_close(w);
}
END_TEST

/* Eight at once: nobody is refused, all is kept, the chain holds. */
START_TEST(writers)
{
	struct store *s;
	struct err e = { 0 };
	char head[HASH_HEX];
	int64_t seq;
	int status, bad = 0;

	for (int w = 0; w < 8; w++) {
		if (fork() != 0)
			continue;
		s = opened(STORE_WRITE);
		for (int i = 0; i < 20; i++) {
			char name[40];

			begun(s);
			for (int j = 0; j < 5; j++) {
				snprintf(name, sizeof(name), "%d-%d-%d", w, i,
				    j);
				put(s, message(i, j % 2 ? A : B, name));
			}
			committed(s);
		}
		store_close(s);
		_exit(0);
	}
	while (wait(&status) > 0)
		bad += status != 0;
	ck_assert_int_eq(bad, 0);
	s = opened(STORE_WRITE);
	ck_assert_int_eq(store_head(s, &seq, head, &e), 0);
	ck_assert_int_eq(seq, 800);
	ck_assert_int_eq(verified(s).n, 0);
	store_close(s);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("store");
	TCase *t = tcase_create("store");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 120);
	tcase_add_test(t, appends);
	tcase_add_test(t, tickets);
	tcase_add_test(t, names);
	tcase_add_test(t, cursors);
	tcase_add_test(t, untriaged);
	tcase_add_test(t, rebuilds);
	tcase_add_test(t, batches);
	tcase_add_test(t, tampering);
	tcase_add_test(t, hostile_rows);
	tcase_add_test(t, packed);
	tcase_add_test(t, not_ours);
	tcase_add_test(t, triggers);
	tcase_add_test(t, migrates);
	tcase_add_test(t, blobs);
	tcase_add_test(t, blob_lines);
	tcase_add_test(t, bad_blob_lines);
	tcase_add_test(t, searches);
	tcase_add_test(t, reader_and_writer);
	tcase_add_test(t, writers);
	suite_add_tcase(s, t);
	return unit_main(s);
}
