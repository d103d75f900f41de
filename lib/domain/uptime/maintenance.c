/* Maintenance: its windows as they were told, and series of them. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/uptime/incidentset.h"
#include "domain/uptime/repeat.h"

#define FORESEEN	(INT64_C(92) * 86400)	/* of maintenance in series */

static void
take_window(const struct word *w, int64_t now, struct arena *a,
    struct maintenance *m)
{
	struct notice_window *t = &m->told[m->n];
	int64_t announced, completed, from = m->started, to = m->ended;
	const char *repeat = m->repeat;

	m->said = w->at;
	rec_time(w->rec, "started", &m->started);
	rec_time(w->rec, "ended", &m->ended);
	take_text(w->rec, "repeat", a, &m->repeat);
	take_text(w->rec, "zone", a, &m->zone);
	take_text(w->rec, "title", a, &m->title);
	take_texts(w->rec, "services", a, &m->services);
	take_texts(w->rec, "customers", a, &m->customers);
	m->cancelled = false;
	rec_bool(w->rec, "cancelled", &m->cancelled);
	m->completed = TIME_NONE;
	if (rec_time(w->rec, "completed", &completed) && completed <= now)
		m->completed = completed;
	if (m->cancelled)
		return;
	/* Only of the first word may be said that it was told before. */
	t->announced = w->at;
	if (m->n == 0 && rec_time(w->rec, "announced", &announced))
		t->announced = announced;
	t->started = m->started;
	t->ended = m->ended;
	if (m->n == 0 || from != m->started || to != m->ended ||
	    (repeat == NULL) != (m->repeat == NULL) || (repeat != NULL &&
	    strcmp(repeat, m->repeat) != 0))
		m->repeat_told = t->announced;
	m->n++;
}

static bool
fold_maintenance(struct matter *m, int64_t now, struct arena *a,
    struct maintenance *out)
{
	const struct word *word;
	size_t words = matter_words(m, now, &word);

	*out = (struct maintenance){ .key = matter_key(m), .title = "",
		.services = matter_nothing, .customers = matter_nothing,
		.completed = TIME_NONE, .zone = "UTC" };
	if (words == 0)
		return false;
	out->told = arena_alloc(a, words * sizeof(*out->told));
	for (size_t i = 0; i < words; i++)
		take_window(&word[i], now, a, out);
	if (out->title == NULL)
		out->title = "";
	/* Over early, it was no longer than that. */
	if (out->completed != TIME_NONE && out->completed < out->ended) {
		out->cancelled = out->cancelled ||
		    out->completed <= out->started;
		out->ended = out->cancelled ? out->ended : out->completed;
	}
	return true;
}

static int
by_window(const void *x, const void *y)
{
	const struct maintenance *a = x, *b = y;
	int c;

	if (a->started != b->started)
		return a->started < b->started ? -1 : 1;
	if ((c = strcmp(a->key, b->key)) != 0)
		return c;
	return (a->nth > b->nth) - (a->nth < b->nth);
}

struct plans {
	struct maintenance *of;
	size_t n, room;
};

static void
add_plans(struct plans *p, const struct maintenance *m, size_t n)
{
	if (n == 0)
		return;
	while (p->n + n > p->room) {
		p->room = p->room > 0 ? 2 * p->room : 64;
		p->of = xreallocarray(p->of, p->room, sizeof(*p->of));
	}
	memcpy(p->of + p->n, m, n * sizeof(*m));
	p->n += n;
}

size_t
maintenances_at(struct incidents *all, int64_t now, struct arena *a,
    struct maintenance **out)
{
	struct plans p = { 0 };
	struct matter *m = NULL;

	while ((m = matter_next(all, m, 'm')) != NULL) {
		struct maintenance one, *series;
		size_t n;

		if (!fold_maintenance(m, now, a, &one))
			continue;
		if (one.repeat == NULL) {
			add_plans(&p, &one, 1);
			continue;
		}
		n = repeat_windows(&one, now + FORESEEN, a, &series);
		add_plans(&p, series, n);
	}
	if (p.n > 1)
		qsort(p.of, p.n, sizeof(*p.of), by_window);
	*out = arena_alloc(a, (p.n + 1) * sizeof(**out));
	if (p.n > 0)
		memcpy(*out, p.of, p.n * sizeof(**out));
	free(p.of);
	return p.n;
}
