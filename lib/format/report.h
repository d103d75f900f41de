/*
 * What programs report of a mail: that it could not be delivered or is late
 * (RFC 3464, and what servers write that do not know it), was read (RFC
 * 8098), was taken for spam (RFC 5965), that an invitation was answered; and
 * that a domain's reports came (DMARC, TLS).
 */
#ifndef TAI_FORMAT_REPORT_H
#define TAI_FORMAT_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "format/reason.h"
#include "format/record.h"

#define REPORT_RECIPIENTS	50

struct report_recipient {	/* texts are the arena's; NULL unknown */
	char *recipient, *original;
	char *action;		/* failed, delayed, delivered, relayed, ... */
	char status[STATUS_TEXT];	/* "" unknown */
	int code;		/* SMTP reply; 0 unknown */
	char *diagnostic, *remote;
	const char *reason;	/* see reason.h; NULL but for failures */
	bool hard;
};

/* Zero-initialise, and set the arena. */
struct report {
	struct arena *arena;
	const char *kind;	/* dsn, mdn, arf, calendar, dmarc, tlsrpt */
	bool told;		/* by words of a server, not by the standard */
	struct report_recipient to[REPORT_RECIPIENTS];
	size_t n;
	char *mta;
	bool original;		/* a copy of the mail was there */
	char *message_id, *subject;	/* of the mail it is about */
	char *references, *in_reply_to;	/* as they stand there */
};

/*
 * Looks at a part of a mail, without its transfer encoding: its type in small
 * letters, its file's name ("" without).
 */
void	report_part(struct report *, const char *type, const char *name,
	    const char *, size_t);

struct report_mail {		/* of the mail; NULL without */
	const char *type;	/* of a multipart/report, "" unknown */
	const char *from, *to, *subject;	/* addresses; to: the first */
	const char *failed;	/* X-Failed-Recipients */
	const char *in_reply_to;	/* the field */
	bool machine;		/* the header tells of a program */
	const char *text;	/* clean UTF-8 */
	size_t len;
};
/* Behind the last part: what the header and the text add. */
void	report_end(struct report *, const struct report_mail *);
/* The field report, an object (tai-record(5)); nothing without a kind. */
void	report_write(const struct report *, struct writer *);

/* For reporttext.c. */

/* Takes the fields of a mail's header, as far as they are there. */
void	report_original(struct report *, const char *, size_t);
/* A new recipient, or NULL when there are too many. */
struct report_recipient *report_recipient(struct report *);
/* Reason, class and what is still unknown, from what is known. */
void	report_judge(struct report *, struct report_recipient *);
/* Whether a text is an address of a host with a domain; NULL is none. */
bool	report_is_address(const char *);
/*
 * Finds a report in a server's own words: fills kind, told and the rest;
 * false when the text is none. Of a report without a recipient it adds what
 * the text says of one.
 */
bool	report_text(struct report *, const struct report_mail *);

#endif
