/* Bytes of a test as a source that gives at most so many a read. */
#ifndef TAI_TESTS_GIVEN_H
#define TAI_TESTS_GIVEN_H

#include <string.h>

#include "base/source.h"

struct given {
	const void *data;
	size_t len, pos, most;
};

static ssize_t
read_given(void *arg, char *buf, size_t len, struct err *e)
{
	struct given *g = arg;

	(void)e;
	if (len > g->most)
		len = g->most;
	if (len > g->len - g->pos)
		len = g->len - g->pos;
	memcpy(buf, (const char *)g->data + g->pos, len);
	g->pos += len;
	return (ssize_t)len;
}

#endif
