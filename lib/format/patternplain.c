/*
 * The common part of the syntax of PCRE2, narrower than it: whatever may be
 * refused for any reason, the size of the code included, is not plain.
 */
#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "base/utf8.h"
#include "format/patternplain.h"

#define DEPTH_MAX	20
#define REPEAT_MAX	999
/* What parts of code take at most, in bytes; there may be 65,535 of them. */
#define CODE_MAX	30000
#define CODE_CHAR	20	/* with its repeat */
#define CODE_CLASS	60
#define CODE_GROUP	20	/* or a branch of one */

struct plain {
	const char *p;
	int depth;
	bool back;		/* in a look back: nothing repeats */
};

/* These return the size of the code, or 0 for what is not plain. */
static size_t plain_branches(struct plain *);

static bool
one_of(char c, const char *list)
{
	return c != '\0' && strchr(list, c) != NULL;
}

static bool
repeats(char c)
{
	return c == '?' || c == '*' || c == '+' || c == '{';
}

/* Behind a backslash, in a class or not: a character or a kind of them. */
static bool
plain_escape(struct plain *x, bool *kind)
{
	unsigned char c = (unsigned char)*x->p;

	*kind = one_of(*x->p, "dDwWsS");
	if (!*kind && !one_of(*x->p, "nrt") && (c != ' ' && !ispunct(c)))
		return false;
	x->p++;
	return true;
}

/* A character of a class that a range may begin or end with; else '\0'. */
static bool
plain_member(struct plain *x, unsigned char *c)
{
	bool kind;

	*c = (unsigned char)*x->p;
	if (*c == '[' || *c == ']' || *c == '\0')
		return false;
	x->p++;
	if (*c == '\\') {
		*c = '\0';
		return plain_escape(x, &kind);
	}
	if (*c >= 0x80)
		*c = '\0';
	return true;
}

static size_t
plain_class(struct plain *x)
{
	const char *start = x->p;
	unsigned char first, last;

	x->p += *x->p == '^';
	do {
		if (!plain_member(x, &first))
			return 0;
		if (*x->p != '-' || x->p[1] == ']')
			continue;
		x->p++;
		if (!plain_member(x, &last) || first == '\0' ||
		    last < first || (*x->p == '-' && x->p[1] != ']'))
			return 0;
	} while (*x->p != ']');
	/* [:...:], [....] and [=...=] mean something else. */
	if (one_of(*start, ":.=") && memchr(start + 1, *start,
	    (size_t)(x->p - start - 1)) != NULL)
		return 0;
	x->p++;
	return CODE_CLASS + 10 * (size_t)(x->p - start);
}

/* What follows "(?"; *repeatable: whether a quantifier may stand behind it. */
static size_t
plain_special(struct plain *x, bool *repeatable)
{
	size_t options = strspn(x->p, "ims");

	*repeatable = *x->p == ':';
	if (options > 0) {
		x->p += options;
		return *x->p == ')' ? 1 : 0;
	}
	if (*x->p == '<') {
		x->p++;
		x->back = true;
	}
	if (!one_of(*x->p, "=!") && !(*repeatable && !x->back))
		return 0;
	x->p++;
	return plain_branches(x);
}

static size_t
plain_group(struct plain *x, bool *repeatable)
{
	bool back = x->back;
	size_t code;

	*repeatable = true;
	if (back || *x->p == '*' || ++x->depth > DEPTH_MAX)
		return 0;
	if (*x->p == '?') {
		x->p++;
		code = plain_special(x, repeatable);
	} else
		code = plain_branches(x);
	if (code == 0 || *x->p != ')')
		return 0;
	x->p++;
	x->depth--;
	x->back = back;
	return code + CODE_GROUP;
}

static bool
plain_number(struct plain *x, size_t *n)
{
	if (!isdigit((unsigned char)*x->p))
		return false;
	for (*n = 0; isdigit((unsigned char)*x->p); x->p++) {
		if ((*n = 10 * *n + (size_t)(*x->p - '0')) > REPEAT_MAX)
			return false;
	}
	return true;
}

/* {n}, {n,} and {n,m}; *times is the most that code is made for. */
static bool
plain_bounds(struct plain *x, size_t *times)
{
	size_t least, most;

	if (!plain_number(x, &least))
		return false;
	most = least;
	if (*x->p == ',') {
		x->p++;
		if (*x->p != '}' && !plain_number(x, &most))
			return false;
	}
	if (*x->p != '}' || most < least || most == 0)
		return false;
	x->p++;
	*times = most + 1;
	return true;
}

/* The size of the code with the quantifier behind it, if there is one. */
static size_t
plain_repeat(struct plain *x, size_t code, bool group)
{
	size_t times = 1;

	if (!repeats(*x->p))
		return code;
	if (x->back)
		return 0;
	if (*x->p++ == '{' && !plain_bounds(x, &times))
		return 0;
	x->p += one_of(*x->p, "?+");
	return group ? times * code + CODE_GROUP : code;
}

static size_t
plain_atom(struct plain *x)
{
	bool repeatable = true, group = false, kind;
	size_t code = CODE_CHAR;

	switch (*x->p++) {
	case '(':
		group = true;
		code = plain_group(x, &repeatable);
		break;
	case '[':
		code = plain_class(x);
		break;
	case '^':
	case '$':
		repeatable = false;
		break;
	case '\\':
		repeatable = !one_of(*x->p, "bBAzZ");
		if (!repeatable)
			x->p++;
		else if (!plain_escape(x, &kind))
			return 0;
		break;
	case '?':
	case '*':
	case '+':
	case '{':
		return 0;
	default:
		while (((unsigned char)*x->p & 0xc0) == 0x80)
			x->p++;
	}
	if (code == 0 || (!repeatable && repeats(*x->p)))
		return 0;
	return plain_repeat(x, code, group);
}

static size_t
plain_branches(struct plain *x)
{
	size_t code = CODE_GROUP, atom;

	for (; *x->p != '\0' && *x->p != ')'; code += atom) {
		if (isalnum((unsigned char)*x->p) && !repeats(x->p[1])) {
			x->p++;
			atom = CODE_CHAR;
		} else if (*x->p == '|') {
			x->p++;
			atom = CODE_GROUP;
		} else if ((atom = plain_atom(x)) == 0)
			return 0;
		if (code + atom > CODE_MAX)
			return 0;
	}
	return code;
}

bool
pattern_plain(const char *text)
{
	struct plain x = { .p = text };
	size_t len = strlen(text);

	return len < CODE_MAX / CODE_CHAR && utf8_valid(text, len) == len &&
	    plain_branches(&x) > 0 && *x.p == '\0';
}
