/* oncall.yaml, for tools that page people. */
#ifndef TAI_CMD_ROTAS_H
#define TAI_CMD_ROTAS_H

#include "cmd.h"
#include "domain/staff/oncall.h"

/*
 * The rotas, which last as long as the run; *out is NULL where the rules have
 * no oncall.yaml. The team (cmd_team) must outlive them.
 */
int	cmd_oncall(struct cmd *, const struct team *, struct oncall **,
	    struct err *);

#endif
