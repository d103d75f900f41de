/*
 * Entries of archives, and what compression hides, by libarchive. A file is
 * looked at by its first bytes; what is neither packed nor an archive is
 * handed on as it is, so that a pipe stays a stream.
 */
#include <archive.h>
#include <archive_entry.h>
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
#include "base/time.h"
#include "format/bundle.h"
#include "format/peek.h"

#define RATIO_FROM	((int64_t)16 << 20)
#define REOPENINGS	1000	/* of a zip, behind damaged entries */

const struct bundle_limits bundle_limits_default = {
	.entries = 1000000,
	.entry = (int64_t)64 << 30,
	.total = (int64_t)256 << 30,
	.ratio = 200,
};

struct bundle {
	struct bundle_limits limits;
	char *path;
	int fd;			/* of ours, or -1 */
	struct folder *folder;	/* or NULL */
	struct archive *outer;	/* or NULL */
	struct archive *inner;	/* undoes the compression of an entry */
	struct peek file, entry;
	size_t index;		/* entries of the archive begun */
	size_t reopened;
	size_t entries;		/* handed out */
	int64_t entry_out, file_out, total_out;
	bool ended;
	bool unread;		/* the entry, as far as we know */
	bool broken;		/* the archive, within the entry */
	struct buf name, label;	/* of the entry; with the path, to tell */
};

static la_ssize_t
give(struct archive *a, void *arg, const void **p)
{
	struct peek *in = arg;
	ssize_t n;

	*p = in->block;
	if (in->pos < in->have) {
		*p = in->block + in->pos;
		n = (ssize_t)(in->have - in->pos);
		in->pos = in->have;
		return n;
	}
	n = peek_read(in, in->block, PEEK_BLOCK, &in->err);
	if (n < 0)
		archive_set_error(a, EIO, "%s", in->err.text);
	return n;
}

static la_int64_t
give_from(struct archive *a, void *arg, la_int64_t offset, int whence)
{
	struct peek *in = arg;
	off_t at = lseek(in->fd, whence == SEEK_SET ? offset + in->base :
	    offset, whence);

	in->pos = in->have = 0;
	if (at < 0) {
		archive_set_error(a, errno, "cannot seek");
		return ARCHIVE_FATAL;
	}
	return at - in->base;
}

/* Text for a message without the archive's own line ends. */
static const char *
why(struct archive *a)
{
	const char *text = archive_error_string(a);

	return text != NULL ? text : "cannot be read";
}

static struct archive *
unpack(struct peek *in, bool archives)
{
	struct archive *a = archive_read_new();

	if (a == NULL)
		return NULL;
	archive_read_support_filter_gzip(a);
	archive_read_support_filter_bzip2(a);
	archive_read_support_filter_xz(a);
	archive_read_support_filter_zstd(a);
	archive_read_support_format_raw(a);
	archive_read_support_format_empty(a);
	if (archives) {
		archive_read_support_format_tar(a);
		archive_read_support_format_zip(a);
		archive_read_set_option(a, "tar", "read_concatenated_archives",
		    "1");
	}
	archive_read_set_callback_data(a, in);
	archive_read_set_read_callback(a, give);
	if (in->fd >= 0)
		archive_read_set_seek_callback(a, give_from);
	return a;
}

static int
tell(struct bundle *b, struct archive *a, struct err *e)
{
	const struct err *cause = b->file.err.kind != ERR_NONE ?
	    &b->file.err : &b->entry.err;

	if (cause->kind == ERR_INPUT) {
		*e = *cause;
		return -1;
	}
	if (cause->kind != ERR_NONE)
		return err_set(e, cause->kind, "%s: %s", b->label.data,
		    cause->text);
	return err_set(e, ERR_INPUT, "%s: damaged: %s", b->label.data, why(a));
}

/* Counts what came out of an archive, and fails beyond a limit. */
static int
charge(struct bundle *b, int64_t n, struct err *e)
{
	const struct bundle_limits *l = &b->limits;
	int64_t in = b->file.got;

	/* A zip may have its bytes read more than once. */
	if (b->file.size >= 0 && b->file.size < in)
		in = b->file.size;
	b->entry_out += n;
	b->file_out += n;
	b->total_out += n;
	if (b->total_out > l->total) {
		b->ended = true;
		return err_set(e, ERR_INPUT, "%s: more than %lld bytes in "
		    "all, nothing more is read", b->label.data,
		    (long long)l->total);
	}
	if (b->file_out > RATIO_FROM && b->file_out / l->ratio > in) {
		b->ended = b->folder == NULL;
		return err_set(e, ERR_INPUT, "%s: more than %lld times as "
		    "large as packed, nothing more is read", b->label.data,
		    (long long)l->ratio);
	}
	if (b->entry_out > l->entry)
		return err_set(e, ERR_INPUT, "%s: larger than %lld bytes",
		    b->label.data, (long long)l->entry);
	return 0;
}

static ssize_t
archive_bytes(struct bundle *b, struct archive *a, char *buf, size_t len,
    struct err *e)
{
	la_ssize_t n;
	int tries = 0;

	do
		n = archive_read_data(a, buf, len);
	while (n == ARCHIVE_RETRY && tries++ < 3);
	if (n >= 0)
		return charge(b, n, e) < 0 ? -1 : n;
	if (a == b->outer && n == ARCHIVE_FATAL)
		b->broken = true;
	return tell(b, a, e);
}

static ssize_t
outer_read(void *arg, char *buf, size_t len, struct err *e)
{
	struct bundle *b = arg;

	return archive_bytes(b, b->outer, buf, len, e);
}

static ssize_t
inner_read(void *arg, char *buf, size_t len, struct err *e)
{
	struct bundle *b = arg;

	return archive_bytes(b, b->inner, buf, len, e);
}

static struct bundle *
bundle_new(const char *path, const struct bundle_limits *limits)
{
	struct bundle *b = xcalloc(1, sizeof(*b));

	b->limits = *limits;
	b->path = xstrdup(path);
	b->fd = -1;
	b->file.fd = b->entry.fd = -1;
	buf_init(&b->name);
	buf_init(&b->label);
	buf_adds(&b->label, path);
	return b;
}

int
bundle_open_fd(struct bundle **out, int fd, const char *name,
    const struct bundle_limits *limits, struct err *e)
{
	(void)e;
	*out = bundle_new(name, limits);
	peek_start_fd(&(*out)->file, fd, (*out)->path);
	return 0;
}

int
bundle_open(struct bundle **out, const char *path,
    const struct bundle_limits *limits, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct folder *folder;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		err_set(e, ERR_IO, "cannot open '%s': %s", path,
		    strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	if (!S_ISDIR(st.st_mode)) {
		if (bundle_open_fd(out, fd, path, limits, e) < 0)
			return -1;
		(*out)->fd = fd;
		return 0;
	}
	close(fd);
	if (folder_open(&folder, path, e) < 0)
		return -1;
	*out = bundle_new(path, limits);
	(*out)->folder = folder;
	return 0;
}

void
bundle_close(struct bundle *b)
{
	if (b->inner != NULL)
		archive_read_free(b->inner);
	if (b->outer != NULL)
		archive_read_free(b->outer);
	if (b->folder != NULL)
		folder_close(b->folder);
	if (b->fd >= 0)
		close(b->fd);
	buf_free(&b->name);
	buf_free(&b->label);
	free(b->path);
	free(b);
}

/* Names the entry at hand; a control character could mislead a terminal. */
static void
name_entry(struct bundle *b, const char *name)
{
	buf_reset(&b->name);
	buf_reset(&b->label);
	buf_adds(&b->name, name);
	for (size_t i = 0; i < b->name.len; i++) {
		unsigned char c = (unsigned char)b->name.data[i];

		if (c < ' ' || c == 0x7f)
			b->name.data[i] = '?';
	}
	buf_printf(&b->label, "%s/%s", b->path, b->name.data);
}

/* Whether a part of the path, which '\' may also divide, is "..". */
static bool
leads_out(const char *name)
{
	bool drive = ((name[0] | 32) >= 'a' && (name[0] | 32) <= 'z' &&
	    name[1] == ':');

	if (name[0] == '/' || name[0] == '\\' || drive)
		return true;
	for (const char *p = name; *p != '\0';) {
		size_t n = strcspn(p, "/\\");

		if (n == 2 && p[0] == '.' && p[1] == '.')
			return true;
		p += n + (p[n] != '\0');
	}
	return false;
}

/* What systems put beside people's files. */
static bool
is_litter(const char *name)
{
	const char *last = strrchr(name, '/');

	last = last != NULL ? last + 1 : name;
	return strncmp(name, "__MACOSX/", 9) == 0 ||
	    strncmp(last, "._", 2) == 0 || strcmp(last, ".DS_Store") == 0 ||
	    strcmp(last, "Thumbs.db") == 0 ||
	    strcmp(last, "desktop.ini") == 0;
}

/* Compression within compression could hide what is between them. */
static int
begin(struct bundle *b, struct archive *a, enum look is, struct err *e)
{
	if (archive_read_open1(a) < ARCHIVE_WARN)
		return tell(b, a, e);
	if (archive_filter_count(a) > 2)
		return err_set(e, ERR_INPUT, "%s: packed more than once",
		    b->label.data);
	if (is == LOOK_PACKED && archive_filter_count(a) < 2)
		return err_set(e, ERR_INPUT, "%s: damaged: cut off",
		    b->label.data);
	return 0;
}

/* Undoes the compression of what is no archive. */
static int
start_inner(struct bundle *b, struct peek *in, struct err *e)
{
	struct archive_entry *entry;

	if ((b->inner = unpack(in, false)) == NULL)
		return err_set(e, ERR_AGAIN, "out of memory");
	if (begin(b, b->inner, LOOK_PACKED, e) < 0)
		return -1;
	return archive_read_next_header(b->inner, &entry) >= ARCHIVE_WARN ? 0 :
	    tell(b, b->inner, e);
}

/* The entry at hand as a source. */
static int
hand_out(struct bundle *b, struct peek *in, const char *name,
    struct source *source, struct err *e)
{
	int is = peek_look(in, e);

	if (is < 0)
		return -1;
	*source = (struct source){ name, in, peek_read };
	if (is == LOOK_PACKED) {
		if (start_inner(b, in, e) < 0)
			return -1;
		source->arg = b;
		source->read = inner_read;
	}
	return 1;
}

static int
open_archive(struct bundle *b, enum look is, struct err *e)
{
	if ((b->outer = unpack(&b->file, true)) == NULL)
		return err_set(e, ERR_AGAIN, "out of memory");
	return begin(b, b->outer, is, e);
}

/*
 * Behind an entry that could not be unpacked libarchive goes no further. A
 * zip has a list of its entries, so the next one is found again.
 */
static bool
reopen(struct bundle *b)
{
	struct archive_entry *entry;
	struct err none = { 0 };

	if ((archive_format(b->outer) & ARCHIVE_FORMAT_BASE_MASK) !=
	    ARCHIVE_FORMAT_ZIP || b->file.fd < 0 ||
	    b->reopened++ >= REOPENINGS ||
	    lseek(b->file.fd, b->file.base, SEEK_SET) < 0)
		return false;
	archive_read_free(b->outer);
	b->outer = NULL;
	b->file.have = b->file.pos = 0;
	if (open_archive(b, LOOK_ARCHIVE, &none) < 0)
		return false;
	for (size_t i = 0; i < b->index; i++) {
		if (archive_read_next_header(b->outer, &entry) < ARCHIVE_WARN)
			return false;
	}
	return true;
}

/* Leaves the entry; the rest of a packed stream is read under the limits. */
static int
leave_entry(struct bundle *b, struct err *e)
{
	ssize_t n = 1;

	if (b->inner != NULL)
		archive_read_free(b->inner);
	b->inner = NULL;
	while (b->unread && !b->ended && !b->broken && n > 0 &&
	    archive_filter_count(b->outer) > 1) {
		b->entry_out = 0;
		n = outer_read(b, b->entry.block, PEEK_BLOCK, e);
	}
	b->unread = false;
	return n < 0 ? -1 : 0;
}

/* Whether an entry is to be read: 1, 0 nothing to be told, -1. */
static int
judge(struct bundle *b, struct archive_entry *entry, const char *name,
    struct err *e)
{
	int type = (int)archive_entry_filetype(entry);

	if (type == AE_IFDIR || is_litter(name))
		return 0;
	if (++b->entries > b->limits.entries) {
		b->ended = true;
		return err_set(e, ERR_INPUT, "%s: more than %zu entries, "
		    "nothing more is read", b->path, b->limits.entries);
	}
	if (leads_out(name))
		return err_set(e, ERR_INPUT, "%s: its name leads out of the "
		    "archive", b->label.data);
	if (archive_entry_hardlink(entry) != NULL || type == AE_IFLNK)
		return err_set(e, ERR_INPUT, "%s: a link, not followed",
		    b->label.data);
	if (type != AE_IFREG && type != 0)
		return err_set(e, ERR_INPUT, "%s: not a file", b->label.data);
	if (archive_entry_is_encrypted(entry))
		return err_set(e, ERR_INPUT, "%s: encrypted", b->label.data);
	return 1;
}

static const char *
name_of(struct archive_entry *entry)
{
	const char *name = archive_entry_pathname_utf8(entry);

	if (name == NULL)
		name = archive_entry_pathname(entry);
	if (name == NULL)
		name = "";
	while (strncmp(name, "./", 2) == 0)
		name += 2;
	return name;
}

/* Compression alone has one entry, which has the name of the file. */
static int
start_entry(struct bundle *b, struct archive_entry *entry,
    struct source *source, int64_t *mtime, struct err *e)
{
	bool alone = archive_format(b->outer) == ARCHIVE_FORMAT_RAW;
	int got;

	if (!alone) {
		name_entry(b, name_of(entry));
		if ((got = judge(b, entry, b->name.data, e)) != 1)
			return got;
	}
	*mtime = archive_entry_mtime_is_set(entry) ?
	    (int64_t)archive_entry_mtime(entry) : TIME_NONE;
	peek_start(&b->entry, (struct source){ b->path, b, outer_read });
	if (!alone)
		return hand_out(b, &b->entry, b->name.data, source, e);
	*source = (struct source){ b->path, b, outer_read };
	return 1;
}

static int
next_in_archive(struct bundle *b, struct source *source, int64_t *mtime,
    struct err *e)
{
	struct archive_entry *entry;
	int got = 0, r;

	while (got == 0) {
		if (leave_entry(b, e) < 0)
			return -1;
		/* What broke it has been told. */
		if (b->broken && !reopen(b))
			b->ended = true;
		b->broken = false;
		if (b->ended)
			return 0;
		buf_reset(&b->label);
		buf_adds(&b->label, b->path);
		r = archive_read_next_header(b->outer, &entry);
		b->ended = r == ARCHIVE_EOF || r == ARCHIVE_FATAL;
		if (r == ARCHIVE_EOF)
			return 0;
		if (r < ARCHIVE_WARN)
			return tell(b, b->outer, e);
		b->index++;
		b->unread = true;
		b->entry_out = 0;
		got = start_entry(b, entry, source, mtime, e);
	}
	return got;
}

static int
next_in_folder(struct bundle *b, struct source *source, int64_t *mtime,
    struct err *e)
{
	struct stat st;
	const char *name;
	int got;

	if (b->inner != NULL)
		archive_read_free(b->inner);
	b->inner = NULL;
	do {
		if (b->fd >= 0)
			close(b->fd);
		b->fd = -1;
		if ((got = folder_next(b->folder, &b->fd, &name, e)) != 1)
			return got;
	} while (is_litter(name));
	if (++b->entries > b->limits.entries) {
		b->ended = true;
		return err_set(e, ERR_INPUT, "%s: more than %zu files, "
		    "nothing more is read", b->path, b->limits.entries);
	}
	name_entry(b, name);
	*mtime = fstat(b->fd, &st) == 0 ? (int64_t)st.st_mtime : TIME_NONE;
	b->entry_out = b->file_out = 0;
	peek_start_fd(&b->file, b->fd, b->name.data);
	return hand_out(b, &b->file, b->name.data, source, e);
}

/* A file that is neither packed nor an archive, or the first of what it is. */
static int
start_file(struct bundle *b, struct source *source, int64_t *mtime,
    struct err *e)
{
	struct stat st;
	int is = peek_look(&b->file, e);

	b->ended = is < 0 || is == LOOK_PLAIN;
	if (is < 0)
		return -1;
	if (is == LOOK_PLAIN) {
		*mtime = b->fd >= 0 && fstat(b->fd, &st) == 0 ?
		    (int64_t)st.st_mtime : TIME_NONE;
		*source = (struct source){ b->path, &b->file, peek_read };
		return 1;
	}
	if (open_archive(b, (enum look)is, e) < 0) {
		b->ended = true;
		return -1;
	}
	return next_in_archive(b, source, mtime, e);
}

int
bundle_next(struct bundle *b, struct source *source, int64_t *mtime,
    struct err *e)
{
	int64_t ignored;

	if (mtime == NULL)
		mtime = &ignored;
	if (b->ended)
		return 0;
	if (b->folder != NULL)
		return next_in_folder(b, source, mtime, e);
	if (b->outer != NULL)
		return next_in_archive(b, source, mtime, e);
	return start_file(b, source, mtime, e);
}
