/* HTML in mails as plain text, and text as HTML. */
#ifndef TAI_FORMAT_HTML_H
#define TAI_FORMAT_HTML_H

#include <stddef.h>

#include "base/buf.h"

/*
 * Appends what a reader would see of a (hostile, broken) page in valid UTF-8:
 * block elements as lines, list items with "- " or their number, quotes
 * (blockquote) with "> ", table cells with a tab between them, links as
 * "text <url>" where the two differ, entities decoded; scripts, styles and
 * hidden elements left out.
 */
void	html_to_text(const char *, size_t, struct buf *);
/*
 * The same, and appends to marks, as struct range (quote.h), what the page's
 * structure says is quoted or a signature; ranges may nest, and one that ends
 * at SIZE_MAX goes to the end of the page.
 */
void	html_to_text_marked(const char *, size_t, struct buf *text,
	    struct buf *marks);
/* & < > " ' as entities. */
void	html_escape(const char *, size_t, struct buf *);

#endif
