/* The verbs of tai-kb. */
#ifndef TAI_KB_H
#define TAI_KB_H

#include "articles.h"

int	kb_verb_search(struct cmd *, struct err *);
int	kb_verb_suggest(struct cmd *, struct err *);
int	kb_verb_lint(struct cmd *, struct err *);

#endif
