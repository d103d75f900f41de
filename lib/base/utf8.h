/* UTF-8: checking, decoding, repairing, and what a terminal may see. */
#ifndef TAI_BASE_UTF8_H
#define TAI_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Length of the valid prefix; equal to len when all of it is valid. */
size_t	utf8_valid(const char *, size_t);
/* One code point at s (valid UTF-8, len > 0); *n is how many bytes it is. */
uint32_t utf8_decode(const char *, size_t len, size_t *n);
void	utf8_add(struct buf *, uint32_t);
/*
 * Appends the bytes as valid UTF-8: each bad sequence becomes U+FFFD, CR LF
 * and CR become LF, other C0 (but tab) and C1 controls, NUL and DEL go.
 */
void	utf8_clean(struct buf *, const char *, size_t);
/* The same on one line: line ends and tabs become a space, runs of it one. */
void	utf8_clean_line(struct buf *, const char *, size_t);
/* Columns of a code point on a terminal: 0, 1 or 2. */
int	utf8_width(uint32_t);
/* Whether a code point must never reach a terminal (controls, bidi). */
bool	utf8_unsafe(uint32_t);

#endif
