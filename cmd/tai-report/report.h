/* The verbs of tai-report. */
#ifndef TAI_REPORT_H
#define TAI_REPORT_H

#include "cmd.h"
#include "domain/report/daily.h"

int	report_daily(struct cmd *, struct err *);

/* The day as one JSON object: what --json prints and templates show. */
void	daily_figures(const struct cmd *, const struct daily *, struct buf *);

#endif
