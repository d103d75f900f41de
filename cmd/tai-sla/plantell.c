/* tai-sla maintenance tell: who hears of what is planned, each once. */
#include <string.h>

#include "incident.h"

enum plan_word { PLANNED, MOVED, REMINDED, OVER, CANCELLED };

struct telling {
	struct desk *desk;
	const struct uprules *rules;
	const struct maintenance *m, *all;	/* by start */
	size_t n;
	enum plan_word word;
	const char *key;
	int64_t at;		/* of the cause */
};

/* When a series comes again, the next few times; "" for none. */
static const char *
again(const struct telling *t, bool *more, struct arena *a)
{
	const struct maintenance *m = t->m, *next = m + 1;
	const char *text = "";
	int n = 0;

	*more = false;
	for (; m->repeat != NULL && next < t->all + t->n && !*more; next++) {
		if (strcmp(next->key, m->key) != 0)
			continue;
		if ((*more = n == 3))
			break;
		text = arena_printf(a, "%s%s%s", text, n++ > 0 ? ", " : "",
		    cmd_time(t->desk->cmd, next->started, a));
	}
	return text;
}

static void
facts(const struct telling *t, struct buf *json)
{
	static const char *const names[] = { "planned", "moved", "reminder",
		"over", "cancelled" };
	const struct maintenance *m = t->m;
	struct cmd *c = t->desk->cmd;
	struct arena *a = &t->desk->scratch;
	const char *services = "";
	bool more = false;
	char length[TIME_TEXT];
	struct writer w;

	for (const char *const *s = m->services; *s != NULL; s++)
		services = arena_printf(a, "%s%s%s", services,
		    *services != '\0' ? ", " : "", *s);
	notices_facts(t->desk->notices, &w, json);
	w_field_str(&w, "maintenance", m->key);
	w_field_str(&w, "title", m->title);
	w_field_str(&w, "started", cmd_time(c, m->started, a));
	w_field_str(&w, "ended", cmd_time(c, m->ended, a));
	w_field_str(&w, "lasts", duration_exact(m->ended - m->started,
	    length));
	w_field_str(&w, "services", services);
	w_field_str(&w, "again", t->word == PLANNED || t->word == MOVED ?
	    again(t, &more, a) : "");
	w_field_bool(&w, "more", more);
	for (int i = 0; i <= CANCELLED; i++)
		w_field_bool(&w, names[i], i == (int)t->word);
	w_close(&w, '}');
}

/* A customer of then whose services it concerns. */
static bool
concerns(const struct telling *t, const char *id)
{
	const struct customer *who = customers_at(t->desk->cmd->customers, id,
	    t->at);
	const char *const *named = t->m->customers;

	if (who == NULL || who->until <= t->at)
		return false;
	if (*named == NULL && t->desk->rules->plans.mail_named)
		return false;
	for (; *named != NULL && strcmp(*named, id) != 0; named++)
		;
	return (*t->m->customers == NULL || *named != NULL) &&
	    (outage_services(t->rules, t->m->services) &
	    uprules_uses(t->rules, id)) != 0;
}

static int
tell_customers(const struct telling *t, struct notice *n, struct err *e)
{
	struct customers *all = t->desk->cmd->customers;
	const char *id;

	for (size_t i = 0; (id = customers_id(all, i)) != NULL; i++) {
		if (!concerns(t, id))
			continue;
		n->customer = id;
		n->target = customers_contact(all, id);
		if (n->target != NULL && notices_tell(t->desk->notices, n,
		    &t->desk->scratch, e) < 0)
			return -1;
	}
	n->customer = NULL;
	return 0;
}

static int
tell_word(const struct telling *t, struct err *e)
{
	const struct plan_duty *duty = &t->desk->rules->plans;
	const char *const *lists[] = { duty->tell, duty->publish };
	struct buf json = BUF_INIT;
	struct notice n = { .form = "maintenance", .key = t->key,
		.about = t->m->key, .facts = &json, .severity = -1,
		.at = t->at };
	int rc = 0;

	facts(t, &json);
	for (size_t i = 0; i < 2; i++) {
		for (const char *const *to = lists[i]; rc == 0 && *to != NULL;
		    to++) {
			n.target = *to;
			rc = notices_tell(t->desk->notices, &n,
			    &t->desk->scratch, e) < 0 ? -1 : 0;
		}
	}
	if (rc == 0 && duty->mail)
		rc = tell_customers(t, &n, e);
	buf_free(&json);
	return rc;
}

/* Whether the window stands in the place of another since it is planned. */
static bool
is_moved(const struct maintenance *m)
{
	for (size_t i = m->n; i-- > 0;) {
		if (m->told[i].moved)
			return true;
		if (m->told[i].anew)
			return false;
	}
	return false;
}

/* The window, and how often it was another in between, or none. */
static const char *
window_key(const struct maintenance *m, struct arena *a)
{
	char from[TIME_TEXT], to[TIME_TEXT];
	bool before = false;
	size_t again = 0;
	const char *key = arena_printf(a, "%s/%s/%s", m->key,
	    time_format(m->started, from), time_format(m->ended, to));

	for (size_t i = 0; i < m->n; i++) {
		const struct notice_window *w = &m->told[i];

		if (w->started != m->started || w->ended != m->ended)
			continue;
		again += before && (w->moved || w->anew);
		before = true;
	}
	return again == 0 ? key : arena_printf(a, "%s/again%zu", key, again);
}

static int
tell_one(struct telling *t, struct err *e)
{
	const struct maintenance *m = t->m;
	struct arena *a = &t->desk->scratch;
	int64_t now = t->desk->cmd->now;
	int64_t remind = t->desk->rules->plans.remind;
	const char *window = window_key(m, a);
	const struct notice_window *last = m->n > 0 ? &m->told[m->n - 1] :
	    NULL;

	/* What nobody was told of is not called off either. */
	if (last == NULL || last->announced > now)
		return 0;
	t->key = m->nth > 0 ? window : m->key;
	t->key = m->calls == 0 ? arena_printf(a, "%s/cancelled", t->key) :
	    arena_printf(a, "%s/cancelled/again%zu", t->key, m->calls);
	t->at = m->said;
	t->word = CANCELLED;
	if (m->cancelled)
		return m->ended > now ? tell_word(t, e) : 0;
	if (m->ended <= now) {
		t->key = arena_printf(a, "%s/over", m->nth > 0 ? window :
		    m->key);
		t->at = m->ended;
		t->word = OVER;
		return now - m->ended <= OVER_IS_NEWS ? tell_word(t, e) : 0;
	}
	t->key = window;
	t->word = is_moved(m) ? MOVED : PLANNED;
	/* Of a series the first window is announced, the others come. */
	if (m->begins && tell_word(t, e) < 0)
		return -1;
	if (remind <= 0 || now < m->started - remind || now >= m->started ||
	    m->said > m->started - remind)
		return 0;
	t->key = arena_printf(a, "%s/reminder", window);
	t->at = m->started - remind;
	t->word = REMINDED;
	return tell_word(t, e);
}

int
plans_tell(struct desk *d, const struct uprules *rules,
    const struct maintenance *m, size_t n, struct err *e)
{
	struct telling t = { .desk = d, .rules = rules, .all = m, .n = n };

	if (notices_open(&d->notices, d->cmd, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		t.m = &m[i];
		if (tell_one(&t, e) < 0)
			return -1;
	}
	return cmd_flush(d->cmd, e);
}
