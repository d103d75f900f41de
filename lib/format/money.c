/* Money as text. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "format/money.h"

int
money_places(const char *currency)
{
	static const char none[] = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF "
	    "UGX UYI VND VUV XAF XOF XPF";
	static const char three[] = "BHD IQD JOD KWD LYD OMR TND";

	if (strlen(currency) != 3)
		return 2;
	if (strstr(none, currency) != NULL)
		return 0;
	if (strstr(three, currency) != NULL)
		return 3;
	return strcmp(currency, "CLF") == 0 || strcmp(currency, "UYW") == 0 ?
	    4 : 2;
}

char *
money_text(int64_t amount, const char *currency, char out[MONEY_TEXT])
{
	uint64_t n = amount < 0 ? -(uint64_t)amount : (uint64_t)amount;
	int places = money_places(currency);
	char digits[24], *to = out;
	int len, whole;

	/* At least one digit before the point. */
	len = snprintf(digits, sizeof(digits), "%0*" PRIu64, places + 1, n);
	whole = len - places;
	if (amount < 0)
		*to++ = '-';
	for (int i = 0; i < len; i++) {
		if (i == whole)
			*to++ = '.';
		else if (i > 0 && i < whole && (whole - i) % 3 == 0)
			*to++ = ',';
		*to++ = digits[i];
	}
	snprintf(to, (size_t)(out + MONEY_TEXT - to), "%s%.3s",
	    *currency != '\0' ? " " : "", currency);
	return out;
}
