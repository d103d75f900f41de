/* Moments as people say them. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "format/said.h"
#include "format/when.h"

#define DAY	INT64_C(86400)
#define ROOM	80		/* of a text */
#define WORDS	6

static const char *const weekdays[] = { "sunday", "monday", "tuesday",
	"wednesday", "thursday", "friday", "saturday" };

static int
weekday(const char *s)
{
	size_t len = strlen(s);

	for (int i = 0; i < 7; i++) {
		if ((len == 3 || len == strlen(weekdays[i])) &&
		    strncasecmp(weekdays[i], s, len) == 0)
			return i;
	}
	return -1;
}

/* "Jun 7, 2010", "7 June 2010": three words. */
static bool
named_date(char *const *word, int64_t *day)
{
	static const char *const formats[] = { "%b %d, %Y", "%b %d %Y",
		"%d %b %Y" };
	char text[ROOM];
	int64_t at;

	snprintf(text, sizeof(text), "%s %s %s", word[0], word[1], word[2]);
	for (int i = 0; i < 3; i++) {
		if (when_parse(formats[i], text, NULL, &at) < 0)
			continue;
		*day = at / DAY - (at % DAY < 0);
		return true;
	}
	return false;
}

/*
 * The day that one word names, or two of them (next, last); how many words,
 * 0 for none, which is today.
 */
static int
read_day(char *const *word, int n, int64_t today, int64_t *day)
{
	bool next = strcasecmp(word[0], "next") == 0;
	bool last = strcasecmp(word[0], "last") == 0;
	int wday = n > 1 && (next || last) ? weekday(word[1]) :
	    weekday(word[0]);
	int64_t ahead;

	*day = today;
	if (strcasecmp(word[0], "today") == 0)
		return 1;
	if (strcasecmp(word[0], "tomorrow") == 0)
		++*day;
	else if (strcasecmp(word[0], "yesterday") == 0)
		--*day;
	else if (wday < 0)
		return date_parse(word[0], day) == 0 ? 1 :
		    n > 2 && named_date(word, day) ? 3 : 0;
	else {
		ahead = (wday - civil_from_seconds(today * DAY).weekday + 7) %
		    7;
		if (next && ahead == 0)
			ahead = 7;
		*day += last ? ahead - 7 : ahead;
		return next || last ? 2 : 1;
	}
	return 1;
}

/* One digit or two in a range. */
static const char *
digits(const char *s, int most, int *out)
{
	const char *start = s;

	*out = 0;
	for (; *s >= '0' && *s <= '9' && s - start < 2; s++)
		*out = *out * 10 + (*s - '0');
	return s > start && *out <= most ? s : NULL;
}

/* "9am", "9:30 pm", "09:30:15", "24:00": a colon or a half of the day. */
static int
read_time(const char *s, int64_t *seconds)
{
	int hour, part[2] = { 0, 0 }, n = 0;
	bool after, half;

	if (strcasecmp(s, "noon") == 0 || strcasecmp(s, "midnight") == 0) {
		*seconds = *s == 'n' || *s == 'N' ? 12 * 3600 : 0;
		return 0;
	}
	if ((s = digits(s, 24, &hour)) == NULL)
		return -1;
	for (; n < 2 && *s == ':'; n++) {
		if ((s = digits(s + 1, 59, &part[n])) == NULL)
			return -1;
	}
	s += strspn(s, " ");
	after = strcasecmp(s, "pm") == 0;
	half = after || strcasecmp(s, "am") == 0;
	if ((!half && (*s != '\0' || n == 0)) ||
	    (half && (hour < 1 || hour > 12)))
		return -1;
	if (half)
		hour = hour % 12 + (after ? 12 : 0);
	*seconds = hour * 3600 + part[0] * 60 + part[1];
	return *seconds > DAY ? -1 : 0;
}

/* Cuts a zone off the end of the text: "… Europe/Rome", "…[Europe/Rome]". */
static int
cut_zone(char *text, const struct zone **z)
{
	struct err e = { 0 };
	char *name = strrchr(text, ' '), *open = strchr(text, '[');
	size_t len = strlen(text);
	int rc;

	if (open != NULL && text[len - 1] == ']') {
		text[len - 1] = '\0';
		name = open;
	} else if (name == NULL || (strchr(name, '/') == NULL &&
	    strcmp(name, " UTC") != 0 && strcmp(name, " GMT") != 0))
		return 0;
	*name++ = '\0';
	rc = zone_load(z, name, &e);
	err_clear(&e);
	return rc;
}

static int
split(char *text, char *word[WORDS])
{
	char *save, *s = strtok_r(text, " ", &save);
	int n = 0;

	for (; s != NULL && n < WORDS; s = strtok_r(NULL, " ", &save))
		word[n++] = s;
	return s == NULL ? n : 0;
}

int
said_moment(const char *s, const struct zone *z, int64_t now, int64_t *out)
{
	char text[ROOM], again[ROOM], rest[ROOM] = "", *word[WORDS];
	int64_t day, seconds = 0;
	int n, used;

	if (strlen(s) >= sizeof(text))
		return -1;
	snprintf(text, sizeof(text), "%s", s);
	if (cut_zone(text, &z) < 0)
		return -1;
	if (strcasecmp(text, "now") == 0) {
		*out = now;
		return 0;
	}
	if (when_guess(text, z, out) == 0)
		return 0;
	snprintf(again, sizeof(again), "%s", text);
	if ((n = split(again, word)) == 0)
		return -1;
	used = read_day(word, n, zone_date(z, now), &day);
	for (int i = used; i < n; i++)
		snprintf(rest + strlen(rest), sizeof(rest) - strlen(rest),
		    "%s%s", i > used ? " " : "", word[i]);
	if (*rest == '\0') {
		*out = zone_day(z, day);
		return 0;
	}
	if (read_time(rest, &seconds) < 0)
		return -1;
	*out = seconds == 0 ? zone_day(z, day) :
	    zone_utc(z, day * DAY + seconds, false);
	return 0;
}
