/* What the header of a mail says of the program that sent or passed it on. */
#ifndef TAI_FORMAT_AUTOMAIL_H
#define TAI_FORMAT_AUTOMAIL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "format/mailhead.h"
#include "format/record.h"

#define AUTOMAIL_TEXTS	20	/* X-Loop, Delivered-To: the first of each */

/* Zero-initialise. Texts are lower case, the arena's; NULL without. */
struct automail {
	char *submitted;	/* Auto-Submitted's keyword, unless "no" */
	char *precedence;	/* its first word */
	char *suppress;		/* X-Auto-Response-Suppress */
	char *failed;		/* X-Failed-Recipients */
	char *loop[AUTOMAIL_TEXTS], *delivered[AUTOMAIL_TEXTS];
	size_t loops, deliveries;
	size_t hops;		/* Received */
	bool machine;		/* X-Autoreply, X-Autorespond and their kind */
	bool challenge;		/* asks the sender to prove to be a person */
	bool list;		/* List-Id */
	bool post;		/* a list that people write to */
	bool announce;		/* List-Post: NO (RFC 2369) */
	bool unsubscribe;	/* List-Unsubscribe */
	bool one_click;		/* List-Unsubscribe-Post (RFC 8058) */
	bool campaign;		/* Feedback-ID, X-Campaign-ID */
	bool client;		/* made by a program that people write with */
};

/* Takes a field of the header, if it says anything of the kind. */
void	automail_field(struct automail *, struct arena *,
	    const struct mail_field *);
/* Whether any of it, or the return path (NULL without), tells of a program. */
bool	automail_machine(const struct automail *, const char *return_path);
/* The same for all fields of a mail's header, written down. */
void	automail_scan(struct arena *, const char *, size_t, struct writer *);
/* The field signs: an object with what was found; nothing for nothing. */
void	automail_write(const struct automail *, const char *report,
	    struct writer *);

#endif
