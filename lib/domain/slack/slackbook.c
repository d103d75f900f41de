/* People and channels by their ids. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/utf8.h"
#include "domain/slack/slackbook.h"

#define NAME_MAX_BYTES	200

struct person {
	struct slack_person person;
	UT_hash_handle hh;
};

struct place {
	struct slack_channel channel;
	UT_hash_handle hh;	/* by id */
	UT_hash_handle named;	/* by name */
};

struct team {
	const char *id;
	size_t members;
	bool owner;		/* the primary owner's */
	UT_hash_handle hh;
};

struct slack_book {
	const struct slack_rules *rules;
	struct arena arena, scratch;
	struct person *people;
	struct place *places, *names;
	struct team *teams;
};

struct slack_book *
slack_book_new(const struct slack_rules *rules)
{
	struct slack_book *b = xcalloc(1, sizeof(*b));

	b->rules = rules;
	return b;
}

void
slack_book_free(struct slack_book *b)
{
	HASH_CLEAR(hh, b->people);
	HASH_CLEAR(named, b->names);
	HASH_CLEAR(hh, b->places);
	HASH_CLEAR(hh, b->teams);
	arena_free(&b->arena);
	arena_free(&b->scratch);
	free(b);
}

static bool
flag(const struct value *v, const char *name)
{
	struct value at;
	bool yes = false;

	return value_at(v, name, &at) && value_bool(&at, &yes) && yes;
}

/* The first of the paths that names a text, on one line; "" without one. */
static const char *
text(struct slack_book *b, const struct value *v, const char *const *paths)
{
	struct buf line = BUF_INIT;
	const char *s = NULL;

	for (; *paths != NULL && (s == NULL || *s == '\0'); paths++)
		s = value_text_at(v, *paths, &b->scratch);
	if (s == NULL || *s == '\0')
		return "";
	utf8_clean_line(&line, s, strlen(s));
	if (line.len > NAME_MAX_BYTES)
		buf_truncate(&line, utf8_valid(line.data, NAME_MAX_BYTES));
	s = arena_strndup(&b->arena, line.data, line.len);
	buf_free(&line);
	return s;
}

static void
count_team(struct slack_book *b, const char *id, bool owner)
{
	struct team *t;

	if (*id == '\0')
		return;
	HASH_FIND_STR(b->teams, id, t);
	if (t == NULL) {
		t = arena_zalloc(&b->arena, sizeof(*t));
		t->id = id;
		HASH_ADD_KEYPTR(hh, b->teams, t->id, strlen(t->id), t);
	}
	t->members++;
	t->owner |= owner;
}

const char *
slack_book_team(const struct slack_book *b)
{
	const struct team *best = NULL;

	for (const struct team *t = b->teams; t != NULL; t = t->hh.next) {
		if (best == NULL || t->owner > best->owner ||
		    (t->owner == best->owner && (t->members > best->members ||
		    (t->members == best->members &&
		    strcmp(t->id, best->id) < 0))))
			best = t;
	}
	return best != NULL ? best->id : "";
}

/* A bot's account is its app's; USLACKBOT says in no field that it is one. */
static bool
is_bot(const struct value *v, const char *id)
{
	return flag(v, "is_bot") || flag(v, "is_workflow_bot") ||
	    flag(v, "is_connector_bot") || strcmp(id, "USLACKBOT") == 0;
}

int
slack_book_user(struct slack_book *b, const struct value *v, struct err *e)
{
	static const char *const ids[] = { "id", NULL };
	static const char *const teams[] = { "team_id", "profile.team",
		"team", NULL };
	static const char *const addresses[] = { "profile.email", "email",
		NULL };
	static const char *const names[] = { "profile.real_name",
		"real_name", "profile.display_name", "name", NULL };
	static const char *const handles[] = { "profile.display_name",
		"name", "real_name", NULL };
	const char *id = text(b, v, ids);
	struct person *p;

	arena_reset(&b->scratch);
	if (v->kind != VALUE_OBJECT || *id == '\0')
		return err_set(e, ERR_INPUT, "a user without an id");
	HASH_FIND_STR(b->people, id, p);
	if (p == NULL) {
		p = arena_zalloc(&b->arena, sizeof(*p));
		p->person.id = id;
		HASH_ADD_KEYPTR(hh, b->people, p->person.id, strlen(id), p);
	}
	p->person.team = text(b, v, teams);
	p->person.address = text(b, v, addresses);
	p->person.name = text(b, v, names);
	p->person.handle = text(b, v, handles);
	p->person.bot = is_bot(v, id);
	p->person.guest = flag(v, "is_restricted") ||
	    flag(v, "is_ultra_restricted") || flag(v, "is_stranger");
	if (strcmp(id, "USLACKBOT") != 0)
		count_team(b, p->person.team, flag(v, "is_primary_owner"));
	arena_reset(&b->scratch);
	return 0;
}

const struct slack_person *
slack_book_person(const struct slack_book *b, const char *id)
{
	struct person *p;

	HASH_FIND_STR(b->people, id, p);
	return p != NULL ? &p->person : NULL;
}

static struct place *
find_place(const struct slack_book *b, const char *id)
{
	struct place *p;

	HASH_FIND_STR(b->places, id, p);
	if (p == NULL)
		HASH_FIND(named, b->names, id, strlen(id), p);
	return p;
}

const char *
slack_book_name(const struct slack_book *b, const char *id)
{
	const struct place *p = find_place(b, id);

	return p != NULL && *p->channel.name != '\0' ? p->channel.name : NULL;
}

static struct place *
add_place(struct slack_book *b, const char *id, const char *name)
{
	struct place *p, *same;

	HASH_FIND_STR(b->places, id, p);
	if (p == NULL) {
		p = arena_zalloc(&b->arena, sizeof(*p));
		p->channel.id = id;
		p->channel.name = "";
		HASH_ADD_KEYPTR(hh, b->places, p->channel.id, strlen(id), p);
	}
	if (*name != '\0' && strcmp(p->channel.name, name) != 0) {
		if (*p->channel.name != '\0')
			HASH_DELETE(named, b->names, p);
		p->channel.name = name;
		HASH_FIND(named, b->names, name, strlen(name), same);
		if (same != NULL) {	/* a name that was given on */
			HASH_DELETE(named, b->names, same);
			same->channel.name = "";
		}
		HASH_ADD_KEYPTR(named, b->names, p->channel.name,
		    strlen(name), p);
	}
	p->channel.kind = slack_rules_channel(b->rules, p->channel.id,
	    *p->channel.name != '\0' ? p->channel.name : NULL, &b->arena,
	    &p->channel.customer);
	return p;
}

int
slack_book_channel(struct slack_book *b, const struct value *v, struct err *e)
{
	static const char *const ids[] = { "id", NULL };
	static const char *const names[] = { "name", NULL };
	const char *id = text(b, v, ids);

	if (v->kind == VALUE_OBJECT && *id != '\0')
		add_place(b, id, text(b, v, names));
	arena_reset(&b->scratch);
	if (v->kind != VALUE_OBJECT || *id == '\0')
		return err_set(e, ERR_INPUT, "a channel without an id");
	return 0;
}

/* C012AB3CD and the like; a folder's name has small letters. */
static bool
is_id(const char *s)
{
	if (strlen(s) < 2 || strchr("CDG", *s) == NULL)
		return false;
	for (; *s != '\0'; s++) {
		if (!isdigit((unsigned char)*s) && !isupper((unsigned char)*s))
			return false;
	}
	return true;
}

const struct slack_channel *
slack_book_place(struct slack_book *b, const char *id)
{
	struct place *p = find_place(b, id);
	const char *copy;

	if (p == NULL) {
		copy = arena_strndup(&b->arena, id, strnlen(id,
		    NAME_MAX_BYTES) < NAME_MAX_BYTES ? strlen(id) :
		    utf8_valid(id, NAME_MAX_BYTES));
		p = add_place(b, copy, is_id(copy) ? "" : copy);
	}
	return &p->channel;
}
