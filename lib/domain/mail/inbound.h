/* A parsed mail as a message of ours: who wrote it, which ticket it is on. */
#ifndef TAI_DOMAIN_INBOUND_H
#define TAI_DOMAIN_INBOUND_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "domain/mail/automatic.h"
#include "domain/mail/flood.h"
#include "domain/mail/thread.h"
#include "domain/org.h"
#include "format/record.h"

struct inbound {
	const struct automatic *automatic;
	struct floods *floods;
	const struct org *org;
	const struct customers *customers;
	struct threads *threads;
};

struct arrived {		/* a mail, as the worker and the mailbox tell */
	const struct rec *mail;	/* see struct mail in format/mail.h */
	bool parsed;
	const char *why;	/* when it is not */
	const char *raw;	/* SHA-256 of its bytes, hexadecimal */
	int64_t arrival;	/* the mailbox's word for when it came */
	bool reused;		/* its Message-ID is another message's */
};

/*
 * The record's id (it names Message-ID and content, not transport) and the
 * Message-ID, or the one made for a mail that has none; in the arena.
 */
void	inbound_id(const struct arrived *, char id[ID_TEXT],
	    const char **message_id, struct arena *);
/*
 * Appends the `message` record, without a newline. When tickets turn out to be
 * one, a `merge` record for each is put in merge, with a newline behind it.
 */
int	inbound_record(const struct inbound *, const struct arrived *,
	    struct buf *out, struct buf *merge, struct arena *, struct err *);

#endif
