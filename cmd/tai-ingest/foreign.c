/* Items of foreign JSON in, records out, every unit counted once. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "foreign.h"
#include "format/bundle.h"
#include "seen.h"

int
foreign_open(struct foreign *f, struct cmd *c, void *arg, struct err *e)
{
	memset(f, 0, sizeof(*f));
	f->cmd = c;
	f->arg = arg;
	f->seen = seen_new();
	buf_init(&f->own);
	f->rec = xmalloc(sizeof(*f->rec));
	(void)e;
	return 0;
}

void
foreign_close(struct foreign *f)
{
	arena_free(&f->scratch);
	buf_free(&f->own);
	free(f->seen);
	free(f->rec);
}

void
foreign_reject(struct foreign *f, const char *why, const char *raw,
    size_t len)
{
	f->tally.inputs++;
	f->tally.rejects++;
	reject_line(&f->cmd->reject, f->name, f->line, why, raw, len);
}

static int
refused(struct foreign *f, const struct err *bad, const struct value *v,
    struct err *e)
{
	foreign_reject(f, without_place(f->name, bad->text), v != NULL ? v->text : "",
	    v != NULL ? v->len : 0);
	if (!f->cmd->strict)
		return 0;
	cmd_told(f->cmd);
	*e = *bad;
	return -1;
}

int
foreign_stream(struct foreign *f, const struct source *source,
    const char *const *keys, int (*each)(struct foreign *,
    const struct item *, struct err *), struct err *e)
{
	struct items *in = items_open(source, keys);
	struct item item;
	int got, rc = 0;

	f->name = source->name;
	while (rc == 0) {
		struct err bad = { 0 };

		item.line = 0;
		if ((got = items_next(in, &item, &bad)) == 0)
			break;
		f->line = got == 1 ? item.line : items_line(in);
		arena_reset(&f->scratch);
		if (got == 1 && each(f, &item, &bad) == 0)
			continue;
		if (bad.kind == ERR_INPUT) {
			rc = refused(f, &bad, got == 1 ? &item.value : NULL,
			    e);
		} else {
			*e = bad;
			rc = -1;
		}
	}
	items_close(in);
	return rc;
}

/* Before it waits for more, what has come is stored and printed. */
static ssize_t
read_stdin(void *arg, char *buf, size_t len, struct err *e)
{
	struct foreign *f = arg;
	struct pollfd in = { STDIN_FILENO, POLLIN, 0 };
	struct source s = source_fd(STDIN_FILENO, "stdin");

	if (poll(&in, 1, 0) == 0 && cmd_flush(f->cmd, e) < 0)
		return -1;
	return s.read(s.arg, buf, len, e);
}

/* A file; a compressed one is unpacked, an archive is all that is in it. */
static int
bundled(struct foreign *f, const char *path, const char *const *keys,
    int (*each)(struct foreign *, const struct item *, struct err *),
    struct err *e)
{
	struct bundle *b;
	struct source s;
	struct err bad = { 0 };
	int64_t mtime;
	int got, rc = 0;

	if (bundle_open(&b, path, &bundle_limits_default, &bad) < 0) {
		cmd_warn(f->cmd, bad.kind, "%s", bad.text);
		return 0;
	}
	while (rc == 0 && (got = bundle_next(b, &s, &mtime, &bad)) != 0) {
		if (got == 1) {
			rc = foreign_stream(f, &s, keys, each, e);
			continue;
		}
		cmd_warn(f->cmd, bad.kind, "%s", bad.text);
		if (bad.kind != ERR_INPUT)
			break;
		err_clear(&bad);
	}
	bundle_close(b);
	return rc;
}

static int
operand(struct foreign *f, const char *name, const char *const *keys,
    int (*each)(struct foreign *, const struct item *, struct err *),
    struct err *e)
{
	struct source s = { "stdin", f, read_stdin };

	return strcmp(name, "-") == 0 ? foreign_stream(f, &s, keys, each, e) :
	    bundled(f, name, keys, each, e);
}

int
foreign_operands(struct foreign *f, const char *const *keys,
    int (*each)(struct foreign *, const struct item *, struct err *),
    struct err *e)
{
	if (f->cmd->argc == 0 && isatty(STDIN_FILENO))
		return err_set(e, ERR_USAGE, "no input: files, or stdin "
		    "(- for a terminal)");
	if (f->cmd->argc == 0)
		return operand(f, "-", keys, each, e);
	for (int i = 0; i < f->cmd->argc; i++) {
		if (operand(f, f->cmd->argv[i], keys, each, e) < 0)
			return -1;
	}
	return 0;
}

int
foreign_has(struct foreign *f, const char *id, struct err *e)
{
	if (seen_has(f->seen, id))
		return 1;
	return f->cmd->store != NULL ? store_has(f->cmd->store, id, e) : 0;
}

int
foreign_emit(struct foreign *f, const struct buf *given, struct err *e)
{
	struct buf *line = &f->own;
	const char *id;
	int got;

	buf_reset(line);
	buf_add(line, given->data, given->len);
	if (cmd_flag_secrets(f->cmd, line, 0, e) < 0 ||
	    rec_parse(f->rec, line->data, line->len, e) < 0 ||
	    record_check(f->rec, e) < 0)
		return -1;
	if ((id = rec_str(f->rec, "id", &f->scratch)) == NULL)
		return err_set(e, ERR_BUG, "a record without an id");
	if ((got = foreign_has(f, id, e)) != 0)
		return got < 0 ? -1 : 0;
	seen_add(f->seen, id);
	return cmd_emit(f->cmd, line->data, line->len, e) < 0 ? -1 : 1;
}

int
foreign_finish(struct foreign *f, struct err *e)
{
	struct cmd *c = f->cmd;

	if (cmd_flush(c, e) < 0)
		return -1;
	if (c->store != NULL && !c->dry && store_index(c->store, 500, e) < 0)
		return -1;
	tally_print(c, &f->tally, "inputs");
	return 0;
}
