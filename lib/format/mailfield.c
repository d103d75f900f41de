#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "format/mailfield.h"
#include "format/mailvalue.h"
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

/* What is made for reading, unlike what servers tell one another. */
static bool
of_interest(const struct mail_field *f)
{
	static const char *const also[] = { "Precedence", "Auto-Submitted",
		"Importance", "Priority", "Sensitivity" };

	if (f->name_len > 64)
		return false;
	for (size_t i = 0; i < f->name_len; i++)
		if (f->name[i] < '-' || f->name[i] == '\\' ||
		    f->name[i] >= '{')
			return false;
	if (f->name_len > 2 && strncasecmp(f->name, "X-", 2) == 0)
		return true;
	if (f->name_len > 5 && strncasecmp(f->name, "List-", 5) == 0)
		return true;
	for (size_t i = 0; i < sizeof(also) / sizeof(*also); i++)
		if (mail_field_is(f, also[i]))
			return true;
	return false;
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
	if (m->kepts < MAIL_KEPT && of_interest(f))
		m->kept[m->kepts++] = *f;
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

static void
write_value(struct writer *w, struct arena *a, const struct mail_field *f)
{
	struct mail_field part = *f;
	char *s;
	size_t len;

	if (part.len > 4 * MAIL_KEPT_MAX)
		part.len = 4 * MAIL_KEPT_MAX;
	s = unfold(a, &part);
	s = strstr(s, "=?") != NULL ? mail_line(a, mail_recode(a, s)) :
	    mail_clean(a, s, strlen(s));
	len = strlen(s);
	w_strn(w, s, len > MAIL_KEPT_MAX ? utf8_valid(s, MAIL_KEPT_MAX) : len);
}

static bool
same_name(const struct mail_field *a, const struct mail_field *b)
{
	return a->name_len == b->name_len &&
	    strncasecmp(a->name, b->name, a->name_len) == 0;
}

static size_t
count_name(const struct mail_fields *m, size_t from, size_t to, size_t like)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++)
		n += same_name(&m->kept[i], &m->kept[like]);
	return n;
}

void
mail_write_kept(const struct mail_fields *m, struct arena *a,
    struct writer *w)
{
	if (m->kepts == 0)
		return;
	w_key(w, "headers");
	w_open(w, '{');
	for (size_t i = 0; i < m->kepts; i++) {
		const struct mail_field *f = &m->kept[i];

		if (count_name(m, 0, i, i) > 0)
			continue;
		w_key(w, arena_strndup(a, f->name, f->name_len));
		if (count_name(m, i, m->kepts, i) == 1) {
			write_value(w, a, f);
			continue;
		}
		w_open(w, '[');
		for (size_t k = i; k < m->kepts; k++)
			if (same_name(f, &m->kept[k]))
				write_value(w, a, &m->kept[k]);
		w_close(w, ']');
	}
	w_close(w, '}');
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
