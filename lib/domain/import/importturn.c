/* A ticket of another helpdesk, told again in records of ours. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "base/utf8.h"
#include "domain/import/importturn.h"

struct import_place
turn_place(struct import *im, const struct import_found *f)
{
	return (struct import_place){ im->map, &f->item, &f->up, &im->scratch,
		im->desk, f->up_tag };
}

/* Writes im->line out and keeps what it means for the ticket's history. */
int
turn_emit(struct import *im, struct err *e)
{
	char key[KEY_TEXT];
	struct event ev;
	int got = im->desk->emit(im->desk->arg, &im->line, e);

	if (got < 0)
		return -1;
	im->made += got == 1;
	im->known += got == 0;
	if (rec_parse(im->rec, im->line.data, im->line.len, e) < 0)
		return -1;
	if (got == 1 && event_of(im->rec, &ev, key, &im->turn_arena, e) == 1)
		history_add(&im->history, &ev, &im->turn_arena);
	return 0;
}

void
turn_hash(const char *s, char hex[HASH_HEX])
{
	uint8_t digest[HASH_BYTES];

	hash_bytes(s, strlen(s), digest);
	hash_hex(digest, hex);
}

/* "35436.2127@acme.zendesk.com.zendesk.invalid", or without ".2127" */
const char *
turn_name(struct import *im, const char *ticket, const char *part)
{
	const char *id = arena_printf(&im->turn_arena, "%s%s%s@%s%s%s.invalid",
	    ticket, *part != '\0' ? "." : "", part, im->instance,
	    *im->instance != '\0' ? "." : "", im->map->name);

	for (char *p = (char *)(uintptr_t)id; *p != '\0'; p++) {
		if (isspace((unsigned char)*p) || strchr("<>\"", *p) != NULL)
			*p = '_';
	}
	return id;
}

void
turn_key(struct import *im, const char *ticket, char key[KEY_TEXT])
{
	ticket_key(key, turn_name(im, ticket, ""));
}

void
turn_source(struct import *im, struct writer *w, const char *comment)
{
	w_key(w, "source");
	w_open(w, '{');
	w_field_str(w, "name", im->map->name);
	w_field_str(w, "instance", *im->instance != '\0' ? im->instance :
	    NULL);
	w_field_str(w, "ticket", im->ticket);
	w_field_str(w, "comment", *comment != '\0' ? comment : NULL);
	w_close(w, '}');
}

/* A text without what the store's lines may not have. */
void
turn_clean(struct writer *w, const char *key, const char *s)
{
	struct buf b = BUF_INIT;

	utf8_clean(&b, s, strlen(s));
	w_field_str(w, key, b.data);
	buf_free(&b);
}

const char *
turn_customer(struct import *im, const char *address)
{
	const char *id = *address != '\0' ?
	    customers_by_address(im->customers, address) : NULL;

	return id != NULL ? id : im->customer;
}

int
turn_merge(struct import *im, const char *from, const char *into, int64_t at,
    const char *why, struct err *e)
{
	char id[ID_TEXT];
	struct writer w;

	record_id(id, "merge", from, into, NULL);
	buf_reset(&im->line);
	record_begin(&w, &im->line, "merge", id, at);
	w_field_str(&w, "ticket", from);
	w_field_str(&w, "into", into);
	w_field_str(&w, "by", im->map->name);
	w_field_str(&w, "why", why);
	w_close(&w, '}');
	return turn_emit(im, e);
}

static int
take_comment(struct import *im, const struct import_found *f, struct err *e)
{
	struct import_place in = turn_place(im, f);
	const char *id = import_text(&in, f->rule->field[F_ID]);
	bool public = import_truth(&in, f->rule->field[F_PUBLIC], true);
	struct word w;

	word_read(im, f, &w);
	/* Without an id of its own, its moment tells it from the others. */
	w.id = id;
	if (id == NULL) {
		char when[TIME_TEXT];

		w.id = arena_strdup(&im->scratch, time_format(f->at, when));
	}
	if (public ? word_say(im, &w, e) < 0 : (*w.raw != '\0' ||
	    word_files(im, f)) && word_note(im, &w, "", e) < 0)
		return -1;
	return change_apply(im, f, &w.who, e);
}

static int
take_rating(struct import *im, const struct import_found *f, struct err *e)
{
	struct import_place in = turn_place(im, f);
	const struct import_rule *r = f->rule;
	const char *score = import_text(&in, r->field[F_SCORE]);
	const char *comment = import_text(&in, r->field[F_TEXT]);
	const char *own = import_text(&in, r->field[F_ID]);
	char id[ID_TEXT];
	struct writer w;
	int64_t points = 0;

	if (score == NULL)
		return 0;
	if (strlen(score) > 2 || score[strspn(score, "0123456789")] != '\0' ||
	    (points = atoi(score)) < 1 || points > 10)
		return err_set(e, ERR_INPUT, "score '%s' is not 1 to 10; the "
		    "map is to make it so", score);
	record_id(id, "answer", im->map->name, im->instance, im->ticket,
	    own != NULL ? own : "", score, comment != NULL ? comment : "",
	    NULL);
	buf_reset(&im->line);
	record_begin(&w, &im->line, "answer", id, f->at);
	w_field_str(&w, "kind", "csat");
	w_field_str(&w, "ticket", im->key);
	w_field_str(&w, "customer", *im->customer != '\0' ? im->customer :
	    NULL);
	/* Of several words of one ticket the last counts. */
	w_field_str(&w, "survey", turn_name(im, im->ticket, ""));
	w_field_int(&w, "score", points);
	if (comment != NULL)
		turn_clean(&w, "comment", comment);
	turn_source(im, &w, "");
	w_close(&w, '}');
	return turn_emit(im, e);
}

int
import_entry(struct import *im, const struct import_found *f, struct err *e)
{
	struct author who;

	arena_reset(&im->scratch);
	if (im->created == TIME_NONE)
		im->created = f->at;
	if (f->at > im->last && f->rule->kind != IMPORT_RATING)
		im->last = f->at;
	if (f->at > im->changed && f->status)
		im->changed = f->at;
	switch (f->rule->kind) {
	case IMPORT_COMMENT:
		return take_comment(im, f, e);
	case IMPORT_CHANGE:
		who = word_author(im, f);
		return change_apply(im, f, &who, e);
	case IMPORT_RATING:
		return take_rating(im, f, e);
	default:
		return 0;
	}
}

static const char *
keep(struct import *im, const char *s)
{
	return s != NULL ? arena_strdup(&im->turn_arena, s) : "";
}

/* What every record of the ticket has from its latest version. */
static void
read_head(struct import *im, const struct import_found *head)
{
	struct import_place in = turn_place(im, head);
	struct import_expr *const *field = head->rule->field;
	const char *company = import_text(&in, field[F_COMPANY]);
	const char *address, *name = NULL, *customer, *channel;
	const struct person *p;

	im->created = head->at;
	im->updated = im->last = head->updated;
	im->subject = keep(im, import_text(&in, field[F_SUBJECT]));
	channel = import_text(&in, field[F_CHANNEL]);
	if (channel != NULL)
		im->channel = keep(im, channel);
	im->requester = keep(im, import_text(&in, field[F_REQUESTER]));
	address = import_text(&in, field[F_REQUESTER_ADDRESS]);
	if (address != NULL)
		people_split(address, &address, &name, &im->scratch);
	p = people_find(im->people, im->requester);
	if (address == NULL && p != NULL)
		address = p->address;
	if (address == NULL && strchr(im->requester, '@') != NULL)
		address = im->requester;
	im->requester_address = keep(im, address);
	if (company == NULL && p != NULL)
		company = p->company;
	customer = people_customer(im->people, im->map, im->customers,
	    company, &im->scratch);
	im->customer = keep(im, customer);
	im->customer = keep(im, turn_customer(im, im->requester_address));
}

/* Whether the ticket has a message already that stands for its opening. */
static bool
has_message(const struct import *im)
{
	for (size_t i = 0; i < im->history.n; i++) {
		if (im->history.event[i].kind <= EVENT_AUTO &&
		    im->history.event[i].kind != EVENT_TRIAGE)
			return true;
	}
	return false;
}

static int
say_opening(struct import *im, const struct import_found *head,
    const struct word *text, struct err *e)
{
	struct import_found dated = *head;
	struct word w = *text;

	if (im->created == TIME_NONE)
		return err_set(e, ERR_INPUT, "created is missing");
	dated.at = w.at = im->created;
	w.found = &dated;
	w.id = "";
	return word_say(im, &w, e);
}

static int
take_opening(struct import *im, const struct import_found *head,
    struct err *e)
{
	struct word w;

	word_read(im, head, &w);
	if (*w.raw == '\0' && !word_files(im, head))
		return 0;
	if (head->rule->alone && (im->turn->comments > 0 || has_message(im)))
		return 0;
	return say_opening(im, head, &w, e);
}

/* A ticket of which no word is known: who asked, and its subject. */
static int
take_silence(struct import *im, const struct import_found *head,
    struct err *e)
{
	struct word w;

	if (has_message(im))
		return 0;
	word_read(im, head, &w);
	return say_opening(im, head, &w, e);
}

int
import_begin(struct import *im, const struct import_turn *t, struct err *e)
{
	int got;

	arena_reset(&im->scratch);
	word_forget(im);
	arena_reset(&im->turn_arena);
	memset(&im->history, 0, sizeof(im->history));
	im->turn = t;
	im->ticket = keep(im, t->ticket);
	turn_key(im, im->ticket, im->key);
	im->subject = im->customer = im->requester = "";
	im->requester_address = "";
	im->channel = im->map->name;
	im->created = im->updated = im->last = im->changed = TIME_NONE;
	if ((got = im->desk->history(im->desk->arg, im->key, &im->history,
	    &im->turn_arena, e)) < 0)
		return -1;
	im->stored = got == 1;
	im->fields_due = t->head != NULL && !im->stored;
	if (t->head == NULL)
		return 0;
	read_head(im, t->head);
	return take_opening(im, t->head, e);
}

/* Resolved and closed when the ticket says so itself; waiting if it does. */
static int
tell_since(struct import *im, const struct import_found *head, int status,
    struct err *e)
{
	static const struct {
		enum import_field field;
		enum status status;
	} since[] = { { F_RESOLVED, STATUS_RESOLVED },
	    { F_CLOSED, STATUS_CLOSED }, { F_WAITING, STATUS_WAITING } };
	struct import_place in = turn_place(im, head);

	for (size_t i = 0; i < sizeof(since) / sizeof(*since); i++) {
		int64_t at;

		if (import_moment(&in, head->rule->field[since[i].field],
		    &at) != 1 || at < im->created)
			continue;
		if (since[i].status == STATUS_WAITING &&
		    status != STATUS_WAITING)
			continue;
		if (change_status(im, at, status_name(since[i].status),
		    im->map->name, NULL, e) < 0)
			return -1;
		if (at > im->last)
			im->last = at;
	}
	return 0;
}

static bool
same_status(int a, int b)
{
	if (a == STATUS_PROGRESS)
		a = STATUS_OPEN;
	if (b == STATUS_PROGRESS)
		b = STATUS_OPEN;
	return a == b;
}

/*
 * The ticket's own word on its status counts where what is told so far leads
 * elsewhere: a wait began with our last answer, its end with the customer's
 * word; of the rest only the last update is known.
 */
static int
settle_status(struct import *im, const struct import_found *head,
    struct err *e)
{
	struct import_place in = turn_place(im, head);
	int status = status_parse(import_text(&in,
	    head->rule->field[F_STATUS]));
	struct ticket t;
	int64_t at = im->last;

	if (!im->turn->changes && tell_since(im, head, status, e) < 0)
		return -1;
	/* What is told of later is newer than the ticket's own word. */
	if (status < 0 || im->updated < im->changed)
		return 0;
	ticket_fold(&im->history, im->last, &im->scratch, &t);
	if (t.opened == TIME_NONE || same_status((int)t.status, status))
		return 0;
	if (status == STATUS_WAITING && t.last_agent != TIME_NONE &&
	    (t.last_customer == TIME_NONE || t.last_agent >= t.last_customer))
		at = t.last_agent;
	else if (t.status == STATUS_WAITING && status <= STATUS_PROGRESS)
		at = t.since;
	return change_status(im, at, status_name((enum status)status),
	    im->map->name, import_word(&in, head->rule->field[F_STATUS]), e);
}

static int
settle_verdict(struct import *im, const struct import_found *head,
    struct err *e)
{
	struct verdict_of v = change_verdict(im, head);
	char id[ID_TEXT], when[TIME_TEXT];
	int64_t at = im->created;
	struct ticket t;
	int got;

	if (v.severity == NULL && v.category == NULL && v.topic == NULL &&
	    v.tags[0] == NULL)
		return 0;
	ticket_fold(&im->history, im->last, &im->scratch, &t);
	if (t.severity_by_person && v.severity != NULL &&
	    (int)t.severity == severity_parse(v.severity) &&
	    v.category == NULL && v.topic == NULL && v.tags[0] == NULL)
		return 0;
	change_verdict_id(im, &v, "", id);
	if ((got = im->desk->has(im->desk->arg, id, e)) < 0)
		return -1;
	if (got == 1) {
		/* Said before; and said again if it was otherwise since. */
		if (v.severity == NULL || !t.severity_by_person ||
		    (int)t.severity == severity_parse(v.severity))
			return 0;
		change_verdict_id(im, &v, time_format(im->last, when), id);
	}
	if (t.severity_by_person)
		at = im->last;
	return change_judge(im, &v, at, im->map->name, id, e);
}

static int
settle_assignee(struct import *im, const struct import_found *head,
    struct err *e)
{
	const char *who = change_assignee(im, head);
	struct ticket t;

	if (who == NULL)
		return 0;
	ticket_fold(&im->history, im->last, &im->scratch, &t);
	if (t.opened != TIME_NONE && strcmp(t.assignee, who) == 0)
		return 0;
	return change_assign(im, im->last, who, im->map->name, e);
}

/* Fields that changed since the ticket was taken in, or had no message. */
static int
settle_fields(struct import *im, const struct import_found *head,
    struct err *e)
{
	const char *now = word_fields(im, head);
	struct buf before = BUF_INIT;
	struct word w = { .found = head, .id = "", .at = im->last,
		.text = "", .who = { .address = "", .name = "" } };
	int64_t known;
	int got;

	/* The first record of a new ticket had them. */
	if (now == NULL || (!im->stored && !im->fields_due))
		return 0;
	got = im->stored ? im->desk->fields(im->desk->arg, im->key, &before,
	    &known, e) : 0;
	if (got == 1 && (known > im->last || strcmp(before.data, now) == 0)) {
		buf_free(&before);
		return 0;
	}
	buf_free(&before);
	if (got < 0)
		return -1;
	turn_hash(now, w.digest);
	im->fields_due = true;
	if (!im->stored && im->created != TIME_NONE)
		w.at = im->created;
	return word_note(im, &w, im->stored ? "its fields changed" :
	    "its fields", e);
}

int
import_end(struct import *im, struct err *e)
{
	const struct import_found *head = im->turn->head;

	if (head == NULL)
		return 0;
	arena_reset(&im->scratch);
	/* A ticket that is here already is nothing new, whatever follows. */
	im->known += im->stored;
	if (im->created == TIME_NONE)
		im->created = im->last;
	if (im->last == TIME_NONE)
		return err_set(e, ERR_INPUT, "created is missing");
	if (take_silence(im, head, e) < 0 ||
	    settle_status(im, head, e) < 0 ||
	    settle_verdict(im, head, e) < 0 ||
	    settle_assignee(im, head, e) < 0 ||
	    settle_fields(im, head, e) < 0)
		return -1;
	return change_merges(im, head, im->last, e);
}
