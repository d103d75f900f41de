/* The verbs of tai-ingest and what those for mail share. */
#ifndef TAI_INGEST_H
#define TAI_INGEST_H

#include "cmd.h"

int	ingest_mail(struct cmd *, struct err *);
int	ingest_mbox(struct cmd *, struct err *);
int	ingest_maildir(struct cmd *, struct err *);
extern const struct option maildir_options[];
int	maildir_option(struct cmd *, int, const char *, struct err *);
int	ingest_records(struct cmd *, struct err *);
int	ingest_import(struct cmd *, struct err *);
/* Whether a mail (its worker's record) is here as an imported message:
 * 1, 0, -1. */
int	ingest_imported(struct store *, const struct rec *mail,
	    const char *message_id, struct err *);
extern const struct option import_options[];
int	import_option(struct cmd *, int, const char *, struct err *);
int	ingest_slack(struct cmd *, struct err *);
int	slack_option(struct cmd *, int, const char *, struct err *);
#define OPT_EXPORT	(OPT_OWN + 1)
int	ingest_alert(struct cmd *, struct err *);
extern const struct option alert_options[];
int	alert_option(struct cmd *, int, const char *, struct err *);
int	ingest_schema(struct cmd *, struct err *);
int	ingest_lint(struct cmd *, struct err *);
int	ingest_webhook(struct cmd *, struct err *);

/* The sum: inputs = records + duplicates + ignored + rejects, always. */
struct tally {
	size_t inputs;
	size_t records;		/* made a record */
	size_t duplicates;	/* of something that is here already */
	size_t ignored;		/* not for us: joins, orphan recoveries */
	size_t rejects;		/* could not be read */
};
/* On stderr, when -v or --stats ask for it: "12 messages = 10 records ...". */
void	tally_print(const struct cmd *, const struct tally *,
	    const char *unit);
/* A message without the source (and line) that it may begin with. */
const char *without_place(const char *source, const char *text);
/* --stats, for the verb table: own options that begin with these. */
#define OPT_STATS	OPT_OWN
#define STATS_OPTION	{ "stats", no_argument, NULL, OPT_STATS }
int	stats_option(struct cmd *, int, const char *, struct err *);

/* What the store knows of threads; NULL without a store. */
struct thread_lookup;
const struct thread_lookup *store_lookup(struct cmd *);
/* What it knows of how much somebody wrote; NULL without a store. */
struct flood_lookup;
const struct flood_lookup *store_floods(struct cmd *);

/* Larger than any MTA's default; what is above stays where it is. */
#define MAIL_MAX	((size_t)256 << 20)

/* Raw mail in, records out; see intake.c for the order of things. */
struct intake;

int	intake_open(struct intake **, struct cmd *, int workers, struct err *);
/*
 * Takes one mail (copied). source is for messages and must outlive the run;
 * line is where the mail starts, 0 for a file; arrival is used when the mail
 * has no time of its own.
 */
int	intake_add(struct intake *, const char *, size_t, const char *source,
	    size_t line, int64_t arrival, struct err *);
/*
 * The same for a file of a Maildir, by hashes of the folder and its name (0
 * and 0 for none): it is marked as taken when its bytes are committed.
 */
int	intake_add_file(struct intake *, const char *, size_t,
	    uint64_t folder, uint64_t name, int64_t arrival, struct err *);
/*
 * What could not be taken: input that is wrong (ERR_INPUT) is rejected and
 * counted, other failures are told and raise the exit status; either way the
 * run goes on, except with --strict: then -1.
 */
int	intake_refuse(struct intake *, const char *source, size_t line,
	    const struct err *, struct err *);
/* What is passed over for good: counted. */
void	intake_ignore(struct intake *);
/* Whatever is under way; then with -v the sum on stderr. */
int	intake_finish(struct intake *, struct err *);
void	intake_close(struct intake *);

#endif
