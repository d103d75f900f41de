#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"

#define CHUNK	((size_t)64 << 10)

enum err_kind
io_kind(int errnum)
{
	return errnum == ENOSPC || errnum == EDQUOT || errnum == EAGAIN ?
	    ERR_AGAIN : ERR_IO;
}

int
fd_read(int fd, const char *name, size_t max, struct buf *out, struct err *e)
{
	size_t start = out->len;

	for (;;) {
		char *p = buf_room(out, CHUNK);
		ssize_t n = read(fd, p, CHUNK);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(e, ERR_IO, "cannot read '%s': %s", name,
			    strerror(errno));
		if (n == 0)
			return 0;
		out->len += (size_t)n;
		out->data[out->len] = '\0';
		if (out->len - start > max)
			return err_set(e, ERR_INPUT,
			    "%s: larger than %zu bytes", name, max);
	}
}

int
file_read(const char *path, size_t max, struct buf *out, struct err *e)
{
	int fd, rc;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return err_set(e, ERR_IO, "cannot open '%s': %s", path,
		    strerror(errno));
	rc = fd_read(fd, path, max, out, e);
	close(fd);
	return rc;
}

int
fd_write(int fd, const char *name, const void *data, size_t len, struct err *e)
{
	const char *p = data;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(e, io_kind(errno),
			    "cannot write '%s': %s", name, strerror(errno));
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int
file_write(const char *path, const void *data, size_t len, struct err *e)
{
	struct buf tmp = BUF_INIT;
	int fd, rc = -1;

	buf_printf(&tmp, "%s.tmp-%ld", path, (long)getpid());
	fd = open(tmp.data, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0) {
		err_set(e, io_kind(errno), "cannot write '%s': %s", path,
		    strerror(errno));
		goto done;
	}
	rc = fd_write(fd, path, data, len, e);
	if (rc == 0 && fsync(fd) < 0 && errno != EINVAL)
		rc = err_set(e, io_kind(errno), "cannot write '%s': %s", path,
		    strerror(errno));
	if (close(fd) < 0 && rc == 0)
		rc = err_set(e, io_kind(errno), "cannot write '%s': %s", path,
		    strerror(errno));
	if (rc == 0 && rename(tmp.data, path) < 0)
		rc = err_set(e, ERR_IO, "cannot rename to '%s': %s", path,
		    strerror(errno));
	if (rc != 0)
		unlink(tmp.data);
done:
	buf_free(&tmp);
	return rc;
}

void
line_open(struct line_reader *r, int fd, const char *name, size_t max)
{
	memset(r, 0, sizeof(*r));
	r->fd = fd;
	r->name = name;
	r->max = max;
	buf_init(&r->buf);
}

void
line_close(struct line_reader *r)
{
	buf_free(&r->buf);
}

/* Reads more behind what is there; 1, 0 at the end, -1. */
static int
fill(struct line_reader *r, struct err *e)
{
	ssize_t n;

	if (r->end)
		return 0;
	if (r->pos > 0) {
		memmove(r->buf.data, r->buf.data + r->pos,
		    r->buf.len - r->pos);
		buf_truncate(&r->buf, r->buf.len - r->pos);
		r->pos = 0;
	}
	do {
		n = read(r->fd, buf_room(&r->buf, CHUNK), CHUNK);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_set(e, ERR_IO, "cannot read '%s': %s", r->name,
		    strerror(errno));
	if (n == 0) {
		r->end = true;
		return 0;
	}
	r->buf.len += (size_t)n;
	r->buf.data[r->buf.len] = '\0';
	return 1;
}

/* Throws away up to and with the next newline. */
static enum line_got
skip_long(struct line_reader *r, char **text, size_t *len, struct err *e)
{
	char head[201];
	char *nl;
	int got;

	memcpy(head, r->buf.data + r->pos, sizeof(head) - 1);
	for (;;) {
		nl = memchr(r->buf.data + r->pos, '\n', r->buf.len - r->pos);
		if (nl != NULL) {
			r->pos = (size_t)(nl - r->buf.data) + 1;
			break;
		}
		r->pos = r->buf.len;
		if ((got = fill(r, e)) < 0)
			return LINE_ERROR;
		if (got == 0)
			break;
	}
	/* The head goes before what is still to be read. */
	{
		struct buf b = BUF_INIT;

		buf_add(&b, head, sizeof(head) - 1);
		buf_addc(&b, '\0');
		buf_add(&b, r->buf.data + r->pos, r->buf.len - r->pos);
		buf_free(&r->buf);
		r->buf = b;
		r->pos = sizeof(head);
	}
	*text = r->buf.data;
	*len = sizeof(head) - 1;
	return LINE_LONG;
}

enum line_got
line_next(struct line_reader *r, char **text, size_t *len, struct err *e)
{
	size_t seen = 0;
	char *nl;
	int got;

	for (;;) {
		size_t have = r->buf.len - r->pos;

		nl = memchr(r->buf.data + r->pos + seen, '\n', have - seen);
		if (nl != NULL)
			break;
		if (have > r->max) {
			r->line++;
			return skip_long(r, text, len, e);
		}
		seen = have;
		if ((got = fill(r, e)) < 0)
			return LINE_ERROR;
		if (got == 0) {
			if (have == 0)
				return LINE_END;
			nl = r->buf.data + r->buf.len;
			break;
		}
	}
	/* A text may begin with a byte order mark. */
	if (r->line++ == 0 && nl - r->buf.data >= 3 + (ptrdiff_t)r->pos &&
	    memcmp(r->buf.data + r->pos, "\xef\xbb\xbf", 3) == 0)
		r->pos += 3;
	*text = r->buf.data + r->pos;
	*len = (size_t)(nl - *text);
	r->pos += *len + (nl < r->buf.data + r->buf.len);
	*nl = '\0';
	if (*len > r->max) {
		*len = 200;
		(*text)[200] = '\0';
		return LINE_LONG;
	}
	if (*len > 0 && (*text)[*len - 1] == '\r')
		(*text)[--*len] = '\0';
	return LINE_OK;
}

bool
line_would_block(struct line_reader *r)
{
	struct pollfd p = { r->fd, POLLIN, 0 };

	if (r->end || memchr(r->buf.data + r->pos, '\n',
	    r->buf.len - r->pos) != NULL)
		return false;
	return poll(&p, 1, 0) == 0;
}
