/* Who wrote a mail that was forwarded, by what the forwarding copied. */
#ifndef TAI_FORMAT_FORWARD_H
#define TAI_FORMAT_FORWARD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "format/quote.h"
#include "format/record.h"

/*
 * The address and the name of a value such as "Joe Doe <joe@x.example>",
 * "Doe, Joe [mailto:joe@x.example]", "joe@x.example (Joe)", "Joe Doe"; NULL
 * for what it does not have.
 */
void	forward_party(struct arena *, const char *, size_t, char **address,
	    char **name);
/*
 * The field forwarded of a mail (tai-record(5)). A date without a zone is of
 * the zone of the mail around it, in seconds east, or MAIL_ZONE_NONE.
 */
void	forward_write(struct arena *, const struct quote_forward *,
	    int32_t zone, struct writer *);

#endif
