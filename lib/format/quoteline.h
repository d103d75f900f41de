/* A text's lines, for the parts of quote.c. */
#ifndef TAI_FORMAT_QUOTELINE_H
#define TAI_FORMAT_QUOTELINE_H

#include <stdbool.h>
#include <stddef.h>

#include "format/quoteword.h"

struct line {
	const char *raw;	/* its first byte */
	const char *s;		/* behind its '>' and without blanks around */
	size_t len;
	unsigned depth;		/* of '>' */
	bool quoted;		/* belongs to a range */
	bool marked;		/* the page that it was made of says so */
	bool dashes;		/* "-- ", with its blank */
};

struct lines {
	struct line *line;
	size_t n;
	size_t last;		/* behind the last line with a '>' */
};

/* Cuts a text; the array is malloc's. */
void	lines_split(struct lines *, const char *, size_t);
/* The line at or behind at that has text, a few lines on; n without. */
size_t	line_text(const struct lines *, size_t at);
/* A line of dashes, underscores or the like, with words in it or not. */
bool	line_is_rule(const struct line *, bool words);
/* "[...]", "<snip>": what stands for lines of a quote. */
bool	line_is_elision(const struct line *);
/* A command that the writer typed, not a sentence that was quoted. */
bool	line_is_command(const struct line *);
/* "| ", the initials of "JD> ", the name of "Joe> "; their length or 0. */
size_t	line_sign(const struct line *);
bool	line_has_initials(const struct line *, size_t sign);

/* The header that programs copy over a mail: "From: Sent: To: Subject:". */
struct head {
	size_t first, end;	/* lines; first may be a rule or a title */
	unsigned labels;	/* of 1u << enum quote_label */
	struct {
		const char *s;
		size_t len;
	} value[LABEL_RAW + 1];	/* on one line; NULL without */
};
/* Whether one starts at this line, and what it says. */
bool	head_read(const struct lines *, size_t at, struct head *);

enum intro_kind {
	INTRO_LIKELY,		/* when a quote stands behind it */
	INTRO_SURE,		/* with a date, and a verb or an address */
	INTRO_CERTAIN		/* with date, time and address */
};
/*
 * The first line of an introduction ("On Monday, Joe wrote:") whose last line
 * is at, or n without.
 */
size_t	intro_first(const struct lines *, size_t at, enum intro_kind);

/* Marks the signature at the end of the lines [from, to). */
void	sign_mark(struct lines *, size_t from, size_t to);

#endif
