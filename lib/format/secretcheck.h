/* What a pattern alone can't say of a secret: sums, lengths, randomness. */
#ifndef TAI_FORMAT_SECRETCHECK_H
#define TAI_FORMAT_SECRETCHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "format/pattern.h"

struct secret_words {		/* lower case, NULL ends */
	const char *const *placeholders;	/* "required", "changeme" */
	const char *const *no_cards;	/* before a number: "order" */
};

/* Whether the span of the text is one; may cut off its end. */
typedef bool secret_check(const struct secret_words *, const char *text,
    size_t len, struct span *);

/*
 * By name: card (ISO/IEC 7812-1: issuer, length, Luhn), iban (ISO 13616:
 * country, length, mod 97), ssn (numbers that the US gives), random (letters
 * and digits without order), token (the same, or a UUID), password (after its
 * word), written (no placeholder); NULL for any other.
 */
secret_check *secret_check_named(const char *);

#endif
