/* tai-desk forget: words and people out of the store, the facts stay. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <uthash.h>

#include "base/time.h"
#include "desk.h"

#define BODIES	2000		/* of one record */
#define DAY	86400

enum { TEXT = 1, RAW = 2, ATTACHED = 4, ALL = 7 };

static struct {
	bool yes, retention;
	const char *why;
} want;

enum { OPT_YES = OPT_OWN, OPT_WHY, OPT_RETENTION };
const struct option forget_options[] = {
	{ "yes", no_argument, NULL, OPT_YES },
	{ "why", required_argument, NULL, OPT_WHY },
	{ "retention", no_argument, NULL, OPT_RETENTION },
	{ 0 }
};

int
forget_option(struct cmd *c, int o, const char *value, struct err *e)
{
	(void)e;
	if (o == OPT_YES)
		want.yes = true;
	else if (o == OPT_RETENTION)
		want.retention = true;
	else
		want.why = desk_text(c, value, strlen(value));
	return 0;
}

struct chosen {			/* a record of which something goes */
	const char *id;
	int what;
	bool empty;		/* its body is to be emptied */
	uint8_t was[HASH_BYTES], now[HASH_BYTES];
	UT_hash_handle hh;
};

struct blob {
	char hex[HASH_HEX];
	bool shared;		/* another record has it, too */
	UT_hash_handle hh;
};

struct choice {
	struct cmd *cmd;
	const char *scope, *name;	/* "person", "kim@acme.example" */
	struct chosen *records;	/* in the order of the log, mostly */
	struct blob *blobs;
	struct arena scratch;
	size_t bodies, bytes;
};

static int
choose(struct choice *x, const struct rec *r, int what)
{
	struct buf skeleton = BUF_INIT;
	struct arena *a = &x->cmd->arena;
	const char *id = rec_str(r, "id", a);
	struct chosen *n;

	if (id == NULL || rec_is(r, "type", "forget"))
		return 0;
	HASH_FIND_STR(x->records, id, n);
	if (n == NULL) {
		n = arena_zalloc(a, sizeof(*n));
		n->id = id;
		HASH_ADD_KEYPTR(hh, x->records, n->id, strlen(id), n);
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
	if (want.retention)
		return outlived(x->cmd, t);
	if (strcmp(x->scope, "person") == 0)
		return strcasecmp(t->from, x->name) == 0 ? ALL : 0;
	if (strcmp(x->scope, "customer") == 0)
		return strcmp(t->customer, x->name) == 0 ? ALL : 0;
	return 0;
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
		if (what != 0 && choose_ticket(x, h->key, what, e) < 0) {
			got = -1;
			break;
		}
	}
	cursor_close(cur);
	return got;
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

static bool
is_chosen(const struct choice *x, const struct rec *r, const char *field,
    struct arena *a)
{
	const char *id = rec_str(r, field, a);
	struct chosen *n = NULL;

	if (id != NULL)
		HASH_FIND_STR(x->records, id, n);
	return n != NULL && (n->what & TEXT);
}

/* Beside the tickets' records: those that name whom or what it is about. */
static bool
belongs(struct choice *x, const struct rec *r, struct arena *a)
{
	const char *customer;

	if (is_chosen(x, r, "id", a) || want.retention)
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
note_blob(struct choice *x, const char *hex, bool goes)
{
	struct blob *b;

	if (hex == NULL || strlen(hex) != HASH_HEX - 1)
		return;
	HASH_FIND_STR(x->blobs, hex, b);
	if (b == NULL) {
		b = arena_zalloc(&x->cmd->arena, sizeof(*b));
		memcpy(b->hex, hex, HASH_HEX);
		b->shared = !goes;
		HASH_ADD_KEYPTR(hh, x->blobs, b->hex, HASH_HEX - 1, b);
	}
	b->shared |= !goes;
}

/* The bytes behind a record: its mail, and the attachments. */
static void
note_blobs(struct choice *x, const struct rec *r, struct arena *a)
{
	const char *id = rec_str(r, "id", a);
	struct chosen *n = NULL;
	struct value list, v;
	size_t pos = 0;

	if (id != NULL)
		HASH_FIND_STR(x->records, id, n);
	note_blob(x, rec_str(r, "raw", a), n != NULL && (n->what & RAW));
	if (!rec_get(r, "attachments", &list))
		return;
	while (value_next(&list, &pos, &v)) {
		struct rec *file = arena_alloc(a, sizeof(*file));

		if (v.kind != VALUE_OBJECT)
			continue;
		value_object(&v, file);
		note_blob(x, rec_str(file, "sha256", a), n != NULL &&
		    (n->what & ATTACHED));
	}
}

static int
each_record(struct choice *x, void (*use)(struct choice *, const struct rec *,
    struct arena *), struct err *e)
{
	struct rec *r = xmalloc(sizeof(*r));
	struct cursor *cur = NULL;
	struct arena a = { 0 };
	int64_t seq;
	int got = store_log(x->cmd->store, NULL, NULL, 0, &cur, e);

	if (got == 0) {
		while ((got = cursor_record(cur, r, &seq, e)) == 1) {
			arena_reset(&a);
			use(x, r, &a);
		}
	}
	cursor_close(cur);
	arena_free(&a);
	free(r);
	return got;
}

static void
choose_record(struct choice *x, const struct rec *r, struct arena *a)
{
	if (belongs(x, r, a))
		choose(x, r, ALL);
}

/* Of the blobs those stay that another record has, and that are gone. */
static int
drop_shared(struct choice *x, size_t *n, struct err *e)
{
	struct blob *b, *next;
	uint8_t sha256[HASH_BYTES];

	*n = 0;
	HASH_ITER(hh, x->blobs, b, next) {
		int got = b->shared || hash_unhex(b->hex, sha256) < 0 ? 0 :
		    store_blob_has(x->cmd->store, sha256, e);

		if (got < 0)
			return -1;
		if (got == 0)
			HASH_DEL(x->blobs, b);
		*n += got == 1;
	}
	return 0;
}

static void
write_body(struct writer *w, const struct chosen *n)
{
	char hex[HASH_HEX];

	w_open(w, '{');
	w_field_str(w, "id", n->id);
	w_field_str(w, "was", hash_hex(n->was, hex));
	w_field_str(w, "now", hash_hex(n->now, hex));
	w_close(w, '}');
}

/* One record of at most so many bodies; those written are taken out. */
static int
emit(struct choice *x, struct err *e)
{
	struct cmd *c = x->cmd;
	char id[ID_TEXT], when[TIME_TEXT];
	struct buf line = BUF_INIT;
	struct chosen *n, *next;
	struct blob *b, *after;
	struct writer w;
	size_t bodies = 0;
	int rc;

	record_id(id, "forget", time_format(c->now, when), x->scope,
	    x->records != NULL ? x->records->id : x->blobs->hex, NULL);
	record_begin(&w, &line, "forget", id, c->now);
	w_field_str(&w, "scope", x->scope);
	w_field_str(&w, "by", desk_person(c));
	w_field_str(&w, "why", want.why);
	w_key(&w, "bodies");
	w_open(&w, '[');
	HASH_ITER(hh, x->records, n, next) {
		if (bodies == BODIES)
			break;
		HASH_DEL(x->records, n);
		if (n->empty) {
			write_body(&w, n);
			bodies++;
		}
	}
	w_close(&w, ']');
	w_key(&w, "blobs");
	w_open(&w, '[');
	bodies = 0;
	HASH_ITER(hh, x->blobs, b, after) {
		if (bodies++ == BODIES)
			break;
		w_str(&w, b->hex);
		HASH_DEL(x->blobs, b);
	}
	w_close(&w, ']');
	w_close(&w, '}');
	rc = cmd_emit(c, line.data, line.len, e);
	buf_free(&line);
	return rc;
}

static void
show_choice(struct choice *x)
{
	struct buf *out = &x->cmd->out;
	struct chosen *n, *next;
	struct blob *b, *after;

	HASH_ITER(hh, x->records, n, next) {
		if (n->empty)
			buf_printf(out, "record %s\n", n->id);
	}
	HASH_ITER(hh, x->blobs, b, after)
		buf_printf(out, "blob %s\n", b->hex);
}

static int
confirm(const struct choice *x, size_t blobs, struct err *e)
{
	char answer[16];

	if (want.yes)
		return 0;
	if (!isatty(STDIN_FILENO))
		return err_set(e, ERR_USAGE, "forget asks; where nobody "
		    "answers it needs --yes");
	fprintf(stderr, "Empty %zu records and remove %zu mails and "
	    "attachments for ever? [yes/no] ", x->bodies, blobs);
	if (fgets(answer, sizeof(answer), stdin) == NULL ||
	    strcmp(answer, "yes\n") != 0)
		return err_set(e, ERR_USAGE, "nothing is forgotten");
	return 0;
}

static int
name_scope(struct choice *x, char key[KEY_TEXT], struct err *e)
{
	static const char *const scopes[] = { "message", "ticket", "person",
		"customer" };
	struct cmd *c = x->cmd;

	if (want.retention) {
		x->scope = "retention";
		return c->argc == 0 ? 0 : err_set(e, ERR_USAGE,
		    "forget --retention takes no operand");
	}
	for (size_t i = 0; c->argc == 2 && i < 4; i++) {
		if (strcmp(c->argv[0], scopes[i]) == 0)
			x->scope = scopes[i];
	}
	if (x->scope == NULL)
		return err_set(e, ERR_USAGE, "forget takes message ID, ticket "
		    "TICKET, person ADDRESS or customer ID, or --retention");
	x->name = c->argv[1];
	if (strcmp(x->scope, "ticket") == 0)
		return desk_ticket(c, x->name, key, e);
	return 0;
}

static int
forget(struct choice *x, struct err *e)
{
	struct cmd *c = x->cmd;
	char key[KEY_TEXT] = "";
	size_t blobs;

	if (name_scope(x, key, e) < 0)
		return -1;
	if (*key != '\0' ? choose_ticket(x, key, ALL, e) < 0 :
	    choose_tickets(x, e) < 0)
		return -1;
	if (each_record(x, choose_record, e) < 0 ||
	    each_record(x, note_blobs, e) < 0 ||
	    drop_shared(x, &blobs, e) < 0)
		return -1;
	if (x->bodies == 0 && blobs == 0)
		return want.retention ? 0 : err_set(e, ERR_USAGE,
		    "there is nothing to forget of '%s'", x->name);
	if (c->dry) {
		show_choice(x);
		return 0;
	}
	if (confirm(x, blobs, e) < 0)
		return -1;
	while (x->records != NULL || x->blobs != NULL) {
		if (emit(x, e) < 0)
			return -1;
	}
	return cmd_flush(c, e) < 0 ? -1 : store_wipe(c->store, e);
}

int
desk_forget(struct cmd *c, struct err *e)
{
	struct choice x = { .cmd = c };
	int rc = forget(&x, e);

	HASH_CLEAR(hh, x.records);
	HASH_CLEAR(hh, x.blobs);
	arena_free(&x.scratch);
	return rc;
}
