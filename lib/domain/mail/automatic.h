/*
 * Whether a person wrote a mail: what its header, its form and a few words
 * tell (RFC 3834 and what programs do that do not know it). The words and
 * numbers are those of rules/automatic.yaml.
 */
#ifndef TAI_DOMAIN_AUTOMATIC_H
#define TAI_DOMAIN_AUTOMATIC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "domain/org.h"
#include "format/pattern.h"
#include "format/record.h"
#include "format/yaml.h"

struct automatic {
	/* Local parts with * for anything, NULL ends. */
	const char *const *daemons;	/* only servers write from these */
	const char *const *postmasters;	/* servers and people do */
	const char *const *programs;	/* that read no answer */
	const char *const *lists;	/* paths and senders of lists */
	/* NULL when the rules have none. */
	struct pattern *absence;	/* a subject begins with */
	struct pattern *away;		/* the text has */
	struct pattern *bounced, *receipt, *challenge;	/* subjects */
	/* Names of header fields, or how they begin with a * behind it. */
	const char *const *headers, *const *no_headers;	/* kept; but these */
	int64_t hops, delivered;	/* Received; the same Delivered-To */
	int64_t window;			/* seconds */
	int64_t messages, same;		/* of one sender within it */
};

/* NULL for a file that is not there: no words, and the numbers as shipped. */
int	automatic_load(struct automatic *, struct arena *, const struct yaml *,
	    struct err *);
void	automatic_free(struct automatic *);

/*
 * What a mail is, as tai-record(5) has it: "none", "reply", "bounce", "list",
 * "bulk" or "loop". The record is the parser's (format/mail.h).
 */
const char *automatic_kind(const struct automatic *, const struct org *,
	    const struct rec *mail, struct arena *);
/*
 * The fields of the parser's headers that a record keeps, as headers; none
 * when there is none.
 */
#define HEADERS_MAX	32
void	automatic_headers(const struct automatic *, const struct rec *mail,
	    struct arena *, struct writer *);
/*
 * Whether nobody reads what is sent to the address, as its local part says.
 */
bool	automatic_sender(const struct automatic *, const char *address);

#endif
