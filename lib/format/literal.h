/* What the text of a regular expression says about its matches. */
#ifndef TAI_FORMAT_LITERAL_H
#define TAI_FORMAT_LITERAL_H

#include <stddef.h>

#include "base/mem.h"

/*
 * Literals are folded: lower case ASCII, every run of white space one space.
 * A text is folded the same way, and U+212A and U+017F in it are a k and an
 * s, as PCRE2 has it. Letters outside of ASCII are in no literal.
 */
#define LITERAL_MIN	3	/* characters; shorter ones are everywhere */
#define LITERAL_START	2	/* the same of what a match begins with */

struct literals {
	size_t n;		/* 0: nothing is known */
	const char **text;
};

/*
 * Every match contains, when folded, at least one of need, and begins with
 * one of start (no spaces in these; at the match's first byte).
 */
void	literals_of(const char *pattern, struct arena *,
	    struct literals *start, struct literals *need);
/* Why the pattern may take very long, or is wider than it has to be; NULL. */
const char *literals_danger(const char *pattern);

#endif
