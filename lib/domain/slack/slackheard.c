/* A Slack message's records. */
#include <string.h>

#include "base/utf8.h"
#include "domain/said.h"
#include "domain/slack/slackheard.h"
#include "format/slacktext.h"

#define TEAM_MAX	40	/* bytes of a workspace's id */
#define SUBJECT_MAX	240
#define FILES_MAX	100
#define YEAR_2100	(INT64_C(4102444800) * SLACK_SECOND)

const char *
heard_text(const struct heard *h, const char *path)
{
	const char *s = value_text_at(&h->v, path, h->a);

	return s == NULL ? "" : s;
}

/* "1700000000.000100" in microseconds. */
bool
slack_ts(const char *s, int64_t *out)
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
	return n > 0 && n < YEAR_2100;
}

bool
heard_ts(const struct heard *h, const char *path, int64_t *out)
{
	return slack_ts(heard_text(h, path), out);
}

/* A record out; what becomes of it decides what the item counts as. */
int
heard_emit(struct heard *h, const struct buf *line, struct err *e)
{
	int got = h->s->world.emit(h->s->world.arg, line, e);

	h->fresh |= got == 1;
	h->again |= got == 0;
	return got < 0 ? -1 : 0;
}

/* Names the message; false without a usable ts. */
bool
heard_name(struct heard *h, const char *ts_path)
{
	if (!heard_ts(h, ts_path, &h->ts))
		return false;
	if (!heard_ts(h, "thread_ts", &h->thread))
		h->thread = 0;
	h->root = h->thread == h->ts;
	if (h->root)
		h->thread = 0;
	h->conversation = arena_printf(h->a, "slack:%.*s/%s",
	    (int)utf8_valid(h->team, strnlen(h->team, TEAM_MAX)), h->team,
	    h->place->id);
	slack_name(h->conversation, h->name, h->ts);
	record_id(h->id, "message", h->name, NULL);
	return true;
}

/* The ticket of a message that is here: 1, 0 when it is not, -1. */
int
heard_known(struct heard *h, struct err *e)
{
	return slack_flow_known(h->s->flow, h->name, h->key, e);
}

const char *
slack_by(const struct slack_author *who)
{
	return *who->address != '\0' ? who->address : who->name;
}

/* A note about the message: `what` makes its id, and is its reason. */
int
heard_note(struct heard *h, const char *what, const char *when, int64_t ts,
    const char *by, const char *text, struct err *e)
{
	struct buf line = BUF_INIT, clean = BUF_INIT;
	char id[ID_TEXT];
	struct writer w;
	int rc;

	utf8_clean(&clean, text, strlen(text));
	record_id(id, "note", h->name, what, when, NULL);
	record_begin(&w, &line, "note", id, ts / SLACK_SECOND);
	w_field_str(&w, "ticket", h->key);
	w_field_str(&w, "by", by);
	w_field_str(&w, "text", clean.data);
	w_field_str(&w, "message", h->id);
	w_field_str(&w, "why", what);
	w_close(&w, '}');
	rc = heard_emit(h, &line, e);
	buf_free(&line);
	buf_free(&clean);
	return rc;
}

int
heard_status(struct heard *h, const char *reaction, const char *user,
    const char *when, int64_t ts, int status, const char *why, struct err *e)
{
	struct slack_author who;
	struct buf line = BUF_INIT;
	char id[ID_TEXT];
	struct writer w;
	int rc;

	slack_user(h->s, user, &who);
	record_id(id, "status", h->name, reaction, user, when, NULL);
	record_begin(&w, &line, "status", id, ts / SLACK_SECOND);
	w_field_str(&w, "ticket", h->key);
	w_field_str(&w, "status", status_name((enum status)status));
	w_field_str(&w, "by", slack_by(&who));
	w_field_str(&w, "why", why);
	w_field_str(&w, "message", h->id);
	w_close(&w, '}');
	rc = heard_emit(h, &line, e);
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

void
heard_read(struct heard *h)
{
	const struct slack_names names = { h->s, find_user, find_channel };

	slacktext_message(&h->v, &names, &h->text);
	/* A mail to the channel lies in a file, with its text beside it. */
	if (h->text.len == 0 &&
	    strcmp(heard_text(h, "files[0].mode"), "email") == 0)
		buf_adds(&h->text, heard_text(h, "files[0].plain_text"));
}

/* The first line that is no quote, up to SUBJECT_MAX bytes. */
static const char *
subject(const struct heard *h)
{
	const char *p = h->text.data;

	if (strcmp(heard_text(h, "files[0].mode"), "email") == 0 &&
	    *heard_text(h, "files[0].title") != '\0')
		return heard_text(h, "files[0].title");
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
	return heard_text(h, "files[0].title");
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

	if (!value_at(&h->v, "files", &list) || list.kind != VALUE_ARRAY)
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
	    (s = value_text_at(&v, "ts", a)) == NULL || !slack_ts(s, &m->ts))
		return false;
	if ((s = value_text_at(&v, "thread_ts", a)) != NULL)
		slack_ts(s, &m->thread);
	if ((s = value_text_at(&v, "user", a)) == NULL)
		s = "";
	m->who = hash_word(s, strlen(s));
	m->ours = rec_is(r, "direction", "out");
	return true;
}

void
heard_write(struct heard *h, const struct slack_found *t,
    struct buf *line)
{
	static const char *const edited[] = { "edited", NULL };
	struct value v;
	struct writer w;
	struct said said = { .id = h->id, .at = h->ts / SLACK_SECOND,
		.ticket = t->key, .channel = "slack",
		.customer = *h->who.customer != '\0' ? h->who.customer :
		h->place->customer, .out = h->who.role == ROLE_AGENT,
		.address = h->who.address, .name = h->who.name,
		.role = h->who.role, .subject = subject(h),
		.text = h->text.data, .message_id = h->name,
		.automatic = h->who.role == ROLE_AUTO ? "reply" : "none",
		.in_reply_to = t->evidence, .method = t->method,
		.evidence = t->evidence };

	if (value_at(&h->v, "edited", &v) && v.kind == VALUE_OBJECT)
		said.flags = edited;
	said_begin(&said, &w, line, h->a);
	write_files(h, &w);
	write_place(h, &w);
	w_close(&w, '}');
}

int
heard_merge(struct heard *h, const char *from, const char *into,
    struct err *e)
{
	struct buf line = BUF_INIT;
	char id[ID_TEXT];
	struct writer w;
	int rc;

	record_id(id, "merge", from, into, NULL);
	record_begin(&w, &line, "merge", id, h->ts / SLACK_SECOND);
	w_field_str(&w, "ticket", from);
	w_field_str(&w, "into", into);
	w_field_str(&w, "by", "thread");
	w_field_str(&w, "why", h->name);
	w_close(&w, '}');
	rc = heard_emit(h, &line, e);
	buf_free(&line);
	return rc;
}


int
heard_split(struct heard *h, const char *from, struct err *e)
{
	char root[SLACK_NAME], message[ID_TEXT], id[ID_TEXT];
	struct buf line = BUF_INIT;
	struct writer w;
	int rc;

	slack_name(h->conversation, root, h->thread);
	record_id(message, "message", root, NULL);
	record_id(id, "split", from, message, h->key, NULL);
	record_begin(&w, &line, "split", id, h->ts / SLACK_SECOND);
	w_field_str(&w, "ticket", from);
	w_key(&w, "messages");
	w_open(&w, '[');
	w_str(&w, message);
	w_close(&w, ']');
	w_field_str(&w, "into", h->key);
	w_field_str(&w, "by", "thread");
	w_field_str(&w, "why", h->name);
	w_close(&w, '}');
	rc = heard_emit(h, &line, e);
	buf_free(&line);
	return rc;
}
