/* Who is told of alerts. */
#ifndef TAI_INGEST_ALERTTELL_H
#define TAI_INGEST_ALERTTELL_H

#include "notices.h"

struct alert_tell;

int	alert_tell_open(struct alert_tell **, struct cmd *, struct err *);
void	alert_tell_close(struct alert_tell *);		/* NULL is none */
/*
 * A record that an alert became: a verdict tells whoever it names, a ticket
 * that is resolved ends their pages. What is older than tell_within of
 * team.yaml is no news. title: the alert's.
 */
int	alert_tell(struct alert_tell *, const struct buf *line,
	    const char *title, struct err *);

#endif
