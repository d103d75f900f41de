/* What is said of tickets, and when: stories, and that looking is free. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "domain/clock/watch.h"
#include "vectors.h"

static struct arena arena;
static struct calendars *calendars;
static struct policy *policy;
static struct trees *trees;
static struct facts *facts;
static struct ladder ladder;

static struct yaml *
read_yaml(const char *path)
{
	struct err e = { 0 };
	struct yaml *root;

	ck_assert_msg(yaml_load(&arena, root_path(path), &root, &e) == 0,
	    "%s", e.text);
	return root;
}

static void
load(void)
{
	struct err e = { 0 };

	ck_assert_msg(calendars_load(&calendars,
	    read_yaml("rules/calendars.yaml"), &e) == 0 &&
	    policy_load(&policy, read_yaml("rules/sla.yaml"), calendars,
	    &e) == 0 && ladder_load(&ladder, &arena,
	    read_yaml("rules/ladder.yaml"), &e) == 0 && trees_load(&trees,
	    read_yaml("rules/escalation.yaml"), &e) == 0, "%s", e.text);
	facts = facts_new(trees);
}

static void
unload(void)
{
	facts_free(facts);
	trees_free(trees);
	policy_free(policy);
	calendars_free(calendars);
	arena_free(&arena);
}

/*
 * One letter and its seconds since Monday 2 March 2026, 9:00 in Los Angeles:
 * c the customer writes, a an agent answers, q asks, r w p x the status
 * becomes resolved, waiting, progress, closed, i it is assigned, n a note,
 * L M H C a severity by a person, e excluded, D a response due an hour later
 * by hand.
 */
#define MONDAY	INT64_C(1772470800)

static void
add_event(struct history *h, char letter, int64_t at)
{
	static const char severities[] = "LMHC", statuses[] = "-pwrx";
	struct event ev = { .at = at, .nonce = (int64_t)h->n + 1 };
	const char *p;

	if (letter == 'c') {
		ev.kind = EVENT_CUSTOMER;
		ev.text = "hello\tann@acme.example\temail\tacme";
	} else if (letter == 'a' || letter == 'q') {
		ev.kind = EVENT_AGENT;
		ev.arg = letter == 'q';
	} else if (letter == 'i') {
		ev.kind = EVENT_ASSIGN;
		ev.text = "mira";
	} else if (letter == 'n')
		ev.kind = EVENT_NOTE;
	else if (letter == 'e') {
		ev.kind = EVENT_EXCLUDE;
		ev.text = "third party";
	} else if (letter == 'D') {
		ev.kind = EVENT_DUE;
		ev.arg = CLOCK_RESPONSE;
		ev.text = arena_printf(&arena, "%lld\tann",
		    (long long)at + 3600);
	} else if ((p = strchr(severities, letter)) != NULL) {
		ev.kind = EVENT_TRIAGE;
		ev.arg = (int)(p - severities + 1) | TRIAGE_PERSON;
		ev.text = "other\t\t0\t";
	} else {
		p = strchr(statuses, letter);
		ck_assert_msg(p != NULL, "letter %c", letter);
		ev.kind = EVENT_STATUS;
		ev.arg = (int)(p - statuses);
	}
	history_add(h, &ev, &arena);
}

static void
add_life(struct history *h, const char *life)
{
	int used;
	long s;
	char letter;

	memset(h, 0, sizeof(*h));
	memcpy(h->key, "0123456789AB", KEY_TEXT);
	for (; sscanf(life, " %c%ld%n", &letter, &s, &used) == 2; life += used)
		add_event(h, letter, MONDAY + s);
}

struct told {			/* by one look */
	struct {
		char key[96];
		int64_t at;
		bool moot, breach;
	} ev[256];
	size_t n;
};

static void
note(void *arg, const struct watch_event *ev)
{
	struct told *t = arg;

	ck_assert_uint_lt(t->n, 256);
	snprintf(t->ev[t->n].key, sizeof(t->ev[0].key), "%s", ev->key);
	t->ev[t->n].at = ev->at;
	t->ev[t->n].moot = ev->moot;
	t->ev[t->n++].breach = ev->kind == WATCH_STEP && !ev->rung->before &&
	    ev->rung->offset == 0;
}

static void
look(const struct history *h, const char *tier, int64_t now, struct told *t)
{
	struct watch_ask ask = { .ladder = &ladder, .trees = trees,
		.facts = facts, .clocks = { .policy = policy, .tier = tier,
		.now = now } };
	struct err e = { 0 };
	struct ticket ticket;

	t->n = 0;
	ticket_fold(h, now, &arena, &ticket);
	ck_assert_msg(watch_ticket(&ask, &ticket, &arena, note, t, &e) == 0,
	    "%s", e.text);
}

/* -- stories ---------------------------------------------------------- */

/* Moments are minutes since Monday 9:00; "~" marks what is moot. */
static const struct story {
	const char *name, *tier, *life;
	long now;
	const char *told;
} stories[] = {
	{ "high warns 15 minutes ahead", "enterprise", "c0 H0 i0", 900,
	  "response:1:HIGH:at-risk@15" },
	{ "then the manager, then the page", "enterprise", "c0 H0 i0", 2700,
	  "response:1:HIGH:at-risk@15 response:1:HIGH:breach@30 "
	  "response:1:HIGH:page@45" },
	{ "answered before anything", "enterprise", "c0 H0 a600", 2000, "" },
	{ "answered between two runs", "enterprise", "c0 H0 a1500", 1800,
	  "~response:1:HIGH:at-risk@15" },
	{ "late and answered between two runs", "enterprise", "c0 H0 a2400",
	  3600, "~response:1:HIGH:at-risk@15 response:1:HIGH:breach@30" },
	{ "answered as it is due is in time", "enterprise", "c0 H0 a1800",
	  1801, "~response:1:HIGH:at-risk@15" },
	{ "critical 10 minutes ahead", "enterprise", "c0 C0", 3000,
	  "response:1:CRITICAL:at-risk@50" },
	{ "others 30 minutes ahead", "enterprise", "c0 M0", 1800,
	  "response:1:MEDIUM:at-risk@30" },
	{ "two hours late it changes hands", "enterprise", "c0 H0", 9000,
	  "response:1:HIGH:at-risk@15 response:1:HIGH:breach@30 "
	  "response:1:HIGH:page@45 resolution:1:HIGH:at-risk@105 "
	  "resolution:1:HIGH:breach@120 resolution:1:HIGH:page@135 "
	  "response:1:HIGH:hand-over@150" },
	{ "a higher severity has steps of its own", "enterprise",
	  "c0 M0 H2400", 2400, "~response:1:MEDIUM:at-risk@30 "
	  "response:1:HIGH:at-risk@40 response:1:HIGH:breach@40" },
	{ "a pause moves what is not reached", "enterprise",
	  "c0 H0 a60 q600 c4200", 8400,
	  "next:1:HIGH:at-risk@85 investigation:to-on-call@91 "
	  "next:1:HIGH:breach@100 next:1:HIGH:page@115" },
	{ "a new promise is warned of anew", "enterprise", "c0 H0 D1200",
	  4800, "~response:1:HIGH:at-risk@15 response:1:HIGH:at-risk:D@65" },
	{ "excluded tickets are quiet", "enterprise", "c0 H0 e60", 9000, "" },
	{ "counted time, not the night", "professional", "c25200 H25200 i25200",
	  86401, "response:1:HIGH:at-risk@525 response:1:HIGH:breach@1440" },
	{ "nothing is said or done", "professional", "c0 L0 i60 n3600",
	  20000, "silence@300" },
	{ "six mails to and fro", "professional",
	  "c0 L0 a1 c2 a3 c4 a5 c6 a7 c8 a9 c10 a11", 100, "exchanges@0" },
	{ "a customer is reminded on the third day", "starter",
	  "c0 L0 q60", 3 * 86400 + 60, "remind:1@4321" },
	{ "once a wait", "starter", "c0 L0 q60 w120", 3 * 86400 + 60,
	  "remind:1@4321" },
	{ "not when they have answered", "starter", "c0 L0 q60 c259300",
	  3 * 86400 + 160, "~remind:1@4321" },
};

/* "watch:0123456789AB:response:1:HIGH:at-risk" without what all have. */
static void
write_told(const struct told *t, struct buf *out)
{
	for (size_t i = 0; i < t->n; i++) {
		const char *k = t->ev[i].key;
		long minutes = (long)(t->ev[i].at - MONDAY) / 60;

		buf_printf(out, "%s%s", i > 0 ? " " : "",
		    t->ev[i].moot ? "~" : "");
		if (strncmp(k, "watch:", 6) == 0) {
			size_t len = strlen(k + 19);

			/* A due moment behind it. */
			if (strchr(k + 19, 'T') != NULL && k[18 + len] == 'Z')
				buf_printf(out, "%.*s:D", (int)len - 21,
				    k + 19);
			else
				buf_adds(out, k + 19);
		} else if (strncmp(k, "investigation:", 14) == 0)
			buf_printf(out, "investigation%s", k + 26);
		else if (strncmp(k, "remind:", 7) == 0)
			buf_adds(out, "remind:1");
		else
			buf_printf(out, "%.*s", (int)strcspn(k, ":"), k);
		buf_printf(out, "@%ld", minutes);
	}
}

START_TEST(stories_are_told)
{
	const struct story *s = &stories[_i];
	struct buf out = BUF_INIT;
	struct history h;
	struct told t;

	add_life(&h, s->life);
	look(&h, s->tier, MONDAY + s->now, &t);
	write_told(&t, &out);
	ck_assert_msg(strcmp(out.data, s->told) == 0, "%s: %s", s->name,
	    out.data);
	buf_free(&out);
}
END_TEST

/* -- laws ------------------------------------------------------------- */

static uint64_t state;

static uint64_t
next_random(uint64_t n)
{
	state = state * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (state >> 33) % n;
}

static const char *
random_life(struct history *h)
{
	static const char letters[] = "ccccaaaqqrwpxinLMHCeD";
	static const char *const tiers[] = { "starter", "professional",
		"enterprise" };
	int64_t at = MONDAY + (int64_t)next_random(5 * 86400);
	size_t n = 1 + next_random(12);

	memset(h, 0, sizeof(*h));
	memcpy(h->key, "0123456789AB", KEY_TEXT);
	add_event(h, 'c', at);
	add_event(h, "LMHC"[next_random(4)], at);
	while (n-- > 0) {
		at += (int64_t)next_random(next_random(3) == 0 ? 86400 : 7200);
		add_event(h, letters[next_random(sizeof(letters) - 1)], at);
	}
	return tiers[next_random(3)];
}

static bool
has(const struct told *t, const char *key, int64_t at)
{
	for (size_t i = 0; i < t->n; i++) {
		if (strcmp(t->ev[i].key, key) == 0)
			return t->ev[i].at == at;
	}
	return false;
}

/* What is seen at a moment is what is seen of it later. */
START_TEST(later_looks_agree)
{
	struct history h;
	struct told now, then;

	state = 7;
	for (int i = 0; i < 300; i++) {
		const char *tier = random_life(&h);
		int64_t end = h.event[h.n - 1].at + 86400;
		int64_t start = end - ladder.forget > h.event[0].at ?
		    end - ladder.forget : h.event[0].at;
		int64_t t = start + (int64_t)next_random(
		    (uint64_t)(end - start));

		look(&h, tier, end, &now);
		look(&h, tier, t, &then);
		for (size_t k = 0; k < now.n; k++) {
			if (now.ev[k].at <= t)
				ck_assert_msg(has(&then, now.ev[k].key,
				    now.ev[k].at), "life %d: %s at %lld is "
				    "not seen at %lld", i, now.ev[k].key,
				    (long long)now.ev[k].at, (long long)t);
		}
		for (size_t k = 0; k < then.n; k++) {
			if (then.ev[k].at >= end - ladder.forget)
				ck_assert_msg(has(&now, then.ev[k].key,
				    then.ev[k].at), "life %d: %s is seen "
				    "only at %lld", i, then.ev[k].key,
				    (long long)t);
		}
	}
}
END_TEST

/* What cron says that runs every so many seconds, each once. */
static void
run_cron(const struct history *h, const char *tier, int64_t every,
    int64_t end, struct told *said)
{
	struct told t;

	said->n = 0;
	for (int64_t now = h->event[0].at + every; now < end + every;
	    now += every) {
		look(h, tier, now, &t);
		for (size_t k = 0; k < t.n; k++) {
			bool known = false;

			for (size_t i = 0; i < said->n; i++)
				known = known || strcmp(said->ev[i].key,
				    t.ev[k].key) == 0;
			if (!known && !t.ev[k].moot)
				said->ev[said->n++] = t.ev[k];
		}
	}
}

/*
 * However often cron runs: the same breaches, and of warnings those of which
 * the cause still stood at its next run.
 */
START_TEST(cron_may_be_slow)
{
	static struct told minutes, hours, look_on;
	struct history h;

	state = 11;
	for (int i = 0; i < 12; i++) {
		const char *tier = random_life(&h);
		int64_t first = h.event[0].at, end = h.event[h.n - 1].at +
		    4 * 3600;

		if (end - first > 3 * 86400)
			end = first + 3 * 86400;
		end = first + (end - first) / 3600 * 3600 + 3600;
		run_cron(&h, tier, 300, end, &minutes);
		run_cron(&h, tier, 3600, end, &hours);
		for (size_t k = 0; k < hours.n; k++)
			ck_assert_msg(has(&minutes, hours.ev[k].key,
			    hours.ev[k].at), "life %d: %s by the hour only",
			    i, hours.ev[k].key);
		for (size_t k = 0; k < minutes.n; k++) {
			int64_t next = first + (minutes.ev[k].at - first +
			    3599) / 3600 * 3600;
			bool moot = false;

			if (has(&hours, minutes.ev[k].key, minutes.ev[k].at))
				continue;
			look(&h, tier, next, &look_on);
			for (size_t j = 0; j < look_on.n; j++)
				moot = moot || (look_on.ev[j].moot &&
				    strcmp(look_on.ev[j].key,
				    minutes.ev[k].key) == 0);
			ck_assert_msg(moot && !minutes.ev[k].breach, "life "
			    "%d: %s is lost by the hour", i,
			    minutes.ev[k].key);
		}
	}
}
END_TEST

/* A step comes when its clock has counted so much, minute by minute. */
START_TEST(steps_come_when_counted)
{
	struct history h;
	struct told t;

	state = 3;
	for (int i = 0; i < 40; i++) {
		const char *tier = random_life(&h);
		int64_t end = h.event[h.n - 1].at + 6 * 3600;
		int64_t start = end - 86400 > h.event[0].at ? end - 86400 :
		    h.event[0].at;
		struct clock_ask ask = { .policy = policy, .tier = tier };
		struct clock clock[CLOCKS];
		struct ticket ticket;
		struct err e = { 0 };

		look(&h, tier, end, &t);
		for (ask.now = start; ask.now <= end; ask.now += 60) {
			ticket_fold(&h, ask.now, &arena, &ticket);
			ck_assert(clocks_of(&ask, &ticket, clock, &e) == 0);
			for (int k = 0; k < CLOCKS; k++) {
				const struct clock *c = &clock[k];
				char key[96];
				bool seen = false;

				if (c->state != CLOCK_MISSED || c->stop !=
				    TIME_NONE || c->paused != TIME_NONE ||
				    (c->flags & CLOCK_DUE_SET))
					continue;
				snprintf(key, sizeof(key),
				    "watch:%s:%s:%d:%s:breach", h.key,
				    clock_name(c->kind), c->n,
				    severity_name(c->severity));
				for (size_t j = 0; j < t.n; j++)
					seen = seen || (strcmp(t.ev[j].key,
					    key) == 0 && t.ev[j].at <=
					    ask.now);
				/* Told before what is forgotten by now. */
				if (c->due >= end - ladder.forget)
					ck_assert_msg(seen, "life %d: %s",
					    i, key);
			}
		}
	}
}
END_TEST

/* -- the file --------------------------------------------------------- */

static const struct {
	const char *text, *error;
} wrong[] = {
	{ "ladder: []", "'ladder'" },
	{ "ladders: {}", "ladders is not a list" },
	{ "ladders: [{steps: [{before: 1m, to: [a]}]}]", "without a name" },
	{ "ladders: [{steps: [{name: a, to: [a]}]}]", "before or after" },
	{ "ladders: [{steps: [{name: a, before: 1m, after: 1m, to: [a]}]}]",
	  "before or after" },
	{ "ladders: [{steps: [{name: a, before: 1bd, to: [a]}]}]",
	  "before is a time" },
	{ "ladders: [{steps: [{name: a, before: 1m}]}]", "to names nobody" },
	{ "ladders: [{severity: BAD, steps: []}]", "'BAD' is none" },
	{ "ladders: [{clocks: [third], steps: []}]", "'third' is none" },
	{ "ladders: [{steps: [{name: a, before: 1m, to: [x], time: slow}]}]",
	  "counted or wall" },
	{ "ladders: [{steps: [{name: a, before: 1m, to: [x]}, "
	  "{name: a, after: 1m, to: [x]}]}]", "is that of line" },
	{ "unanswered: {at: '25:00', to: [a]}", "time of the day" },
	{ "unanswered: {at: '9:00', to: [a]}", "time of the day" },
	{ "exchanges: {over: 0, to: [a]}", "over" },
	{ "silence: {after: 4h}", "to names nobody" },
	{ "reminder: {}", "template is missing" },
	{ "late: soon", "late" },
};

START_TEST(wrong_files_are_refused)
{
	struct err e = { 0 };
	struct yaml *root;
	struct ladder l;

	ck_assert(yaml_parse(&arena, "ladder.yaml", wrong[_i].text,
	    strlen(wrong[_i].text), &root, &e) == 0);
	ck_assert_msg(ladder_load(&l, &arena, root, &e) < 0, "%s",
	    wrong[_i].text);
	ck_assert_msg(strstr(e.text, wrong[_i].error) != NULL &&
	    strncmp(e.text, "ladder.yaml:1: ", 15) == 0 &&
	    e.kind == ERR_CONFIG, "%s: %s", wrong[_i].text, e.text);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("watch");
	TCase *t = tcase_create("watch");

#define ROWS(a)	(int)(sizeof(a) / sizeof(*(a)))
	tcase_add_checked_fixture(t, load, unload);
	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, stories_are_told, 0, ROWS(stories));
	tcase_add_test(t, later_looks_agree);
	tcase_add_test(t, cron_may_be_slow);
	tcase_add_test(t, steps_come_when_counted);
	tcase_add_loop_test(t, wrong_files_are_refused, 0, ROWS(wrong));
	suite_add_tcase(s, t);
	return unit_main(s);
}
