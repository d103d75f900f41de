/* What a report is about, as the record and the search for its ticket need. */
#ifndef TAI_DOMAIN_BOUNCE_H
#define TAI_DOMAIN_BOUNCE_H

#include <stdbool.h>

#include "base/mem.h"
#include "format/record.h"

/* Whether a mail of that kind (automatic.h) is a report about another one. */
bool	bounce_is(const struct rec *mail, const char *kind);
/*
 * The mail's References, and behind them those of the mail that it reports
 * on and that one's Message-ID; NULL ends, in the arena.
 */
const char *const *bounce_references(const struct rec *mail,
	    const char *kind, struct arena *);
/*
 * The field bounce of a bounce, report of another report (tai-record(5));
 * nothing when there is nothing to tell.
 */
void	bounce_write(struct writer *, const struct rec *mail,
	    const char *kind);
/*
 * Why a mail of ours reached nobody and never will ("not delivered to
 * ann@acme.example: 550 5.1.1 no such user"), of a bounce that says so; else
 * NULL. In the arena.
 */
const char *bounce_why(const struct rec *mail, const char *kind,
	    struct arena *);

#endif
