/* tai-desk log: the records, and the raw bytes behind them: a backup. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "desk.h"
#include "format/blobline.h"

#define TYPES	32

static struct {
	const char *type[TYPES + 1];
	size_t types;
	const char *ticket;
	int64_t after;
	bool no_blobs;
} want;

enum { OPT_TYPE = OPT_OWN, OPT_TICKET, OPT_AFTER, OPT_NO_BLOBS };
const struct option log_options[] = {
	{ "type", required_argument, NULL, OPT_TYPE },
	{ "ticket", required_argument, NULL, OPT_TICKET },
	{ "after", required_argument, NULL, OPT_AFTER },
	{ "no-blobs", no_argument, NULL, OPT_NO_BLOBS },
	{ 0 }
};

int
log_option(struct cmd *c, int o, const char *value, struct err *e)
{
	size_t len;

	(void)c;
	switch (o) {
	case OPT_TYPE:
		if (want.types == TYPES)
			return err_set(e, ERR_USAGE, "too many --type");
		want.type[want.types++] = value;
		return desk_known_type(value, e);
	case OPT_TICKET:
		want.ticket = value;
		break;
	case OPT_AFTER:
		len = strspn(value, "0123456789");
		if (len == 0 || len > 18 || value[len] != '\0')
			return err_set(e, ERR_USAGE,
			    "--after is the number of a row");
		want.after = strtoll(value, NULL, 10);
		break;
	case OPT_NO_BLOBS:
		want.no_blobs = true;
		break;
	}
	return 0;
}

static int
print_line(void *arg, const char *line, size_t len, struct err *e)
{
	(void)arg;
	(void)e;
	desk_print(line, len);
	return 0;
}

static int
print_blob(void *arg, const uint8_t sha256[HASH_BYTES], const void *data,
    size_t len, enum blob_wait wait, struct err *e)
{
	if (len > BLOB_MAX) {
		cmd_warn(arg, ERR_INPUT, "a blob of %zu bytes is too large "
		    "for a backup line and is left out", len);
		return 0;
	}
	return blob_write(sha256, data, len, wait, print_line, arg, e);
}

static int
print(struct cmd *c, void *arg, struct rec *r, int64_t seq, struct err *e)
{
	(void)c;
	(void)arg;
	(void)seq;
	desk_print(r->line, r->len);
	return ferror(stdout) ? err_set(e, io_kind(errno), "cannot write the "
	    "output: %s", strerror(errno)) : 0;
}

/*
 * All raw bytes come first, so that they are there before the record that
 * names them; but only for a whole log, as a backup is.
 */
int
desk_log(struct cmd *c, struct err *e)
{
	bool whole = want.types == 0 && want.ticket == NULL && want.after == 0;
	char key[KEY_TEXT];

	if (c->argc > 0)
		return err_set(e, ERR_USAGE, "log takes no operand");
	if (want.ticket != NULL && desk_ticket(c, want.ticket, key, e) < 0)
		return -1;
	if (whole && !want.no_blobs &&
	    store_blob_each(c->store, print_blob, c, e) < 0)
		return -1;
	return desk_records(c, want.types > 0 ? want.type : NULL,
	    want.ticket != NULL ? key : NULL, want.after, print, NULL, e);
}
