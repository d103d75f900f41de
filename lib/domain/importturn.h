/* Inside of import.c and importturn.c. */
#ifndef TAI_DOMAIN_IMPORTTURN_H
#define TAI_DOMAIN_IMPORTTURN_H

#include "domain/importpeople.h"

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
	int64_t created, updated, last;	/* TIME_NONE unknown */
	const char *subject, *channel, *customer;
	const char *requester, *requester_address;
};

void	turn_forget(struct import *);

#endif
