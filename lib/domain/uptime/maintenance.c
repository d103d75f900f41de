/* Maintenance: its windows as they were told, and series of them. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/uptime/incidentset.h"
#include "domain/uptime/repeat.h"
#include "format/zone.h"

#define CHANGES		50	/* of one series that leave the past alone */
#define FORESEEN	(INT64_C(92) * 86400)	/* of maintenance in series */

static void
take_window(const struct word *w, int64_t now, struct arena *a,
    struct maintenance *m)
{
	struct notice_window *t = &m->told[m->n];
	int64_t announced, completed, from = m->started, to = m->ended;
	const char *repeat = m->repeat;
	bool off = m->cancelled;

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
	m->calls += off;
	/* Only of the first word may be said that it was told before. */
	t->announced = w->at;
	if (m->n == 0 && rec_time(w->rec, "announced", &announced))
		t->announced = announced;
	t->started = m->started;
	t->ended = m->ended;
	t->anew = off;
	t->moved = m->n > 0 && (from != m->started || to != m->ended);
	if (m->n == 0 || from != m->started || to != m->ended ||
	    (repeat == NULL) != (m->repeat == NULL) || (repeat != NULL &&
	    strcmp(repeat, m->repeat) != 0))
		m->repeat_told = t->announced;
	m->n++;
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
add_plan(struct plans *p, const struct maintenance *m)
{
	if (p->n == p->room) {
		p->room = p->room > 0 ? 2 * p->room : 64;
		p->of = xreallocarray(p->of, p->room, sizeof(*p->of));
	}
	p->of[p->n++] = *m;
}

/* Over early, it was no longer than that. */
static void
complete(struct maintenance *m)
{
	if (m->title == NULL)
		m->title = "";
	if (m->completed == TIME_NONE || m->completed >= m->ended)
		return;
	m->cancelled = m->cancelled || m->completed <= m->started;
	m->ended = m->cancelled ? m->ended : m->completed;
}

static bool
is_same_series(const struct maintenance *a, const struct maintenance *b)
{
	return a->started == b->started && a->ended == b->ended &&
	    b->repeat != NULL && strcmp(a->repeat, b->repeat) == 0 &&
	    strcmp(a->zone, b->zone) == 0;
}

/* A series as it was for some time: moving it changes nothing of before. */
struct series {
	struct maintenance *of;
	size_t n;
	int64_t gone;		/* of its rule's COUNT, before it was moved */
};

/* What was told of a window before stays told, as far as both reach. */
static void
keep_told(struct maintenance *w, const struct series *was, size_t *at,
    struct arena *a)
{
	const struct maintenance *old;
	struct notice_window *told;

	while (*at < was->n && was->of[*at].ended <= w->started)
		++*at;
	if (*at == was->n || was->of[*at].started >= w->ended)
		return;
	old = &was->of[*at];
	told = arena_alloc(a, (old->n + 1) * sizeof(*told));
	memcpy(told, old->told, old->n * sizeof(*told));
	told[old->n] = w->told[0];
	told[old->n].moved = old->started != w->started ||
	    old->ended != w->ended;
	w->told = told;
	w->n = old->n + 1;
}

/* Those that begin from the one moment on and that held up to the other. */
static void
add_windows(struct plans *p, const struct series *s, int64_t from, int64_t to)
{
	bool first = true;

	for (size_t i = 0; i < s->n; i++) {
		struct maintenance *w = &s->of[i];

		if (w->started < from || w->started >= to)
			continue;
		w->begins = first;
		first = false;
		add_plan(p, w);
	}
}

/* Who moves a series to a later first day begins its COUNT not anew. */
static int64_t
gone_of(const struct maintenance *was, const struct series *s, int64_t begun,
    const struct maintenance *m)
{
	const struct zone *z = NULL;
	struct err bad = { 0 };
	int64_t n = s->gone;

	if (m->repeat == NULL || strcmp(was->repeat, m->repeat) != 0 ||
	    zone_load(&z, m->zone, &bad) < 0)
		return 0;
	for (size_t i = 0; i < s->n; i++)
		n += s->of[i].started >= begun && s->of[i].started < m->said &&
		    zone_date(z, s->of[i].started) < zone_date(z, m->started);
	return n;
}

static struct series
series_of(const struct maintenance *m, int64_t gone, const struct series *was,
    int64_t last, struct arena *a)
{
	struct series s = { .gone = gone };
	size_t at = 0;

	s.n = repeat_windows(m, gone, last, a, &s.of);
	for (size_t i = 0; was->n > 0 && i < s.n; i++) {
		s.of[i].told[0].moved = true;
		s.of[i].nth++;
		keep_told(&s.of[i], was, &at, a);
	}
	return s;
}

static void
add_matter(struct plans *p, struct matter *of, int64_t now, struct arena *a)
{
	struct maintenance m = { .key = matter_key(of), .title = "",
		.services = matter_nothing, .customers = matter_nothing,
		.completed = TIME_NONE, .zone = "UTC", .begins = true };
	int64_t begun = TIME_MIN, gone = 0, last = now + FORESEEN;
	const struct word *word;
	size_t words = matter_words(of, now, &word);
	struct series s = { 0 };
	int changes = 0;

	m.told = arena_alloc(a, (words + 1) * sizeof(*m.told));
	for (size_t i = 0; i < words; i++) {
		struct maintenance was = m;

		take_window(&word[i], now, a, &m);
		if (was.repeat == NULL || is_same_series(&was, &m) ||
		    ++changes > CHANGES)
			continue;
		s = series_of(&was, gone, &s, last, a);
		add_windows(p, &s, begun, word[i].at);
		gone = gone_of(&was, &s, begun, &m);
		begun = word[i].at;
	}
	if (words == 0)
		return;
	complete(&m);
	if (m.repeat == NULL) {
		add_plan(p, &m);
		return;
	}
	s = series_of(&m, gone, &s, last, a);
	add_windows(p, &s, begun, TIME_MAX);
}

size_t
maintenances_at(struct incidents *all, int64_t now, struct arena *a,
    struct maintenance **out)
{
	struct plans p = { 0 };
	struct matter *m = NULL;

	while ((m = matter_next(all, m, 'm')) != NULL)
		add_matter(&p, m, now, a);
	if (p.n > 1)
		qsort(p.of, p.n, sizeof(*p.of), by_window);
	*out = arena_alloc(a, (p.n + 1) * sizeof(**out));
	if (p.n > 0)
		memcpy(*out, p.of, p.n * sizeof(**out));
	free(p.of);
	return p.n;
}
