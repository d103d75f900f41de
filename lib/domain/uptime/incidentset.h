/* What incident.c gathers, for itself and maintenance.c. */
#ifndef TAI_DOMAIN_INCIDENTSET_H
#define TAI_DOMAIN_INCIDENTSET_H

#include "domain/uptime/incident.h"

struct matter;			/* all records of one incident, or one window */

struct word {			/* one record */
	int64_t at;
	const char *id;
	const struct rec *rec;
};

/* The next of the kind, 'i' or 'm', behind one or NULL; NULL at the end. */
struct matter *matter_next(const struct incidents *, const struct matter *,
	    char kind);
const char *matter_key(const struct matter *);
/* Its records that were made by then, in order, each once: how many. */
size_t	matter_words(struct matter *, int64_t now, const struct word **);
/* Replace *out when the record has such a field; "" is NULL. */
void	take_text(const struct rec *, const char *name, struct arena *,
	    const char **out);
void	take_texts(const struct rec *, const char *name, struct arena *,
	    const char *const **out);
extern const char *const matter_nothing[];	/* an empty list */

#endif
