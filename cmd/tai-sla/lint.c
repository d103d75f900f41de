/* tai-sla lint: contradictions in sla.yaml; what is wrong in its other files. */
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

static int
read_ladder(struct cmd *c, struct err *e)
{
	struct ladder ladder = { 0 };
	struct yaml *root;

	return cmd_rule_yaml(c, "ladder.yaml", &root, e) < 0 ? -1 :
	    ladder_load(&ladder, &c->arena, root, e);
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
		read_ladder, read_uptime, read_incident, read_rotas };

	(void)e;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		struct err bad = { 0 };

		if (others[i](c, &bad) < 0)
			cmd_warn(c, bad.kind, "%s", bad.text);
	}
	return policy_lint(c->policy, finding, c) > 0;
}
