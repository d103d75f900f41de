/* A Slack workspace on its way into records, for all verbs that hear it. */
#ifndef TAI_INGEST_SLACK_H
#define TAI_INGEST_SLACK_H

#include "domain/slack/slack.h"
#include "foreign.h"

struct slack_in {
	struct foreign *foreign;
	struct slack_rules rules;
	struct slack slack;
	struct arena scratch;
	const char *folder;	/* of the export's file at hand */
};

/*
 * Reads rules/slack.yaml, and what slack/users.json and slack/channels.json
 * in the rules tell of people and channels.
 */
int	slack_open(struct slack_in **, struct foreign *, struct err *);
/* Takes an item of a stream (see slack_event), and counts it. */
int	slack_take(struct slack_in *, const char *key, const struct value *,
	    struct err *);
/*
 * An export: a folder or an archive. *found tells whether it is one; a plain
 * file is only when that is wanted.
 */
int	slack_export(struct slack_in *, const char *path, bool wanted,
	    bool *found, struct err *);
/* People or channels that a file tells of; one that is wrong is told. */
int	slack_list(struct slack_in *, const struct source *, bool people,
	    struct err *);
/* Counts an enum slack_got; passes -1 on. */
int	slack_count(struct slack_in *, int got);
void	slack_close(struct slack_in *);

#endif
