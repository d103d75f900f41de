/* Rules against the examples that they carry, or against labelled records. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "labels.h"
#include "trees.h"

static const char *map_file;
static int64_t least;

enum { OPT_MAP = OPT_OWN, OPT_LEAST };
const struct option test_options[] = {
	{ "map", required_argument, NULL, OPT_MAP },
	{ "least", required_argument, NULL, OPT_LEAST },
	{ 0 }
};

int
test_option(struct cmd *c, int o, const char *value, struct err *e)
{
	size_t digits = strspn(value, "0123456789");

	(void)c;
	if (o == OPT_MAP) {
		map_file = value;
		return 0;
	}
	if (digits == 0 || digits > 3 || value[digits] != '\0' ||
	    (least = strtol(value, NULL, 10)) > 100)
		return err_set(e, ERR_USAGE, "--least is not a percentage");
	return 0;
}

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

static int
test_examples(struct cmd *c, struct rules *r, struct err *e)
{
	size_t ran;
	int failed = rules_test(r, told, c, &ran), trees;

	if (!c->quiet)
		buf_printf(&c->out, "%zu rules, %zu examples, %d failed\n",
		    rules_count(r), ran, failed);
	if ((trees = test_trees(c, e)) < 0)
		return -1;
	return failed > 0 || trees > 0;
}

int
triage_test(struct cmd *c, struct err *e)
{
	struct rules *r;
	int rc;

	if (c->argc == 0 && (map_file != NULL || least > 0))
		return err_set(e, ERR_USAGE, "--map and --least are for files "
		    "of labelled records");
	if (triage_rules(c, &r, e) < 0)
		return -1;
	rc = c->argc > 0 ? labels_test(c, r, map_file, least, e) :
	    test_examples(c, r, e);
	rules_free(r);
	return rc;
}
