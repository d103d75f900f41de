/* tai-ingest maildir: mailboxes with a file for each message. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ingest.h"

#define MAIL_MAX	((size_t)256 << 20)
#define AHEAD		64	/* files the kernel is asked to read early */

struct names {
	char **name;		/* below the folder: "cur/1767225600.M1.host" */
	size_t n, room;
};

static void
add_name(struct names *l, struct arena *a, const char *sub, const char *name)
{
	if (l->n == l->room) {
		l->room = l->room > 0 ? 2 * l->room : 1024;
		l->name = xreallocarray(l->name, l->room, sizeof(*l->name));
	}
	l->name[l->n++] = arena_printf(a, "%s/%s", sub, name);
}

static int
list_folder(int folder, const char *path, const char *sub, struct arena *a,
    struct names *l, struct err *e)
{
	int fd = openat(folder, sub, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent *d;
	DIR *dir;

	if (fd < 0 || (dir = fdopendir(fd)) == NULL) {
		err_set(e, ERR_IO, "'%s' is no Maildir: cannot open %s: %s",
		    path, sub, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while ((d = readdir(dir)) != NULL) {
		if (d->d_name[0] != '.')
			add_name(l, a, sub, d->d_name);
	}
	closedir(dir);
	return 0;
}

/* By the part before the flags: the order of delivery, new and cur alike. */
static int
by_delivery(const void *x, const void *y)
{
	const char *a = strchr(*(char *const *)x, '/') + 1;
	const char *b = strchr(*(char *const *)y, '/') + 1;
	long long s = strtoll(a, NULL, 10), t = strtoll(b, NULL, 10);

	if (s != t)
		return s < t ? -1 : 1;
	return strcmp(a, b);
}

/* Delivery agents begin a file's name with the time. */
static int64_t
delivered(const char *name, const struct stat *st)
{
	const char *p = strchr(name, '/') + 1;
	int64_t t = 0;

	while (*p >= '0' && *p <= '9' && t < INT64_C(1) << 40)
		t = t * 10 + (*p++ - '0');
	return *p == '.' && t > 100000000 && t < INT64_C(1) << 33 ? t :
	    (int64_t)st->st_mtime;
}

static int
ingest_file(struct cmd *c, struct intake *in, int folder, int fd,
    const char *path, const char *name, struct buf *mail, struct err *e)
{
	struct err bad = { 0 };
	struct stat st;
	const char *source = path;
	int rc = 0;

	if (fd < 0)
		fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT) {
		/* A reader moved it on from new/; the next run finds it. */
		return 0;
	}
	buf_reset(mail);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		cmd_warn(c, ERR_IO, "cannot read '%s/%s': %s", path, name,
		    fd < 0 ? strerror(errno) : "not a file");
	} else if (fd_read(fd, name, MAIL_MAX, mail, &bad) < 0) {
		rc = intake_refuse(in, path, 0, &bad, e);
	} else {
		close(fd);
		return intake_add(in, mail->data, mail->len, source, 0,
		    delivered(name, &st), e);
	}
	if (fd >= 0)
		close(fd);
	return rc;
}

/* Opens ahead and tells the kernel, so that a cold disk works in parallel. */
static int
ingest_names(struct cmd *c, struct intake *in, int folder, const char *path,
    const struct names *l, struct err *e)
{
	struct buf mail = BUF_INIT;
	int ahead[AHEAD], rc = 0;
	size_t opened = 0, i;

	for (i = 0; rc == 0 && i < l->n; i++) {
		for (; opened < l->n && opened < i + AHEAD; opened++) {
			int fd = openat(folder, l->name[opened],
			    O_RDONLY | O_CLOEXEC | O_NONBLOCK);

			if (fd >= 0)
				posix_fadvise(fd, 0, 0, POSIX_FADV_WILLNEED);
			ahead[opened % AHEAD] = fd;
		}
		rc = ingest_file(c, in, folder, ahead[i % AHEAD], path,
		    l->name[i], &mail, e);
	}
	for (; i < opened; i++) {
		if (ahead[i % AHEAD] >= 0)
			close(ahead[i % AHEAD]);
	}
	buf_free(&mail);
	return rc;
}

static int
ingest_folder(struct cmd *c, struct intake *in, const char *path,
    struct err *e)
{
	struct names l = { 0 };
	struct arena a = { 0 };
	struct err bad = { 0 };
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;

	if (folder < 0) {
		cmd_warn(c, ERR_IO, "cannot open '%s': %s", path,
		    strerror(errno));
		return 0;
	}
	if (list_folder(folder, path, "new", &a, &l, &bad) < 0 ||
	    list_folder(folder, path, "cur", &a, &l, &bad) < 0)
		cmd_warn(c, bad.kind, "%s", bad.text);
	else {
		if (l.n > 0)
			qsort(l.name, l.n, sizeof(*l.name), by_delivery);
		rc = ingest_names(c, in, folder, path, &l, e);
	}
	close(folder);
	free(l.name);
	arena_free(&a);
	return rc;
}

int
ingest_maildir(struct cmd *c, struct err *e)
{
	struct intake *in;
	int rc;

	if (c->argc == 0)
		return err_set(e, ERR_USAGE, "maildir needs a folder");
	rc = intake_open(&in, c, 2, e);
	for (int i = 0; rc == 0 && i < c->argc; i++)
		rc = ingest_folder(c, in, c->argv[i], e);
	if (rc == 0)
		rc = intake_finish(in, e);
	intake_close(in);
	return rc;
}
