/* Secrets: in files that nobody else can read, never on a command line. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "private.h"

#define SECRET_MAX	((size_t)64 << 10)

static int
read_secret(int fd, const char *path, struct buf *out, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return err_set(e, ERR_CONFIG, "'%s' is not a file", path);
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		return err_set(e, ERR_CONFIG, "'%s' can be read by others: "
		    "chmod 600 it", path);
	if (fd_read(fd, path, SECRET_MAX, out, e) < 0)
		return -1;
	while (out->len > 0 && strchr("\r\n \t", out->data[out->len - 1]))
		buf_truncate(out, out->len - 1);
	if (out->len == 0 || strlen(out->data) < out->len)
		return err_set(e, ERR_CONFIG, "'%s' holds no secret", path);
	return 0;
}

int
cmd_secret(struct cmd *c, const char *name, const char **secret,
    struct err *e)
{
	const char *path = *name == '/' ? name : cmd_rule_file(c, name);
	struct buf b = BUF_INIT;
	int fd, rc;

	if (path == NULL)
		return err_set(e, ERR_CONFIG, "no file '%s' in the rules",
		    name);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) < 0)
		return err_set(e, ERR_CONFIG, "cannot open '%s': %s", path,
		    strerror(errno));
	rc = read_secret(fd, path, &b, e);
	close(fd);
	if (rc == 0)
		*secret = arena_strndup(&c->arena, b.data, b.len);
	explicit_bzero(b.data, b.len);
	buf_free(&b);
	return rc;
}
