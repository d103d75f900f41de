/*
 * Secrets in text: keys and tokens, passwords after their word, card and
 * account numbers. rules/secrets.yaml says what they look like.
 */
#ifndef TAI_FORMAT_SECRET_H
#define TAI_FORMAT_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "format/yaml.h"

struct secrets;

struct secret {			/* bytes of the text, half-open */
	size_t start, end;
	const char *name;	/* "aws key"; the rules' */
	size_t rule;		/* its number, from 0 */
};

/* Compiles; ERR_CONFIG with file and line for what is wrong. */
int	secrets_load(struct secrets **, const struct yaml *, struct err *);
void	secrets_free(struct secrets *);
/*
 * The secrets of valid UTF-8 in order, none over another; the list is the
 * handle's until the next call. Time is linear in the text: where a pattern
 * reaches its limits it finds nothing more.
 */
size_t	secrets_find(struct secrets *, const char *, size_t,
	    const struct secret **);
#define SECRET_MARK	"[secret: "
/* Appends the text with "[secret: aws key]" for each; how many. */
size_t	secrets_redact(struct secrets *, const char *, size_t, struct buf *);
/*
 * Appends a JSON value (checked before) with its strings redacted, but those
 * of fields that name records, tickets, files and mails by their hashes and
 * ids. How many secrets there were; 0: the bytes are the same.
 */
size_t	secrets_redact_json(struct secrets *, const char *, size_t,
	    struct buf *);
/*
 * Calls back for every example of the rules that comes out wrong and every
 * pattern that may take long; returns how many.
 */
size_t	secrets_lint(struct secrets *, void (*)(void *, const char *file,
	    int line, const char *what), void *);

#endif
