/* What rules/team.yaml says. */
#include <string.h>

#include "domain/team.h"

static const char *const channels[] = { "email", "slack", "pagerduty", NULL };

static int
check_way(const struct yaml *y, struct err *e)
{
	static const char *const keys[] = { "channel", "to", NULL };
	const char *channel = yaml_str(y, "channel", "");
	const char *const *known = channels;

	if (y->kind != YAML_MAP)
		return yaml_err(y, e, "not a map of channel and to");
	if (yaml_only(y, keys, e) < 0)
		return -1;
	while (*known != NULL && strcmp(*known, channel) != 0)
		known++;
	if (*known == NULL)
		return yaml_err(y, e, "channel is not email, slack or "
		    "pagerduty");
	if (*yaml_str(y, "to", "") == '\0')
		return yaml_err(y, e, "to is missing");
	return 0;
}

int
team_load(struct team *t, const struct yaml *root, struct err *e)
{
	static const char *const keys[] = { "targets", "route_from", NULL };
	const char *from = yaml_str(root, "route_from", "LOW");

	t->targets = yaml_get(root, "targets");
	if (yaml_only(root, keys, e) < 0)
		return -1;
	if (severity_parse(from) < 0)
		return yaml_err(yaml_get(root, "route_from"), e, "route_from "
		    "is not LOW, MEDIUM, HIGH or CRITICAL");
	t->route_from = (enum severity)severity_parse(from);
	if (t->targets != NULL && t->targets->kind != YAML_MAP)
		return yaml_err(t->targets, e, "targets is not a map");
	for (const struct yaml *y = t->targets != NULL ? t->targets->first :
	    NULL; y != NULL; y = y->next) {
		if (y->kind != YAML_LIST)
			return yaml_err(y, e, "'%s' is not a list of ways",
			    y->key);
		for (const struct yaml *w = y->first; w != NULL; w = w->next) {
			if (check_way(w, e) < 0)
				return -1;
		}
	}
	return 0;
}

bool
team_way(const struct team *t, const char *target, int n, struct way *way)
{
	const struct yaml *y = t->targets != NULL ?
	    yaml_get(t->targets, target) : NULL;

	for (y = y != NULL ? y->first : NULL; y != NULL && n > 0; n--)
		y = y->next;
	if (y == NULL)
		return false;
	way->channel = yaml_str(y, "channel", "");
	way->to = yaml_str(y, "to", "");
	return true;
}
