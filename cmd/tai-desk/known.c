/* Words that there are: people, categories, tiers, types of records. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "desk.h"
#include "notices.h"

#define CUSTOMERS	12	/* that a slip is told of */

struct names {			/* in order, each once */
	const char **name;
	size_t n, room;
};

static void
add_name(struct names *all, const char *name)
{
	size_t i = 0;

	while (i < all->n && strcmp(all->name[i], name) < 0)
		i++;
	if (i < all->n && strcmp(all->name[i], name) == 0)
		return;
	if (all->n == all->room) {
		all->room = 2 * all->room + 32;
		all->name = xreallocarray(all->name, all->room,
		    sizeof(*all->name));
	}
	memmove(all->name + i + 1, all->name + i,
	    (all->n++ - i) * sizeof(*all->name));
	all->name[i] = name;
}

static bool
has_name(const struct names *all, const char *name)
{
	size_t i = 0;

	while (i < all->n && strcmp(all->name[i], name) != 0)
		i++;
	return i < all->n;
}

/* ERR_USAGE: there is no such thing; there are these. */
static int
no_such(const char *what, const char *word, const struct names *known,
    struct err *e)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < known->n; i++)
		buf_printf(&text, "%s%s", i == 0 ? ": there is " :
		    i + 1 < known->n ? ", " : " and ", known->name[i]);
	err_set(e, ERR_USAGE, "no %s '%s'%s", what, word, text.data);
	buf_free(&text);
	return -1;
}

int
desk_known_type(const char *type, struct err *e)
{
	struct names known = { 0 };
	const char *name;

	if (type_known(type) && !type_derived(type))
		return 0;
	for (size_t i = 0; (name = type_name(i)) != NULL; i++) {
		if (!type_derived(name))
			add_name(&known, name);
	}
	no_such(type_known(type) ? "stored type" : "type", type, &known, e);
	free(known.name);
	return -1;
}

int
desk_known_tier(const struct cmd *c, const char *tier, struct err *e)
{
	struct names known = { 0 };
	const char *name;
	int rc = 0;

	for (size_t i = 0; (name = policy_tier(c->policy, i)) != NULL; i++)
		add_name(&known, name);
	if (!has_name(&known, tier))
		rc = no_such("tier", tier, &known, e);
	free(known.name);
	return rc;
}

/* Of the same first letter when there are many. */
int
desk_known_customer(const struct cmd *c, const char *word, struct err *e)
{
	struct names known = { 0 };
	const char *id;
	size_t n = 0;

	if (customers_at(c->customers, word, c->now) != NULL)
		return 0;
	while (customers_id(c->customers, n) != NULL)
		n++;
	for (size_t i = 0; (id = customers_id(c->customers, i)) != NULL; i++) {
		if (known.n < CUSTOMERS && (n <= CUSTOMERS ||
		    strncasecmp(id, word, 1) == 0))
			add_name(&known, id);
	}
	no_such("customer", word, &known, e);
	free(known.name);
	return -1;
}

static void
add_value(struct names *all, const struct yaml *rule, const char *key)
{
	const struct yaml *y = yaml_get(rule, key);

	if (y != NULL && y->kind == YAML_SCALAR && y->text != NULL)
		add_name(all, y->text);
}

/* What is wrong with a file of rules is not for this to say. */
static void
add_rules(struct cmd *c, const char *path, struct names *categories,
    struct names *topics)
{
	struct err ignored = { 0 };
	struct yaml *y;

	if (yaml_load(&c->arena, path, &y, &ignored) < 0)
		return;
	if (y->kind == YAML_MAP && (y = (struct yaml *)(uintptr_t)yaml_get(y,
	    "rules")) == NULL)
		return;
	for (const struct yaml *r = y->first; r != NULL; r = r->next) {
		if (r->kind != YAML_MAP)
			continue;
		add_value(categories, r, "category");
		add_value(topics, r, "topic");
	}
}

int
desk_known_category(struct cmd *c, const char *word, struct err *e)
{
	struct names categories = { 0 }, topics = { 0 };
	const char *const *paths;
	size_t n;
	int rc = cmd_rule_files(c, "triage", ".yaml", &paths, &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++)
		add_rules(c, paths[i], &categories, &topics);
	add_name(&categories, "other");
	if (rc == 0 && !has_name(&categories, word) &&
	    !has_name(&topics, word)) {
		for (size_t i = 0; i < topics.n; i++)
			add_name(&categories, topics.name[i]);
		rc = no_such("category or topic", word, &categories, e);
	}
	free(categories.name);
	free(topics.name);
	return rc;
}

static bool
is_listed(const char *const *list, const char *who)
{
	while (list != NULL && *list != NULL && !desk_is_person(*list, who))
		list++;
	return list != NULL && *list != NULL;
}

const struct person *
desk_member(const struct team *team, const char *who)
{
	const struct person *p = team_person(team, who);

	for (size_t i = 0; p == NULL && (p = team_next(team, i)) != NULL; i++) {
		if (!desk_is_person(p->id, who) &&
		    !desk_is_person(p->address, who))
			p = NULL;
	}
	return p;
}

/* An agent of org.yaml, if nobody of the team. */
static bool
is_agent(const struct cmd *c, const char *who)
{
	const char *at = strchr(who, '@');

	return is_listed(c->org.agents, who) ||
	    (at != NULL && is_listed(c->org.agent_domains, at + 1));
}

int
desk_known_person(struct cmd *c, const struct team *team, const char *who,
    struct err *e)
{
	struct names known = { 0 };
	const struct person *p;

	if (desk_member(team, who) != NULL || is_agent(c, who) ||
	    strcmp(who, desk_person(c)) == 0)
		return 0;
	for (size_t i = 0; (p = team_next(team, i)) != NULL; i++)
		add_name(&known, p->id);
	for (const char *const *a = c->org.agents; a != NULL && *a != NULL;
	    a++)
		add_name(&known, *a);
	no_such("person", who, &known, e);
	free(known.name);
	return -1;
}
