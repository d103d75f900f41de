/* tai-ingest maildir: mailboxes with a file for each message. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "format/bundle.h"
#include "ingest.h"
#include "names.h"

#define AHEAD		64	/* files the kernel is asked to read early */
#define DEPTH		32	/* folders within folders */

enum { OPT_ALL = OPT_STATS + 1, OPT_RECURSIVE };

const struct option maildir_options[] = { STATS_OPTION,
	{ "all", no_argument, NULL, OPT_ALL },
	{ "recursive", no_argument, NULL, OPT_RECURSIVE }, { 0 } };

static bool look_at_all, recursive;

int
maildir_option(struct cmd *c, int option, const char *value, struct err *e)
{
	if (option == OPT_STATS)
		return stats_option(c, option, value, e);
	if (option == OPT_ALL)
		look_at_all = true;
	else
		recursive = true;
	return 0;
}

struct folder_run {		/* one Maildir */
	struct cmd *cmd;
	struct intake *in;
	const char *path;
	int fd;
	struct names names;
	struct buf mail;
};

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

/* Servers may keep messages packed. */
static int
unpack(int fd, const char *name, struct buf *mail, struct err *e)
{
	struct bundle *b;
	struct source s;
	ssize_t n = 1;
	int got;

	if (lseek(fd, 0, SEEK_SET) < 0 || bundle_open_fd(&b, fd, name,
	    &bundle_limits_default, e) < 0)
		return 0;
	buf_reset(mail);
	if ((got = bundle_next(b, &s, NULL, e)) == 1) {
		while (n > 0 && mail->len <= MAIL_MAX) {
			n = s.read(s.arg, buf_room(mail, 65536), 65536, e);
			if (n > 0)
				mail->len += (size_t)n;
		}
		mail->data[mail->len] = '\0';
	}
	bundle_close(b);
	if (got < 0 || n < 0)
		return -1;
	return mail->len > MAIL_MAX ? err_set(e, ERR_INPUT,
	    "larger than %zu bytes", MAIL_MAX) : 0;
}

static bool
is_packed(const struct buf *mail)
{
	static const char *const magic[] = { "\x1f\x8b\x08",
		"\x28\xb5\x2f\xfd", "\xfd" "7zXZ", "BZh" };

	for (size_t i = 0; i < sizeof(magic) / sizeof(*magic); i++) {
		if (strncmp(mail->data, magic[i], strlen(magic[i])) == 0)
			return true;
	}
	return false;
}

/* The message's bytes; -1 when it is not to be had. */
static int
read_mail(struct folder_run *f, int fd, const char *name, struct stat *st,
    struct err *e)
{
	buf_reset(&f->mail);
	if (fstat(fd, st) < 0)
		return err_set(e, ERR_IO, "%s", strerror(errno));
	if (!S_ISREG(st->st_mode))
		return err_set(e, ERR_INPUT, "not a file");
	if (st->st_size > (off_t)MAIL_MAX)
		return err_set(e, ERR_INPUT, "larger than %zu bytes",
		    MAIL_MAX);
	if (fd_read(fd, name, MAIL_MAX, &f->mail, e) < 0)
		return -1;
	/* A later run finds it whole. */
	if ((off_t)f->mail.len != st->st_size)
		return err_set(e, ERR_INPUT, "changed while it was read");
	return is_packed(&f->mail) ? unpack(fd, name, &f->mail, e) : 0;
}

/* Takes the descriptor. */
static int
ingest_file(struct folder_run *f, int fd, const char *name, struct err *e)
{
	const char *base = strchr(name, '/') + 1, *path;
	uint64_t hash = names_hash(base);
	struct err bad = { 0 };
	struct stat st;
	int rc;

	/* A reader has moved it on; the next run finds it. */
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		rc = errno == ELOOP ? err_set(&bad, ERR_INPUT,
		    "a symbolic link, not followed") :
		    err_set(&bad, ERR_IO, "%s", strerror(errno));
	else
		rc = read_mail(f, fd, name, &st, &bad);
	if (fd >= 0)
		close(fd);
	if (rc < 0) {
		path = arena_printf(&f->names.arena, "%s/%s", f->path, name);
		return intake_refuse(f->in, path, 0, &bad, e);
	}
	return intake_add_file(f->in, f->mail.data, f->mail.len,
	    hash != 0 ? f->names.folder : 0, hash, delivered(name, &st), e);
}

static int
open_file(const struct folder_run *f, const char *name)
{
	return openat(f->fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK |
	    O_NOFOLLOW);
}

/* Opens ahead and tells the kernel, so that a cold disk works in parallel. */
static int
ingest_names(struct folder_run *f, struct err *e)
{
	const struct names *l = &f->names;
	int ahead[AHEAD], why[AHEAD], rc = 0;
	size_t opened = 0, i;

	for (i = 0; rc == 0 && i < l->n; i++) {
		for (; opened < l->n && opened < i + AHEAD; opened++) {
			int fd = open_file(f, l->name[opened]);

			why[opened % AHEAD] = errno;
			if (fd >= 0)
				posix_fadvise(fd, 0, 0, POSIX_FADV_WILLNEED);
			ahead[opened % AHEAD] = fd;
		}
		errno = why[i % AHEAD];
		rc = ingest_file(f, ahead[i % AHEAD], l->name[i], e);
	}
	for (; i < opened; i++) {
		if (ahead[i % AHEAD] >= 0)
			close(ahead[i % AHEAD]);
	}
	return rc;
}

static int
ingest_folder(struct cmd *c, struct intake *in, const char *path, int fd,
    struct err *e)
{
	struct folder_run f = { c, in, path, fd, { 0 }, BUF_INIT };
	struct err bad = { 0 };
	int rc = 0;

	if (names_list(&f.names, c, fd, path, look_at_all, &bad) < 0) {
		cmd_warn(c, bad.kind, "%s", bad.text);
	} else {
		if (c->verbose)
			fprintf(stderr, "%s: %s: %zu files, %zu new\n",
			    c->tool, path, f.names.files, f.names.n);
		for (size_t i = 0; i < f.names.put_aside; i++)
			intake_ignore(in);
		rc = ingest_names(&f, e);
		if (rc == 0 && c->store != NULL && !c->dry)
			rc = names_forget(&f.names, c, e);
	}
	names_free(&f.names);
	buf_free(&f.mail);
	return rc;
}

static bool
has_folder(int fd, const char *name)
{
	struct stat st;

	return fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISDIR(st.st_mode);
}

static int
is_folder(const struct dirent *d)
{
	static const char *const ours[] = { ".", "..", "cur", "new", "tmp" };

	for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++) {
		if (strcmp(d->d_name, ours[i]) == 0)
			return 0;
	}
	return d->d_type == DT_DIR || d->d_type == DT_UNKNOWN;
}

static int	ingest_tree(struct cmd *, struct intake *, const char *, int,
		    int depth, struct err *);

/* The folders within, ".Sub.Folder" and "Sub/Folder" alike. */
static int
ingest_within(struct cmd *c, struct intake *in, const char *path, int fd,
    int depth, struct err *e)
{
	struct dirent **list;
	int n, rc = 0;

	if ((n = scandirat(fd, ".", &list, is_folder, alphasort)) < 0) {
		cmd_warn(c, ERR_IO, "cannot read '%s': %s", path,
		    strerror(errno));
		return 0;
	}
	for (int i = 0; i < n; i++) {
		if (rc == 0 && has_folder(fd, list[i]->d_name)) {
			int sub = openat(fd, list[i]->d_name, O_RDONLY |
			    O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

			rc = ingest_tree(c, in, arena_printf(&c->arena,
			    "%s/%s", path, list[i]->d_name), sub, depth + 1,
			    e);
		}
		free(list[i]);
	}
	free(list);
	return rc;
}

/* Takes the descriptor. */
static int
ingest_tree(struct cmd *c, struct intake *in, const char *path, int fd,
    int depth, struct err *e)
{
	int rc = 0;

	if (fd < 0) {
		cmd_warn(c, ERR_IO, "cannot open '%s': %s", path,
		    strerror(errno));
		return 0;
	}
	if (!recursive || (has_folder(fd, "cur") && has_folder(fd, "new")))
		rc = ingest_folder(c, in, path, fd, e);
	if (rc == 0 && recursive && depth < DEPTH)
		rc = ingest_within(c, in, path, fd, depth, e);
	close(fd);
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
		rc = ingest_tree(c, in, c->argv[i], open(c->argv[i],
		    O_RDONLY | O_DIRECTORY | O_CLOEXEC), 0, e);
	if (rc == 0)
		rc = intake_finish(in, e);
	intake_close(in);
	return rc;
}
