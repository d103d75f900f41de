/* Which ticket a mail belongs to. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "domain/mail/thread.h"
#include "domain/mail/threadtab.h"
#include "domain/mail/token.h"
#include "domain/mail/topic.h"
#include "format/address.h"

enum trust { BY_TOKEN, BY_ID, BY_SIGNATURE };

struct find {			/* one mail on its way to its ticket */
	struct threads *t;
	const struct mail_head *m;
	struct thread *out;
	uint64_t topic;
	bool found;
	bool refused;		/* an id led to a ticket not for this sender, */
	bool named;		/* and only ids of messages that we lack did */
	/* What a ticket of its own begins with: see by_ids. */
	const char *root;
};

/* A candidate is refused: the nearest one is what the mail gets linked to. */
static void
refuse(struct find *f, const struct place *p, enum trust trust)
{
	f->out->foreign = true;
	f->refused |= trust != BY_TOKEN;
	if (f->out->linked[0] == '\0')
		key_unpack(p->key, f->out->linked);
}

static int
is_colleague(struct find *f, const struct place *p, struct err *e)
{
	const char *domain = address_domain(f->m->from);
	int got = 0;

	/* mail.acme.example is acme.example's colleague; "example" is not. */
	for (; got == 0 && domain != NULL && strchr(domain, '.') != NULL &&
	    !org_freemail(f->t->org, domain);
	    domain = strchr(domain, '.') + 1)
		got = is_party(f->t, p, domain, e);
	return got;
}

/* Whether the mail's sender may write on the ticket: 1, 0, -1. */
static int
may_join(struct find *f, const struct place *p, enum trust trust,
    struct err *e)
{
	const struct mail_head *m = f->m;
	uint64_t whose = *m->customer != '\0' ? word(m->customer) : 0;
	bool other = whose != 0 && p->customer != 0 && whose != p->customer;
	int got;

	if (m->ours || (m->vouched && !other) ||
	    (m->bounce && trust != BY_TOKEN) ||
	    (whose != 0 && whose == p->customer))
		return 1;
	if (*m->from == '\0')
		return 0;
	if ((got = is_party(f->t, p, m->from, e)) < 0)
		return -1;
	if (got == 1)
		return trust != BY_TOKEN || !other;
	if (other)
		return 0;
	if (trust == BY_SIGNATURE || (trust == BY_ID && p->customer == 0))
		return 1;
	if (trust == BY_TOKEN && p->customer != 0)
		return 0;
	return is_colleague(f, p, e);
}

/* A different subject, long after the last word or after the end. */
static bool
new_topic(const struct find *f, const struct place *p)
{
	const struct mail_head *m = f->m;

	if (m->automatic || f->topic == 0 || f->topic == p->first_topic ||
	    f->topic == p->last_topic ||
	    (p->first_topic == 0 && p->last_topic == 0))
		return false;
	return (p->done != TIME_NONE && p->done <= m->at) ||
	    (p->last != TIME_NONE && m->at - p->last > f->t->org->topic_window);
}

static void
take(struct find *f, uint64_t key, const char *method, const char *evidence)
{
	f->found = true;
	f->out->method = method;
	f->out->evidence = evidence;
	key_unpack(key, f->out->key);
}

/* Evidence for a ticket: 1 it is this one, 0 not allowed, -1. */
static int
consider(struct find *f, uint64_t key, enum trust trust, const char *method,
    const char *evidence, struct err *e)
{
	struct place p;
	int got = place_of(f->t, key, &p, e);

	if (got < 0)
		return -1;
	if (got == 0) {
		/* A signature names a ticket that we need not have seen. */
		if (trust == BY_TOKEN)
			return 0;
	} else {
		key = p.key;
		if ((got = may_join(f, &p, trust, e)) < 0)
			return -1;
		if (got == 0) {
			refuse(f, &p, trust);
			return 0;
		}
	}
	take(f, key, method, evidence);
	return 1;
}

static int
by_id(struct find *f, const char *id, bool seen, const char *method,
    struct err *e)
{
	char signed_key[KEY_TEXT];
	enum token token = TOKEN_NONE;
	uint64_t key = 0;
	bool known = false;
	int got;

	if (strcmp(id, f->m->message_id) == 0)
		return 0;
	if ((got = name_of(f->t, id, &key, &known, e)) < 0)
		return -1;
	if (seen && org_is_host(f->t->org, address_domain(id)))
		token = token_of_message_id(&f->t->org->keys, id, signed_key);
	f->out->forged |= token == TOKEN_FORGED;
	if (token == TOKEN_GOOD)
		return consider(f, got == 1 && known ? key :
		    key_pack(signed_key), BY_SIGNATURE, "signed", id, e);
	if (got == 0 || known != seen || token == TOKEN_FORGED)
		return 0;
	return consider(f, key, BY_ID, method, id, e);
}

/* The nearest of References, then of In-Reply-To. */
static int
by_ids(struct find *f, bool seen, struct err *e)
{
	const char *const *refs = f->m->references;
	const char *const *reply = f->m->in_reply_to;
	size_t n = 0;
	int got = 0;

	while (refs[n] != NULL)
		n++;
	/* Behind the nearest known one lies what is new, seen or not. */
	while (got == 0 && n > 0) {
		bool refused = f->refused;

		got = by_id(f, refs[--n], seen, "references", e);
		if (seen && (got == 1 || f->refused != refused) &&
		    refs[n + 1] != NULL && !refused)
			f->root = refs[n + 1];
	}
	for (; got == 0 && *reply != NULL; reply++)
		got = by_id(f, *reply, seen, "reply", e);
	return got;
}

/* support+KEY-SIG@, and support+KEY@, which is worth what a subject is. */
static int
by_address(struct find *f, bool is_signed, struct err *e)
{
	int got = 0;

	for (const char *const *tag = f->m->tags; got == 0 && *tag != NULL;
	    tag++) {
		char key[KEY_TEXT];
		enum token token = token_of_tag(&f->t->org->keys, *tag, key);

		f->out->forged |= token == TOKEN_FORGED;
		if (is_signed && token == TOKEN_GOOD)
			got = consider(f, key_pack(key), BY_SIGNATURE,
			    "signed", *tag, e);
		else if (!is_signed && token == TOKEN_NONE &&
		    strlen(*tag) == KEY_TEXT - 1 &&
		    hash_canonical(*tag, key, KEY_TEXT) == 0)
			got = consider(f, key_pack(key), BY_TOKEN, "token",
			    *tag, e);
	}
	return got;
}

bool
thread_token(const char *subject, char key[KEY_TEXT])
{
	size_t pos = 0;

	return thread_next_token(subject, &pos, key);
}

bool
thread_next_token(const char *subject, size_t *pos, char key[KEY_TEXT])
{
	const char *p = subject + *pos;

	for (; (p = strstr(p, "[#")) != NULL; p += 2) {
		char text[KEY_TEXT];
		size_t n = 0, i = 2;

		/* Folded lines leave blanks behind. */
		for (; p[i] != '\0' && p[i] != ']' && n < KEY_TEXT - 1; i++) {
			if (p[i] != ' ')
				text[n++] = p[i];
		}
		text[n] = '\0';
		if (n < KEY_TEXT - 1 || p[i] != ']' ||
		    hash_canonical(text, key, KEY_TEXT) < 0)
			continue;
		*pos = (size_t)(p + i + 1 - subject);
		return true;
	}
	return false;
}

static int
by_subject(struct find *f, struct err *e)
{
	char key[KEY_TEXT];
	size_t pos = 0;
	int got = 0;

	while (got == 0 && f->m->subject != NULL &&
	    thread_next_token(f->m->subject, &pos, key))
		got = consider(f, key_pack(key), BY_TOKEN, "token",
		    arena_printf(&f->t->scratch, "[#%s]", key), e);
	return got;
}

static const char *
index_name(struct threads *t, const char *index)
{
	return arena_printf(&t->scratch, "index:%s", index);
}

static int
by_index(struct find *f, struct err *e)
{
	const struct mail_head *m = f->m;
	struct place p;
	uint64_t key;
	bool seen;
	int got;

	if (m->index == NULL || m->references[0] != NULL ||
	    m->in_reply_to[0] != NULL)
		return 0;
	got = name_of(f->t, index_name(f->t, m->index), &key, &seen, e);
	if (got == 1)
		got = place_of(f->t, key, &p, e);
	if (got != 1 || f->topic == 0 ||
	    (f->topic != p.first_topic && f->topic != p.last_topic))
		return got < 0 ? -1 : 0;
	return consider(f, key, BY_ID, "index", m->index, e);
}

/* An answer that came first has named this mail. */
static int
by_answers(struct find *f, struct err *e)
{
	char own[KEY_TEXT];
	uint64_t key;
	bool seen;
	int got = name_of(f->t, f->m->message_id, &key, &seen, e);

	if (got != 1 || seen)
		return got < 0 ? -1 : 0;
	ticket_key(own, f->m->message_id);
	got = consider(f, key, BY_ID, "answers", NULL, e);
	if (got == 1 && strcmp(own, f->out->key) == 0)
		f->out->method = "new";
	return got;
}

/* A key that no ticket has that the sender may not join. */
static int
own_ticket(struct find *f, const char *root, struct err *e)
{
	struct place p;
	int got;

	ticket_key(f->out->key, root);
	got = place_of(f->t, key_pack(f->out->key), &p, e);
	if (got == 1)
		got = may_join(f, &p, BY_ID, e) == 1 ? 0 : 1;
	if (got == 1)
		ticket_key(f->out->key, arena_printf(&f->t->scratch,
		    "%s apart", f->m->message_id));
	return got < 0 ? -1 : 0;
}

/*
 * A parent that nobody has seen names the ticket that its answers share: those
 * of one customer, when several answer it.
 */
static int
by_unseen(struct find *f, struct err *e)
{
	const struct mail_head *m = f->m;
	const char *root = m->references[0] != NULL ? m->references[0] :
	    m->in_reply_to[0];

	if (root == NULL || (f->refused &&
	    (!f->named || *m->customer == '\0'))) {
		f->out->method = "new";
		return own_ticket(f, f->root, e);
	}
	f->out->method = m->references[0] != NULL ? "references" : "reply";
	f->out->evidence = root;
	if (f->refused)
		root = arena_printf(&f->t->scratch, "%s %s", root,
		    m->customer);
	return own_ticket(f, root, e);
}

/* Found; but what it says may be something new. */
static int
look_at_topic(struct find *f, struct err *e)
{
	struct place p;
	int got = place_of(f->t, key_pack(f->out->key), &p, e);

	if (got < 0)
		return -1;
	f->out->linked[0] = '\0';
	f->out->foreign = false;
	if (got == 0 || strcmp(f->out->method, "token") == 0 ||
	    !new_topic(f, &p))
		return 0;
	key_unpack(p.key, f->out->linked);
	f->out->method = "new";
	f->out->evidence = NULL;
	return own_ticket(f, f->root, e);
}

/* Two tickets that the mail's names show to be one. */
static int
unite(struct find *f, const char *id, struct place *into, struct err *e)
{
	struct thread *out = f->out;
	struct place from;
	uint64_t key;
	bool seen;
	int got = name_of(f->t, id, &key, &seen, e);

	if (got == 1 && !seen)
		got = place_of(f->t, key, &from, e);
	else if (got == 1)
		return 0;
	if (got != 1 || from.key == into->key || from.apart || into->apart ||
	    out->merges == THREAD_MERGES || (from.customer != 0 &&
	    into->customer != 0 && from.customer != into->customer))
		return got < 0 ? -1 : 0;
	if ((got = may_join(f, &from, BY_ID, e)) != 1)
		return got;
	key_unpack(from.key, out->merge[out->merges++]);
	place_merge(f->t, &from, into);
	return 0;
}

static void
write_down(const struct find *f, struct place *p)
{
	const struct mail_head *m = f->m;

	if (p->first == TIME_NONE || m->at < p->first) {
		p->first = m->at;
		p->first_topic = f->topic != 0 ? f->topic : p->first_topic;
	}
	if (p->last == TIME_NONE || m->at >= p->last) {
		p->last = m->at;
		p->last_topic = f->topic != 0 ? f->topic : p->last_topic;
	}
	if (*m->customer != '\0' && (p->customer == 0 ||
	    m->at < p->customer_at)) {
		p->customer = word(m->customer);
		p->customer_at = m->at;
	}
	/* A customer's word opens it again. */
	if (!m->automatic && !m->ours && p->done != TIME_NONE &&
	    m->at >= p->done)
		p->done = TIME_NONE;
}

static int
remember(struct find *f, struct err *e)
{
	const struct mail_head *m = f->m;
	const char *names[MESSAGE_NAMES];
	size_t n = message_names(m->references, m->in_reply_to[0], names);
	bool apart = f->out->linked[0] != '\0';
	struct place p;
	int got = place_of(f->t, key_pack(f->out->key), &p, e);

	if (got < 0)
		return -1;
	if (got == 0)
		place_start(&p, key_pack(f->out->key), apart);
	write_down(f, &p);
	place_save(f->t, &p);
	if (unite(f, m->message_id, &p, e) < 0)
		return -1;
	name_put(f->t, m->message_id, p.key, true);
	/* What is named by a mail that is not on their ticket tells nothing. */
	for (size_t i = 0; !apart && i < n; i++) {
		if (unite(f, names[i], &p, e) < 0 ||
		    name_mention(f->t, names[i], p.key, e) < 0)
			return -1;
	}
	if (!apart && m->index != NULL && name_mention(f->t,
	    index_name(f->t, m->index), p.key, e) < 0)
		return -1;
	for (const char *const *s = m->parties; *s != NULL; s++)
		party_put(f->t, p.key, *s);
	return 0;
}

int
threads_find(struct threads *t, const struct mail_head *m, struct thread *out,
    struct err *e)
{
	struct find f = { .t = t, .m = m, .out = out,
		.topic = topic_hash(m->subject), .root = m->message_id };
	int got;

	arena_reset(&t->scratch);
	memset(out, 0, sizeof(*out));
	if ((got = by_ids(&f, true, e)) == 0) {
		f.named = !f.refused;
		got = by_ids(&f, false, e);
	}
	if (got == 0 &&
	    (got = by_address(&f, true, e)) == 0 &&
	    (got = by_subject(&f, e)) == 0 &&
	    (got = by_address(&f, false, e)) == 0 &&
	    (got = by_index(&f, e)) == 0)
		got = by_answers(&f, e);
	if (got < 0)
		return -1;
	if ((f.found ? look_at_topic(&f, e) : by_unseen(&f, e)) < 0)
		return -1;
	return remember(&f, e);
}

static int
base64_digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef"
	    "ghijklmnopqrstuvwxyz0123456789+/";
	const char *p = c != '\0' ? strchr(digits, c) : NULL;

	return p != NULL ? (int)(p - digits) : -1;
}

char *
thread_index(const char *s, struct arena *a)
{
	uint8_t bytes[24];
	size_t n = 0, digits = 0;
	unsigned held = 0;
	char *hex;

	for (; *s != '\0' && n < 22; s++) {
		int d = base64_digit(*s);

		if (d < 0 && strchr(" \t\r\n", *s) != NULL)
			continue;
		if (d < 0)
			return NULL;
		held = held << 6 | (unsigned)d;
		if (++digits % 4 != 1)
			bytes[n++] = (uint8_t)(held >>
			    (6 - 2 * ((digits - 1) % 4)));
	}
	if (n < 22)
		return NULL;
	hex = arena_alloc(a, 33);
	for (size_t i = 0; i < 16; i++)
		snprintf(hex + 2 * i, 3, "%02x", bytes[6 + i]);
	return hex;
}

void
thread_ticket(const struct history *h, struct arena *a,
    struct thread_ticket *out)
{
	struct ticket t;

	memset(out, 0, sizeof(*out));
	memcpy(out->key, h->key, KEY_TEXT);
	out->first = out->last = out->done = TIME_NONE;
	for (size_t i = 0; i < h->n; i++) {
		const struct event *ev = &h->event[i];
		const char *part[5];
		uint64_t about;

		if (ev->text == NULL || (ev->kind != EVENT_CUSTOMER &&
		    ev->kind != EVENT_AGENT && ev->kind != EVENT_AUTO &&
		    ev->kind != EVENT_NOTE))
			continue;
		event_parts(ev, part, a);
		out->apart |= *part[4] != '\0';
		if (*part[0] == '\0' && *part[1] == '\0')
			continue;
		about = topic_hash(part[0]);
		if (out->first == TIME_NONE) {
			out->first = ev->at;
			out->first_topic = about;
		}
		out->last = ev->at;
		if (about != 0)
			out->last_topic = about;
		if (out->customer == 0 && *part[3] != '\0') {
			out->customer = hash_word(part[3], strlen(part[3]));
			out->customer_at = ev->at;
		}
	}
	ticket_fold(h, TIME_MAX, a, &t);
	if (ticket_is_done(&t))
		out->done = t.resolved != TIME_NONE ? t.resolved : t.since;
}
