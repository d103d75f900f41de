/* iCalendar: what the events of a file come to. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "format/icalread.h"

#define SPANS_MOST	200000
#define BUDGET		INT64_C(20000000)	/* days looked at, of a file */

struct instances {		/* of one event */
	struct ical_reader *reader;
	const struct ical_event *event;
	const struct ical_event *other;	/* those of its UID, others of them */
	size_t others;
	struct ical_when until;
	bool has_until;
	int rc;
};

/* A date stands for all of its day. */
static bool
same(const struct ical_when *a, const struct ical_when *b)
{
	return a->date || b->date ? a->day == b->day : a->at == b->at;
}

static bool
is_left_out(const struct instances *in, const struct ical_when *w)
{
	const struct ical_moments *m = &in->event->except;

	for (size_t i = 0; i < m->n; i++) {
		if (same(&m->of[i], w))
			return true;
	}
	for (size_t i = 0; i < in->others; i++) {
		if (in->other[i].has_instead && !in->event->has_instead &&
		    same(&in->other[i].instead, w))
			return true;
	}
	return false;
}

/* One instance of the length; false when the file comes to too much. */
static bool
happens(struct instances *in, const struct ical_when *w, int64_t length)
{
	struct ical_reader *r = in->reader;
	struct ical_span s = in->event->span;

	if (in->event->cancelled)
		return true;
	r->budget -= (int64_t)(in->event->except.n + in->others);
	if (r->out->n == SPANS_MOST || r->budget < 0) {
		in->rc = ical_bad(r, in->event->line,
		    "events come to too much");
		return false;
	}
	if (is_left_out(in, w))
		return true;
	s.days = w->date;
	s.from = w->date ? w->day : w->at;
	s.to = w->date ? w->day + (length + ICAL_DAY - 1) / ICAL_DAY :
	    w->at + length;
	if ((s.days ? s.to <= r->first : s.to <= r->first * ICAL_DAY) ||
	    (s.days ? s.from > r->last : s.from > (r->last + 1) * ICAL_DAY))
		return true;
	if (r->out->n == r->out->room) {
		r->out->room = r->out->room > 0 ? 2 * r->out->room : 64;
		r->out->span = xreallocarray(r->out->span, r->out->room,
		    sizeof(*r->out->span));
	}
	r->out->span[r->out->n++] = s;
	return true;
}

static bool
recurs(void *arg, int64_t day)
{
	struct instances *in = arg;
	struct ical_when w = in->event->start;

	w.day = day;
	w.at = w.date ? day * ICAL_DAY :
	    ical_moment(w.zone, day * ICAL_DAY + w.clock);
	if (in->has_until && (in->until.date || w.date ?
	    w.day > in->until.day : w.at > in->until.at))
		return false;
	return happens(in, &w, in->event->duration);
}

/*
 * The rule without hours, minutes and seconds that say what the start does;
 * those of an event of whole days are to be ignored (RFC 5545, 3.3.10).
 */
static const char *
without_clock(struct ical_reader *r, const struct ical_event *x)
{
	static const struct { const char *name; int64_t unit, of; } parts[] = {
		{ "BYHOUR=", 3600, 24 }, { "BYMINUTE=", 60, 60 },
		{ "BYSECOND=", 1, 60 },
	};
	char *save, *s = strtok_r(arena_strdup(r->arena, x->rule), ";", &save);
	const char *all = "";

	for (; s != NULL; s = strtok_r(NULL, ";", &save)) {
		bool same = false;

		for (int i = 0; i < 3 && !same; i++) {
			size_t len = strlen(parts[i].name);
			int64_t n = x->start.clock / parts[i].unit %
			    parts[i].of;
			char *end;

			if (strncasecmp(s, parts[i].name, len) == 0)
				same = x->start.date ||
				    (strtoll(s + len, &end, 10) == n &&
				    end > s + len && *end == '\0');
		}
		if (!same)
			all = arena_printf(r->arena, "%s%s%s", all,
			    *all != '\0' ? ";" : "", s);
	}
	return all;
}

static int
expand(struct ical_reader *r, struct instances *in)
{
	const struct ical_event *x = in->event;
	struct ical_rule *rule = r->rule;
	struct err why = { 0 };
	const char *s;

	for (size_t i = 0; i < x->also.n; i++) {
		if (!happens(in, &x->also.of[i], x->also.length[i] >= 0 ?
		    x->also.length[i] : x->duration))
			return -1;
	}
	if (x->rule == NULL)
		return happens(in, &x->start, x->duration) ? 0 : -1;
	if (ical_rule_parse(rule, without_clock(r, x), r->arena, &why) < 0)
		return ical_bad(r, x->rule_line, why.text);
	if (rule->has_until) {
		s = rule->until;
		in->has_until = true;
		if (!ical_when_read(r, &s, x->start.zone != NULL ?
		    x->start.zone : r->zone, &in->until) || *s != '\0')
			return ical_bad(r, x->rule_line, "UNTIL is no date or "
			    "time");
	}
	if (ical_rule_days(rule, x->start.day, r->last, &r->budget, recurs,
	    in) < 0)
		return ical_bad(r, x->rule_line,
		    "recurrences come to too much");
	return in->rc;
}

static int
by_uid(const void *x, const void *y)
{
	const struct ical_event *a = x, *b = y;
	int c = strcmp(a->uid, b->uid);

	return c != 0 ? c : a->line < b->line ? -1 : a->line > b->line;
}

int
ical_read(struct ical_spans *out, const char *name, const char *text,
    size_t len, const struct zone *zone, int64_t first, int64_t last,
    struct arena *a, struct err *e)
{
	struct ical_reader r = { .out = out, .name = name, .arena = a,
		.zone = zone, .first = first, .last = last, .budget = BUDGET,
		.err = e, .text = text, .len = len,
		.rule = xmalloc(sizeof(*r.rule)) };
	int rc;

	if (len > ICAL_MOST)
		rc = err_set(e, ERR_INPUT, "%s:1: over %zu bytes", name,
		    ICAL_MOST);
	else
		rc = ical_events(&r);
	if (rc == 0 && r.events > 0)
		qsort(r.event, r.events, sizeof(*r.event), by_uid);
	for (size_t i = 0, n; rc == 0 && i < r.events; i += n) {
		for (n = 1; i + n < r.events && *r.event[i].uid != '\0' &&
		    strcmp(r.event[i].uid, r.event[i + n].uid) == 0; n++)
			;
		for (size_t k = i; rc == 0 && k < i + n; k++) {
			struct instances in = { .reader = &r,
				.event = &r.event[k], .other = &r.event[i],
				.others = n > 1 ? n : 0 };

			rc = expand(&r, &in);
		}
	}
	for (size_t i = 0; i < r.owns; i++)
		zone_free(r.own[i]);
	free(r.event);
	free(r.rule);
	return rc;
}

void
ical_free(struct ical_spans *s)
{
	free(s->span);
	memset(s, 0, sizeof(*s));
}
