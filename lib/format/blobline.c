/* Raw bytes as lines of a backup. */
#include <stdio.h>
#include <string.h>

#include "format/blobline.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789+/";

void
base64_encode(const void *data, size_t len, struct buf *out)
{
	const uint8_t *p = data;
	char *to = buf_room(out, (len + 2) / 3 * 4);

	for (; len >= 3; len -= 3, p += 3) {
		uint32_t w = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];

		*to++ = digits[w >> 18];
		*to++ = digits[w >> 12 & 63];
		*to++ = digits[w >> 6 & 63];
		*to++ = digits[w & 63];
	}
	if (len > 0) {
		uint32_t w = (uint32_t)p[0] << 16 |
		    (len > 1 ? (uint32_t)p[1] << 8 : 0);

		*to++ = digits[w >> 18];
		*to++ = digits[w >> 12 & 63];
		*to++ = len > 1 ? digits[w >> 6 & 63] : '=';
		*to++ = '=';
	}
	*to = '\0';
	out->len = (size_t)(to - out->data);
}

static int
digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

int
base64_decode(const char *s, size_t len, struct buf *out)
{
	size_t pad = 0;

	if (len % 4 != 0)
		return -1;
	while (pad < 2 && pad < len && s[len - 1 - pad] == '=')
		pad++;
	for (size_t i = 0; i < len; i += 4) {
		size_t n = i + 4 == len ? 4 - pad : 4;
		uint32_t w = 0;
		char bytes[3];

		for (size_t j = 0; j < 4; j++) {
			int d = j < n ? digit(s[i + j]) : 0;

			if (d < 0)
				return -1;
			w = w << 6 | (uint32_t)d;
		}
		/* Bits behind the end are nothing: one text for one value. */
		if (n < 4 && (w & ((1U << (8 * (4 - n))) - 1)) != 0)
			return -1;
		bytes[0] = (char)(w >> 16);
		bytes[1] = (char)(w >> 8);
		bytes[2] = (char)w;
		buf_add(out, bytes, n - 1);
	}
	return 0;
}

static void
blob_id(char id[ID_TEXT], const char *hex, size_t part)
{
	uint8_t digest[HASH_BYTES];
	struct hash h;
	char number[24];

	snprintf(number, sizeof(number), "%zu", part);
	hash_start(&h);
	hash_add_part(&h, "blob");
	hash_add_part(&h, hex);
	hash_add_part(&h, number);
	hash_end(&h, digest);
	hash_id(digest, id);
}

int
blob_write(const uint8_t sha256[HASH_BYTES], const void *data, size_t len,
    enum blob_wait wait, int (*line)(void *, const char *, size_t, struct err *),
    void *arg, struct err *e)
{
	size_t parts = len == 0 ? 1 : (len + BLOB_PART - 1) / BLOB_PART;
	struct buf out = BUF_INIT;
	char hex[HASH_HEX], id[ID_TEXT];
	struct writer w;
	int rc = 0;

	hash_hex(sha256, hex);
	for (size_t i = 0; rc == 0 && i < parts; i++) {
		size_t start = i * BLOB_PART;
		size_t n = i + 1 < parts ? BLOB_PART : len - start;

		buf_reset(&out);
		blob_id(id, hex, i + 1);
		w_begin(&w, &out);
		w_open(&w, '{');
		w_field_int(&w, "v", 1);
		w_field_str(&w, "type", "blob");
		w_field_str(&w, "id", id);
		w_field_str(&w, "sha256", hex);
		w_field_int(&w, "part", (int64_t)i + 1);
		w_field_int(&w, "parts", (int64_t)parts);
		if (wait == BLOB_MAIL)
			w_field_bool(&w, "pending", true);
		else if (wait == BLOB_POST)
			w_field_str(&w, "pending", "post");
		w_key(&w, "data");
		buf_addc(&out, '"');
		base64_encode((const char *)data + start, n, &out);
		buf_addc(&out, '"');
		w_close(&w, '}');
		rc = line(arg, out.data, out.len, e);
	}
	buf_free(&out);
	return rc;
}

bool
blob_is(const struct rec *r)
{
	return rec_is(r, "type", "blob");
}

static int
forget(struct blob_reader *b, struct err *e, const char *why)
{
	b->part = b->parts = 0;
	buf_free(&b->data);
	return err_set(e, ERR_INPUT, "blob: %s", why);
}

static int
read_head(struct blob_reader *b, const struct rec *r, struct err *e)
{
	uint8_t sha256[HASH_BYTES];
	struct value v;
	int64_t part, parts;
	char hex[HASH_HEX];

	if (!rec_get(r, "sha256", &v) || v.kind != VALUE_STRING ||
	    v.len != HASH_HEX + 1)
		return forget(b, e, "sha256 is not 64 hexadecimal digits");
	memcpy(hex, v.text + 1, HASH_HEX - 1);
	hex[HASH_HEX - 1] = '\0';
	if (hash_unhex(hex, sha256) < 0)
		return forget(b, e, "sha256 is not 64 hexadecimal digits");
	if (!rec_int(r, "part", &part) || !rec_int(r, "parts", &parts) ||
	    part < 1 || part > parts ||
	    parts > (int64_t)(BLOB_MAX / BLOB_PART))
		return forget(b, e, "part is not one of its parts");
	if (b->parts > 0 && (part != b->part + 1 || parts != b->parts ||
	    memcmp(sha256, b->sha256, HASH_BYTES) != 0))
		return forget(b, e, "the parts of the one before are missing");
	if (b->parts == 0 && part != 1)
		return forget(b, e, "the parts before are missing");
	memcpy(b->sha256, sha256, HASH_BYTES);
	b->part = part;
	b->parts = parts;
	return 0;
}

int
blob_read(struct blob_reader *b, const struct rec *r, struct err *e)
{
	uint8_t real[HASH_BYTES];
	struct value v;
	bool mail = false;

	if (b->data.data == NULL)
		buf_init(&b->data);
	if (read_head(b, r, e) < 0)
		return -1;
	if (b->part == 1)
		buf_reset(&b->data);
	rec_bool(r, "pending", &mail);
	b->wait = mail ? BLOB_MAIL : rec_is(r, "pending", "post") ?
	    BLOB_POST : BLOB_KEPT;
	if (!rec_get(r, "data", &v) || v.kind != VALUE_STRING ||
	    v.len - 2 > (BLOB_PART + 2) / 3 * 4 ||
	    base64_decode(v.text + 1, v.len - 2, &b->data) < 0)
		return forget(b, e, "data is not base64 of at most 8 MiB");
	if (b->part < b->parts)
		return 0;
	hash_bytes(b->data.data, b->data.len, real);
	if (memcmp(real, b->sha256, HASH_BYTES) != 0)
		return forget(b, e, "data does not have its sha256");
	b->part = b->parts = 0;
	return 1;
}

int
blob_end(const struct blob_reader *b, struct err *e)
{
	if (b->parts == 0)
		return 0;
	return err_set(e, ERR_INPUT, "blob: the last parts are missing");
}

void
blob_free(struct blob_reader *b)
{
	if (b->data.data != NULL)
		buf_free(&b->data);
}
