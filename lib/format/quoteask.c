#include <ctype.h>
#include <string.h>

#include "format/quote.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

/* Whether a sentence can end at the question mark s[i]. */
static bool
ends_sentence(const char *s, size_t len, size_t i)
{
	if (i + 1 == len)
		return true;
	/* French: a space, often one that does not break, stands before it. */
	if (i > 1 && isspace((unsigned char)s[i + 1]) && s[i - 1] == ' ' &&
	    (isalnum((unsigned char)s[i - 2]) || (unsigned char)s[i - 2] >=
	    0x80))
		return true;
	return (unsigned char)s[i + 1] >= 0x80 || (i > 0 &&
	    !isspace((unsigned char)s[i - 1]) &&
	    strchr(" \t\n?!)]\"'*_<,.", s[i + 1]) != NULL);
}

bool
quote_asks(const char *s, size_t len, const struct range *range, size_t n)
{
	static const char *const marks[] = { "?", "？",
	    "؟" };

	for (size_t m = 0; m < COUNT(marks); m++) {
		size_t k = strlen(marks[m]), r = 0, i = 0;
		const char *at;

		for (; (at = memchr(s + i, *marks[m], len - i)) != NULL; i++) {
			i = (size_t)(at - s);
			while (r < n && range[r].end <= i)
				r++;
			if (r < n && i >= range[r].start)
				i = range[r].end - 1;
			else if (k == 1 ? ends_sentence(s, len, i) :
			    len - i >= k && memcmp(at, marks[m], k) == 0)
				return true;
		}
	}
	return false;
}
