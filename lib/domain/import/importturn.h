/* Inside of import.c and importturn.c. */
#ifndef TAI_DOMAIN_IMPORTTURN_H
#define TAI_DOMAIN_IMPORTTURN_H

#include "domain/import/importpeople.h"

struct import {
	const struct import_map *map;
	const struct org *org;
	const struct customers *customers;
	const struct import_desk *desk;
	struct people *people;
	const char *instance;
	struct arena arena;	/* as long as the import */
	struct arena scratch;	/* of an item */
	struct rec *rec;
	struct buf line;
	size_t made, known;
	uint64_t visits;	/* items looked at */
	struct link *links;	/* merges so far */

	/* of the ticket whose turn it is */
	struct arena turn_arena;
	const char *ticket;
	char key[KEY_TEXT];
	const struct import_turn *turn;
	struct history history;
	bool stored;		/* some of it was here before */
	bool fields_due;	/* the head's fields wait for a record */
	struct named *named;	/* Message-IDs of this turn */
	/* TIME_NONE unknown; changed: by the latest change told */
	int64_t created, updated, last, changed;
	const char *subject, *channel, *customer;
	const char *requester, *requester_address;
};

struct author {
	const char *id;		/* NULL unknown */
	const char *address, *name;	/* "" unknown */
	enum role role;
	bool requester;
};

struct word {			/* a comment, or a ticket's opening */
	const struct import_found *found;
	const char *id;		/* of the comment; "" the opening */
	int64_t at;
	struct author who;
	const char *raw, *text;	/* raw: as the export has it; never NULL */
	bool html;
	char digest[HASH_HEX];
};

struct verdict_of {		/* what an item says of a ticket's worth */
	const char *severity, *category, *topic;	/* NULL: nothing */
	const char *const *tags;
	const char *word;	/* the severity's there, or NULL */
};

/* An item as a place for expressions. */
struct import_place turn_place(struct import *, const struct import_found *);
/* Writes im->line out; what it means for the ticket's history is kept. */
int	turn_emit(struct import *, struct err *);
void	turn_hash(const char *, char hex[HASH_HEX]);
/* "35436.2127@acme.zendesk.com.zendesk.invalid", or without ".2127". */
const char *turn_name(struct import *, const char *ticket, const char *part);
/* The key of a ticket by its id there. */
void	turn_key(struct import *, const char *ticket, char key[KEY_TEXT]);
/* The fields source; a text without control characters. */
void	turn_source(struct import *, struct writer *, const char *comment);
void	turn_clean(struct writer *, const char *key, const char *);
/* A merge record by keys. */
int	turn_merge(struct import *, const char *from, const char *into,
	    int64_t at, const char *why, struct err *);
/* By the address, else the ticket's; "" unknown. */
const char *turn_customer(struct import *, const char *address);

struct author word_author(struct import *, const struct import_found *);
/* How records call an author: address, name, or the source. */
const char *word_by(const struct import *, const struct author *);
void	word_read(struct import *, const struct import_found *,
	    struct word *);
bool	word_files(struct import *, const struct import_found *);
/* What no other field of a record says of an item, as JSON; or NULL. */
const char *word_fields(struct import *, const struct import_found *);
/* As a note, with a text before it; as a message, unless it is here. */
int	word_note(struct import *, const struct word *, const char *about,
	    struct err *);
int	word_say(struct import *, const struct word *, struct err *);
void	word_forget(struct import *);

/* word: what the status is called there, or NULL. */
int	change_status(struct import *, int64_t at, const char *status,
	    const char *by, const char *word, struct err *);
int	change_assign(struct import *, int64_t at, const char *who,
	    const char *by, struct err *);
struct verdict_of change_verdict(struct import *,
	    const struct import_found *);
/* The id of its record; another one for each text when. */
void	change_verdict_id(struct import *, const struct verdict_of *,
	    const char *when, char id[ID_TEXT]);
int	change_judge(struct import *, const struct verdict_of *, int64_t at,
	    const char *by, const char *id, struct err *);
const char *change_assignee(struct import *, const struct import_found *);
int	change_merges(struct import *, const struct import_found *,
	    int64_t at, struct err *);
/* All that a comment or a change sets, at its moment. */
int	change_apply(struct import *, const struct import_found *,
	    const struct author *, struct err *);
void	change_forget(struct import *);

#endif
