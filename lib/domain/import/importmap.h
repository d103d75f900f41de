/*
 * rules/import/NAME.yaml: where things stand in what another helpdesk, a
 * spreadsheet or a script exports. The language is in tai-rules(5).
 */
#ifndef TAI_DOMAIN_IMPORTMAP_H
#define TAI_DOMAIN_IMPORTMAP_H

#include <stdbool.h>

#include "base/err.h"
#include "base/mem.h"
#include "format/pattern.h"
#include "format/rows.h"
#include "format/yaml.h"
#include "format/zone.h"

enum import_kind { IMPORT_TICKET, IMPORT_COMMENT, IMPORT_CHANGE,
	    IMPORT_RATING, IMPORT_PERSON, IMPORT_COMPANY, IMPORT_RECORD };

enum import_field {
	F_ID, F_TICKET, F_CREATED, F_UPDATED,
	F_AUTHOR, F_AUTHOR_ADDRESS, F_AUTHOR_NAME, F_ROLE,
	F_REQUESTER, F_REQUESTER_ADDRESS, F_REQUESTER_NAME, F_COMPANY,
	F_SUBJECT, F_TEXT, F_HTML, F_PUBLIC, F_CHANNEL, F_TO, F_AUTO,
	F_MESSAGE_ID, F_IN_REPLY_TO,
	F_STATUS, F_SEVERITY, F_CATEGORY, F_TOPIC, F_TAGS, F_ASSIGNEE,
	F_WAITING, F_RESOLVED, F_CLOSED,
	F_MERGED_INTO, F_MERGED_FROM,
	F_SCORE, F_ADDRESS, F_NAME, F_DOMAINS,
	F_FILE_NAME, F_FILE_TYPE, F_FILE_SIZE, F_FILE_URL, F_FILES,
	IMPORT_FIELDS
};

struct import_memo {		/* what the many within one item ask it for */
	uint64_t tag;
	bool there;
	struct value value;
};

struct import_path {
	struct import_memo *up;	/* "^": in the item around this one */
	const char *path;	/* of value_at; without the ^ */
	const char *rest;	/* behind a [name=value], or NULL */
	const char *name, *value;	/* of it */
};

struct import_test {		/* of where, of when */
	struct import_path path;
	const struct yaml *wants;	/* NULL: only that it is there */
};

struct import_expr {		/* how a value is found and made */
	const struct yaml *yaml;
	size_t tests;		/* when: else it is not there */
	struct import_test *test;
	size_t paths;
	struct import_path *path;	/* the first that is there */
	bool join;		/* all that are there, a space between */
	bool html;		/* a short text with marks to be taken off */
	bool optional;		/* of a table: the column may be missing */
	const char *constant;
	const struct yaml *map, *otherwise;	/* or NULL */
	struct pattern *match;	/* the group "value", or the whole */
	const char *format;	/* of a moment; NULL: guessed */
	const char *each;	/* of an array's items; NULL: themselves */
	bool major;		/* money: units rather than minor units */
};

struct import_column {		/* of IMPORT_RECORD: field and value */
	const char *name;
	struct import_expr *expr;
};

struct import_rule {
	enum import_kind kind;
	const char *record;	/* its type, of IMPORT_RECORD */
	const char *const *in;	/* the lists it stands in; NULL ends */
	size_t tests, columns;
	struct import_test *test;
	struct import_column *column;
	struct import_expr *field[IMPORT_FIELDS];	/* NULL: none */
	const char *const *drop;	/* fields not kept; NULL ends */
	bool alone;		/* its text is an opening only alone */
	const struct yaml *yaml;
};

struct import_map {
	const char *name;	/* "zendesk" */
	const char *file;
	const char *const *lists;	/* all that items stand in; NULL ends */
	const char *const *instance;	/* paths of URLs that tell it */
	bool table;		/* CSV rather than JSON */
	struct rows_form form;
	const struct zone *zone;	/* of moments without one */
	char decimal;		/* '.' or ',' */
	const char *format;	/* of moments, or NULL */
	const struct yaml *customers;	/* company or its id: customer */
	struct import_rule *rule;
	size_t rules;
};

/* The tree must outlive the map; the rest is the arena's. ERR_CONFIG. */
int	import_map_load(struct import_map *, struct arena *,
	    const struct yaml *, struct err *);
/*
 * An expression and conditions of the same language, for other maps; x->match
 * is the caller's to free. ERR_CONFIG.
 */
int	import_expr_load(struct import_map *, struct arena *,
	    const struct yaml *, struct import_expr **, struct err *);
int	import_tests_load(struct import_map *, struct arena *,
	    const struct yaml *, struct import_test **, size_t *,
	    struct err *);
/* Patterns are given back; the arena has the rest. */
void	import_map_free(struct import_map *);
/*
 * Whether a table has the columns that the map names: 0, or -1 (ERR_CONFIG,
 * at the map's line).
 */
int	import_map_columns(const struct import_map *, const struct rows *,
	    const char *table, struct err *);

#endif
