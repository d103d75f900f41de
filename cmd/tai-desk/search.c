/* tai-desk search: messages by their words, the best first. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "desk.h"

#define ALL_OF_THEM	((size_t)1 << 30)

static size_t limit = 20;

enum { OPT_LIMIT = OPT_OWN };
const struct option search_options[] = {
	{ "limit", required_argument, NULL, OPT_LIMIT },
	{ 0 }
};

int
search_option(struct cmd *c, int o, const char *value, struct err *e)
{
	size_t len = strspn(value, "0123456789");

	(void)c;
	(void)o;
	if (len == 0 || len > 6 || value[len] != '\0')
		return err_set(e, ERR_USAGE, "--limit is a number");
	limit = strtoul(value, NULL, 10);
	return 0;
}

static int
row(struct cmd *c, struct table *t, const struct rec *r, struct arena *a,
    struct err *e)
{
	struct rec *from = arena_zalloc(a, sizeof(*from));
	char key[KEY_TEXT] = "";
	const char *name = rec_str(r, "ticket", a), *address;
	struct value v;
	int64_t at;

	/* A ticket that was merged is shown as what it is now. */
	if (name != NULL && store_ticket(c->store, name, key, e) < 0)
		return -1;
	if (rec_get(r, "from", &v))
		value_object(&v, from);
	address = rec_str(from, "address", a);
	table_cell(t, key);
	table_cell(t, rec_time(r, "at", &at) ? cmd_time(c, at, a) : "");
	table_cell(t, address != NULL ? address : "");
	table_cell(t, rec_str(r, "subject", a));
	return 0;
}

static int
print(struct cmd *c, struct cursor *cur, struct err *e)
{
	static const struct column columns[] = {
		{ "TICKET", false, false }, { "WHEN", false, false },
		{ "FROM", false, true }, { "SUBJECT", false, true },
	};
	struct rec *r = arena_alloc(&c->arena, sizeof(*r));
	struct table *t = table_new(columns, 4);
	struct arena a = { 0 };
	int64_t at, seq;
	size_t n = 0;
	int got = 0;

	while (n < limit && (got = cursor_record(cur, r, &seq, e)) == 1) {
		arena_reset(&a);
		if (rec_time(r, "at", &at) && at > c->now)
			continue;
		n++;
		if ((got = cmd_redact_record(c, r, &a, e)) < 0)
			break;
		if (cmd_form(c) == FORM_JSON)
			desk_print(r->line, r->len);
		else if (row(c, t, r, &a, e) < 0) {
			got = -1;
			break;
		}
	}
	got = got < 0 ? -1 : 0;
	if (got == 0 && cmd_form(c) != FORM_JSON)
		cmd_table(c, t);
	table_free(t);
	arena_free(&a);
	return got;
}

int
desk_search(struct cmd *c, struct err *e)
{
	struct buf words = BUF_INIT;
	struct cursor *cur = NULL;
	int64_t latest = TIME_NONE, behind = 0;
	int rc = -1;

	if (c->argc == 0)
		return err_set(e, ERR_USAGE, "search takes words");
	for (int i = 0; i < c->argc; i++) {
		buf_adds(&words, c->argv[i]);
		buf_addc(&words, ' ');
	}
	/* What came later than the moment is passed over. */
	if (store_index(c->store, 0, e) == 0 &&
	    store_behind(c->store, &behind, e) == 0 &&
	    store_latest(c->store, &latest, e) == 0 &&
	    store_search(c->store, words.data, c->now < latest ? ALL_OF_THEM :
	    limit, &cur, e) == 0)
		rc = print(c, cur, e);
	if (rc == 0 && behind > 0)
		cmd_warn(c, ERR_NONE, "the last %lld records are not in the "
		    "index of this store, which cannot be written",
		    (long long)behind);
	cursor_close(cur);
	buf_free(&words);
	return rc;
}
