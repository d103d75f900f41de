/* Holidays by rule. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "domain/calendar/holiday.h"

#define DAY	INT64_C(86400)

struct named {
	const char *name;
	const struct dayrule *rule;
};

struct holidays {
	struct holiday_file file;	/* its path is NULL without one */
	int move[7];		/* days, by weekday: where it is observed */
	size_t n;
	struct named day[HOLIDAYS_MOST];
};

#define BAD_OBSERVED	"observed is not 'nearest weekday', 'next " \
	"weekday', 'previous weekday', 'as it falls' or such as 'sunday " \
	"to monday'"

/*
 * "saturday to friday, sunday to monday": whichever of the two days of that
 * name is nearer. -1 for anything else.
 */
static int
read_moves(const char *text, int move[7])
{
	for (const char *s = text;; s += strspn(s, " ")) {
		size_t len = strcspn(s, " ");
		int from = weekday_parse(s, len), to;

		s += len;
		if (from < 0 || strncmp(s, " to ", 4) != 0)
			return -1;
		s += 4;
		len = strcspn(s, ",");
		if ((to = weekday_parse(s, len)) < 0 || to == from)
			return -1;
		move[from] = (to - from + 10) % 7 - 3;
		s += len;
		if (*s++ == '\0')
			break;
	}
	for (int d = 0; d < 7; d++) {
		if (move[d] == 0)
			return 0;
	}
	return -1;
}

static int
read_observed(struct holidays *h, const struct yaml *y, struct err *e)
{
	static const char *const words[][2] = {
		{ "as it falls", NULL },
		{ "nearest weekday", "saturday to friday, sunday to monday" },
		{ "next weekday", "saturday to monday, sunday to monday" },
		{ "previous weekday", "saturday to friday, sunday to friday" },
	};
	const struct yaml *said = yaml_get(y, "observed");
	const char *text = yaml_str(y, "observed", "as it falls");

	if (said != NULL && said->kind == YAML_LIST && said->count > 0) {
		for (said = said->first; said != NULL; said = said->next) {
			if (said->text == NULL ||
			    read_moves(said->text, h->move) < 0)
				return yaml_err(said, e, BAD_OBSERVED);
		}
		return 0;
	}

	if (said != NULL && said->text == NULL)
		return yaml_err(said, e, BAD_OBSERVED);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcmp(text, words[i][0]) != 0)
			continue;
		return words[i][1] != NULL ? read_moves(words[i][1],
		    h->move) : 0;
	}
	if (read_moves(text, h->move) == 0)
		return 0;
	return yaml_err(said != NULL ? said : y, e, BAD_OBSERVED);
}

static int
read_file(struct holidays *h, const struct yaml *y,
    const struct calendar_files *files, struct arena *a, struct err *e)
{
	static const char *const keys[] = { "file", "transparent", "only",
		"except", NULL };
	const struct yaml *name = yaml_get(y, "file");
	const char *transparent = yaml_str(y, "transparent", "open");
	const char *slash = strrchr(name->file, '/');
	struct buf b = BUF_INIT;
	int rc;

	if (yaml_only(y, keys, e) < 0)
		return -1;
	if (name->text == NULL || *name->text == '\0' || files == NULL)
		return yaml_err(name, e, files == NULL ? "no files are read "
		    "here" : "file is not the name of an iCalendar file");
	if (strcmp(transparent, "open") != 0 &&
	    strcmp(transparent, "closed") != 0)
		return yaml_err(yaml_get(y, "transparent"), e,
		    "transparent is open or closed");
	h->file.transparent = strcmp(transparent, "closed") == 0;
	h->file.where = name;
	if (yaml_texts(y, "only", a, &h->file.only, e) < 0 ||
	    yaml_texts(y, "except", a, &h->file.except, e) < 0)
		return -1;
	/* A relative name begins in the folder of the file that it is in. */
	h->file.path = *name->text == '/' || slash == NULL ? name->text :
	    arena_printf(a, "%.*s/%s", (int)(slash - name->file), name->file,
	    name->text);
	rc = files->read(files->arg, name, h->file.path, &b, e);
	if (rc == 0) {
		h->file.len = b.len;
		h->file.text = arena_strndup(a, b.data, b.len);
	}
	buf_free(&b);
	return rc;
}

const struct holiday_file *
holidays_file(const struct holidays *h)
{
	return h->file.path != NULL ? &h->file : NULL;
}

/* One rule of a name, or a list of them. */
static int
read_day(struct holidays *h, const struct yaml *y, struct arena *a,
    struct err *e)
{
	const char *name = arena_strdup(a, y->key);
	const struct yaml *rule = y->kind == YAML_LIST ? y->first : y;

	if (rule == NULL || y->kind == YAML_MAP)
		return yaml_err(y, e, "'' is not a day of the year");
	for (; rule != NULL; rule = y->kind == YAML_LIST ? rule->next : NULL) {
		struct named *day = &h->day[h->n];

		if (h->n++ == HOLIDAYS_MOST)
			return yaml_err(rule, e, "too many holidays");
		day->name = name;
		if (rule->text == NULL ||
		    dayrule_parse(&day->rule, rule->text, a) < 0)
			return yaml_err(rule, e,
			    "'%s' is not a day of the year",
			    rule->text != NULL ? rule->text : "");
	}
	return 0;
}

int
holidays_load(struct holidays **out, const struct yaml *y,
    const struct calendar_files *files, struct arena *a, struct err *e)
{
	static const char *const keys[] = { "observed", "days", NULL };
	struct holidays *h = arena_zalloc(a, sizeof(*h));
	const struct yaml *days = yaml_get(y, "days");

	*out = h;
	if (yaml_get(y, "file") != NULL)
		return read_file(h, y, files, a, e);
	if (yaml_only(y, keys, e) < 0)
		return -1;
	if (read_observed(h, y, e) < 0)
		return -1;
	if (days == NULL || days->kind != YAML_MAP || days->count == 0)
		return yaml_err(days != NULL ? days : y, e,
		    "days is not a map of names and rules");
	for (days = days->first; days != NULL; days = days->next) {
		if (read_day(h, days, a, e) < 0)
			return -1;
	}
	return 0;
}

static int
weekday_of(int64_t day)
{
	return civil_from_seconds(day * DAY).weekday;
}

static bool
is_taken(const struct holiday *list, size_t n, int64_t day)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i].day == day)
			return true;
	}
	return false;
}

/* As they fall, behind those that are there; true when there is no room. */
static bool
add_days(const struct holidays *h, int64_t year, struct holiday *out,
    size_t *n)
{
	int64_t day, last;

	for (size_t i = 0; i < h->n; i++) {
		if (!dayrule_days(h->day[i].rule, year, &day, &last))
			continue;
		for (; day <= last; day++) {
			if (*n == HOLIDAYS_MOST)
				return true;
			out[(*n)++] = (struct holiday){ day, h->day[i].name };
		}
	}
	return false;
}

/*
 * Where one that falls on a day is observed: with the same day of a list
 * before it, or moved; forward, to the first day that is free of others.
 */
static int64_t
observe(const struct holiday *out, size_t n, const int64_t *fell,
    size_t before, int64_t day, const int moves[7])
{
	int move = moves[weekday_of(day)];

	for (size_t i = 0; move != 0 && i < before; i++) {
		if (fell[i] == day && out[i].day != day)
			return out[i].day;
	}
	for (day += move; move > 0 && (moves[weekday_of(day)] != 0 ||
	    is_taken(out, n, day)); day++)
		;
	return day;
}

size_t
holidays_of(const struct holidays *const *list, size_t lists, int64_t year,
    struct holiday out[HOLIDAYS_MOST], bool *over)
{
	int64_t fell[HOLIDAYS_MOST];
	size_t n = 0, before = 0, end[HOLIDAY_LISTS];

	*over = false;
	for (size_t k = 0; k < lists; k++) {
		*over = add_days(list[k], year, out, &n) || *over;
		end[k] = n;
	}
	for (size_t i = 0; i < n; i++)
		fell[i] = out[i].day;
	for (size_t k = 0; k < lists; before = end[k++]) {
		for (size_t i = before; i < end[k]; i++)
			out[i].day = observe(out, n, fell, before, fell[i],
			    list[k]->move);
	}
	return n;
}
