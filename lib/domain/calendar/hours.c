/* Hours and weekdays, as people write them. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "domain/calendar/calfile.h"

#define DAY		INT64_C(86400)

static const char *
two_digits(const char *s, int most, int64_t *out)
{
	const char *start = s;

	*out = 0;
	for (; *s >= '0' && *s <= '9' && s - start < 2; s++)
		*out = *out * 10 + (*s - '0');
	return s > start && *out <= most ? s : NULL;
}

/*
 * "09:00", "9:00:30", "0900", "9am", "5:30 pm" at the front; 24:00 only as an
 * end. An hour alone is refused: "9-5" is a night to some.
 */
static bool
time_of_day(const char **s, int64_t *out)
{
	int64_t hour, part[2] = { 0, 0 };
	const char *p = two_digits(*s, 24, &hour), *half;
	int n = 0;

	if (p != NULL && strspn(*s, "0123456789") == 4) {
		p = two_digits(p, 59, &part[0]);
		n = 2;
	}
	for (; p != NULL && n < 2 && *p == ':'; n++)
		p = p[1] == '\0' || p[2] < '0' || p[2] > '9' ? NULL :
		    two_digits(p + 1, 59, &part[n]);
	if (p == NULL)
		return false;
	half = p + strspn(p, " ");
	if (strncasecmp(half, "am", 2) == 0 ||
	    strncasecmp(half, "pm", 2) == 0) {
		if (hour < 1 || hour > 12)
			return false;
		hour = hour % 12 + (*half == 'p' || *half == 'P' ? 12 : 0);
		p = half + 2;
	} else if (n == 0)
		return false;
	*out = hour * 3600 + part[0] * 60 + part[1];
	*s = p;
	return *out <= DAY;
}

/* A dash, an en dash or "to", blanks around it or not. */
static bool
skip_dash(const char **s)
{
	const char *p = *s + strspn(*s, " ");
	size_t len = *p == '-' ? 1 : strncmp(p, "\xe2\x80\x93", 3) == 0 ? 3 :
	    p > *s && strncasecmp(p, "to ", 3) == 0 ? 3 : 0;

	if (len > 0)
		*s = p + len + strspn(p + len, " ");
	return len > 0;
}

/* "09:00-17:00", "9am to 5pm"; 00:00-00:00 is a whole day. */
static bool
read_interval(const char **s, struct interval *i)
{
	if (!time_of_day(s, &i->from) || i->from == DAY || !skip_dash(s) ||
	    !time_of_day(s, &i->to))
		return false;
	if (i->to < i->from || (i->to == 0 && i->from == 0))
		i->to += DAY;
	*s += strspn(*s, " ");
	return i->from != i->to;
}

const char *
hours_text(const struct yaml *y, struct arena *a)
{
	struct buf all = BUF_INIT;
	const char *text;

	if (y->kind != YAML_LIST)
		return y->text == NULL ? "" : strcasecmp(y->text, "off") == 0 ?
		    "closed" : y->text;
	if (y->count == 0)
		return "closed";
	for (y = y->first; y != NULL; y = y->next) {
		if (y->kind == YAML_LIST && y->count == 2 &&
		    y->first->text != NULL && y->first->next->text != NULL)
			buf_printf(&all, "%s-%s", y->first->text,
			    y->first->next->text);
		else
			buf_adds(&all, y->text != NULL ? y->text : "");
		if (y->next != NULL)
			buf_adds(&all, ", ");
	}
	text = arena_strdup(a, all.data);
	buf_free(&all);
	return text;
}

int
hours_parse(const struct yaml *y, const char *text, struct hours *h,
    struct err *e)
{
	const char *s = text;
	int64_t after = 0;

	h->where = y;
	if (strcasecmp(text, "all day") == 0)
		text = s = "00:00-24:00";
	for (;;) {
		struct interval *i = &h->of[h->n];

		if (h->n == INTERVALS)
			return yaml_err(y, e, "over %d intervals in a day",
			    INTERVALS);
		if (!read_interval(&s, i))
			break;
		if (i->from < after)
			return yaml_err(y, e, "hours overlap or are not in "
			    "order: '%s'", text);
		after = i->to;
		h->n++;
		if (*s == '\0')
			return 0;
		if (*s++ != ',')
			break;
		s += strspn(s, " ");
	}
	return yaml_err(y, e, "'%s' is not hours such as 09:00-17:00 or "
	    "09:00-12:00, 13:00-17:00", text);
}

/* "mon", "Monday", "mo", "tues", "thurs" at the front; -1 for anything else. */
static int
weekday(const char **s)
{
	static const char *const others[][7] = {
		{ "su", "mo", "tu", "we", "th", "fr", "sa" },
		{ "", "", "tues", "weds", "thurs", "", "" },
	};
	size_t len = strcspn(*s, "-, \xe2");
	const char *word = *s;

	*s += len;
	for (size_t i = 0; i < 14; i++) {
		const char *other = others[i / 7][i % 7];

		if (len > 0 && len == strlen(other) &&
		    strncasecmp(word, other, len) == 0)
			return (int)(i % 7);
	}
	return weekday_parse(word, len);
}

unsigned
weekdays_parse(const char *s)
{
	unsigned bits = 0;

	if (strcasecmp(s, "weekdays") == 0)
		return 0x3e;
	if (strcasecmp(s, "weekends") == 0)
		return 0x41;
	if (strcasecmp(s, "daily") == 0 || strcasecmp(s, "every day") == 0)
		return 0x7f;
	for (;;) {
		int from = weekday(&s), to = skip_dash(&s) ? weekday(&s) : from;

		if (from < 0 || to < 0)
			return 0;
		for (int d = from;; d = (d + 1) % 7) {
			bits |= 1u << d;
			if (d == to)
				break;
		}
		if (*s == '\0')
			return bits;
		if (*s++ != ',')
			return 0;
		s += strspn(s, " ");
	}
}
