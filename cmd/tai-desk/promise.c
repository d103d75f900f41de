/* tai-desk set due= and excluded= since= until=: time, by a person's word. */
#include <string.h>

#include "base/time.h"
#include "desk.h"
#include "format/said.h"

static int
moment(struct cmd *c, const char *name, const char *text, int64_t *out,
    struct err *e)
{
	const struct zone *zone;

	if (zone_load(&zone, c->org.zone, e) < 0)
		return -1;
	if (said_moment(text, zone, c->now, out) < 0)
		return err_set(e, ERR_USAGE, "%s is not a time such as "
		    "2026-03-02T17:00", name);
	return 0;
}

int
desk_due(struct cmd *c, const char *due, const char *clock,
    const struct ticket *t, struct writer *w, struct err *e)
{
	int kind = clock != NULL ? clock_parse(clock) : CLOCK_RESOLUTION;
	int64_t at = TIME_NONE;

	if (kind < 0)
		return err_set(e, ERR_USAGE,
		    "clock is response, resolution or next");
	if (*due != '\0' && moment(c, "due", due, &at, e) < 0)
		return -1;
	if (at != TIME_NONE && at < t->opened)
		return err_set(e, ERR_USAGE, "due, %s, is before the ticket "
		    "began", cmd_time(c, at, &c->arena));
	if (t->due[kind] == at)
		return 0;
	if (at == TIME_NONE)
		w_field_str(w, "due", "");
	else
		w_field_time(w, "due", at);
	w_field_str(w, "clock", clock_name((enum clock_kind)kind));
	return 1;
}

/* The last word on the period that begins so; "" for none. */
static const char *
last_word(const struct history *h, const char *since)
{
	const char *last = "";

	for (size_t i = 0; i < h->n; i++) {
		const struct event *ev = &h->event[i];

		if (ev->kind == EVENT_EXCLUDE && ev->arg == 1 &&
		    strncmp(ev->text, since, strlen(since)) == 0)
			last = ev->text;
	}
	return last;
}

int
desk_period(struct cmd *c, const char *why, const char *since,
    const char *until, const struct ticket *t, struct writer *w,
    struct err *e)
{
	int64_t from, to = TIME_NONE;
	const char *begins, *ends = "", *last;

	if (since == NULL)
		return err_set(e, ERR_USAGE, "until= needs since=");
	if (moment(c, "since", since, &from, e) < 0 || (until != NULL &&
	    *until != '\0' && moment(c, "until", until, &to, e) < 0))
		return -1;
	if (to != TIME_NONE && to <= from)
		return err_set(e, ERR_USAGE, "until is not behind since");
	begins = arena_printf(&c->arena, "%lld\t", (long long)from);
	if (to != TIME_NONE)
		ends = arena_printf(&c->arena, "%lld", (long long)to);
	last = last_word(t->history, begins);
	if (*why == '\0' && *last == '\0')
		return err_set(e, ERR_USAGE, "no period begins at %s",
		    cmd_time(c, from, &c->arena));
	if (strcmp(last, arena_printf(&c->arena, "%s%s\t%s", begins, ends,
	    why)) == 0)
		return 0;
	w_field_str(w, "excluded", why);
	w_field_time(w, "since", from);
	if (to != TIME_NONE)
		w_field_time(w, "until", to);
	return 1;
}
