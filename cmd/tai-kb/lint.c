/* tai-kb lint: what an article lacks, with file and line. */
#include <string.h>

#include "base/time.h"
#include "domain/answer/reply.h"
#include "format/frontmatter.h"
#include "format/template.h"
#include "kb.h"

static int
found(struct cmd *c, const struct article *a, int line, const char *what)
{
	buf_printf(&c->out, "%s:%d: %s\n", a->file, line, what);
	return 1;
}

static int
lint_head(struct cmd *c, const struct kb *kb, const struct article *a)
{
	int n = 0;
	int64_t day;

	if (*a->section == '\0')
		n |= found(c, a, 1, "section is missing");
	if (date_parse(a->updated, &day) < 0)
		n |= found(c, a, 1, "updated is not a date such as "
		    "2026-01-31");
	if (*a->difficulty == '\0')
		n |= found(c, a, 1, "difficulty is missing");
	if (a->minutes == 0)
		n |= found(c, a, 1, "minutes are missing");
	if (a->keywords[0] == NULL)
		n |= found(c, a, 1, "keywords are missing");
	for (const char *const *r = a->related; *r != NULL; r++) {
		const char *text;
		struct err none = { 0 };
		size_t len;

		/* One that is there and wrong is told by itself. */
		if (kb_find(kb, *r) == NULL && cmd_template(c,
		    arena_printf(&c->arena, "kb/%s.md", *r), &text, &len,
		    &none) < 0)
			n |= found(c, a, 1, arena_printf(&c->arena,
			    "related article '%s' is not there", *r));
	}
	return n;
}

/* The parts that a reader looks for. */
static int
lint_parts(struct cmd *c, const struct article *a)
{
	static const char *const parts[] = { "## Problem", "## Solution",
		"## Example", "## Troubleshooting", "## FAQ",
		"## Next steps" };
	int n = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (strstr(a->body, parts[i]) == NULL)
			n |= found(c, a, a->line, arena_printf(&c->arena,
			    "no part '%s'", parts[i] + 3));
	}
	return n;
}

/* {{links.NAME}} that org.yaml does not have. */
static int
lint_links(struct cmd *c, const struct article *a)
{
	struct buf json = BUF_INIT, out = BUF_INIT;
	struct template *t = NULL;
	struct err bad = { 0 };
	struct value data;
	struct writer w;
	const char *body;
	size_t len = strlen(a->body);
	int rc;

	w_begin(&w, &json);
	w_open(&w, '{');
	reply_company(&c->org, &w);
	w_close(&w, '}');
	body = front_matter_pad(&c->arena, a->body, &len, a->line);
	rc = template_parse(&t, a->file, body, len, &bad);
	if (rc == 0)
		rc = value_parse(&data, json.data, json.len, &bad);
	if (rc == 0)
		rc = template_render(t, &data, ESCAPE_NONE, true, NULL, NULL,
		    &out, &bad);
	if (t != NULL)
		template_free(t);
	buf_free(&json);
	buf_free(&out);
	if (rc < 0)
		buf_printf(&c->out, "%s\n", bad.text);
	return rc < 0;
}

struct broken {
	struct cmd *cmd;
	int n;
};

static void
told(void *arg, const char *why)
{
	struct broken *b = arg;

	buf_printf(&b->cmd->out, "%s\n", why);
	b->n = 1;
}

int
kb_verb_lint(struct cmd *c, struct err *e)
{
	struct broken b = { c, 0 };
	struct articles a;
	int rc = articles_open_sound(&a, c, told, &b, e), n = 0;

	for (size_t i = 0; rc == 0 && i < kb_count(a.kb); i++) {
		const struct article *article = kb_article(a.kb, i);

		n |= lint_head(c, a.kb, article) | lint_parts(c, article) |
		    lint_links(c, article);
	}
	articles_close(&a);
	return rc < 0 ? -1 : n | b.n;
}
