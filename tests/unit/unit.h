/*
 * For unit tests on libcheck: TAP on stdout, and the optional data folder.
 *
 *	int main(void) { return unit_main(suite()); }
 */
#ifndef TAI_TESTS_UNIT_H
#define TAI_TESTS_UNIT_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * Runs the suite and returns the exit status. CK_FORK, CK_VERBOSITY and
 * CK_TAP_LOG_FILE_NAME are check's own; without the last TAP goes to stdout.
 */
static int
unit_main(Suite *suite)
{
	SRunner *runner;
	int failed;

	/* A forked test must not print again what waits in the buffer. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	runner = srunner_create(suite);
	if (getenv("CK_TAP_LOG_FILE_NAME") == NULL)
		srunner_set_tap(runner, "-");
	srunner_run_all(runner, getenv("CK_VERBOSITY") != NULL ? CK_ENV :
	    CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* The project's root: $TAI_ROOT, or the folder that the test runs in. */
__attribute__((unused))
static const char *
unit_root(void)
{
	const char *root;

	root = getenv("TAI_ROOT");
	return root != NULL && *root != '\0' ? root : ".";
}

/*
 * A path below the optional data folder ($TAI_SHARED, else ../shared beside
 * the root): "mail/list" finds data/mail/list there. NULL when it is absent.
 * The last eight answers stay valid.
 */
__attribute__((unused))
static const char *
shared_data(const char *relative)
{
	static char answers[8][4096];
	static unsigned next;
	const char *shared, *below[] = { "data/", "" };
	char *path;
	size_t i;

	shared = getenv("TAI_SHARED");
	for (i = 0; i < 2; i++) {
		path = answers[next % 8];
		if (shared != NULL && *shared != '\0')
			snprintf(path, sizeof(answers[0]), "%s/%s%s", shared,
			    below[i], relative);
		else
			snprintf(path, sizeof(answers[0]), "%s/../shared/%s%s",
			    unit_root(), below[i], relative);
		if (access(path, R_OK) == 0) {
			next++;
			return path;
		}
	}
	return NULL;
}

/* Notes that a test has nothing to look at: counted as skipped, not failed. */
__attribute__((unused))
static void
unit_skip(const char *name, const char *why)
{
	printf("# skip %s: %s\n", name, why);
	fflush(stdout);
}

#endif
