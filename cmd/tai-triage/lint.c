/* What looks wrong in the rules, one line each. */
#include "triage.h"

static void
told(void *arg, const char *file, int line, const char *what)
{
	struct cmd *c = arg;

	buf_printf(&c->out, "%s:%d: %s\n", file, line, what);
}

int
triage_lint(struct cmd *c, struct err *e)
{
	struct rules *r;
	int found;

	if (triage_rules(c, &r, e) < 0)
		return -1;
	found = rules_lint(r, told, c);
	rules_free(r);
	return found > 0;
}
