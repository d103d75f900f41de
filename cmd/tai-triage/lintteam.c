/* Decision trees and the team: what nobody is, and who can't be reached. */
#include <string.h>

#include "rotas.h"
#include "trees.h"
#include "triage.h"

struct doubt {			/* of several rules or outcomes */
	const char *what;	/* "tells 'ceo', which ..." */
	const char *file, *is, *name;	/* the first of them */
	int line, others;
	struct doubt *next;
};

struct linting {
	struct cmd *cmd;
	struct team team;
	struct oncall *oncall;	/* or NULL */
	struct doubt *doubts;
	const struct yaml *tiers;	/* of sla.yaml; or NULL */
	bool tells;		/* the company tells anybody anything */
	int found;
};

static void
told(void *arg, const char *file, int line, const char *what)
{
	struct linting *x = arg;

	buf_printf(&x->cmd->out, "%s:%d: %s\n", file, line, what);
	x->found = 1;
}

/* What is wrong with several is told once, of the first. */
static void
doubt(struct linting *x, const char *file, int line, const char *is,
    const char *name, const char *what)
{
	struct doubt **d = &x->doubts;

	for (; *d != NULL; d = &(*d)->next) {
		if (strcmp((*d)->what, what) == 0) {
			(*d)->others++;
			return;
		}
	}
	*d = arena_zalloc(&x->cmd->arena, sizeof(**d));
	**d = (struct doubt){ what, file, is, name, line, 0, NULL };
}

static void
put_doubts(struct linting *x)
{
	struct arena *a = &x->cmd->arena;

	for (const struct doubt *d = x->doubts; d != NULL; d = d->next)
		told(x, d->file, d->line, arena_printf(a, "%s '%s' %s%s",
		    d->is, d->name, d->what, d->others == 0 ? "" :
		    arena_printf(a, " (and %d more)", d->others)));
}

/* "csm" is the customer's own; whether any customer has one that is known. */
static bool
has_csm(const struct linting *x)
{
	struct customers *all = x->cmd->customers;
	const struct customer *who;
	const char *id;
	struct way way;

	for (size_t i = 0; (id = customers_id(all, i)) != NULL; i++) {
		who = customers_at(all, id, x->cmd->now);
		if (who != NULL && *who->csm != '\0' &&
		    team_way(&x->team, who->csm, 0, &way))
			return true;
	}
	return false;
}

static void
lint_target(struct linting *x, const char *target, const char *file, int line,
    const char *is, const char *name)
{
	struct way way;

	if (x->tells && target != NULL && strcmp(target, "assignee") != 0 &&
	    !team_way(&x->team, target, 0, &way) &&
	    !(strcmp(target, "csm") == 0 && has_csm(x)))
		doubt(x, file, line, is, name, arena_printf(&x->cmd->arena,
		    "tells '%s', which team.yaml does not know", target));
}

/* -- rules and outcomes ----------------------------------------------- */

static void
lint_rules(struct linting *x, const struct rules *rules)
{
	for (size_t i = 0; i < rules_count(rules); i++) {
		const struct rule_info *f = rules_info(rules, i);

		for (const char *const *to = f->to; *to != NULL; to++)
			lint_target(x, *to, f->file, f->line, "rule", f->id);
		lint_target(x, f->route_channel, f->file, f->line, "rule",
		    f->id);
	}
}

static bool
has_page(const struct linting *x, const char *const *to)
{
	struct way way;

	for (; *to != NULL; to++) {
		for (int i = 0; team_way(&x->team, *to, i, &way); i++) {
			if (strcmp(way.channel, "pagerduty") == 0)
				return true;
		}
	}
	return false;
}

static bool
has_role(const struct team *t, const char *role)
{
	for (size_t i = 0; i < t->people; i++) {
		if (strcmp(t->person[i].role, role) == 0)
			return true;
	}
	return false;
}

/* Whether a word is anybody who has more than a Slack channel. */
static bool
is_anybody(const struct linting *x, const char *word)
{
	struct way way;

	if (team_meant(&x->team, word, 0) != NULL)
		return true;
	for (int i = 0; team_way(&x->team, word, i, &way); i++) {
		if (strcmp(way.channel, "slack") != 0)
			return true;
	}
	return false;
}

static bool
any_is(const struct linting *x, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (is_anybody(x, *words))
			return true;
	}
	return false;
}

static void
lint_told(struct linting *x, const struct outcome *o)
{
	for (const char *const *to = o->to; *to != NULL; to++)
		lint_target(x, *to, o->file, o->line, "outcome", o->name);
	lint_target(x, o->channel, o->file, o->line, "outcome", o->name);
	if (!o->page || *o->to == NULL)
		return;
	if (!any_is(x, o->to) && !any_is(x, o->fallback))
		doubt(x, o->file, o->line, "outcome", o->name, "pages nobody: "
		    "neither its targets nor its fallback are anybody");
	else if (!has_page(x, o->to))
		doubt(x, o->file, o->line, "outcome", o->name, "pages, and "
		    "none of its targets has a pagerduty");
}

static void
lint_assigned(struct linting *x, const struct outcome *o)
{
	struct arena *a = &x->cmd->arena;
	bool anybody = *o->roles == NULL;

	for (const char *const *r = o->roles; *r != NULL; r++) {
		if (has_role(&x->team, *r)) {
			anybody = true;
			continue;
		}
		doubt(x, o->file, o->line, "outcome", o->name, arena_printf(a,
		    "is for '%s', which is nobody's role", *r));
	}
	if (!anybody && !any_is(x, o->fallback))
		doubt(x, o->file, o->line, "outcome", o->name, "is for "
		    "nobody: neither its roles nor its fallback are anybody");
	if (o->oncall != NULL && x->oncall != NULL &&
	    oncall_find(x->oncall, o->oncall) == NULL)
		doubt(x, o->file, o->line, "outcome", o->name, arena_printf(a,
		    "asks the rota '%s', which there is not", o->oncall));
}

/* -- tiers and customers ---------------------------------------------- */

static void
lint_word(void *arg, const struct rule_info *f, const char *field,
    const char *word)
{
	struct linting *x = arg;
	struct cmd *c = x->cmd;

	if (strcmp(field, "tier") == 0 && x->tiers != NULL &&
	    yaml_get(x->tiers, word) == NULL)
		doubt(x, f->file, f->line, "rule", f->id, arena_printf(
		    &c->arena, "asks for the tier '%s', which sla.yaml does "
		    "not have", word));
	if (strcmp(field, "customer") == 0 &&
	    customers_id(c->customers, 0) != NULL &&
	    !customers_known(c->customers, word))
		doubt(x, f->file, f->line, "rule", f->id, arena_printf(
		    &c->arena, "asks for the customer '%s', which "
		    "customers.csv does not have", word));
}

static void
lint_tier(struct linting *x, const struct yaml *y)
{
	if (y->kind == YAML_SCALAR && y->text != NULL &&
	    yaml_get(x->tiers, y->text) == NULL)
		doubt(x, y->file, y->line, "condition", "tier", arena_printf(
		    &x->cmd->arena, "asks for '%s', which sla.yaml does not "
		    "have", y->text));
	for (y = y->kind == YAML_LIST ? y->first : NULL; y != NULL;
	    y = y->next)
		lint_tier(x, y);
}

/* The conditions of trees, wherever in them; not what their examples give. */
static void
lint_conditions(struct linting *x, const struct yaml *y)
{
	for (const struct yaml *v = y->kind == YAML_SCALAR ? NULL : y->first;
	    v != NULL; v = v->next) {
		if (v->key != NULL && strcmp(v->key, "tier") == 0)
			lint_tier(x, v);
		else if (v->key == NULL || (strcmp(v->key, "examples") != 0 &&
		    strcmp(v->key, "facts") != 0))
			lint_conditions(x, v);
	}
}

static void
lint_words(struct linting *x, const struct rules *rules)
{
	struct err ignored = { 0 };
	struct yaml *root;

	x->tiers = cmd_tiers(x->cmd);
	rules_words(rules, lint_word, x);
	if (x->tiers != NULL && cmd_rule_file(x->cmd, "escalation.yaml") !=
	    NULL && cmd_rule_yaml(x->cmd, "escalation.yaml", &root,
	    &ignored) == 0)
		lint_conditions(x, root);
}

/* Rotas and calendars that team.yaml names. */
static void
lint_team(struct linting *x)
{
	struct arena *a = &x->cmd->arena;
	const struct team *t = &x->team;

	for (const struct yaml *y = t->targets != NULL ? t->targets->first :
	    NULL; y != NULL; y = y->next) {
		for (const struct yaml *w = y->first; w != NULL; w = w->next) {
			const char *to = yaml_str(w, "to", "");

			if (strncmp(to, "oncall ", 7) == 0 &&
			    (x->oncall == NULL ||
			    oncall_find(x->oncall, to + 7) == NULL))
				told(x, w->file, w->line, arena_printf(a,
				    "'%s': there is no rota '%s'", y->key,
				    to + 7));
		}
	}
	for (size_t i = 0; i < t->people; i++) {
		const struct person *p = &t->person[i];

		if (*p->shift != '\0' && calendar_find(x->cmd->calendars,
		    p->shift) == NULL)
			told(x, t->file, p->line, arena_printf(a, "'%s' works "
			    "by the calendar '%s', which there is not", p->id,
			    p->shift));
	}
}

int
lint_escalation(struct cmd *c, const struct rules *rules, struct err *e)
{
	struct linting x = { .cmd = c };
	const struct team *t = &x.team;
	const struct outcome *o;
	struct trees *trees = NULL;
	int rc = -1;

	if (cmd_team(c, &x.team, e) == 0 && cmd_trees(c, &trees, e) == 0 &&
	    cmd_calendars(c, NULL, e) == 0 &&
	    cmd_oncall(c, &x.team, &x.oncall, e) == 0) {
		/* A company that tells nobody anything knows that. */
		x.tells = t->targets != NULL && t->targets->count > 0;
		if (trees != NULL)
			trees_lint(trees, told, &x);
		for (size_t i = 0; trees != NULL &&
		    (o = trees_outcome(trees, i)) != NULL; i++) {
			if (x.tells || t->people > 0)
				lint_told(&x, o);
			if (t->people > 0)
				lint_assigned(&x, o);
		}
		lint_rules(&x, rules);
		lint_words(&x, rules);
		put_doubts(&x);
		lint_team(&x);
		rc = x.found;
	}
	if (x.oncall != NULL)
		oncall_free(x.oncall);
	trees_free(trees);
	return rc;
}
