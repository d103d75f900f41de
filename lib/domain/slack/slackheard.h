/* A Slack message on its way to records; for slack.c and its like alone. */
#ifndef TAI_DOMAIN_SLACKHEARD_H
#define TAI_DOMAIN_SLACKHEARD_H

#include "domain/slack/slack.h"
#include "domain/slack/slackwho.h"

#define SLACK_SECOND	INT64_C(1000000)

struct heard {			/* a message on its way to records */
	struct slack *s;
	struct arena *a;
	struct value v;		/* the message object */
	const struct slack_channel *place;
	struct slack_author who;
	const char *team, *conversation;
	int64_t ts, thread;	/* microseconds; thread 0 outside of one */
	char name[SLACK_NAME], id[ID_TEXT], key[KEY_TEXT];
	struct buf text;
	bool exported;
	bool root;		/* it says that it has a thread */
	bool fresh, again;	/* a record was new, or here already */
};

/* "1700000000.000100" in microseconds. */
bool	slack_ts(const char *, int64_t *);
/* A person as records name one in `by`. */
const char *slack_by(const struct slack_author *);

/* A field of the message as text, "" without it; as a ts. */
const char *heard_text(const struct heard *, const char *path);
bool	heard_ts(const struct heard *, const char *path, int64_t *);
/* Names the message; false without a usable ts. */
bool	heard_name(struct heard *, const char *ts_path);
/* What the message says, to text. */
void	heard_read(struct heard *);
/* The ticket (key) of a message that is here: 1, 0 when it is not, -1. */
int	heard_known(struct heard *, struct err *);

/* A record out; what becomes of it decides what the item counts as. */
int	heard_emit(struct heard *, const struct buf *, struct err *);
/* A note about the message: `what` is part of its id, and its reason. */
int	heard_note(struct heard *, const char *what, const char *when,
	    int64_t ts, const char *by, const char *text, struct err *);
int	heard_status(struct heard *, const char *reaction, const char *user,
	    const char *when, int64_t ts, int status, const char *why,
	    struct err *);
int	heard_merge(struct heard *, const char *from, const char *into,
	    struct err *);
/* The thread's root leaves the ticket for the one of the thread, key. */
int	heard_split(struct heard *, const char *from, struct err *);
/* The message's own record; the caller emits it. */
void	heard_write(struct heard *, const struct slack_found *,
	    struct buf *);

/* A named message as records; the word that it was taken away. */
int	heard_take(struct heard *, struct err *);
int	heard_deleted(struct heard *, int64_t ts, struct err *);

#endif
