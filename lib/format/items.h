/*
 * Foreign JSON as a stream of items: JSON Lines, values one after another, an
 * array, or an object whose array of a known name holds the items ("tickets",
 * "users"). Items obey the profile of records (format/record.h): 16 MiB, 64
 * levels, valid UTF-8, no NUL, no half of a surrogate pair. One that does not
 * is refused and the next is read; memory is bound by the largest item.
 */
#ifndef TAI_FORMAT_ITEMS_H
#define TAI_FORMAT_ITEMS_H

#include "base/source.h"
#include "format/record.h"

struct items;

struct item {			/* valid until the next call */
	struct value value;
	const char *key;	/* the array it stood in, or NULL */
	size_t line;		/* of the stream, where it begins, from 1 */
};

/*
 * keys: names of arrays whose elements are the items when the top-level value
 * is an object that has one (NULL ends; NULL for none). An object without any
 * of them is one item itself. Other fields beside the arrays are dropped.
 */
struct items *items_open(const struct source *, const char *const *keys);
/*
 * 1: an item; 0: the end; -1: refused (ERR_INPUT, "name:line: ..."; reading
 * can go on) or the source failed (any other kind).
 */
int	items_next(struct items *, struct item *, struct err *);
/* Where the item last returned or refused begins. */
size_t	items_line(const struct items *);
void	items_close(struct items *);

/*
 * What a path names within a value: "alerts[0].labels.severity"; a name with
 * dots stands in double quotes: labels."k8s.io/name". False when there is no
 * such thing.
 */
bool	value_at(const struct value *, const char *path, struct value *);
/* A string decoded, a number or truth as spelled; NULL for anything else. */
const char *value_text(const struct value *, struct arena *);
/* value_at and value_text in one; NULL when missing or null. */
const char *value_text_at(const struct value *, const char *path,
	    struct arena *);
/* RFC 3339, or seconds, milliseconds or microseconds since 1970 as a number
 * or its text (by its size). */
bool	value_moment_at(const struct value *, const char *path, int64_t *);

#endif
