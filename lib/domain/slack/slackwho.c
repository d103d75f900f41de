/* Who wrote a Slack message: by address, by workspace, by the bots' rules. */
#include <string.h>

#include "domain/slack/slackwho.h"

static const char *
text(const struct value *v, const char *const *paths, struct arena *a)
{
	const char *s = NULL;

	for (; *paths != NULL && (s == NULL || *s == '\0'); paths++)
		s = value_text_at(v, *paths, a);
	return s == NULL ? "" : s;
}

static bool
flag(const struct value *v, const char *path)
{
	struct value at;
	bool yes = false;

	return value_at(v, path, &at) && value_bool(&at, &yes) && yes;
}

/*
 * An address of ours in org.yaml is an agent's, a customer's address is a
 * customer's; else a full member of our workspace is one of us.
 */
static void
find_role(const struct slack *s, struct slack_author *who, const char *team,
    bool guest)
{
	const char *id;

	who->role = ROLE_CUSTOMER;
	who->customer = "";
	if (*who->address != '\0') {
		if (org_role(s->org, who->address) != ROLE_CUSTOMER) {
			who->role = ROLE_AGENT;
			return;
		}
		id = customers_by_address(s->customers, who->address);
		if (id != NULL) {
			who->customer = id;
			return;
		}
	}
	if (slack_rules_ours(s->rules, team)) {
		if (!guest)
			who->role = ROLE_AGENT;
		return;
	}
	if (s->rules->workspaces != NULL)
		who->customer = yaml_str(s->rules->workspaces, team, "");
}

static void
bot_author(const struct slack *s, const struct value *v,
    const struct slack_person *p, struct slack_author *who, struct arena *a)
{
	static const char *const ids[] = { "bot_id", "user", NULL };
	static const char *const apps[] = { "app_id", "bot_profile.app_id",
		NULL };
	static const char *const names[] = { "username", "bot_profile.name",
		"user_profile.real_name", NULL };
	static const enum role roles[] = { [SLACK_BOT_IGNORED] = ROLE_AUTO,
		[SLACK_BOT_CUSTOMER] = ROLE_CUSTOMER,
		[SLACK_BOT_AGENT] = ROLE_AGENT, [SLACK_BOT_AUTO] = ROLE_AUTO };
	enum slack_bot kind;

	who->id = text(v, ids, a);
	who->name = text(v, names, a);
	if (*who->name == '\0' && p != NULL)
		who->name = p->name;
	who->address = "";
	who->customer = "";
	kind = slack_rules_bot(s->rules, who->id, text(v, apps, a),
	    who->name);
	who->role = roles[kind];
	who->ignored = kind == SLACK_BOT_IGNORED;
}

/* A mail that somebody sent to the channel: its file tells whose it is. */
static bool
mail_author(const struct slack *s, const struct value *v,
    struct slack_author *who, struct arena *a)
{
	static const char *const modes[] = { "files[0].mode", NULL };
	static const char *const addresses[] = { "files[0].from[0].address",
		NULL };
	static const char *const names[] = { "files[0].from[0].name",
		"files[0].from[0].original", NULL };

	if (strcmp(text(v, modes, a), "email") != 0 ||
	    *text(v, addresses, a) == '\0')
		return false;
	who->id = "";
	who->address = text(v, addresses, a);
	who->name = text(v, names, a);
	find_role(s, who, "", true);
	return true;
}

void
slack_author(const struct slack *s, const struct value *v,
    struct slack_author *who, struct arena *a)
{
	static const char *const ids[] = { "user", "comment.user", NULL };
	static const char *const bots[] = { "bot_id", NULL };
	static const char *const subtypes[] = { "subtype", NULL };
	static const char *const names[] = { "user_profile.real_name",
		"user_profile.display_name", "user_profile.name", "username",
		"user", NULL };
	static const char *const teams[] = { "user_team", "source_team",
		"user_profile.team", "team", NULL };
	const struct slack_person *p;
	const char *team;

	memset(who, 0, sizeof(*who));
	who->id = text(v, ids, a);
	p = slack_book_person(s->book, who->id);
	if (*who->id == '\0' || strcmp(who->id, "USLACKBOT") == 0 ||
	    strcmp(text(v, subtypes, a), "bot_message") == 0 ||
	    (p != NULL ? p->bot : *text(v, bots, a) != '\0')) {
		if (!mail_author(s, v, who, a))
			bot_author(s, v, p, who, a);
		return;
	}
	who->address = p != NULL ? p->address : "";
	who->name = p != NULL && *p->name != '\0' ? p->name :
	    text(v, names, a);
	team = p != NULL && *p->team != '\0' ? p->team : text(v, teams, a);
	find_role(s, who, team, (p != NULL && p->guest) ||
	    flag(v, "user_profile.is_restricted") ||
	    flag(v, "user_profile.is_ultra_restricted"));
}

void
slack_user(const struct slack *s, const char *id, struct slack_author *who)
{
	const struct slack_person *p = slack_book_person(s->book, id);

	memset(who, 0, sizeof(*who));
	who->id = id;
	who->address = p != NULL ? p->address : "";
	who->name = p != NULL && *p->name != '\0' ? p->name : id;
	find_role(s, who, p != NULL ? p->team : "", p != NULL && p->guest);
	if (p != NULL && p->bot) {
		who->role = ROLE_AUTO;
		who->ignored = true;
	}
}
