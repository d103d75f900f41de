/* The records that alerts become; the state machine is alert.c's. */
#ifndef TAI_DOMAIN_ALERTOUT_H
#define TAI_DOMAIN_ALERTOUT_H

#include "domain/alert/alert.h"

enum row_state {		/* in the order of effect within a second */
	ROW_FIRING,		/* an episode begins */
	ROW_REPEAT,
	ROW_ACKED,
	ROW_RESOLVED,
	ROW_ORPHAN,		/* a recovery of nothing that is known */
};

struct alert_row {		/* an alert record as the state sees it */
	int64_t at;
	uint64_t who;		/* hash of the fingerprint */
	int64_t started;	/* as the source has it; TIME_NONE */
	int64_t seen;		/* when the episode's beginning was told */
	int64_t until;		/* the ticket is held till then; TIME_NONE */
	int64_t set;		/* when the status it set is; TIME_NONE */
	int64_t count;
	enum row_state state;
	int severity;
	char key[KEY_TEXT];	/* "" of an orphan, of an early word */
};

struct alert_out {
	const struct alert_rules *rules;
	const struct customers *customers;
	const char *default_tier;
	const struct alert_desk *desk;
};

/* "alert:SOURCE/GROUP", in the arena. */
const char *alert_conversation(const struct alert *, struct arena *);
/* The id of the record of a row; its second last argument is not changed. */
void	alert_row_id(const struct alert *, const struct alert_row *,
	    char id[ID_TEXT]);
/* An alert record as a row; false when it is none. */
bool	alert_row_of(const struct rec *, struct alert_row *, struct arena *);

/* All: -1 on failure; a record's functions 1 when it is new, else 0. */
int	alert_out_row(const struct alert_out *, const struct alert *,
	    const char *conversation, const struct alert_row *,
	    struct arena *, struct err *);
/* A new ticket: its message and its triage; the key. */
int	alert_out_ticket(const struct alert_out *, const struct alert *,
	    int severity, int64_t at, char key[KEY_TEXT], struct arena *,
	    struct err *);
/* message: the id of the record that it is about, or NULL. */
int	alert_out_triage(const struct alert_out *, const struct alert *,
	    const char *key, const char *message, int severity, int64_t at,
	    struct arena *, struct err *);
int	alert_out_status(const struct alert_out *, const char *key,
	    int64_t at, const char *status, const char *why, struct err *);
/* A word on a ticket that a person works on. */
int	alert_out_recovered(const struct alert_out *, const struct alert *,
	    const char *key, int64_t at, struct arena *, struct err *);
int	alert_out_count(const struct alert_out *, const char *key,
	    int64_t at, int64_t count, struct err *);

#endif
