/*
 * One writer after the other, behind a lock on a file of its own: SQLite's
 * waiting writers poll, and starve under load. The database file itself must
 * not be opened a second time: closing that drops SQLite's own locks.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "store/private.h"

#define WAIT_SECONDS	30

int
lock_open(struct store *s, struct err *e)
{
	struct buf name = BUF_INIT;
	int rc = 0;

	buf_printf(&name, "%s-lock", s->file);
	s->lock = open(name.data, O_RDWR | O_CREAT | O_CLOEXEC, 0660);
	if (s->lock < 0)
		rc = err_set(e, errno == ENOSPC || errno == EDQUOT ?
		    ERR_AGAIN : ERR_IO, "cannot open '%s': %s", name.data,
		    strerror(errno));
	buf_free(&name);
	return rc;
}

static void
wake(int signo)
{
	(void)signo;
}

static int64_t
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

int
lock_take(struct store *s, struct err *e)
{
	const struct itimerval tick = { { 0, 100000 }, { WAIT_SECONDS, 0 } };
	struct sigaction action = { 0 }, old_action;
	struct itimerval old_timer;
	int64_t end;
	int rc;

	if (flock(s->lock, LOCK_EX | LOCK_NB) == 0)
		return 0;
	/* The alarm comes back, as one may ring just before flock waits. */
	action.sa_handler = wake;
	sigaction(SIGALRM, &action, &old_action);
	setitimer(ITIMER_REAL, &tick, &old_timer);
	end = seconds() + WAIT_SECONDS;
	do {
		rc = flock(s->lock, LOCK_EX);
	} while (rc < 0 && errno == EINTR && seconds() < end);
	setitimer(ITIMER_REAL, &old_timer, NULL);
	sigaction(SIGALRM, &old_action, NULL);
	if (rc < 0)
		return err_set(e, ERR_AGAIN, "store '%s' is busy", s->path);
	return 0;
}

void
lock_give(struct store *s)
{
	flock(s->lock, LOCK_UN);
}
