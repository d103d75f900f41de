/* Mail addresses as they are compared. */
#include <idn2.h>

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"
#include "format/address.h"

#define DOMAIN_MAX	1024	/* longer ones are not looked into */

static void
lower(char *s)
{
	for (; *s != '\0'; s++)
		*s = (char)tolower((unsigned char)*s);
}

static bool
is_ascii(const char *s)
{
	while (*s != '\0' && (unsigned char)*s < 0x80)
		s++;
	return *s == '\0';
}

char *
address_fold_domain(struct arena *a, const char *domain, size_t len)
{
	char *s = arena_strndup(a, domain, len), *ascii;

	len = strlen(s);
	while (len > 0 && s[len - 1] == '.')
		s[--len] = '\0';
	lower(s);
	if (is_ascii(s) || len > DOMAIN_MAX || utf8_valid(s, len) < len)
		return s;
	if (idn2_to_ascii_8z(s, &ascii, IDN2_NFC_INPUT |
	    IDN2_NONTRANSITIONAL) == IDN2_OK) {
		s = arena_strdup(a, ascii);
		idn2_free(ascii);
	}
	return s;
}

/* A quoted string's text, when it needs no quotes (RFC 5322, 3.4.1). */
static void
unquote(char *s)
{
	size_t len = strlen(s), n = 0;
	char *from, *to;

	if (len < 3 || s[0] != '"' || s[len - 1] != '"')
		return;
	for (from = s + 1; from < s + len - 1; from++, n++) {
		if (*from == '\\')
			from++;
		if (strchr(" \t()<>[]:;@\\,\"", *from) != NULL)
			return;
	}
	if (n == 0)
		return;
	for (from = s + 1, to = s; n > 0; n--) {
		if (*from == '\\')
			from++;
		*to++ = *from++;
	}
	*to = '\0';
}

char *
address_fold(struct arena *a, const char *address)
{
	size_t len = strlen(address);
	const char *at;
	char *local;

	while (len > 0 && strchr(" \t<", *address) != NULL)
		address++, len--;
	while (len > 0 && strchr(" \t>", address[len - 1]) != NULL)
		len--;
	address = arena_strndup(a, address, len);
	if ((at = strrchr(address, '@')) == NULL || at == address ||
	    at[1] == '\0') {
		local = arena_strdup(a, address);
		lower(local);
		return local;
	}
	local = arena_strndup(a, address, (size_t)(at - address));
	lower(local);
	unquote(local);
	return arena_printf(a, "%s@%s", local,
	    address_fold_domain(a, at + 1, strlen(at + 1)));
}

char *
address_sent(struct arena *a, const char *address)
{
	const char *at = strrchr(address, '@');

	return at == NULL || is_ascii(at) ? arena_strdup(a, address) :
	    arena_printf(a, "%.*s@%s", (int)(at - address), address,
	    address_fold_domain(a, at + 1, strlen(at + 1)));
}

const char *
address_domain(const char *folded)
{
	const char *at = strrchr(folded, '@');

	return at != NULL ? at + 1 : NULL;
}

char *
address_untagged(struct arena *a, const char *folded)
{
	const char *at = strrchr(folded, '@');
	size_t plus = strcspn(folded, "+@");

	if (at == NULL || plus == 0 || folded[plus] != '+' ||
	    folded[0] == '"')
		return NULL;
	return arena_printf(a, "%.*s%s", (int)plus, folded, at);
}
