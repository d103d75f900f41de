/*
 * Required literals. A scan of the pattern gives for each part the set of
 * all texts that it can match, where that set is small (exact), a set of
 * which each match contains one (need), the same behind its beginning (rest),
 * and a set of which each match begins with one (start). Whatever is not
 * understood makes the whole pattern unknown: a literal too few costs time,
 * one too many a match.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "format/literalset.h"

#define EXACT_MAX	32	/* texts in an exact set */
#define NEED_MAX	128
#define CLASS_MAX	6	/* characters of a class that stays exact */
#define DEPTH_MAX	100
#define NO_LIMIT	UINT32_MAX

struct part {
	/* n is 0 where nothing is known */
	struct literals exact, start, need, rest;
	bool unbounded;			/* has a * or + that can give back */
};

struct scan {
	const char *p;
	struct arena *arena;
	int depth;
	bool lost;
	const char *danger;
};

static struct part scan_branches(struct scan *);

static struct part
lost(struct scan *s)
{
	s->lost = true;
	return (struct part){ 0 };
}

static struct literals
one(struct scan *s, const char *text)
{
	struct literals set = { 1, arena_alloc(s->arena, sizeof(char *)) };

	set.text[0] = text;
	return set;
}

static struct part
exactly(struct scan *s, char c)
{
	if (strchr(" \t\n\v\f\r", c) != NULL && c != '\0')
		c = ' ';
	if (c >= 'A' && c <= 'Z')
		c = (char)(c - 'A' + 'a');
	return (struct part){
	    .exact = one(s, arena_strndup(s->arena, &c, c != '\0')) };
}

static bool
is_space(const struct literals *set)
{
	return set->n == 1 && strcmp(set->text[0], " ") == 0;
}

/* {n}, {n,} or {n,m}; false when the brace is something else. */
static bool
scan_bounds(struct scan *s, uint32_t *min, uint32_t *max)
{
	const char *p = s->p + 1;
	uint32_t n[2] = { 0, 0 };
	int i = 0;

	if (*p < '0' || *p > '9')
		return false;
	for (; *p != '}'; p++) {
		if (*p == ',' && i == 0)
			i = 1;
		else if (*p >= '0' && *p <= '9' && n[i] < 100000)
			n[i] = n[i] * 10 + (uint32_t)(*p - '0');
		else
			return false;
	}
	*min = n[0];
	*max = i == 0 ? n[0] : p[-1] == ',' ? NO_LIMIT : n[1];
	s->p = p + 1;
	return true;
}

static struct part
repeated(struct scan *s, const struct part *a, uint32_t min, uint32_t max)
{
	static const char *none[] = { "" };
	const struct literals empty = { 1, none };
	struct part b = { .unbounded = a->unbounded };

	if (is_space(&a->exact) || (a->exact.n == 1 &&
	    *a->exact.text[0] == '\0') || (min == 1 && max == 1) ||
	    (min == 0 && max == 1))
		b.exact = a->exact;
	if (min == 0) {
		b.exact = set_either(s->arena, &empty, &b.exact, EXACT_MAX);
		return b;
	}
	b.need = a->need;
	b.rest = a->rest;
	b.start = a->exact.n > 0 ? a->exact : a->start;
	set_prefer(&b.need, &a->exact);
	return b;
}

static struct part
scan_quantifier(struct scan *s, struct part a)
{
	uint32_t min = 1, max = 1;

	switch (*s->p) {
	case '?': min = 0; s->p++; break;
	case '*': min = 0; max = NO_LIMIT; s->p++; break;
	case '+': max = NO_LIMIT; s->p++; break;
	case '{':
		if (!scan_bounds(s, &min, &max))
			return lost(s);
		break;
	default:
		return a;
	}
	if (max > 16 && a.unbounded)
		s->danger = "a repeat within a repeat";
	a = repeated(s, &a, min, max);
	if (max == NO_LIMIT && *s->p != '+')
		a.unbounded = true;
	if (*s->p == '?' || *s->p == '+')
		s->p++;
	return a;
}

/* Behind a backslash; *c is the character, or 0 for a class of them. */
static bool
scan_escape(struct scan *s, char *c)
{
	char e = *s->p;

	if (e == '\0')
		return false;
	s->p++;
	if (strchr("dDwWShHvVRXN", e) != NULL) {
		*c = '\0';
		/* \N{U+...} is a character. */
		return !(e == 'N' && *s->p == '{');
	}
	if (strchr("snrtf", e) != NULL)
		*c = ' ';
	else if ((unsigned char)e < 0x80 && !((e >= '0' && e <= '9') ||
	    (e >= 'a' && e <= 'z') || (e >= 'A' && e <= 'Z')))
		*c = e;
	else
		return false;
	return true;
}

static struct part
scan_backslash(struct scan *s)
{
	char c;

	s->p++;
	if (*s->p != '\0' && strchr("bBAzZGK", *s->p) != NULL) {
		s->p++;
		return exactly(s, '\0');
	}
	if (!scan_escape(s, &c))
		return lost(s);
	return c == '\0' ? (struct part){ 0 } : exactly(s, c);
}

/* One character of a class; false at what makes it no plain list. */
static bool
scan_member(struct scan *s, char *c)
{
	if (*s->p == '\\') {
		s->p++;
		if (*s->p == 'b') {	/* here a backspace */
			s->p++;
			*c = '\0';
			return true;
		}
		return scan_escape(s, c);
	}
	if (*s->p == '[' && (s->p[1] == ':' || s->p[1] == '.' ||
	    s->p[1] == '=')) {
		const char *end = strstr(s->p + 2, ":]");

		if (s->p[1] != ':' || end == NULL || s->p[2] == '<' ||
		    s->p[2] == '>')
			return false;
		s->p = end + 2;
		*c = '\0';
		return true;
	}
	*c = (unsigned char)*s->p < 0x80 ? *s->p : '\0';
	s->p++;
	return true;
}

static struct part
scan_class(struct scan *s)
{
	struct part all = { 0 };
	bool exact = true;
	size_t n = 0;
	char c, last;

	s->p++;
	if (*s->p == '^') {
		exact = false;
		s->p++;
	}
	do {
		if (*s->p == '\0' || !scan_member(s, &c))
			return lost(s);
		last = c;
		if (c != '\0' && *s->p == '-' && s->p[1] != ']' &&
		    s->p[1] != '\0') {
			s->p++;
			if (!scan_member(s, &last))
				return lost(s);
			/* A space may stand for another white space here. */
			if (c == ' ' || last == ' ')
				exact = false;
		}
		if (c == '\0' || last == '\0' || last < c)
			exact = false;
		for (; exact && c <= last; c++) {
			struct part m = exactly(s, c);

			if (++n > CLASS_MAX)
				exact = false;
			else
				all.exact = n == 1 ? m.exact : set_either(
				    s->arena, &all.exact, &m.exact, CLASS_MAX);
		}
	} while (*s->p != ']');
	s->p++;
	if (!exact)
		all.exact.n = 0;
	return all;
}

/* What follows "(?": 1 a group, 0 options alone, -1 not understood. */
static int
scan_group_kind(struct scan *s, bool *looks, bool *atomic)
{
	const char *p = s->p;
	char close;

	if (*p == ':' || *p == '|' || *p == '>') {
		*atomic = *p == '>';
		s->p++;
		return 1;
	}
	*looks = *p == '=' || *p == '!' || (*p == '<' &&
	    (p[1] == '=' || p[1] == '!'));
	if (*looks) {
		s->p += *p == '<' ? 2 : 1;
		return 1;
	}
	if (*p == 'P' && p[1] == '<')
		p++;
	if (*p == '<' || *p == '\'') {
		close = *p == '<' ? '>' : '\'';
		if ((p = strchr(p + 1, close)) == NULL)
			return -1;
		s->p = p + 1;
		return 1;
	}
	p += strspn(p, "imsnUJ^-");
	if (*p != ':' && *p != ')')
		return -1;
	s->p = p + (*p == ':');
	return *p == ':';
}

static struct part
scan_group(struct scan *s)
{
	bool looks = false, atomic = false;
	struct part a = { 0 };
	int kind = 1;

	s->p++;
	if (*s->p == '*' || ++s->depth > DEPTH_MAX)
		return lost(s);
	if (*s->p == '?') {
		s->p++;
		if ((kind = scan_group_kind(s, &looks, &atomic)) < 0)
			return lost(s);
	}
	if (kind > 0)
		a = scan_branches(s);
	if (*s->p != ')')
		return lost(s);
	s->p++;
	s->depth--;
	if (looks || kind == 0)
		return exactly(s, '\0');
	if (atomic)
		a.unbounded = false;
	return a;
}

static struct part
scan_atom(struct scan *s)
{
	unsigned char c = (unsigned char)*s->p;

	switch (c) {
	case '(':
		return scan_group(s);
	case '[':
		return scan_class(s);
	case '\\':
		return scan_backslash(s);
	case '^':
	case '$':
		s->p++;
		return exactly(s, '\0');
	case '.':
		s->p++;
		return (struct part){ 0 };
	case '*':
	case '+':
	case '?':
	case '{':
		return lost(s);
	}
	s->p++;
	if (c < 0x80)
		return exactly(s, (char)c);
	while (((unsigned char)*s->p & 0xc0) == 0x80)
		s->p++;
	return (struct part){ 0 };
}

/* The sequence's start, at the first part that does not join its run. */
static struct literals
start_of(struct scan *s, const struct literals *run, const struct part *a)
{
	struct literals joined = { 0, NULL };
	const struct literals *next = a->exact.n > 0 ? &a->exact : &a->start;

	if (next->n > 0)
		joined = set_both(s->arena, run, next);
	return joined.n > 0 ? joined : set_has(run, "") ?
	    (struct literals){ 0, NULL } : *run;
}

static struct part
scan_sequence(struct scan *s)
{
	struct part whole = { 0 };
	struct literals run = one(s, ""), joined;
	bool exact = true;

	while (!s->lost && *s->p != '\0' && *s->p != '|' && *s->p != ')') {
		struct part a = scan_atom(s);

		if (!s->lost)
			a = scan_quantifier(s, a);
		if (s->lost)
			break;
		whole.unbounded |= a.unbounded;
		if (a.exact.n > 0) {
			joined = set_both(s->arena, &run, &a.exact);
			if (joined.n > 0) {
				run = joined;
				continue;
			}
		}
		if (exact) {
			whole.start = start_of(s, &run, &a);
			set_prefer(&whole.rest, &a.rest);
		} else {
			set_prefer(&whole.rest, &run);
			set_prefer(&whole.rest, &a.need);
		}
		set_prefer(&whole.need, &run);
		set_prefer(&whole.need, &a.need);
		exact = false;
		run = a.exact.n > 0 ? a.exact : one(s, "");
	}
	set_prefer(&whole.need, &run);
	if (exact)
		whole.exact = whole.start = run;
	else
		set_prefer(&whole.rest, &run);
	/* Where nothing follows the beginning, all of it will do. */
	if (whole.rest.n == 0)
		whole.rest = whole.need;
	return whole;
}

static struct part
scan_branches(struct scan *s)
{
	struct part all = scan_sequence(s);
	struct arena *a = s->arena;

	while (!s->lost && *s->p == '|') {
		struct part b;

		s->p++;
		b = scan_sequence(s);
		all.exact = set_either(a, &all.exact, &b.exact, EXACT_MAX);
		all.start = set_either(a, &all.start, &b.start, NEED_MAX);
		all.need = set_either(a, &all.need, &b.need, NEED_MAX);
		all.rest = set_either(a, &all.rest, &b.rest, NEED_MAX);
		all.unbounded |= b.unbounded;
	}
	return all;
}

void
literals_of(const char *pattern, struct arena *a, struct literals *start,
    struct literals *need)
{
	struct scan s = { .p = pattern, .arena = a };
	struct part all = scan_branches(&s);

	*start = *need = (struct literals){ 0, NULL };
	if (s.lost || *s.p != '\0')
		return;
	set_cut(&all.start, a);
	set_thin(start, &all.start, true, a);
	if (start->n > 0)
		all.need = all.rest;
	if (set_worth(&all.need) > 0)
		set_thin(need, &all.need, false, a);
}

const char *
literals_danger(const char *pattern)
{
	struct arena a = { 0 };
	struct scan s = { .p = pattern, .arena = &a };
	size_t len = strlen(pattern);

	scan_branches(&s);
	arena_free(&a);
	if (s.danger != NULL)
		return s.danger;
	if (strncmp(pattern, ".*", 2) == 0 || strncmp(pattern, ".+", 2) == 0)
		return "starts with a repeat of anything";
	if (len >= 2 && pattern[len - 1] == '*' && pattern[len - 2] == '.' &&
	    (len == 2 || pattern[len - 3] != '\\'))
		return "ends with a repeat of anything";
	return NULL;
}
