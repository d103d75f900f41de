/* A descriptor as a source of bytes. */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/source.h"

static ssize_t
read_fd(void *arg, char *buf, size_t len, struct err *e)
{
	ssize_t n;

	do
		n = read((int)(intptr_t)arg, buf, len);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		err_set(e, ERR_IO, "cannot read: %s", strerror(errno));
	return n;
}

struct source
source_fd(int fd, const char *name)
{
	return (struct source){ name, (void *)(intptr_t)fd, read_fd };
}
