/* A parsed mail as a `message` record. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/inbound.h"
#include "domain/model.h"

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

/* The strings of an array, NULL ends. */
static const char *const *
strings(const struct rec *r, const char *name, struct arena *a)
{
	struct value list, v;
	const char **out;
	size_t n = 0, pos = 0;

	if (!rec_get(r, name, &list))
		list.kind = VALUE_NULL;
	while (value_next(&list, &pos, &v))
		n++;
	out = arena_alloc(a, (n + 1) * sizeof(*out));
	for (n = 0, pos = 0; value_next(&list, &pos, &v);) {
		const char *s = value_str(&v, a, NULL);

		if (s != NULL && *s != '\0')
			out[n++] = s;
	}
	out[n] = NULL;
	return out;
}

static const char *
address_of(const struct value *v, struct arena *a)
{
	struct rec *r = arena_alloc(a, sizeof(*r));
	const char *s;

	value_object(v, r);
	s = rec_str(r, "address", a);
	return s == NULL ? "" : s;
}

static const char *
address_field(const struct rec *r, const char *name, struct arena *a)
{
	struct value v;

	return rec_get(r, name, &v) ? address_of(&v, a) : "";
}

static const char *
lower(const char *s, struct arena *a)
{
	char *copy = arena_strdup(a, s);

	for (char *p = copy; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}

struct parties {
	const char *from;	/* lower case */
	enum role role;
	const char *customer;	/* "" unknown */
	bool out;		/* from us to somebody else */
	bool automatic;
};

/* The first recipient who is none of us; sets out when there is one. */
static void
recipients(const struct inbound *in, const struct rec *mail, const char *name,
    struct parties *p, struct arena *a)
{
	struct value list, v;
	size_t pos = 0;

	if (!rec_get(mail, name, &list))
		return;
	while (value_next(&list, &pos, &v)) {
		const char *to = address_of(&v, a), *who;

		if (*to == '\0' || org_role(in->org, to) != ROLE_CUSTOMER)
			continue;
		p->out = true;
		who = customers_by_address(in->customers, to);
		if (*p->customer == '\0' && who != NULL)
			p->customer = who;
	}
}

static void
find_parties(const struct inbound *in, const struct rec *mail,
    struct parties *p, struct arena *a)
{
	const char *who;
	struct value v;

	p->from = lower(address_field(mail, "from", a), a);
	p->role = org_role(in->org, p->from);
	p->customer = "";
	p->out = false;
	p->automatic = rec_get(mail, "auto", &v) &&
	    !rec_is(mail, "auto", "none") && !rec_is(mail, "auto", "list");
	if (p->role == ROLE_CUSTOMER) {
		if ((who = customers_by_address(in->customers, p->from)))
			p->customer = who;
		if (p->automatic)
			p->role = ROLE_AUTO;
		return;
	}
	recipients(in, mail, "to", p, a);
	recipients(in, mail, "cc", p, a);
	/* A person at the shared mailbox is an agent; a machine is not. */
	if (p->automatic)
		p->role = p->role == ROLE_SYSTEM ? ROLE_SYSTEM : ROLE_AUTO;
	else if (p->role == ROLE_SYSTEM && p->out)
		p->role = ROLE_AGENT;
}

/* When it reached us: our server's stamp, else its Date, else the mailbox. */
static int64_t
moment(const struct arrived *m, bool *skewed)
{
	int64_t date, received;
	bool dated = rec_time(m->mail, "date", &date);

	*skewed = false;
	if (rec_time(m->mail, "received", &received)) {
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

static void
write_flags(struct writer *w, const struct arrived *m, bool skewed,
    bool foreign, struct arena *a)
{
	struct value list, v;
	const char *own[5];
	size_t n = 0, pos = 0;

	if (!m->parsed)
		own[n++] = "unparsed";
	if (!rec_get(m->mail, "message_id", &v))
		own[n++] = "no_message_id";
	if (m->reused)
		own[n++] = "reused_message_id";
	if (skewed)
		own[n++] = "date_skew";
	if (foreign)
		own[n++] = "foreign";
	if (!rec_get(m->mail, "flags", &list))
		list.kind = VALUE_NULL;
	if (n == 0 && !value_next(&list, &pos, &v))
		return;
	w_key(w, "flags");
	w_open(w, '[');
	for (size_t i = 0; i < n; i++)
		w_str(w, own[i]);
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
	w_close(w, '}');
}

static void
write_merge(const struct thread *t, const char *message_id, int64_t at,
    struct buf *out)
{
	char id[ID_TEXT];
	struct writer w;

	record_id(id, "merge", t->merge, t->key, NULL);
	record_begin(&w, out, "merge", id, at);
	w_field_str(&w, "ticket", t->merge);
	w_field_str(&w, "into", t->key);
	w_field_str(&w, "by", "thread");
	w_field_str(&w, "why", message_id);
	w_close(&w, '}');
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
	copy(w, m->mail, "asks");
}

static void
write_from(struct writer *w, const struct rec *mail)
{
	struct value v;

	w_key(w, "from");
	if (rec_get(mail, "from", &v)) {
		w_raw(w, v.text, v.len);
		return;
	}
	w_open(w, '{');
	w_field_str(w, "address", "");
	w_close(w, '}');
}

int
inbound_record(const struct inbound *in, const struct arrived *m,
    struct buf *out, struct buf *merge, struct arena *a, struct err *e)
{
	struct mail_head head = { 0 };
	struct thread thread;
	struct parties who;
	struct writer w;
	struct value v;
	char id[ID_TEXT];
	bool skewed;
	int64_t at = moment(m, &skewed);

	inbound_id(m, id, &head.message_id, a);
	find_parties(in, m->mail, &who, a);
	/* Two mails that share a Message-ID do not share a ticket by it. */
	if (m->reused)
		head.message_id = arena_printf(a, "%s#%s", head.message_id,
		    id);
	head.references = strings(m->mail, "references", a);
	head.in_reply_to = strings(m->mail, "in_reply_to", a);
	head.subject = rec_str(m->mail, "subject", a);
	head.customer = who.customer;
	head.from = who.from;
	head.ours = who.role == ROLE_AGENT;
	if (threads_find(in->threads, &head, &thread, e) < 0)
		return -1;
	record_begin(&w, out, "message", id, at);
	w_field_str(&w, "ticket", thread.key);
	if (*who.customer != '\0')
		w_field_str(&w, "customer", who.customer);
	w_field_str(&w, "channel", "email");
	w_field_str(&w, "direction", who.out ? "out" : "in");
	write_from(&w, m->mail);
	w_field_str(&w, "role", role_name(who.role));
	copy(&w, m->mail, "to");
	copy(&w, m->mail, "cc");
	if (!rec_get(m->mail, "subject", &v))
		w_field_str(&w, "subject", m->parsed ? "" :
		    "(a mail that could not be parsed)");
	else
		copy(&w, m->mail, "subject");
	write_body(&w, m);
	copy(&w, m->mail, "html");
	if (rec_get(m->mail, "message_id", &v))
		copy(&w, m->mail, "message_id");
	else
		w_field_str(&w, "message_id", head.message_id);
	if (head.in_reply_to[0] != NULL)
		w_field_str(&w, "in_reply_to", head.in_reply_to[0]);
	copy(&w, m->mail, "references");
	if (rec_get(m->mail, "auto", &v))
		copy(&w, m->mail, "auto");
	else
		w_field_str(&w, "auto", "none");
	copy(&w, m->mail, "attachments");
	write_thread(&w, &thread);
	write_flags(&w, m, skewed, thread.foreign, a);
	copy(&w, m->mail, "date");
	w_field_str(&w, "raw", m->raw);
	w_close(&w, '}');
	if (*thread.merge != '\0')
		write_merge(&thread, head.message_id, at, merge);
	return 0;
}
