/* Files that stand uuencoded in a text. */
#ifndef TAI_FORMAT_UUENCODE_H
#define TAI_FORMAT_UUENCODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct uu_file {
	size_t start, end;	/* of "begin" to behind "end", in the text */
	const char *name;	/* points into the text */
	size_t name_len;
};

/*
 * The first file at or behind from, its bytes appended to data; false when
 * there is none that is whole.
 */
bool	uu_next(const char *, size_t, size_t from, struct uu_file *,
	    struct buf *data);

#endif
