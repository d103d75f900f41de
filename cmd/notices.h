/* Words to colleagues: who is told what, each once a cause. */
#ifndef TAI_CMD_NOTICES_H
#define TAI_CMD_NOTICES_H

#include "cmd.h"
#include "domain/staff/team.h"

/* team.yaml, which lives as long as the run. */
int	cmd_team(struct cmd *, struct team *, struct err *);

struct notices;

/* For verbs with NEED_ORG; -1 when team.yaml is wrong. */
int	notices_open(struct notices **, struct cmd *, struct err *);
void	notices_close(struct notices *);		/* NULL is none */
/*
 * Whether a template is there, and right whatever the facts are, which have
 * this shape: ERR_CONFIG with file and line. For the words below: of all.
 */
int	notices_check(struct notices *, const char *form,
	    const struct buf *facts, struct err *);
int	notices_check_own(struct notices *, struct err *);
const struct team *notices_team(const struct notices *);
/* Whether the postman can page at all: send.yaml has PagerDuty's key_file. */
bool	notices_pager(const struct notices *);
/* Begins the facts of a template: an object with company and links. */
void	notices_facts(const struct notices *, struct writer *, struct buf *);

struct notice {
	const char *form;	/* templates/notice/FORM.txt */
	const char *target;	/* of team.yaml; a person; an address; "csm":
				   the customer's, when it has one */
	/*
	 * The cause. It and the way make the record's id, so that each way is
	 * told once, however often; PagerDuty's dedup_key.
	 */
	const char *key;
	const struct buf *facts;	/* what the template may say: JSON */
	const char *about;	/* a ticket's key, an incident's; or NULL */
	const char *topic;	/* or NULL */
	/*
	 * Targets, NULL ends, that are told of the same under keys of their
	 * own: the way to a person who is several of them is told with the
	 * first. Or NULL.
	 */
	const char *const *among;
	const char *customer;	/* or NULL, "" */
	const char *action;	/* "acknowledge", "resolve"; NULL: trigger */
	int severity;		/* an enum severity; -1: not said */
	bool page;		/* people are paged, too, not only written to */
	bool late;		/* it should have been said before */
	int64_t at;		/* of the cause */
	int64_t duty;		/* who had a rota then; 0: at that moment */
	const char *const *since;	/* causes, NULL ends: only to whom one
					   of these was told; NULL: to all */
	/*
	 * Seconds; the same key is told again behind that. Then the number of
	 * the stretch of that length stands behind the record's key. 0: once.
	 */
	int64_t again;
};
/*
 * Emits a notice record for each way to the target that was not told of this
 * cause before (in this run, or in the store); returns how many, 0 also for a
 * target that nobody is, or -1. A template that is wrong warns, and tells
 * nobody. The arena holds only scratch.
 */
int	notices_tell(struct notices *, const struct notice *, struct arena *,
	    struct err *);

/*
 * The next way to the target from the *i-th on, with *i behind it: of what is
 * a rota's whoever has it at that moment. False behind the last.
 */
bool	notices_way(const struct notices *, const struct notice *, int *i,
	    struct way *);
/* Whether any way to the target was told of the key: 1, 0 or -1. */
int	notices_said(const struct notices *, const struct notice *,
	    struct err *);
/* Ends the pages that the notice led to, at a moment. */
int	notices_end(struct notices *, const struct notice *, int64_t at,
	    struct arena *, struct err *);

/* A record's id that the input has: that is not told again. */
void	notices_told(struct notices *, const char *id);

/*
 * An escalation of a ticket: everybody of a list, in the words of
 * templates/notice/escalation.txt. Its key is that of the ticket, the level
 * and the target: who was told of that level is not told again, whoever
 * escalates it next.
 */
struct escalation {
	const char *ticket, *subject, *customer, *tier;	/* "" unknown */
	enum severity severity;
	int level;		/* 1-4 */
	const char *const *to;	/* targets, NULL ends */
	/* In whose place, when those are nobody: words, NULL ends; or NULL. */
	const char *const *fallback;
	const char *const *todo;	/* NULL ends; or NULL */
	int64_t within;		/* seconds; 0: not said */
	const char *why;
	bool page;
	int64_t at;
};
int	notices_escalate(struct notices *, const struct escalation *,
	    struct arena *, struct err *);
/*
 * Whom that tells, told already or not: its targets, and when they are nobody
 * the first word of the fallback that is somebody. A page, or a word that
 * somebody has to have, is nothing to a channel alone.
 */
struct reach {
	const char *const *to;	/* NULL ends; in the arena */
	bool anybody;		/* somebody is told */
	bool paged;		/* by PagerDuty, which the postman can do */
};
void	notices_reach(const struct notices *, const struct escalation *,
	    struct arena *, struct reach *);
/* Tells a channel in a line what is routed there: templates/notice/route.txt,
 * each ticket once; of the escalation only the ticket's facts count. */
int	notices_route(struct notices *, const struct escalation *,
	    const char *channel, struct arena *, struct err *);
/* Ends the pages that an escalation led to, at a moment. */
int	notices_over(struct notices *, const struct escalation *, int64_t at,
	    struct arena *, struct err *);

#endif
