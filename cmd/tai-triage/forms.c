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

int
triage_forms(struct replies *replies, const struct rules *rules,
    struct err *e)
{
	const struct answering *a;
	const struct language *l;

	for (size_t i = 0; i < rules_count(rules); i++) {
		const struct rule_info *f = rules_info(rules, i);

		if (check(replies, f->reply, f->file, f->line, e) < 0)
			return -1;
	}
	for (size_t i = 0; (l = languages_at(rules_languages(rules), i)) !=
	    NULL; i++) {
		if (check(replies, l->receipt, l->says->file, l->says->line,
		    e) < 0 || check(replies, l->critical, l->says->file,
		    l->says->line, e) < 0)
			return -1;
	}
	for (size_t i = 0; (a = rules_answerings(rules, i)) != NULL; i++) {
		if (a->says != NULL && (check(replies, a->acknowledge,
		    a->says->file, a->says->line, e) < 0 ||
		    check(replies, a->critical, a->says->file,
		    a->says->line, e) < 0))
			return -1;
	}
	return 0;
}
