/*
 * YAML files as a tree that knows its lines. A narrow profile: one document,
 * UTF-8, block and flow, scalars, lists and maps; anchors, aliases, tags and
 * a key twice are refused, as are 1 MiB and 32 levels. Errors are ERR_CONFIG
 * and start with "file:line: ".
 */
#ifndef TAI_FORMAT_YAML_H
#define TAI_FORMAT_YAML_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml {
	enum yaml_kind kind;
	const char *file;
	int line;		/* from 1 */
	const char *key;	/* of an entry of a map, else NULL */
	const char *text;	/* of a scalar; NULL for a plain null or ~ */
	bool quoted;		/* a scalar in quotes or a block */
	int count;		/* entries of a list or map */
	struct yaml *first;	/* the entries, in the file's order */
	struct yaml *next;	/* sibling */
};

/* The tree lives in the arena. An empty file is an empty map. */
int	yaml_load(struct arena *, const char *path, struct yaml **,
	    struct err *);
int	yaml_parse(struct arena *, const char *name, const char *, size_t,
	    struct yaml **, struct err *);

/* The entry of a map, or NULL when it is missing or this is no map. */
const struct yaml *yaml_get(const struct yaml *, const char *key);
/* The text of a map's scalar entry, or the default. */
const char *yaml_str(const struct yaml *, const char *key, const char *def);
/*
 * Typed entries: 0 when found and right or missing (*out untouched), -1 with
 * file and line when it is there and wrong.
 */
int	yaml_int(const struct yaml *, const char *key, int64_t min, int64_t max,
	    int64_t *out, struct err *);
int	yaml_bool(const struct yaml *, const char *key, bool *out,
	    struct err *);
/*
 * A decimal as an integer of units of 10^-places: "99.95" with 4 places is
 * 999500. Never goes through a float. More places than that is an error.
 */
int	yaml_decimal(const struct yaml *, const char *key, int places,
	    int64_t *out, struct err *);
/*
 * A list of texts as an array in the arena, NULL ends; empty when the entry
 * is missing.
 */
int	yaml_texts(const struct yaml *, const char *key, struct arena *,
	    const char *const **, struct err *);
/* A time such as 90s, 5m, 24h or 7d (a day has 86,400 s), over 0. */
int	yaml_seconds(const struct yaml *, const char *key, int64_t *out,
	    struct err *);
/* Refuses entries of a map that are not in the NULL-terminated list. */
int	yaml_only(const struct yaml *, const char *const *keys, struct err *);
/* err_set with the node's file and line before the message. */
int	yaml_err(const struct yaml *, struct err *, const char *, ...)
	    __attribute__((format(printf, 3, 4)));

#endif
