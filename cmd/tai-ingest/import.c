/*
 * tai-ingest import: other helpdesks and tables. All input is read first, to
 * a file aside, since people, comments and histories may stand in any order;
 * then each ticket has its turn, oldest first.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uthash.h>

#include "domain/import.h"
#include "foreign.h"
#include "seen.h"
#include "spool.h"

struct entry {			/* what a rule found, put aside */
	uint64_t at_spool, up_spool;
	int64_t at, updated;
	uint32_t len, up_len, group, line;
	uint16_t rule, source;
	bool status;
};

struct group {			/* a ticket, or the rows of one record */
	const char *id;
	uint32_t number;	/* in the order of input, then of turns */
	int64_t first;
	UT_hash_handle hh;
};

struct importing {
	struct foreign foreign;
	struct import_map map;
	struct import *import;
	struct import_desk desk;
	struct spool spool;
	const char **source;
	size_t sources, source_room;
	struct entry *entry;
	size_t entries, entry_room;
	struct group *groups;
	uint64_t *warned;
	const char *instance;	/* given, or told by the export */
	const char *file_ticket;
	/* the item at hand, and where it is put aside */
	const struct value *whole;
	uint64_t whole_at;
	bool spooled;
	size_t found, kept, things;
	struct buf item, up, line;
	uint64_t up_at;		/* of what is in up */
	size_t up_len;
};

static const char *from_option, *map_option, *instance_option;

enum { OPT_FROM = OPT_OWN + 10, OPT_MAP, OPT_INSTANCE };

const struct option import_options[] = {
	{ "from", required_argument, NULL, OPT_FROM },
	{ "map", required_argument, NULL, OPT_MAP },
	{ "instance", required_argument, NULL, OPT_INSTANCE },
	STATS_OPTION,
	{ 0 }
};

int
import_option(struct cmd *c, int option, const char *value, struct err *e)
{
	switch (option) {
	case OPT_FROM:
		from_option = value;
		break;
	case OPT_MAP:
		map_option = value;
		break;
	case OPT_INSTANCE:
		if (*value == '\0' || strlen(value) > 200 ||
		    value[strspn(value, "abcdefghijklmnopqrstuvwxyz"
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_")] != '\0')
			return err_set(e, ERR_USAGE, "--instance is a name of "
			    "letters, digits, . - _");
		instance_option = value;
		break;
	default:
		return stats_option(c, option, value, e);
	}
	return 0;
}

static int
desk_emit(void *arg, const struct buf *line, struct err *e)
{
	struct importing *im = arg;

	return foreign_emit(&im->foreign, line, e);
}

static int
desk_has(void *arg, const char *id, struct err *e)
{
	struct importing *im = arg;

	return foreign_has(&im->foreign, id, e);
}

static int
desk_message(void *arg, const char *message_id, char key[KEY_TEXT],
    struct err *e)
{
	struct importing *im = arg;
	struct store *s = im->foreign.cmd->store;

	return s != NULL ? store_message_ticket(s, message_id, key, e) : 0;
}

static int
desk_history(void *arg, const char *key, struct history *h, struct arena *a,
    struct err *e)
{
	struct importing *im = arg;
	struct store *s = im->foreign.cmd->store;

	return s != NULL ? store_history(s, key, h, a, e) : 0;
}

static int
desk_fields(void *arg, const char *key, struct buf *out, struct err *e)
{
	static const char *const types[] = { "message", "note", NULL };
	struct importing *im = arg;
	struct store *s = im->foreign.cmd->store;
	struct cursor *cur;
	struct rec *r;
	struct value v;
	int64_t seq;
	int got, found = 0;

	if (s == NULL)
		return 0;
	if (store_log(s, types, key, 0, &cur, e) < 0)
		return -1;
	r = xmalloc(sizeof(*r));
	while ((got = cursor_record(cur, r, &seq, e)) == 1) {
		/* What was merged into it has fields of its own. */
		if (!rec_get(r, "fields", &v) || !rec_is(r, "ticket", key))
			continue;
		buf_reset(out);
		buf_add(out, v.text, v.len);
		found = 1;
	}
	free(r);
	cursor_close(cur);
	return got < 0 ? -1 : found;
}

/* Once for each word: a column of a million rows is one mistake. */
static void
desk_unknown(void *arg, const struct yaml *map, const char *value)
{
	struct importing *im = arg;
	char key[300];

	snprintf(key, sizeof(key), "%d %s", map->line, value);
	if (!seen_add(im->warned, key))
		cmd_warn(im->foreign.cmd, ERR_INPUT, "%s:%d: no word here for "
		    "'%.100s' (%s:%zu); it is kept in fields", map->file,
		    map->line, value, im->foreign.name, im->foreign.line);
}

static int
load_map(struct importing *im, struct cmd *c, struct err *e)
{
	const char *path = map_option;
	struct yaml *root;

	if (from_option == NULL && path == NULL)
		return err_set(e, ERR_USAGE,
		    "import needs --from SOURCE or --map FILE");
	if (path == NULL) {
		if (from_option[strspn(from_option, "abcdefghijklmnopqrstuvw"
		    "xyz0123456789-")] != '\0' || *from_option == '\0' ||
		    strcmp(from_option, "csv") == 0)
			return err_set(e, ERR_USAGE, "--from %s needs --map "
			    "FILE", from_option);
		path = cmd_rule_file(c, arena_printf(&c->arena,
		    "import/%s.yaml", from_option));
		if (path == NULL)
			return err_set(e, ERR_USAGE, "no import/%s.yaml in "
			    "the rules; --map FILE names one", from_option);
	}
	if (yaml_load(&c->arena, path, &root, e) < 0 ||
	    import_map_load(&im->map, &c->arena, root, e) < 0)
		return -1;
	if (from_option != NULL && strcmp(from_option, "csv") == 0 &&
	    !im->map.table)
		return err_set(e, ERR_CONFIG, "%s:1: no map for csv (it has "
		    "no csv:)", path);
	return 0;
}

/* The line and file of what is at hand, for messages. */
static void
stand_at(struct importing *im, const struct entry *n)
{
	im->foreign.name = im->source[n->source];
	im->foreign.line = n->line;
}

static int
refuse(struct importing *im, const char *why, const char *raw, size_t len,
    struct err *e)
{
	struct foreign *f = &im->foreign;

	foreign_reject(f, why, raw, len);
	return f->cmd->strict ? err_set(e, ERR_INPUT, "%s:%zu: %s", f->name,
	    f->line, why) : 0;
}

static uint32_t
group_of(struct importing *im, const char *id, int64_t at)
{
	struct arena *a = &im->foreign.cmd->arena;
	struct group *g;

	HASH_FIND_STR(im->groups, id, g);
	if (g == NULL) {
		g = arena_zalloc(a, sizeof(*g));
		g->id = arena_strdup(a, id);
		g->number = (uint32_t)HASH_COUNT(im->groups);
		g->first = at;
		HASH_ADD_KEYPTR(hh, im->groups, g->id, strlen(g->id), g);
	}
	/* A ticket that does not tell is as old as its first comment. */
	if (at != TIME_NONE && (g->first == TIME_NONE || at < g->first))
		g->first = at;
	return g->number;
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

static int
count(struct importing *im, bool made, bool known)
{
	struct tally *t = &im->foreign.tally;

	t->inputs++;
	if (made)
		t->records++;
	else if (known)
		t->duplicates++;
	else
		t->ignored++;
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
	if (got >= 0)
		return count(im, got == 1, got == 0);
	if (bad.kind != ERR_INPUT) {
		*e = bad;
		return -1;
	}
	return refuse(im, bad.text, f->item.text, f->item.len, e);
}

static int
take_found(void *arg, const struct import_found *f, struct err *e)
{
	struct importing *im = arg;

	im->found++;
	if (f->bad != NULL)
		return refuse(im, f->bad, f->item.text, f->item.len, e);
	if (f->rule->kind == IMPORT_RECORD)
		return take_row(im, f, e);
	return put_aside(im, f, f->ticket, e);
}

static int
take_item(struct importing *im, const struct value *item, const char *key,
    struct err *e)
{
	size_t kept;

	if (im->instance == NULL && im->map.instance[0] != NULL) {
		const char *told = import_tell_instance(&im->map, item,
		    &im->foreign.scratch);

		if (told != NULL)
			im->instance = arena_strdup(&im->foreign.cmd->arena,
			    told);
	}
	im->whole = item;
	im->spooled = false;
	im->found = 0;
	if (import_visit(im->import, item, key, im->file_ticket, take_found,
	    im, &kept, e) < 0)
		return -1;
	im->things += im->found + kept;
	for (; kept > 0; kept--, im->found++)
		count(im, false, false);
	return im->found > 0 ? 0 : count(im, false, false);
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
			rc = refuse(im, strncmp(bad.text, f->name,
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
	bool large = rc == 1 && goes_on(a.buf.data, a.buf.len);

	if (rc >= 0)
		rc = foreign_stream(&im->foreign, &all, large ?
		    im->map.lists : NULL, each_item, e);
	buf_free(&a.buf);
	return rc;
}

static int
read_operand(struct importing *im, const char *name, struct err *e)
{
	bool stdin_is_it = strcmp(name, "-") == 0;
	struct source s;
	int fd = STDIN_FILENO, rc;

	if (im->sources > UINT16_MAX)
		return err_set(e, ERR_USAGE, "more than 65,536 files");
	if (!stdin_is_it &&
	    (fd = open(name, O_RDONLY | O_CLOEXEC)) < 0) {
		cmd_warn(im->foreign.cmd, ERR_IO, "cannot open '%s': %s",
		    name, strerror(errno));
		return 0;
	}
	begin_source(im, stdin_is_it ? "stdin" : name);
	s = source_fd(fd, im->source[im->sources - 1]);
	rc = im->map.table ? read_table(im, &s, e) :
	    read_items(im, &s, e);
	if (!stdin_is_it)
		close(fd);
	return rc;
}

static int
read_all(struct importing *im, struct err *e)
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

static int
by_age(const void *x, const void *y)
{
	const struct group *a = *(const struct group *const *)x;
	const struct group *b = *(const struct group *const *)y;
	size_t m = strlen(a->id), n = strlen(b->id);

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	/* Numbers in their order, without being numbers. */
	if (m != n)
		return m < n ? -1 : 1;
	return strcmp(a->id, b->id);
}

static int
by_turn(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (a->rule != b->rule)
		return a->rule < b->rule ? -1 : 1;
	if (a->at_spool != b->at_spool)
		return a->at_spool < b->at_spool ? -1 : 1;
	return 0;
}

/* Groups by age, in what is returned; entries by their group and time. */
static struct group **
sort_turns(struct importing *im)
{
	size_t n = HASH_COUNT(im->groups), i = 0;
	struct group **order = xreallocarray(NULL, n + 1, sizeof(*order));
	uint32_t *turn = xreallocarray(NULL, n + 1, sizeof(*turn));

	for (struct group *g = im->groups; g != NULL; g = g->hh.next)
		order[i++] = g;
	qsort(order, n, sizeof(*order), by_age);
	for (i = 0; i < n; i++)
		turn[order[i]->number] = (uint32_t)i;
	for (i = 0; i < im->entries; i++)
		im->entry[i].group = turn[im->entry[i].group];
	qsort(im->entry, im->entries, sizeof(*im->entry), by_turn);
	free(turn);
	return order;
}

/* An entry back as it was found; the bytes stay until the next one. */
static int
fetch(struct importing *im, const struct entry *n, const char *ticket,
    struct buf *item, struct import_found *f, struct err *e)
{
	stand_at(im, n);
	memset(f, 0, sizeof(*f));
	if (spool_read(&im->spool, n->at_spool, n->len, item, e) < 0 ||
	    value_parse(&f->item, item->data, item->len, e) < 0)
		return -1;
	f->rule = &im->map.rule[n->rule];
	f->ticket = ticket;
	f->at = n->at;
	f->updated = n->updated;
	f->status = n->status;
	if (n->up_len == 0)
		return 0;
	if ((im->up_at != n->up_spool || im->up_len != n->up_len) &&
	    spool_read(&im->spool, n->up_spool, n->up_len, &im->up, e) < 0)
		return -1;
	im->up_at = n->up_spool;
	im->up_len = n->up_len;
	f->up_tag = (UINT64_C(1) << 63) | n->up_spool;
	return value_parse(&f->up, im->up.data, im->up.len, e);
}

/* What a step of a turn came to, for the sum. */
static int
step(struct importing *im, const struct import_found *f, int rc,
    struct err *bad, struct err *e)
{
	size_t made, known;

	import_count(im->import, &made, &known);
	if (rc == 0)
		return count(im, made > 0, known > 0);
	if (bad->kind != ERR_INPUT) {
		*e = *bad;
		return -1;
	}
	return refuse(im, bad->text, f->item.text, f->item.len, e);
}

/* The latest version of a ticket speaks for it, of equal ones the fuller. */
static const struct entry *
find_head(const struct importing *im, const struct entry *n, size_t count_)
{
	const struct entry *head = NULL;

	for (size_t i = 0; i < count_; i++) {
		if (im->map.rule[n[i].rule].kind != IMPORT_TICKET)
			continue;
		if (head == NULL || n[i].updated > head->updated ||
		    (n[i].updated == head->updated && n[i].len > head->len))
			head = &n[i];
	}
	return head;
}

static int
take_entries(struct importing *im, const struct entry *n, size_t count_,
    const char *ticket, struct err *e)
{
	for (size_t i = 0; i < count_; i++) {
		struct import_found f;
		struct err bad = { 0 };
		int rc;

		if (im->map.rule[n[i].rule].kind == IMPORT_TICKET)
			continue;
		arena_reset(&im->foreign.scratch);
		if (fetch(im, &n[i], ticket, &im->item, &f, e) < 0)
			return -1;
		rc = import_entry(im->import, &f, &bad);
		if (step(im, &f, rc, &bad, e) < 0)
			return -1;
	}
	return 0;
}

static int
take_ticket(struct importing *im, const struct entry *n, size_t count_,
    const char *ticket, struct err *e)
{
	const struct entry *head = find_head(im, n, count_);
	struct import_turn turn = { .ticket = ticket };
	struct import_found f = { 0 };
	struct buf item = BUF_INIT;
	struct err bad = { 0 };
	size_t made = 0, known = 0, m, k;
	int rc;

	for (size_t i = 0; i < count_; i++) {
		enum import_kind kind = im->map.rule[n[i].rule].kind;

		turn.comments += kind == IMPORT_COMMENT;
		turn.changes |= n[i].status && kind != IMPORT_TICKET;
		if (kind == IMPORT_TICKET && &n[i] != head)
			count(im, false, true);
	}
	if (head != NULL && fetch(im, head, ticket, &item, &f, e) < 0)
		return -1;
	turn.head = head != NULL ? &f : NULL;
	rc = import_begin(im->import, &turn, &bad);
	import_count(im->import, &made, &known);
	if (rc < 0 && bad.kind != ERR_INPUT) {
		*e = bad;
		goto done;
	}
	if ((rc = take_entries(im, n, count_, ticket, e)) < 0 || head == NULL)
		goto done;
	stand_at(im, head);
	arena_reset(&im->foreign.scratch);
	rc = bad.kind != ERR_NONE ? -1 : import_end(im->import, &bad);
	import_count(im->import, &m, &k);
	if (rc == 0)
		count(im, made + m > 0, known + k > 0);
	else
		rc = step(im, &f, -1, &bad, e);
done:
	buf_free(&item);
	return rc;
}

/* Rows of one record (an invoice's lines) at once. */
static int
take_rows(struct importing *im, const struct entry *n, size_t count_,
    struct err *e)
{
	struct foreign *fo = &im->foreign;
	struct value *items = xreallocarray(NULL, count_, sizeof(*items));
	struct buf all = BUF_INIT;
	struct err bad = { 0 };
	size_t at = 0;
	int got = 0;

	arena_reset(&fo->scratch);
	for (size_t i = 0; got == 0 && i < count_; i++) {
		if ((got = spool_read(&im->spool, n[i].at_spool, n[i].len,
		    &im->item, e)) == 0)
			buf_add(&all, im->item.data, im->item.len);
	}
	for (size_t i = 0; got == 0 && i < count_; at += n[i++].len)
		got = value_parse(&items[i], all.data + at, n[i].len, e);
	if (got == 0) {
		stand_at(im, &n[0]);
		buf_reset(&im->line);
		got = import_row(&im->map, &im->map.rule[n[0].rule], items,
		    count_, &im->line, &fo->scratch, &bad);
		if (got == 0)
			got = foreign_emit(fo, &im->line, &bad);
		for (size_t i = 0; got >= 0 && i < count_; i++)
			count(im, got == 1, got == 0);
		if (got < 0 && bad.kind != ERR_INPUT)
			*e = bad;
	}
	for (size_t i = 0; bad.kind == ERR_INPUT && i < count_; i++) {
		stand_at(im, &n[i]);
		if ((got = refuse(im, bad.text, items[i].text, items[i].len,
		    e)) < 0)
			break;
	}
	buf_free(&all);
	free(items);
	return got < 0 ? -1 : 0;
}

static int
take_turns(struct importing *im, struct err *e)
{
	struct group **order = sort_turns(im);
	int rc = 0;

	for (size_t i = 0, n; rc == 0 && i < im->entries; i += n) {
		const struct entry *first = &im->entry[i];

		for (n = 1; i + n < im->entries &&
		    im->entry[i + n].group == first->group; n++)
			;
		rc = im->map.rule[first->rule].kind == IMPORT_RECORD ?
		    take_rows(im, first, n, e) :
		    take_ticket(im, first, n, order[first->group]->id, e);
	}
	free(order);
	return rc;
}

/* Names in ids must not change from run to run, so none is made up. */
static int
settle_instance(struct importing *im, struct err *e)
{
	if (im->instance == NULL && im->map.instance[0] != NULL &&
	    im->entries > 0)
		return err_set(e, ERR_USAGE, "no URL in the export tells whose "
		    "it is; --instance NAME does (for instance "
		    "acme.%s.com)", im->map.name);
	import_instance(im->import, im->instance != NULL ? im->instance : "");
	return 0;
}

static int
run(struct importing *im, struct err *e)
{
	struct cmd *c = im->foreign.cmd;

	if (read_all(im, e) < 0 || settle_instance(im, e) < 0 ||
	    take_turns(im, e) < 0)
		return -1;
	if (im->things == 0 && im->foreign.tally.inputs >
	    im->foreign.tally.rejects)
		cmd_warn(c, ERR_INPUT, "nothing here looks like %s (%s)",
		    im->map.name, im->map.file);
	return foreign_finish(&im->foreign, e);
}

int
ingest_import(struct cmd *c, struct err *e)
{
	struct importing im = { .instance = instance_option };
	int rc = load_map(&im, c, e);

	if (rc < 0 || foreign_open(&im.foreign, c, &im, e) < 0)
		return -1;
	im.desk = (struct import_desk){ &im, desk_emit, desk_has,
		desk_message, desk_history, desk_fields, desk_unknown };
	im.import = import_new(&im.map, &c->org, c->customers, &im.desk);
	im.warned = seen_new();
	spool_open(&im.spool);
	buf_init(&im.item);
	buf_init(&im.up);
	buf_init(&im.line);
	rc = run(&im, e);
	HASH_CLEAR(hh, im.groups);
	import_free(im.import);
	import_map_free(&im.map);
	spool_close(&im.spool);
	buf_free(&im.item);
	buf_free(&im.up);
	buf_free(&im.line);
	free(im.entry);
	free(im.source);
	free(im.warned);
	foreign_close(&im.foreign);
	return rc;
}
