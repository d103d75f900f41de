/* Whom we serve: every row with the time from which it holds. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <uthash.h>

#include "base/time.h"
#include "domain/org.h"
#include "format/zone.h"
#include "format/address.h"

#define ADDRESS_MAX	1000	/* longer ones are nobody's */

struct row {
	struct customer customer;
	const char *where;	/* file:line, or NULL for a record */
	struct row *next;	/* of the same customer, later first */
};

struct known {			/* a customer's id */
	const char *id;
	struct row *rows;
	UT_hash_handle hh;
};

struct place {			/* an address or a domain, lower case */
	const char *name;
	const char *id;
	int64_t since;		/* the latest row that says so wins */
	UT_hash_handle hh;
};

struct customers {
	struct arena arena;
	struct known *known;
	struct place *places;
	struct place *contacts;
	const char *const *freemail;	/* or NULL */
	const char *zone;	/* of dates whose row names none */
	const char **ids;	/* sorted; NULL when out of date */
	size_t n;
};

struct customers *
customers_new(const char *zone)
{
	struct customers *c = xcalloc(1, sizeof(*c));

	c->zone = zone;
	return c;
}

void
customers_free(struct customers *c)
{
	HASH_CLEAR(hh, c->known);
	HASH_CLEAR(hh, c->places);
	HASH_CLEAR(hh, c->contacts);
	free(c->ids);
	arena_free(&c->arena);
	free(c);
}

/* An address or a domain as it is compared. */
static const char *
fold(struct arena *a, const char *s, size_t len)
{
	return memchr(s, '@', len) != NULL ?
	    address_fold(a, arena_strndup(a, s, len)) :
	    address_fold_domain(a, s, len);
}

static void
add_place(struct customers *c, struct place **table, const char *name,
    const char *id, int64_t since)
{
	struct place *p;

	if (*name == '\0')
		return;
	HASH_FIND_STR(*table, name, p);
	if (p == NULL) {
		p = arena_zalloc(&c->arena, sizeof(*p));
		p->name = name;
		p->since = TIME_NONE;
		HASH_ADD_KEYPTR(hh, *table, p->name, strlen(p->name), p);
	}
	/* Between rows of one moment the smaller id wins: order is no input. */
	if (p->id == NULL || since > p->since ||
	    (since == p->since && strcmp(id, p->id) < 0)) {
		p->id = id;
		p->since = since;
	}
}

static void
add_row(struct customers *c, const struct customer *customer,
    const char *where)
{
	struct row *row = arena_zalloc(&c->arena, sizeof(*row)), **at;
	struct known *k;

	row->customer = *customer;
	row->where = where != NULL ? arena_strdup(&c->arena, where) : NULL;
	row->customer.of_file = where != NULL;
	HASH_FIND_STR(c->known, customer->id, k);
	if (k == NULL) {
		k = arena_zalloc(&c->arena, sizeof(*k));
		k->id = customer->id;
		HASH_ADD_KEYPTR(hh, c->known, k->id, strlen(k->id), k);
		free(c->ids);
		c->ids = NULL;
	}
	at = &k->rows;
	while (*at != NULL && (*at)->customer.since > customer->since)
		at = &(*at)->next;
	row->next = *at;
	*at = row;
}

/* The row's zone, or that of all; UTC for one that there is not. */
static const struct zone *
zone_of(const struct customers *c, const char *name)
{
	const struct zone *zone = NULL;
	struct err bad = { 0 };

	if (zone_load(&zone, *name != '\0' ? name : c->zone, &bad) < 0 &&
	    zone_load(&zone, "UTC", &bad) < 0)
		return NULL;
	return zone;
}

/* A time, or a date as its first moment there, or the default when empty. */
static int
when(const char *s, const struct zone *zone, int64_t def, int64_t *out)
{
	int64_t day;

	if (s == NULL || *s == '\0') {
		*out = def;
		return 0;
	}
	if (time_parse(s, out) == 0)
		return 0;
	if (date_parse(s, &day) < 0)
		return -1;
	*out = zone != NULL ? zone_day(zone, day) : day * 86400;
	return 0;
}

static int
money(const char *s, int64_t *out)
{
	char *end;

	*out = 0;
	if (s == NULL || *s == '\0')
		return 0;
	if (*s < '0' || *s > '9' || strlen(s) > 15)
		return -1;
	*out = strtoll(s, &end, 10);
	return *end == '\0' ? 0 : -1;
}

/* A row of CSV, or a map of YAML. */
struct cells {
	const struct csv *row;
	const struct yaml *map;
};

/* Its text; a list of YAML with semicolons between, as in CSV. */
static const char *
cell(struct customers *c, const struct cells *from, const char *name)
{
	const struct yaml *y;
	const char *s;

	if (from->row != NULL) {
		s = csv_get(from->row, name);
		return s == NULL ? "" : arena_strdup(&c->arena, s);
	}
	y = yaml_get(from->map, name);
	if (y == NULL || y->kind != YAML_LIST)
		return yaml_str(from->map, name, "");
	s = "";
	for (y = y->first; y != NULL; y = y->next)
		s = arena_printf(&c->arena, "%s;%s", s, y->text != NULL ?
		    y->text : "");
	return s;
}

/* A name with a dot in it, of letters, digits, hyphens and what is beyond
 * ASCII; with_at: an address there. */
static bool
is_place(const char *s, bool with_at)
{
	const char *at = strrchr(s, '@'), *dot;

	if ((at != NULL) != with_at || (with_at && at == s))
		return false;
	s = with_at ? at + 1 : s;
	dot = strchr(s, '.');
	for (const char *p = s; *p != '\0'; p++) {
		if (!isalnum((unsigned char)*p) && *p != '-' && *p != '.' &&
		    (unsigned char)*p < 0x80)
			return false;
	}
	return dot != NULL && dot != s && dot[1] != '\0' &&
	    strstr(s, "..") == NULL;
}

/* What is wrong is left out and told, the first of it; the rest serves. */
static void
add_places(struct customers *c, struct place **table, const char *list,
    bool addresses, const struct customer *who, struct err *e)
{
	while (*list != '\0') {
		size_t len = strcspn(list, ";");
		size_t skip = strspn(list, " ");
		const char *name;
		struct place *p;

		if (skip < len) {
			name = fold(&c->arena, list + skip,
			    strcspn(list + skip, "; "));
			HASH_FIND_STR(*table, name, p);
			if (!is_place(name, addresses))
				err_set(e, ERR_CONFIG, "'%s' is not %s", name,
				    addresses ? "an address" : "a domain");
			else if (p != NULL && strcmp(p->id, who->id) != 0 &&
			    p->since == who->since)
				err_set(e, ERR_CONFIG, "%s is also %s's",
				    name, p->id);
			if (is_place(name, addresses))
				add_place(c, table, name, who->id, who->since);
		}
		list += len + (list[len] == ';');
	}
}

static int
add_cells(struct customers *c, const struct cells *from, const char *where,
    struct err *e)
{
	struct customer who = { 0 };
	const struct zone *zone;

	who.id = cell(c, from, "customer");
	who.name = cell(c, from, "name");
	who.tier = cell(c, from, "tier");
	who.zone = cell(c, from, "zone");
	who.currency = cell(c, from, "currency");
	who.csm = cell(c, from, "csm");
	who.contract = cell(c, from, "contract");
	if (*who.id == '\0')
		return err_set(e, ERR_CONFIG, "customer is empty");
	zone = zone_of(c, who.zone);
	if (when(cell(c, from, "since"), zone, TIME_MIN, &who.since) < 0)
		return err_set(e, ERR_CONFIG, "since is not a date or time");
	if (when(cell(c, from, "until"), zone, TIME_MAX, &who.until) < 0)
		return err_set(e, ERR_CONFIG, "until is not a date or time");
	if (who.until <= who.since)
		return err_set(e, ERR_CONFIG, "until is not after since");
	if (money(cell(c, from, "fee"), &who.fee) < 0)
		return err_set(e, ERR_CONFIG,
		    "fee is not a whole number of cents");
	add_row(c, &who, where);
	if (*who.zone != '\0') {
		struct err bad = { 0 };

		if (zone_load(&zone, who.zone, &bad) < 0)
			err_set(e, ERR_CONFIG, "there is no zone '%s'",
			    who.zone);
	}
	add_places(c, &c->places, cell(c, from, "domains"), false, &who, e);
	add_places(c, &c->places, cell(c, from, "addresses"), true, &who, e);
	add_places(c, &c->contacts, cell(c, from, "contacts"), true, &who, e);
	return e->kind == ERR_NONE ? 0 : -1;
}

const char *const customer_columns[] = { "customer", "name", "tier",
	"domains", "addresses", "contacts", "zone", "fee", "currency", "csm",
	"since", "until", "contract", NULL };

int
customers_add_row(struct customers *c, const struct csv *row,
    const char *where, struct err *e)
{
	return add_cells(c, &(struct cells){ row, NULL }, where, e);
}

int
customers_add_yaml(struct customers *c, const struct yaml *map,
    struct err *e)
{
	const char *where = arena_printf(&c->arena, "%s:%d", map->file,
	    map->line);
	struct err bad = { 0 };

	if (map->kind != YAML_MAP)
		return yaml_err(map, e, "a customer is a map");
	if (yaml_only(map, customer_columns, e) < 0)
		return -1;
	if (add_cells(c, &(struct cells){ NULL, map }, where, &bad) < 0)
		return yaml_err(map, e, "%s", bad.text);
	return 0;
}

int
customers_tiers(const struct customers *c, bool (*known)(void *,
    const char *), void *arg, struct err *e)
{
	for (struct known *k = c->known; k != NULL; k = k->hh.next) {
		for (struct row *r = k->rows; r != NULL; r = r->next) {
			if (r->where == NULL || *r->customer.tier == '\0' ||
			    known(arg, r->customer.tier))
				continue;
			return err_set(e, ERR_CONFIG, "%s: there is no tier "
			    "'%s' in sla.yaml", r->where, r->customer.tier);
		}
	}
	return 0;
}

void
customers_default_tiers(struct customers *c, bool (*known)(void *,
    const char *), void *arg)
{
	for (struct known *k = c->known; k != NULL; k = k->hh.next) {
		for (struct row *r = k->rows; r != NULL; r = r->next) {
			if (r->where != NULL && !known(arg, r->customer.tier))
				r->customer.tier = "";
		}
	}
}

static const char *
field(struct customers *c, const struct rec *r, const char *name)
{
	const char *s = rec_str(r, name, &c->arena);

	return s == NULL ? "" : s;
}

static void
add_list(struct customers *c, struct place **table, const struct rec *r,
    const char *name, const struct customer *who)
{
	struct value list, v;
	size_t pos = 0;

	if (!rec_get(r, name, &list))
		return;
	while (value_next(&list, &pos, &v)) {
		size_t len;
		const char *s = value_str(&v, &c->arena, &len);

		if (s != NULL)
			add_place(c, table, fold(&c->arena, s, len), who->id,
			    who->since);
	}
}

int
customers_add_record(struct customers *c, const struct rec *r, struct err *e)
{
	struct customer who = { 0 };

	who.id = field(c, r, "customer");
	who.name = field(c, r, "name");
	who.tier = field(c, r, "tier");
	who.zone = field(c, r, "zone");
	who.currency = field(c, r, "currency");
	who.csm = field(c, r, "csm");
	who.contract = field(c, r, "contract");
	rec_int(r, "fee", &who.fee);
	if (*who.id == '\0')
		return err_set(e, ERR_INPUT, "customer is not a string");
	if (!rec_time(r, "since", &who.since) &&
	    !rec_time(r, "at", &who.since))
		return err_set(e, ERR_INPUT, "at is not a time");
	if (!rec_time(r, "until", &who.until))
		who.until = TIME_MAX;
	add_row(c, &who, NULL);
	add_list(c, &c->places, r, "domains", &who);
	add_list(c, &c->places, r, "addresses", &who);
	add_list(c, &c->contacts, r, "contacts", &who);
	return 0;
}

const struct customer *
customers_at(const struct customers *c, const char *id, int64_t at)
{
	struct known *k;

	HASH_FIND_STR(c->known, id, k);
	for (struct row *r = k != NULL ? k->rows : NULL; r != NULL;
	    r = r->next) {
		if (r->customer.since <= at)
			return at < r->customer.until ? &r->customer : NULL;
	}
	return NULL;
}

const struct customer *
customers_during(const struct customers *c, const char *id, int64_t from,
    int64_t to, int64_t *since)
{
	const struct customer *found = NULL;
	int64_t next = TIME_MAX;
	struct known *k;

	HASH_FIND_STR(c->known, id, k);
	for (struct row *r = k != NULL ? k->rows : NULL; r != NULL;
	    r = r->next) {
		int64_t until = r->customer.until < next ? r->customer.until :
		    next;

		if (found != NULL && until < *since)
			break;
		if (found == NULL && r->customer.since < to && from < until)
			found = &r->customer;
		if (found != NULL)
			*since = r->customer.since;
		next = r->customer.since;
	}
	return found;
}

int64_t
customers_next(const struct customers *c, const char *id, int64_t at)
{
	int64_t next = TIME_MAX;
	struct known *k;

	HASH_FIND_STR(c->known, id, k);
	for (struct row *r = k != NULL ? k->rows : NULL; r != NULL;
	    r = r->next) {
		if (r->customer.since > at && r->customer.since < next)
			next = r->customer.since;
		if (r->customer.until > at && r->customer.until < next)
			next = r->customer.until;
	}
	return next;
}

void
customers_add_contact(struct customers *c, const char *address,
    const char *customer)
{
	add_place(c, &c->contacts, fold(&c->arena, address, strlen(address)),
	    arena_strdup(&c->arena, customer), TIME_MIN);
}

void
customers_freemail(struct customers *c, const char *const *domains)
{
	c->freemail = domains;
}

static const char *
find_place(const struct place *table, const char *name)
{
	const struct place *p = NULL;

	if (name != NULL)
		HASH_FIND_STR(table, name, p);
	return p != NULL ? p->id : NULL;
}

static bool
is_freemail(const struct customers *c, const char *domain)
{
	for (const char *const *s = c->freemail; s != NULL && *s != NULL;
	    s++) {
		if (strcmp(*s, domain) == 0)
			return true;
	}
	return false;
}

/* mail.eu.acme.example is acme.example's; a bare "example" nobody's. */
static const char *
find_domain(const struct customers *c, const char *domain)
{
	const char *id;

	if (is_freemail(c, domain))
		return NULL;
	for (; strchr(domain, '.') != NULL; domain = strchr(domain, '.') + 1) {
		if ((id = find_place(c->places, domain)) != NULL)
			return is_freemail(c, domain) ? NULL : id;
	}
	return NULL;
}

const char *
customers_by_address(const struct customers *c, const char *address)
{
	struct arena a = { 0 };
	const char *id = NULL, *name, *plain;

	if (strlen(address) > ADDRESS_MAX || strchr(address, '@') == NULL)
		return NULL;
	name = address_fold(&a, address);
	plain = address_untagged(&a, name);
	if ((id = find_place(c->places, name)) == NULL &&
	    (id = find_place(c->places, plain)) == NULL &&
	    address_domain(name) != NULL &&
	    (id = find_domain(c, address_domain(name))) == NULL &&
	    (id = find_place(c->contacts, name)) == NULL)
		id = find_place(c->contacts, plain);
	arena_free(&a);
	return id;
}

static int
by_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

bool
customers_known(const struct customers *c, const char *id)
{
	struct known *k;

	HASH_FIND_STR(c->known, id, k);
	return k != NULL;
}

const char *
customers_id(struct customers *c, size_t i)
{
	struct known *k, *next;

	if (c->ids == NULL) {
		c->n = 0;
		c->ids = xreallocarray(NULL, HASH_COUNT(c->known) + 1,
		    sizeof(*c->ids));
		HASH_ITER(hh, c->known, k, next)
			c->ids[c->n++] = k->id;
		qsort(c->ids, c->n, sizeof(*c->ids), by_text);
	}
	return i < c->n ? c->ids[i] : NULL;
}

/* The first by name of those that are the customer's, so far. */
static const char *
least_of(const struct place *table, const char *id, const char *least)
{
	for (const struct place *p = table; p != NULL; p = p->hh.next) {
		if (strcmp(p->id, id) == 0 && strchr(p->name, '@') != NULL &&
		    (least == NULL || strcmp(p->name, least) < 0))
			least = p->name;
	}
	return least;
}

const char *
customers_contact(const struct customers *c, const char *id)
{
	const char *contact = least_of(c->contacts, id, NULL);

	return contact != NULL ? contact : least_of(c->places, id, NULL);
}
