/*
 * tai-ingest import: other helpdesks and tables. All input is read first, to
 * a file aside, since people, comments and histories may stand in any order;
 * then each ticket has its turn, oldest first.
 */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "import.h"
#include "seen.h"

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

/*
 * Calls back with each record that the store has of a ticket: of its own,
 * not of those that were merged into it.
 */
static int
each_record(struct importing *im, const char *key,
    const char *const *types, int (*each)(void *, const struct rec *,
    struct err *), void *arg, struct err *e)
{
	struct store *s = im->foreign.cmd->store;
	struct cursor *cur;
	struct rec *r;
	int64_t seq;
	int got, found = 0;

	if (s == NULL)
		return 0;
	if (store_log(s, types, key, 0, &cur, e) < 0)
		return -1;
	r = xmalloc(sizeof(*r));
	while ((got = cursor_record(cur, r, &seq, e)) == 1) {
		if (!rec_is(r, "ticket", key))
			continue;
		found = 1;
		if ((got = each(arg, r, e)) < 0)
			break;
	}
	free(r);
	cursor_close(cur);
	return got < 0 ? -1 : found;
}

struct remembered {
	struct history *history;
	struct arena *arena;
};

static int
remember_event(void *arg, const struct rec *r, struct err *e)
{
	struct remembered *m = arg;
	char key[KEY_TEXT];
	struct event ev;
	int got = event_of(r, &ev, key, m->arena, e);

	if (got == 1)
		history_add(m->history, &ev, m->arena);
	return got < 0 ? -1 : 0;
}

static int
desk_history(void *arg, const char *key, struct history *h, struct arena *a,
    struct err *e)
{
	static const char *const types[] = { "message", "triage", "status",
		"assign", "note", "reply", NULL };
	struct remembered m = { h, a };

	return each_record(arg, key, types, remember_event, &m, e);
}

struct latest {
	struct buf *text;
	int64_t at;
};

static int
remember_fields(void *arg, const struct rec *r, struct err *e)
{
	struct latest *l = arg;
	struct value v;
	int64_t at;

	(void)e;
	if (rec_get(r, "fields", &v) && rec_time(r, "at", &at) &&
	    at >= l->at) {
		l->at = at;
		buf_reset(l->text);
		buf_add(l->text, v.text, v.len);
	}
	return 0;
}

static int
desk_fields(void *arg, const char *key, struct buf *out, int64_t *at,
    struct err *e)
{
	static const char *const types[] = { "message", "note", NULL };
	struct latest l = { out, TIME_NONE };

	if (each_record(arg, key, types, remember_fields, &l, e) < 0)
		return -1;
	*at = l.at;
	return l.at != TIME_NONE;
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

int
import_refuse(struct importing *im, const char *why, const char *raw,
    size_t len, struct err *e)
{
	struct foreign *f = &im->foreign;

	foreign_reject(f, why, raw, len);
	return f->cmd->strict ? err_set(e, ERR_INPUT, "%s:%zu: %s", f->name,
	    f->line, why) : 0;
}

void
import_tally(struct importing *im, bool made, bool known)
{
	struct tally *t = &im->foreign.tally;

	t->inputs++;
	if (made)
		t->records++;
	else if (known)
		t->duplicates++;
	else
		t->ignored++;
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

	if (import_read(im, e) < 0 || settle_instance(im, e) < 0 ||
	    import_turns(im, e) < 0)
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
	import_read_done(&im);
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
