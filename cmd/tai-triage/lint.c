/* What looks wrong in the rules and the templates, one line each. */
#include <string.h>

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
	static const char sample[] = "{\"v\":1,\"type\":\"message\","
	    "\"id\":\"M\",\"at\":\"2026-01-15T14:47:00Z\","
	    "\"ticket\":\"K7Q2M9X4T8WN\",\"channel\":\"email\","
	    "\"direction\":\"in\",\"from\":{\"address\":\"ana@acme.example\","
	    "\"name\":\"Ana Lopez\"},\"role\":\"customer\","
	    "\"subject\":\"it fails\",\"text\":\"help\"}";
	struct rec *r = arena_alloc(&c->arena, sizeof(*r));
	const char *const *names;
	int found = 0;

	if (replies_names(replies, &names, e) < 0 ||
	    rec_parse(r, sample, sizeof(sample) - 1, e) < 0)
		return -1;
	for (; *names != NULL; names++) {
		struct answer answer;
		struct err bad = { 0 };

		if (replies_answer(replies, *names, r, true, &c->arena,
		    &answer, &bad) < 0) {
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

/* The templates that rules name. */
static int
lint_replies(struct cmd *c, const struct rules *rules,
    struct replies *replies)
{
	int found = 0;

	for (size_t i = 0; i < rules_count(rules); i++) {
		const struct rule_info *f = rules_info(rules, i);
		const struct reply_form *form;
		struct err bad = { 0 };

		if (f->reply == NULL || strcmp(f->reply, "none") == 0 ||
		    replies_get(replies, f->reply, &form, &bad) == 0)
			continue;
		buf_printf(&c->out, "%s:%d: rule '%s': %s\n", f->file,
		    f->line, f->id, bad.text);
		found = 1;
	}
	return found;
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

static int
lint_target(struct cmd *c, const struct team *team, const struct rule_info *f,
    const char *target)
{
	struct way way;

	if (target == NULL || team_way(team, target, 0, &way))
		return 0;
	buf_printf(&c->out, "%s:%d: rule '%s' tells '%s', which team.yaml "
	    "does not know\n", f->file, f->line, f->id, target);
	return 1;
}

/* Whom escalations and routes name and nobody is. */
static int
lint_targets(struct cmd *c, const struct rules *rules, struct err *e)
{
	struct team team;
	int found = 0;

	if (cmd_team(c, &team, e) < 0)
		return -1;
	/* A company that tells nobody anything knows that it does not. */
	if (team.targets == NULL || team.targets->count == 0)
		return 0;
	for (size_t i = 0; i < rules_count(rules); i++) {
		const struct rule_info *f = rules_info(rules, i);

		for (const char *const *to = f->to; *to != NULL; to++)
			found |= lint_target(c, &team, f, *to);
		found |= lint_target(c, &team, f, f->route_channel);
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

int
triage_lint(struct cmd *c, struct err *e)
{
	struct replies *replies = replies_new(c, "reply");
	struct rules *r;
	int found, templates = -1, targets = 0;

	if (triage_rules(c, &r, e) == 0) {
		found = rules_lint(r, told, c) > 0;
		found |= lint_replies(c, r, replies);
		templates = lint_templates(c, replies, e);
		if (templates >= 0) {
			int captures = lint_captures(c, r, replies, e);

			templates = captures < 0 ? -1 : templates | captures;
		}
		if (templates >= 0)
			targets = lint_targets(c, r, e);
		if (targets >= 0 && templates >= 0) {
			int trees = lint_escalation(c, e);

			targets = trees < 0 ? -1 : targets | trees;
		}
		if (templates >= 0 && targets >= 0 &&
		    lint_automatic(c, e) < 0)
			targets = -1;
		rules_free(r);
	}
	replies_free(replies);
	if (templates < 0 || targets < 0)
		return -1;
	return found | templates | targets;
}
