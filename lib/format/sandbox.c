#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <fcntl.h>
#include <linux/landlock.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "format/sandbox.h"

#define FD	3
#define FILES	64		/* open at once: converters of iconv */

#define READ	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define ALL	(READ | LANDLOCK_ACCESS_FS_EXECUTE | \
		LANDLOCK_ACCESS_FS_WRITE_FILE | \
		LANDLOCK_ACCESS_FS_REMOVE_DIR | \
		LANDLOCK_ACCESS_FS_REMOVE_FILE | \
		LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | \
		LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | \
		LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | \
		LANDLOCK_ACCESS_FS_MAKE_SYM)

/* glibc has no wrappers; a kernel without Landlock answers ENOSYS. */
static void
restrict_files(void)
{
	static const char *const folders[] = { "/lib", "/lib64", "/usr/lib",
	    "/usr/lib64", "/usr/share", "/usr/local/lib" };
	struct landlock_ruleset_attr attr = { .handled_access_fs = ALL };
	struct landlock_path_beneath_attr beneath = { .allowed_access = READ |
	    LANDLOCK_ACCESS_FS_EXECUTE };
	int set;

	set = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (set == -1)
		return;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		beneath.parent_fd = open(folders[i], O_PATH | O_CLOEXEC);
		if (beneath.parent_fd == -1)
			continue;
		syscall(SYS_landlock_add_rule, set,
		    LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
		close(beneath.parent_fd);
	}
	syscall(SYS_landlock_restrict_self, set, 0);
	close(set);
}

static void
limit(int what, rlim_t n)
{
	struct rlimit r = { n, n };

	setrlimit(what, &r);
}

/* What the process has of address space now, in bytes. */
static size_t
address_space(void)
{
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f == NULL)
		return 0;
	if (fscanf(f, "%lu", &pages) != 1)
		pages = 0;
	fclose(f);
	return (size_t)pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void
reset_signals(void)
{
	struct sigaction standard = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int i = 1; i < SIGRTMAX; i++)
		sigaction(i, &standard, NULL);
	/* The terminal's interrupt is for the parent to answer. */
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

int
sandbox_enter(int fd, size_t memory, int parent)
{
	int null;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		return -1;
	reset_signals();
	if (fd != FD && dup2(fd, FD) == -1)
		return -1;
	if ((null = open("/dev/null", O_RDWR)) == -1)
		return -1;
	for (int i = 0; i < FD; i++)
		dup2(null, i);
	if (syscall(SYS_close_range, FD + 1, ~0U, 0) == -1)
		for (int i = FD + 1; i < sysconf(_SC_OPEN_MAX); i++)
			close(i);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, 0);
	limit(RLIMIT_NOFILE, FILES);
#ifndef __SANITIZE_ADDRESS__	/* which reserves terabytes */
	limit(RLIMIT_AS, (rlim_t)(address_space() + memory));
#else
	(void)memory, (void)address_space;
#endif
	prctl(PR_SET_DUMPABLE, 0);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return -1;
	restrict_files();
	return FD;
}

void
sandbox_cpu(int seconds)
{
	static timer_t timer;
	static int made;
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL,
	    .sigev_signo = SIGXCPU };
	struct itimerspec when = { .it_value.tv_sec = seconds };

	if (!made && timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer) ==
	    -1)
		return;
	made = 1;
	timer_settime(timer, 0, &when, NULL);
}
