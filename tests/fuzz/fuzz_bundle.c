/* Any bytes: no entry leads out of its archive, and what comes is bounded. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/mman.h>

#include "format/bundle.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const struct bundle_limits limits = { 100, 1 << 20, 4 << 20, 200 };

static void
read_all(struct source *s, size_t len)
{
	struct err e = { 0 };
	char block[5000];
	size_t n = 0;
	ssize_t got;

	while ((got = s->read(s->arg, block, sizeof(block), &e)) > 0) {
		if ((n += (size_t)got) > (1 << 20) + len)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	int fd = memfd_create("bundle", MFD_CLOEXEC), got;
	size_t entries = 0, refused = 0;
	struct bundle *b;
	struct source s;
	struct err e = { 0 };

	if (fd == -1 || write(fd, data, len) != (ssize_t)len ||
	    lseek(fd, 0, SEEK_SET) != 0 ||
	    bundle_open_fd(&b, fd, "x", &limits, &e) < 0)
		abort();
	while ((got = bundle_next(b, &s, NULL, &e)) != 0) {
		if (got == -1 && ++refused > 20000)
			abort();
		err_clear(&e);
		if (got == -1)
			continue;
		if (++entries > limits.entries || s.name[0] == '/' ||
		    strncmp(s.name, "../", 3) == 0 ||
		    strstr(s.name, "/../") != NULL)
			abort();
		/* What is left unread must do no harm either. */
		if (len % 2 == 0 || entries % 3 != 0)
			read_all(&s, len);
	}
	bundle_close(b);
	close(fd);
	return 0;
}
