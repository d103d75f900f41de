/* What a Slack workspace tells: messages, reactions, people, channels. */
#include <string.h>

#include "domain/slack/slackheard.h"

static int
outcome(const struct heard *h)
{
	return h->fresh ? SLACK_RECORD : h->again ? SLACK_DUPLICATE :
	    SLACK_IGNORED;
}

/* The workspace that tickets are named by: ours, or the one that tells. */
static const char *
team_of(const struct slack *s, const char *told)
{
	if (*s->rules->teams != NULL && (told == NULL || *told == '\0' ||
	    slack_rules_ours(s->rules, told)))
		return *s->rules->teams;
	return told != NULL && *told != '\0' ? told : slack_book_team(s->book);
}

int
slack_message(struct slack *s, const char *folder, const struct value *v,
    struct err *e)
{
	struct arena a = { 0 };
	struct heard h = { .s = s, .a = &a, .v = *v, .exported = true,
		.place = slack_book_place(s->book, folder),
		.team = team_of(s, NULL) };
	int rc;

	buf_init(&h.text);
	if (v->kind != VALUE_OBJECT)
		rc = err_set(e, ERR_INPUT, "a message is no object");
	else if (!heard_name(&h, "ts"))
		rc = err_set(e, ERR_INPUT, "a message without a ts");
	else
		rc = heard_take(&h, e);
	buf_free(&h.text);
	arena_free(&a);
	return rc < 0 ? -1 : outcome(&h);
}

static int
message_event(struct heard *h, struct err *e)
{
	struct value inner;
	int64_t ts;
	bool changed = strcmp(heard_text(h, "subtype"), "message_changed") == 0;
	bool gone = strcmp(heard_text(h, "subtype"), "message_deleted") == 0;

	if (!heard_ts(h, "event_ts", &ts) && !heard_ts(h, "ts", &ts))
		return err_set(e, ERR_INPUT, "a message without a ts");
	if (gone)
		return heard_name(h, "deleted_ts") ? heard_deleted(h, ts, e) :
		    err_set(e, ERR_INPUT, "a deletion without a deleted_ts");
	if (changed) {
		if (!value_at(&h->v, "message", &inner))
			return err_set(e, ERR_INPUT,
			    "a change without a message");
		h->v = inner;
		if (!heard_name(h, "ts"))
			return err_set(e, ERR_INPUT, "a message without a ts");
		if (strcmp(heard_text(h, "subtype"), "tombstone") == 0)
			return heard_deleted(h, ts, e);
		/* Without it only a link was unfolded, or a thread grew. */
		return *heard_text(h, "edited.ts") == '\0' ? 0 :
		    heard_take(h, e);
	}
	if (!heard_name(h, "ts"))
		return err_set(e, ERR_INPUT, "a message without a ts");
	return heard_take(h, e);
}

static int
reaction_event(struct heard *h, bool removed, struct err *e)
{
	const char *name = heard_text(h, "reaction");
	const char *user = heard_text(h, "user");
	const char *when = heard_text(h, "event_ts");
	int status = slack_rules_reaction(h->s->rules, name), got;
	struct slack_author who;
	int64_t ts;

	if (status < 0 || !heard_name(h, "item.ts"))
		return 0;
	if (!slack_ts(when, &ts))
		return err_set(e, ERR_INPUT, "a reaction without an event_ts");
	slack_user(h->s, user, &who);
	if (who.role != ROLE_AGENT || (got = heard_known(h, e)) == 0)
		return 0;
	if (got < 0)
		return -1;
	if (!removed)
		return heard_status(h, name, user, when, ts, status,
		    arena_printf(h->a, ":%s:", name), e);
	if (status != STATUS_RESOLVED && status != STATUS_CLOSED)
		return 0;
	return heard_status(h, name, user, when, ts, STATUS_OPEN,
	    arena_printf(h->a, ":%s: taken back", name), e);
}

static bool
is(const char *type, const char *one, const char *two)
{
	return strcmp(type, one) == 0 || strcmp(type, two) == 0;
}

/* What the event tells, beside messages: people and channels. */
static int
event(struct heard *h, struct err *e)
{
	const struct value *v = &h->v;
	const char *type = heard_text(h, "type");
	const char *place = heard_text(h, "channel");
	struct value inner;

	if (is(type, "reaction_added", "reaction_removed"))
		place = heard_text(h, "item.channel");
	if (is(type, "user_change", "team_join") ||
	    strcmp(type, "user_profile_changed") == 0)
		return value_at(v, "user", &inner) ?
		    slack_book_user(h->s->book, &inner, e) : 0;
	if (is(type, "channel_created", "channel_rename") ||
	    strcmp(type, "group_rename") == 0)
		return value_at(v, "channel", &inner) &&
		    inner.kind == VALUE_OBJECT ?
		    slack_book_channel(h->s->book, &inner, e) : 0;
	if (*place == '\0')
		return is(type, "message", "app_mention") ? err_set(e,
		    ERR_INPUT, "a message without a channel") : 0;
	h->place = slack_book_place(h->s->book, place);
	if (is(type, "message", "app_mention"))
		return message_event(h, e);
	if (is(type, "reaction_added", "reaction_removed"))
		return reaction_event(h, type[9] == 'r', e);
	return 0;
}

const char *const slack_keys[] = { "members", "users", "channels", "groups",
	"ims", "mpims", NULL };

static int
item(struct heard *h, const char *key, struct err *e)
{
	struct value inner, payload;

	if (key != NULL)
		return is(key, "members", "users") ?
		    slack_book_user(h->s->book, &h->v, e) :
		    slack_book_channel(h->s->book, &h->v, e);
	/* Socket Mode puts the same envelope into one of its own. */
	if (value_at(&h->v, "payload.event", &payload) &&
	    value_at(&h->v, "payload", &payload))
		h->v = payload;
	if (value_at(&h->v, "event", &inner) && inner.kind == VALUE_OBJECT) {
		h->team = team_of(h->s, heard_text(h, "team_id"));
		h->v = inner;
	}
	if (value_at(&h->v, "type", &payload))
		return event(h, e);
	if (value_at(&h->v, "profile", &payload))
		return slack_book_user(h->s->book, &h->v, e);
	if (value_at(&h->v, "id", &payload))
		return slack_book_channel(h->s->book, &h->v, e);
	return err_set(e, ERR_INPUT, "neither an event of Slack's, a user nor "
	    "a channel");
}

int
slack_event(struct slack *s, const char *key, const struct value *v,
    struct err *e)
{
	struct arena a = { 0 };
	struct heard h = { .s = s, .a = &a, .v = *v,
		.team = team_of(s, NULL) };
	int rc;

	buf_init(&h.text);
	if (v->kind != VALUE_OBJECT)
		rc = err_set(e, ERR_INPUT, "an item is no object");
	else
		rc = item(&h, key, e);
	buf_free(&h.text);
	arena_free(&a);
	return rc < 0 ? -1 : outcome(&h);
}
