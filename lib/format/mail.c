#include <string.h>
#include <strings.h>

#include "base/hash.h"
#include "base/mem.h"
#include "format/automail.h"
#include "format/forward.h"
#include "format/mail.h"
#include "format/maildate.h"
#include "format/mailfield.h"
#include "format/mailhead.h"
#include "format/mailtext.h"
#include "format/mailtree.h"
#include "format/mailvalue.h"
#include "format/quoteword.h"
#include "format/record.h"

#define DATE_MAX	4000
#define CONTENT_FIELDS	20
#define INPUT_MAX	((size_t)1 << 30)	/* GLib counts in 32 bits */

struct parse {
	struct secrets *secrets;	/* or NULL */
	struct mail_fields head;
	struct automail signs;
	struct mail_tree tree;
	struct arena arena;
};

static bool
moment(const char *s, int32_t *zone, int64_t *t)
{
	*zone = MAIL_ZONE_NONE;
	return s != NULL && mail_date(s, strnlen(s, DATE_MAX), zone, t);
}

/* The topmost Received that has a date counts: the hop nearest to us. */
static bool
received(const struct parse *p, int64_t *t)
{
	int32_t zone;

	for (size_t i = 0; i < p->head.hops && i < MAIL_HOPS; i++)
		if (moment(p->head.hop[i], &zone, t))
			return true;
	return false;
}

/* List archives put the whole subject in quotes. */
static char *
subject(struct parse *p)
{
	char *s = mail_line(&p->arena, p->head.field[MAIL_SUBJECT]);
	size_t len = s != NULL ? strlen(s) : 0;

	if (len > 2 && (*s == '\'' || *s == '"') && s[len - 1] == *s &&
	    memchr(s + 1, *s, len - 2) == NULL) {
		s[len - 1] = '\0';
		s++;
	}
	return s;
}

/* What tells that no person wrote it: the header, a report within. */
static void
write_signs(struct parse *p, struct writer *w, const char *from,
    const char *subj, const char *path)
{
	const struct mail_text *text = &p->tree.text;
	struct report_mail m = {
		.type = p->tree.report, .from = from, .subject = subj,
		.failed = p->signs.failed,
		.in_reply_to = p->head.field[MAIL_IN_REPLY_TO],
		.machine = automail_machine(&p->signs, path),
		.text = text->text.data, .len = text->text.len,
	};

	char *to = NULL, *name;

	if (p->head.field[MAIL_TO] != NULL && mail_guess_address(&p->arena,
	    p->head.field[MAIL_TO], &to, &name))
		m.to = to;
	automail_write(&p->signs, p->tree.report, w);
	report_end(&p->tree.found, &m);
	report_write(&p->tree.found, w);
}

static void
write_digest(struct parse *p, struct writer *w, const char *from,
    const char *subj)
{
	const char *date = p->head.field[MAIL_DATE];
	uint8_t sum[HASH_BYTES];
	char hex[HASH_HEX];
	struct hash h;

	if (date == NULL)
		date = "";
	hash_start(&h);
	hash_add_part(&h, from != NULL ? from : "");
	hash_add_part(&h, subj != NULL ? subj : "");
	hash_add_part(&h, mail_clean(&p->arena, date, strnlen(date,
	    DATE_MAX)));
	mail_text_hash(&h, p->tree.text.text.data, p->tree.text.text.len);
	hash_add_part(&h, "");
	hash_add(&h, p->tree.hashes.data, p->tree.hashes.len);
	hash_end(&h, sum);
	w_field_str(w, "digest", hash_hex(sum, hex));
}

/*
 * Reads the header. The MIME parser gets the fields that say how the body is
 * made, and the body: it keeps an object of every field, in need or not.
 */
static void
take_header(struct mail_fields *head, struct automail *signs, struct arena *a,
    const char *s, size_t len, struct buf *mime)
{
	struct mail_field f;
	size_t pos = 0, kept = 0;

	while (len > 0 && (*s == '\n' || *s == '\r'))
		s++, len--;
	while (mail_next_field(s, len, &pos, &f)) {
		if (f.name_len < 8 || strncasecmp(f.name, "Content-", 8) != 0) {
			mail_take_field(head, a, &f);
			if (signs != NULL)
				automail_field(signs, a, &f);
		} else if (f.len < MAIL_FIELD_MAX && kept++ < CONTENT_FIELDS) {
			buf_add(mime, f.name,
			    (size_t)(f.value + f.len - f.name));
		}
	}
	if (mime->len > 0 && mime->data[mime->len - 1] != '\n')
		buf_addc(mime, '\n');
	buf_addc(mime, '\n');
	buf_add(mime, s + pos, len - pos);
}

static void
header_line(struct buf *out, const char *name, const char *value)
{
	if (value != NULL && *value != '\0')
		buf_printf(out, "%s: %s\n", name, value);
}

/* Adds the mail within it to the text, with what a reader shows of it. */
static void
append_attached(struct parse *p, struct mail_fields *head)
{
	struct bytes b = p->tree.attached;
	struct buf mime = BUF_INIT, lines = BUF_INIT;
	struct arena *a = &p->arena;
	struct mail_tree inner = { .report = NULL };

	take_header(head, NULL, a, b.s, b.len, &mime);
	mail_tree_read(&inner, a, &mime, NULL, NULL);
	header_line(&lines, "From", mail_line(a, head->field[MAIL_FROM]));
	header_line(&lines, "Date", mail_line(a, head->field[MAIL_DATE]));
	header_line(&lines, "To", mail_line(a, head->field[MAIL_TO]));
	header_line(&lines, "Subject", mail_line(a,
	    head->field[MAIL_SUBJECT]));
	mail_text_append(&p->tree.text, &lines, &inner.text);
	mail_tree_free(&inner);
	buf_free(&mime);
	buf_free(&lines);
}

static void
write_attached(struct parse *p, struct mail_fields *head, struct writer *w)
{
	const struct mail_text *text = &p->tree.text;
	struct arena *a = &p->arena;
	int32_t zone;
	int64_t t;

	w_key(w, "forwarded");
	w_open(w, '{');
	w_field_str(w, "how", "attachment");
	mail_write_one(a, head->field[MAIL_FROM], "from", w);
	if (moment(head->field[MAIL_DATE], &zone, &t))
		w_field_time(w, "date", t);
	w_field_str(w, "subject", mail_line(a, head->field[MAIL_SUBJECT]));
	mail_write_many(a, head->field[MAIL_TO], "to", w);
	w_field_str(w, "message_id", mail_message_id(head, a));
	w_key(w, "text");
	w_open(w, '[');
	w_int(w, (int64_t)text->body);
	w_int(w, (int64_t)text->text.len);
	w_close(w, ']');
	w_close(w, '}');
}

static void
write_text(struct parse *p, const char *subj, int32_t zone, struct writer *w)
{
	struct mail_fields within = { .hops = 0 };
	struct quote_forward forward;
	bool passes_on = quote_subject_forwards(subj);
	bool attached = p->tree.attached.s != NULL &&
	    (passes_on || p->tree.text.text.len == 0);
	bool reply = p->head.field[MAIL_IN_REPLY_TO] != NULL ||
	    p->head.field[MAIL_REFERENCES] != NULL ||
	    quote_subject_replies(subj);

	if (attached)
		append_attached(p, &within);
	mail_text_write(&p->tree.text, reply, passes_on && !attached, &forward,
	    w);
	if (attached)
		write_attached(p, &within, w);
	else if (forward.end > forward.start)
		forward_write(&p->arena, &forward, zone, w);
	if (p->tree.calendar.len > 0) {
		w_key(w, "calendar");
		w_raw(w, p->tree.calendar.data, p->tree.calendar.len);
	}
}

static bool
has_secret(const struct parse *p, const char *s, size_t len)
{
	const struct secret *found;

	return secrets_find(p->secrets, s, len, &found) > 0;
}

static void
write_mail(struct parse *p, struct writer *w)
{
	struct arena *a = &p->arena;
	char **field = p->head.field, *from, *subj = subject(p);
	char *path = mail_return_path(&p->head, a);
	int32_t zone;
	bool whole;
	int64_t t;

	w_field_str(w, "message_id", mail_message_id(&p->head, a));
	mail_write_ids(&p->head, a, MAIL_IN_REPLY_TO, "in_reply_to", w);
	mail_write_ids(&p->head, a, MAIL_REFERENCES, "references", w);
	if (moment(field[MAIL_DATE], &zone, &t))
		w_field_time(w, "date", t);
	else
		p->tree.text.flag[MAIL_NO_DATE] = true;
	if (received(p, &t))
		w_field_time(w, "received", t);
	from = mail_write_one(a, field[MAIL_FROM], "from", w);
	mail_write_one(a, field[MAIL_REPLY_TO], "reply_to", w);
	mail_write_one(a, field[MAIL_SENDER], "sender", w);
	w_field_str(w, "return_path", path);
	whole = mail_write_many(a, field[MAIL_TO], "to", w) &
	    mail_write_many(a, field[MAIL_CC], "cc", w);
	p->tree.text.flag[MAIL_MANY_RECIPIENTS] = !whole;
	mail_write_servers(&p->head, a, w);
	mail_write_kept(&p->head, a, w);
	w_field_str(w, "subject", subj);
	write_signs(p, w, from, subj, path);
	write_text(p, subj, zone, w);
	w_key(w, "attachments");
	w_raw(w, p->tree.attachments.data, p->tree.attachments.len);
	p->tree.text.flag[MAIL_SECRET] = p->secrets != NULL &&
	    ((subj != NULL && has_secret(p, subj, strlen(subj))) ||
	    has_secret(p, p->tree.text.text.data, p->tree.text.text.len));
	mail_text_write_flags(&p->tree.text, w);
	write_digest(p, w, from, subj);
}

void
mail_parse(const char *s, size_t len, struct secrets *secrets,
    struct buf *json,
    void (*part)(void *, const struct mail_part *), void *arg)
{
	struct parse p = { .secrets = secrets };
	struct buf mime = BUF_INIT;
	struct writer w;

	if (len > INPUT_MAX)
		len = INPUT_MAX;
	buf_room(&mime, len + 2);
	take_header(&p.head, &p.signs, &p.arena, s, len, &mime);
	mail_tree_read(&p.tree, &p.arena, &mime, part, arg);
	w_begin(&w, json);
	w_open(&w, '{');
	write_mail(&p, &w);
	w_close(&w, '}');
	mail_tree_free(&p.tree);
	buf_free(&mime);
	arena_free(&p.arena);
}
