/* The verbs of tai-sla. */
#ifndef TAI_SLA_H
#define TAI_SLA_H

#include "cmd.h"
#include "domain/clock.h"

int	sla_clock(struct cmd *, struct err *);
int	sla_due(struct cmd *, struct err *);
int	sla_explain(struct cmd *, struct err *);
int	sla_lint(struct cmd *, struct err *);
int	sla_calendar(struct cmd *, struct err *);

/* A moment in the organisation's zone: "Mon 2026-03-02 10:00 PST". */
char	*local_time(struct cmd *, const char *zone, int64_t, struct arena *);

#endif
