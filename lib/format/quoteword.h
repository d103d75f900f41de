/* The words by which mail programs, in many languages, mark what they quote. */
#ifndef TAI_FORMAT_QUOTEWORD_H
#define TAI_FORMAT_QUOTEWORD_H

#include <stdbool.h>
#include <stddef.h>

enum quote_label {
	LABEL_NONE, LABEL_FROM, LABEL_DATE, LABEL_TO, LABEL_CC, LABEL_SUBJECT,
	LABEL_OTHER, LABEL_RAW		/* of a header that no program shows */
};

/*
 * What a line such as "From: Joe" or "*Von:* Joe" is labelled with; *value is
 * where its value starts.
 */
enum quote_label quote_label(const char *, size_t, size_t *value);

enum quote_word {
	WORD_VERB,		/* "wrote" */
	WORD_ORIGINAL,		/* "original message" */
	WORD_FORWARDED,		/* "forwarded message" */
	WORD_ABOVE,		/* "reply above this line" */
	WORD_SENT,		/* "sent from my" */
	WORD_DISCLAIMER,	/* "this message is confidential" */
	WORD_INLINE,		/* "see my answers below" */
	WORD_REGARDS,		/* "best regards" */
	QUOTE_WORDS
};
/*
 * Where a word of the kind stands in the text, whole where it is written
 * with blanks; NULL without. *n is its length.
 */
const char *quote_word(enum quote_word, const char *, size_t, size_t *n);
/* Whether the text starts with one. */
bool	quote_word_first(enum quote_word, const char *, size_t);
/* "On ", "Am ", "Le ": how an introduction with the date first starts. */
bool	quote_opens(const char *, size_t);
/* Whether a subject starts as a forwarded mail's, or as a reply's. */
bool	quote_subject_forwards(const char *);
bool	quote_subject_replies(const char *);

#endif
