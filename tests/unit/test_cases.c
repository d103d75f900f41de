/*
 * Clocks: tests/data/clock/cases.tsv, every instance of every case. A policy
 * is a calendar and options (severity=, tier=, policy= what a change does;
 * reopen=, pauses=, change=DATE, contract=FROM/UNTIL, on=CLOCK:CALENDAR,… of
 * its own for HIGH); tiers are the first and
 * what follows it from a moment on. A life is of events, LETTER=MOMENT: c the
 * customer writes, a an agent answers, q asks, o a machine writes, n a note,
 * T what the customer wrote then was a thanks, F a feature request, L M H C a
 * severity by the rules, 1 2 3 4 by a person, O p w r x the status becomes
 * open, progress, waiting, resolved, closed, e excluded, E no longer,
 * X=MOMENT,SINCE,UNTIL a period is, D=MOMENT,CLOCK,DUE a due moment by hand.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "domain/clock/clock.h"
#include "format/zone.h"
#include "vectors.h"

static struct arena arena;
static struct calendars *calendars;
static struct policy *policy;
static struct customers *customers;
static const struct zone *zone;

static const char targets[] =
    "tiers:\n"
    "  base:\n"
    "    calendar: %s\n"
    "    CRITICAL: {response: 1h, resolution: 4h}\n"
    "    HIGH: {response: 2h%s, resolution: 8h%s, next: 1h%s}\n"
    "    MEDIUM: {response: 4h, resolution: 2bd}\n"
    "    LOW: {response: 1bd, resolution: none}\n"
    "  gold:\n"
    "    calendar: %s\n"
    "    CRITICAL: {response: 30m, resolution: 2h}\n"
    "    HIGH: {response: 1h, resolution: 4h, next: 30m}\n"
    "    MEDIUM: {response: 2h, resolution: 1bd}\n"
    "    LOW: {response: 4h, resolution: 3bd}\n";

/* Seconds UTC of a local "2026-03-02T10:00"; TIME_NONE for none. */
static int64_t
moment(const char *text)
{
	char whole[40];
	int64_t t = 0;

	if (*text == '\0')
		return TIME_NONE;
	snprintf(whole, sizeof(whole), "%s:00Z", text);
	ck_assert_msg(time_parse(whole, &t) == 0, "%s", text);
	return zone_utc(zone, t, false);
}

/* The value of an option, up to the next space; NULL for none. */
static const char *
option(const char *options, const char *name)
{
	char key[20];
	const char *p;

	snprintf(key, sizeof(key), " %s=", name);
	if ((p = strstr(options, key)) == NULL)
		return NULL;
	p += strlen(key);
	return arena_strndup(&arena, p, strcspn(p, " "));
}

static struct yaml *
parse(const struct buf *text)
{
	struct err e = { 0 };
	struct yaml *root;

	ck_assert_msg(yaml_parse(&arena, "case", text->data, text->len, &root,
	    &e) == 0, "%s\n%s", e.text, text->data);
	return root;
}

static void
load_contract(const char *span)
{
	struct buf text = BUF_INIT;
	struct err e = { 0 };

	buf_printf(&text, "contracts:\n  - {customer: k, from: %.10s, "
	    "until: %s, locked: false,\n     HIGH: {response: 30m, resolution: 3h, "
	    "calendar: always}}\n", span, span + 11);
	ck_assert_msg(policy_contracts(policy, parse(&text), calendars,
	    &e) == 0, "%s", e.text);
	buf_free(&text);
}

/* " on always" when the options have on=response:always. */
static const char *
own_calendar(const char *options, const char *kind)
{
	const char *on = option(options, "on");
	size_t len = strlen(kind);

	for (; on != NULL && *on != '\0'; on += *on == ',') {
		if (strncmp(on, kind, len) == 0 && on[len] == ':')
			return arena_printf(&arena, " on %.*s",
			    (int)strcspn(on + len + 1, ","), on + len + 1);
		on += strcspn(on, ",");
	}
	return "";
}

static void
load_policy(const char *options)
{
	static const char *const kinds[] = { "severity", "tier", "policy" };
	const char *calendar = arena_strndup(&arena, options,
	    strcspn(options, " ")), *value;
	struct buf text = BUF_INIT;
	struct err e = { 0 };

	buf_printf(&text, targets, calendar, own_calendar(options, "response"),
	    own_calendar(options, "resolution"), own_calendar(options, "next"),
	    calendar);
	if ((value = option(options, "change")) != NULL)
		buf_printf(&text, "changes:\n  - {from: %s, tiers: {base: "
		    "{HIGH: {response: 1h, resolution: 5h}}}}\n", value);
	if ((value = option(options, "reopen")) != NULL)
		buf_printf(&text, "on_reopen: %s\n", value);
	if ((value = option(options, "pauses")) != NULL)
		buf_printf(&text, "pauses: [%s]\n", value);
	buf_adds(&text, "excluded: [{category: feature, "
	    "why: feature request}]\non_change:\n  tier: retroactive\n");
	for (int i = 0; i < 3; i++) {
		if ((value = option(options, kinds[i])) == NULL)
			continue;
		if (i == 1)
			text.len -= strlen("  tier: retroactive\n");
		buf_printf(&text, "  %s: %s\n", kinds[i], value);
	}
	ck_assert_msg(policy_load(&policy, parse(&text), calendars, &e) == 0,
	    "%s\n%s", e.text, text.data);
	if ((value = option(options, "contract")) != NULL)
		load_contract(value);
	buf_free(&text);
}

static void
add_customer(const char *tier, int64_t since)
{
	struct buf line = BUF_INIT;
	struct err e = { 0 };
	struct rec r;
	char at[TIME_TEXT];

	buf_printf(&line, "{\"type\":\"customer\",\"id\":\"%s\",\"at\":\"%s\","
	    "\"customer\":\"k\",\"tier\":\"%s\"}", tier,
	    time_format(since, at), tier);
	ck_assert_msg(rec_parse(&r, line.data, line.len, &e) == 0 &&
	    customers_add_record(customers, &r, &e) == 0, "%s", e.text);
	buf_free(&line);
}

/* "base,gold@2026-03-02T11:00"; returns the first. */
static const char *
load_tiers(char *text)
{
	char *save, *tier = strtok_r(text, ",", &save), *more, *at;

	customers = customers_new("UTC");
	add_customer(tier, 0);
	while ((more = strtok_r(NULL, ",", &save)) != NULL) {
		at = strchr(more, '@');
		*at = '\0';
		add_customer(more, moment(at + 1));
	}
	return tier;
}

static void
set_texts(struct event *ev, char letter, const char *first,
    const char *second)
{
	char n[2][24] = { "", "" };

	if (letter == 'X') {
		snprintf(n[0], sizeof(n[0]), "%lld", (long long)moment(first));
		if (*second != '\0')
			snprintf(n[1], sizeof(n[1]), "%lld",
			    (long long)moment(second));
		ev->arg = 1;
		ev->text = arena_printf(&arena, "%s\t%s\toutage", n[0], n[1]);
	} else if (letter == 'D') {
		ev->arg = clock_parse(first);
		if (*second != '\0')
			snprintf(n[0], sizeof(n[0]), "%lld",
			    (long long)moment(second));
		ev->text = arena_printf(&arena, "%s\tmira", n[0]);
	}
}

static const struct {
	char letter;
	enum event_kind kind;
	int arg;
	const char *text;
} words[] = {
	{ 'c', EVENT_CUSTOMER, 0, "s\tf\temail\tk" },
	{ 'a', EVENT_AGENT, 0, "s\tf\temail\tk" },
	{ 'q', EVENT_AGENT, EVENT_ASKS, "s\tf\temail\tk" },
	{ 'o', EVENT_AUTO, 0, "s\tf\temail\tk" },
	{ 'n', EVENT_NOTE, 0, NULL },
	{ 'T', EVENT_TRIAGE, TRIAGE_CLOSING, "other\tthanks\t90\tr" },
	{ 'F', EVENT_TRIAGE, 0, "feature\tr\t90\tr" },
	{ 'L', EVENT_TRIAGE, SEVERITY_LOW + 1, NULL },
	{ 'M', EVENT_TRIAGE, SEVERITY_MEDIUM + 1, NULL },
	{ 'H', EVENT_TRIAGE, SEVERITY_HIGH + 1, NULL },
	{ 'C', EVENT_TRIAGE, SEVERITY_CRITICAL + 1, NULL },
	{ '1', EVENT_TRIAGE, (SEVERITY_LOW + 1) | TRIAGE_PERSON, NULL },
	{ '2', EVENT_TRIAGE, (SEVERITY_MEDIUM + 1) | TRIAGE_PERSON, NULL },
	{ '3', EVENT_TRIAGE, (SEVERITY_HIGH + 1) | TRIAGE_PERSON, NULL },
	{ '4', EVENT_TRIAGE, (SEVERITY_CRITICAL + 1) | TRIAGE_PERSON, NULL },
	{ 'O', EVENT_STATUS, STATUS_OPEN, NULL },
	{ 'p', EVENT_STATUS, STATUS_PROGRESS, NULL },
	{ 'w', EVENT_STATUS, STATUS_WAITING, NULL },
	{ 'r', EVENT_STATUS, STATUS_RESOLVED, NULL },
	{ 'x', EVENT_STATUS, STATUS_CLOSED, NULL },
	{ 'e', EVENT_EXCLUDE, 0, "third party" },
	{ 'E', EVENT_EXCLUDE, 0, "" },
	{ 'X', EVENT_EXCLUDE, 1, NULL },
	{ 'D', EVENT_DUE, 0, NULL },
};

/* "X=2026-03-02T15:00,2026-03-02T10:30," */
static void
add_event(struct history *h, const char *token)
{
	char part[3][40] = { "", "", "" };
	struct event ev = { .nonce = (int64_t)h->n };
	const char *p = token + 2;
	size_t i = 0;

	while (i < sizeof(words) / sizeof(*words) && words[i].letter != *token)
		i++;
	ck_assert_msg(i < sizeof(words) / sizeof(*words) && token[1] == '=',
	    "%s", token);
	ev.kind = words[i].kind;
	ev.arg = words[i].arg;
	ev.text = words[i].text;
	for (i = 0; i < 3; i++) {
		snprintf(part[i], sizeof(part[i]), "%.*s",
		    (int)strcspn(p, ","), p);
		p += strcspn(p, ",");
		p += *p == ',';
	}
	ev.at = moment(part[0]);
	set_texts(&ev, *token, part[1], part[2]);
	history_add(h, &ev, &arena);
}

/* -- what comes of it ------------------------------------------------- */

struct told {
	struct buf text[CLOCKS];
	const char *name;
	int64_t counted, at;
	bool gap;
	int64_t now;
};

static void
take_step(void *arg, const struct clock *c, const struct clock_step *s)
{
	struct told *t = arg;

	if (t->at == TIME_NONE)
		t->at = c->start;
	t->gap = t->gap || s->from != t->at || s->to <= s->from;
	t->at = s->to;
	t->counted += s->counted;
}

static void
take_instance(void *arg, const struct clock *c)
{
	struct told *t = arg;
	struct buf *out = &t->text[c->kind];
	int64_t end = c->stop != TIME_NONE ? c->stop : t->now;
	char due[TIME_TEXT] = "-";

	if (out->len > 0)
		buf_adds(out, "; ");
	if (c->state == CLOCK_NONE) {
		buf_printf(out, "none %s", c->why);
	} else {
		if (c->due != TIME_NONE)
			time_format(c->due, due);
		buf_printf(out, "%s %lld/%lld due %s",
		    clock_state_name(c->state), (long long)c->counted,
		    (long long)c->goal, due);
		ck_assert_msg(t->counted == c->counted && !t->gap &&
		    (t->at == end || end == c->start),
		    "%s: the steps of %s", t->name, clock_name(c->kind));
		/* Behind a due moment set by hand closed time is late, too. */
		ck_assert_msg((c->flags & CLOCK_DUE_SET ?
		    (c->late > 0) == (c->state == CLOCK_MISSED) &&
		    c->late >= c->counted - c->goal &&
		    (c->late == 0 || c->late <= end - c->due) :
		    c->late == (c->counted > c->goal ?
		    c->counted - c->goal : 0)) && c->remaining ==
		    (c->late > 0 ? 0 : c->goal - c->counted) &&
		    c->elapsed == end - c->start, "%s: the sums of %s",
		    t->name, clock_name(c->kind));
	}
	t->counted = 0;
	t->at = TIME_NONE;
	t->gap = false;
}

static void
tell(const char *name, const char *tier, const struct history *h,
    int64_t now, struct told *t)
{
	struct clock_ask ask = { .policy = policy, .customers = customers,
		.tier = tier, .now = now, .step = take_step,
		.instance = take_instance, .arg = t };
	struct clock clock[CLOCKS];
	struct ticket ticket;
	struct err e = { 0 };

	t->name = name;
	t->now = now;
	t->at = TIME_NONE;
	for (int k = 0; k < CLOCKS; k++)
		buf_reset(&t->text[k]);
	ticket_fold(h, now, &arena, &ticket);
	ck_assert_msg(clocks_of(&ask, &ticket, clock, &e) == 0, "%s: %s",
	    name, e.text);
	for (int k = 0; k < CLOCKS; k++) {
		if (t->text[k].len == 0)
			buf_adds(&t->text[k], "-");
	}
}

static void
live(char *life, struct history *h)
{
	char *save;

	memset(h, 0, sizeof(*h));
	memcpy(h->key, "0123456789AB", sizeof(h->key));
	for (char *token = strtok_r(life, " ", &save); token != NULL;
	    token = strtok_r(NULL, " ", &save))
		add_event(h, token);
}

/* name policy tiers life now response resolution next */
static void
case_row(char *column[VECTOR_COLUMNS], void *arg)
{
	struct told *t = arg;
	struct history h;
	const char *tier;

	load_policy(column[1]);
	tier = load_tiers(column[2]);
	live(column[3], &h);
	tell(column[0], tier, &h, moment(column[4]), t);
	for (int k = 0; k < CLOCKS; k++) {
		ck_assert_msg(strcmp(t->text[k].data, column[5 + k]) == 0,
		    "%s: %s is\n%s, not\n%s", column[0],
		    clock_name((enum clock_kind)k), t->text[k].data,
		    column[5 + k]);
	}
	policy_free(policy);
	customers_free(customers);
}

START_TEST(come_out_as_walked)
{
	struct told t = { .text = { BUF_INIT, BUF_INIT, BUF_INIT } };

	ck_assert_int_gt(vector_rows(root_path("tests/data/clock/cases.tsv"),
	    case_row, &t), 290);
	for (int k = 0; k < CLOCKS; k++)
		buf_free(&t.text[k]);
}
END_TEST

static void
load(void)
{
	struct err e = { 0 };
	struct yaml *root;

	ck_assert_msg(yaml_load(&arena,
	    root_path("tests/data/clock/calendars.yaml"), &root, &e) == 0 &&
	    calendars_load(&calendars, root, &e) == 0 &&
	    zone_load(&zone, "America/Los_Angeles", &e) == 0, "%s", e.text);
}

static void
unload(void)
{
	calendars_free(calendars);
	arena_free(&arena);
}

int
main(void)
{
	Suite *s = suite_create("cases");
	TCase *t = tcase_create("cases");

	tcase_add_checked_fixture(t, load, unload);
	tcase_add_test(t, come_out_as_walked);
	suite_add_tcase(s, t);
	return unit_main(s);
}
