/* What makes two messages alike, as numbers to compare. */
#ifndef TAI_FORMAT_ALIKE_H
#define TAI_FORMAT_ALIKE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "format/record.h"

struct alike {
	int64_t sender;		/* the address in from */
	int64_t subject;	/* without blanks */
	int64_t text;		/* with the subject, quotes left out */
	int64_t shape;		/* the same without digits */
};

struct alike_mail {
	int64_t at;
	int64_t nonce;		/* of its record: see struct event */
	struct alike alike;
};

/*
 * Of a message record, or of a mail as the parser gives it (fields from,
 * subject, text, quoted, attachments). False when it has no sender.
 */
bool	alike_of(const struct rec *, struct alike *, struct arena *);
/* The number of an address in any spelling; 0 for none. */
int64_t	alike_sender(const char *address, struct arena *);

#endif
