/* rules/uptime.yaml, read. */
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "domain/calendar/inline.h"
#include "domain/uptime/uprules.h"

#define UP_NOTICE	(INT64_C(366) * 86400)

static int
choice(const struct yaml *map, const char *key, const char *const *words,
    int *out, struct err *e)
{
	const struct yaml *y = yaml_get(map, key);

	if (y == NULL)
		return 0;
	for (int i = 0; words[i] != NULL; i++) {
		if (y->text != NULL && strcmp(y->text, words[i]) == 0) {
			*out = i;
			return 0;
		}
	}
	return yaml_err(y, e, "%s is not %s, ... (tai-uptime(5))", key,
	    words[0]);
}

/* A time, or "none". */
static int
span(const struct yaml *map, const char *key, int64_t most, int64_t *out,
    struct err *e)
{
	const char *s = yaml_str(map, key, "");

	if (strcmp(s, "none") == 0) {
		*out = 0;
		return 0;
	}
	if (yaml_seconds(map, key, out, e) < 0)
		return -1;
	return *out <= most ? 0 : yaml_err(yaml_get(map, key), e,
	    "%s is over %d days", key, (int)(most / 86400));
}

static int
must_be_map(const struct yaml *y, const char *what, struct err *e)
{
	return y == NULL || y->kind == YAML_MAP ||
	    (y->kind == YAML_SCALAR && y->text == NULL) ? 0 :
	    yaml_err(y, e, "%s is not a map", what);
}

/* -- services --------------------------------------------------------- */

static int
load_probe(const struct yaml *y, struct probe_rule *p, bool *required,
    struct err *e)
{
	static const char *const words[] = { "down", "up", NULL };
	int64_t down = p->down, reporting = p->reporting, carry = p->carry;
	int mixed = p->mixed_up;

	if (yaml_seconds(y, "interval", &p->interval, e) < 0 ||
	    yaml_int(y, "down", 1, PROBE_REGIONS, &down, e) < 0 ||
	    yaml_int(y, "reporting", 1, PROBE_REGIONS, &reporting, e) < 0 ||
	    yaml_int(y, "carry", 0, 100, &carry, e) < 0 ||
	    choice(y, "mixed", words, &mixed, e) < 0 ||
	    yaml_bool(y, "required", required, e) < 0)
		return -1;
	if (p->interval > 86400)
		return yaml_err(y, e, "interval is over a day");
	p->down = (int)down;
	p->reporting = (int)reporting;
	p->carry = (int)carry;
	p->mixed_up = mixed == 1;
	return 0;
}

static int
load_service(struct uprules *u, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = { "aliases", "interval", "down",
		"reporting", "carry", "mixed", "required", "minimum", NULL };
	struct up_service *s = &u->service[u->services];

	if (u->services == UP_SERVICES)
		return yaml_err(y, e, "over %d services", UP_SERVICES);
	*s = (struct up_service){ .name = y->key, .probe = u->probe,
		.minimum = u->minimum, .required = u->required };
	if (must_be_map(y, "a service", e) < 0 ||
	    (y->kind == YAML_MAP && yaml_only(y, keys, e) < 0) ||
	    yaml_texts(y, "aliases", u->arena, &s->aliases, e) < 0 ||
	    load_probe(y, &s->probe, &s->required, e) < 0 ||
	    span(y, "minimum", UP_MINIMUM, &s->minimum, e) < 0)
		return -1;
	if (uprules_service(u, y->key) >= 0)
		return yaml_err(y, e, "'%s' is a service already", y->key);
	for (const char *const *a = s->aliases; *a != NULL; a++) {
		if (uprules_service(u, *a) >= 0)
			return yaml_err(y, e, "'%s' is a service already", *a);
	}
	u->services++;
	return 0;
}

/* Names of services as bits. */
static int
load_bits(const struct uprules *u, const struct yaml *y, uint64_t *bits,
    struct err *e)
{
	*bits = 0;
	if (y->kind != YAML_LIST || y->count == 0)
		return yaml_err(y, e, "'%s' is not a list of services",
		    y->key);
	for (const struct yaml *s = y->first; s != NULL; s = s->next) {
		int i = s->text != NULL ? uprules_service(u, s->text) : -1;

		if (i < 0)
			return yaml_err(s, e, "no service '%s'",
			    s->text != NULL ? s->text : "");
		*bits |= UINT64_C(1) << i;
	}
	return 0;
}

static int
load_services(struct uprules *u, const struct yaml *root, struct err *e)
{
	const struct yaml *services = yaml_get(root, "services");
	const struct yaml *measures = yaml_get(root, "measures");
	const struct yaml *uses = yaml_get(root, "uses");

	if (must_be_map(services, "services", e) < 0 ||
	    must_be_map(measures, "measures", e) < 0 ||
	    must_be_map(uses, "uses", e) < 0)
		return -1;
	for (const struct yaml *y = services != NULL ? services->first : NULL;
	    y != NULL; y = y->next) {
		if (load_service(u, y, e) < 0)
			return -1;
	}
	if (measures == NULL || measures->count == 0)
		return yaml_err(measures != NULL ? measures : root, e,
		    "measures names nothing to measure");
	u->measure = arena_zalloc(u->arena, (size_t)measures->count *
	    sizeof(*u->measure));
	for (const struct yaml *y = measures->first; y != NULL; y = y->next) {
		struct up_measure *m = &u->measure[u->measures++];

		m->name = y->key;
		if (load_bits(u, y, &m->services, e) < 0)
			return -1;
	}
	u->use = arena_zalloc(u->arena, (uses != NULL ?
	    (size_t)uses->count : 0) * sizeof(*u->use) + 1);
	for (const struct yaml *y = uses != NULL ? uses->first : NULL;
	    y != NULL; y = y->next) {
		struct up_use *use = &u->use[u->uses++];

		use->customer = y->key;
		if (load_bits(u, y, &use->services, e) < 0)
			return -1;
	}
	return 0;
}

/* -- incidents -------------------------------------------------------- */

static int
load_severities(struct uprules *u, const struct yaml *root, struct err *e)
{
	static const char *const names[] = { "P1", "P2", "P3", "P4", NULL };
	static const char *const words[] = { "full", "named", "none", NULL };
	const struct yaml *y = yaml_get(root, "severities");

	if (y == NULL)
		return 0;
	if (must_be_map(y, "severities", e) < 0 || yaml_only(y, names, e) < 0)
		return -1;
	for (int i = 0; names[i] != NULL; i++) {
		int n = (int)u->severity[i + 1];

		if (choice(y, names[i], words, &n, e) < 0)
			return -1;
		u->severity[i + 1] = (enum up_counts)n;
	}
	return 0;
}

static int
load_impacts(struct uprules *u, const struct yaml *root, struct err *e)
{
	const struct yaml *y = yaml_get(root, "impacts");

	if (must_be_map(y, "impacts", e) < 0)
		return -1;
	u->impact = arena_zalloc(u->arena, (y != NULL ? (size_t)y->count :
	    0) * sizeof(*u->impact) + 1);
	for (const struct yaml *i = y != NULL ? y->first : NULL; i != NULL;
	    i = i->next) {
		struct up_impact *impact = &u->impact[u->impacts++];

		impact->name = i->key;
		if (yaml_decimal(y, i->key, 4, &impact->weight, e) < 0)
			return -1;
		if (impact->weight < 0 || impact->weight > UP_WHOLE)
			return yaml_err(i, e, "'%s' is not from 0 to 100",
			    i->key);
	}
	return 0;
}

/* An alert of that severity weighs what the impact does. */
static int
load_alerts(struct uprules *u, const struct yaml *root, struct err *e)
{
	static const char *const names[] = { "P1", "P2", "P3", "P4", NULL };
	const struct yaml *y = yaml_get(root, "alerts");

	for (int i = 0; i < 5; i++)
		u->alert_down[i] = -1;
	if (must_be_map(y, "alerts", e) < 0 || (y != NULL &&
	    y->kind == YAML_MAP && yaml_only(y, names, e) < 0))
		return -1;
	for (int i = 0; names[i] != NULL; i++) {
		const struct yaml *impact = yaml_get(y, names[i]);

		if (impact == NULL)
			continue;
		if (impact->text == NULL || (u->alert_down[i + 1] =
		    uprules_weight(u, impact->text)) < 0)
			return yaml_err(impact, e, "'%s' is none of impacts",
			    impact->text != NULL ? impact->text : "");
	}
	return 0;
}

/* -- maintenance ------------------------------------------------------ */

/* The regular windows are a calendar of their own. */
static int
load_windows(struct uprules *u, const struct yaml *y, struct err *e)
{
	const struct yaml *open = yaml_get(y, "open");

	return open == NULL ? 0 : calendar_inline(&u->maintenance.calendars,
	    &u->maintenance.regular, u->arena, open, yaml_str(y, "zone",
	    "UTC"), e);
}

static int
load_maintenance(struct uprules *u, const struct yaml *root, struct err *e)
{
	static const char *const keys[] = { "notice", "zone", "open", "extra",
		"longest", NULL };
	const struct yaml *y = yaml_get(root, "maintenance");

	if (y == NULL)
		return 0;
	if (must_be_map(y, "maintenance", e) < 0 || yaml_only(y, keys, e) < 0 ||
	    span(y, "notice", UP_NOTICE, &u->maintenance.notice, e) < 0 ||
	    yaml_int(y, "extra", 0, 1000, &u->maintenance.extra, e) < 0 ||
	    yaml_seconds(y, "longest", &u->maintenance.longest, e) < 0 ||
	    load_windows(u, y, e) < 0)
		return -1;
	/* Where windows are named, others are not meant. */
	if (u->maintenance.regular != NULL && u->maintenance.extra < 0)
		u->maintenance.extra = 0;
	return 0;
}

/* -- burn ------------------------------------------------------------- */

static int
load_alert(struct up_alert *a, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = { "rate", "long", "short", "as",
		NULL };

	if (must_be_map(y, "an alert", e) < 0 || yaml_only(y, keys, e) < 0 ||
	    yaml_decimal(y, "rate", 2, &a->rate, e) < 0 ||
	    yaml_seconds(y, "long", &a->long_s, e) < 0 ||
	    yaml_seconds(y, "short", &a->short_s, e) < 0)
		return -1;
	a->as = yaml_str(y, "as", "ticket");
	if (a->rate <= 0 || a->rate > 100000000 || a->short_s <= 0 || a->long_s < a->short_s ||
	    a->long_s > 366 * INT64_C(86400))
		return yaml_err(y, e, "rate, long and a short that is no "
		    "longer are needed");
	if (strcmp(a->as, "page") != 0 && strcmp(a->as, "ticket") != 0)
		return yaml_err(y, e, "as is not page or ticket");
	return 0;
}

static int
load_burn(struct uprules *u, const struct yaml *root, struct err *e)
{
	static const char *const keys[] = { "page", "ticket", "alerts",
		NULL };
	const struct yaml *y = yaml_get(root, "burn");
	const struct yaml *alerts = yaml_get(y, "alerts");

	if (must_be_map(y, "burn", e) < 0 ||
	    (y != NULL && yaml_only(y, keys, e) < 0) ||
	    yaml_texts(y, "page", u->arena, &u->page, e) < 0 ||
	    yaml_texts(y, "ticket", u->arena, &u->ticket, e) < 0)
		return -1;
	if (alerts != NULL && alerts->kind != YAML_LIST)
		return yaml_err(alerts, e, "alerts is not a list");
	for (const struct yaml *a = alerts != NULL ? alerts->first : NULL;
	    a != NULL; a = a->next) {
		if (u->alerts == UP_ALERTS)
			return yaml_err(a, e, "over %d alerts", UP_ALERTS);
		if (load_alert(&u->alert[u->alerts++], a, e) < 0)
			return -1;
	}
	return 0;
}

static int
load_probes(struct uprules *u, const struct yaml *root, struct err *e)
{
	static const char *const keys[] = { "interval", "down", "reporting",
		"carry", "mixed", "required", "unknown", NULL };
	static const char *const unknowns[] = { "apart", "excluded", "down",
		NULL };
	const struct yaml *y = yaml_get(root, "probes");
	int n = (int)u->unknown;

	if (y == NULL)
		return 0;
	if (must_be_map(y, "probes", e) < 0 || yaml_only(y, keys, e) < 0 ||
	    load_probe(y, &u->probe, &u->required, e) < 0 ||
	    choice(y, "unknown", unknowns, &n, e) < 0)
		return -1;
	u->unknown = (enum up_unknown)n;
	return 0;
}

static int
load_choices(struct uprules *u, const struct yaml *root, struct err *e)
{
	static const char *const shares[] = { "everybody", "weighs", NULL };
	static const char *const months[] = { "served", "whole", NULL };
	static const char *const sources[] = { "either", "both", "probes",
		"incidents", NULL };
	int share = 0, month = 0, source = 0;

	if (choice(root, "share", shares, &share, e) < 0 ||
	    choice(root, "months", months, &month, e) < 0 ||
	    choice(root, "sources", sources, &source, e) < 0 ||
	    span(root, "minimum", UP_MINIMUM, &u->minimum, e) < 0)
		return -1;
	u->share_weighs = share == 1;
	u->whole_months = month == 1;
	u->sources = (enum up_sources)source;
	return yaml_texts(root, "excluded", u->arena, &u->excluded, e);
}

int
uprules_load(struct uprules **out, struct arena *a, const struct yaml *root,
    struct err *e)
{
	static const char *const keys[] = { "measures", "services", "uses",
		"severities", "impacts", "alerts", "share", "minimum", "excluded",
		"months", "probes", "sources", "maintenance", "burn", NULL };
	struct uprules *u = arena_zalloc(a, sizeof(*u));

	u->arena = a;
	u->severity[3] = COUNTS_NAMED;
	u->severity[4] = COUNTS_NONE;
	u->probe = (struct probe_rule){ .interval = 60, .down = 1,
		.reporting = 1 };
	u->maintenance.extra = -1;
	u->maintenance.longest = INT64_MAX;
	if (yaml_only(root, keys, e) < 0 || load_choices(u, root, e) < 0 ||
	    load_probes(u, root, e) < 0 || load_services(u, root, e) < 0 ||
	    load_severities(u, root, e) < 0 || load_impacts(u, root, e) < 0 ||
	    load_alerts(u, root, e) < 0 ||
	    load_burn(u, root, e) < 0 || load_maintenance(u, root, e) < 0)
		return -1;
	*out = u;
	return 0;
}

void
uprules_free(struct uprules *u)
{
	if (u != NULL && u->maintenance.calendars != NULL)
		calendars_free(u->maintenance.calendars);
}

/* -- questions -------------------------------------------------------- */

int
uprules_service(const struct uprules *u, const char *name)
{
	for (int i = 0; i < u->services; i++) {
		const struct up_service *s = &u->service[i];

		if (strcasecmp(s->name, name) == 0)
			return i;
		for (const char *const *a = s->aliases; a != NULL &&
		    *a != NULL; a++) {
			if (strcasecmp(*a, name) == 0)
				return i;
		}
	}
	return -1;
}

int
uprules_any_service(struct uprules *u, const char *name)
{
	int i = uprules_service(u, name);

	if (i >= 0 || u->services == UP_SERVICES)
		return i;
	u->service[u->services] = (struct up_service){
		.name = arena_strdup(u->arena, name), .probe = u->probe,
		.minimum = u->minimum, .required = u->required };
	return u->services++;
}

const struct up_measure *
uprules_measure(struct uprules *u, const char *name)
{
	struct up_measure *m;
	int i;

	for (size_t k = 0; k < u->measures; k++) {
		if (strcmp(u->measure[k].name, name) == 0)
			return &u->measure[k];
	}
	/* Where services are named, any other is a mistake. */
	if ((i = u->services > 0 ? uprules_service(u, name) :
	    uprules_any_service(u, name)) < 0)
		return NULL;
	m = arena_zalloc(u->arena, sizeof(*m));
	m->name = u->service[i].name;
	m->services = UINT64_C(1) << i;
	return m;
}

uint64_t
uprules_uses(const struct uprules *u, const char *customer)
{
	for (size_t i = 0; i < u->uses; i++) {
		if (strcmp(u->use[i].customer, customer) == 0)
			return u->use[i].services;
	}
	return UINT64_MAX;
}

int64_t
uprules_weight(const struct uprules *u, const char *impact)
{
	for (size_t i = 0; i < u->impacts; i++) {
		if (strcasecmp(u->impact[i].name, impact) == 0)
			return u->impact[i].weight;
	}
	return -1;
}

bool
uprules_excuses(const struct uprules *u, const char *reason)
{
	for (const char *const *r = u->excluded; *r != NULL; r++) {
		if (strcasecmp(*r, reason) == 0)
			return true;
	}
	return false;
}
