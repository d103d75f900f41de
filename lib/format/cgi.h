/*
 * CGI/1.1 (RFC 3875) as far as a webhook needs it: what the server tells of a
 * request in its environment, and the answer's head. Reading the body is the
 * caller's.
 */
#ifndef TAI_FORMAT_CGI_H
#define TAI_FORMAT_CGI_H

#include "base/buf.h"
#include "base/mem.h"

struct cgi {			/* texts are the environment's or the arena's */
	void *arg;
	const char *(*get)(void *, const char *name);
	struct arena *arena;
	const char *method;
	const char *path;	/* PATH_INFO without outer slashes; "" none */
	const char *type;	/* media type, lower case, "" none */
	const char *charset;	/* lower case, "" none */
	size_t length;		/* of the body */
};

/*
 * Takes the request of the environment that get reads (NULL: not set).
 * Returns 0, or the status that answers it: 400, 405 (POST only), 411, 413
 * (a body over max), 415 (encoded).
 */
int	cgi_open(struct cgi *, const char *(*get)(void *, const char *name),
	    void *arg, size_t max, struct arena *);
/* A header's value ("X-Slack-Signature"), or NULL. */
const char *cgi_header(const struct cgi *, const char *name);
/*
 * Appends an answer: status line and headers; a body with its length when
 * there is one. 405 has Allow, 401 WWW-Authenticate with the scheme given,
 * 503 Retry-After. text may be NULL: the status in words.
 */
void	cgi_answer(struct buf *, int status, const char *text, size_t len,
	    const char *scheme);

#endif
