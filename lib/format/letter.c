/* Mails of ours, put together by GMime. */
#include <gmime/gmime.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "format/letter.h"

/* On one line, valid UTF-8, no controls; free() it. */
static char *
one_line(const char *s)
{
	struct buf b = BUF_INIT;

	utf8_clean_line(&b, s, strlen(s));
	return b.data == buf_empty ? xstrdup("") : b.data;
}

static int
add_address(GMimeMessage *m, GMimeAddressType type, const char *name,
    const char *address, struct err *e)
{
	char *clean;

	if (!letter_address(address))
		return err_set(e, ERR_INPUT, "'%s' is no address to write to",
		    address);
	clean = name != NULL ? one_line(name) : NULL;
	g_mime_message_add_mailbox(m, type, clean, address);
	free(clean);
	return 0;
}

/* An id as it stands between < and >; what could end it there is left out. */
static void
add_id(struct buf *b, const char *id)
{
	buf_adds(b, b->len > 0 ? " <" : "<");
	for (; *id != '\0'; id++) {
		if (*id > ' ' && *id < 0x7f && *id != '<' && *id != '>')
			buf_addc(b, *id);
	}
	buf_addc(b, '>');
}

static void
add_ids(GMimeMessage *m, const struct letter *l)
{
	struct buf b = BUF_INIT;

	if (l->in_reply_to != NULL) {
		add_id(&b, l->in_reply_to);
		g_mime_object_set_header(GMIME_OBJECT(m), "In-Reply-To",
		    b.data, NULL);
		buf_reset(&b);
	}
	for (const char *const *r = l->references; r != NULL && *r != NULL;
	    r++)
		add_id(&b, *r);
	if (b.len > 0)
		g_mime_object_set_header(GMIME_OBJECT(m), "References",
		    b.data, NULL);
	buf_reset(&b);
	add_id(&b, l->message_id);
	g_mime_object_set_header(GMIME_OBJECT(m), "Message-ID", b.data, NULL);
	buf_free(&b);
}

#define WORD	42		/* bytes of an encoded word: 68 columns */

/*
 * GMime 3.2 folds between words and leaves one without spaces, as in Chinese,
 * longer than the 75 columns of RFC 2047: those are cut here, between
 * characters.
 */
static void
add_subject(GMimeMessage *m, const char *subject)
{
	GMimeHeaderList *all = g_mime_object_get_header_list(GMIME_OBJECT(m));
	struct buf raw = BUF_INIT;
	size_t len = strlen(subject), n;
	bool ascii = true;

	g_mime_message_set_subject(m, subject, "utf-8");
	for (size_t i = 0; i < len; i++)
		ascii &= (unsigned char)subject[i] < 0x80;
	if (ascii)
		return;
	for (size_t i = 0; i < len; i += n) {
		char *word;

		n = len - i > WORD ? WORD : len - i;
		while (i + n < len && (subject[i + n] & 0xc0) == 0x80)
			n--;
		word = g_base64_encode((const guchar *)subject + i, n);
		buf_printf(&raw, " =?UTF-8?B?%s?=\n", word);
		g_free(word);
	}
	g_mime_header_set_raw_value(g_mime_header_list_get_header(all,
	    "Subject"), raw.data);
	buf_free(&raw);
}

static void
add_text(GMimeMessage *m, const struct letter *l)
{
	GMimeTextPart *part = g_mime_text_part_new_with_subtype("plain");
	struct buf b = BUF_INIT;

	utf8_clean(&b, l->text, strlen(l->text));
	if (b.len == 0 || b.data[b.len - 1] != '\n')
		buf_addc(&b, '\n');
	g_mime_text_part_set_charset(part, "utf-8");
	g_mime_text_part_set_text(part, b.data);
	g_mime_message_set_mime_part(m, GMIME_OBJECT(part));
	g_object_unref(part);
	buf_free(&b);
	g_mime_object_encode(GMIME_OBJECT(m), GMIME_ENCODING_CONSTRAINT_7BIT);
}

static int
add_people(GMimeMessage *m, const struct letter *l, struct err *e)
{
	if (add_address(m, GMIME_ADDRESS_TYPE_FROM, l->name, l->from, e) < 0)
		return -1;
	if (l->reply_to != NULL && add_address(m,
	    GMIME_ADDRESS_TYPE_REPLY_TO, l->name, l->reply_to, e) < 0)
		return -1;
	for (const char *const *to = l->to; *to != NULL; to++) {
		if (add_address(m, GMIME_ADDRESS_TYPE_TO, NULL, *to, e) < 0)
			return -1;
	}
	return 0;
}

int
letter_write(const struct letter *l, struct buf *out, struct err *e)
{
	GDateTime *date = g_date_time_new_from_unix_utc(l->date);
	GMimeMessage *m;
	char *subject = one_line(l->subject), *text;
	int rc;

	g_mime_init();
	m = g_mime_message_new(FALSE);
	rc = add_people(m, l, e);
	if (rc == 0) {
		add_subject(m, subject);
		g_mime_message_set_date(m, date);
		add_ids(m, l);
		if (l->auto_submitted != NULL) {
			g_mime_object_set_header(GMIME_OBJECT(m),
			    "Auto-Submitted", l->auto_submitted, NULL);
			/* For the servers that do not know RFC 3834. */
			g_mime_object_set_header(GMIME_OBJECT(m),
			    "X-Auto-Response-Suppress", "All", NULL);
		}
		g_mime_object_set_header(GMIME_OBJECT(m), "MIME-Version",
		    "1.0", NULL);
		add_text(m, l);
		text = g_mime_object_to_string(GMIME_OBJECT(m), NULL);
		buf_adds(out, text);
		g_free(text);
	}
	g_object_unref(m);
	g_date_time_unref(date);
	free(subject);
	return rc;
}
