/* What a Slack workspace tells, as records. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "domain/said.h"
#include "domain/slack.h"
#include "domain/slackwho.h"
#include "format/slacktext.h"

#define SECOND		INT64_C(1000000)
#define TEAM_MAX	40	/* bytes of a workspace's id */
#define SUBJECT_MAX	240
#define FILES_MAX	100

struct heard {			/* a message on its way to records */
	struct slack *s;
	struct arena *a;
	const struct value *v;	/* the message object */
	const struct slack_channel *place;
	struct slack_author who;
	const char *team, *conversation;
	int64_t ts, thread;	/* microseconds; thread 0 outside of one */
	char name[SLACK_NAME], id[ID_TEXT], key[KEY_TEXT];
	struct buf text;
	bool exported;
	bool fresh, again;	/* a record was new, or here already */
};

static const char *
text_at(const struct heard *h, const char *path)
{
	const char *s = value_text_at(h->v, path, h->a);

	return s == NULL ? "" : s;
}

/* "1700000000.000100" in microseconds. */
static bool
read_ts(const char *s, int64_t *out)
{
	size_t whole = strspn(s, "0123456789"), part = 0;
	int64_t n = 0;

	if (whole == 0 || whole > 11)
		return false;
	for (size_t i = 0; i < whole; i++)
		n = n * 10 + (s[i] - '0');
	if (s[whole] == '.')
		part = strspn(s + whole + 1, "0123456789");
	if (part > 6 || s[whole + (part > 0 ? part + 1 : 0)] != '\0')
		return false;
	for (size_t i = 0; i < 6; i++)
		n = n * 10 + (i < part ? s[whole + 1 + i] - '0' : 0);
	*out = n;
	return n > 0;
}

static bool
ts_at(const struct heard *h, const char *path, int64_t *out)
{
	return read_ts(text_at(h, path), out);
}

/* A record out; what becomes of it decides what the item counts as. */
static int
emit(struct heard *h, const struct buf *line, struct err *e)
{
	int got = h->s->world.emit(h->s->world.arg, line, e);

	h->fresh |= got == 1;
	h->again |= got == 0;
	return got < 0 ? -1 : 0;
}

static int
outcome(const struct heard *h)
{
	return h->fresh ? SLACK_RECORD : h->again ? SLACK_DUPLICATE :
	    SLACK_IGNORED;
}

/* Names the message; false without a usable ts. */
static bool
name_it(struct heard *h, const char *ts_path)
{
	if (!ts_at(h, ts_path, &h->ts))
		return false;
	if (!ts_at(h, "thread_ts", &h->thread) || h->thread == h->ts)
		h->thread = 0;
	h->conversation = arena_printf(h->a, "slack:%.*s/%s",
	    (int)utf8_valid(h->team, strnlen(h->team, TEAM_MAX)), h->team,
	    h->place->id);
	slack_name(h->conversation, h->name, h->ts);
	record_id(h->id, "message", h->name, NULL);
	return true;
}

/* The ticket of a message that is here: 1, 0 when it is not, -1. */
static int
known(struct heard *h, struct err *e)
{
	return slack_flow_known(h->s->flow, h->name, h->key, e);
}

static const char *
by_whom(const struct slack_author *who)
{
	return *who->address != '\0' ? who->address : who->name;
}

/* A note about the message: `what` makes its id, and is its reason. */
static int
emit_note(struct heard *h, const char *what, const char *when, int64_t ts,
    const char *by, const char *text, struct err *e)
{
	struct buf line = BUF_INIT, clean = BUF_INIT;
	char id[ID_TEXT];
	struct writer w;
	int rc;

	utf8_clean(&clean, text, strlen(text));
	record_id(id, "note", h->name, what, when, NULL);
	record_begin(&w, &line, "note", id, ts / SECOND);
	w_field_str(&w, "ticket", h->key);
	w_field_str(&w, "by", by);
	w_field_str(&w, "text", clean.data);
	w_field_str(&w, "message", h->id);
	w_field_str(&w, "why", what);
	w_close(&w, '}');
	rc = emit(h, &line, e);
	buf_free(&line);
	buf_free(&clean);
	return rc;
}

static int
emit_status(struct heard *h, const char *reaction, const char *user,
    const char *when, int64_t ts, int status, const char *why, struct err *e)
{
	struct slack_author who;
	struct buf line = BUF_INIT;
	char id[ID_TEXT];
	struct writer w;
	int rc;

	slack_user(h->s, user, &who);
	record_id(id, "status", h->name, reaction, user, when, NULL);
	record_begin(&w, &line, "status", id, ts / SECOND);
	w_field_str(&w, "ticket", h->key);
	w_field_str(&w, "status", status_name((enum status)status));
	w_field_str(&w, "by", by_whom(&who));
	w_field_str(&w, "why", why);
	w_field_str(&w, "message", h->id);
	w_close(&w, '}');
	rc = emit(h, &line, e);
	buf_free(&line);
	return rc;
}

static const char *
find_user(void *arg, const char *id)
{
	const struct slack *s = arg;
	const struct slack_person *p = slack_book_person(s->book, id);

	if (p == NULL)
		return NULL;
	return *p->handle != '\0' ? p->handle : p->name;
}

static const char *
find_channel(void *arg, const char *id)
{
	const struct slack *s = arg;

	return slack_book_name(s->book, id);
}

static void
read_text(struct heard *h)
{
	const struct slack_names names = { h->s, find_user, find_channel };

	slacktext_message(h->v, &names, &h->text);
}

/* The first line that is no quote, up to SUBJECT_MAX bytes. */
static const char *
subject(const struct heard *h)
{
	const char *p = h->text.data;

	while (*p != '\0') {
		size_t len = strcspn(p, "\n"), at = strspn(p, " \t`");

		if (at < len && p[at] != '>') {
			if (len - at <= SUBJECT_MAX)
				return arena_strndup(h->a, p + at, len - at);
			return arena_printf(h->a, "%.*s…",
			    (int)utf8_valid(p + at, SUBJECT_MAX), p + at);
		}
		p += len + (p[len] == '\n');
	}
	return text_at(h, "files[0].title");
}

static const char *
file_text(struct heard *h, const struct value *file, const char *path)
{
	struct buf b = BUF_INIT;
	const char *s = value_text_at(file, path, h->a);

	if (s == NULL || *s == '\0')
		return "";
	utf8_clean_line(&b, s, strlen(s));
	s = arena_strndup(h->a, b.data, b.len);
	buf_free(&b);
	return s;
}

static void
write_files(struct heard *h, struct writer *w)
{
	struct value list, file, size;
	size_t pos = 0;
	int64_t bytes;
	int n = 0;

	if (!value_at(h->v, "files", &list) || list.kind != VALUE_ARRAY)
		return;
	w_key(w, "attachments");
	w_open(w, '[');
	while (n < FILES_MAX && value_next(&list, &pos, &file)) {
		const char *name = file_text(h, &file, "name");

		if (*name == '\0')
			name = file_text(h, &file, "title");
		if (*name == '\0')	/* taken away: nothing is left of it */
			continue;
		w_open(w, '{');
		w_field_str(w, "name", name);
		w_field_str(w, "type", file_text(h, &file, "mimetype"));
		if (value_at(&file, "size", &size) &&
		    value_int(&size, &bytes) && bytes >= 0)
			w_field_int(w, "size", bytes);
		w_close(w, '}');
		n++;
	}
	w_close(w, ']');
}

static void
write_place(struct heard *h, struct writer *w)
{
	char ts[SLACK_NAME];

	w_field_str(w, "conversation", h->conversation);
	w_key(w, "slack");
	w_open(w, '{');
	w_field_str(w, "team", h->team);
	w_field_str(w, "channel", h->place->id);
	if (*h->place->name != '\0')
		w_field_str(w, "name", h->place->name);
	w_field_str(w, "ts", slack_name("", ts, h->ts) + 1);
	if (h->thread != 0)
		w_field_str(w, "thread_ts", slack_name("", ts, h->thread) + 1);
	w_field_str(w, "user", h->who.id);
	w_close(w, '}');
}

bool
slack_word_of(const struct rec *r, struct slack_word *m, struct arena *a)
{
	struct value v;
	const char *s;

	memset(m, 0, sizeof(*m));
	m->conversation = rec_str(r, "conversation", a);
	if (m->conversation == NULL || !rec_get(r, "slack", &v) ||
	    (s = value_text_at(&v, "ts", a)) == NULL || !read_ts(s, &m->ts))
		return false;
	if ((s = value_text_at(&v, "thread_ts", a)) != NULL)
		read_ts(s, &m->thread);
	if ((s = value_text_at(&v, "user", a)) == NULL)
		s = "";
	m->who = hash_word(s, strlen(s));
	m->ours = rec_is(r, "direction", "out");
	return true;
}

static void
write_message(struct heard *h, const struct slack_found *t,
    struct buf *line)
{
	static const char *const edited[] = { "edited", NULL };
	struct value v;
	struct writer w;
	struct said said = { .id = h->id, .at = h->ts / SECOND,
		.ticket = t->key, .channel = "slack",
		.customer = *h->who.customer != '\0' ? h->who.customer :
		h->place->customer, .out = h->who.role == ROLE_AGENT,
		.address = h->who.address, .name = h->who.name,
		.role = h->who.role, .subject = subject(h),
		.text = h->text.data, .message_id = h->name,
		.automatic = h->who.role == ROLE_AUTO ? "reply" : "none",
		.in_reply_to = t->evidence, .method = t->method,
		.evidence = t->evidence };

	if (value_at(h->v, "edited", &v) && v.kind == VALUE_OBJECT)
		said.flags = edited;
	said_begin(&said, &w, line, h->a);
	write_files(h, &w);
	write_place(h, &w);
	w_close(&w, '}');
}

static int
emit_merge(struct heard *h, const char *from, const char *into,
    struct err *e)
{
	struct buf line = BUF_INIT;
	char id[ID_TEXT];
	struct writer w;
	int rc;

	record_id(id, "merge", from, into, NULL);
	record_begin(&w, &line, "merge", id, h->ts / SECOND);
	w_field_str(&w, "ticket", from);
	w_field_str(&w, "into", into);
	w_field_str(&w, "by", "thread");
	w_field_str(&w, "why", h->name);
	w_close(&w, '}');
	rc = emit(h, &line, e);
	buf_free(&line);
	return rc;
}

/* When one of us spoke last in the thread, as an export tells; else ts. */
static int64_t
last_answer(struct heard *h)
{
	struct value list, one;
	size_t pos = 0;
	int64_t last = h->ts, ts;

	if (!value_at(h->v, "replies", &list))
		return last;
	while (value_next(&list, &pos, &one)) {
		const char *user = value_text_at(&one, "user", h->a);
		const char *when = value_text_at(&one, "ts", h->a);
		struct slack_author who;

		if (user == NULL || when == NULL || !read_ts(when, &ts) ||
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

	if (!value_at(h->v, "reactions", &list))
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
			if (emit_status(h, name, id, "", status ==
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
	const char *user = text_at(h, "edited.user");
	int64_t ts;

	if (!ts_at(h, "edited.ts", &ts))
		return 0;
	if (*user != '\0' && strcmp(user, who.id) != 0)
		slack_user(h->s, user, &who);
	return emit_note(h, "edited", text_at(h, "edited.ts"), ts,
	    by_whom(&who), h->text.data, e);
}

/* Somebody of ours in a channel of nobody's: only on a customer's ticket. */
static bool
known_only(struct heard *h)
{
	struct slack_author parent;

	if (h->place->kind != SLACK_OTHER || h->who.role == ROLE_CUSTOMER)
		return false;
	if (h->thread == 0 || *text_at(h, "parent_user_id") == '\0')
		return true;
	slack_user(h->s, text_at(h, "parent_user_id"), &parent);
	return parent.role != ROLE_CUSTOMER;
}

static uint64_t
mentioned(const struct heard *h)
{
	const char *s = strstr(text_at(h, "text"), "<@");

	return s == NULL ? 0 : hash_word(s + 2, strcspn(s + 2, "|>"));
}

static int
new_message(struct heard *h, struct err *e)
{
	struct slack_word m = { h->conversation, h->ts, h->thread,
		hash_word(h->who.id, strlen(h->who.id)), mentioned(h),
		h->who.role == ROLE_AGENT };
	struct buf line = BUF_INIT;
	struct slack_found t;
	int got;

	got = slack_flow_find(h->s->flow, &m, known_only(h), &t, h->a, e);
	if (got <= 0)
		return got;
	memcpy(h->key, t.key, KEY_TEXT);
	write_message(h, &t, &line);
	got = h->exported ? exported_reactions(h, e) : 0;
	if (got == 0)
		got = emit(h, &line, e);
	for (size_t i = 0; got == 0 && i < t.merges; i++)
		got = emit_merge(h, t.merge[i], t.key, e);
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
static int
deleted(struct heard *h, int64_t ts, struct err *e)
{
	int got = known(h, e);

	if (got <= 0)
		return got;
	return emit_note(h, "deleted", "", ts, NULL,
	    "(the message was deleted)", e);
}

static int
take(struct heard *h, struct err *e)
{
	struct value files;
	int got;

	if (strcmp(text_at(h, "subtype"), "tombstone") == 0)
		return deleted(h, h->ts, e);
	if (!says_something(text_at(h, "subtype")) ||
	    h->place->kind == SLACK_INTERNAL)
		return 0;
	slack_author(h->s, h->v, &h->who, h->a);
	if (h->who.ignored)
		return 0;
	read_text(h);
	if (h->text.len == 0 && !value_at(h->v, "files[0]", &files))
		return 0;
	got = h->s->world.has(h->s->world.arg, h->id, e);
	if (got == 1) {
		h->again = true;
		if ((got = known(h, e)) == 0)
			ticket_key(h->key, h->name);
	} else if (got == 0) {
		got = new_message(h, e);
	}
	if (got < 0)
		return -1;
	return h->fresh || h->again ? emit_edit(h, e) : 0;
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
	struct heard h = { .s = s, .a = &a, .v = v, .exported = true,
		.place = slack_book_place(s->book, folder),
		.team = team_of(s, NULL) };
	int rc;

	buf_init(&h.text);
	if (v->kind != VALUE_OBJECT)
		rc = err_set(e, ERR_INPUT, "a message is no object");
	else if (!name_it(&h, "ts"))
		rc = err_set(e, ERR_INPUT, "a message without a ts");
	else
		rc = take(&h, e);
	buf_free(&h.text);
	arena_free(&a);
	return rc < 0 ? -1 : outcome(&h);
}

static int
message_event(struct heard *h, const struct value *event, struct err *e)
{
	struct value inner;
	int64_t ts;
	bool changed = strcmp(text_at(h, "subtype"), "message_changed") == 0;
	bool gone = strcmp(text_at(h, "subtype"), "message_deleted") == 0;

	if (!ts_at(h, "event_ts", &ts) && !ts_at(h, "ts", &ts))
		return err_set(e, ERR_INPUT, "a message without a ts");
	if (gone)
		return name_it(h, "deleted_ts") ? deleted(h, ts, e) :
		    err_set(e, ERR_INPUT, "a deletion without a deleted_ts");
	if (changed) {
		if (!value_at(event, "message", &inner))
			return err_set(e, ERR_INPUT,
			    "a change without a message");
		h->v = &inner;
		if (!name_it(h, "ts"))
			return err_set(e, ERR_INPUT, "a message without a ts");
		if (strcmp(text_at(h, "subtype"), "tombstone") == 0)
			return deleted(h, ts, e);
		/* Without it only a link was unfolded, or a thread grew. */
		return *text_at(h, "edited.ts") != '\0' ? take(h, e) : 0;
	}
	if (!name_it(h, "ts"))
		return err_set(e, ERR_INPUT, "a message without a ts");
	return take(h, e);
}

static int
reaction_event(struct heard *h, bool removed, struct err *e)
{
	const char *name = text_at(h, "reaction"), *user = text_at(h, "user");
	const char *when = text_at(h, "event_ts");
	int status = slack_rules_reaction(h->s->rules, name), got;
	struct slack_author who;
	int64_t ts;

	if (status < 0 || !name_it(h, "item.ts"))
		return 0;
	if (!read_ts(when, &ts))
		return err_set(e, ERR_INPUT, "a reaction without an event_ts");
	slack_user(h->s, user, &who);
	if (who.role != ROLE_AGENT || (got = known(h, e)) == 0)
		return 0;
	if (got < 0)
		return -1;
	if (!removed)
		return emit_status(h, name, user, when, ts, status,
		    arena_printf(h->a, ":%s:", name), e);
	if (status != STATUS_RESOLVED && status != STATUS_CLOSED)
		return 0;
	return emit_status(h, name, user, when, ts, STATUS_OPEN,
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
	const struct value *v = h->v;
	const char *type = text_at(h, "type"), *place = text_at(h, "channel");
	struct value inner;

	if (is(type, "reaction_added", "reaction_removed"))
		place = text_at(h, "item.channel");
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
		return message_event(h, v, e);
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
		    slack_book_user(h->s->book, h->v, e) :
		    slack_book_channel(h->s->book, h->v, e);
	/* Socket Mode puts the same envelope into one of its own. */
	if (value_at(h->v, "payload.event", &payload) &&
	    value_at(h->v, "payload", &payload))
		h->v = &payload;
	if (value_at(h->v, "event", &inner) && inner.kind == VALUE_OBJECT) {
		h->team = team_of(h->s, text_at(h, "team_id"));
		h->v = &inner;
	}
	if (value_at(h->v, "type", &payload))
		return event(h, e);
	if (value_at(h->v, "profile", &payload))
		return slack_book_user(h->s->book, h->v, e);
	if (value_at(h->v, "id", &payload))
		return slack_book_channel(h->s->book, h->v, e);
	return err_set(e, ERR_INPUT, "neither an event of Slack's, a user nor "
	    "a channel");
}

int
slack_event(struct slack *s, const char *key, const struct value *v,
    struct err *e)
{
	struct arena a = { 0 };
	struct heard h = { .s = s, .a = &a, .v = v,
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
