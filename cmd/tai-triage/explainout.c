/* A verdict and the rules behind it, for people and as JSON. */
#include <string.h>

#include "base/time.h"
#include "base/utf8.h"
#include "domain/triage/language.h"
#include "explain.h"

#define SHOWN	60		/* bytes of a match */

void
explain_show(struct buf *out, const char *text, size_t len)
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
		if (h->score != 0)
			w_field_int(x->json, "score", h->score);
		w_close(x->json, '}');
		return;
	}
	buf_printf(out, "      %s %zu-%zu \"", h->field, h->span.start,
	    h->span.end);
	explain_show(out, text, len > SHOWN ? utf8_valid(text, SHOWN) : len);
	buf_printf(out, "%s\"  of  %s", len > SHOWN ? "..." : "",
	    h->pattern);
	if (h->score != 0)
		buf_printf(out, "  (%+d)", h->score);
	buf_addc(out, '\n');
}

static const char *
topic_fate(const struct verdict *v, const struct rule_info *f, int score,
    struct arena *a)
{
	if (f->category == NULL)
		return NULL;
	for (size_t i = 1; i < v->terms; i++) {
		if (v->sum[i].rule == f)
			return arena_printf(a, "adds %d to %s", score,
			    v->topic->id);
	}
	if (f == v->topic)
		return "decides the topic";
	if (v->topic == NULL)
		return "not sure enough for a topic";
	return arena_printf(a, "topic shadowed by %s, %d %%", v->topic->id,
	    v->confidence);
}

/* What became of what the rule says. */
static const char *
fate(struct explain *x, const struct verdict *v, size_t at)
{
	struct arena *a = &x->arena;
	const struct rule_info *f = v->rule[at];
	const int *need = rules_answering(x->rules,
	    x->message->customer)->threshold;
	const char *part[] = { topic_fate(v, f, v->score[at], a), NULL, NULL };
	const char *all = NULL;

	if (f->at_most >= 0)
		part[1] = f == v->lowered ? arena_printf(a,
		    "lowers the severity to %s",
		    severity_name((enum severity)f->at_most)) :
		    "severity not lowered";
	if (f->severity >= 0)
		part[1] = f == v->severity ? "decides the severity" :
		    arena_printf(a, "severity %s %s",
		    f->severity == (int)v->level ? "as" : "below",
		    v->severity->id);
	if (f->escalate > 0)
		part[2] = f == v->escalate ? "escalates" :
		    v->score[at] < need[ACT_ESCALATE] ? arena_printf(a,
		    "escalates from %d %% only", need[ACT_ESCALATE]) :
		    arena_printf(a, "escalation shadowed by %s",
		    v->escalate->id);
	for (size_t i = 0; i < sizeof(part) / sizeof(*part); i++) {
		if (part[i] != NULL)
			all = all == NULL ? part[i] : arena_printf(a,
			    "%s, %s", all, part[i]);
	}
	return all != NULL ? all : "adds to it";
}

/* "90 % = 70 order + 20 file". */
static void
put_sum(struct buf *out, const struct verdict *v)
{
	int total = 0;

	buf_printf(out, "%d %%", v->confidence);
	for (size_t i = 0; i < v->terms && v->terms > 1; i++) {
		int points = v->sum[i].points;

		total += points;
		buf_printf(out, " %s %d %s", i == 0 ? "=" :
		    points < 0 ? "-" : "+", points < 0 ? -points : points,
		    v->sum[i].rule->id);
	}
	if (v->terms > 1 && total != v->confidence)
		buf_printf(out, " (%d, cut)", total);
}

static const char *
why_no_reply(const struct verdict *v, const struct answering *how,
    struct arena *a)
{
	if (v->sensitive)
		return "a person has to see it";
	if (how->threshold[ACT_REPLY] == NEVER)
		return "nothing is answered";
	return arena_printf(a, "below %d %%", how->threshold[ACT_REPLY]);
}

static const char *
why_no_resolve(const struct verdict *v, const struct message *m,
    const struct answering *how, struct arena *a)
{
	if (!v->topic->resolve)
		return "the rule does not";
	if (!m->first)
		return "it did not open the ticket";
	if (v->level == SEVERITY_CRITICAL)
		return "it is CRITICAL";
	if (v->sensitive)
		return "a person has to see it";
	if (v->secret)
		return "it holds a secret";
	if (how->threshold[ACT_RESOLVE] == NEVER)
		return "nothing is resolved";
	return arena_printf(a, "below %d %%", how->threshold[ACT_RESOLVE]);
}

static void
put_reply(struct explain *x, const struct verdict *v)
{
	struct arena *a = &x->arena;
	const struct answering *how = rules_answering(x->rules,
	    x->message->customer);
	struct buf *out = &x->cmd->out;

	if (v->topic == NULL || v->topic->reply == NULL)
		return;
	buf_printf(out, "  reply %s", v->topic->reply);
	if (!v->reply)
		buf_printf(out, ", not by itself: %s",
		    why_no_reply(v, how, a));
	if (v->resolve)
		buf_adds(out, ", resolves the ticket\n");
	else
		buf_printf(out, ", resolves nothing: %s\n",
		    why_no_resolve(v, x->message, how, a));
	for (size_t i = 0; i < v->captures; i++) {
		const char *value = cmd_redact(x->cmd, v->capture[i].value, a);

		buf_printf(out, "  captured %s \"", v->capture[i].name);
		explain_show(out, value, strlen(value));
		buf_adds(out, "\"\n");
	}
}

static void
put_verdict(struct explain *x, const struct verdict *v)
{
	const char *const *secrets = triage_secrets(x->message, &x->arena);
	const struct rule_info *t = v->topic;
	struct buf *out = &x->cmd->out;

	if (v->language != NULL)
		buf_printf(out, "  language %s\n", v->language->name);
	buf_printf(out, "  severity %s, %s%s%s%s\n", severity_name(v->level),
	    v->severity != NULL ? "by " : "as no rule says another",
	    v->severity != NULL ? v->severity->id : "",
	    v->lowered != NULL ? ", lowered by " : "",
	    v->lowered != NULL ? v->lowered->id : "");
	if (t == NULL)
		buf_adds(out, "  topic other, as no rule says another\n");
	else {
		buf_printf(out, "  topic %s%s%s, ", t->category,
		    t->topic != NULL ? "/" : "",
		    t->topic != NULL ? t->topic : "");
		put_sum(out, v);
		buf_printf(out, ", by %s\n", t->id);
	}
	put_reply(x, v);
	if (t != NULL && v->route == NULL && (t->team != NULL ||
	    t->route_channel != NULL))
		buf_adds(out, "  not sure enough to be routed\n");
	if (*secrets != NULL) {
		buf_adds(out, "  it held a secret: ");
		for (size_t i = 0; secrets[i] != NULL; i++)
			buf_printf(out, "%s%s", i > 0 ? ", " : "", secrets[i]);
		buf_adds(out, ", masked\n");
	}
	if (v->closing)
		buf_adds(out, "  the customer needs no more help\n");
}

/* A condition of the rule that was asked for, held or not. */
static void
condition(void *arg, int depth, bool holds, int line, const char *what)
{
	struct explain *x = arg;
	struct buf *out = &x->cmd->out;

	if (x->json != NULL) {
		w_open(x->json, '{');
		w_field_int(x->json, "depth", depth);
		w_field_bool(x->json, "holds", holds);
		w_field_int(x->json, "line", line);
		w_field_str(x->json, "condition", what);
		w_close(x->json, '}');
		return;
	}
	buf_printf(out, "    %s %*s%s  (line %d)\n", holds ? "yes" : "no ",
	    2 * depth, "", what, line);
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
	explain_show(out, x->message->from, strlen(x->message->from));
	buf_printf(out, " (%s%s)\n  ", x->message->tier,
	    x->message->first ? ", opens the ticket" : "");
	explain_show(out, subject, strlen(subject));
	buf_addc(out, '\n');
	put_verdict(x, v);
	if (explain_answer(x, r, v, e) < 0)
		return -1;
	if (x->rule != NULL) {
		buf_printf(out, "  rule %s (%s:%d)\n", x->rule->id,
		    x->rule->file, x->rule->line);
		return rules_conditions(x->rules, x->rule, x->message,
		    condition, x, e);
	}
	for (size_t i = 0; i < v->n; i++) {
		const struct rule_info *f = v->rule[i];

		buf_printf(out, "  rule %s (%s:%d), %d %%, %s: %s\n", f->id,
		    f->file, f->line, v->score[i], f->severity < 0 ? "-" :
		    severity_name((enum severity)f->severity),
		    fate(x, v, i));
		if (rules_explain(x->rules, f, x->message, hit, x, e) < 0)
			return -1;
	}
	for (size_t i = 0; i < v->n_overruled; i++) {
		const struct overruled *o = &v->overruled[i];

		buf_printf(out, "  rule %s (%s:%d): overruled by %s\n",
		    o->rule->id, o->rule->file, o->rule->line, o->by->id);
	}
	return why_text(x->why, r, x->message, v, &x->arena, e);
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
	w_field_int(&w, "confidence", v->confidence);
	verdict_sum(&w, v);
	verdict_captures(&w, v);
	w_field_bool(&w, "resolve", v->resolve);
	w_field_bool(&w, "closing", v->closing);
	w_field_list(&w, "secrets", triage_secrets(x->message, &x->arena));
	if (explain_answer(x, r, v, e) < 0)
		return -1;
	w_key(&w, "rules");
	w_open(&w, '[');
	for (size_t i = 0; i < v->n; i++) {
		const struct rule_info *f = v->rule[i];

		w_open(&w, '{');
		w_field_str(&w, "rule", f->id);
		w_field_str(&w, "file", f->file);
		w_field_int(&w, "line", f->line);
		w_field_int(&w, "confidence", v->score[i]);
		w_field_str(&w, "severity", f->severity < 0 ? NULL :
		    severity_name((enum severity)f->severity));
		w_field_str(&w, "fate", fate(x, v, i));
		w_key(&w, "hits");
		w_open(&w, '[');
		if (rules_explain(x->rules, f, x->message, hit, x, e) < 0)
			return -1;
		w_close(&w, ']');
		w_close(&w, '}');
	}
	w_close(&w, ']');
	w_key(&w, "overruled");
	w_open(&w, '[');
	for (size_t i = 0; i < v->n_overruled; i++) {
		w_open(&w, '{');
		w_field_str(&w, "rule", v->overruled[i].rule->id);
		w_field_str(&w, "by", v->overruled[i].by->id);
		w_close(&w, '}');
	}
	w_close(&w, ']');
	if (why_json(x->why, &w, r, x->message, v, &x->arena, e) < 0)
		return -1;
	if (x->rule != NULL) {
		w_field_str(&w, "asked", x->rule->id);
		w_key(&w, "conditions");
		w_open(&w, '[');
		if (rules_conditions(x->rules, x->rule, x->message, condition,
		    x, e) < 0)
			return -1;
		w_close(&w, ']');
	}
	w_close(&w, '}');
	buf_addc(&x->cmd->out, '\n');
	x->messages++;
	return 0;
}

int
explain_put(struct explain *x, const struct rec *r, const struct verdict *v,
    struct err *e)
{
	return x->cmd->form == FORM_JSON ? put_json(x, r, v, e) :
	    put_text(x, r, v, e);
}

