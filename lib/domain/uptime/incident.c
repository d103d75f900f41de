/* Records of incidents and maintenance, gathered; incidents folded. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <uthash.h>

#include "base/hash.h"
#include "base/time.h"
#include "domain/model.h"
#include "domain/uptime/incidentset.h"

struct matter {			/* all records of one */
	const char *name;	/* "i" or "m", and the key */
	const char *key;
	struct word *word;	/* by (at, id), each once, when sorted */
	size_t n, room;
	bool sorted;
	UT_hash_handle hh;
};

struct incidents {
	struct arena arena;
	struct matter *matters;
};

static const char *const statuses[] = { "investigating", "identified",
	"monitoring", "resolved", "postmortem" };

const char *
incident_status_name(enum incident_status s)
{
	return statuses[s];
}

int
incident_status_parse(const char *s)
{
	for (int i = 0; s != NULL && i < INCIDENT_STATUSES; i++) {
		if (strcmp(statuses[i], s) == 0)
			return i;
	}
	return -1;
}

const char *
incident_key(const char *title, int64_t started, struct arena *a)
{
	char when[TIME_TEXT], key[KEY_TEXT];
	uint8_t bytes[HASH_BYTES];
	struct hash h;

	hash_start(&h);
	hash_add_part(&h, "incident");
	hash_add_part(&h, title);
	hash_add_part(&h, time_format(started, when));
	hash_end(&h, bytes);
	return arena_printf(a, "incident:%s", hash_key(bytes, key));
}

const char *
incident_name(const struct rec *r, struct arena *a)
{
	const char *key = rec_str(r, "key", a);
	const char *title = rec_str(r, "title", a);
	int64_t started;

	if (key != NULL && *key != '\0')
		return key;
	if (!rec_time(r, "started", &started))
		return NULL;
	return incident_key(title != NULL ? title : "", started, a);
}

bool
incident_is(const char *key, const char *name)
{
	const char *bare = strchr(key, ':');
	size_t len = strlen(name);

	return len > 0 && (strncasecmp(key, name, len) == 0 ||
	    (bare != NULL && strncasecmp(bare + 1, name, len) == 0));
}

struct incidents *
incidents_new(void)
{
	return xcalloc(1, sizeof(struct incidents));
}

void
incidents_free(struct incidents *all)
{
	struct matter *m, *next;

	HASH_ITER(hh, all->matters, m, next)
		free(m->word);
	HASH_CLEAR(hh, all->matters);
	arena_free(&all->arena);
	free(all);
}

static struct matter *
find_matter(struct incidents *all, char kind, const char *key)
{
	const char *name = arena_printf(&all->arena, "%c%s", kind, key);
	struct matter *m;

	HASH_FIND_STR(all->matters, name, m);
	if (m != NULL)
		return m;
	m = arena_zalloc(&all->arena, sizeof(*m));
	m->name = name;
	m->key = key;
	HASH_ADD_KEYPTR(hh, all->matters, m->name, strlen(m->name), m);
	return m;
}

/* A record without an id is known by its line. */
static int
by_time(const void *x, const void *y)
{
	const struct word *a = x, *b = y;
	int by_id;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if ((by_id = strcmp(a->id, b->id)) != 0 || *a->id != '\0')
		return by_id;
	return strcmp(a->rec->line, b->rec->line);
}

static void
add_word(struct matter *m, const struct word *w)
{
	if (m->n == m->room) {
		m->room = m->room > 0 ? 2 * m->room : 4;
		m->word = xreallocarray(m->word, m->room, sizeof(*m->word));
	}
	m->word[m->n++] = *w;
	m->sorted = false;
}

size_t
matter_words(struct matter *m, int64_t now, const struct word **word)
{
	size_t n = 0;

	if (!m->sorted) {
		qsort(m->word, m->n, sizeof(*m->word), by_time);
		for (size_t i = 0; i < m->n; i++) {
			if (n == 0 || by_time(&m->word[n - 1],
			    &m->word[i]) != 0)
				m->word[n++] = m->word[i];
		}
		m->n = n;
		m->sorted = true;
	}
	for (n = 0; n < m->n && m->word[n].at <= now; n++)
		;
	*word = m->word;
	return n;
}

struct matter *
matter_next(const struct incidents *all, const struct matter *m, char kind)
{
	struct matter *next = m == NULL ? all->matters : m->hh.next;

	while (next != NULL && next->name[0] != kind)
		next = next->hh.next;
	return next;
}

const char *
matter_key(const struct matter *m)
{
	return m->key;
}

/* The record with what it points to, for as long as the arena lives. */
static int
keep(struct incidents *all, const struct rec *r, struct word *w,
    struct err *e)
{
	struct rec *big = xmalloc(sizeof(*big)), *copy;
	char *line = arena_strndup(&all->arena, r->line, r->len);
	int rc = rec_parse(big, line, r->len, e);

	if (rc == 0) {
		size_t room = offsetof(struct rec, field) +
		    big->fields * sizeof(*big->field);

		copy = arena_alloc(&all->arena, room);
		memcpy(copy, big, room);
		w->rec = copy;
	}
	free(big);
	return rc;
}

int
incidents_add(struct incidents *all, const struct rec *r, struct err *e)
{
	bool incident = rec_is(r, "type", "incident");
	const char *type = incident ? "incident" : "maintenance", *key;
	int64_t started, ended;
	struct word word = { 0 }, *w = &word;

	if (!incident && !rec_is(r, "type", "maintenance"))
		return 0;
	if (!rec_time(r, "at", &w->at) || !rec_time(r, "started", &started))
		return err_set(e, ERR_INPUT, "%s: at or started is not a "
		    "time", type);
	if (!rec_time(r, "ended", &ended)) {
		if (!incident)
			return err_set(e, ERR_INPUT, "%s: ended is not a "
			    "time", type);
	} else if (ended < started)
		return err_set(e, ERR_INPUT, "%s: ended is before started",
		    type);
	if ((w->id = rec_str(r, "id", &all->arena)) == NULL)
		w->id = "";
	key = incident_name(r, &all->arena);
	if (keep(all, r, w, e) < 0)
		return -1;
	add_word(find_matter(all, incident ? 'i' : 'm', key), w);
	return 0;
}

/* -- what they say together ------------------------------------------- */

void
take_texts(const struct rec *r, const char *name, struct arena *a,
    const char *const **out)
{
	struct value v;

	if (rec_get(r, name, &v) && v.kind == VALUE_ARRAY)
		*out = rec_strings(r, name, a);
}

void
take_text(const struct rec *r, const char *name, struct arena *a,
    const char **out)
{
	const char *s = rec_str(r, name, a);

	if (s != NULL)
		*out = *s != '\0' ? s : NULL;
}

/* A percentage, a number or a text, in units of 10^-places, cut off. */
static void
take_percent(const struct rec *r, const char *name, int places, int64_t *out)
{
	struct value v;
	const char *p, *end;
	int64_t n = 0;

	if (!rec_get(r, name, &v) || (v.kind != VALUE_NUMBER &&
	    v.kind != VALUE_STRING))
		return;
	p = v.text + (v.kind == VALUE_STRING);
	end = v.text + v.len - (v.kind == VALUE_STRING);
	if (p == end || *p < '0' || *p > '9')
		return;
	for (; p < end && *p >= '0' && *p <= '9' && n <= 1000; p++)
		n = n * 10 + (*p - '0');
	p += p < end && *p == '.';
	while (places-- > 0) {
		bool digit = p < end && *p >= '0' && *p <= '9';

		n = n * 10 + (digit ? *p++ - '0' : 0);
	}
	*out = n;
}

static int
by_moment(const void *x, const void *y)
{
	const struct incident_update *a = x, *b = y;
	int c;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	c = strcmp(a->text != NULL ? a->text : "", b->text != NULL ? b->text :
	    "");
	return c != 0 ? c : strcmp(a->status != NULL ? a->status : "",
	    b->status != NULL ? b->status : "");
}

struct gathering {
	struct incident_update *update;
	size_t n, room;
	struct incident_state *state;
	size_t states, state_room;
};

static int
by_state(const void *x, const void *y)
{
	const struct incident_state *a = x, *b = y;
	int c;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	c = strcmp(a->service, b->service);
	return c != 0 ? c : strcmp(a->state, b->state);
}

/* What an update says of services. */
static void
take_states(const struct rec *update, int64_t at, struct arena *a,
    struct gathering *g)
{
	struct value list, v;
	struct rec *inner;
	size_t pos = 0;

	if (!rec_get(update, "states", &list) || list.kind != VALUE_ARRAY)
		return;
	inner = xmalloc(sizeof(*inner));
	while (value_next(&list, &pos, &v)) {
		struct incident_state s = { .at = at };

		if (v.kind != VALUE_OBJECT)
			continue;
		value_object(&v, inner);
		if ((s.service = rec_str(inner, "service", a)) == NULL ||
		    (s.state = rec_str(inner, "state", a)) == NULL)
			continue;
		if (g->states == g->state_room) {
			g->state_room = g->state_room > 0 ?
			    2 * g->state_room : 16;
			g->state = xreallocarray(g->state, g->state_room,
			    sizeof(*g->state));
		}
		g->state[g->states++] = s;
	}
	free(inner);
}

static void
end_states(struct gathering *g, struct incident *in, struct arena *a)
{
	if (g->states > 1)
		qsort(g->state, g->states, sizeof(*g->state), by_state);
	in->state = arena_alloc(a, (g->states + 1) * sizeof(*in->state));
	for (size_t i = 0; i < g->states; i++) {
		if (i == 0 || by_state(&g->state[i], &g->state[i - 1]) != 0)
			in->state[in->states++] = g->state[i];
	}
	free(g->state);
}

static void
add_update(struct gathering *g, const struct incident_update *u)
{
	if (g->n == g->room) {
		g->room = g->room > 0 ? 2 * g->room : 16;
		g->update = xreallocarray(g->update, g->room,
		    sizeof(*g->update));
	}
	g->update[g->n++] = *u;
}

/* Snapshots repeat what was said before, hand-made records do not. */
static void
take_updates(const struct rec *r, int64_t now, struct arena *a,
    struct gathering *g)
{
	struct rec *inner;
	struct value list, v;
	size_t pos = 0;

	if (!rec_get(r, "updates", &list) || list.kind != VALUE_ARRAY)
		return;
	inner = xmalloc(sizeof(*inner));
	while (value_next(&list, &pos, &v)) {
		struct incident_update u = { 0 };

		if (v.kind != VALUE_OBJECT)
			continue;
		value_object(&v, inner);
		if (!rec_time(inner, "at", &u.at) || u.at > now)
			continue;
		u.status = rec_str(inner, "status", a);
		u.text = rec_str(inner, "text", a);
		add_update(g, &u);
		take_states(inner, u.at, a, g);
	}
	free(inner);
}

static void
end_updates(struct gathering *g, struct incident *in, struct arena *a)
{
	bool over = false;

	if (g->n > 1)
		qsort(g->update, g->n, sizeof(*g->update), by_moment);
	in->update = arena_alloc(a, (g->n + 1) * sizeof(*in->update));
	for (size_t i = 0; i < g->n; i++) {
		if (i == 0 || by_moment(&g->update[i], &g->update[i - 1]) != 0)
			in->update[in->updates++] = g->update[i];
	}
	free(g->update);
	for (size_t i = 0; i < in->updates; i++) {
		int status = incident_status_parse(in->update[i].status);

		if (status < 0)
			continue;
		if (over && status < INCIDENT_RESOLVED) {
			in->reopened++;
			in->resumed = in->update[i].at;
		}
		over = status >= INCIDENT_RESOLVED;
	}
}

static void
take_status(const struct word *w, struct arena *a, struct incident *in)
{
	int status = incident_status_parse(rec_str(w->rec, "status", a));
	int64_t ended;

	if (status < 0)
		return;
	in->status = (enum incident_status)status;
	if (rec_time(w->rec, "ended", &ended))
		in->ended = ended;
	else if (status < INCIDENT_RESOLVED)
		in->ended = TIME_NONE;
	else if (in->ended == TIME_NONE)
		in->ended = w->at;
	if (status < INCIDENT_RESOLVED)
		in->postmortem = TIME_NONE;
	else if (status == INCIDENT_POSTMORTEM &&
	    in->postmortem == TIME_NONE)
		in->postmortem = w->at;
}

static void
take_word(const struct word *w, int64_t now, struct arena *a,
    struct incident *in)
{
	const struct rec *r = w->rec;
	const char *severity = rec_str(r, "severity", a);
	int64_t told;

	in->last = w->at;
	rec_time(r, "started", &in->started);
	if (severity != NULL && severity[0] == 'P' && severity[1] >= '1' &&
	    severity[1] <= '4' && severity[2] == '\0')
		in->severity = severity[1] - '0';
	if (in->first == 0)
		in->first = in->worst = in->severity;
	if (in->severity < in->worst) {
		in->worst = in->severity;
		in->worsened = w->at;
	}
	take_status(w, a, in);
	take_text(r, "title", a, &in->title);
	take_text(r, "cause", a, &in->cause);
	take_text(r, "fix", a, &in->fix);
	take_text(r, "impact", a, &in->impact);
	take_text(r, "excluded", a, &in->excluded);
	take_texts(r, "affects", a, &in->affects);
	take_texts(r, "customers", a, &in->customers);
	take_percent(r, "share", 4, &in->share);
	take_percent(r, "weight", 4, &in->weight);
	if (rec_time(r, "told", &told) && told <= now &&
	    (in->told == TIME_NONE || told < in->told))
		in->told = told;
}

const char *const matter_nothing[] = { NULL };

/* False when nobody knew of it yet. */
static bool
fold_incident(struct matter *m, int64_t now, struct arena *a,
    struct incident *in)
{
	const struct word *word;
	size_t words = matter_words(m, now, &word);
	struct gathering g = { 0 };

	*in = (struct incident){ .key = m->key, .title = "", .severity = 4,
		.ended = TIME_NONE, .affects = matter_nothing, .customers = matter_nothing,
		.share = -1, .weight = -1, .told = TIME_NONE,
		.postmortem = TIME_NONE };
	if (words == 0)
		return false;
	in->declared = word[0].at;
	for (size_t i = 0; i < words; i++) {
		take_word(&word[i], now, a, in);
		take_updates(word[i].rec, now, a, &g);
	}
	end_updates(&g, in, a);
	end_states(&g, in, a);
	if (in->title == NULL)
		in->title = "";
	/* A record may tell the whole story at its beginning. */
	if (in->ended != TIME_NONE && in->ended > now) {
		in->ended = TIME_NONE;
		in->postmortem = TIME_NONE;
		if (in->status >= INCIDENT_RESOLVED)
			in->status = INCIDENT_INVESTIGATING;
	}
	return in->started <= now;
}

static int
by_start(const void *x, const void *y)
{
	const struct incident *a = x, *b = y;

	if (a->started != b->started)
		return a->started < b->started ? -1 : 1;
	return strcmp(a->key, b->key);
}

size_t
incidents_at(struct incidents *all, int64_t now, struct arena *a,
    struct incident **out)
{
	struct matter *m = NULL;
	size_t n = 0;

	*out = arena_alloc(a, (HASH_COUNT(all->matters) + 1) *
	    sizeof(**out));
	while ((m = matter_next(all, m, 'i')) != NULL)
		n += fold_incident(m, now, a, &(*out)[n]);
	if (n > 1)
		qsort(*out, n, sizeof(**out), by_start);
	return n;
}
