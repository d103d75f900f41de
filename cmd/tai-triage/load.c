/* The rules, and messages as they see them. */
#include <stdlib.h>
#include <string.h>

#include "triage.h"

#define INCLUDES	8	/* deep */
#define SECRETS		8	/* kinds that a verdict names */

struct loading {
	struct cmd *cmd;
	struct rules *rules;
	const char **loaded;	/* paths */
	size_t n, room;
};

struct including {		/* the files that are being read */
	const char *path;
	const struct including *by;
	int depth;
};

/* A name below triage/ in one of the folders of the rules, and nowhere else. */
static bool
within(const char *name)
{
	size_t len = strlen(name);

	if (*name == '/' || len < 6 || strcmp(name + len - 5, ".yaml") != 0)
		return false;
	for (const char *p = name; p != NULL; p = strchr(p, '/')) {
		p += *p == '/';
		if (*p == '.' || *p == '/')
			return false;
	}
	return true;
}

static int load_file(struct loading *, const char *,
    const struct including *, struct err *);

static int
load_include(struct loading *l, const struct yaml *y,
    const struct including *by, struct err *e)
{
	const char *path;

	if (y->text == NULL || !within(y->text))
		return yaml_err(y, e, "include is not the name of a .yaml file "
		    "below triage/");
	path = cmd_rule_file(l->cmd, arena_printf(&l->cmd->arena, "triage/%s",
	    y->text));
	if (path == NULL)
		return yaml_err(y, e, "no triage/%s in the rules", y->text);
	for (const struct including *x = by; x != NULL; x = x->by) {
		if (strcmp(x->path, path) == 0)
			return yaml_err(y, e, "%s includes itself", path);
	}
	if (by->depth == INCLUDES)
		return yaml_err(y, e, "includes are nested over %d deep",
		    INCLUDES);
	return load_file(l, path, by, e);
}

/* A file and what it includes, which stands behind its own rules; once. */
static int
load_file(struct loading *l, const char *path, const struct including *by,
    struct err *e)
{
	const struct including here = { path, by, by != NULL ?
	    by->depth + 1 : 0 };
	const struct yaml *list;
	struct yaml *file;

	for (size_t i = 0; i < l->n; i++) {
		if (strcmp(l->loaded[i], path) == 0)
			return 0;
	}
	if (l->n == l->room) {
		l->room = 2 * l->room + 32;
		l->loaded = xreallocarray(l->loaded, l->room,
		    sizeof(*l->loaded));
	}
	if (yaml_load(&l->cmd->arena, path, &file, e) < 0 ||
	    rules_add(l->rules, file, e) < 0)
		return -1;
	l->loaded[l->n++] = path;
	if ((list = yaml_get(file, "include")) != NULL &&
	    list->kind != YAML_LIST)
		return yaml_err(list, e, "include is not a list");
	for (const struct yaml *y = list != NULL ? list->first : NULL;
	    y != NULL; y = y->next) {
		if (load_include(l, y, &here, e) < 0)
			return -1;
	}
	return 0;
}

int
triage_rules(struct cmd *c, struct rules **out, struct err *e)
{
	struct loading l = { .cmd = c };
	const char *const *paths;
	size_t n;
	int rc = 0;

	if (cmd_rule_files(c, "triage", ".yaml", &paths, &n, e) < 0)
		return -1;
	if (n == 0)
		return err_set(e, ERR_CONFIG, "no triage/*.yaml in the rules");
	l.rules = rules_new();
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = load_file(&l, paths[i], NULL, e);
	if (rc == 0)
		rc = rules_ready(l.rules, e);
	free(l.loaded);
	if (rc < 0)
		rules_free(l.rules);
	else
		*out = l.rules;
	return rc;
}

bool
triage_concerns(const struct rec *r)
{
	struct value v;

	return rec_is(r, "type", "message") && rec_is(r, "direction", "in") &&
	    rec_is(r, "role", "customer") && (!rec_get(r, "auto", &v) ||
	    rec_is(r, "auto", "none") || rec_is(r, "auto", "list"));
}

/* What is masked and what is not is judged as one. */
static int
masked(const struct cmd *c, const struct rec **r, struct arena *a,
    struct err *e)
{
	struct buf line = BUF_INIT;
	struct rec *copy;
	int rc = 0;

	if (c->secrets == NULL || !triage_flagged(*r, "secret"))
		return 0;
	if (secrets_redact_json(c->secrets, (*r)->line, (*r)->len, &line) >
	    0) {
		copy = arena_alloc(a, sizeof(*copy));
		rc = rec_parse(copy, arena_strndup(a, line.data, line.len),
		    line.len, e);
		*r = copy;
	}
	buf_free(&line);
	return rc;
}

const char *const *
triage_secrets(const struct message *m, struct arena *a)
{
	const char **names = arena_zalloc(a, (SECRETS + 1) * sizeof(*names));
	const char *texts[] = { m->subject, m->text };
	size_t n = 0, k, len;

	for (size_t i = 0; i < 2; i++) {
		const char *p = texts[i];

		while (n < SECRETS && (p = strstr(p, SECRET_MARK)) != NULL) {
			p += strlen(SECRET_MARK);
			len = strspn(p, "abcdefghijklmnopqrstuvwxyz ");
			if (p[len] != ']' || len == 0 || len > 30)
				continue;
			names[n] = arena_strndup(a, p, len);
			for (k = 0; strcmp(names[k], names[n]) != 0; k++)
				;
			if (k == n)
				n++;
		}
	}
	names[n] = NULL;
	return names;
}

int
triage_message(const struct cmd *c, const struct rec *r, struct message *m,
    struct arena *a, struct err *e)
{
	const struct customer *who = NULL;
	int64_t at;

	if (masked(c, &r, a, e) < 0 || message_of(r, m, a, e) < 0)
		return -1;
	if (!rec_time(r, "at", &at))
		return err_set(e, ERR_INPUT, "at is not a time");
	if (*m->customer != '\0')
		who = customers_at(c->customers, m->customer, at);
	m->tier = who != NULL && *who->tier != '\0' ? who->tier :
	    c->org.default_tier;
	return 0;
}
