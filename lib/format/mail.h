/*
 * Mail (RFC 5322, MIME) as a partial record, parsed by GMime in worker
 * processes under limits of time, memory and reach: a message that crashes,
 * hangs or exhausts its worker costs that message its fields, not the run.
 */
#ifndef TAI_FORMAT_MAIL_H
#define TAI_FORMAT_MAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "format/secret.h"

struct mail_limits {
	int cpu_seconds;	/* per message */
	int wall_seconds;	/* per message */
	size_t memory;		/* bytes of address space of a worker */
};
extern const struct mail_limits mail_limits_default;

struct mail_part {		/* an attachment's bytes */
	uint8_t sha256[32];
	const char *data;
	size_t len;
};

struct mail {
	uint64_t tag;		/* as submitted */
	bool parsed;		/* false: why tells, and json holds little */
	const char *why;	/* "the parser was stopped after 5 s of CPU" */
	/*
	 * An object (tai-record(5), message) with message_id, in_reply_to,
	 * references, date, received, from, reply_to, sender, return_path,
	 * to, cc, delivered_to, authentication_results (topmost first),
	 * thread_index, subject, signs (automail.h), report (report.h), text,
	 * html(bool), quoted, asks(bool),
	 * attachments, flags, digest. Absent where the mail has none; an
	 * unparsed one has at most the ids, from, subject and signs.
	 */
	const char *json;
	size_t json_len;
	struct mail_part *parts;
	size_t nparts;
};

struct mail_pool;

/*
 * Flags mails with a secret in their subject or text where there are secrets;
 * these must outlive the pool.
 */
int	mail_pool_open(struct mail_pool **, int workers,
	    const struct mail_limits *, struct secrets *, struct err *);
/*
 * Hands a raw message over (copied); results come in the order of submission.
 * Blocks only when the pool is full, and then works until it is not.
 */
int	mail_submit(struct mail_pool *, uint64_t tag, const char *, size_t,
	    struct err *);
/* How many results are owed. */
size_t	mail_owed(const struct mail_pool *);
/* The next result, waiting for it; valid until the next call. */
int	mail_next(struct mail_pool *, struct mail *, struct err *);
void	mail_pool_close(struct mail_pool *);

/* The parser itself, in this process: for workers, tests and fuzzers. */
void	mail_parse(const char *, size_t, struct secrets *, struct buf *json,
	    void (*part)(void *, const struct mail_part *), void *);

#endif
