/* tai-ingest lint: every file of rules that ingest reads, one finding a line. */
#include <string.h>

#include "domain/alert/alertrules.h"
#include "domain/hook.h"
#include "domain/import/importmap.h"
#include "domain/slack/slackrules.h"
#include "ingest.h"

static void
told(void *arg, const char *file, int line, const char *what)
{
	struct cmd *c = arg;

	buf_printf(&c->out, "%s:%d: %s\n", file, line, what);
}

/* What a loader says is a finding; 1 or 0. */
static int
finding(struct cmd *c, int got, const struct err *e)
{
	if (got >= 0)
		return 0;
	buf_printf(&c->out, "%s\n", e->text);
	return 1;
}

static int
load_alert_map(struct cmd *c, const struct yaml *root, struct err *e)
{
	struct alert_map map;

	return alert_map_load(&map, &c->arena, "lint", root, e);
}

static int
load_import_map(struct cmd *c, const struct yaml *root, struct err *e)
{
	struct import_map map;

	return import_map_load(&map, &c->arena, root, e);
}

static int
load_slack(struct cmd *c, const struct yaml *root, struct err *e)
{
	struct slack_rules rules;

	return slack_rules_load(&rules, &c->arena, root, e);
}

static int
load_webhook(struct cmd *c, const struct yaml *root, struct err *e)
{
	struct hook_rules rules;

	return hook_load(&rules, &c->arena, root, e);
}

static int
load_automatic(struct cmd *c, const struct yaml *root, struct err *e)
{
	struct automatic rules;

	return automatic_load(&rules, &c->arena, root, e);
}

typedef int loader(struct cmd *, const struct yaml *, struct err *);

static int
lint_file(struct cmd *c, const char *path, loader *load)
{
	struct yaml *root;
	struct err e = { 0 };

	return finding(c, yaml_load(&c->arena, path, &root, &e) < 0 ||
	    load(c, root, &e) < 0 ? -1 : 0, &e);
}

/* Files of a folder that are not the named ones; NULL ends them. */
static int
lint_folder(struct cmd *c, const char *folder, loader *load,
    const char *const *but)
{
	const char *const *paths;
	size_t n = 0;
	struct err e = { 0 };
	int found = finding(c, cmd_rule_files(c, folder, ".yaml", &paths, &n,
	    &e), &e);

	for (size_t i = 0; i < n; i++) {
		const char *base = strrchr(paths[i], '/') + 1;
		size_t k = 0;

		while (but[k] != NULL && strcmp(but[k], base) != 0)
			k++;
		if (but[k] == NULL)
			found += lint_file(c, paths[i], load);
	}
	return found;
}

static int
lint_alerts(struct cmd *c)
{
	static const char *const ours[] = { "episodes.yaml",
		"thresholds.yaml", "routing.yaml", NULL };
	struct yaml *episodes, *thresholds, *routing;
	struct alert_rules rules;
	struct err e = { 0 };

	return lint_folder(c, "alerts", load_alert_map, ours) +
	    finding(c, cmd_rule_yaml(c, "alerts/episodes.yaml", &episodes,
	    &e) < 0 || cmd_rule_yaml(c, "alerts/thresholds.yaml", &thresholds,
	    &e) < 0 || cmd_rule_yaml(c, "alerts/routing.yaml", &routing,
	    &e) < 0 || alert_rules_load(&rules, &c->arena, episodes,
	    thresholds, routing, &e) < 0 ? -1 : 0, &e);
}

int
ingest_lint(struct cmd *c, struct err *e)
{
	static const struct {
		const char *name;
		loader *load;
	} file[] = {
		{ "automatic.yaml", load_automatic },
		{ "slack.yaml", load_slack },
		{ "webhook.yaml", load_webhook },
	};
	static const char *const none[] = { NULL };
	int found = secrets_lint(c->secrets, told, c) > 0;

	(void)e;
	for (size_t i = 0; i < sizeof(file) / sizeof(*file); i++) {
		const char *path = cmd_rule_file(c, file[i].name);

		if (path != NULL)
			found += lint_file(c, path, file[i].load);
	}
	found += lint_alerts(c);
	found += lint_folder(c, "import", load_import_map, none);
	return found > 0;
}
