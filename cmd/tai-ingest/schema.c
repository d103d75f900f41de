/* tai-ingest schema: what a type of record holds, as JSON Schema. */
#include "domain/model.h"
#include "ingest.h"

int
ingest_schema(struct cmd *c, struct err *e)
{
	const char *type;

	for (size_t i = 0; c->argc == 0 && (type = type_name(i)) != NULL; i++)
		buf_printf(&c->out, "%s\n", type);
	for (int i = 0; i < c->argc; i++) {
		if (record_schema(c->argv[i], &c->out, e) < 0)
			return -1;
		buf_addc(&c->out, '\n');
	}
	return 0;
}
