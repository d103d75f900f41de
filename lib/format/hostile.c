/*
 * Hostile texts: the pattern is walked once, and every part of it gives a
 * sample of what it matches. What stands before a repeat leads there, the
 * sample of what is repeated goes round in it.
 */
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "format/hostile.h"

#define DEPTH_MAX	50
#define SAMPLE_MAX	120	/* bytes that lead to a repeat */

struct walk {
	const char *p;
	bool optional;		/* samples have what may be left out */
	int depth;
	bool lost;
	struct arena *arena;
	const char **out;
	size_t n;
};

static void walk_branches(struct walk *, const char *lead, struct buf *);

static void
add_text(struct walk *w, const char *lead, const char *pump)
{
	size_t from = strlen(lead), len = strlen(pump);
	struct buf text = BUF_INIT;

	if (len == 0 || len > HOSTILE_LEN / 4)
		return;
	if (from < SAMPLE_MAX)
		buf_add(&text, lead, from);
	while (text.len + len < HOSTILE_LEN)
		buf_add(&text, pump, len);
	buf_addc(&text, '\001');
	for (size_t i = 0; i < w->n; i++) {
		if (strcmp(w->out[i], text.data) == 0) {
			buf_free(&text);
			return;
		}
	}
	if (w->n < HOSTILE_MOST)
		w->out[w->n++] = arena_strndup(w->arena, text.data, text.len);
	buf_free(&text);
}

/* A character that a backslash and what follows stand for; 0 for none. */
static char
escaped(char c)
{
	switch (c) {
	case 'w': case 'S': case 'D': case 'N':
		return 'a';
	case 'd':
		return '1';
	case 's': case 'h': case 'v': case 'R': case 'W': case 'H':
		return ' ';
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case 'b': case 'B': case 'A': case 'z': case 'Z': case 'K':
		return '\0';
	}
	return c;
}

/* The first member of a class, or something that a negated one lacks. */
static void
walk_class(struct walk *w, struct buf *out)
{
	const char *start = ++w->p;
	static const char tries[] = "a1 -xZ";
	bool negated = *start == '^';
	char first;

	w->p += negated;
	start = w->p;
	first = *start == '\\' ? escaped(start[1]) : *start;
	w->p += *w->p == ']';
	while (*w->p != '\0' && *w->p != ']')
		w->p += w->p[0] == '\\' && w->p[1] != '\0' ? 2 : 1;
	if (*w->p == '\0') {
		w->lost = true;
		return;
	}
	for (const char *t = tries; negated && *t != '\0'; t++) {
		first = *t;
		if (memchr(start, *t, (size_t)(w->p - start)) == NULL)
			break;
	}
	w->p++;
	if (first != '\0')
		buf_addc(out, first);
}

/* Behind "(": looks and names are walked, other kinds are not read. */
static void
walk_group(struct walk *w, const char *lead, struct buf *out)
{
	struct buf inner = BUF_INIT;
	bool looks = false;

	if (++w->depth > DEPTH_MAX || *w->p == '*') {
		w->lost = true;
		return;
	}
	if (*w->p == '?') {
		w->p++;
		looks = *w->p == '=' || *w->p == '!' || (*w->p == '<' &&
		    (w->p[1] == '=' || w->p[1] == '!'));
		if (looks)
			w->p += *w->p == '<' ? 2 : 1;
		else if (*w->p == '<' || *w->p == '\'')
			w->p += strcspn(w->p, ">'") + 1;
		else {
			w->p += strspn(w->p, "imsnxUJ^->|P<");
			w->lost |= *w->p != ':' && *w->p != ')' &&
			    w->p[-1] != '>' && w->p[-1] != '|';
			w->p += *w->p == ':';
		}
	}
	if (!w->lost)
		walk_branches(w, lead, &inner);
	if (*w->p != ')')
		w->lost = true;
	else
		w->p++;
	w->depth--;
	if (!looks)
		buf_add(out, inner.data, inner.len);
	buf_free(&inner);
}

static void
walk_atom(struct walk *w, const char *lead, struct buf *out)
{
	char c;

	switch (*w->p) {
	case '(':
		w->p++;
		walk_group(w, lead, out);
		return;
	case '[':
		walk_class(w, out);
		return;
	case '\\':
		c = w->p[1] != '\0' ? escaped(w->p[1]) : '\0';
		w->p += w->p[1] != '\0' ? 2 : 1;
		if (c != '\0')
			buf_addc(out, c);
		return;
	case '^':
	case '$':
		w->p++;
		return;
	}
	buf_addc(out, *w->p == '.' ? 'a' : *w->p);
	w->p++;
}

/* The repeat behind an atom: its least number; whether it has no bound. */
static int
walk_repeat(struct walk *w, bool *unbounded)
{
	int least = 1;

	*unbounded = *w->p == '*' || *w->p == '+';
	if (*w->p == '*' || *w->p == '?' || *w->p == '+') {
		least = *w->p == '+';
		w->p++;
	} else if (*w->p == '{' && w->p[1] >= '0' && w->p[1] <= '9') {
		const char *end = strchr(w->p, '}');
		const char *comma = strchr(w->p, ',');

		if (end == NULL) {
			w->lost = true;
			return 0;
		}
		least = w->p[1] == '0' ? 0 : 1;
		*unbounded = comma != NULL && comma < end &&
		    (comma[1] == '}' || end - comma > 2 || comma[1] > '3');
		w->p = end + 1;
	} else
		return 1;
	if (*w->p == '?' || *w->p == '+')
		w->p++;
	return least;
}

static void
walk_sequence(struct walk *w, const char *lead, struct buf *out)
{
	while (!w->lost && *w->p != '\0' && *w->p != '|' && *w->p != ')') {
		struct buf atom = BUF_INIT, before = BUF_INIT;
		bool unbounded;
		int least;

		buf_adds(&before, lead);
		buf_add(&before, out->data, out->len);
		walk_atom(w, before.data, &atom);
		least = walk_repeat(w, &unbounded);
		if (unbounded && !w->lost)
			add_text(w, before.data, atom.data);
		if (least > 0 || w->optional)
			buf_add(out, atom.data, atom.len);
		if (out->len > SAMPLE_MAX)
			buf_truncate(out, SAMPLE_MAX);
		buf_free(&atom);
		buf_free(&before);
	}
}

/* Every branch is walked; the first one is the sample. */
static void
walk_branches(struct walk *w, const char *lead, struct buf *out)
{
	struct buf other = BUF_INIT;

	walk_sequence(w, lead, out);
	while (!w->lost && *w->p == '|') {
		w->p++;
		buf_reset(&other);
		walk_sequence(w, lead, &other);
	}
	buf_free(&other);
}

size_t
hostile_texts(const char *pattern, struct arena *a,
    const char *out[HOSTILE_MOST])
{
	struct walk w = { .arena = a, .out = out };

	for (int i = 0; i < 2; i++) {
		struct buf sample = BUF_INIT;

		w.p = pattern;
		w.optional = i > 0;
		w.depth = 0;
		walk_branches(&w, "", &sample);
		buf_free(&sample);
	}
	return w.lost ? 0 : w.n;
}
