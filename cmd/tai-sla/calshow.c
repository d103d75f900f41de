/* tai-sla calendar: when it is open, and what it is made of. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"

#define NEVER(t)	((t) <= TIME_MIN || (t) >= TIME_MAX)

/* -- at, next, previous ----------------------------------------------- */

static void
field(struct cmd *c, const struct sum *s, struct writer *w, const char *name,
    int64_t at)
{
	if (NEVER(at))
		return;
	if (c->form == FORM_JSON) {
		w_field_time(w, name, at);
		return;
	}
	buf_printf(&c->out, "%s\t", name);
	cal_add_moment(c, s, at);
}

static int
start(struct cmd *c, const struct sum *s, const char *text, int64_t *at,
    struct writer *w, struct err *e)
{
	if (cal_moment(c, s, text != NULL ? text : "now", at, e) < 0)
		return -1;
	if (c->form == FORM_JSON) {
		cal_begin(c, s, w);
		w_field_time(w, "at", *at);
	}
	return 0;
}

static void
finish(struct cmd *c, struct writer *w)
{
	if (c->form == FORM_JSON)
		cal_end(c, w);
}

int
cal_at(struct cmd *c, const struct sum *s, const char *a, const char *b,
    struct err *e)
{
	int64_t at, open, close, since = TIME_MIN, until = TIME_MAX;
	struct buf why = BUF_INIT;
	struct writer w;
	bool is_open;

	(void)b;
	if (start(c, s, a, &at, &w, e) < 0)
		return -1;
	is_open = calendar_window(s->calendar, at, &open, &close) &&
	    open <= at;
	if (is_open) {
		since = open;
		until = close;
	} else {
		if (calendar_window(s->calendar, at, &open, &close))
			until = open;
		if (calendar_before(s->calendar, at, &open, &close))
			since = close;
		calendar_reason(s->calendar, at, at + 1, &why);
	}
	if (c->form == FORM_JSON)
		w_field_str(&w, "state", is_open ? "open" : "closed");
	else
		buf_printf(&c->out, "state\t%s\n", is_open ? "open" : "closed");
	field(c, s, &w, "since", since);
	field(c, s, &w, "until", until);
	if (!is_open && c->form == FORM_JSON)
		w_field_str(&w, "why", why.data);
	else if (!is_open)
		buf_printf(&c->out, "why\t%s\n", why.data);
	finish(c, &w);
	buf_free(&why);
	return !is_open;
}

int
cal_next(struct cmd *c, const struct sum *s, const char *a, const char *b,
    struct err *e)
{
	int64_t at, open, close, opens = TIME_MAX, closes = TIME_MAX;
	struct writer w;

	(void)b;
	if (start(c, s, a, &at, &w, e) < 0)
		return -1;
	if (calendar_window(s->calendar, at, &open, &close)) {
		closes = close;
		if (open > at)
			opens = open;
		else if (!NEVER(close) && calendar_window(s->calendar, close,
		    &open, &close))
			opens = open;
	}
	field(c, s, &w, "opens", opens);
	field(c, s, &w, "closes", closes);
	finish(c, &w);
	return 0;
}

int
cal_previous(struct cmd *c, const struct sum *s, const char *a, const char *b,
    struct err *e)
{
	int64_t at, open, close, opened = TIME_MIN, closed = TIME_MIN;
	struct writer w;

	(void)b;
	if (start(c, s, a, &at, &w, e) < 0)
		return -1;
	if (calendar_before(s->calendar, at, &open, &close)) {
		opened = open;
		if (close < at)
			closed = close;
		else if (!NEVER(open) && calendar_before(s->calendar, open,
		    &open, &close))
			closed = close;
	}
	field(c, s, &w, "opened", opened);
	field(c, s, &w, "closed", closed);
	finish(c, &w);
	return 0;
}

/* -- lists ------------------------------------------------------------ */

static void
print(struct cmd *c, struct table *t)
{
	if (c->form != FORM_JSON && cmd_form(c) != FORM_JSON)
		cmd_table(c, t);
	table_free(t);
}

int
cal_list(struct cmd *c, const struct sum *s, const char *a, const char *b,
    struct err *e)
{
	static const struct column columns[] = {
		{ .title = "OPENS" }, { .title = "CLOSES" },
		{ .title = "LENGTH", .right = true },
	};
	struct table *t;
	int64_t from, to, open, close;
	char text[TIME_TEXT];
	struct writer w;

	if (cal_moment(c, s, a, &from, e) < 0 ||
	    cal_moment(c, s, b, &to, e) < 0)
		return -1;
	t = table_new(columns, sizeof(columns) / sizeof(*columns));
	for (; from < to && calendar_window(s->calendar, from, &open, &close);
	    from = close) {
		open = open > from ? open : from;
		close = close < to ? close : to;
		if (open >= to)
			break;
		if (cmd_form(c) == FORM_JSON) {
			w_begin(&w, &c->out);
			w_open(&w, '{');
			w_field_time(&w, "from", open);
			w_field_time(&w, "to", close);
			w_field_int(&w, "seconds", close - open);
			cal_end(c, &w);
			continue;
		}
		table_cell(t, local_time(s->zone, open, &c->arena));
		table_cell(t, local_time(s->zone, close, &c->arena));
		table_cell(t, duration_exact(close - open, text));
	}
	print(c, t);
	return 0;
}

static const char *
weekday(int64_t day)
{
	static const char *const names[] = { "Sun", "Mon", "Tue", "Wed",
		"Thu", "Fri", "Sat" };

	return names[((day + 4) % 7 + 7) % 7];
}

static const char *
date_text(struct cmd *c, int64_t day)
{
	struct civil d = civil_from_seconds(day * 86400);

	return arena_printf(&c->arena, "%04d-%02d-%02d", (int)d.year, d.month,
	    d.day);
}

static void
day_row(struct cmd *c, const struct sum *s, int64_t day, struct table *t)
{
	int64_t from = zone_day(s->zone, day), to = zone_day(s->zone, day + 1);
	int64_t n = calendar_between(s->calendar, from, to);
	bool opens = calendar_opens_on(s->calendar, day);
	struct buf why = BUF_INIT;
	char text[TIME_TEXT];
	struct writer w;

	if (to > from && !opens)
		calendar_reason(s->calendar, from, to, &why);
	else if (to == from)
		buf_adds(&why, "no such day in its zone");
	if (cmd_form(c) == FORM_JSON) {
		w_begin(&w, &c->out);
		w_open(&w, '{');
		w_field_str(&w, "date", date_text(c, day));
		w_field_str(&w, "weekday", weekday(day));
		w_field_bool(&w, "opens", opens);
		w_field_int(&w, "seconds", n);
		w_field_str(&w, "why", why.len > 0 ? why.data : NULL);
		cal_end(c, &w);
	} else {
		table_cell(t, date_text(c, day));
		table_cell(t, weekday(day));
		table_cell(t, duration_exact(n, text));
		table_cell(t, why.data);
		if (n == 0)
			table_mark(t, MARK_FAINT);
	}
	buf_free(&why);
}

int
cal_days(struct cmd *c, const struct sum *s, const char *a, const char *b,
    struct err *e)
{
	static const struct column columns[] = {
		{ .title = "DATE" }, { .title = "DAY" },
		{ .title = "OPEN", .right = true },
		{ .title = "WHY", .shrink = true },
	};
	struct table *t;
	int64_t from, to;

	if (cal_moment(c, s, a, &from, e) < 0 ||
	    cal_moment(c, s, b, &to, e) < 0)
		return -1;
	from = calendar_date(s->calendar, from);
	to = calendar_date(s->calendar, to);
	if (to - from > 366000)
		return err_set(e, ERR_USAGE, "more than a thousand years");
	t = table_new(columns, sizeof(columns) / sizeof(*columns));
	for (; from < to; from++)
		day_row(c, s, from, t);
	print(c, t);
	return 0;
}

/* -- show ------------------------------------------------------------- */

static int
year_of(const struct cmd *c, const struct sum *s, const char *text,
    int64_t *year, struct err *e)
{
	char *end;

	*year = civil_from_seconds(calendar_local(s->calendar, c->now)).year;
	if (text == NULL)
		return 0;
	*year = strtoll(text, &end, 10);
	if (*end != '\0' || *year < 1900 || *year > 2200)
		return err_set(e, ERR_USAGE, "'%s' is not a year from 1900 "
		    "to 2200", text);
	return 0;
}

int
cal_show(struct cmd *c, const struct sum *s, const char *a, const char *b,
    struct err *e)
{
	const struct calendar *cal = s->calendar;
	const char *names[366];
	int64_t day[366], year, open;
	char text[TIME_TEXT];
	struct writer w;
	size_t n;

	(void)b;
	if (year_of(c, s, a, &year, e) < 0)
		return -1;
	open = calendar_between(cal, zone_day(s->zone, days_from_civil(year, 1,
	    1)), zone_day(s->zone, days_from_civil(year + 1, 1, 1)));
	n = calendar_holidays(cal, year, day, names, 366);
	if (c->form == FORM_JSON) {
		cal_begin(c, s, &w);
		w_field_str(&w, "zone", calendar_zone(cal));
		w_field_int(&w, "business_day", calendar_day(cal));
		w_field_int(&w, "year", year);
		w_field_int(&w, "seconds", open);
		w_key(&w, "closed");
		w_open(&w, '[');
		for (size_t i = 0; i < n; i++) {
			w_open(&w, '{');
			w_field_str(&w, "date", date_text(c, day[i]));
			w_field_str(&w, "why", names[i]);
			w_close(&w, '}');
		}
		w_close(&w, ']');
		cal_end(c, &w);
		return 0;
	}
	buf_printf(&c->out, "calendar\t%s\nzone\t%s\nbusiness day\t%s\n",
	    calendar_name(cal), calendar_zone(cal),
	    duration_exact(calendar_day(cal), text));
	buf_printf(&c->out, "open in %" PRId64 "\t%s\n", year,
	    duration_exact(open, text));
	for (size_t i = 0; i < n; i++)
		buf_printf(&c->out, "closed\t%s %s\t%s\n",
		    date_text(c, day[i]), weekday(day[i]), names[i]);
	return 0;
}

int
cal_all(struct cmd *c)
{
	static const struct column columns[] = {
		{ .title = "CALENDAR" }, { .title = "ZONE", .shrink = true },
		{ .title = "BUSINESS DAY", .right = true },
	};
	struct table *t = table_new(columns, sizeof(columns) /
	    sizeof(*columns));
	const struct calendar *cal;
	char text[TIME_TEXT];
	struct writer w;

	for (size_t i = 0; (cal = calendar_next(c->calendars, i)) != NULL;
	    i++) {
		if (cmd_form(c) == FORM_JSON) {
			w_begin(&w, &c->out);
			w_open(&w, '{');
			w_field_str(&w, "calendar", calendar_name(cal));
			w_field_str(&w, "zone", calendar_zone(cal));
			w_field_int(&w, "business_day", calendar_day(cal));
			cal_end(c, &w);
			continue;
		}
		table_cell(t, calendar_name(cal));
		table_cell(t, calendar_zone(cal));
		table_cell(t, duration_exact(calendar_day(cal), text));
	}
	print(c, t);
	return 0;
}
