/* Who wrote a mail. */
#include <string.h>

#include "domain/mail/sender.h"
#include "domain/model.h"
#include "format/address.h"

#define PARTIES_MAX	40	/* of one mail; the rest are not remembered */
#define TAGS_MAX	10
#define RESULTS_MAX	10
#define IDS_MAX		5	/* that are looked at for addresses */

static const char *
address_of(const struct value *v, struct arena *a)
{
	struct rec *r;
	const char *s = NULL;

	if (v->kind == VALUE_STRING)
		s = value_str(v, a, NULL);
	if (v->kind == VALUE_OBJECT) {
		r = arena_alloc(a, sizeof(*r));
		value_object(v, r);
		s = rec_str(r, "address", a);
	}
	return s == NULL ? "" : address_fold(a, s);
}

/* The address of a field, and its object, when it has one. */
static const char *
field(const struct rec *mail, const char *name, struct value *object,
    struct arena *a)
{
	struct value v;
	const char *s;

	if (!rec_get(mail, name, &v) || *(s = address_of(&v, a)) == '\0')
		return "";
	if (object != NULL)
		*object = v;
	return s;
}

struct gathered {
	const char **list;
	size_t n, max;
};

static void
gather(void *arg, const char *s)
{
	struct gathered *g = arg;

	if (s != NULL && g->n < g->max)
		g->list[g->n++] = s;
}

static void
gathered_start(struct gathered *g, size_t max, struct arena *a)
{
	g->list = arena_zalloc(a, (max + 1) * sizeof(*g->list));
	g->n = 0;
	g->max = max;
}

static void
party(const struct org *o, const char *address, void (*take)(void *,
    const char *), void *arg)
{
	if (*address != '\0' && org_role(o, address) == ROLE_CUSTOMER)
		take(arg, address);
}

static void
parties_in(const struct org *o, const struct rec *r, const char *name,
    void (*take)(void *, const char *), void *arg, struct arena *a)
{
	struct value list, v;
	size_t pos = 0;

	if (!rec_get(r, name, &list) || list.kind != VALUE_ARRAY)
		return;
	for (size_t n = 0; n < PARTIES_MAX && value_next(&list, &pos, &v);
	    n++)
		party(o, address_of(&v, a), take, arg);
}

void
sender_parties(const struct org *o, const struct rec *r,
    void (*take)(void *, const char *), void *arg, struct arena *a)
{
	party(o, field(r, "from", NULL, a), take, arg);
	party(o, field(r, "reply_to", NULL, a), take, arg);
	parties_in(o, r, "to", take, arg, a);
	parties_in(o, r, "cc", take, arg, a);
}

static bool
is_in(const struct rec *mail, const char *name, const char *address,
    struct arena *a)
{
	struct value list, v;
	size_t pos = 0;

	if (!rec_get(mail, name, &list))
		return false;
	if (list.kind != VALUE_ARRAY)
		return strcmp(address_of(&list, a), address) == 0;
	for (size_t n = 0; n < PARTIES_MAX && value_next(&list, &pos, &v);
	    n++) {
		if (strcmp(address_of(&v, a), address) == 0)
			return true;
	}
	return false;
}

static bool
is_address(const struct org *o, const struct rec *mail, const char *id,
    struct arena *a)
{
	static const char *const fields[] = { "from", "sender", "reply_to",
		"to", "cc" };
	size_t len = strlen(id);
	const char *s;

	if (len > 2 && strcmp(id + len - 2, "'s") == 0)
		len -= 2;
	s = address_fold(a, arena_strndup(a, id, len));
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		if (is_in(mail, fields[i], s, a))
			return true;
	}
	return org_tag(o, s, a) != NULL;
}

/* A chain of a hundred ids has them all looked up, not all compared. */
const char *const *
sender_ids(const struct org *o, const struct rec *mail,
    const char *const *ids, const char *own, struct arena *a)
{
	const char **kept;
	size_t n = 0, all = 0;

	while (ids[all] != NULL)
		all++;
	kept = arena_zalloc(a, (all + 1) * sizeof(*kept));
	for (size_t i = 0; i < all; i++) {
		if (strcmp(ids[i], own) != 0 && (i >= IDS_MAX ||
		    !is_address(o, mail, ids[i], a)))
			kept[n++] = ids[i];
	}
	return kept;
}

static void
tags_in(const struct org *o, const struct rec *mail, const char *name,
    struct gathered *g, struct arena *a)
{
	struct value list, v;
	size_t pos = 0;

	if (!rec_get(mail, name, &list) || list.kind != VALUE_ARRAY)
		return;
	while (value_next(&list, &pos, &v)) {
		const char *tag = org_tag(o, address_of(&v, a), a);

		if (tag != NULL && *tag != '\0')
			gather(g, tag);
	}
}

/* Whether somebody else than us is among the recipients; who they are. */
static bool
goes_out(const struct org *o, const struct customers *c,
    const struct rec *mail, const char **customer, struct arena *a)
{
	struct gathered to;

	gathered_start(&to, 2 * PARTIES_MAX, a);
	parties_in(o, mail, "to", gather, &to, a);
	parties_in(o, mail, "cc", gather, &to, a);
	for (size_t i = 0; i < to.n; i++) {
		const char *who = customers_by_address(c, to.list[i]);

		if (**customer == '\0' && who != NULL)
			*customer = who;
	}
	return to.n > 0;
}

static void
authenticate(struct sender *s, const struct org *o, const struct rec *mail,
    struct arena *a)
{
	const char *domain = address_domain(s->from);
	struct gathered values;
	struct value list, v;
	size_t pos = 0;

	s->auth = (struct auth_found){ AUTH_NONE, NULL };
	if (o->authserv == NULL)
		return;
	gathered_start(&values, RESULTS_MAX, a);
	if (rec_get(mail, "authentication_results", &list))
		while (value_next(&list, &pos, &v))
			gather(&values, value_str(&v, a, NULL));
	s->auth = auth_read(values.list, o->authserv,
	    domain != NULL ? domain : "", a);
	if (s->role != ROLE_CUSTOMER && s->auth.auth != AUTH_PASS) {
		s->role = ROLE_CUSTOMER;
		s->unproven = true;
	}
}

/*
 * A form, or a list in front of our mailbox, sends in its own name and puts
 * the person into Reply-To.
 */
static bool
is_form(const struct sender *s, const struct org *o, const char *reply_to)
{
	return *reply_to != '\0' && !s->out && !s->bounce &&
	    org_role(o, reply_to) == ROLE_CUSTOMER &&
	    strcmp(reply_to, s->from) != 0 &&
	    (s->role == ROLE_SYSTEM || org_is_form(o, s->from));
}

/* An agent passes a customer's mail on to us: it is the customer's. */
static bool
is_forward(struct sender *s, const struct org *o, const struct rec *mail,
    struct arena *a)
{
	struct rec *forwarded;
	struct value v, object;
	const char *from;

	if (s->role != ROLE_AGENT || s->out || s->automatic ||
	    !rec_get(mail, "forwarded", &v) || v.kind != VALUE_OBJECT)
		return false;
	forwarded = arena_alloc(a, sizeof(*forwarded));
	value_object(&v, forwarded);
	from = field(forwarded, "from", &object, a);
	if (strchr(from, '@') == NULL || org_role(o, from) != ROLE_CUSTOMER)
		return false;
	s->forwarded_by = s->from;
	s->from = from;
	s->object = object;
	return true;
}

/* From; without an address there, what stands for it. */
static void
find_from(struct sender *s, const struct rec *mail, struct arena *a)
{
	static const char *const fields[] = { "from", "sender", "reply_to" };
	const char *path;

	if (!rec_get(mail, "from", &s->object))
		s->object.kind = VALUE_NULL;
	s->from = field(mail, "from", NULL, a);
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		struct value object;
		const char *from = field(mail, fields[i], &object, a);

		if (strchr(from, '@') != NULL) {
			s->from = from;
			s->object = object;
			return;
		}
	}
	if (*s->from == '\0' && (path = rec_str(mail, "return_path", a)))
		s->from = address_fold(a, path);
}

/* A person at the shared mailbox is an agent; a machine is not. */
static void
find_role(struct sender *s, const struct org *o, const struct customers *c,
    const struct rec *mail, struct arena *a)
{
	const char *who, *reply_to = field(mail, "reply_to", NULL, a);
	const char *customer = "";

	s->role = org_role(o, s->from);
	s->out = goes_out(o, c, mail, &customer, a);
	if (is_form(s, o, reply_to)) {
		s->via = s->from;
		s->from = field(mail, "reply_to", &s->object, a);
		s->role = ROLE_CUSTOMER;
		s->automatic = false;
	} else {
		authenticate(s, o, mail, a);
		if (is_forward(s, o, mail, a))
			s->role = ROLE_CUSTOMER;
	}
	if (s->role == ROLE_CUSTOMER) {
		s->out = false;
		if ((who = customers_by_address(c, s->from)) != NULL)
			s->customer = who;
		if (s->automatic)
			s->role = ROLE_AUTO;
		return;
	}
	s->customer = customer;
	if (s->automatic)
		s->role = s->role == ROLE_SYSTEM ? ROLE_SYSTEM : ROLE_AUTO;
	else if (s->role == ROLE_SYSTEM && s->out)
		s->role = ROLE_AGENT;
}

void
sender_find(struct sender *s, const struct org *o, const struct customers *c,
    const struct rec *mail, const char *kind, struct arena *a)
{
	struct gathered parties, tags;

	memset(s, 0, sizeof(*s));
	s->customer = "";
	s->bounce = strcmp(kind, "bounce") == 0;
	s->automatic = strcmp(kind, "none") != 0 && strcmp(kind, "list") != 0;
	find_from(s, mail, a);
	find_role(s, o, c, mail, a);
	gathered_start(&parties, 2 * PARTIES_MAX + 4, a);
	party(o, s->from, gather, &parties);
	sender_parties(o, mail, gather, &parties, a);
	s->parties = parties.list;
	gathered_start(&tags, TAGS_MAX, a);
	tags_in(o, mail, "to", &tags, a);
	tags_in(o, mail, "cc", &tags, a);
	tags_in(o, mail, "delivered_to", &tags, a);
	s->tags = tags.list;
}

bool
sender_limited(const struct sender *s, const char *kind)
{
	return !s->out && (s->role == ROLE_CUSTOMER || s->role == ROLE_AUTO) &&
	    strcmp(kind, "list") != 0;
}
