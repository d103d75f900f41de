/* Which parts of a mail's text its writer did not write. */
#ifndef TAI_FORMAT_QUOTE_H
#define TAI_FORMAT_QUOTE_H

#include <stdbool.h>
#include <stddef.h>

struct range {			/* bytes, half-open, whole lines */
	size_t start, end;
};

#define QUOTE_RANGES	5000

/*
 * Finds quoted lines ("> ") with the line that introduces them, replies as
 * Outlook writes them ("-----Original Message-----", "From: Sent: To:
 * Subject:", in many languages) to the end of the text, and signatures
 * ("-- "). Returns how many ranges, ascending and apart, at most max.
 */
size_t	quote_find(const char *, size_t, struct range *, size_t max);

/* Whether the text outside of the ranges asks something. */
bool	quote_asks(const char *, size_t, const struct range *, size_t n);

#endif
