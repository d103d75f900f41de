/* Notice records: one for each way to a target, once a cause. */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/time.h"
#include "domain/answer/postage.h"
#include "notices.h"
#include "replies.h"
#include "rotas.h"
#include "seen.h"

struct told {			/* when, of a cause that may be told again */
	char id[ID_TEXT];	/* of the key and the way */
	int64_t at;
	UT_hash_handle hh;
};

struct notices {
	struct cmd *cmd;
	struct team team;
	struct oncall *oncall;	/* NULL: no target is of a rota */
	bool pager;		/* the postman has a key for pages */
	struct replies *forms;
	uint64_t *seen;		/* ids of this run */
	struct told *told;	/* of this run */
	struct arena arena;	/* of those */
};

int
cmd_team(struct cmd *c, struct team *t, struct err *e)
{
	struct yaml *root;

	if (cmd_rule_yaml(c, "team.yaml", &root, e) < 0)
		return -1;
	return team_load(t, &c->arena, root, e);
}

/* "support" of a way to "oncall support"; NULL for another one. */
static const char *
rota_of(const struct way *way)
{
	return strncmp(way->to, "oncall ", 7) == 0 ? way->to + 7 : NULL;
}

static bool
asks_rotas(const struct team *t)
{
	for (const struct yaml *y = t->targets != NULL ? t->targets->first :
	    NULL; y != NULL; y = y->next) {
		struct way way;

		for (int i = 0; team_way(t, y->key, i, &way); i++) {
			if (rota_of(&way) != NULL)
				return true;
		}
	}
	return false;
}

/* Whether send.yaml says how pages go out; one that is wrong does not. */
static bool
has_pager(struct cmd *c)
{
	struct postage post;
	struct err ignored = { 0 };
	struct yaml *root;

	return cmd_rule_file(c, "send.yaml") != NULL &&
	    cmd_rule_yaml(c, "send.yaml", &root, &ignored) == 0 &&
	    postage_load(&post, &c->arena, root, &ignored) == 0 &&
	    postage_pages(&post);
}

int
notices_open(struct notices **out, struct cmd *c, struct err *e)
{
	struct notices *n = xcalloc(1, sizeof(*n));

	*out = n;
	n->cmd = c;
	n->forms = replies_new(c, "notice");
	n->seen = seen_new();
	n->pager = has_pager(c);
	if (cmd_team(c, &n->team, e) < 0)
		return -1;
	return asks_rotas(&n->team) ? cmd_oncall(c, &n->team, &n->oncall, e) :
	    0;
}

void
notices_close(struct notices *n)
{
	if (n == NULL)
		return;
	replies_free(n->forms);
	if (n->oncall != NULL)
		oncall_free(n->oncall);
	HASH_CLEAR(hh, n->told);
	arena_free(&n->arena);
	free(n->seen);
	free(n);
}

const struct team *
notices_team(const struct notices *n)
{
	return &n->team;
}

bool
notices_pager(const struct notices *n)
{
	return n->pager;
}

void
notices_facts(const struct notices *n, struct writer *w, struct buf *json)
{
	w_begin(w, json);
	w_open(w, '{');
	reply_company(&n->cmd->org, w);
}

int
notices_check(struct notices *n, const char *form, const struct buf *facts,
    struct err *e)
{
	return replies_check(n->forms, form, facts, e);
}

void
notices_told(struct notices *n, const char *id)
{
	seen_add(n->seen, id);
}

static int
emit(struct notices *n, const struct notice *t, const struct way *way,
    const char *id, const struct answer *text, struct arena *a,
    struct err *e)
{
	struct cmd *c = n->cmd;
	struct buf line = BUF_INIT;
	struct writer w;
	int rc;

	record_begin(&w, &line, "notice", id, t->at);
	w_field_str(&w, "channel", way->channel);
	w_field_str(&w, "to", way->to);
	if (t->customer != NULL && *t->customer != '\0')
		w_field_str(&w, "customer", t->customer);
	w_field_str(&w, "subject", text->subject);
	w_field_str(&w, "text", text->text);
	if (strcmp(way->channel, "slack") == 0)
		w_field_str(&w, "format", "mrkdwn");
	w_field_str(&w, "about", t->about);
	w_field_str(&w, "topic", t->topic);
	w_field_str(&w, "key", t->key);
	if (t->severity >= 0)
		w_field_str(&w, "severity",
		    severity_name((enum severity)t->severity));
	w_field_str(&w, "action", t->action);
	if (t->late)
		w_field_bool(&w, "late", true);
	if (strcmp(way->channel, "email") == 0)
		w_field_str(&w, "message_id", arena_printf(a, "%s@%s", id,
		    strchr(c->org.address, '@') + 1));
	w_close(&w, '}');
	rc = cmd_emit(c, line.data, line.len, e);
	buf_free(&line);
	return rc < 0 ? -1 : 1;
}

/*
 * Whether that way was told of the cause within again: 1, 0 or -1. The store
 * knows by the key of this stretch and of the one before.
 */
static int
told_lately(struct notices *n, const struct notice *t, const struct way *way,
    const char *key, struct arena *a, struct err *e)
{
	struct rec *r = arena_alloc(a, sizeof(*r));
	struct buf line = BUF_INIT;
	struct told *told;
	char id[ID_TEXT];
	int64_t then;
	int got = 0;

	record_id(id, "notice", t->key, way->channel, way->to, NULL);
	HASH_FIND_STR(n->told, id, told);
	if (told == NULL) {
		told = arena_zalloc(&n->arena, sizeof(*told));
		memcpy(told->id, id, sizeof(id));
		told->at = TIME_NONE;
		HASH_ADD_STR(n->told, id, told);
	} else if (told->at != TIME_NONE && t->at - told->at < t->again) {
		return 1;
	}
	record_id(id, "notice", key, way->channel, way->to, t->action,
	    (char *)NULL);
	if (n->cmd->store != NULL &&
	    (got = store_record(n->cmd->store, id, &line, e)) == 1 &&
	    (got = rec_parse(r, line.data, line.len, e)) == 0)
		got = rec_time(r, "at", &then) && t->at - then < t->again;
	buf_free(&line);
	if (got == 0)
		told->at = t->at;
	return got;
}

static int
tell_way(struct notices *n, const struct notice *t, const struct way *way,
    struct arena *a, struct err *e);

/* A cause that may be told again: its key is that of the stretch. */
static int
tell_again(struct notices *n, const struct notice *t, const struct way *way,
    struct arena *a, struct err *e)
{
	int64_t stretch = t->at / t->again;
	struct notice one = *t;
	int got;

	one.again = 0;
	one.key = arena_printf(a, "%s:%lld", t->key, (long long)stretch);
	got = told_lately(n, t, way, arena_printf(a, "%s:%lld", t->key,
	    (long long)stretch - 1), a, e);
	return got != 0 ? (got < 0 ? -1 : 0) : tell_way(n, &one, way, a, e);
}

static int
tell_way(struct notices *n, const struct notice *t, const struct way *way,
    struct arena *a, struct err *e)
{
	const bool slack = strcmp(way->channel, "slack") == 0;
	struct store *store = n->cmd->store;
	struct err bad = { 0 };
	struct answer text;
	char id[ID_TEXT];
	int got;

	if (t->again > 0)
		return tell_again(n, t, way, a, e);
	record_id(id, "notice", t->key, way->channel, way->to, t->action,
	    (char *)NULL);
	if (seen_add(n->seen, id))
		return 0;
	if (store != NULL && (got = store_has(store, id, e)) != 0)
		return got < 0 ? -1 : 0;
	if (replies_fill(n->forms, t->form, t->facts, slack ? ESCAPE_SLACK :
	    ESCAPE_NONE, a, &text, &bad) < 0) {
		cmd_warn(n->cmd, bad.kind, "%s", bad.text);
		return 0;
	}
	return emit(n, t, way, id, &text, a, e);
}

/*
 * Whoever is on call at that moment, in place of the rota; false when nobody
 * is, or they are not reached that way.
 */
static bool
find_duty(const struct notices *n, int64_t at, struct way *way)
{
	const char *rota = rota_of(way), *id;
	const struct person *p;

	if (rota == NULL)
		return true;
	if (n->oncall == NULL ||
	    (id = oncall_at(n->oncall, rota, at, NULL)) == NULL ||
	    (p = team_person(&n->team, id)) == NULL)
		return false;
	way->to = person_at(p, way->channel);
	return *way->to != '\0';
}

/* A person is paged only when that is meant; a target says itself how. */
static bool
is_meant(const struct notices *n, const struct notice *t, const char *target,
    const struct way *way)
{
	return t->page || strcmp(way->channel, "pagerduty") != 0 ||
	    (n->team.targets != NULL &&
	    yaml_get(n->team.targets, target) != NULL);
}

bool
notices_way(const struct notices *n, const struct notice *t, int *i,
    struct way *way)
{
	const struct customer *who = NULL;
	const char *target = t->target;

	if (strcmp(target, "csm") == 0 && t->customer != NULL)
		who = customers_at(n->cmd->customers, t->customer, t->at);
	if (who != NULL && who->csm != NULL && *who->csm != '\0')
		target = who->csm;
	while (team_way(&n->team, target, (*i)++, way)) {
		if (is_meant(n, t, target, way) &&
		    find_duty(n, t->duty != 0 ? t->duty : t->at, way))
			return true;
	}
	return false;
}

/* Whether this way was told of the cause: 1, 0 or -1. */
static int
was_told(const struct notices *n, const char *key, const struct way *way,
    struct err *e)
{
	char id[ID_TEXT];

	record_id(id, "notice", key, way->channel, way->to, NULL);
	if (seen_has(n->seen, id))
		return 1;
	return n->cmd->store != NULL ? store_has(n->cmd->store, id, e) : 0;
}

int
notices_said(const struct notices *n, const struct notice *t, struct err *e)
{
	struct way way;
	int i = 0, got = 0;

	while (got == 0 && notices_way(n, t, &i, &way))
		got = was_told(n, t->key, &way, e);
	return got;
}

static int
was_told_any(const struct notices *n, const struct notice *t,
    const struct way *way, struct err *e)
{
	int got = t->since == NULL;

	for (const char *const *key = t->since; got == 0 && *key != NULL;
	    key++)
		got = was_told(n, *key, way, e);
	return got;
}

/* Whether a target before it is reached the same way. */
static bool
goes_there(const struct notices *n, const struct notice *t,
    const struct way *way)
{
	struct notice other = *t;
	struct way its;

	for (const char *const *to = t->among; to != NULL && *to != NULL &&
	    strcmp(*to, t->target) != 0; to++) {
		int i = 0;

		other.target = *to;
		while (notices_way(n, &other, &i, &its)) {
			if (strcmp(its.channel, way->channel) == 0 &&
			    strcmp(its.to, way->to) == 0)
				return true;
		}
	}
	return false;
}

int
notices_tell(struct notices *n, const struct notice *t, struct arena *a,
    struct err *e)
{
	struct way way;
	int i = 0, got, told = 0;

	while (notices_way(n, t, &i, &way)) {
		if (goes_there(n, t, &way))
			continue;
		if ((got = was_told_any(n, t, &way, e)) < 0)
			return -1;
		if (got == 0)
			continue;
		if ((got = tell_way(n, t, &way, a, e)) < 0)
			return -1;
		told += got;
	}
	return told;
}

int
notices_end(struct notices *n, const struct notice *notice, int64_t at,
    struct arena *a, struct err *e)
{
	struct notice over = *notice, *t = &over;
	const int64_t began = t->at;
	struct way way;
	int got = 0;

	for (int i = 0; got >= 0 && team_way(&n->team, t->target, i, &way);
	    i++) {
		if (strcmp(way.channel, "pagerduty") != 0 ||
		    !find_duty(n, began, &way) ||
		    (got = was_told(n, t->key, &way, e)) <= 0)
			continue;
		t->at = at;
		got = tell_way(n, t, &way, a, e);
		t->at = began;
	}
	return got < 0 ? -1 : 0;
}
