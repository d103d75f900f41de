/* The verbs of incidents share what they were given and what they write. */
#ifndef TAI_SLA_INCIDENT_H
#define TAI_SLA_INCIDENT_H

#include "domain/uptime/incrules.h"
#include "events.h"
#include "notices.h"

#define FACTS_MOST 64
#define OVER_IS_NEWS	INT64_C(86400)	/* so long behind the end */

struct incident_given {		/* options */
	const char *repeat;	/* of maintenance: an RRULE */
	const char *severity, *status, *affects, *customers, *share, *impact;
	const char *weight, *state, *excluded, *cause, *fix, *by, *key;
	const char *started, *ended, *told, *announced, *message;
	const char *fact[FACTS_MOST];
	size_t facts;
	bool all, done;
};
extern struct incident_given given;

struct desk {			/* of one run */
	struct cmd *cmd;
	struct incident_rules *rules;
	struct incidents *all;
	struct incident *incident;	/* as of now */
	size_t n;
	struct notices *notices;	/* NULL until needed */
	const char *const *services;	/* uptime.yaml's, after desk_words */
	bool cron;		/* the same is said again and again */
	struct arena scratch;
};

/* incident.yaml; then the input's, or the store's, incidents. */
int	desk_rules(struct desk *, struct cmd *, struct err *);
int	desk_read(struct desk *, struct err *);
void	desk_close(struct desk *);
/* The next operand, or NULL. */
const char *desk_operand(struct cmd *);
/* The one that is meant; ERR_USAGE for none and for several. */
int	desk_find(struct desk *, const char *name, struct incident **,
	    struct err *);
/* "a,b" as a JSON array of texts behind the key; nothing for NULL. */
void	desk_list(struct writer *, const char *key, const char *,
	    struct arena *);
/* Emits a record made of the fields; its id is their hash. */
int	desk_emit(struct cmd *, const char *type, const char *key,
	    const struct buf *fields, struct err *);
struct statement {			/* one record about an incident */
	const struct incident *in;	/* with what it is from now on */
	const char *text;	/* the word, or NULL */
	int64_t ended, told;	/* TIME_NONE: not said */
};
/* Lists of the command line: "a,b"; of NULL an empty one. */
const char *const *desk_split(struct desk *, const char *);
/* What uptime.yaml lacks: ERR_USAGE for a word, a warning for a name. */
int	desk_words(struct desk *, struct err *);
/* Its word, and what --state says that services are from now on. */
void	desk_updates(struct desk *, struct writer *, const struct statement *);
/* Emits it, and then, with tell, words to who must hear of it. */
int	desk_say(struct desk *, const struct statement *, bool tell,
	    struct err *);
/*
 * Words to whom the rules name: colleagues, the status page and customers,
 * each once for a severity; with resolved, that it is over.
 */
int	desk_tell(struct desk *, const struct incident *, bool resolved,
	    struct err *);
/* Whether telling reaches a status page or a customer. */
int	desk_publishes(struct desk *, const struct incident *, bool *,
	    struct err *);

/* Words to whom it concerns about what is planned, each once. */
int	plans_tell(struct desk *, const struct uprules *,
	    const struct maintenance *, size_t, struct err *);
int	incident_show(struct desk *, const struct incident *, struct err *);
int	incident_skeleton(struct desk *, const struct incident *,
	    struct err *);

#endif
