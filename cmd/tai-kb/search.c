/* tai-kb search: by words; suggest: by what a customer wrote. */
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "domain/triage/rules.h"
#include "kb.h"

#define TEXT_MAX	((size_t)1 << 20)

static void
print(struct cmd *c, const struct kb_hit *hit, size_t n)
{
	static const struct column columns[] = {
		{ "ARTICLE", false, false }, { "SCORE", true, false },
		{ "MINUTES", true, false }, { "TITLE", false, true },
	};
	struct table *t = table_new(columns, 4);

	for (size_t i = 0; i < n; i++) {
		const struct article *a = hit[i].article;
		struct writer w;

		if (cmd_form(c) == FORM_JSON) {
			w_begin(&w, &c->out);
			w_open(&w, '{');
			w_field_str(&w, "article", a->id);
			w_field_str(&w, "title", a->title);
			w_field_str(&w, "section", a->section);
			w_field_str(&w, "score", arena_printf(&c->arena,
			    "%.2f", hit[i].score));
			w_close(&w, '}');
			buf_addc(&c->out, '\n');
			continue;
		}
		table_cell(t, a->id);
		table_cell(t, arena_printf(&c->arena, "%.1f", hit[i].score));
		table_cell(t, a->minutes > 0 ? arena_printf(&c->arena, "%lld",
		    (long long)a->minutes) : "");
		table_cell(t, a->title);
	}
	if (cmd_form(c) != FORM_JSON)
		cmd_table(c, t);
	table_free(t);
}

int
kb_verb_search(struct cmd *c, struct err *e)
{
	static const struct kb_wanted any = { 1, false, 0, 0 };
	struct kb_hit hit[ARTICLES_MOST];
	struct buf words = BUF_INIT;
	struct articles a;
	int rc;

	if (c->argc == 0)
		return err_set(e, ERR_USAGE, "search takes words");
	for (int i = 0; i < c->argc; i++)
		buf_printf(&words, "%s ", c->argv[i]);
	if ((rc = articles_open(&a, c, e)) == 0)
		print(c, hit, kb_search(a.kb, words.data, words.len, &any,
		    hit, ARTICLES_MOST));
	articles_close(&a);
	buf_free(&words);
	return rc;
}

/* The first message of the ticket: its subject and its own words. */
static int
ticket_text(struct cmd *c, const char *name, struct buf *text, struct err *e)
{
	static const char *const types[] = { "message", NULL };
	struct rec *r = arena_alloc(&c->arena, sizeof(*r));
	struct message m;
	struct cursor *cur;
	char key[KEY_TEXT];
	int64_t at, seq;
	int got = store_ticket(c->store, name, key, e);

	if (got <= 0)
		return got < 0 ? -1 : err_set(e, ERR_USAGE, "no ticket '%s'",
		    name);
	if (store_log(c->store, types, key, 0, &cur, e) < 0)
		return -1;
	while ((got = cursor_record(cur, r, &seq, e)) == 1 && text->len == 0) {
		if (!rec_is(r, "role", "customer") ||
		    !rec_time(r, "at", &at) || at > c->now)
			continue;
		if (message_of(r, &m, &c->arena, e) < 0) {
			got = -1;
			break;
		}
		buf_printf(text, "%s\n", m.subject);
		buf_add(text, m.text, m.text_len);
	}
	cursor_close(cur);
	return got < 0 ? -1 : 0;
}

int
kb_verb_suggest(struct cmd *c, struct err *e)
{
	struct kb_hit hit[ARTICLES_MOST];
	struct buf text = BUF_INIT;
	struct articles a = { 0 };
	int rc;

	if (c->argc > 1 || (c->argc == 1 && c->store == NULL))
		return err_set(e, ERR_USAGE, "suggest takes one ticket of a "
		    "store, or a text on stdin");
	if (c->argc == 1)
		rc = ticket_text(c, c->argv[0], &text, e);
	else
		rc = fd_read(STDIN_FILENO, "stdin", TEXT_MAX, &text, e);
	if (rc == 0 && (rc = articles_open(&a, c, e)) == 0)
		print(c, hit, kb_search(a.kb, text.data, text.len, &a.wanted,
		    hit, a.most));
	articles_close(&a);
	buf_free(&text);
	return rc;
}
