/*
 * Mail in, nothing lost: raw bytes are committed to the store before anything
 * looks into them; workers parse them; records, attachments and the mark
 * "done" are committed together; then the records are printed. A run that
 * dies in between leaves raw mail marked pending, which the next run takes
 * first. Without a store the same happens without the commits.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "domain/mail/inbound.h"
#include "format/mail.h"
#include "ingest.h"
#include "seen.h"

#define BATCH		512
#define BATCH_BYTES	((size_t)8 << 20)
#define UNDER_WAY	512		/* mails owed by the workers */

struct item {			/* a mail until its record is committed */
	const char *source;
	size_t line;
	int64_t arrival;
	uint64_t folder, name;	/* of a Maildir's file, or 0 */
	uint8_t sha256[HASH_BYTES];
	size_t start, len;	/* in raw, until it is handed over */
};

struct blob {			/* an attachment to be kept */
	uint8_t sha256[HASH_BYTES];
	size_t start, len;	/* in parts */
};

struct intake {
	struct cmd *cmd;
	struct mail_pool *pool;
	struct threads *threads;
	struct automatic automatic;
	struct floods *floods;
	struct inbound inbound;
	struct arena scratch;
	struct rec *rec;
	struct buf raw;		/* mails not yet handed over */
	struct item batch[BATCH];
	size_t batched;
	struct item *ring;	/* by tag: those the workers owe */
	uint64_t tag;		/* the next one */
	/* records, attachments and marks of the next commit */
	struct buf lines, parts;
	struct blob *blob;
	size_t blobs, blob_room;
	uint8_t (*mark)[HASH_BYTES];
	size_t marks;
	uint64_t *seen;		/* ids of this run */
	uint64_t *named;	/* its Message-IDs */
	struct tally tally;
};

#define RING	(UNDER_WAY + BATCH)

static int take_pending(struct intake *, struct err *);

int
intake_open(struct intake **out, struct cmd *c, int workers, struct err *e)
{
	struct intake *in = xcalloc(1, sizeof(*in));

	in->cmd = c;
	in->rec = xmalloc(sizeof(*in->rec));
	in->ring = xcalloc(RING, sizeof(*in->ring));
	in->mark = xcalloc(RING, sizeof(*in->mark));
	in->seen = seen_new();
	in->named = seen_new();
	buf_init(&in->raw);
	buf_init(&in->lines);
	buf_init(&in->parts);
	in->threads = threads_new(&c->org, store_lookup(c));
	*out = in;
	if (cmd_automatic(c, &in->automatic, e) < 0)
		return -1;
	in->floods = floods_new(&in->automatic, store_floods(c));
	in->inbound = (struct inbound){ &in->automatic, in->floods, &c->org,
		c->customers, in->threads };
	if (mail_pool_open(&in->pool, workers, &mail_limits_default, c->secrets,
	    e) < 0)
		return -1;
	return c->store != NULL && !c->dry ? take_pending(in, e) : 0;
}

void
intake_close(struct intake *in)
{
	if (in->pool != NULL)
		mail_pool_close(in->pool);
	if (in->floods != NULL)
		floods_free(in->floods);
	automatic_free(&in->automatic);
	threads_free(in->threads);
	arena_free(&in->scratch);
	buf_free(&in->raw);
	buf_free(&in->lines);
	buf_free(&in->parts);
	free(in->rec);
	free(in->ring);
	free(in->mark);
	free(in->blob);
	free(in->seen);
	free(in->named);
	free(in);
}

/* Appends the lines; those that another run was faster with are emptied. */
static int
append_lines(struct intake *in, struct err *e)
{
	char *p = in->lines.data, *end = p + in->lines.len;

	while (p < end) {
		char *nl = memchr(p, '\n', (size_t)(end - p));
		int got = rec_parse(in->rec, p, (size_t)(nl - p), e);

		if (got == 0)
			got = store_append(in->cmd->store, in->rec, e);
		if (got < 0)
			return -1;
		if (got == 0)
			*p = '\0';
		p = nl + 1;
	}
	return 0;
}

static int
store_all(struct intake *in, struct err *e)
{
	struct store *s = in->cmd->store;
	int rc = store_begin(s, e);

	for (size_t i = 0; rc >= 0 && i < in->blobs; i++)
		rc = store_blob_put(s, in->blob[i].sha256,
		    in->parts.data + in->blob[i].start, in->blob[i].len,
		    BLOB_KEPT, e);
	if (rc >= 0)
		rc = append_lines(in, e);
	for (size_t i = 0; rc >= 0 && i < in->marks; i++)
		rc = store_blob_done(s, in->mark[i], e);
	if (rc >= 0)
		return store_commit(s, e);
	store_rollback(s);
	return -1;
}

static void
print_lines(const struct intake *in)
{
	const char *p = in->lines.data, *end = p + in->lines.len;

	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));

		if (*p != '\0')
			fwrite(p, 1, (size_t)(nl - p) + 1, stdout);
		p = nl + 1;
	}
}

/* Records, attachments and marks in one transaction; then the output. */
static int
commit(struct intake *in, struct err *e)
{
	struct cmd *c = in->cmd;

	if (c->store != NULL && !c->dry && in->marks > 0 &&
	    store_all(in, e) < 0)
		return -1;
	/* A delivery agent takes any output of `mail` for a failure. */
	if (c->store == NULL || strcmp(c->verb, "mail") != 0)
		print_lines(in);
	buf_reset(&in->lines);
	buf_reset(&in->parts);
	in->blobs = in->marks = 0;
	if (fflush(stdout) != 0)
		return err_set(e, errno == ENOSPC ? ERR_AGAIN : ERR_IO,
		    "cannot write the output: %s", strerror(errno));
	return 0;
}

static void
keep_parts(struct intake *in, const struct mail *m)
{
	if (in->cmd->store == NULL || in->cmd->dry)
		return;
	for (size_t i = 0; i < m->nparts; i++) {
		if (in->blobs == in->blob_room) {
			in->blob_room = in->blob_room > 0 ?
			    2 * in->blob_room : 64;
			in->blob = xreallocarray(in->blob, in->blob_room,
			    sizeof(*in->blob));
		}
		memcpy(in->blob[in->blobs].sha256, m->parts[i].sha256,
		    HASH_BYTES);
		in->blob[in->blobs].start = in->parts.len;
		in->blob[in->blobs++].len = m->parts[i].len;
		buf_add(&in->parts, m->parts[i].data, m->parts[i].len);
	}
}

/* Whether a record of that id is here already: 1, 0, -1. */
static int
is_duplicate(struct intake *in, const char *id, struct err *e)
{
	if (seen_add(in->seen, id))
		return 1;
	return in->cmd->store != NULL ? store_has(in->cmd->store, id, e) : 0;
}

static int
is_reused(struct intake *in, const char *message_id, struct err *e)
{
	char key[KEY_TEXT];

	if (seen_add(in->named, message_id))
		return 1;
	return in->cmd->store != NULL ?
	    store_message_ticket(in->cmd->store, message_id, key, e) : 0;
}

static int
take_mail(struct intake *in, const struct mail *m, const struct item *item,
    struct err *e)
{
	struct arrived a = { in->rec, m->parsed, m->why, NULL, item->arrival,
		false };
	struct buf merge = BUF_INIT;
	const char *message_id;
	char hex[HASH_HEX], id[ID_TEXT];
	size_t from = in->lines.len;
	int got, rc;

	if (rec_parse(in->rec, m->json, m->json_len, e) < 0)
		return -1;
	a.raw = hash_hex(item->sha256, hex);
	inbound_id(&a, id, &message_id, &in->scratch);
	if ((got = is_duplicate(in, id, e)) != 0) {
		in->tally.duplicates += got == 1;
		return got < 0 ? -1 : 0;
	}
	if ((got = is_reused(in, message_id, e)) < 0)
		return -1;
	a.reused = got == 1;
	if (a.reused && in->cmd->store != NULL &&
	    (got = ingest_imported(in->cmd->store, in->rec, message_id,
	    e)) != 0) {
		in->tally.duplicates += got == 1;
		return got < 0 ? -1 : 0;
	}
	rc = inbound_record(&in->inbound, &a, &in->lines, &merge,
	    &in->scratch, e);
	/* The parser flags its own. */
	if (rc == 0 && !m->parsed)
		rc = cmd_flag_secrets(in->cmd, &in->lines, from, e);
	if (rc == 0) {
		buf_addc(&in->lines, '\n');
		buf_add(&in->lines, merge.data, merge.len);
		keep_parts(in, m);
		in->tally.records++;
	}
	buf_free(&merge);
	return rc;
}

static int
take_result(struct intake *in, struct err *e)
{
	const struct item *item;
	struct mail m;

	if (mail_next(in->pool, &m, e) < 0)
		return -1;
	item = &in->ring[m.tag % RING];
	arena_reset(&in->scratch);
	if (take_mail(in, &m, item, e) < 0)
		return -1;
	memcpy(in->mark[in->marks++], item->sha256, HASH_BYTES);
	if (in->marks >= BATCH || in->lines.len >= BATCH_BYTES ||
	    in->parts.len >= BATCH_BYTES)
		return commit(in, e);
	return 0;
}

/* Commits the raw bytes; notes those that are here as mail already. */
static int
keep_raw(struct intake *in, bool known[BATCH], struct err *e)
{
	struct store *s = in->cmd->store;

	if (store_begin(s, e) < 0)
		return -1;
	for (size_t i = 0; i < in->batched; i++) {
		const struct item *m = &in->batch[i];
		int got = store_blob_put(s, m->sha256, in->raw.data + m->start,
		    m->len, BLOB_MAIL, e);

		if (got >= 0 && m->folder != 0 &&
		    store_take(s, m->folder, m->name, e) < 0)
			got = -1;
		if (got < 0) {
			store_rollback(s);
			return -1;
		}
		known[i] = got == 0;
	}
	return store_commit(s, e);
}

/*
 * Commits the raw bytes of what is gathered and hands it to the workers. A
 * mail whose very bytes are here and done is a duplicate already.
 */
static int
hand_over(struct intake *in, bool pending, struct err *e)
{
	struct cmd *c = in->cmd;
	bool keep = c->store != NULL && !c->dry && !pending;
	bool known[BATCH] = { false };

	if (keep && in->batched > 0 && keep_raw(in, known, e) < 0)
		return -1;
	for (size_t i = 0; i < in->batched; i++) {
		const struct item *m = &in->batch[i];

		if (known[i]) {
			in->tally.duplicates++;
			continue;
		}
		in->ring[in->tag % RING] = *m;
		if (mail_submit(in->pool, in->tag++, in->raw.data + m->start,
		    m->len, e) < 0)
			return -1;
	}
	in->batched = 0;
	buf_reset(&in->raw);
	while (mail_owed(in->pool) > UNDER_WAY) {
		if (take_result(in, e) < 0)
			return -1;
	}
	return 0;
}

static int
add(struct intake *in, const char *data, size_t len,
    const struct item *place, bool pending, struct err *e)
{
	struct item *m = &in->batch[in->batched++];

	*m = *place;
	m->start = in->raw.len;
	m->len = len;
	hash_bytes(data, len, m->sha256);
	buf_add(&in->raw, data, len);
	in->tally.inputs++;
	if (in->batched == BATCH || in->raw.len >= BATCH_BYTES)
		return hand_over(in, pending, e);
	return 0;
}

int
intake_add(struct intake *in, const char *data, size_t len,
    const char *source, size_t line, int64_t arrival, struct err *e)
{
	struct item place = { .source = source, .line = line,
		.arrival = arrival };

	return add(in, data, len, &place, false, e);
}

int
intake_add_file(struct intake *in, const char *data, size_t len,
    uint64_t folder, uint64_t name, int64_t arrival, struct err *e)
{
	struct item place = { .source = "", .arrival = arrival,
		.folder = folder, .name = name };

	return add(in, data, len, &place, false, e);
}

static int
drain(struct intake *in, bool pending, struct err *e)
{
	if (hand_over(in, pending, e) < 0)
		return -1;
	while (mail_owed(in->pool) > 0) {
		if (take_result(in, e) < 0)
			return -1;
	}
	return commit(in, e);
}

/* What an earlier run took in and did not finish. */
static int
take_pending(struct intake *in, struct err *e)
{
	struct cmd *c = in->cmd;
	struct item place = { .source = "store", .arrival = c->now };
	uint8_t sha256[BATCH][HASH_BYTES];
	struct buf raw = BUF_INIT;
	size_t n;
	int rc;

	do {
		rc = store_blob_pending(c->store, BLOB_MAIL, sha256, BATCH, &n,
		    e);
		for (size_t i = 0; rc == 0 && i < n; i++) {
			buf_reset(&raw);
			if (store_blob_get(c->store, sha256[i], &raw, e) < 0)
				rc = -1;
			else
				rc = add(in, raw.data, raw.len, &place, true,
				    e);
		}
		if (rc == 0)
			rc = drain(in, true, e);
	} while (rc == 0 && n == BATCH);
	buf_free(&raw);
	memset(&in->tally, 0, sizeof(in->tally));
	return rc;
}

void
intake_ignore(struct intake *in)
{
	in->tally.inputs++;
	in->tally.ignored++;
}

int
intake_refuse(struct intake *in, const char *source, size_t line,
    const struct err *bad, struct err *e)
{
	const char *text = without_place(source, bad->text);

	if (in->cmd->strict && line == 0)
		return err_set(e, bad->kind, "%s: %s", source, text);
	if (in->cmd->strict)
		return err_set(e, bad->kind, "%s:%zu: %s", source, line, text);
	if (bad->kind != ERR_INPUT) {
		cmd_warn(in->cmd, bad->kind, "%s: %s", source, text);
		return 0;
	}
	in->tally.inputs++;
	in->tally.rejects++;
	reject_line(&in->cmd->reject, source, line, text, "", 0);
	return 0;
}

int
intake_finish(struct intake *in, struct err *e)
{
	if (drain(in, false, e) < 0)
		return -1;
	if (in->cmd->store != NULL && !in->cmd->dry &&
	    store_index(in->cmd->store, 500, e) < 0)
		return -1;
	tally_print(in->cmd, &in->tally, "messages");
	return 0;
}
