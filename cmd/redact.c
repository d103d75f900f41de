/* Secrets: masked in what leaves the store, flagged in what comes in. */
#include <string.h>
#include <unistd.h>

#include "private.h"

int
load_secrets(struct cmd *c, struct err *e)
{
	const char *path = cmd_rule_file(c, "secrets.yaml");
	struct yaml *root = NULL;

	/* Rules of one's own that say nothing of secrets do not uncover them. */
	if (path == NULL) {
		path = arena_printf(&c->arena, "%s/secrets.yaml",
		    c->own->installed);
		if (access(path, R_OK) < 0)
			path = NULL;
	}
	if (path == NULL)
		return err_set(e, ERR_CONFIG, "no secrets.yaml in the rules, "
		    "which says what to mask");
	if (yaml_load(&c->arena, path, &root, e) < 0)
		return -1;
	return secrets_load(&c->secrets, root, e);
}

int
cmd_secrets(struct cmd *c, struct err *e)
{
	return c->secrets != NULL ? 0 : load_secrets(c, e);
}

const char *
cmd_redact(struct cmd *c, const char *text, struct arena *a)
{
	struct buf b = BUF_INIT;

	if (text == NULL || c->no_redact || c->secrets == NULL)
		return text;
	if (secrets_redact(c->secrets, text, strlen(text), &b) > 0)
		text = arena_strndup(a, b.data, b.len);
	buf_free(&b);
	return text;
}

void
cmd_redact_json(struct cmd *c, struct buf *json)
{
	struct buf b = BUF_INIT;

	if (c->no_redact || c->secrets == NULL)
		return;
	if (secrets_redact_json(c->secrets, json->data, json->len, &b) > 0) {
		buf_reset(json);
		buf_add(json, b.data, b.len);
	}
	buf_free(&b);
}

int
cmd_redact_record(struct cmd *c, struct rec *r, struct arena *a,
    struct err *e)
{
	struct buf line = BUF_INIT;
	int rc = 0;

	if (c->no_redact || c->secrets == NULL)
		return 0;
	if (secrets_redact_json(c->secrets, r->line, r->len, &line) > 0)
		rc = rec_parse(r, arena_strndup(a, line.data, line.len),
		    line.len, e);
	buf_free(&line);
	return rc;
}

static bool
has_secret(struct cmd *c, const struct rec *r, const char *name,
    struct arena *a)
{
	const struct secret *found;
	struct value v;
	const char *text;
	size_t len;

	if (!rec_get(r, name, &v) || v.kind != VALUE_STRING)
		return false;
	text = value_str(&v, a, &len);
	return secrets_find(c->secrets, text, len, &found) > 0;
}

/* The flags there are, and one more. */
static void
flags_with(const struct rec *r, const char *flag, struct buf *out)
{
	struct value list;
	struct writer w;
	size_t pos = 0;
	struct value v;

	w_begin(&w, out);
	w_open(&w, '[');
	if (rec_get(r, "flags", &list)) {
		while (value_next(&list, &pos, &v))
			w_raw(&w, v.text, v.len);
	}
	w_str(&w, flag);
	w_close(&w, ']');
}

int
cmd_flag_secrets(struct cmd *c, struct buf *lines, size_t from,
    struct err *e)
{
	struct buf flags = BUF_INIT, line = BUF_INIT;
	struct arena a = { 0 };
	struct rec *r = arena_alloc(&a, sizeof(*r));
	int rc = 0;

	if (c->secrets != NULL)
		rc = rec_parse(r, lines->data + from, lines->len - from, e);
	if (c->secrets != NULL && rc == 0 && rec_is(r, "type", "message") &&
	    (has_secret(c, r, "text", &a) || has_secret(c, r, "subject",
	    &a))) {
		flags_with(r, "secret", &flags);
		rec_with(r, "flags", flags.data, flags.len, &line);
		buf_truncate(lines, from);
		buf_add(lines, line.data, line.len);
	}
	buf_free(&flags);
	buf_free(&line);
	arena_free(&a);
	return rc;
}
