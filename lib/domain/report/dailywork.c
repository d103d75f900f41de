/* Answers, incidents and escalations of a day. */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/time.h"
#include "domain/report/dailywork.h"
#include "domain/uptime/incident.h"

struct named {			/* a set of texts */
	const char *name;
	UT_hash_handle hh;
};

struct report {			/* the latest word on an incident */
	const char *key, *id;
	int64_t at;
	struct daily_incident incident;
	UT_hash_handle hh;
};

struct raised {			/* a ticket was escalated to somebody */
	const char *to, *ticket, *why, *id;
	int64_t at, level;
};

struct daily_work {
	struct answers *answers;
	struct named *affected;
	struct report *reports;
	struct raised *raised;
	size_t n, room;
};

struct daily_work *
daily_work_new(const struct surveys *surveys)
{
	struct daily_work *w = xcalloc(1, sizeof(*w));

	w->answers = answers_new(surveys);
	return w;
}

void
daily_work_free(struct daily_work *w)
{
	answers_free(w->answers);
	HASH_CLEAR(hh, w->affected);
	HASH_CLEAR(hh, w->reports);
	free(w->raised);
	free(w);
}

void
daily_affect(struct daily *d, const char *customer)
{
	struct named *n;

	HASH_FIND_STR(d->work->affected, customer, n);
	if (n != NULL)
		return;
	n = arena_zalloc(&d->arena, sizeof(*n));
	n->name = arena_strdup(&d->arena, customer);
	HASH_ADD_KEYPTR(hh, d->work->affected, n->name, strlen(n->name), n);
	d->affected++;
}

static const char *
text(struct daily *d, const struct rec *r, const char *name)
{
	const char *s = rec_str(r, name, &d->arena);

	return s != NULL ? s : "";
}

/* An incident is told again as it goes on; the latest word by now counts. */
static int
take_incident(struct daily *d, const struct rec *r, struct err *e)
{
	struct daily_incident in = { .ended = TIME_NONE };
	const char *key = incident_name(r, &d->arena);
	const char *id = text(d, r, "id");
	struct report *old;
	int64_t at;

	if (!rec_time(r, "at", &at) || !rec_time(r, "started", &in.started))
		return err_set(e, ERR_INPUT,
		    "incident: at or started is not a time");
	if (at > d->setup.now || in.started > d->setup.now)
		return 0;
	if (!rec_time(r, "ended", &in.ended) || in.ended > d->setup.now)
		in.ended = TIME_NONE;
	in.severity = text(d, r, "severity");
	in.title = text(d, r, "title");
	in.cause = text(d, r, "cause");
	in.customers = rec_strings(r, "customers", &d->arena);
	HASH_FIND_STR(d->work->reports, key, old);
	if (old == NULL) {
		old = arena_zalloc(&d->arena, sizeof(*old));
		old->key = key;
		HASH_ADD_KEYPTR(hh, d->work->reports, old->key,
		    strlen(old->key), old);
	} else if (at < old->at || (at == old->at && strcmp(id, old->id) <= 0))
		return 0;
	old->id = id;
	old->at = at;
	old->incident = in;
	return 0;
}

static int
take_triage(struct daily *d, const struct rec *r, struct err *e)
{
	struct daily_work *w = d->work;
	struct rec *inner;
	struct value v;
	const char *const *to;
	int64_t at, level = 0;

	if (!rec_get(r, "escalate", &v) || v.kind != VALUE_OBJECT)
		return 0;
	if (!rec_time(r, "at", &at))
		return err_set(e, ERR_INPUT, "triage: at is not a time");
	if (at < d->start || at > d->setup.now)
		return 0;
	inner = arena_alloc(&d->arena, sizeof(*inner));
	value_object(&v, inner);
	rec_int(inner, "level", &level);
	for (to = rec_strings(inner, "to", &d->arena); *to != NULL; to++) {
		if (w->n == w->room) {
			w->room = w->room > 0 ? 2 * w->room : 32;
			w->raised = xreallocarray(w->raised, w->room,
			    sizeof(*w->raised));
		}
		w->raised[w->n++] = (struct raised){ *to,
			text(d, r, "ticket"), text(d, inner, "why"),
			text(d, r, "id"), at, level };
	}
	return 0;
}

int
daily_record(struct daily *d, const struct rec *r, struct err *e)
{
	if (rec_is(r, "type", "answer"))
		return answers_add(d->work->answers, r, d->setup.now, e);
	if (rec_is(r, "type", "incident"))
		return take_incident(d, r, e);
	if (rec_is(r, "type", "triage"))
		return take_triage(d, r, e);
	return 0;
}

static int
worst_first(const void *x, const void *y)
{
	const struct answer *a = *(const struct answer *const *)x;
	const struct answer *b = *(const struct answer *const *)y;

	if (a->score != b->score)
		return a->score < b->score ? -1 : 1;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return strcmp(a->id, b->id);
}

static void
end_answers(struct daily *d)
{
	const struct answer *const *all;
	size_t n;

	all = answers_list(d->work->answers, &n);
	d->csat_kind = d->setup.surveys->kind;
	d->answer = arena_zalloc(&d->arena, (n + 1) * sizeof(*d->answer));
	for (size_t i = 0; i < n; i++) {
		if (all[i]->at < d->start || all[i]->kind != d->csat_kind)
			continue;
		score_add(&d->csat, all[i]);
		if (!all[i]->dismissed)
			d->answer[d->answers++] = all[i];
	}
	if (d->answers > 1)
		qsort(d->answer, d->answers, sizeof(*d->answer), worst_first);
}

static int
by_severity(const void *x, const void *y)
{
	const struct daily_incident *a = x, *b = y;

	if (strcmp(a->severity, b->severity) != 0)
		return strcmp(a->severity, b->severity);
	if (a->started != b->started)
		return a->started < b->started ? -1 : 1;
	return strcmp(a->title, b->title);
}

static void
end_incidents(struct daily *d)
{
	struct report *r, *next;

	d->incident = arena_zalloc(&d->arena, (HASH_COUNT(d->work->reports) +
	    1) * sizeof(*d->incident));
	HASH_ITER(hh, d->work->reports, r, next) {
		const struct daily_incident *in = &r->incident;

		if (in->ended != TIME_NONE && in->ended < d->start)
			continue;
		d->incident[d->incidents++] = *in;
		d->p1 += strcmp(in->severity, "P1") == 0;
		if (*in->customers == NULL)
			d->everybody = true;
		for (const char *const *c = in->customers; *c != NULL; c++)
			daily_affect(d, *c);
		if (in->ended != TIME_NONE) {
			d->repaired++;
			d->repair_sum += in->ended - in->started;
		}
	}
	if (d->incidents > 1)
		qsort(d->incident, d->incidents, sizeof(*d->incident),
		    by_severity);
}

static int
by_target(const void *x, const void *y)
{
	const struct raised *a = x, *b = y;
	int order = strcmp(a->to, b->to);

	if (order == 0)
		order = strcmp(a->ticket, b->ticket);
	if (order == 0)
		order = (a->at > b->at) - (a->at < b->at);
	return order != 0 ? order : strcmp(a->id, b->id);
}

static int
most_first(const void *x, const void *y)
{
	const struct daily_escalation *a = x, *b = y;

	if (a->n != b->n)
		return a->n > b->n ? -1 : 1;
	return strcmp(a->to, b->to);
}

static bool
listed(const char *const *list, const char *s)
{
	while (*list != NULL && strcmp(*list, s) != 0)
		list++;
	return *list != NULL;
}

/* One target: the n raised from r on, ordered by ticket. */
static void
end_target(struct daily *d, const struct raised *r, size_t n)
{
	struct daily_escalation *x = &d->escalation[d->escalations++];
	const char **tickets = arena_zalloc(&d->arena, (n + 1) *
	    sizeof(*tickets));
	const char **whys = arena_zalloc(&d->arena, (n + 1) * sizeof(*whys));
	size_t reasons = 0;

	*x = (struct daily_escalation){ .to = r->to, .tickets = tickets,
		.whys = whys };
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || strcmp(r[i].ticket, r[i - 1].ticket) != 0)
			tickets[x->n++] = r[i].ticket;
		if (r[i].level > x->level)
			x->level = r[i].level;
		/* A handful of rules escalates; the list stays short. */
		if (*r[i].why != '\0' && reasons < 20 &&
		    !listed(whys, r[i].why))
			whys[reasons++] = r[i].why;
	}
}

static void
end_escalations(struct daily *d)
{
	struct daily_work *w = d->work;
	struct named *tickets = NULL, *n;

	if (w->n > 1)
		qsort(w->raised, w->n, sizeof(*w->raised), by_target);
	d->escalation = arena_zalloc(&d->arena, (w->n + 1) *
	    sizeof(*d->escalation));
	for (size_t i = 0, end; i < w->n; i = end) {
		for (end = i; end < w->n && strcmp(w->raised[end].to,
		    w->raised[i].to) == 0; end++) {
			HASH_FIND_STR(tickets, w->raised[end].ticket, n);
			if (n != NULL)
				continue;
			n = arena_zalloc(&d->arena, sizeof(*n));
			n->name = w->raised[end].ticket;
			HASH_ADD_KEYPTR(hh, tickets, n->name,
			    strlen(n->name), n);
			d->escalated++;
		}
		end_target(d, &w->raised[i], end - i);
	}
	HASH_CLEAR(hh, tickets);
	if (d->escalations > 1)
		qsort(d->escalation, d->escalations, sizeof(*d->escalation),
		    most_first);
}

void
daily_work_end(struct daily *d)
{
	end_answers(d);
	end_incidents(d);
	end_escalations(d);
}
