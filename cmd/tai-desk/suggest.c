/* What may help to answer: articles, and templates by their words. */
#include <stdlib.h>
#include <string.h>

#include "articles.h"
#include "desk.h"
#include "replies.h"

#define TEMPLATES	3

/*
 * A template as an article of nothing but what it is about: the words of an
 * answer are not those of its question.
 */
static int
add_template(struct kb *kb, const struct reply_form *f, struct arena *a,
    struct err *e)
{
	char *name = arena_strdup(a, f->id);
	struct buf page = BUF_INIT;
	struct writer w;
	int rc;

	for (char *p = name; *p != '\0'; p++)
		*p = *p == '-' ? ' ' : *p;
	buf_adds(&page, "---\ntitle: ");
	w_begin(&w, &page);
	w_str(&w, f->about);
	buf_adds(&page, "\nkeywords: [");
	w_begin(&w, &page);
	w_str(&w, name);
	buf_adds(&page, "]\n---\n");
	rc = kb_add(kb, f->id, f->id, page.data, page.len, e);
	buf_free(&page);
	return rc;
}

static int
load_templates(struct replies *replies, struct kb *kb, struct arena *a,
    struct err *e)
{
	const char *const *names;
	int rc = replies_names(replies, &names, e);

	for (; rc == 0 && *names != NULL; names++) {
		const struct reply_form *f;

		if ((rc = replies_get(replies, *names, &f, e)) == 0)
			rc = add_template(kb, f, a, e);
	}
	kb_ready(kb);
	return rc;
}

static void
show_hits(struct cmd *c, struct kb *kb, const struct buf *text,
    const struct kb_wanted *wanted, size_t most, const char *form,
    struct arena *a)
{
	struct kb_hit hit[ARTICLES_MOST];
	size_t n = kb_search(kb, text->data, text->len, wanted, hit, most);

	for (size_t i = 0; i < n; i++)
		desk_line(c, i == 0 ? form : "", arena_printf(a, "%s: %s",
		    hit[i].article->id, hit[i].article->title));
}

int
desk_suggest(struct cmd *c, const struct buf *text, struct arena *a,
    struct err *e)
{
	struct replies *replies = replies_new(c, "reply");
	struct kb *templates = kb_new();
	struct articles articles;
	int rc = articles_open(&articles, c, e);

	if (rc == 0 && (rc = load_templates(replies, templates, a,
	    e)) == 0) {
		show_hits(c, articles.kb, text, &articles.wanted,
		    articles.most, "articles", a);
		show_hits(c, templates, text, &articles.wanted, TEMPLATES,
		    "templates", a);
	}
	articles_close(&articles);
	kb_free(templates);
	replies_free(replies);
	return rc;
}
