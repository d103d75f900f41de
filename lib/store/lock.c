/*
 * One writer after the other, behind locks on a file of its own: SQLite's
 * waiting writers poll, and starve under load. The database file itself must
 * not be opened a second time: closing that drops SQLite's own locks.
 *
 * The file's second byte is the turn to write, its first the turn to wait for
 * that. A writer that comes back at once finds the first taken by the one who
 * is next, and stands in line; with one lock it would win it over and over.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
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

enum turn { TURN_NEXT, TURN_WRITE };	/* bytes of the file */

static int
lock(struct store *s, enum turn turn, int command, short type)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET,
		.l_start = turn, .l_len = 1 };

	return fcntl(s->lock, command, &l);
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

/* Waits for a byte until the end comes. */
static int
wait_for(struct store *s, enum turn turn, int64_t end)
{
	int rc;

	do {
		rc = lock(s, turn, F_OFD_SETLKW, F_WRLCK);
	} while (rc < 0 && errno == EINTR && seconds() < end);
	return rc;
}

static int
stand_in_line(struct store *s)
{
	const struct itimerval tick = { { 0, 100000 }, { WAIT_SECONDS, 0 } };
	struct sigaction action = { 0 }, old_action;
	struct itimerval old_timer;
	int64_t end = seconds() + WAIT_SECONDS;
	int rc, why;

	/* The alarm comes back, as one may ring just before fcntl waits. */
	action.sa_handler = wake;
	sigaction(SIGALRM, &action, &old_action);
	setitimer(ITIMER_REAL, &tick, &old_timer);
	rc = wait_for(s, TURN_NEXT, end);
	if (rc == 0)
		rc = wait_for(s, TURN_WRITE, end);
	why = errno;
	lock(s, TURN_NEXT, F_OFD_SETLK, F_UNLCK);
	setitimer(ITIMER_REAL, &old_timer, NULL);
	sigaction(SIGALRM, &old_action, NULL);
	errno = why;
	return rc;
}

int
lock_take(struct store *s, struct err *e)
{
	int rc;

	if (lock(s, TURN_NEXT, F_OFD_SETLK, F_WRLCK) == 0) {
		rc = lock(s, TURN_WRITE, F_OFD_SETLK, F_WRLCK);
		lock(s, TURN_NEXT, F_OFD_SETLK, F_UNLCK);
		if (rc == 0)
			return 0;
	}
	if (stand_in_line(s) == 0)
		return 0;
	if (errno == EINTR)
		return err_set(e, ERR_AGAIN, "store '%s' is busy", s->path);
	return err_set(e, ERR_IO, "cannot lock '%s-lock': %s", s->path,
	    strerror(errno));
}

void
lock_give(struct store *s)
{
	lock(s, TURN_WRITE, F_OFD_SETLK, F_UNLCK);
}
