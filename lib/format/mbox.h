/*
 * Cutting an mbox (mboxo, mboxrd, LF or CRLF) into messages, as a stream. A
 * "From " line starts a message when it looks like one, with an address and a
 * date, whether or not the line before is blank.
 */
#ifndef TAI_FORMAT_MBOX_H
#define TAI_FORMAT_MBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

#define MBOX_MESSAGE_MAX	((size_t)64 << 20)

struct mbox_reader {
	int fd;
	const char *name;	/* for messages; the caller's */
	struct buf in;		/* read, and from pos not yet used */
	size_t pos;
	size_t lines;		/* begun so far */
	bool inside;		/* in the middle of a line */
	bool end;
	struct buf message;	/* the one being returned */
	struct buf from;	/* its "From " line, without line end */
	size_t line;		/* where it starts */
	size_t count;		/* messages so far */
	struct buf held;	/* the next message's "From " line */
	size_t held_line;
	bool started;		/* there is one held */
};

/* Takes the descriptor; mbox_close does not close it. */
void	mbox_open(struct mbox_reader *, int fd, const char *name);
/*
 * 1: a message, unescaped (">From " loses a '>', lines end as in the file),
 * valid until the next call; 0: the end; -1: text before the first "From "
 * line or a message over the maximum (ERR_INPUT, reading goes on), or a
 * reading error (ERR_IO).
 */
int	mbox_next(struct mbox_reader *, const char **, size_t *, struct err *);
void	mbox_close(struct mbox_reader *);

#endif
