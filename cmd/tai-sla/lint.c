/* tai-sla lint: contradictions in sla.yaml; what is wrong in its other files. */
#include <string.h>

#include "cmd.h"
#include "domain/clock/ladder.h"
#include "domain/staff/team.h"
#include "domain/uptime/incrules.h"
#include "domain/uptime/uprules.h"
#include "notices.h"
#include "rotas.h"
#include "sla.h"

static void
finding(void *arg, const char *file, int line, const char *what)
{
	struct cmd *c = arg;

	buf_printf(&c->out, "%s:%d: %s\n", file, line, what);
}

/* Whether a word of the ladder can be anybody. */
static bool
is_known(const struct team *team, const char *to)
{
	const struct person *p;
	struct way way;

	if (strcmp(to, "assignee") == 0 || strcmp(to, "csm") == 0)
		return true;
	if (strncmp(to, "role ", 5) != 0)
		return team_way(team, to, 0, &way);
	for (size_t i = 0; (p = team_next(team, i)) != NULL; i++) {
		if (strcmp(p->role, to + 5) == 0)
			return true;
	}
	return false;
}

static int
lint_targets(struct cmd *c, const struct team *team, const char *file,
    int line, const char *const *to)
{
	int n = 0;

	for (; to != NULL && *to != NULL; to++) {
		if (is_known(team, *to))
			continue;
		finding(c, file, line, arena_printf(&c->arena, "tells '%s', "
		    "which team.yaml does not know", *to));
		n++;
	}
	return n;
}

static int
line_of(const struct yaml *root, const char *key)
{
	const struct yaml *y = yaml_get(root, key);

	return y != NULL ? y->line : root->line;
}

/* The letter that asks a customer again must be there before it is due. */
static int
lint_reminder(struct cmd *c, const struct ladder *l, const struct yaml *root)
{
	struct err bad = { 0 };
	const char *text;
	size_t len;

	if (l->reminder == NULL || cmd_template(c, arena_printf(&c->arena,
	    "reply/%s.txt", l->reminder), &text, &len, &bad) == 0)
		return 0;
	finding(c, l->file, line_of(root, "reminder"), bad.text);
	return 1;
}

/* A company that tells nobody anything knows that. */
static int
lint_ladder(struct cmd *c, const struct ladder *l, const struct yaml *root,
    struct err *e)
{
	struct team team = { 0 };
	int n = lint_reminder(c, l, root);

	if (cmd_team(c, &team, e) < 0)
		return -1;
	if (team.targets == NULL || team.targets->count == 0)
		return n;
	for (size_t i = 0; i < l->rungs; i++)
		n += lint_targets(c, &team, l->file, l->rung[i].line,
		    l->rung[i].to);
	n += lint_targets(c, &team, l->file, line_of(root, "unassigned"),
	    l->unassigned);
	n += lint_targets(c, &team, l->file, line_of(root, "silence"),
	    l->silence.to);
	n += lint_targets(c, &team, l->file, line_of(root, "exchanges"),
	    l->exchanges.to);
	return n + lint_targets(c, &team, l->file, line_of(root,
	    "unanswered"), l->unanswered.to);
}

static int
read_ladder(struct cmd *c, struct err *e)
{
	struct ladder ladder = { 0 };
	struct yaml *root;

	return cmd_rule_yaml(c, "ladder.yaml", &root, e) < 0 ||
	    ladder_load(&ladder, &c->arena, root, e) < 0 ? -1 :
	    lint_ladder(c, &ladder, root, e);
}

/* A contract of nobody was meant for somebody. */
static int
read_contracts(struct cmd *c, struct err *e)
{
	const struct yaml *list;
	struct yaml *root;
	int n = 0;

	if (cmd_rule_file(c, "contracts.yaml") == NULL ||
	    customers_id(c->customers, 0) == NULL)
		return 0;
	if (cmd_rule_yaml(c, "contracts.yaml", &root, e) < 0)
		return -1;
	list = yaml_get(root, "contracts");
	for (const struct yaml *y = list != NULL ? list->first : NULL;
	    y != NULL; y = y->next) {
		const char *id = yaml_str(y, "customer", "");

		if (customers_known(c->customers, id))
			continue;
		finding(c, y->file, y->line, arena_printf(&c->arena, "no "
		    "customer '%s' in customers.csv", id));
		n++;
	}
	return n;
}

static int
read_uptime(struct cmd *c, struct err *e)
{
	struct uprules *rules;
	struct yaml *root;

	return cmd_rule_yaml(c, "uptime.yaml", &root, e) < 0 ? -1 :
	    uprules_load(&rules, &c->arena, root, e);
}

static int
read_incident(struct cmd *c, struct err *e)
{
	struct incident_rules *rules;
	struct yaml *root;

	return cmd_rule_yaml(c, "incident.yaml", &root, e) < 0 ? -1 :
	    incident_rules_load(&rules, &c->arena, root, e);
}

static int
read_rotas(struct cmd *c, struct err *e)
{
	struct team team = { 0 };
	struct oncall *rotas;

	return cmd_team(c, &team, e) < 0 ? -1 :
	    cmd_oncall(c, &team, &rotas, e);
}

/* Each file that cannot be read is told, and the next one looked at. */
int
sla_lint(struct cmd *c, struct err *e)
{
	static int (*const others[])(struct cmd *, struct err *) = {
		read_ladder, read_contracts, read_uptime, read_incident,
		read_rotas };

	int found = 0;

	(void)e;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		struct err bad = { 0 };
		int n = others[i](c, &bad);

		if (n < 0)
			cmd_warn(c, bad.kind, "%s", bad.text);
		else
			found += n;
	}
	return policy_lint(c->policy, finding, c) > 0 || found > 0;
}
