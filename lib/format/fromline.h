/* The line "From ADDRESS DATE" that begins a message of an mbox (RFC 4155). */
#ifndef TAI_FORMAT_FROMLINE_H
#define TAI_FORMAT_FROMLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Whether a line (without its end) is one, in any of the forms that programs
 * write: an address, none, "-", "???@???" or words, and a date as asctime
 * writes it, without seconds, with a zone before or behind the year, with a
 * year of two digits, as in a header, or of ISO 8601. *at (may be NULL) is
 * its moment; without a numeric zone the time is taken as UTC.
 */
bool	from_line(const char *, size_t, int64_t *at);

#endif
