/*
 * The first answer: a reply behind the verdict on a message that opens a
 * ticket, and, where the rules are sure, the word that it settles it.
 */
#include <string.h>

#include "base/time.h"
#include "domain/said.h"
#include "triage.h"

/* What an answer repeats of the customer's words shows no password. */
static void
hide_secrets(struct cmd *c, const struct verdict *v, struct arena *a)
{
	for (size_t i = 0; i < v->captures; i++)
		v->capture[i].value = cmd_redact(c, v->capture[i].value, a);
}

/* The reply of one template; ERR_INPUT when it cannot be filled. */
static int
compose(struct cmd *c, struct replies *replies, const char *form,
    const struct rec *r, struct arena *a, struct buf *out, struct err *e)
{
	struct answer answer;
	struct err bad = { 0 };
	int64_t at;

	buf_reset(out);
	if (!rec_time(r, "at", &at))
		return err_set(e, ERR_INPUT, "at is missing");
	if (replies_answer(replies, form, r, true, a, &answer, &bad) < 0)
		return err_set(e, ERR_INPUT, "%s", bad.text);
	reply_record(r, form, &answer, NULL, &c->org, at, a, out);
	if (out->len <= REC_MAX)
		return 0;
	buf_reset(out);
	return err_set(e, ERR_INPUT, "reply/%s.txt: the answer is too long",
	    form);
}

int
triage_answer(struct cmd *c, struct replies *replies, const struct rules *rules,
    const struct rec *r, const struct message *m, const struct verdict *v,
    struct arena *a, struct first_answer *out, struct err *e)
{
	const struct answering *how = rules_answering(rules, m->customer);
	const char *form = triage_template(rules, m, v);
	const char *ticket = rec_str(r, "ticket", a);
	struct err bad = { 0 };
	int64_t at;

	buf_reset(&out->reply);
	buf_reset(&out->status);
	if (triage_unanswered(c, rules, r, m, v, a) != NULL)
		return 0;
	hide_secrets(c, v, a);
	replies_capture(replies, v->capture, v->captures);
	if (compose(c, replies, form, r, a, &out->reply, &bad) < 0) {
		if (how->acknowledge == NULL ||
		    strcmp(how->acknowledge, form) == 0)
			return err_set(e, bad.kind, "%s", bad.text);
		cmd_warn(c, bad.kind, "%s: ticket %s gets the receipt",
		    bad.text, ticket);
		return compose(c, replies, how->acknowledge, r, a,
		    &out->reply, e);
	}
	if (v->resolve && form == v->topic->reply && rec_time(r, "at", &at))
		said_status(ticket, at, "resolved", "tai-triage",
		    v->topic->id, &out->status);
	return 0;
}
