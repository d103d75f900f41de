/* Text in the character sets that mails name, as UTF-8. */
#ifndef TAI_FORMAT_CHARSET_H
#define TAI_FORMAT_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * Appends the text as UTF-8 (cleaning is the caller's, utf8_clean) until the
 * buffer holds max bytes. The name may be NULL, wrong or unknown: then UTF-8
 * where the bytes are, else windows-1252. Returns false when the text is not
 * what its name says. Keeps converters open between calls: one thread only.
 */
bool	charset_decode(const char *name, const char *, size_t, size_t max,
	    struct buf *);

#endif
