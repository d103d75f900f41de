/* Decision trees and teams: a tree that loads ends, for whatever facts. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/staff/team.h"
#include "domain/triage/tree.h"

static void
require(int true_of_every_tree)
{
	if (!true_of_every_tree)
		abort();
}

static void
told(void *arg, const char *file, int line, const char *what)
{
	(void)arg;
	require(file != NULL && line > 0 && *what != '\0');
}

static void
asked(void *arg, const struct asked *q)
{
	require(q->ask != NULL && q->facts != NULL && q->answer != NULL &&
	    q->line > 0);
	require(++*(int *)arg <= 10000);
}

static void
ask(const struct trees *t, const struct facts *f, struct arena *a)
{
	const char *name;

	for (size_t i = 0; (name = trees_name(t, i)) != NULL; i++) {
		struct err e = { 0 };
		struct decision d;
		int n = 0;

		require(tree_decide(t, name, f, asked, &n, a, &d, &e) == 0);
		require(d.to != NULL && d.level >= 0 && d.level <= 4);
	}
}

/* Whoever is there is found, and every way leads somewhere. */
static void
look_at_team(const struct yaml *root, struct arena *a)
{
	const struct person *p;
	struct err e = { 0 };
	struct team t;
	struct way way;

	if (team_load(&t, a, root, &e) < 0) {
		require(e.kind == ERR_CONFIG);
		return;
	}
	for (size_t i = 0; (p = team_next(&t, i)) != NULL; i++) {
		require(team_person(&t, p->id) == p);
		for (int n = 0; team_way(&t, p->id, n, &way); n++)
			require(*way.to != '\0' && *way.channel != '\0');
	}
}

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const values[] = { "HIGH", "5", "31m", "yes", "a",
		"enterprise", "10,000.5 %" };
	struct arena a = { 0 };
	struct err e = { 0 };
	struct trees *t;
	struct facts *f;
	struct yaml *root;
	const char *name;
	size_t ran;

	if (yaml_parse(&a, "fuzz", (const char *)data, size, &root, &e) == 0)
		look_at_team(root, &a);
	if (e.kind != ERR_NONE || trees_load(&t, root, &e) < 0) {
		require(e.kind == ERR_CONFIG);
		arena_free(&a);
		return 0;
	}
	f = facts_new(t);
	ask(t, f, &a);
	for (size_t i = 0; (name = trees_fact(t, i)) != NULL; i++) {
		for (size_t k = 0; k < 7; k++) {
			struct err bad = { 0 };

			if (facts_set(f, name, values[(i + k) % 7], &bad) == 0)
				break;
		}
	}
	ask(t, f, &a);
	trees_test(t, told, NULL, &ran);
	trees_lint(t, told, NULL);
	facts_free(f);
	trees_free(t);
	arena_free(&a);
	return 0;
}
