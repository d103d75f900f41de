/*
 * Runs LLVMFuzzerTestOneInput without clang's libFuzzer:
 *
 *	fuzz_X [-s SECONDS] [-r SEED] [-m MAX] [-o FOLDER] [FILE|FOLDER...]
 *
 * Every file once, then mutations of them for the seconds. Where the target
 * was built with -fsanitize-coverage=trace-pc, inputs that reach new code are
 * mutated further. An input that crashes, or takes over ten seconds, is
 * written to FOLDER/crash-NAME-SEED-RUN and its seed is printed; to see it
 * again give that file to the same program.
 */
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define HANG_SECONDS	10
#define CORPUS_MAX	20000
#define MAP_WORDS	1024

struct input {
	uint8_t *data;
	size_t len;
};

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);
void	__sanitizer_cov_trace_pc(void);
void	__sanitizer_set_death_callback(void (*)(void)) __attribute__((weak));

static struct input corpus[CORPUS_MAX];
static size_t corpus_count;
static size_t input_max = 65536;
static const char *program, *folder = ".";

/* What is running now, for the report of a crash. */
static const uint8_t *now_data;
static size_t now_len;
static uint64_t seed = 1, runs;
static volatile sig_atomic_t reported;

static uint64_t map[MAP_WORDS];		/* code of this input, a bit each */
static uint64_t known[MAP_WORDS];	/* code seen so far */

/* Called from the instrumented code at every edge. */
__attribute__((no_sanitize("address", "undefined"),
    no_sanitize_coverage))
void
__sanitizer_cov_trace_pc(void)
{
	uintptr_t at;

	at = (uintptr_t)__builtin_return_address(0);
	at ^= at >> 15;
	map[at / 64 % MAP_WORDS] |= UINT64_C(1) << at % 64;
}

/* Whether the last input reached code that no input reached before. */
static bool
new_code(void)
{
	size_t i;
	bool new;

	new = false;
	for (i = 0; i < MAP_WORDS; i++)
		if (map[i] & ~known[i]) {
			known[i] |= map[i];
			new = true;
		}
	return new;
}

/* Writes the running input and tells its seed; safe in a signal handler. */
static void
report(void)
{
	char path[4096], line[4400];
	int fd, n;

	if (reported || now_data == NULL)
		return;
	reported = 1;
	snprintf(path, sizeof(path), "%s/crash-%s-%llu-%llu", folder, program,
	    (unsigned long long)seed, (unsigned long long)runs);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd != -1) {
		if (write(fd, now_data, now_len) == -1)
			path[0] = '\0';
		close(fd);
	}
	n = snprintf(line, sizeof(line),
	    "\n%s: failed with seed %llu, run %llu, %zu bytes, kept in %s\n",
	    program, (unsigned long long)seed, (unsigned long long)runs,
	    now_len, path);
	if (n > 0 && write(STDERR_FILENO, line, (size_t)n) == -1)
		_exit(70);
}

static void
on_signal(int number)
{
	static const char hang[] = "fuzz: an input took too long\n";

	if (number == SIGALRM &&
	    write(STDERR_FILENO, hang, sizeof(hang) - 1) == -1)
		_exit(70);
	report();
	signal(number, SIG_DFL);
	if (number == SIGALRM)
		_exit(1);
	raise(number);
}

static void
watch(void)
{
	/* The sanitizers have handlers of their own and call back instead. */
	if (__sanitizer_set_death_callback != NULL)
		__sanitizer_set_death_callback(report);
	else {
		signal(SIGSEGV, on_signal);
		signal(SIGBUS, on_signal);
		signal(SIGFPE, on_signal);
		signal(SIGILL, on_signal);
	}
	signal(SIGABRT, on_signal);
	signal(SIGALRM, on_signal);
}

static void
run(const uint8_t *data, size_t len)
{
	uint8_t *copy;

	/* An exact copy, so that reading past its end is seen. */
	copy = malloc(len > 0 ? len : 1);
	if (copy == NULL)
		err(1, "malloc");
	memcpy(copy, data, len);
	now_data = copy;
	now_len = len;
	runs++;
	memset(map, 0, sizeof(map));
	alarm(HANG_SECONDS);
	LLVMFuzzerTestOneInput(copy, len);
	alarm(0);
	now_data = NULL;
	free(copy);
}

static void
keep(const uint8_t *data, size_t len)
{
	struct input *in;

	if (corpus_count == CORPUS_MAX)
		return;
	in = &corpus[corpus_count];
	in->data = malloc(len > 0 ? len : 1);
	if (in->data == NULL)
		err(1, "malloc");
	memcpy(in->data, data, len);
	in->len = len;
	corpus_count++;
}

static void
load_file(const char *path)
{
	uint8_t *data;
	size_t len;
	FILE *file;

	data = malloc(input_max);
	file = fopen(path, "rb");
	if (data == NULL || file == NULL)
		err(1, "%s", path);
	len = fread(data, 1, input_max, file);
	fclose(file);
	keep(data, len);
	free(data);
}

static void
load(const char *path)
{
	struct dirent **entry;
	struct stat st;
	char *inner;
	int i, n;

	if (stat(path, &st) == -1)
		err(1, "%s", path);
	if (S_ISREG(st.st_mode))
		load_file(path);
	if (!S_ISDIR(st.st_mode))
		return;
	n = scandir(path, &entry, NULL, alphasort);
	if (n == -1)
		err(1, "%s", path);
	for (i = 0; i < n; i++) {
		if (entry[i]->d_name[0] != '.') {
			if (asprintf(&inner, "%s/%s", path,
			    entry[i]->d_name) == -1)
				err(1, "malloc");
			load(inner);
			free(inner);
		}
		free(entry[i]);
	}
	free(entry);
}

/* SplitMix64: every seed gives the same run everywhere. */
static uint64_t state;

static uint64_t
draw(void)
{
	uint64_t z;

	z = (state += UINT64_C(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static size_t
below(size_t n)
{
	return n == 0 ? 0 : (size_t)(draw() % n);
}

static const char *const tokens[] = {
	"{", "}", "[", "]", "\"", ":", ",", "\\u0000", "\\ud800", "null",
	"true", "-0", "1e999", "9223372036854775808", "\xef\xbb\xbf", "\xff",
	"\xc0\x80", "\xe2\x80\xae", "\xed\xa0\x80", "\r\n", "\n", "\n\n",
	"\nFrom ", ">From ", "- ", "  ", "\t", "\n  - ", "&a", "*a", "!!", "|",
	"{{", "}}", "{{#", "{{/", "{{>", "{{{", "{{=", "<", ">", "</", "<!--",
	"-->", "<script", "&#x", "&amp;", "=?utf-8?b?", "?=", "=?", "boundary=",
	"Content-Type: multipart/mixed; boundary=", "\n--", "charset=", "%",
	"(?", "(a+)+", "*", "$", "2026-02-30T24:00:60Z", "1bd", "../",
};

static size_t
put_in(uint8_t *data, size_t len, size_t at, const void *what, size_t n)
{
	if (n > input_max - len)
		n = input_max - len;
	memmove(data + at + n, data + at, len - at);
	memcpy(data + at, what, n);
	return len + n;
}

/* Changes the input in place once; returns its new length. */
static size_t
mutate(uint8_t *data, size_t len)
{
	const struct input *other;
	const char *token;
	uint8_t piece[256];
	size_t at, n;

	at = below(len + 1);
	switch (below(len == 0 ? 2 : 8)) {
	case 0:
		token = tokens[below(sizeof(tokens) / sizeof(tokens[0]))];
		return put_in(data, len, at, token, strlen(token));
	case 1:
		other = &corpus[below(corpus_count)];
		n = below(other->len < sizeof(piece) ? other->len + 1 :
		    sizeof(piece));
		memcpy(piece, other->data + below(other->len - n + 1), n);
		return put_in(data, len, at, piece, n);
	case 2:
		data[below(len)] ^= (uint8_t)(1u << below(8));
		return len;
	case 3:
		data[below(len)] = (uint8_t)draw();
		return len;
	case 4:
		n = below(len - at + 1);
		memmove(data + at, data + at + n, len - at - n);
		return len - n;
	case 5:
		return at;
	case 6:
		n = below((len - at < sizeof(piece) ? len - at :
		    sizeof(piece) - 1) + 1);
		memcpy(piece, data + at, n);
		return put_in(data, len, below(len + 1), piece, n);
	default:
		piece[0] = (uint8_t)draw();
		return put_in(data, len, at, piece, 1);
	}
}

static void
fuzz(time_t seconds)
{
	struct timespec now;
	time_t end;
	uint8_t *data;
	size_t len, times, from;

	data = malloc(input_max);
	if (data == NULL)
		err(1, "malloc");
	clock_gettime(CLOCK_MONOTONIC, &now);
	for (end = now.tv_sec + seconds; now.tv_sec < end;
	    clock_gettime(CLOCK_MONOTONIC, &now)) {
		state = seed * UINT64_C(1000003) + runs;
		from = below(corpus_count);
		len = corpus[from].len;
		memcpy(data, corpus[from].data, len);
		for (times = 1 + below(8); times > 0; times--)
			len = mutate(data, len);
		run(data, len);
		if (new_code())
			keep(data, len);
	}
	free(data);
}

int
main(int argc, char **argv)
{
	time_t seconds;
	size_t i, seeds;
	int option;

	program = strrchr(argv[0], '/');
	program = program != NULL ? program + 1 : argv[0];
	seconds = 0;
	while ((option = getopt(argc, argv, "m:o:r:s:")) != -1)
		switch (option) {
		case 'm':
			input_max = (size_t)strtoull(optarg, NULL, 10);
			break;
		case 'o':
			folder = optarg;
			break;
		case 'r':
			seed = strtoull(optarg, NULL, 10);
			break;
		case 's':
			seconds = (time_t)strtoll(optarg, NULL, 10);
			break;
		default:
			errx(64, "usage: %s [-s SECONDS] [-r SEED] [-m MAX] "
			    "[-o FOLDER] [FILE|FOLDER...]", program);
		}
	if (input_max == 0)
		errx(64, "-m must be over 0");
	keep((const uint8_t *)"", 0);
	for (; optind < argc; optind++)
		load(argv[optind]);
	watch();
	seeds = corpus_count;
	for (i = 0; i < seeds; i++) {
		run(corpus[i].data, corpus[i].len);
		new_code();
	}
	fuzz(seconds);
	printf("%s: %llu runs, %zu seeds, %zu found, seed %llu\n", program,
	    (unsigned long long)runs, seeds - 1, corpus_count - seeds,
	    (unsigned long long)seed);
	return 0;
}
