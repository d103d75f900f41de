/* Why a mail was not delivered, in a few words that programs can count. */
#ifndef TAI_FORMAT_REASON_H
#define TAI_FORMAT_REASON_H

#include <stdbool.h>
#include <stddef.h>

#define STATUS_TEXT	12	/* room for "5.999.999" */

/*
 * By what the server said (clean UTF-8), else by the enhanced status code
 * (RFC 3463; "" unknown), else by the SMTP reply code (0 unknown). One of the
 * names that tai-record(5) lists; never NULL.
 */
const char *reason_of(const char *said, size_t len, const char *status,
	    int code);
/*
 * Whether the address will not work however often one tries. What is full,
 * too large, blocked or slow is not hard, nor is anything with a status of 4.
 */
bool	reason_hard(const char *reason, const char *status, int code);

/*
 * The first enhanced status code ("5.1.1", but no part of an IP address) and
 * the first SMTP reply code in a text; false without.
 */
bool	reason_status(const char *, size_t, char [STATUS_TEXT]);
bool	reason_code(const char *, size_t, int *code);

#endif
