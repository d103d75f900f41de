/* The verbs of tai-send and what they share. */
#ifndef TAI_SEND_H
#define TAI_SEND_H

#include "cmd.h"
#include "domain/answer/postage.h"
#include "domain/staff/team.h"

int	send_run(struct cmd *, struct err *);
int	send_list(struct cmd *, struct err *);
int	send_retry(struct cmd *, struct err *);
int	send_hold(struct cmd *, struct err *);
int	send_stuck(struct cmd *, struct err *);

extern const struct option run_options[], list_options[];
int	run_option(struct cmd *, int, const char *, struct err *);
int	list_option(struct cmd *, int, const char *, struct err *);

/* What became of an attempt. */
struct outcome {
	enum { SENT, LATER, FAILED, HELD } kind;
	const char *why;	/* in the arena; NULL when sent */
	int64_t wait;		/* LATER: the server's own word, or 0 */
};

/* A letter, a message to a Slack channel, an event for PagerDuty. */
struct parcel {
	const char *const *argv;
	struct buf body;
	const char *secret;	/* of curl: its URL, as a line of a config */
	int seconds;
	bool mail;
	const char *hold;	/* why it can't be sent; or NULL */
	bool unset;		/* since send.yaml lacks what it needs */
	int64_t about;		/* when what it answers was written */
};

/*
 * Packs a reply or notice; what stands in its way is hold. The texts live in
 * the arena, the body is the caller's to free.
 */
int	parcel_pack(struct cmd *, const struct postage *, struct rec *,
	    struct arena *, struct parcel *, struct err *);
/* Hands it to its program. */
int	parcel_post(const struct parcel *, int64_t now, struct arena *,
	    struct outcome *, struct err *);

/* Whether a record is for our own people, who are never too many words. */
bool	send_to_staff(const struct cmd *, const struct team *,
	    const struct rec *, struct arena *);
/* The order to go in: what is for them by severity, pages first. */
int	send_order(struct cmd *, const struct team *, struct outgoing *,
	    size_t n, struct err *);

/* Appends a delivery record (and frees the claim), within a transaction. */
int	send_note(struct cmd *, const struct outgoing *, const char *state,
	    int64_t attempt, int64_t next, const char *why, struct err *);
/* A reply that could not be delivered: its ticket is open work again. */
int	send_reopen(struct cmd *, const char *ticket, const char *why,
	    struct err *);

#endif
