/* The input of an import: JSON and tables, put aside by ticket. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <uthash.h>

#include "base/time.h"
#include "format/bundle.h"
#include "import.h"

#define YAML_MOST	((size_t)1 << 20)	/* what format/yaml.h takes */

struct group_name {
	const char *id;
	uint32_t number;
	UT_hash_handle hh;
};

static struct group *
new_group(struct importing *im, const char *id)
{
	struct arena *a = &im->foreign.cmd->arena;
	struct group_name *n = arena_zalloc(a, sizeof(*n));
	struct group *g;

	if (im->groups == im->group_room) {
		im->group_room = im->group_room > 0 ? 2 * im->group_room :
		    1024;
		im->group = xreallocarray(im->group, im->group_room,
		    sizeof(*im->group));
	}
	n->id = arena_strdup(a, id);
	n->number = (uint32_t)im->groups;
	HASH_ADD_KEYPTR(hh, im->names, n->id, strlen(n->id), n);
	g = &im->group[im->groups++];
	*g = (struct group){ n->id, n->number, TIME_NONE };
	return g;
}

static uint32_t
group_of(struct importing *im, const char *id, int64_t at)
{
	struct group_name *n;
	struct group *g;

	HASH_FIND_STR(im->names, id, n);
	g = n != NULL ? &im->group[n->number] : new_group(im, id);
	/* A ticket that does not tell is as old as its first comment. */
	if (at != TIME_NONE && (g->first == TIME_NONE || at < g->first))
		g->first = at;
	return g->number;
}

void
import_read_done(struct importing *im)
{
	HASH_CLEAR(hh, im->names);
	free(im->group);
}

/* Puts the item aside (once, whatever is found in it) and what was found. */
static int
put_aside(struct importing *im, const struct import_found *f,
    const char *group, struct err *e)
{
	struct entry *n;

	if (!im->spooled && spool_add(&im->spool, im->whole->text,
	    im->whole->len, &im->whole_at, e) < 0)
		return -1;
	im->spooled = true;
	if (im->entries == im->entry_room) {
		im->entry_room = im->entry_room > 0 ? 2 * im->entry_room :
		    1024;
		im->entry = xreallocarray(im->entry, im->entry_room,
		    sizeof(*im->entry));
	}
	n = &im->entry[im->entries++];
	*n = (struct entry){ .at = f->at, .updated = f->updated,
		.line = (uint32_t)im->foreign.line,
		.source = (uint16_t)(im->sources - 1),
		.rule = (uint16_t)(f->rule - im->map.rule),
		.status = f->status, .len = (uint32_t)f->item.len };
	n->at_spool = im->whole_at + (uint64_t)(f->item.text -
	    im->whole->text);
	if (f->up.text != NULL) {
		n->up_spool = im->whole_at + (uint64_t)(f->up.text -
		    im->whole->text);
		n->up_len = (uint32_t)f->up.len;
	}
	n->group = group_of(im, group, f->at);
	return 0;
}

/* A row that is a record by itself goes out at once. */
static int
take_row(struct importing *im, const struct import_found *f, struct err *e)
{
	struct foreign *fo = &im->foreign;
	const char *group = import_row_group(&im->map, f->rule, &f->item,
	    &fo->scratch);
	struct err bad = { 0 };
	int got;

	if (group != NULL)
		return put_aside(im, f, group, e);
	buf_reset(&im->line);
	got = import_row(&im->map, f->rule, &f->item, 1, &im->line,
	    &fo->scratch, &bad);
	if (got == 0)
		got = foreign_emit(fo, &im->line, &bad);
	if (got >= 0) {
		import_tally(im, got == 1, got == 0);
		return 0;
	}
	if (bad.kind != ERR_INPUT) {
		*e = bad;
		return -1;
	}
	return import_refuse(im, bad.text, f->item.text, f->item.len, e);
}

/* Whose export it is, by the first URL that a map knows to look at. */
static void
hear_instance(struct importing *im, const struct value *item)
{
	const char *told;

	if (im->instance != NULL || im->map.instance[0] == NULL)
		return;
	told = import_tell_instance(&im->map, item, &im->foreign.scratch);
	if (told != NULL)
		im->instance = arena_strdup(&im->foreign.cmd->arena, told);
}

static int
take_found(void *arg, const struct import_found *f, struct err *e)
{
	struct importing *im = arg;

	im->found++;
	hear_instance(im, &f->item);
	if (f->bad != NULL)
		return import_refuse(im, f->bad, f->item.text, f->item.len, e);
	if (f->rule->kind == IMPORT_RECORD)
		return take_row(im, f, e);
	return put_aside(im, f, f->ticket, e);
}

static int
take_item(struct importing *im, const struct value *item, const char *key,
    struct err *e)
{
	size_t kept;

	hear_instance(im, item);
	im->whole = item;
	im->spooled = false;
	im->found = 0;
	if (import_visit(im->import, item, key, im->file_ticket, take_found,
	    im, &kept, e) < 0)
		return -1;
	im->things += im->found + kept;
	for (; kept > 0; kept--, im->found++)
		import_tally(im, false, false);
	if (im->found == 0)
		import_tally(im, false, false);
	return 0;
}

static int
each_item(struct foreign *f, const struct item *item, struct err *e)
{
	struct importing *im = f->arg;

	return take_item(im, &item->value, item->key, e);
}

/*
 * "comments/35436.json", "35436/comments.json", "ticket-35436.json": the only
 * number in a file's name, else the folder's whole name.
 */
static const char *
ticket_of_file(const char *path, struct arena *a)
{
	const char *base = strrchr(path, '/'), *digits = NULL, *p;
	size_t runs = 0, n;

	base = base != NULL ? base + 1 : path;
	for (p = base; *p != '\0'; p++) {
		if (isdigit((unsigned char)*p) &&
		    (p == base || !isdigit((unsigned char)p[-1]))) {
			digits = p;
			runs++;
		}
	}
	if (runs == 1)
		return arena_strndup(a, digits, strspn(digits, "0123456789"));
	if (runs > 0 || base - path < 2)
		return NULL;
	for (p = base - 1; p > path && p[-1] != '/'; p--)
		;
	n = strspn(p, "0123456789");
	return n > 0 && p + n == base - 1 ? arena_strndup(a, p, n) : NULL;
}

static void
begin_source(struct importing *im, const char *name)
{
	struct arena *a = &im->foreign.cmd->arena;

	if (im->sources == im->source_room) {
		im->source_room = im->source_room > 0 ?
		    2 * im->source_room : 16;
		im->source = xreallocarray(im->source, im->source_room,
		    sizeof(*im->source));
	}
	im->source[im->sources++] = im->foreign.name = arena_strdup(a, name);
	im->file_ticket = ticket_of_file(name, a);
}

static int
read_rows(struct importing *im, struct rows *rows, struct err *e)
{
	struct foreign *f = &im->foreign;
	struct buf json = BUF_INIT;
	int got, rc = 0;

	while (rc == 0) {
		struct err bad = { 0 };
		struct value v;

		arena_reset(&f->scratch);
		buf_reset(&json);
		if ((got = rows_next(rows, &bad)) == 0)
			break;
		f->line = rows_line(rows);
		if (got == 1) {
			rows_object(rows, &json);
			got = value_parse(&v, json.data, json.len, &bad) == 0 ?
			    1 : -1;
		}
		if (got == 1)
			rc = take_item(im, &v, NULL, e);
		else if (bad.kind == ERR_INPUT)
			rc = import_refuse(im, strncmp(bad.text, f->name,
			    strlen(f->name)) == 0 ? bad.text +
			    strcspn(bad.text, " ") + 1 : bad.text, json.data,
			    json.len, e);
		else {
			*e = bad;
			rc = -1;
		}
	}
	buf_free(&json);
	return rc;
}

static int
read_table(struct importing *im, const struct source *s, struct err *e)
{
	struct rows *rows;
	struct err bad = { 0 };
	int rc;

	if (rows_open(&rows, s, &im->map.form, &bad) < 0) {
		if (bad.kind == ERR_INPUT) {
			cmd_warn(im->foreign.cmd, ERR_INPUT, "%s", bad.text);
			return 0;
		}
		*e = bad;
		return -1;
	}
	rc = import_map_columns(&im->map, rows, s->name, e);
	if (rc == 0)
		rc = read_rows(im, rows, e);
	rows_close(rows);
	return rc;
}

/* An entry of a list as the row it would be: a list's texts with ; between. */
static void
yaml_object(const struct yaml *entry, struct buf *out)
{
	struct writer w;

	w_begin(&w, out);
	w_open(&w, '{');
	for (const struct yaml *y = entry->first; y != NULL; y = y->next) {
		struct buf b = BUF_INIT;

		if (y->kind == YAML_SCALAR && y->text != NULL)
			buf_adds(&b, y->text);
		for (const struct yaml *i = y->first; i != NULL; i = i->next)
			buf_printf(&b, "%s%s", b.len > 0 ? ";" : "",
			    i->text != NULL ? i->text : "");
		w_field_str(&w, y->key, b.data);
		buf_free(&b);
	}
	w_close(&w, '}');
}

/* A table as YAML: a list of maps, or one below a key ("customers:"). */
static int
read_yaml(struct importing *im, const struct source *s, struct err *e)
{
	struct arena a = { 0 };
	struct buf text = BUF_INIT, json = BUF_INIT;
	struct yaml *root = NULL;
	const struct yaml *list;
	struct err bad = { 0 };
	ssize_t n;
	int rc = 0;

	while (text.len <= YAML_MOST && (n = s->read(s->arg, buf_room(&text,
	    YAML_MOST / 16), YAML_MOST / 16, e)) != 0) {
		if (n < 0) {
			buf_free(&text);
			return -1;
		}
		text.len += (size_t)n;
	}
	if (yaml_parse(&a, s->name, text.data, text.len, &root, &bad) < 0)
		cmd_warn(im->foreign.cmd, ERR_INPUT, "%s", bad.text);
	list = root != NULL && root->kind == YAML_MAP ? root->first : root;
	for (const struct yaml *y = list != NULL && list->kind == YAML_LIST ?
	    list->first : NULL; rc == 0 && y != NULL; y = y->next) {
		struct value v;

		arena_reset(&im->foreign.scratch);
		buf_reset(&json);
		yaml_object(y, &json);
		im->foreign.line = (size_t)y->line;
		if (value_parse(&v, json.data, json.len, &bad) == 0)
			rc = take_item(im, &v, NULL, e);
		else
			rc = import_refuse(im, bad.text, "", 0, e);
	}
	buf_free(&text);
	buf_free(&json);
	arena_free(&a);
	return rc;
}

static bool
ends_with(const char *name, const char *end)
{
	size_t len = strlen(name), n = strlen(end);

	return len > n && strcasecmp(name + len - n, end) == 0;
}

/*
 * A value of a size that no item may have is a page of everything: its arrays
 * are then read item by item. Anything smaller is looked at as a whole, since
 * what stands beside an array may belong to it.
 */
struct ahead {
	struct source rest;
	struct buf buf;
	size_t pos;
};

static ssize_t
read_ahead(void *arg, char *to, size_t len, struct err *e)
{
	struct ahead *a = arg;
	size_t n = a->buf.len - a->pos;

	if (n == 0)
		return a->rest.read(a->rest.arg, to, len, e);
	if (n > len)
		n = len;
	memcpy(to, a->buf.data + a->pos, n);
	a->pos += n;
	return (ssize_t)n;
}

static int
fill_ahead(struct ahead *a, struct err *e)
{
	ssize_t n;

	while (a->buf.len <= REC_MAX) {
		char *to = buf_room(&a->buf, REC_MAX / 16);

		n = a->rest.read(a->rest.arg, to, REC_MAX / 16, e);
		if (n <= 0)
			return (int)n;
		a->buf.len += (size_t)n;
	}
	return 1;
}

/* Whether the first value of a text goes on behind it. */
static bool
goes_on(const char *p, size_t len)
{
	const char *end = p + len;
	size_t depth = 0;
	bool string = false;

	while (p < end && *p != '{' && *p != '[')
		p++;
	if (p < end && *p == '[')
		return false;
	for (; p < end; p++) {
		if (string && *p == '\\')
			p++;
		else if (*p == '"')
			string = !string;
		else if (!string && (*p == '{' || *p == '['))
			depth++;
		else if (!string && (*p == '}' || *p == ']') && --depth == 0)
			return false;
	}
	return depth > 0;
}

static int
read_items(struct importing *im, const struct source *s, struct err *e)
{
	struct ahead a = { *s, BUF_INIT, 0 };
	struct source all = { s->name, &a, read_ahead };
	int rc = fill_ahead(&a, e);
	bool large = rc == 1 && goes_on(a.buf.data, REC_MAX);

	if (rc >= 0)
		rc = foreign_stream(&im->foreign, &all, large ?
		    im->map.lists : NULL, each_item, e);
	buf_free(&a.buf);
	return rc;
}

/* Of a folder or an archive only what looks like an export is read. */
static bool
is_wanted(const struct importing *im, const char *name)
{
	static const char *const json[] = { ".json", ".jsonl", ".ndjson",
		".json.txt", NULL };
	static const char *const table[] = { ".csv", ".tsv", ".txt", ".yaml",
		NULL };

	for (const char *const *end = im->map.table ? table : json;
	    *end != NULL; end++) {
		if (ends_with(name, *end))
			return true;
	}
	return false;
}

static int
read_entry(struct importing *im, const char *operand, const struct source *s,
    struct err *e)
{
	struct source named = *s;

	if (strcmp(s->name, operand) != 0 && !is_wanted(im, s->name)) {
		import_tally(im, false, false);
		return 0;
	}
	if (im->sources > UINT16_MAX)
		return err_set(e, ERR_USAGE, "more than 65,536 files");
	begin_source(im, s->name);
	named.name = im->source[im->sources - 1];
	if (!im->map.table)
		return read_items(im, &named, e);
	return ends_with(s->name, ".yaml") ? read_yaml(im, &named, e) :
	    read_table(im, &named, e);
}

/* A file, a folder, an archive, any of them compressed, or stdin. */
static int
read_operand(struct importing *im, const char *operand, struct err *e)
{
	bool input = strcmp(operand, "-") == 0;
	const char *name = input ? "stdin" : operand;
	struct bundle *b;
	struct err bad = { 0 };
	int got = input ? bundle_open_fd(&b, STDIN_FILENO, name,
	    &bundle_limits_default, &bad) :
	    bundle_open(&b, name, &bundle_limits_default, &bad);

	if (got < 0) {
		cmd_warn(im->foreign.cmd, bad.kind, "%s", bad.text);
		return 0;
	}
	do {
		struct source s;
		int64_t mtime;

		err_clear(&bad);
		if ((got = bundle_next(b, &s, &mtime, &bad)) == 1)
			got = read_entry(im, name, &s, &bad) < 0 ? -1 : 1;
		if (got < 0 && bad.kind == ERR_INPUT &&
		    !im->foreign.cmd->strict) {
			cmd_warn(im->foreign.cmd, ERR_INPUT, "%s", bad.text);
			got = 1;
		}
	} while (got == 1);
	bundle_close(b);
	if (got < 0)
		*e = bad;
	return got;
}

int
import_read(struct importing *im, struct err *e)
{
	struct cmd *c = im->foreign.cmd;

	if (c->argc == 0)
		return read_operand(im, "-", e);
	for (int i = 0; i < c->argc; i++) {
		if (read_operand(im, c->argv[i], e) < 0)
			return -1;
	}
	return 0;
}
