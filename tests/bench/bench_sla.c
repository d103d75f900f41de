/*
 * bench_sla STORE RULES: folds every ticket of the store and runs its three
 * clocks; prints a sum, so that nothing is left out. With only a STORE: the
 * bare stream of the events' table in its order, all columns looked at.
 */
#include <sqlite3.h>

#include "bench.h"
#include "domain/clock/policy.h"
#include "domain/clock/clock.h"

#define NOW	INT64_C(1783000000)

static int64_t
stream(const char *path)
{
	sqlite3 *db;
	sqlite3_stmt *st;
	int64_t sum = 0;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) !=
	    SQLITE_OK || sqlite3_prepare_v2(db, "SELECT ticket, at, kind, "
	    "nonce, seq, arg, text FROM event ORDER BY ticket, at, kind, nonce",
	    -1, &st, NULL) != SQLITE_OK) {
		fprintf(stderr, "%s\n", sqlite3_errmsg(db));
		exit(1);
	}
	while (sqlite3_step(st) == SQLITE_ROW) {
		for (int i = 0; i < 6; i++)
			sum += sqlite3_column_int64(st, i);
		sum += sqlite3_column_bytes(st, 6);
	}
	sqlite3_finalize(st);
	sqlite3_close(db);
	return sum;
}

static struct policy *
policy(const char *rules, struct arena *a)
{
	struct calendars *calendars;
	struct policy *p;
	struct yaml *y;
	struct err e = { 0 };

	must(yaml_load(a, arena_printf(a, "%s/calendars.yaml", rules), &y, &e),
	    &e);
	must(calendars_load(&calendars, y, &e), &e);
	must(yaml_load(a, arena_printf(a, "%s/sla.yaml", rules), &y, &e), &e);
	must(policy_load(&p, y, calendars, &e), &e);
	return p;
}

static int64_t
pass(const char *path, const struct policy *p)
{
	struct arena a = { 0 };
	struct clock_ask ask = { .policy = p, .now = NOW };
	struct clock clocks[CLOCKS];
	struct cursor *cursor;
	struct history *h;
	struct store *s;
	struct ticket t;
	struct err e = { 0 };
	int64_t sum = 0;
	int got;

	must(store_open(&s, path, STORE_READ, &e), &e);
	must(store_histories(s, false, &cursor, &e), &e);
	while ((got = cursor_history(cursor, &h, &e)) == 1) {
		arena_reset(&a);
		ticket_fold(h, NOW, &a, &t);
		ask.tier = policy_tier(p, (size_t)h->number % 3);
		must(clocks_of(&ask, &t, clocks, &e), &e);
		for (int i = 0; i < CLOCKS; i++)
			sum += clocks[i].counted + (int)clocks[i].state;
	}
	must(got, &e);
	cursor_close(cursor);
	store_close(s);
	return sum;
}

int
main(int argc, char **argv)
{
	struct arena a = { 0 };

	if (argc < 2)
		return 64;
	printf("%lld\n", (long long)(argc == 2 ? stream(argv[1]) :
	    pass(argv[1], policy(argv[2], &a))));
	return 0;
}
