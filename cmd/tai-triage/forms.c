/*
 * The templates that the rules name, looked at before anything is read: one
 * that is wrong must not be found when a verdict is already kept.
 */
#include <string.h>

#include "domain/triage/language.h"
#include "triage.h"

static int
check(struct replies *replies, const char *name, const char *file, int line,
    struct err *e)
{
	const struct reply_form *form = NULL;
	struct err bad = { 0 };

	if (name == NULL || strcmp(name, "none") == 0)
		return 0;
	/* What is wrong in it has a line of its own. */
	if (replies_get(replies, name, &form, &bad) < 0 &&
	    strncmp(bad.text, "reply/", 6) != 0)
		return err_set(e, ERR_CONFIG, "%s:%d: %s", file, line,
		    bad.text);
	if (replies_check(replies, name, NULL, e) < 0)
		return -1;
	return form->blank == 0 ? 0 : err_set(e, ERR_CONFIG, "%s:%d: '[[' "
	    "is for a person to fill in, and no answer of a rule's",
	    form->file, form->blank);
}

struct looking {
	struct replies *replies;
	void (*found)(struct cmd *, const char *); /* NULL: the first ends */
	struct cmd *cmd;
	int n;
	const char *last;
};

/* Several rules may name a template: it is told of once. */
static int
look(struct looking *x, const char *name, const char *file, int line,
    struct err *e)
{
	struct err bad = { 0 };

	if (check(x->replies, name, file, line, &bad) == 0)
		return 0;
	if (x->found == NULL) {
		*e = bad;
		return -1;
	}
	if (strcmp(bad.text, x->last) != 0)
		x->found(x->cmd, bad.text);
	x->last = arena_strdup(&x->cmd->arena, bad.text);
	x->n++;
	return 0;
}

int
triage_forms(struct cmd *c, struct replies *replies, const struct rules *rules,
    void (*found)(struct cmd *, const char *), struct err *e)
{
	struct looking x = { .replies = replies, .found = found, .cmd = c,
		.last = "" };
	const struct answering *a;
	const struct language *l;

	for (size_t i = 0; i < rules_count(rules); i++) {
		const struct rule_info *f = rules_info(rules, i);

		if (look(&x, f->reply, f->file, f->line, e) < 0)
			return -1;
	}
	for (size_t i = 0; (l = languages_at(rules_languages(rules), i)) !=
	    NULL; i++) {
		if (look(&x, l->receipt, l->says->file, l->says->line,
		    e) < 0 || look(&x, l->critical, l->says->file,
		    l->says->line, e) < 0)
			return -1;
	}
	for (size_t i = 0; (a = rules_answerings(rules, i)) != NULL; i++) {
		if (a->says != NULL && (look(&x, a->acknowledge,
		    a->says->file, a->says->line, e) < 0 ||
		    look(&x, a->critical, a->says->file,
		    a->says->line, e) < 0))
			return -1;
	}
	return x.n;
}
