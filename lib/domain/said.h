/*
 * A message that did not come as mail (Slack, an alert, an import) as its
 * record: who said what to whom, on which ticket.
 */
#ifndef TAI_DOMAIN_SAID_H
#define TAI_DOMAIN_SAID_H

#include "domain/org.h"
#include "format/record.h"

struct said {
	const char *id;		/* of record_id("message", ...) */
	int64_t at;
	const char *ticket;	/* key */
	const char *channel;	/* "slack", "alert", "zendesk", "web" ... */
	const char *customer;	/* "" or NULL unknown */
	bool out;		/* from us */
	const char *address, *name;	/* from; "" or NULL unknown */
	enum role role;
	const char *const *to;	/* addresses, NULL ends; NULL for none */
	const char *subject, *text;	/* UTF-8; control characters go */
	bool html;		/* the text was made of HTML */
	const char *message_id;	/* names it for threading; or NULL */
	const char *in_reply_to;	/* or NULL */
	const char *automatic;	/* "none" "reply" "bounce" "list" "loop" */
	const char *method, *evidence;	/* of thread; evidence may be NULL */
	const char *const *flags;	/* NULL ends; NULL for none */
};

/*
 * Finds who a sender is: the role by org.yaml; the customer by the address,
 * or the given one (may be NULL) when that finds nobody.
 */
void	said_by(struct said *, const struct org *, const struct customers *,
	    const char *customer);
/*
 * Begins the record and writes all fields, quotes of the text found as in
 * mail; the caller may add fields of its own and ends it with w_close('}').
 */
void	said_begin(const struct said *, struct writer *, struct buf *,
	    struct arena *);
/* A status record: of a ticket, with why and by (may be NULL). */
void	said_status(const char *ticket, int64_t at, const char *status,
	    const char *by, const char *why, struct buf *);

#endif
