/* Alert maps: YAML in, forms out, everything wrong told with its line. */
#include <string.h>
#include <strings.h>

#include "domain/alert/alertmap.h"

#define A (1 << ALERT_ALERT)
#define I (1 << ALERT_INCIDENT)
#define M (1 << ALERT_MAINTENANCE)

static const struct {
	const char *name;
	int kinds;		/* that know it */
	int needs;		/* that cannot do without */
} fields[ALERT_FIELDS] = {
	[A_STATE] = { "state", A, A },
	[A_SEVERITY] = { "severity", A | I, 0 },
	[A_SERVICE] = { "service", A, 0 },
	[A_HOST] = { "host", A, 0 },
	[A_CUSTOMER] = { "customer", A, 0 },
	[A_TITLE] = { "title", A | I | M, A | I },
	[A_TEXT] = { "text", A, 0 },
	[A_STARTED] = { "started", A | I | M, I | M },
	[A_ENDED] = { "ended", A | I | M, M },
	[A_AT] = { "at", A | I | M, 0 },
	[A_METRIC] = { "metric", A, 0 },
	[A_VALUE] = { "value", A, 0 },
	[A_FOR] = { "for", A, 0 },
	[A_BY] = { "by", A, 0 },
	[A_ID] = { "id", I | M, I | M },
	[A_STATUS] = { "status", I, I },
	[A_AFFECTS] = { "affects", I | M, 0 },
	[A_ANNOUNCED] = { "announced", M, 0 },
	[A_WORD_AT] = { "word_at", I, 0 },
	[A_WORD_STATUS] = { "word_status", I, 0 },
	[A_WORD_TEXT] = { "word_text", I, 0 },
	[A_STATE_SERVICE] = { "state_service", I, 0 },
	[A_STATE_IS] = { "state_is", I, 0 },
	[A_COMPLETED] = { "completed", M, 0 },
};

static const char *const kind_names[] = { "alert", "incident",
	"maintenance" };

struct loader {
	struct alert_map *map;
	struct arena *arena;
	struct err *err;
};

static int
load_expr(struct loader *l, const struct yaml *y, struct import_expr **x)
{
	return import_expr_load(&l->map->import, l->arena, y, x, l->err);
}

static int
load_tests(struct loader *l, const struct yaml *form, const char *key,
    struct import_test **tests, size_t *n)
{
	const struct yaml *y = yaml_get(form, key);

	return y == NULL ? 0 : import_tests_load(&l->map->import, l->arena, y,
	    tests, n, l->err);
}

/* One expression, a list of them, or (details) a map of them by label. */
static int
load_list(struct loader *l, const struct yaml *form, const char *key,
    bool labels, struct alert_list *out)
{
	const struct yaml *y = yaml_get(form, key);
	bool one = y != NULL && (y->kind == YAML_SCALAR ||
	    (y->kind == YAML_MAP && !labels));
	size_t n = y == NULL ? 0 : one ? 1 : (size_t)y->count;

	if (y == NULL)
		return 0;
	if (labels && y->kind != YAML_MAP)
		return yaml_err(y, l->err, "%s is not a map of labels", key);
	out->expr = arena_zalloc(l->arena, (n + 1) * sizeof(*out->expr));
	out->label = labels ? arena_zalloc(l->arena, (n + 1) *
	    sizeof(*out->label)) : NULL;
	for (const struct yaml *i = one ? y : y->first; i != NULL;
	    i = one ? NULL : i->next) {
		if (labels)
			out->label[out->n] = i->key;
		if (load_expr(l, i, &out->expr[out->n++]) < 0)
			return -1;
	}
	return 0;
}

static int
load_fields(struct loader *l, struct alert_form *f)
{
	int kind = 1 << f->kind;

	for (size_t i = 0; i < ALERT_FIELDS; i++) {
		const struct yaml *y = yaml_get(f->yaml, fields[i].name);

		if (y != NULL && (fields[i].kinds & kind) == 0)
			return yaml_err(y, l->err, "%s is none of %s's",
			    fields[i].name, kind_names[f->kind]);
		if (y == NULL && (fields[i].needs & kind) != 0 && !f->silent)
			return yaml_err(f->yaml, l->err, "%s is missing",
			    fields[i].name);
		if (y != NULL && load_expr(l, y, &f->field[i]) < 0)
			return -1;
	}
	return 0;
}

static int
load_path(struct loader *l, const struct yaml *form, const char *key,
    const char **out)
{
	const struct yaml *y = yaml_get(form, key);

	if (y != NULL && (y->kind != YAML_SCALAR || y->text == NULL ||
	    *y->text == '\0'))
		return yaml_err(y, l->err, "%s is not a path", key);
	*out = y != NULL ? y->text : NULL;
	return 0;
}

static bool
is_key(const char *key)
{
	static const char *const others[] = { "is", "detect", "where",
		"decode", "items", "labels", "words", "states", "fingerprint", "group",
		"links", "details", "ignore", NULL };

	for (size_t i = 0; others[i] != NULL; i++) {
		if (strcmp(others[i], key) == 0)
			return true;
	}
	for (size_t i = 0; i < ALERT_FIELDS; i++) {
		if (strcmp(fields[i].name, key) == 0)
			return true;
	}
	return false;
}

static int
load_head(struct loader *l, struct alert_form *f)
{
	const struct yaml *y = f->yaml;
	const char *is = yaml_str(y, "is", "alert");

	if (y->kind != YAML_MAP)
		return yaml_err(y, l->err, "a form is a map");
	for (const struct yaml *i = y->first; i != NULL; i = i->next) {
		if (!is_key(i->key))
			return yaml_err(i, l->err, "unknown key '%s'",
			    i->key);
	}
	while (f->kind <= ALERT_MAINTENANCE &&
	    strcmp(kind_names[f->kind], is) != 0)
		f->kind++;
	if (f->kind > ALERT_MAINTENANCE)
		return yaml_err(y, l->err,
		    "is: is alert, incident or maintenance");
	return yaml_bool(y, "ignore", &f->silent, l->err);
}

static int
load_form(struct loader *l, const struct yaml *y, struct alert_form *f)
{
	f->yaml = y;
	if (load_head(l, f) < 0 ||
	    load_tests(l, y, "detect", &f->detect, &f->detects) < 0 ||
	    load_tests(l, y, "where", &f->where, &f->wheres) < 0 ||
	    load_path(l, y, "decode", &f->decode) < 0 ||
	    load_path(l, y, "items", &f->items) < 0 ||
	    load_path(l, y, "labels", &f->labels) < 0 ||
	    load_path(l, y, "words", &f->words) < 0 ||
	    load_path(l, y, "states", &f->states) < 0 ||
	    load_fields(l, f) < 0 ||
	    load_list(l, y, "fingerprint", false, &f->fingerprint) < 0 ||
	    load_list(l, y, "group", false, &f->group) < 0 ||
	    load_list(l, y, "links", false, &f->links) < 0 ||
	    load_list(l, y, "details", true, &f->details) < 0)
		return -1;
	if (f->detects == 0)
		return yaml_err(y, l->err, "detect is missing: what tells "
		    "this form from others");
	if (f->kind == ALERT_ALERT && f->fingerprint.n == 0 && !f->silent)
		return yaml_err(y, l->err, "fingerprint is missing");
	return 0;
}

/* Severities and states that a map gives must be ones that there are. */
static int
check_words(struct loader *l, const struct import_expr *x, const char *what,
    bool (*is_word)(const char *))
{
	const struct yaml *y = x != NULL && x->map != NULL ? x->map->first :
	    NULL;

	for (; y != NULL; y = y->next) {
		if (y->text != NULL && !is_word(y->text))
			return yaml_err(y, l->err, "'%s' is not %s", y->text,
			    what);
	}
	if (x != NULL && x->otherwise != NULL && x->otherwise->text != NULL &&
	    !is_word(x->otherwise->text))
		return yaml_err(x->otherwise, l->err, "'%s' is not %s",
		    x->otherwise->text, what);
	return 0;
}

static bool
is_severity(const char *s)
{
	return alert_severity(s) != 0;
}

static bool
is_state(const char *s)
{
	return strcmp(s, "firing") == 0 || strcmp(s, "resolved") == 0 ||
	    strcmp(s, "acknowledged") == 0 || strcmp(s, "ignored") == 0;
}

int
alert_map_load(struct alert_map *m, struct arena *a, const char *name,
    const struct yaml *root, struct err *e)
{
	static const char *const keys[] = { "customers", "forms", NULL };
	struct loader l = { m, a, e };
	const struct yaml *forms = yaml_get(root, "forms");

	memset(m, 0, sizeof(*m));
	m->name = m->import.name = name;
	m->import.file = root->file;
	m->import.decimal = '.';
	m->customers = yaml_get(root, "customers");
	if (yaml_only(root, keys, e) < 0)
		return -1;
	if (m->customers != NULL && m->customers->kind != YAML_MAP)
		return yaml_err(m->customers, e, "customers is not a map");
	if (forms == NULL || forms->kind != YAML_LIST || forms->count == 0)
		return yaml_err(forms != NULL ? forms : root, e,
		    "forms is not a list");
	m->form = arena_zalloc(a, (size_t)forms->count * sizeof(*m->form));
	for (const struct yaml *y = forms->first; y != NULL; y = y->next) {
		struct alert_form *f = &m->form[m->forms++];

		if (load_form(&l, y, f) < 0 ||
		    check_words(&l, f->field[A_SEVERITY], "P1, P2, P3 or P4",
		    is_severity) < 0 ||
		    check_words(&l, f->field[A_STATE], "firing, resolved, "
		    "acknowledged or ignored", is_state) < 0)
			return -1;
	}
	return 0;
}

static void
free_list(struct alert_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		if (list->expr[i] != NULL && list->expr[i]->match != NULL)
			pattern_free(list->expr[i]->match);
	}
}

void
alert_map_free(struct alert_map *m)
{
	for (size_t i = 0; i < m->forms; i++) {
		struct alert_form *f = &m->form[i];

		for (size_t k = 0; k < ALERT_FIELDS; k++) {
			if (f->field[k] != NULL && f->field[k]->match != NULL)
				pattern_free(f->field[k]->match);
		}
		free_list(&f->fingerprint);
		free_list(&f->group);
		free_list(&f->links);
		free_list(&f->details);
	}
	m->forms = 0;
}

int
alert_severity(const char *s)
{
	return s != NULL && (*s == 'P' || *s == 'p') && s[1] >= '1' &&
	    s[1] <= '4' && s[2] == '\0' ? s[1] - '0' : 0;
}
