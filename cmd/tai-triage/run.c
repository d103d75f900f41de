/* Messages in, a verdict behind each that a customer wrote. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "articles.h"
#include "hands.h"
#include "triage.h"

static bool replay;

enum { OPT_REPLAY = OPT_OWN };
const struct option run_options[] = {
	{ "replay", no_argument, NULL, OPT_REPLAY },
	{ 0 }
};

int
run_option(struct cmd *c, int o, const char *value, struct err *e)
{
	(void)c;
	(void)o;
	(void)value;
	(void)e;
	replay = true;
	return 0;
}

#define KB_TEXT	4096		/* bytes of a message that are looked up */

struct run {
	struct rules *rules;
	struct past *past;
	struct replies *replies;
	struct notices *notices;
	struct judge *judge;
	struct hands *hands;
	struct articles articles;
	struct first_answer answer;
	struct buf body, line;
	/* of the message at hand */
	struct arena arena;
	const struct rec *rec;
	struct message message;
	struct verdict verdict;
	struct course course;
	struct escalation escalation;
};

/* Articles that may answer a message that opens a ticket. */
static void
write_kb(struct writer *w, struct run *run)
{
	const struct message *m = &run->message;
	const char *ids[ARTICLES_MOST + 1];
	struct kb_hit hit[ARTICLES_MOST];
	const char *text;
	size_t n;

	if (!m->first || run->verdict.closing)
		return;
	text = arena_printf(&run->arena, "%s\n%.*s", m->subject,
	    (int)(m->text_len < KB_TEXT ? m->text_len : KB_TEXT), m->text);
	n = kb_search(run->articles.kb, text, strlen(text),
	    &run->articles.wanted, hit, run->articles.most);
	for (size_t i = 0; i < n; i++)
		ids[i] = hit[i].article->id;
	ids[n] = NULL;
	w_field_list(w, "kb", ids);
}

/*
 * The verdict's fields. What came through a list is judged as any other, but
 * nothing answers it by itself: the sender may be a thousand people.
 */
static void
write_verdict(struct writer *w, struct run *run)
{
	const struct verdict *v = &run->verdict;
	const struct rule_info *topic = v->topic;
	bool list = rec_is(run->rec, "auto", "list");

	w_field_str(w, "category", topic != NULL ? topic->category : "other");
	if (topic != NULL)
		w_field_str(w, "topic", topic->topic);
	w_field_str(w, "severity", severity_name(v->level));
	w_field_int(w, "confidence", v->confidence);
	if (topic != NULL)
		w_field_str(w, "rule", topic->id);
	verdict_sum(w, v);
	w_field_list(w, "rules", verdict_rules(v, &run->arena));
	verdict_captures(w, v);
	w_field_list(w, "tags", verdict_tags(v, &run->arena));
	if (topic != NULL && topic->reply != NULL && !list &&
	    strcmp(topic->reply, "none") != 0)
		w_field_str(w, "reply", topic->reply);
	w_field_bool(w, "resolve", v->resolve && !list);
	w_field_bool(w, "closing", v->closing);
	course_json(w, &run->course);
	w_field_list(w, "secrets", triage_secrets(&run->message, &run->arena));
	write_kb(w, run);
}

/*
 * The id is made of the message and of the whole verdict: the same rules give
 * the same record again, other rules that judge otherwise give a new one.
 */
static int
emit(struct cmd *c, struct run *run, struct err *e)
{
	const char *message = rec_str(run->rec, "id", &run->arena);
	char id[ID_TEXT];
	struct writer w;
	int64_t at;

	if (message == NULL || !rec_time(run->rec, "at", &at))
		return err_set(e, ERR_INPUT, "id or at is missing");
	buf_reset(&run->body);
	w_begin(&w, &run->body);
	w_field_str(&w, "ticket", rec_str(run->rec, "ticket", &run->arena));
	w_field_str(&w, "message", message);
	w_field_str(&w, "customer", rec_str(run->rec, "customer",
	    &run->arena));
	write_verdict(&w, run);
	record_id(id, "triage", message, run->body.data, NULL);
	buf_reset(&run->line);
	record_begin(&w, &run->line, "triage", id, at);
	buf_addc(&run->line, ',');
	buf_add(&run->line, run->body.data, run->body.len);
	buf_addc(&run->line, '}');
	if (run->past != NULL)
		past_add_line(run->past, run->line.data, run->line.len);
	hands_line(run->hands, run->line.data, run->line.len);
	return cmd_emit(c, run->line.data, run->line.len, e);
}

/* Everything that decides about the message at hand. */
static int
judge(struct cmd *c, struct run *run, struct err *e)
{
	struct message *m = &run->message;
	struct verdict *v = &run->verdict;
	struct arena *a = &run->arena;

	if (record_check(run->rec, e) < 0 ||
	    triage_message(c, run->rec, m, a, e) < 0 ||
	    triage_past(run->past, c, run->rules, run->rec, m, a, e) < 0 ||
	    rules_match(run->rules, m, a, v, e) < 0 ||
	    judge_course(run->judge, m, v, NULL, NULL, a, &run->course,
	    e) < 0)
		return -1;
	run->escalation = triage_escalation(run->rec, m, v, &run->course, a);
	return 0;
}

/* The answer, which promises no more than there is. */
static int
answer(struct cmd *c, struct run *run, struct err *e)
{
	struct reach reach = { 0 };
	int had = 0;

	if (run->message.first) {
		notices_reach(run->notices, &run->escalation, &run->arena,
		    &reach);
		had = hands_anybody(run->hands, run->rec, &run->message,
		    &run->verdict, &run->arena, e);
	}
	if (had < 0)
		return -1;
	replies_promise(run->replies, had || reach.anybody, reach.paged);
	return triage_answer(c, run->replies, run->rules, run->rec,
	    &run->message, &run->verdict, &run->arena, &run->answer, e);
}

/* What follows from a verdict while it is news. */
static int
follow(struct cmd *c, struct run *run, struct err *e)
{
	const struct buf *reply = &run->answer.reply;
	const struct buf *status = &run->answer.status;

	if ((reply->len > 0 && cmd_emit(c, reply->data, reply->len, e) < 0) ||
	    (status->len > 0 && cmd_emit(c, status->data, status->len,
	    e) < 0) || hands_work(run->hands, run->rec, &run->message,
	    &run->verdict, status->len > 0, &run->arena, e) < 0 ||
	    hands_level(run->hands, run->rec, &run->message, &run->arena,
	    &run->escalation.severity, e) < 0)
		return -1;
	return triage_notices(c, run->notices, &run->escalation,
	    &run->verdict, &run->course, &run->arena, e);
}

static int
each(struct cmd *c, void *arg, const struct rec *r, struct err *e)
{
	struct run *run = arg;
	bool news;

	hands_record(run->hands, r);
	if (rec_is(r, "type", "customer"))
		return customers_add_record(c->customers, r, e);
	if (run->past != NULL)
		past_add(run->past, r);
	if (!triage_concerns(r))
		return 0;
	arena_reset(&run->arena);
	run->rec = r;
	if (judge(c, run, e) < 0)
		return -1;
	/* The answer first: without one there is no verdict to be kept. */
	news = triage_current(c, run->rules, replay, r);
	if ((news && answer(c, run, e) < 0) || emit(c, run, e) < 0)
		return -1;
	return news ? follow(c, run, e) : 0;
}

static int
settle(struct cmd *c, void *arg, struct err *e)
{
	struct run *run = arg;

	(void)c;
	return hands_settle(run->hands, e);
}

/* All that a run needs, and that it is right, before anything is read. */
static int
prepare(struct cmd *c, struct run *run, struct err *e)
{
	if (triage_rules(c, &run->rules, e) < 0)
		return -1;
	run->past = triage_past_open(run->rules);
	run->replies = replies_new(c, "reply");
	if (triage_forms(c, run->replies, run->rules, NULL, e) < 0 ||
	    notices_open(&run->notices, c, e) < 0 ||
	    notices_check_own(run->notices, e) < 0 ||
	    judge_open(&run->judge, c, e) < 0 ||
	    hands_open(&run->hands, c, run->judge, run->notices, e) < 0)
		return -1;
	return articles_open(&run->articles, c, e);
}

static void
end(struct run *run)
{
	if (run->replies != NULL)
		replies_free(run->replies);
	hands_close(run->hands);
	notices_close(run->notices);
	judge_close(run->judge);
	articles_close(&run->articles);
	past_free(run->past);
	rules_free(run->rules);
	arena_free(&run->arena);
	buf_free(&run->answer.reply);
	buf_free(&run->answer.status);
	buf_free(&run->body);
	buf_free(&run->line);
}

int
triage_run(struct cmd *c, struct err *e)
{
	struct run *run = xcalloc(1, sizeof(*run));
	struct filter f = { .each = each, .settle = settle, .finish = settle,
		.arg = run };
	int rc = -1;

	buf_init(&run->body);
	buf_init(&run->line);
	buf_init(&run->answer.reply);
	buf_init(&run->answer.status);
	if (c->pending && c->store == NULL)
		err_set(e, ERR_USAGE,
		    "--pending needs a store: -d FILE or TAI_DB");
	else if (prepare(c, run, e) == 0 && (!c->pending ||
	    store_untriaged(c->store, &f.pending, e) == 0))
		rc = cmd_filter(c, &f, e);
	if (f.pending != NULL)
		cursor_close(f.pending);
	end(run);
	free(run);
	return rc;
}
