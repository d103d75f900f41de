/* Why a ticket was judged as it was: every rule, every byte that it saw. */
#include <stdlib.h>
#include <string.h>

#include "explain.h"

static const char *wanted;	/* --rule */

enum { OPT_RULE = OPT_OWN };
const struct option explain_options[] = {
	{ "rule", required_argument, NULL, OPT_RULE },
	{ 0 }
};

int
explain_option(struct cmd *c, int o, const char *value, struct err *e)
{
	(void)c;
	(void)o;
	(void)e;
	wanted = value;
	return 0;
}

static int
each(struct cmd *c, void *arg, const struct rec *r, struct err *e)
{
	struct explain *x = arg;
	const char *ticket;
	char key[KEY_TEXT];

	why_record(x->why, r);
	if (rec_is(r, "type", "customer"))
		return customers_add_record(c->customers, r, e);
	if (x->past != NULL)
		past_add(x->past, r);
	if (!rec_is(r, "type", "message") || !rec_is(r, "direction", "in") ||
	    rec_is(r, "role", "agent"))
		return 0;
	arena_reset(&x->arena);
	if (record_check(r, e) < 0)
		return -1;
	ticket = rec_str(r, "ticket", &x->arena);
	if (ticket == NULL || hash_canonical(ticket, key, KEY_TEXT) < 0)
		return err_set(e, ERR_INPUT, "ticket is not a key");
	if (strncmp(key, x->key, strlen(x->key)) == 0) {
		buf_add(&x->lines, r->line, r->len);
		buf_addc(&x->lines, '\n');
	}
	return 0;
}

static int
put(struct explain *x, const struct rec *r, struct err *e)
{
	struct message m;
	struct verdict v;

	arena_reset(&x->arena);
	if (!triage_concerns(r)) {
		explain_unjudged(x, r);
		return 0;
	}
	if (triage_message(x->cmd, r, &m, &x->arena, e) < 0 ||
	    triage_past(x->past, x->cmd, x->rules, r, &m, &x->arena, e) < 0 ||
	    rules_match(x->rules, &m, &x->arena, &v, e) < 0)
		return -1;
	x->message = &m;
	return explain_put(x, r, &v, e);
}

/* What a message came to follows from all records, also from later ones. */
static int
finish(struct cmd *c, void *arg, struct err *e)
{
	struct explain *x = arg;
	struct rec *r = xmalloc(sizeof(*r));
	int rc = 0;

	(void)c;
	for (size_t pos = 0; rc == 0 && pos < x->lines.len;) {
		const char *line = x->lines.data + pos;
		size_t len = strcspn(line, "\n");

		pos += len + 1;
		rc = rec_parse(r, line, len, e);
		if (rc == 0)
			rc = put(x, r, e);
	}
	free(r);
	return rc;
}

static int
explain_records(struct cmd *c, struct explain *x, const char *name,
    struct err *e)
{
	const struct filter f = { .each = each, .finish = finish,
	    .arg = x, .replaces = true };

	if (hash_canonical(name, x->key, KEY_TEXT) < 0 || *x->key == '\0')
		return err_set(e, ERR_USAGE, "'%s' is not a ticket's key",
		    name);
	return cmd_filter(c, &f, e);
}

static int
explain_stored(struct cmd *c, struct explain *x, const char *name,
    struct err *e)
{
	static const char *const types[] = { "message", NULL };
	struct filter f = { .each = each, .finish = finish,
	    .arg = x, .replaces = true };
	int rc = store_ticket(c->store, name, x->key, e);

	if (rc <= 0)
		return rc < 0 ? -1 : err_set(e, ERR_USAGE, "no ticket '%s'",
		    name);
	if (store_log(c->store, types, x->key, 0, &f.pending, e) < 0)
		return -1;
	rc = cmd_filter(c, &f, e);
	cursor_close(f.pending);
	return rc;
}

static const struct rule_info *
find_rule(const struct rules *r, const char *id)
{
	for (size_t i = 0; i < rules_count(r); i++) {
		if (strcmp(rules_info(r, i)->id, id) == 0)
			return rules_info(r, i);
	}
	return NULL;
}

int
triage_explain(struct cmd *c, struct err *e)
{
	struct explain x = { .cmd = c, .lines = BUF_INIT };
	const char *name;
	int rc;

	if (c->argc == 0)
		return err_set(e, ERR_USAGE, "which ticket?");
	name = *c->argv++;
	c->argc--;
	if (triage_rules(c, &x.rules, e) < 0 ||
	    why_open(&x.why, c, e) < 0)
		return -1;
	if (wanted != NULL && (x.rule = find_rule(x.rules, wanted)) == NULL) {
		rules_free(x.rules);
		why_close(x.why);
		return err_set(e, ERR_USAGE, "no rule '%s'", wanted);
	}
	x.past = triage_past_open(x.rules);
	rc = cmd_reads_records(c) ? explain_records(c, &x, name, e) :
	    explain_stored(c, &x, name, e);
	if (rc == 0 && x.messages == 0)
		rc = err_set(e, ERR_USAGE, "no customer's message in ticket "
		    "'%s'", name);
	past_free(x.past);
	rules_free(x.rules);
	why_close(x.why);
	buf_free(&x.lines);
	arena_free(&x.arena);
	return rc;
}
