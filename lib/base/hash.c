#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <nettle/sha2.h>
#include <string.h>

#include "base/hash.h"

_Static_assert(sizeof(struct hash) >= sizeof(struct sha256_ctx),
    "struct hash holds nettle's state");

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void
hash_start(struct hash *h)
{
	sha256_init((struct sha256_ctx *)(void *)h->state);
}

void
hash_add(struct hash *h, const void *p, size_t n)
{
	sha256_update((struct sha256_ctx *)(void *)h->state, n, p);
}

void
hash_add_part(struct hash *h, const char *s)
{
	hash_add(h, s, strlen(s) + 1);
}

void
hash_end(struct hash *h, uint8_t out[HASH_BYTES])
{
	sha256_digest((struct sha256_ctx *)(void *)h->state, HASH_BYTES, out);
}

void
hash_bytes(const void *p, size_t n, uint8_t out[HASH_BYTES])
{
	struct sha256_ctx h;

	sha256_init(&h);
	sha256_update(&h, n, p);
	sha256_digest(&h, HASH_BYTES, out);
}

uint64_t
hash_word(const char *s, size_t len)
{
	uint8_t h[HASH_BYTES];
	uint64_t word = 0;

	hash_bytes(s, len, h);
	for (int i = 0; i < 8; i++)
		word = word << 8 | h[i];
	return word;
}

char *
hash_hex(const uint8_t h[HASH_BYTES], char out[HASH_HEX])
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < HASH_BYTES; i++) {
		out[2 * i] = digits[h[i] >> 4];
		out[2 * i + 1] = digits[h[i] & 15];
	}
	out[2 * HASH_BYTES] = '\0';
	return out;
}

int
hash_unhex(const char *s, uint8_t out[HASH_BYTES])
{
	if (strspn(s, "0123456789abcdef") != 2 * HASH_BYTES ||
	    s[2 * HASH_BYTES] != '\0')
		return -1;
	for (int i = 0; i < HASH_BYTES; i++) {
		int high = (unsigned char)s[2 * i];
		int low = (unsigned char)s[2 * i + 1];

		high -= high > '9' ? 'a' - 10 : '0';
		low -= low > '9' ? 'a' - 10 : '0';
		out[i] = (uint8_t)(high << 4 | low);
	}
	return 0;
}

void
hash_hmac(const void *key, size_t key_len, const void *p, size_t n,
    uint8_t out[HASH_BYTES])
{
	struct hmac_sha256_ctx h;

	hmac_sha256_set_key(&h, key_len, key);
	hmac_sha256_update(&h, n, p);
	hmac_sha256_digest(&h, HASH_BYTES, out);
}

bool
hash_same(const void *a, const void *b, size_t n)
{
	return memeql_sec(a, b, n) != 0;
}

char *
hash_base32(const uint8_t *h, size_t digits, char *out)
{
	unsigned bits = 0, held = 0;

	for (size_t i = 0; i < digits; i++) {
		if (held < 5) {
			bits = bits << 8 | *h++;
			held += 8;
		}
		held -= 5;
		out[i] = alphabet[bits >> held & 31];
	}
	out[digits] = '\0';
	return out;
}

char *
hash_id(const uint8_t h[HASH_BYTES], char out[ID_TEXT])
{
	return hash_base32(h, ID_TEXT - 1, out);
}

char *
hash_key(const uint8_t h[HASH_BYTES], char out[KEY_TEXT])
{
	return hash_base32(h, KEY_TEXT - 1, out);
}

int
hash_canonical(const char *s, char *out, size_t room)
{
	size_t n = 0;

	for (; *s != '\0'; s++) {
		char c = *s;

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (c == 'O')
			c = '0';
		else if (c == 'I' || c == 'L')
			c = '1';
		/* What is left of the letters is the alphabet but for U. */
		if ((c < '0' || c > '9') && (c < 'A' || c > 'Z' || c == 'U'))
			return -1;
		if (n + 1 >= room)
			return -1;
		out[n++] = c;
	}
	out[n] = '\0';
	return 0;
}
