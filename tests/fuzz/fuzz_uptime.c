/*
 * Rules, a line of "---", and records: whatever they say, the stretches of a
 * service neither overlap nor leave a gap, and the sums are the whole.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/uptime/burn.h"
#include "domain/uptime/incrules.h"
#include "domain/uptime/uptime.h"

#define FROM	INT64_C(1769904000)	/* 2026-02-01 */
#define TO	(FROM + 3 * 86400)

static void
require(int true_of_every_input)
{
	if (!true_of_every_input)
		abort();
}

struct world {
	struct uprules *rules;
	struct incidents *incidents;
	struct probes *probes[UP_SERVICES];
	struct arena arena;
};

static void
take(struct world *w, const char *line, size_t len)
{
	struct rec *r = arena_alloc(&w->arena, sizeof(*r));
	struct err e = { 0 };
	const char *service, *region;
	int64_t at;
	bool up;
	int i;

	if (rec_parse(r, line, len, &e) < 0)
		return;
	if (!rec_is(r, "type", "probe")) {
		require(incidents_add(w->incidents, r, &e) == 0 ||
		    e.kind == ERR_INPUT);
		return;
	}
	service = rec_str(r, "service", &w->arena);
	region = rec_str(r, "region", &w->arena);
	if (service == NULL || region == NULL || !rec_bool(r, "up", &up) ||
	    !rec_time(r, "at", &at) ||
	    (i = uprules_service(w->rules, service)) < 0)
		return;
	if (w->probes[i] == NULL)
		w->probes[i] = probes_new(&w->rules->service[i].probe,
		    FROM, TO);
	require(probes_add(w->probes[i], region, strlen(region), at, up,
	    &e) == 0 || e.kind == ERR_INPUT);
}

static void
measure(struct world *w, int64_t now)
{
	struct outage_facts f = { .rules = w->rules, .probes = w->probes,
		.from = FROM, .to = TO, .now = now };
	int64_t to = TO < now ? TO : now;
	struct maintenance *maintenance;
	struct incident *incident;
	struct outages *o;

	f.incidents = incidents_at(w->incidents, now, &w->arena, &incident);
	f.incident = incident;
	f.maintenances = maintenances_at(w->incidents, now, &w->arena,
	    &maintenance);
	f.maintenance = maintenance;
	o = outages_new(&f);
	for (size_t i = 0; i < w->rules->measures; i++) {
		const struct cut *cut;
		size_t n = outages_of(o, i % 2 == 0 ? "acme" : "",
		    w->rules->measure[i].services, TIME_MAX, &cut);
		struct burn_of burn = { cut, n, 999000 };
		struct uptime_sums s;

		require(n > 0 && cut[0].from == FROM && cut[n - 1].to == to);
		for (size_t k = 1; k < n; k++)
			require(cut[k].from == cut[k - 1].to);
		uptime_sum(cut, n, FROM, to, &s);
		require(s.total == to - FROM && s.up >= 0 && s.down >= 0 &&
		    s.up + s.down + s.excluded + s.unknown == s.total);
		burn_episode(&burn, w->rules, "page", now, now - 86400);
	}
	outages_free(o);
}

static void
incidents(const struct yaml *root, struct arena *a)
{
	static const char *const facts[] = { "api_down=4m", "breach",
		"latency=2s" };
	struct incident_rules *r;
	const struct criterion *c;
	const char *fact;
	struct err e = { 0 };

	if (incident_rules_load(&r, a, root, &e) < 0) {
		require(e.kind == ERR_CONFIG);
		return;
	}
	require(incident_suggest(r, facts, 3, &c, &fact, &e) == 0 ||
	    e.kind == ERR_USAGE);
}

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data, *end = text + size;
	const char *p = memmem(text, size, "\n---\n", 5);
	struct world w = { .incidents = incidents_new() };
	size_t head = p != NULL ? (size_t)(p + 1 - text) : size;
	struct err e = { 0 };
	struct yaml *root;

	if (yaml_parse(&w.arena, "fuzz", text, head, &root, &e) == 0) {
		incidents(root, &w.arena);
		if (uprules_load(&w.rules, &w.arena, root, &e) < 0)
			require(e.kind == ERR_CONFIG);
	}
	for (p = w.rules != NULL && p != NULL ? p + 5 : end; p < end;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));

		nl = nl != NULL ? nl : end;
		take(&w, p, (size_t)(nl - p));
		p = nl + 1;
	}
	if (w.rules != NULL) {
		measure(&w, FROM + 3600);
		measure(&w, TO + 86400);
	}
	uprules_free(w.rules);
	incidents_free(w.incidents);
	for (int i = 0; i < UP_SERVICES; i++)
		probes_free(w.probes[i]);
	arena_free(&w.arena);
	return 0;
}
