/* tai-ingest records: records of any type, checked; backups come back so. */
#include <string.h>

#include "base/hash.h"
#include "ingest.h"

/* A record without an id gets one made of all it says. */
static int
give_id(struct cmd *c, const struct rec *r, struct err *e)
{
	uint8_t digest[HASH_BYTES];
	char id[ID_TEXT], json[ID_TEXT + 2];
	struct buf line = BUF_INIT;
	int rc;

	hash_bytes(r->line, r->len, digest);
	snprintf(json, sizeof(json), "\"%s\"", hash_id(digest, id));
	rec_with(r, "id", json, strlen(json), &line);
	rc = cmd_emit(c, line.data, line.len, e);
	buf_free(&line);
	return rc;
}

static int
take_record(struct cmd *c, void *arg, const struct rec *r, struct err *e)
{
	struct value v;

	(void)arg;
	if (record_check(r, e) < 0)
		return -1;
	if (!rec_get(r, "id", &v))
		return give_id(c, r, e);
	return cmd_emit(c, r->line, r->len, e);
}

int
ingest_records(struct cmd *c, struct err *e)
{
	struct filter f = { .each = take_record, .replaces = true };

	return cmd_filter(c, &f, e);
}
