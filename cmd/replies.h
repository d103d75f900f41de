/* Templates of answers and notices, as tai-triage and tai-desk use them. */
#ifndef TAI_CMD_REPLIES_H
#define TAI_CMD_REPLIES_H

#include "cmd.h"
#include "domain/answer/reply.h"

struct replies;

/* folder: "reply" or "notice", below templates/. */
struct replies *replies_new(struct cmd *, const char *folder);
void	replies_free(struct replies *);
/* ERR_CONFIG when there is none of that name, or it is wrong. */
int	replies_get(struct replies *, const char *id,
	    const struct reply_form **, struct err *);
/*
 * Whether it is there, and can be filled whatever the facts are. json: facts
 * of that shape, each list with an item; NULL: those of a message.
 */
int	replies_check(struct replies *, const char *id,
	    const struct buf *json, struct err *);
/* What the rules captured of the message at hand, until it is said anew. */
void	replies_capture(struct replies *, const struct capture *, size_t n);
/* The automatic answer to a made-up message; texts in the arena. */
int	replies_sample(struct replies *, const char *id, struct arena *,
	    struct answer *, struct err *);
/*
 * What there is to promise, until it is said anew: whether somebody has the
 * message or will, and whether somebody is paged. At first: yes, no.
 */
void	replies_promise(struct replies *, bool assigned, bool paged);
/* The answer to a message by a template; texts in the arena. */
int	replies_answer(struct replies *, const char *id,
	    const struct rec *message, bool automatic, struct arena *,
	    struct answer *, struct err *);
/* A template filled with other facts, for a subject without a token. */
int	replies_fill(struct replies *, const char *id, const struct buf *json,
	    enum template_escape, struct arena *, struct answer *,
	    struct err *);
/* Every template's name, in order; NULL ends, in the run's arena. */
int	replies_names(struct replies *, const char *const **, struct err *);

#endif
