/* tai-ingest mbox: mailboxes in one file each. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/time.h"
#include "format/mbox.h"
#include "ingest.h"

/* The time at the end of "From a@b Thu Nov  1 11:19:12 2001", taken as UTC. */
static int64_t
from_line_time(const char *line, int64_t otherwise)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const char *m;
	struct civil t = { 0 };
	char name[4];
	int year;

	for (const char *p = line; (p = strchr(p, ' ')) != NULL; p++) {
		if (sscanf(p, " %*3[A-Za-z] %3[A-Za-z] %d %d:%d:%d %d", name,
		    &t.day, &t.hour, &t.minute, &t.second, &year) != 6 ||
		    (m = strstr(months, name)) == NULL)
			continue;
		t.month = (int)(m - months) / 3 + 1;
		t.year = year;
		if (strlen(name) == 3 && (m - months) % 3 == 0 && year > 1970 &&
		    year < 10000 && t.day >= 1 &&
		    t.day <= days_in_month(year, t.month) && t.hour >= 0 &&
		    t.hour < 24 && t.minute >= 0 && t.minute < 60 &&
		    t.second >= 0 && t.second < 60)
			return civil_to_seconds(&t);
	}
	return otherwise;
}

static int
ingest_file(struct cmd *c, struct intake *in, int fd, const char *name,
    struct err *e)
{
	struct mbox_reader r;
	const char *mail;
	size_t len;
	int rc = 0;

	mbox_open(&r, fd, name);
	while (rc == 0) {
		struct err bad = { 0 };
		int got = mbox_next(&r, &mail, &len, &bad);

		if (got == 0)
			break;
		if (got == 1) {
			rc = intake_add(in, mail, len, name, r.line,
			    from_line_time(r.from.data, c->now), e);
			continue;
		}
		if (bad.kind == ERR_INPUT)
			intake_reject(in, name, r.line, bad.text);
		if (bad.kind != ERR_INPUT || c->strict) {
			*e = bad;
			rc = -1;
		}
	}
	mbox_close(&r);
	return rc;
}

int
ingest_mbox(struct cmd *c, struct err *e)
{
	struct intake *in;
	int rc;

	if (c->argc == 0 && isatty(STDIN_FILENO))
		return err_set(e, ERR_USAGE, "mbox needs files, or a mailbox "
		    "on stdin");
	rc = intake_open(&in, c, 2, e);
	if (rc == 0 && c->argc == 0)
		rc = ingest_file(c, in, STDIN_FILENO, "stdin", e);
	for (int i = 0; rc == 0 && i < c->argc; i++) {
		bool in_stdin = strcmp(c->argv[i], "-") == 0;
		int fd = in_stdin ? STDIN_FILENO :
		    open(c->argv[i], O_RDONLY | O_CLOEXEC);

		if (fd < 0) {
			cmd_warn(c, ERR_IO, "cannot open '%s': %s", c->argv[i],
			    strerror(errno));
			continue;
		}
		rc = ingest_file(c, in, fd, c->argv[i], e);
		if (!in_stdin)
			close(fd);
	}
	if (rc == 0)
		rc = intake_finish(in, e);
	intake_close(in);
	return rc;
}
