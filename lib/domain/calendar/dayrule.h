/*
 * Days of the year by rule, as people write them:
 *
 *	1 january, december 25th	easter - 2
 *	third monday of january		easter + 39
 *	last monday of may		4th thursday of november + 1
 *	monday before 25 may		19 june from 2021
 *	monday nearest 29 january	8 may until 2024
 *	friday after 18 june		20 january every 4 years from 2021
 *	monday on or after 6 january	friday before last saturday of september
 *	orthodox easter + 1		2026-06-10, 12-24
 *	24 december..26 december	2026-03-20..2026-03-22
 */
#ifndef TAI_DOMAIN_DAYRULE_H
#define TAI_DOMAIN_DAYRULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"

#define DAYRULE_LONGEST	31	/* days of a range */

struct dayrule;

/* In the arena; -1 when the text is no rule. */
int	dayrule_parse(const struct dayrule **, const char *, struct arena *);
/*
 * The days of that year, *from to *to, which may lie in the next one; false
 * where it has none (29 February), or more than DAYRULE_LONGEST. Days since
 * 1970-01-01.
 */
bool	dayrule_days(const struct dayrule *, int64_t year, int64_t *from,
	    int64_t *to);

/* "mon", "Monday" to 0 for Sunday; -1 for any other text of that length. */
int	weekday_parse(const char *, size_t len);

#endif
