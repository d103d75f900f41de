/* The pool of mail parsers: order, limits, deaths; and their sandbox. */
#include <sys/wait.h>

#include <fcntl.h>
#include <iconv.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "format/mail.h"
#include "format/sandbox.h"
#include "unit.h"

static struct err e;

static struct mail_pool *
open_pool(int workers, const struct mail_limits *limits)
{
	struct mail_pool *pool;

	err_clear(&e);
	ck_assert_msg(mail_pool_open(&pool, workers, limits, NULL, &e) == 0, "%s",
	    e.text);
	return pool;
}

/* Message number n, with padding up to the size. */
static void
message(struct buf *b, unsigned n, size_t size)
{
	buf_reset(b);
	buf_printf(b, "Message-ID: <%u@x>\nFrom: Joe <j@x.example>\n"
	    "Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n"
	    "--b\n\ntext %u\n--b\nContent-Type: image/png\n\n", n, n);
	while (b->len < size)
		buf_adds(b, "0123456789012345678901234567890123456789\n");
	buf_adds(b, "\n--b--\n");
}

static bool
has(const struct mail *m, const char *text)
{
	return memmem(m->json, m->json_len, text, strlen(text)) != NULL;
}

static void
submit(struct mail_pool *pool, unsigned n, size_t size)
{
	struct buf b = BUF_INIT;

	message(&b, n, size);
	ck_assert_msg(mail_submit(pool, n, b.data, b.len, &e) == 0, "%s",
	    e.text);
	buf_free(&b);
}

static void
take(struct mail_pool *pool, unsigned n, struct mail *m)
{
	char id[40];

	ck_assert_msg(mail_next(pool, m, &e) == 0, "%s", e.text);
	ck_assert_uint_eq(m->tag, n);
	ck_assert_uint_eq(strlen(m->json), m->json_len);
	snprintf(id, sizeof(id), "\"message_id\":\"%u@x\"", n);
	ck_assert_msg(has(m, id), "%s", m->json);
}

START_TEST(in_order)
{
	static const size_t sizes[] = { 200, 5000, 300000, 100, 20 << 20 };

	for (int workers = 1; workers <= 3; workers++) {
		struct mail_pool *pool = open_pool(workers, NULL);
		struct mail m;
		unsigned in = 0, out = 0;

		while (in < 600) {
			submit(pool, in, in % 200 == 199 ? sizes[4] :
			    sizes[in % 50 == 49 ? 2 : in % 2]);
			in++;
			while (mail_owed(pool) > 150)
				take(pool, out++, &m);
		}
		while (mail_owed(pool) > 0) {
			take(pool, out++, &m);
			ck_assert_msg(m.parsed, "%s", m.why);
			ck_assert_uint_eq(m.nparts, 1);
			ck_assert_uint_ge(m.parts[0].len, 41);
		}
		ck_assert_uint_eq(out, in);
		ck_assert_int_eq(mail_next(pool, &m, &e), -1);
		mail_pool_close(pool);
	}
}
END_TEST

START_TEST(parts)
{
	struct mail_pool *pool = open_pool(1, NULL);
	static const char raw[] = "Content-Type: multipart/mixed; boundary=b"
	    "\n\n--b\nContent-Type: image/png\n\nabc\n--b\nContent-Type: "
	    "image/png\nContent-Transfer-Encoding: base64\n\nAAEC\n--b\n"
	    "Content-Type: image/gif\n\n--b--\n";
	struct mail m;

	ck_assert_int_eq(mail_submit(pool, 7, raw, sizeof(raw) - 1, &e), 0);
	ck_assert_int_eq(mail_next(pool, &m, &e), 0);
	ck_assert(m.parsed);
	ck_assert_uint_eq(m.nparts, 3);
	ck_assert_uint_eq(m.parts[0].len, 3);
	ck_assert_mem_eq(m.parts[0].data, "abc", 3);
	ck_assert_uint_eq(m.parts[1].len, 3);
	ck_assert_mem_eq(m.parts[1].data, "\0\1\2", 3);
	ck_assert_uint_eq(m.parts[2].len, 0);
	mail_pool_close(pool);
}
END_TEST

/* The children of this process; what the kernel does not tell is skipped. */
static size_t
children(pid_t *pid, size_t max)
{
	char path[100];
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children",
	    (int)getpid());
	if ((f = fopen(path, "r")) == NULL)
		return 0;
	while (n < max && fscanf(f, "%d", &pid[n]) == 1)
		n++;
	fclose(f);
	return n;
}

/*
 * Stops the only worker, gives it messages, and does what the row says. At
 * most one of them is lost, with the right reason; the others are parsed.
 */
START_TEST(deaths)
{
	static const struct {
		const char *name, *why;
		int signal;
	} rows[] = {
		{ "crash", "the parser was ended by signal 11", SIGSEGV },
		{ "CPU", "the parser was stopped after 5 s of CPU", SIGXCPU },
		{ "hang", "the parser was stopped after 1 s", 0 },
		{ "memory", "the parser ran out of memory", SIGTRAP },
	};
	struct mail_limits limits = mail_limits_default;

	limits.wall_seconds = 1;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct mail_pool *pool = open_pool(1, &limits);
		size_t lost = 0;
		struct mail m;
		pid_t pid;

		if (children(&pid, 1) != 1) {
			unit_skip("deaths", "no /proc children");
			mail_pool_close(pool);
			return;
		}
		submit(pool, 99, 1000);		/* it is in its sandbox */
		take(pool, 99, &m);
		kill(pid, SIGSTOP);
		for (unsigned n = 0; n < 40; n++)
			submit(pool, n, 2000);
		if (rows[i].signal != 0) {
			kill(pid, rows[i].signal);
			kill(pid, SIGCONT);
		}
		for (unsigned n = 0; n < 40; n++) {
			take(pool, n, &m);
			ck_assert(has(&m, "\"subject\":\"s\""));
			ck_assert(has(&m, "\"address\":\"j@x.example\""));
			if (m.parsed)
				continue;
			lost++;
			ck_assert_msg(strcmp(m.why, rows[i].why) == 0,
			    "%s: %s", rows[i].name, m.why);
		}
		ck_assert_msg(lost <= 1, "%s: %zu lost", rows[i].name, lost);
		if (rows[i].signal == 0)
			ck_assert_uint_eq(lost, 1);
		mail_pool_close(pool);
	}
}
END_TEST

#ifndef __SANITIZE_ADDRESS__
/* A message that needs more memory than there is costs only itself. */
START_TEST(memory)
{
	struct mail_limits limits = mail_limits_default;
	struct mail_pool *pool;
	struct mail m;

	limits.memory = (size_t)24 << 20;
	pool = open_pool(2, &limits);
	submit(pool, 0, 1000);
	submit(pool, 1, 20 << 20);
	submit(pool, 2, 1000);
	take(pool, 0, &m);
	ck_assert_msg(m.parsed, "%s", m.why);
	take(pool, 1, &m);
	ck_assert(!m.parsed);
	ck_assert_str_eq(m.why, "the parser ran out of memory");
	take(pool, 2, &m);
	ck_assert_msg(m.parsed, "%s", m.why);
	mail_pool_close(pool);
}
END_TEST
#endif

/* Between calls nobody reads what a worker writes: it must not count. */
START_TEST(idle_caller)
{
	struct mail_limits limits = mail_limits_default;
	struct mail_pool *pool;
	struct mail m;

	limits.wall_seconds = 1;
	pool = open_pool(1, &limits);
	for (unsigned n = 0; n < 3; n++)
		submit(pool, n, 4 << 20);
	sleep(3);
	for (unsigned n = 0; n < 3; n++) {
		take(pool, n, &m);
		ck_assert_msg(m.parsed, "%s", m.why);
	}
	mail_pool_close(pool);
}
END_TEST

START_TEST(no_children_left)
{
	struct mail_pool *pool = open_pool(3, NULL);
	pid_t pid[8];

	submit(pool, 0, 1000);
	mail_pool_close(pool);
	ck_assert_uint_eq(children(pid, 8), 0);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
}
END_TEST

/* What a child in the sandbox can do, as bits of its exit status. */
enum { MAY_READ = 1, MAY_WRITE = 2, MAY_DUMP = 4, NO_CHARSETS = 8,
	OPEN_FD = 16, TROUBLE = 32 };

static int
try_sandbox(int fd, int parent)
{
	int seen = 0, other = open("/dev/null", O_RDONLY);

	if (sandbox_enter(fd, (size_t)64 << 20, parent) != 3)
		return TROUBLE;
	if (other > 3 && fcntl(other, F_GETFD) != -1)
		seen |= OPEN_FD;
	if (open("/etc/passwd", O_RDONLY) != -1)
		seen |= MAY_READ;
	if (open("/tmp/tai-sandbox-test", O_WRONLY | O_CREAT, 0600) != -1) {
		unlink("/tmp/tai-sandbox-test");
		seen |= MAY_WRITE;
	}
	if (iconv_open("UTF-8", "ISO-2022-JP") == (iconv_t)-1)
		seen |= NO_CHARSETS;
	return seen;
}

START_TEST(sandbox)
{
	int pair[2], status, parent = getpid();
	pid_t pid;

	ck_assert_int_eq(pipe(pair), 0);
	if ((pid = fork()) == 0)
		_exit(try_sandbox(pair[0], parent));
	waitpid(pid, &status, 0);
	ck_assert(WIFEXITED(status));
	if (WEXITSTATUS(status) == (MAY_READ | MAY_WRITE))
		unit_skip("sandbox", "no Landlock in this kernel");
	else
		ck_assert_int_eq(WEXITSTATUS(status), 0);
	close(pair[0]);
	close(pair[1]);
}
END_TEST

START_TEST(cpu_limit)
{
	int status;
	pid_t pid;

	if ((pid = fork()) == 0) {
		sandbox_cpu(1);
		for (volatile int i = 0;; i++)
			continue;
	}
	waitpid(pid, &status, 0);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGXCPU);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("mailpool");
	TCase *c = tcase_create("mailpool");

	tcase_set_timeout(c, 120);
	tcase_add_test(c, in_order);
	tcase_add_test(c, parts);
	tcase_add_test(c, deaths);
#ifndef __SANITIZE_ADDRESS__
	tcase_add_test(c, memory);
#endif
	tcase_add_test(c, idle_caller);
	tcase_add_test(c, no_children_left);
	tcase_add_test(c, sandbox);
	tcase_add_test(c, cpu_limit);
	suite_add_tcase(s, c);
	return s;
}

int
main(void)
{
	return unit_main(suite());
}
