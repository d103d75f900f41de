/*
 * The ticket: what records mean for it. A record becomes an event; the events
 * of a ticket in order, up to a moment, fold into its state at that moment.
 * The order is (at, kind, nonce) and depends on nothing but the records, so
 * that arrival order, machine and store make no difference.
 */
#ifndef TAI_DOMAIN_MODEL_H
#define TAI_DOMAIN_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "format/record.h"

enum severity { SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH,
	    SEVERITY_CRITICAL, SEVERITIES };
enum status { STATUS_OPEN, STATUS_PROGRESS, STATUS_WAITING, STATUS_RESOLVED,
	    STATUS_CLOSED, STATUSES };
enum clock_kind { CLOCK_RESPONSE, CLOCK_RESOLUTION, CLOCK_NEXT, CLOCKS };
enum event_kind {		/* in the order of effect within one second */
	EVENT_CUSTOMER,		/* the customer wrote */
	EVENT_TRIAGE,		/* a verdict of the rules, or of a person */
	EVENT_AGENT,		/* a person of ours answered */
	EVENT_AUTO,		/* automatic mail, either way; moves no clock */
	EVENT_ASSIGN,
	EVENT_NOTE,		/* a word among ourselves */
	EVENT_STATUS,
	EVENT_EXCLUDE,		/* a status record with excluded: why the
				   clocks of this ticket do not count */
	EVENT_DUE,		/* a status record with due: a clock's due
				   moment, set by hand */
	EVENT_CAUSE,		/* a status record with root_cause, summary */
	EVENTS
};

/* Names as records spell them; -1 for any other text (or NULL). */
const char *severity_name(enum severity);	/* "CRITICAL" */
int	severity_parse(const char *);		/* any case */
const char *status_name(enum status);		/* "waiting" */
int	status_parse(const char *);
const char *clock_name(enum clock_kind);	/* "response" */
int	clock_parse(const char *);

struct event {
	int64_t at;
	int64_t nonce;		/* hash_word of the record's id, 63 bits */
	int64_t seq;		/* of the log; 0 without a store */
	int64_t about;		/* rules' verdict, or an answer: the message */
	enum event_kind kind;
	int arg;		/* see below */
	const char *text;	/* see below, or NULL; the history's arena */
	const char *id;		/* the record's; NULL when a store has it */
};
/*
 * kind		arg				text
 * CUSTOMER	0				subject TAB from TAB channel
 *						TAB customer TAB linked
 * AGENT	1: it asks the customer		the same
 * AUTO		0				the same
 * TRIAGE	severity or -1, TRIAGE_ bits	category TAB topic TAB
 *						confidence TAB rule
 * ASSIGN	0				assignee
 * NOTE		0				NULL; the same for a message;
 *						for a split only linked
 * STATUS	enum status			by TAB why [TAB root cause TAB
 *						summary]
 * EXCLUDE	0				the reason, "" to count again
 *		1: of a period			since TAB until TAB reason;
 *						seconds, until may be ""
 * DUE		enum clock_kind			the moment in seconds, "" for
 *						none any more, TAB by
 * CAUSE	CAUSE_ROOT, CAUSE_SUMMARY: it	by TAB why TAB root cause TAB
 *		says this			summary
 *
 * CUSTOMER and AGENT with EVENT_SKEWED: when they were written is doubtful.
 */
#define EVENT_ASKS	1	/* of an AGENT's arg */
#define EVENT_SKEWED	2
#define CAUSE_ROOT	1
#define CAUSE_SUMMARY	2
#define TRIAGE_SEVERITY	7	/* mask: severity + 1, 0 for none */
#define TRIAGE_PERSON	8	/* set by hand: beats any rule */
#define TRIAGE_CLOSING	16	/* the customer needs no more help */
#define TRIAGE_RESOLVE	32	/* the rules could have answered it */

struct history {		/* one ticket's events, sorted */
	char key[KEY_TEXT];
	int64_t number;		/* the store's; 0 without one */
	size_t n, room;
	struct event *event;
};

struct ticket {			/* a history folded up to a moment */
	const struct history *history;
	int64_t opened;		/* first event; TIME_NONE: not yet there */
	/* Of the first message, the customer's first of all; "" unknown. */
	const char *subject, *from, *channel, *customer;
	enum severity severity;
	enum status status;
	int64_t since;		/* when the status was taken */
	const char *category, *topic, *rule;	/* "" when none */
	int confidence;		/* percent */
	int64_t judged;		/* when the message came that says it */
	const char *assignee;	/* "" when none */
	int64_t first_response;	/* TIME_NONE when there is none */
	int64_t resolved;	/* latest, TIME_NONE while unresolved */
	/* The customer's first and last word, our last; TIME_NONE for none. */
	int64_t first_customer, last_customer, last_agent;
	int64_t waiting_since;	/* the customer's oldest unanswered message */
	int messages, answers, reopened;
	bool resolvable;	/* TRIAGE_RESOLVE was set */
	const char *excluded;	/* NULL: its clocks count */
	const char *root_cause, *summary;	/* what it was; "" unsaid */
	int64_t due[CLOCKS];	/* set by hand; TIME_NONE for not */
	/* What a "thanks" takes back: the state before its message. */
	struct {
		enum status status;
		int64_t since, resolved;
		int reopened;
	} before;
	bool from_customer;	/* whose the subject is */
	bool severity_by_person;
};

/*
 * What a record means: 1 with the event (text in the arena) and the ticket's
 * key, 0 when it is none of a ticket's, -1 (ERR_INPUT) when a field that its
 * type needs is missing or wrong.
 */
int	event_of(const struct rec *, struct event *, char key[KEY_TEXT],
	    struct arena *, struct err *);
/* A record's id as an event's nonce. */
int64_t	event_nonce(const char *id);
int	event_compare(const struct event *, const struct event *);
/*
 * The parts of a message's text: subject, from, channel, customer, linked
 * (the ticket that it was begun beside); "" when missing; in the arena.
 */
#define EVENT_PARTS	5
void	event_parts(const struct event *, const char *[EVENT_PARTS],
	    struct arena *);

/*
 * A split moves messages to the ticket `into`, whatever ticket they say they
 * are on; of two that name a message the later one holds.
 */
struct split {
	char into[KEY_TEXT];
	int64_t at, nonce;
	size_t n;
	const char **message;	/* records' ids */
};
int	split_of(const struct rec *, struct split *, struct arena *,
	    struct err *);
/* Whether a split (at, nonce) overrules another one. */
bool	split_beats(int64_t at, int64_t nonce, int64_t other_at,
	    int64_t other_nonce);

/*
 * The ids that a message names and its siblings may name as well: the first
 * and the newest of its references, else what it answers (or NULL).
 */
#define MESSAGE_NAMES	10
size_t	message_names(const char *const *references, const char *in_reply_to,
	    const char *[MESSAGE_NAMES]);
/* The strings of an array of the record, NULL ends; in the arena. */
const char *const *rec_strings(const struct rec *, const char *name,
	    struct arena *);

/* Puts an event in its place; the same event (kind, at, nonce) once only. */
void	history_add(struct history *, const struct event *, struct arena *);
/*
 * The state at a moment: events later than now do not exist yet. Its texts
 * live in the arena.
 */
void	ticket_fold(const struct history *, int64_t now, struct arena *,
	    struct ticket *);
/* The same event by event, for who must see the states between. */
void	ticket_start(struct ticket *, const struct history *);
void	ticket_step(struct ticket *, const struct event *, struct arena *);
/*
 * Whether a person of ours took it up in [since, now]: answered it, or said
 * that it is resolved or closed.
 */
bool	ticket_taken_up(const struct history *, int64_t since, int64_t now);
/* Whether the customer's last word in (since, now] is that all is well. */
bool	ticket_called_off(const struct history *, int64_t since, int64_t now);
/*
 * Whether a program's word alone has it resolved, though a person answered
 * behind it, and the customer did not say that it is.
 */
bool	ticket_settled_too_soon(const struct history *, int64_t now);
/*
 * Whether it is anybody's business at the moment of the fold: not when it is
 * nothing but automatic mail (a bounce, a newsletter) that nobody works on.
 */
bool	ticket_is_work(const struct ticket *, int64_t now);
/* Whether it is resolved or closed. */
bool	ticket_is_done(const struct ticket *);

/* Whether a type is derived (clock, uptime, ...): never stored. */
bool	type_derived(const char *type);
/* Whether a type is one that tai-record(5) names. */
bool	type_known(const char *type);
/*
 * Appends what stays of a record that is forgotten, flagged "forgotten": what
 * tickets, clocks and counts are made of. No words, no address; ids of mails
 * as their hashes. Of a skeleton it is the skeleton again. In the arena only
 * scratch.
 */
void	record_skeleton(const struct rec *, struct buf *out, struct arena *);
/* The word by which a mail's id is looked up: hash_word, or what a skeleton
 * says it was. */
#define NAME_HASH	"hash:"
int64_t	name_word(const char *id);
/* The types by number, from 0; NULL behind the last. */
const char *type_name(size_t);
/* The id of a record: SHA-256 over type and parts (NULL ends the list). */
char	*record_id(char [ID_TEXT], const char *type, ...)
	    __attribute__((sentinel));
/* The key of the ticket whose root this is (a Message-ID without <>). */
char	*ticket_key(char [KEY_TEXT], const char *root);
/*
 * Starts a record: {"v":1,"type":…,"id":…,"at":… — the caller goes on with
 * fields and w_close.
 */
void	record_begin(struct writer *, struct buf *, const char *type,
	    const char *id, int64_t at);
/* What a record's `at` may be: from 1970 to 2099. */
#define AT_MIN		INT64_C(0)
#define AT_END		INT64_C(4102444800)
/*
 * Checks the fields that every record has and those its type needs (see
 * tai-record(5)); 0 or -1 with the field named.
 */
int	record_check(const struct rec *, struct err *);
/*
 * Appends the JSON Schema (2020-12) of a type, made from the same tables;
 * -1 (ERR_USAGE) for a type that there is not.
 */
int	record_schema(const char *type, struct buf *out, struct err *);

#endif
