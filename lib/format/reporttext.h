/* A server's own words, taken apart; for reporttext.c alone. */
#ifndef TAI_FORMAT_REPORTTEXT_H
#define TAI_FORMAT_REPORTTEXT_H

#include "format/report.h"

struct report_place {		/* bytes of the text */
	const char *kind;	/* "dsn" or "mdn"; NULL: no opening is known */
	const char *action;	/* of a dsn; "": its status tells */
	size_t begin, end;	/* of the words, without a copy of the mail */
};
void	report_look(struct arena *, const char *, size_t,
	    struct report_place *);
/* Where the header of a copy of the mail begins, or len. */
size_t	report_copy(const char *, size_t len, size_t from);
/* Where the line that holds the byte begins. */
size_t	report_line(const char *, size_t at);

/*
 * The first address from start on that is neither who sent the report nor who
 * got it; the next one that begins a line. False without.
 */
bool	report_address(const char *, size_t start, size_t end,
	    const struct report_mail *, size_t *from, size_t *to);
bool	report_next_address(const char *, size_t start, size_t end,
	    const struct report_mail *, size_t *from, size_t *to);
/* Whether the text is the address (NULL is none), in any case. */
bool	report_same(const char *address, const char *, size_t);
/* Whether only mail servers have such an address; NULL is none. */
bool	report_by_server(const char *);

#endif
