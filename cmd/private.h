/* What the parts of cmd share and verbs do not see. */
#ifndef TAI_CMD_PRIVATE_H
#define TAI_CMD_PRIVATE_H

#include "cmd.h"

struct line {			/* of the batch being gathered */
	size_t start, len;
	bool own;		/* the tool's, not the input's */
	const char *source;	/* the input that it is of, and its line */
	size_t number;
};

struct cmd_private {
	enum err_kind status;	/* worst warning so far */
	char **rules;		/* folders, NULL ends */
	const char *installed;	/* the folder of rules beside the program */
	char **templates;	/* folders, NULL ends */
	struct buf batch;	/* lines gathered, each with its newline */
	struct line *line;
	const char *source;	/* of the input at hand; NULL: none */
	size_t number;
	size_t lines, room;
	bool filters;		/* the verb is one: again is the same */
	bool settling;		/* nothing goes out before that is done */
	char *output_tmp;	/* -o: what stdout writes to */
	FILE *reject_file;
	bool by_default;	/* the verb was not named */
	bool told;		/* what ends the run is on stderr already */
	struct warned *warned;	/* customers whose tier is none */
	char color;		/* of --color: its second letter, or 0 */
};

/* Fills own->rules and own->templates from -r, TAI_RULES and the program. */
void	rules_path(struct cmd *, const char *option);
/* redact.c */
int	load_secrets(struct cmd *, struct err *);
/* people.c: what belongs to org.yaml and the customers. */
int	load_people(struct cmd *, struct err *);

#endif
