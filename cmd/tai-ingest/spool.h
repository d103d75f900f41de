/* Bytes put aside until their turn: a file of no name, gone with the run. */
#ifndef TAI_INGEST_SPOOL_H
#define TAI_INGEST_SPOOL_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct spool {
	int fd;			/* -1: nothing is on the disk yet */
	uint64_t len;
	struct buf out;		/* the last of it */
};

void	spool_open(struct spool *);
/* Appends; *at is where. Below TMPDIR, or /tmp; ERR_AGAIN when it is full. */
int	spool_add(struct spool *, const char *, size_t, uint64_t *at,
	    struct err *);
/* Puts those bytes into the buffer, which is emptied first. */
int	spool_read(struct spool *, uint64_t at, size_t, struct buf *,
	    struct err *);
void	spool_close(struct spool *);

#endif
