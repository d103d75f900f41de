/* What the two halves of an import share: reading, and the tickets' turns. */
#ifndef TAI_INGEST_IMPORT_H
#define TAI_INGEST_IMPORT_H

#include "domain/import/import.h"
#include "foreign.h"
#include "spool.h"

struct entry {			/* what a rule found, put aside */
	uint64_t at_spool, up_spool;
	int64_t at, updated;
	uint32_t len, up_len, group, line;
	uint16_t rule, source;
	bool status;
};

struct group {			/* a ticket, or the rows of one record */
	const char *id;
	uint32_t number;	/* in the order of input */
	int64_t first;		/* TIME_NONE unknown */
};

struct importing {
	struct foreign foreign;
	struct import_map map;
	struct import *import;
	struct import_desk desk;
	struct spool spool;
	const char **source;
	size_t sources, source_room;
	struct entry *entry;
	size_t entries, entry_room;
	struct group *group;	/* by number */
	size_t groups, group_room;
	struct group_name *names;	/* numbers by id; importread.c's */
	uint64_t *warned;
	const char *instance;	/* given, or told by the export */
	const char *file_ticket;
	/* the item at hand, and where it is put aside */
	const struct value *whole;
	uint64_t whole_at;
	bool spooled;
	size_t found, kept, things;
	struct buf item, up, line;
	uint64_t up_at;		/* of what is in up */
	size_t up_len;
};

/* Reads all operands; rows that are records by themselves go out. */
int	import_read(struct importing *, struct err *);
void	import_read_done(struct importing *);
/* What was put aside, ticket by ticket, the oldest first. */
int	import_turns(struct importing *, struct err *);
/* Counts one input by what became of it. */
void	import_tally(struct importing *, bool made, bool known);
/* Rejects what is at hand; -1 when --strict makes that the end. */
int	import_refuse(struct importing *, const char *why, const char *raw,
	    size_t len, struct err *);

#endif
