/* Rules against the examples that they carry. */
#include <string.h>

#include "base/utf8.h"
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

int
triage_test(struct cmd *c, struct err *e)
{
	struct rules *r;
	size_t ran;
	int failed;

	if (triage_rules(c, &r, e) < 0)
		return -1;
	failed = rules_test(r, told, c, &ran);
	if (!c->quiet)
		buf_printf(&c->out, "%zu rules, %zu examples, %d failed\n",
		    rules_count(r), ran, failed);
	rules_free(r);
	return failed > 0;
}
