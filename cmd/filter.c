/* Records in, records out; appended and committed before they are printed. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "private.h"

#define BATCH_LINES	1000
#define BATCH_BYTES	((size_t)4 << 20)

static void
push(struct cmd *c, const char *line, size_t len, bool own)
{
	struct cmd_private *p = c->own;

	if (p->lines == p->room) {
		p->room = p->room > 0 ? 2 * p->room : 256;
		p->line = xreallocarray(p->line, p->room, sizeof(*p->line));
	}
	p->line[p->lines++] = (struct line){ p->batch.len, len, own,
		p->source != NULL ? p->source : "store", p->number };
	buf_add(&p->batch, line, len);
	buf_addc(&p->batch, '\n');
}

/* What is computed is never stored, so it needs no id. */
static bool
is_derived(const struct rec *r)
{
	struct arena a = { 0 };
	const char *type = rec_str(r, "type", &a);
	bool derived = type != NULL && type_derived(type);

	arena_free(&a);
	return derived;
}

/* A record the store refuses is told and left out; the rest is kept. */
static int
append_all(struct cmd *c, struct err *e)
{
	struct cmd_private *p = c->own;
	struct rec *r = xmalloc(sizeof(*r));
	int rc = store_begin(c->store, e);

	for (size_t i = 0; rc == 0 && i < p->lines; i++) {
		const char *text = p->batch.data + p->line[i].start;
		struct err bad = { 0 };

		if (rec_parse(r, text, p->line[i].len, &bad) == 0 &&
		    (is_derived(r) || store_append(c->store, r, &bad) >= 0))
			continue;
		if (bad.kind != ERR_INPUT) {
			*e = bad;
			rc = -1;
			break;
		}
		reject_line(&c->reject, p->line[i].source, p->line[i].number,
		    bad.text, text, p->line[i].len);
		p->line[i].len = 0;
		if (c->strict) {
			p->told = true;
			*e = bad;
			rc = -1;
		}
	}
	free(r);
	if (rc == 0)
		return store_commit(c->store, e);
	store_rollback(c->store);
	return -1;
}

int
cmd_flush(struct cmd *c, struct err *e)
{
	struct cmd_private *p = c->own;
	bool stores = c->store != NULL && !c->dry;

	if (p->lines == 0)
		return 0;
	if (stores && append_all(c, e) < 0)
		return -1;
	for (size_t i = 0; i < p->lines; i++) {
		if (p->line[i].len > 0 && (p->line[i].own || !c->only))
			fwrite(p->batch.data + p->line[i].start, 1,
			    p->line[i].len + 1, stdout);
	}
	p->lines = 0;
	buf_reset(&p->batch);
	if (fflush(stdout) == 0)
		return 0;
	/* A person's word, said again, is another one; a filter's is not. */
	return err_set(e, stores && !p->filters ? ERR_IO : io_kind(errno),
	    "cannot write the output: %s%s", strerror(errno), stores ?
	    "; what it would tell is stored" : "");
}

int
cmd_emit(struct cmd *c, const char *line, size_t len, struct err *e)
{
	struct cmd_private *p = c->own;

	push(c, line, len, true);
	/* Between inputs cmd_filter flushes; a long answer flushes itself. */
	if (!p->settling && (p->lines >= 2 * BATCH_LINES ||
	    p->batch.len >= 2 * BATCH_BYTES))
		return cmd_flush(c, e);
	return 0;
}

/* Of what is gathered only the input stays. */
static void
drop_own(struct cmd_private *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->lines; i++) {
		if (!p->line[i].own)
			p->line[n++] = p->line[i];
	}
	p->lines = n;
}

static int
settle(struct cmd *c, const struct filter *f, struct err *e)
{
	int rc = 0;

	if (f->settle != NULL && c->store != NULL) {
		c->own->settling = true;
		rc = f->settle(c, f->arg, e);
		c->own->settling = false;
	}
	return rc < 0 ? -1 : cmd_flush(c, e);
}

/* One record through the filter's function; -1 ends the run. */
static int
pass(struct cmd *c, const struct filter *f, const struct rec *r,
    const char *source, size_t line, struct err *e)
{
	struct cmd_private *p = c->own;
	size_t lines = p->lines, bytes = p->batch.len;
	struct err bad = { 0 };

	p->source = source;
	p->number = line;
	if (!f->replaces)
		push(c, r->line, r->len, false);
	if (f->each == NULL || f->each(c, f->arg, r, &bad) == 0)
		return 0;
	if (bad.kind != ERR_INPUT) {
		/* Of what follows from the record all is kept, or nothing. */
		if (p->lines > lines) {
			p->lines = lines + !f->replaces;
			buf_truncate(&p->batch, f->replaces ? bytes :
			    bytes + r->len + 1);
		}
		*e = bad;
		return -1;
	}
	reject_line(&c->reject, source, line, bad.text, r->line, r->len);
	p->lines = lines;
	buf_truncate(&p->batch, bytes);
	if (c->strict) {
		p->told = true;
		*e = bad;
		return -1;
	}
	return 0;
}

static int
filter_stream(struct cmd *c, const struct filter *f, int fd, const char *name,
    struct err *e)
{
	struct rec_reader *in = xmalloc(sizeof(*in));
	struct cmd_private *p = c->own;
	struct rec *r;
	int rc = 0;

	rec_open(in, fd, name, &c->reject);
	while (rc == 0) {
		struct err bad = { 0 };
		enum rec_got got;

		if ((p->lines >= BATCH_LINES || p->batch.len >= BATCH_BYTES ||
		    line_would_block(&in->lines)) && settle(c, f, e) < 0) {
			rc = -1;
			break;
		}
		if ((got = rec_next(in, &r, &bad)) == REC_END)
			break;
		if (got == REC_OK)
			rc = pass(c, f, r, name, in->lines.line, e);
		else if (got == REC_ERROR || c->strict) {
			p->told = got != REC_ERROR;
			*e = bad;
			rc = -1;
		}
	}
	rec_close(in);
	free(in);
	return rc;
}

static int
filter_cursor(struct cmd *c, const struct filter *f, struct err *e)
{
	struct rec *r = xmalloc(sizeof(*r));
	struct cmd_private *p = c->own;
	int64_t seq;
	int got, rc = 0;

	while (rc == 0 && (got = cursor_record(f->pending, r, &seq, e)) != 0) {
		rc = got < 0 ? -1 : pass(c, f, r, "store", (size_t)seq, e);
		if (rc == 0 && (p->lines >= BATCH_LINES ||
		    p->batch.len >= BATCH_BYTES))
			rc = settle(c, f, e);
	}
	free(r);
	return rc;
}

/*
 * Calls back with each operand opened ("-" and none: stdin). whole: nothing
 * follows from some of them alone.
 */
static int
each_operand(struct cmd *c, bool whole, int (*use)(struct cmd *, void *, int,
    const char *, struct err *), void *arg, struct err *e)
{
	if (c->argc == 0 && isatty(STDIN_FILENO))
		return err_set(e, ERR_USAGE, "no input: files, records on "
		    "stdin (- for a terminal), or a store (-d, TAI_DB)");
	if (c->argc == 0)
		return use(c, arg, STDIN_FILENO, "stdin", e);
	for (int i = 0; i < c->argc; i++) {
		const char *name = c->argv[i];
		int fd, rc;

		if (strcmp(name, "-") == 0) {
			if (use(c, arg, STDIN_FILENO, "stdin", e) < 0)
				return -1;
			continue;
		}
		if ((fd = open(name, O_RDONLY | O_CLOEXEC)) < 0) {
			struct err bad = { 0 };

			cmd_missing(c, name, strerror(errno), &bad);
			/* A sum over less than was asked for is wrong. */
			if (whole || bad.kind == ERR_USAGE) {
				*e = bad;
				return -1;
			}
			cmd_warn(c, bad.kind, "%s", bad.text);
			continue;
		}
		rc = use(c, arg, fd, name, e);
		close(fd);
		if (rc < 0)
			return -1;
	}
	return 0;
}

static int
filter_operand(struct cmd *c, void *arg, int fd, const char *name,
    struct err *e)
{
	return filter_stream(c, arg, fd, name, e);
}

int
cmd_filter(struct cmd *c, const struct filter *f, struct err *e)
{
	int rc;

	c->own->filters = true;
	if (f->pending != NULL)
		rc = filter_cursor(c, f, e);
	else
		rc = each_operand(c, false, filter_operand,
		    (void *)(uintptr_t)(const void *)f, e);
	/* What came in before a failure is not lost by it. */
	if (rc == 0 && f->finish != NULL)
		rc = f->finish(c, f->arg, e);
	if (rc < 0) {
		struct err late = { 0 };

		if (settle(c, f, &late) < 0) {
			drop_own(c->own);
			cmd_flush(c, &late);
		}
		return -1;
	}
	return cmd_flush(c, e);
}

struct gather {
	struct book *book;
	int (*other)(struct cmd *, void *, const struct rec *, struct err *);
	void *arg;
};

static int
gather_record(struct cmd *c, const struct gather *g, const struct rec *r,
    struct err *e)
{
	if (rec_is(r, "type", "customer"))
		return customers_add_record(c->customers, r, e);
	if (g->book != NULL && book_add(g->book, r, e) < 0)
		return -1;
	if (g->other != NULL && !rec_is(r, "type", "message"))
		return g->other(c, g->arg, r, e);
	return 0;
}

static int
gather_operand(struct cmd *c, void *arg, int fd, const char *name,
    struct err *e)
{
	struct rec_reader *in = xmalloc(sizeof(*in));
	struct rec *r;
	int rc = 0;

	rec_open(in, fd, name, &c->reject);
	while (rc == 0) {
		struct err bad = { 0 };
		enum rec_got got = rec_next(in, &r, &bad);

		if (got == REC_END)
			break;
		if (got == REC_OK && gather_record(c, arg, r, &bad) < 0) {
			if (bad.kind == ERR_INPUT)
				reject_line(&c->reject, name, in->lines.line,
				    bad.text, r->line, r->len);
			got = REC_REFUSED;
		}
		if (got == REC_ERROR || (got == REC_REFUSED &&
		    (c->strict || bad.kind != ERR_INPUT))) {
			c->own->told = bad.kind == ERR_INPUT;
			*e = bad;
			rc = -1;
		}
	}
	rec_close(in);
	free(in);
	return rc;
}

static int
gather_store(struct cmd *c, const struct gather *g, struct err *e)
{
	static const char *const types[] = { "triage", "status", "assign",
		"note", "merge", "reply", "notice", "incident", "maintenance",
		"usage", "invoice", "credit", "dispute", "survey", "answer",
		"article-view", NULL };
	struct cursor *cur;
	struct rec *r;
	int64_t seq;
	int got;

	if (g->other == NULL)
		return 0;
	if (store_log(c->store, types, NULL, 0, &cur, e) < 0)
		return -1;
	r = xmalloc(sizeof(*r));
	while ((got = cursor_record(cur, r, &seq, e)) == 1) {
		if (g->other(c, g->arg, r, e) < 0) {
			got = -1;
			break;
		}
	}
	free(r);
	cursor_close(cur);
	return got;
}

/* A record that was stored and is refused now is told; the others serve on. */
static int
store_records(struct cmd *c, const char *const *types,
    int (*each)(struct cmd *, void *, const struct rec *, struct err *),
    void *arg, struct err *e)
{
	struct cursor *cur;
	struct rec *r;
	int64_t seq;
	int got;

	if (store_log(c->store, types, NULL, 0, &cur, e) < 0)
		return -1;
	r = xmalloc(sizeof(*r));
	while ((got = cursor_record(cur, r, &seq, e)) == 1) {
		struct err bad = { 0 };

		if (each(c, arg, r, &bad) == 0)
			continue;
		if (bad.kind != ERR_INPUT) {
			*e = bad;
			got = -1;
			break;
		}
		cmd_warn(c, bad.kind, "store:%lld: %s", (long long)seq,
		    bad.text);
	}
	free(r);
	cursor_close(cur);
	return got;
}

int
cmd_records(struct cmd *c, const char *const *types,
    int (*each)(struct cmd *, void *, const struct rec *, struct err *),
    void *arg, struct err *e)
{
	struct gather g = { NULL, each, arg };

	return cmd_reads_records(c) ? each_operand(c, true, gather_operand,
	    &g, e) : store_records(c, types, each, arg, e);
}

bool
cmd_reads_records(const struct cmd *c)
{
	return c->store == NULL || c->argc > 0;
}

static int
store_each(struct cmd *c, bool open_only, int (*each)(struct cmd *, void *,
    const struct history *, struct err *), void *arg, struct err *e)
{
	struct cursor *cur;
	struct history *h;
	int got;

	if (store_histories(c->store, open_only, &cur, e) < 0)
		return -1;
	while ((got = cursor_history(cur, &h, e)) == 1) {
		if (each(c, arg, h, e) < 0) {
			got = -1;
			break;
		}
	}
	cursor_close(cur);
	return got;
}

int
cmd_histories(struct cmd *c, bool open_only,
    int (*other)(struct cmd *, void *, const struct rec *, struct err *),
    int (*each)(struct cmd *, void *, const struct history *, struct err *),
    void *arg, struct err *e)
{
	struct gather g = { NULL, other, arg };
	const struct history *h;
	size_t pos = 0;
	int rc;

	if (!cmd_reads_records(c)) {
		if (gather_store(c, &g, e) < 0)
			return -1;
		return store_each(c, open_only, each, arg, e);
	}
	g.book = book_new();
	rc = each_operand(c, true, gather_operand, &g, e);
	while (rc == 0 && (h = book_next(g.book, &pos)) != NULL)
		rc = each(c, arg, h, e);
	book_free(g.book);
	return rc;
}
