/*
 * rules/alerts/NAME.yaml: where things stand in what a monitor or a status
 * page sends. The language is in tai-rules(5); its expressions are those of
 * import maps.
 */
#ifndef TAI_DOMAIN_ALERTMAP_H
#define TAI_DOMAIN_ALERTMAP_H

#include "domain/import/importmap.h"
#include "domain/import/importvalue.h"

enum alert_kind { ALERT_ALERT, ALERT_INCIDENT, ALERT_MAINTENANCE };
enum alert_state { ALERT_IGNORED, ALERT_FIRING, ALERT_RESOLVED, ALERT_ACKED };

enum alert_field {
	A_STATE, A_SEVERITY, A_SERVICE, A_HOST, A_CUSTOMER, A_TITLE, A_TEXT,
	A_STARTED, A_ENDED, A_AT, A_METRIC, A_VALUE, A_FOR, A_BY,
	A_ID, A_STATUS, A_AFFECTS, A_ANNOUNCED,
	A_WORD_AT, A_WORD_STATUS, A_WORD_TEXT, A_STATE_SERVICE, A_STATE_IS,
	A_COMPLETED,
	ALERT_FIELDS
};

struct alert_list {
	size_t n;
	const char **label;	/* of details; else NULL */
	struct import_expr **expr;
};

struct alert_form {		/* one shape of what a source sends */
	enum alert_kind kind;
	const struct yaml *yaml;
	struct import_test *detect, *where;
	size_t detects, wheres;
	const char *decode;	/* path of JSON in a string, or NULL */
	const char *items;	/* path of an array, or NULL */
	const char *labels;	/* path of an object told in the text */
	const char *words;	/* path of an incident's updates */
	const char *states;	/* path of services in one of those */
	bool silent;		/* known, and of no interest */
	struct import_expr *field[ALERT_FIELDS];
	struct alert_list fingerprint, group, links, details;
};

struct alert_map {
	const char *name;
	struct import_map import;	/* what expressions need */
	const struct yaml *customers;	/* a word: the customer; or NULL */
	struct alert_form *form;
	size_t forms;
};

struct alert {			/* texts in the arena; NULL when missing */
	const char *source, *fingerprint, *group, *service, *host, *customer;
	const char *title, *text, *by, *metric;
	enum alert_state state;
	int severity;		/* 1 to 4 for P1 to P4; 0 unknown */
	int64_t started, ended, at;	/* TIME_NONE when missing */
	bool has_value;
	double value;
	int64_t lasts;		/* s that the value has been there; -1 */
};

/* The tree must outlive the map; the rest is the arena's. ERR_CONFIG. */
int	alert_map_load(struct alert_map *, struct arena *, const char *name,
	    const struct yaml *, struct err *);
void	alert_map_free(struct alert_map *);
/* The forms whose marks are all there; *pos starts at 0; NULL ends. */
const struct alert_form *alert_map_form(const struct alert_map *,
	    const struct value *, size_t *pos, struct arena *);

struct alert_part {		/* one thing told within an item */
	const struct alert_map *map;
	const struct alert_form *form;
	struct value item;
	struct value up;	/* around it; text NULL: none */
	uint64_t up_tag;
};
/*
 * Calls back with each part of an item; ERR_INPUT when what should hold JSON
 * or an array does not. A callback that returns -1 ends it.
 */
int	alert_parts(const struct alert_map *, const struct alert_form *,
	    const struct value *, int (*)(void *, const struct alert_part *,
	    struct err *), void *, struct arena *, struct err *);
/* The part as an alert (of ALERT_ALERT); ERR_INPUT names what is wrong. */
int	alert_of(const struct alert_part *, struct alert *, struct arena *,
	    struct err *);
/*
 * The part as the line of an incident or maintenance record: the latest of
 * a key holds. ERR_INPUT.
 */
int	alert_page(const struct alert_part *, struct buf *, struct arena *,
	    struct err *);
/* The place in which expressions of a part are evaluated. */
struct import_place alert_place(const struct alert_part *, struct arena *);
/* "P1" to "P4" (any case) as 1 to 4, anything else 0. */
int	alert_severity(const char *);

#endif
