/*
 * rules/webhook.yaml: who may post what to us, and how they prove it. Pure:
 * the caller gives the request, the secret and the moment.
 */
#ifndef TAI_DOMAIN_HOOK_H
#define TAI_DOMAIN_HOOK_H

#include <stdint.h>

#include "format/cgi.h"
#include "format/yaml.h"

enum hook_auth { HOOK_SLACK, HOOK_PAGERDUTY, HOOK_HMAC, HOOK_BEARER,
	    HOOK_BASIC, HOOK_HEADER, HOOK_PATH, HOOK_NONE };
enum hook_kind { HOOK_OF_SLACK, HOOK_OF_ALERTS };

struct hook_source {
	const char *name;	/* its path: "slack", "json/erp" */
	enum hook_kind kind;
	const char *mapping;	/* of alerts; NULL: the one that knows them */
	enum hook_auth auth;
	const char *secret_file;	/* NULL for HOOK_NONE alone */
	const char *header;	/* of HOOK_HMAC and HOOK_HEADER */
	const char *prefix;	/* of the signature in it: "sha256=" */
	bool text;		/* JSON comes as text/plain too */
};

struct hook_rules {
	size_t max_body;	/* bytes */
	int64_t window;		/* seconds a signed moment may be off */
	const char *notify;	/* who is told of what a person must do */
	const struct hook_source *sources;
	size_t n;
};

int	hook_load(struct hook_rules *, struct arena *, const struct yaml *,
	    struct err *);
/*
 * The source of a request's path, or NULL. With HOOK_PATH *token is what
 * stands behind the name.
 */
const struct hook_source *hook_find(const struct hook_rules *,
	    const char *path, const char **token);
/* Whether the body comes in a form that the source sends. */
bool	hook_type(const struct hook_source *, const struct cgi *);
/*
 * Whether the request is the source's: 0, or the status that refuses it (401
 * without credentials, 403 with wrong ones) and why. secret may hold several,
 * a line each (while one takes another's place); any of them will do.
 */
int	hook_verify(const struct hook_rules *, const struct hook_source *,
	    const struct cgi *, const char *token, const char *secret,
	    const char *body, size_t len, int64_t now, const char **why);

#endif
