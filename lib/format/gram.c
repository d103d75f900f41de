/*
 * What a text must have for a plain pattern to match: a walk over the pattern
 * follows its groups and looks up the letters that stand together. Far less
 * than the literals of a set know, and far cheaper to find out once.
 */
#include <string.h>

#include "format/gram.h"
#include "format/patternplain.h"

#define SIGNS		GRAM_SIGNS
#define OTHER		SIGNS		/* no letter and no digit */

/* Of a byte, as PCRE2 folds ASCII. */
static unsigned
sign_of(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'z' ? 10u + c - 'a' : OTHER;
}

static void
set(uint64_t *bits, unsigned i)
{
	bits[i / 64] |= UINT64_C(1) << (i % 64);
}

static bool
has(const uint64_t *bits, unsigned i)
{
	return bits[i / 64] >> (i % 64) & 1;
}

void
grams_of(struct grams *g, const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *)text, *end = p + len;
	unsigned before = OTHER, last = OTHER, sign;

	memset(g, 0, sizeof(*g));
	for (; p < end; p++, before = last, last = sign) {
		sign = sign_of(*p);
		/* U+017F folds to s and U+212A to k. */
		if (end - p >= 2 && p[0] == 0xc5 && p[1] == 0xbf) {
			sign = sign_of('s');
			p++;
		} else if (end - p >= 3 && p[0] == 0xe2 && p[1] == 0x84 &&
		    p[2] == 0xaa) {
			sign = sign_of('k');
			p += 2;
		}
		if (sign == OTHER || last == OTHER)
			continue;
		set(g->two, last * SIGNS + sign);
		if (before != OTHER)
			set(g->three, (before * SIGNS + last) * SIGNS + sign);
	}
}

struct walk {
	const char *p;
	const struct grams *grams;
	unsigned before, last;	/* signs that stand together */
	bool may;		/* of the branch */
};

static void
next_sign(struct walk *w, unsigned sign)
{
	if (sign != OTHER && w->last != OTHER) {
		w->may &= w->before == OTHER ?
		    has(w->grams->two, w->last * SIGNS + sign) :
		    has(w->grams->three, (w->before * SIGNS + w->last) *
		    SIGNS + sign);
	}
	w->before = w->last;
	w->last = sign;
}

static bool
repeats(char c)
{
	return c == '?' || c == '*' || c == '+' || c == '{';
}

/* Past a quantifier; whether what it stands behind may be missing. */
static bool
skip_quantifier(struct walk *w)
{
	bool missing = *w->p == '?' || *w->p == '*' ||
	    (*w->p == '{' && w->p[1] == '0');

	if (!repeats(*w->p))
		return false;
	w->p = *w->p == '{' ? strchr(w->p, '}') + 1 : w->p + 1;
	w->p += *w->p == '?' || *w->p == '+';
	return missing;
}

static bool walk_branches(struct walk *);

static void
walk_group(struct walk *w)
{
	bool may = w->may, looks = false, got;

	if (*w->p == '?') {
		looks = *++w->p != ':';
		w->p += strspn(w->p, "ims");
		w->p += *w->p == '<';
		w->p += *w->p != ')';
	}
	got = walk_branches(w);
	w->p++;
	w->may = may && (skip_quantifier(w) || looks || got);
	w->before = w->last = OTHER;
}

static void
skip_class(struct walk *w)
{
	for (; *w->p != ']'; w->p++)
		w->p += *w->p == '\\';
	w->p++;
}

static void
walk_atom(struct walk *w)
{
	unsigned char c = (unsigned char)*w->p++;
	unsigned sign = sign_of(c);

	if (c == '(') {
		walk_group(w);
		return;
	}
	if (c == '[')
		skip_class(w);
	else if (c == '\\')
		w->p++;
	if (!repeats(*w->p)) {
		next_sign(w, sign);
		return;
	}
	if (*w->p == '+')
		next_sign(w, sign);
	skip_quantifier(w);
	next_sign(w, OTHER);
}

/* Whether one of the branches may match. */
static bool
walk_branches(struct walk *w)
{
	bool any = false;

	for (;; w->p++) {
		w->may = true;
		w->before = w->last = OTHER;
		while (*w->p != '\0' && *w->p != '|' && *w->p != ')')
			walk_atom(w);
		any |= w->may;
		if (*w->p != '|')
			return any;
	}
}

bool
pattern_plain_may(const char *text, const struct grams *g)
{
	struct walk w = { .p = text, .grams = g };

	return walk_branches(&w);
}
