/* HTML as tokens, the way browsers cut it: nothing is ever refused. */
#ifndef TAI_FORMAT_MARKUP_H
#define TAI_FORMAT_MARKUP_H

#include <stdbool.h>
#include <stddef.h>

struct span {			/* points into the page */
	const char *s;
	size_t len;
};

/* Without regard to the case of ASCII letters. */
bool	span_is(struct span, const char *);
bool	span_has(struct span, const char *);

enum token_kind { TOKEN_TEXT, TOKEN_START, TOKEN_END };

struct token {
	enum token_kind kind;
	struct span text;	/* or the tag's name */
	bool closed;		/* <x/> */
	bool hidden;		/* by an attribute or by its style */
	struct span style, href, alt, type, class, id;	/* not decoded; id
				   stands for name and data-marker as well */
};

struct markup {
	const char *s;
	size_t len, pos;
};

/* The next token; false at the end. Comments and the like are left out. */
bool	markup_next(struct markup *, struct token *);
/* Skips to the end tag of the name, for elements that hold no markup. */
void	markup_skip(struct markup *, struct span name);

#endif
