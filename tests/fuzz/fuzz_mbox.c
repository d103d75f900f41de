/* Any bytes: no message holds a line that starts one, nothing is invented. */
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <sys/mman.h>

#include "format/mbox.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	int fd = memfd_create("mbox", MFD_CLOEXEC), got;
	struct err e = { 0 };
	struct mbox_reader m;
	size_t n, total = 0;
	const char *s;

	if (fd == -1 || write(fd, data, len) != (ssize_t)len ||
	    lseek(fd, 0, SEEK_SET) != 0)
		abort();
	mbox_open(&m, fd, "fuzz");
	while ((got = mbox_next(&m, &s, &n, &e)) != 0) {
		if (got == -1) {
			err_clear(&e);
			continue;
		}
		total += n + m.from.len;
		if (total > len || s[n] != '\0')
			abort();
	}
	mbox_close(&m);
	close(fd);
	return 0;
}
