/* Whom a server's words name. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "format/reporttext.h"

/* Addresses of these are nobody that a mail was for. */
static const char *const daemons[] = { "mailer-daemon", "postmaster",
	"mail-daemon", "abuse" };

static bool
address_char(char c)
{
	return isalnum((unsigned char)c) || (c != '\0' &&
	    strchr("!#$%&'*+/=?^_`{|}~.-", c) != NULL) ||
	    (unsigned char)c >= 0x80;
}

bool
report_same(const char *address, const char *s, size_t len)
{
	return address != NULL && strlen(address) == len &&
	    strncasecmp(address, s, len) == 0;
}

/*
 * The address around an @; false when it is none, or that of who sent the
 * report or got it.
 */
static bool
around(const char *s, size_t len, size_t at, const struct report_mail *m,
    size_t *from, size_t *to)
{
	const char *is;
	size_t n;

	*from = at;
	*to = at + 1;
	while (*from > 0 && address_char(s[*from - 1]))
		(*from)--;
	while (*to < len && (isalnum((unsigned char)s[*to]) || s[*to] == '-' ||
	    s[*to] == '.' || (unsigned char)s[*to] >= 0x80))
		(*to)++;
	while (*to > at && strchr(".-", s[*to - 1]) != NULL)
		(*to)--;
	while (*from < at && s[*from] == '\'')
		(*from)++;
	/* "dda:SMTP=jo@x.example", "mailto=..." */
	if ((is = memchr(s + *from, '=', at - *from)) != NULL &&
	    (size_t)(is - s) >= *from + 4 &&
	    (strncasecmp(is - 4, "smtp", 4) == 0 ||
	    strncasecmp(is - 4, "lto", 3) == 0))
		*from = (size_t)(is - s) + 1;
	n = at - *from;
	if (n == 0 || n > 64 || *to <= at + 1 ||
	    memchr(s + at, '.', *to - at) == NULL ||
	    memmem(s + *from, n, "//", 2) != NULL)
		return false;
	for (size_t i = 0; i < sizeof(daemons) / sizeof(*daemons); i++) {
		if (strlen(daemons[i]) == n &&
		    strncasecmp(daemons[i], s + *from, n) == 0)
			return false;
	}
	return !report_same(m->from, s + *from, *to - *from) &&
	    !report_same(m->to, s + *from, *to - *from);
}

/* Whether the line that holds the byte is a field of a mail. */
static bool
in_field(const char *s, size_t at)
{
	static const char *const names[] = { "From:", "Message-ID:", "Sender:",
		"References:", "In-Reply-To:", "Return-Path:", "Subject:",
		"Reply-To:", "MAIL FROM:", ">>> MAIL F" };
	size_t start = report_line(s, at);

	while (s[start] == ' ' || s[start] == '\t')
		start++;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strncasecmp(s + start, names[i], strlen(names[i])) == 0)
			return true;
	}
	return false;
}

bool
report_address(const char *s, size_t start, size_t len,
    const struct report_mail *m, size_t *from, size_t *to)
{
	for (size_t i = start; i < len; i++) {
		if (s[i] == '@' && !in_field(s, i) &&
		    around(s, len, i, m, from, to))
			return true;
	}
	return false;
}

/* The next address that begins a line: another recipient. */
bool
report_next_address(const char *s, size_t start, size_t end,
    const struct report_mail *m, size_t *from, size_t *to)
{
	for (size_t at = start; report_address(s, at, end, m, from, to);
	    at = *to) {
		size_t i = *from;

		while (i > start && strchr(" \t<*-(\"'", s[i - 1]) != NULL)
			i--;
		if (i > start && s[i - 1] == '\n' && (*to == end ||
		    strchr(" \t\n>:)\"',;(", s[*to]) != NULL))
			return true;
	}
	return false;
}

bool
report_by_server(const char *from)
{
	static const char *const names[] = { "mailer-daemon", "postmaster",
		"mdaemon", "mail-daemon", "mailerdaemon" };

	for (size_t i = 0; from != NULL && i < sizeof(names) / sizeof(*names);
	    i++) {
		size_t n = strlen(names[i]);

		if (strncasecmp(from, names[i], n) == 0 &&
		    (from[n] == '@' || from[n] == '\0'))
			return true;
	}
	return false;
}
