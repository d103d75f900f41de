/* tai-ingest lint: what looks wrong in secrets.yaml. */
#include "ingest.h"

static void
told(void *arg, const char *file, int line, const char *what)
{
	struct cmd *c = arg;

	buf_printf(&c->out, "%s:%d: %s\n", file, line, what);
}

int
ingest_lint(struct cmd *c, struct err *e)
{
	(void)e;
	return secrets_lint(c->secrets, told, c) > 0;
}
