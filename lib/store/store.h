/*
 * The store: one SQLite file with the log (append-only, chained by hash), the
 * raw bytes of mail, and tables derived from the log. All SQL is here.
 * Failures: ERR_AGAIN busy or disk full, ERR_IO damaged or unreadable,
 * ERR_CONFIG not a store of ours or a newer one.
 */
#ifndef TAI_STORE_STORE_H
#define TAI_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "domain/model.h"
#include "format/blobline.h"
#include "format/alike.h"
#include "format/record.h"

struct store;
#define LOG_ID	65		/* room for any record's id */

enum store_mode { STORE_READ, STORE_WRITE };	/* WRITE makes a new one */

/* Whether a store there could be written, the files beside it included. */
bool	store_writable(const char *path);
int	store_open(struct store **, const char *path, enum store_mode,
	    struct err *);
void	store_close(struct store *);

/*
 * One write transaction at a time, behind a lock that is fair between
 * processes; keep it short and never wait for input within.
 */
int	store_begin(struct store *, struct err *);
int	store_commit(struct store *, struct err *);
void	store_rollback(struct store *);

/*
 * Appends a record to the log and its projections, unless the log has its id
 * or its type is derived: 1 appended, 0 already there or derived, -1 failed.
 * Within a transaction.
 */
int	store_append(struct store *, const struct rec *, struct err *);
/* Whether the log has the id. */
int	store_has(struct store *, const char *id, struct err *);

/* Raw bytes, and whether they wait to be read. 1 new, 0 known. */
int	store_blob_put(struct store *, const uint8_t [HASH_BYTES],
	    const void *, size_t, enum blob_wait, struct err *);
/* 1 found (appended to the buffer), 0 unknown. */
int	store_blob_get(struct store *, const uint8_t [HASH_BYTES],
	    struct buf *, struct err *);
int	store_blob_done(struct store *, const uint8_t [HASH_BYTES],
	    struct err *);
/* Hashes of what waits as that, oldest first; at most room of them. */
int	store_blob_pending(struct store *, enum blob_wait,
	    uint8_t (*)[HASH_BYTES], size_t room, size_t *n, struct err *);
/* Every blob in the order of arrival; stops when the function fails. */
int	store_blob_each(struct store *, int (*)(void *,
	    const uint8_t [HASH_BYTES], const void *, size_t,
	    enum blob_wait, struct err *), void *, struct err *);

/*
 * Files of Maildirs that have been taken, as hashes of the folder and of the
 * file's name. store_taken: those of a folder, smaller ones first as signed
 * numbers; free() them. The others are for within a transaction.
 */
int	store_taken(struct store *, uint64_t folder, uint64_t **names,
	    size_t *n, struct err *);
int	store_take(struct store *, uint64_t folder, uint64_t name,
	    struct err *);
int	store_untake(struct store *, uint64_t folder, uint64_t name,
	    struct err *);

/* A cursor over records or histories. */
struct cursor;
void	cursor_close(struct cursor *);

/*
 * The log in order: types is a NULL-terminated list or NULL for all; ticket
 * a key or NULL. cursor_record: 1 the record and its seq, 0 the end, -1.
 */
int	store_log(struct store *, const char *const *types,
	    const char *ticket, int64_t after_seq, struct cursor **,
	    struct err *);
int	cursor_record(struct cursor *, struct rec *, int64_t *seq,
	    struct err *);
/*
 * Messages of a conversation (a record's field of that name) that are from
 * between two moments, both included; of too many the latest; oldest first.
 */
int	store_talk(struct store *, const char *conversation, int64_t from,
	    int64_t until, size_t most, struct cursor **, struct err *);
/* The latest verdicts on a customer's tickets, of too many the oldest not. */
int	store_verdicts(struct store *, const char *customer, size_t most,
	    struct cursor **, struct err *);
/* Messages that need a triage and have none. */
int	store_untriaged(struct store *, struct cursor **, struct err *);

/*
 * Histories in the order of their numbers. open_only: tickets whose status
 * is not resolved or closed as of the last event. cursor_history: 1, 0, -1;
 * the history and its texts are valid until the next call.
 */
int	store_histories(struct store *, bool open_only, struct cursor **,
	    struct err *);
int	cursor_history(struct cursor *, struct history **, struct err *);
/*
 * The moment of the latest event of all, TIME_NONE without one: for moments
 * before it, open_only leaves out tickets that were open then.
 */
int	store_latest(struct store *, int64_t *at, struct err *);
/* Keys of tickets that were resolved after a moment, and are; free() them. */
int	store_resolved(struct store *, int64_t since, char (**keys)[KEY_TEXT],
	    size_t *n, struct err *);
/* One ticket's, into the arena; 1 or 0 when there is none. */
int	store_history(struct store *, const char *key, struct history *,
	    struct arena *, struct err *);
/*
 * A ticket as a person names it: number ("1823", "#1823"), key, or a prefix
 * of a key. 1 found, 0 none, -1 ERR_USAGE ambiguous. Merged ones resolve.
 */
int	store_ticket(struct store *, const char *name, char key[KEY_TEXT],
	    struct err *);
/*
 * For threading. The ticket of a message that we have (seen), or that one of
 * ours only names: 1 found, 0 unknown, -1.
 */
int	store_name(struct store *, const char *message_id, char key[KEY_TEXT],
	    bool *seen, struct err *);
/* The ticket of a Message-ID that we have; the customer of a ticket. */
int	store_message_ticket(struct store *, const char *message_id,
	    char key[KEY_TEXT], struct err *);
int	store_ticket_customer(struct store *, const char *key, char **customer,
	    struct arena *, struct err *);

/*
 * The outbox: replies and notices, and what became of them. A record of type
 * delivery (about, state, attempt, next, why) says what did: sent, retry at
 * the moment next, failed, held, or queued again by a person.
 */
struct outgoing {		/* texts in the arena */
	const char *id;		/* of the reply or notice */
	const char *state, *why;
	int64_t attempt;	/* made so far */
	int64_t next, sent;	/* TIME_NONE for none */
	int64_t claimed;	/* until then somebody sends it; TIME_NONE */
	const char *recipient;	/* lower case */
};
enum outbox_which {
	OUTBOX_DUE,		/* to be sent now, and not claimed */
	OUTBOX_OPEN,		/* not sent, held or failed */
	OUTBOX_STUCK,		/* held, failed, or a claim that ran out */
	OUTBOX_ALL
};
int	store_outbox(struct store *, enum outbox_which, int64_t now,
	    size_t most, struct arena *, struct outgoing **, size_t *n,
	    struct err *);
/* One of them by its id: 1, or 0 when there is none. */
int	store_outgoing(struct store *, const char *id, struct outgoing *,
	    struct arena *, struct err *);
/*
 * Claims what is due until a moment, within a transaction: 1, or 0 when it is
 * not due or somebody else has it. once: a claim that ran out still counts,
 * as nobody knows how far its holder came.
 */
int	store_claim(struct store *, const char *id, int64_t now,
	    int64_t until, bool once, struct err *);
int	store_unclaim(struct store *, const char *id, struct err *);
/* How many were sent to a recipient (NULL: anybody) since, to now. */
int	store_sent(struct store *, const char *recipient, int64_t since,
	    int64_t *n, struct err *);
/* The id of the log's row; 1, or 0 when there is none. */
int	store_id(struct store *, int64_t seq, char [LOG_ID], struct err *);
/* A record's line, appended to the buffer: 1, or 0 when there is none. */
int	store_record(struct store *, const char *id, struct buf *,
	    struct err *);

/*
 * Mails of a sender (see alike.h) from one moment to another, both included,
 * the latest first, at most room of them; none of lists and of our own.
 */
int	store_lately(struct store *, int64_t sender, int64_t from, int64_t to,
	    struct alike_mail *, size_t room, size_t *n, struct err *);

/*
 * Full text: how many records the index is behind; brings it up to date when
 * it is at least so many (not in a store that is only read); message records
 * with all the words, best first.
 */
int	store_behind(struct store *, int64_t *n, struct err *);
int	store_index(struct store *, size_t at_least, struct err *);
int	store_search(struct store *, const char *words, size_t most,
	    struct cursor **, struct err *);

/*
 * The chain, the bodies' hashes and the projections' foundations: calls back
 * with each fault; *rows is how many were looked at. Bodies that a forget
 * record names are none, as long as they are what it says.
 */
int	store_verify(struct store *, void (*)(void *, int64_t seq,
	    const char *what), void *, int64_t *rows, struct err *);
/* Drops the derived tables and replays the log into them. */
int	store_rebuild(struct store *, struct err *);
/*
 * A record of the type forget, when it is appended, empties the bodies and
 * blobs that it names, wherever it comes from; the hashes stay. This wipes
 * what the file still holds of them, after the commit: ERR_AGAIN while others
 * read.
 */
int	store_wipe(struct store *, struct err *);
/* Whether the bytes of a blob are there: 1, 0 unknown or forgotten. */
int	store_blob_has(struct store *, const uint8_t [HASH_BYTES],
	    struct err *);
/* The last row of the log: seq 0 when empty; the chain as hex. */
int	store_head(struct store *, int64_t *seq, char chain[HASH_HEX],
	    struct err *);

#endif
