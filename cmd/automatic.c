/* The words by which mail is known that no person wrote. */
#include <string.h>

#include "cmd.h"

int
cmd_automatic(struct cmd *c, struct automatic *m, struct err *e)
{
	struct yaml *root = NULL;

	memset(m, 0, sizeof(*m));
	if (cmd_rule_file(c, "automatic.yaml") != NULL &&
	    cmd_rule_yaml(c, "automatic.yaml", &root, e) < 0)
		return -1;
	return automatic_load(m, &c->arena, root, e);
}
