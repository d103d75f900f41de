/* Tickets gathered from a stream of records, in memory. */
#ifndef TAI_DOMAIN_BOOK_H
#define TAI_DOMAIN_BOOK_H

#include "domain/model.h"

struct book;

struct book *book_new(void);
/* Takes what concerns tickets (merges and splits too); others are no error. */
int	book_add(struct book *, const struct rec *, struct err *);
size_t	book_count(const struct book *);
/*
 * After the last add: the histories with merges and splits applied, in the order in
 * which their tickets first appeared; each stays valid until book_free.
 */
const struct history *book_next(const struct book *, size_t *pos);
/* By key or a prefix of one: 1 found, 0 none, -1 ERR_USAGE ambiguous. */
int	book_find(struct book *, const char *, const struct history **,
	    struct err *);
void	book_free(struct book *);

#endif
