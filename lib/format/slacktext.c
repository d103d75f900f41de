/* Slack's markup as plain text. */
#include <ctype.h>
#include <string.h>

#include "format/slacktext.h"

#define TAG_MAX		4096	/* bytes between < and > */

enum { BOLD, ITALIC, STRUCK, MARKS };
static const char marks[] = "*_~";

struct text {			/* in progress */
	const char *start, *p, *end;
	const struct slack_names *names;
	struct buf *out;
	bool code, tick;	/* within ``` or ` */
	bool quoted;		/* behind >>> */
	const char *close[MARKS];	/* where an open mark ends, or NULL */
	const char *none[MARKS];	/* up to here there is no end */
};

static bool
starts(const char *p, const char *end, const char *word)
{
	size_t len = strlen(word);

	return (size_t)(end - p) >= len && memcmp(p, word, len) == 0;
}

/* One of Slack's three entities, or nothing. */
static size_t
entity(const char *p, const char *end, char *c)
{
	static const struct {
		const char *name;
		char c;
	} all[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' } };

	for (size_t i = 0; i < 3; i++) {
		if (starts(p, end, all[i].name)) {
			*c = all[i].c;
			return strlen(all[i].name);
		}
	}
	return 0;
}

static void
add_decoded(struct buf *out, const char *p, size_t len)
{
	const char *end = p + len;

	while (p < end) {
		char c = *p;
		size_t n = entity(p, end, &c);

		buf_addc(out, c);
		p += n > 0 ? n : 1;
	}
}

/* "@ann" for U123, by its label, by the names we know, or as it is. */
static void
add_name(struct text *t, char sign, const char *id, size_t len,
    const char *label, size_t label_len, const char *(*find)(void *,
    const char *))
{
	char key[64];
	const char *name = NULL;

	buf_addc(t->out, sign);
	if (label_len > 0 && *label == sign) {
		label++;
		label_len--;
	}
	if (label_len > 0) {
		add_decoded(t->out, label, label_len);
		return;
	}
	if (find != NULL && len < sizeof(key)) {
		memcpy(key, id, len);
		key[len] = '\0';
		name = find(t->names->arg, key);
	}
	if (name != NULL)
		buf_adds(t->out, name);
	else
		add_decoded(t->out, id, len);
}

/* <!here>, <!subteam^S1|@group>, <!date^0^{date}|fallback> */
static void
special(struct text *t, const char *s, size_t len, const char *label,
    size_t label_len)
{
	size_t word = 0;

	while (word < len && s[word] != '^')
		word++;
	if (starts(s, s + len, "date^") && label_len > 0)
		add_decoded(t->out, label, label_len);
	else if (starts(s, s + len, "subteam^"))
		add_name(t, '@', s + word + 1, len - word - 1, label,
		    label_len, NULL);
	else
		add_name(t, '@', s, word, label, label_len, NULL);
}

/* Slack makes links of addresses that people type: those show as typed. */
static bool
same_place(const char *url, size_t len, const char *label, size_t label_len)
{
	static const char *const schemes[] = { "mailto:", "tel:", "http://",
		"https://" };

	for (size_t i = 0; i < 4; i++) {
		size_t n = strlen(schemes[i]);

		if (starts(url, url + len, schemes[i])) {
			if (i < 2)
				return true;
			url += n;
			len -= n;
			break;
		}
	}
	if (len > 0 && url[len - 1] == '/')
		len--;
	while (label_len > 0 && label[label_len - 1] == '/')
		label_len--;
	if (label_len > len)	/* the label with its scheme */
		label += label_len - len;
	return label_len >= len && memcmp(url, label, len) == 0;
}

static void
link_to(struct text *t, const char *url, size_t len, const char *label,
    size_t label_len)
{
	static const char mailto[] = "mailto:";

	if (label_len > 0) {
		add_decoded(t->out, label, label_len);
		if (same_place(url, len, label, label_len))
			return;
		buf_adds(t->out, " (");
		add_decoded(t->out, url, len);
		buf_addc(t->out, ')');
		return;
	}
	if (starts(url, url + len, mailto)) {
		url += sizeof(mailto) - 1;
		len -= sizeof(mailto) - 1;
	}
	add_decoded(t->out, url, len);
}

/* What stands between < and >; false when that is no markup of Slack's. */
static bool
tag(struct text *t)
{
	const char *s = t->p + 1, *bar;
	size_t room = (size_t)(t->end - s), len = 0, label = 0;

	while (len < room && len < TAG_MAX && s[len] != '>' &&
	    s[len] != '<' && s[len] != '\n')
		len++;
	if (len == 0 || len == room || s[len] != '>')
		return false;
	t->p = s + len + 1;
	if ((bar = memchr(s, '|', len)) != NULL) {
		label = (size_t)(s + len - bar - 1);
		len = (size_t)(bar - s);
		bar++;
	}
	if (*s == '@')
		add_name(t, '@', s + 1, len - 1, bar, label,
		    t->names != NULL ? t->names->user : NULL);
	else if (*s == '#')
		add_name(t, '#', s + 1, len - 1, bar, label,
		    t->names != NULL ? t->names->channel : NULL);
	else if (*s == '!')
		special(t, s + 1, len - 1, bar, label);
	else if (len > 0 && memchr(s, ':', len) != NULL)
		link_to(t, s, len, bar, label);
	else {
		t->p = s - 1;
		return false;
	}
	return true;
}

static bool
is_word(const char *p)
{
	return isalnum((unsigned char)*p) || (unsigned char)*p >= 0x80;
}

/* The mark that ends what the one at t->p opens, on its line; or NULL. */
static const char *
mark_end(const struct text *t, int m)
{
	const char *p = t->p + 1;
	bool within = false;	/* < and > */

	for (; p < t->end && *p != '\n' && *p != '`'; p++) {
		within = *p == '<' || (within && *p != '>');
		if (*p == marks[m] && !within && p > t->p + 1 &&
		    !isspace((unsigned char)p[-1]) && p[-1] != marks[m] &&
		    (p + 1 == t->end || (!is_word(p + 1) &&
		    p[1] != marks[m])))
			return p;
	}
	return NULL;
}

/* Takes a mark of bold, italic or struck words off; false: it is a sign. */
static bool
mark(struct text *t)
{
	int m = (int)(strchr(marks, *t->p) - marks);
	const char *next = t->p + 1, *line;

	if (t->close[m] == t->p) {
		t->close[m] = NULL;
		t->p++;
		return true;
	}
	if (t->close[m] != NULL && t->close[m] < t->p)
		t->close[m] = NULL;
	if (t->close[m] != NULL || t->p < t->none[m] || next == t->end ||
	    isspace((unsigned char)*next) || *next == marks[m] ||
	    (t->p > t->start && (is_word(t->p - 1) ||
	    t->p[-1] == marks[m])))
		return false;
	if ((t->close[m] = mark_end(t, m)) == NULL) {
		line = memchr(t->p, '\n', (size_t)(t->end - t->p));
		t->none[m] = line != NULL ? line : t->end;
		return false;
	}
	t->p++;
	return true;
}

/* At the beginning of a line outside of code: quotes. */
static void
line_start(struct text *t)
{
	size_t n = 0, signs = 0;
	const char *p = t->p;
	char c;

	while (signs < 3 && p < t->end) {
		n = entity(p, t->end, &c);
		if (!(n > 0 && c == '>') && *p != '>')
			break;
		p += n > 0 ? n : 1;
		signs++;
	}
	if (signs == 3)
		t->quoted = true;
	if (signs > 0 && p < t->end && *p == ' ')
		p++;
	if (signs > 0 || t->quoted)
		buf_adds(t->out, "> ");
	t->p = p;
}

static void
character(struct text *t)
{
	size_t n;
	char c;

	if (starts(t->p, t->end, "```")) {
		t->code = !t->code;
		t->tick = false;
		buf_add(t->out, t->p, 3);
		t->p += 3;
		return;
	}
	c = *t->p;
	if (c == '`' && !t->code)
		t->tick = !t->tick;
	if (c == '\n')
		t->tick = false;
	if (c == '<' && tag(t))
		return;
	if ((n = entity(t->p, t->end, &c)) > 0) {
		t->p += n;
	} else {
		if (c != '\0' && strchr(marks, c) != NULL && !t->code &&
		    !t->tick && mark(t))
			return;
		t->p++;
	}
	buf_addc(t->out, c);
}

void
slacktext(const char *s, size_t len, const struct slack_names *names,
    struct buf *out)
{
	struct text t = { .start = s, .p = s, .end = s + len, .names = names,
		.out = out };

	for (int m = 0; m < MARKS; m++)
		t.none[m] = s;
	while (t.p < t.end) {
		if (!t.code && (t.p == s || t.p[-1] == '\n'))
			line_start(&t);
		if (t.p < t.end)
			character(&t);
	}
}
