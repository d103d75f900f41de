/* The header fields that a mail's record is made of. */
#ifndef TAI_FORMAT_MAILFIELD_H
#define TAI_FORMAT_MAILFIELD_H

#include <stddef.h>

#include "base/mem.h"
#include "format/mailhead.h"
#include "format/record.h"

#define MAIL_FIELD_MAX	((size_t)256 << 10)	/* the rest is not looked at */
#define MAIL_HOPS	20
#define MAIL_RESULTS	10	/* fields Authentication-Results */
#define MAIL_DELIVERED	20	/* Delivered-To and its like */
#define MAIL_KEPT	100	/* other fields that may be of interest */
#define MAIL_KEPT_MAX	200	/* bytes of each that are kept */

/* The fields that the record is made of; the first of each name. */
enum mail_head {
	MAIL_MESSAGE_ID, MAIL_IN_REPLY_TO, MAIL_REFERENCES, MAIL_DATE,
	MAIL_FROM, MAIL_SENDER, MAIL_REPLY_TO, MAIL_RETURN_PATH, MAIL_TO,
	MAIL_CC, MAIL_SUBJECT, MAIL_THREAD_INDEX, MAIL_HEADS
};

struct mail_fields {
	/* Unfolded, encoded words in UTF-8 (mailword.h); NULL without. */
	char *field[MAIL_HEADS];
	char *hop[MAIL_HOPS];	/* dates of Received, the nearest to us first */
	size_t hops;		/* all of them */
	char *result[MAIL_RESULTS];	/* the nearest to us first */
	char *delivered[MAIL_DELIVERED];
	size_t results, delivereds;
	/* X-*, List-* and the like, as they stand in the message */
	struct mail_field kept[MAIL_KEPT];
	size_t kepts;
};

/* Keeps the field if it is wanted; the strings are the arena's. */
void	mail_take_field(struct mail_fields *, struct arena *,
	    const struct mail_field *);
/*
 * What the servers on the way said: delivered_to and authentication_results,
 * arrays, and thread_index, where there are any.
 */
void	mail_write_servers(const struct mail_fields *, struct arena *,
	    struct writer *);
/*
 * headers: an object of those, each on one line; a name that is there twice
 * has an array.
 */
void	mail_write_kept(const struct mail_fields *, struct arena *,
	    struct writer *);
/* NULL without. */
char	*mail_message_id(const struct mail_fields *, struct arena *);
/* "" for the null path, NULL without. */
char	*mail_return_path(const struct mail_fields *, struct arena *);
/* An array of ids, when there are any. */
void	mail_write_ids(const struct mail_fields *, struct arena *,
	    enum mail_head, const char *key, struct writer *);

#endif
