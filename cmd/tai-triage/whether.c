/* Whether a message gets a first answer by itself, and why it does not. */
#include <string.h>

#include "base/time.h"
#include "format/address.h"
#include "format/letter.h"
#include "domain/triage/language.h"
#include "triage.h"

bool
triage_flagged(const struct rec *r, const char *name)
{
	struct arena a = { 0 };
	struct value list, v;
	bool found = false;
	size_t pos = 0;

	if (rec_get(r, "flags", &list)) {
		while (!found && value_next(&list, &pos, &v)) {
			const char *flag = value_str(&v, &a, NULL);

			found = flag != NULL && strcmp(flag, name) == 0;
		}
	}
	arena_free(&a);
	return found;
}

bool
triage_current(const struct cmd *c, const struct rules *rules, bool replay,
    const struct rec *r)
{
	int64_t at, within = rules_answering(rules, NULL)->within;

	return rec_time(r, "at", &at) && (replay ||
	    (at <= c->now + 3600 && c->now - at <= within));
}

/* What a mail is that no person waits for an answer to; NULL for a person's. */
static const char *
not_from_a_person(const struct rec *r, struct arena *a)
{
	static const struct {
		const char *flag, *why;
	} flags[] = {
		{ "unparsed", "it could not be read" },
		{ "foreign", "it bears somebody else's token" },
		{ "forged", "its sender is forged" },
		{ "unproven_agent", "it says that it is one of us, and proves "
		    "nothing" },
		{ "flood", "it is one of too many from there (flood)" },
		{ "repeat", "it says what the mail before it said (repeat)" },
	};
	const char *automatic = rec_str(r, "auto", a);

	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		if (triage_flagged(r, flags[i].flag))
			return flags[i].why;
	}
	if (automatic == NULL || strcmp(automatic, "none") == 0)
		return NULL;
	return strcmp(automatic, "list") == 0 ? "it came through a list" :
	    arena_printf(a, "a program sent it (%s)", automatic);
}

static const char *
no_address(const struct cmd *c, const struct message *m, struct arena *a)
{
	if (strcmp(m->channel, "email") != 0)
		return arena_printf(a, "it came by %s", *m->channel != '\0' ?
		    m->channel : "no known channel");
	if (!letter_address(address_sent(a, m->from)))
		return "its sender cannot be written to";
	/* Nothing goes to ourselves, whoever says that he is us. */
	return org_role(&c->org, m->from) != ROLE_CUSTOMER ?
	    "its sender is one of us" : NULL;
}

static const char *
no_template(const struct answering *how, const struct verdict *v,
    struct arena *a)
{
	const struct rule_info *topic = v->topic;

	if (v->closing)
		return "the customer needs no more help";
	if (how->threshold[ACT_REPLY] == NEVER)
		return "nothing is answered by itself";
	if (topic != NULL && topic->reply != NULL) {
		if (strcmp(topic->reply, "none") == 0)
			return arena_printf(a, "rule %s answers nothing",
			    topic->id);
		if (v->reply)
			return NULL;
	}
	if (how->acknowledge != NULL)
		return NULL;
	return v->sensitive ? "a person has to see it, and there is no "
	    "receipt" : arena_printf(a, "below %d %%, and there is no receipt",
	    how->threshold[ACT_REPLY]);
}

const char *
triage_unanswered(const struct cmd *c, const struct rules *rules,
    const struct rec *r, const struct message *m, const struct verdict *v,
    struct arena *a)
{
	const struct answering *how = rules_answering(rules, m->customer);
	const char *why = not_from_a_person(r, a);

	if (why == NULL && !m->first)
		why = v->closing ? "the customer needs no more help" :
		    "it did not open the ticket";
	if (why == NULL)
		why = no_address(c, m, a);
	return why != NULL ? why : no_template(how, v, a);
}

const char *
triage_template(const struct rules *rules, const struct message *m,
    const struct verdict *v)
{
	const struct answering *how = rules_answering(rules, m->customer);
	const char *all = rules_answering(rules, NULL)->acknowledge;
	const struct language *l = v->language;

	if (v->reply && v->topic->reply != NULL && (how->acknowledge == NULL ||
	    strcmp(v->topic->reply, how->acknowledge) != 0))
		return v->topic->reply;
	/* The receipt for all is told in the customer's language. */
	if (how->acknowledge == NULL || all == NULL ||
	    strcmp(how->acknowledge, all) != 0)
		l = NULL;
	if (v->level == SEVERITY_CRITICAL && l != NULL && l->critical != NULL)
		return l->critical;
	if (l != NULL && l->receipt != NULL)
		return l->receipt;
	return v->level == SEVERITY_CRITICAL && how->critical != NULL ?
	    how->critical : how->acknowledge;
}
