/* Templates of answers: found, parsed once, filled. */
#include <stdlib.h>
#include <string.h>

#include "replies.h"

struct entry {
	struct reply_form form;
	bool sound;		/* with the facts of a made-up message */
	struct entry *next;
};

struct part {			/* a partial; text NULL: there is none */
	const char *name, *text;
	struct part *next;
};

struct replies {
	struct cmd *cmd;
	const char *folder;
	struct entry *first;
	struct part *parts;	/* read once, whatever becomes of the files */
	const struct capture *capture;
	size_t captures;
	bool assigned, paged;
	struct salutes salutes;	/* of names.yaml; no titles: not read yet */
};

struct replies *
replies_new(struct cmd *c, const char *folder)
{
	struct replies *r = xcalloc(1, sizeof(*r));

	r->cmd = c;
	r->folder = folder;
	r->assigned = true;
	return r;
}

void
replies_free(struct replies *r)
{
	for (struct entry *x = r->first; x != NULL; x = x->next)
		reply_free(&x->form);
	free(r);
}

/* A name that is a file's, and nothing else's. */
static bool
is_name(const char *s)
{
	return *s != '\0' &&
	    strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(s);
}

/* The form of that name, parsed when it is first asked for; NULL with why. */
static struct entry *
need(struct replies *r, const char *id, struct err *e)
{
	struct arena *a = &r->cmd->arena;
	struct entry *x;
	const char *file, *text;
	size_t len;

	for (x = r->first; x != NULL; x = x->next) {
		if (strcmp(x->form.id, id) == 0)
			return x;
	}
	if (!is_name(id)) {
		err_set(e, ERR_CONFIG, "'%s' is no template's name", id);
		return NULL;
	}
	file = arena_printf(a, "%s/%s.txt", r->folder, id);
	if (cmd_template(r->cmd, file, &text, &len, e) < 0)
		return NULL;
	x = arena_zalloc(a, sizeof(*x));
	if (reply_parse(&x->form, a, arena_strdup(a, id), file, text, len,
	    e) < 0) {
		reply_free(&x->form);
		return NULL;
	}
	x->next = r->first;
	r->first = x;
	return x;
}

int
replies_get(struct replies *r, const char *id, const struct reply_form **out,
    struct err *e)
{
	struct entry *x = need(r, id, e);

	if (x == NULL)
		return -1;
	*out = &x->form;
	return 0;
}

static const char *
partial(void *arg, const char *name, struct arena *a)
{
	struct replies *r = arg;
	struct err ignored = { 0 };
	struct part *p;
	size_t len;

	for (p = r->parts; p != NULL; p = p->next) {
		if (strcmp(p->name, name) == 0)
			return p->text;
	}
	p = arena_zalloc(&r->cmd->arena, sizeof(*p));
	p->name = arena_strdup(&r->cmd->arena, name);
	if (is_name(name))
		cmd_template(r->cmd, arena_printf(a, "%s/_%s.txt", r->folder,
		    name), &p->text, &len, &ignored);
	p->next = r->parts;
	r->parts = p;
	return p->text;
}

void
replies_promise(struct replies *r, bool assigned, bool paged)
{
	r->assigned = assigned;
	r->paged = paged;
}

/* names.yaml, once. */
static int
need_names(struct replies *r, struct err *e)
{
	struct yaml *y = NULL;

	if (r->salutes.titles != NULL)
		return 0;
	if (cmd_rule_file(r->cmd, "names.yaml") != NULL &&
	    cmd_rule_yaml(r->cmd, "names.yaml", &y, e) < 0)
		return -1;
	return salutes_load(&r->salutes, &r->cmd->arena, y, e);
}

static void
facts(const struct replies *r, const struct reply_form *form,
    const struct rec *message, bool automatic, struct buf *json)
{
	reply_data(&r->cmd->org, r->cmd->customers, &r->salutes, message,
	    automatic, json);
	buf_truncate(json, json->len - 1);
	buf_printf(json, ",\"assigned\":%s,\"paged\":%s}",
	    r->assigned ? "true" : "false", r->paged ? "true" : "false");
	reply_captures(form, r->capture, r->captures, json);
}

/* A made-up message. */
static int
sample(struct rec *message, struct err *e)
{
	static const char line[] = "{\"v\":1,\"type\":\"message\",\"id\":\"M\","
	    "\"at\":\"2026-01-15T14:47:00Z\",\"ticket\":\"K7Q2M9X4T8WN\","
	    "\"channel\":\"email\",\"direction\":\"in\",\"from\":"
	    "{\"address\":\"ana@acme.example\",\"name\":\"Ana Lopez\"},"
	    "\"role\":\"customer\",\"subject\":\"it fails\","
	    "\"text\":\"help\"}";

	return rec_parse(message, line, sizeof(line) - 1, e);
}

int
replies_sample(struct replies *r, const char *id, struct arena *a,
    struct answer *answer, struct err *e)
{
	struct rec *message = xmalloc(sizeof(*message));
	int rc = sample(message, e);

	if (rc == 0)
		rc = replies_answer(r, id, message, true, a, answer, e);
	free(message);
	return rc;
}

/* Every section is entered: one message is as good as another. */
static int
check_sample(struct replies *r, struct entry *x, struct err *e)
{
	struct rec *message = xmalloc(sizeof(*message));
	struct buf json = BUF_INIT;
	int rc = sample(message, e);

	if (rc == 0) {
		facts(r, &x->form, message, true, &json);
		rc = reply_check(&x->form, &json, partial, r, e);
		x->sound = rc == 0;
	}
	buf_free(&json);
	free(message);
	return rc;
}

int
replies_check(struct replies *r, const char *id, const struct buf *json,
    struct err *e)
{
	struct entry *x;

	if ((x = need(r, id, e)) == NULL || need_names(r, e) < 0)
		return -1;
	if (json != NULL)
		return reply_check(&x->form, json, partial, r, e);
	return x->sound ? 0 : check_sample(r, x, e);
}

void
replies_capture(struct replies *r, const struct capture *list, size_t n)
{
	r->capture = list;
	r->captures = n;
}

int
replies_answer(struct replies *r, const char *id, const struct rec *message,
    bool automatic, struct arena *a, struct answer *answer, struct err *e)
{
	const struct reply_form *form;
	struct buf json = BUF_INIT;
	int rc;

	if (replies_get(r, id, &form, e) < 0 || need_names(r, e) < 0)
		return -1;
	facts(r, form, message, automatic, &json);
	rc = reply_render(form, &json, ESCAPE_NONE, rec_str(message, "ticket",
	    a), partial, r, a, answer, e);
	buf_free(&json);
	return rc;
}

int
replies_fill(struct replies *r, const char *id, const struct buf *json,
    enum template_escape escape, struct arena *a, struct answer *answer,
    struct err *e)
{
	const struct reply_form *form = NULL;

	if (replies_get(r, id, &form, e) < 0)
		return -1;
	return reply_render(form, json, escape, NULL, partial, r, a, answer,
	    e);
}

int
replies_names(struct replies *r, const char *const **out, struct err *e)
{
	struct cmd *c = r->cmd;
	const char *const *paths;
	const char **names;
	size_t n, kept = 0;

	if (cmd_template_files(c, r->folder, ".txt", &paths, &n, e) < 0)
		return -1;
	names = arena_alloc(&c->arena, (n + 1) * sizeof(*names));
	for (size_t i = 0; i < n; i++) {
		const char *name = strrchr(paths[i], '/') + 1;
		bool again = *name == '_';

		name = arena_strndup(&c->arena, name, strlen(name) - 4);
		for (size_t k = 0; k < kept && !again; k++)
			again = strcmp(names[k], name) == 0;
		if (!again)
			names[kept++] = name;
	}
	names[kept] = NULL;
	*out = names;
	return 0;
}
