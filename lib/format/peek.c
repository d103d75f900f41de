/* Formats by their first bytes; a tar by the sum in its first header. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format/peek.h"

#define TAR_BLOCK	512

/* A number of a tar header, as far as it has been read. */
static bool
octal(const char *s, size_t n, size_t from, size_t to)
{
	for (size_t i = from; i < to && i < n; i++) {
		if (strchr("01234567 ", s[i]) == NULL)	/* or NUL */
			return false;
	}
	return true;
}

/* Its sum, taken with blanks in its own place, must be right. */
static enum look
look_for_tar(const char *s, size_t n, bool end)
{
	unsigned long sum = 0, said;
	char text[9] = "";

	if (n == 0 || s[0] == '\0' || s[0] == '\n' ||
	    !octal(s, n, 100, 108) || !octal(s, n, 148, 156) ||
	    memchr(s, '\n', n < 100 ? strnlen(s, n) : strnlen(s, 100)) !=
	    NULL)
		return LOOK_PLAIN;
	if (n < TAR_BLOCK)
		return end ? LOOK_PLAIN : LOOK_UNSURE;
	for (size_t i = 0; i < TAR_BLOCK; i++)
		sum += i >= 148 && i < 156 ? ' ' : (unsigned char)s[i];
	memcpy(text, s + 148, 8);
	said = strtoul(text, NULL, 8);
	return said == sum ? LOOK_ARCHIVE : LOOK_PLAIN;
}

/* What a stream is by its first bytes, of which there may be more. */
static enum look
look(const char *s, size_t n, bool end)
{
	static const struct {
		const char *magic;
		size_t len;
		enum look is;
	} known[] = {
		{ "\x1f\x8b\x08", 3, LOOK_PACKED },
		{ "\xfd" "7zXZ\0", 6, LOOK_PACKED },
		{ "\x28\xb5\x2f\xfd", 4, LOOK_PACKED },
		{ "BZh", 3, LOOK_PACKED },
		{ "PK\3\4", 4, LOOK_ARCHIVE },
		{ "PK\5\6", 4, LOOK_ARCHIVE },
		{ "PK\7\10", 4, LOOK_ARCHIVE },
	};
	bool unsure = false;

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		size_t len = known[i].len;

		if (memcmp(s, known[i].magic, n < len ? n : len) != 0)
			continue;
		if (n < len)
			unsure = true;
		else if (s[0] != 'B')
			return known[i].is;
		else if (n < 10)
			unsure = true;
		else if (memcmp(s + 4, "1AY&SY", 6) == 0 ||
		    memcmp(s + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0)
			return known[i].is;
	}
	if (unsure && !end)
		return LOOK_UNSURE;
	return look_for_tar(s, n, end);
}

void
peek_start(struct peek *in, struct source source)
{
	in->source = source;
	in->fd = -1;
	in->size = -1;
	in->got = 0;
	in->have = in->pos = 0;
	err_clear(&in->err);
}

void
peek_start_fd(struct peek *in, int fd, const char *name)
{
	struct stat st;
	off_t at;

	peek_start(in, source_fd(fd, name));
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    (at = lseek(fd, 0, SEEK_CUR)) < 0)
		return;
	in->fd = fd;
	in->base = at;
	in->size = st.st_size > at ? (int64_t)(st.st_size - at) : 0;
}

int
peek_look(struct peek *in, struct err *e)
{
	enum look is = LOOK_UNSURE;
	bool end = false;
	ssize_t n;

	while (!end && is == LOOK_UNSURE) {
		n = in->source.read(in->source.arg, in->block + in->have,
		    PEEK_BLOCK - in->have, e);
		if (n < 0)
			return -1;
		in->have += (size_t)n;
		in->got += n;
		end = n == 0;
		is = look(in->block, in->have, end);
	}
	return (int)is;
}

ssize_t
peek_read(void *arg, char *buf, size_t len, struct err *e)
{
	struct peek *in = arg;
	ssize_t n;

	if (in->pos < in->have) {
		if (len > in->have - in->pos)
			len = in->have - in->pos;
		memcpy(buf, in->block + in->pos, len);
		in->pos += len;
		return (ssize_t)len;
	}
	n = in->source.read(in->source.arg, buf, len, e);
	if (n > 0)
		in->got += n;
	return n;
}
