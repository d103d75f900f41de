/* Records as events, the fold over them, merging, customers. */
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "domain/book.h"
#include "domain/mail/inbound.h"
#include "domain/model.h"
#include "domain/org.h"
#include "unit.h"

static struct rec rec;
static struct arena arena;

/*
 * A ticket's life in letters, a second apart: c the customer writes, a an
 * agent answers, q an agent asks, o automatic mail, r w x p set the status to
 * resolved, waiting, closed, progress, T a thanks follows the message before
 * it (same second), H and L the rules say HIGH and LOW, m a person says
 * MEDIUM, e excluded, E counts again.
 */
static void
play(const char *life, struct ticket *t, struct history *h)
{
	int64_t at = 1000;

	memset(h, 0, sizeof(*h));
	for (const char *p = life; *p != '\0'; p++) {
		struct event ev = { 0 };

		ev.nonce = p - life;
		ev.at = strchr("THLm", *p) != NULL ? at : ++at;
		switch (*p) {
		case 'c': ev.kind = EVENT_CUSTOMER;
			ev.text = "hello\ta@x\temail\tacme"; break;
		case 'a': ev.kind = EVENT_AGENT; ev.text = "re\tus"; break;
		case 'q': ev.kind = EVENT_AGENT; ev.arg = 1; break;
		case 'o': ev.kind = EVENT_AUTO; break;
		case 'r': ev.kind = EVENT_STATUS; ev.arg = STATUS_RESOLVED;
			break;
		case 'w': ev.kind = EVENT_STATUS; ev.arg = STATUS_WAITING;
			break;
		case 'x': ev.kind = EVENT_STATUS; ev.arg = STATUS_CLOSED;
			break;
		case 'p': ev.kind = EVENT_STATUS; ev.arg = STATUS_PROGRESS;
			break;
		case 'T': ev.kind = EVENT_TRIAGE; ev.arg = TRIAGE_CLOSING;
			ev.text = "other\tthanks\t90\tthanks"; break;
		case 'H': ev.kind = EVENT_TRIAGE; ev.arg = SEVERITY_HIGH + 1;
			ev.text = "platform\tAPI\t90\tr1"; break;
		case 'L': ev.kind = EVENT_TRIAGE; ev.arg = SEVERITY_LOW + 1;
			ev.text = "feature\t\t50\tr2"; break;
		case 'm': ev.kind = EVENT_TRIAGE; ev.arg =
			(SEVERITY_MEDIUM + 1) | TRIAGE_PERSON;
			ev.text = "\t\t0\t"; break;
		case 'e': ev.kind = EVENT_EXCLUDE; ev.text = "third party";
			break;
		case 'E': ev.kind = EVENT_EXCLUDE; ev.text = ""; break;
		}
		history_add(h, &ev, &arena);
	}
	ticket_fold(h, TIME_MAX, &arena, t);
}

START_TEST(folds)
{
	static const struct {
		const char *name, *life;
		enum status status;
		int64_t first, resolved, waiting;	/* seconds, 0 none */
		int reopened;
		enum severity severity;
	} rows[] = {
		{ "new", "c", STATUS_OPEN, 0, 0, 1, 0, SEVERITY_LOW },
		{ "answered", "ca", STATUS_PROGRESS, 2, 0, 0, 0, 0 },
		{ "asked", "cq", STATUS_WAITING, 2, 0, 0, 0, 0 },
		{ "asked and told", "cqc", STATUS_PROGRESS, 2, 0, 3, 0, 0 },
		{ "a machine is no answer", "co", STATUS_OPEN, 0, 0, 1, 0, 0 },
		{ "resolved", "car", STATUS_RESOLVED, 2, 3, 0, 0, 0 },
		{ "closed later", "carx", STATUS_CLOSED, 2, 3, 0, 0, 0 },
		{ "reopened", "carc", STATUS_OPEN, 2, 0, 4, 1, 0 },
		{ "thanks ends it", "cacT", STATUS_RESOLVED, 2, 3, 0, 0, 0 },
		{ "thanks reopens not", "carcT", STATUS_RESOLVED, 2, 3, 0, 0,
		    0 },
		{ "thanks unanswered", "cT", STATUS_OPEN, 0, 0, 1, 0, 0 },
		{ "an out-of-office reopens not", "caro", STATUS_RESOLVED, 2,
		    3, 0, 0, 0 },
		{ "agent on a resolved one", "cara", STATUS_RESOLVED, 2, 3, 0,
		    0, 0 },
		{ "ours first", "ac", STATUS_PROGRESS, 0, 0, 2, 0, 0 },
		{ "status is no answer", "cw", STATUS_WAITING, 0, 0, 1, 0, 0 },
		{ "rules raise", "cHL", STATUS_OPEN, 0, 0, 1, 0,
		    SEVERITY_HIGH },
		{ "a person decides", "cHmcH", STATUS_OPEN, 0, 0, 1, 0,
		    SEVERITY_MEDIUM },
	};
	struct history h;
	struct ticket t;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		int64_t none = TIME_NONE;

		play(rows[i].life, &t, &h);
		ck_assert_msg(t.status == rows[i].status, "%s: status %s",
		    rows[i].name, status_name(t.status));
		ck_assert_msg(t.first_response == (rows[i].first ?
		    1000 + rows[i].first : none), "%s: first response",
		    rows[i].name);
		ck_assert_msg(t.resolved == (rows[i].resolved ?
		    1000 + rows[i].resolved : none), "%s: resolved",
		    rows[i].name);
		ck_assert_msg(t.waiting_since == (rows[i].waiting ?
		    1000 + rows[i].waiting : none), "%s: waiting",
		    rows[i].name);
		ck_assert_msg(t.reopened == rows[i].reopened, "%s: reopened",
		    rows[i].name);
		ck_assert_msg(t.severity == rows[i].severity, "%s: severity",
		    rows[i].name);
	}
	play("ceE", &t, &h);
	ck_assert_ptr_null(t.excluded);
	play("ce", &t, &h);
	ck_assert_str_eq(t.excluded, "third party");
	ck_assert_str_eq(t.subject, "hello");
	ck_assert_str_eq(t.customer, "acme");
	play("ca", &t, &h);
	ticket_fold(&h, 1001, &arena, &t);
	ck_assert_int_eq(t.answers, 0);
	ticket_fold(&h, 1000, &arena, &t);
	ck_assert(t.opened == TIME_NONE);
	arena_reset(&arena);
}
END_TEST

/* The order in which events come makes no difference. */
START_TEST(order)
{
	struct history h, other = { 0 };
	struct ticket t, u;
	unsigned state = 3;

	play("cHaqcarcTx", &t, &h);
	for (int round = 0; round < 200; round++) {
		size_t index[16];

		other.n = 0;
		for (size_t i = 0; i < h.n; i++) {
			size_t j;

			state = state * 1664525 + 1013904223;
			j = (state >> 8) % (i + 1);
			index[i] = index[j];
			index[j] = i;
		}
		for (size_t i = 0; i < h.n; i++)
			history_add(&other, &h.event[index[i]], &arena);
		for (size_t i = 0; i < h.n; i++)
			history_add(&other, &h.event[index[i]], &arena);
		ck_assert_uint_eq(other.n, h.n);
		ticket_fold(&other, TIME_MAX, &arena, &u);
		ck_assert(u.status == t.status && u.resolved == t.resolved &&
		    u.reopened == t.reopened && u.since == t.since);
	}
	arena_reset(&arena);
}
END_TEST

static int
add_line(struct book *b, const char *line, struct err *e)
{
	if (rec_parse(&rec, line, strlen(line), e) < 0)
		return -1;
	return book_add(b, &rec, e);
}

START_TEST(books)
{
	static const char *const lines[] = {
		"{\"type\":\"message\",\"id\":\"A\","
		"\"at\":\"2026-01-01T00:00:00Z\",\"ticket\":\"AAAAAAAAAAAA\",\"direction\":\"in\",\"role\":"
		"\"customer\",\"subject\":\"one\"}",
		"{\"type\":\"message\",\"id\":\"B\","
		"\"at\":\"2026-01-01T00:01:00Z\",\"ticket\":\"BBBBBBBBBBBB\",\"direction\":\"in\",\"role\":"
		"\"customer\",\"subject\":\"two\"}",
		"{\"type\":\"status\",\"id\":\"S\",\"at\":\"2026-01-01T00:01:30"
		"Z\",\"ticket\":\"BBBBBBBBBBBB\",\"status\":\"closed\"}",
		"{\"type\":\"merge\",\"id\":\"C\",\"at\":\"2026-01-01T00:02:00"
		"Z\",\"ticket\":\"BBBBBBBBBBBB\",\"into\":\"AAAAAAAAAAAA\"}",
		"{\"type\":\"merge\",\"id\":\"D\",\"at\":\"2026-01-01T00:02:00"
		"Z\",\"ticket\":\"AAAAAAAAAAAA\",\"into\":\"BBBBBBBBBBBB\"}",
		"{\"type\":\"message\",\"id\":\"E\","
		"\"at\":\"2026-01-01T00:03:00Z\",\"ticket\":\"BBBBBBBBBBBB\",\"direction\":\"out\",\"role\":"
		"\"agent\",\"subject\":\"re\"}",
		"{\"type\":\"status\",\"id\":\"T\",\"at\":\"2026-01-01T00:04:00"
		"Z\",\"ticket\":\"BBBBBBBBBBBB\",\"status\":\"closed\"}",
	};
	struct book *b = book_new();
	const struct history *h;
	struct err e = { 0 };
	size_t pos = 0;

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		ck_assert_int_eq(add_line(b, lines[i], &e), 0);
	ck_assert_int_eq(add_line(b, "{\"type\":\"status\",\"id\":\"x\","
	    "\"at\":\"2026-01-01T00:00:00Z\",\"ticket\":\"AAAAAAAAAAAA\","
	    "\"status\":\"gone\"}", &e), -1);
	ck_assert_ptr_nonnull(strstr(e.text, "status"));
	h = book_next(b, &pos);
	ck_assert_ptr_nonnull(h);
	ck_assert_str_eq(h->key, "AAAAAAAAAAAA");
	ck_assert_uint_eq(h->n, 3);
	ck_assert_ptr_null(book_next(b, &pos));
	err_clear(&e);
	ck_assert_int_eq(book_find(b, "bb", &h, &e), 1);
	ck_assert_str_eq(h->key, "AAAAAAAAAAAA");
	ck_assert_int_eq(book_find(b, "zz", &h, &e), 0);
	book_free(b);
}
END_TEST

START_TEST(customers)
{
	static const char text[] =
	    "customer,name,tier,domains,addresses,fee,since\n"
	    "acme,Acme,starter,acme.example;acme.test,,250000,2026-01-01\n"
	    "acme,Acme,enterprise,,,7500000,2026-03-01T08:00:00Z\n"
	    "bob,Bob,professional,,bob@mail.example,,\n"
	    "bad,,,,,12.50,\n";
	struct customers *c = customers_new("UTC");
	const struct customer *who;
	struct csv *csv;
	struct err e = { 0 };
	int bad = 0;

	ck_assert_int_eq(csv_parse(&csv, "c.csv", text, strlen(text), &e), 0);
	while (csv_next(csv, &e) == 1) {
		if (customers_add_row(c, csv, NULL, &e) < 0) {
			bad++;
			err_clear(&e);
		}
	}
	csv_free(csv);
	ck_assert_int_eq(bad, 1);
	ck_assert_str_eq(customers_by_address(c, "X@Acme.Example"), "acme");
	ck_assert_str_eq(customers_by_address(c, "x@eu.acme.test"), "acme");
	ck_assert_str_eq(customers_by_address(c, "bob@mail.example"), "bob");
	ck_assert_ptr_null(customers_by_address(c, "eve@mail.example"));
	ck_assert_ptr_null(customers_by_address(c, "acme.example"));
	ck_assert_ptr_null(customers_at(c, "acme", 0));
	who = customers_at(c, "acme", 1767225600);
	ck_assert_ptr_nonnull(who);
	ck_assert_str_eq(who->tier, "starter");
	ck_assert_str_eq(customers_at(c, "acme", 1798761600)->tier,
	    "enterprise");
	ck_assert_str_eq(customers_id(c, 0), "acme");
	ck_assert_str_eq(customers_id(c, 1), "bob");
	ck_assert_ptr_null(customers_id(c, 2));
	customers_free(c);
}
END_TEST

START_TEST(checks)
{
	static const struct { const char *line, *why; } rows[] = {
		{ "{\"type\":\"note\",\"at\":\"2026-01-01T00:00:00Z\","
		    "\"ticket\":\"AAAAAAAAAAAA\",\"text\":\"x\"}", NULL },
		{ "{\"type\":\"note\",\"at\":\"2026-01-01T00:00:00Z\","
		    "\"ticket\":\"AAAAAAAAAAAA\"}", "text is missing" },
		{ "{\"type\":\"note\",\"at\":\"2026-01-01T00:00:00Z\","
		    "\"ticket\":\"nope\",\"text\":\"x\"}", "ticket is not" },
		{ "{\"type\":\"note\",\"text\":\"x\"}", "at is missing" },
		{ "{\"at\":\"2026-01-01T00:00:00Z\"}", "type is missing" },
		{ "{\"type\":\"of-tomorrow\",\"at\":\"2026-01-01T00:00:00Z\"}",
		    NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct err e = { 0 };

		ck_assert_int_eq(rec_parse(&rec, rows[i].line,
		    strlen(rows[i].line), &e), 0);
		ck_assert_int_eq(record_check(&rec, &e),
		    rows[i].why != NULL ? -1 : 0);
		ck_assert_msg(rows[i].why == NULL ||
		    strstr(e.text, rows[i].why) != NULL, "%s", e.text);
	}
	ck_assert(type_derived("clock"));
	ck_assert(!type_derived("message"));
	ck_assert(!type_known("of-tomorrow"));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("ticket");
	TCase *t = tcase_create("ticket");

	tcase_add_test(t, folds);
	tcase_add_test(t, order);
	tcase_add_test(t, books);
	tcase_add_test(t, customers);
	tcase_add_test(t, checks);
	suite_add_tcase(s, t);
	return unit_main(s);
}
