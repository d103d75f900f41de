/* By itself, so that programs that write no mail do not load GMime. */
#include <string.h>

#include "format/letter.h"

/* RFC 5321, 4.5.3.1, and what shells and headers would take apart. */
bool
letter_address(const char *s)
{
	static const char atext[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+/=?^_`{|}~.-";
	static const char host[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
	const char *at = strrchr(s, '@');
	size_t local;

	if (at == NULL || strlen(s) > 254)
		return false;
	local = (size_t)(at - s);
	return local > 0 && local <= 64 && strspn(s, atext) == local &&
	    *s != '-' && *s != '.' && at[-1] != '.' && at[1] != '\0' &&
	    at[1] != '.' && at[1] != '-' && strspn(at + 1, host) ==
	    strlen(at + 1);
}
