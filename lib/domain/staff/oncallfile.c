/* rules/oncall.yaml, read. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/calendar/inline.h"
#include "domain/staff/oncallfile.h"
#include "format/when.h"

struct reading {
	struct oncall *o;
	const struct team *team;
	const struct calendars *calendars;
	const char *zone;	/* of rotas that name none */
};

/* "2026-01-05 17:00" in the zone; a date is its first moment. */
static int
read_moment(const struct yaml *y, const char *key, const struct zone *z,
    int64_t *out, struct err *e)
{
	const struct yaml *v = yaml_get(y, key);

	if (v == NULL)
		return yaml_err(y, e, "no %s", key);
	if (v->text == NULL || (when_parse("%Y-%m-%d %H:%M", v->text, z,
	    out) < 0 && when_parse("%Y-%m-%dT%H:%M", v->text, z, out) < 0 &&
	    when_parse("%Y-%m-%d", v->text, z, out) < 0 &&
	    time_parse(v->text, out) < 0))
		return yaml_err(v, e, "'%s' is not a time such as "
		    "2026-01-05 17:00", v->text != NULL ? v->text : "");
	return 0;
}

/* NULL for nobody, which only an override may say. */
static int
read_person(const struct reading *r, const struct yaml *y, const char **out,
    struct err *e)
{
	const struct person *p;

	if (y->text == NULL || (p = team_person(r->team, y->text)) == NULL)
		return yaml_err(y, e, "no person '%s' in team.yaml",
		    y->text != NULL ? y->text : "");
	*out = p->id;
	return 0;
}

static int
read_turn(const struct reading *r, const struct zone *z, struct turn *t,
    const struct yaml *y, struct err *e)
{
	static const char *const keys[] = { "from", "starts", "until",
		"every", "people", NULL };
	const struct yaml *people = yaml_get(y, "people");

	t->where = y;
	t->until = TIME_MAX;
	if (yaml_only(y, keys, e) < 0 ||
	    read_moment(y, "from", z, &t->from, e) < 0)
		return -1;
	if (yaml_get(y, "until") != NULL &&
	    read_moment(y, "until", z, &t->until, e) < 0)
		return -1;
	t->starts = t->from;
	if (yaml_get(y, "starts") != NULL &&
	    read_moment(y, "starts", z, &t->starts, e) < 0)
		return -1;
	if (t->starts < t->from)
		return yaml_err(y, e, "starts is before from");
	if (t->until <= t->starts)
		return yaml_err(y, e, "until is not behind from");
	t->local = zone_local(z, t->from);
	if (turn_length(y, t, e) < 0)
		return -1;
	if (people == NULL || people->kind != YAML_LIST || people->count == 0)
		return yaml_err(people != NULL ? people : y, e,
		    "people is not a list of people");
	t->person = arena_zalloc(&r->o->arena,
	    sizeof(*t->person) * (size_t)people->count);
	for (people = people->first; people != NULL; people = people->next) {
		if (read_person(r, people, &t->person[t->people++], e) < 0)
			return -1;
	}
	return 0;
}

static int
read_turns(const struct reading *r, struct layer *l, const struct yaml *rota,
    const char *name, struct err *e)
{
	const struct yaml *y = yaml_get(rota, "turns");

	if (y == NULL || y->kind != YAML_LIST || y->count == 0)
		return yaml_err(y != NULL ? y : rota, e, "turns is not a list "
		    "of people and when they begin");
	l->turn = arena_zalloc(&r->o->arena,
	    sizeof(*l->turn) * (size_t)y->count);
	for (y = y->first; y != NULL; y = y->next) {
		struct turn *t = &l->turn[l->turns], *last;

		if (read_turn(r, l->zone, t, y, e) < 0)
			return -1;
		if (l->turns++ == 0)
			continue;
		last = t - 1;
		/* The next turn ends one that says no end. */
		if (last->until == TIME_MAX && t->starts > last->starts)
			last->until = t->starts;
		if (t->starts < last->until)
			return yaml_err(y, e, "turns of '%s' overlap or are "
			    "not in order", name);
	}
	return 0;
}

/* The name of a calendar, or hours as a calendar has them. */
static int
read_calendar(const struct reading *r, const struct yaml *y,
    const char *zone, const struct calendar **out, struct err *e)
{
	struct oncall *o = r->o;

	if (y->kind == YAML_SCALAR) {
		*out = y->text != NULL ? calendar_find(r->calendars, y->text) :
		    NULL;
		return *out != NULL ? 0 : yaml_err(y, e, "no calendar '%s'",
		    y->text != NULL ? y->text : "");
	}
	if (o->inlines == o->room) {
		o->room = o->room > 0 ? 2 * o->room : 4;
		o->inlined = xreallocarray(o->inlined, o->room,
		    sizeof(struct calendars *));
	}
	if (calendar_inline(&o->inlined[o->inlines], out, &o->arena, y, zone,
	    e) < 0)
		return -1;
	o->inlines++;
	return 0;
}

static int
read_hours(const struct reading *r, const struct yaml *y, const char *zone,
    const struct calendar **hours, bool *outside, struct err *e)
{
	const struct yaml *during = yaml_get(y, "during");
	const struct yaml *without = yaml_get(y, "outside");
	const struct yaml *which = during != NULL ? during : without;

	if (during != NULL && without != NULL)
		return yaml_err(without, e, "either during or outside, not "
		    "both");
	if (which == NULL)
		return 0;
	*outside = without != NULL;
	if (read_calendar(r, which, zone, hours, e) < 0)
		return -1;
	if (!calendar_is_always(*hours))
		return 0;
	if (*outside)
		return yaml_err(which, e, "'%s' is never closed",
		    which->text != NULL ? which->text : "that");
	*hours = NULL;
	return 0;
}

static int
read_zone(const struct yaml *said, const struct yaml *y, const char *name,
    const struct zone **out, struct err *e)
{
	struct err why = { 0 };

	return zone_load(out, name, &why) < 0 ? yaml_err(said != NULL ? said :
	    y, e, "%s", why.text) : 0;
}

static int
read_layer(const struct reading *r, struct rota *k,
    struct rota_own *own, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = { "zone", "during", "outside",
		"turns", NULL };
	struct layer *l = &own->layer[own->layers++];
	const struct yaml *zone = yaml_get(y, "zone");
	const char *name = zone != NULL && zone->text != NULL ? zone->text :
	    k->zone;

	if (yaml_only(y, keys, e) < 0 ||
	    read_zone(zone, y, name, &l->zone, e) < 0)
		return -1;
	if (read_hours(r, y, name, &l->hours, &l->outside, e) < 0 ||
	    read_turns(r, l, y, k->name, e) < 0)
		return -1;
	k->parted |= l->hours != NULL;
	return 0;
}

/* Turns are a single layer. */
static int
read_layers(const struct reading *r, struct rota *k,
    struct rota_own *own, const struct yaml *y, struct err *e)
{
	const struct yaml *layers = yaml_get(y, "layers");

	if (layers == NULL) {
		own->layer = arena_zalloc(&r->o->arena, sizeof(*own->layer));
		own->layers = 1;
		own->layer->zone = own->zone;
		return read_turns(r, own->layer, y, k->name, e);
	}
	if (yaml_get(y, "turns") != NULL)
		return yaml_err(layers, e, "either turns or layers, not both");
	if (layers->kind != YAML_LIST || layers->count == 0)
		return yaml_err(layers, e, "layers is not a list of turns");
	own->layer = arena_zalloc(&r->o->arena, (size_t)layers->count *
	    sizeof(*own->layer));
	for (layers = layers->first; layers != NULL; layers = layers->next) {
		if (read_layer(r, k, own, layers, e) < 0)
			return -1;
	}
	return 0;
}

/* Whether any of its shifts are weeks. */
static bool
is_weekly(const struct rota_own *own)
{
	for (size_t i = 0; i < own->layers; i++) {
		for (size_t k = 0; k < own->layer[i].turns; k++) {
			const struct turn *t = &own->layer[i].turn[k];

			if (t->months == 0 && t->length % (7 * 86400) == 0)
				return true;
		}
	}
	return false;
}

static int
read_rota(const struct reading *r, struct rota *k, struct rota_own *own,
    const struct yaml *y, struct err *e)
{
	static const char *const keys[] = { "zone", "during", "outside",
		"evenings", "pay", "turns", "layers", NULL };
	const struct yaml *zone = yaml_get(y, "zone");

	k->name = y->key;
	k->line = y->line;
	if (yaml_only(y, keys, e) < 0)
		return -1;
	k->zone = zone != NULL && zone->text != NULL ? zone->text : r->zone;
	if (read_zone(zone, y, k->zone, &own->zone, e) < 0)
		return -1;
	if (read_hours(r, y, k->zone, &k->hours, &k->outside, e) < 0 ||
	    yaml_bool(y, "evenings", &k->evenings, e) < 0 ||
	    yaml_decimal(y, "pay", 2, &k->pay, e) < 0 ||
	    read_layers(r, k, own, y, e) < 0)
		return -1;
	if (k->pay < 0)
		return yaml_err(yaml_get(y, "pay"), e, "pay is less than "
		    "nothing");
	k->weekly = is_weekly(own);
	return 0;
}

static int
read_rotas(const struct reading *r, const struct yaml *root, struct err *e)
{
	const struct yaml *y = yaml_get(root, "rotas");
	struct oncall *o = r->o;

	if (y == NULL)
		return 0;
	if (y->kind != YAML_MAP)
		return yaml_err(y, e, "rotas is not a map of names and rotas");
	o->known = arena_zalloc(&o->arena, sizeof(*o->known) *
	    ((size_t)y->count + 1));
	o->rota = arena_zalloc(&o->arena, sizeof(*o->rota) *
	    ((size_t)y->count + 1));
	for (y = y->first; y != NULL; y = y->next, o->rotas++) {
		if (read_rota(r, &o->known[o->rotas], &o->rota[o->rotas], y,
		    e) < 0)
			return -1;
	}
	return 0;
}

/* -- overrides -------------------------------------------------------- */

/* A rota, or all rotas of somebody. */
static int
read_place(const struct reading *r, struct override *x,
    const struct yaml *y, const struct zone **z, struct err *e)
{
	const struct yaml *rota = yaml_get(y, "rota");
	const struct yaml *of = yaml_get(y, "instead_of");
	struct err why = { 0 };

	if (of != NULL && read_person(r, of, &x->instead_of, e) < 0)
		return -1;
	if (rota == NULL && of != NULL)
		return zone_load(z, r->zone, &why) < 0 ? yaml_err(y, e, "%s",
		    why.text) : 0;
	x->rota = oncall_find(r->o, yaml_str(y, "rota", ""));
	if (x->rota == NULL)
		return yaml_err(rota != NULL ? rota : y, e, "no rota '%s'",
		    yaml_str(y, "rota", ""));
	*z = r->o->rota[x->rota - r->o->known].zone;
	return 0;
}

static int
read_override(const struct reading *r, struct override *x,
    const struct yaml *y, struct err *e)
{
	static const char *const keys[] = { "rota", "from", "until", "person",
		"instead_of", "why", NULL };
	const struct yaml *person = yaml_get(y, "person");
	const struct zone *z;

	x->where = y;
	if (yaml_only(y, keys, e) < 0 || read_place(r, x, y, &z, e) < 0)
		return -1;
	x->why = yaml_str(y, "why", NULL);
	if (read_moment(y, "from", z, &x->from, e) < 0 ||
	    read_moment(y, "until", z, &x->until, e) < 0)
		return -1;
	if (x->until <= x->from)
		return yaml_err(y, e, "until is not behind from");
	if (person == NULL)
		return yaml_err(y, e, "no person");
	if (person->text != NULL && strcmp(person->text, "nobody") == 0) {
		x->why = x->why != NULL ? x->why : "nobody";
		return 0;
	}
	return read_person(r, person, &x->person, e);
}

static int
read_overrides(const struct reading *r, const struct yaml *root,
    struct err *e)
{
	const struct yaml *y = yaml_get(root, "overrides");
	struct oncall *o = r->o;

	if (y == NULL)
		return 0;
	if (y->kind != YAML_LIST)
		return yaml_err(y, e, "overrides is not a list");
	o->override = arena_zalloc(&o->arena, sizeof(*o->override) *
	    ((size_t)y->count + 1));
	for (y = y->first; y != NULL; y = y->next) {
		if (read_override(r, &o->override[o->overrides++], y, e) < 0)
			return -1;
	}
	return 0;
}

/* -- pages and limits ------------------------------------------------- */

/* A duration of the clock, or 0 for at once. */
static int
read_after(const struct yaml *y, const char *key, int64_t *out, struct err *e)
{
	const struct yaml *v = yaml_get(y, key);
	struct duration d;

	if (v == NULL)
		return 0;
	if (v->text == NULL || duration_parse(v->text, &d) < 0 ||
	    d.unit != DURATION_SECONDS)
		return yaml_err(v, e, "%s '%s' is not a duration such as 0m, "
		    "5m or 1h", key, v->text != NULL ? v->text : "");
	*out = d.amount;
	return 0;
}

static int
read_page(const struct reading *r, const char *severity,
    const struct yaml *y, struct page *p, size_t *n, struct err *e)
{
	static const char *const keys[] = { "rotas", "after", NULL };
	const struct yaml *rotas = yaml_get(y, "rotas");
	int64_t after = 0;

	if (yaml_only(y, keys, e) < 0 || read_after(y, "after", &after, e) < 0)
		return -1;
	if (rotas == NULL || rotas->kind != YAML_LIST)
		return yaml_err(y, e, "rotas is not a list of rotas");
	for (rotas = rotas->first; rotas != NULL; rotas = rotas->next) {
		const char *name = rotas->text != NULL ? rotas->text : "";
		const struct rota *k = oncall_find(r->o, name);

		if (k == NULL)
			return yaml_err(rotas, e, "no rota '%s'", name);
		p[(*n)++] = (struct page){ severity, k, after };
	}
	return 0;
}

/* How many a severity's steps name; one step is a list of itself. */
static size_t
rotas_of(const struct yaml *y)
{
	const struct yaml *rotas = yaml_get(y, "rotas");
	size_t n = rotas != NULL ? (size_t)rotas->count : 0;

	for (y = y->kind == YAML_LIST ? y->first : NULL; y != NULL;
	    y = y->next)
		n += yaml_get(y, "rotas") != NULL ?
		    (size_t)yaml_get(y, "rotas")->count : 0;
	return n;
}

static int
read_pages(const struct reading *r, const struct yaml *root, struct err *e)
{
	const struct yaml *pages = yaml_get(root, "pages");
	struct oncall *o = r->o;
	size_t room = 1;

	if (pages == NULL)
		return 0;
	if (pages->kind != YAML_MAP)
		return yaml_err(pages, e, "pages is not a map of severities");
	for (const struct yaml *y = pages->first; y != NULL; y = y->next)
		room += rotas_of(y);
	o->page = arena_zalloc(&o->arena, sizeof(*o->page) * room);
	for (const struct yaml *y = pages->first; y != NULL; y = y->next) {
		const struct yaml *step = y->kind == YAML_LIST ? y->first : y;

		for (; step != NULL; step = step != y ? step->next : NULL) {
			if (read_page(r, y->key, step, o->page, &o->pages,
			    e) < 0)
				return -1;
		}
	}
	return 0;
}

static int
read_limits(struct oncall *o, const struct yaml *root, struct err *e)
{
	static const char *const keys[] = { "weeks_per_quarter",
		"evening_weeks", "incidents", NULL };
	const struct yaml *y = yaml_get(root, "limits");

	if (y == NULL)
		return 0;
	if (yaml_only(y, keys, e) < 0 ||
	    yaml_int(y, keys[0], 1, 14, &o->limits.weeks, e) < 0 ||
	    yaml_int(y, keys[1], 1, 53, &o->limits.evenings, e) < 0 ||
	    yaml_int(y, keys[2], 0, 1000, &o->limits.incidents, e) < 0)
		return -1;
	return 0;
}

static int
read_all(const struct reading *r, const struct yaml *root, struct err *e)
{
	static const char *const keys[] = { "zone", "answer", "limits",
		"pages", "rotas", "overrides", NULL };
	struct oncall *o = r->o;

	o->answer = 900;
	o->limits.incidents = -1;
	return yaml_only(root, keys, e) < 0 ||
	    read_after(root, "answer", &o->answer, e) < 0 ||
	    read_limits(o, root, e) < 0 || read_rotas(r, root, e) < 0 ||
	    read_overrides(r, root, e) < 0 ||
	    read_pages(r, root, e) < 0 ? -1 : 0;
}

int
oncall_load(struct oncall **out, const struct yaml *root,
    const struct team *team, const struct calendars *calendars,
    struct err *e)
{
	struct oncall *o = xcalloc(1, sizeof(*o));
	struct reading r = { o, team, calendars, yaml_str(root, "zone",
	    "UTC") };

	if (read_all(&r, root, e) < 0) {
		oncall_free(o);
		return -1;
	}
	*out = o;
	return 0;
}

void
oncall_free(struct oncall *o)
{
	for (size_t i = 0; i < o->inlines; i++)
		calendars_free(o->inlined[i]);
	free(o->inlined);
	arena_free(&o->arena);
	free(o);
}
