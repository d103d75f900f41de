/* Foreign JSON, cut into items; each is then checked as a record's value is. */
#include <stdlib.h>
#include <string.h>

#include "format/items.h"

#define READ_SIZE	((size_t)64 << 10)
#define NOTHING		SIZE_MAX

enum place { TOP, ARRAY, OBJECT, OVER };

struct items {
	struct source source;
	const char *const *keys;
	struct buf in;
	size_t pos;		/* the next byte to look at */
	size_t keep;		/* from here bytes are kept, or NOTHING */
	size_t line;		/* of pos */
	bool end;
	bool lost;		/* what was to be kept grew too long */
	bool lines;		/* top-level items have a line each */
	enum place place, outer;	/* outer: where an array ends to */
	const char *key;	/* of the array */
	bool found;		/* the object at hand had such an array */
	size_t start_line;	/* of the object or item at hand */
};

struct items *
items_open(const struct source *source, const char *const *keys)
{
	static const char *const none[] = { NULL };
	struct items *s = xcalloc(1, sizeof(*s));

	s->source = *source;
	s->keys = keys != NULL ? keys : none;
	s->line = 1;
	s->keep = NOTHING;
	buf_init(&s->in);
	return s;
}

void
items_close(struct items *s)
{
	buf_free(&s->in);
	free(s);
}

size_t
items_line(const struct items *s)
{
	return s->start_line;
}

/* Makes room by forgetting what is neither kept nor ahead; reads on. */
static int
fill(struct items *s, struct err *e)
{
	size_t from = s->keep < s->pos ? s->keep : s->pos;
	ssize_t n;

	if (s->keep != NOTHING && s->pos - s->keep > REC_MAX) {
		s->lost = true;
		s->keep = NOTHING;
		from = s->pos;
	}
	if (from > 0) {
		memmove(s->in.data, s->in.data + from, s->in.len - from);
		buf_truncate(&s->in, s->in.len - from);
		s->pos -= from;
		if (s->keep != NOTHING)
			s->keep -= from;
	}
	buf_room(&s->in, READ_SIZE);
	n = s->source.read(s->source.arg, s->in.data + s->in.len, READ_SIZE,
	    e);
	if (n < 0)
		return -1;
	s->end = n == 0;
	s->in.len += (size_t)n;
	return 0;
}

/* The byte at hand; -1 at the end of the stream, -2 when reading failed. */
static int
look(struct items *s, struct err *e)
{
	while (s->pos == s->in.len) {
		if (s->end)
			return -1;
		if (fill(s, e) < 0)
			return -2;
	}
	return (unsigned char)s->in.data[s->pos];
}

static void
step(struct items *s)
{
	s->line += s->in.data[s->pos++] == '\n';
}

static bool
is_space(int c)
{
	/* RFC 7464 puts a record separator before each text. */
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0x1e;
}

static int
skip_space(struct items *s, bool commas, struct err *e)
{
	int c;

	while (is_space(c = look(s, e)) || (commas && c == ','))
		step(s);
	return c;
}

/* A string from its quote on: 1, 0 broken off, -1 reading failed. */
static int
skip_string(struct items *s, struct err *e)
{
	int c;

	step(s);
	while ((c = look(s, e)) >= 0 && c != '"' && c != '\n') {
		step(s);
		if (c == '\\' && (c = look(s, e)) >= 0 && c != '\n')
			step(s);
	}
	if (c != '"')
		return c == -2 ? -1 : 0;
	step(s);
	return 1;
}

/*
 * Any value, by its brackets and strings alone: 1, 0 when it is broken (no
 * end, a line end within a string, too deep), -1 when reading failed.
 */
static int
skip_value(struct items *s, bool one_line, struct err *e)
{
	int c, depth = 0, got;

	do {
		if ((c = look(s, e)) < 0)
			return c == -2 ? -1 : 0;
		if (c == '"') {
			if ((got = skip_string(s, e)) <= 0)
				return got;
			continue;
		}
		if (c == '{' || c == '[') {
			if (++depth > REC_DEPTH + 8)
				return 0;
		} else if (c == '}' || c == ']') {
			depth--;
		} else if (c == '\n' && one_line) {
			return 0;
		} else if (depth == 0) {
			do
				step(s);
			while ((c = look(s, e)) >= 0 && !is_space(c) &&
			    c != ',' && c != ']' && c != '}');
			return c == -2 ? -1 : 1;
		}
		step(s);
	} while (depth > 0);
	return 1;
}

static int
refuse(struct items *s, struct err *e, const char *why)
{
	return err_set(e, ERR_INPUT, "%s:%zu: %s", s->source.name,
	    s->start_line, why);
}

/*
 * What is broken at the top level: reading goes on at a line behind its first
 * one that begins as a value does, and from now on a line is an item.
 */
static int
resume(struct items *s, struct err *e)
{
	int c;

	if (s->keep != NOTHING) {
		s->pos = s->keep;
		s->line = s->start_line;
		s->keep = NOTHING;
	}
	s->lines = true;
	s->place = TOP;
	do {
		while ((c = look(s, e)) >= 0 && c != '\n')
			step(s);
		if (c == '\n')
			step(s);
	} while ((c = look(s, e)) >= 0 && c != '{' && c != '[');
	return c == -2 ? -1 : 0;
}

/* What was kept, from keep to pos, as an item. */
static int
deliver(struct items *s, struct item *item, struct err *e)
{
	const char *text = s->in.data + s->keep;
	size_t len = s->pos - s->keep;
	struct err bad = { 0 };
	bool lost = s->lost || s->keep == NOTHING || len > REC_MAX;

	s->lost = false;
	s->keep = NOTHING;
	if (lost)
		return refuse(s, e, "an item of over 16 MiB");
	if (value_parse(&item->value, text, len, &bad) < 0)
		return refuse(s, e, bad.text);
	item->key = s->place == ARRAY ? s->key : NULL;
	item->line = s->start_line;
	return 1;
}

static void
begin(struct items *s)
{
	s->keep = s->pos;
	s->lost = false;
	s->start_line = s->line;
}

static int
take(struct items *s, struct item *item, struct err *e)
{
	int got;

	begin(s);
	if ((got = skip_value(s, s->place == TOP && s->lines, e)) < 0)
		return -1;
	if (got == 1) {
		if (s->place == TOP && s->line == s->start_line)
			s->lines = true;
		return deliver(s, item, e);
	}
	if (s->place != TOP) {
		s->place = OVER;
		return refuse(s, e, "the array is broken off here; what is "
		    "before it is in");
	}
	if (resume(s, e) < 0)
		return -1;
	return refuse(s, e, "not a JSON value");
}

static void
enter(struct items *s, enum place outer, const char *key)
{
	step(s);
	s->outer = outer;
	s->place = ARRAY;
	s->key = key;
	s->keep = NOTHING;
}

/* The key wanted whose name the bytes are, or NULL. */
static const char *
wanted(const struct items *s, const char *name, size_t len)
{
	for (const char *const *k = s->keys; *k != NULL; k++) {
		if (strlen(*k) == len && memcmp(*k, name, len) == 0)
			return *k;
	}
	return NULL;
}

/* A field's name and colon: the key wanted in *key; 1, 0 broken, -1. */
static int
field_name(struct items *s, const char **key, struct err *e)
{
	char name[64];
	size_t n = 0;
	int c;

	step(s);
	while ((c = look(s, e)) >= 0 && c != '"' && c != '\n') {
		if (n < sizeof(name))
			name[n++] = (char)c;
		step(s);
		if (c == '\\' && look(s, e) >= 0)
			step(s);
	}
	if (c != '"')
		return c == -2 ? -1 : 0;
	step(s);
	*key = n < sizeof(name) ? wanted(s, name, n) : NULL;
	if (skip_space(s, false, e) != ':')
		return 0;
	step(s);
	return 1;
}

/* The next field of a top-level object; 2: its array is entered. */
static int
field(struct items *s, struct err *e)
{
	const char *key;
	int c, got;

	if ((got = field_name(s, &key, e)) <= 0)
		return got;
	if ((c = skip_space(s, false, e)) == -2)
		return -1;
	if (c == '[' && key != NULL) {
		s->found = true;
		enter(s, OBJECT, key);
		return 2;
	}
	return skip_value(s, s->lines, e);
}

/* Within a top-level object; 1 an item, 2 go on. */
static int
in_object(struct items *s, struct item *item, struct err *e)
{
	int c = skip_space(s, true, e), got = 0;

	if (c == -2)
		return -1;
	if (c == '}') {
		step(s);
		s->place = TOP;
		if (s->found) {
			s->keep = NOTHING;
			return 2;
		}
		if (s->line == s->start_line)
			s->lines = true;
		return deliver(s, item, e);
	}
	if (c == '"' && (got = field(s, e)) != 0)
		return got < 0 ? -1 : 2;
	if (s->found)
		s->keep = NOTHING;
	if (resume(s, e) < 0)
		return -1;
	return refuse(s, e, "not a JSON value");
}

/* A byte order mark, which may begin any text of a stream. */
static int
skip_mark(struct items *s, struct err *e)
{
	static const unsigned char mark[3] = { 0xef, 0xbb, 0xbf };
	int c = 0;

	for (int i = 0; i < 3 && (c = look(s, e)) == mark[i]; i++)
		step(s);
	return c == -2 ? -1 : 0;
}

static int
at_top(struct items *s, struct item *item, struct err *e)
{
	int c = skip_space(s, false, e);

	if (c < 0)
		return c == -1 ? 0 : -1;
	if (c == 0xef)
		return skip_mark(s, e) < 0 ? -1 : 2;
	if (c == '[') {
		s->start_line = s->line;
		enter(s, TOP, NULL);
		return 2;
	}
	if (c == '{' && s->keys[0] != NULL) {
		begin(s);
		step(s);
		s->found = false;
		s->place = OBJECT;
		return 2;
	}
	if (c == '{')
		return take(s, item, e);
	begin(s);
	if (resume(s, e) < 0)
		return -1;
	return refuse(s, e, "not a JSON object or array");
}

static int
in_array(struct items *s, struct item *item, struct err *e)
{
	int c = skip_space(s, true, e);

	if (c == -2)
		return -1;
	if (c == ']') {
		step(s);
		s->place = s->outer;
		return 2;
	}
	if (c == -1) {
		s->place = OVER;
		s->start_line = s->line;
		return refuse(s, e, "the array has no end; what is before "
		    "it is in");
	}
	return take(s, item, e);
}

int
items_next(struct items *s, struct item *item, struct err *e)
{
	int got = 2;

	s->keep = s->place == OBJECT ? s->keep : NOTHING;
	while (got == 2) {
		if (s->place == TOP)
			got = at_top(s, item, e);
		else if (s->place == ARRAY)
			got = in_array(s, item, e);
		else if (s->place == OBJECT)
			got = in_object(s, item, e);
		else
			got = 0;
	}
	return got;
}
