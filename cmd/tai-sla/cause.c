/* What moved a clock: its events, and the records that they follow from. */
#include <string.h>

#include "sla.h"

const char *
sla_record(struct cmd *c, const struct event *ev, struct arena *a)
{
	struct err ignored = { 0 };
	char id[LOG_ID];

	if (ev == NULL)
		return NULL;
	if (ev->id != NULL)
		return ev->id;
	if (ev->seq == 0 || c->store == NULL ||
	    store_id(c->store, ev->seq, id, &ignored) != 1)
		return NULL;
	return arena_strdup(a, id);
}

/* The part of a text with tabs, from 0. */
static const char *
text_part(const struct event *ev, int n, struct arena *a)
{
	const char *p = ev->text;

	for (; p != NULL && n > 0; n--) {
		if ((p = strchr(p, '\t')) != NULL)
			p++;
	}
	return p == NULL ? "" : arena_strndup(a, p, strcspn(p, "\t"));
}

const char *
sla_who(const struct event *ev, struct arena *a)
{
	switch (ev->kind) {
	case EVENT_CUSTOMER:
	case EVENT_AGENT:
	case EVENT_AUTO:
	case EVENT_DUE:
		return text_part(ev, 1, a);
	case EVENT_STATUS:
		return text_part(ev, 0, a);
	default:
		return "";
	}
}

const char *
sla_cause(const struct event *ev, struct arena *a)
{
	const char *who = sla_who(ev, a), *by = *who != '\0' ? " by " : "";

	switch (ev->kind) {
	case EVENT_CUSTOMER:
		return arena_printf(a, "message%s%s", by, who);
	case EVENT_AGENT:
		return arena_printf(a, "%s%s%s", ev->arg & EVENT_ASKS ?
		    "question" : "answer", by, who);
	case EVENT_STATUS:
		return arena_printf(a, "status %s%s%s",
		    status_name((enum status)ev->arg), by, who);
	case EVENT_TRIAGE:
		return ev->arg & TRIAGE_CLOSING ? "closing word" : "verdict";
	case EVENT_EXCLUDE:
		return "exclusion";
	case EVENT_DUE:
		return arena_printf(a, "due moment%s%s", by, who);
	default:
		return "record";
	}
}

bool
sla_needless(const struct clock *k)
{
	return k->kind == CLOCK_NEXT && k->state == CLOCK_NONE &&
	    k->target.seconds > 0;
}

struct writing {
	struct cmd *cmd;
	struct writer w;
	struct arena arena;
};

static void
write_event(void *arg, const struct clock_event *ev)
{
	struct writing *x = arg;
	const char *who;

	w_open(&x->w, '{');
	w_field_time(&x->w, "at", ev->at);
	w_field_str(&x->w, "event", clock_word_name(ev->word));
	w_field_str(&x->w, "why", ev->why);
	if (ev->by != NULL) {
		who = sla_who(ev->by, &x->arena);
		w_field_str(&x->w, "record", sla_record(x->cmd, ev->by,
		    &x->arena));
		w_field_str(&x->w, "by", *who != '\0' ? who : NULL);
	}
	w_close(&x->w, '}');
}

void
sla_events(struct cmd *c, struct clock_log *log, const struct clock *k,
    struct buf *out)
{
	struct writing x = { .cmd = c };

	w_begin(&x.w, out);
	w_open(&x.w, '[');
	clock_log_end(log, k, c->now, write_event, &x);
	w_close(&x.w, ']');
	arena_free(&x.arena);
}
