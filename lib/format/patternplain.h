/*
 * Regular expressions that are known to be right without compiling them, and
 * often known not to match without it.
 */
#ifndef TAI_FORMAT_PATTERNPLAIN_H
#define TAI_FORMAT_PATTERNPLAIN_H

#include <stdbool.h>

/*
 * Whether PCRE2 (UTF, caseless) certainly compiles the text, and finds no
 * named groups in it: letters, classes, groups, alternatives, repeats, looks
 * ahead, looks back over what has no repeats. False says nothing.
 */
bool	pattern_plain(const char *);
/* Whether a plain pattern may match a text of these grams: false is sure. */
struct grams;
bool	pattern_plain_may(const char *, const struct grams *);

#endif
