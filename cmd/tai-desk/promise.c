/* tai-desk set due= and excluded= since= until=: time, by a person's word. */
#include <string.h>

#include "base/time.h"
#include "desk.h"
#include "format/when.h"

static int
moment(struct cmd *c, const char *name, const char *text, int64_t *out,
    struct err *e)
{
	const struct zone *zone;

	if (zone_load(&zone, c->org.zone, e) < 0)
		return -1;
	if (time_parse(text, out) < 0 && when_guess(text, zone, out) < 0)
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
	if (t->due[kind] == at)
		return 0;
	if (at == TIME_NONE)
		w_field_str(w, "due", "");
	else
		w_field_time(w, "due", at);
	w_field_str(w, "clock", clock_name((enum clock_kind)kind));
	return 1;
}

/* Whether the last word on a period is this one. */
static bool
is_said(const struct history *h, const char *since, const char *text)
{
	const char *last = "";

	for (size_t i = 0; i < h->n; i++) {
		const struct event *ev = &h->event[i];

		if (ev->kind == EVENT_EXCLUDE && ev->arg == 1 &&
		    strncmp(ev->text, since, strlen(since)) == 0)
			last = ev->text;
	}
	return strcmp(last, text) == 0;
}

int
desk_period(struct cmd *c, const char *why, const char *since,
    const char *until, const struct ticket *t, struct writer *w,
    struct err *e)
{
	int64_t from, to = TIME_NONE;
	const char *begins, *ends = "";

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
	if (is_said(t->history, begins, arena_printf(&c->arena, "%s%s\t%s",
	    begins, ends, why)))
		return 0;
	w_field_str(w, "excluded", why);
	w_field_time(w, "since", from);
	if (to != TIME_NONE)
		w_field_time(w, "until", to);
	return 1;
}
