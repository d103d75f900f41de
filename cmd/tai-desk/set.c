/* tai-desk set: a person's word on a ticket. */
#include <string.h>

#include "base/time.h"
#include "desk.h"
#include "notices.h"

#define SUMMARY_MAX	2000

struct changes {		/* NULL: not asked for */
	const char *severity, *category, *topic, *status, *why, *excluded,
	    *assignee, *root_cause, *summary, *since, *until, *due, *clock;
};

static int
take(struct cmd *c, const char *word, struct changes *to, struct err *e)
{
	const struct { const char *name; const char **value; } fields[] = {
		{ "severity", &to->severity }, { "category", &to->category },
		{ "topic", &to->topic }, { "status", &to->status },
		{ "why", &to->why }, { "excluded", &to->excluded },
		{ "assignee", &to->assignee },
		{ "root-cause", &to->root_cause }, { "summary", &to->summary },
		{ "since", &to->since }, { "until", &to->until },
		{ "due", &to->due }, { "clock", &to->clock },
	};
	size_t len = strcspn(word, "=");
	const char *value = word + len + 1;

	for (size_t i = 0; word[len] == '=' &&
	    i < sizeof(fields) / sizeof(*fields); i++) {
		if (strlen(fields[i].name) != len ||
		    memcmp(word, fields[i].name, len) != 0)
			continue;
		if (*fields[i].value != NULL)
			return err_set(e, ERR_USAGE, "%s is set twice",
			    fields[i].name);
		*fields[i].value = desk_text(c, value, strlen(value));
		return 0;
	}
	return err_set(e, ERR_USAGE, "'%s' is not severity=, category=, "
	    "topic=, status=, why=, root-cause=, summary=, excluded=, "
	    "since=, until=, due=, clock= or assignee=", word);
}

/* One of the root causes of desk.yaml, or none any more. */
static int
check_cause(struct cmd *c, const char *cause, struct err *e)
{
	static const char *const keys[] = { "root_causes", NULL };
	struct buf names = BUF_INIT;
	const struct yaml *list;
	struct yaml *y;
	int rc = -1;

	if (cause == NULL || *cause == '\0')
		return 0;
	if (cmd_rule_yaml(c, "desk.yaml", &y, e) < 0 ||
	    yaml_only(y, keys, e) < 0)
		return -1;
	list = yaml_get(y, "root_causes");
	if (list == NULL || list->kind != YAML_MAP || list->count == 0)
		return yaml_err(list != NULL ? list : y, e,
		    "root_causes is not a map of names");
	for (const struct yaml *v = list->first; rc < 0 && v != NULL;
	    v = v->next) {
		buf_printf(&names, "%s%s", v == list->first ? "" :
		    v->next == NULL ? " or " : ", ", v->key);
		if (strcmp(v->key, cause) == 0)
			rc = 0;
	}
	if (rc < 0)
		err_set(e, ERR_USAGE, "root-cause is %s", names.data);
	buf_free(&names);
	return rc;
}

/* Somebody of team.yaml, where it has people, or an agent of org.yaml. */
static int
check_person(struct cmd *c, const char *who, struct err *e)
{
	struct team team = { 0 };

	if (who == NULL || *who == '\0')
		return 0;
	if (cmd_team(c, &team, e) < 0)
		return -1;
	return team_next(&team, 0) == NULL ? 0 : desk_known_person(c, &team,
	    who, e);
}

/* Whether a ticket has the category: 1, 0 or -1. */
static int
is_used(struct cmd *c, const char *category, struct err *e)
{
	struct cursor *cur;
	struct history *h;
	struct arena a = { 0 };
	struct ticket t;
	int got = 0, used = 0;

	if (store_histories(c->store, false, &cur, e) < 0)
		return -1;
	while (!used && (got = cursor_history(cur, &h, e)) == 1) {
		ticket_fold(h, c->now, &a, &t);
		used = strcmp(t.category, category) == 0;
		arena_reset(&a);
	}
	cursor_close(cur);
	arena_free(&a);
	return used ? 1 : got;
}

/* A new word is free, and may be a slip. */
static int
check_category(struct cmd *c, const char *category, struct err *e)
{
	struct err none = { 0 };
	int used;

	if (category == NULL || desk_known_category(c, category, &none) == 0)
		return 0;
	if (none.kind != ERR_USAGE) {
		*e = none;
		return -1;
	}
	if ((used = is_used(c, category, e)) == 0)
		cmd_warn(c, ERR_NONE, "%s; it is set all the same", none.text);
	return used < 0 ? -1 : 0;
}

static int
check(struct cmd *c, const struct changes *to, const struct ticket *t,
    struct err *e)
{
	if (check_cause(c, to->root_cause, e) < 0 ||
	    check_person(c, to->assignee, e) < 0)
		return -1;
	if (to->severity != NULL && severity_parse(to->severity) < 0)
		return err_set(e, ERR_USAGE,
		    "severity is LOW, MEDIUM, HIGH or CRITICAL");
	if (to->status != NULL && status_parse(to->status) < 0)
		return err_set(e, ERR_USAGE, "status is open, progress, "
		    "waiting, resolved or closed");
	if (to->why != NULL && to->status == NULL)
		return err_set(e, ERR_USAGE, "why= goes with status=");
	if (to->summary != NULL && strlen(to->summary) > SUMMARY_MAX)
		return err_set(e, ERR_USAGE, "the summary is longer than %d "
		    "bytes: one to three sentences", SUMMARY_MAX);
	if ((to->since != NULL || to->until != NULL) && to->excluded == NULL)
		return err_set(e, ERR_USAGE, "since= and until= go with "
		    "excluded=");
	if (to->clock != NULL && to->due == NULL)
		return err_set(e, ERR_USAGE, "clock= goes with due=");
	if (to->category != NULL && *to->category == '\0')
		return err_set(e, ERR_USAGE, "category is empty");
	if (to->topic != NULL && to->category == NULL && *t->category == '\0')
		return err_set(e, ERR_USAGE,
		    "a topic needs a category: category=... topic=...");
	return check_category(c, to->category, e);
}

static void
start(struct cmd *c, struct writer *w, struct buf *fields,
    const struct ticket *t)
{
	buf_reset(fields);
	w_begin(w, fields);
	w_open(w, '{');
	w_field_str(w, "ticket", t->history->key);
	w_field_str(w, "by", desk_person(c));
}

static int
emit(struct cmd *c, const char *type, enum event_kind kind,
    const struct ticket *t, struct writer *w, struct buf *fields,
    struct err *e)
{
	w_close(w, '}');
	return desk_emit(c, type, t->history, kind, fields, e);
}

static int
set_verdict(struct cmd *c, const struct changes *to, const struct ticket *t,
    struct buf *fields, struct err *e)
{
	bool severity = to->severity != NULL && !(t->severity_by_person &&
	    severity_parse(to->severity) == (int)t->severity);
	const char *category = to->category != NULL ? to->category :
	    t->category;
	const char *topic = to->topic != NULL ? to->topic :
	    to->category != NULL ? "" : t->topic;
	bool kind = (to->category != NULL || to->topic != NULL) &&
	    (strcmp(category, t->category) != 0 ||
	    strcmp(topic, t->topic) != 0);
	struct writer w;

	if (!severity && !kind)
		return 0;
	start(c, &w, fields, t);
	if (severity)
		w_field_str(&w, "severity", severity_name(
		    (enum severity)severity_parse(to->severity)));
	if (kind) {
		w_field_str(&w, "category", category);
		w_field_str(&w, "topic", topic);
	}
	return emit(c, "triage", EVENT_TRIAGE, t, &w, fields, e);
}

/* Whether that is what was said last, and why. */
static bool
said_already(const struct cmd *c, const struct changes *to,
    const struct ticket *t)
{
	const struct history *h = t->history;
	const char *said = NULL;
	size_t len = strlen(to->why);

	for (size_t i = 0; i < h->n && h->event[i].at <= c->now; i++) {
		if (h->event[i].kind == EVENT_STATUS)
			said = h->event[i].text;
	}
	said = said != NULL ? strchr(said, '\t') : NULL;
	return said != NULL && strncmp(said + 1, to->why, len) == 0 &&
	    (said[len + 1] == '\0' || said[len + 1] == '\t');
}

static int
set_status(struct cmd *c, const struct changes *to, const struct ticket *t,
    struct buf *fields, struct err *e)
{
	bool status = to->status != NULL &&
	    (status_parse(to->status) != (int)t->status ||
	    (to->why != NULL && !said_already(c, to, t)));
	bool cause = to->root_cause != NULL &&
	    strcmp(to->root_cause, t->root_cause) != 0;
	bool summary = to->summary != NULL &&
	    strcmp(to->summary, t->summary) != 0;
	/* What is taken back needs a word of its own. */
	bool apart = (cause && *to->root_cause == '\0') ||
	    (summary && *to->summary == '\0');
	struct writer w;

	if (!status && !cause && !summary)
		return 0;
	start(c, &w, fields, t);
	if (status) {
		w_field_str(&w, "status", to->status);
		w_field_str(&w, "why", to->why);
	}
	if (status && apart) {
		if (emit(c, "status", EVENT_STATUS, t, &w, fields, e) < 0)
			return -1;
		start(c, &w, fields, t);
		status = false;
	}
	if (cause)
		w_field_str(&w, "root_cause", to->root_cause);
	if (summary)
		w_field_str(&w, "summary", to->summary);
	return emit(c, "status", status ? EVENT_STATUS : EVENT_CAUSE, t, &w,
	    fields, e);
}

static int
set_excluded(struct cmd *c, const struct changes *to, const struct ticket *t,
    struct buf *fields, struct err *e)
{
	struct writer w;
	int rc;

	if (to->since != NULL || to->until != NULL) {
		start(c, &w, fields, t);
		rc = desk_period(c, to->excluded, to->since, to->until, t, &w,
		    e);
		return rc <= 0 ? rc : emit(c, "status", EVENT_EXCLUDE, t, &w,
		    fields, e);
	}
	if (to->excluded == NULL || strcmp(to->excluded,
	    t->excluded != NULL ? t->excluded : "") == 0)
		return 0;
	start(c, &w, fields, t);
	w_field_str(&w, "excluded", to->excluded);
	return emit(c, "status", EVENT_EXCLUDE, t, &w, fields, e);
}

static int
set_due(struct cmd *c, const struct changes *to, const struct ticket *t,
    struct buf *fields, struct err *e)
{
	struct writer w;
	int rc;

	if (to->due == NULL)
		return 0;
	start(c, &w, fields, t);
	rc = desk_due(c, to->due, to->clock, t, &w, e);
	return rc <= 0 ? rc : emit(c, "status", EVENT_DUE, t, &w, fields, e);
}

static int
set_assignee(struct cmd *c, const struct changes *to, const struct ticket *t,
    struct err *e)
{
	const char *who = to->assignee;
	const struct person *p;
	struct team team;

	if (who == NULL)
		return 0;
	if (cmd_team(c, &team, e) < 0)
		return -1;
	/* A person has several names, and one in team.yaml. */
	if (*who != '\0' && (p = desk_member(&team, who)) != NULL)
		who = p->id;
	return strcmp(who, t->assignee) == 0 ? 0 :
	    desk_give(c, t->history->key, who, t->history, e);
}

/* What holds already is not said again: the same command twice is one. */
static int
change(struct cmd *c, const char *name, const struct changes *to,
    struct err *e)
{
	struct buf fields = BUF_INIT;
	struct history h;
	struct ticket t;
	char key[KEY_TEXT];
	int rc = -1;

	if (desk_ticket(c, name, key, e) < 0 ||
	    store_history(c->store, key, &h, &c->arena, e) < 0)
		return -1;
	/* What is said holds from this moment, so that is what it changes. */
	ticket_fold(&h, c->now, &c->arena, &t);
	if (t.opened == TIME_NONE)
		return err_set(e, ERR_USAGE, "no ticket '%s' at that moment",
		    name);
	if (check(c, to, &t, e) == 0 &&
	    set_verdict(c, to, &t, &fields, e) == 0 &&
	    set_assignee(c, to, &t, e) == 0 &&
	    set_status(c, to, &t, &fields, e) == 0 &&
	    set_excluded(c, to, &t, &fields, e) == 0 &&
	    set_due(c, to, &t, &fields, e) == 0)
		rc = cmd_flush(c, e);
	buf_free(&fields);
	return rc;
}

int
desk_set(struct cmd *c, struct err *e)
{
	struct changes to = { 0 };

	if (c->argc < 2)
		return err_set(e, ERR_USAGE,
		    "set takes a ticket and FIELD=VALUE");
	for (int i = 1; i < c->argc; i++) {
		if (take(c, c->argv[i], &to, e) < 0)
			return -1;
	}
	return change(c, c->argv[0], &to, e);
}

int
desk_assign(struct cmd *c, struct err *e)
{
	struct changes to = { 0 };

	if (c->argc != 2)
		return err_set(e, ERR_USAGE, "assign takes a ticket and a "
		    "person");
	to.assignee = desk_text(c, c->argv[1], strlen(c->argv[1]));
	return change(c, c->argv[0], &to, e);
}
