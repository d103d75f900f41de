/* Whether a program wrote a mail, by its header. */
#ifndef TAI_FORMAT_AUTOMAIL_H
#define TAI_FORMAT_AUTOMAIL_H

#include <stdbool.h>

/* Header fields as text; NULL where the mail has none. */
struct automail {
	const char *auto_submitted;	/* RFC 3834 */
	const char *precedence;
	const char *suppress;		/* X-Auto-Response-Suppress */
	const char *return_path;	/* "" for the null path */
	const char *from;		/* the address alone */
	const char *subject;
	const char *report;		/* multipart/report: its type or "" */
	bool autoreply;			/* X-Autoreply, X-Autorespond, ... */
	bool failed;			/* X-Failed-Recipients */
	bool list;			/* List-Id, List-Post */
	bool loop;			/* X-Loop, or too many hops */
};

/* "none", "reply", "bounce", "list" or "loop". */
const char *automail(const struct automail *);

#endif
