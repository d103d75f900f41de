/* The articles of templates/kb, as tai-kb and tai-triage use them. */
#ifndef TAI_CMD_ARTICLES_H
#define TAI_CMD_ARTICLES_H

#include "cmd.h"
#include "domain/answer/kb.h"

#define ARTICLES_MOST	20

struct articles {
	struct kb *kb;
	struct kb_wanted wanted;	/* of rules/kb.yaml */
	size_t most;
};

/* All articles of the path; the first of a name counts. */
int	articles_open(struct articles *, struct cmd *, struct err *);
/* The same, but articles that are wrong are told and left out. */
int	articles_open_sound(struct articles *, struct cmd *,
	    void (*bad)(void *, const char *why), void *, struct err *);
void	articles_close(struct articles *);

#endif
