/* Who wrote a Slack message. */
#ifndef TAI_DOMAIN_SLACKWHO_H
#define TAI_DOMAIN_SLACKWHO_H

#include "domain/slack/slack.h"

struct slack_author {
	const char *id;		/* of the user, else the bot; or "" */
	const char *address, *name;	/* "" unknown */
	const char *customer;	/* by address or workspace, "" unknown */
	enum role role;
	bool ignored;		/* a bot that the rules do not name */
};

/* The author of a message object; texts live in the arena or the book. */
void	slack_author(const struct slack *, const struct value *message,
	    struct slack_author *, struct arena *);
/* The same of a user's id alone. */
void	slack_user(const struct slack *, const char *id,
	    struct slack_author *);

#endif
