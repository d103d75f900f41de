/* Other programs, without a shell: an argument is one argument. */
#ifndef TAI_BASE_SPAWN_H
#define TAI_BASE_SPAWN_H

#include "base/buf.h"
#include "base/err.h"

struct spawn {
	const char *const *argv;	/* argv[0] is looked for on PATH */
	const char *in;			/* its standard input */
	size_t in_len;
	/* What it reads from descriptor 3, or NULL: secrets, which would be
	 * seen by everybody on its command line. */
	const char *secret;
	int seconds;			/* then it is killed */
};

#define SPAWN_KILLED	-1	/* status: by a signal, or out of time */

/*
 * Runs the program to its end. Its exit status goes to *status, and the
 * first 64 KiB of what it wrote to stdout and stderr to out. -1 (ERR_IO)
 * when it could not be started.
 */
int	spawn(const struct spawn *, int *status, struct buf *out,
	    struct err *);

#endif
