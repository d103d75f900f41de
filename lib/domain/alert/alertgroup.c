/* What is remembered of alerts. */
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/time.h"
#include "domain/alert/alertgroup.h"

#define GROUPS		((size_t)65536)	/* remembered, the latest */
#define ROWS		((size_t)500000)	/* of all of them */

struct alert_held {
	struct alert_group group;	/* first: a group is its holder */
	UT_hash_handle hh;
};

bool
alert_row_fires(const struct alert_row *r)
{
	return r->state == ROW_FIRING || r->state == ROW_REPEAT;
}

int
alert_row_compare(const struct alert_row *a, const struct alert_row *b)
{
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (a->state != b->state)
		return a->state < b->state ? -1 : 1;
	return (a->who > b->who) - (a->who < b->who);
}

void
alert_group_drop(struct alert_groups *s, struct alert_group *g)
{
	struct alert_held *h = (struct alert_held *)(void *)g;

	HASH_DEL(s->first, h);
	s->rows -= g->n;
	free(g->row);
	free(g->name);
	free(h);
}

void
alert_groups_forget(struct alert_groups *s)
{
	while (s->first != NULL)
		alert_group_drop(s, &s->first->group);
}

void
alert_groups_free(struct alert_groups *s)
{
	alert_groups_forget(s);
	free(s->table);
}

struct alert_group *
alert_group(struct alert_groups *s, const char *name, bool *made)
{
	struct alert_held *h;

	HASH_FIND(hh, s->first, name, strlen(name), h);
	*made = h == NULL;
	if (h != NULL) {
		HASH_DEL(s->first, h);
	} else {
		while (s->first != NULL && (HASH_COUNT(s->first) >= GROUPS ||
		    s->rows > ROWS))
			alert_group_drop(s, &s->first->group);
		h = xcalloc(1, sizeof(*h));
		h->group.name = xstrdup(name);
	}
	HASH_ADD_KEYPTR(hh, s->first, h->group.name, strlen(name), h);
	return &h->group;
}

struct alert_group *
alert_group_next(const struct alert_groups *s, const struct alert_group *g)
{
	struct alert_held *h = g == NULL ? s->first :
	    ((const struct alert_held *)(const void *)g)->hh.next;

	return h == NULL ? NULL : &h->group;
}

void
alert_group_insert(struct alert_groups *s, struct alert_group *g,
    const struct alert_row *r)
{
	size_t i = g->n;

	while (i > 0 && alert_row_compare(&g->row[i - 1], r) > 0)
		i--;
	if (g->n == ALERT_ROWS) {
		if (i == 0)
			return;
		memmove(g->row, g->row + 1, (i - 1) * sizeof(*g->row));
		g->row[i - 1] = *r;
		return;
	}
	if (g->n == g->room) {
		g->room = g->room > 0 ? 2 * g->room : 4;
		g->row = xreallocarray(g->row, g->room, sizeof(*g->row));
	}
	memmove(g->row + i + 1, g->row + i, (g->n - i) * sizeof(*g->row));
	g->row[i] = *r;
	g->n++;
	s->rows++;
}

/* The slot of a fingerprint in the table of members. */
static size_t
slot_of(const struct alert_groups *s, const struct alert_group *g, uint64_t who)
{
	size_t i = (size_t)who & (s->slots - 1);

	while (s->table[i] != 0 && g->row[s->table[i] - 1].who != who)
		i = (i + 1) & (s->slots - 1);
	return i;
}

static void
clear_table(struct alert_groups *s, size_t n)
{
	if (s->slots < 2 * n + 2) {
		for (s->slots = 64; s->slots < 2 * n + 2;)
			s->slots *= 2;
		s->table = xreallocarray(s->table, s->slots,
		    sizeof(*s->table));
	}
	memset(s->table, 0, s->slots * sizeof(*s->table));
}

static void
scan_row(struct alert_view *t, const struct alert_row *r)
{
	if (r->state == ROW_FIRING || t->first == TIME_NONE) {
		t->last_firing = r->at;
		if (t->first == TIME_NONE)
			t->first = r->at;
	}
	if (r->state == ROW_RESOLVED) {
		t->closed = r->at;
		t->until = r->until;
	}
	if (r->set > t->set)
		t->set = r->set;
	if (r->count > t->count)
		t->count = r->count;
	if (r->severity != 0 && (t->severity == 0 ||
	    r->severity < t->severity))
		t->severity = r->severity;
}

void
alert_group_scan(struct alert_groups *s, const struct alert_group *g,
    const char *key, struct alert_view *t)
{
	*t = (struct alert_view){ .key = key, .first = TIME_NONE,
		.last_firing = TIME_NONE, .closed = TIME_NONE,
		.set = TIME_NONE, .until = TIME_NONE };
	clear_table(s, g->n);
	for (size_t i = 0; i < g->n; i++) {
		const struct alert_row *r = &g->row[i];

		if (strcmp(r->key, key) != 0)
			continue;
		scan_row(t, r);
		if (r->state != ROW_ACKED)
			s->table[slot_of(s, g, r->who)] = i + 1;
	}
	for (size_t i = 0; i < s->slots && !t->open; i++)
		t->open = s->table[i] != 0 &&
		    alert_row_fires(&g->row[s->table[i] - 1]);
	if (t->open)
		t->until = TIME_NONE;
}

size_t
alert_group_tickets(const struct alert_group *g, const char *out[ALERT_TICKETS])
{
	size_t n = 0, k;

	for (size_t i = g->n; i-- > 0 && n < ALERT_TICKETS;) {
		const char *key = g->row[i].key;

		for (k = 0; k < n && strcmp(out[k], key) != 0; k++)
			;
		if (*key != '\0' && k == n)
			out[n++] = key;
	}
	return n;
}
