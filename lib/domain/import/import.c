/* Items of an export: what each is, and what is within it. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/import/importturn.h"

#define DEPTH	8		/* lists within lists */

struct import *
import_new(const struct import_map *m, const struct org *org,
    const struct customers *customers, const struct import_desk *desk)
{
	struct import *im = xcalloc(1, sizeof(*im));

	im->map = m;
	im->org = org;
	im->customers = customers;
	im->desk = desk;
	im->people = people_new();
	im->instance = "";
	im->rec = xmalloc(sizeof(*im->rec));
	buf_init(&im->line);
	return im;
}

void
import_free(struct import *im)
{
	word_forget(im);
	change_forget(im);
	people_free(im->people);
	arena_free(&im->scratch);
	arena_free(&im->turn_arena);
	arena_free(&im->arena);
	buf_free(&im->line);
	free(im->rec);
	free(im);
}

void
import_instance(struct import *im, const char *name)
{
	char *copy = arena_strdup(&im->arena, name);

	for (char *p = copy; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	im->instance = copy;
}

/* "https://acme.zendesk.com/api/v2/tickets/1.json": acme.zendesk.com */
const char *
import_tell_instance(const struct import_map *m, const struct value *item,
    struct arena *a)
{
	for (const char *const *p = m->instance; *p != NULL; p++) {
		const char *url = value_text_at(item, *p, a), *host;
		size_t len;

		if (url == NULL || (host = strstr(url, "://")) == NULL)
			continue;
		host += 3;
		len = strspn(host, "abcdefghijklmnopqrstuvwxyz"
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");
		if (len > 0 && len < 254)
			return arena_strndup(a, host, len);
	}
	return NULL;
}

struct visit {			/* of one item from outside */
	struct import *im;
	const char *file_ticket;
	int (*found)(void *, const struct import_found *, struct err *);
	void *arg;
	size_t *kept;
	struct err *err;
	const struct value *whole;
};

static bool
stands_in(const struct import_rule *r, const char *key)
{
	for (const char *const *p = r->in; *p != NULL; p++) {
		if (strcmp(*p, key) == 0)
			return true;
	}
	return false;
}

static bool
fits(const struct import_place *in, const struct import_rule *r,
    const char *key)
{
	if (key != NULL && !stands_in(r, key))
		return false;
	if (key == NULL && r->tests == 0 && !in->map->table)
		return false;
	return import_holds(in, r->test, r->tests);
}

static const char *
no_date(const struct import_place *in, const struct import_expr *x,
    const char *name)
{
	const char *s = import_text(in, x);

	return arena_printf(in->arena, "%s: '%.100s' is no date", name,
	    s != NULL ? s : "");
}

static void
find_moments(const struct import_place *in, struct import_found *f)
{
	const struct import_rule *r = f->rule;
	int got = import_moment(in, r->field[F_CREATED], &f->at);

	if (got < 0)
		f->bad = no_date(in, r->field[F_CREATED], "created");
	else if (got == 0 && r->kind != IMPORT_TICKET)
		f->bad = "created is missing";
	else if (got == 0)
		f->at = TIME_NONE;
	f->updated = f->at;
	if (f->bad == NULL && import_moment(in, r->field[F_UPDATED],
	    &f->updated) < 0)
		f->bad = no_date(in, r->field[F_UPDATED], "updated");
}

/* Hands on what a rule found; *ticket becomes whose it is. */
static int
take(struct visit *v, const struct import_place *in,
    const struct import_rule *r, const char **ticket)
{
	struct import_found f = { .rule = r, .item = *in->item, .at =
		TIME_NONE };
	const char *own = import_text(in, r->field[r->kind == IMPORT_TICKET ?
	    F_ID : F_TICKET]);

	if (in->up != NULL)
		f.up = *in->up;
	if (r->kind == IMPORT_PERSON || r->kind == IMPORT_COMPANY) {
		people_add(v->im->people, in, r);
		++*v->kept;
		return 0;
	}
	if (r->kind == IMPORT_RECORD)
		return v->found(v->arg, &f, v->err);
	f.ticket = own != NULL ? own : r->kind == IMPORT_TICKET ? NULL :
	    *ticket != NULL ? *ticket : v->file_ticket;
	if (f.ticket == NULL)
		f.bad = r->kind == IMPORT_TICKET ? "a ticket without an id" :
		    "nothing tells which ticket it is of";
	else if (strlen(f.ticket) > 200)
		f.bad = "a ticket's id of over 200 bytes";
	if (f.bad == NULL)
		find_moments(in, &f);
	/* Told again, aloud, when the entry has its turn. */
	f.status = import_text(&(struct import_place){ in->map, in->item,
	    in->up, in->arena, NULL, in->up_tag }, r->field[F_STATUS]) != NULL;
	if (f.bad == NULL && r->kind <= IMPORT_COMMENT)
		*ticket = f.ticket;
	return v->found(v->arg, &f, v->err);
}

static int visit(struct visit *, const struct value *, const char *,
    const struct value *, const char **, int);

/* {"17": {...}, "23": {...}} is a list too. */
static int
visit_object(struct visit *v, const struct value *object, const char *key,
    const struct value *up, const char **ticket, int depth)
{
	struct value name, one;
	size_t pos = 0;

	if (!value_field(object, &pos, &name, &one))
		return 0;
	if (one.kind != VALUE_OBJECT || name.len <= 2 ||
	    !isdigit((unsigned char)name.text[1]))
		return visit(v, object, key, up, ticket, depth);
	do {
		const char *own = *ticket;

		if (one.kind == VALUE_OBJECT &&
		    visit(v, &one, key, up, &own, depth) < 0)
			return -1;
	} while (value_field(object, &pos, &name, &one));
	return 0;
}

static int
visit_lists(struct visit *v, const struct value *item,
    const struct value *up, const char **ticket, int depth)
{
	for (const char *const *p = v->im->map->lists; *p != NULL; p++) {
		struct value list, one;
		size_t pos = 0;

		if (!value_at(item, *p, &list))
			continue;
		if (list.kind == VALUE_OBJECT && visit_object(v, &list, *p,
		    up, ticket, depth) < 0)
			return -1;
		while (value_next(&list, &pos, &one)) {
			const char *own = *ticket;

			if (one.kind == VALUE_OBJECT &&
			    visit(v, &one, *p, up, &own, depth) < 0)
				return -1;
		}
	}
	return 0;
}

/* up: the nearest item around this one that a rule knows, else the page. */
static int
visit(struct visit *v, const struct value *item, const char *key,
    const struct value *up, const char **ticket, int depth)
{
	struct import *im = v->im;
	struct import_place in = { im->map, item, up, &im->scratch, im->desk,
		0 };
	bool matched = false;

	if (depth == DEPTH || item->kind != VALUE_OBJECT)
		return 0;
	if (up != NULL)
		in.up_tag = (im->visits << 25) +
		    (uint64_t)(up->text - v->whole->text) + 1;
	for (size_t i = 0; i < im->map->rules; i++) {
		const struct import_rule *r = &im->map->rule[i];

		if (!fits(&in, r, key))
			continue;
		matched = true;
		if (take(v, &in, r, ticket) < 0)
			return -1;
	}
	return visit_lists(v, item, matched || up == NULL ? item : up, ticket,
	    depth + 1);
}

int
import_visit(struct import *im, const struct value *item, const char *key,
    const char *file_ticket,
    int (*found)(void *, const struct import_found *, struct err *),
    void *arg, size_t *kept, struct err *e)
{
	struct visit v = { im, file_ticket, found, arg, kept, e, item };
	const char *ticket = NULL;

	arena_reset(&im->scratch);
	im->visits++;
	*kept = 0;
	return visit(&v, item, key, NULL, &ticket, 0);
}

void
import_count(struct import *im, size_t *made, size_t *known)
{
	*made = im->made;
	*known = im->known;
	im->made = im->known = 0;
}
