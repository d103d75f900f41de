/* tai-ingest slack: exports, and lines of the Events API. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "slack.h"

#define RECALLED	64	/* messages of a conversation */

static bool want_export;

int
slack_option(struct cmd *c, int option, const char *value, struct err *e)
{
	if (option == OPT_STATS)
		return stats_option(c, option, value, e);
	want_export = true;
	return 0;
}

static int
has(void *arg, const char *id, struct err *e)
{
	return foreign_has(arg, id, e);
}

static int
emit(void *arg, const struct buf *line, struct err *e)
{
	return foreign_emit(arg, line, e);
}

static int
known_message(void *arg, const char *id, char key[KEY_TEXT], struct err *e)
{
	struct foreign *f = arg;

	return store_message_ticket(f->cmd->store, id, key, e);
}

static int
known_ticket(void *arg, const char *key, int64_t *first, struct err *e)
{
	struct foreign *f = arg;
	struct history h;
	int got = store_history(f->cmd->store, key, &h, &f->scratch, e);

	if (got == 1)
		*first = h.event[0].at;
	return got;
}

/* Tells of what the store has; its ticket may be another one by now. */
static int
recall(void *arg, struct slack_flow *flow, const char *conversation,
    int64_t from, int64_t until, struct err *e)
{
	struct foreign *f = arg;
	struct store *s = f->cmd->store;
	struct rec *r = xmalloc(sizeof(*r));
	struct cursor *cur;
	struct slack_word word;
	char key[KEY_TEXT];
	int64_t seq;
	int got = store_talk(s, conversation, from, until, RECALLED, &cur, e);

	while (got >= 0 && (got = cursor_record(cur, r, &seq, e)) == 1) {
		const char *name = rec_str(r, "message_id", &f->scratch);

		if (name == NULL || !slack_word_of(r, &word, &f->scratch))
			continue;
		got = store_message_ticket(s, name, key, e);
		if (got == 1)
			slack_flow_recalled(flow, &word, key);
	}
	if (got >= 0)
		cursor_close(cur);
	free(r);
	return got;
}

/* People and channels that a file tells of; one that is wrong is told. */
int
slack_list(struct slack_in *in, const struct source *source, bool people,
    struct err *e)
{
	struct items *items = items_open(source, slack_keys);
	struct cmd *c = in->foreign->cmd;
	struct item item;
	int got = 0;

	for (;;) {
		struct err bad = { 0 };

		got = items_next(items, &item, &bad);
		if (got == 0)
			break;
		if (got == 1)
			got = people ? slack_book_user(in->slack.book,
			    &item.value, &bad) : slack_book_channel(
			    in->slack.book, &item.value, &bad);
		if (got < 0 && bad.kind != ERR_INPUT) {
			*e = bad;
			break;
		}
		if (got < 0)
			cmd_warn(c, ERR_INPUT, "%s: %s", source->name,
			    bad.text);
	}
	items_close(items);
	return got;
}

static int
read_known(struct slack_in *in, const char *name, bool people, struct err *e)
{
	const char *path = cmd_rule_file(in->foreign->cmd, name);
	struct source source;
	int fd, rc;

	if (path == NULL)
		return 0;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return err_set(e, ERR_CONFIG, "cannot open '%s'", path);
	source = source_fd(fd, path);
	rc = slack_list(in, &source, people, e);
	close(fd);
	return rc;
}

int
slack_open(struct slack_in **out, struct foreign *f, struct err *e)
{
	struct slack_in *in = xcalloc(1, sizeof(*in));
	struct cmd *c = f->cmd;
	struct slack_lookup *lookup = NULL;
	struct yaml *root = NULL;

	*out = in;
	in->foreign = f;
	if (c->store != NULL) {
		lookup = arena_alloc(&c->arena, sizeof(*lookup));
		*lookup = (struct slack_lookup){ f, known_message,
			known_ticket, recall };
	}
	if (cmd_rule_yaml(c, "slack.yaml", &root, e) < 0 ||
	    slack_rules_load(&in->rules, &c->arena, root, e) < 0)
		return -1;
	in->slack = (struct slack){ .rules = &in->rules, .org = &c->org,
		.customers = c->customers,
		.book = slack_book_new(&in->rules),
		.flow = slack_flow_new(&in->rules, lookup),
		.world = { f, has, emit } };
	if (read_known(in, "slack/users.json", true, e) < 0)
		return -1;
	return read_known(in, "slack/channels.json", false, e);
}

void
slack_close(struct slack_in *in)
{
	if (in->slack.flow != NULL)
		slack_flow_free(in->slack.flow);
	if (in->slack.book != NULL)
		slack_book_free(in->slack.book);
	arena_free(&in->scratch);
	free(in);
}

int
slack_count(struct slack_in *in, int got)
{
	struct tally *t = &in->foreign->tally;

	if (got < 0)
		return -1;
	t->inputs++;
	t->records += got == SLACK_RECORD;
	t->duplicates += got == SLACK_DUPLICATE;
	t->ignored += got == SLACK_IGNORED;
	return 0;
}

int
slack_take(struct slack_in *in, const char *key, const struct value *v,
    struct err *e)
{
	return slack_count(in, slack_event(&in->slack, key, v, e));
}

static int
take_event(struct foreign *f, const struct item *item, struct err *e)
{
	return slack_take(f->arg, item->key, &item->value, e);
}

/* Lines of events, unless it is or shall be an export. */
static int
read_operand(struct slack_in *in, int i, struct err *e)
{
	struct cmd *c = in->foreign->cmd;
	char **argv = c->argv;
	int argc = c->argc, rc = 0;
	bool found = false;

	if (strcmp(argv[i], "-") != 0) {
		if (slack_export(in, argv[i], want_export, &found, e) < 0)
			return -1;
		if (found)
			return 0;
	}
	if (want_export)
		return err_set(e, ERR_INPUT, "'%s' is no export of Slack's",
		    argv[i]);
	c->argv = argv + i;
	c->argc = 1;
	rc = foreign_operands(in->foreign, slack_keys, take_event, e);
	c->argv = argv;
	c->argc = argc;
	return rc;
}

int
ingest_slack(struct cmd *c, struct err *e)
{
	struct foreign f = { 0 };
	struct slack_in *in = NULL;
	int rc;

	if (want_export && c->argc == 0)
		return err_set(e, ERR_USAGE, "an export is a folder or a "
		    "file: name it");
	if (foreign_open(&f, c, NULL, e) < 0)
		return -1;
	rc = slack_open(&in, &f, e);
	f.arg = in;
	if (rc == 0 && c->argc == 0)
		rc = foreign_operands(&f, slack_keys, take_event, e);
	for (int i = 0; rc == 0 && i < c->argc; i++)
		rc = read_operand(in, i, e);
	if (rc == 0)
		rc = foreign_finish(&f, e);
	slack_close(in);
	foreign_close(&f);
	return rc;
}
