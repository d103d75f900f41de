/*
 * What people write in Slack as plain text: its markup (mrkdwn), and the
 * blocks and attachments of messages that say nothing in their text.
 */
#ifndef TAI_FORMAT_SLACKTEXT_H
#define TAI_FORMAT_SLACKTEXT_H

#include "base/buf.h"
#include "format/record.h"

struct slack_names {		/* who is behind an id; NULL when unknown */
	void *arg;
	const char *(*user)(void *, const char *id);
	const char *(*channel)(void *, const char *id);
};

/*
 * Appends mrkdwn as plain text: mentions by name ("@ann", "#help", "@here"),
 * links as "label (address)", &amp; &lt; &gt; decoded, marks of bold, italic
 * and struck words taken off, quotes as "> " lines. Emoji codes and code
 * stay as they are. names may be NULL. Valid UTF-8 stays valid.
 */
void	slacktext(const char *, size_t, const struct slack_names *,
	    struct buf *);
/*
 * Appends what a message object says: its text, else its blocks, else its
 * attachments; a message of somebody else that it passes on is quoted.
 */
void	slacktext_message(const struct value *, const struct slack_names *,
	    struct buf *);
/* Appends the text of an array of blocks. */
void	slacktext_blocks(const struct value *, const struct slack_names *,
	    struct buf *);

#endif
