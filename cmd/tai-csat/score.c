/* tai-csat score: answers to surveys in, scores out. */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/time.h"
#include "csat.h"

#define DAY		INT64_C(86400)

static int64_t days;		/* --days, 0 for all answers */

struct survey {			/* one that was sent */
	const char *id, *ticket, *customer;
	const struct survey_kind *kind;
	int64_t at;
	bool bounced;
	UT_hash_handle hh;
};

struct item {			/* an answer or a survey, and what it is of */
	const struct answer *answer;	/* NULL: a survey */
	const struct survey *survey;
	const struct survey_kind *kind;
	int64_t at;
	const char *tag[TAGS];	/* "" unknown, or nobody's business */
	struct item *next;	/* of the same ticket */
};

struct about {			/* a ticket that items are about */
	const char *key;
	struct item *items;
	UT_hash_handle hh;
};

struct known {			/* a group, by kind and name */
	const char *key;
	struct group group;
	UT_hash_handle hh;
};

struct run {
	struct surveys surveys;
	struct answers *answers;
	struct survey *sent;
	struct item *item;
	size_t n;
	bool ready;		/* item and about are made */
	struct about *about;
	struct known *known;
	struct arena scratch;
};

int
csat_score_option(struct cmd *c, int o, const char *value, struct err *e)
{
	char *end;

	(void)c;
	(void)o;
	days = strtoll(value, &end, 10);
	if (*value < '0' || *value > '9' || *end != '\0' || days < 1 ||
	    days > 36500)
		return err_set(e, ERR_USAGE,
		    "--days '%s' is not a number of days", value);
	return 0;
}

static const char *
text(struct cmd *c, const struct rec *r, const char *name)
{
	const char *s = rec_str(r, name, &c->arena);

	return s != NULL ? s : "";
}

/* A survey counts once, and as bounced when any word on it says so. */
static int
take_survey(struct cmd *c, struct run *run, const struct rec *r,
    struct err *e)
{
	struct survey *s = arena_zalloc(&c->arena, sizeof(*s)), *old;

	s->kind = surveys_find(&run->surveys, text(c, r, "kind"));
	if (s->kind == NULL)
		return err_set(e, ERR_INPUT, "survey: no survey is a '%s'",
		    text(c, r, "kind"));
	if (!rec_time(r, "at", &s->at))
		return err_set(e, ERR_INPUT, "survey: at is not a time");
	if (s->at > c->now)
		return 0;
	s->id = rec_str(r, "token", &c->arena);
	if (s->id == NULL)
		s->id = text(c, r, "id");
	s->ticket = text(c, r, "ticket");
	s->customer = text(c, r, "customer");
	rec_bool(r, "bounced", &s->bounced);
	HASH_FIND_STR(run->sent, s->id, old);
	if (old != NULL)
		old->bounced |= s->bounced;
	else
		HASH_ADD_KEYPTR(hh, run->sent, s->id, strlen(s->id), s);
	return 0;
}

static int
other(struct cmd *c, void *arg, const struct rec *r, struct err *e)
{
	struct run *run = arg;
	struct err bad = { 0 };
	int rc = 0;

	if (rec_is(r, "type", "answer"))
		rc = answers_add(run->answers, r, c->now, &bad);
	else if (rec_is(r, "type", "survey"))
		rc = take_survey(c, run, r, &bad);
	if (rc == 0)
		return 0;
	if (cmd_reads_records(c))
		return err_set(e, bad.kind, "%s", bad.text);
	cmd_warn(c, bad.kind, "store: %s", bad.text);
	return 0;
}

static void
hang_on_ticket(struct cmd *c, struct run *run, const char *key,
    struct item *item)
{
	struct about *a;

	if (*key == '\0')
		return;
	HASH_FIND_STR(run->about, key, a);
	if (a == NULL) {
		a = arena_zalloc(&c->arena, sizeof(*a));
		a->key = key;
		HASH_ADD_KEYPTR(hh, run->about, a->key, strlen(a->key), a);
	}
	item->next = a->items;
	a->items = item;
}

static void
of_customer(struct cmd *c, struct item *item, const char *customer)
{
	const struct customer *who = NULL;

	item->tag[TAG_CUSTOMER] = customer;
	if (*customer != '\0')
		who = customers_at(c->customers, customer, item->at);
	if (who != NULL)
		item->tag[TAG_TIER] = who->tier;
}

/*
 * All records are in, the histories come. An anonymous answer is counted
 * among all and nowhere else: a small group would tell whose it is.
 */
static void
make_items(struct cmd *c, struct run *run)
{
	const struct answer *const *answer;
	struct survey *s, *next;
	struct item *item;
	size_t n;

	run->ready = true;
	answer = answers_list(run->answers, &n);
	run->n = n + HASH_COUNT(run->sent);
	item = run->item = arena_zalloc(&c->arena,
	    (run->n + 1) * sizeof(*item));
	for (size_t i = 0; i < run->n; i++) {
		for (int t = 0; t < TAGS; t++)
			item[i].tag[t] = "";
	}
	for (size_t i = 0; i < n; i++, item++) {
		item->answer = answer[i];
		item->kind = answer[i]->kind;
		item->at = answer[i]->at;
		if (answer[i]->anonymous)
			continue;
		of_customer(c, item, answer[i]->customer);
		hang_on_ticket(c, run, answer[i]->ticket, item);
	}
	HASH_ITER(hh, run->sent, s, next) {
		item->survey = s;
		item->kind = s->kind;
		item->at = s->at;
		of_customer(c, item, s->customer);
		hang_on_ticket(c, run, s->ticket, item);
		item++;
	}
}

/* Who of us wrote last before the moment; else who had the ticket. */
static const char *
agent_at(struct cmd *c, const struct history *h, const struct ticket *t,
    int64_t at)
{
	const char *from = NULL;

	for (size_t i = 0; i < h->n && h->event[i].at <= at; i++) {
		const char *s = h->event[i].text;

		if (h->event[i].kind == EVENT_AGENT && s != NULL &&
		    (s = strchr(s, '\t')) != NULL && s[1] != '\t')
			from = s + 1;
	}
	if (from == NULL)
		return arena_strdup(&c->arena, t->assignee);
	return arena_strndup(&c->arena, from, strcspn(from, "\t"));
}

static int
each(struct cmd *c, void *arg, const struct history *h, struct err *e)
{
	struct run *run = arg;
	struct about *a;
	struct ticket t;

	(void)e;
	if (!run->ready)
		make_items(c, run);
	HASH_FIND_STR(run->about, h->key, a);
	if (a == NULL)
		return 0;
	arena_reset(&run->scratch);
	ticket_fold(h, c->now, &run->scratch, &t);
	for (struct item *i = a->items; i != NULL; i = i->next) {
		i->tag[TAG_CATEGORY] = arena_strdup(&c->arena, t.category);
		i->tag[TAG_CHANNEL] = arena_strdup(&c->arena, t.channel);
		i->tag[TAG_AGENT] = agent_at(c, h, &t, i->at);
		if (*i->tag[TAG_CUSTOMER] == '\0' && *t.customer != '\0')
			of_customer(c, i, arena_strdup(&c->arena,
			    t.customer));
	}
	return 0;
}

static struct group *
group_of(struct cmd *c, struct run *run, const struct survey_kind *kind,
    int order, const char *name)
{
	const char *key = arena_printf(&c->arena, "%s\t%s", kind->name, name);
	struct known *k;

	HASH_FIND_STR(run->known, key, k);
	if (k == NULL) {
		k = arena_zalloc(&c->arena, sizeof(*k));
		k->key = key;
		k->group.kind = kind;
		k->group.order = order;
		k->group.name = arena_strdup(&c->arena, name);
		HASH_ADD_KEYPTR(hh, run->known, k->key, strlen(k->key), k);
	}
	return &k->group;
}

static void
count(struct score *s, const struct item *i)
{
	if (i->answer != NULL)
		score_add(s, i->answer);
	else {
		s->sent++;
		s->bounced += i->survey->bounced;
	}
}

static void
add(struct cmd *c, struct run *run, const struct item *i, int order,
    const char *name)
{
	struct group *g = group_of(c, run, i->kind, order, name);
	int64_t period = (days > 0 ? days : TREND_DAYS) * DAY;
	int64_t age = c->now - i->at;

	if (days == 0 || age < period)
		count(&g->now, i);
	if (age < period)
		count(&g->last, i);
	else if (age < 2 * period)
		count(&g->before, i);
}

static int
in_order(const void *x, const void *y)
{
	const struct group *a = x, *b = y;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->order != b->order)
		return a->order - b->order;
	return strcmp(a->name, b->name);
}

/* The groups that the period has something of. */
static struct group *
make_groups(struct cmd *c, struct run *run, size_t *n)
{
	static const char *const names[] = { "tier", "customer", "category",
		"channel", "agent" };
	struct known *k, *next;
	struct group *list;

	for (size_t i = 0; i < run->n; i++) {
		const struct item *item = &run->item[i];

		add(c, run, item, 0, "all");
		for (int t = 0; t < TAGS; t++) {
			if (*item->tag[t] != '\0')
				add(c, run, item, 1 + t,
				    arena_printf(&c->arena, "%s:%s",
				    names[t], item->tag[t]));
		}
	}
	list = arena_zalloc(&c->arena, (HASH_COUNT(run->known) + 1) *
	    sizeof(*list));
	*n = 0;
	HASH_ITER(hh, run->known, k, next) {
		const struct score *s = &k->group.now;

		if (s->n + s->dismissed + s->sent > 0)
			list[(*n)++] = k->group;
	}
	qsort(list, *n, sizeof(*list), in_order);
	return list;
}

int
csat_score(struct cmd *c, struct err *e)
{
	struct run run = { 0 };
	struct group *groups;
	struct yaml *root;
	size_t n;
	int rc;

	if (cmd_rule_yaml(c, "survey.yaml", &root, e) < 0 ||
	    surveys_load(&run.surveys, &c->arena, root, e) < 0)
		return -1;
	run.answers = answers_new(&run.surveys);
	rc = cmd_histories(c, false, other, each, &run, e);
	if (rc == 0) {
		if (!run.ready)
			make_items(c, &run);
		groups = make_groups(c, &run, &n);
		if (cmd_form(c) == FORM_JSON)
			scores_records(c, &run.surveys, groups, n,
			    days > 0 ? days : TREND_DAYS);
		else
			scores_table(c, groups, n);
	}
	HASH_CLEAR(hh, run.sent);
	HASH_CLEAR(hh, run.about);
	HASH_CLEAR(hh, run.known);
	answers_free(run.answers);
	arena_free(&run.scratch);
	return rc;
}
