/* What looks wrong in the rules and the templates, one line each. */
#include <string.h>

#include "domain/triage/language.h"
#include "triage.h"

#define WORDS	200		/* of an answer, at most */

static void
told(void *arg, const char *file, int line, const char *what)
{
	struct cmd *c = arg;

	buf_printf(&c->out, "%s:%d: %s\n", file, line, what);
}

static size_t
words_of(const char *s)
{
	size_t n = 0;

	while (*(s += strspn(s, " \t\n")) != '\0') {
		n++;
		s += strcspn(s, " \t\n");
	}
	return n;
}

/* Each is filled with the facts of a made-up message. */
static int
lint_templates(struct cmd *c, struct replies *replies, struct err *e)
{
	const char *const *names;
	int found = 0;

	if (replies_names(replies, &names, e) < 0)
		return -1;
	for (; *names != NULL; names++) {
		struct answer answer;
		struct err bad = { 0 };

		if (replies_check(replies, *names, NULL, &bad) < 0 ||
		    replies_sample(replies, *names, &c->arena, &answer,
		    &bad) < 0) {
			buf_printf(&c->out, "%s\n", bad.text);
			found = 1;
		} else if (words_of(answer.text) >= WORDS) {
			buf_printf(&c->out, "reply/%s.txt:1: %zu words, more "
			    "than anybody reads\n", *names,
			    words_of(answer.text));
			found = 1;
		}
	}
	return found;
}

static void
told_form(struct cmd *c, const char *text)
{
	buf_printf(&c->out, "%s\n", text);
}

static bool
has_name(const char *const *names, const char *name)
{
	for (; *names != NULL; names++) {
		if (strcmp(*names, name) == 0)
			return true;
	}
	return false;
}

static bool
asks_for(struct cmd *c, const struct reply_form *form, const char *name)
{
	const char *asked;

	for (size_t i = 0; (asked = reply_capture(form, i, &c->arena)) != NULL;
	    i++) {
		if (strcmp(asked, name) == 0)
			return true;
	}
	return false;
}

/* What rules capture and their answer does not repeat. */
static int
lint_captured(struct cmd *c, const struct rule_info *f,
    struct replies *replies)
{
	const struct reply_form *form = NULL;
	struct err bad = { 0 };
	int found = 0;

	if (f->reply != NULL && strcmp(f->reply, "none") != 0 &&
	    replies_get(replies, f->reply, &form, &bad) < 0)
		return 0;
	for (const char *const *n = f->captures; *n != NULL; n++) {
		if (form != NULL && asks_for(c, form, *n))
			continue;
		buf_printf(&c->out, "%s:%d: rule '%s' captures '%s', which "
		    "its reply does not use\n", f->file, f->line, f->id, *n);
		found = 1;
	}
	return found;
}

/* What a template repeats and none of the rules that name it captures. */
static int
lint_repeated(struct cmd *c, const struct rules *rules, const char *id,
    const struct reply_form *form)
{
	const char *name;
	int found = 0;

	for (size_t i = 0; (name = reply_capture(form, i, &c->arena)) != NULL;
	    i++) {
		bool known = false;

		for (size_t k = 0; k < rules_count(rules) && !known; k++) {
			const struct rule_info *f = rules_info(rules, k);

			known = f->reply != NULL && strcmp(f->reply, id) == 0 &&
			    has_name(f->captures, name);
		}
		if (known)
			continue;
		buf_printf(&c->out, "reply/%s.txt:1: no rule with this reply "
		    "captures '%s'\n", id, name);
		found = 1;
	}
	return found;
}

static int
lint_captures(struct cmd *c, const struct rules *rules,
    struct replies *replies, struct err *e)
{
	const struct reply_form *form;
	const char *const *names;
	int found = 0;

	for (size_t i = 0; i < rules_count(rules); i++)
		found |= lint_captured(c, rules_info(rules, i), replies);
	if (replies_names(replies, &names, e) < 0)
		return -1;
	for (; *names != NULL; names++) {
		struct err bad = { 0 };

		if (replies_get(replies, *names, &form, &bad) == 0)
			found |= lint_repeated(c, rules, *names, form);
	}
	return found;
}

/* The receipt is told in the language anyway; any other answer is as it is. */
static int
lint_languages(struct cmd *c, const struct rules *rules,
    struct replies *replies)
{
	const char *receipt = rules_answering(rules, NULL)->acknowledge;
	int found = 0;

	for (size_t i = 0; i < rules_count(rules); i++) {
		const struct rule_info *f = rules_info(rules, i);
		const struct language *l;
		struct answer answer;
		struct err bad = { 0 };

		if (f->reply == NULL || strcmp(f->reply, "none") == 0 ||
		    (receipt != NULL && strcmp(f->reply, receipt) == 0) ||
		    replies_sample(replies, f->reply, &c->arena, &answer,
		    &bad) < 0 || (l = rules_answered_wrong(rules, i,
		    answer.subject, answer.text)) == NULL)
			continue;
		buf_printf(&c->out, "%s:%d: rule '%s' has examples in '%s', "
		    "and an answer that is not: reply/%s.txt\n", f->file, f->line, f->id, l->name,
		    f->reply);
		found = 1;
	}
	return found;
}

/* A mistake there would keep mail waiting. */
static int
lint_automatic(struct cmd *c, struct err *e)
{
	struct automatic m;
	int rc = cmd_automatic(c, &m, e);

	automatic_free(&m);
	return rc;
}

/* Everything but the rules' own doubts: 1, 0 or -1. */
static int
lint_rest(struct cmd *c, const struct rules *r, struct replies *replies,
    struct err *e)
{
	int found = triage_forms(c, replies, r, told_form, e) > 0, got;

	if ((got = lint_templates(c, replies, e)) < 0)
		return -1;
	found |= got;
	if ((got = lint_captures(c, r, replies, e)) < 0)
		return -1;
	found |= got | lint_languages(c, r, replies);
	if ((got = lint_escalation(c, r, e)) < 0)
		return -1;
	return lint_automatic(c, e) < 0 ? -1 : found | got;
}

int
triage_lint(struct cmd *c, struct err *e)
{
	struct replies *replies = replies_new(c, "reply");
	struct rules *r;
	int found = -1, own;

	if (triage_rules(c, &r, e) == 0) {
		own = rules_lint(r, told, c) > 0;
		found = lint_rest(c, r, replies, e);
		if (found == 0)
			found = own;
		rules_free(r);
	}
	replies_free(replies);
	return found;
}
