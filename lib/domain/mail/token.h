/*
 * Signed names of tickets, in what we send: whoever brings one back has had
 * mail of ours. The secret's keys are lines of a file; the first one signs,
 * every one of them is honoured, so that a key can be changed for another.
 *
 *	Message-ID	<KEY.NONCE.SIG@tai.example>
 *	address		support+KEY-SIG@tai.example
 *
 * KEY is the ticket's, NONCE what the sender of the mail chose, SIG the first
 * 65 bits of an HMAC-SHA-256 over which of the two it is, KEY and NONCE, all
 * in Crockford's base 32, in either case.
 */
#ifndef TAI_DOMAIN_TOKEN_H
#define TAI_DOMAIN_TOKEN_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"

#define TOKEN_KEYS	16	/* lines of the secret's file, at most */
#define TOKEN_KEY_MIN	16	/* bytes of a line, at least */
#define TOKEN_NONCE	32	/* digits of a nonce, at most */

struct token_keys {		/* without any, no token is good or forged */
	size_t n;
	struct token_key {
		const char *bytes;
		size_t len;
	} key[TOKEN_KEYS];
};

enum token { TOKEN_NONE, TOKEN_GOOD, TOKEN_FORGED };

/*
 * The keys in the text of a secret's file (kept in the arena): a line each,
 * blanks around it dropped, empty ones and those that begin with # left out.
 * ERR_CONFIG names the file and line of one that is too short.
 */
int	token_keys(struct token_keys *, const char *name, const char *,
	    size_t len, struct arena *, struct err *);

/*
 * A Message-ID, without <>, for a mail on the ticket; in the arena. The nonce
 * (letters and digits of the alphabet, made unique by the caller) tells mails
 * of one ticket apart. NULL without a key, or when a part is not of the
 * alphabet.
 */
char	*token_message_id(const struct token_keys *, const char *key,
	    const char *nonce, const char *domain, struct arena *);
/*
 * The address of the ticket: "support@tai.example" with +KEY-SIG. NULL as
 * above, or when ours is no address.
 */
char	*token_address(const struct token_keys *, const char *key,
	    const char *ours, struct arena *);

/*
 * Reads them back. NONE: not of this form; GOOD, with the ticket; FORGED: of
 * this form, and none of the keys has signed it. The caller sees to it that
 * the domain is ours.
 */
enum token token_of_message_id(const struct token_keys *, const char *id,
	    char key[KEY_TEXT]);
/* The part of a local part behind its +: KEY-SIG. */
enum token token_of_tag(const struct token_keys *, const char *tag,
	    char key[KEY_TEXT]);

#endif
