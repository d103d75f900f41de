/*
 * The words of headers that threading reads, and mails that refer to one
 * another at random: no ticket ever has two customers.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/mail/auth.h"
#include "domain/mail/thread.h"
#include "domain/mail/token.h"
#include "domain/mail/topic.h"
#include "format/address.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MAILS	64

static void
words(const char *s, struct arena *a)
{
	static const char secret[] = "0123456789abcdef\n";
	static const char *const servers[] = { "mx.tai.example", NULL };
	const char *const values[] = { s, "mx.tai.example; dmarc=pass", NULL };
	char key[KEY_TEXT], *folded = address_fold(a, s);
	struct token_keys keys;
	struct err e = { 0 };
	size_t pos = 0;

	if (strcmp(address_fold(a, folded), folded) != 0)
		abort();
	address_untagged(a, folded);
	topic_hash(s);
	thread_index(s, a);
	while (thread_next_token(s, &pos, key))
		if (strlen(key) != KEY_TEXT - 1)
			abort();
	if (token_keys(&keys, "s", secret, strlen(secret), a, &e) < 0)
		abort();
	/* Nobody signs by chance. */
	if (token_of_message_id(&keys, s, key) == TOKEN_GOOD ||
	    token_of_tag(&keys, s, key) == TOKEN_GOOD)
		abort();
	token_keys(&keys, "s", s, strlen(s), a, &e);
	auth_read(values, servers, "acme.example", a);
}

/* What is known of the tickets that came out. */
struct seen {
	char key[KEY_TEXT];
	const char *customer;
	size_t into;
};

static size_t
ticket_of(struct seen *t, size_t *n, const char *key)
{
	size_t i = 0;

	while (i < *n && strcmp(t[i].key, key) != 0)
		i++;
	if (i == *n) {
		memcpy(t[i].key, key, KEY_TEXT);
		t[i].customer = "";
		t[i].into = i;
		++*n;
	}
	while (t[i].into != i)
		i = t[i].into;
	return i;
}

static void
belongs(struct seen *t, const char *customer)
{
	if (*customer == '\0')
		return;
	if (*t->customer != '\0' && strcmp(t->customer, customer) != 0)
		abort();
	t->customer = customer;
}

/* Four bytes a mail: its id, two that it names, and who wrote what when. */
static void
mails(const uint8_t *in, size_t len, const struct org *org)
{
	static const char *const ids[] = { "a@x", "b@x", "c@x", "d@x", "e@x",
		"f@x", "g@x", "h@x", "i@x", "j@x", "k@x", "l@x" };
	static const char *const whose[] = { "acme", "globex", "", "" };
	static const char *const from[] = { "joe@acme.example",
		"eve@globex.example", "kim@home.example", "pat@mail.example" };
	static const char *const subject[] = { "one", "Re: one", "two", NULL };
	struct seen seen[MAILS * (THREAD_MERGES + 1)];
	struct threads *t = threads_new(org, NULL);
	const char *const none[] = { NULL };
	struct arena a = { 0 };
	struct err e = { 0 };
	bool used[12] = { false };
	size_t n = 0;

	for (size_t i = 0; i + 4 <= len && i / 4 < MAILS; i += 4) {
		const uint8_t *b = in + i;
		const char *refs[] = { b[1] < 0xc0 ? ids[b[1] % 12] : NULL,
			ids[b[2] % 12], NULL };
		const char *parties[] = { from[b[3] & 3], NULL };
		/* As ingest tells mails apart that share an id. */
		const char *id = used[b[0] % 12] ? arena_printf(&a, "%s#%zu",
		    ids[b[0] % 12], i) : ids[b[0] % 12];
		struct mail_head m = { .message_id = id,
			.references = b[1] & 1 ? refs : none,
			.in_reply_to = b[1] & 1 ? none : refs,
			.subject = subject[b[3] >> 2 & 3],
			.customer = whose[b[3] & 3], .from = from[b[3] & 3],
			.parties = parties, .tags = none,
			.at = (int64_t)(b[3] >> 4) * 86400 * 10 };
		struct thread out;
		size_t on;

		used[b[0] % 12] = true;
		if (threads_find(t, &m, &out, &e) < 0 ||
		    strlen(out.key) != KEY_TEXT - 1)
			abort();
		on = ticket_of(seen, &n, out.key);
		belongs(&seen[on], m.customer);
		for (size_t k = 0; k < out.merges; k++) {
			size_t from_ = ticket_of(seen, &n, out.merge[k]);

			on = ticket_of(seen, &n, out.key);
			if (from_ == on)
				continue;
			belongs(&seen[on], seen[from_].customer);
			seen[from_].into = on;
		}
	}
	threads_free(t);
	arena_free(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	static const char *const none[] = { NULL };
	static const char *const freemail[] = { "mail.example", NULL };
	static const struct org org = { .address = "support@tai.example",
		.addresses = none, .agents = none, .agent_domains = none,
		.forms = none, .freemail = freemail,
		.topic_window = 30 * 86400 };
	struct arena a = { 0 };

	if (len > 4096)
		len = 4096;
	words(arena_strndup(&a, (const char *)in, len), &a);
	mails(in, len, &org);
	arena_free(&a);
	return 0;
}
