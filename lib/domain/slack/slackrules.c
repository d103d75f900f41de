/* rules/slack.yaml */
#include <fnmatch.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "domain/slack/slackrules.h"

static const char slot[] = "{customer}";

static const char *const bots[] = { "ignore", "customer", "agent", "auto" };

static int
seconds(const struct yaml *root, const char *key, int64_t *out,
    struct err *e)
{
	const struct yaml *y = yaml_get(root, key);
	struct duration d;

	if (y == NULL)
		return 0;
	if (y->kind != YAML_SCALAR || y->text == NULL ||
	    duration_parse(y->text, &d) < 0 || d.unit != DURATION_SECONDS)
		return yaml_err(y, e, "%s is not a duration such as 5m", key);
	*out = d.amount;
	return 0;
}

static int
load_channels(struct slack_rules *r, struct arena *a,
    const struct yaml *root, struct err *e)
{
	static const char *const keys[] = { "id", "name", "customer", NULL };
	const struct yaml *list = yaml_get(root, "channels");
	struct slack_channel_rule *rules;

	if (list == NULL)
		return 0;
	if (list->kind != YAML_LIST)
		return yaml_err(list, e, "channels is not a list");
	rules = arena_zalloc(a, sizeof(*rules) * (size_t)(list->count + 1));
	r->channels = rules;
	for (const struct yaml *y = list->first; y != NULL; y = y->next) {
		struct slack_channel_rule *c = &rules[r->nchannels++];

		if (y->kind != YAML_MAP || yaml_only(y, keys, e) < 0)
			return yaml_err(y, e, "a channel is a map");
		c->id = yaml_str(y, "id", NULL);
		c->name = yaml_str(y, "name", NULL);
		c->customer = yaml_str(y, "customer", NULL);
		if ((c->id == NULL) == (c->name == NULL))
			return yaml_err(y, e,
			    "a channel has an id or a name");
		if (c->customer == NULL && (c->name == NULL ||
		    strstr(c->name, slot) == NULL))
			return yaml_err(y, e, "whose the channel is: give "
			    "its customer, or %s in its name", slot);
	}
	return 0;
}

/* A map of names to one of the words that known() knows. */
static int
check_map(const struct yaml *root, const char *key,
    int (*known)(const char *), const char *words, const struct yaml **out,
    struct err *e)
{
	const struct yaml *map = yaml_get(root, key);

	*out = map;
	if (map == NULL)
		return 0;
	if (map->kind != YAML_MAP)
		return yaml_err(map, e, "%s is not a map", key);
	for (const struct yaml *y = map->first; y != NULL; y = y->next) {
		if (y->kind != YAML_SCALAR || y->text == NULL ||
		    known(y->text) < 0)
			return yaml_err(y, e, "%s: %s is %s", key, y->key,
			    words);
	}
	return 0;
}

static int
bot_kind(const char *s)
{
	for (int i = 0; i < 4; i++) {
		if (strcmp(s, bots[i]) == 0)
			return i;
	}
	return -1;
}

static int
any(const char *s)
{
	return *s == '\0' ? -1 : 0;
}

int
slack_rules_load(struct slack_rules *r, struct arena *a,
    const struct yaml *root, struct err *e)
{
	static const char *const keys[] = { "team", "workspaces", "channels",
		"internal", "others", "together", "answer", "mention",
		"reactions", "bots", NULL };
	const char *others;

	memset(r, 0, sizeof(*r));
	r->together = 300;
	r->answer = 1800;
	r->mention = 86400;
	if (yaml_only(root, keys, e) < 0 ||
	    yaml_texts(root, "team", a, &r->teams, e) < 0 ||
	    yaml_texts(root, "internal", a, &r->internal, e) < 0 ||
	    load_channels(r, a, root, e) < 0 ||
	    seconds(root, "together", &r->together, e) < 0 ||
	    seconds(root, "answer", &r->answer, e) < 0 ||
	    seconds(root, "mention", &r->mention, e) < 0 ||
	    check_map(root, "workspaces", any, "a customer's id",
	    &r->workspaces, e) < 0 ||
	    check_map(root, "reactions", status_parse, "none of open, "
	    "progress, waiting, resolved, closed", &r->reactions, e) < 0 ||
	    check_map(root, "bots", bot_kind, "none of ignore, customer, "
	    "agent, auto", &r->bots, e) < 0)
		return -1;
	others = yaml_str(root, "others", "customers");
	if (strcmp(others, "internal") == 0)
		r->others = SLACK_INTERNAL;
	else if (strcmp(others, "tickets") == 0)
		r->others = SLACK_CUSTOMER;
	else if (strcmp(others, "customers") == 0)
		r->others = SLACK_OTHER;
	else
		return yaml_err(yaml_get(root, "others"), e,
		    "others is none of internal, customers, tickets");
	return 0;
}

/* Matches up to pattern's end; the part for {customer} goes to *who. */
static bool
name_matches(const char *pattern, const char *name, const char **who,
    size_t *len)
{
	const char *at = strstr(pattern, slot);
	size_t head, tail, room = strlen(name);

	*len = 0;
	if (at == NULL)
		return fnmatch(pattern, name, FNM_CASEFOLD) == 0;
	head = (size_t)(at - pattern);
	tail = strlen(at + sizeof(slot) - 1);
	if (room <= head + tail || strncasecmp(pattern, name, head) != 0 ||
	    strcasecmp(at + sizeof(slot) - 1, name + room - tail) != 0)
		return false;
	*who = name + head;
	*len = room - head - tail;
	return true;
}

/* The rule's customer with what stood for {customer} put in. */
static const char *
customer_of(const struct slack_channel_rule *c, const char *who, size_t len,
    struct arena *a)
{
	const char *at;

	if (c->customer == NULL)
		return arena_strndup(a, who, len);
	if (len == 0 || (at = strstr(c->customer, slot)) == NULL)
		return c->customer;
	return arena_printf(a, "%.*s%.*s%s", (int)(at - c->customer),
	    c->customer, (int)len, who, at + sizeof(slot) - 1);
}

enum slack_channel_kind
slack_rules_channel(const struct slack_rules *r, const char *id,
    const char *name, struct arena *a, const char **customer)
{
	const char *who = "";
	size_t len = 0;

	*customer = "";
	for (size_t i = 0; i < r->nchannels; i++) {
		const struct slack_channel_rule *c = &r->channels[i];

		if (c->id != NULL ? strcmp(c->id, id) == 0 : name != NULL &&
		    name_matches(c->name, name, &who, &len)) {
			*customer = customer_of(c, who, len, a);
			return SLACK_CUSTOMER;
		}
	}
	for (const char *const *s = r->internal; *s != NULL; s++) {
		if (strcmp(*s, id) == 0 || (name != NULL &&
		    fnmatch(*s, name, FNM_CASEFOLD) == 0))
			return SLACK_INTERNAL;
	}
	return r->others;
}

bool
slack_rules_ours(const struct slack_rules *r, const char *team)
{
	for (const char *const *s = r->teams; team != NULL && *s != NULL;
	    s++) {
		if (strcmp(*s, team) == 0)
			return true;
	}
	return false;
}

int
slack_rules_reaction(const struct slack_rules *r, const char *name)
{
	size_t len = strcspn(name, ":");	/* +1::skin-tone-2 */

	if (r->reactions == NULL)
		return -1;
	for (const struct yaml *y = r->reactions->first; y != NULL;
	    y = y->next) {
		if (strlen(y->key) == len && memcmp(y->key, name, len) == 0)
			return status_parse(y->text);
	}
	return -1;
}

enum slack_bot
slack_rules_bot(const struct slack_rules *r, const char *id, const char *app,
    const char *name)
{
	const char *const names[] = { id, app, name };

	for (size_t i = 0; r->bots != NULL && i < 3; i++) {
		for (const struct yaml *y = names[i] == NULL ? NULL :
		    r->bots->first; y != NULL; y = y->next) {
			if (strcasecmp(y->key, names[i]) == 0)
				return (enum slack_bot)bot_kind(y->text);
		}
	}
	return SLACK_BOT_IGNORED;
}
