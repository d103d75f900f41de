/* tai-sla calendar: arithmetic on any calendar. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "sla.h"

static int
moment(const char *s, int64_t *t, struct err *e)
{
	if (time_parse(s, t) < 0)
		return err_set(e, ERR_INPUT, "'%s' is not a time such as "
		    "2026-03-02T10:00:00-08:00", s);
	return 0;
}

static int
amount(const struct calendar *cal, const char *s, int64_t *seconds,
    struct err *e)
{
	struct duration d;

	if (duration_parse(s, &d) < 0 || d.unit == DURATION_DAYS)
		return err_set(e, ERR_INPUT, "'%s' is not a duration such as "
		    "30m, 4h or 2bd", s);
	*seconds = d.unit == DURATION_BUSINESS_DAYS ?
	    d.amount * calendar_day(cal) : d.amount;
	return 0;
}

static int
answer(struct cmd *c, const struct calendar *cal, const char *what,
    const char *a, const char *b, struct err *e)
{
	const struct zone *z;
	char text[TIME_TEXT];
	int64_t from = 0, to = 0;

	if (moment(a, &from, e) < 0)
		return -1;
	if (strcmp(what, "between") == 0) {
		if (moment(b, &to, e) < 0)
			return -1;
		to = calendar_between(cal, from, to);
		buf_printf(&c->out, "%" PRId64 "\t%s\n", to,
		    duration_exact(to, text));
		return 0;
	}
	if (amount(cal, b, &to, e) < 0)
		return -1;
	to = strcmp(what, "add") == 0 ? calendar_add(cal, from, to) :
	    calendar_subtract(cal, from, to);
	if (to == TIME_MAX || to == TIME_MIN)
		return err_set(e, ERR_INPUT, "%s %s from %s leaves the "
		    "calendar's years", what, b, a);
	if (zone_load(&z, calendar_zone(cal), e) < 0)
		return -1;
	buf_printf(&c->out, "%s\t%s\n", time_format(to, text),
	    local_time(z, to, &c->arena));
	return 0;
}

/* Lines of stdin, two words each, where the command line has none. */
static int
answer_lines(struct cmd *c, const struct calendar *cal, const char *what,
    struct err *e)
{
	struct line_reader in;
	char *line, *save;
	size_t len;
	int rc = 0;

	line_open(&in, STDIN_FILENO, "stdin", 4096);
	while (rc == 0) {
		struct err bad = { 0 };
		enum line_got got = line_next(&in, &line, &len, &bad);
		const char *a, *b;

		if (got == LINE_END)
			break;
		if (got == LINE_ERROR) {
			*e = bad;
			rc = -1;
			break;
		}
		a = strtok_r(line, " \t", &save);
		b = a != NULL ? strtok_r(NULL, " \t", &save) : NULL;
		if (got == LINE_LONG || b == NULL ||
		    strtok_r(NULL, " \t", &save) != NULL)
			err_set(&bad, ERR_INPUT, "not two words");
		else
			answer(c, cal, what, a, b, &bad);
		if (bad.kind != ERR_NONE)
			reject_line(&c->reject, "stdin", in.line, bad.text,
			    line, len);
	}
	line_close(&in);
	return rc;
}

static int
show(struct cmd *c, const struct calendar *cal, const char *year_text,
    struct err *e)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	const char *names[366];
	int64_t day[366], year = civil_from_seconds(c->now).year;
	const struct zone *z;
	int64_t from, to;
	char text[TIME_TEXT];
	size_t n;

	if (year_text != NULL) {
		char *end;

		year = strtoll(year_text, &end, 10);
		if (*end != '\0' || year < 1990 || year > 2200)
			return err_set(e, ERR_USAGE, "'%s' is not a year "
			    "from 1990 to 2200", year_text);
	}
	if (zone_load(&z, calendar_zone(cal), e) < 0)
		return -1;
	from = zone_day(z, days_from_civil(year, 1, 1));
	to = zone_day(z, days_from_civil(year + 1, 1, 1));
	buf_printf(&c->out, "calendar\t%s\nzone\t%s\nbusiness day\t%s\n",
	    calendar_name(cal), calendar_zone(cal),
	    duration_exact(calendar_day(cal), text));
	buf_printf(&c->out, "open in %" PRId64 "\t%s\n", year,
	    duration_exact(calendar_between(cal, from, to), text));
	n = calendar_holidays(cal, year, day, names, 366);
	for (size_t i = 0; i < n; i++) {
		struct civil d = civil_from_seconds(day[i] * 86400);

		buf_printf(&c->out, "closed\t%04d-%02d-%02d %.3s\t%s\n",
		    (int)d.year, d.month, d.day, days + 3 * d.weekday,
		    names[i]);
	}
	return 0;
}

int
sla_calendar(struct cmd *c, struct err *e)
{
	const char *what = c->argc > 0 ? c->argv[0] : "";
	const struct calendar *cal;

	if (strcmp(what, "add") != 0 && strcmp(what, "subtract") != 0 &&
	    strcmp(what, "between") != 0 && strcmp(what, "show") != 0)
		return err_set(e, ERR_USAGE,
		    "calendar needs add, subtract, between or show");
	if (c->argc < 2)
		return err_set(e, ERR_USAGE, "%s needs a calendar", what);
	if ((cal = calendar_find(c->calendars, c->argv[1])) == NULL)
		return err_set(e, ERR_CONFIG, "no calendar '%s'", c->argv[1]);
	if (strcmp(what, "show") == 0)
		return show(c, cal, c->argc > 2 ? c->argv[2] : NULL, e);
	if (c->argc == 2)
		return answer_lines(c, cal, what, e);
	if (c->argc != 4)
		return err_set(e, ERR_USAGE, "%s needs two values, or lines "
		    "of two on stdin", what);
	return answer(c, cal, what, c->argv[2], c->argv[3], e);
}
