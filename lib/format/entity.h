/* Character references of HTML: &eacute; &#233; &#xe9;. */
#ifndef TAI_FORMAT_ENTITY_H
#define TAI_FORMAT_ENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads a reference at text[0] == '&'. Returns its length and sets the code
 * point (never a surrogate or over U+10FFFF), or 0 when it is none. Without
 * a semicolon only numbers and names of Latin-1 count, as in browsers; in an
 * attribute (URLs) no names at all.
 */
size_t	entity_decode(const char *text, size_t len, bool attribute,
	    uint32_t *);

#endif
