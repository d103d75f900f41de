/*
 * What is remembered of alerts: the rows of each conversation by moment, and
 * what they say of each ticket that is in them.
 */
#ifndef TAI_DOMAIN_ALERTGROUP_H
#define TAI_DOMAIN_ALERTGROUP_H

#include "domain/alert/alertout.h"

#define ALERT_TICKETS	8	/* of a group looked at, the newest */

struct alert_group {
	char *name;		/* the records' conversation */
	struct alert_row *row;	/* by moment */
	size_t n, room;
};

struct alert_groups {
	struct alert_held *first;	/* the longest unused */
	size_t rows;		/* of all of them */
	size_t *table;		/* the latest row of each fingerprint */
	size_t slots;
};

struct alert_view {		/* of a ticket, by its rows */
	const char *key;
	int64_t first, last_firing, closed, set;
	int64_t until;		/* held till then; TIME_NONE */
	int64_t count;
	int severity;
	bool open;
};

bool	alert_row_fires(const struct alert_row *);
/* By moment, then by effect. */
int	alert_row_compare(const struct alert_row *, const struct alert_row *);

/* Empties it; a zeroed one is empty. */
void	alert_groups_forget(struct alert_groups *);
void	alert_groups_free(struct alert_groups *);
/*
 * The group, made when there is none (*made); what was longest unused goes
 * when there are too many.
 */
struct alert_group *alert_group(struct alert_groups *, const char *name,
	    bool *made);
/* The group behind it, the first of NULL; NULL behind the last. */
struct alert_group *alert_group_next(const struct alert_groups *,
	    const struct alert_group *);
void	alert_group_drop(struct alert_groups *, struct alert_group *);
/* Puts a row in its place; the oldest one goes when there are too many. */
void	alert_group_insert(struct alert_groups *, struct alert_group *,
	    const struct alert_row *);
/* What the rows of a ticket come to; keeps the key. */
void	alert_group_scan(struct alert_groups *, const struct alert_group *,
	    const char *key, struct alert_view *);
/* The group's tickets that had something latest; keys live in the rows. */
size_t	alert_group_tickets(const struct alert_group *,
	    const char *[ALERT_TICKETS]);

#endif
