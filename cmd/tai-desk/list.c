/* tai-desk list: the tickets, the next due first. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "desk.h"
#include "domain/clock/clock.h"
#include "domain/staff/assign.h"
#include "notices.h"

static struct {
	bool all, mine;
	bool next;		/* of nobody's only what suits this person */
	const char *customer, *tier, *category, *assignee, *text,
	    *root_cause;
	int status;		/* -1 for those that are not done */
	int severity;		/* -1 for any */
	int64_t older;		/* seconds since it was opened */
} want = { .status = -1, .severity = -1 };

static struct team team;	/* read when people are asked for */
static bool category_seen, assignee_seen;	/* on any ticket */

enum { OPT_CUSTOMER = OPT_OWN, OPT_STATUS, OPT_TIER, OPT_SEVERITY,
	    OPT_CATEGORY, OPT_ASSIGNEE, OPT_OLDER, OPT_GREP,
	    OPT_CAUSE };
const struct option list_options[] = {
	{ "all", no_argument, NULL, 'a' },
	{ "mine", no_argument, NULL, 'm' },
	{ "customer", required_argument, NULL, OPT_CUSTOMER },
	{ "status", required_argument, NULL, OPT_STATUS },
	{ "tier", required_argument, NULL, OPT_TIER },
	{ "severity", required_argument, NULL, OPT_SEVERITY },
	{ "category", required_argument, NULL, OPT_CATEGORY },
	{ "assignee", required_argument, NULL, OPT_ASSIGNEE },
	{ "older", required_argument, NULL, OPT_OLDER },
	{ "subject", required_argument, NULL, OPT_GREP },
	{ "root-cause", required_argument, NULL, OPT_CAUSE },
	{ 0 }
};

static int
take_older(const char *value, struct err *e)
{
	struct duration d;

	if (duration_parse(value, &d) < 0 || d.unit == DURATION_BUSINESS_DAYS)
		return err_set(e, ERR_USAGE, "--older is a time such as 4h or "
		    "2d");
	want.older = d.unit == DURATION_DAYS ? d.amount * 86400 : d.amount;
	return 0;
}

int
list_option(struct cmd *c, int o, const char *value, struct err *e)
{
	(void)c;
	switch (o) {
	case 'a': want.all = true; break;
	case 'm': want.mine = true; break;
	case OPT_CUSTOMER: want.customer = value; break;
	case OPT_TIER: want.tier = value; break;
	case OPT_CATEGORY: want.category = value; break;
	case OPT_ASSIGNEE: want.assignee = value; break;
	case OPT_GREP: want.text = value; break;
	case OPT_CAUSE: want.root_cause = value; break;
	case OPT_OLDER: return take_older(value, e);
	case OPT_STATUS:
		if ((want.status = status_parse(value)) < 0)
			return err_set(e, ERR_USAGE, "--status is open, "
			    "progress, waiting, resolved or closed");
		break;
	case OPT_SEVERITY:
		if ((want.severity = severity_parse(value)) < 0)
			return err_set(e, ERR_USAGE, "--severity is LOW, "
			    "MEDIUM, HIGH or CRITICAL");
		break;
	}
	return 0;
}

struct row {
	char key[KEY_TEXT];
	int64_t number;		/* 0 without a store */
	const char *customer, *from, *assignee, *subject, *category, *topic,
	    *root_cause;
	enum severity severity;
	enum status status;
	int64_t opened;
	struct clock clock;	/* the next due; state NONE without one */
};

struct rows {
	struct row *row;
	size_t n, room;
	struct arena arena, scratch;
};

/* One and the same person, whichever name stands for them. */
static bool
is_whose(const struct ticket *t, const char *who)
{
	const struct person *p = desk_member(&team, who);

	return desk_is_person(t->assignee, who) || (p != NULL &&
	    p == team_person(&team, t->assignee));
}

/* Mine, or nobody's; the next one of nobody's is one that I may have. */
static bool
for_me(struct cmd *c, const struct ticket *t)
{
	const struct person *p = desk_member(&team, desk_person(c));

	if (*t->assignee != '\0')
		return is_whose(t, desk_person(c));
	return !want.next || p == NULL || (assign_serves(p, cmd_tier(c, t)) &&
	    (*t->category == '\0' || assign_does(p, t->category, t->topic)));
}

static bool
is_about(const struct ticket *t, const char *name)
{
	return strcmp(name, t->category) == 0 || strcmp(name, t->topic) == 0;
}

static bool
wanted(struct cmd *c, const struct ticket *t)
{
	bool done = ticket_is_done(t);

	if (t->opened == TIME_NONE ||
	    (want.customer && strcmp(want.customer, t->customer) != 0) ||
	    (want.tier && strcmp(want.tier, cmd_tier(c, t)) != 0) ||
	    (want.category && !is_about(t, want.category)) ||
	    (want.severity >= 0 && want.severity != (int)t->severity) ||
	    (want.assignee && !is_whose(t, want.assignee)) ||
	    (want.mine && !for_me(c, t)) ||
	    (want.text && strcasestr(t->subject, want.text) == NULL) ||
	    (want.older > 0 && c->now - t->opened < want.older))
		return false;
	if (want.root_cause != NULL)
		return strcmp(want.root_cause, "none") == 0 ?
		    done && *t->root_cause == '\0' :
		    strcmp(want.root_cause, t->root_cause) == 0;
	if (want.status >= 0)
		return (int)t->status == want.status;
	return want.all || (!done && ticket_is_work(t, c->now));
}

/* The clock that runs and is due first, or late the longest. */
static int
next_due(struct cmd *c, const struct ticket *t, struct clock *next,
    struct err *e)
{
	struct clock_ask ask = cmd_clock_ask(c, t);
	struct clock clocks[CLOCKS];

	memset(next, 0, sizeof(*next));
	next->state = CLOCK_NONE;
	next->due = TIME_NONE;
	if (clocks_of(&ask, t, clocks, e) < 0)
		return -1;
	for (int i = 0; i < CLOCKS; i++) {
		const struct clock *k = &clocks[i];

		if (k->due == TIME_NONE || k->stop != TIME_NONE ||
		    (k->state != CLOCK_RUNNING && k->state != CLOCK_MISSED))
			continue;
		if (next->due == TIME_NONE || k->due < next->due)
			*next = *k;
	}
	return 0;
}

static int
each(struct cmd *c, void *arg, const struct history *h, struct err *e)
{
	struct rows *rows = arg;
	struct err bad = { 0 };
	struct ticket t;
	struct row *r;

	(void)e;
	arena_reset(&rows->scratch);
	ticket_fold(h, c->now, &rows->scratch, &t);
	category_seen |= want.category && is_about(&t, want.category);
	assignee_seen |= want.assignee && is_whose(&t, want.assignee);
	if (!wanted(c, &t))
		return 0;
	if (rows->n == rows->room) {
		rows->room = rows->room > 0 ? 2 * rows->room : 64;
		rows->row = xreallocarray(rows->row, rows->room,
		    sizeof(*rows->row));
	}
	r = &rows->row[rows->n++];
	memcpy(r->key, h->key, KEY_TEXT);
	r->number = h->number;
	r->customer = arena_strdup(&rows->arena, t.customer);
	r->from = arena_strdup(&rows->arena, t.from);
	r->assignee = arena_strdup(&rows->arena, t.assignee);
	r->subject = arena_strdup(&rows->arena,
	    cmd_redact(c, t.subject, &rows->scratch));
	r->category = arena_strdup(&rows->arena, t.category);
	r->topic = arena_strdup(&rows->arena, t.topic);
	r->root_cause = arena_strdup(&rows->arena, t.root_cause);
	r->severity = t.severity;
	r->status = t.status;
	r->opened = t.opened;
	if (next_due(c, &t, &r->clock, &bad) < 0)
		cmd_warn(c, ERR_CONFIG, "ticket %s: %s", h->key, bad.text);
	return 0;
}

/* Without a due time last, oldest first. */
static int
by_due(const void *x, const void *y)
{
	const struct row *a = x, *b = y;
	int64_t s = a->clock.due, t = b->clock.due;

	if ((s == TIME_NONE) != (t == TIME_NONE))
		return s == TIME_NONE ? 1 : -1;
	if (s != t)
		return s < t ? -1 : 1;
	if (a->opened != b->opened)
		return a->opened < b->opened ? -1 : 1;
	return strcmp(a->key, b->key);
}

static void
json_row(struct cmd *c, const struct row *r)
{
	struct writer w;

	w_begin(&w, &c->out);
	w_open(&w, '{');
	w_field_str(&w, "ticket", r->key);
	if (r->number > 0)
		w_field_int(&w, "number", r->number);
	w_field_str(&w, "customer", *r->customer ? r->customer : NULL);
	w_field_str(&w, "from", r->from);
	w_field_str(&w, "severity", severity_name(r->severity));
	w_field_str(&w, "status", status_name(r->status));
	w_field_str(&w, "category", *r->category ? r->category : NULL);
	w_field_str(&w, "topic", *r->topic ? r->topic : NULL);
	w_field_str(&w, "assignee", *r->assignee ? r->assignee : NULL);
	if (*r->root_cause != '\0')
		w_field_str(&w, "root_cause", r->root_cause);
	w_field_time(&w, "opened", r->opened);
	if (r->clock.due != TIME_NONE) {
		w_field_str(&w, "clock", clock_name(r->clock.kind));
		w_field_time(&w, "due", r->clock.due);
		w_field_int(&w, "late_s", r->clock.late);
	}
	w_field_str(&w, "subject", r->subject);
	w_close(&w, '}');
	buf_addc(&c->out, '\n');
}

/* Short, for a narrow terminal: "Thu 12:00" this week, "03-15", "-2d 3h". */
static const char *
due_text(struct cmd *c, const struct clock *k, struct arena *a)
{
	char text[TIME_TEXT];
	const char *due;

	if (k->due == TIME_NONE)
		return "";
	if (k->late > 0)
		return arena_printf(a, "-%s", duration_format(k->late, text));
	due = cmd_time(c, k->due, a);		/* Thu 2026-01-15 12:00 PST */
	if (k->due - c->now < INT64_C(6) * 86400)
		return arena_printf(a, "%.3s %.5s", due, due + 15);
	return arena_strndup(a, due + 9, 5);
}

static enum table_mark
urgency(struct cmd *c, const struct row *r)
{
	if (r->clock.due == TIME_NONE)
		return r->status == STATUS_WAITING ? MARK_FAINT : MARK_NONE;
	return r->clock.late > 0 ? MARK_BAD :
	    r->clock.due - c->now < 3600 ? MARK_WARN : MARK_NONE;
}

/* On a terminal a number or, without a store, the key; elsewhere both. */
static void
print_table(struct cmd *c, const struct rows *rows)
{
	static const struct column columns[] = {
		{ "TICKET", false, false }, { "#", true, false },
		{ "CUSTOMER", false, true }, { "SEVERITY", false, false },
		{ "STATUS", false, false }, { "DUE", false, false },
		{ "ASSIGNEE", false, true }, { "SUBJECT", false, true },
	};
	bool people = cmd_form(c) == FORM_TABLE;
	bool keys = !people || cmd_reads_records(c);
	bool numbers = !people || !keys;
	struct table *t = table_new(columns + !keys, 8u - !keys);
	struct arena a = { 0 };

	for (size_t i = 0; i < rows->n; i++) {
		const struct row *r = &rows->row[i];

		if (keys)
			table_cell(t, r->key);
		table_cell(t, numbers && r->number > 0 ? arena_printf(&a,
		    "#%lld", (long long)r->number) : "");
		table_cell(t, *r->customer != '\0' ? r->customer :
		    *r->from != '\0' || !people ? r->from : "(nobody)");
		table_cell(t, severity_name(r->severity));
		table_cell(t, status_name(r->status));
		table_cell(t, due_text(c, &r->clock, &a));
		table_cell(t, people ? arena_strndup(&a, r->assignee,
		    strcspn(r->assignee, "@")) : r->assignee);
		table_cell(t, *r->subject != '\0' || !people ? r->subject :
		    "(no subject)");
		table_mark(t, urgency(c, r));
	}
	cmd_table(c, t);
	table_free(t);
	arena_free(&a);
}

/* A word that nothing can have is a slip, not an empty list. */
static int
check_filters(struct cmd *c, struct err *e)
{
	if (want.customer != NULL && desk_known_customer(c, want.customer,
	    e) < 0)
		return -1;
	if (want.tier != NULL && desk_known_tier(c, want.tier, e) < 0)
		return -1;
	if (want.category != NULL && !category_seen &&
	    desk_known_category(c, want.category, e) < 0)
		return -1;
	return want.assignee == NULL || assignee_seen ? 0 :
	    desk_known_person(c, &team, want.assignee, e);
}

/* Looks at every ticket for a name that no open one bears. */
static int
look_further(struct cmd *c, struct rows *rows, struct err *e)
{
	const bool known = (want.category == NULL || category_seen) &&
	    (want.assignee == NULL || assignee_seen), all = want.all;
	int rc;

	if (known || c->store == NULL || cmd_reads_records(c))
		return 0;
	want.all = true;
	rc = cmd_histories(c, false, NULL, each, rows, e);
	want.all = all;
	rows->n = 0;
	return rc;
}

static int
gather(struct cmd *c, struct rows *rows, struct err *e)
{
	bool open_only = !want.all && want.status != STATUS_RESOLVED &&
	    want.status != STATUS_CLOSED && want.root_cause == NULL;
	int64_t latest = TIME_NONE;
	int rc;

	if ((want.mine || want.assignee != NULL) &&
	    cmd_rule_file(c, "team.yaml") != NULL && cmd_team(c, &team, e) < 0)
		return -1;
	/* What is resolved by now may have been open at that moment. */
	if (c->store != NULL && store_latest(c->store, &latest, e) < 0)
		return -1;
	rc = cmd_histories(c, open_only && c->now >= latest, NULL, each,
	    rows, e);
	if (rc == 0 && rows->n == 0 && open_only)
		rc = look_further(c, rows, e);
	if (rc == 0 && rows->n == 0)
		rc = check_filters(c, e);
	if (rc == 0 && rows->n > 0)
		qsort(rows->row, rows->n, sizeof(*rows->row), by_due);
	return rc;
}

static void
forget_rows(struct rows *rows)
{
	free(rows->row);
	arena_free(&rows->arena);
	arena_free(&rows->scratch);
}

int
desk_list(struct cmd *c, struct err *e)
{
	struct rows rows = { 0 };
	int rc = gather(c, &rows, e);

	if (rc == 0 && cmd_form(c) != FORM_JSON)
		print_table(c, &rows);
	else if (rc == 0) {
		for (size_t i = 0; i < rows.n; i++)
			json_row(c, &rows.row[i]);
	}
	forget_rows(&rows);
	return rc;
}

/* The most urgent one that is mine or nobody's, shown. */
int
desk_next(struct cmd *c, struct err *e)
{
	struct rows rows = { 0 };
	char *name[1];
	int rc;

	want.mine = want.next = true;
	if (c->argc > 0)
		return err_set(e, ERR_USAGE, "next takes no operand");
	rc = gather(c, &rows, e);
	if (rc == 0 && rows.n > 0) {
		name[0] = arena_strdup(&c->arena, rows.row[0].key);
		c->argc = 1;
		c->argv = name;
		rc = desk_show(c, e);
	} else if (rc == 0 && !c->quiet) {
		fprintf(stderr, "%s: nothing waits for %s\n", c->tool,
		    desk_person(c));
	}
	forget_rows(&rows);
	return rc;
}
