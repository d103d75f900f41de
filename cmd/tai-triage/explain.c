/* Why a ticket was judged as it was: every rule, every byte that it saw. */
#include <string.h>

#include "base/time.h"
#include "base/utf8.h"
#include "trees.h"
#include "triage.h"

#define SHOWN	60		/* bytes of a match */

struct explain {
	struct rules *rules;
	struct judge *judge;
	struct arena arena;	/* of one message */
	char key[KEY_TEXT];	/* or the beginning of one */
	size_t messages;
	/* of the message at hand */
	struct cmd *cmd;
	const struct message *message;
	struct writer *json;
};

/* A customer's text on one line, without what a terminal would obey. */
static void
show(struct buf *out, const char *text, size_t len)
{
	struct buf line = BUF_INIT;
	size_t n;

	utf8_clean_line(&line, text, len);
	for (size_t i = 0; i < line.len; i += n) {
		uint32_t c = utf8_decode(line.data + i, line.len - i, &n);

		if (!utf8_unsafe(c))
			buf_add(out, line.data + i, n);
	}
	buf_free(&line);
}

static void
hit(void *arg, const struct hit *h)
{
	struct explain *x = arg;
	const char *text = h->words;
	size_t len = h->len;
	struct buf *out = &x->cmd->out;

	if (x->json != NULL) {
		w_open(x->json, '{');
		w_field_str(x->json, "field", h->field);
		w_field_int(x->json, "start", (int64_t)h->span.start);
		w_field_int(x->json, "end", (int64_t)h->span.end);
		w_key(x->json, "text");
		w_strn(x->json, text, len);
		w_field_str(x->json, "pattern", h->pattern);
		w_close(x->json, '}');
		return;
	}
	buf_printf(out, "      %s %zu-%zu \"", h->field, h->span.start,
	    h->span.end);
	show(out, text, len > SHOWN ? utf8_valid(text, SHOWN) : len);
	buf_printf(out, "%s\"  of  %s\n", len > SHOWN ? "..." : "",
	    h->pattern);
}

/* What became of what the rule says. */
static const char *
fate(const struct verdict *v, const struct rule_info *f, struct arena *a)
{
	const char *severity = f->severity < 0 ? NULL : f == v->severity ?
	    "decides the severity" : arena_printf(a, "severity %s %s",
	    f->severity == (int)v->level ? "as" : "below", v->severity->id);
	const char *topic = f->category == NULL ? NULL : f == v->topic ?
	    "decides the topic" : arena_printf(a, "topic shadowed by %s",
	    v->topic->id);

	if (severity != NULL && topic != NULL)
		return arena_printf(a, "%s, %s", topic, severity);
	return severity != NULL ? severity : topic != NULL ? topic :
	    f == v->escalate ? "escalates" : "adds to it";
}

static void
put_verdict(struct buf *out, const struct verdict *v)
{
	const struct rule_info *t = v->topic;

	buf_printf(out, "  severity %s, %s%s\n", severity_name(v->level),
	    v->severity != NULL ? "by " : "as no rule says another",
	    v->severity != NULL ? v->severity->id : "");
	if (t == NULL)
		buf_adds(out, "  topic other, as no rule says another\n");
	else
		buf_printf(out, "  topic %s%s%s, %d %%, by %s\n", t->category,
		    t->topic != NULL ? "/" : "",
		    t->topic != NULL ? t->topic : "", t->confidence, t->id);
	if (t != NULL && t->reply != NULL)
		buf_printf(out, "  reply %s, %s\n", t->reply, v->resolve ?
		    "resolves the ticket" : "resolves nothing");
	if (v->closing)
		buf_adds(out, "  the customer needs no more help\n");
}

static int
put_text(struct explain *x, const struct rec *r, const struct verdict *v,
    struct err *e)
{
	struct buf *out = &x->cmd->out;
	const char *id = rec_str(r, "id", &x->arena);
	const char *at = rec_str(r, "at", &x->arena);
	const char *subject = cmd_redact(x->cmd, rec_str(r,
	    "subject", &x->arena), &x->arena);

	if (x->messages++ > 0)
		buf_addc(out, '\n');
	buf_printf(out, "message %s at %s from ", id != NULL ? id : "?", at);
	show(out, x->message->from, strlen(x->message->from));
	buf_printf(out, " (%s%s)\n  ", x->message->tier,
	    x->message->first ? ", opens the ticket" : "");
	show(out, subject, strlen(subject));
	buf_addc(out, '\n');
	put_verdict(out, v);
	for (size_t i = 0; i < v->n; i++) {
		const struct rule_info *f = v->rule[i];

		buf_printf(out, "  rule %s (%s:%d), %d %%, %s: %s\n", f->id,
		    f->file, f->line, f->confidence, f->severity < 0 ? "-" :
		    severity_name((enum severity)f->severity),
		    fate(v, f, &x->arena));
		if (rules_explain(x->rules, f, x->message, hit, x, e) < 0)
			return -1;
	}
	return why_text(x->cmd, x->judge, x->message, v, &x->arena, e);
}

static int
put_json(struct explain *x, const struct rec *r, const struct verdict *v,
    struct err *e)
{
	struct writer w;

	w_begin(&w, &x->cmd->out);
	x->json = &w;
	w_open(&w, '{');
	w_field_str(&w, "message", rec_str(r, "id", &x->arena));
	w_field_str(&w, "ticket", rec_str(r, "ticket", &x->arena));
	w_field_str(&w, "at", rec_str(r, "at", &x->arena));
	w_field_str(&w, "severity", severity_name(v->level));
	w_field_str(&w, "severity_rule", v->severity != NULL ?
	    v->severity->id : NULL);
	w_field_str(&w, "topic_rule", v->topic != NULL ? v->topic->id : NULL);
	w_field_bool(&w, "resolve", v->resolve);
	w_field_bool(&w, "closing", v->closing);
	w_key(&w, "rules");
	w_open(&w, '[');
	for (size_t i = 0; i < v->n; i++) {
		const struct rule_info *f = v->rule[i];

		w_open(&w, '{');
		w_field_str(&w, "rule", f->id);
		w_field_str(&w, "file", f->file);
		w_field_int(&w, "line", f->line);
		w_field_int(&w, "confidence", f->confidence);
		w_field_str(&w, "severity", f->severity < 0 ? NULL :
		    severity_name((enum severity)f->severity));
		w_field_str(&w, "fate", fate(v, f, &x->arena));
		w_key(&w, "hits");
		w_open(&w, '[');
		if (rules_explain(x->rules, f, x->message, hit, x, e) < 0)
			return -1;
		w_close(&w, ']');
		w_close(&w, '}');
	}
	w_close(&w, ']');
	if (why_json(&w, x->judge, x->message, v, &x->arena, e) < 0)
		return -1;
	w_close(&w, '}');
	buf_addc(&x->cmd->out, '\n');
	x->messages++;
	return 0;
}

static int
each(struct cmd *c, void *arg, const struct rec *r, struct err *e)
{
	struct explain *x = arg;
	const char *ticket;
	char key[KEY_TEXT];
	struct message m;
	struct verdict v;

	if (rec_is(r, "type", "customer"))
		return customers_add_record(c->customers, r, e);
	if (!triage_concerns(r))
		return 0;
	arena_reset(&x->arena);
	if (record_check(r, e) < 0)
		return -1;
	ticket = rec_str(r, "ticket", &x->arena);
	if (ticket == NULL || hash_canonical(ticket, key, KEY_TEXT) < 0)
		return err_set(e, ERR_INPUT, "ticket is not a key");
	if (strncmp(key, x->key, strlen(x->key)) != 0)
		return 0;
	if (triage_message(c, r, &m, &x->arena, e) < 0 ||
	    rules_match(x->rules, &m, &x->arena, &v, e) < 0)
		return -1;
	x->message = &m;
	return c->form == FORM_JSON ? put_json(x, r, &v, e) :
	    put_text(x, r, &v, e);
}

static int
explain_records(struct cmd *c, struct explain *x, const char *name,
    struct err *e)
{
	const struct filter f = { .each = each, .arg = x, .replaces = true };

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
	struct filter f = { .each = each, .arg = x, .replaces = true };
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

int
triage_explain(struct cmd *c, struct err *e)
{
	struct explain x = { .cmd = c };
	const char *name;
	int rc;

	if (c->argc == 0)
		return err_set(e, ERR_USAGE, "which ticket?");
	name = *c->argv++;
	c->argc--;
	if (triage_rules(c, &x.rules, e) < 0 ||
	    judge_open(&x.judge, c, e) < 0)
		return -1;
	rc = cmd_reads_records(c) ? explain_records(c, &x, name, e) :
	    explain_stored(c, &x, name, e);
	if (rc == 0 && x.messages == 0)
		rc = err_set(e, ERR_USAGE, "no customer's message in ticket "
		    "'%s'", name);
	rules_free(x.rules);
	judge_close(x.judge);
	arena_free(&x.arena);
	return rc;
}
