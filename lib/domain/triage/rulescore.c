/* Scores of rules, how they add up, who decides, and what it captured. */
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "format/secret.h"
#include "domain/triage/ruleset.h"

const struct rule *
rule_of(const struct rule_info *f)
{
	return (const struct rule *)((const char *)f -
	    offsetof(struct rule, info));
}

static int
cut(int sum, int surest)
{
	int most = surest > SCORE_MAX ? surest : SCORE_MAX;

	return sum < 0 ? 0 : sum > most ? most : sum;
}

int
rule_score(struct rules *r, const struct rule *rule, const struct message *m,
    struct err *e)
{
	const int own = rule->info.confidence;
	int got, sum = own;

	if (rule->when != NULL && (got = term_holds(r, rule->when, m, e)) <= 0)
		return got < 0 ? MATCH_ERROR : NO_MATCH;
	for (const struct hint *h = rule->hints; h != NULL; h = h->next) {
		if ((got = term_holds(r, h->when, m, e)) < 0)
			return MATCH_ERROR;
		sum += got ? h->score : 0;
	}
	if (rule->hints == NULL)
		return own;
	sum = cut(sum, own);
	return sum < rule->least ? NO_MATCH : sum;
}

/* Whether a hint speaks for the topic of a rule. */
static bool
speaks_for(const struct rule_info *hint, const struct rule_info *f)
{
	if (hint->category == NULL || strcmp(hint->category, f->category) != 0)
		return false;
	return hint->topic == NULL || hint == f || (f->topic != NULL &&
	    strcmp(hint->topic, f->topic) == 0);
}

/* The sum for the topic of the rule at the place in the verdict. */
static int
sum_of(const struct verdict *v, size_t at, struct score *sum, size_t *terms)
{
	const struct rule_info *f = v->rule[at];
	int total = v->score[at];

	*terms = 0;
	sum[(*terms)++] = (struct score){ f, total };
	for (size_t i = 0; i < v->n; i++) {
		const struct rule_info *hint = v->rule[i];

		if (!hint->adds || i == at || !speaks_for(hint, f))
			continue;
		total += v->score[i];
		sum[(*terms)++] = (struct score){ hint, v->score[i] };
	}
	return cut(total, v->score[at]);
}

static bool
any_hint(const struct verdict *v)
{
	for (size_t i = 0; i < v->n; i++) {
		if (v->rule[i]->adds)
			return true;
	}
	return false;
}

/* The rule of the topic for which most speaks; of equals the surest. */
static void
choose_topic(struct verdict *v, struct arena *a)
{
	struct score *sum = arena_alloc(a, (v->n + 1) * sizeof(*sum));
	struct score *best = arena_alloc(a, (v->n + 1) * sizeof(*best));
	const bool hints = any_hint(v);
	struct score *swap;

	v->sum = best;
	for (size_t i = 0; i < v->n; i++) {
		size_t terms;
		int total;

		if (v->rule[i]->category == NULL)
			continue;
		total = sum_of(v, i, sum, &terms);
		if (v->topic == NULL || total > v->confidence) {
			v->topic = v->rule[i];
			v->confidence = total;
			v->terms = terms;
			swap = best;
			v->sum = best = sum;
			sum = swap;
		}
		if (!hints)
			return;		/* the surest comes first */
	}
}

/* Who says that it can wait is believed, but for what must not wait. */
static void
lower(struct verdict *v)
{
	if (v->level == SEVERITY_CRITICAL || v->escalate != NULL ||
	    v->sensitive)
		return;
	for (size_t i = 0; i < v->n; i++) {
		const struct rule_info *f = v->rule[i];

		if (f->at_most >= 0 && f->at_most < (int)v->level) {
			v->level = (enum severity)f->at_most;
			v->lowered = f;
		}
	}
}

void
rules_decide(const struct rules *r, const struct message *m,
    struct verdict *v, struct arena *a)
{
	const struct answering *how = rules_answering(r, m->customer);
	const int *need = how->threshold;

	choose_topic(v, a);
	if (v->topic != NULL && v->confidence < need[ACT_TOPIC]) {
		v->topic = NULL;
		v->confidence = 0;
		v->terms = 0;
	}
	for (size_t i = 0; i < v->n; i++) {
		const struct rule_info *f = v->rule[i];

		if (f->severity >= 0 && (v->severity == NULL ||
		    f->severity > v->severity->severity))
			v->severity = f;
		if (f->escalate > 0 && v->score[i] >= need[ACT_ESCALATE] &&
		    (v->escalate == NULL ||
		    f->escalate > v->escalate->escalate))
			v->escalate = f;
		v->closing |= f->closing;
		v->sensitive |= f->sensitive;
	}
	if (v->severity != NULL)
		v->level = (enum severity)v->severity->severity;
	lower(v);
	if (v->topic == NULL)
		return;
	if (v->confidence >= need[ACT_ROUTE])
		v->route = v->topic;
	/* What alarms people is not answered as if it were any other. */
	v->reply = v->confidence >= need[ACT_REPLY] && !v->sensitive &&
	    (v->level != SEVERITY_CRITICAL ||
	    v->topic->severity == SEVERITY_CRITICAL);
	/* Whoever sent a key has to revoke it: somebody sees to that. */
	v->secret = strstr(m->text, SECRET_MARK) != NULL ||
	    strstr(m->subject, SECRET_MARK) != NULL;
	v->resolve = v->topic->resolve && m->first && !v->secret &&
	    v->confidence >= need[ACT_RESOLVE] &&
	    v->level != SEVERITY_CRITICAL && !v->sensitive;
}

/* A link, an address, or what a mail program makes one of: "evil.example". */
static bool
links(const char *s)
{
	if (strchr(s, '@') != NULL || strstr(s, "//") != NULL)
		return true;
	for (; (s = strchr(s, '.')) != NULL; s++) {
		if ((s[1] >= 'a' && s[1] <= 'z') ||
		    (s[1] >= 'A' && s[1] <= 'Z') ||
		    (unsigned char)s[1] >= 0x80)
			return true;
	}
	return false;
}

/* A telephone number: seven digits and more behind a plus, or in groups. */
static bool
phones(const char *s)
{
	size_t digits = 0, groups = 0;

	if (s[strspn(s, "+0123456789 ()./-")] != '\0')
		return false;
	for (size_t i = 0; s[i] != '\0'; i++) {
		bool digit = s[i] >= '0' && s[i] <= '9';

		digits += digit;
		groups += digit && (i == 0 || s[i - 1] < '0' || s[i - 1] > '9');
	}
	return digits >= 7 && (groups > 1 || *s == '+');
}

/*
 * A customer's words in an answer of ours: short, on one line, and no link,
 * so that nobody can have us send theirs to somebody else.
 */
static const char *
harmless(const char *text, size_t len, struct arena *a)
{
	struct buf line = BUF_INIT, out = BUF_INIT;
	const char *value = NULL;
	size_t n;

	utf8_clean_line(&line, text, len < 4 * CAPTURE_MAX ? len :
	    utf8_valid(text, 4 * CAPTURE_MAX));
	for (size_t i = 0; i < line.len; i += n) {
		uint32_t c = utf8_decode(line.data + i, line.len - i, &n);

		if (!utf8_unsafe(c))
			buf_add(&out, line.data + i, n);
	}
	if (out.len <= CAPTURE_MAX && out.len > 0 && !links(out.data) &&
	    !phones(out.data))
		value = arena_strndup(a, out.data, out.len);
	buf_free(&line);
	buf_free(&out);
	return value;
}

static bool
has_capture(const struct verdict *v, const char *name)
{
	for (size_t i = 0; i < v->captures; i++) {
		if (strcmp(v->capture[i].name, name) == 0)
			return true;
	}
	return false;
}

/* The groups of the pattern's match, those that are not there yet. */
static void
take_groups(const struct pattern *p, const char *text, struct verdict *v,
    struct capture *list, struct arena *a)
{
	const char *name, *value;
	struct span span;

	for (size_t i = 0; (name = pattern_name(p, i)) != NULL; i++) {
		if (v->captures == CAPTURES_MAX || has_capture(v, name) ||
		    !pattern_group(p, name, &span) || span.end < span.start)
			continue;
		value = harmless(text + span.start, span.end - span.start, a);
		if (value != NULL)
			list[v->captures++] = (struct capture){ name, value };
	}
}

static int
take_captures(struct rules *r, const struct term *t, const struct message *m,
    struct verdict *v, struct capture *list, struct arena *a, struct err *e)
{
	struct span span;
	const char *text;
	int field, got;

	if (t == NULL || t->kind == TERM_NOT)
		return 0;
	if (t->kind == TERM_PATTERN || t->kind == TERM_HEADER) {
		if (pattern_name(r->pattern[t->pattern], 0) == NULL)
			return 0;
		got = term_find(r, t, m, &text, &field, &span, e);
		if (got == 1)
			take_groups(r->pattern[t->pattern], text, v, list, a);
		return got < 0 ? -1 : 0;
	}
	for (t = t->first; t != NULL; t = t->next) {
		if (take_captures(r, t, m, v, list, a, e) < 0)
			return -1;
	}
	return 0;
}

int
rule_captures(struct rules *r, const struct message *m, struct verdict *v,
    struct arena *a, struct err *e)
{
	const struct rule *rule;
	struct capture *list;

	if (v->topic == NULL || *v->topic->captures == NULL)
		return 0;
	list = arena_alloc(a, CAPTURES_MAX * sizeof(*list));
	v->capture = list;
	rule = rule_of(v->topic);
	if (take_captures(r, rule->when, m, v, list, a, e) < 0)
		return -1;
	for (const struct hint *h = rule->hints; h != NULL; h = h->next) {
		if (take_captures(r, h->when, m, v, list, a, e) < 0)
			return -1;
	}
	return 0;
}
