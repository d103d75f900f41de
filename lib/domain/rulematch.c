/* Messages against rules: who matches, who decides, and why. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "domain/ruleset.h"
#include "domain/topic.h"

#define TEXT_MAX	((size_t)64 << 10)	/* rules look no further */
#define SUBJECT_MAX	((size_t)4 << 10)

/* What a character of typography is in plain; "" when it goes. NULL: itself. */
static const char *
plain(uint32_t c)
{
	switch (c) {
	case 0xad: case 0x200b: case 0x200c: case 0x200d: case 0x2060:
	case 0xfeff:
		return "";
	case 0xa0: case 0x202f: case 0x3000:
		return " ";
	case 0x2018: case 0x2019: case 0x201b: case 0x2bc: case 0xb4:
		return "'";
	case 0x201c: case 0x201d: case 0x201e: case 0xab: case 0xbb:
		return "\"";
	default:
		if (c >= 0x2000 && c <= 0x200a)
			return " ";
		return c >= 0x2010 && c <= 0x2015 ? "-" : NULL;
	}
}

char *
message_plain(struct arena *a, const char *text, size_t len, size_t most,
    size_t *out_len)
{
	char *out, *to;
	size_t n;

	if (len > most) {
		while (most > 0 && ((unsigned char)text[most] & 0xc0) == 0x80)
			most--;
		len = most;
	}
	out = to = arena_alloc(a, len + 1);
	for (size_t i = 0; i < len; i += n) {
		const char *as = NULL;

		n = 1;
		if ((unsigned char)text[i] >= 0x80)
			as = plain(utf8_decode(text + i, len - i, &n));
		if (as == NULL)
			to = mempcpy(to, text + i, n);
		else if (*as != '\0')
			*to++ = *as;
	}
	*to = '\0';
	if (out_len != NULL)
		*out_len = (size_t)(to - out);
	return out;
}

/* The text without its quoted ranges, which may come in any order. */
static char *
own_words(const struct rec *r, const char *text, size_t *len,
    struct arena *a)
{
	char *own = arena_alloc(a, *len + 1);
	size_t pos = 0, from = 0, n = 0;
	struct value list, range, end[2];

	if (!rec_get(r, "quoted", &list) || list.kind != VALUE_ARRAY)
		return arena_strndup(a, text, *len);
	while (value_next(&list, &pos, &range)) {
		int64_t at[2] = { -1, -1 };
		size_t inner = 0;

		if (range.kind != VALUE_ARRAY)
			continue;
		for (int i = 0; i < 2 && value_next(&range, &inner, &end[i]);
		    i++)
			value_int(&end[i], &at[i]);
		if (at[0] < (int64_t)from || at[1] < at[0] ||
		    at[1] > (int64_t)*len)
			continue;
		memcpy(own + n, text + from, (size_t)at[0] - from);
		n += (size_t)at[0] - from;
		from = (size_t)at[1];
	}
	memcpy(own + n, text + from, *len - from);
	*len = n + *len - from;
	/* A range that splits a character must not reach the patterns. */
	if (utf8_valid(own, *len) < *len)
		*len = utf8_valid(own, *len);
	own[*len] = '\0';
	return own;
}

static const char *
text_field(const struct rec *r, const char *name, struct arena *a)
{
	const char *s = rec_str(r, name, a);

	return s != NULL ? s : "";
}

static bool
opens_ticket(const struct rec *r)
{
	struct value v;
	bool first;

	if (rec_get(r, "thread", &v) && v.kind == VALUE_OBJECT) {
		struct rec *thread = xmalloc(sizeof(*thread));

		value_object(&v, thread);
		first = rec_is(thread, "method", "new");
		free(thread);
		return first;
	}
	return !rec_get(r, "in_reply_to", &v) || v.kind != VALUE_STRING ||
	    v.len <= 2;
}

int
message_of(const struct rec *r, struct message *m, struct arena *a,
    struct err *e)
{
	const char *subject = text_field(r, "subject", a), *text;
	struct value v;
	size_t len, all;

	memset(m, 0, sizeof(*m));
	if (!rec_get(r, "text", &v) || v.kind != VALUE_STRING)
		return err_set(e, ERR_INPUT, "text is not a string");
	m->first = opens_ticket(r);
	/* "Re: rules are not executed" is what the ticket is called, and no
	 * word of the one who answers in it. */
	if (!m->first && topic_marks(subject) > 0)
		subject = "";
	m->subject = message_plain(a, subject, strlen(subject), SUBJECT_MAX,
	    NULL);
	text = value_str(&v, a, &len);
	all = len;
	m->text = own_words(r, text, &len, a);
	if (m->first && strspn(m->text, " \t\n\r") == len) {
		m->text = text;
		len = all;
	}
	m->text = message_plain(a, m->text, len, TEXT_MAX, &m->text_len);
	m->from = "";
	if (rec_get(r, "from", &v) && v.kind == VALUE_OBJECT) {
		struct rec *from = xmalloc(sizeof(*from));

		value_object(&v, from);
		m->from = text_field(from, "address", a);
		free(from);
	}
	m->channel = text_field(r, "channel", a);
	m->customer = text_field(r, "customer", a);
	m->tier = "";
	return 0;
}

const char *
message_field(const struct message *m, int field, size_t *len)
{
	const char *s = field == FIELD_SUBJECT ? m->subject :
	    field == FIELD_TEXT ? m->text : field == FIELD_FROM ? m->from :
	    field == FIELD_CHANNEL ? m->channel : field == FIELD_TIER ?
	    m->tier : m->first ? "true" : "false";

	if (s == NULL)
		s = "";
	*len = field == FIELD_TEXT && m->text != NULL ? m->text_len :
	    strlen(s);
	return s;
}

/*
 * To look for all patterns at once is dear to prepare: whoever has a message
 * or two is better served one by one.
 */
#define ONE_BY_ONE	6

static void
build(struct rules *r)
{
	pattern_set_build(r->set);
	for (int i = 0; i < SCANNED; i++)
		r->scan[i] = pattern_scan_new(r->set);
	r->built = true;
}

void
rules_scan(struct rules *r, const struct message *m)
{
	if (!r->built && ++r->scans > ONE_BY_ONE)
		build(r);
	for (int field = 0; r->built && field < SCANNED; field++) {
		size_t len;
		const char *text = message_field(m, field, &len);

		pattern_scan_text(r->scan[field], text, len);
	}
}

static int
look(struct rules *r, const struct term *t, const struct message *m,
    int field, struct err *e)
{
	struct span ignored;
	size_t len;
	const char *text = message_field(m, field, &len);

	return pattern_match(r->pattern[t->pattern], text, len, 0, &ignored,
	    e);
}

/*
 * The first of its fields in which the pattern is, plus 1; 0 for none, -1. A
 * pattern that reaches its limits does not match: no mail may keep itself from
 * being judged by the others.
 */
static int
find(struct rules *r, const struct term *t, const struct message *m,
    struct err *e)
{
	for (int field = 0; field < SCANNED; field++) {
		struct err limit;
		int got;

		if (!(t->fields >> field & 1) || (r->built &&
		    !pattern_scan_may(r->scan[field], t->pattern)))
			continue;
		err_clear(&limit);
		got = r->built ? pattern_scan_match(r->scan[field],
		    t->pattern, &limit) : look(r, t, m, field, &limit);
		if (got == 1)
			return field + 1;
		if (got < 0 && limit.kind != ERR_INPUT)
			return err_set(e, limit.kind, "%s", limit.text);
	}
	return 0;
}

static bool
equals(const struct term *t, const struct message *m)
{
	size_t len;
	int field = t->fields >> FIELD_CHANNEL & 1 ? FIELD_CHANNEL :
	    FIELD_TIER;

	return strcasecmp(message_field(m, field, &len), t->text) == 0;
}

int
term_holds(struct rules *r, const struct term *t, const struct message *m,
    struct err *e)
{
	const bool all = t->kind == TERM_ALL;
	int got;

	switch (t->kind) {
	case TERM_PATTERN:
		got = find(r, t, m, e);
		return got > 0 ? 1 : got;
	case TERM_EQUAL:
		return equals(t, m);
	case TERM_FIRST:
		return t->truth == m->first;
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

static int
by_confidence(const void *x, const void *y)
{
	const struct rule *a = *(const struct rule *const *)x;
	const struct rule *b = *(const struct rule *const *)y;

	if (a->info.confidence != b->info.confidence)
		return a->info.confidence > b->info.confidence ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

/* Reads the matching rules, the surest first, into who decided what. */
static void
decide(const struct rules *r, const struct message *m, struct verdict *v)
{

	for (size_t i = 0; i < v->n; i++) {
		const struct rule_info *f = v->rule[i];

		if (f->category != NULL && v->topic == NULL)
			v->topic = f;
		if (f->severity >= 0 && (v->severity == NULL ||
		    f->severity > v->severity->severity))
			v->severity = f;
		if (f->escalate > 0 && (v->escalate == NULL ||
		    f->escalate > v->escalate->escalate))
			v->escalate = f;
		v->closing |= f->closing;
		v->sensitive |= f->sensitive;
	}
	if (v->severity != NULL)
		v->level = (enum severity)v->severity->severity;
	v->resolve = v->topic != NULL && v->topic->resolve && m->first &&
	    r->answering.threshold >= 0 &&
	    v->topic->confidence >= r->answering.threshold &&
	    v->level != SEVERITY_CRITICAL && !v->sensitive;
}

int
rules_match(struct rules *r, const struct message *m, struct arena *a,
    struct verdict *v, struct err *e)
{
	struct rule **found = arena_alloc(a, (r->n + 1) * sizeof(*found));

	memset(v, 0, sizeof(*v));
	v->level = SEVERITY_LOW;
	rules_scan(r, m);
	for (size_t i = 0; i < r->n; i++) {
		int got = term_holds(r, r->rule[i]->when, m, e);

		if (got < 0)
			return -1;
		if (got)
			found[v->n++] = r->rule[i];
	}
	if (v->n > 1)
		qsort(found, v->n, sizeof(*found), by_confidence);
	v->rule = arena_alloc(a, (v->n + 1) * sizeof(*v->rule));
	for (size_t i = 0; i < v->n; i++)
		v->rule[i] = &found[i]->info;
	v->rule[v->n] = NULL;
	decide(r, m, v);
	return 0;
}

struct explaining {
	struct rules *rules;
	const struct message *message;
	void (*hit)(void *, const struct hit *);
	void *arg;
	struct err *err;
};

/* Tells what made the term hold; nothing of what is below a not. */
static int
explain(const struct explaining *x, const struct term *t)
{
	struct hit hit = { .pattern = t->text };
	const char *text;
	size_t len;
	int field = 0, got;

	if (t->kind == TERM_NOT)
		return 0;
	for (const struct term *sub = t->first; sub != NULL; sub = sub->next) {
		if ((got = term_holds(x->rules, sub, x->message, x->err)) < 0)
			return -1;
		if (got && explain(x, sub) < 0)
			return -1;
	}
	if (t->kind == TERM_ALL || t->kind == TERM_ANY)
		return 0;
	if (t->kind == TERM_PATTERN) {
		if ((field = find(x->rules, t, x->message, x->err) - 1) < 0)
			return -1;
		text = message_field(x->message, field, &len);
		if (pattern_match(x->rules->pattern[t->pattern], text, len, 0,
		    &hit.span, x->err) < 0)
			return -1;
	} else {
		while (!(t->fields >> field & 1))
			field++;
		message_field(x->message, field, &hit.span.end);
		if (t->kind == TERM_FIRST)
			hit.pattern = t->truth ? "true" : "false";
	}
	hit.field = field_names[field];
	x->hit(x->arg, &hit);
	return 0;
}

int
rules_explain(struct rules *r, const struct rule_info *info,
    const struct message *m, void (*hit)(void *, const struct hit *),
    void *arg, struct err *e)
{
	struct explaining x = { r, m, hit, arg, e };
	int got;

	rules_scan(r, m);
	for (size_t i = 0; i < r->n; i++) {
		if (&r->rule[i]->info != info)
			continue;
		got = term_holds(r, r->rule[i]->when, m, e);
		return got <= 0 ? got : explain(&x, r->rule[i]->when);
	}
	return 0;
}
