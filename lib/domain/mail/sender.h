/* Who wrote a mail, to whom, and for which customer. */
#ifndef TAI_DOMAIN_SENDER_H
#define TAI_DOMAIN_SENDER_H

#include <stdbool.h>

#include "base/mem.h"
#include "domain/mail/auth.h"
#include "domain/org.h"
#include "format/record.h"

struct sender {
	const char *from;	/* address_fold; "" unknown */
	struct value object;	/* the mail's object with address and name;
				   VALUE_NULL when there is none */
	enum role role;
	const char *customer;	/* "" unknown */
	bool out;		/* from us to somebody else */
	bool automatic;		/* a program wrote it */
	bool bounce;
	const char *via;	/* the form that sent it for them, or NULL */
	const char *forwarded_by;	/* the agent who passed it on, or NULL */
	bool unproven;		/* says that it is an agent; who knows */
	struct auth_found auth;
	/* Folded addresses of from, reply_to, to and cc, none of them ours. */
	const char *const *parties;
	/* What stands behind the + of our addresses that it was sent to. */
	const char *const *tags;
};

/*
 * Of a mail as format/mail.h gives it, of that kind (automatic.h); all texts
 * are the arena's.
 */
void	sender_find(struct sender *, const struct org *,
	    const struct customers *, const struct rec *mail,
	    const char *kind, struct arena *);
/* Whether there is a limit to what it sends: not for us, nor for lists. */
bool	sender_limited(const struct sender *, const char *kind);
/*
 * Ids of references or in_reply_to without the mail's own and without
 * addresses: old programs write "In-Reply-To: joe@acme.example's message".
 */
const char *const *sender_ids(const struct org *, const struct rec *mail,
	    const char *const *ids, const char *own, struct arena *);
/*
 * The addresses in from, to and cc of a message record, folded, that are none
 * of ours.
 */
void	sender_parties(const struct org *, const struct rec *,
	    void (*)(void *, const char *address), void *, struct arena *);

#endif
