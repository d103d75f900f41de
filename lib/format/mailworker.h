/* What the mail pool and its workers say to each other. */
#ifndef TAI_FORMAT_MAILWORKER_H
#define TAI_FORMAT_MAILWORKER_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "format/secret.h"

#define MAIL_CHUNK	((size_t)256 << 10)	/* of a read */

struct mail_request {		/* before the message's bytes */
	uint64_t id, len;
};

struct mail_answer {			/* before the JSON and the parts */
	uint64_t id, len, json_len, nparts;
};

struct mail_part_head {		/* before a part's bytes */
	uint8_t sha256[32];
	uint64_t len;
};

/*
 * Parses what comes in and answers, in order, until the other end closes.
 * current is id + 1 of the message being parsed, else 0; cpu in seconds.
 */
_Noreturn void mail_work(int fd, int cpu, struct secrets *,
	    _Atomic uint64_t *current);

#endif
