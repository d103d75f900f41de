/* calendars.yaml and oncall.yaml: time, and whose it is. */
#include "base/io.h"
#include "format/ical.h"
#include "rotas.h"

static int
read_file(void *arg, const struct yaml *name, const char *path,
    struct buf *out, struct err *e)
{
	struct err why = { 0 };

	(void)arg;
	return file_read(path, ICAL_MOST, out, &why) < 0 ?
	    yaml_err(name, e, "%s", why.text) : 0;
}

int
cmd_calendars(struct cmd *c, const char *path, struct err *e)
{
	const struct calendar_files files = { read_file, NULL };
	struct yaml *root = NULL;

	if (c->calendars != NULL)
		return 0;
	if ((path != NULL ? yaml_load(&c->arena, path, &root, e) :
	    cmd_rule_yaml(c, "calendars.yaml", &root, e)) < 0)
		return -1;
	return calendars_load_files(&c->calendars, root, &files, e);
}

int
cmd_oncall(struct cmd *c, const struct team *team, struct oncall **out,
    struct err *e)
{
	struct yaml *root = NULL;

	*out = NULL;
	if (cmd_rule_file(c, "oncall.yaml") == NULL)
		return 0;
	if (cmd_calendars(c, NULL, e) < 0 ||
	    cmd_rule_yaml(c, "oncall.yaml", &root, e) < 0)
		return -1;
	return oncall_load(out, root, team, c->calendars, e);
}
