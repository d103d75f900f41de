/* iCalendar: the time zones that a file describes (RFC 5545, 3.6.5). */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "format/icalread.h"

#define STEPS_MOST	4096

struct observance {		/* STANDARD or DAYLIGHT */
	struct ical_when start;
	const char *rule;
	int64_t from, to;	/* offsets */
	bool has_start, has_from, has_to;
};

struct steps {
	struct zone_step step[STEPS_MOST];
	int64_t before[STEPS_MOST];	/* the offset that it ends */
	size_t n;
	struct observance *now;
	struct ical_when until;
	bool has_until, bad;
};

/* "+0200", "-053000". */
static bool
read_offset(const char *s, int64_t *out)
{
	size_t len = strlen(s);
	int64_t n = 0;

	if ((*s != '+' && *s != '-') || (len != 5 && len != 7))
		return false;
	for (size_t i = 1; i < len; i += 2) {
		if (s[i] < '0' || s[i] > '9' || s[i + 1] < '0' ||
		    s[i + 1] > '9')
			return false;
		n = n * 60 + (s[i] - '0') * 10 + (s[i + 1] - '0');
	}
	n *= len == 5 ? 60 : 1;
	*out = *s == '-' ? -n : n;
	return n < 26 * 3600;
}

/* The onset is local in the offset before it. */
static bool
onset(void *arg, int64_t day)
{
	struct steps *s = arg;
	const struct observance *o = s->now;
	int64_t at = day * ICAL_DAY + o->start.clock - o->from;

	if (s->has_until && (s->until.date ? day > s->until.day :
	    at > s->until.at))
		return false;
	if (s->n == STEPS_MOST) {
		s->bad = true;
		return false;
	}
	s->before[s->n] = o->from;
	s->step[s->n++] = (struct zone_step){ at, o->to };
	return true;
}

static void
follow(struct ical_reader *r, struct steps *s)
{
	struct observance *o = s->now;
	struct ical_rule *rule = r->rule;
	struct err why = { 0 };
	const struct zone *utc;
	const char *until;

	s->has_until = false;
	if (!o->has_start || !o->has_from || !o->has_to || o->start.date) {
		s->bad = true;
		return;
	}
	if (o->rule == NULL) {
		onset(s, o->start.day);
		return;
	}
	if (ical_rule_parse(rule, o->rule, r->arena, &why) < 0 ||
	    zone_load(&utc, "UTC", &why) < 0) {
		s->bad = true;
		return;
	}
	until = rule->until;
	s->has_until = rule->has_until;
	if ((rule->has_until && !ical_when_read(r, &until, utc, &s->until)) ||
	    ical_rule_days(rule, o->start.day, r->last, &r->budget, onset,
	    s) < 0)
		s->bad = true;
}

static void
property(struct ical_reader *r, const struct ical_content *l,
    struct steps *s)
{
	struct observance *o = s->now;
	const char *v = l->value;
	struct err why = { 0 };
	const struct zone *utc;

	if (strcasecmp(l->name, "DTSTART") == 0)
		o->has_start = zone_load(&utc, "UTC", &why) == 0 &&
		    ical_when_read(r, &v, utc, &o->start);
	else if (strcasecmp(l->name, "RRULE") == 0)
		o->rule = arena_strdup(r->arena, v);
	else if (strcasecmp(l->name, "TZOFFSETFROM") == 0)
		o->has_from = read_offset(v, &o->from);
	else if (strcasecmp(l->name, "TZOFFSETTO") == 0)
		o->has_to = read_offset(v, &o->to);
	else if (strcasecmp(l->name, "RDATE") == 0)
		s->bad = true;		/* nobody writes these any more */
}

/* All onsets of the zone of that name; false when there is no such one. */
static bool
gather(struct ical_reader *r, const char *name, struct steps *s)
{
	bool inside = false, right = false;
	struct observance o = { 0 };
	struct ical_content l;
	struct buf b = BUF_INIT;

	while (ical_next_line(r, &b) && ical_cut(b.data, &l)) {
		bool begins = strcasecmp(l.name, "BEGIN") == 0;
		bool ends = strcasecmp(l.name, "END") == 0;

		if ((begins || ends) && strcasecmp(l.value, "VTIMEZONE") ==
		    0) {
			if (ends && right)
				break;
			inside = begins;
			right = false;
			s->n = 0;
			s->bad = false;
		} else if (inside && strcasecmp(l.name, "TZID") == 0)
			right = strcmp(l.value, name) == 0;
		else if (right && begins) {
			o = (struct observance){ 0 };
			s->now = &o;
		} else if (right && ends && s->now != NULL) {
			follow(r, s);
			s->now = NULL;
		} else if (right && s->now != NULL)
			property(r, &l, s);
	}
	buf_free(&b);
	return right && s->n > 0 && !s->bad;
}

static int
by_time(const void *x, const void *y)
{
	const struct zone_step *a = x, *b = y;

	return a->at < b->at ? -1 : a->at > b->at;
}

bool
ical_zone_find(struct ical_reader *r, const char *name,
    const struct zone **out)
{
	struct ical_reader again = *r;
	struct steps *s;
	int64_t before;
	bool found;

	for (size_t i = 0; i < r->owns; i++) {
		*out = r->own[i];
		if (strcmp(zone_name(r->own[i]), name) == 0)
			return true;
	}
	if (r->owns == ICAL_ZONES)
		return false;
	again.pos = 0;
	s = xcalloc(1, sizeof(*s));
	found = gather(&again, name, s);
	r->budget = again.budget;
	if (found) {
		size_t first = 0, n = 0;

		for (size_t i = 1; i < s->n; i++) {
			if (s->step[i].at < s->step[first].at)
				first = i;
		}
		before = s->before[first];
		qsort(s->step, s->n, sizeof(*s->step), by_time);
		for (size_t i = 0; i < s->n; i++) {
			if (n == 0 || s->step[i].at > s->step[n - 1].at)
				s->step[n++] = s->step[i];
		}
		*out = r->own[r->owns++] = zone_make(name, before, s->step, n);
	}
	free(s);
	return found;
}
