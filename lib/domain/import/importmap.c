/* Import maps: YAML in, rules out, everything wrong told with its line. */
#include <string.h>
#include <strings.h>

#include "domain/import/importmap.h"
#include "domain/model.h"
#include "format/when.h"

#define T (1 << IMPORT_TICKET)
#define C (1 << IMPORT_COMMENT)
#define H (1 << IMPORT_CHANGE)
#define R (1 << IMPORT_RATING)
#define P (1 << IMPORT_PERSON)
#define O (1 << IMPORT_COMPANY)

static const struct {
	const char *name;
	int kinds;		/* that know it */
	int needs;		/* that cannot do without */
} fields[IMPORT_FIELDS] = {
	[F_ID] = { "id", T | C | H | R | P | O, T | P | O },
	[F_TICKET] = { "ticket", C | H | R, 0 },
	[F_CREATED] = { "created", T | C | H | R, C | H | R },
	[F_UPDATED] = { "updated", T, 0 },
	[F_AUTHOR] = { "author", T | C | H | R, 0 },
	[F_AUTHOR_ADDRESS] = { "author_address", T | C | H | R, 0 },
	[F_AUTHOR_NAME] = { "author_name", T | C | H | R, 0 },
	[F_ROLE] = { "role", T | C | P, 0 },
	[F_REQUESTER] = { "requester", T, 0 },
	[F_REQUESTER_ADDRESS] = { "requester_address", T, 0 },
	[F_REQUESTER_NAME] = { "requester_name", T, 0 },
	[F_COMPANY] = { "company", T | P, 0 },
	[F_SUBJECT] = { "subject", T | C, 0 },
	[F_TEXT] = { "text", T | C | R, 0 },
	[F_HTML] = { "html", T | C, 0 },
	[F_PUBLIC] = { "public", C, 0 },
	[F_CHANNEL] = { "channel", T | C, 0 },
	[F_TO] = { "to", T | C, 0 },
	[F_AUTO] = { "auto", T | C, 0 },
	[F_MESSAGE_ID] = { "message_id", T | C, 0 },
	[F_IN_REPLY_TO] = { "in_reply_to", T | C, 0 },
	[F_STATUS] = { "status", T | C | H, 0 },
	[F_SEVERITY] = { "severity", T | C | H, 0 },
	[F_CATEGORY] = { "category", T | C | H, 0 },
	[F_TOPIC] = { "topic", T | C | H, 0 },
	[F_TAGS] = { "tags", T, 0 },
	[F_ASSIGNEE] = { "assignee", T | C | H, 0 },
	[F_WAITING] = { "waiting", T, 0 },
	[F_RESOLVED] = { "resolved", T, 0 },
	[F_CLOSED] = { "closed", T, 0 },
	[F_MERGED_INTO] = { "merged_into", T | C | H, 0 },
	[F_MERGED_FROM] = { "merged_from", T | C | H, 0 },
	[F_SCORE] = { "score", R, R },
	[F_ADDRESS] = { "address", P, 0 },
	[F_NAME] = { "name", P | O, 0 },
	[F_DOMAINS] = { "domains", O, 0 },
};

static const char *const kind_names[] = { "ticket", "comment", "change",
	"rating", "person", "company" };

struct loader {
	struct import_map *map;
	struct arena *arena;
	struct err *err;
};

/* A scalar or a list of them as texts, NULL ends; NULL when it is neither. */
static const char *const *
texts(struct loader *l, const struct yaml *y)
{
	const char **out;
	size_t n = 0;

	out = arena_zalloc(l->arena, ((size_t)(y->kind == YAML_LIST ?
	    y->count : 1) + 1) * sizeof(*out));
	if (y->kind == YAML_SCALAR) {
		if ((out[0] = y->text) == NULL)
			return NULL;
		return out;
	}
	if (y->kind != YAML_LIST)
		return NULL;
	for (const struct yaml *i = y->first; i != NULL; i = i->next) {
		if (i->kind != YAML_SCALAR || i->text == NULL)
			return NULL;
		out[n++] = i->text;
	}
	return out;
}

static int
texts_of(struct loader *l, const struct yaml *y, const char *key,
    const char *const **out)
{
	const struct yaml *list = yaml_get(y, key);
	static const char *const none[] = { NULL };

	*out = none;
	if (list != NULL && (*out = texts(l, list)) == NULL)
		return yaml_err(list, l->err, "%s is not a text or a list of "
		    "texts", key);
	return 0;
}

/* "^custom_fields[id=123].value": the part with = is ours, the rest a path. */
static int
load_path(struct loader *l, const struct yaml *y, const char *text,
    struct import_path *p)
{
	const char *open, *eq, *end;

	if (*text == '\0' || strlen(text) > 500)
		return yaml_err(y, l->err, "a path is empty or too long");
	if (*text == '^') {
		p->up = arena_zalloc(l->arena, sizeof(*p->up));
		text++;
	}
	p->path = text;
	if (l->map->table) {
		if (p->up != NULL || strpbrk(text, "\"\\") != NULL)
			return yaml_err(y, l->err, "'%s' is not a column's "
			    "name", text);
		p->path = arena_printf(l->arena, "\"%s\"", text);
		return 0;
	}
	for (open = text; (open = strchr(open, '[')) != NULL; open++) {
		eq = open + strcspn(open, "=]");
		if (*eq != '=')
			continue;
		if ((end = strchr(eq, ']')) == NULL)
			return yaml_err(y, l->err, "'%s' has no ]", text);
		p->path = arena_strndup(l->arena, text,
		    (size_t)(open - text));
		p->name = arena_strndup(l->arena, open + 1,
		    (size_t)(eq - open - 1));
		p->value = arena_strndup(l->arena, eq + 1,
		    (size_t)(end - eq - 1));
		p->rest = end + 1 + (end[1] == '.');
		return 0;
	}
	return 0;
}

static int
load_paths(struct loader *l, const struct yaml *y, struct import_expr *x)
{
	const char *const *list = texts(l, y);

	if (list == NULL || list[0] == NULL)
		return yaml_err(y, l->err, "not a path or a list of paths");
	while (list[x->paths] != NULL)
		x->paths++;
	x->path = arena_zalloc(l->arena, x->paths * sizeof(*x->path));
	for (size_t i = 0; i < x->paths; i++) {
		if (load_path(l, y, list[i], &x->path[i]) < 0)
			return -1;
	}
	return 0;
}

static int
load_made(struct loader *l, const struct yaml *y, struct import_expr *x)
{
	const char *match = yaml_str(y, "match", NULL);
	const char *money = yaml_str(y, "money", NULL);
	struct err bad = { 0 };

	x->constant = yaml_str(y, "value", NULL);
	x->map = yaml_get(y, "map");
	x->otherwise = yaml_get(y, "else");
	x->each = yaml_str(y, "each", NULL);
	x->format = yaml_str(y, "format", NULL);
	if (x->map != NULL && x->map->kind != YAML_MAP)
		return yaml_err(x->map, l->err, "map is not a map");
	if (x->otherwise != NULL && x->otherwise->kind != YAML_SCALAR)
		return yaml_err(x->otherwise, l->err, "else is not a text");
	if (x->format != NULL && !when_format(x->format))
		return yaml_err(yaml_get(y, "format"), l->err,
		    "'%s' is not a format of moments", x->format);
	if (money != NULL && strcmp(money, "units") != 0 &&
	    strcmp(money, "minor") != 0)
		return yaml_err(yaml_get(y, "money"), l->err,
		    "money is units or minor");
	x->major = money != NULL && *money == 'u';
	if (yaml_bool(y, "optional", &x->optional, l->err) < 0 ||
	    yaml_bool(y, "html", &x->html, l->err) < 0)
		return -1;
	if (match != NULL && pattern_new(&x->match, match, &bad) < 0)
		return yaml_err(yaml_get(y, "match"), l->err, "%s", bad.text);
	return 0;
}

static bool
are_scalars(const struct yaml *y)
{
	for (const struct yaml *i = y->first; i != NULL; i = i->next) {
		if (i->kind != YAML_SCALAR)
			return false;
	}
	return y->kind != YAML_MAP;
}

/* [path, ...]: all are there; { path: text or texts }: one of these. */
static int
load_tests(struct loader *l, const struct yaml *y, struct import_test **out,
    size_t *n)
{
	struct import_test *t;

	*out = t = arena_zalloc(l->arena, ((size_t)y->count + 1) *
	    sizeof(*t));
	if (y->kind == YAML_SCALAR)
		return yaml_err(y, l->err, "a condition is a list or a map");
	for (const struct yaml *i = y->first; i != NULL; i = i->next, t++) {
		const char *path = y->kind == YAML_MAP ? i->key : i->text;

		++*n;
		if (path == NULL)
			return yaml_err(i, l->err, "not a path");
		if (load_path(l, i, path, &t->path) < 0)
			return -1;
		if (y->kind == YAML_LIST)
			continue;
		t->wants = i;
		if (!are_scalars(i))
			return yaml_err(i, l->err,
			    "not a text or a list of texts");
	}
	return 0;
}

/* path | [path, ...] | { at: or join:, map:, else:, match:, ... } */
static int
load_expr(struct loader *l, const struct yaml *y, struct import_expr **out)
{
	static const char *const keys[] = { "at", "join", "map", "else",
		"match", "format", "each", "value", "optional", "money", "when",
		"html", NULL };
	struct import_expr *x = arena_zalloc(l->arena, sizeof(*x));
	const struct yaml *at, *join, *when = yaml_get(y, "when");

	*out = x;
	x->yaml = y;
	if (y->kind != YAML_MAP)
		return load_paths(l, y, x);
	if (yaml_only(y, keys, l->err) < 0 || load_made(l, y, x) < 0)
		return -1;
	if (when != NULL && load_tests(l, when, &x->test, &x->tests) < 0)
		return -1;
	at = yaml_get(y, "at");
	join = yaml_get(y, "join");
	x->join = join != NULL;
	if ((at != NULL) + (join != NULL) + (x->constant != NULL) != 1)
		return yaml_err(y, l->err, "one of at, join or value says "
		    "where it is from");
	return x->constant != NULL ? 0 : load_paths(l, at != NULL ? at : join,
	    x);
}

/* What a map makes of it must be a status, a severity, a role. */
static int
check_made(struct loader *l, enum import_field f, const struct yaml *made)
{
	static const char *const roles[] = { "customer", "agent", "auto",
		"system", NULL };
	const char *s = made->kind == YAML_SCALAR ? made->text : NULL;
	bool good = true;

	if (made->kind != YAML_SCALAR)
		return yaml_err(made, l->err, "not a text");
	if (s == NULL)
		return 0;
	if (f == F_STATUS)
		good = status_parse(s) >= 0;
	else if (f == F_SEVERITY)
		good = severity_parse(s) >= 0;
	else if (f == F_PUBLIC)
		good = strcmp(s, "true") == 0 || strcmp(s, "false") == 0;
	for (int i = 0; f == F_ROLE; i++) {
		if (roles[i] == NULL) {
			good = false;
			break;
		}
		if (strcmp(s, roles[i]) == 0)
			break;
	}
	return good ? 0 : yaml_err(made, l->err, "'%s' is no %s", s,
	    fields[f].name);
}

static int
check_expr(struct loader *l, enum import_field f, const struct import_expr *x)
{
	const struct yaml *i;

	for (i = x->map != NULL ? x->map->first : NULL; i; i = i->next) {
		if (check_made(l, f, i) < 0)
			return -1;
	}
	if (x->otherwise != NULL && check_made(l, f, x->otherwise) < 0)
		return -1;
	if ((f == F_SEVERITY || f == F_STATUS) && x->map == NULL &&
	    x->constant == NULL)
		return yaml_err(x->yaml, l->err, "%s needs a map",
		    fields[f].name);
	return 0;
}

static int
load_files(struct loader *l, const struct yaml *y, struct import_rule *r)
{
	static const struct {
		const char *name;
		enum import_field field;
	} parts[] = { { "at", F_FILES }, { "name", F_FILE_NAME },
	    { "type", F_FILE_TYPE }, { "size", F_FILE_SIZE },
	    { "url", F_FILE_URL } };
	static const char *const keys[] = { "at", "name", "type", "size",
		"url", NULL };

	if (y->kind != YAML_MAP || yaml_get(y, "at") == NULL)
		return yaml_err(y, l->err, "attachments is a map with at");
	if (yaml_only(y, keys, l->err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		const struct yaml *part = yaml_get(y, parts[i].name);

		if (part != NULL && load_expr(l, part,
		    &r->field[parts[i].field]) < 0)
			return -1;
	}
	return 0;
}

static int
load_field(struct loader *l, const struct yaml *y, struct import_rule *r)
{
	int f = 0;

	while (f < IMPORT_FIELDS && (fields[f].name == NULL ||
	    strcmp(fields[f].name, y->key) != 0))
		f++;
	if (f == IMPORT_FIELDS || !(fields[f].kinds & 1 << r->kind))
		return yaml_err(y, l->err, "a %s has no '%s'",
		    kind_names[r->kind], y->key);
	if (load_expr(l, y, &r->field[f]) < 0)
		return -1;
	return check_expr(l, (enum import_field)f, r->field[f]);
}

static int
load_entry(struct loader *l, const struct yaml *y, struct import_rule *r)
{
	static const char *const own[] = { "is", "in", "drop", "where",
		"opening", NULL };

	for (int i = 0; own[i] != NULL; i++) {
		if (strcmp(y->key, own[i]) == 0)
			return 0;
	}
	if (r->kind == IMPORT_RECORD) {
		struct import_column *c = &r->column[r->columns++];

		c->name = y->key;
		if (strcmp(y->key, "id") == 0 || strcmp(y->key, "type") == 0 ||
		    strcmp(y->key, "v") == 0 || y->key[strspn(y->key,
		    "abcdefghijklmnopqrstuvwxyz_0123456789")] != '\0')
			return yaml_err(y, l->err, "'%s' is no field's name "
			    "here", y->key);
		return load_expr(l, y, &c->expr);
	}
	if (strcmp(y->key, "attachments") == 0 &&
	    (r->kind == IMPORT_TICKET || r->kind == IMPORT_COMMENT))
		return load_files(l, y, r);
	return load_field(l, y, r);
}

static int
load_kind(struct loader *l, const struct yaml *y, struct import_rule *r)
{
	const char *is = yaml_str(y, "is", "");
	int k = 0;

	while (k < IMPORT_RECORD && strcmp(is, kind_names[k]) != 0)
		k++;
	r->kind = (enum import_kind)k;
	r->yaml = y;
	if (k < IMPORT_RECORD)
		return 0;
	if (!type_known(is) || type_derived(is) ||
	    strcmp(is, "message") == 0)
		return yaml_err(y, l->err, "is: '%s' is no kind of item", is);
	r->record = is;
	return 0;
}

static int
load_rule(struct loader *l, const struct yaml *y, struct import_rule *r)
{
	const struct yaml *where = yaml_get(y, "where");
	const char *opening = yaml_str(y, "opening", "always");

	if (y->kind != YAML_MAP)
		return yaml_err(y, l->err, "an item is a map");
	if (load_kind(l, y, r) < 0 || texts_of(l, y, "in", &r->in) < 0 ||
	    texts_of(l, y, "drop", &r->drop) < 0)
		return -1;
	if (where != NULL && load_tests(l, where, &r->test, &r->tests) < 0)
		return -1;
	if (!l->map->table && where == NULL && r->in[0] == NULL)
		return yaml_err(y, l->err, "neither in nor where tells which "
		    "items these are");
	r->alone = strcmp(opening, "alone") == 0;
	if (!r->alone && strcmp(opening, "always") != 0)
		return yaml_err(yaml_get(y, "opening"), l->err,
		    "opening is always or alone");
	r->column = arena_zalloc(l->arena, (size_t)y->count *
	    sizeof(*r->column));
	for (const struct yaml *i = y->first; i != NULL; i = i->next) {
		if (load_entry(l, i, r) < 0)
			return -1;
	}
	for (int f = 0; f < IMPORT_FIELDS && r->kind < IMPORT_RECORD; f++) {
		if (fields[f].needs & 1 << r->kind && r->field[f] == NULL)
			return yaml_err(y, l->err, "a %s needs '%s'",
			    kind_names[r->kind], fields[f].name);
	}
	return 0;
}

/* Encodings that can be cut anywhere: UTF, or a byte a character. */
static bool
is_encoding(const char *s)
{
	static const char *const known[] = { "utf-8", "utf-16", "cp125",
		"windows-125", "iso-8859-", "latin1", "koi8-", "macintosh",
		"cp437", "cp850", "us-ascii", NULL };

	for (int i = 0; s != NULL && known[i] != NULL; i++) {
		if (strncasecmp(s, known[i], strlen(known[i])) == 0)
			return true;
	}
	return s == NULL;
}

static int
load_table(struct loader *l, const struct yaml *y)
{
	static const char *const keys[] = { "delimiter", "encoding", "zone",
		"decimal", "format", NULL };
	struct import_map *m = l->map;
	const char *s = yaml_str(y, "delimiter", ",");
	const char *zone = yaml_str(y, "zone", NULL);
	const char *decimal = yaml_str(y, "decimal", ".");

	if (y->kind != YAML_MAP || yaml_only(y, keys, l->err) < 0)
		return yaml_err(y, l->err, "csv is not a map");
	if (strcmp(s, "tab") == 0)
		s = "\t";
	if (strlen(s) != 1 || strchr(",;\t|:", *s) == NULL)
		return yaml_err(y, l->err, "delimiter is none of , ; : | tab");
	m->form.delimiter = *s;
	m->form.encoding = yaml_str(y, "encoding", NULL);
	if (!is_encoding(m->form.encoding))
		return yaml_err(yaml_get(y, "encoding"), l->err,
		    "'%s' is no encoding of tables", m->form.encoding);
	if (strcmp(decimal, ".") != 0 && strcmp(decimal, ",") != 0)
		return yaml_err(y, l->err, "decimal is . or ,");
	m->decimal = *decimal;
	m->format = yaml_str(y, "format", NULL);
	if (m->format != NULL && !when_format(m->format))
		return yaml_err(yaml_get(y, "format"), l->err,
		    "'%s' is not a format of moments", m->format);
	if (zone != NULL && zone_load(&m->zone, zone, l->err) < 0) {
		err_clear(l->err);
		return yaml_err(yaml_get(y, "zone"), l->err,
		    "no time zone is '%s'", zone);
	}
	return 0;
}

/* Every name that a rule's in has, once. */
static void
gather_lists(struct loader *l)
{
	struct import_map *m = l->map;
	const char **lists;
	size_t room = 1, n = 0;

	for (size_t i = 0; i < m->rules; i++)
		for (const char *const *p = m->rule[i].in; *p != NULL; p++)
			room++;
	lists = arena_zalloc(l->arena, room * sizeof(*lists));
	for (size_t i = 0; i < m->rules; i++) {
		for (const char *const *p = m->rule[i].in; *p != NULL; p++) {
			size_t j = 0;

			while (j < n && strcmp(lists[j], *p) != 0)
				j++;
			if (j == n)
				lists[n++] = *p;
		}
	}
	m->lists = lists;
}

int
import_map_load(struct import_map *m, struct arena *a,
    const struct yaml *root, struct err *e)
{
	static const char *const keys[] = { "name", "instance", "csv",
		"customers", "items", NULL };
	struct loader l = { m, a, e };
	const struct yaml *csv = yaml_get(root, "csv");
	const struct yaml *items = yaml_get(root, "items");

	memset(m, 0, sizeof(*m));
	m->decimal = '.';
	m->file = root->file;
	m->table = csv != NULL;
	m->customers = yaml_get(root, "customers");
	if (yaml_only(root, keys, e) < 0)
		return -1;
	m->name = yaml_str(root, "name", "");
	if (*m->name == '\0' || strlen(m->name) > 32 || m->name[strspn(m->name,
	    "abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0')
		return yaml_err(root, e, "name is not 1 to 32 of a-z 0-9 -");
	if (texts_of(&l, root, "instance", &m->instance) < 0 ||
	    (csv != NULL && load_table(&l, csv) < 0))
		return -1;
	if (m->customers != NULL && m->customers->kind != YAML_MAP)
		return yaml_err(m->customers, e, "customers is not a map");
	if (items == NULL || items->kind != YAML_LIST || items->count == 0)
		return yaml_err(items != NULL ? items : root, e,
		    "items is not a list");
	m->rule = arena_zalloc(a, (size_t)items->count * sizeof(*m->rule));
	for (const struct yaml *y = items->first; y != NULL; y = y->next) {
		if (load_rule(&l, y, &m->rule[m->rules++]) < 0)
			return -1;
	}
	gather_lists(&l);
	return 0;
}

int
import_expr_load(struct import_map *m, struct arena *a, const struct yaml *y,
    struct import_expr **out, struct err *e)
{
	struct loader l = { m, a, e };

	return load_expr(&l, y, out);
}

int
import_tests_load(struct import_map *m, struct arena *a,
    const struct yaml *y, struct import_test **out, size_t *n, struct err *e)
{
	struct loader l = { m, a, e };

	*n = 0;
	return load_tests(&l, y, out, n);
}

static void
free_pattern(struct import_expr *x)
{
	if (x != NULL && x->match != NULL) {
		pattern_free(x->match);
		x->match = NULL;
	}
}

void
import_map_free(struct import_map *m)
{
	for (size_t i = 0; i < m->rules; i++) {
		for (size_t f = 0; f < IMPORT_FIELDS; f++)
			free_pattern(m->rule[i].field[f]);
		for (size_t c = 0; c < m->rule[i].columns; c++)
			free_pattern(m->rule[i].column[c].expr);
	}
}

/* Whether one of the columns that an expression names is there. */
static int
check_columns(const struct import_expr *x, const struct rows *rows,
    const char *table, struct err *e)
{
	const char *name = NULL;

	if (x == NULL || x->optional || x->constant != NULL)
		return 0;
	for (size_t p = 0; p < x->paths; p++) {
		size_t len = strlen(x->path[p].path) - 2;

		name = x->path[p].path + 1;
		for (size_t i = 0; i < rows_columns(rows); i++) {
			const char *column = rows_column(rows, i);

			if (strlen(column) == len &&
			    memcmp(column, name, len) == 0)
				return 0;
		}
	}
	return yaml_err(x->yaml, e, "'%s' has no column '%.*s'", table,
	    name != NULL ? (int)strcspn(name, "\"") : 0, name);
}

int
import_map_columns(const struct import_map *m, const struct rows *rows,
    const char *table, struct err *e)
{
	for (size_t i = 0; i < m->rules; i++) {
		const struct import_rule *r = &m->rule[i];

		for (size_t f = 0; f < IMPORT_FIELDS; f++) {
			if (check_columns(r->field[f], rows, table, e) < 0)
				return -1;
		}
		for (size_t c = 0; c < r->columns; c++) {
			if (check_columns(r->column[c].expr, rows, table,
			    e) < 0)
				return -1;
		}
	}
	return 0;
}
