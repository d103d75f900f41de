/* One part of a mail: its type, its name, its bytes. */
#ifndef TAI_FORMAT_MAILPART_H
#define TAI_FORMAT_MAILPART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/mem.h"

struct _GMimeObject;

struct bytes {
	const char *s;
	size_t len;
};

enum mail_body { MAIL_BODY_NO, MAIL_BODY_HTML, MAIL_BODY_PLAIN };

/* "text/plain", in small letters. */
char	*mail_part_type(struct arena *, struct _GMimeObject *);
bool	mail_part_is(struct _GMimeObject *, const char *type, const char *sub);
/* A parameter of its type; NULL without. */
const char *mail_part_parameter(struct _GMimeObject *, const char *name);
/* As it stands there (mail_file_name); NULL without. */
const char *mail_part_name(struct _GMimeObject *);
/* The same, its encoded words put together (mailword.h). */
const char *mail_part_whole_name(struct arena *, struct _GMimeObject *);
/* Whether its bytes stand there in a transfer encoding. */
bool	mail_part_encoded(struct _GMimeObject *);
/* The bytes of a leaf as they stand in the mail. */
struct bytes mail_part_raw(struct _GMimeObject *);
/* Without the transfer encoding; valid until the buffer's next use. */
struct bytes mail_part_content(struct _GMimeObject *, struct buf *);
/* As what a reader would show a leaf of the type. */
enum mail_body mail_part_kind(struct _GMimeObject *);
/*
 * Whether a reader would show it as text (RFC 8621, 4.1.4); related: within a
 * multipart/related, first: as the first of its multipart.
 */
bool	mail_part_shown(struct _GMimeObject *, bool related, bool first);

#endif
