/* What the parts of the rules share: rules.c, rulematch.c, rulecheck.c. */
#ifndef TAI_DOMAIN_RULESET_H
#define TAI_DOMAIN_RULESET_H

#include "domain/rules.h"

enum term_kind { TERM_ALL, TERM_ANY, TERM_NOT, TERM_PATTERN, TERM_EQUAL,
	    TERM_FIRST };
enum { FIELD_SUBJECT, FIELD_TEXT, FIELD_FROM, FIELD_CHANNEL, FIELD_TIER,
	FIELD_FIRST, FIELDS };
#define SCANNED		(FIELD_FROM + 1)	/* fields for patterns */

extern const char *const field_names[FIELDS];

struct term {			/* of a condition */
	enum term_kind kind;
	unsigned fields;	/* bits of FIELD_; PATTERN, EQUAL, FIRST */
	const char *text;	/* as the file has it; PATTERN, EQUAL */
	size_t pattern;		/* number in the set; PATTERN */
	bool truth;		/* FIRST */
	int line;
	struct term *first;	/* ALL, ANY; NOT: none of them holds */
	struct term *next;
};

struct rule {
	struct rule_info info;
	size_t order;		/* earlier ones win ties */
	struct term *when;
	const struct yaml *match, *no_match;	/* examples, or NULL */
};

struct rules {
	struct arena arena;
	struct rule **rule;
	size_t n, room;
	struct pattern **pattern;
	size_t patterns, pattern_room;
	struct pattern_set *set;
	struct pattern_scan *scan[SCANNED];	/* of the message at hand */
	bool built;		/* the set and the scans */
	int scans;		/* messages so far, until then */
	const struct yaml **disabled;	/* ids that a file switches off */
	size_t disables, disable_room;
	struct answering answering;
};

/* The field's text; "" for what a message does not have. */
const char *message_field(const struct message *, int field, size_t *len);
/* Whether the rule's condition holds for the message of the last scan. */
int	term_holds(struct rules *, const struct term *, const struct message *,
	    struct err *);
void	rules_scan(struct rules *, const struct message *);
/* Plain quotes, dashes and spaces, at most so many bytes of the text. */
char	*message_plain(struct arena *, const char *, size_t len, size_t most,
	    size_t *out_len);
/* An example as a message; 0, or -1 with its file and line. */
int	example_message(const struct yaml *, struct message *, struct arena *,
	    struct err *);

#endif
