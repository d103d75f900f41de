/* Money for people: minor units as "2,250.00 USD". */
#ifndef TAI_FORMAT_MONEY_H
#define TAI_FORMAT_MONEY_H

#include <stdint.h>

#define MONEY_TEXT	48

/* Decimal places of a currency (ISO 4217): 2 unless it is known otherwise. */
int	money_places(const char *currency);
/* The amount of minor units; without a currency only the number. */
char	*money_text(int64_t amount, const char *currency, char [MONEY_TEXT]);

#endif
