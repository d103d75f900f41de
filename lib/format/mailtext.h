/* The text of a mail, put together from its parts. */
#ifndef TAI_FORMAT_MAILTEXT_H
#define TAI_FORMAT_MAILTEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/hash.h"
#include "format/quote.h"
#include "format/record.h"

enum mail_flag {
	MAIL_NO_DATE, MAIL_TRUNCATED, MAIL_BAD_CHARSET, MAIL_MANY_RECIPIENTS,
	MAIL_MANY_ATTACHMENTS, MAIL_DEEP, MAIL_ENCRYPTED, MAIL_SIGNED,
	MAIL_SECRET,
	MAIL_FLAGS
};

struct mail_text {
	struct buf text, scratch;
	struct buf marks;		/* struct range of it (html.h) */
	size_t own, body;		/* where a mail within it starts with
					   its header, and its text; body 0 */
	struct buf body_marks;		/* as marks, of that text */
	bool html;			/* some of it was */
	bool flag[MAIL_FLAGS];
};

struct mail_format {			/* parameters; NULL without */
	const char *charset, *format, *delsp;
	bool html;
};

void	mail_text_start(struct mail_text *);
/* Adds a part's content, without its transfer encoding, from a new line. */
void	mail_text_add(struct mail_text *, const char *, size_t,
	    const struct mail_format *);
/* Cuts it to 4 MiB and to one line end. */
void	mail_text_finish(struct mail_text *);
/*
 * Adds the finished text of a mail within it, under the lines of its header.
 */
void	mail_text_append(struct mail_text *, const struct buf *header,
	    const struct mail_text *);
/* The fields text, html, quoted and asks; then, on its own, flags. */
void	mail_text_write(const struct mail_text *, bool reply, bool forward,
	    struct quote_forward *, struct writer *);
void	mail_text_write_flags(const struct mail_text *, struct writer *);
void	mail_text_free(struct mail_text *);

/*
 * Adds text to a hash such that CR LF and LF, an mbox's ">From " and blanks
 * at the end of lines and of the text make no difference.
 */
void	mail_text_hash(struct hash *, const char *, size_t);

#endif
