/* tai-ingest alert: what monitors and status pages send. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "alert.h"
#include "alerttell.h"
#include "domain/alert/alert.h"
#include "domain/alert/alertmap.h"

#define OPT_FROM	(OPT_OWN + 1)

static const char *from_option;

const struct option alert_options[] = {
	{ "from", required_argument, NULL, OPT_FROM },
	STATS_OPTION,
	{ 0 }
};

int
alert_option(struct cmd *c, int option, const char *value, struct err *e)
{
	if (option != OPT_FROM)
		return stats_option(c, option, value, e);
	from_option = value;
	return 0;
}

struct alert_in {
	struct foreign *foreign;
	struct alert_map *map;
	size_t maps;
	struct alert_rules rules;
	struct alerts *alerts;
	struct alert_desk desk;
	struct alert_tell *tell;
	const char *title;	/* of the alert at hand */
	int lock;		/* held; -1 */
};

static struct alert_in *in;

static int
desk_emit(void *arg, const struct buf *line, struct err *e)
{
	struct alert_in *s = arg;
	int got = foreign_emit(s->foreign, line, e);

	if (got == 1 && alert_tell(s->tell, line, s->title, e) < 0)
		return -1;
	return got;
}

static int
desk_has(void *arg, const char *id, struct err *e)
{
	struct alert_in *s = arg;

	return foreign_has(s->foreign, id, e);
}

static int
desk_recall(void *arg, struct alerts *alerts, const char *conversation,
    struct err *e)
{
	struct alert_in *s = arg;
	struct rec *r = xmalloc(sizeof(*r));
	struct cursor *cur;
	int64_t seq;
	int got = store_talk(s->foreign->cmd->store, conversation, AT_MIN,
	    AT_END, ALERT_ROWS, &cur, e);

	if (got == 0) {
		while ((got = cursor_record(cur, r, &seq, e)) == 1)
			alerts_recalled(alerts, r);
		cursor_close(cur);
	}
	free(r);
	return got;
}

/* Whether somebody but us has done something about the ticket. */
static int
worked(const struct history *h, const struct ticket *t)
{
	if (t->answers > 0 || *t->assignee != '\0')
		return ALERT_WORKED;
	for (size_t i = 0; i < h->n; i++) {
		if (h->event[i].kind == EVENT_STATUS &&
		    (h->event[i].text == NULL ||
		    strncmp(h->event[i].text, "alert\t", 6) != 0))
			return ALERT_WORKED;
	}
	return 0;
}

static int
desk_hands(void *arg, const char *key, struct err *e)
{
	struct alert_in *s = arg;
	struct arena a = { 0 };
	struct history h;
	struct ticket t;
	int got = store_history(s->foreign->cmd->store, key, &h, &a, e);

	if (got == 1) {
		ticket_fold(&h, TIME_MAX, &a, &t);
		got = worked(&h, &t);
		/* Merged: it is not only about the alert any more. */
		if (strcmp(h.key, key) != 0)
			got |= ALERT_WORKED;
		if (ticket_is_done(&t))
			got |= ALERT_DONE;
	}
	arena_free(&a);
	return got;
}

/* "alertmanager" of ".../alerts/alertmanager.yaml". */
static const char *
map_name(struct cmd *c, const char *path)
{
	const char *base = strrchr(path, '/');
	const char *name = base != NULL ? base + 1 : path;

	return arena_strndup(&c->arena, name, strlen(name) - strlen(".yaml"));
}

static bool
is_map(const struct alert_in *s, const char *name)
{
	if (strcmp(name, "episodes") == 0 || strcmp(name, "thresholds") == 0 ||
	    strcmp(name, "routing") == 0)
		return false;
	for (size_t i = 0; i < s->maps; i++) {
		if (strcmp(s->map[i].name, name) == 0)
			return false;
	}
	return true;
}

/* Of two folders with a file of one name the first has it. */
static int
load_maps(struct alert_in *s, struct cmd *c, struct err *e)
{
	const char *const *paths;
	size_t n;

	if (cmd_rule_files(c, "alerts", ".yaml", &paths, &n, e) < 0)
		return -1;
	s->map = arena_zalloc(&c->arena, (n + 1) * sizeof(*s->map));
	for (size_t i = 0; i < n; i++) {
		const char *name = map_name(c, paths[i]);
		struct yaml *root;

		if (!is_map(s, name))
			continue;
		if (yaml_load(&c->arena, paths[i], &root, e) < 0 ||
		    alert_map_load(&s->map[s->maps++], &c->arena, name, root,
		    e) < 0)
			return -1;
	}
	return 0;
}

static int
load(struct alert_in *s, struct cmd *c, struct err *e)
{
	struct yaml *episodes, *thresholds, *routing;

	if (load_maps(s, c, e) < 0 ||
	    cmd_rule_yaml(c, "alerts/episodes.yaml", &episodes, e) < 0 ||
	    cmd_rule_yaml(c, "alerts/thresholds.yaml", &thresholds, e) < 0 ||
	    cmd_rule_yaml(c, "alerts/routing.yaml", &routing, e) < 0 ||
	    alert_rules_load(&s->rules, &c->arena, episodes, thresholds,
	    routing, e) < 0)
		return -1;
	s->desk = (struct alert_desk){ s, desk_emit, desk_has,
		c->store != NULL ? desk_recall : NULL,
		c->store != NULL ? desk_hands : NULL };
	s->alerts = alerts_new(&s->rules, c->customers, c->org.default_tier,
	    &s->desk);
	return 0;
}

static int
alert_open(struct foreign *f, struct err *e)
{
	if (in != NULL) {
		in->foreign = f;
		return 0;
	}
	in = xcalloc(1, sizeof(*in));
	in->foreign = f;
	in->lock = -1;
	in->title = "alert";
	return alert_tell_open(&in->tell, f->cmd, e) < 0 ? -1 :
	    load(in, f->cmd, e);
}

/*
 * From looking up a group to the commit of what became of it nobody else may
 * do the same: two hundred alerts of one cause come in as many processes.
 */
static int
lock(struct alert_in *s, struct err *e)
{
	struct cmd *c = s->foreign->cmd;
	struct buf path = BUF_INIT;

	if (c->store == NULL || c->dry || s->lock >= 0)
		return 0;
	buf_printf(&path, "%s-alert", c->db);
	s->lock = open(path.data, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (s->lock < 0)
		err_set(e, ERR_IO, "cannot open '%s': %s", path.data,
		    strerror(errno));
	while (s->lock >= 0 && flock(s->lock, LOCK_EX) < 0) {
		if (errno == EINTR)
			continue;
		err_set(e, ERR_IO, "cannot lock '%s': %s", path.data,
		    strerror(errno));
		close(s->lock);
		s->lock = -1;
	}
	buf_free(&path);
	return s->lock < 0 ? -1 : 0;
}

int
alert_pause(struct foreign *f, struct err *e)
{
	if (cmd_flush(f->cmd, e) < 0)
		return -1;
	if (in != NULL && in->lock >= 0) {
		close(in->lock);
		in->lock = -1;
		alerts_forget(in->alerts);
	}
	return 0;
}

void
alert_close(void)
{
	if (in == NULL)
		return;
	if (in->lock >= 0)
		close(in->lock);
	if (in->alerts != NULL)
		alerts_free(in->alerts);
	for (size_t i = 0; i < in->maps; i++)
		alert_map_free(&in->map[i]);
	alert_rules_free(&in->rules);
	alert_tell_close(in->tell);
	free(in);
	in = NULL;
}

static void
count(struct foreign *f, int got)
{
	f->tally.inputs++;
	f->tally.records += got == ALERT_NEW;
	f->tally.duplicates += got == ALERT_AGAIN;
	f->tally.ignored += got == ALERT_LEFT;
}

static int
take_page(struct alert_in *s, const struct alert_part *p, struct err *e)
{
	struct foreign *f = s->foreign;
	struct buf line = BUF_INIT;
	int got = alert_page(p, &line, &f->scratch, e);

	if (got == 0)
		got = foreign_emit(f, &line, e);
	buf_free(&line);
	if (got >= 0)
		count(f, got == 1 ? ALERT_NEW : ALERT_AGAIN);
	return got < 0 ? -1 : 0;
}

static int
take_alert(struct alert_in *s, const struct alert_part *p, struct err *e)
{
	struct foreign *f = s->foreign;
	struct alert al;
	int got;

	if (alert_of(p, &al, &f->scratch, e) < 0)
		return -1;
	s->title = al.title;
	got = alerts_take(s->alerts, &al, f->cmd->now, &f->scratch, e);
	s->title = "alert";
	if (got < 0)
		return -1;
	count(f, got);
	return 0;
}

/* One of two hundred that is wrong does not take the others with it. */
static int
take_part(void *arg, const struct alert_part *p, struct err *e)
{
	struct alert_in *s = arg;
	struct err bad = { 0 };
	int rc;

	if (p->form->silent) {
		count(s->foreign, ALERT_LEFT);
		return 0;
	}
	rc = p->form->kind == ALERT_ALERT ? take_alert(s, p, &bad) :
	    take_page(s, p, &bad);
	if (rc == 0)
		return 0;
	if (bad.kind == ERR_INPUT && !s->foreign->cmd->strict) {
		foreign_reject(s->foreign, bad.text, p->item.text,
		    p->item.len);
		return 0;
	}
	*e = bad;
	return -1;
}

/* The one map that knows the item. */
static int
find(const struct alert_in *s, const char *mapping, const struct value *v,
    const struct alert_map **map, struct err *e)
{
	struct arena *a = &s->foreign->scratch;
	bool any = mapping == NULL;

	*map = NULL;
	for (size_t i = 0; i < s->maps; i++) {
		size_t pos = 0;

		if (mapping != NULL && strcmp(s->map[i].name, mapping) != 0)
			continue;
		any = any || mapping != NULL;
		if (alert_map_form(&s->map[i], v, &pos, a) == NULL)
			continue;
		if (*map != NULL)
			return err_set(e, ERR_INPUT, "both %s and %s know "
			    "this: --from names one", (*map)->name,
			    s->map[i].name);
		*map = &s->map[i];
	}
	if (!any)
		return err_set(e, ERR_CONFIG, "there is no alerts/%s.yaml in "
		    "the rules", mapping);
	if (*map == NULL && mapping != NULL)
		return err_set(e, ERR_INPUT, "none of the forms of %s",
		    mapping);
	return *map != NULL ? 0 : err_set(e, ERR_INPUT, "no map of "
	    "rules/alerts knows this: --from names one");
}

int
alert_take(struct foreign *f, const char *mapping, const struct value *v,
    struct err *e)
{
	const struct alert_map *map;
	const struct alert_form *form;
	size_t before = f->tally.inputs, pos = 0;

	if (alert_open(f, e) < 0 || find(in, mapping, v, &map, e) < 0 ||
	    lock(in, e) < 0)
		return -1;
	while ((form = alert_map_form(map, v, &pos, &f->scratch)) != NULL) {
		if (alert_parts(map, form, v, take_part, in, &f->scratch,
		    e) < 0)
			return -1;
	}
	/* A list of nothing is an input all the same. */
	if (f->tally.inputs == before)
		count(f, ALERT_LEFT);
	return 0;
}

/* Before it waits for more, what has come is in and others may go on. */
static int
each(struct foreign *f, const struct item *item, struct err *e)
{
	struct pollfd more = { STDIN_FILENO, POLLIN, 0 };
	int rc = alert_take(f, from_option, &item->value, e);

	if (strcmp(f->name, "stdin") == 0 && poll(&more, 1, 0) == 0) {
		struct err bad = { 0 };

		if (alert_pause(f, &bad) < 0) {
			*e = bad;
			return -1;
		}
	}
	return rc;
}

/* Open tickets that began with an alert: their groups are looked at. */
static int
touch_open(struct foreign *f, struct err *e)
{
	static const char *const types[] = { "alert", NULL };
	struct cursor *open, *log;
	struct history *h;
	struct rec *r = xmalloc(sizeof(*r));
	struct arena a = { 0 };
	int got = store_histories(f->cmd->store, true, &open, e);

	while (got == 0 && (got = cursor_history(open, &h, e)) == 1) {
		const char *part[EVENT_PARTS], *name = NULL;
		int64_t seq;

		arena_reset(&a);
		event_parts(&h->event[0], part, &a);
		got = 0;
		if (strcmp(part[2], "alert") != 0)
			continue;
		if (store_log(f->cmd->store, types, h->key, 0, &log, e) < 0) {
			got = -1;
			break;
		}
		if ((got = cursor_record(log, r, &seq, e)) == 1)
			name = rec_str(r, "conversation", &a);
		cursor_close(log);
		if (got >= 0)
			got = name != NULL ? alerts_touch(in->alerts, name,
			    e) : 0;
	}
	cursor_close(open);
	free(r);
	arena_free(&a);
	return got;
}

/* What has flapped, and been quiet since, is over by now. */
static int
settle(struct foreign *f, struct err *e)
{
	if (lock(in, e) < 0 ||
	    (f->cmd->store != NULL && touch_open(f, e) < 0))
		return -1;
	return alerts_settle(in->alerts, f->cmd->now, e);
}

int
ingest_alert(struct cmd *c, struct err *e)
{
	struct foreign f;
	int rc;

	if (foreign_open(&f, c, NULL, e) < 0)
		return -1;
	if ((rc = alert_open(&f, e)) == 0)
		rc = foreign_operands(&f, NULL, each, e);
	if (rc == 0)
		rc = settle(&f, e);
	if (rc == 0)
		rc = foreign_finish(&f, e);
	alert_close();
	foreign_close(&f);
	return rc;
}
