/* Templates of answers, the facts they are filled with, and the record. */
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "base/utf8.h"
#include "domain/answer/reply.h"
#include "domain/mail/thread.h"
#include "domain/mail/topic.h"
#include "domain/model.h"
#include "format/frontmatter.h"
#include "format/address.h"
#include "format/letter.h"
#include "format/quote.h"

/* What a person has to fill in. */
static int
blank_line(const char *body, size_t len, int line)
{
	const char *at = memmem(body, len, "[[", 2);

	for (const char *p = body; at != NULL && p < at; p++)
		line += *p == '\n';
	return at != NULL ? line : 0;
}

int
reply_parse(struct reply_form *f, struct arena *a, const char *id,
    const char *file, const char *text, size_t len, struct err *e)
{
	static const char *const keys[] = { "about", "subject", "category",
		NULL };
	const char *body, *subject;
	struct yaml *y;
	int line;

	memset(f, 0, sizeof(*f));
	f->id = id;
	if (front_matter(a, file, text, len, &y, &body, &line, e) < 0 ||
	    yaml_only(y, keys, e) < 0)
		return -1;
	if ((f->about = yaml_str(y, "about", NULL)) == NULL)
		return yaml_err(y, e, "about is missing");
	f->category = yaml_str(y, "category", NULL);
	subject = yaml_str(y, "subject", "Re: {{subject}}");
	len -= (size_t)(body - text);
	f->file = file;
	f->blank = blank_line(body, len, line);
	body = front_matter_pad(a, body, &len, line);
	if (template_parse(&f->subject, file, subject, strlen(subject), e) < 0)
		return -1;
	return template_parse(&f->text, file, body, len, e);
}

void
reply_free(struct reply_form *f)
{
	if (f->subject != NULL)
		template_free(f->subject);
	if (f->text != NULL)
		template_free(f->text);
}

/* Answers repeat the subject: "Re: " stands there once. */
static const char *
bare_subject(const char *s)
{
	s += topic_marks(s);
	return *s == '\0' ? "your message" : s;
}

const char *
reply_subject(const char *subject, const char *key, struct arena *a)
{
	char token[KEY_TEXT];

	if (thread_token(subject, token))
		return arena_printf(a, "Re: %s", bare_subject(subject));
	return arena_printf(a, "Re: %s [#%s]", bare_subject(subject), key);
}

bool
reply_asks(const char *text)
{
	struct range none = { 0, 0 };

	return quote_asks(text, strlen(text), &none, 0);
}

/* Whom the answer greets; "" where it greets nobody by name. */
static const char *
sender_name(const struct salutes *salutes, const struct rec *message,
    const char *company, struct arena *a)
{
	struct rec *from = arena_alloc(a, sizeof(*from));
	const char *name, *address;
	struct value v;

	if (!rec_get(message, "from", &v) || v.kind != VALUE_OBJECT)
		return "";
	value_object(&v, from);
	name = rec_str(from, "name", a);
	address = rec_str(from, "address", a);
	return name == NULL ? "" : salute_name(salutes, name,
	    address != NULL ? address : "", company, a);
}

static void
write_links(struct writer *w, const struct org *org)
{
	const struct yaml *links = yaml_get(org->root, "links");

	w_key(w, "links");
	w_open(w, '{');
	for (const struct yaml *y = links != NULL ? links->first : NULL;
	    y != NULL; y = y->next)
		w_field_str(w, y->key, y->text);
	w_close(w, '}');
}

void
reply_company(const struct org *org, struct writer *w)
{
	w_key(w, "company");
	w_open(w, '{');
	w_field_str(w, "name", org->name);
	w_field_str(w, "address", org->address);
	w_close(w, '}');
	write_links(w, org);
}

void
reply_data(const struct org *org, const struct customers *customers,
    const struct salutes *salutes, const struct rec *message, bool automatic,
    struct buf *json)
{
	struct arena a = { 0 };
	const char *id = rec_str(message, "customer", &a);
	const char *subject = rec_str(message, "subject", &a);
	const struct customer *who = NULL;
	struct writer w;
	int64_t at;

	if (id != NULL && rec_time(message, "at", &at))
		who = customers_at(customers, id, at);
	w_begin(&w, json);
	w_open(&w, '{');
	reply_company(org, &w);
	w_field_str(&w, "ticket", rec_str(message, "ticket", &a));
	w_field_str(&w, "subject", bare_subject(subject != NULL ? subject : ""));
	w_field_str(&w, "name", sender_name(salutes, message,
	    who != NULL ? who->name : "", &a));
	w_field_str(&w, "customer", who != NULL ? who->name : "");
	w_field_str(&w, "tier", who != NULL ? who->tier : org->default_tier);
	w_field_bool(&w, "automatic", automatic);
	w_close(&w, '}');
	arena_free(&a);
}

const char *
reply_capture(const struct reply_form *f, size_t i, struct arena *a)
{
	const struct template *both[] = { f->subject, f->text };
	const char *name;
	size_t len;

	for (int k = 0; k < 2; k++) {
		for (size_t at = 0; (name = template_name(both[k], at, &len)) !=
		    NULL; at++) {
			if (len > 8 && strncmp(name, "capture.", 8) == 0 &&
			    i-- == 0)
				return arena_strndup(a, name + 8, len - 8);
		}
	}
	return NULL;
}

void
reply_captures(const struct reply_form *f, const struct capture *list,
    size_t n, struct buf *json)
{
	struct arena a = { 0 };
	struct buf seen = BUF_INIT;
	const char *name, *value;
	struct writer w;

	w_begin(&w, json);
	buf_truncate(json, json->len - 1);
	w.comma = true;
	w_key(&w, "capture");
	w_open(&w, '{');
	for (size_t i = 0; (name = reply_capture(f, i, &a)) != NULL; i++) {
		const char *mark = arena_printf(&a, "\n%s\n", name);

		if (strstr(seen.data, mark) != NULL)
			continue;
		buf_adds(&seen, mark);
		value = "";
		for (size_t k = 0; k < n; k++) {
			if (strcmp(list[k].name, name) == 0)
				value = list[k].value;
		}
		w_field_str(&w, name, value);
	}
	w_close(&w, '}');
	w_close(&w, '}');
	buf_free(&seen);
	arena_free(&a);
}

int
reply_render(const struct reply_form *f, const struct buf *json,
    enum template_escape escape, const char *key, template_partial *partial, void *arg, struct arena *a,
    struct answer *answer, struct err *e)
{
	struct buf subject = BUF_INIT, text = BUF_INIT;
	char token[KEY_TEXT];
	struct value data;
	int rc = -1;

	if (value_parse(&data, json->data, json->len, e) == 0 &&
	    template_render(f->subject, &data, ESCAPE_HEADER, true, partial,
	    arg, &subject, e) == 0 && template_render(f->text, &data,
	    escape, true, partial, arg, &text, e) == 0) {
		if (key != NULL && !thread_token(subject.data, token))
			buf_printf(&subject, " [#%s]", key);
		answer->subject = arena_strndup(a, subject.data, subject.len);
		answer->text = arena_strndup(a, text.data, text.len);
		answer->asks = reply_asks(answer->text);
		rc = 0;
	}
	buf_free(&subject);
	buf_free(&text);
	return rc;
}

int
reply_check(const struct reply_form *f, const struct buf *json,
    template_partial *partial, void *arg, struct err *e)
{
	struct value data;

	return value_parse(&data, json->data, json->len, e) < 0 ||
	    template_check(f->subject, &data, partial, arg, e) < 0 ||
	    template_check(f->text, &data, partial, arg, e) < 0 ? -1 : 0;
}

/* The mail's references and the mail itself, oldest first. */
static void
write_references(struct writer *w, const struct rec *message,
    const char *message_id)
{
	struct value list, v;
	size_t pos = 0;

	w_key(w, "references");
	w_open(w, '[');
	if (rec_get(message, "references", &list)) {
		while (value_next(&list, &pos, &v))
			w_raw(w, v.text, v.len);
	}
	w_str(w, message_id);
	w_close(w, ']');
}

static const char *
address_in(const struct rec *message, const char *field, struct arena *a)
{
	struct rec *who = arena_alloc(a, sizeof(*who));
	const char *address;
	struct value v;

	if (!rec_get(message, field, &v) || v.kind != VALUE_OBJECT)
		return NULL;
	value_object(&v, who);
	address = rec_str(who, "address", a);
	return address != NULL ? address_sent(a, address) : NULL;
}

/* "<mailto:users@list.example>" has users@list.example, and nothing less. */
static bool
has_name(const char *s, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = s; (p = strcasestr(p, name)) != NULL; p++) {
		if ((p == s || strchr("<: ", p[-1]) != NULL) &&
		    strchr(">?, ", p[len]) != NULL)
			return true;
	}
	return false;
}

/* Whether List-Post or List-Id (with a stop for the @) names the address. */
static bool
header_names(const struct rec *message, const char *address, struct arena *a)
{
	char *id = arena_strdup(a, address), *at = strchr(id, '@');
	struct value all, name, v;
	size_t pos = 0;

	if (at != NULL)
		*at = '.';
	if (!rec_get(message, "headers", &all) || all.kind != VALUE_OBJECT)
		return false;
	while (value_field(&all, &pos, &name, &v)) {
		const char *key = value_str(&name, a, NULL);
		const char *s = v.kind == VALUE_STRING ?
		    value_str(&v, a, NULL) : "";

		if ((strcasecmp(key, "List-Post") == 0 &&
		    has_name(s, address)) ||
		    (strcasecmp(key, "List-Id") == 0 && has_name(s, id)))
			return true;
	}
	return false;
}

/*
 * Whether all who are on a list read what is sent to the address: RFC 2369
 * and 2919 name it, and what came through one and is to the address tells.
 */
static bool
is_list(const struct rec *message, const char *address, struct arena *a)
{
	static const char *const fields[] = { "to", "cc" };
	struct rec *r = arena_alloc(a, sizeof(*r));
	struct value list, v;

	if (header_names(message, address, a))
		return true;
	for (size_t i = 0; rec_is(message, "auto", "list") && i < 2; i++) {
		size_t pos = 0;

		while (rec_get(message, fields[i], &list) &&
		    value_next(&list, &pos, &v)) {
			const char *to;

			if (v.kind != VALUE_OBJECT)
				continue;
			value_object(&v, r);
			to = rec_str(r, "address", a);
			if (to != NULL && strcasecmp(to, address) == 0)
				return true;
		}
	}
	return false;
}

/*
 * Where its author wants the answer (RFC 5322, 3.6.2), unless that is us or a
 * list, which put itself there.
 */
static void
write_to(struct writer *w, const struct rec *message, const struct org *org,
    struct arena *a)
{
	const char *address = address_in(message, "reply_to", a);

	if (address == NULL || !letter_address(address) ||
	    org_role(org, address) != ROLE_CUSTOMER ||
	    is_list(message, address, a))
		address = address_in(message, "from", a);
	w_key(w, "to");
	w_open(w, '[');
	if (address != NULL && *address != '\0')
		w_str(w, address);
	w_close(w, ']');
}

static void
write_reply(const struct rec *message, const char *form, const char *id,
    const struct answer *answer, const char *person, const struct org *org,
    int64_t at, struct arena *a, struct buf *out)
{
	const char *domain = strchr(org->address, '@') + 1, *name;
	const char *of = rec_str(message, "id", a);
	const char *ticket = rec_str(message, "ticket", a);
	const char *mid = rec_str(message, "message_id", a);
	struct writer w;

	record_begin(&w, out, "reply", id, at);
	w_field_str(&w, "ticket", ticket);
	w_field_str(&w, "message", of);
	w_field_str(&w, "customer", rec_str(message, "customer", a));
	w_field_str(&w, "template", form);
	w_field_bool(&w, "auto", person == NULL);
	w_field_str(&w, "by", person);
	write_to(&w, message, org, a);
	w_field_str(&w, "subject", answer->subject);
	w_field_str(&w, "text", answer->text);
	if (answer->asks)
		w_field_bool(&w, "asks", true);
	if ((name = token_message_id(&org->keys, ticket, id, domain, a)) ==
	    NULL)
		name = arena_printf(a, "%s.%s@%s", ticket, id, domain);
	w_field_str(&w, "message_id", name);
	if (mid != NULL) {
		w_field_str(&w, "in_reply_to", mid);
		write_references(&w, message, mid);
	}
	w_close(&w, '}');
}

void
reply_record(const struct rec *message, const char *form,
    const struct answer *answer, const char *person, const struct org *org,
    int64_t at, struct arena *a, struct buf *out)
{
	const char *of = rec_str(message, "id", a);
	char id[ID_TEXT], when[TIME_TEXT];

	if (person == NULL)
		record_id(id, "reply", "automatic", of, NULL);
	else
		record_id(id, "reply", person, of, time_format(at, when),
		    answer->text, NULL);
	write_reply(message, form, id, answer, person, org, at, a, out);
}

void
reply_once(const struct rec *message, const char *form, const char *id,
    const struct answer *answer, const struct org *org, int64_t at,
    struct arena *a, struct buf *out)
{
	write_reply(message, form, id, answer, NULL, org, at, a, out);
}
