/* Mail addresses as they are compared, and the domains in them. */
#ifndef TAI_FORMAT_ADDRESS_H
#define TAI_FORMAT_ADDRESS_H

#include <stddef.h>

#include "base/mem.h"

/*
 * The form in which two spellings of one address are equal: lower case
 * (RFC 5321 leaves the local part's case to its host, and hosts ignore it),
 * a domain in A-labels (RFC 5891) without a final dot, a local part without
 * quotes that it does not need. What is no address is in lower case only.
 * Returns a new string of the arena.
 */
char	*address_fold(struct arena *, const char *address);
/* The same for a domain alone. */
char	*address_fold_domain(struct arena *, const char *domain, size_t len);
/* As mail is sent to it: the domain in A-labels, the local part as it is. */
char	*address_sent(struct arena *, const char *address);

/* Of a folded address: what is behind the last @; NULL without one. */
const char *address_domain(const char *folded);
/* "joe+news@acme.example" as "joe@acme.example"; NULL without a tag. */
char	*address_untagged(struct arena *, const char *folded);

#endif
