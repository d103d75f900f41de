/* Mail as a partial record: fixtures, tables, hostile input, a corpus. */
#include <dirent.h>
#include <jansson.h>
#include <string.h>
#include <strings.h>

#include "base/io.h"
#include "format/mail.h"
#include "unit.h"

static json_t *
parse(const char *s, size_t len)
{
	struct buf out = BUF_INIT;
	json_error_t e;
	json_t *j;

	mail_parse(s, len, NULL, &out, NULL, NULL);
	j = json_loadb(out.data, out.len, JSON_REJECT_DUPLICATES, &e);
	ck_assert_msg(j != NULL, "%s in %.300s", e.text, out.data);
	buf_free(&out);
	return j;
}

/* One value as JSON text, or "" when it is missing; to be freed. */
static char *
field(json_t *mail, const char *name)
{
	json_t *v = json_object_get(mail, name);

	return v != NULL ? json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT |
	    JSON_SORT_KEYS) : strdup("");
}

static void
check_field(const char *name, json_t *mail, const char *key, const char *want)
{
	char *got = field(mail, key);

	ck_assert_msg(strcmp(got, want) == 0, "%s: %s is %s, not %s", name,
	    key, got, want);
	free(got);
}

static void
read_whole(const char *path, struct buf *b)
{
	struct err e = { 0 };

	buf_reset(b);
	ck_assert_msg(file_read(path, (size_t)1 << 28, b, &e) == 0, "%s",
	    e.text);
}

/* Every field of NAME.json must be in the record of NAME.eml. */
START_TEST(fixtures)
{
	char folder[4096], path[8192];
	struct buf raw = BUF_INIT;
	struct dirent *d;
	size_t n = 0;
	DIR *dir;

	snprintf(folder, sizeof(folder), "%s/tests/data/mail", unit_root());
	ck_assert((dir = opendir(folder)) != NULL);
	while ((d = readdir(dir)) != NULL) {
		char *dot = strstr(d->d_name, ".eml");
		json_t *want, *got, *v;
		const char *key;

		if (dot == NULL)
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, d->d_name);
		read_whole(path, &raw);
		got = parse(raw.data, raw.len);
		snprintf(path, sizeof(path), "%s/%.*s.json", folder,
		    (int)(dot - d->d_name), d->d_name);
		want = json_load_file(path, 0, NULL);
		ck_assert_msg(want != NULL, "%s", path);
		json_object_foreach(want, key, v) {
			char *text = json_dumps(v, JSON_ENCODE_ANY |
			    JSON_COMPACT | JSON_SORT_KEYS);

			check_field(d->d_name, got, key, text);
			free(text);
		}
		json_decref(want);
		json_decref(got);
		n++;
	}
	closedir(dir);
	buf_free(&raw);
	ck_assert_uint_ge(n, 11);
}
END_TEST

#define TEXT	"\n\nok\n"

START_TEST(fields)
{
	static const struct {
		const char *name, *raw, *key, *want;
	} rows[] = {
		{ "id without brackets", "Message-ID: a@b" TEXT, "message_id",
		    "\"a@b\"" },
		{ "id folded within", "Message-ID: <a\n @b>" TEXT,
		    "message_id", "\"a@b\"" },
		{ "id without @", "Message-ID: <abc>" TEXT, "message_id",
		    "\"abc\"" },
		{ "no id", "Message-ID:  " TEXT, "message_id", "" },
		{ "references with garbage", "References: <a@b>, x <c@d\n"
		    " (comment) <e@f>" TEXT, "references",
		    "[\"a@b\",\"e@f\"]" },
		{ "name with a blank before the colon", "Subject : x" TEXT,
		    "subject", "\"x\"" },
		{ "first of two", "Subject: x\nSubject: y" TEXT, "subject",
		    "\"x\"" },
		{ "CR LF in an encoded word", "Subject: =?utf-8?q?a=0D=0Ab="
		    "1B?=" TEXT, "subject", "\"a b\"" },
		{ "a character cut between words", "Subject: =?utf-8?q?a=C3?="
		    "\n =?utf-8?q?=A9b?=" TEXT, "subject",
		    "\"a\xc3\xa9" "b\"" },
		{ "GBK under the name of gb2312", "Subject: =?gb2312?B?6JY=?="
		    TEXT, "subject", "\"\xe9\x92\x96\"" },
		{ "no such character set", "Subject: =?x-none?q?=E9?=" TEXT,
		    "subject", "\"\xc3\xa9\"" },
		{ "quotes around a subject", "Subject: 'Re: x'" TEXT,
		    "subject", "\"Re: x\"" },
		{ "quotes within it", "Subject: 'a' or 'b'" TEXT, "subject",
		    "\"'a' or 'b'\"" },
		{ "null path", "Return-Path: <>" TEXT, "return_path", "\"\"" },
		{ "date without a zone", "Date: Thu Nov  1 11:19:12 2001" TEXT,
		    "date", "\"2001-11-01T11:19:12Z\"" },
		{ "date that is none", "Date: tomorrow" TEXT, "date", "" },
		{ "topmost Received that has a date",
		    "Received: from a; soon\n"
		    "Received: from b; Thu, 15 Jan 2026 06:47:03 -0800\n"
		    "Received: from c; Thu, 15 Jan 2026 06:00:00 -0800" TEXT,
		    "received", "\"2026-01-15T14:47:03Z\"" },
		{ "group", "To: them: a@b.example, \"B C\" <c@d.example>;" TEXT,
		    "to", "[{\"address\":\"a@b.example\"},"
		    "{\"address\":\"c@d.example\",\"name\":\"B C\"}]" },
		{ "local name", "From: root" TEXT, "from",
		    "{\"address\":\"root\"}" },
		{ "nobody", "From: " TEXT, "from", "" },
		{ "envelope line before the header", "From a@b Thu Jan  1 "
		    "00:00:00 1970\nSubject: x" TEXT, "subject", "\"x\"" },
		{ "text without a header", "no header at all\n", "text",
		    "\"no header at all\\n\"" },
		{ "no blank line behind the header", "Subject: x\nthe text\n",
		    "text", "\"the text\\n\"" },
		{ "NUL and escapes in text", "Subject: x\n\na\001b\033[31mc\n",
		    "text", "\"ab[31mc\\n\"" },
		{ "CR alone", "Subject: x\n\na\rb\n", "text", "\"a\\nb\\n\"" },
		{ "latin-1 that is windows-1252", "Content-Type: text/plain; "
		    "charset=iso-8859-1\n\n\x80\n", "text",
		    "\"\xe2\x82\xac\\n\"" },
		{ "UTF-8 that is not", "Content-Type: text/plain; "
		    "charset=utf-8\n\ncaf\xe9\n", "text",
		    "\"caf\xc3\xa9\\n\"" },
		{ "cut base64", "Content-Type: text/plain\n"
		    "Content-Transfer-Encoding: base64\n\naGVsbG8gd29ybG",
		    "text", "\"hello wor\\n\"" },
		{ "html alone", "Content-Type: text/html\n\n<p>a<p>b", "text",
		    "\"a\\n\\nb\\n\"" },
		{ "blank plain text beside html", "Content-Type: "
		    "multipart/alternative; boundary=b\n\n--b\n\n \n--b\n"
		    "Content-Type: text/html\n\n<p>a</p>\n--b--\n", "text",
		    "\"a\\n\"" },
		{ "calendar among alternatives", "Content-Type: "
		    "multipart/alternative; boundary=b\n\n--b\n\na\n--b\n"
		    "Content-Type: text/calendar; name=\"i.ics\"\n\nBEGIN\n"
		    "--b--\n", "attachments", "[{\"name\":\"i.ics\","
		    "\"sha256\":\"a8402858d4f1e1d27afee976520485ebb4b96a"
		    "5387355b823f0d0b8079729032\",\"size\":5,"
		    "\"type\":\"text/calendar\"}]" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		json_t *mail = parse(rows[i].raw, strlen(rows[i].raw));

		check_field(rows[i].name, mail, rows[i].key, rows[i].want);
		json_decref(mail);
	}
}
END_TEST

/* Text with [ and ] around what must be quoted. */
START_TEST(quotes)
{
	static const struct {
		const char *name, *text;
		bool asks;
	} rows[] = {
		{ "nothing", "Hello.\n", false },
		{ "question", "Is it down?\n", true },
		{ "in a link", "See http://x.example/?a=b.\n", false },
		{ "quoted question", "[> Is it down?\n]yes\n", false },
		{ "wide question mark", "\xe3\x81\x8b\xef\xbc\x9f\n", true },
		{ "English", "a\n\n[On Mon, Joe wrote:\n> b\n]c\n", false },
		{ "wrapped", "a\n[On Mon, 1 Jan Joe <joe@x.example>\nwrote:\n"
		    "\n> b\n>> c\n]", false },
		{ "German", "a\n[Am 1.1.26 um 10:00 schrieb Joe:\n> b\n]",
		    false },
		{ "French", "a\n[Le 1 janv. 2026 \xc3\xa0 10:00, Joe a "
		    "\xc3\xa9" "crit :\n> b\n]", false },
		{ "Spanish", "a\n[El 1 ene 2026, Joe escribi\xc3\xb3:\n> b\n]",
		    false },
		{ "Italian", "a\n[Il giorno 1 gen 2026 Joe ha scritto:\n> b\n]",
		    false },
		{ "Portuguese", "a\n[Em 1 de jan de 2026, Joe escreveu:\n"
		    "> b\n]", false },
		{ "Dutch", "a\n[Op 1 jan 2026 schreef Joe:\n> b\n]", false },
		{ "Swedish", "a\n[Den 1 jan 2026 skrev Joe:\n> b\n]", false },
		{ "Polish", "a\n[W dniu 1.01.2026 Joe napisa\xc5\x82:\n> b\n]",
		    false },
		{ "Chinese", "a\n[Joe \xe4\xba\x8e""1\xe5\x86\x99\xe9\x81\x93"
		    "\xef\xbc\x9a\n> b\n]", false },
		{ "not marked", "a\n[On 1 Jan 2026, Joe wrote:\nb\n]", false },
		{ "a colon is no quote", "He wrote:\n\nhello\n", false },
		{ "answers between", "[> a?\n]b\n\n[> c?\n]d\n", false },
		{ "original message", "a\n[-----Original Message-----\n"
		    "From: Joe\nSent: Monday\nTo: Ann\nSubject: x\n\nb\n]",
		    false },
		{ "bold labels", "a\n[*Von:* Joe\n*Gesendet:* Montag\n"
		    "*An:* Ann\n*Betreff:* x\n\nb?\n]", false },
		{ "From alone", "From: the shop\nit does not work\n", false },
		{ "signature", "a\n[-- \nJoe\n]", false },
		{ "quote behind a signature", "a\n[-- \nJoe\n\n> q\n]b\n",
		    false },
		{ "interpreter", "a\n>>> 1 + 1\n2\n", false },
		{ "From of an mbox", "a\n>From here\nb\n", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf raw = BUF_INIT, want = BUF_INIT;
		const char *open = "[";
		size_t n = 0;
		json_t *mail;

		buf_adds(&raw, "Content-Type: text/plain; charset=utf-8\n\n");
		buf_adds(&want, "[");
		for (const char *s = rows[i].text; *s != '\0'; s++) {
			if (*s == *open) {
				if (*s == '[' && want.len > 1)
					buf_adds(&want, ",");
				buf_printf(&want, *s == '[' ? "[%zu," : "%zu]",
				    n);
				open = *s == '[' ? "]" : "[";
				continue;
			}
			buf_addc(&raw, *s);
			n++;
		}
		buf_adds(&want, "]");
		mail = parse(raw.data, raw.len);
		check_field(rows[i].name, mail, "quoted", want.data);
		check_field(rows[i].name, mail, "asks", rows[i].asks ? "true" :
		    "false");
		json_decref(mail);
		buf_free(&raw);
		buf_free(&want);
	}
}
END_TEST

START_TEST(digests)
{
	static const char head[] = "From: a@b.example\nSubject: s\n"
	    "Date: Thu, 1 Jan 2026 00:00:00 +0000\n";
	static const struct {
		const char *name, *a, *b;
		bool same;
	} rows[] = {
		{ "transport", "Received: from x; y\n\ntext\n", "\ntext\n",
		    true },
		{ "CR LF", "\na\nb\n", "\r\na\r\nb\r\n", true },
		{ "mbox", "\nFrom here\n", "\n>From here\n", true },
		{ "blank lines at the end", "\na\n", "\na\n\n\n", true },
		{ "blank lines within", "\na\nb\n", "\na\n\nb\n", false },
		{ "another text", "\na\n", "\nb\n", false },
		{ "a second subject", "Subject: t\n\na\n", "\na\n", true },
		{ "encoding", "Content-Transfer-Encoding: base64\n\n"
		    "dGV4dAo=\n", "\ntext\n", true },
		{ "an attachment as text", "Content-Type: "
		    "multipart/mixed; boundary=b\n\n--b\nContent-Type: "
		    "text/csv\n\n1\nFrom 2\n--b--\n", "Content-Type: "
		    "multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: "
		    "text/csv\r\n\r\n1\r\n>From 2\r\n--b--\r\n", true },
		{ "another attachment", "Content-Type: "
		    "multipart/mixed; boundary=b\n\n--b\nContent-Type: "
		    "text/csv\n\n1\n--b--\n", "Content-Type: "
		    "multipart/mixed; boundary=b\n\n--b\nContent-Type: "
		    "text/csv\n\n2\n--b--\n", false },
	};
	char raw[2][2000];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		json_t *a, *b;
		char *want;

		snprintf(raw[0], sizeof(raw[0]), "%s%s", head, rows[i].a);
		snprintf(raw[1], sizeof(raw[1]), "%s%s", head, rows[i].b);
		a = parse(raw[0], strlen(raw[0]));
		b = parse(raw[1], strlen(raw[1]));
		want = field(a, "digest");
		ck_assert_uint_eq(strlen(want), 66);
		free(want);
		ck_assert_msg(json_equal(json_object_get(a, "digest"),
		    json_object_get(b, "digest")) == rows[i].same, "%s",
		    rows[i].name);
		json_decref(a);
		json_decref(b);
	}
}
END_TEST

static bool
has_flag(json_t *mail, const char *flag)
{
	json_t *flags = json_object_get(mail, "flags");

	for (size_t i = 0; i < json_array_size(flags); i++)
		if (strcmp(json_string_value(json_array_get(flags, i)),
		    flag) == 0)
			return true;
	return false;
}

static void
repeat(struct buf *b, const char *s, size_t n)
{
	while (n-- > 0)
		buf_adds(b, s);
}

START_TEST(hostile)
{
	struct buf b = BUF_INIT;
	json_t *mail;

	buf_adds(&b, "Subject: big\n");
	repeat(&b, "X-Padding: 0123456789012345678901234567890123456789\n",
	    200000);
	buf_adds(&b, "Message-ID: <a@b>\n\ntext\n");
	mail = parse(b.data, b.len);
	check_field("10 MB of header", mail, "message_id", "\"a@b\"");
	check_field("10 MB of header", mail, "text", "\"text\\n\"");
	json_decref(mail);

	buf_reset(&b);
	buf_adds(&b, "To: a@b.example");
	repeat(&b, ",\n c@d.example", 100000);
	buf_adds(&b, "\n\ntext\n");
	mail = parse(b.data, b.len);
	ck_assert(has_flag(mail, "many_recipients"));
	ck_assert_uint_eq(json_array_size(json_object_get(mail, "to")), 200);
	json_decref(mail);

	buf_reset(&b);
	for (int i = 0; i < 10000; i++)
		buf_printf(&b, "Content-Type: multipart/mixed; "
		    "boundary=b%d\n\n--b%d\n", i, i);
	buf_adds(&b, "\ntext\n");
	mail = parse(b.data, b.len);
	ck_assert(has_flag(mail, "deep"));
	json_decref(mail);

	buf_reset(&b);
	buf_adds(&b, "References:");
	for (int i = 0; i < 20000; i++)
		buf_printf(&b, "\n <%d@x>", i);
	buf_adds(&b, "\n\ntext\n");
	mail = parse(b.data, b.len);
	ck_assert_uint_eq(json_array_size(json_object_get(mail,
	    "references")), 100);
	ck_assert_str_eq(json_string_value(json_array_get(json_object_get(mail,
	    "references"), 0)), "0@x");
	json_decref(mail);

	buf_reset(&b);
	buf_adds(&b, "Content-Type: multipart/mixed; boundary=b\n");
	repeat(&b, "\n--b\nContent-Type: image/png\n\nx", 6000);
	mail = parse(b.data, b.len);
	ck_assert(has_flag(mail, "many_attachments"));
	json_decref(mail);

	buf_reset(&b);
	buf_adds(&b, "Subject: long\n\n");
	repeat(&b, "> a\nbcdefgh:\n\n-- \n", 400000);
	mail = parse(b.data, b.len);
	ck_assert(has_flag(mail, "truncated"));
	json_decref(mail);
	buf_free(&b);
}
END_TEST

/* What hangs GMime 3.2.13 in the functions that we do not call. */
START_TEST(long_parameter)
{
	struct buf b = BUF_INIT;
	json_t *mail;

	for (size_t n = 60; n < 90; n++) {
		buf_reset(&b);
		buf_adds(&b, "Content-Type: multipart/mixed; boundary=b; ");
		repeat(&b, "x", n);
		buf_adds(&b, "=\"\xc3\xa9\xc3\xa9\"\n\n--b\n\ntext\n--b--\n");
		mail = parse(b.data, b.len);
		check_field("long parameter", mail, "text", "\"text\\n\"");
		json_decref(mail);
	}
	buf_free(&b);
}
END_TEST

/*
 * Where we differ from what the corpus expects, and why.
 */
static const struct difference {
	const char *file, *what, *why;
} differences[] = {
	{ "malformed/001", "attachments", "an empty multipart is none" },
	{ "malformed/002", "attachments", "its text is text" },
	{ "malformed/003", "attachments", "an empty multipart is none" },
	{ "malformed/004", "attachments", "its text is text" },
	{ "malformed/006", "attachments", "an empty multipart is none" },
	{ "malformed/007", "attachments", "an empty multipart is none" },
	{ "malformed/008", "attachments", "an empty multipart is none" },
	{ "malformed/009", "attachments", "an empty multipart is none" },
	{ "malformed/011", "attachments", "an empty multipart is none" },
	{ "malformed/012", "attachments", "the third mail is one, too" },
	{ "malformed/016", "attachments", "an empty multipart is none" },
	{ "malformed/017", "attachments",
	    "no boundary: the body is kept as text" },
	{ "rfc/000", "attachments", "text/enriched is text" },
	{ "rfc/003", "attachments", "text/enriched is text" },
	{ "rfc/001", "from", "a local name is an address" },
	{ "rfc/001", "to", "a local name is an address" },
	{ "rfc/004", "from", "a local name is an address" },
	{ "rfc/004", "to", "a local name is an address" },
	{ "thirdparty/001", "text", "one of the alternatives is shown" },
	{ "thirdparty/002", "attachments", "base64 with garbage is decoded" },
	{ "thirdparty/002", "text", "base64 goes on behind its padding" },
	{ "thirdparty/015", "attachments", "the mails behind count as well" },
};

static struct {
	size_t same, known, wrong;
} tally;

static void
compare(const char *file, const char *what, bool same, const char *want,
    const char *got)
{
	if (same) {
		tally.same++;
		return;
	}
	for (size_t i = 0; i < sizeof(differences) / sizeof(*differences);
	    i++)
		if (strncmp(file, differences[i].file,
		    strlen(differences[i].file)) == 0 &&
		    strcmp(what, differences[i].what) == 0) {
			tally.known++;
			return;
		}
	printf("# %s: %s: wanted %s, got %s\n", file, what, want, got);
	tally.wrong++;
}

/* Without tags, and runs of blanks as one; to be freed. */
static char *
words(const char *s, bool html)
{
	char *out = malloc(strlen(s) + 1), *to = out;
	bool tag = false;

	for (; *s != '\0'; s++) {
		if (html && *s == '<')
			tag = true;
		if (!tag && strchr(" \t\r\n", *s) == NULL)
			*to++ = *s;
		else if (to > out && to[-1] != ' ')
			*to++ = ' ';
		if (*s == '>')
			tag = false;
	}
	*to = '\0';
	return out;
}

static json_t *
expected_header(json_t *part, const char *name)
{
	json_t *headers = json_object_get(part, "headers");

	for (size_t i = 0; i < json_array_size(headers); i++) {
		json_t *h = json_array_get(headers, i);
		const char *s = json_string_value(json_object_get(h, "name"));

		if (s != NULL && strcmp(s, name) == 0)
			return json_object_get(h, "value");
	}
	return NULL;
}

/* The addresses somewhere in a value, joined. */
static void
collect(json_t *v, struct buf *out)
{
	const char *s = json_string_value(json_object_get(v, "address"));
	const char *key;
	json_t *child;
	size_t i;

	if (s != NULL)
		buf_printf(out, "<%s>", s);
	else if (json_is_object(v) && json_object_get(v, "address") != NULL)
		buf_adds(out, "<>");
	else if (json_is_object(v))
		json_object_foreach(v, key, child)
			collect(child, out);
	else
		json_array_foreach(v, i, child)
			collect(child, out);
}

static void
compare_addresses(const char *file, const char *what, json_t *want,
    json_t *got, bool one)
{
	struct buf a = BUF_INIT, b = BUF_INIT;
	char *end;

	if (!json_is_object(want))
		return;
	collect(want, &a);
	collect(got, &b);
	if (one && (end = strchr(a.data, '>')) != NULL)
		buf_truncate(&a, (size_t)(end + 1 - a.data));
	compare(file, what, strcmp(a.data, b.data) == 0, a.data, b.data);
	buf_free(&a);
	buf_free(&b);
}

static void
compare_text(const char *file, const char *what, json_t *want, json_t *got)
{
	const char *w = json_string_value(json_object_get(want, "Text"));
	const char *g = json_string_value(got);
	char *a, *b;

	if (w == NULL)
		return;
	a = words(w, false);
	if (*a != '\0' && a[strlen(a) - 1] == ' ')
		a[strlen(a) - 1] = '\0';
	b = words(g != NULL ? g : "", false);
	compare(file, what, strcmp(a, b) == 0, a, b);
	free(a);
	free(b);
}

static void
compare_bodies(const char *file, json_t *want, json_t *got)
{
	const char *text = json_string_value(json_object_get(got, "text"));
	json_t *list = json_object_get(want, "text_body"), *v;
	char *all = words(text, false);
	size_t i;

	json_array_foreach(list, i, v) {
		json_t *part = json_array_get(json_object_get(want, "parts"),
		    (size_t)json_integer_value(v));
		json_t *body = json_object_get(part, "body");
		const char *html = json_string_value(json_object_get(body,
		    "Html"));
		const char *plain = json_string_value(json_object_get(body,
		    "Text"));
		char *w;

		if (html == NULL && plain == NULL)
			continue;
		w = words(html != NULL ? html : plain, html != NULL);
		if (strlen(w) > 40)
			w[40] = '\0';
		compare(file, "text", strstr(all, w) != NULL, w, all);
		free(w);
	}
	free(all);
}

static void
compare_file(const char *folder, const char *file, struct buf *raw)
{
	char path[8192], counts[2][20];
	json_t *want, *got, *top;
	size_t a, b;

	snprintf(path, sizeof(path), "%s/%s.json", folder, file);
	if ((want = json_load_file(path, JSON_ALLOW_NUL, NULL)) == NULL)
		return;
	snprintf(path, sizeof(path), "%s/%s.eml", folder, file);
	read_whole(path, raw);
	got = parse(raw->data, raw->len);
	top = json_array_get(json_object_get(want, "parts"), 0);
	compare_text(file, "subject", expected_header(top, "subject"),
	    json_object_get(got, "subject"));
	compare_text(file, "message_id", expected_header(top, "message_id"),
	    json_object_get(got, "message_id"));
	compare_addresses(file, "from", expected_header(top, "from"),
	    json_object_get(got, "from"), true);
	compare_addresses(file, "to", expected_header(top, "to"),
	    json_object_get(got, "to"), false);
	a = json_array_size(json_object_get(want, "attachments"));
	b = json_array_size(json_object_get(got, "attachments"));
	snprintf(counts[0], sizeof(counts[0]), "%zu", a);
	snprintf(counts[1], sizeof(counts[1]), "%zu", b);
	compare(file, "attachments", a == b, counts[0], counts[1]);
	compare_bodies(file, want, got);
	json_decref(want);
	json_decref(got);
}

START_TEST(corpus)
{
	static const char *const kinds[] = { "rfc", "malformed", "thirdparty" };
	const char *folder = shared_data("mail/mail-parser/eml");
	struct buf raw = BUF_INIT;
	char name[40];

	if (folder == NULL) {
		unit_skip("corpus", "no data folder");
		return;
	}
	memset(&tally, 0, sizeof(tally));
	for (size_t k = 0; k < 3; k++)
		for (int i = 0; i < 100; i++) {
			snprintf(name, sizeof(name), "%s/%03d", kinds[k], i);
			compare_file(folder, name, &raw);
		}
	printf("# corpus: %zu the same, %zu known to differ, %zu wrong\n",
	    tally.same, tally.known, tally.wrong);
	buf_free(&raw);
	ck_assert_uint_eq(tally.wrong, 0);
	ck_assert_uint_gt(tally.same, 150);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("mail");
	TCase *c = tcase_create("mail");

	tcase_set_timeout(c, 60);
	tcase_add_test(c, fixtures);
	tcase_add_test(c, fields);
	tcase_add_test(c, quotes);
	tcase_add_test(c, digests);
	tcase_add_test(c, hostile);
	tcase_add_test(c, long_parameter);
	tcase_add_test(c, corpus);
	suite_add_tcase(s, c);
	return s;
}

int
main(void)
{
	return unit_main(suite());
}
