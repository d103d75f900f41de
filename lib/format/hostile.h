/* Texts that are made to keep a pattern busy. */
#ifndef TAI_FORMAT_HOSTILE_H
#define TAI_FORMAT_HOSTILE_H

#include <stddef.h>

#include "base/mem.h"

#define HOSTILE_MOST	16	/* texts for a pattern */
#define HOSTILE_LEN	256	/* bytes of each */

/*
 * For each repeat without a bound a text that leads to it, goes round in it
 * and then fails; with and without what is optional. None of a pattern that
 * cannot be read. Returns how many.
 */
size_t	hostile_texts(const char *pattern, struct arena *,
	    const char *out[HOSTILE_MOST]);

#endif
