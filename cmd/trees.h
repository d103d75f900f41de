/* escalation.yaml, for the verbs that ask its trees. */
#ifndef TAI_CMD_TREES_H
#define TAI_CMD_TREES_H

#include "cmd.h"
#include "domain/triage/tree.h"

/* *trees is NULL where no folder of the rules has the file; trees_free it. */
int	cmd_trees(struct cmd *, struct trees **, struct err *);
/* A question and its answer on one line, behind the blanks. */
void	trees_show(struct buf *, const char *blanks, const struct asked *);
/* What a decision comes to, in one line; "nothing" for none. */
void	trees_summary(struct buf *, const struct decision *);
/* The same as an object; the decision as the fields of one. */
void	trees_json_asked(struct writer *, const struct asked *);
void	trees_json(struct writer *, const struct decision *);

#endif
