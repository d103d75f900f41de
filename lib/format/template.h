/*
 * Mustache (the public specification's core: interpolation, sections,
 * inverted sections, comments, delimiters, partials). The data is JSON text.
 */
#ifndef TAI_FORMAT_TEMPLATE_H
#define TAI_FORMAT_TEMPLATE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "format/record.h"

enum template_escape {		/* what {{name}} does; {{{name}}} never */
	ESCAPE_HTML,
	ESCAPE_NONE,		/* plain text */
	ESCAPE_HEADER,		/* one line: line ends and controls go */
	ESCAPE_SLACK,		/* & < >; whoever is named is not called */
};

struct template;

/* Finds a partial by name: its text in the arena, or NULL for none. */
typedef const char *template_partial(void *, const char *name,
	    struct arena *);

/* Errors are ERR_CONFIG and start with "name:line: ". */
int	template_parse(struct template **, const char *name, const char *,
	    size_t, struct err *);
void	template_free(struct template *);
/* The names in its tags, from 0, not terminated; NULL behind the last. */
const char *template_name(const struct template *, size_t, size_t *len);
/*
 * Renders. Unknown names are empty; with strict set they are an error, as
 * are unknown partials. Partials may nest 32 deep.
 */
int	template_render(const struct template *, const struct value *data,
	    enum template_escape, int strict, template_partial *, void *,
	    struct buf *, struct err *);
/*
 * Whether it can be rendered with data of that shape, strictly, whatever the
 * values are: every section is entered. A list has to have an item.
 */
int	template_check(const struct template *, const struct value *data,
	    template_partial *, void *, struct err *);

#endif
