/* Who we are. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "domain/org.h"

const char *
role_name(enum role r)
{
	static const char *const names[] = { "customer", "agent", "auto",
		"system" };

	return names[r];
}

static const char *
lower(struct arena *a, const char *s)
{
	char *copy = arena_strdup(a, s);

	for (char *p = copy; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}

/* A list of strings, or of maps with an entry of that name. */
static int
text_list(const struct yaml *root, const char *key, const char *inner,
    struct arena *a, const char *const **out, struct err *e)
{
	const struct yaml *list = yaml_get(root, key);
	const char **texts;
	size_t n = 0;

	texts = arena_zalloc(a, sizeof(*texts) *
	    (size_t)((list != NULL ? list->count : 0) + 1));
	*out = texts;
	if (list == NULL)
		return 0;
	if (list->kind != YAML_LIST)
		return yaml_err(list, e, "%s is not a list", key);
	for (const struct yaml *y = list->first; y != NULL; y = y->next) {
		const char *text = y->kind == YAML_SCALAR ? y->text :
		    yaml_str(y, inner, NULL);

		if (text == NULL || *text == '\0')
			return yaml_err(y, e, "%s without %s", key, inner);
		texts[n++] = lower(a, text);
	}
	return 0;
}

int
org_load(struct org *o, struct arena *a, struct yaml *root, struct err *e)
{
	static const char *const keys[] = { "name", "address", "addresses",
		"zone", "currency", "default_tier", "agents",
		"agent_domains", "targets", "links", NULL };
	const struct yaml *targets = yaml_get(root, "targets");

	if (yaml_only(root, keys, e) < 0)
		return -1;
	memset(o, 0, sizeof(*o));
	o->root = root;
	o->name = yaml_str(root, "name", "");
	o->zone = yaml_str(root, "zone", "UTC");
	o->default_tier = yaml_str(root, "default_tier", NULL);
	o->currency = yaml_str(root, "currency", "USD");
	o->address = yaml_str(root, "address", NULL);
	if (o->address == NULL)
		return yaml_err(root, e, "address is missing");
	if (o->default_tier == NULL)
		return yaml_err(root, e, "default_tier is missing");
	o->address = lower(a, o->address);
	if (text_list(root, "addresses", "address", a, &o->addresses, e) < 0 ||
	    text_list(root, "agents", "address", a, &o->agents, e) < 0 ||
	    text_list(root, "agent_domains", "domain", a, &o->agent_domains,
	    e) < 0)
		return -1;
	if (targets != NULL && (yaml_decimal(targets, "response", 2,
	    &o->target.response, e) < 0 || yaml_decimal(targets, "resolution",
	    2, &o->target.resolution, e) < 0 || yaml_decimal(targets, "csat",
	    2, &o->target.csat, e) < 0))
		return -1;
	return 0;
}

static bool
listed(const char *const *list, const char *s)
{
	for (; *list != NULL; list++) {
		if (strcasecmp(*list, s) == 0)
			return true;
	}
	return false;
}

/* "support+K7Q2M9X4T8WN@tai.example" is support@tai.example. */
static bool
is_plus_address(const char *ours, const char *s)
{
	size_t local = strcspn(ours, "@");

	return strncasecmp(ours, s, local) == 0 && s[local] == '+' &&
	    strchr(s, '@') != NULL &&
	    strcasecmp(strchr(s, '@'), ours + local) == 0;
}

enum role
org_role(const struct org *o, const char *address)
{
	const char *at = strrchr(address, '@');

	if (strcasecmp(o->address, address) == 0 ||
	    is_plus_address(o->address, address) ||
	    listed(o->addresses, address))
		return ROLE_SYSTEM;
	for (const char *const *s = o->addresses; *s != NULL; s++) {
		if (is_plus_address(*s, address))
			return ROLE_SYSTEM;
	}
	if (listed(o->agents, address) ||
	    (at != NULL && listed(o->agent_domains, at + 1)))
		return ROLE_AGENT;
	return ROLE_CUSTOMER;
}
