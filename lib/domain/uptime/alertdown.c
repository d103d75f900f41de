/* Episodes of alerts as outages. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/uptime/alertdown.h"

enum turn { FIRES, RECOVERS };

struct word {			/* one record */
	const char *alert;	/* source and fingerprint */
	int64_t at, started;	/* started: TIME_NONE where it is unsaid */
	const char *id;
	enum turn turn;
	int severity;		/* 1 to 4; 0 unsaid */
	const char *service, *customer, *title;	/* or NULL */
};

struct alert_downs {
	struct arena arena;
	struct word *word;
	size_t n, room;
};

struct alert_downs *
alert_downs_new(void)
{
	return xcalloc(1, sizeof(struct alert_downs));
}

void
alert_downs_free(struct alert_downs *d)
{
	if (d == NULL)
		return;
	free(d->word);
	arena_free(&d->arena);
	free(d);
}

void
alert_downs_add(struct alert_downs *d, const struct rec *r)
{
	struct arena *a = &d->arena;
	const char *severity, *source, *who;
	struct word w = { .started = TIME_NONE };
	bool fires = rec_is(r, "state", "firing");

	if (!rec_is(r, "type", "alert") || !rec_time(r, "at", &w.at) ||
	    (!fires && !rec_is(r, "state", "resolved")))
		return;
	source = rec_str(r, "source", a);
	who = rec_str(r, "fingerprint", a);
	w.service = rec_str(r, "service", a);
	if (source == NULL || who == NULL || w.service == NULL)
		return;
	rec_time(r, "started", &w.started);
	w.turn = fires ? FIRES : RECOVERS;
	w.alert = arena_printf(a, "%s/%s", source, who);
	w.id = rec_str(r, "id", a);
	w.id = w.id != NULL ? w.id : "";
	w.customer = rec_str(r, "customer", a);
	w.title = rec_str(r, "title", a);
	severity = rec_str(r, "severity", a);
	if (severity != NULL && severity[0] == 'P' && severity[1] >= '1' &&
	    severity[1] <= '4' && severity[2] == '\0')
		w.severity = severity[1] - '0';
	if (d->n == d->room) {
		d->room = d->room > 0 ? 2 * d->room : 64;
		d->word = xreallocarray(d->word, d->room, sizeof(*d->word));
	}
	d->word[d->n++] = w;
}

static int
by_alert(const void *x, const void *y)
{
	const struct word *a = x, *b = y;
	int c = strcmp(a->alert, b->alert);

	if (c != 0)
		return c;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return (c = strcmp(a->id, b->id)) != 0 ? c :
	    (int)a->turn - (int)b->turn;
}

static const char *const nobody[] = { NULL };

/* An episode that begins; its weight is what the policy says of it. */
static void
begin(const struct word *w, const struct uprules *u, struct arena *a,
    struct incident *in)
{
	int severity = w->severity != 0 ? w->severity : 4;
	const char **service = arena_zalloc(a, 2 * sizeof(*service));
	const char **customer = arena_zalloc(a, 2 * sizeof(*customer));

	service[0] = arena_strdup(a, w->service);
	if (w->customer != NULL)
		customer[0] = arena_strdup(a, w->customer);
	*in = (struct incident){ .key = arena_printf(a, "alert:%s",
		w->alert), .title = w->title != NULL ? arena_strdup(a,
		w->title) : service[0], .severity = severity,
		.first = severity, .worst = severity, .declared = w->at,
		.last = w->at, .started = w->started != TIME_NONE &&
		w->started < w->at ? w->started : w->at,
		.ended = TIME_NONE, .affects = service,
		.customers = w->customer != NULL ? customer : nobody,
		.share = -1, .weight = u->alert_down[severity],
		.told = TIME_NONE, .postmortem = TIME_NONE };
}

size_t
alert_downs_at(struct alert_downs *d, const struct uprules *u, int64_t now,
    struct arena *a, struct incident **out)
{
	struct incident *open = NULL;
	const char *of = "";
	size_t n = 0;

	*out = arena_alloc(a, (d->n + 1) * sizeof(**out));
	if (d->n > 1)
		qsort(d->word, d->n, sizeof(*d->word), by_alert);
	for (size_t i = 0; i < d->n; i++) {
		const struct word *w = &d->word[i];

		if (strcmp(w->alert, of) != 0)
			open = NULL;
		of = w->alert;
		if (w->at > now)
			continue;
		if (w->turn == FIRES && open == NULL) {
			begin(w, u, a, &(*out)[n]);
			if (u->alert_down[(*out)[n].severity] >= 0)
				open = &(*out)[n++];
		} else if (w->turn == RECOVERS && open != NULL) {
			open->ended = w->at;
			open->status = INCIDENT_RESOLVED;
			open = NULL;
		}
	}
	return n;
}
