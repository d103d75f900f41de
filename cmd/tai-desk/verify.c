/* tai-desk verify and rebuild: what the log proves, and all that follows. */
#include <string.h>

#include "base/utf8.h"
#include "desk.h"

struct faults {
	struct cmd *cmd;
	size_t n;
};

static void
print_fault(void *arg, int64_t seq, const char *what)
{
	struct faults *f = arg;
	struct buf *out = &f->cmd->out, text = BUF_INIT;
	struct writer w;

	f->n++;
	utf8_clean_line(&text, what, strlen(what));
	if (cmd_form(f->cmd) == FORM_JSON) {
		w_begin(&w, out);
		w_open(&w, '{');
		if (seq > 0)
			w_field_int(&w, "row", seq);
		w_field_str(&w, "fault", text.data);
		w_close(&w, '}');
	} else {
		if (seq > 0)
			buf_printf(out, "row %lld: ", (long long)seq);
		desk_safe(out, text.data, text.len);
	}
	buf_addc(out, '\n');
	buf_free(&text);
}

/* No fault: the next run of tai-ingest takes up what one has left. */
static int
tell_pending(struct cmd *c, struct err *e)
{
	uint8_t sha256[100][HASH_BYTES];
	size_t n;

	if (store_blob_pending(c->store, BLOB_MAIL, sha256, 100, &n, e) < 0)
		return -1;
	if (n > 0)
		fprintf(stderr, "%s: %s%zu mails are kept and still to be "
		    "read\n", c->tool, n == 100 ? "at least " : "", n);
	return 0;
}

int
desk_verify(struct cmd *c, struct err *e)
{
	struct faults f = { c, 0 };
	char chain[HASH_HEX];
	int64_t rows, seq;

	if (c->argc > 0)
		return err_set(e, ERR_USAGE, "verify takes no operand");
	if (store_verify(c->store, print_fault, &f, &rows, e) < 0)
		return -1;
	if (f.n == 0 && c->verbose) {
		if (store_head(c->store, &seq, chain, e) < 0)
			return -1;
		fprintf(stderr, "%s: %lld records, chain %s\n", c->tool,
		    (long long)rows, chain);
		return tell_pending(c, e);
	}
	return f.n > 0;
}

int
desk_rebuild(struct cmd *c, struct err *e)
{
	if (c->argc > 0)
		return err_set(e, ERR_USAGE, "rebuild takes no operand");
	if (c->dry)
		return 0;
	return store_rebuild(c->store, e);
}
