/* The YAML at the head of a text, between two lines of "---". */
#ifndef TAI_FORMAT_FRONTMATTER_H
#define TAI_FORMAT_FRONTMATTER_H

#include "base/err.h"
#include "base/mem.h"
#include "format/yaml.h"

/*
 * Parses it into the arena; the text goes on at *body, with its lines counted
 * from *line. ERR_CONFIG with file and line.
 */
int	front_matter(struct arena *, const char *file, const char *text,
	    size_t len, struct yaml **, const char **body, int *line,
	    struct err *);
/* The text as a template, behind a comment that keeps the numbers of lines. */
const char *front_matter_pad(struct arena *, const char *body, size_t *len,
	    int line);

#endif
