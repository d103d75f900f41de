/* Sets of literals, for literal.c alone. An empty one means: not known. */
#ifndef TAI_FORMAT_LITERALSET_H
#define TAI_FORMAT_LITERALSET_H

#include <stdbool.h>

#include "format/literal.h"

bool	set_has(const struct literals *, const char *);
/* Both in one; unknown when one of them is, or when there are too many. */
struct literals set_either(struct arena *, const struct literals *,
	    const struct literals *, size_t most);
/* Each of the one followed by each of the other. */
struct literals set_both(struct arena *, const struct literals *,
	    const struct literals *);
/* How much a set narrows the search; 0 when it cannot be used. */
size_t	set_worth(const struct literals *);
/* Takes the second set in the place of the first when it is worth more. */
void	set_prefer(struct literals *, const struct literals *);
/*
 * A copy without those that contain (or, of starts, begin with) another and
 * so add nothing.
 */
void	set_thin(struct literals *, const struct literals *, bool starts,
	    struct arena *);
/* Cuts each at its first space; unknown when one becomes too short. */
void	set_cut(struct literals *, struct arena *);

#endif
