/*
 * Which of many patterns can match a text, and where: Aho-Corasick over
 * their literals, as a dense table over the bytes that occur in them.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "format/literal.h"
#include "format/pattern.h"

#define STATES_MAX	((size_t)1 << 19)
#define HIT		UINT32_C(0x80000000)	/* the state ends a literal */
#define SPACE		1			/* the class of white space */

struct owner {			/* a pattern that has the literal */
	uint32_t pattern;
	bool start;		/* it begins with it, else it needs it */
};

struct literal {
	uint32_t chars;
	bool start;		/* some pattern begins with it */
	struct owner *owner;
	uint32_t owners, room;
};

struct starts {			/* of a pattern: literals' numbers, or none */
	uint32_t *literal;
	size_t n;
};

struct pattern_set {
	struct pattern **pattern;
	size_t n, room;
	size_t words;		/* of a bit for each pattern */
	uint64_t *no_start, *no_need;	/* patterns that lack such literals */
	struct starts *starts;
	struct literal *literal;
	size_t literals, literal_room;
	uint8_t class[256];	/* 0: a byte of no literal */
	size_t classes, states;
	/*
	 * next[state + class] is the next state, HIT set where it ends a
	 * literal. A state is the offset of its row.
	 */
	uint32_t *next;
	uint32_t *ends;		/* literal of a state, by its number, + 1 */
	uint32_t *suffix;	/* nearest suffix that ends a literal */
	struct arena arena;
};

struct pattern_set *
pattern_set_new(void)
{
	return xcalloc(1, sizeof(struct pattern_set));
}

static void
drop_automaton(struct pattern_set *s)
{
	for (size_t i = 0; i < s->literals; i++)
		free(s->literal[i].owner);
	free(s->literal);
	free(s->no_start);
	free(s->no_need);
	free(s->starts);
	free(s->next);
	free(s->ends);
	free(s->suffix);
	arena_free(&s->arena);
	s->literal = NULL;
	s->starts = NULL;
	s->no_start = s->no_need = NULL;
	s->next = s->ends = s->suffix = NULL;
	s->literals = s->literal_room = 0;
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

/* What the patterns' texts say: two sets for each. */
struct said {
	struct literals start, need;
};

static size_t
count_bytes(struct pattern_set *s, const struct literals *set)
{
	size_t bytes = 0;

	for (size_t i = 0; i < set->n; i++) {
		for (const char *p = set->text[i]; *p != '\0'; p++, bytes++) {
			uint8_t *class = &s->class[(unsigned char)*p];

			if (*class == 0)
				*class = (uint8_t)s->classes++;
		}
	}
	return bytes;
}

/* Bytes of literals get a class each; how many states there are at most. */
static size_t
assign_classes(struct pattern_set *s, const struct said *said)
{
	size_t states = 1;

	memset(s->class, 0, sizeof(s->class));
	for (const char *p = " \t\n\v\f\r"; *p != '\0'; p++)
		s->class[(unsigned char)*p] = SPACE;
	s->classes = SPACE + 1;
	for (size_t i = 0; i < s->n; i++)
		states += count_bytes(s, &said[i].start) +
		    count_bytes(s, &said[i].need);
	for (int c = 'A'; c <= 'Z'; c++)
		s->class[c] = s->class[c - 'A' + 'a'];
	return states;
}

/* The state behind the first characters of a text, at most so many. */
static size_t
walk(struct pattern_set *s, const char *text, size_t most)
{
	size_t state = 0;

	for (; *text != '\0' && most > 0; text++, most--) {
		uint32_t *next = &s->next[state * s->classes +
		    s->class[(unsigned char)*text]];

		if (*next == 0)
			*next = (uint32_t)s->states++;
		state = *next;
	}
	return state;
}

/*
 * Makes the states by depth, so that those near the root, where a scan spends
 * its time, lie together.
 */
static void
plant(struct pattern_set *s, const struct said *said)
{
	size_t depth = 0, states;

	do {
		states = s->states;
		depth++;
		for (size_t i = 0; i < s->n; i++) {
			for (size_t k = 0; k < said[i].start.n; k++)
				walk(s, said[i].start.text[k], depth);
			for (size_t k = 0; k < said[i].need.n; k++)
				walk(s, said[i].need.text[k], depth);
		}
	} while (s->states > states);
}

/* The number of the literal, which is made when it is new. */
static uint32_t
add_literal(struct pattern_set *s, const char *text)
{
	size_t chars = strlen(text), state = walk(s, text, chars);

	if (s->ends[state] != 0)
		return s->ends[state] - 1;
	if (s->literals == s->literal_room) {
		s->literal_room = s->literal_room > 0 ?
		    2 * s->literal_room : 256;
		s->literal = xreallocarray(s->literal, s->literal_room,
		    sizeof(*s->literal));
	}
	s->literal[s->literals] = (struct literal){ .chars = (uint32_t)chars };
	s->ends[state] = (uint32_t)++s->literals;
	return s->ends[state] - 1;
}

static uint32_t
add_owner(struct pattern_set *s, const char *text, size_t pattern, bool start)
{
	uint32_t number = add_literal(s, text);
	struct literal *l = &s->literal[number];

	if (l->owners == l->room) {
		l->room = l->room > 0 ? 2 * l->room : 2;
		l->owner = xreallocarray(l->owner, l->room, sizeof(*l->owner));
	}
	l->owner[l->owners++] = (struct owner){ (uint32_t)pattern, start };
	l->start |= start;
	return number;
}

static void
add_pattern(struct pattern_set *s, size_t i, const struct said *said)
{
	uint64_t bit = UINT64_C(1) << (i % 64);
	struct starts *starts = &s->starts[i];

	if (said->start.n == 0)
		s->no_start[i / 64] |= bit;
	if (said->need.n == 0)
		s->no_need[i / 64] |= bit;
	starts->n = said->start.n;
	starts->literal = arena_alloc(&s->arena,
	    (starts->n + 1) * sizeof(uint32_t));
	for (size_t k = 0; k < said->start.n; k++)
		starts->literal[k] = add_owner(s, said->start.text[k], i, true);
	for (size_t k = 0; k < said->need.n; k++)
		add_owner(s, said->need.text[k], i, false);
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

		s->suffix[at] = s->ends[fail[at]] != 0 ? fail[at] :
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
		if (s->ends[state] != 0 || s->suffix[state] != 0)
			s->next[i] |= HIT;
	}
}

void
pattern_set_build(struct pattern_set *s)
{
	struct arena a = { 0 };
	struct said *said = xcalloc(s->n, sizeof(*said));
	size_t room;

	drop_automaton(s);
	s->words = s->n / 64 + 1;
	s->no_start = xcalloc(s->words, sizeof(uint64_t));
	s->no_need = xcalloc(s->words, sizeof(uint64_t));
	s->starts = xcalloc(s->n, sizeof(*s->starts));
	for (size_t i = 0; i < s->n; i++)
		literals_of(pattern_text(s->pattern[i]), &a, &said[i].start,
		    &said[i].need);
	room = assign_classes(s, said);
	if (room > STATES_MAX) {	/* no set of rules has that many */
		memset(said, 0, s->n * sizeof(*said));
		room = 1;
	}
	s->next = xcalloc(room * s->classes, sizeof(*s->next));
	s->ends = xcalloc(room, sizeof(*s->ends));
	s->suffix = xcalloc(room, sizeof(*s->suffix));
	s->states = 1;
	plant(s, said);
	for (size_t i = 0; i < s->n; i++)
		add_pattern(s, i, &said[i]);
	link_states(s);
	finish_rows(s);
	free(said);
	arena_free(&a);
}

struct place {			/* a literal ends before this byte */
	size_t end;
	uint32_t next;		/* place of the same literal, from 1; 0 none */
};

struct pattern_scan {
	const struct pattern_set *set;
	const char *text;
	size_t len;
	uint64_t *start, *need;	/* patterns of which such a literal is there */
	uint32_t *last;		/* place of each literal, from 1 */
	uint32_t *seen;		/* literals with a place, to be cleared */
	size_t seens;
	struct place *place;
	size_t places, room;
	size_t *begins;		/* where matches of a pattern may, in order */
	size_t begin, begin_room;
	size_t begins_of;	/* that pattern; SIZE_MAX for none */
};

struct pattern_scan *
pattern_scan_new(const struct pattern_set *set)
{
	struct pattern_scan *s = xcalloc(1, sizeof(*s));

	s->set = set;
	s->text = "";
	s->start = xcalloc(set->words, sizeof(uint64_t));
	s->need = xcalloc(set->words, sizeof(uint64_t));
	s->last = xcalloc(set->literals, sizeof(uint32_t));
	s->seen = xcalloc(set->literals, sizeof(uint32_t));
	s->begins_of = SIZE_MAX;
	s->room = 256;
	s->place = xcalloc(s->room, sizeof(*s->place));
	return s;
}

void
pattern_scan_free(struct pattern_scan *s)
{
	if (s == NULL)
		return;
	free(s->start);
	free(s->need);
	free(s->last);
	free(s->seen);
	free(s->place);
	free(s->begins);
	free(s);
}

static void
first_seen(struct pattern_scan *s, uint32_t number)
{
	const struct literal *l = &s->set->literal[number];

	s->seen[s->seens++] = number;
	for (uint32_t i = 0; i < l->owners; i++) {
		uint32_t p = l->owner[i].pattern;

		(l->owner[i].start ? s->start : s->need)[p / 64] |=
		    UINT64_C(1) << (p % 64);
	}
}

/* Notes every literal that ends here. */
static void
note(struct pattern_scan *s, uint32_t row, size_t end)
{
	const struct pattern_set *set = s->set;
	uint32_t state = row / (uint32_t)set->classes;

	for (; state != 0; state = set->suffix[state]) {
		uint32_t number = set->ends[state] - 1;

		if (set->ends[state] == 0)
			continue;
		if (s->last[number] == 0)
			first_seen(s, number);
		else if (!set->literal[number].start)
			continue;
		if (s->places == s->room) {
			s->room *= 2;
			s->place = xreallocarray(s->place, s->room,
			    sizeof(*s->place));
		}
		s->place[s->places++] = (struct place){ end, s->last[number] };
		s->last[number] = (uint32_t)s->places;
	}
}

/* White space of Unicode outside of ASCII: its bytes, or 0. */
static size_t
space_bytes(const unsigned char *p, size_t left)
{
	if (left >= 2 && p[0] == 0xc2 && (p[1] == 0x85 || p[1] == 0xa0))
		return 2;
	if (left < 3)
		return 0;
	if (p[0] == 0xe2 && p[1] == 0x80)	/* U+2000 to 200A, 2028, 9, F */
		return p[2] <= 0x8a || p[2] == 0xa8 || p[2] == 0xa9 ||
		    p[2] == 0xaf ? 3 : 0;
	return memcmp(p, "\xe1\x9a\x80", 3) == 0 ||
	    memcmp(p, "\xe2\x81\x9f", 3) == 0 ||
	    memcmp(p, "\xe3\x80\x80", 3) == 0 ? 3 : 0;
}

/* The class of a character outside of ASCII: of a letter it folds to, or of
 * white space. */
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
	if ((*n = space_bytes(p, left)) > 0)
		return SPACE;
	*n = 1;
	return 0;
}

void
pattern_scan_text(struct pattern_scan *s, const char *text, size_t len)
{
	const unsigned char *start = (const unsigned char *)text, *p = start;
	const unsigned char *end = p + len;
	const uint8_t *classes = s->set->class;
	const uint32_t *next = s->set->next;
	uint32_t state = 0;
	size_t n;

	s->text = text;
	s->len = len;
	memcpy(s->start, s->set->no_start, s->set->words * sizeof(uint64_t));
	memcpy(s->need, s->set->no_need, s->set->words * sizeof(uint64_t));
	while (s->seens > 0)
		s->last[s->seen[--s->seens]] = 0;
	s->places = 0;
	s->begins_of = SIZE_MAX;
	while (p < end) {
		if (*p < 0x80)
			state = next[state + classes[*p++]];
		else {
			uint8_t class = folded(s->set, p, (size_t)(end - p),
			    &n);

			state = next[state + class];
			p += n;
		}
		if (state & HIT) {
			state &= ~HIT;
			note(s, state, (size_t)(p - start));
		}
	}
}

bool
pattern_scan_may(const struct pattern_scan *s, size_t pattern)
{
	return (s->start[pattern / 64] & s->need[pattern / 64]) >>
	    (pattern % 64) & 1;
}

bool
pattern_scan_next(const struct pattern_scan *s, size_t *pattern)
{
	size_t word = *pattern / 64;
	uint64_t bits;

	if (*pattern >= s->set->n)
		return false;
	bits = s->start[word] & s->need[word] & ~UINT64_C(0) << (*pattern % 64);
	while (bits == 0) {
		if (++word >= s->set->words)
			return false;
		bits = s->start[word] & s->need[word];
	}
	*pattern = word * 64 + (size_t)__builtin_ctzll(bits);
	return *pattern < s->set->n;
}

/* Where a literal that ends here began; each character is one of the text. */
static size_t
back(const char *text, size_t end, uint32_t chars)
{
	while (chars-- > 0) {
		end--;
		while (((unsigned char)text[end] & 0xc0) == 0x80)
			end--;
	}
	return end;
}

int
pattern_scan_match(struct pattern_scan *s, size_t pattern, struct err *e)
{
	const struct starts *starts = &s->set->starts[pattern];
	struct pattern *p = s->set->pattern[pattern];
	struct span span;
	int got;

	if (!pattern_scan_may(s, pattern))
		return 0;
	if (starts->n == 0)
		return pattern_match(p, s->text, s->len, 0, &span, e);
	for (size_t i = 0; i < starts->n; i++) {
		uint32_t number = starts->literal[i];
		uint32_t chars = s->set->literal[number].chars;
		uint32_t at = s->last[number];

		for (; at != 0; at = s->place[at - 1].next) {
			got = pattern_match_at(p, s->text, s->len,
			    back(s->text, s->place[at - 1].end, chars), &span,
			    e);
			if (got != 0)
				return got;
		}
	}
	return 0;
}

static int
by_place(const void *x, const void *y)
{
	const size_t *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

/* Where literals that the pattern begins with stand, in order. */
static void
list_begins(struct pattern_scan *s, size_t pattern)
{
	const struct starts *starts = &s->set->starts[pattern];

	s->begin = 0;
	s->begins_of = pattern;
	for (size_t i = 0; i < starts->n; i++) {
		uint32_t number = starts->literal[i];
		uint32_t at = s->last[number];

		for (; at != 0; at = s->place[at - 1].next) {
			if (s->begin == s->begin_room) {
				s->begin_room = 2 * s->begin_room + 64;
				s->begins = xreallocarray(s->begins,
				    s->begin_room, sizeof(*s->begins));
			}
			s->begins[s->begin++] = back(s->text,
			    s->place[at - 1].end,
			    s->set->literal[number].chars);
		}
	}
	if (s->begin > 1)
		qsort(s->begins, s->begin, sizeof(*s->begins), by_place);
}

/* The first of them that is not before the place. */
static size_t
begin_from(const struct pattern_scan *s, size_t from)
{
	size_t low = 0, high = s->begin;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->begins[middle] < from)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int
pattern_scan_find(struct pattern_scan *s, size_t pattern, size_t from,
    struct span *span, struct err *e)
{
	struct pattern *p = s->set->pattern[pattern];
	int got = 0;

	if (!pattern_scan_may(s, pattern))
		return 0;
	if (s->set->starts[pattern].n == 0)
		return pattern_match(p, s->text, s->len, from, span, e);
	if (s->begins_of != pattern)
		list_begins(s, pattern);
	for (size_t i = begin_from(s, from); i < s->begin && got == 0; i++)
		got = pattern_match_at(p, s->text, s->len, s->begins[i], span,
		    e);
	return got;
}
