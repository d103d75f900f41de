#include <ctype.h>
#include <string.h>

#include "format/quoteline.h"

#define LINES_MAX	60	/* of a header; recipients are many */
#define WRAPPED_MAX	2	/* lines that a field goes on for */
#define BLANKS_MAX	2	/* between its lines, when it was a page */
#define ONE_LINE_MAX	1000

#define BIT(l)		(1u << (l))

static void
take(struct head *h, enum quote_label label, const char *s, size_t len)
{
	h->labels |= BIT(label);
	if (h->value[label].s == NULL) {
		h->value[label].s = s;
		h->value[label].len = len;
	}
}

/* "From: Joe Sent: Monday To: Ann Subject: x", on one line. */
static void
split_line(struct head *h, enum quote_label label, const char *s, size_t len)
{
	size_t from = 0, i, value;

	for (i = 0; i < len && i < ONE_LINE_MAX; i++) {
		enum quote_label next;

		if (s[i] != ' ' || (next = quote_label(s + i, len - i,
		    &value)) == LABEL_NONE || next == LABEL_OTHER ||
		    (h->labels & BIT(next)) || next == label)
			continue;
		take(h, label, s + from, i - from);
		label = next;
		from = i + value;
		i += value - 1;
	}
	take(h, label, s + from, len - from);
}

static bool
goes_on(const struct line *l, enum quote_label label, unsigned wrapped)
{
	bool list = label == LABEL_TO || label == LABEL_CC;

	if (list && (memchr(l->s, '@', l->len) != NULL ||
	    memchr(l->s, ';', l->len) != NULL))
		return true;
	return label != LABEL_NONE && label != LABEL_SUBJECT &&
	    wrapped < WRAPPED_MAX && l->len < 80;
}

static void
read_fields(const struct lines *t, size_t at, struct head *h)
{
	enum quote_label last = LABEL_NONE, label;
	unsigned blanks = 0, wrapped = 0;
	size_t value, end = at;

	for (size_t i = at; i < t->n && i < at + LINES_MAX; i++) {
		const struct line *l = &t->line[i];

		if (l->depth != t->line[at].depth)
			break;
		if (l->len == 0) {
			if (++blanks > BLANKS_MAX)
				break;
			continue;
		}
		label = quote_label(l->s, l->len, &value);
		if (label == LABEL_NONE) {
			if (blanks > 0 || !goes_on(l, last, wrapped++))
				break;
			if (h->value[last].len == 0) {
				h->value[last].s = l->s;
				h->value[last].len = l->len;
			}
		} else if (h->labels & BIT(label) & ~BIT(LABEL_OTHER)) {
			break;
		} else if (label == LABEL_FROM) {
			split_line(h, label, l->s + value, l->len - value);
		} else
			take(h, label, l->s + value, l->len - value);
		if (label != LABEL_NONE) {
			last = label;
			wrapped = 0;
		}
		blanks = 0;
		end = i + 1;
	}
	h->end = end;
}

static bool
has_byte(const struct head *h, enum quote_label l, char c)
{
	return h->value[l].s != NULL &&
	    memchr(h->value[l].s, c, h->value[l].len) != NULL;
}

/* A raw header, a form or a log has other fields, or lacks the usual ones. */
static bool
plausible(const struct head *h, bool titled)
{
	unsigned two = BIT(LABEL_DATE) | BIT(LABEL_TO) | BIT(LABEL_SUBJECT);
	unsigned found = h->labels & two;
	bool date = false;

	if (!(h->labels & BIT(LABEL_FROM)) || (h->labels & BIT(LABEL_RAW)) ||
	    (found & (found - 1)) == 0)
		return false;
	if (found == two || titled)
		return true;
	for (size_t i = 0; i < h->value[LABEL_DATE].len; i++)
		date = date || isdigit((unsigned char)
		    h->value[LABEL_DATE].s[i]);
	return has_byte(h, LABEL_FROM, '@') || has_byte(h, LABEL_TO, '@') ||
	    (date && (h->labels & BIT(LABEL_SUBJECT)));
}

/* A line of a date and a time, and little else. */
static bool
is_moment(const struct line *l)
{
	size_t digits = 0;
	bool time = false;

	for (size_t i = 0; i < l->len; i++) {
		digits += isdigit((unsigned char)l->s[i]) != 0;
		time = time || (l->s[i] == ':' && i > 0 && i + 1 < l->len &&
		    isdigit((unsigned char)l->s[i - 1]) &&
		    isdigit((unsigned char)l->s[i + 1]));
	}
	return time && digits >= 6 && l->len < 60;
}

/*
 * Lotus Notes writes the sender and the date without labels, each on a line
 * of its own or both on one, over "To: cc: Subject:".
 */
static bool
unlabelled(const struct lines *t, size_t at, struct head *h)
{
	size_t above = at;

	if (!(h->labels & BIT(LABEL_TO)) || !(h->labels & BIT(LABEL_SUBJECT)) ||
	    (h->labels & (BIT(LABEL_RAW) | BIT(LABEL_FROM))))
		return false;
	while (above > 0 && at - above < 3 && t->line[above - 1].len == 0)
		above--;
	if (above == 0 || t->line[above - 1].quoted ||
	    !is_moment(&t->line[above - 1]))
		return false;
	take(h, LABEL_DATE, t->line[above - 1].s, t->line[above - 1].len);
	h->first = above - 1;
	if (above > 1 && t->line[above - 2].len > 0 &&
	    t->line[above - 2].len < 60 && !t->line[above - 2].quoted &&
	    isdigit((unsigned char)*t->line[above - 1].s)) {
		take(h, LABEL_FROM, t->line[above - 2].s,
		    t->line[above - 2].len);
		h->first = above - 2;
	}
	return true;
}

bool
head_read(const struct lines *t, size_t at, struct head *h)
{
	const struct line *l = &t->line[at];
	size_t i = at, value, n;
	bool titled = false;

	/* Nearly every line ends here. */
	if (!line_is_rule(l, true) &&
	    memchr(l->s, ':', l->len) == NULL &&
	    (memchr(l->s, '\357', l->len) == NULL))
		return false;
	*h = (struct head){ .first = at };
	for (int rules = 0; rules < 2 && line_is_rule(l, true); rules++) {
		titled = titled || !line_is_rule(l, false) ||
		    quote_word(WORD_ORIGINAL, l->s, l->len, &n) != NULL;
		i = line_text(t, i + 1);
		if (i == t->n || t->line[i].depth != t->line[at].depth)
			return false;
		l = &t->line[i];
	}
	switch (quote_label(l->s, l->len, &value)) {
	case LABEL_NONE:
	case LABEL_OTHER:
	case LABEL_RAW:
		return false;
	default:
		read_fields(t, i, h);
	}
	return plausible(h, titled) || unlabelled(t, i, h);
}
