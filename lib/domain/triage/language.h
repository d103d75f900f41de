/*
 * The language of a message, by its small words: what a head of the rules
 * says under `languages`, tai-rules(5). A word speaks for the languages that
 * have it, the more the fewer they are.
 */
#ifndef TAI_DOMAIN_LANGUAGE_H
#define TAI_DOMAIN_LANGUAGE_H

#include "base/err.h"
#include "base/mem.h"
#include "format/yaml.h"

#define LANGUAGES_MAX	32

struct language {
	const char *name;
	const char *receipt;	/* its template, or NULL */
	const char *critical;	/* of what is CRITICAL; or NULL */
	bool beside;		/* its words stand in texts of all others */
	const struct yaml *says;
};

struct languages;

struct languages *languages_new(struct arena *);
void	languages_free(struct languages *);	/* what the arena has not */
/* Takes a map of languages in; of two of a name the first counts. */
int	languages_add(struct languages *, const struct yaml *, struct err *);
const struct language *languages_at(const struct languages *, size_t i);
/* The place of a name, or -1. */
int	languages_find(const struct languages *, const char *name);
/*
 * Bits of the languages that the text may be in: the one for which most
 * speaks, or several alike; none when nothing speaks for any. Those beside
 * all others do not count against them, unless there is far more of them.
 */
uint32_t languages_of(const struct languages *, const char *subject,
	    const char *text, size_t len);

#endif
