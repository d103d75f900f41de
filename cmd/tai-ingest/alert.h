/* Alerts and status pages on their way into records. */
#ifndef TAI_INGEST_ALERT_H
#define TAI_INGEST_ALERT_H

#include "foreign.h"

/*
 * Takes one item: what a monitor has sent. mapping names a file of
 * rules/alerts ("alertmanager"), NULL finds the one that knows it. What is in
 * it is counted in the foreign's tally, and refused part by part; an item
 * that no map knows is ERR_INPUT, rules that are wrong ERR_CONFIG. With a
 * store no other process takes alerts until alert_close (or alert_pause).
 */
int	alert_take(struct foreign *, const char *mapping,
	    const struct value *, struct err *);
/* Commits what is taken and lets others go on. */
int	alert_pause(struct foreign *, struct err *);
/* After the last one, and after foreign_finish. */
void	alert_close(void);

#endif
