/* From argv to a verb, and from its result to an exit status. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/time.h"
#include "format/zone.h"
#include "private.h"

#define VERSION "0.1"

enum { OPT_NOW = 256, OPT_ONLY, OPT_PENDING, OPT_JSON, OPT_TSV, OPT_CSV,
	OPT_TABLE, OPT_HTML, OPT_TEXT, OPT_REJECT, OPT_STRICT, OPT_COLOR,
	OPT_REDACT, OPT_NO_REDACT };

static const char letters[] = "+d:r:no:qvhV";
static const struct option common[] = {
	{ "db", required_argument, NULL, 'd' },
	{ "rules", required_argument, NULL, 'r' },
	{ "dry-run", no_argument, NULL, 'n' },
	{ "now", required_argument, NULL, OPT_NOW },
	{ "only", no_argument, NULL, OPT_ONLY },
	{ "pending", no_argument, NULL, OPT_PENDING },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "tsv", no_argument, NULL, OPT_TSV },
	{ "csv", no_argument, NULL, OPT_CSV },
	{ "table", no_argument, NULL, OPT_TABLE },
	{ "html", no_argument, NULL, OPT_HTML },
	{ "text", no_argument, NULL, OPT_TEXT },
	{ "reject", required_argument, NULL, OPT_REJECT },
	{ "strict", no_argument, NULL, OPT_STRICT },
	{ "color", required_argument, NULL, OPT_COLOR },
	{ "redact", no_argument, NULL, OPT_REDACT },
	{ "no-redact", no_argument, NULL, OPT_NO_REDACT },
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 }
};
#define COMMON	(sizeof(common) / sizeof(*common) - 1)

/* Whether the usage has it, by its name or as a letter: [-am], [--all]. */
static bool
is_told(const char *text, const struct option *o)
{
	char name[64];
	const char *p;

	snprintf(name, sizeof(name), "--%s", o->name);
	for (p = text; (p = strstr(p, name)) != NULL; p++) {
		if (strspn(p + strlen(name),
		    "abcdefghijklmnopqrstuvwxyz-") == 0)
			return true;
	}
	for (p = text; o->val < OPT_OWN && (p = strchr(p, '-')) != NULL;
	    p++) {
		if (p > text && strchr("[ |", p[-1]) != NULL && memchr(p,
		    o->val, strspn(p + 1,
		    "abcdefghijklmnopqrstuvwxyz") + 1) != NULL)
			return true;
	}
	return false;
}

/* Options that the words leave out follow, so that completion has them. */
static void
usage_rest(FILE *out, const struct verb *v)
{
	for (const struct option *o = v->options; o != NULL &&
	    o->name != NULL; o++) {
		if (!is_told(v->usage, o))
			fprintf(out, " [--%s%s]", o->name,
			    o->has_arg == no_argument ? "" : " ...");
	}
	fputc('\n', out);
}

static void
usage(FILE *out, const char *tool, const struct verb *verbs)
{
	for (const struct verb *v = verbs; v->name != NULL; v++) {
		fprintf(out, "%s %s %s%s%s", v == verbs ? "usage:" :
		    "      ", tool, v->name, *v->usage != '\0' ? " " : "",
		    v->usage);
		usage_rest(out, v);
	}
	fprintf(out, "everywhere: [-d STORE] [-r RULES] [-n] [--now TIME] "
	    "[-o FILE] [-qv] [--only] [--pending] "
	    "[--json|--tsv|--csv|--table|--html|--text] [--reject FILE] "
	    "[--strict] [--color WHEN] [--no-redact]; man %s\n", tool);
}

static int
set_now(struct cmd *c, const char *text, const char *from, struct err *e)
{
	if (text == NULL) {
		c->now = (int64_t)time(NULL);
		return 0;
	}
	if (time_parse(text, &c->now) < 0)
		return err_set(e, ERR_USAGE, "%s '%s' is not a time such as "
		    "2026-01-31T17:00:00-08:00", from, text);
	return 0;
}

/* --reject appends, so that a run that is repeated keeps what was refused. */
static int
set_reject(struct cmd *c, const char *path, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);

	if (fd < 0 || (c->own->reject_file = fdopen(fd, "a")) == NULL)
		return err_set(e, ERR_IO, "cannot open '%s': %s", path,
		    strerror(errno));
	c->reject.file = c->own->reject_file;
	return 0;
}

/* One common option; 1 when it ends the run well (-h, -V). */
static int
take_option(struct cmd *c, int o, const char *arg, const char **rules,
    const char **now, struct err *e)
{
	switch (o) {
	case 'd':
		if (*arg == '\0')
			return err_set(e, ERR_USAGE, "-d needs a name");
		c->db = arg;
		break;
	case 'r': *rules = arg; break;
	case 'n': c->dry = true; break;
	case 'o': c->output = arg; break;
	case 'q': c->quiet = true; break;
	case 'v': c->verbose = true; break;
	case OPT_NOW: *now = arg; break;
	case OPT_ONLY: c->only = true; break;
	case OPT_PENDING: c->pending = true; break;
	case OPT_JSON: c->form = FORM_JSON; break;
	case OPT_TSV: c->form = FORM_TSV; break;
	case OPT_CSV: c->form = FORM_CSV; break;
	case OPT_TABLE: c->form = FORM_TABLE; break;
	case OPT_HTML: c->form = FORM_HTML; break;
	case OPT_TEXT: c->form = FORM_TEXT; break;
	case OPT_REJECT: return set_reject(c, arg, e);
	case OPT_STRICT: c->strict = true; break;
	case OPT_REDACT: c->no_redact = false; break;
	case OPT_NO_REDACT: c->no_redact = true; break;
	case OPT_COLOR:
		if (strcmp(arg, "auto") != 0 && strcmp(arg, "never") != 0 &&
		    strcmp(arg, "always") != 0)
			return err_set(e, ERR_USAGE,
			    "--color is auto, never or always");
		c->own->color = arg[1];
		break;
	}
	return 0;
}

/* "-2h", "-PT2H" are values: hidden from getopt, and shown again behind it. */
#define NUMBER	'\n'

static bool
is_value(const char *s)
{
	if (*s++ != '-')
		return false;
	if (*s == 'P')
		s += s[1] == 'T' ? 2 : 1;
	return *s >= '0' && *s <= '9';
}

static void
hide_numbers(struct cmd *c, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (is_value(argv[i]))
			argv[i] = arena_printf(&c->arena, "%c%s", NUMBER,
			    argv[i]);
	}
}

static char *
shown(char *arg)
{
	return arg != NULL && *arg == NUMBER ? arg + 1 : arg;
}

/* Options may stand before and behind operands, as users type them. */
static int
parse_options(struct cmd *c, const struct verb *v, int argc, char **argv,
    struct err *e)
{
	const char *rules = NULL, *now = getenv("TAI_NOW");
	const char *now_from = "TAI_NOW";
	struct option all[COMMON + 32] = { 0 };
	struct buf short_ones = BUF_INIT;
	size_t n = COMMON;
	int o;

	memcpy(all, common, COMMON * sizeof(*common));
	for (const struct option *own = v->options; own != NULL &&
	    own->name != NULL && n < COMMON + 31; own++) {
		all[n++] = *own;
		if (own->val < OPT_OWN)
			buf_printf(&short_ones, "%c%s", own->val,
			    own->has_arg != no_argument ? ":" : "");
	}
	buf_adds(&short_ones, letters + 1);
	c->db = getenv("TAI_DB");
	hide_numbers(c, argc, argv);
	optind = 0;
	opterr = 0;
	while ((o = getopt_long(argc, argv, short_ones.data, all,
	    NULL)) != -1) {
		optarg = shown(optarg);
		if (o == '?' || o == ':')
			return err_set(e, ERR_USAGE, "unknown option or "
			    "missing argument: '%s'", argv[optind - 1]);
		if (o == 'h' || o == 'V')
			return o;
		if (o >= OPT_OWN || (o < 128 && strchr(letters, o) == NULL)) {
			if (v->option(c, o, optarg, e) < 0)
				return -1;
			continue;
		}
		if (o == OPT_NOW)
			now_from = "--now";
		if (take_option(c, o, optarg, &rules, &now, e) < 0)
			return -1;
	}
	c->argc = argc - optind;
	c->argv = argv + optind;
	for (int i = 0; i < c->argc; i++)
		c->argv[i] = shown(c->argv[i]);
	if (c->db != NULL && *c->db == '\0')
		c->db = NULL;
	rules_path(c, rules);
	return set_now(c, now, now_from, e);
}

/* stdout becomes a file beside the one asked for; see finish_output. */
static int
start_output(struct cmd *c, struct err *e)
{
	struct buf name = BUF_INIT;
	struct stat st;
	int fd;

	if (c->output == NULL)
		return 0;
	/* A device or a pipe is written to, never replaced. */
	if (stat(c->output, &st) == 0 && !S_ISREG(st.st_mode)) {
		fd = open(c->output, O_WRONLY | O_CLOEXEC);
		if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
			return err_set(e, ERR_IO, "cannot write '%s': %s",
			    c->output, strerror(errno));
		close(fd);
		return 0;
	}
	buf_printf(&name, "%s.tmp-%ld", c->output, (long)getpid());
	c->own->output_tmp = arena_strdup(&c->arena, name.data);
	buf_free(&name);
	fd = open(c->own->output_tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
	    0666);
	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
		return err_set(e, ERR_IO, "cannot write '%s': %s", c->output,
		    strerror(errno));
	close(fd);
	return 0;
}

static int
finish_output(struct cmd *c, int rc, struct err *e)
{
	const char *name = c->output != NULL ? c->output : "stdout";
	int bad = 0;

	errno = 0;
	if (rc >= 0 && c->out.len > 0 &&
	    fwrite(c->out.data, 1, c->out.len, stdout) < c->out.len)
		bad = errno;
	/* A stream that failed long ago no longer knows why. */
	if (bad == 0 && (fflush(stdout) != 0 || ferror(stdout) ||
	    (c->output != NULL && rc >= 0 && fsync(STDOUT_FILENO) < 0 &&
	    errno != EINVAL && errno != EROFS)))
		bad = errno != 0 ? errno : EIO;
	if (fclose(stdout) != 0 && bad == 0)
		bad = errno;
	if (bad != 0 && rc >= 0)
		rc = err_set(e, io_kind(bad), "cannot write '%s': %s", name,
		    strerror(bad));
	if (c->own->reject_file != NULL && fclose(c->own->reject_file) != 0)
		rc = err_set(e, errno == ENOSPC ? ERR_AGAIN : ERR_IO,
		    "cannot write the reject file: %s", strerror(errno));
	if (c->own->output_tmp == NULL)
		return rc;
	/* What lacks an input does not take the place of what had it. */
	if (rc < 0 || c->own->status == ERR_IO)
		unlink(c->own->output_tmp);
	else if (rename(c->own->output_tmp, c->output) < 0)
		rc = err_set(e, ERR_IO, "cannot rename to '%s': %s",
		    c->output, strerror(errno));
	return rc;
}

static int
run_verb(struct cmd *c, const struct verb *v, struct err *e)
{
	int rc;

	if (start_output(c, e) < 0 || (!(v->needs & LATE) &&
	    cmd_open(c, v->needs, e) < 0))
		rc = -1;
	else
		rc = v->run(c, e);
	rc = finish_output(c, rc, e);
	if (c->store != NULL)
		store_close(c->store);
	return rc;
}

static const struct verb *
find_verb(const struct verb *verbs, const char *name)
{
	for (; verbs->name != NULL; verbs++) {
		if (strcmp(verbs->name, name) == 0)
			return verbs;
	}
	return NULL;
}

/*
 * The verb is the first word that is no option; it may stand behind common
 * ones (tai-ingest -d new.db records). Takes it out of argv.
 */
static const struct verb *
take_verb(const struct verb *verbs, int *argc, char **argv, bool *named)
{
	const struct verb *v;
	int o;

	optind = 0;
	opterr = 0;
	while ((o = getopt_long(*argc, argv, letters, common,
	    NULL)) != -1) {
		if (o == '?')
			return verbs;
	}
	if (optind >= *argc || (v = find_verb(verbs, argv[optind])) == NULL)
		return verbs;
	*named = true;
	memmove(&argv[optind], &argv[optind + 1],
	    (size_t)(*argc - optind) * sizeof(*argv));
	(*argc)--;
	return v;
}

/*
 * A closed standard descriptor would be taken by the next file opened. One
 * that can't be used the way it is meant keeps its place, and fails.
 */
static void
hold_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
			_exit(ERR_IO);
	}
}

int
cmd_main(const char *tool, const struct verb *verbs, int argc, char **argv)
{
	struct cmd_private own = { 0 };
	struct cmd c = { .tool = tool, .own = &own };
	struct err e = { 0 };
	bool named = false;
	const struct verb *v = take_verb(verbs, &argc, argv, &named);
	int rc;

	hold_descriptors();
	/* A limit on file sizes is a full disk, not a death. */
	signal(SIGXFSZ, SIG_IGN);
	buf_init(&c.out);
	buf_init(&own.batch);
	c.reject.tool = tool;
	c.verb = v->name;
	own.by_default = !named;
	rc = parse_options(&c, v, argc, argv, &e);
	if (rc == 'h') {
		usage(stdout, tool, verbs);
		return fclose(stdout) == 0 ? 0 : ERR_IO;
	}
	if (rc == 'V') {
		printf("%s %s\n", tool, VERSION);
		return fclose(stdout) == 0 ? 0 : ERR_IO;
	}
	if (rc < 0)
		fprintf(stderr, "%s: %s\nusage: %s %s %s (-h: all verbs)\n",
		    tool, e.text, tool, v->name, v->usage);
	else if ((rc = run_verb(&c, v, &e)) < 0 && !own.told)
		fprintf(stderr, "%s: %s\n", tool, e.text);
	/* The process ends here: what the run opened ends with it. */
	if (v->needs & DEFER)
		return rc < 0 ? ERR_AGAIN : 0;
	if (rc < 0)
		return (int)e.kind;
	if (own.status != ERR_NONE)
		return (int)own.status;
	return c.reject.count > 0 ? ERR_INPUT : rc;
}

int
cmd_missing(struct cmd *c, const char *name, const char *why, struct err *e)
{
	if (c->own->by_default && *name != '\0' &&
	    name[strspn(name, "abcdefghijklmnopqrstuvwxyz-")] == '\0')
		return err_set(e, ERR_USAGE, "no verb '%s', and no file of "
		    "that name: -h lists the verbs", name);
	return err_set(e, ERR_IO, "cannot open '%s': %s", name, why);
}

void
cmd_told(struct cmd *c)
{
	c->own->told = true;
}

void
cmd_warn(struct cmd *c, enum err_kind kind, const char *fmt, ...)
{
	struct err e = { 0 };
	char text[900];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	err_set(&e, kind, "%s", text);
	fprintf(stderr, "%s: %s\n", c->tool, e.text);
	if (kind > c->own->status)
		c->own->status = kind;
}

enum form
cmd_form(const struct cmd *c)
{
	if (c->form != FORM_AUTO)
		return c->form;
	return c->output == NULL && isatty(STDOUT_FILENO) ? FORM_TABLE :
	    FORM_JSON;
}

static int
terminal_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize w;
	int n = columns != NULL ? atoi(columns) : 0;

	if (n <= 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0)
		n = w.ws_col;
	return n >= 20 ? n : 80;
}

/* --color, then NO_COLOR (no-color.org), then whether it is a terminal. */
static bool
in_colour(const struct cmd *c)
{
	const char *no = getenv("NO_COLOR");

	if (c->own->color == 'l')	/* always */
		return true;
	return c->own->color != 'e' && (no == NULL || *no == '\0') &&
	    c->output == NULL && isatty(STDOUT_FILENO);
}

void
cmd_table(struct cmd *c, const struct table *t)
{
	enum form f = cmd_form(c);

	table_print(t, f == FORM_TSV ? TABLE_TSV : f == FORM_CSV ? TABLE_CSV :
	    f == FORM_HTML ? TABLE_HTML : in_colour(c) ? TABLE_COLOR :
	    TABLE_TEXT, terminal_width(),
	    &c->out);
}

char *
cmd_time(struct cmd *c, int64_t t, struct arena *a)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu",
		"Fri", "Sat" };
	const struct zone *z;
	struct err bad = { 0 };
	struct civil l;

	if (zone_load(&z, c->org.zone, &bad) < 0)
		return arena_strdup(a, time_format(t, arena_alloc(a,
		    TIME_TEXT)));
	l = civil_from_seconds(zone_local(z, t));
	return arena_printf(a, "%s %04d-%02d-%02d %02d:%02d %s",
	    days[l.weekday], (int)l.year, l.month, l.day, l.hour,
	    l.minute, zone_abbreviation(z, t));
}
