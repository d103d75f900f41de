/*
 * What there is of a message, a ticket, a person or a customer: records of
 * the log, and the raw mails and attachments behind them.
 */
#ifndef TAI_DESK_CHOICE_H
#define TAI_DESK_CHOICE_H

#include "desk.h"

enum { TEXT = 1, RAW = 2, ATTACHED = 4, ALL = 7 };

struct chosen {			/* a record of which something is chosen */
	const char *id;
	int what;
	bool empty;		/* forgetting it would change its body */
	uint8_t was[HASH_BYTES], now[HASH_BYTES];
	struct chosen *next;
};

struct blob {
	char hex[HASH_HEX];
	const char *name;	/* of an attachment; NULL: a raw mail */
	bool chosen, shared;	/* by a chosen record, by another one */
	struct blob *next;
};

struct open_ticket {		/* one that is open and chosen as a whole */
	char key[KEY_TEXT];
	int64_t number;
	struct open_ticket *next;
};

struct choice {
	struct cmd *cmd;
	bool retention;		/* by age, in place of a scope */
	/* Of others nothing but what the person had: no mail between them. */
	bool sparing;
	const char *scope, *name;	/* "person", "kim@acme.example" */
	struct chosen *records, **end;	/* in the order of the log, mostly */
	struct blob *blobs, **blobs_end;
	struct choice_index *index;	/* of both, by id and by hash */
	struct open_ticket *open;
	struct arena scratch;
	size_t bodies;		/* records with empty set */
};

/* Reads the scope and name of the command line, finds all there is of it. */
int	choice_make(struct choice *, struct err *);
/* The chosen of that record, or NULL. */
const struct chosen *choice_has(const struct choice *, const struct rec *,
	    struct arena *);
/* The blob of that hash, whether chosen or not; NULL when there is none. */
struct blob *choice_blob(const struct choice *, const char *hex);
/* Calls use with every record of the log; stops when it fails. */
int	choice_each(struct choice *, int (*use)(struct choice *,
	    const struct rec *, struct arena *, void *, struct err *),
	    void *, struct err *);
void	choice_free(struct choice *);

#endif
