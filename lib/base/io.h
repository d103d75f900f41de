/* Files and pipes: whole writes, bounded reads, lines that resynchronise. */
#ifndef TAI_BASE_IO_H
#define TAI_BASE_IO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/* Disk full and over quota pass (ERR_AGAIN); the rest does not (ERR_IO). */
enum err_kind io_kind(int errnum);
/* Appends the file to the buffer; fails (ERR_INPUT) when it is over max. */
int	file_read(const char *path, size_t max, struct buf *, struct err *);
/* The same from an open descriptor, to its end; name is for messages. */
int	fd_read(int fd, const char *name, size_t max, struct buf *,
	    struct err *);
/* All of it, through short writes and EINTR. */
int	fd_write(int fd, const char *name, const void *, size_t, struct err *);
/* Writes beside the path, syncs and renames: the old file or the new. */
int	file_write(const char *path, const void *, size_t, struct err *);

struct line_reader {
	int fd;
	const char *name;	/* for messages; the caller's */
	size_t max;		/* a longer line is refused */
	size_t line;		/* number of the line last returned, from 1 */
	struct buf buf;
	size_t pos;
	bool end;
};

enum line_got { LINE_END, LINE_OK, LINE_LONG, LINE_ERROR };

/* Takes the descriptor; line_close does not close it. */
void	line_open(struct line_reader *, int fd, const char *name, size_t max);
/*
 * The next line without its newline (and without a CR before it, or a byte
 * order mark before the first), terminated, valid until the next call.
 * LINE_LONG: longer than max; the text is its first 200 bytes and the reader
 * stands behind it. LINE_ERROR: reading failed, the error is set.
 */
enum line_got line_next(struct line_reader *, char **, size_t *,
	    struct err *);
/* Whether line_next would have to wait for the writer. */
bool	line_would_block(struct line_reader *);
void	line_close(struct line_reader *);

#endif
