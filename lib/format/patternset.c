/*
 * Which of many patterns can match a text: Aho-Corasick over the literals
 * that they require, as a dense table over the bytes that occur in them.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "format/literal.h"
#include "format/pattern.h"

#define STATES_MAX	((size_t)1 << 19)
#define HIT		UINT32_C(0x80000000)	/* the state ends a literal */
#define SPACE		1			/* the class of white space */

struct ending {			/* a literal ends here */
	uint32_t pattern;
	uint32_t next;		/* ending of the same state, from 1; 0 none */
};

struct pattern_set {
	struct pattern **pattern;
	size_t n, room;
	uint64_t *always;	/* patterns without a literal, as bits */
	uint8_t class[256];	/* 0: a byte of no literal */
	size_t classes, states;
	/*
	 * next[state + class] is the next state, HIT set where it ends a
	 * literal. A state is the offset of its row.
	 */
	uint32_t *next;
	uint32_t *first;	/* ending of a state, by its number */
	uint32_t *suffix;	/* nearest suffix that ends a literal */
	struct ending *ending;
	size_t endings, ending_room;
};

struct pattern_set *
pattern_set_new(void)
{
	return xcalloc(1, sizeof(struct pattern_set));
}

static void
drop_automaton(struct pattern_set *s)
{
	free(s->always);
	free(s->next);
	free(s->first);
	free(s->suffix);
	free(s->ending);
	s->always = NULL;
	s->next = s->first = s->suffix = NULL;
	s->ending = NULL;
	s->endings = s->ending_room = 0;
}

void
pattern_set_free(struct pattern_set *s)
{
	if (s == NULL)
		return;
	drop_automaton(s);
	free(s->pattern);
	free(s);
}

size_t
pattern_set_add(struct pattern_set *s, struct pattern *p)
{
	if (s->n == s->room) {
		s->room = s->room > 0 ? 2 * s->room : 64;
		s->pattern = xreallocarray(s->pattern, s->room,
		    sizeof(*s->pattern));
	}
	s->pattern[s->n] = p;
	return s->n++;
}

size_t
pattern_set_count(const struct pattern_set *s)
{
	return s->n;
}

/* Bytes of literals get a class each; how many states there are at most. */
static size_t
assign_classes(struct pattern_set *s, const struct literals *all)
{
	size_t states = 1;

	memset(s->class, 0, sizeof(s->class));
	for (const char *p = " \t\n\v\f\r"; *p != '\0'; p++)
		s->class[(unsigned char)*p] = SPACE;
	s->classes = SPACE + 1;
	for (size_t i = 0; i < s->n; i++) {
		for (size_t k = 0; k < all[i].n; k++) {
			const char *p = all[i].text[k];

			states += strlen(p);
			for (; *p != '\0'; p++) {
				if (s->class[(unsigned char)*p] == 0)
					s->class[(unsigned char)*p] =
					    (uint8_t)s->classes++;
			}
		}
	}
	for (int c = 'A'; c <= 'Z'; c++)
		s->class[c] = s->class[c - 'A' + 'a'];
	return states;
}

static void
add_literal(struct pattern_set *s, const char *text, size_t pattern)
{
	size_t state = 0;

	for (; *text != '\0'; text++) {
		uint32_t *next = &s->next[state * s->classes +
		    s->class[(unsigned char)*text]];

		if (*next == 0)
			*next = (uint32_t)s->states++;
		state = *next;
	}
	if (s->endings == s->ending_room) {
		s->ending_room = s->ending_room > 0 ? 2 * s->ending_room : 256;
		s->ending = xreallocarray(s->ending, s->ending_room,
		    sizeof(*s->ending));
	}
	s->ending[s->endings++] = (struct ending){ (uint32_t)pattern,
		s->first[state] };
	s->first[state] = (uint32_t)s->endings;
}

/*
 * Completes the rows: where a literal does not go on, its longest suffix
 * does. A state behind a space stays where it is at further white space.
 */
static void
link_states(struct pattern_set *s)
{
	uint32_t *fail = xcalloc(s->states, sizeof(*fail));
	uint32_t *queue = xcalloc(s->states, sizeof(*queue));
	uint8_t *by = xcalloc(s->states, 1);	/* class that led here */
	size_t head = 0, tail = 1;

	while (head < tail) {
		size_t at = queue[head++];
		uint32_t *row = s->next + at * s->classes;
		const uint32_t *other = s->next + fail[at] * s->classes;

		s->suffix[at] = s->first[fail[at]] != 0 ? fail[at] :
		    s->suffix[fail[at]];
		for (size_t c = 0; c < s->classes; c++) {
			uint32_t child = row[c];

			if (child == 0) {
				row[c] = at == 0 ? 0 : c == SPACE &&
				    by[at] == SPACE ? (uint32_t)at : other[c];
				continue;
			}
			fail[child] = at == 0 ? 0 : other[c];
			by[child] = (uint8_t)c;
			queue[tail++] = child;
		}
	}
	free(fail);
	free(queue);
	free(by);
}

/* From the number of a state to its row's offset, with HIT. */
static void
finish_rows(struct pattern_set *s)
{
	for (size_t i = 0; i < s->states * s->classes; i++) {
		uint32_t state = s->next[i];

		s->next[i] = state * (uint32_t)s->classes;
		if (s->first[state] != 0 || s->suffix[state] != 0)
			s->next[i] |= HIT;
	}
}

void
pattern_set_build(struct pattern_set *s)
{
	struct arena a = { 0 };
	struct literals *all = xcalloc(s->n, sizeof(*all));
	size_t room;

	drop_automaton(s);
	s->always = xcalloc(s->n / 64 + 1, sizeof(*s->always));
	for (size_t i = 0; i < s->n; i++)
		literals_of(pattern_text(s->pattern[i]), &a, &all[i]);
	room = assign_classes(s, all);
	if (room > STATES_MAX) {	/* no set of rules has that many */
		memset(all, 0, s->n * sizeof(*all));
		room = 1;
	}
	s->next = xcalloc(room * s->classes, sizeof(*s->next));
	s->first = xcalloc(room, sizeof(*s->first));
	s->suffix = xcalloc(room, sizeof(*s->suffix));
	s->states = 1;
	for (size_t i = 0; i < s->n; i++) {
		if (all[i].n == 0)
			s->always[i / 64] |= UINT64_C(1) << (i % 64);
		for (size_t k = 0; k < all[i].n; k++)
			add_literal(s, all[i].text[k], i);
	}
	link_states(s);
	finish_rows(s);
	free(all);
	arena_free(&a);
}

static void
mark(const struct pattern_set *s, uint32_t row, uint64_t *bits)
{
	uint32_t state = (row & ~HIT) / (uint32_t)s->classes;

	for (; state != 0; state = s->suffix[state]) {
		uint32_t e = s->first[state];

		for (; e != 0; e = s->ending[e - 1].next) {
			uint32_t p = s->ending[e - 1].pattern;

			bits[p / 64] |= UINT64_C(1) << (p % 64);
		}
	}
}

/* The class of a character outside of ASCII that folds to a letter. */
static uint8_t
folded(const struct pattern_set *s, const unsigned char *p, size_t left,
    size_t *n)
{
	*n = 1;
	if (left >= 2 && p[0] == 0xc5 && p[1] == 0xbf) {	/* U+017F */
		*n = 2;
		return s->class['s'];
	}
	if (left >= 3 && p[0] == 0xe2 && p[1] == 0x84 && p[2] == 0xaa) {
		*n = 3;						/* U+212A */
		return s->class['k'];
	}
	return 0;
}

void
pattern_set_scan(const struct pattern_set *s, const char *text, size_t len,
    uint64_t *bits)
{
	const unsigned char *p = (const unsigned char *)text;
	const unsigned char *end = p + len;
	const uint32_t *next = s->next;
	uint32_t state = 0;
	size_t n;

	memcpy(bits, s->always, (s->n + 63) / 64 * sizeof(*bits));
	while (p < end) {
		if (*p < 0x80)
			state = next[state + s->class[*p++]];
		else {
			uint8_t class = folded(s, p, (size_t)(end - p), &n);

			state = next[state + class];
			p += n;
		}
		if (state & HIT) {
			mark(s, state, bits);
			state &= ~HIT;
		}
	}
}
