/* Incidents, maintenance and probes from files or the store. */
#include <string.h>

#include "events.h"

int
events_rules(struct cmd *c, struct events *v, struct err *e)
{
	struct yaml *root;

	if (cmd_rule_yaml(c, "uptime.yaml", &root, e) < 0 ||
	    uprules_load(&v->rules, &c->arena, root, e) < 0)
		return -1;
	v->incidents = incidents_new();
	v->alerts = alert_downs_new();
	return 0;
}

void
events_free(struct events *v)
{
	if (v->incidents != NULL)
		incidents_free(v->incidents);
	alert_downs_free(v->alerts);
	uprules_free(v->rules);
	for (int i = 0; i < UP_SERVICES; i++)
		probes_free(v->probes[i]);
	arena_free(&v->scratch);
}

/* Probes of one service mostly follow one another. */
static int
find_service(struct events *v, const struct value *name)
{
	if (name->len == v->service_len &&
	    memcmp(name->text, v->service, name->len) == 0)
		return v->service_is;
	v->service_is = uprules_service(v->rules, value_str(name,
	    &v->scratch, NULL));
	v->service_len = 0;
	if (name->len <= sizeof(v->service)) {
		memcpy(v->service, name->text, name->len);
		v->service_len = name->len;
	}
	return v->service_is;
}

static int
take_probe(struct cmd *c, struct events *v, const struct rec *r,
    struct err *e)
{
	struct value service, region;
	int64_t at;
	bool up;
	int i;

	arena_reset(&v->scratch);
	if (!rec_get(r, "service", &service) ||
	    service.kind != VALUE_STRING || !rec_get(r, "region", &region) ||
	    region.kind != VALUE_STRING || !rec_bool(r, "up", &up) ||
	    !rec_time(r, "at", &at))
		return err_set(e, ERR_INPUT, "probe: at, service, region or "
		    "up is missing or wrong");
	/* What was seen later than now was not seen yet. */
	if (at > c->now || (i = find_service(v, &service)) < 0)
		return 0;
	if (v->probes[i] == NULL)
		v->probes[i] = probes_new(&v->rules->service[i].probe,
		    v->from, v->to);
	return probes_add(v->probes[i], region.text, region.len, at, up, e);
}

static int
take(struct cmd *c, void *arg, const struct rec *r, struct err *e)
{
	struct events *v = arg;

	if (rec_is(r, "type", "alert")) {
		alert_downs_add(v->alerts, r);
		return 0;
	}
	/* A severity that is none would count for nothing. */
	if (!rec_is(r, "type", "probe"))
		return record_check(r, e) < 0 ? -1 :
		    incidents_add(v->incidents, r, e);
	return v->probed && !(c->now < v->from) ? take_probe(c, v, r, e) : 0;
}

int
events_read(struct cmd *c, struct events *v, struct err *e)
{
	static const char *const all[] = { "incident", "maintenance", "probe",
		"alert", NULL };
	static const char *const most[] = { "incident", "maintenance",
		"probe", NULL };
	bool alerts = false;

	if (v->to > c->now + 1)
		v->to = c->now + 1;
	for (int i = 1; i <= 4; i++)
		alerts = alerts || v->rules->alert_down[i] >= 0;
	return cmd_records(c, alerts ? all : most, take, v, e);
}

/* Those that were declared, and what the policy makes of alerts. */
static size_t
all_incidents(struct cmd *c, struct events *v, struct incident **out)
{
	struct incident *told, *alert;
	size_t n = incidents_at(v->incidents, c->now, &c->arena, &told);
	size_t more = alert_downs_at(v->alerts, v->rules, c->now, &c->arena,
	    &alert);

	*out = told;
	if (more == 0)
		return n;
	*out = arena_alloc(&c->arena, (n + more) * sizeof(**out));
	memcpy(*out, told, n * sizeof(**out));
	memcpy(*out + n, alert, more * sizeof(**out));
	return n + more;
}

struct outages *
events_outages(struct cmd *c, struct events *v,
    const struct incident **incidents, size_t *n)
{
	struct outage_facts f = { .rules = v->rules, .probes = v->probes,
		.from = v->from, .to = v->to, .now = c->now };
	struct maintenance *maintenance;
	struct incident *all;

	*n = f.incidents = all_incidents(c, v, &all);
	f.maintenances = maintenances_at(v->incidents, c->now, &c->arena,
	    &maintenance);
	*incidents = f.incident = all;
	f.maintenance = maintenance;
	return outages_new(&f);
}

/* -- customers -------------------------------------------------------- */

bool
whom_between(struct cmd *c, const char *id, int64_t from, int64_t to,
    struct whom *w)
{
	const struct customer *who;
	struct err bad = { 0 };
	struct policy_ask ask = { .customer = id };

	*w = (struct whom){ .id = id, .tier = c->org.default_tier,
		.since = TIME_MIN, .until = TIME_MAX };
	who = customers_during(c->customers, id, from, to, &w->since);
	if (who == NULL && *id != '\0')
		return false;
	if (who != NULL) {
		w->until = who->until;
		if (*who->tier != '\0')
			w->tier = who->tier;
	}
	if (zone_load(&w->zone, who != NULL && *who->zone != '\0' ?
	    who->zone : c->org.zone, &bad) < 0) {
		cmd_warn(c, ERR_INPUT, "customer '%s': %s", id, bad.text);
		return false;
	}
	ask.tier = w->tier;
	ask.start = ask.at = to - 1;
	w->target = policy_uptime(c->policy, &ask);
	return true;
}

/* The zone says when the month is, and is itself the customer's then. */
bool
whom_in_month(struct cmd *c, const char *id, const struct month *m,
    struct whom *w, int64_t *from, int64_t *to)
{
	struct err bad = { 0 };

	if (zone_load(&w->zone, c->org.zone, &bad) < 0)
		return false;
	for (int pass = 0; pass < 2; pass++) {
		month_bounds(m, w->zone, from, to);
		if (!whom_between(c, id, *from, *to, w))
			return false;
	}
	month_bounds(m, w->zone, from, to);
	return true;
}
