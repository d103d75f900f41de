/* Running a program: its input fed, its output kept, its time watched. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/spawn.h"

#define OUT_MAX		((size_t)64 << 10)
#define SECRET_FD	3

extern char **environ;

struct pipes {			/* [0] is read from, [1] written to; or -1 */
	int in, secret[2], out[2];
};

static void
shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void
shut_all(struct pipes *p)
{
	shut(&p->in);
	for (int i = 0; i < 2; i++) {
		shut(&p->secret[i]);
		shut(&p->out[i]);
	}
}

/*
 * The input is a file, there before the program is: should we die, it reads
 * all of it and not what had been written by then.
 */
static int
open_pipes(struct pipes *p, const struct spawn *s, struct err *e)
{
	*p = (struct pipes){ -1, { -1, -1 }, { -1, -1 } };
	if ((p->in = memfd_create("input", MFD_CLOEXEC)) < 0 ||
	    pipe2(p->secret, O_CLOEXEC) < 0 || pipe2(p->out, O_CLOEXEC) < 0)
		return err_set(e, ERR_IO, "cannot make a pipe: %s",
		    strerror(errno));
	if (fd_write(p->in, "input", s->in, s->in_len, e) < 0 ||
	    lseek(p->in, 0, SEEK_SET) < 0)
		return err_set(e, ERR_IO, "cannot write the input: %s",
		    strerror(errno));
	fcntl(p->secret[1], F_SETFL, O_NONBLOCK);
	fcntl(p->out[0], F_SETFL, O_NONBLOCK);
	return 0;
}

static int
start(const struct spawn *s, const struct pipes *p, pid_t *pid,
    struct err *e)
{
	posix_spawn_file_actions_t to;
	posix_spawnattr_t how;
	sigset_t usual;
	int rc;

	posix_spawn_file_actions_init(&to);
	posix_spawn_file_actions_adddup2(&to, p->in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&to, p->out[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&to, p->out[1], STDERR_FILENO);
	if (s->secret != NULL)
		posix_spawn_file_actions_adddup2(&to, p->secret[0],
		    SECRET_FD);
	posix_spawnattr_init(&how);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	sigaddset(&usual, SIGXFSZ);
	posix_spawnattr_setsigdefault(&how, &usual);
	posix_spawnattr_setpgroup(&how, 0);
	posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGDEF |
	    POSIX_SPAWN_SETPGROUP);
	rc = posix_spawnp(pid, s->argv[0], &to, &how,
	    (char *const *)(uintptr_t)s->argv, environ);
	posix_spawnattr_destroy(&how);
	posix_spawn_file_actions_destroy(&to);
	if (rc != 0)
		return err_set(e, ERR_IO, "cannot run '%s': %s", s->argv[0],
		    strerror(rc));
	return 0;
}

/* Writes what fits; closes when all of it is written or nobody reads. */
static void
feed(int *fd, const char *data, size_t len, size_t *pos)
{
	ssize_t n = *pos < len ? write(*fd, data + *pos, len - *pos) : 0;

	if (n > 0)
		*pos += (size_t)n;
	if (*pos == len || (n < 0 && errno != EAGAIN && errno != EINTR))
		shut(fd);
}

static void
drain(int *fd, struct buf *out)
{
	char text[4096];
	ssize_t n = read(*fd, text, sizeof(text));

	if (n > 0 && out->len < OUT_MAX)
		buf_add(out, text, (size_t)n);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		shut(fd);
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Until it closes its output; false when its time is over. */
static bool
converse(const struct spawn *s, struct pipes *p, struct buf *out)
{
	int64_t end = now_ms() + (int64_t)s->seconds * 1000;
	size_t secret = 0;
	size_t secret_len = s->secret != NULL ? strlen(s->secret) : 0;

	while (p->out[0] >= 0) {
		struct pollfd fd[2] = { { p->out[0], POLLIN, 0 },
			{ p->secret[1], POLLOUT, 0 } };
		int64_t left = end - now_ms();

		if (left <= 0)
			return false;
		if (poll(fd, 2, (int)left) < 0)
			continue;
		if (fd[1].revents != 0)
			feed(&p->secret[1], s->secret, secret_len, &secret);
		if (fd[0].revents != 0)
			drain(&p->out[0], out);
	}
	return true;
}

int
spawn(const struct spawn *s, int *status, struct buf *out, struct err *e)
{
	void (*pipe_was)(int) = signal(SIGPIPE, SIG_IGN);
	struct pipes p;
	pid_t pid = -1;
	int rc = -1, how = 0;

	if (open_pipes(&p, s, e) == 0 && (rc = start(s, &p, &pid, e)) == 0) {
		shut(&p.in);
		shut(&p.secret[0]);
		shut(&p.out[1]);
		if (s->secret == NULL)
			shut(&p.secret[1]);
		if (!converse(s, &p, out))
			kill(-pid, SIGKILL);
		while (waitpid(pid, &how, 0) < 0 && errno == EINTR)
			;
		*status = WIFEXITED(how) ? WEXITSTATUS(how) : SPAWN_KILLED;
	}
	shut_all(&p);
	signal(SIGPIPE, pipe_was);
	return rc;
}
