/* rules/slack.yaml: whose a channel is, who is one of us, what signs say. */
#ifndef TAI_DOMAIN_SLACKRULES_H
#define TAI_DOMAIN_SLACKRULES_H

#include "domain/model.h"
#include "domain/org.h"
#include "format/yaml.h"

enum slack_channel_kind {
	SLACK_INTERNAL,		/* never a ticket */
	SLACK_CUSTOMER,		/* everything said is a customer's matter */
	SLACK_OTHER,		/* where a customer speaks */
};

enum slack_bot { SLACK_BOT_IGNORED, SLACK_BOT_CUSTOMER, SLACK_BOT_AGENT,
	    SLACK_BOT_AUTO };

struct slack_channel_rule {
	const char *id, *name;	/* one of them; the name may hold * and
				   {customer} */
	const char *customer;	/* or NULL: what {customer} stands for */
};

struct slack_rules {
	const char *const *teams;	/* our workspaces, NULL ends */
	const struct yaml *workspaces;	/* of customers, or NULL */
	const struct slack_channel_rule *channels;
	size_t nchannels;
	const char *const *internal;	/* ids and names, NULL ends */
	enum slack_channel_kind others;	/* INTERNAL, CUSTOMER or OTHER */
	int64_t together, answer, mention;	/* seconds; slackflow.h */
	const struct yaml *reactions;	/* name: status; or NULL */
	const struct yaml *bots;	/* id or name: who; or NULL */
};

int	slack_rules_load(struct slack_rules *, struct arena *,
	    const struct yaml *, struct err *);
/*
 * What a channel is. *customer is the id that the rules give it, in the
 * arena, or "". name may be NULL.
 */
enum slack_channel_kind slack_rules_channel(const struct slack_rules *,
	    const char *id, const char *name, struct arena *,
	    const char **customer);
/* Whether a workspace is one of ours. */
bool	slack_rules_ours(const struct slack_rules *, const char *team);
/* The status that an agent's reaction gives, or -1. */
int	slack_rules_reaction(const struct slack_rules *, const char *name);
/* What a bot is, by its id, its app's or its name (each may be NULL). */
enum slack_bot slack_rules_bot(const struct slack_rules *, const char *id,
	    const char *app, const char *name);

#endif
