#include <errno.h>
#include <malloc.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "format/mail.h"
#include "format/mailworker.h"
#include "format/sandbox.h"

struct reply {
	struct buf out;
	size_t nparts;
};

static void
reply_part(void *arg, const struct mail_part *part)
{
	struct reply *r = arg;
	struct mail_part_head head = { .len = part->len };

	memcpy(head.sha256, part->sha256, sizeof(head.sha256));
	buf_add(&r->out, &head, sizeof(head));
	buf_add(&r->out, part->data, part->len);
	r->nparts++;
}

static void
write_all(int fd, struct buf *out)
{
	size_t done = 0;

	while (done < out->len) {
		ssize_t n = write(fd, out->data + done, out->len - done);

		if (n == -1 && errno != EINTR)
			_exit(0);	/* nobody listens */
		if (n > 0)
			done += (size_t)n;
	}
	if (out->cap > 4 * MAIL_CHUNK)
		buf_free(out);
	else
		buf_reset(out);
}

static time_t
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

/* Parses one message and appends its answer, JSON first. */
static void
answer(uint64_t id, const char *s, size_t len, int cpu,
    struct secrets *secrets, struct buf *out, _Atomic uint64_t *current)
{
	struct mail_answer head = { .id = id };
	struct reply r = { .out = BUF_INIT };
	struct buf json = BUF_INIT;

	atomic_store(current, id + 1);
	sandbox_cpu(cpu);
	mail_parse(s, len, secrets, &json, reply_part, &r);
	sandbox_cpu(0);
	atomic_store(current, 0);
	head.json_len = json.len;
	head.nparts = r.nparts;
	head.len = json.len + 1 + r.out.len;
	buf_add(out, &head, sizeof(head));
	buf_add(out, json.data, json.len + 1);
	buf_add(out, r.out.data, r.out.len);
	buf_free(&json);
	buf_free(&r.out);
}

_Noreturn void
mail_work(int fd, int cpu, struct secrets *secrets,
    _Atomic uint64_t *current)
{
	struct buf in = BUF_INIT, out = BUF_INIT;
	struct mail_request q;
	size_t pos = 0;
	time_t flushed = seconds();

	/* Many small blocks, freed together: what fast bins are bad at. */
	mallopt(M_MXFAST, 0);
	for (;;) {
		ssize_t got;

		while (in.len - pos >= sizeof(q)) {
			memcpy(&q, in.data + pos, sizeof(q));
			if (in.len - pos - sizeof(q) < q.len)
				break;
			answer(q.id, in.data + pos + sizeof(q), q.len, cpu,
			    secrets, &out, current);
			pos += sizeof(q) + q.len;
			if (out.len >= MAIL_CHUNK || seconds() != flushed) {
				write_all(fd, &out);
				flushed = seconds();
			}
		}
		write_all(fd, &out);
		memmove(in.data, in.data + pos, in.len - pos);
		buf_truncate(&in, in.len - pos);
		pos = 0;
		if (in.len == 0 && in.cap > 4 * MAIL_CHUNK)
			buf_free(&in);
		got = read(fd, buf_room(&in, MAIL_CHUNK), MAIL_CHUNK);
		if (got > 0)
			in.len += (size_t)got;
		else if (got == 0 || errno != EINTR)
			_exit(0);
	}
}
