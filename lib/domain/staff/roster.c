/* Tickets as assignments see them, each folded up to the moment asked. */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/time.h"
#include "domain/staff/roster.h"

struct entry {
	char key[KEY_TEXT];
	struct event *event;	/* sorted; texts are ours */
	size_t n, room;
	size_t pos;		/* so many are in the ticket */
	int64_t upto;		/* the moment of the fold */
	struct ticket ticket;	/* of its texts only those below are kept */
	const char *assignee;	/* an event's text */
	char *customer;		/* "" unknown */
	bool assigned, answered;	/* it has such events at all */
	UT_hash_handle hh;
};

struct roster {
	struct entry *entries;
	struct arena scratch;
	int64_t at;
};

struct roster *
roster_new(void)
{
	return xcalloc(1, sizeof(struct roster));
}

static void
drop(struct roster *r, struct entry *n)
{
	HASH_DEL(r->entries, n);
	for (size_t i = 0; i < n->n; i++)
		free((char *)(uintptr_t)n->event[i].text);
	free(n->event);
	free(n->customer);
	free(n);
}

void
roster_free(struct roster *r)
{
	if (r == NULL)
		return;
	while (r->entries != NULL)
		drop(r, r->entries);
	arena_free(&r->scratch);
	free(r);
}

static void
restart(struct entry *n)
{
	struct history none = { 0 };

	ticket_start(&n->ticket, &none);
	n->ticket.history = NULL;
	n->pos = 0;
	n->upto = INT64_MIN;
	n->assignee = "";
}

/* A quarter goes at once, so that making room is seldom: first what weighs on
 * nobody. */
static void
make_room(struct roster *r)
{
	size_t most = HASH_COUNT(r->entries) / 4;
	struct entry *n, *next;

	for (int all = 0; all < 2 && most > 0; all++) {
		HASH_ITER(hh, r->entries, n, next) {
			if (most > 0 && (all || !n->assigned ||
			    n->ticket.status == STATUS_RESOLVED ||
			    n->ticket.status == STATUS_CLOSED)) {
				drop(r, n);
				most--;
			}
		}
	}
}

static struct entry *
find(const struct roster *r, const char *key)
{
	struct entry *n;

	HASH_FIND(hh, r->entries, key, KEY_TEXT - 1, n);
	return n;
}

static struct entry *
find_or_add(struct roster *r, const char *key)
{
	struct entry *n = find(r, key);

	if (n != NULL)
		return n;
	if (HASH_COUNT(r->entries) >= ROSTER_TICKETS)
		make_room(r);
	n = xcalloc(1, sizeof(*n));
	memcpy(n->key, key, KEY_TEXT);
	n->customer = xstrdup("");
	restart(n);
	HASH_ADD(hh, r->entries, key, KEY_TEXT - 1, n);
	return n;
}

/* Who, to whom, and from which ticket: the subject is nobody's business. */
static char *
keep_text(const struct event *ev)
{
	const char *text = ev->text;

	if (text == NULL || ev->kind == EVENT_STATUS ||
	    ev->kind == EVENT_TRIAGE || ev->kind == EVENT_EXCLUDE ||
	    ev->kind == EVENT_NOTE)
		return NULL;
	if (ev->kind != EVENT_ASSIGN)
		text += strcspn(text, "\t");
	return xstrdup(text);
}

void
roster_event(struct roster *r, const char key[KEY_TEXT],
    const struct event *ev)
{
	struct entry *n = find_or_add(r, key);
	size_t i = n->n;

	while (i > 0 && event_compare(&n->event[i - 1], ev) > 0)
		i--;
	if (i > 0 && event_compare(&n->event[i - 1], ev) == 0)
		return;
	if (n->n == n->room) {
		n->room = 2 * n->room + 4;
		n->event = xreallocarray(n->event, n->room,
		    sizeof(*n->event));
	}
	memmove(&n->event[i + 1], &n->event[i], (n->n - i) *
	    sizeof(*n->event));
	n->event[i] = *ev;
	n->event[i].id = NULL;
	n->event[i].text = keep_text(ev);
	n->n++;
	n->assigned |= ev->kind == EVENT_ASSIGN;
	n->answered |= ev->kind == EVENT_AGENT;
	if (i < n->pos)
		restart(n);
}

void
roster_history(struct roster *r, const struct history *h)
{
	find_or_add(r, h->key);
	for (size_t i = 0; i < h->n; i++)
		roster_event(r, h->key, &h->event[i]);
}

void
roster_merge(struct roster *r, const char from[KEY_TEXT],
    const char into[KEY_TEXT])
{
	struct entry *n = find(r, from);

	if (n == NULL || strcmp(from, into) == 0)
		return;
	for (size_t i = 0; i < n->n; i++) {
		/* The subject was taken off, its tab was left. */
		if (n->event[i].kind != EVENT_STATUS)
			roster_event(r, into, &n->event[i]);
	}
	drop(r, n);
}

bool
roster_has(const struct roster *r, const char key[KEY_TEXT])
{
	return find(r, key) != NULL;
}

void
roster_at(struct roster *r, int64_t at)
{
	r->at = at;
}

static void
name_customer(struct entry *n)
{
	if (strcmp(n->customer, n->ticket.customer) != 0) {
		free(n->customer);
		n->customer = xstrdup(n->ticket.customer);
	}
}

/* Up to the moment; texts of the step are gone behind it. */
static const struct ticket *
fold(struct roster *r, struct entry *n)
{
	struct ticket *t = &n->ticket;

	if (r->at < n->upto)
		restart(n);
	for (; n->pos < n->n && n->event[n->pos].at <= r->at; n->pos++) {
		const struct event *ev = &n->event[n->pos];

		t->customer = n->customer;
		ticket_step(t, ev, &r->scratch);
		if (ev->kind == EVENT_ASSIGN)
			n->assignee = ev->text != NULL ? ev->text : "";
		name_customer(n);
		t->subject = t->from = t->channel = t->customer = "";
		t->category = t->topic = t->rule = t->assignee = "";
		t->excluded = NULL;
		arena_reset(&r->scratch);
	}
	n->upto = r->at;
	return t;
}

static bool
is_open(const struct ticket *t)
{
	return t->opened != TIME_NONE && t->status != STATUS_RESOLVED &&
	    t->status != STATUS_CLOSED;
}

const char *
roster_assignee(struct roster *r, const char key[KEY_TEXT])
{
	struct entry *n = find(r, key);

	if (n == NULL)
		return "";
	fold(r, n);
	return n->assignee;
}

const struct ticket *
roster_ticket(struct roster *r, const char key[KEY_TEXT])
{
	struct entry *n = find(r, key);

	return n != NULL ? fold(r, n) : NULL;
}

/* An answer, the end of the ticket, or that the customer needs no more. */
static bool
ends_waiting(const struct event *ev)
{
	return ev->kind == EVENT_AGENT ||
	    (ev->kind == EVENT_TRIAGE && ev->arg & TRIAGE_CLOSING) ||
	    (ev->kind == EVENT_STATUS && (ev->arg == STATUS_RESOLVED ||
	    ev->arg == STATUS_CLOSED));
}

int
roster_asked(struct roster *r, const char key[KEY_TEXT], int64_t *since)
{
	struct entry *n = find(r, key);
	int asked = 0;

	*since = TIME_NONE;
	if (n == NULL)
		return 0;
	fold(r, n);
	for (size_t i = 0; i < n->pos; i++) {
		const struct event *ev = &n->event[i];

		if (ev->kind == EVENT_CUSTOMER && asked++ == 0)
			*since = ev->at;
		else if (ends_waiting(ev))
			asked = 0;
	}
	if (asked == 0)
		*since = TIME_NONE;
	return asked;
}

void
roster_loads(struct roster *r, const char *but,
    void (*has)(void *, const char *), void *arg)
{
	struct entry *n, *next;

	HASH_ITER(hh, r->entries, n, next) {
		if (n->assigned && is_open(fold(r, n)) &&
		    *n->assignee != '\0' && strcmp(n->key, but) != 0)
			has(arg, n->assignee);
	}
}

/* The sender of an answer: what stands behind its first tab. */
static const char *
sender(struct roster *r, const struct event *ev)
{
	const char *part[EVENT_PARTS];

	event_parts(ev, part, &r->scratch);
	return part[1];
}

/* The latest of our answers up to the moment; NULL for none. */
static const struct event *
last_answer(struct roster *r, struct entry *n)
{
	fold(r, n);
	for (size_t i = n->pos; i-- > 0;) {
		if (n->event[i].kind == EVENT_AGENT)
			return &n->event[i];
	}
	return NULL;
}

const char *
roster_answerer(struct roster *r, const char key[KEY_TEXT])
{
	struct entry *n = find(r, key);
	const struct event *ev = n != NULL ? last_answer(r, n) : NULL;

	arena_reset(&r->scratch);
	return ev != NULL ? sender(r, ev) : n != NULL ? n->assignee : "";
}

const char *
roster_known_to(struct roster *r, const char *customer,
    const char *but)
{
	const struct event *best = NULL, *ev;
	struct entry *n, *next;

	if (*customer == '\0')
		return "";
	HASH_ITER(hh, r->entries, n, next) {
		if (!n->answered || strcmp(n->key, but) == 0)
			continue;
		ev = last_answer(r, n);
		if (ev != NULL && strcmp(n->customer, customer) == 0 &&
		    (best == NULL || event_compare(ev, best) > 0))
			best = ev;
	}
	arena_reset(&r->scratch);
	return best != NULL ? sender(r, best) : "";
}
