/* tai-sla watch: whom it tells what. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "seen.h"
#include "watch.h"

/* -- who -------------------------------------------------------------- */

struct targets {
	const char **to;
	size_t n, room;
	struct arena *arena;
};

static void
add_target(struct targets *t, const char *to)
{
	const char **wider;

	for (size_t i = 0; i < t->n; i++) {
		if (strcmp(t->to[i], to) == 0)
			return;
	}
	if (t->n + 1 >= t->room) {
		wider = arena_alloc(t->arena, 2 * (t->room + 4) *
		    sizeof(*wider));
		if (t->n > 0)
			memcpy(wider, t->to, t->n * sizeof(*wider));
		t->to = wider;
		t->room = 2 * (t->room + 4);
	}
	t->to[t->n++] = to;
}

static void
add_role(struct targets *t, const struct team *team, const char *role)
{
	const struct person *p;

	for (size_t i = 0; (p = team_next(team, i)) != NULL; i++) {
		if (strcmp(p->role, role) == 0)
			add_target(t, p->id);
	}
}

static void
add_targets(struct watching *w, struct targets *t, const char *const *to,
    const char *assignee)
{
	for (; to != NULL && *to != NULL; to++) {
		if (strncmp(*to, "role ", 5) == 0)
			add_role(t, notices_team(w->notices), *to + 5);
		else if (strcmp(*to, "assignee") != 0)
			add_target(t, *to);
		else if (*assignee != '\0')
			add_target(t, assignee);
		else
			add_targets(w, t, w->ladder.unassigned, "");
	}
}

static const char *const *
targets_said(const struct watching *w, const struct watch_event *ev)
{
	switch (ev->kind) {
	case WATCH_STEP:
		return ev->rung->to;
	case WATCH_SILENCE:
		return w->ladder.silence.to;
	case WATCH_EXCHANGES:
		return w->ladder.exchanges.to;
	case WATCH_INVESTIGATION:
		return ev->outcome->to;
	default:
		return NULL;
	}
}

const char *const *
watch_targets(struct watching *w, const struct watch_event *ev)
{
	struct targets t = { .arena = &w->scratch };

	add_targets(w, &t, targets_said(w, ev), ev->assignee);
	if (ev->kind == WATCH_INVESTIGATION && ev->outcome->channel != NULL)
		add_target(&t, ev->outcome->channel);
	if (ev->kind == WATCH_REMIND)
		add_target(&t, "the customer");
	add_target(&t, "");
	t.to[t.n - 1] = NULL;
	return t.to;
}

/* -- what ------------------------------------------------------------- */

static const char *
step_words(struct watching *w, const struct watch_event *ev)
{
	const struct clock *c = &ev->clock;
	int64_t now = w->cmd->now;
	char text[TIME_TEXT];
	const char *head, *due;

	due = c->due != TIME_NONE ? cmd_time(w->cmd, c->due, &w->scratch) :
	    "an unknown time";
	head = arena_printf(&w->scratch, "The %s target of %s",
	    clock_name(c->kind), c->flags & CLOCK_DUE_SET ?
	    "a moment set by hand" : c->target.text);
	if (ev->rung->before)
		return arena_printf(&w->scratch, "%s is due %s, in %s of the "
		    "calendar %s.", head, due, duration_format(
		    calendar_between(c->target.calendar, now, c->due), text),
		    calendar_name(c->target.calendar));
	return arena_printf(&w->scratch, "%s was due %s and is missed by %s.",
	    head, due, duration_format(calendar_between(c->target.calendar,
	    c->due, ev->at), text));
}

const char *
watch_words(struct watching *w, const struct watch_event *ev)
{
	char text[TIME_TEXT];

	switch (ev->kind) {
	case WATCH_STEP:
		return step_words(w, ev);
	case WATCH_SILENCE:
		return arena_printf(&w->scratch, "Nothing was said or done "
		    "on it for %s.", duration_format(ev->span, text));
	case WATCH_EXCHANGES:
		return arena_printf(&w->scratch, "exchange %lld begins",
		    (long long)ev->span);
	case WATCH_INVESTIGATION:
		return arena_printf(&w->scratch, "investigated for %s",
		    duration_format(ev->span, text));
	case WATCH_REMIND:
		return arena_printf(&w->scratch, "We wait for the customer "
		    "since %s.", cmd_time(w->cmd, ev->since,
		    &w->scratch));
	}
	return "";
}

static const char *
head_of(const struct watch_event *ev, struct arena *a)
{
	return ev->kind == WATCH_SILENCE ? "no update" :
	    arena_printf(a, "%s %s", clock_name(ev->clock.kind),
	    ev->rung->name);
}

static const char *
subject_of(struct watching *w, const char *subject)
{
	const char *s = cmd_redact(w->cmd, subject, &w->scratch);

	return *s != '\0' ? s : "(no subject)";
}

static enum severity
severity_of(const struct watching *w, const struct watch_event *ev)
{
	return ev->kind == WATCH_STEP ? ev->clock.severity :
	    w->ticket->severity;
}

static void
step_facts(struct watching *w, const struct watch_event *ev,
    struct buf *json)
{
	int64_t delay = w->cmd->now - ev->at;
	char text[TIME_TEXT];
	struct writer o;

	notices_facts(w->notices, &o, json);
	w_field_str(&o, "ticket", w->ticket->history->key);
	w_field_str(&o, "severity", severity_name(severity_of(w, ev)));
	w_field_str(&o, "head", head_of(ev, &w->scratch));
	w_field_str(&o, "subject", subject_of(w, w->ticket->subject));
	w_field_str(&o, "customer", w->ticket->customer);
	w_field_str(&o, "tier", w->tier);
	w_field_str(&o, "what", watch_words(w, ev));
	w_field_str(&o, "assignee", *ev->assignee != '\0' ? ev->assignee :
	    "nobody");
	w_field_str(&o, "delayed", delay > w->ladder.late ?
	    duration_format(delay, text) : "");
	w_close(&o, '}');
}

static int
tell_step(struct watching *w, const struct watch_event *ev, struct err *e)
{
	struct buf json = BUF_INIT;
	struct notice n = { .form = "watch", .key = ev->key, .facts = &json,
		.about = w->ticket->history->key,
		.customer = w->ticket->customer,
		.severity = (int)severity_of(w, ev), .at = ev->at,
		.page = ev->kind == WATCH_STEP && ev->rung->page,
		.late = w->cmd->now - ev->at > w->ladder.late };
	int rc = 0;

	step_facts(w, ev, &json);
	for (const char *const *to = watch_targets(w, ev); rc >= 0 &&
	    *to != NULL; to++) {
		n.target = *to;
		rc = notices_tell(w->notices, &n, &w->scratch, e);
	}
	buf_free(&json);
	return rc < 0 ? -1 : 0;
}

/* -- hands ------------------------------------------------------------ */

/*
 * The ticket goes to somebody else, *to (unless there is nobody); 0 when it
 * has changed hands since the step's moment.
 */
static int
hand_over(struct watching *w, const struct watch_event *ev, const char **to,
    struct err *e)
{
	const struct ticket *t = w->ticket;
	struct want want = { .at = w->cmd->now, .ticket = t->history->key,
		.linked = "", .customer = t->customer, .tier = w->tier,
		.category = t->category, .topic = t->topic,
		.but = *t->assignee != '\0' ? t->assignee : NULL };
	struct choice choice = { 0 };
	char id[ID_TEXT];
	int got;

	*to = ev->assignee;
	/* The id that crew_assign gives it. */
	record_id(id, "assign", "watch", ev->key, (char *)NULL);
	if (strcmp(t->assignee, ev->assignee) != 0 || seen_has(w->seen, id))
		return 0;
	if (w->cmd->store != NULL &&
	    (got = store_has(w->cmd->store, id, e)) != 0)
		return got < 0 ? -1 : 0;
	if (w->facts == NULL)
		return 1;
	watch_facts(w->facts, w->ticket, w->tier);
	if (crew_outcome(w->crew, w->facts, NULL, NULL, &w->scratch,
	    &want.outcome, e) < 0)
		return -1;
	if (want.outcome == NULL)
		return 1;
	if (crew_choose(w->crew, &want, false, &w->scratch, &choice, e) < 0)
		return -1;
	if (choice.won == NULL)
		return 1;
	*to = choice.won->person->id;
	return crew_assign(w->crew, &want, &choice, ev->key, "watch",
	    "late without an answer", e) < 0 ? -1 : 1;
}

static int
tell_hands(struct watching *w, const struct watch_event *ev, struct err *e)
{
	struct watch_event now = *ev;
	int got = hand_over(w, ev, &now.assignee, e);

	return got <= 0 ? got : tell_step(w, &now, e);
}

static int
tell_escalation(struct watching *w, const struct watch_event *ev,
    struct err *e)
{
	struct escalation x = { .ticket = w->ticket->history->key,
		.subject = cmd_redact(w->cmd, w->ticket->subject, &w->scratch),
		.customer = w->ticket->customer, .tier = w->tier,
		.severity = w->ticket->severity,
		.level = (int)w->ladder.exchanges.level,
		.to = watch_targets(w, ev), .at = ev->at };

	x.why = watch_words(w, ev);
	if (ev->kind == WATCH_INVESTIGATION) {
		x.level = ev->outcome->level > 0 ? ev->outcome->level : 1;
		x.todo = ev->outcome->todo;
		x.within = ev->outcome->within;
		x.page = ev->outcome->page;
		x.fallback = ev->outcome->fallback;
	}
	return notices_escalate(w->notices, &x, &w->scratch, e) < 0 ? -1 : 0;
}

/* -- the customer ----------------------------------------------------- */

static const struct event *
last_letter(const struct ticket *t, int64_t now)
{
	const struct history *h = t->history;
	const struct event *last = NULL;

	for (size_t i = 0; i < h->n && h->event[i].at <= now; i++) {
		if (h->event[i].kind == EVENT_CUSTOMER)
			last = &h->event[i];
	}
	return last;
}

static int
remind(struct watching *w, const struct watch_event *ev, const char *id,
    struct err *e)
{
	const struct event *last = last_letter(w->ticket, w->cmd->now);
	struct rec *r = arena_alloc(&w->scratch, sizeof(*r));
	struct err bad = { 0 };
	struct answer answer;
	struct buf out = BUF_INIT;
	const char *line = NULL;
	size_t len;
	int rc;

	if (last == NULL)
		return 0;
	if (watch_letter(w, last, &line, &len, e) < 0)
		return -1;
	if (line == NULL || rec_parse(r, line, len, &bad) < 0)
		return 0;
	if (replies_answer(w->replies, w->ladder.reminder, r, false,
	    &w->scratch, &answer, &bad) < 0) {
		cmd_warn(w->cmd, bad.kind, "%s", bad.text);
		return 0;
	}
	answer.asks = false;
	reply_once(r, w->ladder.reminder, id, &answer, &w->cmd->org, ev->at,
	    &w->scratch, &out);
	rc = cmd_emit(w->cmd, out.data, out.len, e);
	buf_free(&out);
	return rc;
}

static int
tell_reminder(struct watching *w, const struct watch_event *ev,
    struct err *e)
{
	char id[ID_TEXT];
	int got;

	record_id(id, "reply", ev->key, (char *)NULL);
	if (seen_add(w->seen, id))
		return 0;
	if (w->cmd->store != NULL &&
	    (got = store_has(w->cmd->store, id, e)) != 0)
		return got < 0 ? -1 : 0;
	return remind(w, ev, id, e);
}

int
watch_tell(struct watching *w, const struct watch_event *ev, struct err *e)
{
	switch (ev->kind) {
	case WATCH_EXCHANGES:
	case WATCH_INVESTIGATION:
		return tell_escalation(w, ev, e);
	case WATCH_REMIND:
		return tell_reminder(w, ev, e);
	case WATCH_STEP:
		if (ev->rung->assign)
			return tell_hands(w, ev, e);
		/* FALLTHROUGH */
	default:
		return tell_step(w, ev, e);
	}
}
