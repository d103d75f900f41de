/* tai-sla calendar: arithmetic on any calendar. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "calendar.h"
#include "format/said.h"

enum { OPT_CALENDARS = OPT_OWN, OPT_ROLL, OPT_DAYS, OPT_COUNT, OPT_EXPLAIN };
const struct option calendar_options[] = {
	{ "calendars", required_argument, NULL, OPT_CALENDARS },
	{ "roll", optional_argument, NULL, OPT_ROLL },
	{ "days", no_argument, NULL, OPT_DAYS },
	{ "count", required_argument, NULL, OPT_COUNT },
	{ "explain", no_argument, NULL, OPT_EXPLAIN },
	{ 0 }
};

static struct {
	const char *calendars;
	struct sum sum;
} given = { NULL, { .first = true } };

static int
set_roll(struct sum *s, const char *where, struct err *e)
{
	static const char *const names[] = { "no", "end", "start", "close" };

	for (int i = 0; where != NULL && i < 4; i++) {
		if (strcmp(names[i], where) != 0)
			continue;
		s->roll = (enum roll)i;
		return 0;
	}
	if (where != NULL)
		return err_set(e, ERR_USAGE, "--roll is end, start, close or "
		    "no, not '%s'", where);
	s->roll = ROLL_END;
	return 0;
}

/* Which of the two dates count, of days: without it [first, last). */
static int
set_count(struct sum *s, const char *ends, struct err *e)
{
	s->days = true;
	s->first = strcmp(ends, "first") == 0 || strcmp(ends, "both") == 0;
	s->last = strcmp(ends, "last") == 0 || strcmp(ends, "both") == 0;
	if (s->first || s->last || strcmp(ends, "neither") == 0)
		return 0;
	return err_set(e, ERR_USAGE, "--count is first, last, both or "
	    "neither, not '%s'", ends);
}

int
calendar_option(struct cmd *c, int o, const char *value, struct err *e)
{
	switch (o) {
	case OPT_EXPLAIN: c->verbose = true; break;
	case OPT_CALENDARS: given.calendars = value; break;
	case OPT_ROLL: return set_roll(&given.sum, value, e);
	case OPT_COUNT: return set_count(&given.sum, value, e);
	default: given.sum.days = true; break;
	}
	return 0;
}

/* What calendars cover, and the days around it of which zones make others. */
#define FIRST_MOMENT	(days_from_civil(1900, 1, 1) * 86400 - 86400)
#define END_MOMENT	(days_from_civil(2201, 1, 1) * 86400 + 86400)

int
cal_moment(const struct cmd *c, const struct sum *s, const char *text,
    int64_t *t, struct err *e)
{
	if (said_moment(text, s->zone, c->now, t) == 0)
		return *t >= FIRST_MOMENT && *t < END_MOMENT ? 0 :
		    err_set(e, ERR_INPUT, "'%s' lies outside of the "
		    "calendar's years, 1900 to 2200", text);
	if (sla_no_zone(text) != NULL)
		return err_set(e, ERR_INPUT, "'%s': '%s' is no zone such as "
		    "Europe/Berlin", text, sla_no_zone(text));
	return err_set(e, ERR_INPUT, "'%s' is not a time such as "
	    "2026-03-02T10:00:00-08:00, 2026-03-02T10:00 or 'monday 9am'",
	    text);
}

void
cal_begin(struct cmd *c, const struct sum *s, struct writer *w)
{
	w_begin(w, &c->out);
	w_open(w, '{');
	w_field_str(w, "calendar", calendar_name(s->calendar));
}

void
cal_end(struct cmd *c, struct writer *w)
{
	w_close(w, '}');
	buf_addc(&c->out, '\n');
}

void
cal_add_moment(struct cmd *c, const struct sum *s, int64_t at)
{
	char text[TIME_TEXT];

	buf_printf(&c->out, "%s\t%s\n", time_format(at, text),
	    local_time(s->zone, at, &c->arena));
}

void
cal_windows(struct cmd *c, const struct sum *s, int64_t from, int64_t to,
    struct writer *w)
{
	int64_t open, close;
	char text[TIME_TEXT];

	if (w != NULL) {
		w_key(w, "windows");
		w_open(w, '[');
	}
	for (; from < to && calendar_window(s->calendar, from, &open, &close);
	    from = close) {
		open = open > from ? open : from;
		close = close < to ? close : to;
		if (open >= to)
			break;
		if (w != NULL) {
			w_open(w, '{');
			w_field_time(w, "from", open);
			w_field_time(w, "to", close);
			w_field_int(w, "seconds", close - open);
			w_close(w, '}');
			continue;
		}
		buf_printf(&c->out, "\t%s\t%s\t", local_time(s->zone, open,
		    &c->arena), local_time(s->zone, close, &c->arena));
		buf_printf(&c->out, "%s\n", duration_exact(close - open, text));
	}
	if (w != NULL)
		w_close(w, ']');
}

/* -- sums ------------------------------------------------------------- */

/* Where a sum may end: forward in a window, backward in one or at its end. */
static int64_t
roll(const struct sum *s, int64_t at, bool back)
{
	int64_t open, close;

	if (!back)
		return !calendar_window(s->calendar, at, &open, &close) ?
		    TIME_MAX : open > at ? open : at;
	return !calendar_before(s->calendar, at, &open, &close) ? TIME_MIN :
	    close < at ? close : at;
}

/* "-2bd", "+30m", "3d": a sign and a duration. */
static int
amount(const char *text, struct duration *d, bool *back, struct err *e)
{
	const char *s = text + (*text == '-' || *text == '+');

	if (duration_parse_mixed(s, d) < 0)
		return err_set(e, ERR_INPUT, "'%s' is not a duration such as "
		    "30m, 4h, 2bd or 3d", text);
	if (*text == '-')
		*back = !*back;
	return 0;
}

/* Days first, then open time; backwards the same of each. */
static int64_t
sum(const struct sum *s, int64_t at, const struct duration *d, bool back)
{
	int64_t open = d->seconds;

	if (s->roll == ROLL_START)
		at = roll(s, at, false);
	if (d->unit == DURATION_DAYS)
		at = calendar_add_days(s->calendar, at, back ? -d->amount :
		    d->amount);
	else
		open += d->unit == DURATION_SECONDS ? d->amount : d->amount *
		    calendar_day_at(s->calendar, at);
	if (at >= TIME_MAX || at <= TIME_MIN)
		return at;
	if (open > 0)
		at = back ? calendar_subtract(s->calendar, at, open) :
		    calendar_add(s->calendar, at, open);
	if (at >= TIME_MAX || at <= TIME_MIN)
		return at;
	return s->roll == ROLL_END ? roll(s, at, back) : s->roll ==
	    ROLL_CLOSE ? calendar_day_close(s->calendar, at) : at;
}

static int
add(struct cmd *c, const struct sum *s, const char *a, const char *b,
    bool back, struct err *e)
{
	const char *what = back ? "subtracting" : "adding";
	struct duration d;
	int64_t start, end;
	struct writer w;

	if (cal_moment(c, s, a, &start, e) < 0 || amount(b, &d, &back, e) < 0)
		return -1;
	end = sum(s, start, &d, back);
	if (end >= TIME_MAX || end <= TIME_MIN)
		return err_set(e, ERR_INPUT, "%s %s from %s leaves the "
		    "calendar's years", what, b, a);
	if (c->form != FORM_JSON) {
		cal_add_moment(c, s, end);
		if (c->verbose)
			cal_windows(c, s, back ? end : start, back ? start :
			    end, NULL);
		return 0;
	}
	cal_begin(c, s, &w);
	w_field_time(&w, "start", start);
	w_field_str(&w, "amount", b);
	w_field_time(&w, "result", end);
	w_field_str(&w, "local", local_time(s->zone, end, &c->arena));
	if (c->verbose)
		cal_windows(c, s, back ? end : start, back ? start : end, &w);
	cal_end(c, &w);
	return 0;
}

static int
forward(struct cmd *c, const struct sum *s, const char *a, const char *b,
    struct err *e)
{
	return add(c, s, a, b, false, e);
}

static int
backward(struct cmd *c, const struct sum *s, const char *a, const char *b,
    struct err *e)
{
	return add(c, s, a, b, true, e);
}

static int64_t
days(const struct sum *s, int64_t first, int64_t last)
{
	int64_t from = calendar_date(s->calendar, first);
	int64_t to = calendar_date(s->calendar, last);

	return calendar_days(s->calendar, s->first ? from : from + 1,
	    s->last ? to + 1 : to);
}

static int
between(struct cmd *c, const struct sum *s, const char *a, const char *b,
    struct err *e)
{
	int64_t from, to, first, last, n, sign;
	char text[TIME_TEXT];
	struct writer w;

	if (cal_moment(c, s, a, &from, e) < 0 ||
	    cal_moment(c, s, b, &to, e) < 0)
		return -1;
	sign = to < from ? -1 : 1;
	first = sign < 0 ? to : from;
	last = sign < 0 ? from : to;
	n = sign * (s->days ? days(s, first, last) :
	    calendar_between(s->calendar, first, last));
	if (c->form == FORM_JSON) {
		cal_begin(c, s, &w);
		w_field_time(&w, "from", from);
		w_field_time(&w, "to", to);
		w_field_int(&w, s->days ? "days" : "seconds", n);
		if (c->verbose)
			cal_windows(c, s, first, last, &w);
		cal_end(c, &w);
		return 0;
	}
	buf_printf(&c->out, "%" PRId64 "%s%s\n", n, s->days ? "" : "\t",
	    s->days ? "" : duration_exact(n, text));
	if (c->verbose)
		cal_windows(c, s, first, last, NULL);
	return 0;
}

/* -- the command line ------------------------------------------------- */

static const struct what {
	const char *name;
	int (*run)(struct cmd *, const struct sum *, const char *,
	    const char *, struct err *);
	int least, most;	/* words */
	bool lines;		/* none: lines of standard input */
} whats[] = {
	{ "add", forward, 2, 2, true },
	{ "subtract", backward, 2, 2, true },
	{ "between", between, 2, 2, true },
	{ "at", cal_at, 0, 1, false },
	{ "next", cal_next, 0, 1, false },
	{ "previous", cal_previous, 0, 1, false },
	{ "windows", cal_list, 2, 2, false },
	{ "days", cal_days, 2, 2, false },
	{ "show", cal_show, 0, 1, false },
};

/* Whether a line may be cut there: a time, and what the verb has behind it. */
static bool
fits(const struct cmd *c, const struct sum *s, const struct what *what,
    const char *first, const char *second)
{
	struct duration d;
	bool back = false;
	int64_t t;

	return said_moment(first, s->zone, c->now, &t) == 0 &&
	    (what->run == between ? said_moment(second, s->zone, c->now,
	    &t) == 0 : amount(second, &d, &back, &(struct err){ 0 }) == 0);
}

/* Words with blanks in them ("monday 9am 4h"), if one cut makes sense. */
static int
cut(const struct cmd *c, const struct sum *s, const struct what *what,
    char *line, const char *word[2])
{
	char *at = NULL;

	for (char *p = line; (p = strchr(p, ' ')) != NULL; p++) {
		bool good;

		if (p[1] == ' ')
			continue;
		*p = '\0';
		good = fits(c, s, what, line, p + 1);
		*p = ' ';
		if (good && at != NULL)
			return -1;
		if (good)
			at = p;
	}
	if (at == NULL)
		return -1;
	*at = '\0';
	word[0] = line;
	word[1] = at + 1;
	return 0;
}

static int
count_words(const char *s)
{
	int n = 0;

	for (s += strspn(s, " "); *s != '\0'; s += strspn(s, " ")) {
		s += strcspn(s, " ");
		n++;
	}
	return n;
}

/* The word or two of a line, between tabs, or spaces when there are none. */
static int
words(const struct cmd *c, const struct sum *sum, const struct what *what,
    char *line, const char *word[2])
{
	const char *gaps = strchr(line, '\t') != NULL || what->most == 1 ?
	    "\t" : " ";
	char *save, *s;
	int n = 0;

	if (*gaps == ' ' && count_words(line) > 2)
		return cut(c, sum, what, line + strspn(line, " "), word);
	for (s = strtok_r(line, gaps, &save); s != NULL;
	    s = strtok_r(NULL, gaps, &save)) {
		if (n == 2)
			return -1;
		word[n++] = s;
	}
	return n >= (what->least > 0 ? what->least : 1) && n <= what->most ?
	    0 : -1;
}

static int
answer_lines(struct cmd *c, const struct sum *s, const struct what *what,
    struct err *e)
{
	struct line_reader in;
	char *line;
	size_t len;
	int rc = 0;

	line_open(&in, STDIN_FILENO, "stdin", 4096);
	while (rc == 0) {
		struct err bad = { 0 };
		enum line_got got = line_next(&in, &line, &len, &bad);
		const char *word[2] = { NULL, NULL }, *copy;

		if (got == LINE_END)
			break;
		if (got == LINE_ERROR) {
			*e = bad;
			rc = -1;
			break;
		}
		copy = arena_strndup(&c->arena, line, len);
		if (got == LINE_LONG || words(c, s, what, line,
		    word) < 0)
			err_set(&bad, ERR_INPUT, what->most == 1 ?
			    "not one word" : "not two words");
		else
			what->run(c, s, word[0], word[1], &bad);
		if (bad.kind == ERR_NONE)
			continue;
		/* Answers stand beside their lines. */
		if (c->form != FORM_JSON)
			buf_addc(&c->out, '\n');
		reject_line(&c->reject, "stdin", in.line, bad.text,
			    copy, len);
	}
	line_close(&in);
	return rc;
}

/* Those that there are, for who named another. */
static const char *
calendar_names(struct cmd *c)
{
	const struct calendar *cal;
	const char *all = "";

	for (size_t i = 0; (cal = calendar_next(c->calendars, i)) != NULL; i++)
		all = arena_printf(&c->arena, "%s%s%s", all, i > 0 ? ", " : "",
		    calendar_name(cal));
	return all;
}

int
sla_calendar(struct cmd *c, struct err *e)
{
	const char *name = c->argc > 0 ? c->argv[0] : "";
	struct sum s = given.sum;
	const struct what *what = whats;
	const char *const *word;
	int n = c->argc - 2;

	while (what < whats + sizeof(whats) / sizeof(*whats) &&
	    strcmp(what->name, name) != 0)
		what++;
	if (what == whats + sizeof(whats) / sizeof(*whats))
		return err_set(e, ERR_USAGE, "calendar needs add, subtract, "
		    "between, at, next, previous, windows, days or show");
	if (cmd_calendars(c, given.calendars, e) < 0)
		return -1;
	if (n < 0 && strcmp(name, "show") == 0)
		return cal_all(c);
	if (n < 0)
		return err_set(e, ERR_USAGE, "%s needs a calendar", name);
	if ((s.calendar = calendar_find(c->calendars, c->argv[1])) == NULL)
		return err_set(e, ERR_CONFIG, "no calendar '%s': %s",
		    c->argv[1], calendar_names(c));
	if (zone_load(&s.zone, calendar_zone(s.calendar), e) < 0)
		return -1;
	word = (const char *const *)c->argv + 2;
	if ((n == 0 && what->lines) || (n == 1 && strcmp(word[0], "-") == 0))
		return answer_lines(c, &s, what, e);
	if (n < what->least || n > what->most)
		return err_set(e, ERR_USAGE, "%s needs %s", name,
		    what->most == 1 ? "one value at most" : what->lines ?
		    "two values, or lines of two on stdin" : "two times");
	return what->run(c, &s, n > 0 ? word[0] : NULL, n > 1 ? word[1] :
	    NULL, e);
}
