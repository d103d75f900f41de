/* A ticket's state: the fold over its events. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/model.h"

/* The n-th part of a text with tabs, in the arena; "" behind the last. */
static const char *
part(const char *text, int n, struct arena *a)
{
	size_t len;

	if (text == NULL)
		return "";
	for (; n > 0; n--) {
		if ((text = strchr(text, '\t')) == NULL)
			return "";
		text++;
	}
	len = strcspn(text, "\t");
	return len == 0 ? "" : arena_strndup(a, text, len);
}

void
event_parts(const struct event *ev, const char *out[EVENT_PARTS],
    struct arena *a)
{
	for (int i = 0; i < EVENT_PARTS; i++)
		out[i] = part(ev->text, i, a);
}

void
ticket_start(struct ticket *t, const struct history *h)
{
	memset(t, 0, sizeof(*t));
	t->history = h;
	t->opened = t->since = t->first_response = t->resolved = TIME_NONE;
	t->first_customer = t->last_customer = t->last_agent = TIME_NONE;
	t->waiting_since = TIME_NONE;
	t->subject = t->from = t->channel = t->customer = "";
	t->category = t->topic = t->rule = t->assignee = "";
	t->root_cause = t->summary = "";
	t->confidence = -1;
	t->before.resolved = TIME_NONE;
	for (int k = 0; k < CLOCKS; k++)
		t->due[k] = TIME_NONE;
}

static void
take_status(struct ticket *t, enum status status, int64_t at)
{
	if (t->status != status)
		t->since = at;
	t->status = status;
}

/* Subject and sender are those of the customer's first message, if any. */
static void
introduce(struct ticket *t, const struct event *ev, struct arena *a)
{
	bool customer = ev->kind == EVENT_CUSTOMER;

	if (t->from_customer || (t->messages > 0 && !customer))
		return;
	t->from_customer = customer;
	t->subject = part(ev->text, 0, a);
	t->from = part(ev->text, 1, a);
	t->channel = part(ev->text, 2, a);
	t->customer = part(ev->text, 3, a);
}

static void
customer_wrote(struct ticket *t, const struct event *ev)
{
	t->before.status = t->status;
	t->before.since = t->since;
	t->before.resolved = t->resolved;
	t->before.reopened = t->reopened;
	if (t->first_customer == TIME_NONE)
		t->first_customer = ev->at;
	t->last_customer = ev->at;
	if (t->waiting_since == TIME_NONE)
		t->waiting_since = ev->at;
	if (ticket_is_done(t)) {
		t->reopened++;
		t->resolved = TIME_NONE;
		take_status(t, STATUS_OPEN, ev->at);
	} else if (t->status == STATUS_WAITING)
		take_status(t, t->answers > 0 ? STATUS_PROGRESS : STATUS_OPEN,
		    ev->at);
}

static void
agent_wrote(struct ticket *t, const struct event *ev)
{
	t->answers++;
	t->last_agent = ev->at;
	if (t->first_response == TIME_NONE && t->last_customer != TIME_NONE)
		t->first_response = ev->at;
	t->waiting_since = TIME_NONE;
	if (ticket_is_done(t))
		return;
	/* A postscript of ours is no answer of theirs. */
	take_status(t, ev->arg & EVENT_ASKS || t->status == STATUS_WAITING ?
	    STATUS_WAITING : STATUS_PROGRESS, ev->at);
}

/* "Thanks, that works": as it was when resolved, else resolved by it. */
static void
customer_content(struct ticket *t, const struct event *ev)
{
	if (ev->at != t->last_customer || (t->answers == 0 &&
	    t->before.resolved == TIME_NONE))
		return;
	t->waiting_since = TIME_NONE;
	if (t->before.resolved != TIME_NONE) {
		t->status = t->before.status;
		t->since = t->before.since;
		t->resolved = t->before.resolved;
		t->reopened = t->before.reopened;
	} else if (!ticket_is_done(t)) {
		t->resolved = ev->at;
		take_status(t, STATUS_RESOLVED, ev->at);
	}
}

static void
judged(struct ticket *t, const struct event *ev, struct arena *a)
{
	int severity = (ev->arg & TRIAGE_SEVERITY) - 1;
	bool person = ev->arg & TRIAGE_PERSON;
	const char *category = part(ev->text, 0, a);
	int confidence = atoi(part(ev->text, 2, a));

	/* Rules only raise, and never against a person's word. */
	if (severity >= 0 && (person || (!t->severity_by_person &&
	    severity > (int)t->severity)))
		t->severity = (enum severity)severity;
	if (severity >= 0 && person)
		t->severity_by_person = true;
	/* It is about what its first message is about that says anything. */
	if (*category != '\0' && (person || t->confidence <= 0 ||
	    (ev->at == t->judged && confidence > t->confidence))) {
		t->judged = ev->at;
		t->category = category;
		t->topic = part(ev->text, 1, a);
		t->rule = part(ev->text, 3, a);
		t->confidence = person ? 101 : confidence;
	}
	if (ev->arg & TRIAGE_RESOLVE)
		t->resolvable = true;
	if (ev->arg & TRIAGE_CLOSING)
		customer_content(t, ev);
}

/* What it was, at last: a status says what it has, a word on its own all. */
static void
cause_said(struct ticket *t, const struct event *ev, struct arena *a)
{
	const char *root = part(ev->text, 2, a), *summary;

	summary = part(ev->text, 3, a);
	if (ev->kind == EVENT_CAUSE ? ev->arg & CAUSE_ROOT : *root != '\0')
		t->root_cause = root;
	if (ev->kind == EVENT_CAUSE ? ev->arg & CAUSE_SUMMARY :
	    *summary != '\0')
		t->summary = summary;
}

static void
status_set(struct ticket *t, const struct event *ev)
{
	enum status status = (enum status)ev->arg;
	bool done = status == STATUS_RESOLVED || status == STATUS_CLOSED;

	if (done && t->resolved == TIME_NONE)
		t->resolved = ev->at;
	if (!done && t->resolved != TIME_NONE) {
		t->resolved = TIME_NONE;
		t->reopened++;
	}
	/* "Waiting" alone answers nobody. */
	if (done)
		t->waiting_since = TIME_NONE;
	take_status(t, status, ev->at);
}

void
ticket_step(struct ticket *t, const struct event *ev, struct arena *a)
{
	if (t->opened == TIME_NONE)
		t->opened = t->since = ev->at;
	switch (ev->kind) {
	case EVENT_CUSTOMER:
	case EVENT_AGENT:
	case EVENT_AUTO:
		introduce(t, ev, a);
		t->messages++;
		if (ev->kind == EVENT_CUSTOMER)
			customer_wrote(t, ev);
		else if (ev->kind == EVENT_AGENT)
			agent_wrote(t, ev);
		break;
	case EVENT_TRIAGE:
		judged(t, ev, a);
		break;
	case EVENT_ASSIGN:
		t->assignee = part(ev->text, 0, a);
		break;
	case EVENT_STATUS:
		status_set(t, ev);
		cause_said(t, ev, a);
		break;
	case EVENT_CAUSE:
		cause_said(t, ev, a);
		break;
	case EVENT_EXCLUDE:
		if (ev->arg == 0)
			t->excluded = ev->text != NULL && *ev->text != '\0' ?
			    part(ev->text, 0, a) : NULL;
		break;
	case EVENT_DUE:
		t->due[ev->arg] = ev->text != NULL && *ev->text != '\t' &&
		    *ev->text != '\0' ? strtoll(ev->text, NULL, 10) :
		    TIME_NONE;
		break;
	case EVENT_NOTE:
	case EVENTS:
		break;
	}
}

void
ticket_fold(const struct history *h, int64_t now, struct arena *a,
    struct ticket *t)
{
	ticket_start(t, h);
	for (size_t i = 0; i < h->n && h->event[i].at <= now; i++)
		ticket_step(t, &h->event[i], a);
	if (t->confidence > 100)
		t->confidence = 100;
	else if (t->confidence < 0)
		t->confidence = 0;
}

/* That it is resolved or closed, and whether one of our programs said so. */
static bool
settles(const struct event *ev, bool *program)
{
	*program = ev->text != NULL && strncmp(ev->text, "tai-", 4) == 0;
	return ev->kind == EVENT_STATUS && (ev->arg == STATUS_RESOLVED ||
	    ev->arg == STATUS_CLOSED);
}

bool
ticket_taken_up(const struct history *h, int64_t since, int64_t now)
{
	bool program;

	for (size_t i = 0; i < h->n && h->event[i].at <= now; i++) {
		const struct event *ev = &h->event[i];

		if (ev->at >= since && (ev->kind == EVENT_AGENT ||
		    (settles(ev, &program) && !program)))
			return true;
	}
	return false;
}

bool
ticket_called_off(const struct history *h, int64_t since, int64_t now)
{
	int64_t off = TIME_NONE;

	for (size_t i = 0; i < h->n && h->event[i].at <= now; i++) {
		const struct event *ev = &h->event[i];

		if (ev->kind == EVENT_TRIAGE && ev->arg & TRIAGE_CLOSING &&
		    ev->at > since)
			off = ev->at;
		else if (ev->kind == EVENT_CUSTOMER && ev->at > off)
			off = TIME_NONE;
	}
	return off != TIME_NONE;
}

bool
ticket_settled_too_soon(const struct history *h, int64_t now)
{
	bool settled = false, answered = false, program;

	for (size_t i = 0; i < h->n && h->event[i].at <= now; i++) {
		const struct event *ev = &h->event[i];

		if (ev->kind == EVENT_STATUS)
			settled = settles(ev, &program) && program;
		else if (ev->kind == EVENT_CUSTOMER ||
		    (ev->kind == EVENT_TRIAGE && ev->arg & TRIAGE_CLOSING))
			settled = false;
		if (!settled || ev->kind == EVENT_STATUS)
			answered = false;
		answered |= settled && ev->kind == EVENT_AGENT;
	}
	return settled && answered;
}

bool
ticket_is_done(const struct ticket *t)
{
	return t->status == STATUS_RESOLVED || t->status == STATUS_CLOSED;
}

bool
ticket_is_work(const struct ticket *t, int64_t now)
{
	const struct history *h = t->history;

	if (t->first_customer != TIME_NONE || t->answers > 0 ||
	    (*t->channel != '\0' && strcmp(t->channel, "email") != 0))
		return true;
	for (size_t i = 0; i < h->n && h->event[i].at <= now; i++) {
		if (h->event[i].kind == EVENT_ASSIGN ||
		    h->event[i].kind == EVENT_NOTE ||
		    h->event[i].kind == EVENT_STATUS)
			return true;
	}
	return false;
}
