/* tai-sla due: the clocks of open tickets, the next due first. */
#include <stdlib.h>
#include <string.h>

#include "format/said.h"
#include "sla.h"

struct due {			/* a clock that runs or stands still */
	struct clock clock;
	const char *key, *customer, *tier;
	enum severity severity;
	const char *record;
};

struct dues {
	struct due *due;
	size_t n, room;
	struct arena arena, scratch;
};

bool
sla_clocks(struct cmd *c, const struct history *h, struct arena *a,
    struct ticket *t, const char **tier, struct clock clock[CLOCKS])
{
	struct clock_ask ask;
	struct err e = { 0 };

	ticket_fold(h, c->now, a, t);
	if (t->opened == TIME_NONE)
		return false;
	ask = cmd_clock_ask(c, t);
	*tier = ask.tier;
	if (clocks_of(&ask, t, clock, &e) == 0)
		return true;
	cmd_warn(c, e.kind, "ticket %s: %s", h->key, e.text);
	return false;
}

const char *
sla_no_zone(const char *text)
{
	const char *word = strrchr(text, ' ');

	if (word == NULL || text[strspn(text, "0123456789-T: ")] != word[1])
		return NULL;
	word++;
	return strchr(word, '/') != NULL || (strlen(word) < 6 &&
	    word[strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0') ?
	    word : NULL;
}

int
sla_moment(struct cmd *c, const char *name, const char *text, int64_t *out,
    struct err *e)
{
	const struct zone *z;

	if (zone_load(&z, c->org.zone, e) < 0)
		return -1;
	if (said_moment(text, z, c->now, out) < 0 || *out < AT_MIN ||
	    *out >= AT_END)
		return sla_no_zone(text) != NULL ? err_set(e, ERR_USAGE,
		    "%s '%s': '%s' is no zone such as Europe/Berlin", name,
		    text, sla_no_zone(text)) : err_set(e, ERR_USAGE,
		    "%s '%s' is not a date or a time such as "
		    "2026-02-03T10:00:00Z or 2026-02-03 10:00", name, text);
	return 0;
}

const char *
local_time(const struct zone *z, int64_t at, struct arena *a)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	struct civil t = civil_from_seconds(zone_local(z, at));

	return arena_printf(a, "%.3s %04d-%02d-%02d %02d:%02d:%02d %s",
	    days + 3 * t.weekday, (int)t.year, t.month, t.day, t.hour,
	    t.minute, t.second, zone_abbreviation(z, at));
}

const char *
short_time(const struct zone *z, int64_t at, struct arena *a)
{
	const char *text = local_time(z, at, a);

	return arena_strndup(a, text, 20);
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
	due->severity = t->severity;
	clock_record(clock, t, now, NULL, NULL, &line);
	due->record = arena_strndup(&d->arena, line.data, line.len);
	buf_free(&line);
}

static int
each(struct cmd *c, void *arg, const struct history *h, struct err *e)
{
	struct clock clock[CLOCKS];
	struct dues *d = arg;
	struct ticket t;
	const char *tier;

	(void)e;
	arena_reset(&d->scratch);
	if (!sla_clocks(c, h, &d->scratch, &t, &tier, clock) ||
	    ticket_is_done(&t))
		return 0;
	for (int k = 0; k < CLOCKS; k++) {
		if (clock[k].state != CLOCK_NONE && clock[k].stop == TIME_NONE)
			add(d, &clock[k], &t, tier, c->now);
	}
	return 0;
}

/*
 * Paused clocks last: they have no moment at which they are due. Of those
 * that are due together the worse comes first.
 */
static int
by_due(const void *x, const void *y)
{
	const struct due *a = x, *b = y;
	int64_t s = a->clock.due, t = b->clock.due;

	if ((s == TIME_NONE) != (t == TIME_NONE))
		return s == TIME_NONE ? 1 : -1;
	if (s != t)
		return s < t ? -1 : 1;
	if (a->severity != b->severity)
		return a->severity > b->severity ? -1 : 1;
	if (a->clock.late != b->clock.late)
		return a->clock.late > b->clock.late ? -1 : 1;
	if (strcmp(a->key, b->key) != 0)
		return strcmp(a->key, b->key);
	return (int)a->clock.kind - (int)b->clock.kind;
}

/* "1h 30m", "10m soon", "paused", "-2h 5m" when it is late. */
static const char *
left(const struct cmd *c, const struct due *due, struct arena *a)
{
	const struct clock *k = &due->clock;
	char text[TIME_TEXT];

	if (k->state == CLOCK_PAUSED)
		return "paused";
	return arena_printf(a, "%s%s", duration_format(k->late > 0 ? -k->late :
	    k->remaining, text), k->late == 0 && k->remaining <=
	    policy_warning(c->policy, due->severity) ? " soon" : "");
}

const char *
sla_near(const struct cmd *c, const struct zone *z, int64_t at,
    struct arena *a)
{
	const char *text = local_time(z, at, a);

	return strncmp(text + 4, local_time(z, c->now, a) + 4, 4) == 0 ?
	    arena_strndup(a, text + 9, 11) : arena_strndup(a, text + 4, 16);
}

/* "03-04 10:00" for a narrow screen, the whole of it for programs. */
static const char *
due_text(const struct cmd *c, const struct zone *z, int64_t at,
    struct arena *a)
{
	const char *text;

	if (at == TIME_NONE)
		return NULL;
	text = local_time(z, at, a);
	if (cmd_form(c) != FORM_TABLE && cmd_form(c) != FORM_TEXT)
		return text;
	return sla_near(c, z, at, a);
}

static int
print_table(struct cmd *c, const struct dues *d, struct err *e)
{
	static const struct column columns[] = {
		{ .title = "TICKET" }, { .title = "CUSTOMER", .shrink = true },
		{ .title = "TIER", .shrink = true }, { .title = "SEVERITY" },
		{ .title = "CLOCK" }, { .title = "DUE" },
		{ .title = "LEFT", .right = true },
	};
	struct arena a = { 0 };
	const struct zone *z;
	struct table *t;

	if (zone_load(&z, c->org.zone, e) < 0)
		return -1;
	t = table_new(columns, sizeof(columns) / sizeof(*columns));
	for (size_t i = 0; i < d->n; i++) {
		const struct due *due = &d->due[i];

		table_cell(t, due->key);
		table_cell(t, due->customer);
		table_cell(t, due->tier);
		table_cell(t, severity_name(due->severity));
		table_cell(t, clock_name(due->clock.kind));
		table_cell(t, due_text(c, z, due->clock.due, &a));
		table_cell(t, left(c, due, &a));
	}
	cmd_table(c, t);
	table_free(t);
	arena_free(&a);
	return 0;
}

/* For a moment of the past, tickets that are closed by now were open. */
static int
only_open(const struct cmd *c, bool *only, struct err *e)
{
	int64_t latest = TIME_NONE;

	if (!cmd_reads_records(c) && store_latest(c->store, &latest, e) < 0)
		return -1;
	*only = latest == TIME_NONE || c->now >= latest;
	return 0;
}

int
sla_due(struct cmd *c, struct err *e)
{
	struct dues d = { 0 };
	bool late = false, only;
	int rc = only_open(c, &only, e);

	if (rc == 0)
		rc = cmd_histories(c, only, NULL, each, &d, e);
	if (rc == 0 && d.n > 0)
		qsort(d.due, d.n, sizeof(*d.due), by_due);
	for (size_t i = 0; rc == 0 && i < d.n; i++) {
		late = late || d.due[i].clock.state == CLOCK_MISSED;
		if (cmd_form(c) == FORM_JSON)
			buf_printf(&c->out, "%s\n", d.due[i].record);
	}
	if (rc == 0 && cmd_form(c) != FORM_JSON)
		rc = print_table(c, &d, e);
	free(d.due);
	arena_free(&d.arena);
	arena_free(&d.scratch);
	return rc < 0 ? -1 : late;
}
