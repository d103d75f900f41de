/* What becomes of a Slack message: who said it, where, is it here already. */
#include <string.h>

#include "domain/slack/slackheard.h"

/* When one of us spoke last in the thread, as an export tells; else ts. */
static int64_t
last_answer(struct heard *h)
{
	struct value list, one;
	size_t pos = 0;
	int64_t last = h->ts, ts;

	if (!value_at(&h->v, "replies", &list))
		return last;
	while (value_next(&list, &pos, &one)) {
		const char *user = value_text_at(&one, "user", h->a);
		const char *when = value_text_at(&one, "ts", h->a);
		struct slack_author who;

		if (user == NULL || when == NULL || !slack_ts(when, &ts) ||
		    ts <= last)
			continue;
		slack_user(h->s, user, &who);
		if (who.role == ROLE_AGENT)
			last = ts;
	}
	return last;
}

/*
 * An export knows no time of a reaction. One that ends the matter is taken to
 * have come with our last answer, so that what the customer said behind that
 * opens it again; others with the message. Only a message that is new has its
 * reactions read: of others the events have told.
 */
static int
exported_reactions(struct heard *h, struct err *e)
{
	struct value list, one, users, user;
	size_t pos = 0;

	if (!value_at(&h->v, "reactions", &list))
		return 0;
	while (value_next(&list, &pos, &one)) {
		const char *name = value_text_at(&one, "name", h->a);
		int status = name == NULL ? -1 :
		    slack_rules_reaction(h->s->rules, name);
		size_t at = 0;

		if (status < 0 || !value_at(&one, "users", &users))
			continue;
		while (value_next(&users, &at, &user)) {
			const char *id = value_text(&user, h->a);
			struct slack_author who;

			if (id == NULL)
				continue;
			slack_user(h->s, id, &who);
			if (who.role != ROLE_AGENT)
				continue;
			if (heard_status(h, name, id, "", status ==
			    STATUS_PROGRESS ? h->ts : last_answer(h), status,
			    arena_printf(h->a, ":%s:", name), e) < 0)
				return -1;
			break;
		}
	}
	return 0;
}

static int
emit_edit(struct heard *h, struct err *e)
{
	struct slack_author who = h->who;
	const char *user = heard_text(h, "edited.user");
	int64_t ts;

	if (!heard_ts(h, "edited.ts", &ts))
		return 0;
	if (*user != '\0' && strcmp(user, who.id) != 0)
		slack_user(h->s, user, &who);
	return heard_note(h, "edited", heard_text(h, "edited.ts"), ts,
	    slack_by(&who), h->text.data, e);
}

/* Somebody of ours in a channel of nobody's: only on a customer's ticket. */
static bool
known_only(struct heard *h)
{
	struct slack_author parent;

	if (h->place->kind != SLACK_OTHER || h->who.role == ROLE_CUSTOMER)
		return false;
	if (h->thread == 0 || *heard_text(h, "parent_user_id") == '\0')
		return true;
	slack_user(h->s, heard_text(h, "parent_user_id"), &parent);
	return parent.role != ROLE_CUSTOMER;
}

static uint64_t
mentioned(const struct heard *h)
{
	const char *s = strstr(heard_text(h, "text"), "<@");

	return s == NULL ? 0 : hash_word(s + 2, strcspn(s + 2, "|>"));
}

static int
new_message(struct heard *h, struct err *e)
{
	struct slack_word m = { h->conversation, h->ts, h->thread,
		hash_word(h->who.id, strlen(h->who.id)), mentioned(h),
		h->who.role == ROLE_AGENT, h->root };
	struct buf line = BUF_INIT;
	struct slack_found t;
	int got;

	got = slack_flow_find(h->s->flow, &m, known_only(h), &t, h->a, e);
	if (got <= 0)
		return got;
	memcpy(h->key, t.key, KEY_TEXT);
	heard_write(h, &t, &line);
	got = *t.split != '\0' ? heard_split(h, t.split, e) : 0;
	if (got == 0 && h->exported)
		got = exported_reactions(h, e);
	if (got == 0)
		got = heard_emit(h, &line, e);
	for (size_t i = 0; got == 0 && i < t.merges; i++)
		got = heard_merge(h, t.merge[i], t.key, e);
	buf_free(&line);
	return got;
}

/* Whether people say something in messages of the subtype. */
static bool
says_something(const char *subtype)
{
	static const char *const all[] = { "", "file_share", "me_message",
		"thread_broadcast", "reply_broadcast", "file_comment",
		"bot_message" };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		if (strcmp(subtype, all[i]) == 0)
			return true;
	}
	return false;
}

/* What is left of a message that was taken away. */
int
heard_deleted(struct heard *h, int64_t ts, struct err *e)
{
	int got = heard_known(h, e);

	if (got <= 0)
		return got;
	return heard_note(h, "deleted", "", ts, NULL,
	    "(the message was deleted)", e);
}

int
heard_take(struct heard *h, struct err *e)
{
	struct value files;
	int got;

	if (strcmp(heard_text(h, "subtype"), "tombstone") == 0)
		return heard_deleted(h, h->ts, e);
	if (!says_something(heard_text(h, "subtype")) ||
	    h->place->kind == SLACK_INTERNAL)
		return 0;
	slack_author(h->s, &h->v, &h->who, h->a);
	if (h->who.ignored)
		return 0;
	heard_read(h);
	if (h->text.len == 0 && !value_at(&h->v, "files[0]", &files))
		return 0;
	got = h->s->world.has(h->s->world.arg, h->id, e);
	if (got == 1) {
		h->again = true;
		if ((got = heard_known(h, e)) == 0)
			ticket_key(h->key, h->name);
	} else if (got == 0) {
		got = new_message(h, e);
	}
	if (got < 0)
		return -1;
	return h->fresh || h->again ? emit_edit(h, e) : 0;
}

