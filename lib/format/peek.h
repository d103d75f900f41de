/* A stream of which the first bytes have been looked at: is it packed? */
#ifndef TAI_FORMAT_PEEK_H
#define TAI_FORMAT_PEEK_H

#include <stdint.h>

#include "base/source.h"

#define PEEK_BLOCK	((size_t)64 << 10)

struct peek {
	struct source source;
	int fd;			/* where it can seek, or -1 */
	off_t base;		/* where it began */
	int64_t size;		/* of a file, or -1 */
	int64_t got;		/* bytes taken out of it */
	size_t have, pos;	/* in block: read, and handed on */
	struct err err;		/* why reading failed */
	char block[PEEK_BLOCK];
};

void	peek_start(struct peek *, struct source);
/* From a descriptor's place on; a file can also be sought in. */
void	peek_start_fd(struct peek *, int fd, const char *name);

enum look {
	LOOK_UNSURE,		/* more bytes are needed; never a result */
	LOOK_PLAIN,
	LOOK_PACKED,		/* gzip, xz, zstd, bzip2 */
	LOOK_ARCHIVE,		/* zip, tar */
};
/* What it is (enum look), reading no further than that takes; or -1. */
int	peek_look(struct peek *, struct err *);
/* The next bytes, those looked at first: arg is the peek. */
ssize_t	peek_read(void *arg, char *, size_t, struct err *);

#endif
