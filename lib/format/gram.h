/* Which letters and digits of ASCII stand together in a text: twos, threes. */
#ifndef TAI_FORMAT_GRAM_H
#define TAI_FORMAT_GRAM_H

#include <stddef.h>
#include <stdint.h>

#define GRAM_SIGNS	36	/* 0 to 9, a to z in any case */

struct grams {			/* a bit for each that is there */
	uint64_t two[GRAM_SIGNS * GRAM_SIGNS / 64 + 1];
	uint64_t three[GRAM_SIGNS * GRAM_SIGNS * GRAM_SIGNS / 64 + 1];
};

void	grams_of(struct grams *, const char *, size_t);

#endif
