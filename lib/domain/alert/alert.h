/*
 * Alerts as tickets. What a monitor says of one fingerprint, from its first
 * firing to its recovery, is an episode; episodes of one group that begin
 * close together are one ticket. The state is the `alert` records of the
 * group, told or recalled, in the order of their moments: the order of
 * arrival makes no difference to which episodes there are, and what comes
 * again adds nothing. See tai-ingest(1).
 */
#ifndef TAI_DOMAIN_ALERT_H
#define TAI_DOMAIN_ALERT_H

#include "domain/alert/alertrules.h"

#define ALERT_ROWS	((size_t)4096)	/* kept of a group, the latest */

struct alerts;

enum alert_hands { ALERT_FREE, ALERT_WORKED = 1, ALERT_DONE = 2 };

/* What is known and where records go; functions return -1 with the error. */
struct alert_desk {
	void *arg;
	/* A record's line: 1 it is new, 0 its id is here already. */
	int (*emit)(void *, const struct buf *, struct err *);
	int (*has)(void *, const char *id, struct err *);
	/*
	 * Tells (alerts_recalled) of the latest ALERT_ROWS alert records of
	 * a conversation. NULL without a store, as is hands.
	 */
	int (*recall)(void *, struct alerts *, const char *conversation,
	    struct err *);
	/* ALERT_ bits: a person works on the ticket; it is resolved. */
	int (*hands)(void *, const char *key, struct err *);
};

/* All must outlive it. */
struct alerts *alerts_new(const struct alert_rules *,
	    const struct customers *, const char *default_tier,
	    const struct alert_desk *);
void	alerts_free(struct alerts *);
/* Groups are recalled anew from here on: others may have written. */
void	alerts_forget(struct alerts *);
void	alerts_recalled(struct alerts *, const struct rec *);

enum alert_got { ALERT_NEW = 1, ALERT_AGAIN, ALERT_LEFT };
/*
 * An alert: NEW it made a record, AGAIN it says what is known, LEFT it is of
 * no episode that we know (a recovery that is kept in case its beginning is
 * late) or of no interest. now stands for moments that are missing. -1.
 */
int	alerts_take(struct alerts *, const struct alert *, int64_t now,
	    struct arena *, struct err *);
/* Resolves what has flapped and is quiet by now, of all groups at hand. */
int	alerts_settle(struct alerts *, int64_t now, struct err *);
/* Looks a group up so that alerts_settle knows it. */
int	alerts_touch(struct alerts *, const char *conversation, struct err *);

#endif
