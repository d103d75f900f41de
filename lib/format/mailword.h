/* Encoded words of mail headers (RFC 2047). */
#ifndef TAI_FORMAT_MAILWORD_H
#define TAI_FORMAT_MAILWORD_H

#include "base/mem.h"

/*
 * The unfolded value with its encoded words in UTF-8, still encoded: those of
 * one character set that follow one another as one, since senders cut them
 * within a character, and in the set that the sender meant (charset.h).
 * Returns the value itself when there are none.
 */
char	*mail_recode(struct arena *, char *);

#endif
