/* Labels of records, and others' words for ours. */
#include <string.h>
#include <strings.h>

#include "labels.h"

const char *const label_names[LABELS] = { "category", "topic", "severity" };

int
label_map_load(struct label_map *m, struct cmd *c, const char *file,
    struct err *e)
{
	static const char *const keys[] = { "fields", "category", "topic",
		"severity", NULL };
	static const char *const names[] = { "subject", "text", "category",
		"topic", "severity", NULL };
	const struct yaml *fields;
	struct yaml *root;

	memset(m, 0, sizeof(*m));
	if (file == NULL)
		return 0;
	if (yaml_load(&c->arena, file, &root, e) < 0 ||
	    yaml_only(root, keys, e) < 0)
		return -1;
	fields = yaml_get(root, "fields");
	if (fields != NULL && yaml_only(fields, names, e) < 0)
		return -1;
	m->subject = yaml_str(fields, "subject", NULL);
	m->text = yaml_str(fields, "text", NULL);
	for (int i = 0; i < LABELS; i++) {
		m->field[i] = yaml_str(fields, label_names[i], NULL);
		m->words[i] = yaml_get(root, label_names[i]);
		if (m->words[i] != NULL && m->words[i]->kind != YAML_MAP)
			return yaml_err(m->words[i], e, "%s is not a map",
			    label_names[i]);
	}
	return 0;
}

/* A label as it stands: a text, or a number such as a priority of 1. */
static const char *
label_text(const struct rec *r, const char *name, struct arena *a)
{
	struct value v;

	if (!rec_get(r, name, &v))
		return NULL;
	if (v.kind == VALUE_STRING)
		return value_str(&v, a, NULL);
	return v.kind == VALUE_NUMBER || v.kind == VALUE_BOOL ?
	    arena_strndup(a, v.text, v.len) : NULL;
}

const char *
label_expected(const struct label_map *m, const struct rec *r, int which,
    struct arena *a)
{
	const char *name = m->field[which] != NULL ? m->field[which] :
	    label_names[which];
	const char *theirs = label_text(r, name, a), *all = NULL;
	struct value v;

	if (theirs == NULL && rec_get(r, "expected", &v) &&
	    v.kind == VALUE_OBJECT) {
		struct rec *inner = arena_alloc(a, sizeof(*inner));

		value_object(&v, inner);
		theirs = label_text(inner, name, a);
	}
	if (theirs == NULL || *theirs == '\0')
		return NULL;
	for (const struct yaml *y = m->words[which] != NULL ?
	    m->words[which]->first : NULL; y != NULL; y = y->next) {
		if (strcasecmp(y->key, theirs) != 0)
			continue;
		if (y->kind == YAML_SCALAR)
			return y->text;
		for (const struct yaml *i = y->first; i != NULL; i = i->next)
			all = i->text == NULL ? all : all == NULL ? i->text :
			    arena_printf(a, "%s|%s", all, i->text);
		return all;
	}
	return theirs;
}

bool
label_fits(const char *expected, const char *given)
{
	size_t n = strlen(given);

	for (const char *s = expected;; s++) {
		size_t len = strcspn(s, "|");

		if (len == n && strncasecmp(s, given, n) == 0)
			return true;
		s += len;
		if (*s == '\0')
			return false;
	}
}

/* Puts the value of one field in the place of another. */
static int
take_field(struct rec **r, const char *to, const char *from, struct arena *a,
    struct err *e)
{
	struct buf line = BUF_INIT;
	struct value v, there;
	struct rec *out;
	int rc;

	if (!rec_get(*r, from != NULL ? from : to, &v) ||
	    v.kind != VALUE_STRING)
		v = (struct value){ VALUE_STRING, "\"\"", 2 };
	else if (from == NULL && rec_get(*r, to, &there))
		return 0;
	rec_with(*r, to, v.text, v.len, &line);
	out = arena_alloc(a, sizeof(*out));
	rc = rec_parse(out, arena_strndup(a, line.data, line.len), line.len,
	    e);
	buf_free(&line);
	*r = out;
	return rc;
}

int
label_message(const struct label_map *m, const struct rec *r,
    struct message *out, struct arena *a, struct err *e)
{
	struct rec *mapped = (struct rec *)(uintptr_t)r;

	if (take_field(&mapped, "subject", m->subject, a, e) < 0 ||
	    take_field(&mapped, "text", m->text, a, e) < 0 ||
	    message_of(mapped, out, a, e) < 0)
		return -1;
	out->tier = label_text(mapped, "tier", a);
	if (out->tier == NULL)
		out->tier = "";
	return 0;
}
