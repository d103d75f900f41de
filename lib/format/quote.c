#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "format/quote.h"
#include "format/quoteline.h"

#define TITLE_MAX	160	/* of "Forwarded message", "reply above" */
#define ABOVE_MAX	40	/* lines that may say "see my answers below" */

struct scan {
	struct lines t;
	const struct quote_hints *hints;
	const char *s;
	size_t len;
	unsigned base;		/* depth of what the writer wrote */
	bool shown;		/* something of it came */
	bool introduced;	/* a quote came */
	bool announced;		/* answers are in the quote, as was said */
	bool code;		/* between ``` and ``` */
	bool forwarded;
	struct quote_forward *forward;
};

/* The first line that starts at or behind the byte. */
static size_t
line_of(const struct scan *c, size_t at)
{
	size_t lo = 0, hi = c->t.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if ((size_t)(c->t.line[mid].raw - c->s) < at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Takes over the page's marks that start at or behind the byte. */
static void
take_marks(struct scan *c, size_t from)
{
	int *change = xcalloc(c->t.n + 1, sizeof(*change)), depth = 0;

	for (size_t i = 0; i < c->hints->nmarks; i++) {
		struct range r = c->hints->mark[i];
		size_t a, b, end;

		if (r.start < from || r.start >= r.end)
			continue;
		a = line_of(c, r.start);
		b = line_of(c, r.end);
		end = b < c->t.n ? (size_t)(c->t.line[b].raw - c->s) : c->len;
		if (b > a && r.end + 1 < end)
			b--;		/* it ends within the line */
		if (a < b) {
			change[a]++;
			change[b]--;
		}
	}
	for (size_t i = 0; i < c->t.n; i++) {
		depth += change[i];
		c->t.line[i].marked = depth > 0;
	}
	free(change);
}

static void
mark(struct lines *t, size_t from, size_t to)
{
	for (; from < to; from++)
		t->line[from].quoted = true;
}

/* Where a quote starts with the rules and titles over it. */
static size_t
with_rule(const struct lines *t, size_t at)
{
	size_t i = at, n;

	while (i > 0 && at - i < 4) {
		const struct line *l = &t->line[--i];

		if (l->len == 0)
			continue;
		if (l->quoted || !(line_is_rule(l, false) ||
		    (line_is_rule(l, true) && quote_word(WORD_ORIGINAL, l->s,
		    l->len, &n) != NULL)))
			break;
		at = i;
	}
	return at;
}

/* Hides all that follows; the scan is over. */
static size_t
hide_rest(struct scan *c, size_t at)
{
	mark(&c->t, with_rule(&c->t, at), c->t.n);
	return c->t.n;
}

/* Whether the lines above say that the answers stand in the quote. */
static bool
announces(struct scan *c, size_t at)
{
	size_t from = at > ABOVE_MAX ? at - ABOVE_MAX : 0, n;

	if (c->announced)
		return false;
	for (size_t i = from; i < at; i++) {
		const struct line *l = &c->t.line[i];

		if (!l->quoted && quote_word(WORD_INLINE, l->s, l->len, &n) !=
		    NULL)
			return c->announced = true;
	}
	return false;
}

/* Forwarded mails. */

static struct quote_span
span(const struct head *h, enum quote_label l)
{
	return (struct quote_span){ h->value[l].s, h->value[l].len };
}

/* "---------- Forwarded message ---------", "Begin forwarded message:". */
static bool
forward_title(const struct line *l)
{
	const char *word;
	size_t n;

	/* Notes' may be wrapped before the dashes behind it. */
	if (l->len > 40 && memcmp(l->s, "----------", 10) == 0 &&
	    quote_word(WORD_FORWARDED, l->s, l->len, &n) != NULL)
		return true;
	if (l->len == 0 || l->len > TITLE_MAX || (!line_is_rule(l, true) &&
	    l->s[l->len - 1] != ':' && l->s[l->len - 1] != '*' &&
	    l->s[l->len - 1] != '-') ||
	    (word = quote_word(WORD_FORWARDED, l->s, l->len, &n)) == NULL)
		return false;
	return line_is_rule(l, true) || word - l->s < 40;
}

/* Whether a forwarded mail starts here; *h is its header. */
static bool
forward_at(const struct scan *c, size_t at, struct head *h)
{
	const struct lines *t = &c->t;
	const struct line *l = &t->line[at];
	bool titled = forward_title(l);
	size_t next;

	if (c->forwarded || (!titled && !c->hints->forward))
		return false;
	/* Not in the middle of what the page says is quoted. */
	for (next = at; next > 0 && at - next < 10;) {
		const struct line *above = &t->line[--next];

		if (above->len == 0 || line_is_rule(above, false))
			continue;
		if (above->quoted && above->marked)
			return false;
		break;
	}
	if (!titled)
		return head_read(t, at, h);
	next = line_text(t, at + 1);
	if (next < t->n && !line_is_rule(l, true) && l->len > 40 &&
	    *l->s == '-')
		next = line_text(t, next + 1);
	/* Notes has the sender and the date before the labels. */
	for (int k = 0; k < 3 && next < t->n; k++) {
		if (head_read(t, next, h)) {
			h->first = at;
			return true;
		}
		if (t->line[next].len > 60)
			break;
		next = line_text(t, next + 1);
	}
	*h = (struct head){ .first = at, .end = at + 1 };
	return line_is_rule(l, true);
}

/* Notes it, and goes on with what it says. */
static size_t
enter_forward(struct scan *c, const struct head *h)
{
	struct lines *t = &c->t;
	size_t body = line_text(t, h->end), end = t->n;

	c->forwarded = c->shown = true;
	c->base = t->line[h->end - 1].depth;
	if (c->base > 0)
		for (end = h->end; end < t->n && (t->line[end].len == 0 ||
		    t->line[end].depth >= c->base);)
			end++;
	take_marks(c, (size_t)(t->line[h->end - 1].raw - c->s));
	*c->forward = (struct quote_forward){
		.start = (size_t)(t->line[h->first].raw - c->s),
		.body = body < t->n ? (size_t)(t->line[body].raw - c->s) :
		    c->len,
		.end = end < t->n ? (size_t)(t->line[end].raw - c->s) :
		    c->len,
		.titled = forward_title(&t->line[h->first]),
		.from = span(h, LABEL_FROM), .date = span(h, LABEL_DATE),
		.to = span(h, LABEL_TO), .subject = span(h, LABEL_SUBJECT) };
	return h->end;
}

/* Quotes with a sign before every line. */

/* The line above with the introduction of what starts at this one. */
static size_t
introduction(const struct lines *t, size_t at)
{
	size_t before = at, value;
	const struct line *l;

	while (before > 0 && at - before < 4 &&
	    (t->line[before - 1].len == 0 ||
	    line_is_elision(&t->line[before - 1])))
		before--;
	if (before == 0 || t->line[before - 1].quoted)
		return t->n;
	l = &t->line[before - 1];
	if (quote_label(l->s, l->len, &value) == LABEL_FROM &&
	    memchr(l->s, '<', l->len) != NULL)
		return before - 1;
	return intro_first(t, before - 1, INTRO_LIKELY);
}

/*
 * Whether the lines [from, to), which nothing introduces, are no quote: the
 * session of an interpreter, a command, a sign of comparison that was wrapped
 * to the start of its line.
 */
static bool
is_own(const struct scan *c, size_t from, size_t to)
{
	const struct lines *t = &c->t;
	const struct line *above = from > 0 ? &t->line[from - 1] : NULL;
	bool prompts = true, commands = true, code = false;
	size_t n = 0;

	for (size_t i = from; i < to; i++) {
		const struct line *l = &t->line[i];

		if (l->depth == 0)
			continue;
		n++;
		prompts = prompts && l->depth >= 3 &&
		    memcmp(l->raw, ">>>", 3) == 0;
		commands = commands && line_is_command(l);
		code = code || memchr(l->s, '(', l->len) != NULL ||
		    memchr(l->s, '=', l->len) != NULL ||
		    (l->len > 6 && memcmp(l->s, "import ", 7) == 0);
	}
	if (prompts && (code || !c->introduced))
		return true;
	if (c->introduced)
		return false;
	if (commands || c->code)
		return true;
	if (above == NULL)
		return false;
	if (above->len == 0 && from > 1)
		above--;
	if (above->len > 0 && above->s[above->len - 1] == ':')
		return true;
	return n == 1 && t->line[from - 1].len > 0 && to < t->n &&
	    t->line[to].len > 0 && to == from + 1 &&
	    isdigit((unsigned char)*t->line[from].s);
}

/* The quote that starts at this line; returns the line behind it. */
static size_t
mark_quote(struct scan *c, size_t at)
{
	struct lines *t = &c->t;
	size_t end = at, intro;
	struct head h;

	for (size_t i = at; i < t->n; i++) {
		if (t->line[i].depth > c->base)
			end = i + 1;
		else if (t->line[i].len > 0 && !line_is_elision(&t->line[i]))
			break;
		else if (t->line[i].len > 0 && i == end)
			end = i + 1;
	}
	intro = introduction(t, at);
	if (intro == t->n) {
		size_t first = line_text(t, at);

		if (!c->introduced && first < end && forward_at(c, first, &h))
			return enter_forward(c, &h);
		if (is_own(c, at, end)) {
			c->shown = true;
			return end;
		}
	}
	mark(t, intro == t->n ? at : with_rule(t, intro), end);
	c->introduced = true;
	return end;
}

static bool
same_sign(const struct line *a, const struct line *b, size_t k)
{
	return b->len >= k && memcmp(a->s, b->s, k) == 0;
}

/* A quote with another sign; 0 when none starts here. */
static size_t
mark_signed(struct scan *c, size_t at)
{
	struct lines *t = &c->t;
	const struct line *l = &t->line[at];
	size_t k = line_sign(l), end = at, intro;

	if (k == 0)
		return 0;
	intro = introduction(t, at);
	if (intro == t->n && !(c->introduced && k > 1) &&
	    !(line_has_initials(l, k) && at + 1 < t->n &&
	    same_sign(l, &t->line[at + 1], k)))
		return 0;
	for (size_t i = at; i < t->n; i++) {
		if (same_sign(l, &t->line[i], k))
			end = i + 1;
		else if (t->line[i].len > 0)
			break;
	}
	mark(t, intro == t->n ? at : intro, end);
	c->introduced = true;
	return end;
}

/* Quotes to the end of the text. */

static size_t
mark_head(struct scan *c, const struct head *h)
{
	const struct lines *t = &c->t;
	size_t next = line_text(t, h->end), above = h->first;

	/* The writer shows a header: "the log says:". */
	while (above > 0 && h->first - above < 2 && t->line[above - 1].len == 0)
		above--;
	if (above > 0 && !t->line[above - 1].quoted &&
	    t->line[above - 1].len > 0 && !line_is_rule(&t->line[above - 1],
	    true) && t->line[h->first].len > 0 &&
	    !line_is_rule(&t->line[h->first], true) &&
	    t->line[above - 1].s[t->line[above - 1].len - 1] == ':') {
		c->shown = true;
		return h->end;
	}
	if (!c->shown && !c->hints->reply) {
		c->shown = true;
		return h->end;
	}
	if (next < t->n && t->line[next].depth <= c->base &&
	    !announces(c, h->first))
		return hide_rest(c, h->first);
	mark(&c->t, with_rule(t, h->first), h->end);
	c->introduced = true;
	return h->end;
}

/* An introduction that no sign follows; 0 when it is none. */
static size_t
mark_intro(struct scan *c, size_t at)
{
	struct lines *t = &c->t;
	size_t next, first = intro_first(t, at, INTRO_SURE);

	if (first == t->n)
		return 0;
	next = line_text(t, at + 1);
	while (next < t->n && line_is_elision(&t->line[next]) && next < at + 6)
		next = line_text(t, next + 1);
	if (next < t->n && (t->line[next].depth > c->base ||
	    line_sign(&t->line[next]) > 0))
		return at + 1;		/* the quote will find it */
	if (c->shown && at < t->last &&
	    intro_first(t, at, INTRO_CERTAIN) == t->n)
		return 0;
	if (c->shown && !announces(c, first))
		return hide_rest(c, first);
	mark(t, with_rule(t, first), at + 1);
	c->introduced = true;
	return at + 1;
}

/* "-----Original Message-----", without a header that we know. */
static bool
is_title(const struct line *l)
{
	const char *word;
	size_t n;

	if (!line_is_rule(l, true) || *l->s != '-')
		return false;
	if (quote_word(WORD_ORIGINAL, l->s, l->len, &n) != NULL)
		return true;
	/* "---- Jane Doe wrote ----" */
	return (word = quote_word(WORD_VERB, l->s, l->len, &n)) != NULL &&
	    word + n < l->s + l->len && strspn(word + n, " -") >=
	    (size_t)(l->s + l->len - word) - n;
}

/* "##- Please type your reply above this line -##". */
static bool
reply_above(const struct line *l)
{
	size_t n;

	if (l->len == 0 || l->len > TITLE_MAX)
		return false;
	return (l->len > 6 && memcmp(l->s, "##-", 3) == 0 &&
	    memcmp(l->s + l->len - 3, "-##", 3) == 0) ||
	    quote_word(WORD_ABOVE, l->s, l->len, &n) != NULL;
}

/* ">>> Joe Doe <joe@x.example> 12.01.26 10:00 >>>" */
static bool
groupwise(const struct line *l)
{
	return l->depth >= 3 && l->len > 10 && memcmp(l->raw, ">>> ", 4) == 0 &&
	    (memcmp(l->s + l->len - 3, ">>>", 3) == 0 ||
	    (l->s[l->len - 1] == ':' && memchr(l->s, '@', l->len) != NULL));
}

static bool
starts(const struct line *l, const char *s)
{
	size_t n = strlen(s);

	return l->len >= n && memcmp(l->s, s, n) == 0;
}

/* The armor of PGP around a text, its signature, a key; 0 without. */
static size_t
mark_armor(struct scan *c, size_t at)
{
	struct lines *t = &c->t;
	size_t end = at;

	if (!starts(&t->line[at], "-----BEGIN PGP "))
		return 0;
	if (starts(&t->line[at], "-----BEGIN PGP SIGNED")) {
		while (end < t->n && t->line[end].len > 0)
			end++;
	} else if (starts(&t->line[at], "-----BEGIN PGP SIGNATURE") ||
	    starts(&t->line[at], "-----BEGIN PGP PUBLIC")) {
		while (end < t->n && !starts(&t->line[end], "-----END PGP"))
			end++;
		end += end < t->n;
	} else
		return 0;
	mark(t, at, end);
	return end;
}

/* Looks at one line; returns the one to go on with. */
static size_t
step(struct scan *c, size_t i)
{
	struct line *l = &c->t.line[i];
	struct head h;
	size_t next;

	if (l->len >= 3 && memcmp(l->s, "```", 3) == 0 && l->depth == 0)
		c->code = !c->code;
	if (l->depth <= c->base && forward_at(c, i, &h))
		return enter_forward(c, &h);
	if (l->marked) {
		mark(&c->t, i == 0 || c->t.line[i - 1].quoted ? i :
		    with_rule(&c->t, i), i + 1);
		c->introduced = true;
		return i + 1;
	}
	if (groupwise(l))
		return hide_rest(c, i);
	if (l->depth > c->base)
		return mark_quote(c, i);
	if (l->len == 0)
		return i + 1;
	if (*l->s == '-' && (next = mark_armor(c, i)) > 0)
		return next;
	if (!c->code) {
		if (head_read(&c->t, i, &h))
			return mark_head(c, &h);
		if ((next = mark_intro(c, i)) > 0 ||
		    (next = mark_signed(c, i)) > 0)
			return next;
		if (reply_above(l) || is_title(l)) {
			if (c->shown)
				return hide_rest(c, i);
			l->quoted = true;
			return i + 1;
		}
	}
	c->shown = true;
	return i + 1;
}

/*
 * The end of every piece that is left may be a signature; what is forwarded
 * is a piece of its own, behind its header.
 */
static void
mark_signatures(struct scan *c)
{
	struct lines *t = &c->t;
	size_t from = 0, to, title = t->n, body = t->n;

	if (c->forwarded) {
		title = line_of(c, c->forward->start);
		body = line_of(c, c->forward->body);
	}
	for (; from < t->n; from = to + 1) {
		if (from >= title && from < body)
			from = body;
		for (to = from; to < t->n && !t->line[to].quoted &&
		    to != title; to++)
			continue;
		if (to > from)
			sign_mark(t, from, to);
	}
}

static size_t
ranges(const struct scan *c, struct range *range, size_t max)
{
	const struct lines *t = &c->t;
	bool in = false;
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		size_t start = (size_t)(t->line[i].raw - c->s);
		size_t end = i + 1 < t->n ?
		    (size_t)(t->line[i + 1].raw - c->s) : c->len;

		if (t->line[i].quoted && in) {
			range[n - 1].end = end;
		} else if (t->line[i].quoted) {
			if (n == max)
				break;
			range[n++] = (struct range){ start, end };
			in = true;
		} else
			in = in && t->line[i].len == 0;
	}
	return n;
}

size_t
quote_find_in(const char *s, size_t len, const struct quote_hints *hints,
    struct range *range, size_t max, struct quote_forward *forward)
{
	struct scan c = { .hints = hints, .s = s, .len = len,
	    .forward = forward };
	size_t n;

	*forward = (struct quote_forward){ .start = 0 };
	lines_split(&c.t, s, len);
	if (hints->nmarks > 0)
		take_marks(&c, 0);
	for (size_t i = 0; i < c.t.n;)
		i = step(&c, i);
	mark_signatures(&c);
	n = ranges(&c, range, max);
	free(c.t.line);
	return n;
}

size_t
quote_find(const char *s, size_t len, struct range *range, size_t max)
{
	static const struct quote_hints hints = { .reply = true };
	struct quote_forward forward;

	return quote_find_in(s, len, &hints, range, max, &forward);
}
