/* Which ticket a mail belongs to. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "domain/model.h"
#include "domain/thread.h"

/*
 * What the stream has shown, in tables that never grow: a mail that answers
 * one further back than this by In-Reply-To alone starts a ticket of its own
 * unless a store remembers. 2^15 sets of 4: 131,072 messages.
 */
#define SETS	((size_t)1 << 15)
#define WAYS	4

struct slot {
	uint64_t name;		/* hash of a Message-ID, or of a key */
	uint64_t ticket;	/* the key's 60 bits; for a ticket: whose */
};

struct threads {
	const struct thread_lookup *lookup;
	struct arena scratch;
	struct slot *messages;	/* SETS * WAYS */
	struct slot *tickets;
};

struct threads *
threads_new(const struct thread_lookup *lookup)
{
	struct threads *t = xcalloc(1, sizeof(*t));

	t->lookup = lookup;
	t->messages = xcalloc(SETS * WAYS, sizeof(*t->messages));
	t->tickets = xcalloc(SETS * WAYS, sizeof(*t->tickets));
	return t;
}

void
threads_free(struct threads *t)
{
	free(t->messages);
	free(t->tickets);
	arena_free(&t->scratch);
	free(t);
}

static struct slot *
slot_find(struct slot *table, uint64_t name)
{
	struct slot *set = table + name % SETS * WAYS;

	for (int i = 0; i < WAYS; i++) {
		if (set[i].name == name)
			return &set[i];
	}
	return NULL;
}

/* The newest first; the oldest of a full set goes. */
static void
slot_put(struct slot *table, uint64_t name, uint64_t ticket)
{
	struct slot *set = table + name % SETS * WAYS;
	struct slot *old = slot_find(table, name);
	int i = old != NULL ? (int)(old - set) : WAYS - 1;

	memmove(set + 1, set, (size_t)i * sizeof(*set));
	set[0].name = name;
	set[0].ticket = ticket;
}

static const char digits32[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static uint64_t
key_pack(const char *key)
{
	uint64_t n = 0;

	for (; *key != '\0'; key++)
		n = n << 5 | (uint64_t)(strchr(digits32, *key) - digits32);
	return n;
}

static void
key_unpack(uint64_t n, char key[KEY_TEXT])
{
	for (int i = KEY_TEXT - 2; i >= 0; i--, n >>= 5)
		key[i] = digits32[n & 31];
	key[KEY_TEXT - 1] = '\0';
}

static uint64_t
word(const char *s)
{
	return hash_word(s, strlen(s));
}

/* The ticket of a message that we have seen: 1, 0 or -1. */
static int
known_message(struct threads *t, const char *id, char key[KEY_TEXT],
    struct err *e)
{
	struct slot *s = slot_find(t->messages, word(id));

	if (s != NULL) {
		key_unpack(s->ticket, key);
		return 1;
	}
	return t->lookup != NULL ?
	    t->lookup->message(t->lookup->arg, id, key, e) : 0;
}

/* Whose a ticket is, as a number; 1, 0 when there is no such ticket, -1. */
static int
known_ticket(struct threads *t, const char *key, uint64_t *whose,
    struct err *e)
{
	struct slot *s = slot_find(t->tickets, word(key));
	const char *customer = NULL;
	int got;

	if (s != NULL) {
		*whose = s->ticket;
		return 1;
	}
	if (t->lookup == NULL)
		return 0;
	got = t->lookup->customer(t->lookup->arg, key, &customer, e);
	if (got == 1)
		*whose = word(customer);
	return got;
}

bool
thread_token(const char *subject, char key[KEY_TEXT])
{
	for (const char *p = subject; (p = strstr(p, "[#")) != NULL; p++) {
		char text[KEY_TEXT];

		if (strcspn(p + 2, "]") != KEY_TEXT - 1 ||
		    p[KEY_TEXT + 1] != ']')
			continue;
		memcpy(text, p + 2, KEY_TEXT - 1);
		text[KEY_TEXT - 1] = '\0';
		if (hash_canonical(text, key, KEY_TEXT) == 0)
			return true;
	}
	return false;
}

/* The customer if known, else the sender: who may use a ticket's token. */
static const char *
party(const struct mail_head *m)
{
	return *m->customer != '\0' ? m->customer : m->from;
}

static int
by_ids(struct threads *t, const char *const *ids, const char *method,
    struct thread *out, struct err *e)
{
	int got;

	for (; *ids != NULL; ids++) {
		if ((got = known_message(t, *ids, out->key, e)) < 0)
			return -1;
		if (got == 1) {
			out->method = method;
			out->evidence = *ids;
			return 1;
		}
	}
	return 0;
}

/* A token is taken from our own people and from the ticket's party only. */
static int
by_token(struct threads *t, const struct mail_head *m, struct thread *out,
    struct err *e)
{
	char key[KEY_TEXT];
	uint64_t whose;
	int got;

	if (m->subject == NULL || !thread_token(m->subject, key))
		return 0;
	if ((got = known_ticket(t, key, &whose, e)) <= 0)
		return got;
	if (!m->ours && whose != word(party(m))) {
		out->foreign = true;
		return 0;
	}
	memcpy(out->key, key, KEY_TEXT);
	out->method = "token";
	out->evidence = m->subject;
	return 1;
}

/* A parent that nobody has seen names the ticket that its answers share. */
static void
by_unseen(const struct mail_head *m, struct thread *out)
{
	const char *root = m->message_id;

	out->method = "new";
	if (m->references[0] != NULL) {
		root = m->references[0];
		out->method = "references";
	} else if (m->in_reply_to[0] != NULL) {
		root = m->in_reply_to[0];
		out->method = "reply";
	}
	out->evidence = root == m->message_id ? NULL : root;
	ticket_key(out->key, root);
}

static int
remember(struct threads *t, const struct mail_head *m, struct thread *out,
    struct err *e)
{
	char waiting[KEY_TEXT];
	uint64_t whose, ticket = key_pack(out->key);
	int got;

	/* Answers that came before this mail wait on a ticket of its name. */
	ticket_key(waiting, m->message_id);
	if (strcmp(waiting, out->key) != 0) {
		if ((got = known_ticket(t, waiting, &whose, e)) < 0)
			return -1;
		if (got == 1)
			memcpy(out->merge, waiting, KEY_TEXT);
	}
	slot_put(t->messages, word(m->message_id), ticket);
	if ((got = known_ticket(t, out->key, &whose, e)) < 0)
		return -1;
	if (got == 0)
		slot_put(t->tickets, word(out->key), word(party(m)));
	return 0;
}

int
threads_find(struct threads *t, const struct mail_head *m, struct thread *out,
    struct err *e)
{
	int got;

	memset(out, 0, sizeof(*out));
	if ((got = by_ids(t, m->references, "references", out, e)) == 0)
		got = by_ids(t, m->in_reply_to, "reply", out, e);
	if (got == 0)
		got = by_token(t, m, out, e);
	if (got < 0)
		return -1;
	if (got == 0)
		by_unseen(m, out);
	return remember(t, m, out, e);
}
