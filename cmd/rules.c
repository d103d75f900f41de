/* The policy files: where they lie, and the ones that most verbs need. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/time.h"
#include "private.h"

static bool
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The folder of the program: bin/ beside share/, or of the build tree. */
static const char *
program_folder(struct cmd *c)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (n <= 0)
		return ".";
	path[n] = '\0';
	if ((slash = strrchr(path, '/')) != NULL)
		*slash = '\0';
	return arena_strdup(&c->arena, path);
}

static char *
installed(struct cmd *c, const char *name)
{
	const char *bin = program_folder(c);
	char *path = arena_printf(&c->arena, "%s/../share/tai/%s", bin, name);

	if (!is_folder(path))
		path = arena_printf(&c->arena, "%s/../../%s", bin, name);
	return path;
}

void
rules_path(struct cmd *c, const char *option)
{
	const char *path = option != NULL ? option : getenv("TAI_RULES");
	size_t n = 0, room = 4;

	c->own->installed = installed(c, "rules");
	if (path == NULL || *path == '\0')
		path = c->own->installed;
	for (const char *p = path; *p != '\0'; p++)
		room += *p == ':';
	c->own->rules = arena_zalloc(&c->arena, room * sizeof(char *));
	c->own->templates = arena_zalloc(&c->arena, room * sizeof(char *));
	while (*path != '\0') {
		size_t len = strcspn(path, ":");

		if (len > 0) {
			char *folder = arena_strndup(&c->arena, path, len);

			c->own->rules[n] = folder;
			c->own->templates[n++] = arena_printf(&c->arena,
			    "%s/templates", folder);
		}
		path += len + (path[len] == ':');
	}
	/* The words lie in the rules, beside the program, or beside the rules. */
	c->own->templates[n] = installed(c, "templates");
	if (n > 0)
		c->own->templates[n + 1] = arena_printf(&c->arena,
		    "%s/../templates", c->own->rules[n - 1]);
}

static const char *
find_file(struct cmd *c, char **folders, const char *name)
{
	for (; *folders != NULL; folders++) {
		char *path = arena_printf(&c->arena, "%s/%s", *folders, name);

		if (access(path, F_OK) == 0)
			return path;
	}
	return NULL;
}

const char *
cmd_rule_file(struct cmd *c, const char *name)
{
	return find_file(c, c->own->rules, name);
}

int
cmd_other_rules(struct cmd *c, const char *path, int (*use)(struct cmd *,
    void *, struct err *), void *arg, struct err *e)
{
	char **rules = c->own->rules, **templates = c->own->templates;
	int rc;

	rules_path(c, path);
	rc = use(c, arg, e);
	c->own->rules = rules;
	c->own->templates = templates;
	return rc;
}

static int
by_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* All files with the ending in the folder of that name below each root. */
static int
list_files(struct cmd *c, char **roots, const char *folder,
    const char *ending, const char *const **paths, size_t *n, struct err *e)
{
	const char **list = NULL;
	size_t room = 0, end = strlen(ending);

	*n = 0;
	for (char **f = roots; *f != NULL; f++) {
		char *path = arena_printf(&c->arena, "%s/%s", *f, folder);
		size_t first = *n;
		struct dirent *d;
		DIR *dir = opendir(path);

		if (dir == NULL && errno == ENOENT)
			continue;
		if (dir == NULL)
			return err_set(e, ERR_CONFIG, "cannot open '%s': %s",
			    path, strerror(errno));
		while ((d = readdir(dir)) != NULL) {
			size_t len = strlen(d->d_name);

			if (d->d_name[0] == '.' || len <= end ||
			    strcmp(d->d_name + len - end, ending) != 0)
				continue;
			if (*n == room) {
				const char **grown = arena_alloc(&c->arena,
				    (room = 2 * room + 16) * sizeof(*list));

				if (*n > 0)
					memcpy(grown, list,
					    *n * sizeof(*list));
				list = grown;
			}
			list[(*n)++] = arena_printf(&c->arena, "%s/%s", path,
			    d->d_name);
		}
		closedir(dir);
		if (*n > first)
			qsort(list + first, *n - first, sizeof(*list),
			    by_text);
	}
	*paths = list;
	return 0;
}

int
cmd_rule_files(struct cmd *c, const char *folder, const char *ending,
    const char *const **paths, size_t *n, struct err *e)
{
	return list_files(c, c->own->rules, folder, ending, paths, n, e);
}

int
cmd_template_files(struct cmd *c, const char *folder, const char *ending,
    const char *const **paths, size_t *n, struct err *e)
{
	return list_files(c, c->own->templates, folder, ending, paths, n, e);
}

int
cmd_rule_yaml(struct cmd *c, const char *name, struct yaml **root,
    struct err *e)
{
	const char *path = cmd_rule_file(c, name);

	if (path == NULL)
		return err_set(e, ERR_CONFIG, "no %s in the rules (%s%s)",
		    name, c->own->rules[0] != NULL ? c->own->rules[0] : "-r",
		    c->own->rules[0] != NULL && c->own->rules[1] != NULL ?
		    " and others" : "");
	return yaml_load(&c->arena, path, root, e);
}

int
cmd_template(struct cmd *c, const char *name, const char **text, size_t *len,
    struct err *e)
{
	const char *path = find_file(c, c->own->templates, name);
	struct buf b = BUF_INIT;
	int rc = -1;

	if (path == NULL)
		return err_set(e, ERR_CONFIG, "no template '%s'", name);
	if (file_read(path, (size_t)1 << 20, &b, e) == 0) {
		*text = arena_strndup(&c->arena, b.data, b.len);
		*len = b.len;
		rc = 0;
	}
	buf_free(&b);
	return rc;
}

static int
check_columns(const struct csv *csv, const char *path, struct err *e)
{
	const char *name;

	for (size_t i = 0; (name = csv_column(csv, i)) != NULL; i++) {
		const char *const *known = customer_columns;

		while (*known != NULL && strcmp(*known, name) != 0)
			known++;
		if (*known == NULL)
			return err_set(e, ERR_CONFIG, "%s:1: customers have "
			    "no column '%s'", path, name);
	}
	return 0;
}

/* A bad row is told and left out; the others serve on. */
static int
customers_csv(struct cmd *c, const char *path, struct err *e)
{
	struct err why = { 0 };
	struct csv *csv;
	int got;

	if (csv_load(&csv, path, &why) < 0)
		return err_set(e, why.kind == ERR_INPUT ? ERR_CONFIG :
		    why.kind, "%s", why.text);
	if (check_columns(csv, path, e) < 0) {
		csv_free(csv);
		return -1;
	}
	for (;;) {
		struct err bad = { 0 };
		const char *where;

		if ((got = csv_next(csv, &bad)) == 0)
			break;
		if (got < 0) {
			cmd_warn(c, ERR_CONFIG, "%s", bad.text);
			continue;
		}
		where = arena_printf(&c->arena, "%s:%zu", path, csv_line(csv));
		if (customers_add_row(c->customers, csv, where, &bad) < 0)
			cmd_warn(c, ERR_CONFIG, "%s: %s", where, bad.text);
	}
	csv_free(csv);
	return 0;
}

static int
customers_yaml(struct cmd *c, const char *path, struct err *e)
{
	struct yaml *root = NULL;

	if (yaml_load(&c->arena, path, &root, e) < 0)
		return -1;
	if (root->kind != YAML_LIST)
		return yaml_err(root, e, "customers are not a list");
	for (const struct yaml *y = root->first; y != NULL; y = y->next) {
		struct err bad = { 0 };

		if (customers_add_yaml(c->customers, y, &bad) < 0)
			cmd_warn(c, ERR_CONFIG, "%s", bad.text);
	}
	return 0;
}

static int
load_customers(struct cmd *c, struct err *e)
{
	const char *csv = cmd_rule_file(c, "customers.csv");
	const char *yaml = cmd_rule_file(c, "customers.yaml");

	c->customers = customers_new(c->org.zone);
	if (csv != NULL && customers_csv(c, csv, e) < 0)
		return -1;
	return yaml != NULL ? customers_yaml(c, yaml, e) : 0;
}

struct warned {			/* of a customer whose tier is none */
	const char *customer;
	struct warned *next;
};

static bool
tier_known(void *arg, const char *tier)
{
	const char *name;

	for (size_t i = 0; (name = policy_tier(arg, i)) != NULL; i++) {
		if (strcmp(name, tier) == 0)
			return true;
	}
	return false;
}

/* A tier that is not in a file is told at once, whoever has a ticket. */
static int
check_tiers(struct cmd *c, struct err *e)
{
	struct err bad = { 0 };

	if (!tier_known(c->policy, c->org.default_tier))
		return err_set(e, ERR_CONFIG, "%s:%d: default_tier '%s' is no "
		    "tier of sla.yaml", c->org.root->file,
		    yaml_get(c->org.root, "default_tier")->line,
		    c->org.default_tier);
	/* Its customer has the default tier: see cmd_tier. */
	if (customers_tiers(c->customers, tier_known, c->policy, &bad) < 0)
		cmd_warn(c, bad.kind, "%s, the default '%s' is taken",
		    bad.text, c->org.default_tier);
	return 0;
}

static bool
tier_named(void *arg, const char *tier)
{
	return yaml_get(*(const struct yaml **)arg, tier) != NULL;
}

const struct yaml *
cmd_tiers(struct cmd *c)
{
	const char *path = cmd_rule_file(c, "sla.yaml");
	struct err ignored = { 0 };
	const struct yaml *tiers;
	struct yaml *root;

	if (path == NULL || yaml_load(&c->arena, path, &root, &ignored) < 0)
		return NULL;
	tiers = yaml_get(root, "tiers");
	return tiers != NULL && tiers->kind == YAML_MAP ? tiers : NULL;
}

/* The same for verbs that ask sla.yaml for nothing else. */
static void
look_at_tiers(struct cmd *c)
{
	const struct yaml *tiers = cmd_tiers(c);
	struct err bad = { 0 };

	if (tiers == NULL || customers_tiers(c->customers, tier_named, &tiers,
	    &bad) == 0)
		return;
	cmd_warn(c, bad.kind, "%s, the default '%s' is taken", bad.text,
	    c->org.default_tier);
	customers_default_tiers(c->customers, tier_named, &tiers);
}

static int
stored_customers(struct cmd *c, struct err *e)
{
	static const char *const types[] = { "customer", NULL };
	struct rec *r = xmalloc(sizeof(*r));
	struct cursor *cur;
	int64_t seq;
	int got = -1;

	if (store_log(c->store, types, NULL, 0, &cur, e) == 0) {
		while ((got = cursor_record(cur, r, &seq, e)) == 1) {
			if (customers_add_record(c->customers, r, e) < 0) {
				got = -1;
				break;
			}
		}
		cursor_close(cur);
	}
	free(r);
	return got;
}

static int
load_contracts(struct cmd *c, struct policy *p, struct err *e)
{
	struct yaml *root = NULL;

	if (cmd_rule_file(c, "contracts.yaml") == NULL)
		return 0;
	return cmd_rule_yaml(c, "contracts.yaml", &root, e) < 0 ? -1 :
	    policy_contracts(p, root, c->calendars, e);
}

static int
load_sla(struct cmd *c, struct err *e)
{
	struct yaml *root = NULL;

	if (cmd_calendars(c, NULL, e) < 0 ||
	    cmd_rule_yaml(c, "sla.yaml", &root, e) < 0)
		return -1;
	if (policy_load(&c->policy, root, c->calendars, e) < 0)
		return -1;
	return load_contracts(c, c->policy, e);
}

int
cmd_policy(struct cmd *c, const char *path, struct policy **out,
    struct err *e)
{
	struct cmd present = *c;
	char **rules = c->own->rules;
	struct yaml *root = NULL;
	size_t n = 0;
	int rc;

	if (!is_folder(path)) {
		if (yaml_load(&c->arena, path, &root, e) < 0 ||
		    policy_load(out, root, c->calendars, e) < 0)
			return -1;
		return load_contracts(c, *out, e);
	}
	while (rules[n] != NULL)
		n++;
	c->own->rules = arena_zalloc(&c->arena, (n + 2) * sizeof(*rules));
	c->own->rules[0] = arena_strdup(&c->arena, path);
	memcpy(c->own->rules + 1, rules, n * sizeof(*rules));
	c->calendars = NULL;
	rc = load_sla(c, e);
	*out = c->policy;
	c->own->rules = rules;
	c->policy = present.policy;
	c->calendars = present.calendars;
	return rc;
}

static enum store_mode
store_mode(const struct cmd *c, int needs)
{
	bool writes = !c->dry && (needs & (MAY_WRITE | MAY_INDEX));

	if (writes && (needs & MAY_INDEX) && !store_writable(c->db))
		writes = false;
	return writes ? STORE_WRITE : STORE_READ;
}

int
cmd_open(struct cmd *c, int needs, struct err *e)
{
	struct yaml *root = NULL;

	for (char **f = c->own->rules; *f != NULL; f++) {
		if (!is_folder(*f))
			return err_set(e, ERR_CONFIG,
			    "no folder '%s' in the path of rules", *f);
	}
	if (needs & NO_STORE)
		c->db = NULL;
	if ((needs & NEED_STORE) && c->db == NULL)
		return err_set(e, ERR_USAGE,
		    "this needs a store: -d FILE or TAI_DB");
	if (needs & NEED_ORG) {
		if (cmd_rule_yaml(c, "org.yaml", &root, e) < 0 ||
		    org_load(&c->org, &c->arena, root, e) < 0 ||
		    load_customers(c, e) < 0 || load_people(c, e) < 0)
			return -1;
	}
	if ((needs & NEED_ORG) && !(needs & NEED_SLA))
		look_at_tiers(c);
	if ((needs & NEED_SLA) && load_sla(c, e) < 0)
		return -1;
	if ((needs & NEED_SLA) && (needs & NEED_ORG) && check_tiers(c, e) < 0)
		return -1;
	if ((needs & NEED_SECRETS) && load_secrets(c, e) < 0)
		return -1;
	if (c->db == NULL)
		return 0;
	/* A slip in the name would begin another one. */
	if ((needs & NEED_STORE || c->pending) && !(needs & MAKE_STORE) &&
	    access(c->db, F_OK) < 0)
		return err_set(e, ERR_IO, "cannot open store '%s': %s", c->db,
		    strerror(errno));
	if (store_open(&c->store, c->db, store_mode(c, needs), e) < 0)
		return -1;
	return needs & NEED_ORG ? stored_customers(c, e) : 0;
}

/* The customer's tier is none of sla.yaml: said once. */
static void
warn_of_tier(struct cmd *c, const char *customer, const char *tier)
{
	struct warned *w = c->own->warned;

	while (w != NULL && strcmp(w->customer, customer) != 0)
		w = w->next;
	if (w != NULL)
		return;
	w = arena_alloc(&c->arena, sizeof(*w));
	w->customer = arena_strdup(&c->arena, customer);
	w->next = c->own->warned;
	c->own->warned = w;
	cmd_warn(c, ERR_INPUT, "customer '%s': no tier '%s' in sla.yaml, the "
	    "default '%s' is taken", customer, tier, c->org.default_tier);
}

/* A ticket without a target would be in no report. */
const char *
cmd_tier(struct cmd *c, const struct ticket *t)
{
	const struct customer *who = NULL;

	if (*t->customer != '\0')
		who = customers_at(c->customers, t->customer, t->opened);
	if (who == NULL || *who->tier == '\0')
		return c->org.default_tier;
	if (c->policy == NULL || tier_known(c->policy, who->tier))
		return who->tier;
	if (!who->of_file)
		warn_of_tier(c, t->customer, who->tier);
	return c->org.default_tier;
}

struct clock_ask
cmd_clock_ask(struct cmd *c, const struct ticket *t)
{
	const char *tier = cmd_tier(c, t);
	const struct customer *who = customers_at(c->customers, t->customer,
	    t->opened);

	return (struct clock_ask){ .policy = c->policy,
		.customers = c->customers, .tier = tier, .now = c->now,
		.no_tier = who != NULL && *who->tier != '\0' &&
		strcmp(who->tier, tier) != 0 };
}
