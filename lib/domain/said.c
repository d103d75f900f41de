/* Messages that did not come as mail, as records. */
#include <string.h>

#include "base/time.h"
#include "base/utf8.h"
#include "domain/model.h"
#include "domain/said.h"
#include "format/quote.h"

void
said_by(struct said *s, const struct org *org,
    const struct customers *customers, const char *customer)
{
	const char *address = s->address != NULL ? s->address : "";

	s->role = *address != '\0' ? org_role(org, address) : ROLE_CUSTOMER;
	if (*address != '\0' && s->role == ROLE_CUSTOMER)
		s->customer = customers_by_address(customers, address);
	if (s->customer == NULL || *s->customer == '\0')
		s->customer = customer;
	s->out = s->role == ROLE_AGENT;
}

static const char *
clean(const char *text, struct arena *a)
{
	struct buf b = BUF_INIT;
	const char *s;

	if (text == NULL)
		return "";
	utf8_clean(&b, text, strlen(text));
	s = arena_strndup(a, b.data, b.len);
	buf_free(&b);
	return s;
}

static void
write_text(const struct said *s, struct writer *w, struct arena *a)
{
	struct range *r = arena_alloc(a, QUOTE_RANGES * sizeof(*r));
	const char *text = clean(s->text, a);
	size_t len = strlen(text);
	size_t n = quote_find(text, len, r, QUOTE_RANGES);

	w_field_str(w, "text", text);
	if (s->html)
		w_field_bool(w, "html", true);
	if (n > 0) {
		w_key(w, "quoted");
		w_open(w, '[');
		for (size_t i = 0; i < n; i++) {
			w_open(w, '[');
			w_int(w, (int64_t)r[i].start);
			w_int(w, (int64_t)r[i].end);
			w_close(w, ']');
		}
		w_close(w, ']');
	}
	if (quote_asks(text, len, r, n))
		w_field_bool(w, "asks", true);
}

static void
write_addresses(struct writer *w, const char *key, const char *const *list,
    struct arena *a)
{
	if (list == NULL || list[0] == NULL)
		return;
	w_key(w, key);
	w_open(w, '[');
	for (; *list != NULL; list++) {
		w_open(w, '{');
		w_field_str(w, "address", clean(*list, a));
		w_close(w, '}');
	}
	w_close(w, ']');
}

void
said_begin(const struct said *s, struct writer *w, struct buf *out,
    struct arena *a)
{
	record_begin(w, out, "message", s->id, s->at);
	w_field_str(w, "ticket", s->ticket);
	if (s->customer != NULL && *s->customer != '\0')
		w_field_str(w, "customer", s->customer);
	w_field_str(w, "channel", s->channel);
	w_field_str(w, "direction", s->out ? "out" : "in");
	w_key(w, "from");
	w_open(w, '{');
	w_field_str(w, "address", clean(s->address, a));
	if (s->name != NULL && *s->name != '\0')
		w_field_str(w, "name", clean(s->name, a));
	w_close(w, '}');
	w_field_str(w, "role", role_name(s->role));
	write_addresses(w, "to", s->to, a);
	w_field_str(w, "subject", clean(s->subject, a));
	write_text(s, w, a);
	w_field_str(w, "message_id", s->message_id);
	w_field_str(w, "in_reply_to", s->in_reply_to);
	w_field_str(w, "auto", s->automatic != NULL ? s->automatic : "none");
	w_key(w, "thread");
	w_open(w, '{');
	w_field_str(w, "method", s->method);
	w_field_str(w, "evidence", s->evidence);
	w_close(w, '}');
	w_field_list(w, "flags", s->flags);
}

void
said_status(const char *ticket, int64_t at, const char *status,
    const char *by, const char *why, struct buf *out)
{
	char id[ID_TEXT], when[TIME_TEXT];
	struct writer w;

	record_id(id, "status", ticket, time_format(at, when), status,
	    by != NULL ? by : "", why != NULL ? why : "", NULL);
	record_begin(&w, out, "status", id, at);
	w_field_str(&w, "ticket", ticket);
	w_field_str(&w, "status", status);
	w_field_str(&w, "by", by);
	w_field_str(&w, "why", why);
	w_close(&w, '}');
}
