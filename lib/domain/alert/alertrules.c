/* The numbers, thresholds and routes of alerts. */
#include <string.h>

#include "base/time.h"
#include "domain/alert/alertrules.h"

#define PLACES	4		/* of a threshold */

static int
seconds(const struct yaml *y, const char *key, bool must, int64_t *out,
    struct err *e)
{
	const struct yaml *at = yaml_get(y, key);
	struct duration d;

	if (at == NULL && !must)
		return 0;
	if (at == NULL)
		return yaml_err(y, e, "%s is missing", key);
	if (at->text == NULL || duration_parse(at->text, &d) < 0 ||
	    d.unit == DURATION_BUSINESS_DAYS)
		return yaml_err(at, e, "%s is not a duration (30m, 4h, 7d)",
		    key);
	*out = d.unit == DURATION_DAYS ? d.amount * 86400 : d.amount;
	return 0;
}

static int
load_numbers(struct alert_numbers *n, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = { "skew", "window", "hold",
		"repeats", "flapping", NULL };
	static const char *const flap[] = { "changes", "within", "quiet",
		NULL };
	const struct yaml *f = yaml_get(y, "flapping");

	n->changes = 6;
	if (yaml_only(y, keys, e) < 0 ||
	    seconds(y, "skew", true, &n->skew, e) < 0 ||
	    seconds(y, "window", true, &n->window, e) < 0 ||
	    seconds(y, "hold", true, &n->hold, e) < 0 ||
	    seconds(y, "repeats", true, &n->repeats, e) < 0)
		return -1;
	if (f == NULL)
		return yaml_err(y, e, "flapping is missing");
	if (yaml_only(f, flap, e) < 0 ||
	    yaml_int(f, "changes", 2, 1000, &n->changes, e) < 0 ||
	    seconds(f, "within", true, &n->within, e) < 0 ||
	    seconds(f, "quiet", true, &n->quiet, e) < 0)
		return -1;
	if (n->hold < n->skew)
		return yaml_err(yaml_get(y, "hold"), e,
		    "hold is shorter than skew");
	return 0;
}

static int
compile(const struct yaml *y, struct pattern **out, struct err *e)
{
	const struct yaml *at = yaml_get(y, "match");
	struct err bad = { 0 };

	if (at == NULL)
		return 0;
	if (at->text == NULL)
		return yaml_err(at, e, "match is not a pattern");
	if (pattern_new(out, at->text, &bad) < 0)
		return yaml_err(at, e, "%s", bad.text);
	return 0;
}

static int
severity(const struct yaml *y, const char *key, int *out, struct err *e)
{
	const struct yaml *at = yaml_get(y, key);

	if (at != NULL && (*out = alert_severity(at->text)) != 0)
		return 0;
	return yaml_err(at != NULL ? at : y, e, "%s is not P1, P2, P3 or P4",
	    key);
}

static int
load_threshold(struct alert_threshold *t, const struct yaml *y,
    struct err *e)
{
	static const char *const keys[] = { "match", "over", "for",
		"severity", "override", NULL };
	int64_t over = 0;

	if (yaml_only(y, keys, e) < 0 || compile(y, &t->match, e) < 0 ||
	    seconds(y, "for", false, &t->lasts, e) < 0 ||
	    severity(y, "severity", &t->severity, e) < 0 ||
	    yaml_bool(y, "override", &t->overrides, e) < 0 ||
	    yaml_decimal(y, "over", PLACES, &over, e) < 0)
		return -1;
	if (t->match == NULL || yaml_get(y, "over") == NULL)
		return yaml_err(y, e, "a threshold needs match and over");
	t->over = (double)over / 1e4;
	return 0;
}

static int
load_escalate(struct alert_route *r, struct arena *a, const struct yaml *y,
    struct err *e)
{
	static const char *const keys[] = { "level", "to", "within", NULL };
	const struct yaml *to = yaml_get(y, "to");
	const char **out;
	size_t n = 0;

	if (y == NULL)
		return 0;
	if (yaml_only(y, keys, e) < 0 ||
	    yaml_int(y, "level", 1, 4, &r->level, e) < 0 ||
	    seconds(y, "within", false, &r->within, e) < 0)
		return -1;
	if (r->level == 0 || to == NULL || to->kind != YAML_LIST)
		return yaml_err(y, e, "escalate needs level and a list to");
	r->to = out = arena_zalloc(a, ((size_t)to->count + 1) *
	    sizeof(*out));
	for (const struct yaml *i = to->first; i != NULL; i = i->next) {
		if (i->text == NULL)
			return yaml_err(i, e, "not a target");
		out[n++] = i->text;
	}
	return 0;
}

static int
load_route(struct alert_route *r, struct arena *a, const struct yaml *y,
    struct err *e)
{
	static const char *const keys[] = { "when", "match", "team",
		"channel", "escalate", NULL };
	static const char *const when[] = { "severity", "tier", "customer",
		"source", NULL };

	r->when = yaml_get(y, "when");
	r->team = yaml_str(y, "team", NULL);
	r->channel = yaml_str(y, "channel", NULL);
	if (yaml_only(y, keys, e) < 0 || compile(y, &r->match, e) < 0 ||
	    (r->when != NULL && yaml_only(r->when, when, e) < 0))
		return -1;
	return load_escalate(r, a, yaml_get(y, "escalate"), e);
}

static int
load_severities(struct alert_rules *r, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = { "P1", "P2", "P3", "P4", NULL };
	const struct yaml *map = yaml_get(y, "severities");

	if (map == NULL || map->kind != YAML_MAP)
		return yaml_err(y, e, "severities is not a map");
	if (yaml_only(map, keys, e) < 0)
		return -1;
	for (int i = 0; keys[i] != NULL; i++) {
		int got = severity_parse(yaml_str(map, keys[i], NULL));

		if (got < 0)
			return yaml_err(map, e, "%s is not LOW, MEDIUM, HIGH "
			    "or CRITICAL", keys[i]);
		r->tickets[i + 1] = (enum severity)got;
	}
	return 0;
}

static const struct yaml *
list_of(const struct yaml *root, const char *key, const char *const *keys,
    struct err *e)
{
	const struct yaml *y = yaml_get(root, key);

	if (yaml_only(root, keys, e) < 0)
		return NULL;
	if (y == NULL || y->kind != YAML_LIST) {
		yaml_err(y != NULL ? y : root, e, "%s is not a list", key);
		return NULL;
	}
	return y;
}

int
alert_rules_load(struct alert_rules *r, struct arena *a,
    const struct yaml *episodes, const struct yaml *thresholds,
    const struct yaml *routing, struct err *e)
{
	static const char *const of_thresholds[] = { "thresholds", NULL };
	static const char *const of_routing[] = { "category", "topic",
		"severity", "severities", "routes", NULL };
	const struct yaml *t, *y;

	memset(r, 0, sizeof(*r));
	r->category = yaml_str(routing, "category", "other");
	r->topic = yaml_str(routing, "topic", NULL);
	if (load_numbers(&r->number, episodes, e) < 0 ||
	    (t = list_of(thresholds, "thresholds", of_thresholds, e)) ==
	    NULL || (y = list_of(routing, "routes", of_routing, e)) == NULL ||
	    severity(routing, "severity", &r->severity, e) < 0 ||
	    load_severities(r, routing, e) < 0)
		return -1;
	r->threshold = arena_zalloc(a, ((size_t)t->count + 1) *
	    sizeof(*r->threshold));
	for (t = t->first; t != NULL; t = t->next) {
		if (load_threshold(&r->threshold[r->thresholds++], t, e) < 0)
			return -1;
	}
	r->route = arena_zalloc(a, ((size_t)y->count + 1) *
	    sizeof(*r->route));
	for (y = y->first; y != NULL; y = y->next) {
		if (load_route(&r->route[r->routes++], a, y, e) < 0)
			return -1;
	}
	return 0;
}

void
alert_rules_free(struct alert_rules *r)
{
	for (size_t i = 0; i < r->thresholds; i++) {
		if (r->threshold[i].match != NULL)
			pattern_free(r->threshold[i].match);
	}
	for (size_t i = 0; i < r->routes; i++) {
		if (r->route[i].match != NULL)
			pattern_free(r->route[i].match);
	}
	r->thresholds = r->routes = 0;
}

static bool
matches(struct pattern *p, const char *s)
{
	struct err bad = { 0 };
	struct span span;

	return s != NULL && pattern_match(p, s, strlen(s), 0, &span,
	    &bad) > 0;
}

int
alert_judge(const struct alert_rules *r, const struct alert *al)
{
	int best = al->severity;

	for (size_t i = 0; al->has_value && i < r->thresholds; i++) {
		const struct alert_threshold *t = &r->threshold[i];

		if ((al->severity != 0 && !t->overrides) ||
		    al->value <= t->over ||
		    (al->lasts >= 0 && al->lasts < t->lasts) ||
		    (best != 0 && t->severity >= best))
			continue;
		if (matches(t->match, al->metric != NULL ? al->metric :
		    al->title))
			best = t->severity;
	}
	return best != 0 ? best : r->severity;
}

/* A missing condition holds; else one of its words is the text. */
static bool
one_of(const struct yaml *when, const char *key, const char *text)
{
	const struct yaml *y = when != NULL ? yaml_get(when, key) : NULL;

	if (y == NULL)
		return true;
	if (y->kind == YAML_SCALAR)
		return text != NULL && y->text != NULL &&
		    strcmp(y->text, text) == 0;
	for (y = y->first; y != NULL; y = y->next) {
		if (text != NULL && y->text != NULL &&
		    strcmp(y->text, text) == 0)
			return true;
	}
	return false;
}

const struct alert_route *
alert_routed(const struct alert_rules *r, const struct alert *al,
    int level, const char *tier)
{
	const char p[3] = { 'P', (char)('0' + level), '\0' };

	for (size_t i = 0; i < r->routes; i++) {
		const struct alert_route *t = &r->route[i];

		if (!one_of(t->when, "severity", p) ||
		    !one_of(t->when, "tier", tier) ||
		    !one_of(t->when, "source", al->source) ||
		    !one_of(t->when, "customer", al->customer != NULL ?
		    "true" : "false"))
			continue;
		if (t->match == NULL || matches(t->match, al->service) ||
		    matches(t->match, al->host) ||
		    matches(t->match, al->title))
			return t;
	}
	return NULL;
}
