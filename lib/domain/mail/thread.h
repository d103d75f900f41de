/*
 * Threading: which ticket a mail belongs to, and by what evidence. Tables of
 * fixed size remember the latest Message-IDs and tickets; a store can be
 * asked behind them. The order of the evidence:
 *
 *  1. the nearest message of References, then of In-Reply-To, that we know,
 *     or whose Message-ID bears a signature of ours;
 *  2. the nearest of them that another message named before (its siblings);
 *  3. a signed address of ours that it was sent to;
 *  4. a token [#K7Q2M9X4T8WN] in the subject, or in an address of ours;
 *  5. Outlook's Thread-Index, when there is neither References nor
 *     In-Reply-To and the subject is the same;
 *  6. an answer to it that was here first.
 *
 * Whatever names a ticket must also be allowed to: our own people always, and
 * what they pass on unless it is another customer's; the
 * ticket's customer; who took part in it (from, to, cc); by 1 to 3 also the
 * colleagues of those by domain (never of a free mail service); by a message's
 * id anybody when the ticket is no known customer's; by a signature any sender
 * who is not another customer. Else the mail is foreign: a ticket of its own,
 * linked.
 */
#ifndef TAI_DOMAIN_THREAD_H
#define TAI_DOMAIN_THREAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/hash.h"
#include "domain/model.h"
#include "domain/org.h"

#define THREAD_MERGES	4

struct threads;

struct thread_ticket {		/* what threading knows of a ticket */
	char key[KEY_TEXT];	/* through merges */
	int64_t first, last;	/* of its messages; TIME_NONE without any */
	uint64_t first_topic, last_topic;	/* of those; topic.h */
	uint64_t customer;	/* hash_word of the id, 0 unknown */
	int64_t customer_at;	/* of the first message that has one */
	int64_t done;		/* resolved or closed since; TIME_NONE: open */
	bool apart;		/* split off, or begun under another's thread:
				   never merged by evidence alone */
};
/* The same from a history. */
void	thread_ticket(const struct history *, struct arena *,
	    struct thread_ticket *);

/* What a store knows behind the tables: 1 found, 0 unknown, -1 failed. */
struct thread_lookup {
	void *arg;
	/* seen: a message of that id is here; else it was named only. */
	int (*message)(void *, const char *message_id, char key[KEY_TEXT],
	    bool *seen, struct err *);
	int (*ticket)(void *, const char *key, struct thread_ticket *,
	    struct err *);
	/* Calls back with every address in from, to and cc of its messages. */
	int (*parties)(void *, const char *key, void (*)(void *,
	    const char *address), void *, struct err *);
};

struct mail_head {		/* what threading looks at */
	const char *message_id;		/* never NULL */
	const char *const *references;	/* oldest first, NULL ends */
	const char *const *in_reply_to;
	const char *index;		/* thread_index(), or NULL */
	const char *subject;		/* or NULL */
	const char *customer;		/* of the sender, "" unknown */
	const char *from;		/* address_fold */
	const char *const *parties;	/* folded, none of ours, NULL ends */
	const char *const *tags;	/* behind the + of addresses of ours */
	int64_t at;
	bool ours;			/* sent by an agent or by us */
	bool vouched;			/* passed on by an agent */
	bool automatic;
	bool bounce;
};

struct thread {
	char key[KEY_TEXT];
	/* "new" "references" "reply" "signed" "token" "index" "answers" */
	const char *method;
	/* The id, address or token, or NULL; valid until the next call. */
	const char *evidence;
	char linked[KEY_TEXT];	/* a ticket that it is about, but not on */
	bool foreign;		/* it named somebody else's ticket */
	bool forged;		/* it bore a signature that is none of ours */
	char merge[THREAD_MERGES][KEY_TEXT];	/* tickets that are key's */
	size_t merges;
};

/* The lookup may be NULL; both live as long as the threads. */
struct threads *threads_new(const struct org *, const struct thread_lookup *);
int	threads_find(struct threads *, const struct mail_head *,
	    struct thread *, struct err *);
void	threads_free(struct threads *);

/* The first token in a subject; the next: *pos is 0, and moves behind it. */
bool	thread_token(const char *subject, char key[KEY_TEXT]);
bool	thread_next_token(const char *subject, size_t *pos,
	    char key[KEY_TEXT]);
/*
 * The conversation of an Outlook Thread-Index (MS-OXOMSG 2.2.1.3: base 64 of
 * a reserved byte, 5 bytes of time, a GUID, and 5 bytes for each answer) as
 * hexadecimal text in the arena; NULL when it is none.
 */
char	*thread_index(const char *, struct arena *);

#endif
