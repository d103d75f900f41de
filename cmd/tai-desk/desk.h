/* The verbs of tai-desk and what they share. */
#ifndef TAI_DESK_H
#define TAI_DESK_H

#include "cmd.h"
#include "domain/staff/team.h"

int	desk_list(struct cmd *, struct err *);
int	desk_next(struct cmd *, struct err *);
int	desk_show(struct cmd *, struct err *);
int	desk_reply(struct cmd *, struct err *);
int	desk_note(struct cmd *, struct err *);
int	desk_set(struct cmd *, struct err *);
int	desk_assign(struct cmd *, struct err *);
int	desk_merge(struct cmd *, struct err *);
int	desk_split(struct cmd *, struct err *);
int	desk_search(struct cmd *, struct err *);
int	desk_log(struct cmd *, struct err *);
int	desk_verify(struct cmd *, struct err *);
int	desk_rebuild(struct cmd *, struct err *);
int	desk_export(struct cmd *, struct err *);
int	desk_forget(struct cmd *, struct err *);
extern const struct option forget_options[];
int	forget_option(struct cmd *, int, const char *, struct err *);

extern const struct option list_options[], show_options[], reply_options[],
    search_options[], log_options[], split_options[], merge_options[];
int	reply_option(struct cmd *, int, const char *, struct err *);
int	list_option(struct cmd *, int, const char *, struct err *);
int	show_option(struct cmd *, int, const char *, struct err *);
int	search_option(struct cmd *, int, const char *, struct err *);
int	log_option(struct cmd *, int, const char *, struct err *);
int	split_option(struct cmd *, int, const char *, struct err *);
int	merge_option(struct cmd *, int, const char *, struct err *);

/* What one reads of the other is the same customer's; or --force was given. */
extern bool desk_force;
int	desk_one_customer(const struct ticket *, const struct ticket *,
	    struct err *);
/* Who is at the desk: TAI_USER, or the login name. */
const char *desk_person(struct cmd *);
/* Emits a record with one field of its own; see desk_emit. */
int	desk_say(struct cmd *, const char *type, enum event_kind,
	    const struct history *, const char *key, const char *name,
	    const char *value, struct err *);
/* Says whose a ticket is from this moment; the history may be NULL. */
int	desk_give(struct cmd *, const char *key, const char *assignee,
	    const struct history *, struct err *);
/* The ticket that the operand names; ERR_USAGE when there is none. */
int	desk_ticket(struct cmd *, const char *name, char key[KEY_TEXT],
	    struct err *);
/*
 * The fields of a due moment or an excluded period that a person gives: 1,
 * or 0 when that is said already, -1 (ERR_USAGE). clock and until may be NULL.
 */
int	desk_due(struct cmd *, const char *due, const char *clock,
	    const struct ticket *, struct writer *, struct err *);
int	desk_period(struct cmd *, const char *why, const char *since,
	    const char *until, const struct ticket *, struct writer *,
	    struct err *);
/* An argument as text of a record: valid UTF-8 without controls. */
char	*desk_text(struct cmd *, const char *, size_t);

/*
 * Emits a record of the type at this moment; fields is an object's text with
 * what it says, and gives the id. The order within a second is that of the
 * ids' hashes: with a history, one is chosen that comes behind its events of
 * the kind.
 */
int	desk_emit(struct cmd *, const char *type, const struct history *,
	    enum event_kind, const struct buf *fields, struct err *);

/* Whether somebody is meant: "mira" is mira@tai.example as well. */
bool	desk_is_person(const char *address, const char *who);
/*
 * The log's records of a ticket (NULL: of all) behind a row, in order, with
 * the notices about it; types is a NULL-terminated list, or NULL for all.
 */
int	desk_records(struct cmd *, const char *const *types,
	    const char *ticket, int64_t after, int (*)(struct cmd *, void *,
	    struct rec *, int64_t seq, struct err *), void *, struct err *);

/*
 * Whether there is such a type of stored records, such a tier in sla.yaml,
 * such a category or topic in the rules, such a person in team.yaml or
 * org.yaml: 0, or ERR_USAGE with those that there are.
 */
int	desk_known_type(const char *, struct err *);
int	desk_known_customer(const struct cmd *, const char *, struct err *);
int	desk_known_tier(const struct cmd *, const char *, struct err *);
int	desk_known_category(struct cmd *, const char *, struct err *);
int	desk_known_person(struct cmd *, const struct team *, const char *who,
	    struct err *);
/* Somebody of the team, by id, address or the part before the @; or NULL. */
const struct person *desk_member(const struct team *, const char *who);

/* A field's text made safe on one line, "" without it; in the arena. */
const char *desk_field(const struct rec *, const char *name, struct arena *);
/* The record's text, quoted parts folded. */
void	desk_words(struct cmd *, const struct rec *, struct arena *);
/* Any record but a message, in a line or two. */
void	desk_told(struct cmd *, const struct rec *, struct arena *);
/* Who the ticket's customer is: contract, other tickets, last score. */
int	desk_card(struct cmd *, const struct ticket *, struct arena *,
	    struct err *);
/* Articles and templates that fit what the customer wrote. */
int	desk_suggest(struct cmd *, const struct buf *text, struct arena *,
	    struct err *);

/* "name        text" of a ticket's head, unless the text is empty. */
void	desk_line(struct cmd *, const char *name, const char *text);

/* Text that a terminal may see: line ends and tabs stay, controls go. */
void	desk_safe(struct buf *, const char *, size_t);
/* A line of JSON to stdout; on a terminal what it must not see, escaped. */
void	desk_print(const char *, size_t);

#endif
