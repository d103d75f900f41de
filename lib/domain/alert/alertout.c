/* Records of alerts: observations, tickets, verdicts, statuses. */
#include <string.h>

#include "base/time.h"
#include "domain/alert/alertout.h"
#include "domain/said.h"

static const char *const states[] = { "firing", "repeat", "acknowledged",
	"resolved", "orphan" };

const char *
alert_conversation(const struct alert *al, struct arena *a)
{
	return arena_printf(a, "alert:%s/%s", al->source, al->group);
}

/* An episode with a start of its own begins once and ends once. */
void
alert_row_id(const struct alert *al, const struct alert_row *r,
    char id[ID_TEXT])
{
	char at[TIME_TEXT], started[TIME_TEXT];
	bool by_start = r->started != TIME_NONE && r->state != ROW_REPEAT &&
	    r->state != ROW_ACKED;

	record_id(id, "alert", al->source, al->group, al->fingerprint,
	    states[r->state], r->started != TIME_NONE ?
	    time_format(r->started, started) : "",
	    by_start ? "" : time_format(r->at, at), NULL);
}

static enum row_state
state_of(const char *s)
{
	size_t i = 0;

	while (i < ROW_ORPHAN && (s == NULL || strcmp(states[i], s) != 0))
		i++;
	return (enum row_state)i;
}

bool
alert_row_of(const struct rec *r, struct alert_row *out, struct arena *a)
{
	const char *who = rec_str(r, "fingerprint", a);
	const char *ticket = rec_str(r, "ticket", a);

	memset(out, 0, sizeof(*out));
	out->started = out->seen = out->until = out->set = TIME_NONE;
	if (!rec_is(r, "type", "alert") || who == NULL ||
	    !rec_time(r, "at", &out->at))
		return false;
	out->who = hash_word(who, strlen(who));
	out->state = state_of(rec_str(r, "state", a));
	out->severity = alert_severity(rec_str(r, "severity", a));
	rec_time(r, "started", &out->started);
	rec_time(r, "seen", &out->seen);
	rec_time(r, "until", &out->until);
	rec_time(r, "set", &out->set);
	rec_int(r, "count", &out->count);
	if (out->state == ROW_ORPHAN ||
	    (out->state == ROW_ACKED && ticket == NULL))
		return true;
	return ticket != NULL && hash_canonical(ticket, out->key,
	    KEY_TEXT) == 0 && strlen(out->key) == KEY_TEXT - 1;
}

static int
emit(const struct alert_out *o, struct buf *b, struct err *e)
{
	int got = o->desk->emit(o->desk->arg, b, e);

	buf_free(b);
	return got;
}

static void
field_p(struct writer *w, int severity)
{
	const char p[3] = { 'P', (char)('0' + severity), '\0' };

	if (severity != 0)
		w_field_str(w, "severity", p);
}

static void
field_at(struct writer *w, const char *key, int64_t at)
{
	if (at != TIME_NONE)
		w_field_time(w, key, at);
}

int
alert_out_row(const struct alert_out *o, const struct alert *al,
    const char *conversation, const struct alert_row *r, struct arena *a,
    struct err *e)
{
	struct buf b = BUF_INIT;
	struct writer w;
	char id[ID_TEXT];

	(void)a;
	alert_row_id(al, r, id);
	record_begin(&w, &b, "alert", id, r->at);
	w_field_str(&w, "ticket", r->key[0] != '\0' ? r->key : NULL);
	w_field_str(&w, "customer", al->customer);
	w_field_str(&w, "conversation", conversation);
	w_field_str(&w, "source", al->source);
	w_field_str(&w, "fingerprint", al->fingerprint);
	w_field_str(&w, "state", states[r->state]);
	field_p(&w, r->severity);
	w_field_str(&w, "service", al->service);
	w_field_str(&w, "title", al->title);
	field_at(&w, "started", r->started);
	field_at(&w, "seen", r->seen);
	if (r->count > 0)
		w_field_int(&w, "count", r->count);
	field_at(&w, "set", r->set);
	field_at(&w, "until", r->until);
	w_close(&w, '}');
	return emit(o, &b, e);
}

static void
write_message(const struct alert *al, const struct said *s, const char *state,
    int severity, struct buf *b, struct arena *a)
{
	struct writer w;

	said_begin(s, &w, b, a);
	w_key(&w, "alert");
	w_open(&w, '{');
	w_field_str(&w, "source", al->source);
	w_field_str(&w, "fingerprint", al->fingerprint);
	w_field_str(&w, "state", state);
	field_p(&w, severity);
	w_field_str(&w, "service", al->service);
	w_field_str(&w, "host", al->host);
	w_close(&w, '}');
	w_close(&w, '}');
}

int
alert_out_ticket(const struct alert_out *o, const struct alert *al,
    int severity, int64_t at, char key[KEY_TEXT], struct arena *a,
    struct err *e)
{
	char id[ID_TEXT], when[TIME_TEXT];
	const char *root = arena_printf(a, "alert:%s/%s/%s", al->source,
	    al->fingerprint, time_format(at, when));
	struct said s = { .id = id, .at = at, .channel = "alert",
		.ticket = ticket_key(key, root), .customer = al->customer,
		.name = al->source, .role = ROLE_SYSTEM,
		.subject = al->title, .message_id = root, .method = "new",
		.text = al->text != NULL && *al->text != '\0' ? al->text :
		al->title };
	struct buf b = BUF_INIT;

	record_id(id, "message", root, NULL);
	write_message(al, &s, "firing", severity, &b, a);
	if (emit(o, &b, e) < 0)
		return -1;
	return alert_out_triage(o, al, key, arena_strdup(a, id), severity, at,
	    a, e);
}

int
alert_out_recovered(const struct alert_out *o, const struct alert *al,
    const char *key, int64_t at, struct arena *a, struct err *e)
{
	char id[ID_TEXT], when[TIME_TEXT];
	const char *root = arena_printf(a, "alert:%s/%s/%s/recovered",
	    al->source, key, time_format(at, when));
	struct said s = { .id = id, .at = at, .channel = "alert",
		.ticket = key, .customer = al->customer, .name = al->source,
		.role = ROLE_SYSTEM, .message_id = root, .method = "reply",
		.subject = arena_printf(a, "Recovered: %s", al->title),
		.text = "All alerts have recovered." };
	struct buf b = BUF_INIT;

	record_id(id, "message", root, NULL);
	write_message(al, &s, "resolved", 0, &b, a);
	return emit(o, &b, e);
}

/* "csm" is the customer's own, when there is one. */
static const char *
target(const char *to, const struct customer *who)
{
	if (strcmp(to, "csm") == 0 && who != NULL && who->csm != NULL &&
	    *who->csm != '\0')
		return who->csm;
	return to;
}

static void
write_route(struct writer *w, const struct alert_route *r,
    const struct customer *who, const char *rule)
{
	char within[TIME_TEXT];

	if (r->team != NULL || r->channel != NULL) {
		w_key(w, "route");
		w_open(w, '{');
		w_field_str(w, "team", r->team);
		w_field_str(w, "channel", r->channel);
		w_close(w, '}');
	}
	if (r->level == 0)
		return;
	w_key(w, "escalate");
	w_open(w, '{');
	w_field_int(w, "level", r->level);
	w_key(w, "to");
	w_open(w, '[');
	for (size_t i = 0; r->to[i] != NULL; i++)
		w_str(w, target(r->to[i], who));
	w_close(w, ']');
	if (r->within > 0)
		w_field_str(w, "within", duration_exact(r->within, within));
	w_field_str(w, "why", rule);
	w_close(w, '}');
}

int
alert_out_triage(const struct alert_out *o, const struct alert *al,
    const char *key, const char *message, int severity, int64_t at,
    struct arena *a, struct err *e)
{
	const struct customer *who = al->customer != NULL ?
	    customers_at(o->customers, al->customer, at) : NULL;
	const char *tier = who != NULL ? who->tier : o->default_tier;
	const struct alert_route *r = alert_routed(o->rules, al, severity,
	    tier);
	const char *rule = arena_printf(a, "alert:%s", al->source);
	struct buf b = BUF_INIT;
	struct writer w;
	char id[ID_TEXT], p[2] = { (char)('0' + severity), '\0' };

	record_id(id, "triage", key, rule, p, NULL);
	record_begin(&w, &b, "triage", id, at);
	w_field_str(&w, "ticket", key);
	w_field_str(&w, "message", message);
	w_field_str(&w, "customer", al->customer);
	w_field_str(&w, "category", o->rules->category);
	w_field_str(&w, "topic", o->rules->topic);
	w_field_str(&w, "severity",
	    severity_name(o->rules->tickets[severity]));
	w_field_int(&w, "confidence", 100);
	w_field_str(&w, "rule", rule);
	w_field_bool(&w, "resolve", false);
	if (r != NULL)
		write_route(&w, r, who, rule);
	w_close(&w, '}');
	return emit(o, &b, e);
}

int
alert_out_status(const struct alert_out *o, const char *key, int64_t at,
    const char *status, const char *why, struct err *e)
{
	struct buf b = BUF_INIT;

	said_status(key, at, status, "alert", why, &b);
	return emit(o, &b, e);
}

int
alert_out_count(const struct alert_out *o, const char *key, int64_t at,
    int64_t count, struct err *e)
{
	struct buf b = BUF_INIT;
	struct writer w;
	char id[ID_TEXT], text[64];

	snprintf(text, sizeof(text), "%lld alerts so far", (long long)count);
	record_id(id, "note", key, text, NULL);
	record_begin(&w, &b, "note", id, at);
	w_field_str(&w, "ticket", key);
	w_field_str(&w, "by", "alert");
	w_field_str(&w, "text", text);
	w_close(&w, '}');
	return emit(o, &b, e);
}
