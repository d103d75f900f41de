/*
 * tai-send run: what is due goes out. A letter is claimed in one transaction,
 * sent, and noted in another: a sender that dies in between leaves a claim,
 * and when its lease is over the letter is sent again, or, at most once, is
 * left for a person.
 */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "notices.h"
#include "send.h"

#define PAGE	1000

static bool at_most_once;

enum { OPT_ONCE = OPT_OWN };
const struct option run_options[] = {
	{ "at-most-once", no_argument, NULL, OPT_ONCE },
	{ 0 }
};

int
run_option(struct cmd *c, int o, const char *value, struct err *e)
{
	(void)c;
	(void)o;
	(void)value;
	(void)e;
	at_most_once = true;
	return 0;
}

struct round {
	struct cmd *cmd;
	struct postage post;
	struct team team;
	struct arena scratch;
	struct rec *rec;
	struct buf line;
	size_t sent, later, failed, held;
};

/* ticket: of an answer that nobody will get, or NULL. */
static int
transact(struct round *r, const struct outgoing *o, const char *state,
    int64_t attempt, int64_t next, const char *why, const char *ticket,
    struct err *e)
{
	struct store *s = r->cmd->store;

	if (store_begin(s, e) < 0)
		return -1;
	if (send_note(r->cmd, o, state, attempt, next, why, e) == 0 &&
	    (ticket == NULL || send_reopen(r->cmd, ticket,
	    arena_printf(&r->scratch, "not delivered: %s", why), e) == 0))
		return store_commit(s, e);
	store_rollback(s);
	return -1;
}

/* Until when a limit keeps a letter back; 0 when it does not. */
static int
limited(struct round *r, const char *recipient,
    const struct postage_limit *limit, int64_t *until, struct err *e)
{
	int64_t n = 0, now = r->cmd->now;

	if (limit->count == 0)
		return 0;
	if (store_sent(r->cmd->store, recipient, now - limit->within, &n,
	    e) < 0)
		return -1;
	if (n >= limit->count && now + limit->within > *until)
		*until = now + limit->within;
	return 0;
}

/*
 * Whether an automatic answer comes too late, and why: a person has the
 * ticket by now, or the customer needs it no more. *open is the ticket when
 * the rules alone have settled it, which is too soon for a person.
 */
static int
too_late(struct round *r, const char **why, const char **open, struct err *e)
{
	const char *ticket = rec_str(r->rec, "ticket", &r->scratch);
	struct store *s = r->cmd->store;
	char key[KEY_TEXT];
	struct history h;
	int64_t at;
	int got;

	if (!rec_is(r->rec, "type", "reply") || ticket == NULL ||
	    !rec_time(r->rec, "at", &at))
		return 0;
	if ((got = store_ticket(s, ticket, key, e)) <= 0)
		return got;
	if (store_history(s, key, &h, &r->scratch, e) < 0)
		return -1;
	if (ticket_settled_too_soon(&h, r->cmd->now))
		*open = ticket;
	*why = ticket_taken_up(&h, at, r->cmd->now) ? "a person was faster" :
	    ticket_called_off(&h, at, r->cmd->now) ?
	    "the customer needs it no more" : NULL;
	return *why != NULL;
}

/* What keeps it here: noted, and true. */
static int
kept_back(struct round *r, const struct outgoing *o, const struct parcel *p,
    struct err *e)
{
	const char *open = NULL, *why = NULL;
	int64_t until = 0;
	int got;

	if (p->hold != NULL) {
		r->held++;
		if (p->unset)
			cmd_warn(r->cmd, ERR_NONE, "%s to %s waits: %s",
			    o->id, o->recipient, p->hold);
		return transact(r, o, "held", o->attempt, TIME_NONE, p->hold,
		    NULL, e) < 0 ? -1 : 1;
	}
	if (p->about != TIME_NONE &&
	    p->about + r->post.stale < r->cmd->now) {
		r->held++;
		return transact(r, o, "held", o->attempt, TIME_NONE,
		    "what it answers is old", NULL, e) < 0 ? -1 : 1;
	}
	if (p->about != TIME_NONE && (got = too_late(r, &why, &open,
	    e)) != 0) {
		r->held++;
		return got < 0 || transact(r, o, "held", o->attempt, TIME_NONE,
		    why, open, e) < 0 ? -1 : 1;
	}
	if (send_to_staff(r->cmd, &r->team, r->rec, &r->scratch))
		return 0;
	if (limited(r, o->recipient, &r->post.recipient, &until, e) < 0 ||
	    limited(r, NULL, &r->post.all, &until, e) < 0)
		return -1;
	if (until == 0)
		return 0;
	r->later++;
	return transact(r, o, "retry", o->attempt, until,
	    "too many at once: see limits in send.yaml", NULL, e) < 0 ? -1 : 1;
}

static int
claim(struct round *r, const struct outgoing *o, struct err *e)
{
	struct store *s = r->cmd->store;
	int got;

	if (store_begin(s, e) < 0)
		return -1;
	got = store_claim(s, o->id, r->cmd->now,
	    r->cmd->now + r->post.lease, at_most_once, e);
	if (got >= 0)
		return store_commit(s, e) < 0 ? -1 : got;
	store_rollback(s);
	return -1;
}

static int
note(struct round *r, const struct outgoing *o, int64_t queued,
    const struct outcome *out, struct err *e)
{
	int64_t next = TIME_NONE, attempt = o->attempt + 1;

	if (out->kind == SENT) {
		r->sent++;
		return transact(r, o, "sent", attempt, TIME_NONE, NULL, NULL,
		    e);
	}
	if (out->kind == LATER)
		next = postage_next(&r->post, attempt, queued, r->cmd->now,
		    out->wait);
	if (next == TIME_NONE) {
		r->failed++;
		cmd_warn(r->cmd, ERR_NONE, "%s to %s failed: %s", o->id,
		    o->recipient, out->why);
		return transact(r, o, "failed", attempt, TIME_NONE, out->why,
		    rec_is(r->rec, "type", "reply") ?
		    rec_str(r->rec, "ticket", &r->scratch) : NULL, e);
	}
	r->later++;
	return transact(r, o, "retry", attempt, next, out->why, NULL, e);
}

static void
show(const struct outgoing *o, const struct parcel *p)
{
	printf("# %s to %s", o->id, o->recipient);
	if (p->hold != NULL) {
		printf(": held: %s\n\n", p->hold);
		return;
	}
	printf(", by");
	for (const char *const *s = p->argv; p->mail && *s != NULL; s++)
		printf(" %s", *s);
	printf("%s\n", p->mail ? "" : " curl");
	fwrite(p->body.data, 1, p->body.len, stdout);
	printf("\n");
}

static int
send_one(struct round *r, const struct outgoing *o, struct err *e)
{
	struct cmd *c = r->cmd;
	struct parcel p;
	struct outcome out;
	int64_t queued = c->now;
	int rc;

	buf_reset(&r->line);
	if (store_record(c->store, o->id, &r->line, e) < 0 ||
	    rec_parse(r->rec, r->line.data, r->line.len, e) < 0)
		return -1;
	rec_time(r->rec, "at", &queued);
	rc = parcel_pack(c, &r->post, r->rec, &r->scratch, &p, e);
	if (rc == 0 && c->dry)
		show(o, &p);
	else if (rc == 0 && (rc = kept_back(r, o, &p, e)) == 0 &&
	    (rc = claim(r, o, e)) == 1) {
		rc = parcel_post(&p, r->cmd->now, &r->scratch, &out, e);
		if (rc == 0)
			rc = note(r, o, queued, &out, e);
	}
	buf_free(&p.body);
	return rc < 0 ? -1 : 0;
}

static int
send_page(struct round *r, size_t *n, struct err *e)
{
	struct arena a = { 0 };
	struct outgoing *rows;
	int rc = store_outbox(r->cmd->store, OUTBOX_DUE, r->cmd->now, PAGE,
	    &a, &rows, n, e);

	if (rc == 0)
		rc = send_order(r->cmd, &r->team, rows, *n, e);
	for (size_t i = 0; rc == 0 && i < *n; i++) {
		arena_reset(&r->scratch);
		rc = send_one(r, &rows[i], e);
	}
	arena_free(&a);
	return rc;
}

int
send_run(struct cmd *c, struct err *e)
{
	struct round r = { .cmd = c };
	struct yaml *root;
	size_t n = 0;
	int rc;

	if (c->argc > 0)
		return err_set(e, ERR_USAGE, "run takes no operand");
	if (cmd_rule_yaml(c, "send.yaml", &root, e) < 0 ||
	    postage_load(&r.post, &c->arena, root, e) < 0 ||
	    cmd_team(c, &r.team, e) < 0)
		return -1;
	r.rec = xmalloc(sizeof(*r.rec));
	buf_init(&r.line);
	/* All that was looked at has moved on, or somebody else has it. */
	do
		rc = send_page(&r, &n, e);
	while (rc == 0 && n == PAGE && !c->dry);
	if (rc == 0 && c->verbose)
		fprintf(stderr, "%s: %zu sent, %zu later, %zu failed, "
		    "%zu held\n", c->tool, r.sent, r.later, r.failed, r.held);
	buf_free(&r.line);
	arena_free(&r.scratch);
	free(r.rec);
	return rc;
}
