/* tai-desk show: one ticket, all of it. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "desk.h"
#include "domain/clock.h"

static bool full;

enum { OPT_FULL = OPT_OWN };
const struct option show_options[] = {
	{ "full", no_argument, NULL, OPT_FULL },
	{ 0 }
};

int
show_option(struct cmd *c, int o, const char *value, struct err *e)
{
	(void)c;
	(void)value;
	(void)e;
	full = o == OPT_FULL;
	return 0;
}

struct item {			/* a record of the ticket */
	int64_t at, seq;
	char *line;
	size_t len;
};

struct items {
	struct item *item;
	size_t n, room;
};

static int
load_items(struct cmd *c, const char *key, struct items *all, struct err *e)
{
	struct rec *r = arena_alloc(&c->arena, sizeof(*r));
	struct cursor *cur;
	int64_t seq;
	int got;

	if (store_log(c->store, NULL, key, 0, &cur, e) < 0)
		return -1;
	while ((got = cursor_record(cur, r, &seq, e)) == 1) {
		struct item *i;

		if (all->n == all->room) {
			all->room = all->room > 0 ? 2 * all->room : 64;
			all->item = xreallocarray(all->item, all->room,
			    sizeof(*all->item));
		}
		i = &all->item[all->n++];
		i->at = TIME_NONE;
		rec_time(r, "at", &i->at);
		i->seq = seq;
		if (cmd_redact_record(c, r, &c->arena, e) < 0) {
			got = -1;
			break;
		}
		i->line = arena_strndup(&c->arena, r->line, r->len);
		i->len = r->len;
	}
	cursor_close(cur);
	return got;
}

static int
by_time(const void *x, const void *y)
{
	const struct item *a = x, *b = y;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return (a->seq > b->seq) - (a->seq < b->seq);
}

/* A field's text made safe, "" without it. */
static const char *
safe(const struct rec *r, const char *name, struct arena *a)
{
	const char *s = rec_str(r, name, a), *copy;
	struct buf b = BUF_INIT;

	if (s == NULL)
		return "";
	desk_safe(&b, s, strlen(s));
	for (char *p = b.data; *p != '\0'; p++) {
		if (*p == '\n' || *p == '\t')
			*p = ' ';
	}
	copy = arena_strndup(a, b.data, b.len);
	buf_free(&b);
	return copy;
}

static size_t
lines_in(const char *s, size_t len)
{
	size_t n = len > 0 && s[len - 1] != '\n';

	for (size_t i = 0; i < len; i++)
		n += s[i] == '\n';
	return n;
}

/* The next range [start, end) of the quoted parts, ascending and within. */
static bool
next_quote(const struct value *list, size_t *pos, size_t from, size_t len,
    size_t *start, size_t *end)
{
	struct value range, bound;
	int64_t n[2];

	while (value_next(list, pos, &range)) {
		size_t at = 0, i = 0;

		while (i < 2 && value_next(&range, &at, &bound) &&
		    value_int(&bound, &n[i]))
			i++;
		if (i == 2 && n[0] >= (int64_t)from && n[1] > n[0] &&
		    n[1] <= (int64_t)len) {
			*start = (size_t)n[0];
			*end = (size_t)n[1];
			return true;
		}
	}
	return false;
}

static void
show_text(struct cmd *c, const struct rec *r, struct arena *a)
{
	struct value text, quoted = { .kind = VALUE_NULL };
	size_t len, from = 0, start, end, pos = 0;
	const char *s;

	if (!rec_get(r, "text", &text) || text.kind != VALUE_STRING)
		return;
	s = value_str(&text, a, &len);
	if (!full)
		rec_get(r, "quoted", &quoted);
	while (next_quote(&quoted, &pos, from, len, &start, &end)) {
		desk_safe(&c->out, s + from, start - from);
		buf_printf(&c->out, "[%zu quoted line%s]\n",
		    lines_in(s + start, end - start),
		    lines_in(s + start, end - start) == 1 ? "" : "s");
		from = end;
	}
	desk_safe(&c->out, s + from, len - from);
	if (len > from && s[len - 1] != '\n')
		buf_addc(&c->out, '\n');
}

static void
show_attachments(struct cmd *c, const struct rec *r, struct arena *a)
{
	struct value list, one;
	size_t pos = 0;

	if (!rec_get(r, "attachments", &list))
		return;
	while (value_next(&list, &pos, &one)) {
		struct rec *file = arena_alloc(a, sizeof(*file));
		int64_t size = 0;

		value_object(&one, file);
		rec_int(file, "size", &size);
		buf_printf(&c->out, "[attached: %s, %s, %lld bytes]\n",
		    safe(file, "name", a), safe(file, "type", a),
		    (long long)size);
	}
}

/* "[failed: jo@x.example, no_user 5.1.1, for good: 550 5.1.1 unknown]" */
static void
show_report(struct cmd *c, const struct rec *r, struct arena *a)
{
	struct rec *about = arena_zalloc(a, sizeof(*about));
	const char *part;
	struct value v;
	bool hard = false;

	if ((!rec_get(r, "bounce", &v) && !rec_get(r, "report", &v)) ||
	    v.kind != VALUE_OBJECT)
		return;
	value_object(&v, about);
	part = safe(about, "action", a);
	buf_printf(&c->out, "[%s", *part != '\0' ? part :
	    safe(about, "kind", a));
	part = safe(about, "recipient", a);
	buf_printf(&c->out, "%s%s", *part != '\0' ? ": " : "", part);
	part = safe(about, "reason", a);
	buf_printf(&c->out, "%s%s", *part != '\0' ? ", " : "", part);
	part = safe(about, "status", a);
	buf_printf(&c->out, "%s%s", *part != '\0' ? " " : "", part);
	if (rec_bool(about, "hard", &hard) && hard)
		buf_adds(&c->out, ", for good");
	part = safe(about, "diagnostic", a);
	buf_printf(&c->out, "%s%s]\n", *part != '\0' ? ": " : "", part);
}

static bool
has_flag(const struct rec *r, const char *flag, struct arena *a)
{
	const char *const *f = rec_strings(r, "flags", a);

	while (*f != NULL && strcmp(*f, flag) != 0)
		f++;
	return *f != NULL;
}

/* What a person should know of the sender and of the ticket's beginning. */
static void
show_marks(struct cmd *c, const struct rec *r, struct arena *a)
{
	struct rec *thread = arena_zalloc(a, sizeof(*thread));
	const char *linked, *via = safe(r, "via", a);
	const char *agent = safe(r, "forwarded_by", a);
	struct value v;

	if (rec_get(r, "thread", &v))
		value_object(&v, thread);
	linked = safe(thread, "linked", a);
	if (*linked != '\0')
		buf_printf(&c->out, has_flag(r, "foreign", a) ?
		    "[it named %s, where the sender is a stranger]\n" :
		    "[a new subject under %s]\n", linked);
	if (*via != '\0')
		buf_printf(&c->out, "[sent by the form %s]\n", via);
	if (*agent != '\0')
		buf_printf(&c->out, "[forwarded by %s]\n", agent);
	if (has_flag(r, "unproven_agent", a))
		buf_adds(&c->out, "[says that an agent wrote it: unproven]\n");
	if (has_flag(r, "forged", a))
		buf_adds(&c->out, "[bears a signature that is not ours]\n");
}

static void
show_message(struct cmd *c, const struct rec *r, int number, struct arena *a)
{
	struct rec *from = arena_zalloc(a, sizeof(*from));
	const char *name, *address, *automatic = safe(r, "auto", a);
	struct value v;

	if (rec_get(r, "from", &v))
		value_object(&v, from);
	name = safe(from, "name", a);
	address = safe(from, "address", a);
	buf_printf(&c->out, "(%d) %s%s%s%s%s, %s%s%s: %s\n", number, name,
	    *name != '\0' && *address != '\0' ? " <" : "", address,
	    *name != '\0' && *address != '\0' ? ">" : "",
	    *name == '\0' && *address == '\0' ? "somebody" : "",
	    safe(r, "role", a), *automatic != '\0' &&
	    strcmp(automatic, "none") != 0 ? ", automatic: " : "",
	    strcmp(automatic, "none") != 0 ? automatic : "",
	    safe(r, "subject", a));
	show_report(c, r, a);
	show_marks(c, r, a);
	show_text(c, r, a);
	show_attachments(c, r, a);
}

/* ", articles: a, b" or nothing. */
static void
show_articles(struct cmd *c, const struct rec *r, struct arena *a)
{
	const char *before = ", articles: ";
	struct value list, v;
	size_t pos = 0;

	if (!rec_get(r, "kb", &list))
		return;
	while (value_next(&list, &pos, &v)) {
		const char *name = value_str(&v, a, NULL);

		if (name == NULL)
			continue;
		buf_adds(&c->out, before);
		desk_safe(&c->out, name, strlen(name));
		before = ", ";
	}
}

/* " by ana" or nothing. */
static const char *
by(const struct rec *r, struct arena *a)
{
	const char *who = safe(r, "by", a);

	return *who == '\0' ? "" : arena_printf(a, " by %s", who);
}

static void
show_triage(struct cmd *c, const struct rec *r, struct arena *a)
{
	const char *category = safe(r, "category", a);
	const char *topic = safe(r, "topic", a), *rule = safe(r, "rule", a);
	int64_t confidence;

	buf_printf(&c->out, "triage%s: %s%s%s%s%s", by(r, a),
	    safe(r, "severity", a), *category != '\0' ? " " : "", category,
	    *topic != '\0' ? " / " : "", topic);
	if (*rule != '\0')
		buf_printf(&c->out, ", rule %s", rule);
	if (rec_int(r, "confidence", &confidence))
		buf_printf(&c->out, ", %lld %%", (long long)confidence);
	if (*safe(r, "reply", a) != '\0')
		buf_printf(&c->out, ", template %s", safe(r, "reply", a));
	show_articles(c, r, a);
	buf_addc(&c->out, '\n');
}

/* "resolution due Fri 2026-01-16 12:00 PST by ana". */
static void
show_due(struct cmd *c, const struct rec *r, struct arena *a)
{
	const char *clock = safe(r, "clock", a);
	int64_t due;

	buf_printf(&c->out, "%s due %s%s\n", *clock != '\0' ? clock :
	    "resolution", rec_time(r, "due", &due) ? cmd_time(c, due, a) :
	    "as the policy says", by(r, a));
}

/* ", from then to then" of an excluded period. */
static void
show_period(struct cmd *c, const struct rec *r, struct arena *a)
{
	int64_t since, until;

	if (rec_time(r, "since", &since))
		buf_printf(&c->out, ", from %s", cmd_time(c, since, a));
	if (rec_time(r, "until", &until))
		buf_printf(&c->out, " to %s", cmd_time(c, until, a));
}

static void
show_status(struct cmd *c, const struct rec *r, struct arena *a)
{
	const char *why = safe(r, "why", a), *excluded;
	struct value v;

	if (rec_get(r, "excluded", &v)) {
		excluded = safe(r, "excluded", a);
		if (*excluded == '\0')
			buf_printf(&c->out, "counted again%s", by(r, a));
		else
			buf_printf(&c->out, "excluded%s: %s", by(r, a),
			    excluded);
		show_period(c, r, a);
		buf_addc(&c->out, '\n');
		return;
	}
	if (rec_get(r, "due", &v)) {
		show_due(c, r, a);
		return;
	}
	if (rec_get(r, "status", &v))
		buf_printf(&c->out, "status %s%s%s%s", safe(r, "status", a),
		    by(r, a), *why != '\0' ? ": " : "", why);
	else
		buf_printf(&c->out, "said%s", by(r, a));
	if (rec_get(r, "root_cause", &v))
		buf_printf(&c->out, ", root cause %s",
		    *safe(r, "root_cause", a) != '\0' ?
		    safe(r, "root_cause", a) : "taken back");
	buf_addc(&c->out, '\n');
	if (rec_get(r, "summary", &v))
		buf_printf(&c->out, "%s\n", *safe(r, "summary", a) != '\0' ?
		    safe(r, "summary", a) : "the summary is taken back");
}

static void
show_reply(struct cmd *c, const struct rec *r, struct arena *a)
{
	const char *template = safe(r, "template", a);
	bool automatic = true;

	rec_bool(r, "auto", &automatic);
	buf_printf(&c->out, "%s%s%s%s: %s\n", automatic ? "automatic reply" :
	    "reply", by(r, a), *template != '\0' ? ", template " : "",
	    template, safe(r, "subject", a));
	show_text(c, r, a);
}

static void
show_split(struct cmd *c, const struct rec *r, struct arena *a)
{
	const char *const *ids = rec_strings(r, "messages", a);
	const char *why = safe(r, "why", a);
	int n = 0;

	while (ids[n] != NULL)
		n++;
	buf_printf(&c->out, "%d message%s split from %s into %s%s%s%s\n", n,
	    n == 1 ? "" : "s", safe(r, "ticket", a), safe(r, "into", a),
	    by(r, a), *why != '\0' ? ": " : "", why);
}

/* A record of another type: its name and its plain fields. */
static void
show_other(struct cmd *c, const struct rec *r, struct arena *a)
{
	static const char *const known[] = { "v", "type", "id", "at", "ticket",
		"customer", "by", "subject", "text" };

	buf_printf(&c->out, "%s%s", safe(r, "type", a), by(r, a));
	for (size_t i = 0; i < r->fields; i++) {
		const struct field *f = &r->field[i];
		char *name = arena_strndup(a, f->name, f->name_len);
		size_t k = 0;

		while (k < sizeof(known) / sizeof(*known) &&
		    strcmp(known[k], name) != 0)
			k++;
		if (k < sizeof(known) / sizeof(*known) ||
		    f->value.kind == VALUE_OBJECT ||
		    f->value.kind == VALUE_ARRAY)
			continue;
		buf_addc(&c->out, ' ');
		desk_safe(&c->out, name, strlen(name));
		buf_printf(&c->out, "=%s", f->value.kind == VALUE_STRING ?
		    safe(r, name, a) : arena_strndup(a, f->value.text,
		    f->value.len));
	}
	if (*safe(r, "subject", a) != '\0')
		buf_printf(&c->out, ": %s", safe(r, "subject", a));
	buf_addc(&c->out, '\n');
	show_text(c, r, a);
}

static void
show_item(struct cmd *c, const struct item *i, int *messages, struct rec *r,
    struct arena *a)
{
	struct err bad = { 0 };

	if (rec_parse(r, i->line, i->len, &bad) < 0)
		return;
	buf_printf(&c->out, "\n%s  ", i->at != TIME_NONE ?
	    cmd_time(c, i->at, a) : "");
	if (rec_is(r, "type", "message"))
		show_message(c, r, ++*messages, a);
	else if (rec_is(r, "type", "reply"))
		show_reply(c, r, a);
	else if (rec_is(r, "type", "triage"))
		show_triage(c, r, a);
	else if (rec_is(r, "type", "status"))
		show_status(c, r, a);
	else if (rec_is(r, "type", "assign"))
		buf_printf(&c->out, "assigned to %s%s\n",
		    safe(r, "assignee", a), by(r, a));
	else if (rec_is(r, "type", "merge"))
		buf_printf(&c->out, "%s merged into %s%s\n",
		    safe(r, "ticket", a), safe(r, "into", a), by(r, a));
	else if (rec_is(r, "type", "split"))
		show_split(c, r, a);
	else
		show_other(c, r, a);
}

static void
show_clock(struct cmd *c, const struct clock *k, struct arena *a)
{
	struct buf *out = &c->out;
	char text[TIME_TEXT];

	buf_printf(out, "%-10s  %s", clock_name(k->kind),
	    clock_state_name(k->state));
	if (k->state == CLOCK_NONE) {
		buf_printf(out, "%s%s\n", k->why != NULL ? ": " : "",
		    k->why != NULL ? k->why : "");
		return;
	}
	buf_printf(out, ", %s counted of %s", duration_format(k->counted,
	    text), k->target.text);
	if (k->late > 0)
		buf_printf(out, ", %s late", duration_format(k->late, text));
	else if (k->stop == TIME_NONE)
		buf_printf(out, ", %s left", duration_format(k->remaining,
		    text));
	if (k->due != TIME_NONE)
		buf_printf(out, ", due %s", cmd_time(c, k->due, a));
	buf_addc(out, '\n');
}

static void
line(struct cmd *c, const char *name, const char *text)
{
	if (*text == '\0')
		return;
	buf_printf(&c->out, "%-10s  ", name);
	desk_safe(&c->out, text, strlen(text));
	buf_addc(&c->out, '\n');
}

static int
show_head(struct cmd *c, const struct ticket *t, struct arena *a,
    struct err *e)
{
	struct clock_ask ask = cmd_clock_ask(c, t);
	struct clock clocks[CLOCKS];
	const char *subject;

	buf_printf(&c->out, "#%lld %s  ", (long long)t->history->number,
	    t->history->key);
	subject = cmd_redact(c, t->subject, a);
	desk_safe(&c->out, subject, strlen(subject));
	buf_addc(&c->out, '\n');
	line(c, "customer", arena_printf(a, "%s, %s", *t->customer != '\0' ?
	    t->customer : "unknown", ask.tier));
	line(c, "from", t->from);
	line(c, "status", arena_printf(a, "%s since %s",
	    status_name(t->status), cmd_time(c, t->since, a)));
	line(c, "severity", severity_name(t->severity));
	line(c, "category", *t->topic != '\0' ? arena_printf(a, "%s / %s",
	    t->category, t->topic) : t->category);
	line(c, "assignee", t->assignee);
	line(c, "root cause", t->root_cause);
	line(c, "summary", t->summary);
	line(c, "excluded", t->excluded != NULL ? t->excluded : "");
	line(c, "opened", cmd_time(c, t->opened, a));
	if (clocks_of(&ask, t, clocks, e) < 0)
		return -1;
	for (int i = 0; i < CLOCKS; i++)
		show_clock(c, &clocks[i], a);
	return 0;
}

static int
show_ticket(struct cmd *c, const struct ticket *t, struct items *all,
    struct err *e)
{
	struct rec *r = arena_alloc(&c->arena, sizeof(*r));
	struct arena a = { 0 };
	int rc = show_head(c, t, &a, e), messages = 0;

	if (all->n > 0)
		qsort(all->item, all->n, sizeof(*all->item), by_time);
	for (size_t i = 0; rc == 0 && i < all->n; i++) {
		arena_reset(&a);
		if (all->item[i].at <= c->now)
			show_item(c, &all->item[i], &messages, r, &a);
	}
	arena_free(&a);
	return rc;
}

int
desk_show(struct cmd *c, struct err *e)
{
	struct items all = { 0 };
	struct history h;
	struct ticket t;
	char key[KEY_TEXT];
	int rc = -1;

	if (c->argc != 1)
		return err_set(e, ERR_USAGE, "show takes one ticket");
	if (desk_ticket(c, c->argv[0], key, e) < 0 ||
	    store_history(c->store, key, &h, &c->arena, e) < 0 ||
	    load_items(c, key, &all, e) < 0)
		goto done;
	ticket_fold(&h, c->now, &c->arena, &t);
	rc = 0;
	if (c->form == FORM_JSON) {
		for (size_t i = 0; i < all.n; i++)
			desk_print(all.item[i].line, all.item[i].len);
	} else if (t.opened == TIME_NONE)
		rc = err_set(e, ERR_USAGE, "no ticket '%s' at that moment",
		    c->argv[0]);
	else
		rc = show_ticket(c, &t, &all, e);
done:
	free(all.item);
	return rc;
}
