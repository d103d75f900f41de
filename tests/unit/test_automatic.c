/* What programs send, against mails of every kind; reasons; floods. */
#include <string.h>

#include "base/io.h"
#include "domain/mail/automatic.h"
#include "domain/mail/bounce.h"
#include "domain/mail/flood.h"
#include "format/mail.h"
#include "format/reason.h"
#include "unit.h"

static struct arena arena;		/* of the rules */
static struct org org;
static struct automatic rules;

static void
setup(void)
{
	static const char *const files[] = { "org.yaml", "automatic.yaml" };
	struct yaml *root[2];
	struct err e = { 0 };
	char path[4096];

	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/rules/%s", unit_root(),
		    files[i]);
		ck_assert_msg(yaml_load(&arena, path, &root[i], &e) == 0,
		    "%s", e.text);
	}
	ck_assert_msg(org_load(&org, &arena, root[0], &e) == 0, "%s", e.text);
	ck_assert_msg(automatic_load(&rules, &arena, root[1], &e) == 0, "%s",
	    e.text);
}

static void
teardown(void)
{
	automatic_free(&rules);
	arena_free(&arena);
}

#define COLUMNS	9
enum { NAME, AUTO, KIND, ACTION, STATUS, REASON, HARD, RECIPIENT, ID };
static const char *const column[COLUMNS] = { "name", "auto", "kind", "action",
	"status", "reason", "hard", "recipient", "message_id" };

/* Every other class is of one mail or none. */
static const char *const classes[] = { "none", "reply", "bounce", "list",
	"bulk", "loop" };
#define CLASSES	(sizeof(classes) / sizeof(*classes))
static int confusion[CLASSES][CLASSES];		/* [expected][found] */

static size_t
class_of(const char *name)
{
	for (size_t i = 0; i < CLASSES; i++) {
		if (strcmp(classes[i], name) == 0)
			return i;
	}
	ck_abort_msg("no such class: %s", name);
	return 0;
}

static struct rec mail, about;

/* A field of the report as text, "-" without. */
static const char *
reported(int i, struct arena *a)
{
	const char *s;
	bool b;

	if (i == HARD && rec_bool(&about, column[i], &b))
		return b ? "true" : "false";
	s = rec_str(&about, column[i], a);
	return s != NULL ? s : "-";
}

static int
check_mail(char *const want[COLUMNS])
{
	char path[4096];
	struct buf raw = BUF_INIT, json = BUF_INIT;
	struct arena a = { 0 };
	struct err e = { 0 };
	struct value v;
	const char *kind;
	int wrong = 0;

	snprintf(path, sizeof(path), "%s/tests/data/auto/%s.eml", unit_root(),
	    want[NAME]);
	ck_assert_msg(file_read(path, 1 << 20, &raw, &e) == 0, "%s", e.text);
	mail_parse(raw.data, raw.len, NULL, &json, NULL, NULL);
	ck_assert(rec_parse(&mail, json.data, json.len, &e) == 0);
	kind = automatic_kind(&rules, &org, &mail, &a);
	confusion[class_of(want[AUTO])][class_of(kind)]++;
	if (strcmp(kind, want[AUTO]) != 0) {
		printf("# %s: auto is %s, not %s\n", want[NAME], kind,
		    want[AUTO]);
		wrong++;
	}
	about.fields = 0;
	if (bounce_is(&mail, kind) && rec_get(&mail, "report", &v))
		value_object(&v, &about);
	for (int i = KIND; i < COLUMNS; i++) {
		const char *got = reported(i, &a);

		if (strcmp(got, want[i]) == 0)
			continue;
		printf("# %s: %s is %s, not %s\n", want[NAME], column[i], got,
		    want[i]);
		wrong++;
	}
	arena_free(&a);
	buf_free(&raw);
	buf_free(&json);
	return wrong;
}

static int
precision(size_t i)
{
	int found = 0, expected = 0;

	for (size_t k = 0; k < CLASSES; k++) {
		found += confusion[k][i];
		expected += confusion[i][k];
	}
	printf("# %s: %d mails, precision %.1f %%, recall %.1f %%\n",
	    classes[i], expected,
	    found > 0 ? 100.0 * confusion[i][i] / found : 100,
	    expected > 0 ? 100.0 * confusion[i][i] / expected : 100);
	return found - confusion[i][i] + expected - confusion[i][i];
}

START_TEST(corpus)
{
	char path[4096], *line, *next;
	struct buf list = BUF_INIT;
	struct err e = { 0 };
	int wrong = 0, mails = 0;

	snprintf(path, sizeof(path), "%s/tests/data/auto/expect.tsv",
	    unit_root());
	ck_assert_msg(file_read(path, 1 << 20, &list, &e) == 0, "%s", e.text);
	memset(confusion, 0, sizeof(confusion));
	for (line = list.data; *line != '\0'; line = next) {
		char *want[COLUMNS], *at;
		int n = 0;

		next = strchr(line, '\n');
		ck_assert(next != NULL);
		*next++ = '\0';
		if (*line == '#')
			continue;
		while ((at = strsep(&line, "\t")) != NULL && n < COLUMNS)
			want[n++] = at;
		ck_assert_int_eq(n, COLUMNS);
		wrong += check_mail(want);
		mails++;
	}
	for (size_t i = 0; i < CLASSES; i++)
		wrong += precision(i);
	ck_assert_int_ge(mails, 200);
	ck_assert_msg(wrong == 0, "%d differences", wrong);
	buf_free(&list);
}
END_TEST

/* Several recipients: all of them are told, the worst one first. */
START_TEST(several)
{
	static const struct {
		const char *name, *recipient[3];
	} rows[] = {
		{ "dsn-two-recipients", { "jo@acme.example",
		    "al@acme.example", NULL } },
		{ "told-two-recipients", { "jo@acme.example",
		    "al@acme.example", NULL } },
		{ "told-qmail", { NULL } },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char path[4096];
		struct buf raw = BUF_INIT, json = BUF_INIT;
		struct arena a = { 0 };
		struct err e = { 0 };
		struct value list = { .kind = VALUE_NULL }, v;
		size_t pos = 0, n = 0;

		snprintf(path, sizeof(path), "%s/tests/data/auto/%s.eml",
		    unit_root(), rows[i].name);
		ck_assert(file_read(path, 1 << 20, &raw, &e) == 0);
		mail_parse(raw.data, raw.len, NULL, &json, NULL, NULL);
		ck_assert(rec_parse(&mail, json.data, json.len, &e) == 0);
		ck_assert(rec_get(&mail, "report", &v));
		value_object(&v, &about);
		if (!rec_get(&about, "recipients", &list))
			list.kind = VALUE_NULL;
		while (value_next(&list, &pos, &v)) {
			value_object(&v, &about);
			ck_assert(rows[i].recipient[n] != NULL);
			ck_assert_str_eq(rec_str(&about, "recipient", &a),
			    rows[i].recipient[n++]);
		}
		ck_assert_msg(rows[i].recipient[n] == NULL, "%s: %zu",
		    rows[i].name, n);
		arena_free(&a);
		buf_free(&raw);
		buf_free(&json);
	}
}
END_TEST

START_TEST(reasons)
{
	static const struct {
		const char *said, *status;
		int code;
		const char *want;
		bool hard;
	} rows[] = {
		{ "", "5.1.1", 0, "no_user", true },
		{ "", "5.1.2", 0, "dns", true },
		{ "", "5.2.1", 0, "disabled", true },
		{ "", "5.2.2", 0, "mailbox_full", false },
		{ "", "5.2.3", 0, "too_large", false },
		{ "", "5.3.4", 0, "too_large", false },
		{ "", "4.4.1", 0, "connection", false },
		{ "", "5.4.3", 0, "dns", true },
		{ "", "4.4.3", 0, "dns", false },
		{ "", "5.4.6", 0, "loop", false },
		{ "", "5.4.7", 0, "expired", false },
		{ "", "5.6.1", 0, "content", false },
		{ "", "5.7.1", 0, "blocked", false },
		{ "", "5.7.26", 0, "auth_failed", false },
		{ "", "5.0.0", 0, "other", true },
		{ "", "4.0.0", 0, "other", false },
		{ "", "", 0, "other", false },
		{ "", "", 550, "no_user", true },
		{ "", "", 552, "mailbox_full", false },
		{ "", "", 421, "system", false },
		{ "User unknown", "5.7.1", 550, "no_user", true },
		{ "user unknown, try later", "4.1.1", 450, "no_user", false },
		{ "The recipient\xe2\x80\x99s inbox is full", "", 0,
		    "mailbox_full", false },
		{ "Domain does not exist", "5.1.2", 550, "dns", true },
		{ "relay.x.example said: mailbox full", "", 0,
		    "mailbox_full", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *got = reason_of(rows[i].said,
		    strlen(rows[i].said), rows[i].status, rows[i].code);

		ck_assert_msg(strcmp(got, rows[i].want) == 0,
		    "%s %s %d: %s, not %s", rows[i].said, rows[i].status,
		    rows[i].code, got, rows[i].want);
		ck_assert_msg(reason_hard(got, rows[i].status,
		    rows[i].code) == rows[i].hard, "%s %s: hard",
		    rows[i].said, rows[i].status);
	}
}
END_TEST

START_TEST(codes)
{
	static const struct {
		const char *text, *status;
		int code;
	} rows[] = {
		{ "550 5.1.1 unknown", "5.1.1", 550 },
		{ "550-5.1.1 unknown", "5.1.1", 550 },
		{ "(#5.1.1)", "5.1.1", 0 },
		{ "#5.1.10>", "5.1.10", 0 },
		{ "said: 5.7.708.", "5.7.708", 0 },
		{ "5.4.3.2", "", 0 },
		{ "host 4.3.2.1 said 452 full", "", 452 },
		{ "version 15.4.1", "", 0 },
		{ "a5.1.1", "", 0 },
		{ "5.1.1a", "", 0 },
		{ "5.1.1111", "", 0 },
		{ "3.1.1", "", 0 },
		{ "<<< 554 no", "", 554 },
		{ "554: 5.7.9 Message", "5.7.9", 554 },
		{ "in 450 days", "", 450 },
		{ "599 boxes", "", 0 },
		{ "port 5500", "", 0 },
		{ "", "", 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char status[STATUS_TEXT] = "";
		int code = 0;

		reason_status(rows[i].text, strlen(rows[i].text), status);
		reason_code(rows[i].text, strlen(rows[i].text), &code);
		ck_assert_msg(strcmp(status, rows[i].status) == 0,
		    "%s: %s, not %s", rows[i].text, status, rows[i].status);
		ck_assert_msg(code == rows[i].code, "%s: %d, not %d",
		    rows[i].text, code, rows[i].code);
	}
}
END_TEST

static struct alike_mail
a_mail(int64_t at, int64_t nonce, int64_t subject, int64_t text,
    int64_t shape)
{
	return (struct alike_mail){ at, nonce, { 7, subject, text, shape } };
}

START_TEST(floods)
{
	struct floods *f = floods_new(&rules, NULL);
	struct alike_mail m;
	struct err e = { 0 };

	/* A person's own words: flagged after ten, never silenced. */
	for (int i = 0; i < 14; i++) {
		m = a_mail(1000 + i, 1 + i, 5, 100 + i, 200 + i);
		ck_assert_int_eq(floods_add(f, &m, false, &e), i < 10 ?
		    FLOOD_NONE : FLOOD_MANY);
	}
	/* The window ends: 180 minutes after the last. */
	m = a_mail(1013 + 10800, 50, 5, 150, 250);
	ck_assert_int_eq(floods_add(f, &m, false, &e), FLOOD_NONE);
	m = a_mail(999, 51, 5, 151, 251);	/* before them all */
	ck_assert_int_eq(floods_add(f, &m, false, &e), FLOOD_NONE);
	floods_free(f);

	/* The same text: told of the second, silenced from the third. */
	f = floods_new(&rules, NULL);
	for (int i = 0; i < 5; i++) {
		m = a_mail(1000 + i, 1 + i, 5, 100, 200);
		ck_assert_int_eq(floods_add(f, &m, false, &e), i == 0 ?
		    FLOOD_NONE : i == 1 ? FLOOD_REPEAT : FLOOD_SAME);
	}
	/* A mail that is looked at twice counts once. */
	ck_assert_int_eq(floods_add(f, &m, false, &e), FLOOD_SAME);
	floods_free(f);

	/* A program's: the third of one subject, whatever it says. */
	f = floods_new(&rules, NULL);
	for (int i = 0; i < 4; i++) {
		m = a_mail(1000 + i, 1 + i, 5, 100 + i, 200 + i);
		ck_assert_int_eq(floods_add(f, &m, true, &e), i < 2 ?
		    FLOOD_NONE : FLOOD_SAME);
	}
	floods_free(f);

	/* All that differs is a number: after ten. */
	f = floods_new(&rules, NULL);
	for (int i = 0; i < 12; i++) {
		m = a_mail(1000 + i, 1 + i, 5 + i, 100 + i, 200);
		ck_assert_int_eq(floods_add(f, &m, false, &e), i < 10 ?
		    FLOOD_NONE : FLOOD_SAME);
	}
	floods_free(f);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("automatic");
	TCase *c = tcase_create("automatic");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 60);
	tcase_add_test(c, corpus);
	tcase_add_test(c, several);
	tcase_add_test(c, reasons);
	tcase_add_test(c, codes);
	tcase_add_test(c, floods);
	suite_add_tcase(s, c);
	return s;
}

int
main(void)
{
	return unit_main(suite());
}
