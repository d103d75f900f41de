/* tai-desk show: one ticket, all of it. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "desk.h"
#include "domain/clock/clock.h"
#include "domain/triage/rules.h"

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
keep_item(struct cmd *c, void *arg, struct rec *r, int64_t seq,
    struct err *e)
{
	struct items *all = arg;
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
	if (cmd_redact_record(c, r, &c->arena, e) < 0)
		return -1;
	i->line = arena_strndup(&c->arena, r->line, r->len);
	i->len = r->len;
	return 0;
}

static int
by_time(const void *x, const void *y)
{
	const struct item *a = x, *b = y;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return (a->seq > b->seq) - (a->seq < b->seq);
}

const char *
desk_field(const struct rec *r, const char *name, struct arena *a)
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

void
desk_words(struct cmd *c, const struct rec *r, struct arena *a)
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
		    desk_field(file, "name", a), desk_field(file, "type", a),
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
	part = desk_field(about, "action", a);
	buf_printf(&c->out, "[%s", *part != '\0' ? part :
	    desk_field(about, "kind", a));
	part = desk_field(about, "recipient", a);
	buf_printf(&c->out, "%s%s", *part != '\0' ? ": " : "", part);
	part = desk_field(about, "reason", a);
	buf_printf(&c->out, "%s%s", *part != '\0' ? ", " : "", part);
	part = desk_field(about, "status", a);
	buf_printf(&c->out, "%s%s", *part != '\0' ? " " : "", part);
	if (rec_bool(about, "hard", &hard) && hard)
		buf_adds(&c->out, ", for good");
	part = desk_field(about, "diagnostic", a);
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
	const char *linked, *via = desk_field(r, "via", a);
	const char *agent = desk_field(r, "forwarded_by", a);
	struct value v;

	if (rec_get(r, "thread", &v))
		value_object(&v, thread);
	linked = desk_field(thread, "linked", a);
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
	if (has_flag(r, "repeat", a))
		buf_adds(&c->out, "[says what the mail before it said]\n");
	if (has_flag(r, "forged", a))
		buf_adds(&c->out, "[bears a signature that is not ours]\n");
}

/* An answer's subject is the ticket's with something before and behind it. */
static bool
is_subject(const char *subject, const struct ticket *t)
{
	return strcasestr(subject, t->subject) != NULL;
}

static void
show_message(struct cmd *c, const struct rec *r, int number,
    const struct ticket *t, struct arena *a)
{
	const char *subject = desk_field(r, "subject", a);
	struct rec *from = arena_zalloc(a, sizeof(*from));
	const char *name, *address, *automatic = desk_field(r, "auto", a);
	struct value v;

	if (rec_get(r, "from", &v))
		value_object(&v, from);
	name = desk_field(from, "name", a);
	address = desk_field(from, "address", a);
	buf_printf(&c->out, "(%d) %s%s%s%s%s, %s%s%s\n", number, name,
	    *name != '\0' && *address != '\0' ? " <" : "", address,
	    *name != '\0' && *address != '\0' ? ">" : "",
	    *name == '\0' && *address == '\0' ? "somebody" : "",
	    desk_field(r, "role", a), *automatic != '\0' &&
	    strcmp(automatic, "none") != 0 ? ", automatic: " : "",
	    strcmp(automatic, "none") != 0 ? automatic : "");
	if (number > 1 && !is_subject(subject, t))
		buf_printf(&c->out, "Subject: %s\n", subject);
	show_report(c, r, a);
	show_marks(c, r, a);
	desk_words(c, r, a);
	show_attachments(c, r, a);
}

static void
show_item(struct cmd *c, const struct ticket *t, const struct item *i,
    int *messages, struct rec *r, struct arena *a)
{
	struct err bad = { 0 };

	if (rec_parse(r, i->line, i->len, &bad) < 0)
		return;
	buf_printf(&c->out, "\n%s  ", i->at != TIME_NONE ?
	    cmd_time(c, i->at, a) : "");
	if (rec_is(r, "type", "message"))
		show_message(c, r, ++*messages, t, a);
	else
		desk_told(c, r, a);
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

void
desk_line(struct cmd *c, const char *name, const char *text)
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
	desk_line(c, "customer", arena_printf(a, "%s, %s", *t->customer != '\0' ?
	    t->customer : "unknown", ask.tier));
	if (desk_card(c, t, a, e) < 0)
		return -1;
	desk_line(c, "from", t->from);
	desk_line(c, "status", arena_printf(a, "%s since %s",
	    status_name(t->status), cmd_time(c, t->since, a)));
	desk_line(c, "severity", severity_name(t->severity));
	desk_line(c, "category", *t->topic != '\0' ? arena_printf(a, "%s / %s",
	    t->category, t->topic) : t->category);
	desk_line(c, "assignee", t->assignee);
	desk_line(c, "root cause", t->root_cause);
	desk_line(c, "summary", t->summary);
	desk_line(c, "excluded", t->excluded != NULL ? t->excluded : "");
	desk_line(c, "opened", cmd_time(c, t->opened, a));
	if (clocks_of(&ask, t, clocks, e) < 0)
		return -1;
	for (int i = 0; i < CLOCKS; i++)
		show_clock(c, &clocks[i], a);
	return 0;
}

/* What helps with the customer's words, while they wait for ours. */
static void
show_help(struct cmd *c, const struct ticket *t, const struct items *all,
    struct rec *r, struct arena *a)
{
	struct buf text = BUF_INIT;
	struct err bad = { 0 };
	struct message m;

	if (t->waiting_since == TIME_NONE)
		return;
	for (size_t i = 0; i < all->n; i++) {
		if (all->item[i].at > c->now || rec_parse(r,
		    all->item[i].line, all->item[i].len, &bad) < 0 ||
		    !rec_is(r, "type", "message") ||
		    !rec_is(r, "role", "customer") ||
		    message_of(r, &m, a, &bad) < 0)
			continue;
		buf_printf(&text, "%s\n", text.len == 0 ? m.subject : "");
		buf_add(&text, m.text, m.text_len);
	}
	buf_addc(&c->out, '\n');
	if (text.len > 0 && desk_suggest(c, &text, a, &bad) < 0)
		cmd_warn(c, ERR_CONFIG, "%s", bad.text);
	buf_free(&text);
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
			show_item(c, t, &all->item[i], &messages, r, &a);
	}
	arena_reset(&a);
	if (rc == 0)
		show_help(c, t, all, r, &a);
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
	    desk_records(c, NULL, key, 0, keep_item, &all, e) < 0)
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
