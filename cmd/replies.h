/* The templates of answers, as tai-triage and tai-desk use them. */
#ifndef TAI_CMD_REPLIES_H
#define TAI_CMD_REPLIES_H

#include "cmd.h"
#include "domain/reply.h"

struct replies;

struct replies *replies_new(struct cmd *);
void	replies_free(struct replies *);
/* ERR_CONFIG when there is none of that name, or it is wrong. */
int	replies_get(struct replies *, const char *id,
	    const struct reply_form **, struct err *);
/* The answer to a message by a template; texts in the arena. */
int	replies_answer(struct replies *, const char *id,
	    const struct rec *message, bool automatic, struct arena *,
	    struct answer *, struct err *);
/* Every template's name, in order; NULL ends, in the run's arena. */
int	replies_names(struct cmd *, const char *const **, struct err *);

#endif
