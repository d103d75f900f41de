/*
 * What a run of threading remembers, in tables that never grow: the tickets
 * of Message-IDs, what is known of the tickets, who took part in them. Behind
 * each stands the store, if there is one.
 */
#ifndef TAI_DOMAIN_THREADTAB_H
#define TAI_DOMAIN_THREADTAB_H

#include "domain/mail/thread.h"

struct place {			/* a ticket */
	uint64_t key;		/* its 60 bits */
	uint64_t into;		/* merged into that one, or 0 */
	uint64_t joined, next;	/* those merged into this, and their list */
	uint64_t customer, first_topic, last_topic;
	int64_t customer_at, first, last, done;
	bool apart;
	bool parties;		/* those of the store are in the table */
};

struct name {			/* of a message */
	uint64_t name;
	uint64_t ticket;	/* key, and SEEN */
};

struct threads {
	const struct org *org;
	const struct thread_lookup *lookup;
	struct arena scratch;	/* of one mail */
	struct name *names;
	struct place *places;
	uint64_t *parties;	/* of a ticket and an address or domain */
};

uint64_t word(const char *);
uint64_t key_pack(const char *);
void	key_unpack(uint64_t, char [KEY_TEXT]);

/* The ticket of a message, and whether the message is here: 1, 0, -1. */
int	name_of(struct threads *, const char *id, uint64_t *key, bool *seen,
	    struct err *);
void	name_put(struct threads *, const char *id, uint64_t key, bool seen);
/* Notes an id that a mail names, unless it is known. */
int	name_mention(struct threads *, const char *id, uint64_t key,
	    struct err *);

/* A ticket through its merges, as a copy: 1, 0, -1. */
int	place_of(struct threads *, uint64_t key, struct place *,
	    struct err *);
void	place_start(struct place *, uint64_t key, bool apart);
void	place_save(struct threads *, const struct place *);
/* Saves both; the one leads to the other from now on. */
void	place_merge(struct threads *, struct place *from, struct place *into);

/* Whether the address or domain took part in the ticket: 1, 0, -1. */
int	is_party(struct threads *, const struct place *, const char *,
	    struct err *);
/* An address, and its domain, take part. */
void	party_put(struct threads *, uint64_t key, const char *address);

#endif
