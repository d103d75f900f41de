/* The first answer to a message as explain has it: which, or why none. */
#include <string.h>

#include "explain.h"

struct answered {		/* texts in the arena; NULL: unknown */
	const char *with, *state, *why;
};

/* What the store has of the automatic reply to a message. */
static int
look_up(struct explain *x, const struct rec *r, struct answered *out,
    struct err *e)
{
	struct store *s = x->cmd->store;
	const char *message = rec_str(r, "id", &x->arena);
	struct rec *reply = arena_alloc(&x->arena, sizeof(*reply));
	struct buf line = BUF_INIT;
	struct outgoing o;
	char id[ID_TEXT];
	int got;

	if (s == NULL || message == NULL)
		return 0;
	record_id(id, "reply", "automatic", message, NULL);
	if ((got = store_outgoing(s, id, &o, &x->arena, e)) == 1 &&
	    (got = store_record(s, id, &line, e)) == 1 &&
	    (got = rec_parse(reply, arena_strndup(&x->arena, line.data,
	    line.len), line.len, e)) == 0) {
		out->with = rec_str(reply, "template", &x->arena);
		out->state = o.state;
		out->why = *o.why != '\0' ? o.why : NULL;
	}
	buf_free(&line);
	return got < 0 ? -1 : 0;
}

/* Of what is not in the store: what a run of now would do. */
static const char *
unanswered(struct explain *x, const struct rec *r, const struct verdict *v)
{
	const char *why = triage_unanswered(x->cmd, x->rules, r, x->message, v,
	    &x->arena);
	int64_t at;

	if (why != NULL || triage_current(x->cmd, x->rules, false, r))
		return why;
	return rec_time(r, "at", &at) && at > x->cmd->now ?
	    "it is of the future" : "it is too old (answer_within)";
}

int
explain_answer(struct explain *x, const struct rec *r,
    const struct verdict *v, struct err *e)
{
	struct buf *out = &x->cmd->out;
	struct answered a = { 0 };
	const char *why = NULL;

	if (look_up(x, r, &a, e) < 0)
		return -1;
	if (a.with == NULL && (why = unanswered(x, r, v)) == NULL)
		a.with = triage_template(x->rules, x->message, v);
	if (x->json != NULL) {
		w_field_str(x->json, "answer", a.with);
		w_field_str(x->json, "answer_state", a.state);
		w_field_str(x->json, "answer_why", a.why);
		w_field_str(x->json, "no_answer", why);
	} else if (why != NULL) {
		buf_printf(out, "  no answer: %s\n", why);
	} else {
		buf_printf(out, "  answer %s%s%s%s%s\n", a.with,
		    a.state != NULL ? ", " : "", a.state != NULL ? a.state :
		    "", a.why != NULL ? ": " : "", a.why != NULL ? a.why : "");
	}
	return 0;
}

void
explain_unjudged(struct explain *x, const struct rec *r)
{
	struct buf *out = &x->cmd->out;
	const char *id = rec_str(r, "id", &x->arena);
	const char *at = rec_str(r, "at", &x->arena);
	const char *is = rec_str(r, "auto", &x->arena);
	struct writer w;

	if (x->cmd->form == FORM_JSON) {
		w_begin(&w, out);
		w_open(&w, '{');
		w_field_str(&w, "message", id);
		w_field_str(&w, "ticket", rec_str(r, "ticket", &x->arena));
		w_field_str(&w, "at", at);
		w_field_str(&w, "no_verdict", is);
		w_close(&w, '}');
		buf_addc(out, '\n');
	} else {
		buf_printf(out, "%smessage %s at %s\n  no verdict and no "
		    "answer: a program sent it (%s)%s\n", x->messages > 0 ?
		    "\n" : "", id != NULL ? id : "?", at != NULL ? at : "?",
		    is, triage_flagged(r, "flood") ?
		    ", one of too many from there (flood)" : "");
	}
	x->messages++;
}
