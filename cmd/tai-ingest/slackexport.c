/* Exports of Slack: a folder or archive of lists and of days. */
#include <stdlib.h>
#include <string.h>

#include "format/bundle.h"
#include "slack.h"

/* The last name of a path, and of its folder (in the scratch), or NULL. */
static const char *
names_of(const char *path, const char **folder, struct arena *a)
{
	const char *slash = strrchr(path, '/'), *from = slash;

	*folder = NULL;
	if (slash == NULL)
		return path;
	while (from > path && from[-1] != '/')
		from--;
	*folder = arena_strndup(a, from, (size_t)(slash - from));
	return slash + 1;
}

/* general/2026-01-15.json */
static bool
is_day(const char *name, const char *folder)
{
	static const char form[] = "dddd-dd-dd.json";

	if (folder == NULL || *folder == '\0' || strlen(name) !=
	    sizeof(form) - 1)
		return false;
	for (size_t i = 0; form[i] != '\0'; i++) {
		if (form[i] == 'd' ? name[i] < '0' || name[i] > '9' :
		    form[i] != name[i])
			return false;
	}
	return true;
}

enum list { NO_LIST, PEOPLE, PLACES };

static enum list
which_list(const char *name)
{
	static const char *const places[] = { "channels.json",
		"groups.json", "dms.json", "mpims.json" };

	if (strcmp(name, "users.json") == 0 ||
	    strcmp(name, "org_users.json") == 0)
		return PEOPLE;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		if (strcmp(name, places[i]) == 0)
			return PLACES;
	}
	return NO_LIST;
}

static int
take_message(struct foreign *f, const struct item *item, struct err *e)
{
	struct slack_in *in = f->arg;

	return slack_count(in, slack_message(&in->slack, in->folder,
	    &item->value, e));
}

/* Which of the two passes, and what it finds. */
struct pass {
	const char *path;
	bool messages;		/* else the lists */
	bool plain;		/* a plain file may be a day */
	bool found;
};

static int
read_entry(struct slack_in *in, struct pass *p, const struct source *s,
    struct err *e)
{
	const char *folder, *name;
	enum list list;

	if (!p->plain && strcmp(s->name, p->path) == 0)
		return 0;
	name = names_of(s->name, &folder, &in->scratch);
	list = which_list(name);
	p->found |= list != NO_LIST || is_day(name, folder);
	in->folder = folder;
	if (!p->messages && list != NO_LIST)
		return slack_list(in, s, list == PEOPLE, e);
	if (p->messages && is_day(name, folder))
		return foreign_stream(in->foreign, s, NULL, take_message, e);
	return 0;
}

static int
read_pass(struct slack_in *in, struct pass *p, struct err *e)
{
	struct bundle *b;
	struct source source;
	int64_t mtime;
	int got;

	if (bundle_open(&b, p->path, &bundle_limits_default, e) < 0)
		return -1;
	for (;;) {
		struct err bad = { 0 };

		arena_reset(&in->scratch);
		if ((got = bundle_next(b, &source, &mtime, &bad)) == 0)
			break;
		if (got == 1)
			got = read_entry(in, p, &source, &bad);
		if (got < 0 && bad.kind != ERR_INPUT) {
			*e = bad;
			break;
		}
		if (got < 0 && p->messages)
			cmd_warn(in->foreign->cmd, ERR_INPUT, "%s", bad.text);
	}
	bundle_close(b);
	return got;
}

/* The lists of an archive may lie behind the messages: two passes. */
int
slack_export(struct slack_in *in, const char *path, bool wanted, bool *found,
    struct err *e)
{
	struct pass p = { path, false, wanted, false };
	int rc = read_pass(in, &p, e);

	*found = p.found;
	if (rc < 0 || !p.found)
		return rc;
	p.messages = true;
	return read_pass(in, &p, e);
}
