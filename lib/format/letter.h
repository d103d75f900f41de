/*
 * A mail of ours as RFC 5322 text. Every field is data: line ends and other
 * controls in it never reach the header, and an address is one address.
 */
#ifndef TAI_FORMAT_LETTER_H
#define TAI_FORMAT_LETTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct letter {
	const char *name, *from;	/* of the sender; name may be NULL */
	const char *reply_to;		/* or NULL */
	const char *const *to;		/* addresses, NULL ends */
	const char *subject, *text;	/* UTF-8 */
	int64_t date;
	const char *message_id;		/* without <> */
	const char *in_reply_to;	/* or NULL */
	const char *const *references;	/* oldest first, NULL ends; or NULL */
	/* "auto-replied", "auto-generated" (RFC 3834), NULL for a person's. */
	const char *auto_submitted;
};

/*
 * Whether a text is one address that may stand in a header and on a command
 * line: local@domain of RFC 5321, without comments, quotes or a leading "-".
 */
bool	letter_address(const char *);
/* Appends the mail, lines ending in LF; ERR_INPUT names a wrong address. */
int	letter_write(const struct letter *, struct buf *, struct err *);

#endif
