/* Clocks as records, and as logs of what became of them. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/clock/clock.h"

const char *
clock_state_name(enum clock_state s)
{
	static const char *const names[] = { "running", "paused", "met",
		"missed", "none" };

	return names[s];
}

const char *
clock_word_name(enum clock_word w)
{
	static const char *const names[] = { "activated", "paused", "resumed",
		"due_set", "remind", "breached", "met", "stopped",
		"cancelled" };

	return names[w];
}

const char *
clock_flag(const struct clock *c, size_t n)
{
	static const char *const names[] = { "changed", "due_set",
		"part_excluded", "date_skew", "early_answer", "reopened",
		"default_tier" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if ((c->flags >> i & 1) && n-- == 0)
			return names[i];
	}
	return NULL;
}

static void
write_times(struct writer *w, const struct clock *c)
{
	w_field_str(w, "calendar", calendar_name(c->target.calendar));
	if (c->state != CLOCK_NONE)
		w_field_int(w, "target_s", c->goal);
	w_field_int(w, "counted_s", c->counted);
	w_field_int(w, "elapsed_s", c->elapsed);
	w_field_time(w, "started", c->start);
	if (c->stop != TIME_NONE)
		w_field_time(w, "stopped", c->stop);
}

static void
write_flags(struct writer *w, const struct clock *c)
{
	const char *flag;

	if (c->flags == 0)
		return;
	w_key(w, "flags");
	w_open(w, '[');
	for (size_t i = 0; (flag = clock_flag(c, i)) != NULL; i++)
		w_str(w, flag);
	w_close(w, ']');
}

static void
write_raw(struct writer *w, const char *name, const char *json)
{
	if (json == NULL)
		return;
	w_key(w, name);
	w_raw(w, json, strlen(json));
}

void
clock_record(const struct clock *c, const struct ticket *t, int64_t now,
    const char *steps, const char *events, struct buf *out)
{
	char id[ID_TEXT], at[TIME_TEXT], n[24];
	struct writer w;

	snprintf(n, sizeof(n), "%d", c->n);
	record_id(id, "clock", t->history->key, clock_name(c->kind), n,
	    time_format(now, at), (char *)NULL);
	record_begin(&w, out, "clock", id, now);
	w_field_str(&w, "ticket", t->history->key);
	if (*t->customer != '\0')
		w_field_str(&w, "customer", t->customer);
	w_field_str(&w, "tier", c->tier);
	w_field_str(&w, "severity", severity_name(c->severity));
	w_field_str(&w, "clock", clock_name(c->kind));
	w_field_int(&w, "n", c->n);
	w_field_str(&w, "state", clock_state_name(c->state));
	w_field_str(&w, "why", c->why);
	if (c->state != CLOCK_NONE || c->elapsed > 0)
		write_times(&w, c);
	if (c->due != TIME_NONE)
		w_field_time(&w, "due", c->due);
	if (c->state != CLOCK_NONE) {
		w_field_int(&w, "remaining_s", c->remaining);
		w_field_int(&w, "late_s", c->late);
	}
	if (c->late > 0)
		w_field_int(&w, "late_wall_s", c->late_wall);
	if (c->state != CLOCK_NONE && c->paused != TIME_NONE)
		w_field_time(&w, "paused", c->paused);
	if (c->state != CLOCK_NONE && c->remind != TIME_NONE)
		w_field_time(&w, "remind", c->remind);
	write_flags(&w, c);
	write_raw(&w, "steps", steps);
	write_raw(&w, "events", events);
	w_close(&w, '}');
}

/* -- the log ---------------------------------------------------------- */

void
clock_log_step(struct clock_log *l, const struct clock_step *s)
{
	if (l->n == l->room) {
		l->room = l->room > 0 ? 2 * l->room : 32;
		l->step = xreallocarray(l->step, l->room, sizeof(*l->step));
	}
	l->step[l->n] = *s;
	l->step[l->n++].why = arena_strdup(&l->arena, s->why);
}

struct telling {
	void (*tell)(void *, const struct clock_event *);
	void *arg;
	const struct clock *clock;
	bool due_told;
};

static void
tell(struct telling *t, int64_t at, enum clock_word word, const char *why,
    const struct event *by)
{
	const struct clock_event ev = { at, word, why, by };
	const struct event *due = t->clock->due_by;

	/* Its due moment was set before that. */
	if (due != NULL && !t->due_told && due->at <= at &&
	    word != CLOCK_ACTIVATED) {
		t->due_told = true;
		t->tell(t->arg, &(struct clock_event){ due->at,
		    CLOCK_DUE_CHANGED, NULL, due });
	}
	if (word != CLOCK_DUE_CHANGED)
		t->tell(t->arg, &ev);
}

static void
tell_end(struct telling *t, const struct clock *c, int64_t now)
{
	if (c->stop == TIME_NONE && c->remind != TIME_NONE &&
	    c->remind <= now)
		tell(t, c->remind, CLOCK_REMIND, NULL, c->paused_by);
	if (c->state == CLOCK_NONE && c->start != TIME_NONE)
		tell(t, c->start + c->elapsed, CLOCK_CANCELLED, c->why,
		    c->ended_by);
	else if (c->stop != TIME_NONE)
		tell(t, c->stop, c->late > 0 ? CLOCK_STOPPED :
		    CLOCK_FULFILLED, NULL, c->ended_by);
}

void
clock_log_end(struct clock_log *l, const struct clock *c, int64_t now,
    void (*f)(void *, const struct clock_event *), void *arg)
{
	struct telling t = { f, arg, c, false };
	int64_t counted = 0;
	bool paused = false, late = false;

	if (c->start != TIME_NONE)
		tell(&t, c->start, CLOCK_ACTIVATED, NULL, c->by);
	for (size_t i = 0; i < l->n; i++) {
		const struct clock_step *s = &l->step[i];
		bool stands = s->what == STEP_PAUSED;

		if (stands && (!paused || strcmp(s->why, s[-1].why) != 0))
			tell(&t, s->from, CLOCK_STOOD, s->why, s->by);
		else if (!stands && paused)
			tell(&t, s->from, CLOCK_RESUMED, NULL, s->by);
		paused = stands;
		if (!late && c->late > 0 && (c->flags & CLOCK_DUE_SET ?
		    !stands && s->from >= c->due :
		    counted + s->counted > c->goal)) {
			late = true;
			tell(&t, c->flags & CLOCK_DUE_SET ? s->from :
			    s->from + c->goal - counted, CLOCK_BREACHED, NULL,
			    NULL);
		}
		counted += s->counted;
	}
	if (c->due_by != NULL && !t.due_told)
		tell(&t, c->due_by->at, CLOCK_DUE_CHANGED, NULL, NULL);
	tell_end(&t, c, now);
	l->n = 0;
	arena_reset(&l->arena);
}

void
clock_log_free(struct clock_log *l)
{
	free(l->step);
	arena_free(&l->arena);
}
