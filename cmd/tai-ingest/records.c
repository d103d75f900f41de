/* tai-ingest records: records of any type, checked; backups come back so. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "format/blobline.h"
#include "ingest.h"

#define BLOBS		256
#define BLOB_BYTES	((size_t)8 << 20)

/* Raw bytes of a backup on their way into the store, committed in lots. */
struct restoring {
	struct blob_reader reader;
	struct buf bytes;
	struct {
		uint8_t sha256[HASH_BYTES];
		size_t start, len;
		enum blob_wait wait;
	} blob[BLOBS];
	size_t n;
};

static int
store_blobs(struct cmd *c, struct restoring *b, struct err *e)
{
	int rc = 0;

	if (b->n == 0 || c->dry)
		return 0;
	if (store_begin(c->store, e) < 0)
		return -1;
	for (size_t i = 0; rc >= 0 && i < b->n; i++)
		rc = store_blob_put(c->store, b->blob[i].sha256,
		    b->bytes.data + b->blob[i].start, b->blob[i].len,
		    b->blob[i].wait, e);
	if (rc < 0) {
		store_rollback(c->store);
		return -1;
	}
	b->n = 0;
	buf_reset(&b->bytes);
	return store_commit(c->store, e);
}

static int
take_blob(struct cmd *c, struct restoring *b, const struct rec *r,
    struct err *e)
{
	int got;

	if (c->store == NULL)
		return cmd_emit(c, r->line, r->len, e);
	if ((got = blob_read(&b->reader, r, e)) <= 0)
		return got;
	memcpy(b->blob[b->n].sha256, b->reader.sha256, HASH_BYTES);
	b->blob[b->n].start = b->bytes.len;
	b->blob[b->n].len = b->reader.data.len;
	b->blob[b->n++].wait = b->reader.wait;
	buf_add(&b->bytes, b->reader.data.data, b->reader.data.len);
	return b->n == BLOBS || b->bytes.len >= BLOB_BYTES ?
	    store_blobs(c, b, e) : 0;
}

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

	if (blob_is(r))
		return take_blob(c, arg, r, e);
	if (record_check(r, e) < 0)
		return -1;
	if (!rec_get(r, "id", &v) || v.kind == VALUE_NULL)
		return give_id(c, r, e);
	return cmd_emit(c, r->line, r->len, e);
}

static int
finish(struct cmd *c, void *arg, struct err *e)
{
	struct restoring *b = arg;
	struct err cut = { 0 };

	if (blob_end(&b->reader, &cut) < 0)
		cmd_warn(c, cut.kind, "%s", cut.text);
	return c->store != NULL ? store_blobs(c, b, e) : 0;
}

int
ingest_records(struct cmd *c, struct err *e)
{
	struct restoring *b = xcalloc(1, sizeof(*b));
	struct filter f = { .each = take_record, .finish = finish, .arg = b,
		.replaces = true };
	int rc;

	buf_init(&b->bytes);
	buf_init(&b->reader.data);
	rc = cmd_filter(c, &f, e);
	blob_free(&b->reader);
	buf_free(&b->bytes);
	free(b);
	return rc;
}
