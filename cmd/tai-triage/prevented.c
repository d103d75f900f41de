/* tai-triage signals --prevented: notices that no ticket came behind. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/triage/signal.h"
#include "triage.h"

#define WITHIN	INT64_C(604800)	/* seconds in which a ticket could come */

struct prevented_by {
	const char *signal, *customer, *topic;
	int64_t at;
	bool ticket;		/* one came all the same */
};

struct all {
	struct prevented_by *notice;
	size_t n, room;
	struct arena arena, scratch;
};

/* A cause that was told in two ways is one. */
static bool
is_again(const struct all *all, const struct prevented_by *n)
{
	for (size_t i = all->n; i-- > 0;) {
		const struct prevented_by *o = &all->notice[i];

		if (o->at == n->at && strcmp(o->signal, n->signal) == 0 &&
		    strcmp(o->customer, n->customer) == 0)
			return true;
	}
	return false;
}

static int
take(struct cmd *c, struct all *all, const struct rec *r)
{
	struct arena *a = &all->arena;
	const char *about = rec_str(r, "about", a);
	struct prevented_by n = { 0 };

	if (about == NULL || strncmp(about, "signal:", 7) != 0 ||
	    !rec_time(r, "at", &n.at) || n.at > c->now)
		return 0;
	n.signal = about + 7;
	n.customer = rec_str(r, "customer", a);
	n.topic = rec_str(r, "topic", a);
	if (n.customer == NULL || n.topic == NULL || is_again(all, &n))
		return 0;
	if (all->n == all->room) {
		all->room = all->room > 0 ? 2 * all->room : 64;
		all->notice = xreallocarray(all->notice, all->room,
		    sizeof(*all->notice));
	}
	all->notice[all->n++] = n;
	return 0;
}

static int
gather(struct cmd *c, struct all *all, struct err *e)
{
	static const char *const types[] = { "notice", NULL };
	struct rec *r = arena_alloc(&c->arena, sizeof(*r));
	struct cursor *cur;
	int64_t seq;
	int got;

	if (store_log(c->store, types, NULL, 0, &cur, e) < 0)
		return -1;
	while ((got = cursor_record(cur, r, &seq, e)) == 1)
		take(c, all, r);
	cursor_close(cur);
	return got;
}

static int
each_ticket(struct cmd *c, void *arg, const struct history *h, struct err *e)
{
	struct all *all = arg;
	struct ticket t;

	(void)e;
	arena_reset(&all->scratch);
	ticket_fold(h, c->now, &all->scratch, &t);
	for (size_t i = 0; i < all->n; i++) {
		struct prevented_by *n = &all->notice[i];

		if (strcmp(t.customer, n->customer) == 0 &&
		    strcmp(t.topic, n->topic) == 0 && t.opened > n->at &&
		    t.opened <= n->at + WITHIN)
			n->ticket = true;
	}
	return 0;
}

static void
print(struct cmd *c, const struct all *all, const struct signals *signals)
{
	static const struct column columns[] = {
		{ "SIGNAL", false, false }, { "TOLD", true, false },
		{ "TICKET", true, false }, { "PREVENTED", true, false },
		{ "OPEN", true, false },
	};
	struct table *t = table_new(columns, 5);
	const struct signal_rule *r;

	for (size_t i = 0; (r = signals_rule(signals, i)) != NULL; i++) {
		int count[4] = { 0 };

		for (size_t k = 0; k < all->n; k++) {
			const struct prevented_by *n = &all->notice[k];

			if (strcmp(n->signal, r->id) != 0)
				continue;
			count[0]++;
			count[n->ticket ? 1 : n->at + WITHIN <= c->now ? 2 :
			    3]++;
		}
		table_cell(t, r->id);
		for (int k = 0; k < 4; k++)
			table_cell(t, arena_printf(&c->arena, "%d",
			    count[k]));
	}
	cmd_table(c, t);
	table_free(t);
}

int
signals_prevented(struct cmd *c, struct err *e)
{
	struct signals *signals;
	struct all all = { 0 };
	struct yaml *root;
	int rc = -1;

	if (c->store == NULL)
		return err_set(e, ERR_USAGE, "--prevented needs a store: "
		    "-d FILE or TAI_DB");
	if (cmd_rule_yaml(c, "signals.yaml", &root, e) < 0 ||
	    signals_load(&signals, root, e) < 0)
		return -1;
	if (gather(c, &all, e) == 0 &&
	    cmd_histories(c, false, NULL, each_ticket, &all, e) == 0) {
		if (c->form == FORM_AUTO || c->form == FORM_JSON)
			c->form = FORM_TABLE;
		print(c, &all, signals);
		rc = 0;
	}
	signals_free(signals);
	free(all.notice);
	arena_free(&all.arena);
	arena_free(&all.scratch);
	return rc;
}
