/* What threading and limits ask of a store. */
#include "domain/mail/flood.h"
#include <stdlib.h>

#include "domain/mail/sender.h"
#include "domain/mail/thread.h"
#include "ingest.h"

static int
message(void *arg, const char *id, char key[KEY_TEXT], bool *seen,
    struct err *e)
{
	struct cmd *c = arg;

	return store_name(c->store, id, key, seen, e);
}

static int
ticket(void *arg, const char *key, struct thread_ticket *out, struct err *e)
{
	struct cmd *c = arg;
	struct arena a = { 0 };
	struct history h;
	int got = store_history(c->store, key, &h, &a, e);

	if (got == 1)
		thread_ticket(&h, &a, out);
	arena_free(&a);
	return got;
}

static int
parties(void *arg, const char *key, void (*take)(void *, const char *),
    void *to, struct err *e)
{
	static const char *const types[] = { "message", NULL };
	struct cmd *c = arg;
	struct arena a = { 0 };
	struct cursor *cur;
	struct rec *r;
	int64_t seq;
	int got;

	if (store_log(c->store, types, key, 0, &cur, e) < 0)
		return -1;
	r = xmalloc(sizeof(*r));
	while ((got = cursor_record(cur, r, &seq, e)) == 1) {
		sender_parties(&c->org, r, take, to, &a);
		arena_reset(&a);
	}
	cursor_close(cur);
	free(r);
	arena_free(&a);
	return got;
}

const struct thread_lookup *
store_lookup(struct cmd *c)
{
	struct thread_lookup *l;

	if (c->store == NULL)
		return NULL;
	l = arena_alloc(&c->arena, sizeof(*l));
	*l = (struct thread_lookup){ c, message, ticket, parties };
	return l;
}

static int
mails(void *arg, int64_t sender, int64_t from, int64_t to,
    struct alike_mail out[FLOOD_MAILS], struct err *e)
{
	struct cmd *c = arg;
	size_t n;

	return store_lately(c->store, sender, from, to, out, FLOOD_MAILS, &n,
	    e) < 0 ? -1 : (int)n;
}

const struct flood_lookup *
store_floods(struct cmd *c)
{
	struct flood_lookup *l;

	if (c->store == NULL)
		return NULL;
	l = arena_alloc(&c->arena, sizeof(*l));
	*l = (struct flood_lookup){ c, mails };
	return l;
}
