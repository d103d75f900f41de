/*
 * Threading: which ticket a mail belongs to. A table of fixed size remembers
 * the latest Message-IDs and their tickets; a store can be asked behind it.
 */
#ifndef TAI_DOMAIN_THREAD_H
#define TAI_DOMAIN_THREAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/hash.h"

struct threads;

/* What the store knows: 1 with the key, 0 unknown, -1 failed. */
struct thread_lookup {
	void *arg;
	int (*message)(void *, const char *message_id, char key[KEY_TEXT],
	    struct err *);
	/* The customer ("" unknown) of a ticket that exists. */
	int (*customer)(void *, const char *key, const char **customer,
	    struct err *);
};

struct mail_head {		/* what threading looks at */
	const char *message_id;		/* never NULL */
	const char *const *references;	/* oldest first, NULL ends */
	const char *const *in_reply_to;
	const char *subject;
	const char *customer;		/* of the sender, "" unknown */
	const char *from;		/* lower case */
	bool ours;			/* sent by an agent or by us */
};

struct thread {
	char key[KEY_TEXT];
	const char *method;	/* "new" "references" "reply" "token" */
	const char *evidence;	/* the id or token; the head's, or NULL */
	bool foreign;		/* a token of somebody else's ticket */
	char merge[KEY_TEXT];	/* a ticket to merge into key, or "" */
};

struct threads *threads_new(const struct thread_lookup *);
int	threads_find(struct threads *, const struct mail_head *,
	    struct thread *, struct err *);
void	threads_free(struct threads *);

/* The token that stands for a ticket in a subject: "[#K7Q2M9X4T8WN]". */
bool	thread_token(const char *subject, char key[KEY_TEXT]);

#endif
