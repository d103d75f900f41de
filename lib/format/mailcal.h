/* What an invitation in a mail (RFC 5545, RFC 5546) is about. */
#ifndef TAI_FORMAT_MAILCAL_H
#define TAI_FORMAT_MAILCAL_H

#include <stddef.h>

#include "base/mem.h"
#include "format/record.h"

/*
 * The field calendar (tai-record(5)) of the calendar's first event: method,
 * summary, start and zone, each where the calendar has it; valid UTF-8 is
 * the caller's.
 */
void	mail_write_calendar(struct arena *, const char *, size_t,
	    struct writer *);

#endif
