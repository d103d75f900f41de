/* Where bytes come from, whatever they come out of: a descriptor, an archive. */
#ifndef TAI_BASE_SOURCE_H
#define TAI_BASE_SOURCE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

struct source {
	const char *name;	/* for messages */
	void *arg;
	/* As read(2), through EINTR: bytes, 0 at the end, or -1 with e set. */
	ssize_t (*read)(void *arg, char *, size_t, struct err *);
};

/* Reads a descriptor, which it does not close. */
struct source source_fd(int fd, const char *name);

#endif
