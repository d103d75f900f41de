/*
 * Cutting mailboxes in one file into messages, as a stream: mboxo, mboxrd,
 * mboxcl and mboxcl2 (RFC 4155 and the traditions before it) with lines that
 * end in LF, CR LF or CR, MMDF, and a single message (.eml, .emlx).
 *
 * A "From " line starts a message when it has a date (fromline.h) and is
 * followed by what looks like a header; whether the line before is blank
 * decides only when that is in doubt. In a file whose first "From " line has
 * no date that is understood, one behind a blank line and before a header
 * will do. A "From " line within the octets that the message's Content-Length
 * counts is text when that count ends at another "From " line or with the
 * file, and it is not believed otherwise.
 */
#ifndef TAI_FORMAT_MBOX_H
#define TAI_FORMAT_MBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/source.h"

#define MBOX_MESSAGE_MAX	((size_t)64 << 20)	/* the default */

struct mbox_reader {
	struct source source;
	struct buf in;		/* read, and from pos not yet used */
	size_t pos;
	struct err bad;		/* why reading ended early */
	size_t lines;		/* begun so far */
	bool inside;		/* in the middle of a line */
	bool end;		/* no more bytes to come */
	char eol;		/* CR in files from old Macs, else LF */
	enum { MBOX_UNSEEN, MBOX_FROM, MBOX_LOOSE, MBOX_MMDF, MBOX_SINGLE }
	    kind;
	size_t max;		/* of a message; the caller's to set */
	struct buf message;	/* the one being returned */
	size_t size;		/* of it, more than the buffer's if over max */
	size_t line;		/* where it starts */
	int64_t at;		/* of its "From " line, or TIME_NONE */
	size_t count;		/* messages so far */
	bool started;		/* a "From " line has been read */
	bool behind_blank;	/* the line before was blank */
	/* Content-Length */
	bool body;		/* its header has ended */
	size_t body_start;
	size_t length;		/* SIZE_MAX for none */
	size_t cut, cut_line;	/* the first "From " line within, or 0 */
	size_t wasted;		/* bytes read twice for wrong lengths */
	bool unescaped;		/* the length was right */
	size_t octets;		/* of an .emlx, or 0 */
	int64_t next_at;	/* of the message begun */
};

/* Copies the source; its name and what it reads from are the caller's. */
void	mbox_open(struct mbox_reader *, const struct source *);
/*
 * 1: a message, unescaped (">From " loses a '>'), lines end as in the file
 * but for CR alone, valid until the next call; line and at tell its place and
 * time. 0: the end. -1: text before the first message or a message over the
 * maximum (ERR_INPUT, reading goes on), or what the source said (the message
 * at hand is cut off and not returned; then comes the end). The text of a
 * failure begins without the name; line is its line.
 */
int	mbox_next(struct mbox_reader *, const char **, size_t *, struct err *);
void	mbox_close(struct mbox_reader *);

#endif
