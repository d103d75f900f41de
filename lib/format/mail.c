#include <gmime/gmime.h>

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/time.h"
#include "format/automail.h"
#include "format/mail.h"
#include "format/mailfield.h"
#include "format/mailhead.h"
#include "format/mailtext.h"
#include "format/record.h"

#define DEPTH_MAX	50
#define PARTS_MAX	5000
#define ATTACHMENTS_MAX	1000
#define RECIPIENTS_MAX	200
#define HOPS_MAX	100		/* RFC 5321, 6.3 */
#define HEADER_MAX	4000		/* of a field that becomes one line */
#define CONTENT_FIELDS	20
#define INPUT_MAX	((size_t)1 << 30)	/* GLib counts in 32 bits */
#define SMALL		300		/* encoded text that may be blank */

struct bytes {
	const char *s;
	size_t len;
};

struct parse {
	struct bytes raw;		/* what GMime sees of the mail */
	GMimeMessage *message;
	struct mail_fields head;
	struct mail_text body;
	struct arena arena;
	struct buf decoded, attachments, hashes;
	struct writer attachment;	/* into attachments */
	size_t parts, nattachments;
	const char *boundary[DEPTH_MAX];	/* of the parts we are in */
	void (*part)(void *, const struct mail_part *);
	void *arg;
};

static void
silent(const gchar *domain, GLogLevelFlags level, const gchar *text, void *arg)
{
	(void)domain, (void)level, (void)text, (void)arg;
}

static GMimeParserOptions *
options(void)
{
	static const char *charsets[] = { "utf-8", "windows-1252",
	    "iso-8859-1", NULL };
	static GMimeParserOptions *o;

	if (o == NULL) {
		g_log_set_default_handler(silent, NULL);
		g_mime_init();
		o = g_mime_parser_options_new();
		g_mime_parser_options_set_fallback_charsets(o, charsets);
	}
	return o;
}

/* Header fields. */

static bool
moment(const char *text, int64_t *t)
{
	GDateTime *date;

	if (text == NULL ||
	    (date = g_mime_utils_header_decode_date(text)) == NULL)
		return false;
	*t = g_date_time_to_unix(date);
	g_date_time_unref(date);
	return *t >= TIME_MIN && *t <= TIME_MAX;
}

/* The topmost Received that has a date counts: the hop nearest to us. */
static bool
received(struct parse *p, int64_t *t)
{
	for (size_t i = 0; i < p->head.hops && i < MAIL_HOPS; i++)
		if (moment(p->head.hop[i], t))
			return true;
	return false;
}

/* One clean line, encoded words decoded; NULL when there is no such field. */
static char *
field_text(struct parse *p, enum mail_head f)
{
	char *text, *clean;

	if (p->head.field[f] == NULL)
		return NULL;
	text = g_mime_utils_header_decode_text(options(), p->head.field[f]);
	clean = mail_clean(&p->arena, text, strnlen(text, HEADER_MAX));
	g_free(text);
	return clean;
}

struct recipients {
	struct parse *p;
	struct writer *w;
	size_t n, max;
};

static void
write_address(struct recipients *r, InternetAddress *ia)
{
	const char *name = internet_address_get_name(ia), *address;
	struct arena *a = &r->p->arena;
	char *clean_address, *clean_name = NULL;

	address = internet_address_mailbox_get_addr(
	    INTERNET_ADDRESS_MAILBOX(ia));
	if (address == NULL)
		return;
	clean_address = mail_clean(a, address, strnlen(address, HEADER_MAX));
	if (name != NULL)
		clean_name = mail_clean(a, name, strnlen(name, HEADER_MAX));
	if (*clean_address == '\0')
		return;
	mail_write_address(r->w, clean_address, clean_name);
	r->n++;
}

static void
write_addresses(struct recipients *r, InternetAddressList *list, int depth)
{
	int n = list != NULL ? internet_address_list_length(list) : 0;

	for (int i = 0; i < n && depth < 8; i++) {
		InternetAddress *ia = internet_address_list_get_address(list,
		    i);

		if (INTERNET_ADDRESS_IS_GROUP(ia)) {
			write_addresses(r, internet_address_group_get_members(
			    INTERNET_ADDRESS_GROUP(ia)), depth + 1);
		} else if (r->n == r->max) {
			r->p->body.flag[MAIL_MANY_RECIPIENTS] |= r->max > 1;
			return;
		} else
			write_address(r, ia);
	}
}

/* The first mailbox; if whole, the first with an @. */
static bool
first_address(struct parse *p, InternetAddressList *list, bool whole,
    char **address, char **name)
{
	for (int i = 0; i < internet_address_list_length(list) && i < 10;
	    i++) {
		InternetAddress *ia = internet_address_list_get_address(list,
		    i);
		const char *s;

		if (!INTERNET_ADDRESS_IS_MAILBOX(ia))
			continue;
		s = internet_address_mailbox_get_addr(
		    INTERNET_ADDRESS_MAILBOX(ia));
		if (s == NULL || *s == '\0' || (whole &&
		    (strchr(s, '@') == NULL || strpbrk(s, " <>") != NULL)))
			continue;
		*address = mail_clean(&p->arena, s, strnlen(s, HEADER_MAX));
		s = internet_address_get_name(ia);
		*name = s == NULL ? NULL :
		    mail_clean(&p->arena, s, strnlen(s, HEADER_MAX));
		return true;
	}
	return false;
}

/*
 * Of a field: the first whole address, else one that stands in it against the
 * standard, else a local name, else the text as a name.
 */
static bool
one_address(struct parse *p, enum mail_head f, char **address, char **name)
{
	InternetAddressList *list;
	char *value = field_text(p, f);
	bool found;

	if (value == NULL || *value == '\0')
		return false;
	list = internet_address_list_parse(options(), p->head.field[f]);
	found = (list != NULL &&
	    first_address(p, list, true, address, name)) ||
	    mail_guess_address(&p->arena, value, address, name) ||
	    (list != NULL && first_address(p, list, false, address, name));
	if (list != NULL)
		g_object_unref(list);
	if (!found)
		*name = value;
	return true;
}

static char *
write_one_address(struct parse *p, struct writer *w, const char *key,
    enum mail_head f)
{
	char *address = NULL, *name = NULL;

	if (!one_address(p, f, &address, &name))
		return NULL;
	w_key(w, key);
	mail_write_address(w, address, name);
	return address;
}

static void
write_recipients(struct parse *p, struct writer *w, const char *key,
    enum mail_head f)
{
	struct recipients r = { p, w, 0, RECIPIENTS_MAX };
	InternetAddressList *list;
	char *address, *name, *value;

	if (p->head.field[f] == NULL)
		return;
	w_key(w, key);
	w_open(w, '[');
	list = internet_address_list_parse(options(), p->head.field[f]);
	if (list != NULL) {
		write_addresses(&r, list, 0);
		g_object_unref(list);
	}
	if (r.n == 0 && (value = field_text(p, f)) != NULL &&
	    mail_guess_address(&p->arena, value, &address, &name))
		mail_write_address(w, address, name);
	w_close(w, ']');
}

/* List archives put the whole subject in quotes. */
static char *
subject(struct parse *p)
{
	char *s = field_text(p, MAIL_SUBJECT);
	size_t len = s != NULL ? strlen(s) : 0;

	if (len > 2 && (*s == '\'' || *s == '"') && s[len - 1] == *s &&
	    memchr(s + 1, *s, len - 2) == NULL) {
		s[len - 1] = '\0';
		s++;
	}
	return s;
}

/* Parts. */

static char *
type_name(struct parse *p, GMimeObject *o)
{
	GMimeContentType *ct = g_mime_object_get_content_type(o);
	const char *type = g_mime_content_type_get_media_type(ct);
	const char *sub = g_mime_content_type_get_media_subtype(ct);
	char *s = arena_printf(&p->arena, "%.60s/%.100s",
	    type != NULL ? type : "application",
	    sub != NULL ? sub : "octet-stream");

	s = mail_clean(&p->arena, s, strlen(s));
	for (char *c = s; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	return s;
}

static bool
is_type(GMimeObject *o, const char *type, const char *sub)
{
	return g_mime_content_type_is_type(g_mime_object_get_content_type(o),
	    type, sub);
}

static const char *
parameter(GMimeObject *o, const char *name)
{
	return g_mime_content_type_get_parameter(
	    g_mime_object_get_content_type(o), name);
}

static const char *
file_name(GMimeObject *o)
{
	const char *name;

	name = g_mime_object_get_content_disposition_parameter(o, "filename");
	return name != NULL ? name : parameter(o, "name");
}

static bool
encoded(GMimeObject *o)
{
	GMimeDataWrapper *content;
	GMimeContentEncoding e;

	if (!GMIME_IS_PART(o) ||
	    (content = g_mime_part_get_content(GMIME_PART(o))) == NULL)
		return false;
	e = g_mime_data_wrapper_get_encoding(content);
	return e == GMIME_CONTENT_ENCODING_BASE64 ||
	    e == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE ||
	    e == GMIME_CONTENT_ENCODING_UUENCODE;
}

/* The bytes of a leaf as they stand in the mail. */
static struct bytes
raw_content(GMimeObject *o)
{
	GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(o));
	GMimeStream *stream;
	GByteArray *array;
	size_t start, end;

	if (content == NULL || (stream =
	    g_mime_data_wrapper_get_stream(content)) == NULL ||
	    !GMIME_IS_STREAM_MEM(stream))
		return (struct bytes){ "", 0 };
	array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
	start = (size_t)stream->bound_start;
	end = stream->bound_end < 0 ? array->len : (size_t)stream->bound_end;
	if (array->data == NULL || start >= end || end > array->len)
		return (struct bytes){ "", 0 };
	return (struct bytes){ (const char *)array->data + start,
	    end - start };
}

/* Without its transfer encoding; valid until the next call. */
static struct bytes
content(struct parse *p, GMimeObject *o)
{
	struct bytes raw = raw_content(o);
	GMimeEncoding state;
	char *to;

	if (!encoded(o) || raw.len == 0)
		return raw;
	g_mime_encoding_init_decode(&state, g_mime_data_wrapper_get_encoding(
	    g_mime_part_get_content(GMIME_PART(o))));
	buf_reset(&p->decoded);
	to = buf_room(&p->decoded, g_mime_encoding_outlen(&state, raw.len));
	p->decoded.len = g_mime_encoding_flush(&state, raw.s, raw.len, to);
	p->decoded.data[p->decoded.len] = '\0';
	return (struct bytes){ p->decoded.data, p->decoded.len };
}

/* The offset of the first header in the list, or len. */
static size_t
first_header(GMimeObject *o, size_t len)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(o);
	int n = g_mime_header_list_get_count(list);

	for (int i = 0; i < n; i++) {
		gint64 at = g_mime_header_get_offset(
		    g_mime_header_list_get_header_at(list, i));

		if (at >= 0 && (size_t)at < len)
			len = (size_t)at;
	}
	return len;
}

static bool
at_boundary(const struct parse *p, size_t depth, const char *s, size_t len)
{
	for (size_t i = 0; i < depth; i++) {
		size_t n = p->boundary[i] != NULL ? strlen(p->boundary[i]) : 0;

		if (n > 0 && n + 2 <= len && memcmp(s, "--", 2) == 0 &&
		    memcmp(s + 2, p->boundary[i], n) == 0)
			return true;
	}
	return false;
}

/* A mail within the mail: from its header to the boundary around it. */
static struct bytes
inner_mail(const struct parse *p, GMimeObject *o, size_t depth)
{
	GMimeMessage *m;
	const char *s, *end = p->raw.s + p->raw.len, *nl;
	size_t start = p->raw.len;

	m = g_mime_message_part_get_message(GMIME_MESSAGE_PART(o));
	if (m != NULL) {
		start = first_header(GMIME_OBJECT(m), start);
		if (g_mime_message_get_mime_part(m) != NULL)
			start = first_header(g_mime_message_get_mime_part(m),
			    start);
	}
	s = p->raw.s + start;
	for (const char *at = s; at < end; at = nl + 1) {
		if (at_boundary(p, depth, at, (size_t)(end - at))) {
			end = at > s ? at - 1 : at;
			break;
		}
		if ((nl = memchr(at, '\n', (size_t)(end - at))) == NULL)
			break;
	}
	if (end > s && end < p->raw.s + p->raw.len && end[-1] == '\r')
		end--;
	return (struct bytes){ s, (size_t)(end - s) };
}

static void
add_attachment(struct parse *p, GMimeObject *o, struct bytes b)
{
	struct mail_part part = { .data = b.s, .len = b.len };
	uint8_t stable[HASH_BYTES];
	char hex[HASH_HEX];
	struct hash h;

	if (p->nattachments == ATTACHMENTS_MAX) {
		p->body.flag[MAIL_MANY_ATTACHMENTS] = true;
		return;
	}
	p->nattachments++;
	hash_bytes(b.s, b.len, part.sha256);
	memcpy(stable, part.sha256, sizeof(stable));
	if (GMIME_IS_MESSAGE_PART(o) || !encoded(o) ||
	    is_type(o, "text", "*")) {
		hash_start(&h);
		mail_text_hash(&h, b.s, b.len);
		hash_end(&h, stable);
	}
	buf_add(&p->hashes, stable, sizeof(stable));
	w_open(&p->attachment, '{');
	w_field_str(&p->attachment, "name", mail_file_name(&p->arena,
	    file_name(o)));
	w_field_str(&p->attachment, "type", type_name(p, o));
	w_field_int(&p->attachment, "size", (int64_t)b.len);
	w_field_str(&p->attachment, "sha256", hash_hex(part.sha256, hex));
	w_close(&p->attachment, '}');
	if (p->part != NULL)
		p->part(p->arg, &part);
}

/* Text. */

enum body { BODY_NO, BODY_HTML, BODY_PLAIN };

static enum body
body_kind(GMimeObject *o)
{
	if (is_type(o, "text", "html"))
		return BODY_HTML;
	return is_type(o, "text", "plain") || is_type(o, "text", "enriched") ||
	    is_type(o, "text", "richtext") || is_type(o, "text", "markdown") ?
	    BODY_PLAIN : BODY_NO;
}

/* Whether a reader would show the leaf as text (RFC 8621, 4.1.4). */
static bool
is_body(GMimeObject *o, bool related, bool first)
{
	const char *d = g_mime_object_get_disposition(o);

	return GMIME_IS_PART(o) && body_kind(o) != BODY_NO &&
	    (d == NULL || strcasecmp(d, "attachment") != 0) &&
	    (first || (!related && file_name(o) == NULL));
}

static bool
blank(struct bytes b)
{
	for (size_t i = 0; i < b.len; i++)
		if (!isspace((unsigned char)b.s[i]))
			return false;
	return true;
}

static void
add_body(struct parse *p, GMimeObject *o)
{
	struct mail_format f = {
		.charset = parameter(o, "charset"),
		.format = parameter(o, "format"),
		.delsp = parameter(o, "delsp"),
		.html = body_kind(o) == BODY_HTML,
	};
	struct bytes b = content(p, o);

	mail_text_add(&p->body, b.s, b.len, &f);
}

static void
add_lost(struct parse *p, const char *s)
{
	static const struct mail_format plain;

	if (s != NULL)
		mail_text_add(&p->body, s, strlen(s), &plain);
}

/* The best text below o, for the choice among alternatives. */
static enum body
best_body(struct parse *p, GMimeObject *o, size_t depth)
{
	enum body best = BODY_NO, k;
	struct bytes b;
	int n;

	if (GMIME_IS_PART(o)) {
		if (!is_body(o, false, true))
			return BODY_NO;
		b = raw_content(o);
		if (b.len < SMALL)
			b = content(p, o);
		return blank(b) ? BODY_NO : body_kind(o);
	}
	if (!GMIME_IS_MULTIPART(o) || depth >= DEPTH_MAX)
		return BODY_NO;
	n = g_mime_multipart_get_count(GMIME_MULTIPART(o));
	for (int i = 0; i < n && i < 20 && best != BODY_PLAIN; i++) {
		k = best_body(p, g_mime_multipart_get_part(GMIME_MULTIPART(o),
		    i), depth + 1);
		if (k > best)
			best = k;
	}
	return best;
}

struct place {
	size_t depth;
	bool related, first;	/* in a multipart/related; its first part */
	bool passed_over;	/* in an alternative that was not chosen */
};

static void walk(struct parse *, GMimeObject *, struct place);

/* The alternative to show: plain text, else the last and richest one. */
static int
choose(struct parse *p, GMimeMultipart *m, size_t depth)
{
	int n = g_mime_multipart_get_count(m), chosen = 0;
	enum body best = BODY_NO;

	for (int i = 0; i < n && i < 20; i++) {
		enum body k = best_body(p, g_mime_multipart_get_part(m, i),
		    depth + 1);

		if (k > best || (k == best && k == BODY_HTML)) {
			best = k;
			chosen = i;
		}
	}
	return chosen;
}

static void
walk_multipart(struct parse *p, GMimeObject *o, struct place at)
{
	GMimeMultipart *m = GMIME_MULTIPART(o);
	bool alternative = is_type(o, "multipart", "alternative");
	int n = g_mime_multipart_get_count(m);
	int chosen = alternative ? choose(p, m, at.depth) : 0;
	struct place in = { .depth = at.depth + 1,
	    .related = is_type(o, "multipart", "related") };

	/* Without a boundary in the body all of it is what comes before. */
	if (n == 0 && !at.passed_over)
		add_lost(p, g_mime_multipart_get_prologue(m));
	p->boundary[at.depth] = parameter(o, "boundary");
	for (int i = 0; i < n; i++) {
		in.first = i == 0 || alternative;
		in.passed_over = at.passed_over ||
		    (alternative && i != chosen);
		walk(p, g_mime_multipart_get_part(m, i), in);
	}
	p->boundary[at.depth] = NULL;
}

static void
walk(struct parse *p, GMimeObject *o, struct place at)
{
	if (o == NULL || p->parts++ >= PARTS_MAX)
		return;
	if (at.depth >= DEPTH_MAX)
		p->body.flag[MAIL_DEEP] = true;
	else if (GMIME_IS_MULTIPART(o))
		walk_multipart(p, o, at);
	else if (GMIME_IS_MESSAGE_PART(o))
		add_attachment(p, o, inner_mail(p, o, at.depth));
	else if (!GMIME_IS_PART(o))
		return;
	else if (!is_body(o, at.related, at.first))
		add_attachment(p, o, content(p, o));
	else if (!at.passed_over)
		add_body(p, o);
}

/* The record. */

static const char *
automatic(struct parse *p, const char *from, const char *subj,
    const char *path)
{
	GMimeObject *o = p->message == NULL ? NULL :
	    g_mime_message_get_mime_part(p->message);
	struct automail m = {
		.auto_submitted = field_text(p, MAIL_AUTO_SUBMITTED),
		.precedence = field_text(p, MAIL_PRECEDENCE),
		.suppress = field_text(p, MAIL_SUPPRESS),
		.return_path = path,
		.from = from != NULL ? from : "",
		.subject = subj,
		.autoreply = p->head.field[MAIL_AUTOREPLY] != NULL ||
		    p->head.field[MAIL_AUTORESPOND] != NULL ||
		    p->head.field[MAIL_AUTOREPLY_MAIL] != NULL,
		.failed = p->head.field[MAIL_FAILED] != NULL,
		.list = p->head.field[MAIL_LIST_ID] != NULL ||
		    p->head.field[MAIL_LIST_POST] != NULL,
		.loop = p->head.field[MAIL_LOOP] != NULL ||
		    p->head.hops > HOPS_MAX,
	};

	if (o != NULL && is_type(o, "multipart", "report")) {
		m.report = parameter(o, "report-type");
		if (m.report == NULL)
			m.report = "";
	}
	return automail(&m);
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
	    HEADER_MAX)));
	mail_text_hash(&h, p->body.text.data, p->body.text.len);
	hash_add_part(&h, "");
	hash_add(&h, p->hashes.data, p->hashes.len);
	hash_end(&h, sum);
	w_field_str(w, "digest", hash_hex(sum, hex));
}

static void
write_mail(struct parse *p, struct writer *w)
{
	char *from, *subj = subject(p);
	char *path = mail_return_path(&p->head, &p->arena);
	int64_t t;

	w_field_str(w, "message_id", mail_message_id(&p->head, &p->arena));
	mail_write_ids(&p->head, &p->arena, MAIL_IN_REPLY_TO, "in_reply_to", w);
	mail_write_ids(&p->head, &p->arena, MAIL_REFERENCES, "references", w);
	if (moment(p->head.field[MAIL_DATE], &t))
		w_field_time(w, "date", t);
	else
		p->body.flag[MAIL_NO_DATE] = true;
	if (received(p, &t))
		w_field_time(w, "received", t);
	from = write_one_address(p, w, "from", MAIL_FROM);
	write_one_address(p, w, "reply_to", MAIL_REPLY_TO);
	write_one_address(p, w, "sender", MAIL_SENDER);
	w_field_str(w, "return_path", path);
	write_recipients(p, w, "to", MAIL_TO);
	write_recipients(p, w, "cc", MAIL_CC);
	w_field_str(w, "subject", subj);
	w_field_str(w, "auto", automatic(p, from, subj, path));
	mail_text_write(&p->body, w);
	w_key(w, "attachments");
	w_raw(w, p->attachments.data, p->attachments.len);
	mail_text_write_flags(&p->body, w);
	write_digest(p, w, from, subj);
}

/*
 * Reads the header. GMime gets the fields that say how the body is made, and
 * the body: it keeps an object of every field, in need or not.
 */
static void
take_header(struct parse *p, const char *s, size_t len, GByteArray *mime)
{
	struct mail_field f;
	size_t pos = 0, kept = 0;

	while (len > 0 && (*s == '\n' || *s == '\r'))
		s++, len--;
	while (mail_next_field(s, len, &pos, &f)) {
		if (f.name_len < 8 || strncasecmp(f.name, "Content-", 8) != 0) {
			mail_take_field(&p->head, &p->arena, &f);
		} else if (f.len < MAIL_FIELD_MAX && kept++ < CONTENT_FIELDS) {
			g_byte_array_append(mime, (const guint8 *)f.name,
			    (guint)(f.value + f.len - f.name));
		}
	}
	if (mime->len > 0 && mime->data[mime->len - 1] != '\n')
		g_byte_array_append(mime, (const guint8 *)"\n", 1);
	g_byte_array_append(mime, (const guint8 *)"\n", 1);
	g_byte_array_append(mime, (const guint8 *)s + pos,
	    (guint)(len - pos));
}

static GMimeMessage *
construct(GMimeStream *stream)
{
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *m;

	g_mime_parser_set_persist_stream(parser, TRUE);
	m = g_mime_parser_construct_message(parser, options());
	g_object_unref(parser);
	return m;
}

void
mail_parse(const char *s, size_t len, struct buf *json,
    void (*part)(void *, const struct mail_part *), void *arg)
{
	struct parse p = { .part = part, .arg = arg };
	struct place top = { .first = true };
	GMimeStream *stream;
	GByteArray *mime;
	struct writer w;

	if (len > INPUT_MAX)
		len = INPUT_MAX;
	options();
	mail_text_start(&p.body);
	buf_init(&p.decoded);
	buf_init(&p.attachments);
	buf_init(&p.hashes);
	mime = g_byte_array_sized_new((guint)len + 2);
	take_header(&p, s, len, mime);
	p.raw = (struct bytes){ (const char *)mime->data, mime->len };
	stream = g_mime_stream_mem_new_with_byte_array(mime);
	p.message = construct(stream);
	w_begin(&p.attachment, &p.attachments);
	w_open(&p.attachment, '[');
	if (p.message != NULL)
		walk(&p, g_mime_message_get_mime_part(p.message), top);
	w_close(&p.attachment, ']');
	mail_text_finish(&p.body);
	w_begin(&w, json);
	w_open(&w, '{');
	write_mail(&p, &w);
	w_close(&w, '}');
	if (p.message != NULL)
		g_object_unref(p.message);
	g_object_unref(stream);		/* and with it what p.raw is */
	mail_text_free(&p.body);
	buf_free(&p.decoded);
	buf_free(&p.attachments);
	buf_free(&p.hashes);
	arena_free(&p.arena);
}
