/*
 * Whom a verdict concerns: the targets of its escalation, and the channel
 * that its topic is routed to. A ticket tells each of them once.
 */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "seen.h"
#include "triage.h"

int
notices_open(struct notices *n, struct cmd *c, struct err *e)
{
	struct yaml *root;

	memset(n, 0, sizeof(*n));
	n->cmd = c;
	n->forms = replies_new(c, "notice");
	n->seen = seen_new();
	if (cmd_rule_yaml(c, "team.yaml", &root, e) < 0)
		return -1;
	return team_load(&n->team, root, e);
}

void
notices_close(struct notices *n)
{
	replies_free(n->forms);
	free(n->seen);
}

static void
facts(const struct rec *r, const struct message *m, const struct verdict *v,
    struct arena *a, struct buf *json)
{
	const struct rule_info *f = v->escalate != NULL ? v->escalate :
	    v->topic;
	const char *subject = rec_str(r, "subject", a);
	char within[TIME_TEXT];
	struct writer w;

	w_begin(&w, json);
	w_open(&w, '{');
	w_field_str(&w, "ticket", rec_str(r, "ticket", a));
	w_field_str(&w, "severity", severity_name(v->level));
	w_field_str(&w, "subject", subject != NULL && *subject != '\0' ?
	    subject : "(no subject)");
	w_field_str(&w, "customer", m->customer);
	w_field_str(&w, "tier", m->tier);
	w_field_str(&w, "why", f->id);
	w_field_str(&w, "within", f->within > 0 ?
	    duration_exact(f->within, within) : "");
	w_close(&w, '}');
}

struct told {			/* one notice */
	const char *form;
	const char *target;	/* for the key: one target, one notice a way */
	struct way way;
	int level;		/* 0 for a route */
};

static int
emit(struct notices *n, const struct rec *r, const struct verdict *v,
    const struct told *t, const struct answer *text, struct arena *a,
    struct err *e)
{
	struct cmd *c = n->cmd;
	const char *ticket = rec_str(r, "ticket", a);
	const char *key = arena_printf(a, "%s:%s:%d:%s", t->form, ticket,
	    t->level, t->target);
	char id[ID_TEXT];
	struct buf line = BUF_INIT;
	struct writer w;
	int64_t at = c->now;
	int rc;

	record_id(id, "notice", key, t->way.channel, t->way.to, NULL);
	if (seen_add(n->seen, id))
		return 0;
	if (c->store != NULL && (rc = store_has(c->store, id, e)) != 0)
		return rc < 0 ? -1 : 0;
	rec_time(r, "at", &at);
	record_begin(&w, &line, "notice", id, at);
	w_field_str(&w, "channel", t->way.channel);
	w_field_str(&w, "to", t->way.to);
	w_field_str(&w, "subject", text->subject);
	w_field_str(&w, "text", text->text);
	w_field_str(&w, "about", ticket);
	w_field_str(&w, "key", key);
	w_field_str(&w, "severity", severity_name(v->level));
	if (strcmp(t->way.channel, "email") == 0)
		w_field_str(&w, "message_id", arena_printf(a, "%s@%s", id,
		    strchr(c->org.address, '@') + 1));
	w_close(&w, '}');
	rc = cmd_emit(c, line.data, line.len, e);
	buf_free(&line);
	return rc;
}

static int
tell(struct notices *n, const struct rec *r, const struct message *m,
    const struct verdict *v, const struct told *t, struct arena *a,
    struct err *e)
{
	struct buf json = BUF_INIT;
	struct err bad = { 0 };
	struct answer text;
	int rc;

	facts(r, m, v, a, &json);
	rc = replies_fill(n->forms, t->form, &json, a, &text, &bad);
	buf_free(&json);
	if (rc < 0) {
		cmd_warn(n->cmd, bad.kind, "%s", bad.text);
		return 0;
	}
	return emit(n, r, v, t, &text, a, e);
}

static int
tell_all(struct notices *n, const struct rec *r, const struct message *m,
    const struct verdict *v, struct told *t, struct arena *a, struct err *e)
{
	for (int i = 0; team_way(&n->team, t->target, i, &t->way); i++) {
		if (tell(n, r, m, v, t, a, e) < 0)
			return -1;
	}
	return 0;
}

int
triage_notices(struct notices *n, const struct rec *r,
    const struct message *m, const struct verdict *v, struct arena *a,
    struct err *e)
{
	const struct rule_info *f = v->escalate;
	struct told t = { .form = "escalation" };

	for (const char *const *to = f != NULL ? f->to : NULL;
	    to != NULL && *to != NULL; to++) {
		t.target = *to;
		t.level = f->escalate;
		if (tell_all(n, r, m, v, &t, a, e) < 0)
			return -1;
	}
	f = v->topic;
	if (f == NULL || f->route_channel == NULL || v->resolve ||
	    v->level < n->team.route_from)
		return 0;
	t = (struct told){ .form = "route", .target = f->route_channel };
	return tell_all(n, r, m, v, &t, a, e);
}
