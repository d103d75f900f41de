/* What stays of a record that is forgotten: facts, no words and no people. */
#include <string.h>

#include "domain/model.h"

/* Fields that stay as they are: they count, and name nobody outside. */
static const char *const kept[] = { "v", "type", "id", "at", "ticket",
	"customer", "message", "messages", "channel", "direction", "role",
	"auto", "asks", "html", "severity", "category", "topic", "confidence",
	"rule", "rules", "tags", "reply", "resolve", "closing", "route",
	"escalate", "status", "root_cause", "into", "assignee", "by",
	"template", "about", "state", "attempt", "next", "kind", "score", "anonymous", "dismissed",
	"survey", "conversation", "raw", "date", "tier", "zone", "currency",
	"contract", "fee", "since", "until", "due", "clock", "action", "key",
	"sent",
	"expires", NULL };

/* Ids of mails: replies to them still find their ticket. */
static const char *const named[] = { "message_id", "in_reply_to",
	"references", NULL };

/* What a type needs, emptied. */
static const struct { const char *name, *json; } emptied[] = {
	{ "from", "{}" }, { "subject", "\"\"" }, { "text", "\"\"" },
	{ "to", "[]" }, { "summary", "\"\"" },
};

static bool
is_in(const char *const *names, const char *name, size_t len)
{
	for (; *names != NULL; names++) {
		if (strlen(*names) == len && memcmp(*names, name, len) == 0)
			return true;
	}
	return false;
}

int64_t
name_word(const char *id)
{
	uint64_t n = 0;

	if (strncmp(id, NAME_HASH, strlen(NAME_HASH)) != 0 ||
	    strspn(id + strlen(NAME_HASH), "0123456789abcdef") != 16 ||
	    strlen(id) != strlen(NAME_HASH) + 16)
		return (int64_t)hash_word(id, strlen(id));
	for (const char *p = id + strlen(NAME_HASH); *p != '\0'; p++)
		n = n << 4 | (uint64_t)(*p <= '9' ? *p - '0' : *p - 'a' + 10);
	return (int64_t)n;
}

/* A name as its hash; arrays item by item. */
static void
write_name(struct writer *w, const struct value *v, struct arena *a)
{
	struct value item;
	size_t pos = 0;
	const char *id;

	if (v->kind == VALUE_ARRAY) {
		w_open(w, '[');
		while (value_next(v, &pos, &item))
			write_name(w, &item, a);
		w_close(w, ']');
		return;
	}
	if ((id = value_str(v, a, NULL)) == NULL)
		w_str(w, NULL);
	else
		w_str(w, arena_printf(a, NAME_HASH "%016llx",
		    (unsigned long long)name_word(id)));
}

/* Of how it was threaded, the method and the ticket beside it. */
static void
write_thread(struct writer *w, const struct value *v, struct arena *a)
{
	struct rec *thread = arena_alloc(a, sizeof(*thread));

	w_open(w, '{');
	if (v->kind == VALUE_OBJECT) {
		value_object(v, thread);
		w_field_str(w, "method", rec_str(thread, "method", a));
		w_field_str(w, "linked", rec_str(thread, "linked", a));
	}
	w_close(w, '}');
}

static void
write_flags(struct writer *w, const struct value *v)
{
	struct value item;
	size_t pos = 0;

	w_open(w, '[');
	while (v != NULL && value_next(v, &pos, &item)) {
		if (item.len != 11 || memcmp(item.text, "\"forgotten\"", 11))
			w_raw(w, item.text, item.len);
	}
	w_str(w, "forgotten");
	w_close(w, ']');
}

static void
write_field(struct writer *w, const struct field *f, bool ours,
    struct arena *a)
{
	const struct value *v = &f->value;
	char name[32];

	if (f->name_len >= sizeof(name))
		return;
	memcpy(name, f->name, f->name_len);
	name[f->name_len] = '\0';
	/* Who of us answered is counted, and no customer. */
	if (is_in(kept, name, f->name_len) ||
	    (ours && strcmp(name, "from") == 0)) {
		w_key(w, name);
		w_raw(w, v->text, v->len);
		return;
	}
	if (is_in(named, name, f->name_len)) {
		w_key(w, name);
		write_name(w, v, a);
	} else if (strcmp(name, "thread") == 0) {
		w_key(w, name);
		write_thread(w, v, a);
	} else if (strcmp(name, "excluded") == 0)
		w_field_str(w, name, v->len > 2 ? "(forgotten)" : "");
	for (size_t i = 0; i < sizeof(emptied) / sizeof(*emptied); i++) {
		if (strcmp(name, emptied[i].name) == 0) {
			w_key(w, name);
			w_raw(w, emptied[i].json, strlen(emptied[i].json));
		}
	}
}

void
record_skeleton(const struct rec *r, struct buf *out, struct arena *a)
{
	struct writer w;
	struct value v;

	w_begin(&w, out);
	w_open(&w, '{');
	for (size_t i = 0; i < r->fields; i++)
		write_field(&w, &r->field[i], rec_is(r, "role", "agent"), a);
	w_key(&w, "flags");
	write_flags(&w, rec_get(r, "flags", &v) && v.kind == VALUE_ARRAY ?
	    &v : NULL);
	w_close(&w, '}');
}
