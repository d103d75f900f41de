/* Criteria and obligations of incidents. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "domain/uptime/incrules.h"

static const char *const severities[] = { "P1", "P2", "P3", "P4", "none" };

/* "80 %", "3.5": in units of 10^-4; 0, or -1. */
static int
decimal(const char *s, int64_t *out)
{
	int64_t n = 0;
	int places = 4;

	if (*s < '0' || *s > '9')
		return -1;
	for (; *s >= '0' && *s <= '9'; s++) {
		if ((n = n * 10 + (*s - '0')) > INT64_C(1000000000000))
			return -1;
	}
	if (*s == '.') {
		for (s++; *s >= '0' && *s <= '9' && places > 0; s++, places--)
			n = n * 10 + (*s - '0');
	}
	while (places-- > 0)
		n *= 10;
	*out = n;
	return *s == '\0' ? 0 : -1;
}

/* A value and what it is: "3m", "250ms", "20%", "5". */
static int
value_of(const char *s, enum fact_kind *kind, int64_t *out,
    struct arena *a)
{
	size_t len = strlen(s);
	struct duration d;

	if (len > 1 && s[len - 1] == '%') {
		*kind = FACT_PERCENT;
		len -= s[len - 2] == ' ' ? 2 : 1;
		return decimal(arena_strndup(a, s, len), out);
	}
	if (decimal(s, out) == 0) {
		*kind = FACT_COUNT;
		return 0;
	}
	*kind = FACT_TIME;
	if (len > 2 && strcmp(s + len - 2, "ms") == 0) {
		if (decimal(arena_strndup(a, s, len - 2), out) < 0)
			return -1;
		*out /= 10000;
		return 0;
	}
	if (len > 1 && s[len - 1] == 's' &&
	    decimal(arena_strndup(a, s, len - 1), out) == 0) {
		*out /= 10;
		return 0;
	}
	if (duration_parse(s, &d) < 0 || d.unit == DURATION_BUSINESS_DAYS)
		return -1;
	*out = d.amount * (d.unit == DURATION_DAYS ? 86400 : 1) * 1000;
	return 0;
}

/* -- the file --------------------------------------------------------- */

static int
load_span(const struct yaml *y, const char *key, int64_t *out, struct err *e)
{
	const char *s = yaml_str(y, key, "none");

	if (strcmp(s, "none") == 0 || strcmp(s, "now") == 0) {
		*out = strcmp(s, "now") == 0 ? 0 : -1;
		return 0;
	}
	return yaml_seconds(y, key, out, e);
}

static int
load_duty(struct incident_duty *d, struct arena *a, const struct yaml *y,
    struct err *e)
{
	static const char *const keys[] = { "is", "page", "told", "updates",
		"postmortem", "tell", "publish", "mail", NULL };

	d->is = yaml_str(y, "is", "");
	if (y->kind != YAML_MAP)
		return yaml_err(y, e, "%s is not a map", y->key);
	if (yaml_only(y, keys, e) < 0 ||
	    yaml_bool(y, "page", &d->page, e) < 0 ||
	    load_span(y, "told", &d->told, e) < 0 ||
	    load_span(y, "updates", &d->updates, e) < 0 ||
	    load_span(y, "postmortem", &d->postmortem, e) < 0 ||
	    yaml_texts(y, "tell", a, &d->tell, e) < 0 ||
	    yaml_texts(y, "publish", a, &d->publish, e) < 0)
		return -1;
	return yaml_bool(y, "mail", &d->mail, e);
}

static int
load_criterion(struct incident_rules *r, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = { "severity", "fact", "over", "why",
		NULL };
	struct criterion *c = &r->criterion[r->criteria++];
	const char *severity = yaml_str(y, "severity", "");

	if (yaml_only(y, keys, e) < 0)
		return -1;
	for (int i = 0; i < 5; i++) {
		if (strcmp(severity, severities[i]) == 0)
			c->severity = i + 1;
	}
	if (c->severity == 0)
		return yaml_err(y, e, "severity is not P1, P2, P3, P4 or "
		    "none");
	c->fact = yaml_str(y, "fact", "");
	c->text = yaml_str(y, "over", "");
	c->why = yaml_str(y, "why", c->fact);
	if (*c->fact == '\0' || strchr(c->fact, '=') != NULL)
		return yaml_err(y, e, "a criterion has no fact");
	if (yaml_get(y, "over") != NULL &&
	    value_of(c->text, &c->kind, &c->over, r->arena) < 0)
		return yaml_err(y, e, "over is not a time, a percentage or a "
		    "number");
	for (size_t i = 0; i + 1 < r->criteria; i++) {
		if (strcmp(r->criterion[i].fact, c->fact) == 0 &&
		    r->criterion[i].kind != c->kind)
			return yaml_err(y, e, "'%s' is of another kind above",
			    c->fact);
	}
	return 0;
}

static int
load_criteria(struct incident_rules *r, const struct yaml *y, struct err *e)
{
	struct criterion *sorted;
	size_t n = 0;

	if (y == NULL)
		return 0;
	if (y->kind != YAML_LIST)
		return yaml_err(y, e, "criteria is not a list");
	r->criterion = arena_zalloc(r->arena, (size_t)(y->count + 1) *
	    sizeof(*r->criterion));
	for (const struct yaml *c = y->first; c != NULL; c = c->next) {
		if (load_criterion(r, c, e) < 0)
			return -1;
	}
	sorted = arena_alloc(r->arena, (r->criteria + 1) * sizeof(*sorted));
	for (int s = 1; s <= 5; s++) {
		for (size_t i = 0; i < r->criteria; i++) {
			if (r->criterion[i].severity == s)
				sorted[n++] = r->criterion[i];
		}
	}
	r->criterion = sorted;
	return 0;
}

static int
load_plans(struct incident_rules *r, const struct yaml *root, struct err *e)
{
	static const char *const keys[] = { "tell", "publish", "mail",
		"remind", NULL };
	const struct yaml *y = yaml_get(root, "maintenance");
	const char *mail = yaml_str(y, "mail", "none");

	if (y != NULL && (y->kind != YAML_MAP || yaml_only(y, keys, e) < 0))
		return y->kind != YAML_MAP ? yaml_err(y, e,
		    "maintenance is not a map") : -1;
	if (yaml_texts(y, "tell", r->arena, &r->plans.tell, e) < 0 ||
	    yaml_texts(y, "publish", r->arena, &r->plans.publish, e) < 0 ||
	    load_span(y, "remind", &r->plans.remind, e) < 0)
		return -1;
	r->plans.mail = strcmp(mail, "none") != 0;
	r->plans.mail_named = strcmp(mail, "named") == 0;
	if (r->plans.mail && !r->plans.mail_named && strcmp(mail, "all") != 0)
		return yaml_err(yaml_get(y, "mail"), e, "mail is not all, "
		    "named or none");
	return 0;
}

/* Other words for severities and statuses must mean ones that there are. */
static int
load_names(struct incident_rules *r, const struct yaml *root, struct err *e)
{
	r->names = yaml_get(root, "names");
	r->statuses = yaml_get(root, "statuses");
	for (int i = 0; i < 2; i++) {
		const struct yaml *y = i == 0 ? r->names : r->statuses;

		if (y != NULL && y->kind != YAML_MAP)
			return yaml_err(y, e, "%s is not a map", y->key);
		for (y = y != NULL ? y->first : NULL; y != NULL; y = y->next) {
			int known = y->text == NULL ? 0 : i == 0 ?
			    incident_severity_of(NULL, y->text) :
			    incident_status_parse(y->text) + 1;

			if (known == 0)
				return yaml_err(y, e, "'%s' is no %s",
				    y->text != NULL ? y->text : "", i == 0 ?
				    "severity" : "status");
		}
	}
	return 0;
}

static const char *
other_word(const struct yaml *map, const char *s)
{
	for (map = map != NULL ? map->first : NULL; map != NULL;
	    map = map->next) {
		if (strcasecmp(map->key, s) == 0)
			return map->text;
	}
	return s;
}

int
incident_severity_of(const struct incident_rules *r, const char *s)
{
	if (r != NULL)
		s = other_word(r->names, s);
	return (s[0] == 'P' || s[0] == 'p') && s[1] >= '1' && s[1] <= '4' &&
	    s[2] == '\0' ? s[1] - '0' : 0;
}

int
incident_status_of(const struct incident_rules *r, const char *s)
{
	return incident_status_parse(other_word(r->statuses, s));
}

int
incident_rules_load(struct incident_rules **out, struct arena *a,
    const struct yaml *root, struct err *e)
{
	static const char *const keys[] = { "severities", "public",
		"criteria", "maintenance", "names", "statuses", NULL };
	static const char *const names[] = { "P1", "P2", "P3", "P4", NULL };
	static const char *const nobody[] = { NULL };
	struct incident_rules *r = arena_zalloc(a, sizeof(*r));
	const struct yaml *y = yaml_get(root, "severities");

	r->arena = a;
	for (int i = 0; i < 5; i++)
		r->of[i] = (struct incident_duty){ .is = "", .told = -1,
			.updates = -1, .postmortem = -1, .tell = nobody,
			.publish = nobody };
	if (yaml_only(root, keys, e) < 0 ||
	    yaml_texts(root, "public", a, &r->public, e) < 0)
		return -1;
	if (y != NULL && (y->kind != YAML_MAP || yaml_only(y, names, e) < 0))
		return y->kind != YAML_MAP ? yaml_err(y, e,
		    "severities is not a map") : -1;
	for (int i = 0; i < 4; i++) {
		const struct yaml *of = yaml_get(y, names[i]);

		if (of != NULL && load_duty(&r->of[i + 1], a, of, e) < 0)
			return -1;
	}
	if (load_criteria(r, yaml_get(root, "criteria"), e) < 0 ||
	    load_plans(r, root, e) < 0 || load_names(r, root, e) < 0)
		return -1;
	*out = r;
	return 0;
}

/* -- which severity --------------------------------------------------- */

/* 1 met, 0 not, -1 (ERR_USAGE) a value of another kind. */
static int
is_met(const struct incident_rules *r, const struct criterion *c,
    const char *value, struct err *e)
{
	static const char *const kinds[] = { "", "a time such as 4m",
		"a percentage such as 60%", "a number" };
	enum fact_kind kind;
	int64_t n;

	if (c->kind == FACT_THERE)
		return value == NULL || (strcmp(value, "no") != 0 &&
		    strcmp(value, "false") != 0 && strcmp(value, "0") != 0);
	if (value == NULL || value_of(value, &kind, &n, r->arena) < 0 ||
	    (kind != c->kind && (kind != FACT_COUNT ||
	    c->kind != FACT_PERCENT)))
		return err_set(e, ERR_USAGE, "%s is not %s", c->fact,
		    kinds[c->kind]);
	return n > c->over;
}

static int
unknown(const struct incident_rules *r, const char *fact, size_t len,
    struct err *e)
{
	const char *known = "";

	for (size_t i = 0; i < r->criteria; i++)
		known = arena_printf(r->arena, "%s%s%s", known,
		    i > 0 ? ", " : "", r->criterion[i].fact);
	return err_set(e, ERR_USAGE, "no criterion asks for '%.*s': there are "
	    "%s", (int)len, fact, known);
}

int
incident_suggest(const struct incident_rules *r, const char *const *facts,
    size_t n, const struct criterion **out, const char **fact,
    struct err *e)
{
	*out = NULL;
	for (size_t k = 0; k < n; k++) {
		size_t len = strcspn(facts[k], "=");
		const char *value = facts[k][len] == '=' ?
		    facts[k] + len + 1 : NULL;
		bool known = false;

		for (size_t i = 0; i < r->criteria; i++) {
			const struct criterion *c = &r->criterion[i];
			int got;

			if (strlen(c->fact) != len ||
			    strncmp(c->fact, facts[k], len) != 0)
				continue;
			known = true;
			if ((got = is_met(r, c, value, e)) < 0)
				return -1;
			if (got == 1 && (*out == NULL || c < *out)) {
				*out = c;
				*fact = facts[k];
			}
		}
		if (!known)
			return unknown(r, facts[k], len, e);
	}
	return 0;
}

/* -- what is owed ----------------------------------------------------- */

const char *
owed_name(enum owed_kind k)
{
	static const char *const names[] = { "tell customers", "update",
		"post-mortem" };

	return names[k];
}

int64_t
incident_told(const struct incident_rules *r, const struct incident *in)
{
	if (in->told != TIME_NONE)
		return in->told;
	for (const char *const *p = r->public; *p != NULL; p++) {
		size_t len = strlen(*p);

		if (strncmp(in->key, *p, len) == 0 && in->key[len] == ':')
			return in->declared;
	}
	return TIME_NONE;
}

static void
owe(struct owed *o, size_t *n, enum owed_kind kind, int64_t due, int64_t now)
{
	size_t i = (*n)++;

	for (; i > 0 && o[i - 1].due > due; i--)
		o[i] = o[i - 1];
	o[i] = (struct owed){ kind, due, now > due };
}

size_t
incident_owed(const struct incident_rules *r, const struct incident *in,
    int64_t now, struct owed owed[OWED])
{
	const struct incident_duty *d = &r->of[in->severity];
	int64_t word = in->declared;
	size_t n = 0;

	if (in->ended == TIME_NONE && d->told >= 0 &&
	    incident_told(r, in) == TIME_NONE)
		owe(owed, &n, OWED_TOLD, in->declared + d->told, now);
	for (size_t i = 0; i < in->updates; i++) {
		if (in->update[i].at > word)
			word = in->update[i].at;
	}
	if (in->ended == TIME_NONE && d->updates > 0)
		owe(owed, &n, OWED_UPDATE, word + d->updates, now);
	if (in->ended != TIME_NONE && d->postmortem >= 0 &&
	    in->postmortem == TIME_NONE)
		owe(owed, &n, OWED_POSTMORTEM, in->ended + d->postmortem,
		    now);
	return n;
}
