/* What an import puts aside. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "spool.h"

#define KEPT	((size_t)4 << 20)	/* below this no file is made */

void
spool_open(struct spool *s)
{
	s->fd = -1;
	s->len = 0;
	buf_init(&s->out);
}

static int
make_file(struct spool *s, struct err *e)
{
	const char *folder = getenv("TMPDIR");
	struct buf name = BUF_INIT;

	if (folder == NULL || *folder == '\0')
		folder = "/tmp";
	buf_printf(&name, "%s/tai-import.XXXXXX", folder);
	s->fd = mkostemp(name.data, O_CLOEXEC);
	if (s->fd < 0)
		err_set(e, ERR_AGAIN, "cannot make '%s': %s", name.data,
		    strerror(errno));
	else
		unlink(name.data);
	buf_free(&name);
	return s->fd < 0 ? -1 : 0;
}

static int
write_out(struct spool *s, struct err *e)
{
	struct err bad = { 0 };

	if (s->fd < 0 && make_file(s, e) < 0)
		return -1;
	if (fd_write(s->fd, "a temporary file", s->out.data, s->out.len,
	    &bad) < 0)
		return err_set(e, ERR_AGAIN, "%s (TMPDIR names its folder)",
		    bad.text);
	buf_reset(&s->out);
	return 0;
}

int
spool_add(struct spool *s, const char *data, size_t len, uint64_t *at,
    struct err *e)
{
	*at = s->len;
	buf_add(&s->out, data, len);
	s->len += len;
	return s->out.len >= KEPT ? write_out(s, e) : 0;
}

int
spool_read(struct spool *s, uint64_t at, size_t len, struct buf *b,
    struct err *e)
{
	uint64_t written = s->len - s->out.len;
	char *to;

	buf_reset(b);
	if (at >= written) {
		buf_add(b, s->out.data + (at - written), len);
		return 0;
	}
	to = buf_room(b, len);
	while (b->len < len) {
		ssize_t n = pread(s->fd, to + b->len, len - b->len,
		    (off_t)(at + b->len));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set(e, ERR_IO,
			    "cannot read a temporary file: %s",
			    n < 0 ? strerror(errno) : "it was cut short");
		b->len += (size_t)n;
	}
	b->data[b->len] = '\0';
	return 0;
}

void
spool_close(struct spool *s)
{
	if (s->fd >= 0)
		close(s->fd);
	buf_free(&s->out);
}
