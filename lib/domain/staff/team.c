/* What rules/team.yaml says. */
#include <string.h>
#include <strings.h>

#include "domain/staff/team.h"
#include "format/zone.h"

static const char *const channels[] = { "email", "slack", "pagerduty", NULL };

const char *
person_at(const struct person *p, const char *channel)
{
	return strcmp(channel, "email") == 0 ? p->address :
	    strcmp(channel, "slack") == 0 ? p->slack : p->pagerduty;
}

static int
check_way(const struct team *t, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = { "channel", "to", NULL };
	const char *channel = yaml_str(y, "channel", "");
	const char *to = yaml_str(y, "to", "");
	const char *const *known = channels;
	const struct person *p;

	if (y->kind != YAML_MAP)
		return yaml_err(y, e, "not a map of channel and to");
	if (yaml_only(y, keys, e) < 0)
		return -1;
	while (*known != NULL && strcmp(*known, channel) != 0)
		known++;
	if (*known == NULL)
		return yaml_err(y, e, "channel is not email, slack or "
		    "pagerduty");
	if (*to == '\0')
		return yaml_err(y, e, "to is missing");
	if ((p = team_person(t, to)) != NULL && *person_at(p, channel) == '\0')
		return yaml_err(y, e, "'%s' has no %s", to,
		    strcmp(channel, "email") == 0 ? "address" : channel);
	if (p == NULL && strcmp(channel, "email") == 0 &&
	    strchr(to, '@') == NULL && strncmp(to, "oncall ", 7) != 0)
		return yaml_err(y, e, "'%s' is neither an address nor one of "
		    "the people", to);
	return 0;
}

static int
load_targets(struct team *t, const struct yaml *root, struct err *e)
{
	t->targets = yaml_get(root, "targets");
	if (t->targets != NULL && t->targets->kind != YAML_MAP)
		return yaml_err(t->targets, e, "targets is not a map");
	for (const struct yaml *y = t->targets != NULL ? t->targets->first :
	    NULL; y != NULL; y = y->next) {
		if (y->kind != YAML_LIST)
			return yaml_err(y, e, "'%s' is not a list of ways",
			    y->key);
		for (const struct yaml *w = y->first; w != NULL; w = w->next) {
			if (check_way(t, w, e) < 0)
				return -1;
		}
	}
	return 0;
}

/* A scalar's text; "" when it is missing, -1 when it is a list or a map. */
static int
text_of(const struct yaml *y, const char *key, const char **out,
    struct err *e)
{
	const struct yaml *v = yaml_get(y, key);

	if (v != NULL && v->kind != YAML_SCALAR)
		return yaml_err(v, e, "%s is not a word", key);
	*out = yaml_str(y, key, "");
	return 0;
}

static int
load_person(struct team *t, struct arena *a, const struct yaml *y,
    struct err *e)
{
	static const char *const keys[] = { "name", "address", "slack",
		"pagerduty", "zone", "shift", "role", "skills", "tiers",
		"load", NULL };
	struct person *p = &t->person[t->people];
	const struct person *other;
	const struct zone *z;
	struct err bad = { 0 };
	int64_t load = 0;

	if (y->kind != YAML_MAP)
		return yaml_err(y, e, "'%s' is not a map", y->key);
	*p = (struct person){ .id = y->key, .line = y->line };
	if (yaml_only(y, keys, e) < 0 ||
	    text_of(y, "name", &p->name, e) < 0 ||
	    text_of(y, "address", &p->address, e) < 0 ||
	    text_of(y, "slack", &p->slack, e) < 0 ||
	    text_of(y, "pagerduty", &p->pagerduty, e) < 0 ||
	    text_of(y, "zone", &p->zone, e) < 0 ||
	    text_of(y, "shift", &p->shift, e) < 0 ||
	    text_of(y, "role", &p->role, e) < 0 ||
	    yaml_texts(y, "skills", a, &p->skills, e) < 0 ||
	    yaml_texts(y, "tiers", a, &p->tiers, e) < 0 ||
	    yaml_int(y, "load", 0, 1000000, &load, e) < 0)
		return -1;
	p->load = (int)load;
	if (*p->name == '\0')
		p->name = p->id;
	if (*p->address == '\0' && strchr(p->id, '@') != NULL)
		p->address = p->id;
	if (*p->address != '\0' && strchr(p->address, '@') == NULL)
		return yaml_err(yaml_get(y, "address"), e, "address is not "
		    "an address");
	if (*p->zone != '\0' && zone_load(&z, p->zone, &bad) < 0)
		return yaml_err(yaml_get(y, "zone"), e, "%s", bad.text);
	if ((other = team_person(t, p->id)) != NULL ||
	    (*p->address != '\0' &&
	    (other = team_person(t, p->address)) != NULL))
		return yaml_err(y, e, "'%s' is '%s' again", p->id, other->id);
	t->people++;
	return 0;
}

static int
load_people(struct team *t, struct arena *a, const struct yaml *root,
    struct err *e)
{
	const struct yaml *people = yaml_get(root, "people");

	if (people == NULL)
		return 0;
	if (people->kind != YAML_MAP)
		return yaml_err(people, e, "people is not a map");
	t->person = arena_alloc(a, ((size_t)people->count + 1) *
	    sizeof(*t->person));
	for (const struct yaml *y = people->first; y != NULL; y = y->next) {
		if (load_person(t, a, y, e) < 0)
			return -1;
	}
	return 0;
}

/* "07:00-22:00" */
static int
load_awake(struct team *t, const struct yaml *root, struct err *e)
{
	const char *text = yaml_str(root, "awake", "07:00-22:00");
	int h1, m1, h2, m2, end = 0;

	if (sscanf(text, "%2d:%2d-%2d:%2d%n", &h1, &m1, &h2, &m2, &end) != 4 ||
	    text[end] != '\0' || h1 < 0 || m1 < 0 || m1 > 59 || m2 < 0 ||
	    m2 > 59 || h2 > 24 || h2 * 60 + m2 > 24 * 60 ||
	    h1 * 60 + m1 >= h2 * 60 + m2)
		return yaml_err(yaml_get(root, "awake"), e, "awake is not "
		    "hours such as 07:00-22:00");
	t->awake_from = h1 * 3600 + m1 * 60;
	t->awake_to = h2 * 3600 + m2 * 60;
	return 0;
}

int
team_load(struct team *t, struct arena *a, const struct yaml *root,
    struct err *e)
{
	static const char *const keys[] = { "people", "targets", "route_from",
		"handover", "awake", "tell_within", NULL };
	const char *from = yaml_str(root, "route_from", "LOW");

	memset(t, 0, sizeof(*t));
	t->file = root->file;
	t->handover = 1800;
	t->tell_within = 86400;
	if (yaml_only(root, keys, e) < 0 ||
	    yaml_seconds(root, "handover", &t->handover, e) < 0 ||
	    yaml_seconds(root, "tell_within", &t->tell_within, e) < 0 ||
	    load_awake(t, root, e) < 0)
		return -1;
	if (severity_parse(from) < 0)
		return yaml_err(yaml_get(root, "route_from"), e, "route_from "
		    "is not LOW, MEDIUM, HIGH or CRITICAL");
	t->route_from = (enum severity)severity_parse(from);
	if (load_people(t, a, root, e) < 0)
		return -1;
	return load_targets(t, root, e);
}

const struct person *
team_person(const struct team *t, const char *name)
{
	for (size_t i = 0; i < t->people; i++) {
		if (strcmp(t->person[i].id, name) == 0)
			return &t->person[i];
	}
	for (size_t i = 0; i < t->people && *name != '\0'; i++) {
		if (strcasecmp(t->person[i].address, name) == 0)
			return &t->person[i];
	}
	return NULL;
}

const struct person *
team_next(const struct team *t, size_t i)
{
	return i < t->people ? &t->person[i] : NULL;
}

static const struct person *
target_person(const struct team *t, const char *target, size_t i)
{
	const struct person *p = team_person(t, target);
	struct way way;

	if (p != NULL)
		return i == 0 ? p : NULL;
	for (int n = 0; team_way(t, target, n, &way); n++) {
		p = NULL;
		for (size_t k = 0; k < t->people && p == NULL; k++) {
			if (strcmp(person_at(&t->person[k], way.channel),
			    way.to) == 0)
				p = &t->person[k];
		}
		if (p != NULL && i-- == 0)
			return p;
	}
	return NULL;
}

const struct person *
team_meant(const struct team *t, const char *word, size_t i)
{
	const char *role = strncmp(word, "role ", 5) == 0 ? word + 5 : NULL;

	if (role == NULL && strcmp(word, "everybody") != 0)
		return target_person(t, word, i);
	for (size_t k = 0; k < t->people; k++) {
		const struct person *p = &t->person[k];

		if ((role == NULL || strcasecmp(p->role, role) == 0) &&
		    i-- == 0)
			return p;
	}
	return NULL;
}

bool
team_reaches(const struct team *t, const char *address)
{
	for (const struct yaml *y = t->targets != NULL ? t->targets->first :
	    NULL; y != NULL; y = y->next) {
		for (const struct yaml *w = y->first; w != NULL; w = w->next) {
			if (strcasecmp(yaml_str(w, "to", ""), address) == 0)
				return true;
		}
	}
	return team_person(t, address) != NULL;
}

static bool
person_way(const struct person *p, int n, struct way *way)
{
	for (const char *const *c = channels; *c != NULL; c++) {
		way->channel = *c;
		way->to = person_at(p, *c);
		if (*way->to != '\0' && n-- == 0)
			return true;
	}
	return false;
}

bool
team_way(const struct team *t, const char *target, int n, struct way *way)
{
	const struct yaml *y = t->targets != NULL ?
	    yaml_get(t->targets, target) : NULL;
	const struct person *p = y == NULL ? team_person(t, target) : NULL;

	if (p != NULL)
		return person_way(p, n, way);
	if (y == NULL && strchr(target, '@') != NULL) {
		*way = (struct way){ "email", target };
		return n == 0;
	}
	for (y = y != NULL ? y->first : NULL; y != NULL && n > 0; n--)
		y = y->next;
	if (y == NULL)
		return false;
	way->channel = yaml_str(y, "channel", "");
	way->to = yaml_str(y, "to", "");
	if ((p = team_person(t, way->to)) != NULL)
		way->to = person_at(p, way->channel);
	return true;
}
