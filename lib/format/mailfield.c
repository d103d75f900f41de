#include <string.h>

#include "format/mailfield.h"
#include "format/mailword.h"

#define SERVERS_MAX	8000	/* of a field that a server has added */

static const char *const names[MAIL_HEADS] = { "Message-ID",
	"In-Reply-To", "References", "Date", "From", "Sender", "Reply-To",
	"Return-Path", "To", "Cc", "Subject", "Thread-Index" };

/* Where the envelope's recipient is kept, by many servers' names. */
static const char *const delivered[] = { "Delivered-To", "X-Original-To",
	"Envelope-To", "X-Envelope-To", "X-Delivered-To", "X-Forwarded-To",
	"X-Rcpt-To", "Apparently-To" };

/* Without line ends and NUL. */
static char *
unfold(struct arena *a, const struct mail_field *f)
{
	size_t len = f->len < MAIL_FIELD_MAX ? f->len : MAIL_FIELD_MAX, n = 0;
	char *s = arena_alloc(a, len + 1);

	for (size_t i = 0; i < len; i++)
		if (f->value[i] != '\n' && f->value[i] != '\r' &&
		    f->value[i] != '\0')
			s[n++] = f->value[i];
	s[n] = '\0';
	return s;
}

static void
take_hop(struct mail_fields *m, struct arena *a, const struct mail_field *f)
{
	char *date;

	if (m->hops < MAIL_HOPS) {
		date = strrchr(unfold(a, f), ';');
		m->hop[m->hops] = date != NULL ? date + 1 : NULL;
	}
	m->hops++;
}

/* The first ones of each list. */
static void
take_listed(struct mail_fields *m, struct arena *a,
    const struct mail_field *f)
{
	if (mail_field_is(f, "Authentication-Results")) {
		if (m->results < MAIL_RESULTS)
			m->result[m->results++] = unfold(a, f);
		return;
	}
	for (size_t i = 0; i < sizeof(delivered) / sizeof(*delivered); i++)
		if (mail_field_is(f, delivered[i])) {
			if (m->delivereds < MAIL_DELIVERED)
				m->delivered[m->delivereds++] = unfold(a, f);
			return;
		}
}

void
mail_take_field(struct mail_fields *m, struct arena *a,
    const struct mail_field *f)
{
	if (mail_field_is(f, "Received")) {
		take_hop(m, a, f);
		return;
	}
	for (size_t i = 0; i < MAIL_HEADS; i++)
		if (mail_field_is(f, names[i])) {
			if (m->field[i] == NULL)
				m->field[i] = mail_recode(a, unfold(a, f));
			return;
		}
	take_listed(m, a, f);
}

static void
write_list(struct writer *w, struct arena *a, const char *key, char *const *s,
    size_t n)
{
	if (n == 0)
		return;
	w_key(w, key);
	w_open(w, '[');
	for (size_t i = 0; i < n; i++)
		w_str(w, mail_clean(a, s[i], strnlen(s[i], SERVERS_MAX)));
	w_close(w, ']');
}

void
mail_write_servers(const struct mail_fields *m, struct arena *a,
    struct writer *w)
{
	const char *index = m->field[MAIL_THREAD_INDEX];

	write_list(w, a, "delivered_to", m->delivered, m->delivereds);
	write_list(w, a, "authentication_results", m->result, m->results);
	if (index != NULL)
		w_field_str(w, "thread_index", mail_clean(a, index,
		    strnlen(index, SERVERS_MAX)));
}

char *
mail_message_id(const struct mail_fields *m, struct arena *a)
{
	const char *s = m->field[MAIL_MESSAGE_ID];
	char *ids[MAIL_IDS], *text;

	if (s == NULL)
		return NULL;
	if (mail_ids(a, s, ids) > 0)
		return ids[0];
	text = mail_clean(a, s, strnlen(s, 1000));
	return text[strspn(text, " <>\"")] != '\0' ? text : NULL;
}

char *
mail_return_path(const struct mail_fields *m, struct arena *a)
{
	char *ids[MAIL_IDS];

	if (m->field[MAIL_RETURN_PATH] == NULL)
		return NULL;
	return mail_ids(a, m->field[MAIL_RETURN_PATH], ids) > 0 ? ids[0] :
	    arena_strdup(a, "");
}

void
mail_write_ids(const struct mail_fields *m, struct arena *a,
    enum mail_head head, const char *key, struct writer *w)
{
	char *ids[MAIL_IDS];
	size_t n = 0;

	if (m->field[head] != NULL)
		n = mail_ids(a, m->field[head], ids);
	if (n == 0)
		return;
	w_key(w, key);
	w_open(w, '[');
	for (size_t i = 0; i < n; i++)
		w_str(w, ids[i]);
	w_close(w, ']');
}
