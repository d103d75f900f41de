/* Clocks: lives of tickets, the vectors with their pauses, and every sum. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "domain/clock/clock.h"
#include "vectors.h"

static struct arena arena;
static struct calendars *calendars;
static struct policy *policy;

static void
load_from(const char *calendars_path, const char *policy_text)
{
	struct err e = { 0 };
	struct yaml *root;

	ck_assert_msg(yaml_load(&arena, root_path(calendars_path), &root,
	    &e) == 0 && calendars_load(&calendars, root, &e) == 0, "%s",
	    e.text);
	ck_assert_msg((policy_text != NULL ? yaml_parse(&arena, "policy",
	    policy_text, strlen(policy_text), &root, &e) :
	    yaml_load(&arena, root_path("rules/sla.yaml"), &root, &e)) == 0 &&
	    policy_load(&policy, root, calendars, &e) == 0, "%s", e.text);
}

static void
unload(void)
{
	policy_free(policy);
	calendars_free(calendars);
	arena_free(&arena);
}

static int64_t
at(const char *text)
{
	int64_t t = 0;

	ck_assert_msg(time_parse(text, &t) == 0, "%s", text);
	return t;
}

/* -- lives ------------------------------------------------------------ */

/*
 * One letter and its seconds since Monday 2 March 2026, 9:00 in Los Angeles:
 * c the customer writes, a an agent answers, q asks, o a machine writes, r w
 * p x the status becomes resolved, waiting, progress, closed, T what the
 * customer wrote in that second was a thanks, e excluded, E no longer, F a
 * feature request, L M H C a severity by the rules.
 */
#define MONDAY	INT64_C(1772470800)

static void
add_event(struct history *h, char letter, int64_t when)
{
	static const char severities[] = "LMHC", statuses[] = "-pwrx";
	struct event ev = { .at = when, .nonce = (int64_t)h->n };
	const char *p;

	switch (letter) {
	case 'c': ev.kind = EVENT_CUSTOMER; ev.text = "s\tf\temail\tk"; break;
	case 'a': ev.kind = EVENT_AGENT; ev.text = "s\tf\temail\tk"; break;
	case 'q': ev.kind = EVENT_AGENT; ev.arg = 1; break;
	case 'o': ev.kind = EVENT_AUTO; break;
	case 'n': ev.kind = EVENT_NOTE; break;
	case 'e': ev.kind = EVENT_EXCLUDE; ev.text = "third party"; break;
	case 'E': ev.kind = EVENT_EXCLUDE; ev.text = ""; break;
	case 'T': ev.kind = EVENT_TRIAGE; ev.arg = TRIAGE_CLOSING;
		ev.text = "other\tthanks\t90\tthanks"; break;
	case 'F': ev.kind = EVENT_TRIAGE; ev.text = "feature\tr\t90\tr"; break;
	default:
		if ((p = strchr(severities, letter)) != NULL) {
			ev.kind = EVENT_TRIAGE;
			ev.arg = (int)(p - severities) + 1;
			ev.text = "platform\tapi\t90\tr";
		} else if ((p = strchr(statuses, letter)) != NULL) {
			ev.kind = EVENT_STATUS;
			ev.arg = (int)(p - statuses);
		} else
			ck_abort_msg("letter %c", letter);
	}
	history_add(h, &ev, &arena);
}

/* "c0 H0 a4h": letters with durations since MONDAY. */
static void
live(const char *life, struct history *h)
{
	memset(h, 0, sizeof(*h));
	memcpy(h->key, "0123456789AB", sizeof(h->key));
	while (*life != '\0') {
		struct duration d = { 0 };
		char letter = *life++, text[32];
		size_t len = strcspn(life, " ");

		snprintf(text, sizeof(text), "%.*s", (int)len, life);
		ck_assert_msg(strcmp(text, "0") == 0 ||
		    duration_parse(text, &d) == 0, "%s", text);
		add_event(h, letter, MONDAY + d.amount);
		life += len + (life[len] == ' ');
	}
}

struct sum {			/* of an instance's stretches */
	int64_t counted, at;
	bool gap;
	int64_t now;
	const char *name;
};

static void
add_step(void *arg, const struct clock *c, const struct clock_step *s)
{
	struct sum *sum = arg;

	if (sum->at == 0)
		sum->at = c->start;
	sum->gap = sum->gap || s->from != sum->at || s->to <= s->from;
	sum->gap = sum->gap || (s->what == STEP_OPEN) !=
	    (s->counted == s->to - s->from) || s->why == NULL ||
	    *s->why == '\0';
	sum->counted += s->counted;
	sum->at = s->to;
}

static void
check_sum(void *arg, const struct clock *c)
{
	struct sum *sum = arg;
	int64_t end = c->stop != TIME_NONE ? c->stop : sum->now;

	if (c->state != CLOCK_NONE) {
		ck_assert_msg(!sum->gap, "%s: %s %d has a gap", sum->name,
		    clock_name(c->kind), c->n);
		ck_assert_msg(sum->counted == c->counted,
		    "%s: %s %d counts %lld, tells %lld", sum->name,
		    clock_name(c->kind), c->n, (long long)c->counted,
		    (long long)sum->counted);
		ck_assert_msg(end == c->start || sum->at == end,
		    "%s: %s %d is told up to %lld", sum->name,
		    clock_name(c->kind), c->n, (long long)sum->at);
	}
	*sum = (struct sum){ .now = sum->now, .name = sum->name };
}

static bool
same(const struct clock *a, const struct clock *b)
{
	return a->kind == b->kind && a->state == b->state &&
	    a->start == b->start && a->stop == b->stop && a->due == b->due &&
	    a->counted == b->counted && a->elapsed == b->elapsed &&
	    a->remaining == b->remaining && a->late == b->late &&
	    a->why == b->why && a->target.calendar == b->target.calendar &&
	    a->target.seconds == b->target.seconds;
}

/* Clocks, told and untold, which must agree, and tell the whole of it. */
static void
clocks_at(const char *name, const char *tier, const struct history *h,
    int64_t now, struct clock out[CLOCKS])
{
	struct clock told[CLOCKS];
	struct sum sum = { .now = now, .name = name };
	struct clock_ask ask = { .policy = policy, .tier = tier, .now = now };
	struct err e = { 0 };
	struct ticket t;

	ticket_fold(h, now, &arena, &t);
	ck_assert_msg(clocks_of(&ask, &t, out, &e) == 0, "%s: %s", name,
	    e.text);
	ask.step = add_step;
	ask.instance = check_sum;
	ask.arg = &sum;
	ck_assert_int_eq(clocks_of(&ask, &t, told, &e), 0);
	for (int k = 0; k < CLOCKS; k++) {
		ck_assert_msg(same(&out[k], &told[k]),
		    "%s: telling changes it", name);
	}
}

/* "met 4h/8h", "missed 9h/8h late 1h", "none best effort", ... and due. */
static const char *
describe(const struct clock *c, char out[200])
{
	char n[TIME_TEXT], of[TIME_TEXT], late[TIME_TEXT], due[TIME_TEXT];

	if (c->state == CLOCK_NONE) {
		snprintf(out, 200, "none %s", c->why);
		return out;
	}
	duration_exact(c->counted, n);
	duration_exact(c->target.seconds, of);
	duration_exact(c->late, late);
	if (c->due == TIME_NONE)
		snprintf(due, sizeof(due), "-");
	else
		duration_exact(c->due - MONDAY, due);
	snprintf(out, 200, "%s %s/%s%s%s due %s", clock_state_name(c->state),
	    n, of, c->late > 0 ? " late " : "", c->late > 0 ? late : "", due);
	ck_assert_int_eq(c->late > 0 ? 0 : c->target.seconds - c->counted,
	    c->remaining);
	return out;
}

#define NO_NEXT "none no later message waits"
static const struct {
	const char *name, *tier, *life, *now;
	const char *response, *resolution, *next;
} lives[] = {
	{ "new", "starter", "c1h H1h", "2h", "running 1h/8h due 25h",
	    "running 1h/16h due 49h", NO_NEXT },
	{ "answered", "starter", "c1h H1h a5h", "6h", "met 4h/8h due 25h",
	    "running 5h/16h due 49h", NO_NEXT },
	{ "a machine is no answer", "starter", "c1h H1h o2h", "3h",
	    "running 2h/8h due 25h", "running 2h/16h due 49h", NO_NEXT },
	{ "nor a note, nor a status", "starter", "c1h H1h n2h p3h", "4h",
	    "running 3h/8h due 25h", "running 3h/16h due 49h", NO_NEXT },
	{ "used up is not over", "starter", "c0 H0", "8h",
	    "running 8h/8h due 8h", "running 8h/16h due 32h", NO_NEXT },
	{ "nor is it while closed", "starter", "c0 H0 a20h", "20h",
	    "met 8h/8h due 8h", "running 8h/16h due 32h", NO_NEXT },
	{ "late while it runs", "starter", "c0 H0", "25h",
	    "missed 9h/8h late 1h due 8h", "running 9h/16h due 32h",
	    NO_NEXT },
	{ "late, then answered", "starter", "c0 H0 a26h", "27h",
	    "missed 10h/8h late 2h due 8h", "running 11h/16h due 32h",
	    NO_NEXT },
	{ "asked: the resolution waits", "starter", "c0 H0 q1h", "5h",
	    "met 1h/8h due 8h", "paused 1h/16h due -", NO_NEXT },
	{ "told", "starter", "c0 H0 q1h c4h", "5h", "met 1h/8h due 8h",
	    "running 2h/16h due 51h", "running 1h/8h due 28h" },
	{ "waits from the start", "starter", "c0 w0", "5h",
	    "paused 0s/16h due -", "none best effort", NO_NEXT },
	{ "waiting by hand pauses both", "starter", "c0 H0 w1h", "5h",
	    "paused 1h/8h due -", "paused 1h/16h due -", NO_NEXT },
	{ "paused and late is late", "starter", "c0 H0 q73h", "80h",
	    "missed 25h/8h late 17h due 8h",
	    "missed 25h/16h late 9h due 32h", NO_NEXT },
	{ "resolved", "starter", "c0 H0 a1h r3h", "80h",
	    "met 1h/8h due 8h", "met 3h/16h due 32h", NO_NEXT },
	{ "closed later is the same", "starter", "c0 H0 a1h r3h x50h", "80h",
	    "met 1h/8h due 8h", "met 3h/16h due 32h", NO_NEXT },
	{ "resolved while it waited", "starter", "c0 H0 q1h r30h", "80h",
	    "met 1h/8h due 8h", "met 1h/16h due 77h", NO_NEXT },
	{ "reopened goes on", "starter", "c0 H0 a1h r3h c24h", "25h",
	    "met 1h/8h due 8h", "running 4h/16h due 53h",
	    "running 1h/8h due 32h" },
	{ "a year later does not breach", "starter", "c0 H0 a1h r3h c8760h",
	    "8760h", "met 1h/8h due 8h", "running 3h/16h due 8789h",
	    "running 0s/8h due 8768h" },
	{ "thanks resolves", "starter", "c0 H0 a1h c3h T3h", "80h",
	    "met 1h/8h due 8h", "met 3h/16h due 32h", NO_NEXT },
	{ "thanks reopens nothing", "starter", "c0 H0 a1h r3h c30h T30h",
	    "80h", "met 1h/8h due 8h", "met 3h/16h due 32h", NO_NEXT },
	{ "out of office reopens nothing", "starter", "c0 H0 a1h r3h o30h",
	    "80h", "met 1h/8h due 8h", "met 3h/16h due 32h", NO_NEXT },
	{ "severity holds from the start", "starter", "c0 L0 C10h", "25h",
	    "missed 9h/8h late 1h due 8h", "running 9h/40h due 104h",
	    NO_NEXT },
	{ "best effort", "starter", "c0 L0 a1h", "2h", "met 1h/16h due 32h",
	    "none best effort", NO_NEXT },
	{ "excluded", "starter", "c0 H0 e1h", "30h", "none third party",
	    "none third party", "none third party" },
	{ "counted again", "starter", "c0 H0 e1h E2h", "3h",
	    "running 3h/8h due 8h", "running 3h/16h due 32h", NO_NEXT },
	{ "feature request", "starter", "c0 F0", "30h",
	    "none feature request", "none feature request",
	    "none feature request" },
	{ "ours alone", "starter", "a0", "30h", "none no customer wrote",
	    "none no customer wrote", "none no customer wrote" },
	{ "ours first", "starter", "a0 c2h H2h a3h", "4h",
	    "met 1h/8h due 26h", "running 2h/16h due 50h", NO_NEXT },
	{ "resolved by nobody", "starter", "c0 H0 o0 r0", "30h",
	    "none resolved without an answer", "met 0s/16h due 32h",
	    NO_NEXT },
	{ "resolved by nobody, too late", "starter", "c0 H0 r26h", "30h",
	    "missed 10h/8h late 2h due 8h", "met 10h/16h due 32h", NO_NEXT },
	{ "thanks for what was resolved before", "starter",
	    "a0 r1h c3h H3h T3h", "30h", "none resolved without an answer",
	    "none resolved before the customer wrote", NO_NEXT },
	{ "a machine resolved it, a person had to answer", "starter",
	    "c0 H0 o0 r1h c48h a49h", "50h", "met 2h/8h due 55h",
	    "running 3h/16h due 79h", NO_NEXT },
	{ "answered once it was resolved", "starter", "c0 H0 r1h a3h", "50h",
	    "met 1h/8h due 26h", "met 1h/16h due 32h", NO_NEXT },
	{ "all in one second", "starter", "c1h H1h a1h r1h", "5h",
	    "met 0s/8h due 25h", "met 0s/16h due 49h", NO_NEXT },
	{ "the second message waits no less", "starter", "c0 H0 c5h", "6h",
	    "running 6h/8h due 8h", "running 6h/16h due 32h", NO_NEXT },
	{ "the next is answered", "starter", "c0 H0 a1h c2h a4h", "6h",
	    "met 1h/8h due 8h", "running 6h/16h due 32h",
	    "met 2h/8h due 26h" },
	{ "of two the first waits", "starter", "c0 H0 a1h c2h c3h", "6h",
	    "met 1h/8h due 8h", "running 6h/16h due 32h",
	    "running 4h/8h due 26h" },
	{ "the last wait is told", "starter", "c0 H0 a1h c2h a3h c4h a7h",
	    "8h", "met 1h/8h due 8h", "running 8h/16h due 32h",
	    "met 3h/8h due 28h" },
	{ "not one that needed no answer", "starter",
	    "c0 H0 a1h c2h a4h c5h T5h", "8h", "met 1h/8h due 8h",
	    "met 5h/16h due 32h", "met 2h/8h due 26h" },
	{ "but one that was too late", "starter", "c0 H0 a1h c2h r30h",
	    "80h", "met 1h/8h due 8h", "met 14h/16h due 32h",
	    "missed 12h/8h late 4h due 26h" },
	{ "enterprise critical by night", "enterprise", "c12h C12h a13h",
	    "14h", "met 1h/1h due 13h", "running 2h/8h due 20h", NO_NEXT },
	{ "nothing is known yet", "starter", "c4h H4h a5h", "4h",
	    "running 0s/8h due 28h", "running 0s/16h due 52h", NO_NEXT },
};

START_TEST(lives_tell_clocks)
{
	const char *want[CLOCKS] = { lives[_i].response, lives[_i].resolution,
		lives[_i].next };
	struct clock clock[CLOCKS];
	struct duration now;
	struct history h;
	char text[200];

	live(lives[_i].life, &h);
	ck_assert_int_eq(duration_parse(lives[_i].now, &now), 0);
	clocks_at(lives[_i].name, lives[_i].tier, &h, MONDAY + now.amount,
	    clock);
	for (int k = 0; k < CLOCKS; k++)
		ck_assert_msg(strcmp(describe(&clock[k], text), want[k]) == 0,
		    "%s: %s is %s, not %s", lives[_i].name,
		    clock_name((enum clock_kind)k), text, want[k]);
}
END_TEST

/* -- worked examples of the domain ------------------------------------ */

static const struct {
	const char *name, *tier, *severity;
	const char *events[6];		/* letter and time */
	enum clock_kind kind;
	int64_t counted, elapsed, target;
} examples[] = {
	{ "starter HIGH: 4h of 8h", "starter", "H",
	    { "c2026-03-02T10:00:00-08:00", "a2026-03-02T14:00:00-08:00" },
	    CLOCK_RESPONSE, 14400, 14400, 28800 },
	{ "professional MEDIUM: 2h15m of 7h45m", "professional", "M",
	    { "c2026-03-03T15:45:00-08:00", "a2026-03-03T23:30:00-08:00" },
	    CLOCK_RESPONSE, 8100, 27900, 14400 },
	{ "enterprise CRITICAL: answered in 45m", "enterprise", "C",
	    { "c2026-03-05T14:00:00-08:00", "q2026-03-05T14:45:00-08:00",
	    "c2026-03-05T18:00:00-08:00", "r2026-03-05T18:30:00-08:00" },
	    CLOCK_RESPONSE, 2700, 2700, 3600 },
	{ "and solved in 1h15m of 4h30m", "enterprise", "C",
	    { "c2026-03-05T14:00:00-08:00", "q2026-03-05T14:45:00-08:00",
	    "c2026-03-05T18:00:00-08:00", "r2026-03-05T18:30:00-08:00" },
	    CLOCK_RESOLUTION, 4500, 16200, 28800 },
};

START_TEST(examples_come_out)
{
	struct clock clock[CLOCKS];
	struct history h = { 0 };
	const struct clock *c = &clock[examples[_i].kind];

	add_event(&h, *examples[_i].severity, at(examples[_i].events[0] + 1));
	for (const char *const *ev = examples[_i].events; *ev != NULL; ev++)
		add_event(&h, **ev, at(*ev + 1));
	clocks_at(examples[_i].name, examples[_i].tier, &h,
	    at("2026-03-31T00:00:00Z"), clock);
	ck_assert_msg(c->state == CLOCK_MET, "%s: %s", examples[_i].name,
	    clock_state_name(c->state));
	ck_assert_int_eq(c->counted, examples[_i].counted);
	ck_assert_int_eq(c->elapsed, examples[_i].elapsed);
	ck_assert_int_eq(c->target.seconds, examples[_i].target);
	ck_assert_int_eq(c->late, 0);
}
END_TEST

/* -- vectors with pauses ---------------------------------------------- */

/* A question and its answer for each pause; those that overlap are one. */
static void
add_pauses(struct history *h, char *pauses, int64_t start, int64_t end)
{
	int64_t from[16], to[16], latest = INT64_MIN;
	char *save;
	int n = 0;

	for (char *p = strtok_r(pauses, ",", &save); p != NULL;
	    p = strtok_r(NULL, ",", &save)) {
		char *slash = strchr(p, '/');

		ck_assert(slash != NULL && n < 16);
		*slash = '\0';
		from[n] = at(p);
		to[n++] = at(slash + 1);
	}
	for (int i = 0; i < n; i++) {
		int64_t since = from[i], until = to[i];

		while (i + 1 < n && from[i + 1] <= until) {
			i++;
			until = to[i] > until ? to[i] : until;
		}
		ck_assert(since > latest);
		latest = until;
		add_event(h, 'q', since > start ? since : start);
		if (until < end)
			add_event(h, 'c', until);
	}
}

static void
one_target(const char *calendar, const char *amount)
{
	char text[400];

	snprintf(text, sizeof(text), "tiers:\n  t:\n    calendar: %s\n"
	    "    CRITICAL: {response: 1h, resolution: 1h}\n"
	    "    HIGH: {response: 1h, resolution: 1h}\n"
	    "    MEDIUM: {response: 1h, resolution: 1h}\n"
	    "    LOW: {response: 1h, resolution: %s}\n", calendar, amount);
	load_from("tests/data/vectors/calendars.yaml", text);
}

/* name calendar start amount pauses due */
static void
due_row(char *column[VECTOR_COLUMNS], void *arg)
{
	bool none = strcmp(column[4], "-") == 0;
	struct clock clock[CLOCKS];
	struct history h = { 0 };
	char text[TIME_TEXT];
	int64_t start, due;

	(void)arg;
	one_target(column[1], column[3]);
	start = at(column[2]);
	due = at(column[5]);
	add_event(&h, 'c', start);
	if (!none)
		add_pauses(&h, column[4], start, INT64_MAX);
	clocks_at(column[0], "t", &h, due, clock);
	/* A pause behind the due moment is none of its business. */
	ck_assert_msg(clock[CLOCK_RESOLUTION].due == due, "%s: %s",
	    column[0], time_format(clock[CLOCK_RESOLUTION].due, text));
	ck_assert_msg(clock[CLOCK_RESOLUTION].remaining == 0 &&
	    clock[CLOCK_RESOLUTION].late == 0, "%s: not used up at due",
	    column[0]);
	clocks_at(column[0], "t", &h, due - 1, clock);
	ck_assert_msg(clock[CLOCK_RESOLUTION].remaining == 1, "%s: before",
	    column[0]);
	unload();
}

/* name calendar from to pauses counted */
static void
counted_row(char *column[VECTOR_COLUMNS], void *arg)
{
	bool none = strcmp(column[4], "-") == 0;
	struct clock clock[CLOCKS];
	struct history h = { 0 };
	int64_t start, end;

	(void)arg;
	one_target(column[1], "10000h");
	start = at(column[2]);
	end = at(column[3]);
	add_event(&h, 'c', start);
	if (!none)
		add_pauses(&h, column[4], start, end);
	clocks_at(column[0], "t", &h, end, clock);
	ck_assert_msg(clock[CLOCK_RESOLUTION].counted ==
	    strtoll(column[5], NULL, 10), "%s: %lld", column[0],
	    (long long)clock[CLOCK_RESOLUTION].counted);
	unload();
}

START_TEST(agrees_with_vectors)
{
	ck_assert_int_gt(vector_rows(root_path(
	    "tests/data/vectors/clock-due.tsv"), due_row, NULL), 30);
	ck_assert_int_gt(vector_rows(root_path(
	    "tests/data/vectors/clock-counted.tsv"), counted_row, NULL), 20);
	if (shared_data("vectors/clock-due.tsv") == NULL) {
		unit_skip("shared vectors", "no data folder");
		return;
	}
	ck_assert_int_gt(vector_rows(shared_data("vectors/clock-due.tsv"),
	    due_row, NULL), 0);
	ck_assert_int_gt(vector_rows(shared_data("vectors/clock-counted.tsv"),
	    counted_row, NULL), 0);
}
END_TEST

/* -- any life at all -------------------------------------------------- */

START_TEST(any_life_adds_up)
{
	static const char letters[] = "ccccaaaqqorrwpxTeEFLMHC";
	static const char *const tiers[] = { "starter", "professional",
		"enterprise" };
	uint64_t state = 88172645463325252u;

	for (int i = 0; i < 20000; i++) {
		struct clock clock[CLOCKS], again[CLOCKS];
		struct history h = { 0 };
		int64_t when = MONDAY, now;
		char name[32];

		snprintf(name, sizeof(name), "life %d", i);
		for (int n = 1 + i % 12; n > 0; n--) {
			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			when += state % 3 == 0 ? 0 :
			    (int64_t)(state >> 8) & 0x3ffff;
			add_event(&h, letters[state % (sizeof(letters) - 1)],
			    when);
		}
		now = when + (int64_t)(state >> 20 & 0x3ffff);
		clocks_at(name, tiers[i % 3], &h, now, clock);
		/* What is over does not change as time goes by. */
		clocks_at(name, tiers[i % 3], &h, now + 1000000, again);
		for (int k = 0; k < CLOCKS; k++) {
			if (clock[k].state == CLOCK_NONE ||
			    clock[k].stop == TIME_NONE)
				continue;
			ck_assert_msg(same(&clock[k], &again[k]),
			    "%s: %s changes", name,
			    clock_name((enum clock_kind)k));
		}
		arena_reset(&arena);
	}
}
END_TEST

START_TEST(record_is_whole)
{
	struct clock clock[CLOCKS];
	struct buf out = BUF_INIT;
	struct err e = { 0 };
	struct history h;
	struct ticket t;
	struct rec r;

	live("c0 H0 a1h", &h);
	ticket_fold(&h, MONDAY + 7200, &arena, &t);
	clocks_at("record", "starter", &h, MONDAY + 7200, clock);
	clock_record(&clock[CLOCK_RESPONSE], &t, MONDAY + 7200, NULL, NULL,
	    &out);
	ck_assert_msg(rec_parse(&r, out.data, out.len, &e) == 0, "%s", e.text);
	ck_assert_msg(record_check(&r, &e) == 0, "%s", e.text);
	ck_assert(strstr(out.data, "\"ticket\":\"0123456789AB\","
	    "\"customer\":\"k\",\"tier\":\"starter\",\"severity\":\"HIGH\","
	    "\"clock\":\"response\",\"n\":1,\"state\":\"met\","
	    "\"calendar\":\"standard\",\"target_s\":28800,"
	    "\"counted_s\":3600,\"elapsed_s\":3600,"
	    "\"started\":\"2026-03-02T17:00:00Z\","
	    "\"stopped\":\"2026-03-02T18:00:00Z\","
	    "\"due\":\"2026-03-03T01:00:00Z\",\"remaining_s\":25200,"
	    "\"late_s\":0}") != NULL);
	buf_free(&out);
}
END_TEST

static void
load(void)
{
	load_from("rules/calendars.yaml", NULL);
}

int
main(void)
{
	Suite *s = suite_create("clock");
	TCase *t = tcase_create("clock"), *v = tcase_create("vectors");

#define ROWS(a)	(int)(sizeof(a) / sizeof(*(a)))
	tcase_add_checked_fixture(t, load, unload);
	tcase_set_timeout(t, 120);
	tcase_set_timeout(v, 120);
	tcase_add_loop_test(t, lives_tell_clocks, 0, ROWS(lives));
	tcase_add_loop_test(t, examples_come_out, 0, ROWS(examples));
	tcase_add_test(t, any_life_adds_up);
	tcase_add_test(t, record_is_whole);
	tcase_add_test(v, agrees_with_vectors);
	suite_add_tcase(s, t);
	suite_add_tcase(s, v);
	return unit_main(s);
}
