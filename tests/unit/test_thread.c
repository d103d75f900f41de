/* Tickets of mails: evidence, tokens, topics, addresses, what servers say. */
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "domain/book.h"
#include "domain/mail/auth.h"
#include "domain/mail/thread.h"
#include "domain/mail/token.h"
#include "domain/mail/topic.h"
#include "format/address.h"
#include "unit.h"

static struct arena arena;
static struct org org;

static const char org_text[] =
    "name: T\naddress: support@tai.example\naddresses: [help@tai.example]\n"
    "default_tier: starter\nagent_domains: [tai.example]\n"
    "forms: [no-reply, forms@builder.example]\n";

static void
load_org(void)
{
	struct err e = { 0 };
	struct yaml *root;
	static const char free_text[] = "freemail: [mail.example]\n";

	ck_assert_int_eq(yaml_parse(&arena, "org.yaml", org_text,
	    strlen(org_text), &root, &e), 0);
	ck_assert_int_eq(org_load(&org, &arena, root, &e), 0);
	ck_assert_int_eq(yaml_parse(&arena, "freemail.yaml", free_text,
	    strlen(free_text), &root, &e), 0);
	ck_assert_int_eq(org_load_freemail(&org, &arena, root, &e), 0);
}

static void
load_keys(struct token_keys *k, const char *text)
{
	struct err e = { 0 };

	ck_assert_int_eq(token_keys(k, "secret", text, strlen(text), &arena,
	    &e), 0);
}

START_TEST(tokens)
{
	struct token_keys k, rotated, other, none = { 0 };
	char key[KEY_TEXT], *id, *address, *tag, *p;
	struct err e = { 0 };

	load_keys(&k, "# signs\n0123456789abcdef\n");
	load_keys(&rotated, "fedcba9876543210\n  0123456789abcdef \r\n\n");
	load_keys(&other, "another secret of ours");
	ck_assert_uint_eq(rotated.n, 2);
	ck_assert_int_eq(token_keys(&none, "s", "ok to be here ok\nshort\n",
	    23, &arena, &e), -1);
	ck_assert_str_eq(e.text, "s:2: a key has 16 bytes or more");
	ck_assert_int_eq(token_keys(&none, "s", "# x\n", 4, &arena, &e), -1);
	none.n = 0;

	id = token_message_id(&k, "k7q2m9x4t8wn", "17abc", "tai.example",
	    &arena);
	ck_assert_ptr_nonnull(id);
	ck_assert_int_eq(strncmp(id, "K7Q2M9X4T8WN.17ABC.", 19), 0);
	ck_assert_uint_eq(strcspn(id, "@"), 19 + 13);
	ck_assert_int_eq(token_of_message_id(&k, id, key), TOKEN_GOOD);
	ck_assert_str_eq(key, "K7Q2M9X4T8WN");
	ck_assert_int_eq(token_of_message_id(&rotated, id, key), TOKEN_GOOD);
	ck_assert_int_eq(token_of_message_id(&other, id, key), TOKEN_FORGED);
	ck_assert_int_eq(token_of_message_id(&none, id, key), TOKEN_NONE);
	ck_assert_ptr_null(token_message_id(&none, "K7Q2M9X4T8WN", "1", "x",
	    &arena));
	ck_assert_ptr_null(token_message_id(&k, "K7Q2M9X4T8WN", "a-b", "x",
	    &arena));
	ck_assert_ptr_null(token_message_id(&k, "K7Q2", "1", "x", &arena));
	for (p = id; *p != '\0'; p++)
		*p = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
	ck_assert_int_eq(token_of_message_id(&k, id, key), TOKEN_GOOD);
	/* Every digit counts. */
	for (size_t i = 0; i < 32; i++) {
		char *bad = arena_strdup(&arena, id);

		if (bad[i] == '.')
			continue;
		bad[i] = bad[i] == '7' ? '8' : '7';
		ck_assert_int_eq(token_of_message_id(&k, bad, key),
		    TOKEN_FORGED);
	}
	ck_assert_int_eq(token_of_message_id(&k, "K7Q2M9X4T8WN.1.@x", key),
	    TOKEN_FORGED);
	ck_assert_int_eq(token_of_message_id(&k, "K7Q2M9X4T8WN.1.ABC@x", key),
	    TOKEN_FORGED);
	ck_assert_int_eq(token_of_message_id(&k, "K7Q2M9X4T8WN.1@x", key),
	    TOKEN_NONE);
	ck_assert_int_eq(token_of_message_id(&k, "", key), TOKEN_NONE);

	address = token_address(&k, "K7Q2M9X4T8WN", "support@tai.example",
	    &arena);
	ck_assert_int_eq(strncmp(address, "support+K7Q2M9X4T8WN-", 21), 0);
	ck_assert_str_eq(address + 21 + 13, "@tai.example");
	tag = arena_strndup(&arena, address + 8, 26);
	ck_assert_int_eq(token_of_tag(&k, tag, key), TOKEN_GOOD);
	ck_assert_int_eq(token_of_tag(&other, tag, key), TOKEN_FORGED);
	ck_assert_int_eq(token_of_tag(&k, "K7Q2M9X4T8WN", key), TOKEN_NONE);
	ck_assert_int_eq(token_of_tag(&k, "K7Q2M9X4T8WN-", key),
	    TOKEN_FORGED);
	/* An address's signature is none of a Message-ID's. */
	id = arena_printf(&arena, "K7Q2M9X4T8WN.0.%s@x", tag + 13);
	ck_assert_int_eq(token_of_message_id(&k, id, key), TOKEN_FORGED);
}
END_TEST

START_TEST(topics)
{
	static const struct {
		const char *subject, *topic;
	} rows[] = {
		{ "Hello", "hello" }, { "", "" }, { "Re:", "" },
		{ "Re: Hello", "hello" }, { "RE: FW: re : Hello ", "hello" },
		{ "Re[2]: Hello", "hello" }, { "RE(3): Hello", "hello" },
		{ "Re^4: Hello", "hello" }, { "Re*2: Hello", "hello" },
		{ "AW: WG: Hello", "hello" }, { "Antw.: Hello", "antw.:hello" },
		{ "Antw: Hello", "hello" }, { "SV: VS: Hello", "hello" },
		{ "R: I: Hello", "hello" }, { "RE : Hello", "hello" },
		{ "TR : Re : Hello", "hello" }, { "RV: Hello", "hello" },
		{ "ENC: RES: Hello", "hello" }, { "Odp: Hello", "hello" },
		{ "YNT: \xc4\xb0LT: Hello", "hello" },
		{ "\xe5\x9b\x9e\xe5\xa4\x8d\xef\xbc\x9aHello", "hello" },
		{ "\xe7\xad\x94\xe5\xa4\x8d: Hello", "hello" },
		{ "\xe8\xbf\x94\xe4\xbf\xa1: Hello", "hello" },
		{ "\xd0\x9e\xd1\x82\xd0\xb2: Hello", "hello" },
		{ "\xd7\x94\xd7\xa9\xd7\x91: Hello", "hello" },
		{ "\xce\x91\xce\xa0: Hello", "hello" },
		{ "[list] Re: [list] Hello", "hello" },
		{ "Re: [list] Hello", "hello" },
		{ "Hello [#K7Q2M9X4T8WN]", "hello" },
		{ "Re: [#K7Q2M9X4T8WN] Hello", "hello" },
		{ "***SPAM*** Re: Hello", "hello" },
		{ "[EXTERNAL] Hello", "hello" }, { "EXTERNAL: Hello", "hello" },
		{ "Hello (fwd)", "hello" }, { "Bye (was: Hello)", "bye" },
		{ "Bye (was Re: Hello)", "bye(wasre:hello)" },
		{ "  He\tl lo\xc2\xa0", "hello" },
		{ "\xc3\x84RGER", "\xc3\xa4rger" },
		{ "\xef\xbc\xa8" "ello", "hello" },
		{ "Invoice: 5", "invoice:5" }, { "Reply: x", "reply:x" },
		{ "[only]", "[only]" }, { "Re: [x", "[x" },
		{ "Accepted: Call", "call" }, { "2: x", "2:x" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf b = BUF_INIT;

		topic(rows[i].subject, &b);
		ck_assert_msg(strcmp(b.data, rows[i].topic) == 0,
		    "%s: %s, not %s", rows[i].subject, b.data, rows[i].topic);
		buf_free(&b);
	}
	ck_assert_uint_eq(topic_hash(NULL), 0);
	ck_assert_uint_eq(topic_hash(" Re: "), 0);
	ck_assert_uint_eq(topic_hash("A"), topic_hash("re: a"));
}
END_TEST

START_TEST(addresses)
{
	static const struct {
		const char *address, *folded, *untagged;
	} rows[] = {
		{ "Joe@Acme.Example", "joe@acme.example", NULL },
		{ " <joe@acme.example.> ", "joe@acme.example", NULL },
		{ "joe+a+b@acme.example", "joe+a+b@acme.example",
		    "joe@acme.example" },
		{ "\"joe\"@acme.example", "joe@acme.example", NULL },
		{ "\"j\\oe\"@acme.example", "joe@acme.example", NULL },
		{ "\"joe doe\"@acme.example", "\"joe doe\"@acme.example",
		    NULL },
		{ "\"a@b+c\"@acme.example", "\"a@b+c\"@acme.example", NULL },
		{ "\"\"@acme.example", "\"\"@acme.example", NULL },
		{ "joe@m\xc3\xbcller.example", "joe@xn--mller-kva.example",
		    NULL },
		{ "joe@M\xc3\x9cLLER.example", "joe@xn--mller-kva.example",
		    NULL },
		{ "joe@XN--Mller-KVA.example", "joe@xn--mller-kva.example",
		    NULL },
		{ "+x@acme.example", "+x@acme.example", NULL },
		{ "joe", "joe", NULL }, { "@x", "@x", NULL },
		{ "joe@", "joe@", NULL }, { "", "", NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char *s = address_fold(&arena, rows[i].address);
		char *plain = address_untagged(&arena, s);

		ck_assert_str_eq(s, rows[i].folded);
		ck_assert_pstr_eq(plain, rows[i].untagged);
	}
}
END_TEST

START_TEST(servers)
{
	static const char *const ours[] = { "mx.tai.example", NULL };
	static const struct {
		const char *values[3];
		enum auth auth;
	} rows[] = {
		{ { NULL }, AUTH_NONE },
		{ { "mx.tai.example; none" }, AUTH_NONE },
		{ { "mx.tai.example; dmarc=pass header.from=acme.example" },
		    AUTH_PASS },
		{ { "MX.tai.Example 1; dmarc=PASS (p=none; x) "
		    "header.from=Acme.example" }, AUTH_PASS },
		{ { "mx.tai.example; dmarc=fail header.from=acme.example; "
		    "spf=pass smtp.mailfrom=acme.example" }, AUTH_FAIL },
		{ { "mx.tai.example; dmarc=pass header.from=evil.example" },
		    AUTH_NONE },
		{ { "mx.tai.example; dkim=pass header.d=acme.example" },
		    AUTH_PASS },
		{ { "mx.tai.example; dkim=pass header.i=@mail.acme.example" },
		    AUTH_PASS },
		{ { "mx.tai.example; dkim=pass header.d=evil.example" },
		    AUTH_NONE },
		{ { "mx.tai.example; dkim=pass header.d=example" },
		    AUTH_NONE },
		{ { "mx.tai.example; dkim=pass header.d=notacme.example" },
		    AUTH_NONE },
		{ { "mx.tai.example; spf=pass smtp.mailfrom=joe@acme.example" },
		    AUTH_PASS },
		{ { "mx.tai.example; spf=softfail "
		    "smtp.mailfrom=acme.example" }, AUTH_NONE },
		{ { "mx.tai.example; spf=fail smtp.mailfrom=acme.example; "
		    "dkim=pass header.d=acme.example" }, AUTH_PASS },
		{ { "mx.tai.example; spf=fail smtp.mailfrom=acme.example" },
		    AUTH_FAIL },
		{ { "mx.tai.example; auth=pass smtp.auth=ana" }, AUTH_PASS },
		{ { "mx.evil.example; dmarc=pass header.from=acme.example" },
		    AUTH_NONE },
		{ { "mx.evil.example; dmarc=pass header.from=acme.example",
		    "mx.tai.example; dmarc=fail header.from=acme.example" },
		    AUTH_FAIL },
		{ { "mx.tai.example; dmarc=fail header.from=acme.example",
		    "mx.tai.example; dmarc=pass header.from=acme.example" },
		    AUTH_FAIL },
		{ { "(mx.evil.example) \"mx.tai.example\"; dmarc = pass "
		    "header.from = acme.example" }, AUTH_PASS },
		{ { "(mx.tai.example) mx.evil.example; dmarc=pass" },
		    AUTH_NONE },
		{ { "mx.tai.example; spf=fail (dmarc=pass) "
		    "reason=\"; dmarc=pass\" smtp.mailfrom=acme.example" },
		    AUTH_FAIL },
		{ { "mx.tai.example.evil.example; dmarc=pass" }, AUTH_NONE },
		{ { "mx.tai.example;;;=;x;/=;(((" }, AUTH_NONE },
	};
	static const char *const any[] = { "*", NULL };
	static const char *const exchange[] = {
		"spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=acme.example; "
		"dkim=pass (ok) header.d=acme.example;dmarc=pass action=none "
		"header.from=acme.example;compauth=pass reason=100",
		"mx.tai.example; dmarc=fail header.from=acme.example", NULL };
	static const char *const arc[] = {
		"mx.tai.example; arc=pass (i=1)", NULL };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ck_assert_msg(auth_read(rows[i].values, ours, "acme.example",
		    &arena).auth == rows[i].auth, "row %zu: %s", i,
		    rows[i].values[0] != NULL ? rows[i].values[0] : "");
	ck_assert_int_eq(auth_read(exchange, any, "acme.example",
	    &arena).auth, AUTH_PASS);
	ck_assert_int_eq(auth_read(exchange, ours, "acme.example",
	    &arena).auth, AUTH_FAIL);
	ck_assert_str_eq(auth_read(arc, ours, "x", &arena).arc, "pass");
}
END_TEST

/* A mail of a customer's person, with one id in each field. */
struct row {
	const char *id, *refs, *reply, *subject, *customer, *from;
	int64_t at;
	const char *tag;
};

static void
find(struct threads *t, const struct row *r, struct thread *out)
{
	const char *refs[] = { r->refs, NULL }, *reply[] = { r->reply, NULL };
	const char *parties[] = { r->from, NULL }, *tags[] = { r->tag, NULL };
	struct mail_head m = { .message_id = r->id, .references = refs,
		.in_reply_to = reply, .subject = r->subject,
		.customer = r->customer, .from = r->from, .parties = parties,
		.tags = tags, .at = r->at };
	struct err e = { 0 };

	ck_assert_int_eq(threads_find(t, &m, out, &e), 0);
}
#define FIND(t, out, ...) find(t, &(struct row){ __VA_ARGS__ }, out)

START_TEST(threads)
{
	struct threads *t;
	struct thread root, a, b, c;
	char subject[64];

	load_org();
	t = threads_new(&org, NULL);
	FIND(t, &root, "root@x", NULL, NULL, "hello", "acme", "a@acme");
	ck_assert_str_eq(root.method, "new");
	FIND(t, &a, "a@x", "root@x", NULL, "Re: hello", "acme", "b@acme");
	ck_assert_str_eq(a.key, root.key);
	FIND(t, &b, "b@x", NULL, "a@x", "Re: hello", "acme", "a@acme");
	ck_assert_str_eq(b.key, root.key);
	ck_assert_str_eq(b.method, "reply");
	/* Answers to a mail that nobody has seen share its ticket, */
	FIND(t, &a, "d@x", NULL, "unseen@x", "Re: other", "acme", "a@acme");
	FIND(t, &b, "e@x", NULL, "unseen@x", "Re: other", "acme", "a@acme");
	ck_assert_str_eq(a.key, b.key);
	/* and when it turns up as an answer itself, the two become one. */
	FIND(t, &c, "unseen@x", "root@x", NULL, "Re: other", "acme", "a@acme");
	ck_assert_str_eq(c.key, root.key);
	ck_assert_uint_eq(c.merges, 1);
	ck_assert_str_eq(c.merge[0], a.key);
	FIND(t, &c, "g@x", "d@x", NULL, "Re: other", "acme", "a@acme");
	ck_assert_str_eq(c.key, root.key);
	/* The token: the customer's own, not another's. */
	snprintf(subject, sizeof(subject), "again [#%s]", root.key);
	FIND(t, &a, "f@x", NULL, NULL, subject, "acme", "c@acme");
	ck_assert_str_eq(a.key, root.key);
	ck_assert_str_eq(a.method, "token");
	FIND(t, &a, "h@x", NULL, NULL, subject, "globex", "g@globex");
	ck_assert_str_ne(a.key, root.key);
	ck_assert_str_eq(a.linked, root.key);
	ck_assert(a.foreign);
	threads_free(t);
}
END_TEST

START_TEST(indexes)
{
	ck_assert_str_eq(thread_index("Ac2ZJ3TjqIMjB7xURmW3M5cFLkDkfQ==",
	    &arena), "a8832307bc544665b73397052e40e47d");
	ck_assert_ptr_null(thread_index("", &arena));
	ck_assert_ptr_null(thread_index("Ac2ZJ3Tj", &arena));
	ck_assert_ptr_null(thread_index("!!!!J3TjqIMjB7xURmW3M5cFLkDkfQ==",
	    &arena));
	/* Answers grow it behind the conversation. */
	ck_assert_str_eq(thread_index("Ac2ZJ3TjqIMjB7xURmW3M5cFLkDkfQ==",
	    &arena), thread_index("Ac2ZJ3TjqIMjB7xURmW3M5cFLkDkfQAAAAAQ",
	    &arena));
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("thread");
	TCase *t = tcase_create("thread");

	tcase_add_test(t, tokens);
	tcase_add_test(t, topics);
	tcase_add_test(t, addresses);
	tcase_add_test(t, servers);
	tcase_add_test(t, threads);
	tcase_add_test(t, indexes);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	return unit_main(suite());
}
