/* The episodes of alerts and the tickets that they are on. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/alert/alertgroup.h"

#define MANY		100		/* alerts of a ticket, all recorded */

struct alerts {
	struct alert_out out;
	const struct alert_desk *desk;
	struct alert_groups groups;
	struct alert_group *recalled;	/* the one that a recall is for */
};

struct taking {			/* an alert on its way */
	struct alerts *alerts;
	const struct alert *alert;
	struct alert_group *group;
	uint64_t who;		/* hash of the fingerprint */
	int severity;
	struct arena *arena;
	struct err *err;
	bool wrote;
};

struct alerts *
alerts_new(const struct alert_rules *rules, const struct customers *customers,
    const char *default_tier, const struct alert_desk *desk)
{
	struct alerts *s = xcalloc(1, sizeof(*s));

	s->out = (struct alert_out){ rules, customers, default_tier, desk };
	s->desk = desk;
	return s;
}

void
alerts_forget(struct alerts *s)
{
	alert_groups_forget(&s->groups);
}

void
alerts_free(struct alerts *s)
{
	alert_groups_free(&s->groups);
	free(s);
}

void
alerts_recalled(struct alerts *s, const struct rec *r)
{
	struct alert_row row;
	struct arena a = { 0 };

	if (s->recalled != NULL && alert_row_of(r, &row, &a))
		alert_group_insert(&s->groups, s->recalled, &row);
	arena_free(&a);
}

static struct alert_group *
group_of(struct alerts *s, const char *name, struct err *e)
{
	bool made;
	struct alert_group *g = alert_group(&s->groups, name, &made);

	if (!made || s->desk->recall == NULL)
		return g;
	s->recalled = g;
	if (s->desk->recall(s->desk->arg, s, name, e) < 0) {
		alert_group_drop(&s->groups, g);
		g = NULL;
	}
	s->recalled = NULL;
	return g;
}

int
alerts_touch(struct alerts *s, const char *conversation, struct err *e)
{
	return group_of(s, conversation, e) == NULL ? -1 : 0;
}

/* The ticket that an episode which begins then is on, if there is one. */
static bool
choose(const struct taking *k, int64_t t, struct alert_view *out)
{
	const struct alert_numbers *n = &k->alerts->out.rules->number;
	const char *keys[ALERT_TICKETS];
	size_t count = alert_group_tickets(k->group, keys);

	for (size_t i = 0; i < count; i++) {
		int64_t end;

		alert_group_scan(&k->alerts->groups, k->group, keys[i], out);
		end = out->open ? out->last_firing + n->window :
		    out->until != TIME_NONE ? out->until :
		    out->closed + n->hold;
		if (t >= out->first - n->skew && t <= end)
			return true;
	}
	return false;
}

struct near {			/* what is known of a fingerprint */
	const struct alert_row *same;	/* of that very start */
	const struct alert_row *prev, *next;	/* around the moment */
	const struct alert_row *here;	/* firing at that very moment */
};

static struct near
look(const struct taking *k, int64_t t)
{
	int64_t started = k->alert->started;
	struct near near = { 0 };

	for (size_t i = 0; i < k->group->n; i++) {
		const struct alert_row *r = &k->group->row[i];

		if (r->who != k->who || r->state == ROW_ACKED)
			continue;
		if (started != TIME_NONE && r->started == started)
			near.same = r;
		if (r->at == t && alert_row_fires(r))
			near.here = r;
		if (r->at < t || (r->at == t && r->state != ROW_ORPHAN))
			near.prev = r;
		else if (near.next == NULL)
			near.next = r;
	}
	return near;
}

/* A row of the alert at hand; the key of its ticket may be "". */
static struct alert_row
row(const struct taking *k, enum row_state state, int64_t at, const char *key)
{
	struct alert_row r = { .at = at, .who = k->who, .state = state,
		.started = k->alert->started, .seen = TIME_NONE,
		.until = TIME_NONE, .set = TIME_NONE,
		.severity = k->severity };

	memcpy(r.key, key, strlen(key) + 1);
	return r;
}

/* Whether a record of the row is here already: 1, 0, -1. */
static int
known(const struct taking *k, const struct alert_row *r)
{
	char id[ID_TEXT];

	alert_row_id(k->alert, r, id);
	return k->alerts->desk->has(k->alerts->desk->arg, id, k->err);
}

/* A record of the row; then it is remembered. */
static int
put(struct taking *k, const struct alert_row *r)
{
	int got = alert_out_row(&k->alerts->out, k->alert, k->group->name, r,
	    k->arena, k->err);

	if (got == 1) {
		alert_group_insert(&k->alerts->groups, k->group, r);
		k->wrote = true;
	}
	return got < 0 ? -1 : 0;
}

static int
set_status(struct taking *k, struct alert_view *t, int64_t at,
    const char *status, const char *why)
{
	if (t->set != TIME_NONE && at <= t->set)
		at = t->set + 1;
	t->set = at;
	return alert_out_status(&k->alerts->out, t->key, at, status, why,
	    k->err);
}

static int
hands(const struct taking *k, const char *key)
{
	return k->alerts->desk->hands == NULL ? 0 :
	    k->alerts->desk->hands(k->alerts->desk->arg, key, k->err);
}

/* Changes of the fingerprint on the ticket in the time before, t included. */
static int64_t
changes(const struct taking *k, const char *key, int64_t t)
{
	int64_t within = k->alerts->out.rules->number.within, n = 0;

	for (size_t i = 0; i < k->group->n; i++) {
		const struct alert_row *r = &k->group->row[i];

		n += r->who == k->who && strcmp(r->key, key) == 0 &&
		    (r->state == ROW_FIRING || r->state == ROW_RESOLVED) &&
		    r->at > t - within && r->at <= t;
	}
	return n;
}

/* The last of a ticket's alerts has recovered. */
static int
all_clear(struct taking *k, struct alert_view *s, struct alert_row *r)
{
	const struct alert_numbers *n = &k->alerts->out.rules->number;
	int held;

	if (changes(k, s->key, r->at) > n->changes) {
		r->until = s->closed + n->quiet;
		return 0;
	}
	if ((held = hands(k, s->key)) < 0)
		return -1;
	if (held & ALERT_WORKED)
		return alert_out_recovered(&k->alerts->out, k->alert, s->key,
		    s->closed, k->arena, k->err);
	if (set_status(k, s, s->closed, "resolved",
	    "all alerts have recovered") < 0)
		return -1;
	r->set = s->set;
	return 0;
}

/* An episode on that ticket ends; the row says what followed from it. */
static int
end(struct taking *k, const char *key, int64_t t)
{
	struct alert_row r = row(k, ROW_RESOLVED, t, key), *mine;
	struct alert_group *g = k->group;
	struct alert_view s;
	int got = known(k, &r);

	if (got != 0)
		return got < 0 ? -1 : 0;
	alert_group_insert(&k->alerts->groups, g, &r);
	alert_group_scan(&k->alerts->groups, g, r.key, &s);
	s.key = r.key;
	if (!s.open && all_clear(k, &s, &r) < 0)
		return -1;
	for (mine = g->row + g->n; mine > g->row &&
	    alert_row_compare(mine - 1, &r) > 0; mine--)
		;
	if (mine > g->row && alert_row_compare(mine - 1, &r) == 0)
		mine[-1] = r;
	k->wrote = true;
	return alert_out_row(&k->alerts->out, k->alert, g->name, &r,
	    k->arena, k->err);
}

/* Every tenfold is told on the ticket, as is a higher severity. */
static int
tell(struct taking *k, const struct alert_view *s, const struct alert_row *r)
{
	int64_t n = r->count;

	while (n > 1 && n % 10 == 0)
		n /= 10;
	if (n == 1 && r->count > 1 && alert_out_count(&k->alerts->out,
	    s->key, r->at, r->count, k->err) < 0)
		return -1;
	if (s->severity != 0 && k->severity < s->severity)
		return alert_out_triage(&k->alerts->out, k->alert, s->key,
		    NULL, k->severity, r->at, k->arena, k->err);
	return 0;
}

/* Whether the very delivery that began an episode has come again. */
static bool
began(const struct taking *k, int64_t seen)
{
	for (size_t i = 0; i < k->group->n; i++) {
		const struct alert_row *r = &k->group->row[i];

		if (r->who == k->who && r->seen == seen)
			return true;
	}
	return false;
}

/*
 * What still fires on a ticket. Each time is a row, so that a recovery that
 * comes late finds its place; of a ticket with many only some are.
 */
static int
repeat(struct taking *k, const char *at_key, int64_t t, int64_t seen,
    bool anyway)
{
	int64_t gap = k->alerts->out.rules->number.repeats;
	char key[KEY_TEXT];
	struct alert_row r;
	struct near near = look(k, t);
	struct alert_view s;
	int got;

	memcpy(key, at_key, KEY_TEXT);
	if (began(k, t) || (near.here != NULL &&
	    k->severity >= near.here->severity))
		return 0;
	alert_group_scan(&k->alerts->groups, k->group, key, &s);
	if (!anyway && s.count >= MANY && near.prev != NULL &&
	    alert_row_fires(near.prev) && t - near.prev->at < gap &&
	    (k->alert->started == TIME_NONE ||
	    near.prev->started == k->alert->started) &&
	    k->severity >= near.prev->severity)
		return 0;
	r = row(k, ROW_REPEAT, t, key);
	if ((got = known(k, &r)) != 0)
		return got < 0 ? -1 : 0;
	r.seen = seen != t ? seen : TIME_NONE;
	r.count = s.count + 1;
	return tell(k, &s, &r) < 0 ? -1 : put(k, &r);
}

/* An episode on a ticket that there is. */
static int
join(struct taking *k, struct alert_view *s, int64_t t, int64_t seen)
{
	struct alert_row r = row(k, ROW_FIRING, t, s->key);
	int held;

	r.seen = seen != t ? seen : TIME_NONE;
	s->key = r.key;
	r.count = s->count + 1;
	if (!s->open && s->until == TIME_NONE) {
		if ((held = hands(k, s->key)) < 0)
			return -1;
		if (s->set != TIME_NONE || (held & ALERT_DONE)) {
			if (set_status(k, s, t > s->closed ? t : s->closed,
			    "open", "firing again") < 0)
				return -1;
			r.set = s->set;
		}
	}
	return tell(k, s, &r) < 0 ? -1 : put(k, &r);
}

static int
begin(struct taking *k, int64_t t, int64_t seen)
{
	struct alert_row r;
	struct alert_view s;
	char key[KEY_TEXT];
	int got;

	r = row(k, ROW_FIRING, t, "");
	if ((got = known(k, &r)) != 0)
		return got < 0 ? -1 : 0;
	if (choose(k, t, &s))
		return join(k, &s, t, seen);
	if (alert_out_ticket(&k->alerts->out, k->alert, k->severity, t, key,
	    k->arena, k->err) < 0)
		return -1;
	r = row(k, ROW_FIRING, t, key);
	r.seen = seen != t ? seen : TIME_NONE;
	r.count = 1;
	return put(k, &r);
}

/* What was acknowledged before we heard that it had begun. */
static int
early(struct taking *k, int64_t t)
{
	const char *key = look(k, t).prev->key;
	struct alert_view s;

	for (size_t i = 0; i < k->group->n; i++) {
		const struct alert_row *r = &k->group->row[i];

		if (r->who != k->who || r->state != ROW_ACKED ||
		    *r->key != '\0' || r->at < t)
			continue;
		alert_group_scan(&k->alerts->groups, k->group, key, &s);
		return set_status(k, &s, r->at, "progress", "acknowledged");
	}
	return 0;
}

/*
 * Of one moment the firing comes before the recovery: what fires at the very
 * end of an episode, and does not say that it has just begun, is of it.
 */
static bool
ends_now(const struct taking *k, const struct alert_row *r, int64_t t)
{
	return r->state == ROW_RESOLVED && r->at == t &&
	    k->alert->started == TIME_NONE;
}

/* Whether a row was made of this very word, which says no more now. */
static bool
is_said(const struct taking *k, int64_t seen)
{
	for (size_t i = 0; i < k->group->n; i++) {
		const struct alert_row *r = &k->group->row[i];

		if (r->who == k->who && r->started == k->alert->started &&
		    alert_row_fires(r) && k->severity >= r->severity &&
		    r->seen == seen)
			return true;
	}
	return false;
}

static int
fire(struct taking *k, int64_t t, int64_t seen)
{
	const struct alert_numbers *n = &k->alerts->out.rules->number;
	struct near near = look(k, t);
	int64_t ended = TIME_NONE;
	char key[KEY_TEXT];

	if (is_said(k, seen))
		return 0;
	if (near.same != NULL && near.same->state != ROW_ORPHAN)
		return near.same->state == ROW_RESOLVED ? 0 :
		    repeat(k, near.same->key, seen, seen, false);
	if (near.same != NULL)
		ended = near.same->at;
	else if (near.here != NULL)
		return repeat(k, near.here->key, seen, seen, false);
	else if (near.prev != NULL && (alert_row_fires(near.prev) ||
	    ends_now(k, near.prev, t)))
		return repeat(k, near.prev->key, seen, seen, false);
	else if (near.next != NULL && alert_row_fires(near.next) &&
	    near.next->at - t <= n->skew)
		return repeat(k, near.next->key, t, seen, true);
	else if (near.next != NULL && near.next->state == ROW_ORPHAN)
		ended = near.next->at;
	if (begin(k, t, seen) < 0)
		return -1;
	if (!k->wrote)
		return 0;
	if (ended == TIME_NONE)
		return early(k, t);
	near = look(k, t);
	memcpy(key, near.prev->key, KEY_TEXT);
	return end(k, key, ended < t ? t : ended);
}

/* A recovery of nothing we know is kept: its beginning may be late. */
static int
recover(struct taking *k, int64_t t)
{
	int64_t skew = k->alerts->out.rules->number.skew;
	struct near near = look(k, t);
	const struct alert_row *of = NULL;
	char key[KEY_TEXT];
	struct alert_row r;

	if (near.same != NULL && !alert_row_fires(near.same))
		return ALERT_AGAIN;
	if (near.same != NULL)
		of = near.same;
	else if (near.prev != NULL && alert_row_fires(near.prev))
		of = near.prev;
	else if (near.prev != NULL && near.prev->at == t)
		return ALERT_AGAIN;
	else if (near.next != NULL && alert_row_fires(near.next) &&
	    near.next->at - t <= skew && (k->alert->started == TIME_NONE ||
	    near.next->started == TIME_NONE))
		of = near.next;
	if (of != NULL) {
		memcpy(key, of->key, KEY_TEXT);
		return end(k, key, t < of->at ? of->at : t) < 0 ? -1 :
		    k->wrote ? ALERT_NEW : ALERT_AGAIN;
	}
	r = row(k, ROW_ORPHAN, t, "");
	if (put(k, &r) < 0)
		return -1;
	return k->wrote ? ALERT_LEFT : ALERT_AGAIN;
}

/* Somebody has said there that they look at it. */
static int
acknowledge(struct taking *k, int64_t t)
{
	struct near near = look(k, t);
	struct alert_row r;
	struct alert_view s;
	bool firing = near.prev != NULL && alert_row_fires(near.prev);
	int got;

	r = row(k, ROW_ACKED, t, firing ? near.prev->key : "");
	if ((got = known(k, &r)) != 0)
		return got < 0 ? -1 : ALERT_AGAIN;
	if (!firing)
		return put(k, &r) < 0 ? -1 : ALERT_LEFT;
	if ((got = hands(k, r.key)) < 0)
		return -1;
	alert_group_scan(&k->alerts->groups, k->group, r.key, &s);
	s.key = r.key;
	if (got == 0 && s.open) {
		if (set_status(k, &s, t, "progress", k->alert->by != NULL ?
		    arena_printf(k->arena, "acknowledged by %s",
		    k->alert->by) : "acknowledged") < 0)
			return -1;
		r.set = s.set;
	}
	return put(k, &r) < 0 ? -1 : ALERT_NEW;
}

static int
settle(struct alerts *s, const struct alert_group *g, int64_t now,
    struct err *e)
{
	const char *keys[ALERT_TICKETS];
	size_t n = alert_group_tickets(g, keys);
	struct alert_view t;

	for (size_t i = 0; i < n; i++) {
		alert_group_scan(&s->groups, g, keys[i], &t);
		if (t.open || t.until == TIME_NONE || t.until >= now)
			continue;
		if (alert_out_status(&s->out, t.key, t.set != TIME_NONE &&
		    t.set >= t.until ? t.set + 1 : t.until, "resolved",
		    "quiet after flapping", e) < 0)
			return -1;
	}
	return 0;
}

int
alerts_settle(struct alerts *s, int64_t now, struct err *e)
{
	const struct alert_group *g;

	for (g = alert_group_next(&s->groups, NULL); g != NULL;
	    g = alert_group_next(&s->groups, g)) {
		if (settle(s, g, now, e) < 0)
			return -1;
	}
	return 0;
}

static int
take(struct taking *k, int64_t now)
{
	const struct alert *al = k->alert;
	int64_t at = al->at != TIME_NONE ? al->at : now;
	int64_t began = al->started != TIME_NONE ? al->started : at;
	int64_t seen = al->at != TIME_NONE && al->at > began ? al->at : began;
	int64_t ended = al->ended != TIME_NONE ? al->ended : at;

	if (al->state == ALERT_RESOLVED && al->started != TIME_NONE &&
	    ended < al->started)
		ended = al->started;
	if (settle(k->alerts, k->group, al->state == ALERT_RESOLVED ? ended :
	    began, k->err) < 0)
		return -1;
	if (al->state == ALERT_RESOLVED)
		return recover(k, ended);
	if (al->state == ALERT_ACKED)
		return acknowledge(k, at);
	if (fire(k, began, seen) < 0)
		return -1;
	return k->wrote ? ALERT_NEW : ALERT_AGAIN;
}

int
alerts_take(struct alerts *s, const struct alert *al, int64_t now,
    struct arena *a, struct err *e)
{
	struct taking k = { .alerts = s, .alert = al, .arena = a, .err = e };

	if (al->state == ALERT_IGNORED)
		return ALERT_LEFT;
	k.who = hash_word(al->fingerprint, strlen(al->fingerprint));
	k.severity = alert_judge(s->out.rules, al);
	k.group = group_of(s, alert_conversation(al, a), e);
	return k.group == NULL ? -1 : take(&k, now);
}
