/* Pieces of mail headers that need no MIME parser. */
#ifndef TAI_FORMAT_MAILHEAD_H
#define TAI_FORMAT_MAILHEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/mem.h"
#include "format/record.h"

#define MAIL_IDS	100

struct mail_field {		/* points into the message */
	const char *name;
	size_t name_len;
	const char *value;	/* as it stands, folded, with its line end */
	size_t len;
};
/*
 * The header field at *pos, which moves behind it; start with 0. False at the
 * end of the header, with *pos at the body: behind an empty line, or, as MTAs
 * do it, at the first line that is no field.
 */
bool	mail_next_field(const char *, size_t, size_t *pos,
	    struct mail_field *);
bool	mail_field_is(const struct mail_field *, const char *name);

/* The value on one line of clean UTF-8 without blanks around it. */
char	*mail_clean(struct arena *, const char *, size_t);
/* A file's name out of any path: the last part, no controls, no bidi. */
char	*mail_file_name(struct arena *, const char *);
/*
 * The ids of a Message-ID, In-Reply-To or References value, without <>:
 * the first and the newest, at most MAIL_IDS, in their order. Without any
 * <id>, the words with an @.
 */
size_t	mail_ids(struct arena *, const char *value, char *ids[MAIL_IDS]);
/* {"address":A,"name":N} or nothing, when both are missing. */
void	mail_write_address(struct writer *, const char *address,
	    const char *name);
/*
 * An address in a value that is not one by the standard, as list archives
 * write them: "joe at example.com (Joe Doe)", "Joe Doe joe@example.com".
 * False when there is none.
 */
bool	mail_guess_address(struct arena *, const char *value, char **address,
	    char **name);
/* Joins format=flowed lines (RFC 3676); the text has LF or CRLF. */
void	mail_unflow(const char *, size_t, bool delsp, struct buf *);
/*
 * What a mail says of itself in its first 64 KiB, for one that cannot be
 * parsed: an object with message_id, in_reply_to, references, from, subject, signs.
 */
void	mail_scan(const char *, size_t, struct buf *json);

#endif
