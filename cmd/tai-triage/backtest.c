/*
 * What other rules would have made of the history: every message of a
 * customer judged anew, beside the verdict that it has.
 */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/time.h"
#include "backtest.h"

static const char *against;
static int64_t from_moment = INT64_MIN, to_moment = INT64_MAX;

enum { OPT_AGAINST = OPT_OWN, OPT_FROM, OPT_TO };
const struct option backtest_options[] = {
	{ "against", required_argument, NULL, OPT_AGAINST },
	{ "from", required_argument, NULL, OPT_FROM },
	{ "to", required_argument, NULL, OPT_TO },
	{ 0 }
};

int
backtest_option(struct cmd *c, int o, const char *value, struct err *e)
{
	int64_t *t = o == OPT_FROM ? &from_moment : &to_moment;

	(void)c;
	if (o == OPT_AGAINST) {
		against = value;
		return 0;
	}
	if (time_parse(value, t) == 0)
		return 0;
	if (date_parse(value, t) < 0)
		return err_set(e, ERR_USAGE, "'%s' is not a date or time",
		    value);
	*t *= 86400;
	return 0;
}

const char *const aspect_names[ASPECTS] = { "category", "topic", "severity",
	"reply", "resolve", "escalate" };

unsigned
case_changes(const struct case_ *x)
{
	const struct judged *a = &x->old, *b = &x->new;
	const bool differs[ASPECTS] = {
		[ASPECT_CATEGORY] = strcmp(a->category, b->category) != 0,
		[ASPECT_TOPIC] = strcmp(a->topic, b->topic) != 0,
		[ASPECT_SEVERITY] = a->severity != b->severity,
		[ASPECT_REPLY] = strcmp(a->reply, b->reply) != 0,
		[ASPECT_RESOLVE] = a->resolve != b->resolve,
		[ASPECT_ESCALATE] = a->escalate != b->escalate,
	};
	unsigned bits = 0;

	for (int i = 0; i < ASPECTS; i++)
		bits |= (unsigned)differs[i] << i;
	return bits;
}

struct word {			/* names are few: each is kept once */
	UT_hash_handle hh;
	char text[];
};

struct entry {			/* a message */
	char id[KEY_MAX];
	char key[KEY_TEXT];
	int64_t at;		/* TIME_NONE until it is seen */
	struct judged old, new;
	UT_hash_handle hh;
};

struct place {			/* a ticket by its key */
	struct case_ ticket;
	UT_hash_handle hh;
};

struct backtest {
	struct rules *rules, *before;	/* before: NULL without --against */
	struct judge *judge, *judge_before;
	struct past *past;
	struct book *book;	/* of a stream; NULL with the store */
	struct entry *entries;
	struct place *places;
	struct case_ **cases;	/* by time */
	size_t n;
	struct word *words;
	int64_t unjudged;
	struct arena kept, arena;	/* of the run; of one record */
};

static const char *
keep(struct backtest *b, const char *text)
{
	struct word *w;

	if (text == NULL || *text == '\0')
		return "";
	HASH_FIND_STR(b->words, text, w);
	if (w == NULL) {
		w = arena_zalloc(&b->kept, sizeof(*w) + strlen(text) + 1);
		memcpy(w->text, text, strlen(text) + 1);
		HASH_ADD_STR(b->words, text, w);
	}
	return w->text;
}

static struct entry *
entry_of(struct backtest *b, const char *id)
{
	struct entry *x;

	HASH_FIND_STR(b->entries, id, x);
	if (x != NULL)
		return x;
	x = arena_zalloc(&b->kept, sizeof(*x));
	memcpy(x->id, id, strlen(id) + 1);
	x->at = TIME_NONE;
	HASH_ADD_STR(b->entries, id, x);
	return x;
}

/* The verdict of rules that the history has; of several the last. */
static void
take_recorded(struct backtest *b, const struct rec *r)
{
	struct arena *a = &b->arena;
	const char *message = rec_str(r, "message", a);
	struct judged *j;
	struct value v;
	int64_t level = 0;

	if (message == NULL || strlen(message) >= KEY_MAX ||
	    (rec_get(r, "by", &v) && v.kind == VALUE_STRING))
		return;
	j = &entry_of(b, message)->old;
	*j = (struct judged){ .there = true,
		.category = keep(b, rec_str(r, "category", a)),
		.topic = keep(b, rec_str(r, "topic", a)),
		.rule = keep(b, rec_str(r, "rule", a)), .severity_rule = "", .why = "",
		.severity = severity_parse(rec_str(r, "severity", a)),
		.reply = keep(b, rec_str(r, "reply", a)) };
	rec_bool(r, "resolve", &j->resolve);
	if (rec_get(r, "escalate", &v) && v.kind == VALUE_OBJECT) {
		struct rec *inner = arena_alloc(a, sizeof(*inner));

		value_object(&v, inner);
		rec_int(inner, "level", &level);
		j->why = keep(b, rec_str(inner, "why", a));
	}
	j->escalate = (int)level;
}

static int
judge(struct backtest *b, struct rules *rules, struct judge *trees,
    const struct message *m, bool list, struct judged *j, struct err *e)
{
	struct course course;
	struct verdict v;
	const struct rule_info *t;

	if (rules_match(rules, m, &b->arena, &v, e) < 0 ||
	    judge_course(trees, m, &v, NULL, NULL, &b->arena, &course, e) < 0)
		return -1;
	t = v.topic;
	*j = (struct judged){ .there = true,
		.category = keep(b, t != NULL ? t->category : "other"),
		.topic = keep(b, t != NULL ? t->topic : NULL),
		.rule = keep(b, t != NULL ? t->id : NULL),
		.severity_rule = keep(b, v.lowered != NULL ? v.lowered->id :
		    v.severity != NULL ? v.severity->id : NULL),
		.severity = (int)v.level, .reply = "",
		.resolve = v.resolve && !list,
		.escalate = course.level,
		.why = keep(b, course.why) };
	if (t != NULL && t->reply != NULL && !list &&
	    strcmp(t->reply, "none") != 0)
		j->reply = keep(b, t->reply);
	return 0;
}

static int
take_message(struct backtest *b, struct cmd *c, const struct rec *r,
    struct err *e)
{
	struct arena *a = &b->arena;
	const char *id = rec_str(r, "id", a), *ticket = rec_str(r, "ticket", a);
	const bool list = rec_is(r, "auto", "list");
	struct message m;
	struct entry *x;
	int64_t at;

	/* Words that are forgotten can't be judged anew. */
	if (!triage_concerns(r) || triage_flagged(r, "forgotten") ||
	    !rec_time(r, "at", &at) ||
	    at < from_moment || at >= to_moment)
		return 0;
	if (record_check(r, e) < 0)
		return -1;
	if (id == NULL || strlen(id) >= KEY_MAX || ticket == NULL)
		return err_set(e, ERR_INPUT, "id or ticket is missing");
	if (triage_message(c, r, &m, a, e) < 0 ||
	    triage_past(b->past, c, b->rules, r, &m, a, e) < 0)
		return -1;
	x = entry_of(b, id);
	if (hash_canonical(ticket, x->key, KEY_TEXT) < 0)
		return err_set(e, ERR_INPUT, "ticket is not a key");
	x->at = at;
	if (b->before != NULL && judge(b, b->before, b->judge_before, &m,
	    list, &x->old, e) < 0)
		return -1;
	return judge(b, b->rules, b->judge, &m, list, &x->new, e);
}

static int
each(struct cmd *c, void *arg, const struct rec *r, struct err *e)
{
	struct backtest *b = arg;

	arena_reset(&b->arena);
	if (rec_is(r, "type", "customer"))
		return customers_add_record(c->customers, r, e);
	if (b->past != NULL)
		past_add(b->past, r);
	if (b->book != NULL && book_add(b->book, r, e) < 0)
		return -1;
	if (rec_is(r, "type", "triage") && b->before == NULL)
		take_recorded(b, r);
	return rec_is(r, "type", "message") ? take_message(b, c, r, e) : 0;
}

/* A ticket is what its first message says, and as bad as its worst. */
static void
join(struct judged *all, const struct judged *one, bool first)
{
	const struct judged was = *all;
	const struct judged *other = first ? &was : one;

	if (first)
		*all = *one;
	if (other->there && other->severity > all->severity) {
		all->severity = other->severity;
		all->severity_rule = other->severity_rule;
	}
	if (other->there && other->escalate > all->escalate) {
		all->escalate = other->escalate;
		all->why = other->why;
	}
}

static void
add_entry(struct backtest *b, const struct entry *x)
{
	struct place *p;
	struct case_ *t;
	bool first;

	if (x->at == TIME_NONE)
		return;		/* a verdict on what is not there */
	if (!x->old.there) {
		b->unjudged++;
		return;
	}
	HASH_FIND_STR(b->places, x->key, p);
	if (p == NULL) {
		p = arena_zalloc(&b->kept, sizeof(*p));
		memcpy(p->ticket.key, x->key, KEY_TEXT);
		p->ticket.at = x->at;
		HASH_ADD_STR(b->places, ticket.key, p);
	}
	t = &p->ticket;
	first = !t->old.there || x->at < t->at;
	if (x->at < t->at)
		t->at = x->at;
	join(&t->old, &x->old, first);
	join(&t->new, &x->new, first);
}

static int
by_time(const void *x, const void *y)
{
	const struct case_ *a = *(struct case_ *const *)x;
	const struct case_ *b = *(struct case_ *const *)y;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return strcmp(a->key, b->key);
}

static void
sort_cases(struct backtest *b)
{
	b->cases = xcalloc(HASH_COUNT(b->places) + 1, sizeof(*b->cases));
	for (struct place *p = b->places; p != NULL; p = p->hh.next)
		b->cases[b->n++] = &p->ticket;
	qsort(b->cases, b->n, sizeof(*b->cases), by_time);
}

static void
take_history(struct case_ *x, const struct history *h, struct arena *a)
{
	struct ticket t;

	ticket_fold(h, INT64_MAX, a, &t);
	x->messages = t.messages;
	x->answers = t.answers;
	x->reopened = t.reopened;
}

/* How the changed tickets went on, from what is in the history. */
static int
look_up(struct backtest *b, struct cmd *c, struct err *e)
{
	const struct history *found;
	struct history h;
	int got;

	for (size_t i = 0; i < b->n; i++) {
		struct case_ *x = b->cases[i];

		if (case_changes(x) == 0)
			continue;
		arena_reset(&b->arena);
		if (b->book != NULL) {
			if ((got = book_find(b->book, x->key, &found, e)) < 0)
				return -1;
			if (got == 1)
				take_history(x, found, &b->arena);
			continue;
		}
		memset(&h, 0, sizeof(h));
		if ((got = store_history(c->store, x->key, &h, &b->arena,
		    e)) < 0)
			return -1;
		if (got == 1)
			take_history(x, &h, &b->arena);
	}
	return 0;
}

static int
read_history(struct backtest *b, struct cmd *c, struct err *e)
{
	static const char *const types[] = { "message", "triage", NULL };
	struct filter f = { .each = each, .arg = b, .replaces = true };
	size_t pos = 0;
	int rc;

	if (cmd_reads_records(c)) {
		b->book = book_new();
		rc = cmd_filter(c, &f, e);
		/* Merges and splits are applied by the first look. */
		if (rc == 0)
			(void)book_next(b->book, &pos);
		return rc;
	}
	if (store_log(c->store, types, NULL, 0, &f.pending, e) < 0)
		return -1;
	rc = cmd_filter(c, &f, e);
	cursor_close(f.pending);
	return rc;
}

static int
other_rules(struct cmd *c, void *arg, struct err *e)
{
	struct backtest *b = arg;

	if (triage_rules(c, &b->before, e) < 0)
		return -1;
	return judge_open(&b->judge_before, c, e);
}

int
triage_backtest(struct cmd *c, struct err *e)
{
	struct backtest b = { .unjudged = 0 };
	int rc = triage_rules(c, &b.rules, e);

	if (rc == 0)
		rc = judge_open(&b.judge, c, e);
	if (rc == 0 && against != NULL)
		rc = cmd_other_rules(c, against, other_rules, &b, e);
	if (rc == 0) {
		b.past = triage_past_open(b.rules);
		rc = read_history(&b, c, e);
	}
	for (const struct entry *x = b.entries; rc == 0 && x != NULL;
	    x = x->hh.next)
		add_entry(&b, x);
	sort_cases(&b);
	if (rc == 0 && (rc = look_up(&b, c, e)) == 0)
		backtest_put(c, b.cases, b.n, b.unjudged);
	HASH_CLEAR(hh, b.entries);
	HASH_CLEAR(hh, b.places);
	HASH_CLEAR(hh, b.words);
	free(b.cases);
	if (b.book != NULL)
		book_free(b.book);
	past_free(b.past);
	judge_close(b.judge);
	judge_close(b.judge_before);
	rules_free(b.rules);
	rules_free(b.before);
	arena_free(&b.kept);
	arena_free(&b.arena);
	return rc;
}
