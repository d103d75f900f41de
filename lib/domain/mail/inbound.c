/* A parsed mail as a `message` record. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "domain/mail/bounce.h"
#include "domain/mail/inbound.h"
#include "domain/mail/sender.h"
#include "domain/mail/token.h"
#include "domain/model.h"
#include "domain/said.h"
#include "format/address.h"

/* A Date this far from the server's own stamp is worth a flag. */
#define SKEW	86400

void
inbound_id(const struct arrived *m, char id[ID_TEXT], const char **message_id,
    struct arena *a)
{
	const char *mid = rec_str(m->mail, "message_id", a);
	const char *digest = rec_str(m->mail, "digest", a);

	if (digest == NULL)
		digest = m->raw;
	if (mid == NULL || *mid == '\0')
		mid = arena_printf(a, "%.32s@derived.invalid", digest);
	*message_id = mid;
	record_id(id, "message", mid, digest, NULL);
}

/* A date that a record's `at` may be; a Date header may say anything. */
static bool
moment_in(const struct rec *mail, const char *name, int64_t *t)
{
	return rec_time(mail, name, t) && *t >= AT_MIN && *t < AT_END;
}

/* When it reached us: our server's stamp, else its Date, else the mailbox. */
static int64_t
moment(const struct arrived *m, bool *skewed)
{
	int64_t date, received;
	bool dated = moment_in(m->mail, "date", &date);

	*skewed = false;
	if (moment_in(m->mail, "received", &received)) {
		*skewed = dated && llabs(date - received) > SKEW;
		return received;
	}
	return dated ? date : m->arrival;
}

static void
copy(struct writer *w, const struct rec *r, const char *name)
{
	struct value v;

	if (!rec_get(r, name, &v))
		return;
	w_key(w, name);
	w_raw(w, v.text, v.len);
}

struct post {			/* a mail as its record is written */
	const struct arrived *arrived;
	struct sender sender;
	struct thread thread;
	const char *message_id;	/* as threading knows it */
	const char *const *in_reply_to, *const *references;
	const char *index;
	const char *kind;	/* automatic.h */
	int64_t at;
	bool skewed;
	enum flood flood;
};

static void
write_flags(struct writer *w, const struct post *p, struct arena *a)
{
	const struct rec *mail = p->arrived->mail;
	struct value list, v;
	const struct {
		bool set;
		const char *name;
	} own[] = {
		{ !p->arrived->parsed, "unparsed" },
		{ !rec_get(mail, "message_id", &v), "no_message_id" },
		{ p->arrived->reused, "reused_message_id" },
		{ p->skewed, "date_skew" },
		{ p->thread.foreign, "foreign" },
		{ p->thread.forged, "forged" },
		{ p->sender.unproven, "unproven_agent" },
		{ p->flood > FLOOD_REPEAT, "flood" },
		{ p->flood == FLOOD_REPEAT, "repeat" },
	};
	size_t pos = 0, n = 0;

	if (!rec_get(mail, "flags", &list))
		list.kind = VALUE_NULL;
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		n += own[i].set;
	if (n == 0 && !value_next(&list, &pos, &v))
		return;
	w_key(w, "flags");
	w_open(w, '[');
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++) {
		if (own[i].set)
			w_str(w, own[i].name);
	}
	for (pos = 0; value_next(&list, &pos, &v);)
		w_str(w, value_str(&v, a, NULL));
	w_close(w, ']');
}

static void
write_thread(struct writer *w, const struct thread *t)
{
	w_key(w, "thread");
	w_open(w, '{');
	w_field_str(w, "method", t->method);
	w_field_str(w, "evidence", t->evidence);
	if (t->linked[0] != '\0')
		w_field_str(w, "linked", t->linked);
	w_close(w, '}');
}

static void
write_merge(const struct thread *t, size_t i, const char *message_id,
    int64_t at, struct buf *out)
{
	char id[ID_TEXT];
	struct writer w;

	record_id(id, "merge", t->merge[i], t->key, NULL);
	record_begin(&w, out, "merge", id, at);
	w_field_str(&w, "ticket", t->merge[i]);
	w_field_str(&w, "into", t->key);
	w_field_str(&w, "by", "thread");
	w_field_str(&w, "why", message_id);
	w_close(&w, '}');
	buf_addc(out, '\n');
}

static void
write_body(struct writer *w, const struct arrived *m)
{
	struct value v;

	if (m->parsed) {
		copy(w, m->mail, "text");
		if (!rec_get(m->mail, "text", &v))
			w_field_str(w, "text", "");
	} else {
		w_field_str(w, "text", "");
		w_field_str(w, "why", m->why);
	}
	copy(w, m->mail, "quoted");
	copy(w, m->mail, "forwarded");
	copy(w, m->mail, "calendar");
	copy(w, m->mail, "asks");
}

static void
write_from(struct writer *w, const struct sender *s)
{
	w_key(w, "from");
	if (s->object.kind != VALUE_NULL) {
		w_raw(w, s->object.text, s->object.len);
		return;
	}
	w_open(w, '{');
	w_field_str(w, "address", s->from);
	w_close(w, '}');
}

static void
write_auth(struct writer *w, const struct inbound *in, const struct sender *s)
{
	if (in->org->authserv == NULL)
		return;
	w_field_str(w, "auth", auth_name(s->auth.auth));
	if (in->org->arc)
		w_field_str(w, "arc", s->auth.arc);
}

static void
write_parties(struct writer *w, const struct inbound *in,
    const struct post *p)
{
	const struct rec *mail = p->arrived->mail;

	if (*p->sender.customer != '\0')
		w_field_str(w, "customer", p->sender.customer);
	w_field_str(w, "channel", "email");
	w_field_str(w, "direction", p->sender.out ? "out" : "in");
	write_from(w, &p->sender);
	w_field_str(w, "role", role_name(p->sender.role));
	w_field_str(w, "via", p->sender.via);
	w_field_str(w, "forwarded_by", p->sender.forwarded_by);
	write_auth(w, in, &p->sender);
	if (p->sender.via == NULL && p->sender.forwarded_by == NULL)
		copy(w, mail, "reply_to");
	copy(w, mail, "to");
	copy(w, mail, "cc");
}

static void
write_ids(struct writer *w, const struct post *p)
{
	const struct rec *mail = p->arrived->mail;
	struct value v;

	if (rec_get(mail, "message_id", &v))
		copy(w, mail, "message_id");
	else
		w_field_str(w, "message_id", p->message_id);
	if (p->in_reply_to[0] != NULL)
		w_field_str(w, "in_reply_to", p->in_reply_to[0]);
	if (p->references[0] != NULL) {
		w_key(w, "references");
		w_open(w, '[');
		for (const char *const *id = p->references; *id != NULL; id++)
			w_str(w, *id);
		w_close(w, ']');
	}
	w_field_str(w, "thread_index", p->index);
}

static void
write_message(struct writer *w, const struct inbound *in,
    const struct post *p, struct arena *a)
{
	const struct rec *mail = p->arrived->mail;
	struct value v;

	w_field_str(w, "ticket", p->thread.key);
	write_parties(w, in, p);
	if (rec_get(mail, "subject", &v))
		copy(w, mail, "subject");
	else
		w_field_str(w, "subject", p->arrived->parsed ? "" :
		    "(a mail that could not be parsed)");
	write_body(w, p->arrived);
	copy(w, mail, "html");
	write_ids(w, p);
	w_field_str(w, "auto", p->sender.via == NULL ? p->kind : "none");
	automatic_headers(in->automatic, mail, a, w);
	bounce_write(w, mail, p->kind);
	copy(w, mail, "attachments");
	write_thread(w, &p->thread);
	write_flags(w, p, a);
	copy(w, mail, "date");
	w_field_str(w, "raw", p->arrived->raw);
	w_close(w, '}');
}

static int
find_thread(const struct inbound *in, struct post *p, struct arena *a,
    struct err *e)
{
	const struct rec *mail = p->arrived->mail;
	const struct sender *s = &p->sender;
	const char *index = rec_str(mail, "thread_index", a);
	struct mail_head head = {
		.message_id = p->message_id,
		.references = p->references,
		.in_reply_to = p->in_reply_to,
		.index = index != NULL ? thread_index(index, a) : NULL,
		.subject = rec_str(mail, "subject", a),
		.customer = s->customer,
		.from = s->from,
		.parties = s->parties,
		.tags = s->tags,
		.at = p->at,
		.ours = s->role == ROLE_AGENT || (s->role != ROLE_CUSTOMER &&
		    org_role(in->org, s->from) != ROLE_CUSTOMER),
		.vouched = s->forwarded_by != NULL,
		.automatic = s->automatic,
		.bounce = s->bounce,
	};

	p->index = head.index;
	if (threads_find(in->threads, &head, &p->thread, e) < 0)
		return -1;
	if (bounce_is(mail, p->kind) && p->thread.evidence != NULL)
		p->thread.method = "bounce";
	return 0;
}

/*
 * A mail of ours that comes back: sent from the shared mailbox under an id
 * that is here already, or that bears our signature and is for us alone.
 */
static bool
came_back(const struct inbound *in, const struct post *p, const char *id)
{
	char key[KEY_TEXT];

	if (org_role(in->org, p->sender.from) != ROLE_SYSTEM)
		return false;
	return p->arrived->reused || (!p->sender.out &&
	    org_is_host(in->org, address_domain(id)) &&
	    token_of_message_id(&in->org->keys, id, key) == TOKEN_GOOD);
}

/* Then it is on the ticket of the mail that it is. */
static void
mark_loop(struct post *p, const char *id, struct arena *a)
{
	const char **ids;
	size_t n = 0;

	while (p->references[n] != NULL)
		n++;
	ids = arena_zalloc(a, (n + 2) * sizeof(*ids));
	for (size_t i = 0; i < n; i++)
		ids[i] = p->references[i];
	ids[n] = id;
	p->references = ids;
	p->kind = "loop";
	p->sender.automatic = true;
}

/* Too much of one sender: silenced when it is the same, or a program's. */
static int
limit(const struct inbound *in, struct post *p, const char *id,
    struct arena *a, struct err *e)
{
	struct alike_mail m = { .at = p->at,
		.nonce = (int64_t)(hash_word(id, strlen(id)) >> 1) };
	int got;

	if (!p->arrived->parsed || !sender_limited(&p->sender, p->kind))
		return 0;
	alike_of(p->arrived->mail, &m.alike, a);
	if ((m.alike.sender = alike_sender(p->sender.from, a)) == 0)
		return 0;
	if ((got = floods_add(in->floods, &m, p->sender.automatic, e)) < 0)
		return -1;
	p->flood = (enum flood)got;
	if (got != FLOOD_SAME || p->sender.bounce ||
	    strcmp(p->kind, "bulk") == 0)
		return 0;
	p->kind = "loop";
	p->sender.automatic = true;
	p->sender.role = ROLE_AUTO;
	return 0;
}

/* Whether the mail that is reported on has its name of us. */
static bool
is_ours(const struct org *o, const char *name)
{
	const char *at = strrchr(name, '@'), *own = strchr(o->address, '@');

	return at != NULL && (strcasecmp(at, own) == 0 ||
	    org_role(o, name) != ROLE_CUSTOMER);
}

/* Who was answered, and got nothing, still waits: the ticket is open. */
static void
write_failure(const struct inbound *in, const struct post *p, struct arena *a,
    struct buf *out)
{
	const char *why = bounce_why(p->arrived->mail, p->kind, a);
	const char *const *name = p->references;

	if (why == NULL || strcmp(p->thread.method, "bounce") != 0 ||
	    name[0] == NULL)
		return;
	/* Behind those that it answers stands the mail itself. */
	while (name[1] != NULL)
		name++;
	if (!is_ours(in->org, *name))
		return;
	said_status(p->thread.key, p->at, "open", "tai-ingest", why, out);
	buf_addc(out, '\n');
}

int
inbound_record(const struct inbound *in, const struct arrived *m,
    struct buf *out, struct buf *merge, struct arena *a, struct err *e)
{
	struct post p = { .arrived = m };
	struct writer w;
	char id[ID_TEXT];
	bool back;

	inbound_id(m, id, &p.message_id, a);
	p.at = moment(m, &p.skewed);
	p.in_reply_to = sender_ids(in->org, m->mail,
	    rec_strings(m->mail, "in_reply_to", a), p.message_id, a);
	p.kind = automatic_kind(in->automatic, in->org, m->mail, a);
	p.references = sender_ids(in->org, m->mail,
	    bounce_references(m->mail, p.kind, a), p.message_id, a);
	sender_find(&p.sender, in->org, in->customers, m->mail, p.kind, a);
	back = came_back(in, &p, p.message_id);
	if (back)
		mark_loop(&p, p.message_id, a);
	else if (limit(in, &p, id, a, e) < 0)
		return -1;
	/* Two mails that share a Message-ID do not share a ticket by it. */
	if (m->reused || back)
		p.message_id = arena_printf(a, "%s#%s", p.message_id, id);
	if (find_thread(in, &p, a, e) < 0)
		return -1;
	record_begin(&w, out, "message", id, p.at);
	write_message(&w, in, &p, a);
	for (size_t i = 0; i < p.thread.merges; i++)
		write_merge(&p.thread, i, p.message_id, p.at, merge);
	write_failure(in, &p, a, merge);
	return 0;
}
