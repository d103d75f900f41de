/* Values of an item by the expressions of an import map. */
#ifndef TAI_DOMAIN_IMPORTVALUE_H
#define TAI_DOMAIN_IMPORTVALUE_H

#include "domain/import/import.h"

struct import_place {		/* where an expression looks */
	const struct import_map *map;
	const struct value *item;
	const struct value *up;	/* or NULL */
	struct arena *arena;
	const struct import_desk *desk;	/* for unknown; or NULL */
	uint64_t up_tag;	/* names up: what was found in it is kept */
};

/* Whether every condition holds. */
bool	import_holds(const struct import_place *, const struct import_test *,
	    size_t);
/* The value itself, before any map; false when it is missing or null. */
bool	import_value(const struct import_place *, const struct import_expr *,
	    struct value *);
/* Text without spaces around it; NULL when missing, empty or mapped to ~. */
const char *import_text(const struct import_place *,
	    const struct import_expr *);
/* The same as it stands, spaces and lines kept. */
const char *import_body(const struct import_place *,
	    const struct import_expr *);
/* Before any map: the word there. */
const char *import_word(const struct import_place *,
	    const struct import_expr *);
/* Whether its map has a word for what is there. */
bool	import_knows(const struct import_place *, const struct import_expr *);
/* 1, 0 missing, -1 it is there and no moment. */
int	import_moment(const struct import_place *, const struct import_expr *,
	    int64_t *);
bool	import_truth(const struct import_place *, const struct import_expr *,
	    bool otherwise);
/* Texts of an array (or of a text with , or ; between), NULL ends. */
const char *const *import_list(const struct import_place *,
	    const struct import_expr *);

#endif
