/* What is chosen of the log: a message, a ticket, a person, a customer. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <uthash.h>

#include "base/time.h"
#include "choice.h"

#define DAY	86400

struct entry {			/* a chosen record or a blob, by its name */
	const char *name;
	void *of;
	UT_hash_handle hh;
};

struct choice_index {
	struct entry *records, *blobs;
};

static void *
find(struct entry *table, const char *name)
{
	struct entry *n = NULL;

	if (name != NULL)
		HASH_FIND_STR(table, name, n);
	return n != NULL ? n->of : NULL;
}

static void
keep(struct entry **table, const char *name, void *of, struct arena *a)
{
	struct entry *n = arena_zalloc(a, sizeof(*n));

	n->name = name;
	n->of = of;
	HASH_ADD_KEYPTR(hh, *table, n->name, strlen(n->name), n);
}

static int
choose(struct choice *x, const struct rec *r, int what)
{
	struct buf skeleton = BUF_INIT;
	struct arena *a = &x->cmd->arena;
	const char *id = rec_str(r, "id", a);
	struct chosen *n;

	if (id == NULL || rec_is(r, "type", "forget"))
		return 0;
	if ((n = find(x->index->records, id)) == NULL) {
		n = arena_zalloc(a, sizeof(*n));
		n->id = id;
		*x->end = n;
		x->end = &n->next;
		keep(&x->index->records, id, n, a);
	}
	n->what |= what;
	if (!(what & TEXT) || n->empty)
		return 0;
	record_skeleton(r, &skeleton, &x->scratch);
	hash_bytes(r->line, r->len, n->was);
	hash_bytes(skeleton.data, skeleton.len, n->now);
	n->empty = memcmp(n->was, n->now, HASH_BYTES) != 0;
	x->bodies += n->empty;
	buf_free(&skeleton);
	return 0;
}

/* Whether the address stands in a field of people, or of texts. */
static bool
has_address(const struct value *v, const char *address, struct arena *a)
{
	struct value key, item;
	size_t pos = 0;
	const char *s;

	if (v->kind == VALUE_STRING)
		return (s = value_str(v, a, NULL)) != NULL &&
		    strcasecmp(s, address) == 0;
	if (v->kind == VALUE_OBJECT) {
		while (value_field(v, &pos, &key, &item)) {
			if (has_address(&item, address, a))
				return true;
		}
		return false;
	}
	while (value_next(v, &pos, &item)) {
		if (has_address(&item, address, a))
			return true;
	}
	return false;
}

static bool
names_person(const struct rec *r, const char *address, struct arena *a)
{
	static const char *const fields[] = { "from", "to", "cc", "reply_to",
		"via", "forwarded", "forwarded_by", "addresses", "contacts",
		"bounce", "report" };
	struct value v;

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		if (rec_get(r, fields[i], &v) && has_address(&v, address, a))
			return true;
	}
	return false;
}

/* On a ticket of one's own: all but what others wrote, to others. */
static bool
is_theirs(struct choice *x, const struct rec *r)
{
	return !rec_is(r, "type", "message") ||
	    names_person(r, x->name, &x->scratch);
}

/* Everything that is on the ticket now, wherever it was before. */
static int
choose_ticket(struct choice *x, const char *key, int what, struct err *e)
{
	struct rec *r = xmalloc(sizeof(*r));
	struct cursor *cur = NULL;
	int64_t seq;
	int got = store_log(x->cmd->store, NULL, key, 0, &cur, e);

	if (got == 0) {
		while ((got = cursor_record(cur, r, &seq, e)) == 1)
			if (!x->sparing || is_theirs(x, r))
				choose(x, r, what);
	}
	cursor_close(cur);
	free(r);
	return got;
}

/* What the ages of rules/org.yaml let go of; nothing of an open ticket. */
static int
outlived(const struct cmd *c, const struct ticket *t)
{
	int64_t age = t->resolved == TIME_NONE ? 0 :
	    (c->now - t->resolved) / DAY;
	int what = 0;

	if (t->status != STATUS_RESOLVED && t->status != STATUS_CLOSED)
		return 0;
	if (c->org.keep.text > 0 && age >= c->org.keep.text)
		what |= TEXT;
	if (c->org.keep.raw > 0 && age >= c->org.keep.raw)
		what |= RAW;
	if (c->org.keep.attachments > 0 && age >= c->org.keep.attachments)
		what |= ATTACHED;
	return what;
}

static int
wanted(const struct choice *x, const struct ticket *t)
{
	if (x->retention)
		return outlived(x->cmd, t);
	if (strcmp(x->scope, "person") == 0)
		return strcasecmp(t->from, x->name) == 0 ? ALL : 0;
	if (strcmp(x->scope, "customer") == 0)
		return strcmp(t->customer, x->name) == 0 ? ALL : 0;
	return 0;
}

static void
note_open(struct choice *x, const struct history *h, const struct ticket *t)
{
	struct open_ticket *o;

	if (ticket_is_done(t) || x->retention)
		return;
	o = arena_zalloc(&x->cmd->arena, sizeof(*o));
	memcpy(o->key, h->key, KEY_TEXT);
	o->number = h->number;
	o->next = x->open;
	x->open = o;
}

static int
choose_tickets(struct choice *x, struct err *e)
{
	struct cursor *cur = NULL;
	struct history *h;
	int got = store_histories(x->cmd->store, false, &cur, e);

	if (got < 0)
		return -1;
	while ((got = cursor_history(cur, &h, e)) == 1) {
		struct ticket t;
		int what;

		arena_reset(&x->scratch);
		ticket_fold(h, x->cmd->now, &x->scratch, &t);
		what = t.opened != TIME_NONE ? wanted(x, &t) : 0;
		if (what == ALL)
			note_open(x, h, &t);
		if (what != 0 && choose_ticket(x, h->key, what, e) < 0) {
			got = -1;
			break;
		}
	}
	cursor_close(cur);
	return got;
}

static const struct chosen *
named_by(const struct choice *x, const struct rec *r, const char *field,
    struct arena *a)
{
	return find(x->index->records, rec_str(r, field, a));
}

const struct chosen *
choice_has(const struct choice *x, const struct rec *r, struct arena *a)
{
	return named_by(x, r, "id", a);
}

struct blob *
choice_blob(const struct choice *x, const char *hex)
{
	return find(x->index->blobs, hex);
}

static bool
is_chosen(const struct choice *x, const struct rec *r, const char *field,
    struct arena *a)
{
	const struct chosen *n = named_by(x, r, field, a);

	return n != NULL && (n->what & TEXT);
}

/* Beside the tickets' records: those that name whom or what it is about. */
static bool
belongs(struct choice *x, const struct rec *r, struct arena *a)
{
	const char *customer;

	if (is_chosen(x, r, "id", a) || x->retention)
		return false;
	if (strcmp(x->scope, "message") == 0)
		return rec_is(r, "id", x->name);
	if (is_chosen(x, r, "about", a))
		return true;
	if (strcmp(x->scope, "person") == 0)
		return names_person(r, x->name, a);
	if (strcmp(x->scope, "customer") != 0 ||
	    (customer = rec_str(r, "customer", a)) == NULL ||
	    strcmp(customer, x->name) != 0)
		return false;
	return rec_is(r, "type", "customer") || rec_is(r, "type", "message") ||
	    rec_is(r, "type", "reply") || rec_is(r, "type", "answer") ||
	    rec_is(r, "type", "survey");
}

static void
note_blob(struct choice *x, const char *hex, const char *name, bool goes)
{
	struct blob *b;

	if (hex == NULL || strlen(hex) != HASH_HEX - 1)
		return;
	if ((b = find(x->index->blobs, hex)) == NULL) {
		b = arena_zalloc(&x->cmd->arena, sizeof(*b));
		memcpy(b->hex, hex, HASH_HEX);
		if (name != NULL)
			b->name = arena_strdup(&x->cmd->arena, name);
		*x->blobs_end = b;
		x->blobs_end = &b->next;
		keep(&x->index->blobs, b->hex, b, &x->cmd->arena);
	}
	b->chosen |= goes;
	b->shared |= !goes;
}

/* The bytes behind a record: its mail, and the attachments. */
static int
note_blobs(struct choice *x, const struct rec *r, struct arena *a, void *arg,
    struct err *e)
{
	const struct chosen *n = choice_has(x, r, a);
	struct value list, v;
	size_t pos = 0;

	(void)arg;
	(void)e;
	note_blob(x, rec_str(r, "raw", a), NULL, n != NULL &&
	    (n->what & RAW));
	if (!rec_get(r, "attachments", &list))
		return 0;
	while (value_next(&list, &pos, &v)) {
		struct rec *file = arena_alloc(a, sizeof(*file));
		const char *name;

		if (v.kind != VALUE_OBJECT)
			continue;
		value_object(&v, file);
		name = rec_str(file, "name", a);
		note_blob(x, rec_str(file, "sha256", a), name != NULL ? name :
		    "", n != NULL && (n->what & ATTACHED));
	}
	return 0;
}

int
choice_each(struct choice *x, int (*use)(struct choice *, const struct rec *,
    struct arena *, void *, struct err *), void *arg, struct err *e)
{
	struct rec *r = xmalloc(sizeof(*r));
	struct cursor *cur = NULL;
	struct arena a = { 0 };
	int64_t seq;
	int got = store_log(x->cmd->store, NULL, NULL, 0, &cur, e);

	while (got == 0 && (got = cursor_record(cur, r, &seq, e)) == 1) {
		arena_reset(&a);
		got = use(x, r, &a, arg, e);
	}
	cursor_close(cur);
	arena_free(&a);
	free(r);
	return got;
}

static int
choose_record(struct choice *x, const struct rec *r, struct arena *a,
    void *arg, struct err *e)
{
	(void)arg;
	(void)e;
	arena_reset(&x->scratch);
	if (belongs(x, r, a))
		choose(x, r, ALL);
	return 0;
}

static int
name_scope(struct choice *x, char key[KEY_TEXT], struct err *e)
{
	static const char *const scopes[] = { "message", "ticket", "person",
		"customer" };
	struct cmd *c = x->cmd;

	if (x->retention) {
		x->scope = "retention";
		return c->argc == 0 ? 0 : err_set(e, ERR_USAGE,
		    "forget --retention takes no operand");
	}
	for (size_t i = 0; c->argc >= 2 && i < 4; i++) {
		if (strcmp(c->argv[0], scopes[i]) == 0)
			x->scope = scopes[i];
	}
	if (x->scope == NULL)
		return err_set(e, ERR_USAGE, "%s takes message ID, ticket "
		    "TICKET, person ADDRESS or customer ID", c->verb);
	x->name = c->argv[1];
	if (strcmp(x->scope, "ticket") == 0)
		return desk_ticket(c, x->name, key, e);
	return 0;
}


/* The ticket that is named, when it is open. */
static int
note_named(struct choice *x, const char *key, struct err *e)
{
	struct cmd *c = x->cmd;
	struct history h;
	struct ticket t;

	if (store_history(c->store, key, &h, &c->arena, e) < 0)
		return -1;
	ticket_fold(&h, c->now, &c->arena, &t);
	note_open(x, &h, &t);
	return choose_ticket(x, key, ALL, e);
}

int
choice_make(struct choice *x, struct err *e)
{
	char key[KEY_TEXT] = "";
	int rc = name_scope(x, key, e);

	x->index = arena_zalloc(&x->cmd->arena, sizeof(*x->index));
	x->end = &x->records;
	x->blobs_end = &x->blobs;
	if (rc == 0)
		rc = *key != '\0' ? note_named(x, key, e) :
		    choose_tickets(x, e);
	if (rc == 0)
		rc = choice_each(x, choose_record, NULL, e);
	return rc < 0 ? -1 : choice_each(x, note_blobs, NULL, e);
}

void
choice_free(struct choice *x)
{
	if (x->index != NULL) {
		HASH_CLEAR(hh, x->index->records);
		HASH_CLEAR(hh, x->index->blobs);
	}
	arena_free(&x->scratch);
}
