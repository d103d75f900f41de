/* tai-sla due: open tickets, the next due first. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "format/zone.h"
#include "sla.h"

struct due {			/* a clock that runs, is paused or is late */
	struct clock clock;
	const char *key, *customer, *tier, *subject;
	enum severity severity;
	char *record;
	size_t record_len;
};

struct dues {
	struct due *due;
	size_t n, room;
	struct arena arena, scratch;
};

char *
local_time(struct cmd *c, const char *zone, int64_t t, struct arena *a)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	const struct zone *z;
	struct err bad = { 0 };
	struct civil l;

	(void)c;
	if (zone_load(&z, zone, &bad) < 0 && (err_clear(&bad),
	    zone_load(&z, "UTC", &bad) < 0))
		return arena_strdup(a, "?");
	l = civil_from_seconds(zone_local(z, t));
	return arena_printf(a, "%.3s %04d-%02d-%02d %02d:%02d:%02d %s",
	    days + 3 * l.weekday, (int)l.year, l.month, l.day, l.hour,
	    l.minute, l.second, zone_abbreviation(z, t));
}

static void
add(struct dues *d, const struct clock *clock, const struct ticket *t,
    const char *tier, int64_t now)
{
	struct buf line = BUF_INIT;
	struct due *due;

	if (d->n == d->room) {
		d->room = d->room > 0 ? 2 * d->room : 64;
		d->due = xreallocarray(d->due, d->room, sizeof(*d->due));
	}
	due = &d->due[d->n++];
	due->clock = *clock;
	due->key = arena_strdup(&d->arena, t->history->key);
	due->customer = arena_strdup(&d->arena, *t->customer != '\0' ?
	    t->customer : t->from);
	due->tier = tier;
	due->subject = arena_strdup(&d->arena, t->subject);
	due->severity = t->severity;
	clock_record(clock, t, tier, now, &line);
	due->record = arena_strndup(&d->arena, line.data, line.len);
	due->record_len = line.len;
	buf_free(&line);
}

static int
each(struct cmd *c, void *arg, const struct history *h, struct err *e)
{
	struct clock clocks[CLOCKS];
	struct dues *d = arg;
	struct err bad = { 0 };
	struct ticket t;
	const char *tier;

	(void)e;
	arena_reset(&d->scratch);
	ticket_fold(h, c->now, &d->scratch, &t);
	if (t.opened == TIME_NONE || t.status == STATUS_RESOLVED ||
	    t.status == STATUS_CLOSED)
		return 0;
	tier = cmd_tier(c, &t);
	if (clocks_of(c->policy, &t, tier, c->now, clocks, NULL, NULL,
	    &bad) < 0) {
		cmd_warn(c, ERR_CONFIG, "ticket %s: %s", h->key, bad.text);
		return 0;
	}
	for (int k = 0; k < CLOCKS; k++) {
		const struct clock *clock = &clocks[k];

		if (clock->state == CLOCK_RUNNING ||
		    clock->state == CLOCK_PAUSED ||
		    (clock->state == CLOCK_MISSED && clock->stop == TIME_NONE))
			add(d, clock, &t, tier, c->now);
	}
	return 0;
}

/* Paused clocks last: they have no moment at which they are due. */
static int
by_due(const void *x, const void *y)
{
	const struct due *a = x, *b = y;
	int64_t s = a->clock.due, t = b->clock.due;

	if ((s == TIME_NONE) != (t == TIME_NONE))
		return s == TIME_NONE ? 1 : -1;
	if (s != t)
		return s < t ? -1 : 1;
	if (strcmp(a->key, b->key) != 0)
		return strcmp(a->key, b->key);
	return (int)a->clock.kind - (int)b->clock.kind;
}

static void
print_table(struct cmd *c, const struct dues *d)
{
	static const struct column columns[] = {
		{ "TICKET", false, false }, { "CUSTOMER", false, true },
		{ "SEVERITY", false, false }, { "CLOCK", false, false },
		{ "DUE", false, false }, { "LEFT", true, false },
		{ "SUBJECT", false, true },
	};
	struct table *t = table_new(columns, 7);
	struct arena a = { 0 };

	for (size_t i = 0; i < d->n; i++) {
		const struct due *due = &d->due[i];
		const struct clock *k = &due->clock;
		char text[TIME_TEXT];
		char *when = k->due == TIME_NONE ? NULL :
		    local_time(c, c->org.zone, k->due, &a);

		table_cell(t, due->key);
		table_cell(t, due->customer);
		table_cell(t, severity_name(due->severity));
		table_cell(t, clock_name(k->kind));
		table_cell(t, when == NULL ? "paused" :
		    arena_strndup(&a, when + 9, 11));
		table_cell(t, k->late > 0 ? arena_printf(&a, "-%s",
		    duration_format(k->late, text)) :
		    duration_format(k->remaining, text));
		table_cell(t, due->subject);
	}
	cmd_table(c, t);
	table_free(t);
	arena_free(&a);
}

int
sla_due(struct cmd *c, struct err *e)
{
	struct dues d = { 0 };
	bool late = false;
	int rc = cmd_histories(c, true, NULL, each, &d, e);

	if (rc == 0 && d.n > 0)
		qsort(d.due, d.n, sizeof(*d.due), by_due);
	for (size_t i = 0; rc == 0 && i < d.n; i++) {
		late |= d.due[i].clock.late > 0;
		if (cmd_form(c) != FORM_JSON)
			continue;
		buf_add(&c->out, d.due[i].record, d.due[i].record_len);
		buf_addc(&c->out, '\n');
	}
	if (rc == 0 && cmd_form(c) != FORM_JSON)
		print_table(c, &d);
	free(d.due);
	arena_free(&d.arena);
	arena_free(&d.scratch);
	return rc < 0 ? -1 : late;
}
