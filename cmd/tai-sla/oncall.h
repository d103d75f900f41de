/* What the verbs of tai-sla oncall share. */
#ifndef TAI_SLA_ONCALL_H
#define TAI_SLA_ONCALL_H

#include "notices.h"
#include "rotas.h"
#include "sla.h"

struct roster {			/* what is asked, of what */
	struct team team;
	const struct oncall *oncall;
	int64_t from, to;
	const struct rota *rota;	/* this one only, or NULL */
	const struct person *person;	/* likewise */
};

/* Whether the rota, and the stretch (may be NULL), are asked for. */
bool	roster_wants(const struct roster *, const struct rota *,
	    const struct duty *);

int	oncall_lint(struct cmd *, const struct roster *, struct err *);
int	oncall_print_pay(struct cmd *, const struct roster *, struct err *);
int	oncall_print_ics(struct cmd *, const struct roster *, struct err *);

#endif
