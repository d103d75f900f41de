/*
 * The people and channels of a Slack workspace, as its export, its lists
 * (users.list, conversations.list) and its events tell of them.
 */
#ifndef TAI_DOMAIN_SLACKBOOK_H
#define TAI_DOMAIN_SLACKBOOK_H

#include "domain/slack/slackrules.h"
#include "format/items.h"

struct slack_person {
	const char *id;
	const char *team;	/* workspace, or "" */
	const char *address;	/* or "" */
	const char *name;	/* as on a card: "Ann Lee" */
	const char *handle;	/* as in a mention: "ann" */
	bool bot, guest;
};

struct slack_channel {
	const char *id, *name;	/* the name may be "" */
	const char *customer;	/* by the rules, or "" */
	enum slack_channel_kind kind;
};

struct slack_book;

struct slack_book *slack_book_new(const struct slack_rules *);
/* Takes a user or channel object; the latest word counts. -1 ERR_INPUT. */
int	slack_book_user(struct slack_book *, const struct value *,
	    struct err *);
int	slack_book_channel(struct slack_book *, const struct value *,
	    struct err *);
/* NULL when nobody told of the id. */
const struct slack_person *slack_book_person(const struct slack_book *,
	    const char *id);
/*
 * The channel of an id or, in an export, of a folder's name; one that nobody
 * told of is made, with the id for want of a name.
 */
const struct slack_channel *slack_book_place(struct slack_book *,
	    const char *id_or_name);
/* The channel's name, NULL when nobody told of it. */
const char *slack_book_name(const struct slack_book *, const char *id);
/*
 * The workspace that an export is of, as the users say: the primary owner's,
 * or the one that most are of; "" when none says.
 */
const char *slack_book_team(const struct slack_book *);
void	slack_book_free(struct slack_book *);

#endif
