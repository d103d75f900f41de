/* What stands in a file of rules beside them: thresholds, exceptions. */
#include <string.h>
#include <strings.h>

#include "domain/triage/ruleset.h"

static const char *const action_names[ACTIONS + 1] = { "topic", "route",
	"escalate", "reply", "resolve", NULL };

void
answering_empty(struct answering *a)
{
	memset(a, 0, sizeof(*a));
	for (int i = 0; i < ACTIONS; i++)
		a->threshold[i] = -1;
}

/* A percentage, or "never"; of several files the first that says it counts. */
static int
load_threshold(const struct yaml *map, const char *key, int *out,
    struct err *e)
{
	const char *text = yaml_str(map, key, NULL);
	int64_t percent = -1;

	if (text != NULL && strcmp(text, "never") == 0)
		percent = NEVER;
	else if (yaml_int(map, key, 0, 100, &percent, e) < 0)
		return -1;
	if (*out < 0)
		*out = (int)percent;
	return 0;
}

/* `threshold` is for answering and resolving; `thresholds` names them. */
static int
load_answering(struct answering *a, const struct yaml *head, struct err *e)
{
	const struct yaml *each = yaml_get(head, "thresholds");
	int64_t within = 0;
	int both = -1;

	if (each != NULL && yaml_only(each, action_names, e) < 0)
		return -1;
	for (int i = 0; each != NULL && i < ACTIONS; i++) {
		if (load_threshold(each, action_names[i], &a->threshold[i],
		    e) < 0)
			return -1;
	}
	if (load_threshold(head, "threshold", &both, e) < 0 ||
	    yaml_seconds(head, "answer_within", &within, e) < 0)
		return -1;
	for (int i = ACT_REPLY; i <= ACT_RESOLVE; i++) {
		if (a->threshold[i] < 0)
			a->threshold[i] = both;
	}
	if (a->acknowledge == NULL) {
		a->acknowledge = yaml_str(head, "acknowledge", NULL);
		a->says = yaml_get(head, "acknowledge");
	}
	if (a->critical == NULL)
		a->critical = yaml_str(head, "acknowledge_critical", NULL);
	if (a->within == 0)
		a->within = within;
	return 0;
}

static int
check_ids(const struct yaml *list, struct err *e)
{
	if (list == NULL)
		return 0;
	if (list->kind != YAML_LIST)
		return yaml_err(list, e, "disable is not a list");
	for (const struct yaml *y = list->first; y != NULL; y = y->next) {
		if (y->text == NULL)
			return yaml_err(y, e, "not a rule's id");
	}
	return 0;
}

static struct exception *
find_exception(const struct rules *r, const char *customer)
{
	for (struct exception *x = r->exceptions; x != NULL; x = x->next) {
		if (strcasecmp(x->customer, customer) == 0)
			return x;
	}
	return NULL;
}

/* Ids of a list without their rules yet; those of earlier files stay. */
static void
without(struct rules *r, struct exception *x, const struct yaml *list)
{
	struct disabling *d;

	for (const struct yaml *y = list != NULL ? list->first : NULL;
	    y != NULL; y = y->next) {
		d = arena_zalloc(&r->arena, sizeof(*d));
		d->id = y;
		d->next = x->disable;
		x->disable = d;
		x->n++;
	}
}

static int
load_customer(struct rules *r, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = { "threshold", "thresholds",
		"acknowledge", "acknowledge_critical",
		"disable", NULL };
	struct exception *x = find_exception(r, y->key);

	if (y->kind != YAML_MAP)
		return yaml_err(y, e, "customer '%s' is not a map", y->key);
	if (yaml_only(y, keys, e) < 0 ||
	    check_ids(yaml_get(y, "disable"), e) < 0)
		return -1;
	if (x == NULL) {
		x = arena_zalloc(&r->arena, sizeof(*x));
		x->customer = y->key;
		answering_empty(&x->answering);
		x->next = r->exceptions;
		r->exceptions = x;
	}
	without(r, x, yaml_get(y, "disable"));
	return load_answering(&x->answering, y, e);
}

static void
disable_later(struct rules *r, const struct yaml *id)
{
	if (r->disables == r->disable_room) {
		r->disable_room = 2 * r->disable_room + 8;
		r->disabled = xreallocarray(r->disabled, r->disable_room,
		    sizeof(*r->disabled));
	}
	r->disabled[r->disables++] = id;
}

int
rule_head(struct rules *r, const struct yaml *file, struct err *e)
{
	static const char *const keys[] = { "threshold", "thresholds",
		"acknowledge", "acknowledge_critical", "answer_within",
		"disable", "customers",
		"include", "languages", "rules", NULL };
	const struct yaml *languages = yaml_get(file, "languages");
	const struct yaml *list = yaml_get(file, "disable");
	const struct yaml *customers = yaml_get(file, "customers");

	if (yaml_only(file, keys, e) < 0 || check_ids(list, e) < 0 ||
	    load_answering(&r->answering, file, e) < 0 ||
	    (languages != NULL &&
	    languages_add(r->languages, languages, e) < 0))
		return -1;
	for (const struct yaml *y = list != NULL ? list->first : NULL;
	    y != NULL; y = y->next)
		disable_later(r, y);
	if (customers == NULL)
		return 0;
	if (customers->kind != YAML_MAP)
		return yaml_err(customers, e, "customers is not a map");
	for (const struct yaml *y = customers->first; y != NULL; y = y->next) {
		if (load_customer(r, y, e) < 0)
			return -1;
	}
	return 0;
}

static struct rule *
by_id(const struct rules *r, const char *id, size_t *at)
{
	for (*at = 0; *at < r->n; ++*at) {
		if (strcmp(r->rule[*at]->info.id, id) == 0)
			return r->rule[*at];
	}
	return NULL;
}

/* What a customer's map leaves open is as for everybody. */
static int
ready_exception(struct rules *r, struct exception *x, struct err *e)
{
	struct answering *a = &x->answering;
	size_t at, n = 0;

	x->without = arena_alloc(&r->arena, (x->n + 1) * sizeof(*x->without));
	for (const struct disabling *d = x->disable; d != NULL; d = d->next) {
		if ((x->without[n++] = by_id(r, d->id->text, &at)) == NULL)
			return yaml_err(d->id, e, "no rule '%s' to disable",
			    d->id->text);
	}
	for (int i = 0; i < ACTIONS; i++) {
		if (a->threshold[i] < 0)
			a->threshold[i] = r->answering.threshold[i];
	}
	if (a->acknowledge == NULL) {
		a->acknowledge = r->answering.acknowledge;
		a->critical = a->critical != NULL ? a->critical :
		    r->answering.critical;
	}
	a->within = r->answering.within;
	return 0;
}

/* Without a word nothing is answered or resolved, and all is routed. */
static void
defaults(struct answering *a)
{
	for (int i = 0; i < ACTIONS; i++) {
		if (a->threshold[i] < 0)
			a->threshold[i] = i >= ACT_REPLY ? NEVER : 0;
	}
}

int
rule_heads_ready(struct rules *r, struct err *e)
{
	size_t at;

	for (size_t i = 0; i < r->disables; i++) {
		const struct yaml *id = r->disabled[i];

		if (by_id(r, id->text, &at) == NULL)
			return yaml_err(id, e, "no rule '%s' to disable",
			    id->text);
		memmove(&r->rule[at], &r->rule[at + 1],
		    (r->n - at - 1) * sizeof(*r->rule));
		r->n--;
	}
	defaults(&r->answering);
	for (struct exception *x = r->exceptions; x != NULL; x = x->next) {
		if (ready_exception(r, x, e) < 0)
			return -1;
	}
	return 0;
}

const struct exception *
rule_exception(const struct rules *r, const char *customer)
{
	return customer == NULL || *customer == '\0' ? NULL :
	    find_exception(r, customer);
}

const struct answering *
rules_answering(const struct rules *r, const char *customer)
{
	const struct exception *x = rule_exception(r, customer);

	return x != NULL ? &x->answering : &r->answering;
}

const struct answering *
rules_answerings(const struct rules *r, size_t i)
{
	const struct exception *x = r->exceptions;

	if (i == 0)
		return &r->answering;
	while (x != NULL && --i > 0)
		x = x->next;
	return x != NULL ? &x->answering : NULL;
}
