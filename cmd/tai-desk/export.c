/* tai-desk export: all there is of a person, to hand it over. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/time.h"
#include "choice.h"

struct export {
	const char *folder;	/* being made; NULL: records to stdout */
	struct buf records;
	struct table *index;
};

static int
make_folder(const char *path, struct err *e)
{
	return mkdir(path, 0700) == 0 ? 0 : err_set(e, ERR_IO,
	    "cannot make '%s': %s", path, strerror(errno));
}

static void
add_index(struct export *x, const char *file, const struct rec *r,
    struct arena *a)
{
	struct rec *from = arena_zalloc(a, sizeof(*from));
	struct value v;

	if (rec_get(r, "from", &v))
		value_object(&v, from);
	table_cell(x->index, file);
	table_cell(x->index, desk_field(r, "type", a));
	table_cell(x->index, desk_field(r, "at", a));
	table_cell(x->index, desk_field(r, "ticket", a));
	table_cell(x->index, desk_field(from, "address", a));
	table_cell(x->index, desk_field(r, "subject", a));
}

/* A name of its own in the folder: the hash, and how an attachment ended. */
static const char *
blob_file(const struct blob *b, struct arena *a)
{
	const char *end = b->name != NULL ? strrchr(b->name, '.') : NULL;
	size_t len = end != NULL ? strspn(end + 1, "0123456789"
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") : 0;

	if (b->name == NULL)
		return arena_printf(a, "mail/%s.eml", b->hex);
	if (len == 0 || len > 8 || end[1 + len] != '\0')
		end = "";
	return arena_printf(a, "attachments/%s%s", b->hex, end);
}

/* Writes the bytes once; 1, or 0 when they are gone. */
static int
save_blob(struct choice *x, const struct export *out, const char *hex,
    const char **file, struct arena *a, struct err *e)
{
	uint8_t sha256[HASH_BYTES];
	struct buf bytes = BUF_INIT;
	const struct blob *b = choice_blob(x, hex);
	const char *path;
	int got;

	if (b == NULL || !b->chosen || hash_unhex(b->hex, sha256) < 0)
		return 0;
	*file = blob_file(b, a);
	path = arena_printf(a, "%s/%s", out->folder, *file);
	got = store_blob_get(x->cmd->store, sha256, &bytes, e);
	if (got == 1 && bytes.len == 0)
		got = 0;
	if (got == 1 && access(path, F_OK) < 0 &&
	    file_write(path, bytes.data, bytes.len, e) < 0)
		got = -1;
	buf_free(&bytes);
	return got;
}

static int
save_files(struct choice *x, struct export *out, const struct rec *r,
    struct arena *a, struct err *e)
{
	struct value list, v;
	const char *file;
	size_t pos = 0;
	int got = save_blob(x, out, rec_str(r, "raw", a), &file, a, e);

	if (got == 1)
		add_index(out, file, r, a);
	if (got < 0 || !rec_get(r, "attachments", &list))
		return got < 0 ? -1 : 0;
	while (value_next(&list, &pos, &v)) {
		struct rec *one = arena_alloc(a, sizeof(*one));

		if (v.kind != VALUE_OBJECT)
			continue;
		value_object(&v, one);
		got = save_blob(x, out, rec_str(one, "sha256", a), &file, a,
		    e);
		if (got < 0)
			return -1;
		if (got == 1)
			add_index(out, file, r, a);
	}
	return 0;
}

static int
save_record(struct choice *x, const struct rec *r, struct arena *a, void *arg,
    struct err *e)
{
	struct export *out = arg;

	if (choice_has(x, r, a) == NULL)
		return 0;
	if (out->folder == NULL) {
		desk_print(r->line, r->len);
		return 0;
	}
	buf_add(&out->records, r->line, r->len);
	buf_addc(&out->records, '\n');
	add_index(out, "records.jsonl", r, a);
	return save_files(x, out, r, a, e);
}

/* All of it in a folder beside the one asked for, which it then becomes. */
static int
save_folder(struct choice *x, struct export *out, const char *path,
    struct err *e)
{
	struct arena *a = &x->cmd->arena;
	struct buf index = BUF_INIT;
	int rc = -1;

	out->folder = arena_printf(a, "%s.part-%ld", path, (long)getpid());
	if (access(path, F_OK) == 0)
		return err_set(e, ERR_USAGE, "'%s' is there already", path);
	if (make_folder(out->folder, e) == 0 &&
	    make_folder(arena_printf(a, "%s/mail", out->folder), e) == 0 &&
	    make_folder(arena_printf(a, "%s/attachments", out->folder),
	    e) == 0 && choice_each(x, save_record, out, e) == 0)
		rc = file_write(arena_printf(a, "%s/records.jsonl",
		    out->folder), out->records.data, out->records.len, e);
	if (rc == 0) {
		table_print(out->index, TABLE_TSV, 0, &index);
		rc = file_write(arena_printf(a, "%s/index.tsv", out->folder),
		    index.data, index.len, e);
	}
	if (rc == 0 && rename(out->folder, path) < 0)
		rc = err_set(e, ERR_IO, "cannot rename to '%s': %s", path,
		    strerror(errno));
	buf_free(&index);
	return rc;
}

int
desk_export(struct cmd *c, struct err *e)
{
	static const struct column columns[] = {
		{ "FILE", false, false }, { "TYPE", false, false },
		{ "AT", false, false }, { "TICKET", false, false },
		{ "FROM", false, false }, { "SUBJECT", false, false },
	};
	struct export out = { .records = BUF_INIT };
	struct choice x = { .cmd = c };
	int rc = -1;

	x.sparing = c->argc > 0 && strcmp(c->argv[0], "person") == 0;
	out.index = table_new(columns, 6);
	if (c->argc > 3)
		err_set(e, ERR_USAGE, "export takes a name and a folder");
	else if (choice_make(&x, e) == 0) {
		if (x.records == NULL)
			err_set(e, ERR_USAGE, "there is nothing of '%s'",
			    x.name);
		else if (c->argc == 3 && !c->dry)
			rc = save_folder(&x, &out, c->argv[2], e);
		else
			rc = choice_each(&x, save_record, &out, e);
	}
	table_free(out.index);
	buf_free(&out.records);
	choice_free(&x);
	return rc;
}
