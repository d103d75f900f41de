/*
 * Whom an answer greets: the given name of a display name, when that is sure
 * to be a person's. rules/names.yaml has the words. Pure.
 */
#ifndef TAI_DOMAIN_SALUTE_H
#define TAI_DOMAIN_SALUTE_H

#include "base/err.h"
#include "base/mem.h"
#include "format/yaml.h"

struct salutes {		/* words, NULL ends; all empty at first */
	const char *const *titles;	/* before or behind names */
	const char *const *not_first;	/* no given name is one */
	const char *const *not_names;	/* a name with one is no person's */
};

/* Of names.yaml; NULL is none. ERR_CONFIG with file and line. */
int	salutes_load(struct salutes *, struct arena *, const struct yaml *,
	    struct err *);
/*
 * "Ana" of "Ana Lopez", of "Lopez, Dr. Ana" and of "'Ana Lopez' via Acme"; ""
 * for a team, a program, a surname alone or the company, and for a single
 * word that the address does not bear out. The address and the name of the
 * sender's company may be "". In the arena.
 */
const char *salute_name(const struct salutes *, const char *display,
	    const char *address, const char *company, struct arena *);

#endif
