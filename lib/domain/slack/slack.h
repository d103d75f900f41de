/*
 * What a Slack workspace tells, an item at a time, as records: messages of an
 * export, events of the Events API, lists of users and channels. The same
 * message gives the same record whichever way it came.
 */
#ifndef TAI_DOMAIN_SLACK_H
#define TAI_DOMAIN_SLACK_H

#include "domain/slack/slackbook.h"
#include "domain/slack/slackflow.h"

struct slack_world {		/* what the caller knows and does */
	void *arg;
	/* Whether a record of that id is here: 1, 0, -1. */
	int (*has)(void *, const char *id, struct err *);
	/* A record out, without a newline: 1 new, 0 it is here, -1. */
	int (*emit)(void *, const struct buf *, struct err *);
};

enum slack_got { SLACK_IGNORED, SLACK_DUPLICATE, SLACK_RECORD };

struct slack {			/* a workspace; all of it the caller's */
	const struct slack_rules *rules;
	const struct org *org;
	const struct customers *customers;
	struct slack_book *book;
	struct slack_flow *flow;
	struct slack_world world;
};

/*
 * A message of an export, which lay in that folder. Returns an enum
 * slack_got, or -1; ERR_INPUT refuses this item alone.
 */
int	slack_message(struct slack *, const char *folder,
	    const struct value *, struct err *);
/*
 * An item of a stream: an event in its envelope or without it, a user or a
 * channel; key is the array it stood in, or NULL.
 */
int	slack_event(struct slack *, const char *key, const struct value *,
	    struct err *);
/* Arrays that hold items, for items_open. */
extern const char *const slack_keys[];
/*
 * For a recall: what a record of ours says of its message; false when it is
 * none of Slack's.
 */
bool	slack_word_of(const struct rec *, struct slack_word *, struct arena *);

#endif
