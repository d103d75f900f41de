/* What a subject is about, whoever answered or forwarded it. */
#ifndef TAI_DOMAIN_TOPIC_H
#define TAI_DOMAIN_TOPIC_H

#include <stdint.h>

#include "base/buf.h"

/*
 * Appends the topic: the subject without answer and forward marks ("Re:",
 * "AW:", "RE[2]:" and their kin in other languages), list tags, ticket
 * tokens, "(was: ...)", white space and case. Empty when nothing is left.
 */
void	topic(const char *subject, struct buf *);
/* How many bytes such marks take at the beginning of a subject as it stands. */
size_t	topic_marks(const char *subject);
/* The topic as a number to compare; 0 for an empty one or NULL. */
uint64_t topic_hash(const char *subject);

#endif
