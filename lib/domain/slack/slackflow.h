/*
 * Which ticket a Slack message belongs to. A thread is a ticket. Outside of
 * threads people write in several lines and answer below one another:
 *   - a person's next message within `together` of their last is on the same
 *     ticket; within `answer`, when one of us has answered there since;
 *   - a word of ours within `answer` of a customer's last message is an answer
 *     to it; one that mentions somebody, to their last within `mention`;
 * unless that message has begun a thread by then. All else is a ticket of its
 * own. Two lines that both turn out to have threads are two tickets: an export
 * tells so at once; by events the second thread's root is split off.
 */
#ifndef TAI_DOMAIN_SLACKFLOW_H
#define TAI_DOMAIN_SLACKFLOW_H

#include "domain/slack/slackrules.h"

#define SLACK_NAME	320	/* room for a message's name */

struct slack_word {		/* a message as far as this is concerned */
	const char *conversation;	/* "slack:T1/C1" */
	int64_t ts;		/* microseconds since 1970 */
	int64_t thread;		/* its root's ts, or 0 */
	uint64_t who;		/* hash of the author's id */
	uint64_t mentions;	/* hash of the first id in it, or 0 */
	bool ours;
	bool root;		/* it is known to have a thread */
};

struct slack_flow;

struct slack_lookup {		/* what a store knows */
	void *arg;
	/* The ticket of a message, by its name: 1, 0 unknown, -1. */
	int (*message)(void *, const char *name, char key[KEY_TEXT],
	    struct err *);
	/* When a ticket's first word was said, in seconds: 1, 0 none, -1. */
	int (*ticket)(void *, const char *key, int64_t *, struct err *);
	/*
	 * Tells (slack_flow_recalled) of the messages of a conversation from
	 * between two moments, in seconds.
	 */
	int (*recall)(void *, struct slack_flow *, const char *conversation,
	    int64_t from, int64_t until, struct err *);
};

struct slack_found {
	char key[KEY_TEXT];
	const char *method;	/* "new" or "reply" */
	const char *evidence;	/* the message it goes on with, or NULL */
	/* Tickets that turn out to be this one. */
	char merge[2][KEY_TEXT];
	size_t merges;
	/* The ticket that the thread's root is to be split off, or "". */
	char split[KEY_TEXT];
};

/* The lookup is NULL without a store. */
struct slack_flow *slack_flow_new(const struct slack_rules *,
	    const struct slack_lookup *);
/* One message of a recall; its ticket is that of the store by now. */
void	slack_flow_recalled(struct slack_flow *, const struct slack_word *,
	    const char *key);
/*
 * Finds the ticket and remembers the message: 1. With known_only a message
 * that would begin a ticket is not taken: 0. -1.
 */
int	slack_flow_find(struct slack_flow *, const struct slack_word *,
	    bool known_only, struct slack_found *, struct arena *,
	    struct err *);
/* The ticket of a message that is here, by its name: 1, 0, -1. */
int	slack_flow_known(struct slack_flow *, const char *name,
	    char key[KEY_TEXT], struct err *);
/* A message's name, "slack:T1/C1/1700000000.000100"; its second argument. */
char	*slack_name(const char *conversation, char [SLACK_NAME], int64_t ts);
void	slack_flow_free(struct slack_flow *);

#endif
