/* Rules against the examples that they carry. */
#include <string.h>

#include "base/utf8.h"
#include "trees.h"
#include "triage.h"

static void
told(void *arg, const struct rule_info *f, const char *example, bool want,
    bool got)
{
	struct cmd *c = arg;
	struct buf line = BUF_INIT;

	if (want == got)
		return;
	utf8_clean_line(&line, example, strlen(example));
	buf_printf(&c->out, "%s:%d: rule '%s' %s '%s'\n", f->file, f->line,
	    f->id, want ? "misses" : "must not match", line.data);
	buf_free(&line);
}

static void
tree_told(void *arg, const char *file, int line, const char *what)
{
	struct cmd *c = arg;

	buf_printf(&c->out, "%s:%d: %s\n", file, line, what);
}

/* The decision trees' own examples. */
static int
test_trees(struct cmd *c, struct err *e)
{
	struct trees *t;
	size_t ran;
	int failed;

	if (cmd_trees(c, &t, e) < 0)
		return -1;
	if (t == NULL)
		return 0;
	failed = trees_test(t, tree_told, c, &ran);
	if (!c->quiet)
		buf_printf(&c->out, "%zu examples of decision trees, %d "
		    "failed\n", ran, failed);
	trees_free(t);
	return failed;
}

int
triage_test(struct cmd *c, struct err *e)
{
	struct rules *r;
	size_t ran;
	int failed, trees;

	if (triage_rules(c, &r, e) < 0)
		return -1;
	failed = rules_test(r, told, c, &ran);
	if (!c->quiet)
		buf_printf(&c->out, "%zu rules, %zu examples, %d failed\n",
		    rules_count(r), ran, failed);
	rules_free(r);
	if ((trees = test_trees(c, e)) < 0)
		return -1;
	return failed > 0 || trees > 0;
}
