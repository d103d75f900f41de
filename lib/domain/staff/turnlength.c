/* How often a rota hands over: "week", "2 weeks", "daily", "12h". */
#include <string.h>

#include "base/time.h"
#include "domain/staff/oncallfile.h"

#define DAY	86400
#define MOST	999

static const struct word {
	const char *name;	/* also with an s, behind a number */
	const char *adverb;
	char letter;		/* directly behind a number; 0: none */
	int64_t seconds, months;
} words[] = {
	{ "hour", "hourly", 'h', 3600, 0 },
	{ "day", "daily", 'd', DAY, 0 },
	{ "week", "weekly", 'w', 7 * DAY, 0 },
	{ "fortnight", "fortnightly", 0, 14 * DAY, 0 },
	{ "month", "monthly", 0, 0, 1 },
	{ "quarter", "quarterly", 0, 0, 3 },
	{ "year", "yearly", 0, 0, 12 },
};

static bool
is_word(const struct word *w, const char *s, bool counted)
{
	size_t len = strlen(w->name);

	if (!counted)
		return strcmp(s, w->name) == 0 || strcmp(s, w->adverb) == 0;
	if (w->letter != 0 && s[0] == w->letter && s[1] == '\0')
		return true;
	s += *s == ' ';
	return strncmp(s, w->name, len) == 0 &&
	    strcmp(s + len, s[len] == 's' ? "s" : "") == 0;
}

int
turn_length(const struct yaml *turn, struct turn *t, struct err *e)
{
	const struct yaml *y = yaml_get(turn, "every");
	const char *s = y == NULL ? "week" : y->text != NULL ? y->text : "";
	bool counted = *s >= '1' && *s <= '9';
	const struct word *w = words, *end = words + sizeof(words) /
	    sizeof(*words);
	int64_t n = counted ? 0 : 1;

	for (; counted && *s >= '0' && *s <= '9' && n <= MOST; s++)
		n = n * 10 + (*s - '0');
	while (w < end && !is_word(w, s, counted))
		w++;
	if (w == end || n > MOST)
		return yaml_err(y, e, "every is hour, day, week, month or "
		    "such as 2 weeks");
	t->length = n * w->seconds;
	t->months = n * w->months;
	if (t->months > 0 && civil_from_seconds(t->local).day > 28)
		return yaml_err(turn, e, "not every month has that day: hand "
		    "over by the 28th");
	return 0;
}
