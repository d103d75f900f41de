#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "names.h"

#define FORGET		10000	/* files in one transaction */

/* Where ":2,FLAGS" begins, which some file systems have as ";2," or "!2,". */
static size_t
base_len(const char *name)
{
	size_t n = strcspn(name, ":;!");

	while (name[n] != '\0' && strncmp(name + n + 1, "2,", 2) != 0)
		n += 1 + strcspn(name + n + 1, ":;!");
	return n;
}

/* Being taken twice costs time; being passed over costs a mail. */
uint64_t
names_hash(const char *name)
{
	size_t digits = strspn(name, "0123456789");
	const char *p = name + digits;
	size_t n = base_len(name);
	uint64_t h;

	if (digits < 9 || digits > 11 || *p != '.' ||
	    n < digits + 4 || memchr(p + 1, '.', n - digits - 1) == NULL)
		return 0;
	h = hash_word(name, n);
	return h != 0 ? h : 1;
}

static bool
is_put_aside(const char *name)
{
	size_t n = base_len(name);

	return name[n] != '\0' && strpbrk(name + n + 3, "TD") != NULL;
}

static int
by_number(const void *x, const void *y)
{
	int64_t a = (int64_t)*(const uint64_t *)x;
	int64_t b = (int64_t)*(const uint64_t *)y;

	return a < b ? -1 : a > b;
}

/* Whether it was taken before, and so is still there. */
static bool
is_taken(struct names *l, const char *name)
{
	uint64_t h = names_hash(name), *at = NULL;

	if (h != 0 && l->ntaken > 0)
		at = bsearch(&h, l->taken, l->ntaken, sizeof(h), by_number);
	if (at != NULL)
		l->there[at - l->taken] = true;
	return at != NULL;
}

static void
add_name(struct names *l, const char *sub, const char *name)
{
	if (l->n == l->room) {
		l->room = l->room > 0 ? 2 * l->room : 1024;
		l->name = xreallocarray(l->name, l->room, sizeof(*l->name));
	}
	l->name[l->n++] = arena_printf(&l->arena, "%s/%s", sub, name);
}

static int
list(struct names *l, int folder, const char *path, const char *sub, bool all,
    struct err *e)
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
	while (errno = 0, (d = readdir(dir)) != NULL) {
		if (d->d_name[0] == '.')
			continue;
		l->files++;
		if (is_put_aside(d->d_name))
			l->put_aside++;
		else if (!is_taken(l, d->d_name) || all)
			add_name(l, sub, d->d_name);
	}
	if (errno != 0)
		err_set(e, ERR_IO, "cannot read '%s/%s': %s", path, sub,
		    strerror(errno));
	closedir(dir);
	return e->kind != ERR_NONE ? -1 : 0;
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

/* By its path without links: another path to it is no other folder. */
static int
load(struct names *l, struct cmd *c, const char *path, struct err *e)
{
	char *real;

	if (c->store == NULL || (real = realpath(path, NULL)) == NULL)
		return 0;
	l->folder = hash_word(real, strlen(real));
	if (l->folder == 0)
		l->folder = 1;
	free(real);
	if (store_taken(c->store, l->folder, &l->taken, &l->ntaken, e) < 0)
		return -1;
	l->there = xcalloc(l->ntaken + 1, sizeof(*l->there));
	return 0;
}

int
names_list(struct names *l, struct cmd *c, int folder, const char *path,
    bool all, struct err *e)
{
	memset(l, 0, sizeof(*l));
	/* What moves from new to cur meanwhile is then seen there. */
	if (load(l, c, path, e) < 0 ||
	    list(l, folder, path, "new", all, e) < 0 ||
	    list(l, folder, path, "cur", all, e) < 0)
		return -1;
	if (l->n > 0)
		qsort(l->name, l->n, sizeof(*l->name), by_delivery);
	return 0;
}

int
names_forget(const struct names *l, struct cmd *c, struct err *e)
{
	size_t i = 0, n;
	int rc = 0;

	while (rc == 0 && i < l->ntaken) {
		while (i < l->ntaken && l->there[i])
			i++;
		if (i == l->ntaken)
			break;
		if (store_begin(c->store, e) < 0)
			return -1;
		for (n = 0; rc == 0 && n < FORGET && i < l->ntaken; i++) {
			if (l->there[i])
				continue;
			rc = store_untake(c->store, l->folder, l->taken[i], e);
			n++;
		}
		if (rc == 0)
			rc = store_commit(c->store, e);
		else
			store_rollback(c->store);
	}
	return rc;
}

void
names_free(struct names *l)
{
	free(l->name);
	free(l->taken);
	free(l->there);
	arena_free(&l->arena);
}
