/*
 * Another helpdesk's export as records of ours. Items are visited in any
 * order: people and companies are remembered, the rest is handed on, to be
 * brought back ticket by ticket and in the order of time. What is written
 * depends on the items, the map and what is known already, and on no clock.
 */
#ifndef TAI_DOMAIN_IMPORT_H
#define TAI_DOMAIN_IMPORT_H

#include "domain/import/importmap.h"
#include "domain/model.h"
#include "domain/org.h"
#include "format/items.h"

struct import;

/* What is known and where records go; functions return -1 with the error. */
struct import_desk {
	void *arg;
	/* A record's line: 1 it is new, 0 its id is here already. */
	int (*emit)(void *, const struct buf *, struct err *);
	int (*has)(void *, const char *id, struct err *);
	/* The ticket of a Message-ID: 1, 0 unknown. */
	int (*message)(void *, const char *message_id, char key[KEY_TEXT],
	    struct err *);
	/* What the store has of a ticket: 1, 0 nothing. */
	int (*history)(void *, const char *key, struct history *,
	    struct arena *, struct err *);
	/* The latest `fields` of a ticket's records, and when: 1, 0. */
	int (*fields)(void *, const char *key, struct buf *, int64_t *at,
	    struct err *);
	/* A value that the map (at this place) has no word for. */
	void (*unknown)(void *, const struct yaml *, const char *value);
};

/* Everything must outlive it. */
struct import *import_new(const struct import_map *, const struct org *,
	    const struct customers *, const struct import_desk *);
void	import_free(struct import *);
/* The name in all ids; "" when there is but one. Set before import_begin. */
void	import_instance(struct import *, const char *);
/* The host of a URL in an item that tells the instance, or NULL. */
const char *import_tell_instance(const struct import_map *,
	    const struct value *item, struct arena *);

struct import_found {		/* what a rule found */
	const struct import_rule *rule;
	struct value item;
	struct value up;	/* the item around it; text NULL: none */
	uint64_t up_tag;	/* the same for the same one; 0: never mind */
	const char *ticket;	/* its id there; valid within the callback */
	int64_t at;		/* TIME_NONE: a ticket that does not tell */
	int64_t updated;	/* of a ticket; else as at */
	bool status;		/* it sets the ticket's status */
	const char *bad;	/* why it cannot be used, or NULL */
};

/*
 * Looks at an item, and at those within it. key: the list it stood in, or
 * NULL; file_ticket: what a file's name tells of the ticket, or NULL. found
 * is called with everything but people and companies; *kept counts those.
 */
int	import_visit(struct import *, const struct value *item,
	    const char *key, const char *file_ticket,
	    int (*found)(void *, const struct import_found *, struct err *),
	    void *arg, size_t *kept, struct err *);

/*
 * A ticket's turn: begin, its comments, changes and ratings by time, end.
 * head is its latest version or NULL; comments: how many follow; changes:
 * some of what follows tells of statuses. *made is set to whether a record
 * was new, *known to whether one was here already.
 */
struct import_turn {
	const char *ticket;
	const struct import_found *head;
	size_t comments;
	bool changes;
};
int	import_begin(struct import *, const struct import_turn *,
	    struct err *);
int	import_entry(struct import *, const struct import_found *,
	    struct err *);
int	import_end(struct import *, struct err *);
/* What the calls since the last one of this wrote: new ones, known ones. */
void	import_count(struct import *, size_t *made, size_t *known);

/*
 * A row (or item) of a record's rule as the record; the lines of one invoice
 * at once. Fields have the shapes of tai-record(5).
 */
int	import_row(const struct import_map *, const struct import_rule *,
	    const struct value *items, size_t n, struct buf *out,
	    struct arena *, struct err *);
/* What rows of one record have in common (an invoice's number), or NULL. */
const char *import_row_group(const struct import_map *,
	    const struct import_rule *, const struct value *, struct arena *);

#endif
