/*
 * bench_writers FILE WRITERS SECONDS: processes that append at the same time,
 * ten records a transaction, as fast as they get their turn. Prints how many
 * transactions the unluckiest and the average of them made; fails when one of
 * them was told that the store is busy.
 */
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

static int
writer(const char *path, long number, double until)
{
	struct store *s;
	struct err e = { 0 };
	int turns = 0;

	must(store_open(&s, path, STORE_WRITE, &e), &e);
	while (seconds() < until) {
		must(store_begin(s, &e), &e);
		for (int i = 0; i < 10; i++)
			made_append(s, number * 10000000 + turns * 10 + i, 0);
		must(store_commit(s, &e), &e);
		turns++;
	}
	store_close(s);
	return turns;
}

int
main(int argc, char **argv)
{
	long writers = argc == 4 ? atol(argv[2]) : 0;
	int status, turns, least = -1, sum = 0, pipes[2];
	double until = seconds() + (argc == 4 ? atof(argv[3]) : 0);
	struct store *s;
	struct err e = { 0 };

	if (writers == 0 || pipe(pipes) < 0)
		return 64;
	must(store_open(&s, argv[1], STORE_WRITE, &e), &e);
	store_close(s);
	for (long i = 1; i <= writers; i++) {
		if (fork() != 0)
			continue;
		turns = writer(argv[1], i, until);
		_exit(write(pipes[1], &turns, sizeof(turns)) !=
		    sizeof(turns));
	}
	while (wait(&status) > 0) {
		if (status != 0 || read(pipes[0], &turns, sizeof(turns)) !=
		    sizeof(turns))
			return 1;
		least = least < 0 || turns < least ? turns : least;
		sum += turns;
	}
	printf("%d %ld\n", least, sum / writers);
	return 0;
}
