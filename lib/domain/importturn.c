/* A ticket of another helpdesk, told again in records of ours. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <uthash.h>

#include "base/time.h"
#include "base/utf8.h"
#include "domain/importturn.h"
#include "domain/said.h"
#include "format/html.h"

struct link {			/* a ticket merged into another */
	const char *from;
	const char *into;
	UT_hash_handle hh;
};

struct named {			/* a Message-ID of this turn */
	const char *id;
	UT_hash_handle hh;
};

struct author {
	const char *id;		/* NULL unknown */
	const char *address, *name;	/* "" unknown */
	enum role role;
	bool requester;
};

void
turn_forget(struct import *im)
{
	HASH_CLEAR(hh, im->named);
	HASH_CLEAR(hh, im->links);
}

static struct import_place
place(struct import *im, const struct import_found *f)
{
	return (struct import_place){ im->map, &f->item, &f->up, &im->scratch,
		im->desk, f->up_tag };
}

/* Writes im->line out and keeps what it means for the ticket's history. */
static int
emit(struct import *im, struct err *e)
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

static void
hash_text(const char *s, char hex[HASH_HEX])
{
	uint8_t digest[HASH_BYTES];

	hash_bytes(s, strlen(s), digest);
	hash_hex(digest, hex);
}

/* "35436.2127@acme.zendesk.com.zendesk.invalid", or without ".2127" */
static const char *
derived_id(struct import *im, const char *ticket, const char *part)
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

static void
native_key(struct import *im, const char *ticket, char key[KEY_TEXT])
{
	ticket_key(key, derived_id(im, ticket, ""));
}

static void
write_source(struct import *im, struct writer *w, const char *comment)
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

/* Whether a field of an item went into the record as it stood. */
static bool
is_told(const struct import *im, const struct import_rule *r,
    const char *name, size_t len)
{
	for (const char *const *p = r->drop; *p != NULL; p++) {
		if (strlen(*p) == len && memcmp(*p, name, len) == 0)
			return true;
	}
	for (const char *const *p = im->map->lists; *p != NULL; p++) {
		if (strcspn(*p, ".[") == len && memcmp(*p, name, len) == 0)
			return true;
	}
	for (int i = 0; i < IMPORT_FIELDS; i++) {
		const struct import_expr *x = r->field[i];

		/* What a map makes of a word is less than the word. */
		if (x == NULL || x->map != NULL || x->match != NULL)
			continue;
		for (size_t p = 0; p < x->paths; p++) {
			const char *path = x->path[p].path;
			size_t n;

			path += im->map->table;
			n = strcspn(path, im->map->table ? "\"" : ".[");
			if (x->path[p].up == NULL && path[n] != '.' && n == len &&
			    x->path[p].name == NULL &&
			    memcmp(path, name, len) == 0)
				return true;
		}
	}
	return false;
}

/* The fields of an item that nothing else of a record says, as they are. */
static const char *
other_fields(struct import *im, const struct import_rule *r,
    const struct value *item)
{
	struct buf b = BUF_INIT;
	struct value name, v;
	struct writer w;
	size_t pos = 0, n = 0;
	const char *out = NULL;

	w_begin(&w, &b);
	w_open(&w, '{');
	while (value_field(item, &pos, &name, &v)) {
		if (v.kind == VALUE_NULL ||
		    is_told(im, r, name.text + 1, name.len - 2))
			continue;
		if (n++ > 0)
			buf_addc(&b, ',');
		buf_add(&b, name.text, name.len);
		buf_addc(&b, ':');
		buf_add(&b, v.text, v.len);
	}
	buf_addc(&b, '}');
	if (n > 0)
		out = arena_strndup(&im->scratch, b.data, b.len);
	buf_free(&b);
	return out;
}

static void
write_raw(struct writer *w, const char *key, const char *json)
{
	if (json == NULL)
		return;
	w_key(w, key);
	w_raw(w, json, strlen(json));
}

static void
write_size(struct writer *w, const char *s)
{
	int64_t n = 0;

	if (s == NULL || strlen(s) > 15 || s[strspn(s, "0123456789")] != '\0')
		return;
	for (; *s != '\0'; s++)
		n = n * 10 + (*s - '0');
	w_field_int(w, "size", n);
}

static void
write_files(struct import *im, struct writer *w, const struct import_found *f)
{
	const struct import_rule *r = f->rule;
	struct import_place in = place(im, f);
	struct value list, one;
	size_t pos = 0, n = 0;

	if (!import_value(&in, r->field[F_FILES], &list))
		return;
	while (value_next(&list, &pos, &one)) {
		if (one.kind != VALUE_OBJECT)
			continue;
		if (n++ == 0) {
			w_key(w, "attachments");
			w_open(w, '[');
		}
		in.item = &one;
		w_open(w, '{');
		w_field_str(w, "name", import_text(&in,
		    r->field[F_FILE_NAME]));
		w_field_str(w, "type", import_text(&in,
		    r->field[F_FILE_TYPE]));
		write_size(w, import_text(&in, r->field[F_FILE_SIZE]));
		w_field_str(w, "url", import_text(&in, r->field[F_FILE_URL]));
		w_close(w, '}');
	}
	if (n > 0)
		w_close(w, ']');
}

static bool
has_files(struct import *im, const struct import_found *f)
{
	struct import_place in = place(im, f);
	struct value list, one;
	size_t pos = 0;

	return import_value(&in, f->rule->field[F_FILES], &list) &&
	    value_next(&list, &pos, &one);
}

/* The export's word, our own org.yaml, then who asked. */
static enum role
author_role(struct import *im, const struct author *who,
    const struct person *p, const char *word)
{
	int role = people_role(word);

	if (role == ROLE_AUTO || role == ROLE_SYSTEM)
		return (enum role)role;
	if (*who->address != '\0' && org_role(im->org, who->address) !=
	    ROLE_CUSTOMER)
		return ROLE_AGENT;
	if (role >= 0)
		return (enum role)role;
	if (p != NULL && p->role >= 0)
		return (enum role)p->role;
	if (who->requester || who->id == NULL || p != NULL ||
	    *im->requester == '\0')
		return ROLE_CUSTOMER;
	/* Whom the export does not introduce, and who did not ask: ours. */
	return ROLE_AGENT;
}

static struct author
find_author(struct import *im, const struct import_found *f)
{
	struct import_place in = place(im, f);
	const struct import_rule *r = f->rule;
	const char *address = import_text(&in, r->field[F_AUTHOR_ADDRESS]);
	const char *name = import_text(&in, r->field[F_AUTHOR_NAME]);
	struct author who = { .address = "", .name = "" };
	const struct person *p;

	who.id = import_text(&in, r->field[F_AUTHOR]);
	if (who.id == NULL && address == NULL && r->kind == IMPORT_TICKET) {
		who.id = *im->requester != '\0' ? im->requester : NULL;
		address = *im->requester_address != '\0' ?
		    im->requester_address : NULL;
	}
	if (address != NULL)
		people_split(address, &address, &name, &im->scratch);
	p = who.id != NULL ? people_find(im->people, who.id) : NULL;
	if (p == NULL && address != NULL)
		p = people_find(im->people, address);
	if (p != NULL)
		who.address = p->address, who.name = p->name;
	if (address != NULL)
		who.address = address;
	if (name != NULL)
		who.name = name;
	if (*who.address == '\0' && who.id != NULL &&
	    strchr(who.id, '@') != NULL)
		who.address = who.id;
	who.requester = (who.id != NULL && strcmp(who.id, im->requester) ==
	    0) || (*who.address != '\0' &&
	    strcasecmp(who.address, im->requester_address) == 0);
	who.role = author_role(im, &who, p, import_text(&in,
	    r->field[F_ROLE]));
	return who;
}

static const char *
author_text(const struct import *im, const struct author *who)
{
	return *who->address != '\0' ? who->address :
	    *who->name != '\0' ? who->name : im->map->name;
}

struct word {			/* a comment, or a ticket's opening */
	const struct import_found *found;
	const char *id;		/* of the comment; "" the opening */
	int64_t at;
	struct author who;
	const char *raw, *text;	/* raw: as the export has it; never NULL */
	bool html;
	char digest[HASH_HEX];
};

static void
read_word(struct import *im, const struct import_found *f, struct word *w)
{
	struct import_place in = place(im, f);
	const struct import_rule *r = f->rule;
	const char *html = import_body(&in, r->field[F_HTML]);
	const char *text = import_body(&in, r->field[F_TEXT]);
	struct buf b = BUF_INIT;
	size_t len;

	memset(w, 0, sizeof(*w));
	w->found = f;
	w->at = f->at;
	w->who = find_author(im, f);
	w->raw = text != NULL ? text : html != NULL ? html : "";
	w->raw += strspn(w->raw, " \t\r\n");
	len = strlen(w->raw);
	while (len > 0 && strchr(" \t\r\n", w->raw[len - 1]) != NULL)
		len--;
	w->raw = arena_strndup(&im->scratch, w->raw, len);
	w->text = text != NULL ? text : "";
	if (html != NULL) {
		html_to_text(html, strlen(html), &b);
		w->text = arena_strndup(&im->scratch, b.data, b.len);
		w->html = true;
	}
	buf_free(&b);
	hash_text(w->raw, w->digest);
}

/* A text without what the store's lines may not have. */
static void
write_clean(struct writer *w, const char *key, const char *s)
{
	struct buf b = BUF_INIT;

	utf8_clean(&b, s, strlen(s));
	w_field_str(w, key, b.data);
	buf_free(&b);
}

/* The head's fields go with the first record of the ticket. */
static void
write_fields(struct import *im, struct writer *w, const struct import_found *f)
{
	const char *own = f->rule->kind == IMPORT_TICKET ? NULL :
	    other_fields(im, f->rule, &f->item);

	if (im->fields_due) {
		write_raw(w, "fields", other_fields(im, im->turn->head->rule,
		    &im->turn->head->item));
		im->fields_due = false;
	}
	write_raw(w, "comment_fields", own);
}

static int
emit_note(struct import *im, const struct word *w, const char *about,
    struct err *e)
{
	char id[ID_TEXT];
	struct writer out;

	record_id(id, "note", im->map->name, im->instance, im->ticket, w->id,
	    w->digest, about, NULL);
	buf_reset(&im->line);
	record_begin(&out, &im->line, "note", id, w->at);
	w_field_str(&out, "ticket", im->key);
	w_field_str(&out, "by", author_text(im, &w->who));
	write_clean(&out, "text", arena_printf(&im->scratch, "%s%s", about,
	    w->text));
	if (w->html)
		w_field_bool(&out, "html", true);
	write_source(im, &out, w->id);
	write_files(im, &out, w->found);
	write_fields(im, &out, w->found);
	w_close(&out, '}');
	return emit(im, e);
}

static const char *
strip_brackets(const char *s, struct arena *a)
{
	size_t len;

	if (s == NULL)
		return NULL;
	s += strspn(s, " <\t");
	len = strcspn(s, " >\t\r\n");
	return len == 0 ? NULL : arena_strndup(a, s, len);
}

static const char *
customer_of(struct import *im, const char *address)
{
	const char *id = *address != '\0' ?
	    customers_by_address(im->customers, address) : NULL;

	return id != NULL ? id : im->customer;
}

static int
emit_message(struct import *im, const struct word *w, const char *id,
    const char *message_id, struct err *e)
{
	const struct import_rule *r = w->found->rule;
	struct import_place in = place(im, w->found);
	const char *subject = import_text(&in, r->field[F_SUBJECT]);
	const char *channel = import_text(&in, r->field[F_CHANNEL]);
	const char *automatic = import_text(&in, r->field[F_AUTO]);
	struct said s = { .id = id, .at = w->at, .ticket = im->key };
	struct writer out;

	s.channel = channel != NULL ? channel : im->channel;
	s.role = w->who.role;
	/* Our own people may ask for themselves. */
	s.out = s.role != ROLE_CUSTOMER && !w->who.requester;
	s.customer = s.role == ROLE_CUSTOMER ? customer_of(im,
	    w->who.address) : im->customer;
	s.address = w->who.address;
	s.name = w->who.name;
	s.to = import_list(&in, r->field[F_TO]);
	s.subject = subject != NULL ? subject : im->subject;
	s.text = w->text;
	s.html = w->html;
	s.message_id = message_id;
	s.in_reply_to = strip_brackets(import_text(&in,
	    r->field[F_IN_REPLY_TO]), &im->scratch);
	s.automatic = automatic != NULL ? automatic : s.role == ROLE_AUTO ||
	    s.role == ROLE_SYSTEM ? "reply" : "none";
	s.method = "import";
	s.evidence = im->ticket;
	buf_reset(&im->line);
	said_begin(&s, &out, &im->line, &im->scratch);
	write_source(im, &out, w->id);
	write_files(im, &out, w->found);
	write_fields(im, &out, w->found);
	w_close(&out, '}');
	return emit(im, e);
}

static int
emit_merge(struct import *im, const char *from, const char *into, int64_t at,
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
	return emit(im, e);
}

/* Whether this turn has named a message so; remembers it. */
static bool
named_before(struct import *im, const char *message_id)
{
	struct named *n;

	HASH_FIND_STR(im->named, message_id, n);
	if (n != NULL)
		return true;
	n = arena_zalloc(&im->turn_arena, sizeof(*n));
	n->id = arena_strdup(&im->turn_arena, message_id);
	HASH_ADD_KEYPTR(hh, im->named, n->id, strlen(n->id), n);
	return false;
}

/*
 * A public word whose record is not here: new (0), one that was changed since
 * (a note tells what it says now), or mail that came to us too (the tickets
 * become one).
 */
static int
look_for_message(struct import *im, const struct word *w, const char *mid,
    struct err *e)
{
	char key[KEY_TEXT];
	int got;

	if (named_before(im, mid)) {
		memcpy(key, im->key, KEY_TEXT);
		got = 1;
	} else if ((got = im->desk->message(im->desk->arg, mid, key, e)) <= 0)
		return got;
	if (strcmp(key, im->key) == 0)
		return emit_note(im, w, "(changed later) ", e) < 0 ? -1 : 1;
	im->known++;
	return emit_merge(im, key, im->key, w->at, mid, e) < 0 ? -1 : 1;
}

static void
message_record_id(struct import *im, const struct word *w, const char *part,
    char id[ID_TEXT])
{
	record_id(id, "message", im->map->name, im->instance, im->ticket,
	    part, w->digest, NULL);
}

static int
public_word(struct import *im, const struct word *w, struct err *e)
{
	struct import_place in = place(im, w->found);
	char id[ID_TEXT], opening[ID_TEXT], key[KEY_TEXT];
	const char *mid = strip_brackets(import_text(&in,
	    w->found->rule->field[F_MESSAGE_ID]), &im->turn_arena);
	bool real = mid != NULL;
	int got;

	message_record_id(im, w, w->id, id);
	message_record_id(im, w, "", opening);
	if (!real)
		mid = derived_id(im, im->ticket, w->id);
	if ((got = im->desk->has(im->desk->arg, id, e)) == 0 &&
	    *w->id != '\0')
		got = im->desk->has(im->desk->arg, opening, e);
	if (got != 0) {
		named_before(im, mid);
		im->known += got == 1;
		return got < 0 ? -1 : 0;
	}
	if ((got = look_for_message(im, w, mid, e)) != 0)
		return got < 0 ? -1 : 0;
	if (emit_message(im, w, id, mid, e) < 0)
		return -1;
	/* Mail that answers the opening and saw no store finds its way. */
	ticket_key(key, mid);
	if (real && w->at == im->created && strcmp(key, im->key) != 0)
		return emit_merge(im, key, im->key, w->at, mid, e);
	return 0;
}

static int
emit_status(struct import *im, int64_t at, const char *status,
    const char *by, struct err *e)
{
	buf_reset(&im->line);
	said_status(im->key, at, status, by, im->map->name, &im->line);
	return emit(im, e);
}

static int
emit_assign(struct import *im, int64_t at, const char *who, const char *by,
    struct err *e)
{
	char id[ID_TEXT], when[TIME_TEXT];
	struct writer w;

	record_id(id, "assign", im->key, time_format(at, when), who, NULL);
	buf_reset(&im->line);
	record_begin(&w, &im->line, "assign", id, at);
	w_field_str(&w, "ticket", im->key);
	w_field_str(&w, "assignee", who);
	w_field_str(&w, "by", by);
	w_close(&w, '}');
	return emit(im, e);
}

struct verdict_of {		/* what an item says of a ticket's worth */
	const char *severity, *category, *topic;	/* NULL: nothing */
	const char *const *tags;
};

static struct verdict_of
find_verdict(struct import *im, const struct import_found *f)
{
	struct import_place in = place(im, f);
	struct import_expr *const *field = f->rule->field;
	struct verdict_of v = { import_text(&in, field[F_SEVERITY]),
		import_text(&in, field[F_CATEGORY]),
		import_text(&in, field[F_TOPIC]),
		import_list(&in, field[F_TAGS]) };
	int severity = severity_parse(v.severity);

	v.severity = severity < 0 ? NULL : severity_name(
	    (enum severity)severity);
	return v;
}

/* Its id; with a moment another one than without. */
static void
verdict_id(struct import *im, const struct verdict_of *v, const char *when,
    char id[ID_TEXT])
{
	struct buf tags = BUF_INIT;

	for (const char *const *t = v->tags; *t != NULL; t++)
		buf_printf(&tags, "%s\n", *t);
	record_id(id, "triage", im->key, im->map->name, v->severity != NULL ?
	    v->severity : "", v->category != NULL ? v->category : "",
	    v->topic != NULL ? v->topic : "", tags.data, when, NULL);
	buf_free(&tags);
}

static int
emit_verdict(struct import *im, const struct verdict_of *v, int64_t at,
    const char *by, const char *id, struct err *e)
{
	struct writer w;

	buf_reset(&im->line);
	record_begin(&w, &im->line, "triage", id, at);
	w_field_str(&w, "ticket", im->key);
	w_field_str(&w, "by", by);
	w_field_str(&w, "severity", v->severity);
	w_field_str(&w, "category", v->category);
	w_field_str(&w, "topic", v->topic);
	if (v->tags[0] != NULL) {
		w_key(&w, "tags");
		w_open(&w, '[');
		for (const char *const *t = v->tags; *t != NULL; t++)
			w_str(&w, *t);
		w_close(&w, ']');
	}
	w_close(&w, '}');
	return emit(im, e);
}

static const char *
assignee_of(struct import *im, const struct import_found *f)
{
	struct import_place in = place(im, f);
	const char *who = import_text(&in, f->rule->field[F_ASSIGNEE]);
	const struct person *p = who != NULL ? people_find(im->people, who) :
	    NULL;

	if (p == NULL)
		return who;
	return *p->address != '\0' ? p->address : *p->name != '\0' ?
	    p->name : who;
}

/* Refuses a ring of merges: following it would never end. */
static int
link_tickets(struct import *im, const char *from, const char *into,
    struct err *e)
{
	const char *root = into;
	struct link *l, *n;

	if (strcmp(from, into) == 0)
		return 0;
	HASH_FIND_STR(im->links, root, l);
	while (l != NULL) {
		root = l->into;
		HASH_FIND_STR(im->links, root, l);
	}
	/* The next one who asks has a short way. */
	HASH_FIND_STR(im->links, into, l);
	if (l != NULL)
		l->into = arena_strdup(&im->arena, root);
	if (strcmp(root, from) == 0)
		return err_set(e, ERR_INPUT, "ticket %s and ticket %s are "
		    "merged into each other", from, into);
	HASH_FIND_STR(im->links, from, l);
	if (l == NULL) {
		n = arena_zalloc(&im->arena, sizeof(*n));
		n->from = arena_strdup(&im->arena, from);
		n->into = arena_strdup(&im->arena, root);
		HASH_ADD_KEYPTR(hh, im->links, n->from, strlen(n->from), n);
	}
	return 1;
}

static int
merge_tickets(struct import *im, const char *from, const char *into,
    int64_t at, struct err *e)
{
	char one[KEY_TEXT], other[KEY_TEXT];
	int got = link_tickets(im, from, into, e);

	if (got <= 0)
		return got;
	native_key(im, from, one);
	native_key(im, into, other);
	return emit_merge(im, one, other, at, arena_printf(&im->scratch,
	    "%s was merged into %s", from, into), e);
}

static int
apply_merges(struct import *im, const struct import_found *f, int64_t at,
    struct err *e)
{
	struct import_place in = place(im, f);
	const char *const *into = import_list(&in,
	    f->rule->field[F_MERGED_INTO]);
	const char *const *from = import_list(&in,
	    f->rule->field[F_MERGED_FROM]);

	for (; *into != NULL; into++) {
		if (merge_tickets(im, im->ticket, *into, at, e) < 0)
			return -1;
	}
	for (; *from != NULL; from++) {
		if (merge_tickets(im, *from, im->ticket, at, e) < 0)
			return -1;
	}
	return 0;
}

/* What a comment or a change sets, at its moment. */
static int
apply_changes(struct import *im, const struct import_found *f,
    const struct author *who, struct err *e)
{
	struct import_place in = place(im, f);
	const char *status = import_text(&in, f->rule->field[F_STATUS]);
	const char *assignee = assignee_of(im, f);
	const char *by = author_text(im, who);
	struct verdict_of v = find_verdict(im, f);
	char id[ID_TEXT], when[TIME_TEXT];

	if (status != NULL && status_parse(status) >= 0 &&
	    emit_status(im, f->at, status, by, e) < 0)
		return -1;
	if (v.severity != NULL || v.category != NULL || v.topic != NULL) {
		verdict_id(im, &v, time_format(f->at, when), id);
		if (emit_verdict(im, &v, f->at, by, id, e) < 0)
			return -1;
	}
	if (assignee != NULL && emit_assign(im, f->at, assignee, by, e) < 0)
		return -1;
	return apply_merges(im, f, f->at, e);
}

static int
take_comment(struct import *im, const struct import_found *f, struct err *e)
{
	struct import_place in = place(im, f);
	const char *id = import_text(&in, f->rule->field[F_ID]);
	bool public = import_truth(&in, f->rule->field[F_PUBLIC], true);
	struct word w;

	read_word(im, f, &w);
	/* Without an id of its own, its moment tells it from the others. */
	w.id = id;
	if (id == NULL) {
		char when[TIME_TEXT];

		w.id = arena_strdup(&im->scratch, time_format(f->at, when));
	}
	if (public ? public_word(im, &w, e) < 0 : (*w.raw != '\0' ||
	    has_files(im, f)) && emit_note(im, &w, "", e) < 0)
		return -1;
	return apply_changes(im, f, &w.who, e);
}

static int
take_rating(struct import *im, const struct import_found *f, struct err *e)
{
	struct import_place in = place(im, f);
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
	w_field_str(&w, "survey", derived_id(im, im->ticket, ""));
	w_field_int(&w, "score", points);
	if (comment != NULL)
		write_clean(&w, "comment", comment);
	write_source(im, &w, "");
	w_close(&w, '}');
	return emit(im, e);
}

int
import_entry(struct import *im, const struct import_found *f, struct err *e)
{
	struct author who;

	arena_reset(&im->scratch);
	if (im->created == TIME_NONE)
		im->created = f->at;
	if (f->at > im->last)
		im->last = f->at;
	switch (f->rule->kind) {
	case IMPORT_COMMENT:
		return take_comment(im, f, e);
	case IMPORT_CHANGE:
		who = find_author(im, f);
		return apply_changes(im, f, &who, e);
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
	struct import_place in = place(im, head);
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
	im->customer = keep(im, customer_of(im, im->requester_address));
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
take_opening(struct import *im, const struct import_found *head,
    struct err *e)
{
	struct import_found dated = *head;
	struct word w;

	read_word(im, head, &w);
	if (*w.raw == '\0' && !has_files(im, head))
		return 0;
	if (head->rule->alone && (im->turn->comments > 0 || has_message(im)))
		return 0;
	if (head->at == TIME_NONE)
		return err_set(e, ERR_INPUT, "created is missing");
	w.found = &dated;
	w.id = "";
	return public_word(im, &w, e);
}

int
import_begin(struct import *im, const struct import_turn *t, struct err *e)
{
	int got;

	arena_reset(&im->scratch);
	HASH_CLEAR(hh, im->named);
	arena_reset(&im->turn_arena);
	memset(&im->history, 0, sizeof(im->history));
	im->turn = t;
	im->ticket = keep(im, t->ticket);
	native_key(im, im->ticket, im->key);
	im->subject = im->customer = im->requester = "";
	im->requester_address = "";
	im->channel = im->map->name;
	im->created = im->updated = im->last = TIME_NONE;
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
	struct import_place in = place(im, head);

	for (size_t i = 0; i < sizeof(since) / sizeof(*since); i++) {
		int64_t at;

		if (import_moment(&in, head->rule->field[since[i].field],
		    &at) != 1 || at < im->created)
			continue;
		if (since[i].status == STATUS_WAITING &&
		    status != STATUS_WAITING)
			continue;
		if (emit_status(im, at, status_name(since[i].status),
		    im->map->name, e) < 0)
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
	struct import_place in = place(im, head);
	int status = status_parse(import_text(&in,
	    head->rule->field[F_STATUS]));
	struct ticket t;
	int64_t at = im->last;

	if (!im->turn->changes && tell_since(im, head, status, e) < 0)
		return -1;
	if (status < 0)
		return 0;
	ticket_fold(&im->history, im->last, &im->scratch, &t);
	if (t.opened == TIME_NONE || same_status((int)t.status, status))
		return 0;
	if (status == STATUS_WAITING && t.last_agent != TIME_NONE &&
	    (t.last_customer == TIME_NONE || t.last_agent >= t.last_customer))
		at = t.last_agent;
	else if (t.status == STATUS_WAITING && status <= STATUS_PROGRESS)
		at = t.since;
	return emit_status(im, at, status_name((enum status)status),
	    im->map->name, e);
}

static int
settle_verdict(struct import *im, const struct import_found *head,
    struct err *e)
{
	struct verdict_of v = find_verdict(im, head);
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
	verdict_id(im, &v, "", id);
	if ((got = im->desk->has(im->desk->arg, id, e)) < 0)
		return -1;
	if (got == 1) {
		/* Said before; and said again if it was otherwise since. */
		if (v.severity == NULL || !t.severity_by_person ||
		    (int)t.severity == severity_parse(v.severity))
			return 0;
		verdict_id(im, &v, time_format(im->last, when), id);
	}
	if (t.severity_by_person)
		at = im->last;
	return emit_verdict(im, &v, at, im->map->name, id, e);
}

static int
settle_assignee(struct import *im, const struct import_found *head,
    struct err *e)
{
	const char *who = assignee_of(im, head);
	struct ticket t;

	if (who == NULL)
		return 0;
	ticket_fold(&im->history, im->last, &im->scratch, &t);
	if (t.opened != TIME_NONE && strcmp(t.assignee, who) == 0)
		return 0;
	return emit_assign(im, im->last, who, im->map->name, e);
}

/* Fields that changed since the ticket was taken in, or had no message. */
static int
settle_fields(struct import *im, const struct import_found *head,
    struct err *e)
{
	const char *now = other_fields(im, head->rule, &head->item);
	struct buf before = BUF_INIT;
	struct word w = { .found = head, .id = "", .at = im->last,
		.text = "", .who = { .address = "", .name = "" } };
	int got;

	if (now == NULL || (im->stored ? false : !im->fields_due))
		return 0;
	got = im->stored ? im->desk->fields(im->desk->arg, im->key, &before,
	    e) : 0;
	if (got == 1 && strcmp(before.data, now) == 0) {
		buf_free(&before);
		return 0;
	}
	buf_free(&before);
	if (got < 0)
		return -1;
	hash_text(now, w.digest);
	im->fields_due = true;
	if (!im->stored && im->created != TIME_NONE)
		w.at = im->created;
	return emit_note(im, &w, im->stored ? "its fields changed" :
	    "its fields", e);
}

int
import_end(struct import *im, struct err *e)
{
	const struct import_found *head = im->turn->head;

	if (head == NULL)
		return 0;
	arena_reset(&im->scratch);
	if (im->last == TIME_NONE)
		return err_set(e, ERR_INPUT, "created is missing");
	if (im->created == TIME_NONE)
		im->created = im->last;
	if (settle_status(im, head, e) < 0 ||
	    settle_verdict(im, head, e) < 0 ||
	    settle_assignee(im, head, e) < 0 ||
	    settle_fields(im, head, e) < 0)
		return -1;
	return apply_merges(im, head, im->last, e);
}
