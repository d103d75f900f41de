/* Decision trees and the team: what nobody is, and who can't be reached. */
#include <string.h>

#include "rotas.h"
#include "trees.h"
#include "triage.h"

struct linting {
	struct cmd *cmd;
	struct team team;
	struct oncall *oncall;	/* or NULL */
	int found;
};

static void
told(void *arg, const char *file, int line, const char *what)
{
	struct linting *x = arg;

	buf_printf(&x->cmd->out, "%s:%d: %s\n", file, line, what);
	x->found = 1;
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

static void
lint_outcome(struct linting *x, const struct outcome *o)
{
	struct arena *a = &x->cmd->arena;
	const struct team *t = &x->team;
	struct way way;

	/* A company that tells nobody anything knows that it does not. */
	if (t->targets != NULL && t->targets->count > 0) {
		for (const char *const *to = o->to; *to != NULL; to++) {
			if (!team_way(t, *to, 0, &way))
				told(x, o->file, o->line, arena_printf(a,
				    "outcome '%s' tells '%s', which team.yaml "
				    "does not know", o->name, *to));
		}
		if (o->channel != NULL && !team_way(t, o->channel, 0, &way))
			told(x, o->file, o->line, arena_printf(a, "outcome "
			    "'%s' tells '%s', which team.yaml does not know",
			    o->name, o->channel));
		if (o->page && *o->to != NULL && !has_page(x, o->to))
			told(x, o->file, o->line, arena_printf(a, "outcome "
			    "'%s' pages, and none of its targets has a "
			    "pagerduty", o->name));
	}
	for (const char *const *r = o->roles; t->people > 0 && *r != NULL;
	    r++) {
		if (!has_role(t, *r))
			told(x, o->file, o->line, arena_printf(a, "outcome "
			    "'%s' is for '%s', which is nobody's role",
			    o->name, *r));
	}
	if (o->oncall != NULL && t->people > 0 && x->oncall != NULL &&
	    oncall_find(x->oncall, o->oncall) == NULL)
		told(x, o->file, o->line, arena_printf(a, "outcome '%s' asks "
		    "the rota '%s', which there is not", o->name, o->oncall));
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
lint_escalation(struct cmd *c, struct err *e)
{
	struct linting x = { .cmd = c };
	const struct outcome *o;
	struct trees *trees = NULL;
	int rc = -1;

	if (cmd_team(c, &x.team, e) == 0 && cmd_trees(c, &trees, e) == 0 &&
	    cmd_calendars(c, NULL, e) == 0 &&
	    cmd_oncall(c, &x.team, &x.oncall, e) == 0)
		rc = 0;
	if (rc == 0) {
		if (trees != NULL)
			trees_lint(trees, told, &x);
		for (size_t i = 0; trees != NULL &&
		    (o = trees_outcome(trees, i)) != NULL; i++)
			lint_outcome(&x, o);
		lint_team(&x);
		rc = x.found;
	}
	if (x.oncall != NULL)
		oncall_free(x.oncall);
	trees_free(trees);
	return rc;
}
