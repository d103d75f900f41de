/* Cutting mboxes, also real ones. */
#include <fcntl.h>
#include <string.h>

#include "format/fromline.h"
#include "format/mbox.h"
#include "unit.h"

#define FROM	"From a@b.example Thu Jan  1 00:00:00 2026\n"

static int
file_of(const char *s, size_t len)
{
	FILE *f = tmpfile();
	int fd;

	ck_assert(f != NULL);
	ck_assert_uint_eq(fwrite(s, 1, len, f), len);
	ck_assert_int_eq(fflush(f), 0);
	ck_assert_int_ne(fd = dup(fileno(f)), -1);
	fclose(f);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

/* All messages, each between [ and ], errors as !. */
static void
cut(int fd, struct buf *out)
{
	struct source source;
	struct mbox_reader m;
	const char *s;
	size_t n;
	int got;

	source = source_fd(fd, "x.mbox");
	mbox_open(&m, &source);
	for (;;) {
		struct err e = { 0 };

		if ((got = mbox_next(&m, &s, &n, &e)) == 0)
			break;
		if (got == 1) {
			buf_addc(out, '[');
			buf_add(out, s, n);
			buf_addc(out, ']');
		} else
			buf_printf(out, "!%zu %s!", m.line, e.text);
	}
	mbox_close(&m);
	close(fd);
}

START_TEST(cuts)
{
	static const struct {
		const char *name, *in, *want;
	} rows[] = {
		{ "empty", "", "" },
		{ "blank lines alone", "\n\n", "" },
		{ "one", FROM "S: x\n\na\n\n", "[S: x\n\na\n]" },
		{ "no blank line at the end", FROM "S: x\n\na\n",
		    "[S: x\n\na\n]" },
		{ "no line end at the end", FROM "S: x\n\na", "[S: x\n\na]" },
		{ "two", FROM "A: a\n\n" FROM "B: b\n\n", "[A: a\n][B: b\n]" },
		{ "no blank line between", FROM "A: a\n\na\n" FROM "B: b\n",
		    "[A: a\n\na\n][B: b\n]" },
		{ "empty message", FROM FROM "B: b\n", "[][B: b\n]" },
		{ "header alone", FROM "S: x\n\n\n" FROM "B: b\n",
		    "[S: x\n\n][B: b\n]" },
		{ "blank lines of the message", FROM "A: a\n\n\n\n" FROM,
		    "[A: a\n\n\n][]" },
		{ "no header", FROM "a\n\n" FROM "\nb\n", "[a\n][\nb\n]" },
		{ "CR LF", "From a@b Thu Jan  1 00:00:00 2026\r\nS: x\r\n\r\n"
		    "a\r\n\r\n" FROM "B: b\r\n\r\n",
		    "[S: x\r\n\r\na\r\n][B: b\r\n]" },
		{ "CR CR LF", "From a@b Thu Jan  1 00:00:00 2026\r\r\nS: x\r\n"
		    "\r\na\r\n\r\r\n" FROM "B: b\r\n",
		    "[S: x\r\n\r\na\r\n\r\r\n][B: b\r\n]" },
		{ "CR", "From a@b Thu Jan  1 00:00:00 2026\rS: x\r\r>From a\r"
		    "\rFrom a@b Thu Jan  1 00:00:00 2026\rB: b\r",
		    "[S: x\n\nFrom a\n][B: b\n]" },
		{ "byte order mark", "\xef\xbb\xbf" FROM "A: a\n", "[A: a\n]" },
		{ "holes", FROM "A: a\n\nb\n\n", "[A: a\n\nb\n]" },
		{ "escaped", FROM ">From a\n>>From b\n>Fro\n> From c\n",
		    "[From a\n>From b\n>Fro\n> From c\n]" },
		{ "From in the text", FROM "\nFrom here on it fails\n"
		    "From Monday to May 2026\n",
		    "[\nFrom here on it fails\nFrom Monday to May 2026\n]" },
		{ "a From line quoted, text behind it", FROM "A: a\n\n" FROM
		    "there is this\n", "[A: a\n\n" FROM "there is this\n]" },
		{ "and behind a blank line", FROM "A: a\n\nx\n\n" FROM
		    "there is this\nand that\n",
		    "[A: a\n\nx\n\n" FROM "there is this\nand that\n]" },
		{ "a header that is broken", FROM "A: a\n\nx\n\n" FROM
		    "broken\nB: b\n", "[A: a\n\nx\n][broken\nB: b\n]" },
		{ "garbage", FROM "A: a\n\nx\n\n" FROM "\1\2\3\n\4\n",
		    "[A: a\n\nx\n][\1\2\3\n\4\n]" },
		{ "archive", "From joe at b.example  Thu Nov  1 11:19:12 2001"
		    "\na\n", "[a\n]" },
		{ "text before", "hello\n\n" FROM "A: a\n",
		    "!1 text before the first 'From ' line![A: a\n]" },
		{ "no mbox", "hello\n\na\n",
		    "!1 neither a mailbox nor a message!" },
		{ "a message", "Subject: x\n\n>From a\n\n",
		    "[Subject: x\n\n>From a\n\n]" },
		{ "the first line is missing", "Subject: x\n\na\n\n" FROM
		    "A: a\n\n>From b\n", "[Subject: x\n\na\n\n]"
		    "[A: a\n\nFrom b\n]" },
		{ "emlx", "16  \nSubject: x\n\nabc\n<?xml version=\"1.0\"?>\n",
		    "[Subject: x\n\nabc\n]" },
		{ "MMDF", "\1\1\1\1\nA: a\n\nFrom x\n>From y\n\1\1\1\1\n"
		    "\1\1\1\1\n" FROM "B: b\n\1\1\1\1\n",
		    "[A: a\n\nFrom x\n>From y\n][B: b\n]" },
		{ "dates nobody knows", "From - lun. janv. 12 2026\nA: a\n\n"
		    "From the start\n\nFrom there on\n\n"
		    "From - mar. janv. 13 2026\nB: b\n",
		    "[A: a\n\nFrom the start\n\nFrom there on\n][B: b\n]" },
		{ "length of a message", FROM "Content-Length: 59\n\nx\n\n"
		    FROM "B: b\n\n>From c\n\n" FROM "C: c\n",
		    "[Content-Length: 59\n\nx\n\n" FROM "B: b\n\n>From c\n]"
		    "[C: c\n]" },
		{ "length to the end", FROM "Content-Length: 51\n\nx\n\n"
		    FROM "B: b\n\n", "[Content-Length: 51\n\nx\n\n" FROM
		    "B: b\n]" },
		{ "length without the last line's end", FROM
		    "Content-Length: 49\n\nx\n\n" FROM "B: b\n\n" FROM "C: c\n",
		    "[Content-Length: 49\n\nx\n\n" FROM "B: b\n][C: c\n]" },
		{ "wrong length", FROM "Content-Length: 30\n\nx\n\n" FROM
		    "B: b\n\n" FROM "C: c\n", "[Content-Length: 30\n\nx\n]"
		    "[B: b\n][C: c\n]" },
		{ "length beyond the end", FROM "Content-Length: 3000\n\nx\n\n"
		    FROM "B: b\n\n" FROM "C: c\n",
		    "[Content-Length: 3000\n\nx\n][B: b\n][C: c\n]" },
		{ "length that is too short", FROM "Content-Length: 1\n\nxyz\n"
		    "\n" FROM "B: b\n",
		    "[Content-Length: 1\n\nxyz\n][B: b\n]" },
		{ "length that is none", FROM "Content-Length: 1x\n\nx\n\n"
		    FROM "B: b\n", "[Content-Length: 1x\n\nx\n][B: b\n]" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf out = BUF_INIT;

		cut(file_of(rows[i].in, strlen(rows[i].in)), &out);
		ck_assert_msg(strcmp(out.data, rows[i].want) == 0,
		    "%s: '%s', not '%s'", rows[i].name, out.data,
		    rows[i].want);
		buf_free(&out);
	}
}
END_TEST

/* The first lines of messages, and their moments. */
START_TEST(from_lines)
{
	static const struct {
		const char *line;
		int64_t at;	/* -1: it is none */
	} rows[] = {
		{ "From a@b.example Thu Jan  1 00:00:00 2026", 1767225600 },
		{ "From a@b.example Thu Jan 01 00:00:00 2026", 1767225600 },
		{ "From Thu Jan  1 00:00:00 2026", 1767225600 },
		{ "From MAILER-DAEMON Thu Jan  1 00:00:00 2026", 1767225600 },
		{ "From - Thu Jan  1 00:00:00 2026", 1767225600 },
		{ "From ???@??? Thu Jan 01 00:00:00 2026", 1767225600 },
		{ "From 1852@xxx Thu Jan 01 00:00:00 +0000 2026", 1767225600 },
		{ "From a@b Thu Jan  1 01:00:00 2026 +0100", 1767225600 },
		{ "From a@b Wed Dec 31 16:00:00 -0800 2025", 1767225600 },
		{ "From a@b Thu Jan  1 00:00:00 GMT 2026", 1767225600 },
		{ "From a@b Thu Jan  1 00:00 2026", 1767225600 },
		{ "From a@b Thu, 1 Jan 2026 01:00:00 +0100 (CET)",
		    1767225600 },
		{ "From a@b 1 Jan 2026 00:00:00", 1767225600 },
		{ "From a@b 2026-01-01 00:00:00", 1767225600 },
		{ "From a@b 2026-01-01T00:00:00Z", 1767225600 },
		{ "From a@b 2026-01-01T01:00:00+01:00", 1767225600 },
		{ "From a Thu Jan  1 00:00:00 2026 remote from b",
		    1767225600 },
		{ "From a@b Wed Aug 26 19:39:34 95", 809465974 },
		{ "From a@b thu jan  1 00:00:00 2026", 1767225600 },
		{ "From \"J. Doe\" <a@b> Thu Jan  1 00:00:00 2026",
		    1767225600 },
		{ "From Gr\xf6\xdf" "e Thu Jan  1 00:00:00 2026", 1767225600 },
		{ "From a@b Thu Jan  1 23:59:60 2026", 1767311999 },
		{ "From a@b Thu Jan 32 00:00:00 2026", -1 },
		{ "From a@b Thu Feb 29 00:00:00 2026", -1 },
		{ "From a@b Thu Jan  1 24:00:00 2026", -1 },
		{ "From a@b Thu Jan  1 2026", -1 },
		{ "From Monday to May 2026 at 12:00 it works", -1 },
		{ "From the logs of 12 Jan: it failed at 11:00:00", -1 },
		{ "From: a@b Thu Jan  1 00:00:00 2026", -1 },
		{ "from a@b Thu Jan  1 00:00:00 2026", -1 },
		{ " From a@b Thu Jan  1 00:00:00 2026", -1 },
		{ "From ", -1 },
		{ "From", -1 },
		{ "", -1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		int64_t at = 0;
		bool is = from_line(rows[i].line, strlen(rows[i].line), &at);

		ck_assert_msg(is == (rows[i].at != -1), "%s", rows[i].line);
		if (is)
			ck_assert_msg(at == rows[i].at, "%s: %lld",
			    rows[i].line, (long long)at);
	}
}
END_TEST

/* A pipe that gives one byte at a time must not change anything. */
START_TEST(slow_pipe)
{
	static const char in[] = FROM "A: a\n>From b\n\n" FROM
	    "C: c\r\n\r\n" FROM;
	struct buf out = BUF_INIT;
	int pair[2];
	pid_t pid;

	ck_assert_int_eq(pipe(pair), 0);
	if ((pid = fork()) == 0) {
		for (size_t i = 0; i < sizeof(in) - 1; i++)
			if (write(pair[1], in + i, 1) != 1)
				_exit(1);
		_exit(0);
	}
	close(pair[1]);
	cut(pair[0], &out);
	ck_assert_str_eq(out.data, "[A: a\nFrom b\n][C: c\r\n][]");
	buf_free(&out);
}
END_TEST

/* What was taken as a message's place and its "From " line. */
START_TEST(places)
{
	static const char in[] = "\n" FROM "A: a\n\n" FROM "B: b\nc\n";
	int fd = file_of(in, sizeof(in) - 1);
	struct source source = source_fd(fd, "x");
	struct err e = { 0 };
	struct mbox_reader m;
	const char *s;
	size_t n;

	mbox_open(&m, &source);
	ck_assert_int_eq(mbox_next(&m, &s, &n, &e), 1);
	ck_assert_uint_eq(m.line, 2);
	ck_assert_int_eq(m.at, 1767225600);
	ck_assert_int_eq(mbox_next(&m, &s, &n, &e), 1);
	ck_assert_uint_eq(m.line, 5);
	ck_assert_uint_eq(m.count, 2);
	ck_assert_int_eq(mbox_next(&m, &s, &n, &e), 0);
	ck_assert_int_eq(mbox_next(&m, &s, &n, &e), 0);
	mbox_close(&m);
	close(fd);
}
END_TEST

static void
add_long(struct buf *b, size_t lines, size_t len)
{
	for (size_t i = 0; i < lines; i++) {
		memset(buf_room(b, len), 'x', len);
		b->len += len;
		buf_addc(b, '\n');
	}
}

START_TEST(large)
{
	struct buf in = BUF_INIT;
	struct err e = { 0 };
	struct mbox_reader m;
	struct source source;
	const char *s;
	size_t n;
	int fd;

	buf_adds(&in, FROM);
	add_long(&in, 1, 1000000);	/* a line longer than any block */
	add_long(&in, 63, 1 << 20);
	buf_adds(&in, FROM "A: a\n");
	add_long(&in, 700, 100000);	/* over the limit */
	buf_adds(&in, "\n" FROM "L: last\n");
	fd = file_of(in.data, in.len);
	source = source_fd(fd, "x");
	mbox_open(&m, &source);
	ck_assert_int_eq(mbox_next(&m, &s, &n, &e), 1);
	ck_assert_uint_eq(n, 1000001 + 63 * ((1 << 20) + 1));
	ck_assert_mem_eq(s, in.data + strlen(FROM), n);
	ck_assert_int_eq(mbox_next(&m, &s, &n, &e), -1);
	ck_assert_int_eq(e.kind, ERR_INPUT);
	ck_assert_str_eq(e.text, "message of 70000706 bytes, over the limit "
	    "of 67108864");
	err_clear(&e);
	ck_assert_int_eq(mbox_next(&m, &s, &n, &e), 1);
	ck_assert_str_eq(s, "L: last\n");
	ck_assert_int_eq(mbox_next(&m, &s, &n, &e), 0);
	mbox_close(&m);
	close(fd);
	buf_free(&in);
}
END_TEST

START_TEST(unreadable)
{
	struct err e = { 0 };
	struct mbox_reader m;
	const char *s;
	size_t n;
	int fd = open(unit_root(), O_RDONLY);
	struct source source = source_fd(fd, "folder");

	mbox_open(&m, &source);
	ck_assert_int_eq(mbox_next(&m, &s, &n, &e), -1);
	ck_assert_int_eq(e.kind, ERR_IO);
	ck_assert_int_eq(mbox_next(&m, &s, &n, &e), 0);
	mbox_close(&m);
	close(fd);
}
END_TEST

START_TEST(real)
{
	static const struct {
		const char *name;
		size_t messages;
	} rows[] = {
		{ "2001-November.mbox", 164 },
		{ "3GPP_TSG_RAN_WG4_NR-MIMO-OTA.mbox", 59 },
		{ "3GPP_TSG_SA_WG4_EVS.mbox", 50 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *folder = shared_data("mail/list"), *s;
		struct err e = { 0 };
		struct mbox_reader m;
		struct source source;
		char path[8192];
		size_t n;
		int fd, got;

		if (folder == NULL) {
			unit_skip("real", "no data folder");
			return;
		}
		snprintf(path, sizeof(path), "%s/%s", folder, rows[i].name);
		ck_assert_int_ne(fd = open(path, O_RDONLY), -1);
		source = source_fd(fd, path);
		mbox_open(&m, &source);
		while ((got = mbox_next(&m, &s, &n, &e)) == 1)
			continue;
		ck_assert_msg(got == 0, "%s", e.text);
		ck_assert_uint_eq(m.count, rows[i].messages);
		mbox_close(&m);
		close(fd);
	}
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("mbox");
	TCase *c = tcase_create("mbox");

	tcase_set_timeout(c, 60);
	tcase_add_test(c, cuts);
	tcase_add_test(c, from_lines);
	tcase_add_test(c, slow_pipe);
	tcase_add_test(c, places);
	tcase_add_test(c, large);
	tcase_add_test(c, unreadable);
	tcase_add_test(c, real);
	suite_add_tcase(s, c);
	return s;
}

int
main(void)
{
	return unit_main(suite());
}
