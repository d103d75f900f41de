/* tai-desk note: a word among ourselves. tai-desk merge: two tickets in one. */
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "desk.h"

#define NOTE_MAX	((size_t)1 << 20)

/* The words of the command line, or else stdin. */
static int
note_text(struct cmd *c, const char **text, struct err *e)
{
	struct buf raw = BUF_INIT;
	int rc = 0;

	for (int i = 1; i < c->argc; i++) {
		if (i > 1)
			buf_addc(&raw, ' ');
		buf_adds(&raw, c->argv[i]);
	}
	if (c->argc == 1)
		rc = fd_read(STDIN_FILENO, "stdin", NOTE_MAX, &raw, e);
	while (raw.len > 0 && strchr(" \t\r\n", raw.data[raw.len - 1]) != NULL)
		buf_truncate(&raw, raw.len - 1);
	*text = desk_text(c, raw.data, raw.len);
	buf_free(&raw);
	if (rc == 0 && **text == '\0')
		rc = err_set(e, ERR_USAGE, "the note is empty");
	return rc;
}

int
desk_note(struct cmd *c, struct err *e)
{
	char key[KEY_TEXT];
	const char *text;

	if (c->argc < 1)
		return err_set(e, ERR_USAGE, "note takes a ticket and a text");
	if (desk_ticket(c, c->argv[0], key, e) < 0 ||
	    note_text(c, &text, e) < 0)
		return -1;
	return desk_say(c, "note", EVENT_NOTE, NULL, key, "text", text,
	    e) < 0 ? -1 : cmd_flush(c, e);
}

bool desk_force;

enum { OPT_FORCE = OPT_OWN };
const struct option merge_options[] = {
	{ "force", no_argument, NULL, OPT_FORCE },
	{ 0 }
};

int
merge_option(struct cmd *c, int o, const char *value, struct err *e)
{
	(void)c;
	(void)o;
	(void)value;
	(void)e;
	desk_force = true;
	return 0;
}

int
desk_one_customer(const struct ticket *t, const struct ticket *u,
    struct err *e)
{
	return desk_force || *t->customer == '\0' || *u->customer == '\0' ||
	    strcmp(t->customer, u->customer) == 0 ? 0 : err_set(e, ERR_USAGE,
	    "%s is of %s, and %s of %s, who would read what the other wrote: "
	    "--force does it", t->history->key, t->customer,
	    u->history->key, u->customer);
}

/* The one ticket stays whose it is, also when the other was given later. */
static int
keep(struct cmd *c, const char *key, const char *into, struct err *e)
{
	struct history one, other;
	struct ticket t, u;

	if (store_history(c->store, into, &one, &c->arena, e) < 0 ||
	    store_history(c->store, key, &other, &c->arena, e) < 0)
		return -1;
	ticket_fold(&one, c->now, &c->arena, &t);
	ticket_fold(&other, c->now, &c->arena, &u);
	if (desk_one_customer(&u, &t, e) < 0)
		return -1;
	return *t.assignee == '\0' || *u.assignee == '\0' ||
	    strcmp(t.assignee, u.assignee) == 0 ? 0 :
	    desk_give(c, into, t.assignee, &one, e);
}

int
desk_merge(struct cmd *c, struct err *e)
{
	char key[KEY_TEXT], into[KEY_TEXT];

	if (c->argc != 2)
		return err_set(e, ERR_USAGE, "merge takes two tickets");
	if (desk_ticket(c, c->argv[0], key, e) < 0 ||
	    desk_ticket(c, c->argv[1], into, e) < 0)
		return -1;
	/* One already: there is nothing to say, unless they were named so. */
	if (strcmp(key, into) == 0)
		return strcmp(c->argv[0], c->argv[1]) != 0 ? 0 : err_set(e,
		    ERR_USAGE, "a ticket is not merged into itself");
	return keep(c, key, into, e) < 0 || desk_say(c, "merge", EVENT_NOTE,
	    NULL, key, "into", into, e) < 0 ? -1 : cmd_flush(c, e);
}
