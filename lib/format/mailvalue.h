/* What the values of a mail's header fields mean. */
#ifndef TAI_FORMAT_MAILVALUE_H
#define TAI_FORMAT_MAILVALUE_H

#include <stdbool.h>

#include "base/mem.h"
#include "format/record.h"

/* GMime, started, and how it is to parse; the library's for good. */
struct _GMimeParserOptions *mail_options(void);

/* One clean line, encoded words decoded; NULL of NULL. */
char	*mail_line(struct arena *, const char *);
/*
 * {"address":A,"name":N} of a field under the key: the first whole address,
 * else one that stands in it against the standard, else a local name, else
 * the text as a name. Returns the address, or NULL without.
 */
char	*mail_write_one(struct arena *, const char *value, const char *key,
	    struct writer *);
/* An array of them; false when there are more than it holds. */
bool	mail_write_many(struct arena *, const char *value, const char *key,
	    struct writer *);

#endif
