/* By what in a page mail programs say that something is quoted. */
#ifndef TAI_FORMAT_HTMLQUOTE_H
#define TAI_FORMAT_HTMLQUOTE_H

#include "format/markup.h"

enum html_quote {
	HTML_OWN,
	HTML_QUOTED,		/* the element */
	HTML_BEFORE,		/* in it, what comes before a blockquote */
	HTML_REST		/* from its start to the end of the page */
};

/* What a start tag says of its element, blockquote aside. */
enum html_quote html_quote(const struct token *);

#endif
