/* The ladder's file. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/clock/ladder.h"

bool
rung_fits(const struct rung *r, enum clock_kind kind, enum severity severity)
{
	return (r->clocks >> kind & 1) && (r->severities >> severity & 1);
}

/* One word or a list of them as bits; all of them when it is missing. */
static int
load_words(const struct yaml *y, const char *key, int (*parse)(const char *),
    int all, unsigned *out, struct err *e)
{
	const struct yaml *list = yaml_get(y, key), *one;
	int bit;

	*out = (1u << all) - 1;
	if (list == NULL)
		return 0;
	*out = 0;
	one = list->kind == YAML_LIST ? list->first : list;
	for (; one != NULL; one = list->kind == YAML_LIST ? one->next : NULL) {
		bit = one->kind == YAML_SCALAR ? parse(one->text) : -1;
		if (bit < 0)
			return yaml_err(one, e, "%s: '%s' is none", key,
			    one->kind == YAML_SCALAR && one->text != NULL ?
			    one->text : "");
		*out |= 1u << bit;
	}
	return *out != 0 ? 0 : yaml_err(list, e, "%s names nothing", key);
}

/* "15m", also "0m". */
static int
load_span(const struct yaml *y, const char *key, int64_t *out, struct err *e)
{
	const char *text = yaml_str(y, key, NULL);
	struct duration d;

	if (text == NULL || duration_parse(text, &d) < 0 ||
	    d.unit != DURATION_SECONDS)
		return yaml_err(yaml_get(y, key), e, "%s is a time such as "
		    "15m or 2h", key);
	*out = d.amount;
	return 0;
}

static int
load_time(const struct yaml *y, bool *wall, struct err *e)
{
	const char *text = yaml_str(y, "time", "counted");

	*wall = strcmp(text, "wall") == 0;
	if (*wall || strcmp(text, "counted") == 0)
		return 0;
	return yaml_err(yaml_get(y, "time"), e, "time is counted or wall");
}

static int
load_targets(const struct yaml *y, struct arena *a, const char *const **out,
    struct err *e)
{
	if (yaml_texts(y, "to", a, out, e) < 0)
		return -1;
	return **out != NULL ? 0 : yaml_err(y, e, "to names nobody");
}

static int
load_rung(struct rung *r, const struct yaml *y, struct arena *a,
    struct err *e)
{
	static const char *const keys[] = { "name", "before", "after", "time",
		"to", "page", "assign", NULL };
	bool after = yaml_get(y, "after") != NULL;

	r->before = yaml_get(y, "before") != NULL;
	r->line = y->line;
	r->name = yaml_str(y, "name", NULL);
	if (yaml_only(y, keys, e) < 0)
		return -1;
	if (r->name == NULL || *r->name == '\0')
		return yaml_err(y, e, "a step without a name");
	if (r->before == after)
		return yaml_err(y, e, "step '%s' is before or after what is "
		    "due", r->name);
	if (load_span(y, after ? "after" : "before", &r->offset, e) < 0 ||
	    load_time(y, &r->wall, e) < 0 ||
	    yaml_bool(y, "page", &r->page, e) < 0 ||
	    yaml_bool(y, "assign", &r->assign, e) < 0 ||
	    load_targets(y, a, &r->to, e) < 0)
		return -1;
	if (r->before)
		r->offset = -r->offset;
	return 0;
}

static size_t
count_rungs(const struct yaml *list)
{
	size_t n = 0;

	for (const struct yaml *y = list->first; y != NULL; y = y->next) {
		const struct yaml *steps = yaml_get(y, "steps");

		n += steps != NULL ? (size_t)steps->count : 0;
	}
	return n;
}

/* Two of one name for a clock would be taken for one. */
static int
check_name(const struct ladder *l, const struct rung *r,
    const struct yaml *y, struct err *e)
{
	for (const struct rung *o = l->rung; o < r; o++) {
		if ((o->severities & r->severities) != 0 &&
		    (o->clocks & r->clocks) != 0 &&
		    strcmp(o->name, r->name) == 0)
			return yaml_err(y, e, "step '%s' is that of line %d "
			    "for the same clocks", r->name, o->line);
	}
	return 0;
}

static int
load_ladders(struct ladder *l, struct arena *a, const struct yaml *list,
    struct err *e)
{
	static const char *const keys[] = { "severity", "clocks", "steps",
		NULL };

	if (list == NULL)
		return 0;
	if (list->kind != YAML_LIST)
		return yaml_err(list, e, "ladders is not a list");
	l->rung = arena_zalloc(a, (count_rungs(list) + 1) * sizeof(*l->rung));
	for (const struct yaml *y = list->first; y != NULL; y = y->next) {
		const struct yaml *steps = yaml_get(y, "steps");
		unsigned severities, clocks;

		if (yaml_only(y, keys, e) < 0 || load_words(y, "severity",
		    severity_parse, SEVERITIES, &severities, e) < 0 ||
		    load_words(y, "clocks", clock_parse, CLOCKS, &clocks,
		    e) < 0)
			return -1;
		if (steps == NULL || steps->kind != YAML_LIST)
			return yaml_err(y, e, "a ladder without a list of "
			    "steps");
		for (const struct yaml *s = steps->first; s != NULL;
		    s = s->next) {
			struct rung *r = &l->rung[l->rungs];

			if (load_rung(r, s, a, e) < 0)
				return -1;
			r->severities = severities;
			r->clocks = clocks;
			if (check_name(l, r, s, e) < 0)
				return -1;
			l->rungs++;
		}
	}
	return 0;
}

static int
load_silence(struct ladder *l, struct arena *a, const struct yaml *y,
    struct err *e)
{
	static const char *const keys[] = { "after", "to", NULL };

	if (y == NULL)
		return 0;
	return yaml_only(y, keys, e) < 0 ||
	    yaml_seconds(y, "after", &l->silence.after, e) < 0 ||
	    load_targets(y, a, &l->silence.to, e) < 0 ? -1 : 0;
}

static int
load_exchanges(struct ladder *l, struct arena *a, const struct yaml *y,
    struct err *e)
{
	static const char *const keys[] = { "over", "level", "to", NULL };

	l->exchanges.level = 2;
	if (y == NULL)
		return 0;
	return yaml_only(y, keys, e) < 0 ||
	    yaml_int(y, "over", 1, 1000, &l->exchanges.over, e) < 0 ||
	    yaml_int(y, "level", 1, 4, &l->exchanges.level, e) < 0 ||
	    load_targets(y, a, &l->exchanges.to, e) < 0 ? -1 : 0;
}

static int
load_word(const struct yaml *y, const char *key, const char **out,
    struct err *e)
{
	const char *const keys[] = { key, NULL };

	*out = NULL;
	if (y == NULL)
		return 0;
	if (yaml_only(y, keys, e) < 0)
		return -1;
	*out = yaml_str(y, key, NULL);
	return *out != NULL && **out != '\0' ? 0 : yaml_err(y, e,
	    "%s is missing", key);
}

/* "17:00" as a second of the day. */
static int
load_clock(const struct yaml *y, int64_t *out, struct err *e)
{
	const char *s = yaml_str(y, "at", "");

	if (strlen(s) != 5 || s[2] != ':' || strspn(s, "0123456789") != 2 ||
	    strspn(s + 3, "0123456789") != 2 || strcmp(s, "23:59") > 0 ||
	    s[3] > '5')
		return yaml_err(y, e, "at is a time of the day such as "
		    "'17:00'");
	*out = ((s[0] - '0') * 10 + s[1] - '0') * 3600 +
	    ((s[3] - '0') * 10 + s[4] - '0') * 60;
	return 0;
}

static int
load_unanswered(struct ladder *l, struct arena *a, const struct yaml *y,
    struct err *e)
{
	static const char *const keys[] = { "at", "calendar", "to", NULL };

	l->unanswered.at = -1;
	if (y == NULL)
		return 0;
	l->unanswered.calendar = yaml_str(y, "calendar", NULL);
	return yaml_only(y, keys, e) < 0 ||
	    load_clock(y, &l->unanswered.at, e) < 0 ||
	    load_targets(y, a, &l->unanswered.to, e) < 0 ? -1 : 0;
}

int
ladder_load(struct ladder *l, struct arena *a, const struct yaml *root,
    struct err *e)
{
	static const char *const keys[] = { "late", "forget", "ladders",
		"unassigned", "silence", "exchanges", "investigation",
		"reminder", "unanswered", NULL };

	memset(l, 0, sizeof(*l));
	l->file = root->file;
	l->late = 300;
	l->forget = 7 * 86400;
	if (root->kind != YAML_MAP)
		return yaml_err(root, e, "a ladder's file is a map");
	return yaml_only(root, keys, e) < 0 ||
	    yaml_seconds(root, "late", &l->late, e) < 0 ||
	    yaml_seconds(root, "forget", &l->forget, e) < 0 ||
	    load_ladders(l, a, yaml_get(root, "ladders"), e) < 0 ||
	    yaml_texts(root, "unassigned", a, &l->unassigned, e) < 0 ||
	    load_silence(l, a, yaml_get(root, "silence"), e) < 0 ||
	    load_exchanges(l, a, yaml_get(root, "exchanges"), e) < 0 ||
	    load_word(yaml_get(root, "investigation"), "tree", &l->tree,
	    e) < 0 ||
	    load_word(yaml_get(root, "reminder"), "template", &l->reminder,
	    e) < 0 ||
	    load_unanswered(l, a, yaml_get(root, "unanswered"), e) < 0 ?
	    -1 : 0;
}
