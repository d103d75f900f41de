/* tai-sla watch: the daily list of what nobody has answered. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "watch.h"

#define ROWS_TOLD 100

int
watch_list_add(struct watching *w, const struct history *h, struct err *e)
{
	struct arena *keep = &w->cmd->arena;
	struct clock clock[CLOCKS];
	struct clock_ask ask;
	struct unanswered *u;
	struct ticket t;

	ticket_fold(h, w->listed, &w->scratch, &t);
	if (t.opened == TIME_NONE || t.waiting_since == TIME_NONE ||
	    ticket_is_done(&t) || !ticket_is_work(&t, w->listed) || t.excluded != NULL ||
	    policy_excluded(w->cmd->policy, t.category, t.topic) != NULL)
		return 0;
	ask = cmd_clock_ask(w->cmd, &t);
	ask.now = w->listed;
	if (clocks_of(&ask, &t, clock, e) < 0)
		return -1;
	if (w->rows == w->room) {
		w->room = w->room > 0 ? 2 * w->room : 64;
		w->row = xreallocarray(w->row, w->room, sizeof(*w->row));
	}
	u = &w->row[w->rows++];
	memcpy(u->key, h->key, KEY_TEXT);
	u->customer = arena_strdup(keep, *t.customer != '\0' ? t.customer :
	    t.from);
	u->subject = arena_strdup(keep, cmd_redact(w->cmd, t.subject,
	    &w->scratch));
	u->assignee = arena_strdup(keep, *t.assignee != '\0' ? t.assignee :
	    "nobody");
	u->severity = t.severity;
	u->since = t.waiting_since;
	u->due = TIME_NONE;
	u->late = 0;
	for (int k = 0; k < CLOCKS; k++) {
		if (k != CLOCK_RESOLUTION && clock[k].stop == TIME_NONE &&
		    clock[k].due != TIME_NONE && clock[k].state !=
		    CLOCK_NONE) {
			u->due = clock[k].due;
			u->late = clock[k].late;
		}
	}
	return 0;
}

static int
by_due(const void *x, const void *y)
{
	const struct unanswered *a = x, *b = y;

	if ((a->due == TIME_NONE) != (b->due == TIME_NONE))
		return a->due == TIME_NONE ? 1 : -1;
	if (a->due != b->due)
		return a->due < b->due ? -1 : 1;
	return strcmp(a->key, b->key);
}

static void
write_row(struct watching *w, struct writer *o, const struct unanswered *u)
{
	char text[TIME_TEXT];

	w_open(o, '{');
	w_field_str(o, "ticket", u->key);
	w_field_str(o, "severity", severity_name(u->severity));
	w_field_str(o, "customer", u->customer);
	w_field_str(o, "subject", *u->subject != '\0' ? u->subject :
	    "(no subject)");
	w_field_str(o, "assignee", u->assignee);
	w_field_str(o, "waits", duration_format(w->listed - u->since, text));
	w_field_str(o, "due", u->due != TIME_NONE ? cmd_time(w->cmd, u->due,
	    &w->scratch) : "");
	w_field_str(o, "late", u->late > 0 ? duration_format(u->late, text) :
	    "");
	w_close(o, '}');
}

static void
list_facts(struct watching *w, struct buf *json)
{
	struct writer o;

	notices_facts(w->notices, &o, json);
	w_field_str(&o, "count", arena_printf(&w->scratch, "%zu", w->rows));
	w_field_str(&o, "time", cmd_time(w->cmd, w->listed, &w->scratch));
	w_field_str(&o, "more", w->rows > ROWS_TOLD ? arena_printf(
	    &w->scratch, "%zu", w->rows - ROWS_TOLD) : "");
	w_key(&o, "tickets");
	w_open(&o, '[');
	for (size_t i = 0; i < w->rows && i < ROWS_TOLD; i++)
		write_row(w, &o, &w->row[i]);
	w_close(&o, ']');
	w_close(&o, '}');
}

int
watch_list_tell(struct watching *w, struct err *e)
{
	struct buf json = BUF_INIT;
	struct notice n = { .form = "unanswered", .facts = &json,
		.severity = -1, .at = w->listed };
	char at[TIME_TEXT];
	int rc = 0;

	if (w->rows == 0)
		return 0;
	qsort(w->row, w->rows, sizeof(*w->row), by_due);
	n.key = arena_printf(&w->scratch, "unanswered:%s",
	    time_format(w->listed, at));
	n.late = w->cmd->now - w->listed > w->ladder.late;
	list_facts(w, &json);
	for (const char *const *to = w->ladder.unanswered.to; rc >= 0 &&
	    *to != NULL; to++) {
		n.target = *to;
		rc = notices_tell(w->notices, &n, &w->scratch, e);
	}
	buf_free(&json);
	return rc < 0 ? -1 : 0;
}
