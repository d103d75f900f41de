/* The past of tickets and customers, as far as rules ask for it. */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/time.h"
#include "domain/triage/past.h"

struct spot {			/* a ticket */
	char key[KEY_TEXT];
	int64_t opened;
	int64_t answer[PAST_ANSWERS];	/* oldest first */
	int answers;
	bool asked;
	UT_hash_handle hh;
};

struct earlier {		/* a ticket of a customer */
	char key[KEY_TEXT];
	int64_t at;		/* of its first verdict */
	int64_t said;		/* of the verdict that says the topic */
	bool person;		/* which is a person's */
	char *category, *topic;
};

struct caller {			/* a customer */
	char *id;
	struct earlier *ticket;	/* by at */
	size_t n, room;
	bool asked;
	UT_hash_handle hh;
};

struct past {
	struct rules_need need;
	struct spot *spots;
	struct caller *callers;
};

struct past *
past_new(const struct rules_need *need)
{
	struct past *p = xcalloc(1, sizeof(*p));

	p->need = *need;
	return p;
}

static void
drop_spot(struct past *p, struct spot *s)
{
	HASH_DEL(p->spots, s);
	free(s);
}

static void
drop_caller(struct past *p, struct caller *c)
{
	HASH_DEL(p->callers, c);
	for (size_t i = 0; i < c->n; i++) {
		free(c->ticket[i].category);
		free(c->ticket[i].topic);
	}
	free(c->ticket);
	free(c->id);
	free(c);
}

void
past_free(struct past *p)
{
	if (p == NULL)
		return;
	while (p->spots != NULL)
		drop_spot(p, p->spots);
	while (p->callers != NULL)
		drop_caller(p, p->callers);
	free(p);
}

/* The table begins with what was added first. */
static struct spot *
find_spot(struct past *p, const char *key)
{
	struct spot *s;

	HASH_FIND_STR(p->spots, key, s);
	if (s != NULL)
		return s;
	if (HASH_COUNT(p->spots) >= PAST_ENTRIES)
		drop_spot(p, p->spots);
	s = xcalloc(1, sizeof(*s));
	memcpy(s->key, key, strlen(key) + 1);
	s->opened = TIME_NONE;
	HASH_ADD_STR(p->spots, key, s);
	return s;
}

static struct caller *
find_caller(struct past *p, const char *id)
{
	struct caller *c;

	HASH_FIND_STR(p->callers, id, c);
	if (c != NULL)
		return c;
	if (HASH_COUNT(p->callers) >= PAST_ENTRIES)
		drop_caller(p, p->callers);
	c = xcalloc(1, sizeof(*c));
	c->id = xstrdup(id);
	HASH_ADD_KEYPTR(hh, p->callers, c->id, strlen(c->id), c);
	return c;
}

bool
past_knows_ticket(struct past *p, const char *key)
{
	struct spot *s = find_spot(p, key);
	bool known = s->asked;

	s->asked = true;
	return known;
}

bool
past_knows_customer(struct past *p, const char *customer)
{
	struct caller *c = find_caller(p, customer);
	bool known = c->asked;

	c->asked = true;
	return known;
}

/* In its place by time, once; of too many the oldest goes. */
static void
add_answer(struct spot *s, int64_t at)
{
	int i = s->answers;

	for (int k = 0; k < s->answers; k++) {
		if (s->answer[k] == at)
			return;
	}
	if (i == PAST_ANSWERS) {
		if (at < s->answer[0])
			return;
		memmove(s->answer, s->answer + 1,
		    (PAST_ANSWERS - 1) * sizeof(*s->answer));
		i = s->answers = PAST_ANSWERS - 1;
	}
	for (; i > 0 && s->answer[i - 1] > at; i--)
		s->answer[i] = s->answer[i - 1];
	s->answer[i] = at;
	s->answers++;
}

/* A person of ours: a message out, or a reply that no program made. */
static bool
is_answer(const struct rec *r)
{
	bool automatic = true;

	if (rec_is(r, "type", "reply")) {
		rec_bool(r, "auto", &automatic);
		return !automatic;
	}
	return rec_is(r, "direction", "out") && rec_is(r, "role", "agent");
}

static void
add_word(struct past *p, const struct rec *r, const char *key, int64_t at)
{
	struct spot *s = find_spot(p, key);

	if (s->opened == TIME_NONE || at < s->opened)
		s->opened = at;
	if (is_answer(r))
		add_answer(s, at);
}

static struct earlier *
find_earlier(struct caller *c, const char *key, int64_t at)
{
	size_t i;

	for (i = 0; i < c->n; i++) {
		if (strcmp(c->ticket[i].key, key) == 0)
			return &c->ticket[i];
	}
	if (c->n == 10 * PAST_TICKETS) {	/* the oldest goes */
		if (at < c->ticket[0].at)
			return NULL;
		free(c->ticket[0].category);
		free(c->ticket[0].topic);
		memmove(c->ticket, c->ticket + 1, --c->n * sizeof(*c->ticket));
	}
	if (c->n == c->room) {
		c->room = 2 * c->room + 4;
		c->ticket = xreallocarray(c->ticket, c->room,
		    sizeof(*c->ticket));
	}
	for (i = c->n++; i > 0 && c->ticket[i - 1].at > at; i--)
		c->ticket[i] = c->ticket[i - 1];
	memset(&c->ticket[i], 0, sizeof(c->ticket[i]));
	memcpy(c->ticket[i].key, key, strlen(key) + 1);
	c->ticket[i].at = c->ticket[i].said = at;
	return &c->ticket[i];
}

/*
 * What a ticket is about says the first verdict of the rules, which is on the
 * message that opened it, or a person's latest.
 */
static void
add_verdict(struct past *p, const struct rec *r, const char *customer,
    const char *key, int64_t at, struct arena *a)
{
	struct earlier *t = find_earlier(find_caller(p, customer), key, at);
	const char *category = rec_str(r, "category", a);
	const char *topic = rec_str(r, "topic", a);
	bool person = rec_str(r, "by", a) != NULL;

	if (t == NULL)
		return;
	if (at < t->at)
		t->at = at;
	if (category == NULL || (t->category != NULL && (person ?
	    t->person && at < t->said : t->person || at >= t->said)))
		return;
	free(t->category);
	free(t->topic);
	t->category = xstrdup(category);
	t->topic = xstrdup(topic != NULL ? topic : "");
	t->person = person;
	t->said = at;
}

static bool
ticket_of(const struct rec *r, char key[KEY_TEXT], struct arena *a)
{
	const char *ticket = rec_str(r, "ticket", a);

	return ticket != NULL && hash_canonical(ticket, key, KEY_TEXT) == 0;
}

void
past_add(struct past *p, const struct rec *r)
{
	const bool verdict = rec_is(r, "type", "triage");
	const bool word = rec_is(r, "type", "message") ||
	    rec_is(r, "type", "reply");
	struct arena a = { 0 };
	const char *customer;
	char key[KEY_TEXT];
	int64_t at;

	if ((!verdict && !word) || !rec_time(r, "at", &at) ||
	    !ticket_of(r, key, &a)) {
		arena_free(&a);
		return;
	}
	if (word)
		add_word(p, r, key, at);
	customer = rec_str(r, "customer", &a);
	if (verdict && p->need.past > 0 && customer != NULL &&
	    *customer != '\0')
		add_verdict(p, r, customer, key, at, &a);
	arena_free(&a);
}

void
past_add_line(struct past *p, const char *line, size_t len)
{
	struct rec *r = xmalloc(sizeof(*r));
	struct err e = { 0 };

	if (rec_parse(r, line, len, &e) == 0)
		past_add(p, r);
	free(r);
}

static void
fill_ticket(const struct spot *s, struct message *m)
{
	if (s->opened <= m->at)
		m->opened = s->opened;
	for (int i = 0; i < s->answers && s->answer[i] < m->at; i++)
		m->answered = s->answer[i];
}

/* The latest ones before it, at most PAST_TICKETS. */
static void
fill_past(const struct caller *c, const char *key, struct message *m,
    struct arena *a)
{
	struct past_ticket *list = arena_alloc(a,
	    PAST_TICKETS * sizeof(*list));

	m->past = list;
	for (size_t i = c->n; i-- > 0 && m->n_past < PAST_TICKETS;) {
		const struct earlier *t = &c->ticket[i];

		if (t->at >= m->at || strcmp(t->key, key) == 0)
			continue;
		list[m->n_past++] = (struct past_ticket){ t->at,
		    arena_strdup(a, t->category != NULL ? t->category : ""),
		    arena_strdup(a, t->topic != NULL ? t->topic : ""),
		    arena_strdup(a, t->key) };
	}
}

void
past_fill(const struct past *p, const struct rec *r, struct message *m,
    struct arena *a)
{
	struct caller *c = NULL;
	struct spot *s = NULL;
	char key[KEY_TEXT];

	if (m->at == TIME_NONE || !ticket_of(r, key, a))
		return;
	HASH_FIND_STR(p->spots, key, s);
	if (s != NULL)
		fill_ticket(s, m);
	if (m->unthreaded && m->opened != TIME_NONE && m->opened < m->at)
		m->first = false;
	if (*m->customer != '\0')
		HASH_FIND_STR(p->callers, m->customer, c);
	if (c != NULL)
		fill_past(c, key, m, a);
}
