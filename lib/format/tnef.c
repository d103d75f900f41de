#include <stdint.h>
#include <string.h>

#include "format/tnef.h"

#define SIGNATURE	0x223e9f78u

/* Attributes ([MS-OXTNEF] 2.1.3), and properties within them. */
enum { ATTR_BODY = 0x0002800c, ATTR_MESSAGE = 0x00069003,
	ATTR_NEW = 0x00069002, ATTR_TITLE = 0x00018010,
	ATTR_DATA = 0x0006800f, ATTR_ATTACHMENT = 0x00069005 };
enum { PROP_BODY = 0x1000, PROP_HTML = 0x1013, PROP_NAME = 0x3707,
	PROP_DATA = 0x3701 };
enum { TYPE_STRING = 0x1e, TYPE_WIDE = 0x1f, TYPE_OBJECT = 0x0d,
	TYPE_BINARY = 0x102, TYPE_MANY = 0x1000 };

struct input {
	const unsigned char *s;
	size_t len, pos;
};

struct reader {
	void (*part)(void *, const struct tnef_part *);
	void *arg;
	struct tnef_part attachment;
	bool open;		/* an attachment is being read */
};

static bool
take(struct input *in, size_t n, const unsigned char **s)
{
	if (n > in->len - in->pos)
		return false;
	*s = in->s + in->pos;
	in->pos += n;
	return true;
}

static bool
number(struct input *in, size_t n, uint32_t *v)
{
	const unsigned char *s;

	if (!take(in, n, &s))
		return false;
	*v = 0;
	for (size_t i = n; i-- > 0;)
		*v = *v << 8 | s[i];
	return true;
}

/* Without the zeros that end a string. */
static size_t
text_len(const unsigned char *s, size_t len, bool wide)
{
	if (!wide) {
		while (len > 0 && s[len - 1] == 0)
			len--;
		return len;
	}
	len -= len % 2;
	while (len > 1 && s[len - 1] == 0 && s[len - 2] == 0)
		len -= 2;
	return len;
}

static void
tell_body(struct reader *r, const unsigned char *s, size_t len, bool html,
    bool wide)
{
	struct tnef_part p = { .html = html, .data = (const char *)s,
	    .len = text_len(s, len, wide), .wide = wide };

	if (p.len > 0)
		r->part(r->arg, &p);
}

static void
end_attachment(struct reader *r)
{
	if (r->open && r->attachment.data != NULL)
		r->part(r->arg, &r->attachment);
	r->open = false;
	r->attachment = (struct tnef_part){ .attachment = true };
}

static void
property(struct reader *r, uint32_t type, uint32_t id,
    const unsigned char *s, size_t len)
{
	bool wide = type == TYPE_WIDE;

	if (!r->open && id == PROP_BODY && (type == TYPE_STRING || wide))
		tell_body(r, s, len, false, wide);
	else if (!r->open && id == PROP_HTML)
		tell_body(r, s, len, true, wide);
	else if (r->open && id == PROP_NAME) {
		r->attachment.name = (const char *)s;
		r->attachment.name_len = text_len(s, len, wide);
		r->attachment.wide = wide;
	} else if (r->open && id == PROP_DATA && r->attachment.data == NULL) {
		/* An object starts with the 16 bytes of its interface. */
		size_t skip = type == TYPE_OBJECT && len > 16 ? 16 : 0;

		r->attachment.data = (const char *)s + skip;
		r->attachment.len = len - skip;
	}
}

/* Bytes of a value of fixed size; 0 for one with its length before it. */
static size_t
fixed_size(uint32_t type)
{
	switch (type) {
	case 0x02: case 0x03: case 0x04: case 0x0a: case 0x0b:
		return 4;
	case 0x05: case 0x06: case 0x07: case 0x14: case 0x40:
		return 8;
	case 0x48:
		return 16;
	default:
		return 0;
	}
}

/* A named property's set, kind, and number or name. */
static bool
skip_name(struct input *in)
{
	const unsigned char *s;
	uint32_t kind, n;

	if (!take(in, 16, &s) || !number(in, 4, &kind) || !number(in, 4, &n))
		return false;
	return kind == 0 || (n <= in->len && take(in, (n + 3) & ~3u, &s));
}

static bool
one_property(struct reader *r, struct input *in)
{
	uint32_t type, id, many = 1, n;
	const unsigned char *s;
	size_t size;

	if (!number(in, 2, &type) || !number(in, 2, &id) ||
	    (id >= 0x8000 && !skip_name(in)))
		return false;
	size = fixed_size(type & ~(uint32_t)TYPE_MANY);
	if (((type & TYPE_MANY) || size == 0) && !number(in, 4, &many))
		return false;
	for (; many > 0; many--) {
		if (size == 0 && !number(in, 4, &n))
			return false;
		if (size > 0)
			n = (uint32_t)size;
		if (n > in->len || !take(in, n, &s))
			return false;
		if (size == 0 && !(type & TYPE_MANY))
			property(r, type, id, s, n);
		take(in, size == 0 ? -n & 3u : 0, &s);
	}
	return true;
}

static void
properties(struct reader *r, const unsigned char *s, size_t len)
{
	struct input in = { s, len, 0 };
	uint32_t n;

	if (!number(&in, 4, &n))
		return;
	while (n-- > 0 && one_property(r, &in))
		continue;
}

static void
attribute(struct reader *r, uint32_t id, const unsigned char *s, size_t len)
{
	switch (id) {
	case ATTR_BODY:
		tell_body(r, s, len, false, false);
		break;
	case ATTR_MESSAGE:
		properties(r, s, len);
		break;
	case ATTR_NEW:
		end_attachment(r);
		r->open = true;
		break;
	case ATTR_TITLE:
		if (r->attachment.name == NULL) {
			r->attachment.name = (const char *)s;
			r->attachment.name_len = text_len(s, len, false);
		}
		break;
	case ATTR_DATA:
		r->attachment.data = (const char *)s;
		r->attachment.len = len;
		break;
	case ATTR_ATTACHMENT:
		properties(r, s, len);
		break;
	}
}

bool
tnef_read(const char *s, size_t len,
    void (*part)(void *, const struct tnef_part *), void *arg)
{
	struct reader r = { .part = part, .arg = arg };
	struct input in = { (const unsigned char *)s, len, 0 };
	uint32_t signature, key, level, id, n, sum;
	const unsigned char *data;

	if (!number(&in, 4, &signature) || signature != SIGNATURE ||
	    !number(&in, 2, &key))
		return false;
	end_attachment(&r);
	while (number(&in, 1, &level) && number(&in, 4, &id) &&
	    number(&in, 4, &n) && take(&in, n, &data)) {
		attribute(&r, id, data, n);
		if (!number(&in, 2, &sum))
			break;
	}
	end_attachment(&r);
	return true;
}
