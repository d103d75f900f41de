/*
 * What our own mail server found out about a sender: its header field
 * Authentication-Results (RFC 8601). Anybody can write one; only the topmost
 * that bears the name of our server is read.
 */
#ifndef TAI_DOMAIN_AUTH_H
#define TAI_DOMAIN_AUTH_H

#include "base/mem.h"

enum auth { AUTH_NONE, AUTH_PASS, AUTH_FAIL };
const char *auth_name(enum auth);	/* "pass" */

struct auth_found {
	enum auth auth;
	const char *arc;	/* the result of its ARC check, or NULL */
};

/*
 * values: of the fields, topmost first; servers: the names of ours, lower
 * case, "*" for the topmost whatever its name (Exchange Online gives none);
 * domain: of the From address, folded. Both lists end with NULL.
 *
 * DMARC decides when it passed or failed (for this domain). Else a DKIM
 * signature or SPF sender that passed for the same domain, one below or one
 * above it, passes; one of the domain that failed fails. A submission that
 * our server itself has let in ("auth=pass") passes.
 */
struct auth_found auth_read(const char *const *values,
	    const char *const *servers, const char *domain, struct arena *);

#endif
