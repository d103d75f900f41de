/* The sum of a run, so that whoever runs it sees that nothing is missing. */
#include <string.h>

#include "ingest.h"

int
stats_option(struct cmd *c, int option, const char *value, struct err *e)
{
	(void)option;
	(void)value;
	(void)e;
	c->verbose = true;
	return 0;
}

void
tally_print(const struct cmd *c, const struct tally *t, const char *unit)
{
	if (!c->verbose)
		return;
	fprintf(stderr, "%s: %zu %s = %zu records + %zu duplicates + "
	    "%zu ignored + %zu rejects\n", c->tool, t->inputs, unit,
	    t->records, t->duplicates, t->ignored, t->rejects);
}

const char *
without_place(const char *source, const char *text)
{
	size_t n = strlen(source);

	if (strncmp(text, source, n) != 0)
		return text;
	if (text[n] == '/')
		return text + n + 1;
	if (text[n] != ':')
		return text;
	n += 1 + strspn(text + n + 1, "0123456789");
	if (text[n] == ':')
		n++;
	return text + n + strspn(text + n, " ");
}
