#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "format/mbox.h"

#define BLOCK		((size_t)128 << 10)
#define FROM_MAX	1000	/* a longer line is no "From " line */

/* The next word of [*s, end), or false. */
static bool
word(const char **s, const char *end, const char **start, size_t *len)
{
	while (*s < end && (**s == ' ' || **s == '\t'))
		(*s)++;
	*start = *s;
	while (*s < end && **s != ' ' && **s != '\t')
		(*s)++;
	*len = (size_t)(*s - *start);
	return *len > 0;
}

static bool
one_of(const char *names, const char *s, size_t len)
{
	for (; *names != '\0'; names += 3)
		if (len == 3 && strncasecmp(names, s, 3) == 0)
			return true;
	return false;
}

static bool
digits(const char *s, size_t len, size_t min, size_t max)
{
	for (size_t i = 0; i < len; i++)
		if (!isdigit((unsigned char)s[i]))
			return false;
	return len >= min && len <= max;
}

/* 11:19:12 or 11:19. */
static bool
clock_time(const char *s, size_t len)
{
	return (len == 8 || len == 5 || len == 7) &&
	    memchr(s, ':', 3) != NULL &&
	    isdigit((unsigned char)s[0]) &&
	    isdigit((unsigned char)s[len - 1]);
}

/*
 * The rest of a date behind the day of the week: "Nov  1 11:19:12 2001", with
 * a zone before or behind the year, or "1 Nov 2001 11:19:12 +0100".
 */
static bool
date(const char *s, const char *end)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	bool month = false, day = false, year = false, time = false;
	const char *w;
	size_t n;

	for (int i = 0; i < 6 && word(&s, end, &w, &n); i++) {
		if (!month && one_of(months, w, n))
			month = true;
		else if (!day && digits(w, n, 1, 2))
			day = true;
		else if (!time && clock_time(w, n))
			time = true;
		else if (!year && digits(w, n, 4, 4))
			year = true;
		else if (!time)
			return false;
	}
	return month && day && year && time;
}

/*
 * Whether a line is a From_ line: "From ", an address (which list archives
 * write with blanks in it) and a date that starts with the day of the week.
 */
static bool
is_from(const char *s, size_t len)
{
	static const char days[] = "MonTueWedThuFriSatSun";
	const char *end = s + len, *w;
	size_t n;

	if (len < 5 || len > FROM_MAX || memcmp(s, "From ", 5) != 0)
		return false;
	for (s += 5; word(&s, end, &w, &n);) {
		if (n == 4 && w[3] == ',')
			n = 3;
		if (one_of(days, w, n) && date(s, end))
			return true;
	}
	return false;
}

void
mbox_open(struct mbox_reader *m, int fd, const char *name)
{
	*m = (struct mbox_reader){ .fd = fd, .name = name };
	buf_init(&m->in);
	buf_init(&m->message);
	buf_init(&m->from);
	buf_init(&m->held);
}

void
mbox_close(struct mbox_reader *m)
{
	buf_free(&m->in);
	buf_free(&m->message);
	buf_free(&m->from);
	buf_free(&m->held);
}

/* Reads on behind what is not yet used; 1, 0 at the end, or -1. */
static int
fill(struct mbox_reader *m, struct err *e)
{
	ssize_t got;

	if (m->end)
		return 0;
	if (m->pos > 0) {
		memmove(m->in.data, m->in.data + m->pos, m->in.len - m->pos);
		buf_truncate(&m->in, m->in.len - m->pos);
		m->pos = 0;
	}
	do
		got = read(m->fd, buf_room(&m->in, BLOCK), BLOCK);
	while (got == -1 && errno == EINTR);
	if (got <= 0)
		m->end = true;
	if (got == -1)
		return err_set(e, ERR_IO, "cannot read '%s': %s", m->name,
		    strerror(errno));
	m->in.len += (size_t)got;
	m->in.data[m->in.len] = '\0';
	return got > 0;
}

/*
 * The next line with its line end, or a piece of one that is longer than a
 * block: 1, 0 at the end, or -1. *first says that it starts a line.
 */
static int
next_line(struct mbox_reader *m, const char **line, size_t *len, bool *first,
    struct err *e)
{
	size_t looked = 0;
	const char *nl;
	int got;

	for (;;) {
		size_t left = m->in.len - m->pos;

		nl = memchr(m->in.data + m->pos + looked, '\n', left - looked);
		if (nl != NULL || left >= BLOCK)
			break;
		looked = left;
		if ((got = fill(m, e)) == -1)
			return -1;
		if (got == 0)
			break;
	}
	*line = m->in.data + m->pos;
	*len = nl != NULL ? (size_t)(nl + 1 - *line) : m->in.len - m->pos;
	*first = !m->inside;
	m->pos += *len;
	m->inside = nl == NULL;
	m->lines += *first;
	return *len > 0;
}

static size_t
without_end(const char *s, size_t len)
{
	if (len > 0 && s[len - 1] == '\n')
		len--;
	if (len > 0 && s[len - 1] == '\r')
		len--;
	return len;
}

/* ">From ", ">>From ", ... */
static bool
is_escaped(const char *s, size_t len)
{
	size_t i = 0;

	while (i < len && s[i] == '>')
		i++;
	return i > 0 && len - i >= 5 && memcmp(s + i, "From ", 5) == 0;
}

/* The blank line before a From_ line is the mbox's, not the message's. */
static void
drop_blank(struct buf *b)
{
	size_t n = b->len;

	if (n > 0 && b->data[n - 1] == '\n')
		n--;
	if (n > 0 && b->data[n - 1] == '\r')
		n--;
	if (n > 0 && n < b->len && b->data[n - 1] == '\n')
		buf_truncate(b, n);
}

/* The line before a message: 1, 0 at the end, -1 with what was in the way. */
static int
find_start(struct mbox_reader *m, struct err *e)
{
	size_t len, stray = 0, n;
	const char *line;
	bool first;
	int got;

	while ((got = next_line(m, &line, &len, &first, e)) == 1) {
		n = without_end(line, len);
		if (first && is_from(line, n)) {
			buf_reset(&m->held);
			buf_add(&m->held, line, n);
			m->held_line = m->lines;
			m->started = true;
			break;
		}
		if (n > 0 && stray == 0)
			stray = m->lines;
	}
	if (got != -1 && stray > 0)
		return err_set(e, ERR_INPUT,
		    "%s:%zu: text before the first 'From ' line", m->name,
		    stray);
	return got;
}

int
mbox_next(struct mbox_reader *m, const char **text, size_t *text_len,
    struct err *e)
{
	size_t len, size = 0;
	const char *line;
	bool first, more = false;
	int got;

	if (!m->started && (got = find_start(m, e)) != 1)
		return got;
	m->started = false;
	m->line = m->held_line;
	buf_reset(&m->message);
	buf_reset(&m->from);
	buf_add(&m->from, m->held.data, m->held.len);
	while ((got = next_line(m, &line, &len, &first, e)) == 1) {
		if (first && *line == 'F' &&
		    is_from(line, without_end(line, len))) {
			more = true;
			break;
		}
		if (first && *line == '>' && is_escaped(line, len))
			line++, len--;
		size += len;
		if (size <= MBOX_MESSAGE_MAX)
			buf_add(&m->message, line, len);
	}
	if (got == -1)
		return -1;
	if (more) {
		buf_reset(&m->held);
		buf_add(&m->held, line, without_end(line, len));
		m->held_line = m->lines;
		m->started = true;
	}
	if (size > MBOX_MESSAGE_MAX)
		return err_set(e, ERR_INPUT,
		    "%s:%zu: message of %zu bytes, over the limit of %zu",
		    m->name, m->line, size, MBOX_MESSAGE_MAX);
	drop_blank(&m->message);
	m->count++;
	*text = m->message.data;
	*text_len = m->message.len;
	return 1;
}
