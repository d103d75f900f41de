#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/folder.h"
#include "base/mem.h"

#define DEPTH	32

struct level {			/* a folder that is being gone through */
	DIR *dir;
	char **name;
	size_t n, room, next;
	size_t prefix;		/* length of what stands before its names */
	struct arena arena;
};

struct folder {
	char *path;
	struct buf at;		/* the name at hand */
	struct level level[DEPTH];
	size_t depth;
};

static int
by_name(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

/* Takes the descriptor. */
static int
enter(struct folder *f, int fd)
{
	struct level *l = &f->level[f->depth];
	DIR *dir = fdopendir(fd);
	struct dirent *d;

	if (dir == NULL) {
		close(fd);
		return -1;
	}
	memset(l, 0, sizeof(*l));
	l->prefix = f->at.len;
	while ((d = readdir(dir)) != NULL) {
		if (strcmp(d->d_name, ".") == 0 ||
		    strcmp(d->d_name, "..") == 0)
			continue;
		if (l->n == l->room) {
			l->room = l->room > 0 ? 2 * l->room : 64;
			l->name = xreallocarray(l->name, l->room,
			    sizeof(*l->name));
		}
		l->name[l->n++] = arena_strdup(&l->arena, d->d_name);
	}
	if (l->n > 0)
		qsort(l->name, l->n, sizeof(*l->name), by_name);
	l->dir = dir;
	f->depth++;
	return 0;
}

static void
leave(struct folder *f)
{
	struct level *l = &f->level[--f->depth];

	closedir(l->dir);
	free(l->name);
	arena_free(&l->arena);
}

int
folder_open(struct folder **out, const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct folder *f;

	if (fd < 0)
		return err_set(e, ERR_IO, "cannot open '%s': %s", path,
		    strerror(errno));
	f = xcalloc(1, sizeof(*f));
	f->path = xstrdup(path);
	buf_init(&f->at);
	if (enter(f, fd) < 0) {
		folder_close(f);
		return err_set(e, ERR_IO, "cannot read '%s': %s", path,
		    strerror(errno));
	}
	*out = f;
	return 0;
}

void
folder_close(struct folder *f)
{
	while (f->depth > 0)
		leave(f);
	buf_free(&f->at);
	free(f->path);
	free(f);
}

static int
refuse(const struct folder *f, const char *why, struct err *e)
{
	return err_set(e, ERR_INPUT, "%s/%s: %s", f->path, f->at.data, why);
}

/* What the name at hand is: 1 a file, 0 nothing to be told, -1. */
static int
look(struct folder *f, const char *name, int *fd, struct err *e)
{
	int above = dirfd(f->level[f->depth - 1].dir);
	struct stat st;
	bool within;

	/* A device is not even opened: that alone can have effects. */
	if (fstatat(above, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : refuse(f, strerror(errno), e);
	within = S_ISDIR(st.st_mode);
	if (!within && !S_ISREG(st.st_mode))
		return refuse(f, S_ISLNK(st.st_mode) ?
		    "a symbolic link, not followed" : "not a file", e);
	if (within && f->depth == DEPTH)
		return refuse(f, "too deep", e);
	*fd = openat(above, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
	    O_NONBLOCK | (within ? O_DIRECTORY : 0));
	if (*fd < 0)
		return errno == ENOENT ? 0 : refuse(f, strerror(errno), e);
	if (!within)
		return 1;
	buf_addc(&f->at, '/');
	return enter(f, *fd) < 0 ? refuse(f, strerror(errno), e) : 0;
}

int
folder_next(struct folder *f, int *fd, const char **name, struct err *e)
{
	int got = 0;

	while (got == 0 && f->depth > 0) {
		struct level *l = &f->level[f->depth - 1];

		if (l->next == l->n) {
			leave(f);
			continue;
		}
		buf_truncate(&f->at, l->prefix);
		buf_adds(&f->at, l->name[l->next]);
		got = look(f, l->name[l->next++], fd, e);
	}
	*name = f->at.data;
	return got;
}
