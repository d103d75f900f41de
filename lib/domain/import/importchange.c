/* What became of a ticket: status, worth, assignee, merges. */
#include <string.h>

#include <uthash.h>

#include "base/time.h"
#include "domain/import/importturn.h"
#include "domain/said.h"

struct link {			/* a ticket merged into another */
	const char *from;
	const char *into;
	UT_hash_handle hh;
};

void
change_forget(struct import *im)
{
	HASH_CLEAR(hh, im->links);
}

int
change_status(struct import *im, int64_t at, const char *status,
    const char *by, const char *word, struct err *e)
{
	buf_reset(&im->line);
	said_status(im->key, at, status, by, word == NULL ? im->map->name :
	    arena_printf(&im->scratch, "%s: %s", im->map->name, word),
	    &im->line);
	return turn_emit(im, e);
}

int
change_assign(struct import *im, int64_t at, const char *who, const char *by,
    struct err *e)
{
	char id[ID_TEXT], when[TIME_TEXT];
	struct writer w;

	record_id(id, "assign", im->key, time_format(at, when), who, NULL);
	buf_reset(&im->line);
	record_begin(&w, &im->line, "assign", id, at);
	w_field_str(&w, "ticket", im->key);
	w_field_str(&w, "assignee", who);
	w_field_str(&w, "by", by);
	w_close(&w, '}');
	return turn_emit(im, e);
}

struct verdict_of
change_verdict(struct import *im, const struct import_found *f)
{
	struct import_place in = turn_place(im, f);
	struct import_expr *const *field = f->rule->field;
	struct verdict_of v = { import_text(&in, field[F_SEVERITY]),
		import_text(&in, field[F_CATEGORY]),
		import_text(&in, field[F_TOPIC]),
		import_list(&in, field[F_TAGS]),
		import_word(&in, field[F_SEVERITY]) };
	int severity = severity_parse(v.severity);

	v.severity = severity < 0 ? NULL : severity_name(
	    (enum severity)severity);
	return v;
}

/* Its id; with a moment another one than without. */
void
change_verdict_id(struct import *im, const struct verdict_of *v,
    const char *when, char id[ID_TEXT])
{
	struct buf tags = BUF_INIT;

	for (const char *const *t = v->tags; *t != NULL; t++)
		buf_printf(&tags, "%s\n", *t);
	record_id(id, "triage", im->key, im->map->name, v->severity != NULL ?
	    v->severity : "", v->category != NULL ? v->category : "",
	    v->topic != NULL ? v->topic : "", tags.data, when, NULL);
	buf_free(&tags);
}

int
change_judge(struct import *im, const struct verdict_of *v, int64_t at,
    const char *by, const char *id, struct err *e)
{
	struct writer w;

	buf_reset(&im->line);
	record_begin(&w, &im->line, "triage", id, at);
	w_field_str(&w, "ticket", im->key);
	w_field_str(&w, "by", by);
	w_field_str(&w, "severity", v->severity);
	w_field_str(&w, "category", v->category);
	w_field_str(&w, "topic", v->topic);
	if (v->severity != NULL && v->word != NULL)
		w_field_str(&w, "why", arena_printf(&im->scratch, "%s: %s",
		    im->map->name, v->word));
	if (v->tags[0] != NULL) {
		w_key(&w, "tags");
		w_open(&w, '[');
		for (const char *const *t = v->tags; *t != NULL; t++)
			w_str(&w, *t);
		w_close(&w, ']');
	}
	w_close(&w, '}');
	return turn_emit(im, e);
}

const char *
change_assignee(struct import *im, const struct import_found *f)
{
	struct import_place in = turn_place(im, f);
	const char *who = import_text(&in, f->rule->field[F_ASSIGNEE]);
	const struct person *p = who != NULL ? people_find(im->people, who) :
	    NULL;

	if (p == NULL)
		return who;
	return *p->address != '\0' ? p->address : *p->name != '\0' ?
	    p->name : who;
}

/* Refuses a ring of merges: following it would never end. */
static int
link_tickets(struct import *im, const char *from, const char *into,
    struct err *e)
{
	const char *root = into;
	struct link *l, *n;

	if (strcmp(from, into) == 0)
		return 0;
	HASH_FIND_STR(im->links, root, l);
	while (l != NULL) {
		root = l->into;
		HASH_FIND_STR(im->links, root, l);
	}
	/* The next one who asks has a short way. */
	HASH_FIND_STR(im->links, into, l);
	if (l != NULL)
		l->into = arena_strdup(&im->arena, root);
	if (strcmp(root, from) == 0)
		return err_set(e, ERR_INPUT, "ticket %s and ticket %s are "
		    "merged into each other", from, into);
	HASH_FIND_STR(im->links, from, l);
	if (l == NULL) {
		n = arena_zalloc(&im->arena, sizeof(*n));
		n->from = arena_strdup(&im->arena, from);
		n->into = arena_strdup(&im->arena, root);
		HASH_ADD_KEYPTR(hh, im->links, n->from, strlen(n->from), n);
	}
	return 1;
}

static int
merge_tickets(struct import *im, const char *from, const char *into,
    int64_t at, struct err *e)
{
	char one[KEY_TEXT], other[KEY_TEXT];
	int got = link_tickets(im, from, into, e);

	if (got <= 0)
		return got;
	turn_key(im, from, one);
	turn_key(im, into, other);
	return turn_merge(im, one, other, at, arena_printf(&im->scratch,
	    "%s was merged into %s", from, into), e);
}

int
change_merges(struct import *im, const struct import_found *f, int64_t at,
    struct err *e)
{
	struct import_place in = turn_place(im, f);
	const char *const *into = import_list(&in,
	    f->rule->field[F_MERGED_INTO]);
	const char *const *from = import_list(&in,
	    f->rule->field[F_MERGED_FROM]);

	for (; *into != NULL; into++) {
		if (merge_tickets(im, im->ticket, *into, at, e) < 0)
			return -1;
	}
	for (; *from != NULL; from++) {
		if (merge_tickets(im, *from, im->ticket, at, e) < 0)
			return -1;
	}
	return 0;
}

/* What a comment or a change sets, at its moment. */
int
change_apply(struct import *im, const struct import_found *f,
    const struct author *who, struct err *e)
{
	struct import_place in = turn_place(im, f);
	const char *status = import_text(&in, f->rule->field[F_STATUS]);
	const char *assignee = change_assignee(im, f);
	const char *by = word_by(im, who);
	struct verdict_of v = change_verdict(im, f);
	char id[ID_TEXT], when[TIME_TEXT];

	if (status != NULL && status_parse(status) >= 0 &&
	    change_status(im, f->at, status, by, import_word(&in,
	    f->rule->field[F_STATUS]), e) < 0)
		return -1;
	if (v.severity != NULL || v.category != NULL || v.topic != NULL) {
		change_verdict_id(im, &v, time_format(f->at, when), id);
		if (change_judge(im, &v, f->at, by, id, e) < 0)
			return -1;
	}
	if (assignee != NULL && change_assign(im, f->at, assignee, by, e) < 0)
		return -1;
	return change_merges(im, f, f->at, e);
}
