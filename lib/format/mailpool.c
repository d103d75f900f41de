#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "format/mail.h"
#include "format/mailhead.h"
#include "format/mailworker.h"
#include "format/record.h"
#include "format/sandbox.h"

#define WINDOW		64	/* messages on their way in one worker */
#define WINDOW_BYTES	((size_t)512 << 10)
#define QUEUE		256	/* messages not yet parsed, per worker */
#define QUEUE_BYTES	((size_t)8 << 20)
#define BATCH		16	/* messages in one write */
#define CALLS		8	/* between looks at busy workers */
#define WORKERS		64	/* at most */
#define RETRIES		3	/* deaths that no message is to blame for */
#define SLACK		((size_t)64 << 20)	/* of an answer over its mail */
#define WHY_ROOM	100

const struct mail_limits mail_limits_default = {
	.cpu_seconds = 5,
	.wall_seconds = 30,
	.memory = (size_t)1 << 30,
};

struct job {
	uint64_t tag;
	char *data;		/* until it is done */
	size_t len;
	bool done, parsed;
	char why[WHY_ROOM];
	char *result;		/* JSON, then the parts with their heads */
	size_t result_len, json_len, nparts;
};

struct worker {
	pid_t pid;		/* 0: none */
	int fd;
	uint64_t ids[WINDOW];	/* jobs, in the order they are answered */
	size_t jobs, sent;	/* sent: of them, wholly written */
	size_t offset;		/* written of the one behind */
	size_t bytes;		/* of all of them */
	struct buf in;
	time_t since;		/* last sign of life */
	bool stopped;		/* by us, for its time */
	unsigned failures;	/* deaths since the last answer */
};

struct mail_pool {
	struct mail_limits limits;
	struct secrets *secrets;	/* or NULL */
	struct worker *worker;
	int workers;
	_Atomic uint64_t *current;	/* shared: id + 1 being parsed, or 0 */
	struct job *job;	/* a ring */
	size_t cap, head, jobs;
	uint64_t first;		/* id of the job at head */
	size_t assigned;	/* of the jobs, given to a worker */
	size_t waiting, waiting_bytes;	/* not done */
	unsigned calls;
	struct job taken;	/* behind the last mail_next */
	struct mail_part *parts;
};

static struct job *
job_of(struct mail_pool *pool, uint64_t id)
{
	return &pool->job[(pool->head + (id - pool->first)) % pool->cap];
}

static time_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

static int
start_worker(struct mail_pool *pool, int i, struct err *e)
{
	struct worker *w = &pool->worker[i];
	int pair[2], parent = getpid(), size = (int)MAIL_CHUNK;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return err_set(e, ERR_AGAIN, "cannot start a mail parser: %s",
		    strerror(errno));
	for (int k = 0; k < 2; k++)
		setsockopt(pair[k], SOL_SOCKET, SO_SNDBUF, &size,
		    sizeof(size));
	atomic_store(&pool->current[i], 0);
	w->pid = fork();
	if (w->pid == 0) {
		int fd = sandbox_enter(pair[1], pool->limits.memory, parent);

		if (fd == -1)
			_exit(1);
		mail_work(fd, pool->limits.cpu_seconds, pool->secrets,
		    &pool->current[i]);
	}
	close(pair[1]);
	if (w->pid == -1) {
		w->pid = 0;
		close(pair[0]);
		return err_set(e, ERR_AGAIN, "cannot start a mail parser: %s",
		    strerror(errno));
	}
	w->fd = pair[0];
	w->sent = w->offset = 0;
	w->since = now();
	w->stopped = false;
	buf_reset(&w->in);
	return 0;
}

/* Takes the k-th job from the worker; it is done. */
static struct job *
finish(struct mail_pool *pool, struct worker *w, size_t k)
{
	struct job *job = job_of(pool, w->ids[k]);

	memmove(&w->ids[k], &w->ids[k + 1],
	    (w->jobs - k - 1) * sizeof(w->ids[0]));
	w->jobs--;
	if (k < w->sent)
		w->sent--;
	w->bytes -= job->len;
	pool->waiting--;
	pool->waiting_bytes -= job->len;
	job->done = true;
	return job;
}

static void
release(struct job *job)
{
	free(job->data);
	job->data = NULL;
}

/* A message that is not parsed: what its header says, and why. */
static void
give_up(struct job *job, const char *why)
{
	struct buf json = BUF_INIT;

	snprintf(job->why, sizeof(job->why), "%s", why);
	mail_scan(job->data, job->len, &json);
	job->result = xmalloc(json.len + 1);
	memcpy(job->result, json.data, json.len + 1);
	job->json_len = json.len;
	job->nparts = 0;
	job->parsed = false;
	buf_free(&json);
	release(job);
}

static void
explain(const struct mail_pool *pool, const struct worker *w, int status,
    char why[WHY_ROOM])
{
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	if (w->stopped)
		snprintf(why, WHY_ROOM, "the parser was stopped after %d s",
		    pool->limits.wall_seconds);
	else if (sig == SIGXCPU)
		snprintf(why, WHY_ROOM,
		    "the parser was stopped after %d s of CPU",
		    pool->limits.cpu_seconds);
	else if (sig == SIGTRAP || (WIFEXITED(status) &&
	    WEXITSTATUS(status) == MEM_EXHAUSTED))
		snprintf(why, WHY_ROOM, "the parser ran out of memory");
	else if (sig != 0)
		snprintf(why, WHY_ROOM, "the parser was ended by signal %d",
		    sig);
	else
		snprintf(why, WHY_ROOM, "the parser ended early");
}

/*
 * Puts an ended worker away. The message it was at is given up; the others
 * stay, to be sent again to the process that follows.
 */
static void
bury(struct mail_pool *pool, int i)
{
	struct worker *w = &pool->worker[i];
	uint64_t current = atomic_load(&pool->current[i]);
	size_t guilty = 0;
	char why[WHY_ROOM];
	int status = 0;

	kill(w->pid, SIGKILL);
	while (waitpid(w->pid, &status, 0) == -1 && errno == EINTR)
		continue;
	close(w->fd);
	w->pid = 0;
	buf_reset(&w->in);
	while (guilty < w->jobs && w->ids[guilty] + 1 != current)
		guilty++;
	w->failures++;
	if (guilty == w->jobs && (w->stopped || w->failures >= RETRIES))
		guilty = 0;
	if (guilty < w->jobs) {
		explain(pool, w, status, why);
		give_up(finish(pool, w, guilty), why);
		w->failures = 0;
	}
	w->sent = w->offset = 0;
}

/* Whether the parts fill the payload exactly. */
static bool
parts_fit(const struct job *job)
{
	size_t at = job->json_len + 1;
	struct mail_part_head head;

	for (size_t i = 0; i < job->nparts; i++) {
		if (job->result_len - at < sizeof(head))
			return false;
		memcpy(&head, job->result + at, sizeof(head));
		at += sizeof(head);
		if (head.len > job->result_len - at)
			return false;
		at += head.len;
	}
	return at == job->result_len;
}

/* The worker has seen hostile bytes: its answer is checked like any input. */
static void
accept_answer(struct mail_pool *pool, struct worker *w,
    const struct mail_answer *head, const char *payload)
{
	struct job *job = finish(pool, w, 0);
	struct err ignored = { 0 };
	struct value v;

	job->result_len = head->len;
	job->json_len = head->json_len;
	job->nparts = head->nparts;
	job->result = xmalloc(head->len);
	memcpy(job->result, payload, head->len);
	job->parsed = job->result[job->json_len] == '\0' && parts_fit(job) &&
	    value_parse(&v, job->result, job->json_len, &ignored) == 0 &&
	    v.kind == VALUE_OBJECT;
	if (job->parsed)
		release(job);
	else {
		free(job->result);
		give_up(job, "the parser's answer is damaged");
	}
	w->failures = 0;
}

/* Takes what answers are complete; false when the worker talks nonsense. */
static bool
take_answers(struct mail_pool *pool, struct worker *w)
{
	size_t pos = 0;
	struct mail_answer head;

	while (w->in.len - pos >= sizeof(head)) {
		memcpy(&head, w->in.data + pos, sizeof(head));
		if (w->sent == 0 || head.id != w->ids[0] || head.len >
		    4 * job_of(pool, head.id)->len + SLACK ||
		    head.json_len >= head.len)
			return false;
		if (w->in.len - pos - sizeof(head) < head.len)
			break;
		accept_answer(pool, w, &head,
		    w->in.data + pos + sizeof(head));
		pos += sizeof(head) + head.len;
	}
	memmove(w->in.data, w->in.data + pos, w->in.len - pos);
	buf_truncate(&w->in, w->in.len - pos);
	if (w->in.len == 0 && w->in.cap > 4 * MAIL_CHUNK)
		buf_free(&w->in);
	return true;
}

/* Reads what is there; false when the worker has ended. */
static bool
receive(struct mail_pool *pool, struct worker *w)
{
	for (;;) {
		char *to = buf_room(&w->in, MAIL_CHUNK);
		ssize_t got = recv(w->fd, to, MAIL_CHUNK, MSG_DONTWAIT);

		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return true;
		if (got <= 0)
			return false;
		w->in.len += (size_t)got;
		w->since = now();
		if (!take_answers(pool, w))
			return false;
		if ((size_t)got < MAIL_CHUNK)
			return true;
	}
}

/* The next jobs to write, from where the last write stopped. */
static size_t
gather(struct mail_pool *pool, struct worker *w, struct mail_request *head,
    struct iovec *io)
{
	size_t skip = w->offset, n = 0;

	for (size_t k = 0; k < BATCH && w->sent + k < w->jobs; k++) {
		struct job *job = job_of(pool, w->ids[w->sent + k]);
		size_t of_head = skip < sizeof(*head) ? skip : sizeof(*head);

		head[k].id = w->ids[w->sent + k];
		head[k].len = job->len;
		io[n].iov_base = (char *)&head[k] + of_head;
		io[n++].iov_len = sizeof(*head) - of_head;
		io[n].iov_base = job->data + (skip - of_head);
		io[n++].iov_len = job->len - (skip - of_head);
		skip = 0;
	}
	return n;
}

/* Writes what fits; false when the worker has ended. */
static bool
transmit(struct mail_pool *pool, struct worker *w)
{
	struct mail_request head[BATCH];
	struct iovec io[2 * BATCH];
	struct msghdr m = { .msg_iov = io };

	while (w->sent < w->jobs) {
		ssize_t n;

		m.msg_iovlen = gather(pool, w, head, io);
		n = sendmsg(w->fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return errno == EAGAIN || errno == EWOULDBLOCK ||
			    errno == ENOBUFS;
		w->offset += (size_t)n;
		while (w->sent < w->jobs) {
			size_t whole = sizeof(*head) +
			    job_of(pool, w->ids[w->sent])->len;

			if (w->offset < whole)
				break;
			w->offset -= whole;
			w->sent++;
		}
	}
	return true;
}

/* Gives jobs to the workers that have the least to do. */
static void
assign(struct mail_pool *pool)
{
	while (pool->assigned < pool->jobs) {
		uint64_t id = pool->first + pool->assigned;
		struct worker *best = NULL;

		for (int i = 0; i < pool->workers; i++) {
			struct worker *w = &pool->worker[i];

			if (w->jobs < WINDOW && (w->jobs == 0 ||
			    w->bytes < WINDOW_BYTES) && (best == NULL ||
			    w->bytes < best->bytes))
				best = w;
		}
		if (best == NULL)
			return;
		if (best->jobs == 0)
			best->since = now();
		best->ids[best->jobs++] = id;
		best->bytes += job_of(pool, id)->len;
		pool->assigned++;
	}
}

/* One look at all workers; waits for the first news when it may. */
static int
pump(struct mail_pool *pool, bool wait, time_t entered, struct err *e)
{
	struct pollfd fds[WORKERS];
	int due = pool->limits.wall_seconds;

	assign(pool);
	for (int i = 0; i < pool->workers; i++) {
		struct worker *w = &pool->worker[i];

		if (w->pid == 0 && w->jobs > 0 &&
		    start_worker(pool, i, e) == -1)
			return -1;
		fds[i] = (struct pollfd){ .fd = w->pid != 0 ? w->fd : -1,
		    .events = (short)(POLLIN |
		    (w->sent < w->jobs ? POLLOUT : 0)) };
	}
	if (poll(fds, (nfds_t)pool->workers, !wait ? 0 : 1000) == -1 &&
	    errno != EINTR)
		return err_set(e, ERR_IO, "poll: %s", strerror(errno));
	for (int i = 0; i < pool->workers; i++) {
		struct worker *w = &pool->worker[i];
		time_t since = w->since > entered ? w->since : entered;
		bool alive = true;

		if (w->pid == 0)
			continue;
		if (fds[i].revents & (POLLIN | POLLHUP | POLLERR))
			alive = receive(pool, w);
		if (alive && (fds[i].revents & POLLOUT))
			alive = transmit(pool, w);
		if (alive && fds[i].revents == 0 && wait && w->jobs > 0 &&
		    now() - since > due) {
			w->stopped = true;
			alive = false;
		}
		if (!alive)
			bury(pool, i);
	}
	assign(pool);
	return 0;
}

int
mail_pool_open(struct mail_pool **made, int workers,
    const struct mail_limits *limits, struct secrets *secrets, struct err *e)
{
	struct mail_pool *pool = xcalloc(1, sizeof(*pool));

	workers = workers < 1 ? 1 : workers > WORKERS ? WORKERS : workers;
	pool->limits = limits != NULL ? *limits : mail_limits_default;
	pool->secrets = secrets;
	pool->worker = xcalloc((size_t)workers, sizeof(*pool->worker));
	pool->workers = workers;
	for (int i = 0; i < workers; i++)
		buf_init(&pool->worker[i].in);
	pool->current = mmap(NULL, (size_t)workers * sizeof(*pool->current),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (pool->current == MAP_FAILED) {
		free(pool->worker);
		free(pool);
		return err_set(e, ERR_AGAIN, "mmap: %s", strerror(errno));
	}
	for (int i = 0; i < workers; i++)
		if (start_worker(pool, i, e) == -1) {
			mail_pool_close(pool);
			return -1;
		}
	*made = pool;
	return 0;
}

static void
add_job(struct mail_pool *pool, uint64_t tag, const char *s, size_t len)
{
	struct job job = { .tag = tag, .len = len };

	if (pool->jobs == pool->cap) {
		size_t cap = pool->cap == 0 ? QUEUE : 2 * pool->cap;
		struct job *ring = xreallocarray(NULL, cap, sizeof(*ring));

		for (size_t i = 0; i < pool->jobs; i++)
			ring[i] = pool->job[(pool->head + i) % pool->cap];
		free(pool->job);
		pool->job = ring;
		pool->cap = cap;
		pool->head = 0;
	}
	job.data = xmalloc(len + 1);
	memcpy(job.data, s, len);
	job.data[len] = '\0';
	pool->job[(pool->head + pool->jobs) % pool->cap] = job;
	pool->jobs++;
	pool->waiting++;
	pool->waiting_bytes += len;
}

int
mail_submit(struct mail_pool *pool, uint64_t tag, const char *s, size_t len,
    struct err *e)
{
	size_t workers = (size_t)pool->workers;
	time_t entered = now();

	while (pool->waiting > 0 && (pool->waiting >= QUEUE * workers ||
	    pool->waiting_bytes + len > QUEUE_BYTES * workers))
		if (pump(pool, true, entered, e) == -1)
			return -1;
	add_job(pool, tag, s, len);
	if (pool->waiting > 2 * workers && ++pool->calls < CALLS)
		return 0;
	pool->calls = 0;
	return pump(pool, false, entered, e);
}

size_t
mail_owed(const struct mail_pool *pool)
{
	return pool->jobs;
}

int
mail_next(struct mail_pool *pool, struct mail *m, struct err *e)
{
	time_t entered = now();
	struct job *job;
	size_t at;

	if (pool->jobs == 0)
		return err_set(e, ERR_BUG, "no mail is owed");
	if (pool->waiting > 0 && ++pool->calls >= CALLS) {
		pool->calls = 0;
		if (pump(pool, false, entered, e) == -1)
			return -1;
	}
	while (!job_of(pool, pool->first)->done)
		if (pump(pool, true, entered, e) == -1)
			return -1;
	free(pool->taken.result);
	free(pool->parts);
	pool->taken = *job_of(pool, pool->first);
	pool->head = (pool->head + 1) % pool->cap;
	pool->first++;
	pool->jobs--;
	pool->assigned--;
	job = &pool->taken;
	*m = (struct mail){ .tag = job->tag, .parsed = job->parsed,
	    .why = job->parsed ? NULL : job->why, .json = job->result,
	    .json_len = job->json_len, .nparts = job->nparts };
	pool->parts = xreallocarray(NULL, job->nparts + 1,
	    sizeof(*pool->parts));
	m->parts = pool->parts;
	at = job->json_len + 1;
	for (size_t i = 0; i < job->nparts; i++) {
		struct mail_part_head head;

		memcpy(&head, job->result + at, sizeof(head));
		at += sizeof(head);
		memcpy(m->parts[i].sha256, head.sha256, sizeof(head.sha256));
		m->parts[i].data = job->result + at;
		m->parts[i].len = head.len;
		at += head.len;
	}
	return 0;
}

void
mail_pool_close(struct mail_pool *pool)
{
	if (pool == NULL)
		return;
	for (int i = 0; i < pool->workers; i++) {
		struct worker *w = &pool->worker[i];

		if (w->pid != 0) {
			kill(w->pid, SIGKILL);
			while (waitpid(w->pid, NULL, 0) == -1 &&
			    errno == EINTR)
				continue;
			close(w->fd);
		}
		buf_free(&w->in);
	}
	for (size_t i = 0; i < pool->jobs; i++) {
		free(job_of(pool, pool->first + i)->data);
		free(job_of(pool, pool->first + i)->result);
	}
	munmap((void *)(uintptr_t)pool->current,
	    (size_t)pool->workers * sizeof(*pool->current));
	free(pool->taken.result);
	free(pool->parts);
	free(pool->job);
	free(pool->worker);
	free(pool);
}
