/*
 * gen_store FILE TICKETS OPEN: a store of tickets with six events each; the
 * last OPEN of them, a few weeks' worth, are not resolved yet.
 */
#include "bench.h"

#define BATCH	2000		/* tickets a transaction */

int
main(int argc, char **argv)
{
	long tickets = argc == 4 ? atol(argv[2]) : 0;
	long open = argc == 4 ? atol(argv[3]) : 0;
	struct store *s;
	struct err e = { 0 };

	if (tickets == 0) {
		fprintf(stderr, "usage: gen_store FILE TICKETS OPEN\n");
		return 64;
	}
	must(store_open(&s, argv[1], STORE_WRITE, &e), &e);
	for (long i = 0; i < tickets; i++) {
		if (i % BATCH == 0)
			must(store_begin(s, &e), &e);
		for (int step = 0; step < (i < tickets - open ? 6 : 5); step++)
			made_append(s, i, step);
		if (i % BATCH == BATCH - 1 || i == tickets - 1)
			must(store_commit(s, &e), &e);
	}
	store_close(s);
	return 0;
}
