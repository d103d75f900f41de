/* A message record as rules see it. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "base/utf8.h"
#include "domain/mail/topic.h"
#include "domain/triage/ruleset.h"

#define TEXT_MAX	((size_t)64 << 10)	/* rules look no further */
#define SUBJECT_MAX	((size_t)4 << 10)
#define LINES_MAX	((size_t)16 << 10)	/* of a list: where it ends */

/* What a character of typography is in plain; "" when it goes. NULL: itself. */
static const char *
plain(uint32_t c)
{
	switch (c) {
	case 0xad: case 0x200b: case 0x200c: case 0x200d: case 0x2060:
	case 0xfeff:
		return "";
	case 0xa0: case 0x202f: case 0x3000:
		return " ";
	case 0x2018: case 0x2019: case 0x201b: case 0x2bc: case 0xb4:
		return "'";
	case 0x201c: case 0x201d: case 0x201e: case 0xab: case 0xbb:
		return "\"";
	default:
		if (c >= 0x2000 && c <= 0x200a)
			return " ";
		return c >= 0x2010 && c <= 0x2015 ? "-" : NULL;
	}
}

char *
message_plain(struct arena *a, const char *text, size_t len, size_t most,
    size_t *out_len)
{
	char *out, *to;
	size_t n;

	if (len > most) {
		while (most > 0 && ((unsigned char)text[most] & 0xc0) == 0x80)
			most--;
		len = most;
	}
	out = to = arena_alloc(a, len + 1);
	for (size_t i = 0; i < len; i += n) {
		const char *as = NULL;

		n = 1;
		if ((unsigned char)text[i] >= 0x80)
			as = plain(utf8_decode(text + i, len - i, &n));
		if (as == NULL)
			to = mempcpy(to, text + i, n);
		else if (*as != '\0')
			*to++ = *as;
	}
	*to = '\0';
	if (out_len != NULL)
		*out_len = (size_t)(to - out);
	return out;
}

/* The text without its quoted ranges, which may come in any order. */
static char *
own_words(const struct rec *r, const char *text, size_t *len,
    struct arena *a)
{
	char *own = arena_alloc(a, *len + 1);
	size_t pos = 0, from = 0, n = 0;
	struct value list, range, end[2];

	if (!rec_get(r, "quoted", &list) || list.kind != VALUE_ARRAY)
		return arena_strndup(a, text, *len);
	while (value_next(&list, &pos, &range)) {
		int64_t at[2] = { -1, -1 };
		size_t inner = 0;

		if (range.kind != VALUE_ARRAY)
			continue;
		for (int i = 0; i < 2 && value_next(&range, &inner, &end[i]);
		    i++)
			value_int(&end[i], &at[i]);
		if (at[0] < (int64_t)from || at[1] < at[0] ||
		    at[1] > (int64_t)*len)
			continue;
		memcpy(own + n, text + from, (size_t)at[0] - from);
		n += (size_t)at[0] - from;
		from = (size_t)at[1];
	}
	memcpy(own + n, text + from, *len - from);
	*len = n + *len - from;
	/* A range that splits a character must not reach the patterns. */
	if (utf8_valid(own, *len) < *len)
		*len = utf8_valid(own, *len);
	own[*len] = '\0';
	return own;
}

static const char *
text_field(const struct rec *r, const char *name, struct arena *a)
{
	const char *s = rec_str(r, name, a);

	return s != NULL ? s : "";
}

static bool
opens_ticket(const struct rec *r)
{
	struct value v;
	bool first;

	if (rec_get(r, "thread", &v) && v.kind == VALUE_OBJECT) {
		struct rec *thread = xmalloc(sizeof(*thread));

		value_object(&v, thread);
		first = rec_is(thread, "method", "new");
		free(thread);
		return first;
	}
	return !rec_get(r, "in_reply_to", &v) || v.kind != VALUE_STRING ||
	    v.len <= 2;
}

/* Appends a string that is there, on a line of its own. */
static void
add_line(struct buf *out, const struct value *v)
{
	struct arena a = { 0 };
	size_t len;
	const char *s;

	if (v->kind == VALUE_STRING && out->len < LINES_MAX) {
		s = value_str(v, &a, &len);
		utf8_clean_line(out, s, len);
		buf_addc(out, '\n');
	}
	arena_free(&a);
}

/* Of each object of the list the named strings; a string is one itself. */
static void
add_items(struct buf *out, const struct rec *r, const char *list,
    const char *const *names)
{
	struct rec *inner = xmalloc(sizeof(*inner));
	struct value all, item, v;
	size_t pos = 0;

	if (rec_get(r, list, &all) && all.kind == VALUE_ARRAY) {
		while (value_next(&all, &pos, &item)) {
			add_line(out, &item);
			if (item.kind != VALUE_OBJECT)
				continue;
			value_object(&item, inner);
			for (const char *const *n = names; *n != NULL; n++) {
				if (rec_get(inner, *n, &v))
					add_line(out, &v);
			}
		}
	}
	free(inner);
}

/* {"Name": "value" or an array of them} as lines of a header. */
static void
add_headers(struct buf *out, const struct rec *r)
{
	struct value all, name, v, item;
	struct arena a = { 0 };
	size_t pos = 0;

	if (!rec_get(r, "headers", &all) || all.kind != VALUE_OBJECT)
		return;
	while (value_field(&all, &pos, &name, &v)) {
		const char *key = value_str(&name, &a, NULL);
		size_t inner = 0;

		if (v.kind == VALUE_STRING && out->len < LINES_MAX) {
			buf_printf(out, "%s: ", key);
			add_line(out, &v);
		}
		while (v.kind == VALUE_ARRAY && value_next(&v, &inner, &item)) {
			if (item.kind != VALUE_STRING || out->len >= LINES_MAX)
				continue;
			buf_printf(out, "%s: ", key);
			add_line(out, &item);
		}
	}
	arena_free(&a);
}

static const char *
lines_of(struct buf *b, struct arena *a)
{
	const char *s = arena_strndup(a, b->len > 0 ? b->data : "", b->len);

	buf_reset(b);
	return s;
}

/* What is not words: whom it went to, what hangs on it, its header. */
static void
take_lists(const struct rec *r, struct message *m, struct arena *a)
{
	static const char *const address[] = { "address", NULL };
	static const char *const file[] = { "name", "type", NULL };
	struct buf b = BUF_INIT;

	add_items(&b, r, "to", address);
	add_items(&b, r, "cc", address);
	m->to = lines_of(&b, a);
	add_items(&b, r, "attachments", file);
	m->attachment = lines_of(&b, a);
	add_headers(&b, r);
	m->headers = lines_of(&b, a);
	buf_free(&b);
}

static void
take_words(const struct rec *r, struct message *m, const char *text,
    size_t len, struct arena *a)
{
	size_t all = len;

	m->text = own_words(r, text, &len, a);
	if (m->first && strspn(m->text, " \t\n\r") == len) {
		m->text = text;
		len = all;
	}
	m->text = message_plain(a, m->text, len, TEXT_MAX, &m->text_len);
	m->whole = m->text;
	m->whole_len = m->text_len;
	if (len < all)
		m->whole = message_plain(a, text, all, TEXT_MAX,
		    &m->whole_len);
}

int
message_of(const struct rec *r, struct message *m, struct arena *a,
    struct err *e)
{
	const char *subject = text_field(r, "subject", a), *text;
	struct value v, thread;
	size_t len;

	memset(m, 0, sizeof(*m));
	if (!rec_get(r, "text", &v) || v.kind != VALUE_STRING)
		return err_set(e, ERR_INPUT, "text is not a string");
	m->opened = m->answered = TIME_NONE;
	if (!rec_time(r, "at", &m->at))
		m->at = TIME_NONE;
	m->first = opens_ticket(r);
	m->unthreaded = m->first && !(rec_get(r, "thread", &thread) &&
	    thread.kind == VALUE_OBJECT);
	/* "Re: rules are not executed" is what the ticket is called, and no
	 * word of the one who answers in it. */
	if (!m->first && topic_marks(subject) > 0)
		subject = "";
	m->subject = message_plain(a, subject, strlen(subject), SUBJECT_MAX,
	    NULL);
	text = value_str(&v, a, &len);
	take_words(r, m, text, len, a);
	m->from = "";
	if (rec_get(r, "from", &v) && v.kind == VALUE_OBJECT) {
		struct rec *from = xmalloc(sizeof(*from));

		value_object(&v, from);
		m->from = text_field(from, "address", a);
		free(from);
	}
	take_lists(r, m, a);
	m->channel = text_field(r, "channel", a);
	m->customer = text_field(r, "customer", a);
	m->tier = "";
	return 0;
}

const char *
message_field(const struct message *m, int field, size_t *len)
{
	const char *const texts[FIELDS] = { m->subject, m->text,
		m->whole != NULL ? m->whole : m->text, m->from, m->to,
		m->attachment, m->channel, m->tier, m->customer,
		m->first ? "true" : "false", "", "" };
	const char *s = texts[field] != NULL ? texts[field] : "";

	*len = field == FIELD_TEXT && m->text != NULL ? m->text_len :
	    field == FIELD_WHOLE && m->whole != NULL ? m->whole_len :
	    field == FIELD_WHOLE && m->text != NULL ? m->text_len :
	    strlen(s);
	return s;
}
