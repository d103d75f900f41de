/* tai-sla lint: contradictions in sla.yaml. */
#include "sla.h"

static void
finding(void *arg, const char *file, int line, const char *what)
{
	struct cmd *c = arg;

	buf_printf(&c->out, "%s:%d: %s\n", file, line, what);
}

int
sla_lint(struct cmd *c, struct err *e)
{
	(void)e;
	return policy_lint(c->policy, finding, c) > 0;
}
