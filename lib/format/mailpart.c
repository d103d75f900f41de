#include <gmime/gmime.h>

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "format/mailhead.h"
#include "format/mailpart.h"
#include "format/mailvalue.h"
#include "format/mailword.h"

char *
mail_part_type(struct arena *a, GMimeObject *o)
{
	GMimeContentType *ct = g_mime_object_get_content_type(o);
	const char *type = g_mime_content_type_get_media_type(ct);
	const char *sub = g_mime_content_type_get_media_subtype(ct);
	char *s = arena_printf(a, "%.60s/%.100s",
	    type != NULL ? type : "application",
	    sub != NULL ? sub : "octet-stream");

	s = mail_clean(a, s, strlen(s));
	for (char *c = s; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	return s;
}

bool
mail_part_is(GMimeObject *o, const char *type, const char *sub)
{
	return g_mime_content_type_is_type(g_mime_object_get_content_type(o),
	    type, sub);
}

const char *
mail_part_parameter(GMimeObject *o, const char *name)
{
	return g_mime_content_type_get_parameter(
	    g_mime_object_get_content_type(o), name);
}

const char *
mail_part_name(GMimeObject *o)
{
	const char *name;

	name = g_mime_object_get_content_disposition_parameter(o, "filename");
	return name != NULL ? name : mail_part_parameter(o, "name");
}

/* The field unfolded and with whole encoded words; NULL without any. */
static char *
recoded(struct arena *a, GMimeObject *o, const char *field)
{
	GMimeHeader *h = g_mime_header_list_get_header(
	    g_mime_object_get_header_list(o), field);
	const char *raw = h != NULL ? g_mime_header_get_raw_value(h) : NULL;
	char *s, *to;

	if (raw == NULL || strstr(raw, "=?") == NULL)
		return NULL;
	s = to = arena_strdup(a, raw);
	for (; *raw != '\0'; raw++)
		if (*raw != '\r' && *raw != '\n')
			*to++ = *raw;
	*to = '\0';
	return mail_recode(a, s + strspn(s, " \t"));
}

/* GMime stops at the padding of a word that others follow. */
const char *
mail_part_whole_name(struct arena *a, GMimeObject *o)
{
	const char *name = NULL;
	GMimeContentDisposition *d;
	GMimeContentType *type;
	char *field;

	if ((field = recoded(a, o, "Content-Disposition")) != NULL) {
		d = g_mime_content_disposition_parse(mail_options(), field);
		name = g_mime_content_disposition_get_parameter(d, "filename");
		name = name != NULL ? arena_strdup(a, name) : NULL;
		g_object_unref(d);
	}
	if (name == NULL && (field = recoded(a, o, "Content-Type")) != NULL &&
	    g_mime_object_get_content_disposition_parameter(o, "filename") ==
	    NULL) {
		type = g_mime_content_type_parse(mail_options(), field);
		name = g_mime_content_type_get_parameter(type, "name");
		name = name != NULL ? arena_strdup(a, name) : NULL;
		g_object_unref(type);
	}
	return name != NULL ? name : mail_part_name(o);
}

bool
mail_part_encoded(GMimeObject *o)
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

struct bytes
mail_part_raw(GMimeObject *o)
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

struct bytes
mail_part_content(GMimeObject *o, struct buf *decoded)
{
	struct bytes raw = mail_part_raw(o);
	GMimeEncoding state;
	char *to;

	if (!mail_part_encoded(o) || raw.len == 0)
		return raw;
	g_mime_encoding_init_decode(&state, g_mime_data_wrapper_get_encoding(
	    g_mime_part_get_content(GMIME_PART(o))));
	buf_reset(decoded);
	to = buf_room(decoded, g_mime_encoding_outlen(&state, raw.len));
	decoded->len = g_mime_encoding_flush(&state, raw.s, raw.len, to);
	decoded->data[decoded->len] = '\0';
	return (struct bytes){ decoded->data, decoded->len };
}

enum mail_body
mail_part_kind(GMimeObject *o)
{
	if (mail_part_is(o, "text", "html"))
		return MAIL_BODY_HTML;
	return mail_part_is(o, "text", "plain") ||
	    mail_part_is(o, "text", "enriched") ||
	    mail_part_is(o, "text", "richtext") ||
	    mail_part_is(o, "text", "markdown") ?
	    MAIL_BODY_PLAIN : MAIL_BODY_NO;
}

bool
mail_part_shown(GMimeObject *o, bool related, bool first)
{
	const char *d = g_mime_object_get_disposition(o);

	return GMIME_IS_PART(o) && mail_part_kind(o) != MAIL_BODY_NO &&
	    (d == NULL || strcasecmp(d, "attachment") != 0) &&
	    (first || (!related && mail_part_name(o) == NULL));
}
