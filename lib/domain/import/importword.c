/* What was said on a ticket, as a message or a note. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <uthash.h>

#include "base/time.h"
#include "base/utf8.h"
#include "domain/import/importturn.h"
#include "domain/said.h"
#include "format/html.h"

struct named {			/* a Message-ID of this turn */
	const char *id;
	UT_hash_handle hh;
};

void
word_forget(struct import *im)
{
	HASH_CLEAR(hh, im->named);
}

/* Whether a field's value, which this expression uses, is told by it. */
static bool
tells(struct import *im, const struct import_found *f, int field)
{
	const struct import_expr *x = f->rule->field[field];
	struct import_place in = turn_place(im, f);

	if (x->match != NULL || x->html)
		return false;
	/* Many channels there are one here; the other words have a record. */
	return x->map == NULL || (field != F_CHANNEL && import_knows(&in, x));
}

/* Whether a path names the whole field of an item. */
static bool
names(const struct import *im, const struct import_path *p, const char *name,
    size_t len)
{
	const char *path = p->path + im->map->table;
	size_t n = strcspn(path, im->map->table ? "\"" : ".[");

	return p->up == NULL && p->name == NULL && n == len &&
	    (im->map->table || path[n] == '\0') &&
	    memcmp(path, name, len) == 0;
}

/* Whether a field of an item went into the record as it stood. */
static bool
is_told(struct import *im, const struct import_found *f, const char *name,
    size_t len)
{
	for (const char *const *p = f->rule->drop; *p != NULL; p++) {
		if (strlen(*p) == len && memcmp(*p, name, len) == 0)
			return true;
	}
	for (const char *const *p = im->map->lists; *p != NULL; p++) {
		if (strcspn(*p, ".[") == len && memcmp(*p, name, len) == 0)
			return true;
	}
	for (int i = 0; i < IMPORT_FIELDS; i++) {
		const struct import_expr *x = f->rule->field[i];

		for (size_t p = 0; x != NULL && p < x->paths; p++) {
			if (names(im, &x->path[p], name, len) &&
			    tells(im, f, i))
				return true;
		}
	}
	return false;
}

/* JSON without the spaces and lines between its values. */
static void
add_compact(struct buf *b, const struct value *v)
{
	const char *p = v->text, *end = p + v->len;

	while (p < end) {
		const char *start = p;

		if (*p == '"') {
			for (p++; *p != '"'; p++)
				p += *p == '\\';
			p++;
		} else {
			while (p < end && *p != '"' &&
			    strchr(" \t\r\n", *p) == NULL)
				p++;
		}
		buf_add(b, start, (size_t)(p - start));
		while (p < end && strchr(" \t\r\n", *p) != NULL)
			p++;
	}
}

/* The fields of an item that nothing else of a record says, as they are. */
const char *
word_fields(struct import *im, const struct import_found *f)
{
	struct buf b = BUF_INIT;
	struct value name, v;
	struct writer w;
	size_t pos = 0, n = 0;
	const char *out = NULL;

	w_begin(&w, &b);
	w_open(&w, '{');
	while (value_field(&f->item, &pos, &name, &v)) {
		if (v.kind == VALUE_NULL ||
		    is_told(im, f, name.text + 1, name.len - 2))
			continue;
		if (n++ > 0)
			buf_addc(&b, ',');
		buf_add(&b, name.text, name.len);
		buf_addc(&b, ':');
		add_compact(&b, &v);
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
	struct import_place in = turn_place(im, f);
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

bool
word_files(struct import *im, const struct import_found *f)
{
	struct import_place in = turn_place(im, f);
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

struct author
word_author(struct import *im, const struct import_found *f)
{
	struct import_place in = turn_place(im, f);
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
	if (address != NULL)
		who.address = address;
	if (name != NULL)
		who.name = name;
	/* A shared mailbox says less than the account that used it. */
	if (p != NULL && *p->address != '\0')
		who.address = p->address;
	if (p != NULL && *p->name != '\0')
		who.name = p->name;
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

const char *
word_by(const struct import *im, const struct author *who)
{
	return *who->address != '\0' ? who->address :
	    *who->name != '\0' ? who->name : im->map->name;
}

void
word_read(struct import *im, const struct import_found *f, struct word *w)
{
	struct import_place in = turn_place(im, f);
	const struct import_rule *r = f->rule;
	const char *html = import_body(&in, r->field[F_HTML]);
	const char *text = import_body(&in, r->field[F_TEXT]);
	struct buf b = BUF_INIT;
	size_t len;

	memset(w, 0, sizeof(*w));
	w->found = f;
	w->at = f->at;
	w->who = word_author(im, f);
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
	turn_hash(w->raw, w->digest);
}

/* The head's fields go with the first record of the ticket. */
static void
write_fields(struct import *im, struct writer *w, const struct import_found *f)
{
	const char *own = f->rule->kind == IMPORT_TICKET ? NULL :
	    word_fields(im, f);

	if (im->fields_due) {
		write_raw(w, "fields", word_fields(im, im->turn->head));
		im->fields_due = false;
	}
	write_raw(w, "comment_fields", own);
}

int
word_note(struct import *im, const struct word *w, const char *about,
    struct err *e)
{
	char id[ID_TEXT];
	struct writer out;

	record_id(id, "note", im->map->name, im->instance, im->ticket, w->id,
	    w->digest, about, NULL);
	buf_reset(&im->line);
	record_begin(&out, &im->line, "note", id, w->at);
	w_field_str(&out, "ticket", im->key);
	w_field_str(&out, "by", word_by(im, &w->who));
	turn_clean(&out, "text", arena_printf(&im->scratch, "%s%s", about,
	    w->text));
	if (w->html)
		w_field_bool(&out, "html", true);
	turn_source(im, &out, w->id);
	write_files(im, &out, w->found);
	write_fields(im, &out, w->found);
	w_close(&out, '}');
	return turn_emit(im, e);
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

static int
emit_message(struct import *im, const struct word *w, const char *id,
    const char *message_id, struct err *e)
{
	const struct import_rule *r = w->found->rule;
	struct import_place in = turn_place(im, w->found);
	const char *subject = import_text(&in, r->field[F_SUBJECT]);
	const char *channel = import_text(&in, r->field[F_CHANNEL]);
	const char *automatic = import_text(&in, r->field[F_AUTO]);
	struct said s = { .id = id, .at = w->at, .ticket = im->key };
	struct writer out;

	s.channel = channel != NULL ? channel : im->channel;
	s.role = w->who.role;
	/* Our own people may ask for themselves. */
	s.out = s.role != ROLE_CUSTOMER && !w->who.requester;
	s.customer = s.role == ROLE_CUSTOMER ? turn_customer(im,
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
	turn_source(im, &out, w->id);
	write_files(im, &out, w->found);
	write_fields(im, &out, w->found);
	w_close(&out, '}');
	return turn_emit(im, e);
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
		return word_note(im, w, "(changed later) ", e) < 0 ? -1 : 1;
	im->known++;
	return turn_merge(im, key, im->key, w->at, mid, e) < 0 ? -1 : 1;
}

static void
message_record_id(struct import *im, const struct word *w, const char *part,
    char id[ID_TEXT])
{
	record_id(id, "message", im->map->name, im->instance, im->ticket,
	    part, w->digest, NULL);
}

/* Mail that answers an opening and saw no store finds its way by this. */
static int
lead_mail_here(struct import *im, const struct word *w, const char *mid,
    struct err *e)
{
	char key[KEY_TEXT];

	ticket_key(key, mid);
	if (w->at != im->created || strcmp(key, im->key) == 0)
		return 0;
	return turn_merge(im, key, im->key, w->at, mid, e);
}

int
word_say(struct import *im, const struct word *w, struct err *e)
{
	struct import_place in = turn_place(im, w->found);
	char id[ID_TEXT], opening[ID_TEXT];
	const char *real = strip_brackets(import_text(&in,
	    w->found->rule->field[F_MESSAGE_ID]), &im->turn_arena);
	const char *mid = real != NULL ? real : turn_name(im, im->ticket,
	    w->id);
	int got;

	message_record_id(im, w, w->id, id);
	message_record_id(im, w, "", opening);
	if ((got = im->desk->has(im->desk->arg, id, e)) == 0 &&
	    *w->id != '\0')
		got = im->desk->has(im->desk->arg, opening, e);
	if (got < 0)
		return -1;
	if (got == 1) {
		named_before(im, mid);
		im->known++;
	} else if ((got = look_for_message(im, w, mid, e)) != 0) {
		return got < 0 ? -1 : 0;
	} else if (emit_message(im, w, id, mid, e) < 0) {
		return -1;
	}
	return real != NULL ? lead_mail_here(im, w, mid, e) : 0;
}
