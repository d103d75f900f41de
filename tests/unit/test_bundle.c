/* Archives and packed files, also hostile and damaged ones. */
#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/time.h"
#include "format/bundle.h"
#include "unit.h"

struct file {
	const char *name, *text;
	int type;		/* AE_IF..., 0 for a file */
	const char *link;	/* a hard link to */
};

static const struct bundle_limits small = { 4, 100000, 200000, 200 };

static void
put(struct archive *a, const struct file *f, size_t repeat)
{
	struct archive_entry *entry = archive_entry_new();
	int type = f->type != 0 ? f->type : AE_IFREG;
	size_t n = type == AE_IFREG && f->link == NULL ?
	    strlen(f->text) : 0;

	archive_entry_set_pathname(entry, f->name);
	archive_entry_set_filetype(entry, (unsigned)type);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_mtime(entry, 1767225600, 0);
	archive_entry_set_size(entry, (la_int64_t)(n * repeat));
	if (type == AE_IFLNK)
		archive_entry_set_symlink(entry, f->text);
	if (f->link != NULL)
		archive_entry_set_hardlink(entry, f->link);
	ck_assert_msg(archive_write_header(a, entry) == ARCHIVE_OK, "%s",
	    archive_error_string(a));
	for (size_t i = 0; i < repeat && n > 0; i++)
		ck_assert_int_eq(archive_write_data(a, f->text, n), n);
	archive_entry_free(entry);
}

/* An archive of the files, in memory; free() it. */
static char *
pack_options(const char *format, const char *filter, const char *options,
    const struct file *files, size_t repeat, size_t *len)
{
	size_t room = (size_t)4 << 20;
	char *data = xmalloc(room);
	struct archive *a = archive_write_new();

	ck_assert_int_eq(archive_write_set_format_by_name(a, format), 0);
	if (*filter != '\0')
		ck_assert_int_eq(archive_write_add_filter_by_name(a, filter),
		    0);
	archive_write_set_bytes_in_last_block(a, 1);
	if (*options != '\0') {
		ck_assert_int_eq(archive_write_set_options(a, options), 0);
		archive_write_set_passphrase(a, "secret");
	}
	ck_assert_int_eq(archive_write_open_memory(a, data, room, len), 0);
	for (; files->name != NULL; files++)
		put(a, files, repeat);
	ck_assert_int_eq(archive_write_close(a), 0);
	archive_write_free(a);
	return data;
}

static char *
pack(const char *format, const char *filter, const struct file *files,
    size_t *len)
{
	return pack_options(format, filter, "", files, 1, len);
}

static int
file_of(const char *data, size_t len)
{
	int fd = memfd_create("bundle", MFD_CLOEXEC);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(write(fd, data, len), len);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* A pipe with the bytes, which a child writes a few at a time. */
static int
pipe_of(const char *data, size_t len)
{
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	if (fork() == 0) {
		for (size_t i = 0; i < len;) {
			size_t n = len - i < 999 ? len - i : 999;

			if (write(ends[1], data + i, n) != (ssize_t)n)
				break;
			i += n;
		}
		_exit(0);
	}
	close(ends[1]);
	return ends[0];
}

/* "name=text;" of each entry, "!message;" for what is refused. */
static void
read_all(struct source *s, struct buf *out)
{
	struct err e = { 0 };
	size_t n = 0;
	char block[100];
	ssize_t got;

	buf_printf(out, "%s=", s->name);
	while ((got = s->read(s->arg, block, sizeof(block), &e)) > 0) {
		if (n < 100)
			buf_add(out, block, (size_t)got);
		n += (size_t)got;
	}
	if (n >= 100)
		buf_printf(out, "...%zu", n);
	if (got < 0)
		buf_printf(out, "!%s", e.text);
	buf_addc(out, ';');
}

static const char *
show_fd(int fd, const struct bundle_limits *limits)
{
	static struct buf out = BUF_INIT;
	struct bundle *b;
	struct source s;
	struct err e = { 0 };
	int got;

	buf_reset(&out);
	ck_assert_int_eq(bundle_open_fd(&b, fd, "x", limits, &e), 0);
	while ((got = bundle_next(b, &s, NULL, &e)) != 0 && out.len < 9000) {
		if (got == 1)
			read_all(&s, &out);
		else
			buf_printf(&out, "!%s;", e.text);
		err_clear(&e);
	}
	ck_assert_int_eq(bundle_next(b, &s, NULL, &e), 0);
	bundle_close(b);
	close(fd);
	return out.data;
}

static const char *
show(const char *data, size_t len)
{
	return show_fd(file_of(data, len), &bundle_limits_default);
}

static const struct file two[] = {
	{ "a/one.json", "[1]\n", 0, NULL },
	{ "./b two", "text", 0, NULL },
	{ 0 }
};

START_TEST(forms)
{
	static const struct {
		const char *format, *filter, *want;
	} rows[] = {
		{ "zip", "", "a/one.json=[1]\n;b two=text;" },
		{ "zip", "gzip", "a/one.json=[1]\n;b two=text;" },
		{ "ustar", "", "a/one.json=[1]\n;b two=text;" },
		{ "pax", "", "a/one.json=[1]\n;b two=text;" },
		{ "gnutar", "gzip", "a/one.json=[1]\n;b two=text;" },
		{ "v7tar", "bzip2", "a/one.json=[1]\n;b two=text;" },
		{ "ustar", "xz", "a/one.json=[1]\n;b two=text;" },
		{ "ustar", "zstd", "a/one.json=[1]\n;b two=text;" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t len;
		char *data = pack(rows[i].format, rows[i].filter, two, &len);

		ck_assert_str_eq(show(data, len), rows[i].want);
		ck_assert_str_eq(show_fd(pipe_of(data, len),
		    &bundle_limits_default), rows[i].want);
		free(data);
	}
}
END_TEST

START_TEST(packed_alone)
{
	static const char *const filters[] = { "gzip", "bzip2", "xz", "zstd" };
	static const struct file one[] = { { "f", "some text\n", 0, NULL },
		{ 0 } };

	for (size_t i = 0; i < 4; i++) {
		size_t len;
		char *data = pack("raw", filters[i], one, &len);

		ck_assert_str_eq(show(data, len), "x=some text\n;");
		ck_assert_str_eq(show_fd(pipe_of(data, len),
		    &bundle_limits_default), "x=some text\n;");
		free(data);
	}
}
END_TEST

START_TEST(plain)
{
	static const char *const rows[] = {
		"", "x", "{\"a\":1}\n", "BZ", "BZh", "BZh9 is no archive\n",
		"P", "PK", "PK\n", "\x1f", "\x1f\x8b", "From a@b.example\n",
	};
	static char zeros[2000];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char want[100];

		snprintf(want, sizeof(want), "x=%s;", rows[i]);
		ck_assert_str_eq(show(rows[i], strlen(rows[i])), want);
	}
	ck_assert_str_eq(show(zeros, sizeof(zeros)), "x=");
}
END_TEST

/* What a writer has written comes through before it writes more. */
START_TEST(stream)
{
	int ends[2];
	struct bundle *b;
	struct source s;
	struct err e = { 0 };
	char line[400];

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(write(ends[1], "{\"a\":1}\n", 8), 8);
	ck_assert_int_eq(bundle_open_fd(&b, ends[0], "stdin",
	    &bundle_limits_default, &e), 0);
	ck_assert_int_eq(bundle_next(b, &s, NULL, &e), 1);
	ck_assert_int_eq(s.read(s.arg, line, sizeof(line), &e), 8);
	bundle_close(b);
	memset(line, 'x', sizeof(line));
	ck_assert_int_eq(write(ends[1], line, 300), 300);
	ck_assert_int_eq(bundle_open_fd(&b, ends[0], "stdin",
	    &bundle_limits_default, &e), 0);
	ck_assert_int_eq(bundle_next(b, &s, NULL, &e), 1);
	ck_assert_int_eq(s.read(s.arg, line, sizeof(line), &e), 300);
	bundle_close(b);
	close(ends[0]);
	close(ends[1]);
}
END_TEST

START_TEST(refused)
{
	static const struct file files[] = {
		{ "/etc/passwd", "x", 0, NULL },
		{ "a/../../b", "x", 0, NULL },
		{ "link", "/etc/passwd", AE_IFLNK, NULL },
		{ "fifo", "", AE_IFIFO, NULL },
		{ "folder", "", AE_IFDIR, NULL },
		{ "__MACOSX/._a", "x", 0, NULL },
		{ "a/.DS_Store", "x", 0, NULL },
		{ "hard", "", 0, "last" },
		{ "c:\\a", "x", 0, NULL },
		{ "a\\..\\b", "x", 0, NULL },
		{ "a..b", "x", 0, NULL },
		{ "a\x1b[1m", "x", 0, NULL },
		{ "last", "y", 0, NULL },
		{ 0 }
	};
	size_t len;
	char *data = pack("ustar", "", files, &len);

	ck_assert_str_eq(show(data, len),
	    "!x//etc/passwd: its name leads out of the archive;"
	    "!x/a/../../b: its name leads out of the archive;"
	    "!x/link: a link, not followed;"
	    "!x/fifo: not a file;"
	    "!x/hard: a link, not followed;"
	    "!x/c:\\a: its name leads out of the archive;"
	    "!x/a\\..\\b: its name leads out of the archive;"
	    "a..b=x;a?[1m=x;last=y;");
	free(data);
}
END_TEST

START_TEST(names)
{
	static const struct file files[] = {
		{ "gr\xc3\xbc\xc3\x9f" "e.json", "x", 0, NULL }, { 0 } };
	size_t len;
	char *data = pack("ustar", "", files, &len);

	ck_assert_str_eq(show(data, len), "gr\xc3\xbc\xc3\x9f" "e.json=x;");
	free(data);
}
END_TEST

START_TEST(encrypted)
{
	size_t len;
	char *data = pack_options("zip", "", "zip:encryption=zipcrypt", two,
	    1, &len);

	ck_assert_str_eq(show(data, len),
	    "!x/a/one.json: encrypted;!x/b two: encrypted;");
	free(data);
}
END_TEST

START_TEST(within)
{
	static const struct file plain_one[] = { { "f", "deep", 0, NULL },
		{ 0 } };
	size_t len, all;
	char *one = pack("raw", "gzip", plain_one, &len), *data, *twice;
	struct archive *a = archive_write_new();
	struct archive_entry *entry = archive_entry_new();

	data = xmalloc(100000);
	ck_assert_int_eq(archive_write_set_format_zip(a), 0);
	ck_assert_int_eq(archive_write_open_memory(a, data, 100000, &all), 0);
	archive_entry_set_pathname(entry, "box.gz");
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_size(entry, (la_int64_t)len);
	ck_assert_int_eq(archive_write_header(a, entry), 0);
	ck_assert_int_eq(archive_write_data(a, one, len), len);
	ck_assert_int_eq(archive_write_close(a), 0);
	archive_entry_free(entry);
	archive_write_free(a);
	ck_assert_str_eq(show(data, all), "box.gz=deep;");
	free(data);
	free(one);

	one = pack("raw", "gzip", plain_one, &len);
	twice = xmalloc(100000);
	a = archive_write_new();
	archive_write_set_format_raw(a);
	archive_write_add_filter_gzip(a);
	archive_write_set_bytes_in_last_block(a, 1);
	archive_write_open_memory(a, twice, 100000, &all);
	entry = archive_entry_new();
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_write_header(a, entry);
	archive_write_data(a, one, len);
	archive_write_close(a);
	archive_entry_free(entry);
	archive_write_free(a);
	ck_assert_str_eq(show(twice, all), "!x: packed more than once;");
	free(twice);
	free(one);
}
END_TEST

START_TEST(limits)
{
	static const struct file many[] = {
		{ "1", "x", 0, NULL }, { "2", "x", 0, NULL },
		{ "3", "x", 0, NULL }, { "4", "x", 0, NULL },
		{ "5", "x", 0, NULL }, { "6", "x", 0, NULL }, { 0 }
	};
	static const struct file large[] = {
		{ "1", "0123456789", 0, NULL }, { "2", "0123456789", 0, NULL },
		{ 0 }
	};
	static const char *const filters[] = { "", "gzip", "zstd" };
	char zeros[4097];
	struct file bomb[] = { { "1", zeros, 0, NULL },
		{ "2", zeros, 0, NULL }, { 0 } };
	size_t len;
	char *data = pack("ustar", "", many, &len);
	const char *got;

	ck_assert_str_eq(show_fd(file_of(data, len), &small),
	    "1=x;2=x;3=x;4=x;!x: more than 4 entries, nothing more is read;");
	free(data);
	/* An entry that is too large does not keep the next one out. */
	for (size_t i = 0; i < 3; i++) {
		data = pack_options("ustar", filters[i], "", large, 10001,
		    &len);
		got = show_fd(file_of(data, len), &small);
		ck_assert_ptr_nonnull(strstr(got,
		    "!x/1: larger than 100000 bytes;2=01234567890"));
		free(data);
	}
	memset(zeros, '0', sizeof(zeros) - 1);
	zeros[sizeof(zeros) - 1] = '\0';
	data = pack_options("zip", "", "", bomb, 20000, &len);
	got = show(data, len);
	ck_assert_ptr_nonnull(strstr(got, "!x/1: more than 200 times as large "
	    "as packed, nothing more is read;"));
	ck_assert_ptr_null(strstr(got, "2="));
	free(data);
}
END_TEST

/* Nobody reads the entry: it is gone through all the same, under limits. */
START_TEST(unread_bomb)
{
	char zeros[4097];
	struct file bomb[] = { { "1", zeros, 0, NULL },
		{ "2", zeros, 0, NULL }, { 0 } };
	struct bundle *b;
	struct source s;
	struct err e = { 0 };
	size_t len;
	char *data;
	int fd;

	memset(zeros, '0', sizeof(zeros) - 1);
	zeros[sizeof(zeros) - 1] = '\0';
	data = pack_options("ustar", "gzip", "", bomb, 20000, &len);
	fd = file_of(data, len);
	ck_assert_int_eq(bundle_open_fd(&b, fd, "x", &bundle_limits_default,
	    &e), 0);
	ck_assert_int_eq(bundle_next(b, &s, NULL, &e), 1);
	ck_assert_int_eq(bundle_next(b, &s, NULL, &e), -1);
	ck_assert_int_eq(e.kind, ERR_INPUT);
	ck_assert_int_eq(bundle_next(b, &s, NULL, &e), 0);
	bundle_close(b);
	close(fd);
	free(data);
}
END_TEST

static char *
find(char *data, size_t len, const char *text)
{
	char *p = memmem(data, len, text, strlen(text));

	ck_assert_ptr_nonnull(p);
	return p;
}

START_TEST(damaged)
{
	static const struct file three[] = {
		{ "1", "first text", 0, NULL },
		{ "2", "second text", 0, NULL },
		{ "3", "third text", 0, NULL }, { 0 }
	};
	unsigned char *second;
	size_t len;
	char *data = pack_options("zip", "", "zip:compression=store", three,
	    1, &len);

	find(data, len, "second text")[0] ^= 1;
	ck_assert_ptr_nonnull(strstr(show(data, len), "!x/2: damaged: "));
	ck_assert_ptr_nonnull(strstr(show(data, len), "3=third text;"));
	free(data);

	/* The data of a deflated entry is nonsense: the next one is read. */
	data = pack("zip", "", three, &len);
	second = (unsigned char *)find(data + 10, len - 10, "PK\3\4");
	memset(second + 30 + second[26] + second[28], 0xff, 8);
	ck_assert_msg(strstr(show(data, len), "3=third text;") != NULL, "%s",
	    show(data, len));
	free(data);

	data = pack("ustar", "gzip", three, &len);
	ck_assert_ptr_nonnull(strstr(show(data, len - 20), "!"));
	free(data);
	ck_assert_ptr_nonnull(strstr(show("PK\3\4", 4), "!x: damaged: "));
	ck_assert_ptr_nonnull(strstr(show("\x1f\x8b\x08", 3), "!x"));
}
END_TEST

static void
write_file(const char *folder, const char *name, const char *data, size_t len)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	ck_assert_int_ne(fd = open(path, O_WRONLY | O_CREAT, 0600), -1);
	ck_assert_int_eq(write(fd, data, len), len);
	close(fd);
}

START_TEST(folder)
{
	static const struct file one[] = { { "f", "packed", 0, NULL }, { 0 } };
	char path[] = "/tmp/tai-bundle.XXXXXX", command[200], name[4096];
	struct buf out = BUF_INIT;
	struct bundle *b;
	struct source s;
	struct err e = { 0 };
	int64_t mtime;
	size_t len;
	char *data = pack("raw", "gzip", one, &len);
	int got;

	ck_assert_ptr_nonnull(mkdtemp(path));
	snprintf(name, sizeof(name), "%s/b", path);
	ck_assert_int_eq(mkdir(name, 0700), 0);
	write_file(path, "c.gz", data, len);
	write_file(path, "b/x", "inner", 5);
	write_file(path, "a", "first", 5);
	write_file(path, ".DS_Store", "x", 1);
	snprintf(name, sizeof(name), "%s/link", path);
	ck_assert_int_eq(symlink("/etc/passwd", name), 0);
	snprintf(name, sizeof(name), "%s/pipe", path);
	ck_assert_int_eq(mkfifo(name, 0600), 0);
	ck_assert_int_eq(bundle_open(&b, path, &bundle_limits_default, &e), 0);
	while ((got = bundle_next(b, &s, &mtime, &e)) != 0) {
		if (got == 1)
			read_all(&s, &out);
		else
			buf_printf(&out, "!%s;", e.text + strlen(path));
		ck_assert(got == -1 || mtime != TIME_NONE);
		err_clear(&e);
	}
	bundle_close(b);
	ck_assert_str_eq(out.data, "a=first;b/x=inner;c.gz=packed;"
	    "!/link: a symbolic link, not followed;!/pipe: not a file;");
	buf_free(&out);
	free(data);
	ck_assert_int_eq(bundle_open(&b, "/nowhere/at all",
	    &bundle_limits_default, &e), -1);
	ck_assert_int_eq(e.kind, ERR_IO);
	snprintf(command, sizeof(command), "%s/b/x", path);
	unlink(command);
	for (size_t i = 0; i < 6; i++) {
		static const char *const names[] = { "c.gz", "a", ".DS_Store",
			"link", "pipe", "b" };

		snprintf(name, sizeof(name), "%s/%s", path, names[i]);
		ck_assert_int_eq(remove(name), 0);
	}
	ck_assert_int_eq(rmdir(path), 0);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("bundle");
	TCase *c = tcase_create("bundle");

	tcase_set_timeout(c, 60);
	tcase_add_test(c, forms);
	tcase_add_test(c, packed_alone);
	tcase_add_test(c, plain);
	tcase_add_test(c, stream);
	tcase_add_test(c, refused);
	tcase_add_test(c, names);
	tcase_add_test(c, encrypted);
	tcase_add_test(c, within);
	tcase_add_test(c, limits);
	tcase_add_test(c, unread_bomb);
	tcase_add_test(c, damaged);
	tcase_add_test(c, folder);
	suite_add_tcase(s, c);
	return s;
}

int
main(void)
{
	return unit_main(suite());
}
