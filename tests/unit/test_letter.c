/* Our mails, as our own parser and the eye read them. */
#include <string.h>

#include "base/time.h"
#include "format/letter.h"
#include "format/mail.h"
#include "format/record.h"
#include "unit.h"

static const char *const one[] = { "ana@acme.example", NULL };

static struct letter
usual(void)
{
	return (struct letter){
		.name = "TAI", .from = "support@tai.example", .to = one,
		.subject = "Re: it fails", .text = "Hello\n\nbye\n",
		.date = INT64_C(1768488420), .message_id = "k.1.s@tai.example",
	};
}

/* The letter, parsed; the record points into out. */
static void
reread(const struct letter *l, struct buf *out, struct buf *json,
    struct rec *r)
{
	struct err e = { 0 };

	ck_assert_msg(letter_write(l, out, &e) == 0, "%s", e.text);
	mail_parse(out->data, out->len, NULL, json, NULL, NULL);
	ck_assert_msg(rec_parse(r, json->data, json->len, &e) == 0, "%s",
	    e.text);
}

START_TEST(headers)
{
	struct letter l = usual();
	const char *const refs[] = { "root@acme.example",
		"second@acme.example", NULL };
	struct buf b = BUF_INIT;
	struct err e = { 0 };

	l.in_reply_to = "second@acme.example";
	l.references = refs;
	l.auto_submitted = "auto-replied";
	ck_assert_int_eq(letter_write(&l, &b, &e), 0);
	for (const char *const *want = (const char *const []){
	    "From: TAI <support@tai.example>\n",
	    "To: ana@acme.example\n", "Subject: Re: it fails\n",
	    "Date: Thu, 15 Jan 2026 14:47:00 +0000\n",
	    "In-Reply-To: <second@acme.example>\n",
	    "References: <root@acme.example>", "<second@acme.example>\n",
	    "Message-ID: <k.1.s@tai.example>\n",
	    "Auto-Submitted: auto-replied\n", "MIME-Version: 1.0\n",
	    "Content-Type: text/plain; charset=us-ascii\n", "\n\nHello\n\nbye\n",
	    NULL }; *want != NULL; want++)
		ck_assert_msg(strstr(b.data, *want) != NULL, "no %s in\n%s",
		    *want, b.data);
	ck_assert_ptr_null(strchr(b.data, '\r'));
	buf_free(&b);
}
END_TEST

/* Whatever is written is data: no header more, and it reads back. */
START_TEST(hostile)
{
	static const char *const texts[] = {
		"a\nBcc: x@evil.example\n\nb", "a\r\nBcc: x@evil.example",
		"a\rBcc: x@evil.example", "\x1b[31mred", "x\xe2\x80\xa8y",
		"=?utf-8?q?=0ABcc:_x@evil.example?=", "", " ", ".",
		"From me\n.\nFrom you\n", "Gr\xc3\xbc\xc3\x9f" "e \xe6\x97\xa5",
		"\xff\xfe", "\"><script>", "a: b\n c",
	};
	struct arena a = { 0 };

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct letter l = usual();
		struct buf out = BUF_INIT, json = BUF_INIT;
		struct rec r;
		const char *subject, *header_end;

		l.subject = l.text = l.name = texts[i];
		l.message_id = "a>\n b@x.example";
		reread(&l, &out, &json, &r);
		header_end = strstr(out.data, "\n\n");
		ck_assert_ptr_nonnull(header_end);
		*(char *)(uintptr_t)header_end = '\0';
		ck_assert_msg(strstr(out.data, "\nBcc") == NULL, "%zu: %s", i,
		    out.data);
		for (const char *p = out.data; *p != '\0'; p++)
			ck_assert_msg(*p == '\n' || (*p >= ' ' && *p < 0x7f),
			    "%zu: byte %d", i, *p);
		ck_assert_str_eq(rec_str(&r, "message_id", &a),
		    "ab@x.example");
		subject = rec_str(&r, "subject", &a);
		ck_assert_msg(subject == NULL ||
		    strchr(subject, '\n') == NULL, "%zu", i);
		buf_free(&out);
		buf_free(&json);
	}
	arena_free(&a);
}
END_TEST

START_TEST(text)
{
	static const char long_line[] = "0123456789";
	struct letter l = usual();
	struct buf want = BUF_INIT, out = BUF_INIT, json = BUF_INIT;
	struct arena a = { 0 };
	struct rec r;

	for (int i = 0; i < 300; i++)
		buf_adds(&want, long_line);
	buf_adds(&want, "\nFrom here\n.\nna\xc3\xafve \xf0\x9f\x98\x80 = =3D\n");
	l.text = want.data;
	reread(&l, &out, &json, &r);
	ck_assert_str_eq(rec_str(&r, "text", &a), want.data);
	for (const char *p = out.data, *q; (q = strchr(p, '\n')); p = q + 1)
		ck_assert_int_le(q - p, 998);
	buf_free(&want);
	buf_free(&out);
	buf_free(&json);
	arena_free(&a);
}
END_TEST

START_TEST(addresses)
{
	static const struct { const char *address; bool good; } rows[] = {
		{ "ana@acme.example", true }, { "a+b.c@x-y.example", true },
		{ "o'brien@acme.example", true }, { "x@localhost", true },
		{ "", false }, { "ana", false }, { "@acme.example", false },
		{ "ana@", false }, { "-oQ/tmp@acme.example", false },
		{ "ana@-acme.example", false }, { "a b@acme.example", false },
		{ "a@b@acme.example", false }, { "a,b@acme.example", false },
		{ "\"a b\"@acme.example", false }, { "a@x.example\n", false },
		{ "a\n@x.example", false }, { "<a@x.example>", false },
		{ "a(c)@x.example", false }, { ".a@x.example", false },
		{ "a.@x.example", false }, { "a@.example", false },
		{ "a;b@x.example", false }, { "b\xc3\xbc@x.example", false },
	};
	char longer[300];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ck_assert_msg(letter_address(rows[i].address) == rows[i].good,
		    "'%s'", rows[i].address);
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	memcpy(longer + 60, "@x.", 3);
	ck_assert(!letter_address(longer));
}
END_TEST

START_TEST(refused)
{
	const char *const bad[] = { "ana@acme.example", "x y@z.example",
		NULL };
	struct letter l = usual();
	struct buf b = BUF_INIT;
	struct err e = { 0 };

	l.to = bad;
	ck_assert_int_eq(letter_write(&l, &b, &e), -1);
	ck_assert_int_eq(e.kind, ERR_INPUT);
	ck_assert_str_eq(e.text, "'x y@z.example' is no address to write to");
	ck_assert_uint_eq(b.len, 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("letter");
	TCase *t = tcase_create("letter");

	suite_add_tcase(s, t);
	tcase_add_test(t, headers);
	tcase_add_test(t, hostile);
	tcase_add_test(t, text);
	tcase_add_test(t, addresses);
	tcase_add_test(t, refused);
	return unit_main(s);
}
