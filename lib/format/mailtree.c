#include <gmime/gmime.h>

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/hash.h"
#include "base/utf8.h"
#include "format/charset.h"
#include "format/mailcal.h"
#include "format/mailhead.h"
#include "format/mailpart.h"
#include "format/mailtree.h"
#include "format/mailvalue.h"
#include "format/record.h"
#include "format/tnef.h"
#include "format/uuencode.h"

#define DEPTH_MAX	50
#define PARTS_MAX	5000
#define ATTACHMENTS_MAX	1000
#define SMALL		300		/* text that may be blank, or say nothing */
#define FILE_MAX	1000		/* of a file's name */
#define CALENDAR_MAX	((size_t)64 << 10)

struct parse {
	struct mail_tree *tree;
	struct arena *arena;
	struct bytes raw;		/* what GMime sees of the mail */
	struct buf decoded;
	struct writer attachment;	/* into tree->attachments */
	size_t parts, nattachments;
	const char *boundary[DEPTH_MAX];	/* of the parts we are in */
	void (*part)(void *, const struct mail_part *);
	void *arg;
};

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

struct file {
	const char *name;	/* as it stands there; NULL without */
	const char *type;
	bool text;		/* its line ends may change on the way */
};

static void
add_file(struct parse *p, const struct file *f, struct bytes b)
{
	struct mail_part part = { .data = b.s, .len = b.len };
	char *name = mail_file_name(p->arena, f->name);
	uint8_t stable[HASH_BYTES];
	char hex[HASH_HEX];
	struct hash h;

	if (p->nattachments == ATTACHMENTS_MAX) {
		p->tree->text.flag[MAIL_MANY_ATTACHMENTS] = true;
		return;
	}
	p->nattachments++;
	report_part(&p->tree->found, f->type, name, b.s, b.len);
	hash_bytes(b.s, b.len, part.sha256);
	memcpy(stable, part.sha256, sizeof(stable));
	if (f->text) {
		hash_start(&h);
		mail_text_hash(&h, b.s, b.len);
		hash_end(&h, stable);
	}
	buf_add(&p->tree->hashes, stable, sizeof(stable));
	w_open(&p->attachment, '{');
	w_field_str(&p->attachment, "name", name);
	w_field_str(&p->attachment, "type", f->type);
	w_field_int(&p->attachment, "size", (int64_t)b.len);
	w_field_str(&p->attachment, "sha256", hash_hex(part.sha256, hex));
	w_close(&p->attachment, '}');
	if (p->part != NULL)
		p->part(p->arg, &part);
}

/* Special parts. */

struct outlook {		/* what a winmail.dat holds */
	struct parse *p;
	struct tnef_part body;	/* the plain one, if there is one */
};

static void
outlook_part(void *arg, const struct tnef_part *part)
{
	struct outlook *o = arg;
	struct file f = { .type = "application/octet-stream" };
	struct buf name = BUF_INIT;

	if (!part->attachment) {
		if (o->body.len == 0 || (o->body.html && !part->html))
			o->body = *part;
		return;
	}
	charset_decode(part->wide ? "utf-16le" : NULL, part->name,
	    part->name_len, FILE_MAX, &name);
	f.name = name.data;
	add_file(o->p, &f, (struct bytes){ part->data, part->len });
	buf_free(&name);
}

static void
add_outlook(struct parse *p, struct bytes b)
{
	struct outlook o = { .p = p };
	struct mail_format f = { .charset = NULL };

	if (!tnef_read(b.s, b.len, outlook_part, &o) || o.body.len == 0 ||
	    p->tree->text.text.len > 0)
		return;
	f.html = o.body.html;
	f.charset = o.body.wide ? "utf-16le" : NULL;
	mail_text_add(&p->tree->text, o.body.data, o.body.len, &f);
}

static void
add_calendar(struct parse *p, struct bytes b, const char *charset)
{
	struct buf text = BUF_INIT, clean = BUF_INIT;
	struct writer w;

	if (p->tree->calendar.len > 0)
		return;
	charset_decode(charset, b.s, b.len, CALENDAR_MAX, &text);
	utf8_clean(&clean, text.data, text.len);
	w_begin(&w, &p->tree->calendar);
	mail_write_calendar(p->arena, clean.data, clean.len, &w);
	buf_free(&text);
	buf_free(&clean);
}

/* What is more than bytes with a name. */
static void
look_into(struct parse *p, GMimeObject *o, const struct file *f,
    struct bytes b)
{
	struct mail_text *t = &p->tree->text;
	const char *kind;

	if (strcmp(f->type, "text/calendar") == 0) {
		add_calendar(p, b, mail_part_parameter(o, "charset"));
	} else if (strcmp(f->type, "application/pgp-encrypted") == 0) {
		t->flag[MAIL_ENCRYPTED] = true;
	} else if (strstr(f->type, "/pgp-signature") != NULL ||
	    strstr(f->type, "pkcs7-signature") != NULL) {
		t->flag[MAIL_SIGNED] = true;
	} else if (strstr(f->type, "pkcs7-mime") != NULL) {
		kind = mail_part_parameter(o, "smime-type");
		if (kind != NULL && strcasecmp(kind, "signed-data") == 0)
			t->flag[MAIL_SIGNED] = true;
		else if (kind == NULL || strcasecmp(kind, "certs-only") != 0)
			t->flag[MAIL_ENCRYPTED] = true;
	} else if (strstr(f->type, "ms-tnef") != NULL || (f->name != NULL &&
	    strcasecmp(f->name, "winmail.dat") == 0))
		add_outlook(p, b);
}

static void
add_attachment(struct parse *p, GMimeObject *o, struct bytes b)
{
	struct file f = { .name = mail_part_whole_name(p->arena, o),
	    .type = mail_part_type(p->arena, o),
	    .text = GMIME_IS_MESSAGE_PART(o) || !mail_part_encoded(o) ||
	    mail_part_is(o, "text", "*") };

	add_file(p, &f, b);
	if (!GMIME_IS_MESSAGE_PART(o))
		look_into(p, o, &f, b);
	else if (p->tree->attached.s == NULL && p->tree->report == NULL)
		p->tree->attached = b;
}

static bool
blank(struct bytes b)
{
	for (size_t i = 0; i < b.len; i++)
		if (!isspace((unsigned char)b.s[i]))
			return false;
	return true;
}

/* PGP within the text, without MIME. */
static void
look_at_armor(struct mail_text *t, struct bytes b)
{
	static const char encrypted[] = "-----BEGIN PGP MESSAGE-----";
	static const char is_signed[] = "-----BEGIN PGP SIGNED MESSAGE-----";

	if (memmem(b.s, b.len, encrypted, sizeof(encrypted) - 1) != NULL)
		t->flag[MAIL_ENCRYPTED] = true;
	if (memmem(b.s, b.len, is_signed, sizeof(is_signed) - 1) != NULL)
		t->flag[MAIL_SIGNED] = true;
}

static void
add_body(struct parse *p, GMimeObject *o)
{
	struct mail_format f = {
		.charset = mail_part_parameter(o, "charset"),
		.format = mail_part_parameter(o, "format"),
		.delsp = mail_part_parameter(o, "delsp"),
		.html = mail_part_kind(o) == MAIL_BODY_HTML,
	};
	struct bytes b = mail_part_content(o, &p->decoded);
	struct file file = { .type = "application/octet-stream" };
	struct buf data = BUF_INIT;
	struct uu_file uu;
	size_t at = 0;

	while (!f.html && uu_next(b.s, b.len, at, &uu, &data)) {
		if (uu.start > at)
			mail_text_add(&p->tree->text, b.s + at, uu.start - at,
			    &f);
		file.name = arena_strndup(p->arena, uu.name, uu.name_len);
		add_file(p, &file, (struct bytes){ data.data, data.len });
		buf_reset(&data);
		at = uu.end;
	}
	if (at < b.len || at == 0)
		mail_text_add(&p->tree->text, b.s + at, b.len - at, &f);
	if (!f.html && memmem(b.s, b.len, "-----BEGIN PGP ", 15) != NULL)
		look_at_armor(&p->tree->text, b);
	buf_free(&data);
}

static void
add_lost(struct parse *p, const char *s)
{
	static const struct mail_format plain;

	if (s != NULL)
		mail_text_add(&p->tree->text, s, strlen(s), &plain);
}

/* "Your mail program does not show HTML", in place of the text. */
static bool
says_nothing(struct bytes b)
{
	static const char *const words[] = { "support", "view", "display",
	    "show", "read", "enable", "anzeig", "darstell", "unterst", "affich",
	    "visual", "ver ", "client", "browser", "reader" };
	char text[SMALL + 1];

	if (b.len > SMALL)
		return false;
	memcpy(text, b.s, b.len);
	text[b.len] = '\0';
	if (strcasestr(text, "html") == NULL || strchr(text, '?') != NULL)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcasestr(text, words[i]) != NULL)
			return true;
	return false;
}

/* The best text below o, for the choice among alternatives. */
static enum mail_body
best_body(struct parse *p, GMimeObject *o, size_t depth)
{
	enum mail_body best = MAIL_BODY_NO, k;
	struct bytes b;
	int n;

	if (GMIME_IS_PART(o)) {
		if (!mail_part_shown(o, false, true))
			return MAIL_BODY_NO;
		b = mail_part_raw(o);
		if (b.len < SMALL)
			b = mail_part_content(o, &p->decoded);
		return blank(b) || says_nothing(b) ? MAIL_BODY_NO :
		    mail_part_kind(o);
	}
	if (!GMIME_IS_MULTIPART(o) || depth >= DEPTH_MAX)
		return MAIL_BODY_NO;
	n = g_mime_multipart_get_count(GMIME_MULTIPART(o));
	for (int i = 0; i < n && i < 20 && best != MAIL_BODY_PLAIN; i++) {
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
	enum mail_body best = MAIL_BODY_NO;

	for (int i = 0; i < n && i < 20; i++) {
		enum mail_body k = best_body(p, g_mime_multipart_get_part(m, i),
		    depth + 1);

		if (k > best || (k == best && k == MAIL_BODY_HTML)) {
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
	bool alternative = mail_part_is(o, "multipart", "alternative");
	int n = g_mime_multipart_get_count(m);
	int chosen = alternative ? choose(p, m, at.depth) : 0;
	struct place in = { .depth = at.depth + 1,
	    .related = mail_part_is(o, "multipart", "related") };

	/* Without a boundary in the body all of it is what comes before. */
	if (n == 0 && !at.passed_over)
		add_lost(p, g_mime_multipart_get_prologue(m));
	p->boundary[at.depth] = mail_part_parameter(o, "boundary");
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
		p->tree->text.flag[MAIL_DEEP] = true;
	else if (GMIME_IS_MULTIPART(o))
		walk_multipart(p, o, at);
	else if (GMIME_IS_MESSAGE_PART(o))
		add_attachment(p, o, inner_mail(p, o, at.depth));
	else if (!GMIME_IS_PART(o))
		return;
	else if (!mail_part_shown(o, at.related, at.first))
		add_attachment(p, o, mail_part_content(o, &p->decoded));
	else if (!at.passed_over)
		add_body(p, o);
}

static GMimeMessage *
construct(GMimeStream *stream)
{
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *m;

	g_mime_parser_set_persist_stream(parser, TRUE);
	m = g_mime_parser_construct_message(parser, mail_options());
	g_object_unref(parser);
	return m;
}

static void
read_message(struct parse *p, GMimeMessage *m)
{
	struct place top = { .first = true };
	GMimeObject *o = g_mime_message_get_mime_part(m);
	const char *report;

	if (o != NULL && mail_part_is(o, "multipart", "report")) {
		report = mail_part_parameter(o, "report-type");
		p->tree->report = arena_strdup(p->arena, report != NULL ?
		    report : "");
	}
	walk(p, o, top);
}

void
mail_tree_read(struct mail_tree *tree, struct arena *arena, struct buf *mime,
    void (*part)(void *, const struct mail_part *), void *arg)
{
	struct parse p = { .tree = tree, .arena = arena, .part = part,
	    .arg = arg, .raw = { mime->data, mime->len } };
	GByteArray *array = g_byte_array_new_take((guint8 *)mime->data,
	    mime->len);
	GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(array);
	GMimeMessage *m;

	mail_options();
	tree->found.arena = arena;
	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	mail_text_start(&tree->text);
	buf_init(&tree->attachments);
	buf_init(&tree->hashes);
	buf_init(&tree->calendar);
	buf_init(&p.decoded);
	w_begin(&p.attachment, &tree->attachments);
	w_open(&p.attachment, '[');
	if ((m = construct(stream)) != NULL) {
		read_message(&p, m);
		g_object_unref(m);
	}
	w_close(&p.attachment, ']');
	mail_text_finish(&tree->text);
	g_object_unref(stream);
	g_byte_array_free(array, FALSE);	/* the bytes are mime's */
	buf_free(&p.decoded);
}

void
mail_tree_free(struct mail_tree *tree)
{
	mail_text_free(&tree->text);
	buf_free(&tree->attachments);
	buf_free(&tree->hashes);
	buf_free(&tree->calendar);
}
