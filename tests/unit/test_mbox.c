/* Cutting mboxes, also real ones. */
#include <fcntl.h>
#include <string.h>

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
	struct mbox_reader m;
	const char *s;
	size_t n;
	int got;

	mbox_open(&m, fd, "x.mbox");
	for (;;) {
		struct err e = { 0 };

		if ((got = mbox_next(&m, &s, &n, &e)) == 0)
			break;
		if (got == 1) {
			buf_addc(out, '[');
			buf_add(out, s, n);
			buf_addc(out, ']');
		} else
			buf_printf(out, "!%s!", e.text);
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
		{ "two", FROM "a\n\n" FROM "b\n\n", "[a\n][b\n]" },
		{ "no blank line between", FROM "a\n" FROM "b\n",
		    "[a\n][b\n]" },
		{ "empty message", FROM FROM "b\n", "[][b\n]" },
		{ "header alone", FROM "S: x\n\n\n" FROM "b\n",
		    "[S: x\n\n][b\n]" },
		{ "blank lines of the message", FROM "a\n\n\n\n" FROM,
		    "[a\n\n\n][]" },
		{ "CR LF", "From a@b Thu Jan  1 00:00:00 2026\r\nS: x\r\n\r\n"
		    "a\r\n\r\n" FROM "b\r\n\r\n",
		    "[S: x\r\n\r\na\r\n][b\r\n]" },
		{ "escaped", FROM ">From a\n>>From b\n>Fro\n> From c\n",
		    "[From a\n>From b\n>Fro\n> From c\n]" },
		{ "From in the text", FROM "\nFrom here on it fails\n"
		    "From Monday to May 2026\n",
		    "[\nFrom here on it fails\nFrom Monday to May 2026\n]" },
		{ "archive", "From joe at b.example  Thu Nov  1 11:19:12 2001"
		    "\na\n", "[a\n]" },
		{ "daemon", "From MAILER-DAEMON Sat Aug 28 14:17:14 2021\na\n",
		    "[a\n]" },
		{ "no address", "From - Sat Aug 28 14:17:14 2021\na\n",
		    "[a\n]" },
		{ "zone before the year", "From 1@xxx Wed Aug 26 19:39:34 "
		    "+0000 2015\na\n", "[a\n]" },
		{ "zone behind the year", "From a@b Wed Aug 26 19:39:34 "
		    "2015 +0200\na\n", "[a\n]" },
		{ "without seconds", "From a@b Wed Aug 26 19:39 2015\na\n",
		    "[a\n]" },
		{ "date as in a header", "From a@b Wed, 26 Aug 2015 19:39:34 "
		    "+0200\na\n", "[a\n]" },
		{ "remote from", "From a Wed Aug 26 19:39:34 2015 remote from "
		    "b\na\n", "[a\n]" },
		{ "text before", "hello\n\n" FROM "a\n",
		    "!x.mbox:1: text before the first 'From ' line![a\n]" },
		{ "no mbox", "Subject: x\n\na\n",
		    "!x.mbox:1: text before the first 'From ' line!" },
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

/* A pipe that gives one byte at a time must not change anything. */
START_TEST(slow_pipe)
{
	static const char in[] = FROM "a\n>From b\n\n" FROM "c\r\n\r\n" FROM;
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
	ck_assert_str_eq(out.data, "[a\nFrom b\n][c\r\n][]");
	buf_free(&out);
}
END_TEST

/* What was taken as a message's place and its "From " line. */
START_TEST(places)
{
	static const char in[] = "\n" FROM "a\n\n" FROM "b\nc\n";
	int fd = file_of(in, sizeof(in) - 1);
	struct err e = { 0 };
	struct mbox_reader m;
	const char *s;
	size_t n;

	mbox_open(&m, fd, "x");
	ck_assert_int_eq(mbox_next(&m, &s, &n, &e), 1);
	ck_assert_uint_eq(m.line, 2);
	ck_assert_str_eq(m.from.data,
	    "From a@b.example Thu Jan  1 00:00:00 2026");
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
	const char *s;
	size_t n;
	int fd;

	buf_adds(&in, FROM);
	add_long(&in, 1, 1000000);	/* a line longer than any block */
	add_long(&in, 63, 1 << 20);
	buf_adds(&in, FROM);
	add_long(&in, 700, 100000);	/* over the limit */
	buf_adds(&in, "\n" FROM "last\n");
	fd = file_of(in.data, in.len);
	mbox_open(&m, fd, "x");
	ck_assert_int_eq(mbox_next(&m, &s, &n, &e), 1);
	ck_assert_uint_eq(n, 1000001 + 63 * ((1 << 20) + 1));
	ck_assert_mem_eq(s, in.data + strlen(FROM), n);
	ck_assert_int_eq(mbox_next(&m, &s, &n, &e), -1);
	ck_assert_int_eq(e.kind, ERR_INPUT);
	ck_assert_str_eq(e.text, "x:66: message of 70000701 bytes, over the "
	    "limit of 67108864");
	err_clear(&e);
	ck_assert_int_eq(mbox_next(&m, &s, &n, &e), 1);
	ck_assert_str_eq(s, "last\n");
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

	mbox_open(&m, fd, "folder");
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
		char path[8192];
		size_t n;
		int fd, got;

		if (folder == NULL) {
			unit_skip("real", "no data folder");
			return;
		}
		snprintf(path, sizeof(path), "%s/%s", folder, rows[i].name);
		ck_assert_int_ne(fd = open(path, O_RDONLY), -1);
		mbox_open(&m, fd, path);
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
