/*
 * What every tool has in common: the verb table, common options, rules and
 * store, input and output, exit status.
 */
#ifndef TAI_CMD_H
#define TAI_CMD_H

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "base/mem.h"
#include "domain/book.h"
#include "domain/calendar/calendar.h"
#include "domain/clock/clock.h"
#include "domain/clock/policy.h"
#include "domain/mail/automatic.h"
#include "domain/org.h"
#include "format/record.h"
#include "format/secret.h"
#include "format/table.h"
#include "format/yaml.h"
#include "store/store.h"

enum need {			/* what a verb wants opened before it runs */
	NEED_ORG = 1,		/* org.yaml and the customers */
	NEED_SLA = 2,		/* calendars.yaml and sla.yaml */
	NEED_STORE = 4,		/* fails without one that is there */
	MAY_WRITE = 8,		/* opens the store, if any, for writing */
	NO_STORE = 16,		/* never opens one */
	DEFER = 32,		/* whatever fails, the status is 75 */
	MAKE_STORE = 256,	/* with NEED_STORE: one that is not is made */
	MAY_INDEX = 512,	/* writes only what it can do without */
	LATE = 64,		/* the verb calls cmd_open itself */
	NEED_SECRETS = 128,	/* secrets.yaml */
};

enum form { FORM_AUTO, FORM_TEXT, FORM_TABLE, FORM_JSON, FORM_TSV, FORM_CSV,
	    FORM_HTML };

struct cmd {			/* one run of one verb */
	const char *tool, *verb;
	/* common options */
	const char *db;		/* NULL: a pure filter */
	bool dry, only, pending, strict, quiet, verbose;
	bool no_redact;		/* secrets are shown as they are */
	enum form form;
	const char *output;	/* -o, or NULL */
	int64_t now;
	/* opened by what the verb needs */
	struct arena arena;	/* lives as long as the run */
	struct org org;
	struct customers *customers;
	struct calendars *calendars;
	struct policy *policy;
	struct secrets *secrets;	/* NULL when not needed */
	struct store *store;	/* NULL without one */
	struct reject reject;
	int argc;		/* what is left of the command line */
	char **argv;
	struct buf out;		/* tables, reports: printed at the end */
	/* the rest is cmd.c's */
	struct cmd_private *own;
};

struct verb {
	const char *name;
	int (*run)(struct cmd *, struct err *);	/* 0, 1 findings, or -1 */
	const char *usage;	/* "[-n] [FILE...]" behind tool and verb */
	int needs;		/* NEED_ and MAY_ bits */
	const struct option *options;	/* own ones, ended by a zero; or NULL */
	/* An own option; returns -1 with ERR_USAGE for a bad value. */
	int (*option)(struct cmd *, int, const char *value, struct err *);
};

/* Runs the verb that argv names (else the first) and returns the status. */
int	cmd_main(const char *tool, const struct verb *, int argc, char **argv);

/* Own options without a letter have numbers from here on; the letters of the
 * others are none of the common ones' (dhnoqrvV). */
#define OPT_OWN 1000

/*
 * Rules: the first folder of the path that has the file, NULL for none; all
 * files with the ending below the folder of that name in every folder.
 */
const char *cmd_rule_file(struct cmd *, const char *name);
/* The tiers of sla.yaml as they stand there, a map; NULL without them. */
const struct yaml *cmd_tiers(struct cmd *);
/* Calls back with another path of rules in the place of the run's. */
int	cmd_other_rules(struct cmd *, const char *path, int (*)(struct cmd *,
	    void *, struct err *), void *, struct err *);
int	cmd_rule_files(struct cmd *, const char *folder, const char *ending,
	    const char *const **paths, size_t *n, struct err *);
int	cmd_rule_yaml(struct cmd *, const char *name, struct yaml **,
	    struct err *);
/*
 * The calendars of the file (NULL: calendars.yaml of the rules), once: those
 * that are there stay.
 */
int	cmd_calendars(struct cmd *, const char *path, struct err *);
/*
 * Another policy: a folder of rules that comes before the present ones, or an
 * sla.yaml with the present calendars and contracts.
 */
int	cmd_policy(struct cmd *, const char *path, struct policy **,
	    struct err *);
/*
 * automatic.yaml, or without it the numbers as shipped and no words;
 * automatic_free it.
 */
int	cmd_automatic(struct cmd *, struct automatic *, struct err *);
/* A template's text ("report/daily.html"), in the arena; and all of them. */
int	cmd_template(struct cmd *, const char *name, const char **text,
	    size_t *len, struct err *);
int	cmd_template_files(struct cmd *, const char *folder,
	    const char *ending, const char *const **paths, size_t *n,
	    struct err *);

/*
 * Secrets that customers send, for verbs with NEED_SECRETS; with --no-redact
 * all stays as it is. Text that is shown or sent (in the arena, or the text
 * itself); a JSON value; a record, parsed anew, with its ranges moved along.
 */
int	cmd_secrets(struct cmd *, struct err *);	/* for the others, when needed */
const char *cmd_redact(struct cmd *, const char *, struct arena *);
void	cmd_redact_json(struct cmd *, struct buf *);
int	cmd_redact_record(struct cmd *, struct rec *, struct arena *,
	    struct err *);
/* Adds the flag "secret" to the message record that ends the buffer and
 * begins at the offset, when its text or subject has one. */
int	cmd_flag_secrets(struct cmd *, struct buf *, size_t from,
	    struct err *);

/*
 * The text of a secret's file (absolute, or below a folder of rules), line
 * ends behind it cut off; ERR_CONFIG when others may read it. In the arena.
 */
int	cmd_secret(struct cmd *, const char *file, const char **, struct err *);

/*
 * A filter over records: calls each with every input record (files, or
 * stdin, or with --pending the cursor). Input is copied to the output, but
 * with --only; what each emits follows it. With a store both are appended
 * and committed before they are printed. A function that returns -1 with
 * ERR_INPUT refuses that record, any other failure ends the run. finish may
 * be NULL; it runs after the last record. So may settle: what follows from
 * several records together and must not come in later than they do; with a
 * store it runs before each commit.
 */
struct filter {
	int (*each)(struct cmd *, void *, const struct rec *, struct err *);
	int (*finish)(struct cmd *, void *, struct err *);
	int (*settle)(struct cmd *, void *, struct err *);
	struct cursor *pending;	/* or NULL */
	void *arg;
	bool replaces;		/* what each emits stands for its input */
};
int	cmd_filter(struct cmd *, const struct filter *, struct err *);
/* Emits a record of the tool's own: a line without its newline. */
int	cmd_emit(struct cmd *, const char *line, size_t len, struct err *);
/* Sends out what is gathered: appended, committed, printed. */
int	cmd_flush(struct cmd *, struct err *);

/*
 * Every history this verb is about: of the store, or, without one or with
 * operands ("-" is stdin), of records. Customer records of the input join the
 * customers; what is neither a message nor a customer also goes to other (may
 * be NULL), first all of those, then the histories in the order in which
 * their tickets first appeared.
 */
int	cmd_histories(struct cmd *, bool open_only,
	    int (*other)(struct cmd *, void *, const struct rec *,
	    struct err *),
	    int (*each)(struct cmd *, void *, const struct history *,
	    struct err *), void *, struct err *);
/*
 * Calls each with the records of the input (without messages; customers join
 * the customers), or with the store's of these types. A record for which it
 * returns -1 with ERR_INPUT is refused and told; the others go on.
 */
int	cmd_records(struct cmd *, const char *const *types,
	    int (*each)(struct cmd *, void *, const struct rec *,
	    struct err *), void *, struct err *);
/*
 * The tier of a ticket's customer at its opening, or the default tier, also
 * for a tier that is not in sla.yaml, which is told once.
 */
const char *cmd_tier(struct cmd *, const struct ticket *);
/* What its clocks follow from, now; without a callback. */
struct clock_ask cmd_clock_ask(struct cmd *, const struct ticket *);
/* Opens what the NEED_ and MAY_ bits say: for verbs with LATE. */
int	cmd_open(struct cmd *, int needs, struct err *);
/*
 * Says that an operand could not be opened: why, or, where the verb was not
 * named, that it may have been meant for one (ERR_USAGE).
 */
int	cmd_missing(struct cmd *, const char *name, const char *why,
	    struct err *);
/* What ends the run was told as a refusal: it is not printed once more. */
void	cmd_told(struct cmd *);
/* Warns on stderr, and makes the exit status at least that. */
void	cmd_warn(struct cmd *, enum err_kind, const char *, ...)
	    __attribute__((format(printf, 3, 4)));
/* AUTO decided: a table on a terminal, JSON Lines elsewhere. */
enum form cmd_form(const struct cmd *);
/* Whether the operands ask for records rather than the store. */
bool	cmd_reads_records(const struct cmd *);
/* "Thu 2026-01-15 06:47 PST" in the organisation's zone; in the arena. */
char	*cmd_time(struct cmd *, int64_t, struct arena *);
/* A table in the form asked for; FORM_JSON rows are written by the verb. */
void	cmd_table(struct cmd *, const struct table *);

#endif
