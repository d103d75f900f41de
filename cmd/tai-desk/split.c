/* tai-desk split: messages off a ticket, onto one of their own. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "desk.h"

static const char *into_name, *why;

enum { OPT_INTO = OPT_OWN, OPT_WHY, OPT_FORCE };
const struct option split_options[] = {
	{ "into", required_argument, NULL, OPT_INTO },
	{ "why", required_argument, NULL, OPT_WHY },
	{ "force", no_argument, NULL, OPT_FORCE },
	{ 0 }
};

int
split_option(struct cmd *c, int o, const char *value, struct err *e)
{
	(void)c;
	(void)e;
	if (o == OPT_FORCE)
		desk_force = true;
	else
		*(o == OPT_INTO ? &into_name : &why) = value;
	return 0;
}

struct message {
	int64_t at, seq;
	bool reply;		/* of tai-desk or a rule; behind all others */
	const char *id, *message_id;
	bool chosen;
};

struct messages {
	struct message *list;
	size_t n, room;
	size_t numbered;	/* of them, by show */
};

static int
by_time(const void *x, const void *y)
{
	const struct message *a = x, *b = y;

	if (a->reply != b->reply)
		return a->reply - b->reply;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return (a->seq > b->seq) - (a->seq < b->seq);
}

/* In the order in which `show` numbers them. */
static int
load(struct cmd *c, const char *key, struct messages *all, struct err *e)
{
	static const char *const types[] = { "message", "reply", NULL };
	struct rec *r = arena_alloc(&c->arena, sizeof(*r));
	struct cursor *cur;
	int64_t seq;
	int got;

	if (store_log(c->store, types, key, 0, &cur, e) < 0)
		return -1;
	while ((got = cursor_record(cur, r, &seq, e)) == 1) {
		struct message *m;

		if (all->n == all->room) {
			all->room = all->room > 0 ? 2 * all->room : 64;
			all->list = xreallocarray(all->list, all->room,
			    sizeof(*all->list));
		}
		m = &all->list[all->n++];
		*m = (struct message){ .at = TIME_NONE, .seq = seq,
		    .reply = rec_is(r, "type", "reply") };
		all->numbered += !m->reply;
		rec_time(r, "at", &m->at);
		m->id = rec_str(r, "id", &c->arena);
		m->message_id = rec_str(r, "message_id", &c->arena);
	}
	cursor_close(cur);
	if (got == 0 && all->n > 0)
		qsort(all->list, all->n, sizeof(*all->list), by_time);
	return got;
}

/* "3", "3-" or "3-5"; false when the word is none of them. */
static bool
range_in(const char *word, size_t n, size_t *from, size_t *to)
{
	char *end;

	if (*word < '1' || *word > '9' || strlen(word) > 12 ||
	    strspn(word, "0123456789-") != strlen(word))
		return false;
	*from = *to = strtoul(word, &end, 10);
	if (*end == '-')
		*to = end[1] == '\0' ? n : strtoul(end + 1, &end, 10);
	return *end == '\0' || end[1] == '\0';
}

static bool
is_named(const struct message *m, const char *word)
{
	size_t len = strlen(word);

	if (strcmp(m->id, word) == 0)
		return true;
	if (len > 2 && *word == '<' && word[len - 1] == '>') {
		word++;
		len -= 2;
	}
	return m->message_id != NULL && strlen(m->message_id) == len &&
	    memcmp(m->message_id, word, len) == 0;
}

static int
choose(struct messages *all, const char *word, struct err *e)
{
	size_t from = 0, to = 0;
	bool found = false, range = range_in(word, all->numbered,
	    &from, &to);

	for (size_t i = 0; i < all->n; i++) {
		if (range ? i + 1 >= from && i + 1 <= to :
		    is_named(&all->list[i], word))
			found = all->list[i].chosen = true;
	}
	if (!found || (range && to > all->numbered))
		return err_set(e, ERR_USAGE, "no message '%s' on the ticket",
		    word);
	return 0;
}

static int
find_into(struct cmd *c, const struct messages *all, const char *key,
    char into[KEY_TEXT], struct err *e)
{
	char when[TIME_TEXT];
	struct buf root = BUF_INIT;
	bool rest = false;

	if (into_name != NULL)
		return desk_ticket(c, into_name, into, e);
	buf_printf(&root, "split %s %s", key, time_format(c->now, when));
	for (size_t i = 0; i < all->n; i++) {
		if (all->list[i].chosen)
			buf_printf(&root, " %s", all->list[i].id);
		rest |= !all->list[i].chosen && !all->list[i].reply;
	}
	ticket_key(into, root.data);
	buf_free(&root);
	return rest ? 0 : err_set(e, ERR_USAGE,
	    "that is every message of the ticket");
}

static int
emit(struct cmd *c, const struct messages *all, const struct history *h,
    const char *into, struct err *e)
{
	struct buf fields = BUF_INIT;
	struct writer w;
	int rc;

	w_begin(&w, &fields);
	w_open(&w, '{');
	w_field_str(&w, "ticket", h->key);
	w_key(&w, "messages");
	w_open(&w, '[');
	for (size_t i = 0; i < all->n; i++) {
		if (all->list[i].chosen)
			w_str(&w, all->list[i].id);
	}
	w_close(&w, ']');
	w_field_str(&w, "into", into);
	w_field_str(&w, "by", desk_person(c));
	if (why != NULL)
		w_field_str(&w, "why", desk_text(c, why, strlen(why)));
	w_close(&w, '}');
	rc = desk_emit(c, "split", h, EVENT_NOTE, &fields, e);
	buf_free(&fields);
	return rc;
}

/* A new ticket is whose the old one is. */
static int
hand_on(struct cmd *c, const struct history *h, const char *into,
    struct err *e)
{
	struct ticket t;

	ticket_fold(h, c->now, &c->arena, &t);
	return into_name != NULL || *t.assignee == '\0' ? 0 :
	    desk_give(c, into, t.assignee, NULL, e);
}

/* Messages go to no other customer's ticket unseen. */
static int
check_into(struct cmd *c, const struct history *from, const char *into,
    struct err *e)
{
	struct history h;
	struct ticket t, u;

	if (into_name == NULL)
		return 0;
	if (store_history(c->store, into, &h, &c->arena, e) < 0)
		return -1;
	ticket_fold(from, c->now, &c->arena, &t);
	ticket_fold(&h, c->now, &c->arena, &u);
	return desk_one_customer(&t, &u, e);
}

int
desk_split(struct cmd *c, struct err *e)
{
	struct messages all = { 0 };
	char key[KEY_TEXT], into[KEY_TEXT];
	struct history h;
	int rc;

	if (c->argc < 2)
		return err_set(e, ERR_USAGE,
		    "split takes a ticket and messages of it");
	rc = desk_ticket(c, c->argv[0], key, e);
	if (rc == 0)
		rc = load(c, key, &all, e);
	for (int i = 1; rc == 0 && i < c->argc; i++)
		rc = choose(&all, c->argv[i], e);
	if (rc == 0)
		rc = find_into(c, &all, key, into, e);
	/* On that ticket already: there is nothing to say. */
	if (rc == 0 && strcmp(key, into) != 0 &&
	    (rc = store_history(c->store, key, &h, &c->arena, e)) >= 0 &&
	    (rc = check_into(c, &h, into, e)) == 0 &&
	    (rc = emit(c, &all, &h, into, e)) == 0 &&
	    (rc = hand_on(c, &h, into, e)) == 0)
		rc = cmd_flush(c, e);
	free(all.list);
	return rc;
}
