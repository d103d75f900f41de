#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "format/fromline.h"
#include "format/mbox.h"

#define BLOCK		((size_t)128 << 10)
#define FIELD_MAX	200	/* of a header's name */
#define LENGTH_MAX	((size_t)24 << 20)	/* that is believed */
#define WASTE_MAX	((size_t)256 << 20)
#define MMDF_LINE	"\1\1\1\1"
#define BOM		"\xef\xbb\xbf"

void
mbox_open(struct mbox_reader *m, const struct source *source)
{
	*m = (struct mbox_reader){ .source = *source, .eol = '\n',
		.max = MBOX_MESSAGE_MAX };
	buf_init(&m->in);
	buf_init(&m->message);
}

void
mbox_close(struct mbox_reader *m)
{
	buf_free(&m->in);
	buf_free(&m->message);
}

/* Reads on behind what is not yet used; false at the end. */
static bool
fill(struct mbox_reader *m)
{
	ssize_t got;

	if (m->end)
		return false;
	if (m->pos > 0) {
		memmove(m->in.data, m->in.data + m->pos, m->in.len - m->pos);
		buf_truncate(&m->in, m->in.len - m->pos);
		m->pos = 0;
	}
	got = m->source.read(m->source.arg, buf_room(&m->in, BLOCK), BLOCK,
	    &m->bad);
	if (got <= 0) {
		m->end = true;
		return false;
	}
	m->in.len += (size_t)got;
	m->in.data[m->in.len] = '\0';
	return true;
}

/*
 * The line that begins at an offset behind what is used, with its end or as
 * much of it as a block holds; false when there is none.
 */
static bool
line_at(struct mbox_reader *m, size_t at, const char **line, size_t *len)
{
	size_t left, looked = at;
	const char *nl;

	for (;;) {
		left = m->in.len - m->pos;
		*line = m->in.data + m->pos + at;
		nl = looked < left ? memchr(*line + looked - at, m->eol,
		    left - looked) : NULL;
		if (nl != NULL || left > at + BLOCK || !fill(m))
			break;
		looked = left > at ? left : at;
	}
	/* Reading on, even in vain, may have moved it. */
	*line = m->in.data + m->pos + at;
	*len = nl != NULL ? (size_t)(nl + 1 - *line) :
	    at < left ? left - at : 0;
	return *len > 0;
}

/* Uses the next line, or a piece of one longer than a block. */
static bool
next_line(struct mbox_reader *m, const char **line, size_t *len, bool *first)
{
	if (!line_at(m, 0, line, len))
		return false;
	*first = !m->inside;
	m->pos += *len;
	m->inside = (*line)[*len - 1] != m->eol;
	m->lines += *first;
	return true;
}

static size_t
without_end(const char *s, size_t len)
{
	if (len > 0 && s[len - 1] == '\n')
		len--;
	while (len > 0 && s[len - 1] == '\r')
		len--;
	return len;
}

/* "Name:" as a header begins, or the ">From " that UUCP put there. */
static bool
is_header(const char *s, size_t len)
{
	size_t i = 0;

	if (len > 6 && memcmp(s, ">From ", 6) == 0)
		return true;
	while (i < len && i < FIELD_MAX && s[i] > ' ' && s[i] < 0x7f &&
	    s[i] != ':')
		i++;
	return i > 0 && i < len && s[i] == ':';
}

/* What people could have written: no message's garbage. */
static bool
is_text(const char *s, size_t len)
{
	len = without_end(s, len);
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)s[i] < ' ' && s[i] != '\t')
			return false;
	}
	return true;
}

static bool
is_from(const struct mbox_reader *m, const char *s, size_t len, int64_t *at)
{
	*at = TIME_NONE;
	len = without_end(s, len);
	return from_line(s, len, at) || (m->kind == MBOX_LOOSE && len > 5 &&
	    m->behind_blank && memcmp(s, "From ", 5) == 0);
}

/* The line so far behind the one just used, which reading on may move. */
static bool
line_after(struct mbox_reader *m, const char **line, size_t len, size_t skip,
    const char **next, size_t *n)
{
	bool got;

	m->pos -= len;
	got = line_at(m, len + skip, next, n);
	*line = m->in.data + m->pos;
	m->pos += len;
	return got;
}

static bool
line_behind(struct mbox_reader *m, const char **line, size_t len,
    const char **next, size_t *n)
{
	return line_after(m, line, len, 0, next, n);
}

/* Whether the line so far behind it is a header, or garbage. */
static bool
header_after(struct mbox_reader *m, const char **line, size_t len,
    size_t skip)
{
	const char *after;
	size_t n;

	return line_after(m, line, len, skip, &after, &n) &&
	    (is_header(after, n) || !is_text(after, n));
}

/*
 * Whether the line just used begins a message. Text may quote such a line;
 * then what follows is seldom a header.
 */
static bool
begins(struct mbox_reader *m, const char **line, size_t len)
{
	const char *next;
	size_t n, holes = 0;
	int64_t at;

	/* A crash can leave a hole in the file. */
	while (holes + 5 < len && (*line)[holes] == '\0')
		holes++;
	if (!is_from(m, *line + holes, len - holes, &m->next_at))
		return false;
	if (!line_behind(m, line, len, &next, &n))
		return m->behind_blank;
	if (is_header(next, n))
		return true;
	if (m->kind == MBOX_LOOSE)
		return false;
	if (without_end(next, n) == 0)
		return m->behind_blank;
	return is_from(m, next, n, &at) || (m->behind_blank &&
	    (!is_text(next, n) || header_after(m, line, len, n)));
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

/* Takes a '>' from ">From ", ">>From ", ... at the beginning of lines. */
static void
unescape(struct buf *b)
{
	char *from = b->data, *end = from + b->len, *to = from, *p;

	while ((p = memchr(from, '>', (size_t)(end - from))) != NULL) {
		size_t n = strspn(p, ">");
		bool escaped = (p == b->data || p[-1] == '\n') &&
		    (size_t)(end - p) >= n + 5 &&
		    memcmp(p + n, "From ", 5) == 0;

		memmove(to, from, (size_t)(p - from) + n - escaped);
		to += (size_t)(p - from) + n - escaped;
		from = p + n;
	}
	memmove(to, from, (size_t)(end - from));
	to += end - from;
	buf_truncate(b, (size_t)(to - b->data));
}

static size_t
header_length(const char *s, size_t len)
{
	static const char name[] = "Content-Length:";
	size_t i = sizeof(name) - 1, n = 0;

	len = without_end(s, len);
	if (len <= i || strncasecmp(s, name, i) != 0)
		return SIZE_MAX;
	while (i < len && (s[i] == ' ' || s[i] == '\t'))
		i++;
	if (i == len || len - i > 9)
		return SIZE_MAX;
	for (; i < len && isdigit((unsigned char)s[i]); i++)
		n = n * 10 + (size_t)(s[i] - '0');
	return i == len && n <= LENGTH_MAX ? n : SIZE_MAX;
}

/* Gives back what was read from the first From_ line within the length on. */
static void
give_back(struct mbox_reader *m, size_t len)
{
	struct buf b = BUF_INIT;

	m->pos -= len;
	buf_add(&b, m->message.data + m->cut, m->message.len - m->cut);
	m->wasted += b.len;
	buf_add(&b, m->in.data + m->pos, m->in.len - m->pos);
	buf_free(&m->in);
	m->in = b;
	m->pos = 0;
	m->lines = m->cut_line - 1;
	m->inside = false;
	buf_truncate(&m->message, m->cut);
	m->size = m->cut;
	m->length = SIZE_MAX;
	m->cut_line = 0;
	m->behind_blank = true;
}

/*
 * There is a From_ line within the message's length. At its end, before the
 * line just used (len 0: at the end of the file): was the length right? False
 * when it was not and all that has been given back.
 */
static bool
settle(struct mbox_reader *m, const char **line, size_t len, bool first)
{
	size_t have = m->size - m->body_start, n;
	const char *next;
	int64_t at;

	if (len > 0 && (have < m->length ||
	    (!first && have <= m->length + 2)))
		return true;
	if (have >= m->length && have <= m->length + 2 && (len == 0 ||
	    is_from(m, *line, len, &at) || (without_end(*line, len) == 0 &&
	    (!line_behind(m, line, len, &next, &n) ||
	    is_from(m, next, n, &at))))) {
		m->cut_line = 0;
		m->unescaped = true;
		return true;
	}
	give_back(m, len);
	return false;
}

/* Whether a From_ line at this place is text, by the message's length. */
static bool
is_counted(struct mbox_reader *m)
{
	if (!m->body || m->length == SIZE_MAX || m->wasted > WASTE_MAX ||
	    m->body_start > LENGTH_MAX ||
	    m->size >= m->body_start + m->length)
		return false;
	if (m->cut_line == 0) {
		m->cut = m->size;
		m->cut_line = m->lines;
	}
	return true;
}

static void
append(struct mbox_reader *m, const char *line, size_t len)
{
	m->size += len;
	if (m->size > m->max)
		return;
	buf_add(&m->message, line, len);
	if (m->eol == '\r' && m->message.data[m->message.len - 1] == '\r')
		m->message.data[m->message.len - 1] = '\n';
}

/* What a line says about the message it is in. */
static void
note_line(struct mbox_reader *m, const char *line, size_t len)
{
	m->behind_blank = without_end(line, len) == 0;
	if (m->body)
		return;
	if (m->behind_blank) {
		m->body = true;
		m->body_start = m->size + len;
	} else if (m->eol == '\n' && m->kind == MBOX_FROM &&
	    m->length == SIZE_MAX) {
		m->length = header_length(line, len);
	}
}

/* Where the lines of the file end, and a byte order mark before the first. */
static void
look_first(struct mbox_reader *m)
{
	const char *line;
	size_t len;

	if (!line_at(m, 0, &line, &len))
		return;
	if (line[len - 1] != '\n' && memchr(line, '\r', len) != NULL)
		m->eol = '\r';
	if (len >= 3 && memcmp(line, BOM, 3) == 0)
		m->pos += 3;
}

/* "12345" alone before a header, as Apple's Mail writes: octets of mail. */
static bool
is_emlx(struct mbox_reader *m, const char **line, size_t len)
{
	size_t digits = strspn(*line, "0123456789"), n;
	const char *next;

	if (digits == 0 || digits > 9 ||
	    digits + strspn(*line + digits, " \r\n") < len ||
	    !line_behind(m, line, len, &next, &n) || !is_header(next, n))
		return false;
	m->octets = strtoul(*line, NULL, 10);
	return true;
}

/* The first line that is not blank tells what the file is. */
static bool
starts_file(struct mbox_reader *m, const char **line, size_t len)
{
	const char *next;
	size_t n;

	m->kind = MBOX_FROM;
	m->next_at = TIME_NONE;
	if (without_end(*line, len) == 4 && memcmp(*line, MMDF_LINE, 4) == 0) {
		m->kind = MBOX_MMDF;
		return true;
	}
	if (begins(m, line, len) ||
	    from_line(*line, without_end(*line, len), &m->next_at))
		return true;
	if (len > 5 && memcmp(*line, "From ", 5) == 0 &&
	    line_behind(m, line, len, &next, &n) && is_header(next, n)) {
		m->kind = MBOX_LOOSE;
		return true;
	}
	if (is_emlx(m, line, len)) {
		m->kind = MBOX_SINGLE;
		return true;
	}
	if (is_header(*line, len)) {
		m->kind = MBOX_SINGLE;
		m->pos -= len;
		m->lines--;
		m->inside = false;
		return true;
	}
	return false;
}

/* The line before a message: 1, 0 at the end, -1 with what was in the way. */
static int
find_start(struct mbox_reader *m, struct err *e)
{
	size_t len, stray = 0;
	const char *line;
	bool first;

	if (m->kind == MBOX_UNSEEN)
		look_first(m);
	m->behind_blank = true;
	while (!m->started && next_line(m, &line, &len, &first)) {
		bool blank = without_end(line, len) == 0;

		if (first && !blank)
			m->started = m->kind == MBOX_UNSEEN ?
			    starts_file(m, &line, len) :
			    begins(m, &line, len);
		if (!m->started && !blank && stray == 0)
			stray = m->lines;
		if (first)
			m->behind_blank = blank;
	}
	m->line = stray;
	if (stray > 0)
		return err_set(e, ERR_INPUT, m->started ?
		    "text before the first 'From ' line" :
		    "neither a mailbox nor a message");
	return m->started;
}

static void
start_message(struct mbox_reader *m)
{
	m->started = false;
	m->line = m->lines + (m->kind == MBOX_SINGLE);
	m->at = m->next_at;
	buf_reset(&m->message);
	m->size = m->body_start = m->cut_line = 0;
	m->length = SIZE_MAX;
	m->body = m->unescaped = false;
	m->behind_blank = true;
}

/* Whether the line just used ends the message. */
static bool
ends(struct mbox_reader *m, const char **line, size_t len)
{
	if (m->kind == MBOX_MMDF)
		return without_end(*line, len) == 4 &&
		    memcmp(*line, MMDF_LINE, 4) == 0;
	return (**line == 'F' || **line == '\0') && begins(m, line, len) &&
	    !is_counted(m);
}

/* Gathers the lines of a message, up to the next one's From_ line. */
static void
gather(struct mbox_reader *m)
{
	const char *line;
	bool first, got;
	size_t len;

	for (;;) {
		got = next_line(m, &line, &len, &first);
		if (m->cut_line != 0 && !settle(m, &line, got ? len : 0,
		    first))
			continue;
		if (!got)
			return;
		if (first && ends(m, &line, len)) {
			m->started = true;
			return;
		}
		if (first && m->kind == MBOX_MMDF && m->size == 0 &&
		    from_line(line, without_end(line, len), &m->at))
			continue;
		if (first)
			note_line(m, line, len);
		append(m, line, len);
	}
}

static void
finish(struct mbox_reader *m)
{
	if (m->kind == MBOX_SINGLE) {
		if (m->octets > 0)
			buf_truncate(&m->message, m->octets);
	} else if (m->kind != MBOX_MMDF) {
		drop_blank(&m->message);
		if (!m->unescaped)
			unescape(&m->message);
	}
	/* An mbox that has lost its first From_ line. */
	if (m->kind == MBOX_SINGLE && m->started)
		m->kind = MBOX_FROM;
}

int
mbox_next(struct mbox_reader *m, const char **text, size_t *text_len,
    struct err *e)
{
	int got;

	do {
		if (!m->started && (got = find_start(m, e)) < 0)
			return -1;
		if (m->started) {
			start_message(m);
			gather(m);
			got = 1;
		}
		if (!m->started && m->bad.kind != ERR_NONE) {
			*e = m->bad;
			err_clear(&m->bad);
			return -1;
		}
		if (got == 0)
			return 0;
	} while (m->kind == MBOX_MMDF && m->size == 0);
	if (m->size > m->max)
		return err_set(e, ERR_INPUT, "message of %zu bytes, over the "
		    "limit of %zu", m->size, m->max);
	finish(m);
	m->count++;
	*text = m->message.data;
	*text_len = m->message.len;
	return 1;
}
