/* tai-ingest mbox: mailboxes in one file each, in folders and archives. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/time.h"
#include "format/bundle.h"
#include "format/mbox.h"
#include "ingest.h"

/* What mail programs and exports keep beside the mail. */
static bool
is_index(const char *name)
{
	static const char *const endings[] = { ".msf", ".dat", ".toc", ".snm",
		".cmeta", ".ibex.index", ".ibex.index.data", ".ev-summary",
		".ev-summary-meta", ".lock", ".plist", ".html", ".css", ".js",
		".json", ".xml", ".csv", ".pdf", ".png", ".jpg", ".gif",
		".ics", ".vcf" };
	static const char *const names[] = { "table_of_contents",
		".mh_sequences", ".xmhcache", ".uidvalidity", ".subscriptions",
		".imap.index", "mbox.lock", "popstate.dat" };
	const char *last = strrchr(name, '/');
	size_t len;

	last = last != NULL ? last + 1 : name;
	len = strlen(last);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(last, names[i]) == 0)
			return true;
	}
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		size_t n = strlen(endings[i]);

		if (len > n && strcmp(last + len - n, endings[i]) == 0)
			return true;
	}
	return strncmp(last, "dovecot", 7) == 0;
}

/* The value of a field at a line of a header, or NULL. */
static const char *
field(const char *line, const char *name)
{
	size_t n = strlen(name);

	if (strncasecmp(line, name, n) != 0 || line[n] != ':')
		return NULL;
	return line + n + 1 + strspn(line + n + 1, " \t");
}

/*
 * Deleted but still in the file, or a draft: by the flags that mail programs
 * note in the header. Thunderbird's has a bit for what was deleted.
 */
static bool
is_put_aside(const char *mail)
{
	for (const char *p = mail; *p != '\0' && *p != '\n' && *p != '\r';) {
		const char *v = field(p, "X-Mozilla-Status");

		if (v != NULL && (strtoul(v, NULL, 16) & 8) != 0)
			return true;
		if ((v = field(p, "X-Status")) != NULL) {
			for (; *v != '\0' && *v != '\n'; v++) {
				if (*v == 'D' || *v == 'T')
					return true;
			}
		}
		p += strcspn(p, "\n");
		p += *p == '\n';
	}
	return false;
}

/* One mailbox, or a single message. Damage ends it; the next one is read. */
static int
ingest_source(struct cmd *c, struct intake *in, const struct source *s,
    int64_t mtime, struct err *e)
{
	struct mbox_reader r;
	const char *mail;
	size_t len;
	int rc = 0;

	mbox_open(&r, s);
	r.max = MAIL_MAX;
	while (rc == 0) {
		struct err bad = { 0 };
		int got = mbox_next(&r, &mail, &len, &bad);

		if (got == 0)
			break;
		if (got == 1 && is_put_aside(mail))
			intake_ignore(in);
		else if (got == 1)
			rc = intake_add(in, mail, len, s->name, r.line,
			    r.at != TIME_NONE ? r.at :
			    mtime != TIME_NONE ? mtime : c->now, e);
		else
			rc = intake_refuse(in, s->name, r.line, &bad, e);
	}
	mbox_close(&r);
	return rc;
}

static int
ingest_bundle(struct cmd *c, struct intake *in, struct bundle *b,
    const char *path, struct err *e)
{
	struct source s;
	int64_t mtime;
	int got, rc = 0;

	while (rc == 0) {
		struct err bad = { 0 };
		bool within;

		if ((got = bundle_next(b, &s, &mtime, &bad)) == 0)
			break;
		if (got < 0) {
			rc = intake_refuse(in, path, 0, &bad, e);
			if (bad.kind != ERR_INPUT)
				break;
			continue;
		}
		within = strcmp(s.name, path) != 0;
		if (within && is_index(s.name)) {
			intake_ignore(in);
			continue;
		}
		s.name = within ? arena_printf(&c->arena, "%s/%s", path,
		    s.name) : path;
		rc = ingest_source(c, in, &s, mtime, e);
	}
	return rc;
}

static int
ingest_operand(struct cmd *c, struct intake *in, const char *path,
    struct err *e)
{
	struct err bad = { 0 };
	struct bundle *b;
	int rc;

	if (strcmp(path, "-") == 0) {
		path = "stdin";
		rc = bundle_open_fd(&b, STDIN_FILENO, path,
		    &bundle_limits_default, e);
	} else {
		rc = bundle_open(&b, path, &bundle_limits_default, &bad);
	}
	if (rc < 0) {
		cmd_warn(c, bad.kind, "%s", bad.text);
		return 0;
	}
	rc = ingest_bundle(c, in, b, path, e);
	bundle_close(b);
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
		rc = ingest_operand(c, in, "-", e);
	for (int i = 0; rc == 0 && i < c->argc; i++)
		rc = ingest_operand(c, in, c->argv[i], e);
	if (rc == 0)
		rc = intake_finish(in, e);
	intake_close(in);
	return rc;
}
