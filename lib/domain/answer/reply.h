/*
 * Answers from templates: words of ours (templates/reply/, tai-rules(5))
 * and facts of a ticket. What a customer wrote is data and never a template.
 */
#ifndef TAI_DOMAIN_REPLY_H
#define TAI_DOMAIN_REPLY_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "domain/answer/salute.h"
#include "domain/org.h"
#include "domain/triage/capture.h"
#include "format/record.h"
#include "format/template.h"

struct reply_form {		/* a template; texts in the arena */
	const char *id;		/* its file's name without the ending */
	const char *about;	/* one line for whoever chooses it */
	const char *category;	/* or NULL */
	struct template *subject, *text;
	const char *file;	/* and the line of a blank, "[[": 0 for none */
	int blank;
};

/*
 * Parses a template: between two lines of "---" a map of about, subject and
 * category, then the text. Errors are ERR_CONFIG with file and line.
 */
int	reply_parse(struct reply_form *, struct arena *, const char *id,
	    const char *file, const char *, size_t, struct err *);
void	reply_free(struct reply_form *);

/*
 * The facts as JSON: company {name address}, links {of org.yaml}, ticket,
 * subject (of the customer, without Re:), name (the first of the sender's, or
 * ""), customer and tier ("" unknown), automatic (a program chose it).
 */
void	reply_data(const struct org *, const struct customers *,
	    const struct salutes *, const struct rec *message, bool automatic, struct buf *json);

/*
 * Adds to it capture {name value}: of every name that the template asks for,
 * "" for those that are not in the list.
 */
void	reply_captures(const struct reply_form *, const struct capture *,
	    size_t n, struct buf *json);
/* The names of captures in the template, from 0; NULL behind the last. */
const char *reply_capture(const struct reply_form *, size_t, struct arena *);

/* The part of it that every template has: company and links. */
void	reply_company(const struct org *, struct writer *);

struct answer {			/* texts in the arena */
	const char *subject;	/* one line; bears the ticket's token */
	const char *text;
	bool asks;		/* it asks the customer something */
};
/* Unknown names are an error: a hole in a mail is worse than none. text: what
 * its text is for. key: whose token the subject bears, or NULL. */
int	reply_render(const struct reply_form *, const struct buf *json,
	    enum template_escape text, const char *key, template_partial *, void *, struct arena *,
	    struct answer *, struct err *);
/* Whether that works whatever the facts are; as template_check. */
int	reply_check(const struct reply_form *, const struct buf *json,
	    template_partial *, void *, struct err *);

/* The subject of an answer: "Re: ", the customer's, the ticket's token. */
const char *reply_subject(const char *subject, const char *key,
	    struct arena *);
/* Whether an answer asks something, so that the ticket waits for it. */
bool	reply_asks(const char *text);

/*
 * The reply record to a message (its JSON data was made from it), without a
 * newline. person: who answers, NULL for an automatic reply, of which a
 * message gets one, whatever it says. Its Message-ID is signed when there is
 * a secret.
 */
void	reply_record(const struct rec *message, const char *form,
	    const struct answer *, const char *person, const struct org *,
	    int64_t at, struct arena *, struct buf *out);
/* An automatic reply of another cause, which makes its id. */
void	reply_once(const struct rec *message, const char *form,
	    const char *id, const struct answer *, const struct org *,
	    int64_t at, struct arena *, struct buf *out);

#endif
