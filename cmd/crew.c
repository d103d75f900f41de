/*
 * What assignments look at, from the records that went by and, with a store,
 * from there.
 */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "crew.h"
#include "domain/staff/roster.h"
#include "domain/triage/past.h"
#include "rotas.h"
#include "seen.h"

#define VERDICTS	((size_t)400)	/* of a customer that are looked at */

struct crew {
	struct cmd *cmd;
	const struct trees *trees;	/* or NULL */
	const struct team *team;
	const struct calendar **shift;	/* of each of the team; or NULL */
	int *load;
	struct oncall *oncall;		/* or NULL */
	struct roster *roster;		/* NULL: nobody asks for it */
	bool assigns;
	struct past *past;		/* NULL: nothing is counted */
	int64_t within;			/* over which it is */
	uint64_t *loaded;		/* of the store: tickets, customers */
	int64_t since;			/* open tickets are known from then */
	struct arena scratch;
};

static bool
asks_rotas(const struct trees *t)
{
	const struct outcome *o;

	for (size_t i = 0; (o = trees_outcome(t, i)) != NULL; i++) {
		if (o->oncall != NULL)
			return true;
	}
	return false;
}

/* Each one's calendar; one that there is not is an error, not a whole day. */
static int
load_shifts(struct crew *w, struct err *e)
{
	const struct team *t = w->team;
	struct cmd *c = w->cmd;

	w->shift = arena_zalloc(&c->arena, t->people * sizeof(*w->shift));
	w->load = arena_zalloc(&c->arena, t->people * sizeof(*w->load));
	for (size_t i = 0; i < t->people; i++) {
		const struct person *p = &t->person[i];

		if (*p->shift == '\0')
			continue;
		if (cmd_calendars(c, NULL, e) < 0)
			return -1;
		w->shift[i] = calendar_find(c->calendars, p->shift);
		if (w->shift[i] == NULL)
			return err_set(e, ERR_CONFIG, "%s:%d: no calendar "
			    "'%s'", t->file, p->line, p->shift);
	}
	return 0;
}

int
crew_open(struct crew **out, struct cmd *c, const struct trees *t,
    const struct team *team, struct err *e)
{
	struct crew *w = xcalloc(1, sizeof(*w));

	*out = w;
	w->cmd = c;
	w->trees = t;
	w->team = team;
	w->since = TIME_MAX;
	w->loaded = seen_new();
	if (t != NULL && trees_has(t, "root-cause") &&
	    (w->within = trees_within(t, "same_issue")) > 0)
		w->past = past_new(&(struct rules_need){ .past = w->within });
	w->assigns = t != NULL && trees_has(t, "assignment") &&
	    team->people > 0;
	if (w->assigns || (t != NULL && trees_has(t, "follow-up") &&
	    team->targets != NULL && team->targets->count > 0))
		w->roster = roster_new();
	if (!w->assigns)
		return 0;
	if (load_shifts(w, e) < 0)
		return -1;
	return asks_rotas(t) ? cmd_oncall(c, w->team, &w->oncall, e) : 0;
}

void
crew_close(struct crew *w)
{
	if (w == NULL)
		return;
	roster_free(w->roster);
	past_free(w->past);
	if (w->oncall != NULL)
		oncall_free(w->oncall);
	free(w->loaded);
	arena_free(&w->scratch);
	free(w);
}

/* -- what is known ---------------------------------------------------- */

static void
merge(struct crew *w, const struct rec *r)
{
	const char *from = rec_str(r, "ticket", &w->scratch);
	const char *into = rec_str(r, "into", &w->scratch);
	char one[KEY_TEXT] = "", other[KEY_TEXT] = "";

	if (from != NULL && into != NULL &&
	    hash_canonical(from, one, KEY_TEXT) == 0 &&
	    hash_canonical(into, other, KEY_TEXT) == 0 &&
	    strlen(one) == KEY_TEXT - 1 && strlen(other) == KEY_TEXT - 1)
		roster_merge(w->roster, one, other);
}

bool
crew_assigns(const struct crew *w)
{
	return w->assigns;
}

bool
crew_follows(const struct crew *w)
{
	return w->roster != NULL && trees_has(w->trees, "follow-up");
}

bool
crew_counts(const struct crew *w)
{
	return w->past != NULL;
}

/* What is wrong with a record is not for this to say. */
void
crew_record(struct crew *w, const struct rec *r)
{
	struct err bad = { 0 };
	char key[KEY_TEXT];
	struct event ev;

	if (w->past != NULL)
		past_add(w->past, r);
	if (w->roster == NULL)
		return;
	arena_reset(&w->scratch);
	if (rec_is(r, "type", "merge"))
		merge(w, r);
	else if (event_of(r, &ev, key, &w->scratch, &bad) == 1)
		roster_event(w->roster, key, &ev);
}

void
crew_line(struct crew *w, const char *line, size_t len)
{
	struct rec *r = xmalloc(sizeof(*r));
	struct err e = { 0 };

	if (rec_parse(r, line, len, &e) == 0)
		crew_record(w, r);
	free(r);
}

/* A ticket of the store, once. */
static int
need_ticket(struct crew *w, const char *key, struct err *e)
{
	struct arena a = { 0 };
	struct history h;
	int got;

	if (seen_add(w->loaded, key))
		return 0;
	if ((got = store_history(w->cmd->store, key, &h, &a, e)) == 1)
		roster_history(w->roster, &h);
	arena_free(&a);
	return got < 0 ? -1 : 0;
}

static int
need_open(struct crew *w, struct err *e)
{
	struct cursor *cur;
	struct history *h;
	int got;

	if (store_histories(w->cmd->store, true, &cur, e) < 0)
		return -1;
	while ((got = cursor_history(cur, &h, e)) == 1) {
		if (!seen_add(w->loaded, h->key))
			roster_history(w->roster, h);
	}
	cursor_close(cur);
	return got;
}

/* Tickets that are open, or were at that moment. */
static int
need_since(struct crew *w, int64_t at, struct err *e)
{
	char (*keys)[KEY_TEXT];
	int64_t latest = TIME_NONE;
	int rc = 0;
	size_t n;

	if (at >= w->since)
		return 0;
	if (w->since == TIME_MAX && need_open(w, e) < 0)
		return -1;
	w->since = at;
	if (store_latest(w->cmd->store, &latest, e) < 0)
		return -1;
	if (latest == TIME_NONE || latest <= at)
		return 0;
	if (store_resolved(w->cmd->store, at, &keys, &n, e) < 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = need_ticket(w, keys[i], e);
	free(keys);
	return rc;
}

/* The verdicts on a customer's tickets, and those tickets. */
static int
need_customer(struct crew *w, const char *customer, struct err *e)
{
	const char *name = arena_printf(&w->scratch, "customer %s", customer);
	struct rec *r;
	struct cursor *cur;
	int64_t seq;
	int got;

	if (*customer == '\0' || seen_add(w->loaded, name))
		return 0;
	if (store_verdicts(w->cmd->store, customer, VERDICTS, &cur, e) < 0)
		return -1;
	r = xmalloc(sizeof(*r));
	while ((got = cursor_record(cur, r, &seq, e)) == 1) {
		const char *ticket = rec_str(r, "ticket", &w->scratch);
		char key[KEY_TEXT];

		if (w->past != NULL)
			past_add(w->past, r);
		if (w->roster != NULL && ticket != NULL &&
		    hash_canonical(ticket, key, KEY_TEXT) == 0 &&
		    need_ticket(w, key, e) < 0) {
			got = -1;
			break;
		}
	}
	free(r);
	cursor_close(cur);
	return got;
}

/* The ticket's key, through merges that the store knows. */
static int
key_of(struct crew *w, const char *ticket, char key[KEY_TEXT], struct err *e)
{
	if (hash_canonical(ticket, key, KEY_TEXT) < 0 ||
	    strlen(key) != KEY_TEXT - 1)
		return err_set(e, ERR_INPUT, "ticket is not a key");
	if (w->cmd->store != NULL &&
	    store_ticket(w->cmd->store, ticket, key, e) < 0)
		return -1;
	return 0;
}

/* -- who gets it ------------------------------------------------------ */

static void
count_load(void *arg, const char *assignee)
{
	struct crew *w = arg;
	const struct person *p = team_person(w->team, assignee);

	if (p != NULL)
		w->load[p - w->team->person]++;
}

static int
gather(struct crew *w, const char *key, const struct want *x, struct err *e)
{
	if (w->cmd->store != NULL && (need_ticket(w, key, e) < 0 ||
	    (*x->linked != '\0' && need_ticket(w, x->linked, e) < 0) ||
	    need_since(w, x->at, e) < 0 ||
	    need_customer(w, x->customer, e) < 0))
		return -1;
	roster_at(w->roster, x->at);
	memset(w->load, 0, w->team->people * sizeof(*w->load));
	roster_loads(w->roster, key, count_load, w);
	return 0;
}

int
crew_outcome(const struct crew *w, const struct facts *f,
    void (*step)(void *, const struct asked *), void *arg, struct arena *a,
    const struct outcome **out, struct err *e)
{
	struct decision d;

	*out = NULL;
	if (w->trees == NULL || !trees_has(w->trees, "assignment"))
		return 0;
	if (tree_decide(w->trees, "assignment", f, step, arg, a, &d, e) < 0)
		return -1;
	*out = d.assign;
	return 0;
}

/* Whom the outcome lets have it, else the first of its fallback to be had. */
static void
choose(struct assign_ask *ask, struct arena *a, struct choice *c)
{
	const char *const *word = ask->outcome->fallback;

	c->n = ask->team->people;
	c->all = arena_alloc(a, c->n * sizeof(*c->all));
	c->won = assign_choose(ask, c->all, a);
	for (; c->won == NULL && *word != NULL; word++) {
		struct candidate *all = arena_alloc(a, c->n * sizeof(*all));

		ask->fallback = *word;
		if ((c->won = assign_choose(ask, all, a)) == NULL)
			continue;
		c->all = all;
		c->fallback = *word;
	}
}

int
crew_choose(struct crew *w, const struct want *x, bool before, struct arena *a,
    struct choice *c, struct err *e)
{
	struct assign_ask ask = { .team = w->team, .tier = x->tier,
		.category = x->category, .topic = x->topic, .at = x->at,
		.zone = w->cmd->org.zone, .outcome = x->outcome,
		.shift = w->shift, .load = w->load };
	const struct person *had = x->but != NULL ?
	    team_person(w->team, x->but) : NULL;
	char key[KEY_TEXT];

	memset(c, 0, sizeof(*c));
	c->has = "";
	if (!w->assigns || x->outcome == NULL)
		return 0;
	arena_reset(&w->scratch);
	if (key_of(w, x->ticket, key, e) < 0 || gather(w, key, x, e) < 0)
		return -1;
	roster_at(w->roster, x->at - before);
	c->has = arena_strdup(a, roster_assignee(w->roster, key));
	roster_at(w->roster, x->at);
	if (*c->has != '\0' && x->but == NULL)
		return 0;
	ask.but = had != NULL ? had->id : NULL;
	if (w->oncall != NULL && x->outcome->oncall != NULL)
		ask.oncall = oncall_at(w->oncall, x->outcome->oncall, x->at,
		    NULL);
	ask.related = arena_strdup(a, *x->linked != '\0' ?
	    roster_answerer(w->roster, x->linked) : "");
	ask.previous = arena_strdup(a, roster_known_to(w->roster, x->customer,
	    key));
	choose(&ask, a, c);
	return 0;
}

bool
crew_anybody(struct crew *w, const struct want *x, struct arena *a)
{
	struct assign_ask ask = { .team = w->team, .tier = x->tier,
		.category = x->category, .topic = x->topic, .at = x->at,
		.zone = w->cmd->org.zone, .outcome = x->outcome,
		.shift = w->shift, .load = w->load, .related = "",
		.previous = "" };
	struct choice c = { 0 };

	if (x->outcome == NULL || !w->assigns)
		return x->outcome != NULL || w->trees == NULL ||
		    !trees_has(w->trees, "assignment");
	if (w->oncall != NULL && x->outcome->oncall != NULL)
		ask.oncall = oncall_at(w->oncall, x->outcome->oncall, x->at,
		    NULL);
	memset(w->load, 0, w->team->people * sizeof(*w->load));
	choose(&ask, a, &c);
	return c.won != NULL;
}

int
crew_standing(struct crew *w, const struct want *x, struct arena *a,
    struct standing *s, struct err *e)
{
	const struct ticket *t;
	char key[KEY_TEXT];

	arena_reset(&w->scratch);
	if (key_of(w, x->ticket, key, e) < 0 ||
	    (w->cmd->store != NULL && need_ticket(w, key, e) < 0))
		return -1;
	roster_at(w->roster, x->at - 1);
	t = roster_ticket(w->roster, key);
	s->severity = t != NULL ? t->severity : SEVERITY_LOW;
	roster_at(w->roster, x->at);
	s->asked = roster_asked(w->roster, key, &s->since);
	s->assignee = arena_strdup(a, roster_assignee(w->roster, key));
	return 0;
}

int
crew_assign(struct crew *w, const struct want *x, const struct choice *c,
    const char *cause, const char *by, const char *why, struct err *e)
{
	struct buf line = BUF_INIT;
	char id[ID_TEXT];
	struct writer j;
	int rc;

	record_id(id, "assign", by, cause, NULL);
	record_begin(&j, &line, "assign", id, x->at);
	w_field_str(&j, "ticket", x->ticket);
	w_field_str(&j, "assignee", c->won->person->id);
	w_field_str(&j, "by", by);
	w_field_str(&j, "why", why);
	w_close(&j, '}');
	crew_line(w, line.data, line.len);
	rc = cmd_emit(w->cmd, line.data, line.len, e);
	buf_free(&line);
	return rc;
}

int
crew_same(struct crew *w, const struct want *x, struct arena *a,
    const char *const **same, struct err *e)
{
	struct message past = { .at = x->at, .customer = x->customer };
	struct rec *r = arena_alloc(a, sizeof(*r));
	const char *line = arena_printf(a, "{\"ticket\":\"%s\"}", x->ticket);
	const char **list;
	size_t n = 0;

	*same = arena_zalloc(a, sizeof(**same));
	if (w->past == NULL || *x->topic == '\0' || *x->customer == '\0')
		return 0;
	arena_reset(&w->scratch);
	if ((w->cmd->store != NULL && need_customer(w, x->customer, e) < 0) ||
	    rec_parse(r, line, strlen(line), e) < 0)
		return -1;
	past_fill(w->past, r, &past, a);
	*same = list = arena_zalloc(a, (past.n_past + 2) * sizeof(*list));
	/* They come the latest first. */
	for (size_t i = past.n_past; i-- > 0;) {
		const struct past_ticket *p = &past.past[i];

		if (x->at - p->at < w->within &&
		    strcmp(p->category, x->category) == 0 &&
		    strcmp(p->topic, x->topic) == 0)
			list[n++] = p->ticket;
	}
	list[n] = x->ticket;
	return 0;
}
