/*
 * Quotes, signatures and forwarded mails: the cases of tests/data/quote, line
 * by line. What they find is counted as precision and recall; both are 100 %.
 */
#include <dirent.h>
#include <jansson.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/io.h"
#include "format/mail.h"
#include "format/quote.h"
#include "unit.h"

enum want { OWN, QUOTED, EITHER };

struct wanted {			/* lines with text, in their order */
	struct buf text;	/* joined by line ends */
	enum want want[500];
	size_t n;
};

static struct {
	size_t cases, hidden, shown, found, missed, wrong, text;
} tally;

static void
want_line(struct wanted *w, enum want want, const char *s, size_t len)
{
	ck_assert_uint_lt(w->n, 500);
	w->want[w->n++] = want;
	buf_add(&w->text, s, len);
	buf_addc(&w->text, '\n');
}

static bool
blank(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (strchr(" \t>", s[i]) == NULL)
			return false;
	return true;
}

static bool
in_range(json_t *ranges, size_t at)
{
	for (size_t i = 0; i < json_array_size(ranges); i++) {
		json_t *r = json_array_get(ranges, i);

		if (at >= (size_t)json_integer_value(json_array_get(r, 0)) &&
		    at < (size_t)json_integer_value(json_array_get(r, 1)))
			return true;
	}
	return false;
}

/* Compares line by line; blank lines count for nothing. */
static void
compare(const char *name, const struct wanted *w, json_t *mail)
{
	const char *text = json_string_value(json_object_get(mail, "text"));
	json_t *ranges = json_object_get(mail, "quoted");
	const char *want = w->text.data;
	size_t k = 0;

	tally.cases++;
	for (const char *s = text; *s != '\0';) {
		size_t n = strcspn(s, "\n"), m = strcspn(want, "\n");
		bool quoted = in_range(ranges, (size_t)(s - text));

		if (!blank(s, n)) {
			while (n > 0 && s[n - 1] == ' ')
				n--;
			if (k == w->n || n != m || memcmp(s, want, n) != 0) {
				printf("# %s: text '%.*s', not '%.*s'\n", name,
				    (int)n, s, (int)m, want);
				tally.text++;
				return;
			}
			if (w->want[k] == QUOTED) {
				tally.hidden++;
				tally.found += quoted;
				tally.missed += !quoted;
			} else if (w->want[k] == OWN) {
				tally.shown++;
				tally.wrong += quoted;
			}
			if ((w->want[k] == QUOTED && !quoted) ||
			    (w->want[k] == OWN && quoted))
				printf("# %s: %s: %.*s\n", name, quoted ?
				    "hidden" : "shown", (int)n, s);
			want += m + 1;
			k++;
		}
		s += strcspn(s, "\n");
		s += *s == '\n';
	}
	if (k != w->n) {
		printf("# %s: no '%.40s'\n", name, want);
		tally.text++;
	}
}

static json_t *
parse(const char *subject, bool html, const struct buf *body)
{
	struct buf raw = BUF_INIT, out = BUF_INIT;
	json_t *mail;

	buf_printf(&raw, "From: max@example.com\nSubject: %s\n"
	    "Date: Mon, 12 Jan 2026 11:00:00 +0100\n%s"
	    "MIME-Version: 1.0\nContent-Type: text/%s; charset=utf-8\n\n",
	    subject, strncmp(subject, "Re: ", 4) == 0 ?
	    "In-Reply-To: <1@acme.example>\n" : "", html ? "html" : "plain");
	buf_add(&raw, body->data, body->len);
	mail_parse(raw.data, raw.len, NULL, &out, NULL, NULL);
	mail = json_loadb(out.data, out.len, JSON_REJECT_DUPLICATES, NULL);
	ck_assert(mail != NULL);
	buf_free(&raw);
	buf_free(&out);
	return mail;
}

static void
compare_forward(const char *name, const char *want, json_t *mail)
{
	json_t *got = json_object_get(mail, "forwarded");
	json_t *w = *want == '\0' ? NULL : json_loads(want, 0, NULL);

	ck_assert_msg(*want == '\0' || w != NULL, "%s: %s", name, want);
	if (got != NULL)
		json_object_del(got, "text");
	if ((got == NULL) != (w == NULL) ||
	    (w != NULL && !json_equal(got, w))) {
		char *text = json_dumps(got, JSON_COMPACT | JSON_SORT_KEYS);

		printf("# %s: forwarded %s\n", name, text);
		free(text);
		tally.text++;
	}
	json_decref(w);
}

struct testcase {
	char name[200], subject[200], forwarded[1000];
	bool html, source;	/* a page; its lines come */
	struct buf body;
	struct wanted wanted;
};

static void
begin(struct testcase *c)
{
	*c = (struct testcase){ .subject = "Re: Invoice" };
	buf_init(&c->body);
	buf_init(&c->wanted.text);
}

static void
finish(struct testcase *c)
{
	json_t *mail;

	if (*c->name != '\0') {
		mail = parse(c->subject, c->html, &c->body);
		compare(c->name, &c->wanted, mail);
		compare_forward(c->name, c->forwarded, mail);
		json_decref(mail);
	}
	buf_free(&c->body);
	buf_free(&c->wanted.text);
	begin(c);
}

/* "+own", "-quoted", " either"; "\s" at the end is a blank. */
static void
case_line(struct testcase *c, const char *s, size_t len)
{
	bool space = len > 2 && memcmp(s + len - 2, "\\s", 2) == 0;
	size_t n = space ? len - 2 : len;

	if (!c->html && len > 0)
		buf_add(&c->body, s + 1, n - 1);
	if (!c->html)
		buf_adds(&c->body, space ? " \n" : "\n");
	if (len > 0 && !blank(s + 1, n - 1))
		want_line(&c->wanted, *s == '+' ? OWN : *s == '-' ? QUOTED :
		    EITHER, s + 1, n - 1);
}

static bool
directive(struct testcase *c, const char *s, size_t len)
{
	if (len > 2 && memcmp(s, "% ", 2) == 0) {
		finish(c);
		snprintf(c->name, sizeof(c->name), "%.*s", (int)len - 2, s + 2);
	} else if (len > 9 && memcmp(s, "%subject ", 9) == 0)
		snprintf(c->subject, sizeof(c->subject), "%.*s", (int)len - 9,
		    s + 9);
	else if (len > 11 && memcmp(s, "%forwarded ", 11) == 0)
		snprintf(c->forwarded, sizeof(c->forwarded), "%.*s",
		    (int)len - 11, s + 11);
	else if (len == 5 && memcmp(s, "%html", 5) == 0)
		c->html = c->source = true;
	else if (len == 5 && memcmp(s, "%text", 5) == 0)
		c->source = false;
	else
		return false;
	return true;
}

static void
read_file(const char *name, struct buf *b)
{
	struct err e = { 0 };
	char path[4096];

	snprintf(path, sizeof(path), "%s/tests/data/quote/%s", unit_root(),
	    name);
	ck_assert_msg(file_read(path, (size_t)1 << 24, b, &e) == 0, "%s",
	    e.text);
}

static void
run_cases(const char *name)
{
	struct buf file = BUF_INIT;
	struct testcase c;

	begin(&c);
	read_file(name, &file);
	for (const char *s = file.data; *s != '\0';) {
		size_t len = strcspn(s, "\n");

		if (!directive(&c, s, len) && *c.name != '\0') {
			if (c.source) {
				buf_add(&c.body, s, len);
				buf_addc(&c.body, '\n');
			} else
				case_line(&c, s, len);
		}
		s += len + (s[len] == '\n');
	}
	finish(&c);
	buf_free(&file);
}

static void
check_tally(const char *what, size_t least)
{
	printf("# %s: %zu cases, precision %zu/%zu, recall %zu/%zu\n", what,
	    tally.cases, tally.found, tally.found + tally.wrong, tally.found,
	    tally.hidden);
	ck_assert_uint_ge(tally.cases, least);
	ck_assert_uint_eq(tally.text, 0);
	ck_assert_uint_eq(tally.missed, 0);
	ck_assert_uint_eq(tally.wrong, 0);
}

START_TEST(cases)
{
	struct dirent **list;
	char folder[4096];
	int n;

	memset(&tally, 0, sizeof(tally));
	snprintf(folder, sizeof(folder), "%s/tests/data/quote", unit_root());
	ck_assert_int_gt(n = scandir(folder, &list, NULL, alphasort), 0);
	for (int i = 0; i < n; i++) {
		if (strstr(list[i]->d_name, ".case") != NULL)
			run_cases(list[i]->d_name);
		free(list[i]);
	}
	free(list);
	check_tally("cases", 150);
}
END_TEST

static void
add(struct testcase *c, enum want want, const char *s, size_t len)
{
	buf_add(&c->body, s, len);
	buf_addc(&c->body, '\n');
	if (!blank(s, len))
		want_line(&c->wanted, want, s, len);
}

static void
add_lines(struct testcase *c, enum want want, const char *s, size_t len)
{
	for (size_t i = 0, n; i < len; i += n + 1) {
		n = strcspn(s + i, "\n");
		if (n > len - i)
			n = len - i;
		add(c, want, s + i, n);
	}
}

enum shape { SIGNED, UNSIGNED, BELOW, SHAPES };

static void
try_shape(const char *s, size_t len, enum shape shape)
{
	struct testcase c;

	begin(&c);
	snprintf(c.name, sizeof(c.name), "%d %.*s", (int)shape, (int)len, s);
	if (shape != BELOW) {
		add_lines(&c, OWN, "It works now.", 13);
		add(&c, OWN, "", 0);
	}
	add_lines(&c, QUOTED, s, len);
	if (shape == UNSIGNED) {
		add_lines(&c, QUOTED, "\nDoes it work?\nJane", 19);
	} else
		add_lines(&c, QUOTED, "> Does it work?\n> Jane", 22);
	if (shape == BELOW) {
		add(&c, OWN, "", 0);
		add_lines(&c, OWN, "It works now.", 13);
	}
	finish(&c);
}

/* Calls for each paragraph that is no comment. */
static void
paragraphs(const char *name, void (*each)(const char *, size_t))
{
	struct buf file = BUF_INIT;

	read_file(name, &file);
	for (const char *s = file.data; *s != '\0';) {
		const char *end = strstr(s, "\n\n");
		size_t len = end != NULL ? (size_t)(end - s) : strlen(s);

		while (len > 0 && s[len - 1] == '\n')
			len--;
		if (*s != '#' && len > 0)
			each(s, len);
		s = end != NULL ? end + 2 : s + strlen(s);
	}
	buf_free(&file);
}

static void
each_introduction(const char *s, size_t len)
{
	bool weak = len > 2 && memcmp(s, "> ", 2) == 0;

	s += weak ? 2 : 0;
	len -= weak ? 2 : 0;
	for (int shape = 0; shape < SHAPES; shape++)
		if (!weak || shape != UNSIGNED)
			try_shape(s, len, (enum shape)shape);
}

static void
each_header(const char *s, size_t len)
{
	try_shape(s, len, UNSIGNED);
}

START_TEST(introductions)
{
	memset(&tally, 0, sizeof(tally));
	paragraphs("introductions.txt", each_introduction);
	check_tally("introductions", 300);
}
END_TEST

START_TEST(headers)
{
	memset(&tally, 0, sizeof(tally));
	paragraphs("headers.txt", each_header);
	check_tally("headers", 45);
}
END_TEST

/* Megabytes that look like one thing or another take linear time. */
START_TEST(hostile)
{
	static const char *const units[] = { "a:\n", "> a\nb\n", "From: a\n",
	    "From: a\nSent: b\n", "To: a@b\na@b\n", "----\n", "---- a ----\n",
	    "On 1.1.2026 10:15 w w w w wrote\nw:\n", ">>> a >>>\nb\n", "\n",
	    "> \n\n", "-- \na\n", "--\n", "JD> a\n", "Sent from my a\n\n",
	    "Begin forwarded message:\n", "reply above this line\n", "|\n",
	    "10:15 2026 @a@ w:\n", "Disclaimer: a\n\n", "a@b 1.1.2026 10:15\n",
	    "```\n", "[...]\n> a\n", " >\n", "Best regards\n+49 30 1234567\n" };
	struct range r[QUOTE_RANGES];
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		clock_t begun = clock();

		buf_reset(&b);
		while (b.len < (size_t)4 << 20)
			buf_adds(&b, units[i]);
		quote_find(b.data, b.len, r, QUOTE_RANGES);
		ck_assert_msg((clock() - begun) / CLOCKS_PER_SEC < 4,
		    "4 MiB of '%s'", units[i]);
	}
	buf_free(&b);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("quote");
	TCase *c = tcase_create("quote");

	tcase_set_timeout(c, 120);
	tcase_add_test(c, cases);
	tcase_add_test(c, introductions);
	tcase_add_test(c, headers);
	tcase_add_test(c, hostile);
	suite_add_tcase(s, c);
	return s;
}

int
main(void)
{
	return unit_main(suite());
}
