/*
 * The first answer: a reply behind the verdict on a message that opens a
 * ticket, and, where the rules are sure, the word that it settles it.
 */
#include <string.h>

#include "base/time.h"
#include "domain/said.h"
#include "format/letter.h"
#include "triage.h"

static bool
has_flag(const struct rec *r, const char *name, struct arena *a)
{
	struct value list, v;
	size_t pos = 0;

	if (!rec_get(r, "flags", &list))
		return false;
	while (value_next(&list, &pos, &v)) {
		const char *flag = value_str(&v, a, NULL);

		if (flag != NULL && strcmp(flag, name) == 0)
			return true;
	}
	return false;
}

bool
triage_current(const struct cmd *c, const struct rules *rules, bool replay,
    const struct rec *r)
{
	int64_t at, within = rules_answering(rules, NULL)->within;

	return rec_time(r, "at", &at) && (replay ||
	    (at <= c->now + 3600 && c->now - at <= within));
}

/*
 * Whether anybody waits for it: a person's mail that opens a ticket, from an
 * address that can be written to.
 */
static bool
may_answer(const struct cmd *c, const struct rec *r, const struct message *m,
    struct arena *a)
{
	static const char *const flags[] = { "unparsed", "foreign", "forged",
		"unproven_agent", "flood" };
	struct value v;

	if (!m->first || strcmp(m->channel, "email") != 0 ||
	    !letter_address(m->from) ||
	    (rec_get(r, "auto", &v) && !rec_is(r, "auto", "none")))
		return false;
	/* Nothing goes to ourselves, whoever says that he is us. */
	if (org_role(&c->org, m->from) != ROLE_CUSTOMER)
		return false;
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		if (has_flag(r, flags[i], a))
			return false;
	}
	return true;
}

/* The template: the surest rule's when it is sure enough, else a receipt. */
static const char *
choose(const struct answering *how, const struct verdict *v)
{
	const struct rule_info *topic = v->topic;

	if (v->closing || how->threshold[ACT_REPLY] == NEVER)
		return NULL;
	if (topic != NULL && topic->reply != NULL) {
		if (strcmp(topic->reply, "none") == 0)
			return NULL;
		if (v->reply)
			return topic->reply;
	}
	return how->acknowledge;
}

/* What an answer repeats of the customer's words shows no password. */
static int
hide_secrets(struct cmd *c, const struct verdict *v, struct arena *a,
    struct err *e)
{
	if (v->captures > 0 && cmd_secrets(c, e) < 0)
		return -1;
	for (size_t i = 0; i < v->captures; i++)
		v->capture[i].value = cmd_redact(c, v->capture[i].value, a);
	return 0;
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
	const char *form = choose(how, v), *ticket = rec_str(r, "ticket", a);
	struct err bad = { 0 };
	int64_t at;

	buf_reset(&out->reply);
	buf_reset(&out->status);
	if (form == NULL || !may_answer(c, r, m, a))
		return 0;
	if (hide_secrets(c, v, a, e) < 0)
		return -1;
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
