/* The parts of a mail, each as text or as an attachment. */
#ifndef TAI_FORMAT_MAILTREE_H
#define TAI_FORMAT_MAILTREE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/mem.h"
#include "format/mail.h"
#include "format/mailpart.h"
#include "format/mailtext.h"
#include "format/report.h"

struct mail_tree {
	struct mail_text text;
	struct buf attachments;	/* an array of JSON */
	struct buf hashes;	/* of their bytes, stable under transport */
	const char *report;	/* multipart/report: its type or "" */
	struct report found;	/* in its parts */
	struct buf calendar;	/* the field, empty without an invitation */
	struct bytes attached;	/* the first mail within it; s NULL without */
};

/*
 * Reads the fields that say how the body is made and, behind an empty line,
 * the body; each attachment is handed to part, which may be NULL. Strings are
 * the arena's.
 */
void	mail_tree_read(struct mail_tree *, struct arena *, struct buf *,
	    void (*part)(void *, const struct mail_part *), void *);
void	mail_tree_free(struct mail_tree *);

#endif
