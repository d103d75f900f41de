/* Regular expressions (PCRE2: UTF, caseless, JIT) under limits. */
#ifndef TAI_FORMAT_PATTERN_H
#define TAI_FORMAT_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "format/gram.h"

struct pattern;

struct span { size_t start, end; };	/* bytes, half-open */

/* Compiles; on error the message tells the offset in the pattern. */
int	pattern_new(struct pattern **, const char *text, struct err *);
void	pattern_free(struct pattern *);
/*
 * Looks from the offset on in valid UTF-8. Returns 1 with the span, 0 for no
 * match, -1 (ERR_INPUT) when the match or depth limit was reached.
 */
int	pattern_match(struct pattern *, const char *, size_t len, size_t from,
	    struct span *, struct err *);
/* The same for a match that begins at the offset, nowhere else. */
int	pattern_match_at(struct pattern *, const char *, size_t len, size_t at,
	    struct span *, struct err *);
/* The span of a named group of the last match; false when it took no part. */
bool	pattern_group(const struct pattern *, const char *name, struct span *);
/* The names of its groups, from 0; NULL behind the last. */
const char *pattern_name(const struct pattern *, size_t);
const char *pattern_text(const struct pattern *);
/* Whether it may match a text of these grams: never false when it does. */
bool	pattern_may(const struct pattern *, const struct grams *);
/*
 * What makes the pattern dangerous (nested unbounded repeats, an empty match,
 * a leading or trailing .*), or NULL. For linters.
 */
const char *pattern_danger(const struct pattern *);

/*
 * How many steps the pattern takes on a text, whatever the machine, at most
 * the limit; without what PCRE2 knows beforehand of texts that cannot match.
 */
int	pattern_steps(const struct pattern *, const char *, size_t len,
	    int limit);
/*
 * How the steps grow on texts of 256 bytes and less that are made to fail
 * late: POLYNOMIAL is over PATTERN_STEPS and at least about cubic, EXPONENTIAL
 * beyond measure; with the text, in the arena.
 */
#define PATTERN_STEPS	250000
enum pattern_growth { PATTERN_FINE, PATTERN_POLYNOMIAL, PATTERN_EXPONENTIAL };
enum pattern_growth pattern_growth(const struct pattern *, struct arena *,
	    const char **text);

/*
 * Many patterns at once: an Aho-Corasick automaton over the literals that
 * each pattern requires, and over those it begins with, tells which can match
 * at all and where; PCRE2 decides there.
 */
struct pattern_set;

struct pattern_set *pattern_set_new(void);
void	pattern_set_free(struct pattern_set *);
/* Keeps the pattern (not its owner); returns its number, from 0. */
size_t	pattern_set_add(struct pattern_set *, struct pattern *);
void	pattern_set_build(struct pattern_set *);
size_t	pattern_set_count(const struct pattern_set *);

/* One text looked at with a set that is built; both outlive the scan. */
struct pattern_scan;

struct pattern_scan *pattern_scan_new(const struct pattern_set *);
void	pattern_scan_free(struct pattern_scan *);
void	pattern_scan_text(struct pattern_scan *, const char *, size_t);
/* Whether the pattern may match the text: never false when it does. */
bool	pattern_scan_may(const struct pattern_scan *, size_t pattern);
/* The first such pattern from *pattern on; false behind the last. */
bool	pattern_scan_next(const struct pattern_scan *, size_t *pattern);
/* 1, 0 or -1 as pattern_match from the text's beginning, without a span. */
int	pattern_scan_match(struct pattern_scan *, size_t pattern,
	    struct err *);
/* The same as pattern_match from the offset, for the scan's text. */
int	pattern_scan_find(struct pattern_scan *, size_t pattern, size_t from,
	    struct span *, struct err *);

#endif
