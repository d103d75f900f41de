/* Messages against rules: who matches, who decides, and why. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "domain/triage/ruleset.h"

/*
 * To look for all patterns at once is dear to prepare: whoever has a message
 * or a few is better served one by one.
 */
#define ONE_BY_ONE	10

static void
build(struct rules *r)
{
	pattern_set_build(r->set);
	for (int i = 0; i < SCANNED; i++)
		r->scan[i] = pattern_scan_new(r->set);
	r->index = rule_index_new(r);
	r->built = true;
}

void
rules_scan(struct rules *r, const struct message *m)
{
	if (!r->built && ++r->scans > ONE_BY_ONE)
		build(r);
	if (r->grams == NULL)
		r->grams = xcalloc(SCANNED, sizeof(*r->grams));
	if (r->memo == NULL)
		r->memo = xcalloc(r->patterns * SCANNED + 1,
		    sizeof(*r->memo));
	if (++r->message > UINT32_MAX / 4) {
		memset(r->memo, 0, r->patterns * SCANNED * sizeof(*r->memo));
		r->message = 1;
	}
	for (int field = 0; field < SCANNED; field++) {
		size_t len;
		const char *text = message_field(m, field, &len);

		if (!(r->used >> field & 1))
			continue;
		if (r->built)
			pattern_scan_text(r->scan[field], text, len);
		else
			grams_of(&r->grams[field], text, len);
	}
	if (r->built)
		rule_index_look(r->index, r);
}

/* The header lines of that name, one after the other; NULL behind the last. */
static const char *
next_header(const char *lines, const char *name, size_t *len)
{
	size_t n = strlen(name);

	while (lines != NULL && *lines != '\0') {
		size_t line = strcspn(lines, "\n");

		if (line > n + 1 && lines[n] == ':' &&
		    strncasecmp(lines, name, n) == 0) {
			*len = line - n - 2;
			return lines + n + 2;
		}
		lines += line + (lines[line] != '\0');
	}
	return NULL;
}

static int
find_header(struct rules *r, const struct term *t, const struct message *m,
    const char **text, struct span *span, struct err *e)
{
	const char *at = m->headers;
	size_t len = 0;
	int got = 0;

	while (got == 0 && (at = next_header(at, t->header, &len)) != NULL) {
		got = pattern_match(r->pattern[t->pattern], at, len, 0, span,
		    e);
		*text = at;
		at += len;
	}
	return got;
}

/*
 * A pattern that reaches its limits does not match: no mail may keep itself
 * from being judged by the others.
 */
static int
limited(int got, const struct err *limit, struct err *e)
{
	if (got >= 0 || limit->kind == ERR_INPUT)
		return got > 0;
	return err_set(e, limit->kind, "%s", limit->text);
}

int
term_find(struct rules *r, const struct term *t, const struct message *m,
    const char **text, int *field, struct span *span, struct err *e)
{
	struct err limit = { 0 };
	size_t len;
	int got;

	if (t->kind == TERM_HEADER)
		return limited(find_header(r, t, m, text, span, &limit),
		    &limit, e);
	for (*field = 0; *field < SCANNED; ++*field) {
		if (!(t->fields >> *field & 1) || (r->built &&
		    !pattern_scan_may(r->scan[*field], t->pattern)))
			continue;
		err_clear(&limit);
		*text = message_field(m, *field, &len);
		got = pattern_match(r->pattern[t->pattern], *text, len, 0,
		    span, &limit);
		if ((got = limited(got, &limit, e)) != 0)
			return got;
	}
	return 0;
}

/* Whether the pattern is in the field: 1, 0, or -1; asked once a message. */
static int
in_field(struct rules *r, size_t pattern, int field, const struct message *m,
    struct err *e)
{
	uint32_t *memo = &r->memo[pattern * SCANNED + (size_t)field];
	struct err limit = { 0 };
	struct span ignored;
	const char *text;
	size_t len;
	int got;

	if (*memo / 2 == r->message)
		return *memo & 1;
	if (r->built)
		got = pattern_scan_match(r->scan[field], pattern, &limit);
	else if (!pattern_may(r->pattern[pattern], &r->grams[field]))
		got = 0;
	else {
		text = message_field(m, field, &len);
		got = pattern_match(r->pattern[pattern], text, len, 0,
		    &ignored, &limit);
	}
	if ((got = limited(got, &limit, e)) >= 0)
		*memo = 2 * r->message + (uint32_t)got;
	return got;
}

/* Whether the pattern is in one of its fields: 1, 0, or -1. */
static int
find(struct rules *r, const struct term *t, const struct message *m,
    struct err *e)
{
	struct span ignored;
	const char *text;
	int got = 0;

	if (t->kind == TERM_HEADER)
		return term_find(r, t, m, &text, &got, &ignored, e);
	for (int field = 0; field < SCANNED && got == 0; field++) {
		if (!(t->fields >> field & 1) || (r->built &&
		    !pattern_scan_may(r->scan[field], t->pattern)))
			continue;
		got = in_field(r, t->pattern, field, m, e);
	}
	return got;
}

static bool
equals(const struct term *t, const struct message *m)
{
	size_t len;
	int field = FIELD_CHANNEL;

	while (!(t->fields >> field & 1))
		field++;
	return strcasecmp(message_field(m, field, &len), t->text) == 0;
}

/* Earlier tickets of the customer; of one topic, with "same" the rule's. */
static bool
previous(const struct rules *r, const struct term *t, const struct message *m)
{
	const bool same = t->topic != NULL && strcmp(t->topic, "same") == 0;
	int count = 0;

	if (same && r->category == NULL)
		return false;
	for (size_t i = 0; i < m->n_past; i++) {
		const struct past_ticket *p = &m->past[i];

		if (p->at < m->at - t->under || p->at > m->at)
			continue;
		count += t->topic == NULL || p->topic == NULL || (same ?
		    strcmp(p->category, r->category) == 0 &&
		    strcmp(p->topic, r->topic != NULL ? r->topic : "") == 0 :
		    strcmp(p->topic, t->topic) == 0);
	}
	return count >= t->count;
}

static bool
since(const struct term *t, const struct message *m)
{
	int64_t from = t->fields >> FIELD_OPENED & 1 ? m->opened : m->answered;

	if (from == TIME_NONE || m->at == TIME_NONE || from > m->at)
		return false;
	return m->at - from >= t->over && m->at - from < t->under;
}

/* Bits of the languages of the message at hand; asked once a message. */
static uint32_t
spoken(struct rules *r, const struct message *m)
{
	if (r->spoken_by != r->message)
		r->spoken = languages_of(r->languages, m->subject, m->text,
		    m->text_len);
	r->spoken_by = r->message;
	return r->spoken;
}

static bool
is_in(struct rules *r, const struct term *t, const struct message *m)
{
	int language = languages_find(r->languages, t->text);

	return language >= 0 && spoken(r, m) >> language & 1;
}

static int
some_hold(struct rules *r, const struct term *t, const struct message *m,
    struct err *e)
{
	int got, left = t->count;

	for (const struct term *sub = t->first; sub != NULL && left > 0;
	    sub = sub->next) {
		if ((got = term_holds(r, sub, m, e)) < 0)
			return -1;
		left -= got;
	}
	return left == 0;
}

int
term_holds(struct rules *r, const struct term *t, const struct message *m,
    struct err *e)
{
	const bool all = t->kind == TERM_ALL;
	int got;

	switch (t->kind) {
	case TERM_PATTERN:
	case TERM_HEADER:
		return find(r, t, m, e);
	case TERM_EQUAL:
		return equals(t, m);
	case TERM_FIRST:
		return t->truth == m->first;
	case TERM_PREVIOUS:
		return previous(r, t, m);
	case TERM_SINCE:
		return since(t, m);
	case TERM_LANGUAGE:
		return is_in(r, t, m);
	case TERM_SOME:
		return some_hold(r, t, m, e);
	case TERM_ALL:
	case TERM_ANY:
	case TERM_NOT:
		break;
	}
	for (const struct term *sub = t->first; sub != NULL; sub = sub->next) {
		if ((got = term_holds(r, sub, m, e)) < 0)
			return -1;
		if (got != all)
			return t->kind == TERM_ANY;
	}
	return t->kind != TERM_ANY;
}

struct found {
	const struct rule *rule;
	int score;
};

static int
by_score(const void *x, const void *y)
{
	const struct found *a = x, *b = y;

	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	return (a->rule->order > b->rule->order) -
	    (a->rule->order < b->rule->order);
}

static bool
applies(const struct exception *x, const struct rule *rule,
    const struct message *m)
{
	if (m->at != TIME_NONE &&
	    (m->at < rule->info.from || m->at >= rule->info.until))
		return false;
	for (size_t i = 0; x != NULL && i < x->n; i++) {
		if (x->without[i] == rule)
			return false;
	}
	return true;
}

/* Which topic "same" is: the rule's own, else what the others decided. */
void
rule_same(struct rules *r, const struct rule *rule)
{
	const struct rule_info *f = rule->late ? r->judged : &rule->info;

	r->category = f != NULL ? f->category : NULL;
	r->topic = f != NULL ? f->topic : NULL;
}

/* Those that match, behind the ones that are found already. */
static int
find_rules(struct rules *r, const struct message *m, bool late,
    struct found *found, size_t *n, struct err *e)
{
	const struct exception *x = rule_exception(r, m->customer);

	for (size_t i = 0; r->built ? rule_index_next(r->index, &i) : i < r->n;
	    i++) {
		const struct rule *rule = r->rule[i];
		int score;

		if (rule->late != late || !applies(x, rule, m))
			continue;
		rule_same(r, rule);
		if ((score = rule_score(r, rule, m, e)) == MATCH_ERROR)
			return -1;
		if (score != NO_MATCH)
			found[(*n)++] = (struct found){ rule, score };
	}
	return 0;
}

/* One language, or none. */
static void
take_language(struct rules *r, const struct message *m, struct verdict *v)
{
	uint32_t bits = spoken(r, m);

	if (bits != 0 && (bits & (bits - 1)) == 0)
		v->language = languages_at(r->languages,
		    (size_t)__builtin_ctz(bits));
}

static bool
overrules(const struct rule_info *rule, const struct rule_info *other)
{
	for (const char *const *o = rule->overrules; *o != NULL; o++) {
		for (const char *const *t = other->tags; *t != NULL; t++) {
			if (strcmp(*o, *t) == 0)
				return true;
		}
	}
	return false;
}

/* Whoever overrules the rule; NULL: nobody, as those who overrule others. */
static const struct rule_info *
overruler(const struct rule_info *rule, const struct found *found, size_t n)
{
	for (size_t i = 0; *rule->overrules == NULL && i < n; i++) {
		if (overrules(&found[i].rule->info, rule))
			return &found[i].rule->info;
	}
	return NULL;
}

static void
judge(struct rules *r, const struct message *m, struct found *found,
    size_t n, struct arena *a, struct verdict *v)
{
	int *score = arena_alloc(a, (n + 1) * sizeof(*score));
	struct overruled *vain = arena_alloc(a, (n + 1) * sizeof(*vain));

	memset(v, 0, sizeof(*v));
	v->level = SEVERITY_LOW;
	v->score = score;
	v->overruled = vain;
	v->rule = arena_alloc(a, (n + 1) * sizeof(*v->rule));
	if (n > 1)
		qsort(found, n, sizeof(*found), by_score);
	for (size_t i = 0; i < n; i++) {
		const struct rule_info *f = &found[i].rule->info;
		const struct rule_info *by = overruler(f, found, n);

		if (by != NULL) {
			vain[v->n_overruled++] = (struct overruled){ f, by };
			continue;
		}
		score[v->n] = found[i].score;
		v->rule[v->n++] = f;
	}
	v->rule[v->n] = NULL;
	take_language(r, m, v);
	rules_decide(r, m, v, a);
}

int
rules_match(struct rules *r, const struct message *m, struct arena *a,
    struct verdict *v, struct err *e)
{
	struct found *found = arena_alloc(a, (r->n + 1) * sizeof(*found));
	size_t n = 0, early;

	rules_scan(r, m);
	if (find_rules(r, m, false, found, &n, e) < 0)
		return -1;
	judge(r, m, found, n, a, v);
	if (r->lates > 0) {
		r->judged = v->topic;
		early = n;
		if (find_rules(r, m, true, found, &n, e) < 0)
			return -1;
		if (n > early)
			judge(r, m, found, n, a, v);
	}
	return rule_captures(r, m, v, a, e);
}
