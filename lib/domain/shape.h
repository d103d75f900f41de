/* Shapes of values: what a field may hold; checked here, told as a schema. */
#ifndef TAI_DOMAIN_SHAPE_H
#define TAI_DOMAIN_SHAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "format/record.h"

enum shape_kind { SHAPE_ANY, SHAPE_TEXT, SHAPE_WHOLE, SHAPE_NUMBER,
	    SHAPE_TRUTH, SHAPE_LIST, SHAPE_MAP, SHAPE_EITHER };

struct shape {
	enum shape_kind kind;
	const char *name;	/* as a refusal says it: "a string" */
	/* TEXT: one of the words (NULL ends), or what the test holds for */
	const char *const *words;
	bool (*test)(const char *);
	const char *pattern;	/* the test as an ECMA expression */
	size_t least, most;	/* TEXT: bytes; LIST: items; most 0: any */
	int64_t min, max;	/* WHOLE */
	const struct shape *item;	/* LIST: of each; EITHER: the one */
	const struct shape *other;	/* EITHER: the other */
	const struct field_rule *fields;	/* MAP: a nameless one ends */
};

struct field_rule {		/* a field that is null counts as missing */
	const char *name;
	const struct shape *shape;
	bool must;
};

/*
 * Checks a record or object against its fields; what they do not name may be
 * anything. 0, or -1 (ERR_INPUT): "TYPE: from.address is not a string".
 */
int	fields_check(const struct field_rule *, const struct rec *,
	    const char *type, struct err *);
/* The members of a JSON Schema (2020-12): properties and required. */
void	fields_schema(const struct field_rule *, struct writer *);

#endif
