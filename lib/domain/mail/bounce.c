#include <string.h>

#include "domain/mail/bounce.h"

/* What an absence says of failed deliveries is no report. */
static bool
is_report(const struct rec *r)
{
	bool told = false;

	return !(rec_bool(r, "told", &told) && told && rec_is(r, "kind",
	    "dsn") && (rec_is(r, "action", "failed") ||
	    rec_is(r, "action", "delayed")));
}

bool
bounce_is(const struct rec *mail, const char *kind)
{
	struct rec about;
	struct value v;

	if (!rec_get(mail, "report", &v) || v.kind != VALUE_OBJECT)
		return false;
	if (strcmp(kind, "bounce") == 0)
		return true;
	value_object(&v, &about);
	return strcmp(kind, "reply") == 0 && is_report(&about);
}

static size_t
add(const struct rec *r, const char *name, const char **out, size_t n,
    struct arena *a)
{
	struct value list, v;
	size_t pos = 0;

	if (!rec_get(r, name, &list))
		return n;
	if (list.kind == VALUE_STRING)
		out[n++] = value_str(&list, a, NULL);
	while (list.kind == VALUE_ARRAY && value_next(&list, &pos, &v)) {
		if (v.kind == VALUE_STRING)
			out[n++] = value_str(&v, a, NULL);
	}
	return n;
}

static size_t
items(const struct rec *r, const char *name)
{
	struct value list, v;
	size_t pos = 0, n = 1;

	if (rec_get(r, name, &list) && list.kind == VALUE_ARRAY)
		while (value_next(&list, &pos, &v))
			n++;
	return n;
}

const char *const *
bounce_references(const struct rec *mail, const char *kind, struct arena *a)
{
	struct rec *about = arena_zalloc(a, sizeof(*about));
	const char **out;
	struct value v;
	size_t n;

	if (bounce_is(mail, kind) && rec_get(mail, "report", &v))
		value_object(&v, about);
	out = arena_zalloc(a, (items(mail, "references") +
	    items(about, "references") + 3) * sizeof(*out));
	n = add(mail, "references", out, 0, a);
	n = add(about, "references", out, n, a);
	add(about, "message_id", out, n, a);
	return out;
}

void
bounce_write(struct writer *w, const struct rec *mail, const char *kind)
{
	struct value object, name, v;
	size_t pos = 0;

	if (!bounce_is(mail, kind) || !rec_get(mail, "report", &object))
		return;
	w_key(w, strcmp(kind, "bounce") == 0 ? "bounce" : "report");
	w_open(w, '{');
	while (value_field(&object, &pos, &name, &v)) {
		char key[32];

		/* What served to find the ticket is the record's own. */
		if (name.len - 2 >= sizeof(key))
			continue;
		memcpy(key, name.text + 1, name.len - 2);
		key[name.len - 2] = '\0';
		if (strcmp(key, "told") == 0 || strcmp(key, "references") == 0)
			continue;
		w_key(w, key);
		w_raw(w, v.text, v.len);
	}
	w_close(w, '}');
}

const char *
bounce_why(const struct rec *mail, const char *kind, struct arena *a)
{
	struct rec *about = arena_alloc(a, sizeof(*about));
	const char *to, *why;
	struct value v;
	bool hard = false;

	if (strcmp(kind, "bounce") != 0 || !rec_get(mail, "report", &v) ||
	    v.kind != VALUE_OBJECT)
		return NULL;
	value_object(&v, about);
	if (!rec_is(about, "action", "failed") ||
	    !rec_bool(about, "hard", &hard) || !hard)
		return NULL;
	to = rec_str(about, "recipient", a);
	if ((why = rec_str(about, "diagnostic", a)) == NULL &&
	    (why = rec_str(about, "status", a)) == NULL)
		why = rec_str(about, "reason", a);
	return arena_printf(a, "not delivered%s%s%s%s", to != NULL ? " to " :
	    "", to != NULL ? to : "", why != NULL ? ": " : "",
	    why != NULL ? why : "");
}
