/* rules/send.yaml: how, how often and how long the postman tries. */
#ifndef TAI_DOMAIN_POSTAGE_H
#define TAI_DOMAIN_POSTAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "format/yaml.h"

struct postage_limit {
	int64_t count;		/* 0: no limit */
	int64_t within;		/* seconds */
};

struct postage {
	const char *const *program;	/* argv, NULL ends */
	int mail_seconds, slack_seconds, pager_seconds;
	const struct yaml *slack;	/* channel: file, and seconds */
	const char *pager_url, *pager_key_file;	/* the latter may be NULL */
	int64_t stale;			/* seconds */
	struct postage_limit recipient, all;
	int64_t *retry;			/* seconds; nretry > 0 */
	int nretry;
	int64_t give_up, lease;		/* seconds */
};

/* ERR_CONFIG with file and line. */
int	postage_load(struct postage *, struct arena *, const struct yaml *,
	    struct err *);
/*
 * When to try again after so many attempts, the first of which could have
 * been at first; TIME_NONE: no more. wait is the server's own word for the
 * least wait (Retry-After), 0 without one; at most a day of it is believed.
 */
int64_t	postage_next(const struct postage *, int64_t attempts, int64_t first,
	    int64_t now, int64_t wait);
/* Whether there is all that a page needs: where to, and the key's file. */
bool	postage_pages(const struct postage *);
/* The file of a Slack channel's webhook; NULL when it has none. */
const char *postage_webhook(const struct postage *, const char *channel);

#endif
