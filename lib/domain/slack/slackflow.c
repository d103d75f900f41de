/* Which ticket a Slack message belongs to. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "domain/model.h"
#include "domain/slack/slackflow.h"

#define TALKS	1024		/* conversations remembered, */
#define SPOKEN	64		/* and messages of each */
#define NEVER	INT64_MAX
#define SECOND	INT64_C(1000000)

struct spoken {			/* a message outside of threads */
	int64_t ts;
	int64_t thread;		/* the first answer in its thread, NEVER */
	uint64_t who;
	bool ours, root;
	char key[KEY_TEXT];
};

struct talk {			/* a conversation */
	char *name;
	size_t n;
	struct spoken spoken[SPOKEN];	/* ascending */
	UT_hash_handle hh;
};

/* Tables that never grow: 2^15 sets of 4, the latest 131,072 messages. */
#define SETS	((size_t)1 << 15)
#define WAYS	4

struct slot {
	uint64_t name;		/* hash of a message's name, or of a key */
	char key[KEY_TEXT];
	int64_t first;		/* of a ticket: its first word */
};

struct slack_flow {
	const struct slack_rules *rules;
	const struct slack_lookup *lookup;
	struct slot *messages, *tickets;	/* SETS * WAYS */
	struct talk *talks;	/* the latest last */
};

struct slack_flow *
slack_flow_new(const struct slack_rules *rules,
    const struct slack_lookup *lookup)
{
	struct slack_flow *f = xcalloc(1, sizeof(*f));

	f->rules = rules;
	f->lookup = lookup;
	f->messages = xcalloc(SETS * WAYS, sizeof(*f->messages));
	f->tickets = xcalloc(SETS * WAYS, sizeof(*f->tickets));
	return f;
}

static struct slot *
slot_find(struct slot *table, const char *name)
{
	uint64_t h = hash_word(name, strlen(name));
	struct slot *set = table + h % SETS * WAYS;

	for (int i = 0; i < WAYS; i++) {
		if (set[i].name == h)
			return &set[i];
	}
	return NULL;
}

/* The newest first; the oldest of a full set goes. */
static struct slot *
slot_put(struct slot *table, const char *name, const char *key)
{
	uint64_t h = hash_word(name, strlen(name));
	struct slot *set = table + h % SETS * WAYS;
	struct slot *old = slot_find(table, name);
	size_t i = old != NULL ? (size_t)(old - set) : WAYS - 1;
	int64_t first = old != NULL ? old->first : NEVER;

	memmove(set + 1, set, i * sizeof(*set));
	set[0].name = h;
	set[0].first = first;
	memcpy(set[0].key, key, KEY_TEXT);
	return set;
}

int
slack_flow_known(struct slack_flow *f, const char *name, char key[KEY_TEXT],
    struct err *e)
{
	const struct slot *s = slot_find(f->messages, name);

	if (s != NULL) {
		memcpy(key, s->key, KEY_TEXT);
		return 1;
	}
	return f->lookup != NULL ?
	    f->lookup->message(f->lookup->arg, name, key, e) : 0;
}

/* Whether something was said on the ticket, before a moment: 1, 0, -1. */
static int
known_ticket(struct slack_flow *f, const char *key, int64_t before,
    struct err *e)
{
	const struct slot *s = slot_find(f->tickets, key);
	int64_t first;
	int got = 0;

	if (s != NULL && s->first < before)
		return 1;
	if (f->lookup != NULL)
		got = f->lookup->ticket(f->lookup->arg, key, &first, e);
	return got == 1 ? first <= before / SECOND : got;
}

static void
forget(struct slack_flow *f, struct talk *t)
{
	HASH_DELETE(hh, f->talks, t);
	free(t->name);
	free(t);
}

void
slack_flow_free(struct slack_flow *f)
{
	while (f->talks != NULL)
		forget(f, f->talks);
	free(f->messages);
	free(f->tickets);
	free(f);
}

char *
slack_name(const char *conversation, char out[SLACK_NAME], int64_t ts)
{
	snprintf(out, SLACK_NAME, "%s/%" PRId64 ".%06" PRId64,
	    conversation, ts / SECOND, ts % SECOND);
	return out;
}

static struct talk *
talk_of(struct slack_flow *f, const char *name)
{
	struct talk *t;

	HASH_FIND_STR(f->talks, name, t);
	if (t != NULL) {
		HASH_DELETE(hh, f->talks, t);
	} else {
		if (HASH_COUNT(f->talks) == TALKS)
			forget(f, f->talks);
		t = xcalloc(1, sizeof(*t));
		t->name = xstrdup(name);
	}
	HASH_ADD_KEYPTR(hh, f->talks, t->name, strlen(t->name), t);
	return t;
}

static struct spoken *
spoken_at(struct talk *t, int64_t ts)
{
	for (size_t i = 0; i < t->n; i++) {
		if (t->spoken[i].ts == ts)
			return &t->spoken[i];
	}
	return NULL;
}

/* Puts a message in its place; of too many the one farthest away goes. */
static void
keep(struct talk *t, const struct slack_word *m, const char *key)
{
	struct spoken *s = spoken_at(t, m->ts);
	size_t i = t->n;

	if (s == NULL && t->n == SPOKEN) {
		if (m->ts - t->spoken[0].ts >= t->spoken[t->n - 1].ts - m->ts)
			memmove(t->spoken, t->spoken + 1,
			    (SPOKEN - 1) * sizeof(*s));
		i = --t->n;
	}
	if (s == NULL) {
		for (; i > 0 && t->spoken[i - 1].ts > m->ts; i--)
			t->spoken[i] = t->spoken[i - 1];
		s = &t->spoken[i];
		s->thread = NEVER;
		t->n++;
	}
	s->ts = m->ts;
	s->who = m->who;
	s->ours = m->ours;
	s->root = m->root;
	memcpy(s->key, key, KEY_TEXT);
}

/* An answer in a thread: its root is talked about there from now on. */
static void
note_thread(struct talk *t, const struct slack_word *m)
{
	struct spoken *s = spoken_at(t, m->thread);

	if (s != NULL && m->ts < s->thread)
		s->thread = m->ts;
}

void
slack_flow_recalled(struct slack_flow *f, const struct slack_word *m,
    const char *key)
{
	struct talk *t = talk_of(f, m->conversation);

	if (m->thread != 0)
		note_thread(t, m);
	else if (spoken_at(t, m->ts) == NULL)
		keep(t, m, key);
}

/* Whether one of ours spoke on the ticket between two moments. */
static bool
answered(const struct talk *t, const struct spoken *s, int64_t until)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct spoken *o = &t->spoken[i];

		if (o->ours && o->ts > s->ts && o->ts < until &&
		    strcmp(o->key, s->key) == 0)
			return true;
	}
	return false;
}

/* Whether what was said at m goes on with s; see the header. */
static bool
goes_on(const struct slack_flow *f, const struct talk *t,
    const struct spoken *s, const struct spoken *m, uint64_t mentions)
{
	int64_t apart = m->ts - s->ts;

	if (apart <= 0 || s->thread < m->ts || (s->root && m->root))
		return false;
	if (m->ours && mentions != 0)
		return s->who == mentions &&
		    apart <= f->rules->mention * SECOND;
	if (s->who == m->who && apart <= f->rules->together * SECOND)
		return true;
	if (apart > f->rules->answer * SECOND)
		return false;
	if (m->ours)
		return !s->ours;
	return s->who == m->who && answered(t, s, m->ts);
}

static const struct spoken *
latest(const struct slack_flow *f, const struct talk *t,
    const struct spoken *m, uint64_t mentions)
{
	for (size_t i = t->n; i > 0; i--) {
		if (goes_on(f, t, &t->spoken[i - 1], m, mentions))
			return &t->spoken[i - 1];
	}
	return NULL;
}

/* The latest message that m goes on with, or NULL. */
static const struct spoken *
before(const struct slack_flow *f, const struct talk *t,
    const struct slack_word *m)
{
	const struct spoken now = { m->ts, NEVER, m->who, m->ours, m->root,
		"" };
	const struct spoken *s;

	s = latest(f, t, &now, m->mentions);
	/* Somebody who said nothing here was told of it, not answered. */
	return s == NULL && m->mentions != 0 ? latest(f, t, &now, 0) : s;
}

static void
add_merge(struct slack_found *out, const char *key)
{
	memcpy(out->merge[out->merges++], key, KEY_TEXT);
}

/*
 * The first later message that came in before m, began a ticket for want of
 * it, and would have gone on with it.
 */
static void
find_later(struct slack_flow *f, struct talk *t, const struct slack_word *m,
    struct slack_found *out)
{
	const struct spoken *s = spoken_at(t, m->ts);
	char name[SLACK_NAME], own[KEY_TEXT];
	size_t i = 0;

	while (i < t->n && !goes_on(f, t, s, &t->spoken[i], 0))
		i++;
	if (i == t->n)
		return;
	slack_name(t->name, name, t->spoken[i].ts);
	if (strcmp(ticket_key(own, name), t->spoken[i].key) != 0 ||
	    strcmp(own, out->key) == 0)
		return;
	add_merge(out, own);
	slot_put(f->messages, name, out->key);
	for (i = 0; i < t->n; i++) {
		if (strcmp(t->spoken[i].key, own) == 0)
			memcpy(t->spoken[i].key, out->key, KEY_TEXT);
	}
}

/* What the store has about this moment. */
static int
recall(struct slack_flow *f, const struct slack_word *m, struct err *e)
{
	int64_t around = f->rules->answer > f->rules->together ?
	    f->rules->answer : f->rules->together, from = around;

	if (f->lookup == NULL)
		return 0;
	if (m->ours && m->mentions != 0 && f->rules->mention > from)
		from = f->rules->mention;
	return f->lookup->recall(f->lookup->arg, f, m->conversation,
	    m->ts / SECOND - from, m->ts / SECOND + around, e);
}

/*
 * The root of the thread went on with a message that has begun a thread of
 * its own since: they are two matters.
 */
static void
split_off(struct slack_flow *f, struct talk *t, const struct slack_word *m,
    const char *root, const char *own, struct slack_found *out)
{
	struct spoken *s = spoken_at(t, m->thread);
	size_t i = 0;

	if (s == NULL || s->thread != NEVER)
		return;
	while (i < t->n && (t->spoken[i].ts == m->thread ||
	    t->spoken[i].thread >= m->ts ||
	    strcmp(t->spoken[i].key, out->key) != 0))
		i++;
	if (i == t->n)
		return;
	memcpy(out->split, out->key, KEY_TEXT);
	memcpy(out->key, own, KEY_TEXT);
	memcpy(s->key, own, KEY_TEXT);
	slot_put(f->messages, root, own);
}

/* An answer in a thread is on its root's ticket, whether that is here. */
static int
in_thread(struct slack_flow *f, struct talk *t, const struct slack_word *m,
    struct slack_found *out, struct arena *a, struct err *e)
{
	struct slack_word at_root = *m;
	char root[SLACK_NAME], own[KEY_TEXT];
	int got;

	slack_name(m->conversation, root, m->thread);
	out->method = "reply";
	out->evidence = arena_strdup(a, root);
	if ((got = slack_flow_known(f, root, out->key, e)) < 0)
		return -1;
	if (got == 0) {
		ticket_key(out->key, root);
		return known_ticket(f, out->key, m->ts, e);
	}
	if (strcmp(ticket_key(own, root), out->key) != 0) {
		at_root.ts = m->thread;
		at_root.mentions = 0;
		if (spoken_at(t, m->thread) == NULL &&
		    recall(f, &at_root, e) < 0)
			return -1;
		split_off(f, t, m, root, own, out);
	}
	return *out->split != '\0' ? 1 : known_ticket(f, out->key, m->ts, e);
}

static int
outside(struct slack_flow *f, struct talk *t, const struct slack_word *m,
    const char *name, struct slack_found *out, struct arena *a, struct err *e)
{
	const struct spoken *s;
	char last[SLACK_NAME];

	if (recall(f, m, e) < 0)
		return -1;
	if ((s = before(f, t, m)) == NULL) {
		out->method = "new";
		ticket_key(out->key, name);
		return 0;
	}
	out->method = "reply";
	out->evidence = arena_strdup(a, slack_name(m->conversation, last,
	    s->ts));
	memcpy(out->key, s->key, KEY_TEXT);
	return 1;
}

int
slack_flow_find(struct slack_flow *f, const struct slack_word *m,
    bool known_only, struct slack_found *out, struct arena *a, struct err *e)
{
	struct talk *t = talk_of(f, m->conversation);
	char name[SLACK_NAME], own[KEY_TEXT];
	struct slot *s;
	int got;

	memset(out, 0, sizeof(*out));
	slack_name(m->conversation, name, m->ts);
	got = m->thread != 0 ? in_thread(f, t, m, out, a, e) :
	    outside(f, t, m, name, out, a, e);
	if (got < 0 || (got == 0 && known_only))
		return got;
	/* Answers that came before it wait on a ticket of its name. */
	ticket_key(own, name);
	if (strcmp(own, out->key) != 0) {
		if ((got = known_ticket(f, own, NEVER, e)) < 0)
			return -1;
		if (got == 1)
			add_merge(out, own);
	}
	slot_put(f->messages, name, out->key);
	s = slot_put(f->tickets, out->key, out->key);
	s->first = m->ts < s->first ? m->ts : s->first;
	if (m->thread != 0) {
		note_thread(t, m);
	} else {
		keep(t, m, out->key);
		find_later(f, t, m, out);
	}
	return 1;
}
