/* People and companies of an export. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "domain/import/importpeople.h"

struct known {			/* by id, and again by address */
	const char *key;
	struct person *person;
	UT_hash_handle hh;
};

struct company {		/* by id, and again by name */
	const char *key;
	const char *name;
	const char *const *domains;
	size_t known;		/* how many of them */
	UT_hash_handle hh;
};

struct people {
	struct arena arena;
	struct known *known;
	struct company *companies;
};

struct people *
people_new(void)
{
	return xcalloc(1, sizeof(struct people));
}

void
people_free(struct people *p)
{
	HASH_CLEAR(hh, p->known);
	HASH_CLEAR(hh, p->companies);
	arena_free(&p->arena);
	free(p);
}

static const char *
lower(const char *s, struct arena *a)
{
	char *copy = arena_strdup(a, s);

	for (char *p = copy; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}

int
people_role(const char *s)
{
	for (int i = ROLE_CUSTOMER; s != NULL && i <= ROLE_SYSTEM; i++) {
		if (strcmp(s, role_name((enum role)i)) == 0)
			return i;
	}
	return -1;
}

void
people_split(const char *text, const char **address, const char **name,
    struct arena *a)
{
	const char *open = strrchr(text, '<');
	const char *close = open != NULL ? strchr(open, '>') : NULL;
	size_t len;

	*address = text;
	if (close == NULL)
		return;
	*address = arena_strndup(a, open + 1, (size_t)(close - open - 1));
	while (open > text && (open[-1] == ' ' || open[-1] == '"'))
		open--;
	while (*text == ' ' || *text == '"')
		text++;
	len = open > text ? (size_t)(open - text) : 0;
	if (name != NULL && *name == NULL && len > 0)
		*name = arena_strndup(a, text, len);
}

static struct known *
find(const struct people *p, const char *key)
{
	struct known *k;

	HASH_FIND_STR(p->known, key, k);
	return k;
}

const struct person *
people_find(const struct people *p, const char *key)
{
	struct known *k = find(p, key);
	struct arena a = { 0 };

	if (k == NULL && strchr(key, '@') != NULL) {
		k = find(p, lower(key, &a));
		arena_free(&a);
	}
	return k != NULL ? k->person : NULL;
}

static void
name_person(struct people *p, const char *key, struct person *who)
{
	struct known *k = find(p, key);

	if (k != NULL) {
		k->person = who;
		return;
	}
	k = arena_zalloc(&p->arena, sizeof(*k));
	k->key = arena_strdup(&p->arena, key);
	k->person = who;
	HASH_ADD_KEYPTR(hh, p->known, k->key, strlen(k->key), k);
}

/*
 * What many items say of one person is kept once; of two words the longer, so
 * that the order of items makes no difference.
 */
static void
set(struct people *p, const char **field, const char *s)
{
	size_t m = s != NULL ? strlen(s) : 0, n = strlen(*field);

	if (m > n || (m == n && m > 0 && strcmp(s, *field) > 0))
		*field = arena_strdup(&p->arena, s);
}

static void
add_person(struct people *p, const struct import_place *in,
    const struct import_rule *r)
{
	const char *id = import_text(in, r->field[F_ID]);
	const char *address = import_text(in, r->field[F_ADDRESS]);
	const char *name = import_text(in, r->field[F_NAME]);
	const char *company = import_text(in, r->field[F_COMPANY]);
	int role = people_role(import_text(in, r->field[F_ROLE]));
	struct person *who;
	struct known *k;

	if (id == NULL)
		return;
	if (address != NULL) {
		people_split(address, &address, &name, in->arena);
		address = lower(address, in->arena);
	}
	if ((k = find(p, id)) != NULL) {
		who = k->person;
	} else {
		who = arena_zalloc(&p->arena, sizeof(*who));
		*who = (struct person){ "", "", "", -1 };
		name_person(p, id, who);
	}
	set(p, &who->address, address);
	set(p, &who->name, name);
	set(p, &who->company, company);
	if (role >= 0 && who->role != ROLE_AGENT)
		who->role = role;
	/* One address may be an agent's and a contact's: the agent wins. */
	if (*who->address != '\0' && ((k = find(p, who->address)) == NULL ||
	    k->person->role != ROLE_AGENT))
		name_person(p, who->address, who);
}

static void
name_company(struct people *p, const char *key, const struct company *c)
{
	struct company *old;

	HASH_FIND_STR(p->companies, key, old);
	if (old == NULL) {
		old = arena_zalloc(&p->arena, sizeof(*old));
		old->key = arena_strdup(&p->arena, key);
		HASH_ADD_KEYPTR(hh, p->companies, old->key, strlen(old->key),
		    old);
	}
	old->name = c->name;
	old->domains = c->domains;
	old->known = c->known;
}

static void
add_company(struct people *p, const struct import_place *in,
    const struct import_rule *r)
{
	const char *id = import_text(in, r->field[F_ID]);
	const char *name = import_text(in, r->field[F_NAME]);
	const char *const *list = import_list(in, r->field[F_DOMAINS]);
	struct company c = { 0 }, *old;
	const char **domains;
	size_t n = 0;

	if (id == NULL)
		return;
	HASH_FIND_STR(p->companies, id, old);
	while (list[n] != NULL)
		n++;
	/* A short form of a company takes nothing from the long one. */
	if (old != NULL && old->known >= n)
		return;
	c.known = n;
	domains = arena_zalloc(&p->arena, (n + 1) * sizeof(*domains));
	for (size_t i = 0; i < n; i++)
		domains[i] = arena_strdup(&p->arena, list[i]);
	c.domains = domains;
	c.name = arena_strdup(&p->arena, name != NULL ? name : "");
	name_company(p, id, &c);
	if (name != NULL)
		name_company(p, name, &c);
}

void
people_add(struct people *p, const struct import_place *in,
    const struct import_rule *r)
{
	if (r->kind == IMPORT_PERSON)
		add_person(p, in, r);
	else
		add_company(p, in, r);
}

const char *
people_customer(const struct people *p, const struct import_map *m,
    const struct customers *customers, const char *company, struct arena *a)
{
	const char *id;
	struct company *c;

	if (company == NULL || *company == '\0')
		return NULL;
	HASH_FIND_STR(p->companies, company, c);
	id = yaml_str(m->customers, company, NULL);
	if (id == NULL && c != NULL)
		id = yaml_str(m->customers, c->name, NULL);
	for (size_t i = 0; id == NULL && c != NULL && c->domains[i]; i++)
		id = customers_by_address(customers, arena_printf(a, "any@%s",
		    c->domains[i]));
	return id;
}
