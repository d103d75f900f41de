/* Which parts of a mail's text its writer did not write. */
#ifndef TAI_FORMAT_QUOTE_H
#define TAI_FORMAT_QUOTE_H

#include <stdbool.h>
#include <stddef.h>

struct range {			/* bytes, half-open, whole lines */
	size_t start, end;
};

#define QUOTE_RANGES	5000

/*
 * Finds quoted lines ("> ", "> > ", "JD> ", "| ") with the lines that
 * introduce them, replies without such marks behind an introduction or a
 * copied header ("-----Original Message-----", "From: Sent: To: Subject:"),
 * in many languages, what stands below a helpdesk's "reply above this line",
 * and signatures. A forwarded mail is none of these. Returns how many ranges,
 * ascending and apart, at most max. Time is linear in the text.
 */
size_t	quote_find(const char *, size_t, struct range *, size_t max);

struct quote_hints {		/* what else is known of the text */
	bool reply;		/* it answers a mail, or that is not known */
	bool forward;		/* its subject says that it is forwarded */
	/* What the page that it was made of says is quoted; may nest. */
	const struct range *mark;
	size_t nmarks;
};
struct quote_span {
	const char *s;		/* NULL without */
	size_t len;
};
struct quote_forward {		/* the first forwarded mail in the text */
	size_t start, body;	/* of its title or header; of what it says */
	size_t end;
	bool titled;		/* "Forwarded message", not only a header */
	struct quote_span from, date, to, subject;
};
/* The same, knowing more; forward's start and end are equal without one. */
size_t	quote_find_in(const char *, size_t, const struct quote_hints *,
	    struct range *, size_t max, struct quote_forward *);

/* Whether the text outside of the ranges asks something. */
bool	quote_asks(const char *, size_t, const struct range *, size_t n);

#endif
