/* iCalendar: content lines, their values, and the events that they make. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "base/utf8.h"
#include "format/icalread.h"

#define TEXT_MOST	1000	/* of an event's that is kept */

int
ical_bad(struct ical_reader *r, int line, const char *why)
{
	return err_set(r->err, ERR_INPUT, "%s:%d: %s", r->name, line, why);
}


/* -- content lines ---------------------------------------------------- */

bool
ical_next_line(struct ical_reader *r, struct buf *b)
{
	buf_reset(b);
	if (r->pos >= r->len)
		return false;
	r->line = r->next_line;
	for (;;) {
		const char *s = r->text + r->pos;
		const char *nl = memchr(s, '\n', r->len - r->pos);
		size_t n = nl != NULL ? (size_t)(nl - s) : r->len - r->pos;

		r->pos += n + (nl != NULL);
		r->next_line++;
		buf_add(b, s, n > 0 && s[n - 1] == '\r' ? n - 1 : n);
		if (r->pos >= r->len || (r->text[r->pos] != ' ' &&
		    r->text[r->pos] != '\t'))
			return true;
		r->pos++;
	}
}

bool
ical_cut(char *s, struct ical_content *l)
{
	bool quoted = false;
	char *p = s;

	*l = (struct ical_content){ .name = s, .parameters = s + strlen(s) };
	for (; *p != '\0' && (quoted || *p != ':'); p++) {
		if (*p == '"')
			quoted = !quoted;
		else if (*p == ';' && *l->parameters == '\0') {
			*p = '\0';
			l->parameters = p + 1;
		}
	}
	if (*p == '\0')
		return false;
	*p = '\0';
	l->value = p + 1;
	return true;
}

/* A parameter's value, without quotes, in the arena; NULL for none. */
static const char *
parameter(struct ical_reader *r, const struct ical_content *l, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = l->parameters; *p != '\0';) {
		const char *end = p;
		bool quoted = false, found = strncasecmp(p, name, len) == 0 &&
		    p[len] == '=';

		for (; *end != '\0' && (quoted || *end != ';'); end++)
			quoted = *end == '"' ? !quoted : quoted;
		if (found) {
			p += len + 1;
			if (*p == '"' && end > p + 1)
				return arena_strndup(r->arena, p + 1,
				    (size_t)(end - p) - 2);
			return arena_strndup(r->arena, p, (size_t)(end - p));
		}
		p = *end == ';' ? end + 1 : end;
	}
	return NULL;
}

/* A TEXT on one line, its escapes undone. */
static const char *
plain(struct ical_reader *r, const char *s)
{
	struct buf raw = BUF_INIT, clean = BUF_INIT;
	const char *out;

	for (; *s != '\0'; s++) {
		if (*s == '\\' && s[1] != '\0') {
			s++;
			buf_addc(&raw, *s == 'n' || *s == 'N' ? ' ' : *s);
		} else
			buf_addc(&raw, *s);
	}
	utf8_clean_line(&clean, raw.data, raw.len);
	out = arena_strndup(r->arena, clean.data, clean.len);
	buf_free(&raw);
	buf_free(&clean);
	return out;
}

/* -- values ----------------------------------------------------------- */

static bool
digits(const char **s, int n, int *out)
{
	*out = 0;
	for (; n > 0; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return false;
		*out = *out * 10 + (**s - '0');
	}
	return true;
}

int64_t
ical_moment(const struct zone *z, int64_t local)
{
	int64_t at = zone_utc(z, local, false);

	return zone_local(z, at) == local ? at :
	    local - zone_offset(z, at - 1);
}

bool
ical_when_read(struct ical_reader *r, const char **s, const struct zone *z,
    struct ical_when *w)
{
	int year, month, day, hour, minute, second;

	if (!digits(s, 4, &year) || !digits(s, 2, &month) ||
	    !digits(s, 2, &day) || year < 1 || month < 1 || month > 12 ||
	    day < 1 || day > days_in_month(year, month))
		return false;
	*w = (struct ical_when){ .date = true,
		.day = days_from_civil(year, month, day) };
	w->at = w->day * ICAL_DAY;
	if (**s != 'T')
		return true;
	(*s)++;
	if (!digits(s, 2, &hour) || !digits(s, 2, &minute) ||
	    !digits(s, 2, &second) || hour > 23 || minute > 59 || second > 60)
		return false;
	w->date = false;
	w->clock = hour * 3600 + minute * 60 + (second < 60 ? second : 59);
	if (**s == 'Z') {
		(*s)++;
		if (zone_load(&z, "UTC", r->err) < 0)
			return false;
	}
	w->zone = z;
	w->at = ical_moment(z, w->day * ICAL_DAY + w->clock);
	return true;
}

/*
 * The zone of TZID. Some programs put a path of their own before the name:
 * "/example.org/20050126/Europe/Berlin".
 */
static int
read_zone(struct ical_reader *r, const struct ical_content *l,
    const struct zone **z)
{
	const char *name = parameter(r, l, "TZID"), *part = name;
	struct err why = { 0 };

	*z = r->zone;
	while (part != NULL && *part != '\0') {
		err_clear(&why);
		if (*part != '/' && zone_load(z, part, &why) == 0)
			return 0;
		part = strchr(part + 1, '/');
		part += part != NULL;
	}
	return name == NULL || ical_zone_find(r, name, z) ? 0 :
	    err_set(r->err, ERR_INPUT, "%s:%d: unknown time zone '%s'",
	    r->name, r->line, name);
}

static int
read_one(struct ical_reader *r, const struct ical_content *l,
    struct ical_when *w)
{
	const struct zone *z;
	const char *s = l->value, *kind = parameter(r, l, "VALUE");

	if (read_zone(r, l, &z) < 0)
		return -1;
	if (!ical_when_read(r, &s, z, w) || *s != '\0' || (kind != NULL &&
	    strcasecmp(kind, "DATE") == 0 && !w->date))
		return err_set(r->err, ERR_INPUT, "%s:%d: '%.40s' is no date "
		    "or time", r->name, r->line, l->value);
	return 0;
}

/* "P1D", "PT1H30M", "P2W" at the front, in seconds; -1 for no such thing. */
static int64_t
read_duration(const char **s)
{
	static const struct { char name; int64_t seconds; bool time; } units[] =
	    { { 'W', 7 * 86400, false }, { 'D', 86400, false },
	    { 'H', 3600, true }, { 'M', 60, true }, { 'S', 1, true } };
	int64_t sum = 0;
	bool time = false, any = false;
	size_t u = 0;

	*s += **s == '+';
	if (*(*s)++ != 'P')
		return -1;
	while (**s != '\0' && **s != ',') {
		int64_t n = 0;

		if (**s == 'T' && !time) {
			time = true;
			(*s)++;
		}
		if (**s < '0' || **s > '9')
			return -1;
		for (; **s >= '0' && **s <= '9'; (*s)++)
			n = n < 1000000000 ? n * 10 + (**s - '0') : n;
		for (; u < 5 && (units[u].name != **s ||
		    units[u].time != time); u++)
			;
		if (u == 5)
			return -1;
		sum += n * units[u++].seconds;
		(*s)++;
		any = true;
	}
	return any ? sum : -1;
}

/* A list of times, or of periods: of those, the start and how long. */
static int
read_moments(struct ical_reader *r, const struct ical_content *l,
    struct ical_moments *m)
{
	const struct zone *z;
	const char *s = l->value;

	if (read_zone(r, l, &z) < 0)
		return -1;
	for (;; s++) {
		struct ical_when w, end;
		int64_t length = -1;

		if (!ical_when_read(r, &s, z, &w))
			break;
		if (*s == '/') {
			s++;
			if (*s == 'P' || *s == '+')
				length = read_duration(&s);
			else if (ical_when_read(r, &s, z, &end))
				length = end.at - w.at;
			if (length < 0)
				break;
		}
		if (m->n == m->room) {
			size_t room = m->room > 0 ? 2 * m->room : 4;
			struct ical_when *of = arena_alloc(r->arena,
			    room * sizeof(*of));
			int64_t *lengths = arena_alloc(r->arena,
			    room * sizeof(*lengths));

			if (m->n > 0) {
				memcpy(of, m->of, m->n * sizeof(*of));
				memcpy(lengths, m->length,
				    m->n * sizeof(*lengths));
			}
			m->of = of;
			m->length = lengths;
			m->room = room;
		}
		m->of[m->n] = w;
		m->length[m->n++] = length;
		if (*s == '\0')
			return 0;
		if (*s != ',')
			break;
	}
	return err_set(r->err, ERR_INPUT, "%s:%d: '%.40s' is no list of dates "
	    "or times", r->name, r->line, l->value);
}

/* -- events ----------------------------------------------------------- */

static int
property(struct ical_reader *r, const struct ical_content *l,
    struct ical_event *x)
{
	const char *v = l->value;

	if (strcasecmp(l->name, "DTSTART") == 0) {
		x->has_start = true;
		return read_one(r, l, &x->start);
	}
	if (strcasecmp(l->name, "DTEND") == 0) {
		x->has_end = true;
		return read_one(r, l, &x->end);
	}
	if (strcasecmp(l->name, "DURATION") == 0) {
		x->duration = read_duration(&v);
		return x->duration < 0 || *v != '\0' ? ical_bad(r, r->line,
		    "DURATION is no duration such as P1D or PT2H") : 0;
	}
	if (strcasecmp(l->name, "RECURRENCE-ID") == 0) {
		if (parameter(r, l, "RANGE") != NULL)
			return ical_bad(r, r->line, "RECURRENCE-ID with RANGE "
			    "is not understood");
		x->has_instead = true;
		return read_one(r, l, &x->instead);
	}
	if (strcasecmp(l->name, "RRULE") == 0) {
		if (x->rule != NULL)
			return ical_bad(r, r->line, "a second RRULE");
		x->rule = arena_strdup(r->arena, v);
		x->rule_line = r->line;
	} else if (strcasecmp(l->name, "EXRULE") == 0)
		return ical_bad(r, r->line, "EXRULE is not understood");
	else if (strcasecmp(l->name, "EXDATE") == 0)
		return read_moments(r, l, &x->except);
	else if (strcasecmp(l->name, "RDATE") == 0)
		return read_moments(r, l, &x->also);
	else if (strcasecmp(l->name, "UID") == 0)
		x->uid = arena_strdup(r->arena, v);
	else if (strcasecmp(l->name, "SUMMARY") == 0)
		x->span.name = plain(r, v);
	else if ((strcasecmp(l->name, "CATEGORIES") == 0 ||
	    strcasecmp(l->name, "DESCRIPTION") == 0) &&
	    strlen(x->span.text) < TEXT_MOST)
		x->span.text = arena_printf(r->arena, "%s%s ", x->span.text,
		    plain(r, v));
	else if (strcasecmp(l->name, "STATUS") == 0)
		x->cancelled = strcasecmp(v, "CANCELLED") == 0;
	else if (strcasecmp(l->name, "TRANSP") == 0)
		x->span.transparent = strcasecmp(v, "TRANSPARENT") == 0;
	return 0;
}

static void
begin_event(struct ical_reader *r)
{
	if (r->events == r->room) {
		r->room = r->room > 0 ? 2 * r->room : 64;
		r->event = xreallocarray(r->event, r->room, sizeof(*r->event));
	}
	r->event[r->events++] = (struct ical_event){ .line = r->line, .uid = "",
		.duration = -1, .span = { .name = "", .text = "" } };
	r->inside = r->depth;
}

static int
end_event(struct ical_reader *r)
{
	struct ical_event *x = &r->event[r->events - 1];

	r->inside = 0;
	if (!x->has_start)
		return ical_bad(r, x->line, "an event without DTSTART");
	if (x->has_end && x->end.date != x->start.date)
		return ical_bad(r, x->line,
		    "DTSTART and DTEND are not of a kind");
	if (x->has_end)
		x->duration = x->end.at - x->start.at;
	else if (x->duration < 0)
		x->duration = x->start.date ? ICAL_DAY : 0;
	/* Some programs end a day on itself. */
	if (x->start.date && x->duration < ICAL_DAY && x->duration >= 0)
		x->duration = ICAL_DAY;
	if (x->duration < 0)
		return ical_bad(r, x->line, "an event ends before it begins");
	if (x->duration > ICAL_LONGEST * ICAL_DAY)
		return ical_bad(r, x->line, "an event is longer than a year");
	return 0;
}

static int
component(struct ical_reader *r, const struct ical_content *l)
{
	bool begins = strcasecmp(l->name, "BEGIN") == 0;

	if (begins) {
		if (r->depth == 0 && strcasecmp(l->value, "VCALENDAR") != 0)
			return ical_bad(r, r->line, "not an iCalendar file");
		if (++r->depth > 16)
			return ical_bad(r, r->line, "components lie too deep");
		r->any = true;
		if (r->inside == 0 && strcasecmp(l->value, "VEVENT") == 0)
			begin_event(r);
		return 0;
	}
	if (r->depth == 0)
		return ical_bad(r, r->line, "END without BEGIN");
	if (r->inside == r->depth && end_event(r) < 0)
		return -1;
	r->depth--;
	return 0;
}

int
ical_events(struct ical_reader *r)
{
	struct buf b = BUF_INIT;
	int rc = 0;

	if (r->len >= 3 && memcmp(r->text, "\xef\xbb\xbf", 3) == 0)
		r->pos = 3;
	r->next_line = 1;
	while (rc == 0 && ical_next_line(r, &b)) {
		struct ical_content l;

		if (*b.data == '\0')
			continue;
		if (memchr(b.data, '\0', b.len) != NULL ||
		    !ical_cut(b.data, &l))
			rc = ical_bad(r, r->line, r->depth > 0 ?
			    "not a line of an iCalendar file" :
			    "not an iCalendar file");
		else if (strcasecmp(l.name, "BEGIN") == 0 ||
		    strcasecmp(l.name, "END") == 0)
			rc = component(r, &l);
		else if (r->depth == 0)
			rc = ical_bad(r, r->line, "not an iCalendar file");
		else if (r->inside == r->depth)
			rc = property(r, &l, &r->event[r->events - 1]);
	}
	if (rc == 0 && (r->depth > 0 || !r->any))
		rc = ical_bad(r, r->line > 0 ? r->line : 1, r->any ?
		    "the file ends within a component" :
		    "not an iCalendar file");
	buf_free(&b);
	return rc;
}
