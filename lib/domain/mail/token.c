/* Signed names of tickets. */
#include <stdio.h>
#include <string.h>

#include "domain/mail/token.h"

#define SIG_TEXT	14	/* 13 digits, 65 bits */
#define KEY_DIGITS	((size_t)KEY_TEXT - 1)
#define SIG_DIGITS	((size_t)SIG_TEXT - 1)

int
token_keys(struct token_keys *k, const char *name, const char *s, size_t len,
    struct arena *a, struct err *e)
{
	const char *end = s + len;

	k->n = 0;
	for (int line = 1; s < end; line++) {
		const char *nl = memchr(s, '\n', (size_t)(end - s));
		const char *from = s, *to = nl != NULL ? nl : end;

		s = nl != NULL ? nl + 1 : end;
		while (from < to && (*from == ' ' || *from == '\t'))
			from++;
		while (to > from && strchr(" \t\r", to[-1]) != NULL)
			to--;
		if (from == to || *from == '#')
			continue;
		if (to - from < TOKEN_KEY_MIN)
			return err_set(e, ERR_CONFIG, "%s:%d: a key has %d "
			    "bytes or more", name, line, TOKEN_KEY_MIN);
		if (k->n == TOKEN_KEYS)
			return err_set(e, ERR_CONFIG, "%s:%d: more than %d "
			    "keys", name, line, TOKEN_KEYS);
		k->key[k->n].bytes = arena_strndup(a, from,
		    (size_t)(to - from));
		k->key[k->n++].len = (size_t)(to - from);
	}
	if (k->n == 0)
		return err_set(e, ERR_CONFIG, "%s: no key in the file", name);
	return 0;
}

/* What is signed cannot run together: KEY has a fixed length. */
static void
sign(const struct token_key *k, const char *what, const char *key,
    const char *nonce, char sig[SIG_TEXT])
{
	uint8_t sum[HASH_BYTES];
	char text[80];
	int n;

	n = snprintf(text, sizeof(text), "tai %s %s %s", what, key, nonce);
	hash_hmac(k->bytes, k->len, text, (size_t)n, sum);
	hash_base32(sum, SIG_DIGITS, sig);
}

static enum token
check(const struct token_keys *k, const char *what, const char *key,
    const char *nonce, const char *given)
{
	char sig[SIG_TEXT];

	for (size_t i = 0; i < k->n; i++) {
		sign(&k->key[i], what, key, nonce, sig);
		if (hash_same(sig, given, SIG_TEXT))
			return TOKEN_GOOD;
	}
	return TOKEN_FORGED;
}

/* The part of the text in its canonical form. */
static bool
canonical(const char *s, size_t len, char *out, size_t room)
{
	char text[TOKEN_NONCE + 1];

	if (len == 0 || len >= sizeof(text) || len >= room)
		return false;
	memcpy(text, s, len);
	text[len] = '\0';
	return hash_canonical(text, out, room) == 0;
}

static bool
whole_key(const char *s, size_t len, char key[KEY_TEXT])
{
	return len == KEY_DIGITS && canonical(s, len, key, KEY_TEXT);
}

char *
token_message_id(const struct token_keys *k, const char *name,
    const char *given, const char *domain, struct arena *a)
{
	char key[KEY_TEXT], nonce[TOKEN_NONCE + 1], sig[SIG_TEXT];

	if (k->n == 0 || !whole_key(name, strlen(name), key) ||
	    !canonical(given, strlen(given), nonce, sizeof(nonce)))
		return NULL;
	sign(&k->key[0], "message", key, nonce, sig);
	return arena_printf(a, "%s.%s.%s@%s", key, nonce, sig, domain);
}

char *
token_address(const struct token_keys *k, const char *name, const char *ours,
    struct arena *a)
{
	const char *at = strrchr(ours, '@');
	char key[KEY_TEXT], sig[SIG_TEXT];

	if (k->n == 0 || at == NULL ||
	    !whole_key(name, strlen(name), key))
		return NULL;
	sign(&k->key[0], "address", key, "", sig);
	return arena_printf(a, "%.*s+%s-%s%s", (int)(at - ours), ours, key,
	    sig, at);
}

enum token
token_of_message_id(const struct token_keys *k, const char *id,
    char key[KEY_TEXT])
{
	size_t len = strcspn(id, "@"), first = strcspn(id, "."), second;
	char nonce[TOKEN_NONCE + 1], sig[SIG_TEXT];

	if (k->n == 0 || id[len] != '@' || first >= len ||
	    !whole_key(id, first, key))
		return TOKEN_NONE;
	second = first + 1 + strcspn(id + first + 1, ".");
	if (second >= len || !canonical(id + first + 1, second - first - 1,
	    nonce, sizeof(nonce)))
		return TOKEN_NONE;
	if (len - second - 1 != SIG_DIGITS ||
	    !canonical(id + second + 1, SIG_DIGITS, sig, sizeof(sig)))
		return TOKEN_FORGED;
	return check(k, "message", key, nonce, sig);
}

enum token
token_of_tag(const struct token_keys *k, const char *tag, char key[KEY_TEXT])
{
	size_t dash = strcspn(tag, "-");
	char sig[SIG_TEXT];

	if (k->n == 0 || tag[dash] != '-' || !whole_key(tag, dash, key))
		return TOKEN_NONE;
	if (strlen(tag + dash + 1) != SIG_DIGITS ||
	    !canonical(tag + dash + 1, SIG_DIGITS, sig, sizeof(sig)))
		return TOKEN_FORGED;
	return check(k, "address", key, "", sig);
}
