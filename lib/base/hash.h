/* SHA-256 and the short names that are made of it. */
#ifndef TAI_BASE_HASH_H
#define TAI_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HASH_BYTES	32
#define HASH_HEX	65	/* room for a hash as hexadecimal text */
#define ID_TEXT		17	/* room for a record's id: 80 bits */
#define KEY_TEXT	13	/* room for a ticket's key: 60 bits */

struct hash {			/* in progress; opaque */
	uint64_t state[16];
};

void	hash_start(struct hash *);
void	hash_add(struct hash *, const void *, size_t);
/* Adds the text and its terminating NUL, so that parts do not run together. */
void	hash_add_part(struct hash *, const char *);
void	hash_end(struct hash *, uint8_t [HASH_BYTES]);

/* The first 8 bytes of a text's hash: a number that nobody can aim at. */
uint64_t hash_word(const char *, size_t);

void	hash_bytes(const void *, size_t, uint8_t [HASH_BYTES]);
char	*hash_hex(const uint8_t [HASH_BYTES], char [HASH_HEX]);
/* Returns -1 when the text is not 64 lower-case hexadecimal digits. */
int	hash_unhex(const char *, uint8_t [HASH_BYTES]);

/* HMAC-SHA-256 (RFC 2104) of the bytes under the key. */
void	hash_hmac(const void *key, size_t key_len, const void *, size_t,
	    uint8_t [HASH_BYTES]);
/* Whether the bytes are equal, in a time that does not tell where not. */
bool	hash_same(const void *, const void *, size_t);

/*
 * The first bits in digits of Crockford's base 32, 5 bits each, terminated;
 * returns its last argument.
 */
char	*hash_base32(const uint8_t *, size_t digits, char *);
/* The first 80 (60) bits in Crockford's base 32, upper case. */
char	*hash_id(const uint8_t [HASH_BYTES], char [ID_TEXT]);
char	*hash_key(const uint8_t [HASH_BYTES], char [KEY_TEXT]);
/*
 * Reads a key or id as a person types it (lower case, O for 0, I and L for
 * 1) into canonical form; -1 when a character is none of the alphabet or the
 * text is longer than room - 1.
 */
int	hash_canonical(const char *, char *, size_t room);

#endif
