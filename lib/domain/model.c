/* Names, ids and keys; records as events; histories. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "domain/model.h"

static const char *const severities[] = { "LOW", "MEDIUM", "HIGH", "CRITICAL" };
static const char *const statuses[] = { "open", "progress", "waiting",
	"resolved", "closed" };
static const char *const clocks[] = { "response", "resolution", "next" };

const char *
severity_name(enum severity s)
{
	return severities[s];
}

int
severity_parse(const char *s)
{
	for (int i = 0; s != NULL && i < SEVERITIES; i++) {
		if (strcasecmp(s, severities[i]) == 0)
			return i;
	}
	return -1;
}

const char *
status_name(enum status s)
{
	return statuses[s];
}

int
status_parse(const char *s)
{
	for (int i = 0; s != NULL && i < STATUSES; i++) {
		if (strcmp(s, statuses[i]) == 0)
			return i;
	}
	return -1;
}

const char *
clock_name(enum clock_kind k)
{
	return clocks[k];
}

int
clock_parse(const char *s)
{
	for (int i = 0; s != NULL && i < CLOCKS; i++) {
		if (strcmp(s, clocks[i]) == 0)
			return i;
	}
	return -1;
}

char *
record_id(char out[ID_TEXT], const char *type, ...)
{
	uint8_t digest[HASH_BYTES];
	const char *part;
	struct hash h;
	va_list ap;

	hash_start(&h);
	hash_add_part(&h, type);
	va_start(ap, type);
	while ((part = va_arg(ap, const char *)) != NULL)
		hash_add_part(&h, part);
	va_end(ap);
	hash_end(&h, digest);
	return hash_id(digest, out);
}

char *
ticket_key(char out[KEY_TEXT], const char *root)
{
	uint8_t digest[HASH_BYTES];

	hash_bytes(root, strlen(root), digest);
	return hash_key(digest, out);
}

void
record_begin(struct writer *w, struct buf *out, const char *type,
    const char *id, int64_t at)
{
	w_begin(w, out);
	w_open(w, '{');
	w_field_int(w, "v", 1);
	w_field_str(w, "type", type);
	w_field_str(w, "id", id);
	w_field_time(w, "at", at);
}

/* The text's characters without the separators of an event's text. */
static const char *
part(const struct rec *r, const char *name, struct arena *a)
{
	const char *s = rec_str(r, name, a);
	char *p;

	if (s == NULL)
		return "";
	for (p = (char *)(uintptr_t)s; *p != '\0'; p++) {
		if (*p == '\t' || *p == '\n')
			*p = ' ';
	}
	return s;
}

static const char *
from_address(const struct rec *r, struct arena *a)
{
	const char *s = NULL;
	struct value v;

	if (rec_get(r, "from", &v) && v.kind == VALUE_OBJECT) {
		struct rec *from = arena_alloc(a, sizeof(*from));

		value_object(&v, from);
		s = rec_str(from, "address", a);
	}
	return s == NULL ? "" : s;
}

/* The ticket beside which a mail began one of its own; "" for none. */
static const char *
linked(const struct rec *r, struct arena *a)
{
	struct rec *thread;
	struct value v;

	if (!rec_get(r, "thread", &v) || v.kind != VALUE_OBJECT ||
	    memmem(v.text, v.len, "\"linked\"", 8) == NULL)
		return "";
	thread = arena_alloc(a, sizeof(*thread));
	value_object(&v, thread);
	return part(thread, "linked", a);
}

static int
message_event(const struct rec *r, struct event *ev, struct arena *a)
{
	const char *beside = linked(r, a);
	bool out = rec_is(r, "direction", "out"), asks = false, human;
	struct value v;

	human = !rec_get(r, "auto", &v) || rec_is(r, "auto", "none") ||
	    rec_is(r, "auto", "list");
	if (!human)
		ev->kind = EVENT_AUTO;
	else if (out)
		ev->kind = rec_is(r, "role", "agent") ? EVENT_AGENT :
		    EVENT_AUTO;
	else
		ev->kind = rec_is(r, "role", "customer") ? EVENT_CUSTOMER :
		    rec_is(r, "role", "agent") ? EVENT_NOTE : EVENT_AUTO;
	if (ev->kind == EVENT_AGENT && rec_bool(r, "asks", &asks))
		ev->arg = asks ? EVENT_ASKS : 0;
	if ((ev->kind == EVENT_AGENT || ev->kind == EVENT_CUSTOMER) &&
	    rec_get(r, "flags", &v) &&
	    memmem(v.text, v.len, "\"date_skew\"", 11) != NULL)
		ev->arg |= EVENT_SKEWED;
	ev->text = arena_printf(a, "%s\t%s\t%s\t%s%s%s",
	    part(r, "subject", a), from_address(r, a), part(r, "channel", a),
	    part(r, "customer", a), *beside != '\0' ? "\t" : "", beside);
	return 1;
}

static int
reply_event(const struct rec *r, struct event *ev, struct arena *a)
{
	bool automatic = true, asks = false;
	const char *message;

	rec_bool(r, "auto", &automatic);
	rec_bool(r, "asks", &asks);
	ev->kind = automatic ? EVENT_AUTO : EVENT_AGENT;
	ev->arg = !automatic && asks ? EVENT_ASKS : 0;
	if ((message = rec_str(r, "message", a)) != NULL)
		ev->about = event_nonce(message);
	ev->text = arena_printf(a, "%s\t%s\t\t%s", part(r, "subject", a),
	    part(r, "by", a), part(r, "customer", a));
	return 1;
}

static int
triage_event(const struct rec *r, struct event *ev, struct arena *a,
    struct err *e)
{
	const char *message, *word = rec_str(r, "severity", a);
	int severity = severity_parse(word);
	bool closing = false, resolve = false;
	int64_t confidence = 0;
	struct value v;

	if (word != NULL && severity < 0)
		return err_set(e, ERR_INPUT, "severity '%.40s' is not LOW, "
		    "MEDIUM, HIGH or CRITICAL", word);
	rec_bool(r, "closing", &closing);
	rec_bool(r, "resolve", &resolve);
	rec_int(r, "confidence", &confidence);
	ev->kind = EVENT_TRIAGE;
	ev->arg = severity + 1;
	if (rec_get(r, "by", &v) && v.kind == VALUE_STRING)
		ev->arg |= TRIAGE_PERSON;
	else if ((message = rec_str(r, "message", a)) != NULL)
		ev->about = event_nonce(message);
	ev->arg |= (closing ? TRIAGE_CLOSING : 0) |
	    (resolve ? TRIAGE_RESOLVE : 0);
	ev->text = arena_printf(a, "%s\t%s\t%d\t%s", part(r, "category", a),
	    part(r, "topic", a), (int)confidence, part(r, "rule", a));
	return 1;
}

static bool
is_there(const struct rec *r, const char *field)
{
	struct value v;

	return rec_get(r, field, &v) && v.kind != VALUE_NULL;
}

/* A ticket that does not count, or a part of its time. */
static int
exclude_event(const struct rec *r, struct event *ev, struct arena *a,
    struct err *e)
{
	const char *why = part(r, "excluded", a), *end = "";
	int64_t since, until = TIME_NONE;

	ev->kind = EVENT_EXCLUDE;
	ev->text = why;
	if (!is_there(r, "since") && !is_there(r, "until"))
		return 1;
	if (!rec_time(r, "since", &since) ||
	    (is_there(r, "until") && !rec_time(r, "until", &until)) ||
	    (until != TIME_NONE && until <= since))
		return err_set(e, ERR_INPUT, "status: excluded needs since, "
		    "and until behind it, as times");
	if (until != TIME_NONE)
		end = arena_printf(a, "%lld", (long long)until);
	ev->arg = 1;
	ev->text = arena_printf(a, "%lld\t%s\t%s", (long long)since, end, why);
	return 1;
}

/* A date that a person promised; an empty one takes it back. */
static int
due_event(const struct rec *r, struct event *ev, struct arena *a,
    struct err *e)
{
	const char *text = rec_str(r, "due", a);
	int kind = CLOCK_RESOLUTION;
	int64_t due;

	if (is_there(r, "clock") &&
	    (kind = clock_parse(rec_str(r, "clock", a))) < 0)
		return err_set(e, ERR_INPUT,
		    "status: clock is not response, resolution or next");
	ev->kind = EVENT_DUE;
	ev->arg = kind;
	ev->text = arena_printf(a, "\t%s", part(r, "by", a));
	if (text != NULL && *text == '\0')
		return 1;
	if (!rec_time(r, "due", &due))
		return err_set(e, ERR_INPUT, "status: due is not a time");
	ev->text = arena_printf(a, "%lld%s", (long long)due, ev->text);
	return 1;
}

static int
status_event(const struct rec *r, struct event *ev, struct arena *a,
    struct err *e)
{
	const char *said = "";
	int status;

	if (is_there(r, "excluded"))
		return exclude_event(r, ev, a, e);
	if (is_there(r, "due"))
		return due_event(r, ev, a, e);
	if (is_there(r, "root_cause") || is_there(r, "summary"))
		said = arena_printf(a, "\t%s\t%s", part(r, "root_cause", a),
		    part(r, "summary", a));
	if (*said != '\0' && !is_there(r, "status")) {
		ev->kind = EVENT_CAUSE;
		ev->arg = (is_there(r, "root_cause") ? CAUSE_ROOT : 0) |
		    (is_there(r, "summary") ? CAUSE_SUMMARY : 0);
		ev->text = arena_printf(a, "%s\t%s%s", part(r, "by", a),
		    part(r, "why", a), said);
		return 1;
	}
	if ((status = status_parse(rec_str(r, "status", a))) < 0)
		return err_set(e, ERR_INPUT,
		    "status is none of open, progress, waiting, "
		    "resolved, closed");
	ev->kind = EVENT_STATUS;
	ev->arg = status;
	ev->text = arena_printf(a, "%s\t%s%s", part(r, "by", a),
	    part(r, "why", a), said);
	return 1;
}

int64_t
event_nonce(const char *id)
{
	return (int64_t)(hash_word(id, strlen(id)) >> 1);
}

const char *const *
rec_strings(const struct rec *r, const char *name, struct arena *a)
{
	struct value list, v;
	const char **out;
	size_t n = 0, pos = 0;

	if (!rec_get(r, name, &list) || list.kind != VALUE_ARRAY)
		return arena_zalloc(a, sizeof(*out));
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

size_t
message_names(const char *const *references, const char *in_reply_to,
    const char *out[MESSAGE_NAMES])
{
	size_t all = 0, n = 0;

	while (references[all] != NULL)
		all++;
	if (all == 0 && in_reply_to != NULL)
		out[n++] = in_reply_to;
	if (all >= MESSAGE_NAMES)
		out[n++] = references[0];
	for (size_t i = all >= MESSAGE_NAMES ? all - MESSAGE_NAMES + 1 : 0;
	    i < all; i++)
		out[n++] = references[i];
	return n;
}

int
split_of(const struct rec *r, struct split *s, struct arena *a, struct err *e)
{
	const char *into = rec_str(r, "into", a), *id = rec_str(r, "id", a);

	if (into == NULL || hash_canonical(into, s->into, KEY_TEXT) < 0 ||
	    strlen(s->into) != KEY_TEXT - 1)
		return err_set(e, ERR_INPUT,
		    "split: into is not a key of 12 characters");
	if (id == NULL || !rec_time(r, "at", &s->at))
		return err_set(e, ERR_INPUT, "split without id or at");
	s->nonce = event_nonce(id);
	s->message = (const char **)(uintptr_t)rec_strings(r, "messages", a);
	for (s->n = 0; s->message[s->n] != NULL; s->n++)
		;
	return 0;
}

bool
split_beats(int64_t at, int64_t nonce, int64_t other_at, int64_t other_nonce)
{
	return at != other_at ? at > other_at : nonce > other_nonce;
}

/* It stands in the history of the ticket that it makes. */
static int
split_event(const struct rec *r, struct event *ev, char key[KEY_TEXT],
    struct arena *a, struct err *e)
{
	struct split s;

	if (split_of(r, &s, a, e) < 0)
		return -1;
	ev->kind = EVENT_NOTE;
	ev->text = arena_printf(a, "\t\t\t\t%s", key);
	memcpy(key, s.into, KEY_TEXT);
	return 1;
}

int
event_of(const struct rec *r, struct event *ev, char key[KEY_TEXT],
    struct arena *a, struct err *e)
{
	static const char *const types[] = { "message", "triage", "status",
		"assign", "note", "reply", "split" };
	const char *ticket, *id;
	size_t type = 0;

	while (type < 7 && !rec_is(r, "type", types[type]))
		type++;
	if (type == 7)
		return 0;
	memset(ev, 0, sizeof(*ev));
	if (!rec_time(r, "at", &ev->at))
		return err_set(e, ERR_INPUT, "at is not a time");
	if ((id = rec_str(r, "id", a)) == NULL || *id == '\0')
		return err_set(e, ERR_INPUT, "id is missing");
	if ((ticket = rec_str(r, "ticket", a)) == NULL ||
	    hash_canonical(ticket, key, KEY_TEXT) < 0 ||
	    strlen(key) != KEY_TEXT - 1)
		return err_set(e, ERR_INPUT,
		    "ticket is not a key of 12 characters");
	ev->nonce = event_nonce(id);
	ev->id = id;
	switch (type) {
	case 0:
		return message_event(r, ev, a);
	case 1:
		return triage_event(r, ev, a, e);
	case 2:
		return status_event(r, ev, a, e);
	case 3:
		ev->kind = EVENT_ASSIGN;
		ev->text = part(r, "assignee", a);
		return 1;
	case 4:
		ev->kind = EVENT_NOTE;
		return 1;
	case 5:
		return reply_event(r, ev, a);
	default:
		return split_event(r, ev, key, a, e);
	}
}

int
event_compare(const struct event *a, const struct event *b)
{
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return (a->nonce > b->nonce) - (a->nonce < b->nonce);
}

void
history_add(struct history *h, const struct event *ev, struct arena *a)
{
	size_t i = h->n;

	while (i > 0 && event_compare(&h->event[i - 1], ev) > 0)
		i--;
	if (i > 0 && event_compare(&h->event[i - 1], ev) == 0)
		return;
	if (h->n == h->room) {
		size_t room = h->room > 0 ? 2 * h->room : 8;
		struct event *grown = arena_alloc(a, room * sizeof(*grown));

		if (h->n > 0)
			memcpy(grown, h->event, h->n * sizeof(*grown));
		h->event = grown;
		h->room = room;
	}
	memmove(&h->event[i + 1], &h->event[i], (h->n - i) * sizeof(*ev));
	h->event[i] = *ev;
	h->n++;
}
