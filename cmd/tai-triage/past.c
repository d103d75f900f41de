/*
 * What came before each message, where rules ask for it: from the records
 * that went by, and with a store from there.
 */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/triage/past.h"
#include "triage.h"

struct past *
triage_past_open(const struct rules *rules)
{
	return past_new(rules_need(rules));
}

static int
take_all(struct past *p, struct cursor *cur, struct err *e)
{
	struct rec *r = xmalloc(sizeof(*r));
	int64_t seq;
	int got;

	while ((got = cursor_record(cur, r, &seq, e)) == 1)
		past_add(p, r);
	cursor_close(cur);
	free(r);
	return got;
}

static int
from_store(struct past *p, struct store *store, const struct rules_need *need,
    const char *ticket, const struct message *m, struct err *e)
{
	static const char *const words[] = { "message", "reply", NULL };
	struct cursor *cur;
	char key[KEY_TEXT];

	if ((need->opened || need->answered || m->unthreaded) &&
	    ticket != NULL && hash_canonical(ticket, key, KEY_TEXT) == 0 &&
	    !past_knows_ticket(p, key) &&
	    (store_log(store, words, key, 0, &cur, e) < 0 ||
	    take_all(p, cur, e) < 0))
		return -1;
	if (need->past > 0 && *m->customer != '\0' &&
	    !past_knows_customer(p, m->customer) &&
	    (store_verdicts(store, m->customer, PAST_TICKETS * 10, &cur,
	    e) < 0 || take_all(p, cur, e) < 0))
		return -1;
	return 0;
}

int
triage_past(struct past *p, struct cmd *c, const struct rules *rules,
    const struct rec *r, struct message *m, struct arena *a, struct err *e)
{
	if (c->store != NULL && from_store(p, c->store, rules_need(rules),
	    rec_str(r, "ticket", a), m, e) < 0)
		return -1;
	past_fill(p, r, m, a);
	return 0;
}
