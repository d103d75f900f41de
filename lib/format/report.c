#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "format/mailhead.h"
#include "format/mailvalue.h"
#include "format/mailword.h"
#include "format/report.h"

#define DIAGNOSTIC_MAX	600
#define VALUE_MAX	1000
#define STATUS_MAX	((size_t)256 << 10)	/* of a status part */
#define HEADER_MAX	((size_t)64 << 10)	/* of the mail it is about */

static char *
value(struct report *r, const struct mail_field *f, size_t most)
{
	return mail_clean(r->arena, f->value, f->len < most ? f->len : most);
}

/* "rfc822; joe@x.example" or "dns;mx.x.example (1.2.3.4)": what is behind. */
static char *
behind_type(char *s)
{
	char *semi = strchr(s, ';');

	if (semi != NULL && strcspn(s, "@ \t") >= (size_t)(semi - s))
		s = semi + 1;
	return s + strspn(s, " \t");
}

/* The address of a value, without brackets, quotes, type and comment. */
static char *
address(struct report *r, const struct mail_field *f)
{
	char *s = behind_type(value(r, f, VALUE_MAX)), *end;

	if ((end = strchr(s, '<')) != NULL)
		s = end + 1;
	s += strspn(s, "\"' <");
	s[strcspn(s, " <>(),;")] = '\0';
	end = s + strlen(s);
	while (end > s && strchr("\"'", end[-1]) != NULL)
		*--end = '\0';
	return *s != '\0' ? s : NULL;
}

/* The first word in lower case: "Failed (mailbox full)" is failed. */
static char *
word(struct report *r, const struct mail_field *f)
{
	char *s = value(r, f, VALUE_MAX);

	s[strcspn(s, " ;,(\t")] = '\0';
	for (char *p = s; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return *s != '\0' ? s : NULL;
}

struct report_recipient *
report_recipient(struct report *r)
{
	return r->n < REPORT_RECIPIENTS ? &r->to[r->n++] : NULL;
}

/* Some put the server's answer there. */
static void
take_status(struct report *r, struct report_recipient *to,
    const struct mail_field *f)
{
	char *s = value(r, f, DIAGNOSTIC_MAX);
	size_t len = strlen(s);

	if (!reason_status(s, len, to->status) &&
	    reason_code(s, len, &to->code) && to->diagnostic == NULL)
		to->diagnostic = s;
}

/* As the standard has it, whatever was put there; NULL for what is none. */
static char *
action(struct report *r, const struct mail_field *f)
{
	static const char *const known[][2] = { { "fail", "failed" },
		{ "error", "failed" }, { "perm", "failed" },
		{ "delay", "delayed" }, { "warn", "delayed" },
		{ "deliver", "delivered" }, { "relay", "relayed" },
		{ "expand", "expanded" } };
	const char *s = word(r, f);

	for (size_t i = 0; s != NULL && i < sizeof(known) / sizeof(*known);
	    i++) {
		if (strncmp(s, known[i][0], strlen(known[i][0])) == 0)
			return arena_strdup(r->arena, known[i][1]);
	}
	return NULL;
}

static void
take_diagnostic(struct report *r, struct report_recipient *to,
    const struct mail_field *f)
{
	to->diagnostic = behind_type(value(r, f, DIAGNOSTIC_MAX));
	if (*to->diagnostic == '\0')
		to->diagnostic = NULL;
}

/* A field of one recipient (RFC 3464, 2.3). */
static void
recipient_field(struct report *r, struct report_recipient *to,
    const struct mail_field *f)
{
	if (mail_field_is(f, "Final-Recipient"))
		to->recipient = address(r, f);
	else if (mail_field_is(f, "Original-Recipient"))
		to->original = address(r, f);
	else if (mail_field_is(f, "Action"))
		to->action = action(r, f);
	else if (mail_field_is(f, "Status"))
		take_status(r, to, f);
	else if (mail_field_is(f, "Diagnostic-Code"))
		take_diagnostic(r, to, f);
	else if (mail_field_is(f, "Remote-MTA"))
		to->remote = behind_type(value(r, f, VALUE_MAX));
}

static bool
begins_recipient(const struct mail_field *f, const struct report_recipient *to)
{
	if (mail_field_is(f, "Final-Recipient"))
		return to == NULL || to->recipient != NULL;
	if (mail_field_is(f, "Original-Recipient"))
		return to == NULL || to->original != NULL;
	return to == NULL && (mail_field_is(f, "Action") ||
	    mail_field_is(f, "Status"));
}

/* The next field; empty lines and what is no field are passed over. */
static bool
next_field(const char *s, size_t len, size_t *pos, struct mail_field *f)
{
	while (*pos < len) {
		size_t before = *pos;
		const char *nl;

		if (mail_next_field(s, len, pos, f))
			return true;
		if (*pos != before)
			continue;
		nl = memchr(s + *pos, '\n', len - *pos);
		*pos = nl != NULL ? (size_t)(nl - s) + 1 : len;
	}
	return false;
}

/*
 * Groups of fields: the first is of the mail, each other one of a recipient.
 * Servers forget the empty line between them, so the fields' names tell.
 */
static void
take_delivery_status(struct report *r, const char *s, size_t len)
{
	struct report_recipient *to = NULL;
	struct mail_field f;
	size_t pos = 0;

	r->kind = "dsn";
	while (next_field(s, len, &pos, &f)) {
		if (mail_field_is(&f, "Reporting-MTA"))
			r->mta = behind_type(value(r, &f, VALUE_MAX));
		if (begins_recipient(&f, to) &&
		    (to = report_recipient(r)) == NULL)
			return;
		if (to != NULL)
			recipient_field(r, to, &f);
	}
}

/* RFC 8098, 3.2: "manual-action/MDN-sent-manually; displayed". */
static void
take_disposition(struct report *r, const char *s, size_t len)
{
	struct report_recipient *to = report_recipient(r);
	struct mail_field f;
	size_t pos = 0;

	r->kind = "mdn";
	while (to != NULL && next_field(s, len, &pos, &f)) {
		if (mail_field_is(&f, "Disposition")) {
			char *what = behind_type(value(r, &f, VALUE_MAX));

			what[strcspn(what, " /,;")] = '\0';
			for (char *p = what; *p != '\0'; p++)
				*p = (char)tolower((unsigned char)*p);
			to->action = what;
		} else if (mail_field_is(&f, "Original-Message-ID"))
			r->message_id = value(r, &f, VALUE_MAX);
		else if (mail_field_is(&f, "Reporting-UA"))
			r->mta = value(r, &f, VALUE_MAX);
		else
			recipient_field(r, to, &f);
	}
}

/* RFC 5965, 3: what of whom was complained about. */
static void
take_feedback(struct report *r, const char *s, size_t len)
{
	struct report_recipient *to = report_recipient(r);
	struct mail_field f;
	size_t pos = 0;

	r->kind = "arf";
	while (to != NULL && next_field(s, len, &pos, &f)) {
		if (mail_field_is(&f, "Feedback-Type"))
			to->action = word(r, &f);
		else if (mail_field_is(&f, "Original-Rcpt-To") &&
		    to->recipient == NULL)
			to->recipient = address(r, &f);
		else if (mail_field_is(&f, "Reporting-MTA"))
			r->mta = behind_type(value(r, &f, VALUE_MAX));
	}
}

/* An answer to an invitation (RFC 5546, 3.2.3) and what it says. */
static void
take_calendar(struct report *r, const char *s, size_t len)
{
	struct report_recipient *to;
	char *text = arena_strndup(r->arena, s, len < STATUS_MAX ? len :
	    STATUS_MAX), *at;

	if (strcasestr(text, "METHOD:REPLY") == NULL ||
	    (to = report_recipient(r)) == NULL)
		return;
	r->kind = "calendar";
	to->action = arena_strdup(r->arena, "answered");
	if ((at = strcasestr(text, "PARTSTAT=")) != NULL) {
		at += strlen("PARTSTAT=");
		to->action = arena_strndup(r->arena, at,
		    strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-"));
		for (char *p = to->action; *p != '\0'; p++)
			*p = (char)tolower((unsigned char)*p);
	}
}

void
report_original(struct report *r, const char *s, size_t len)
{
	struct mail_field f;
	size_t pos = 0;

	if (len > HEADER_MAX)
		len = HEADER_MAX;
	while (len > 0 && (*s == '\n' || *s == '\r'))
		s++, len--;
	r->original = true;
	while (mail_next_field(s, len, &pos, &f)) {
		if (mail_field_is(&f, "Message-ID") && r->message_id == NULL)
			r->message_id = value(r, &f, VALUE_MAX);
		else if (mail_field_is(&f, "References"))
			r->references = value(r, &f, 16 * VALUE_MAX);
		else if (mail_field_is(&f, "In-Reply-To"))
			r->in_reply_to = value(r, &f, VALUE_MAX);
		else if (mail_field_is(&f, "Subject"))
			r->subject = mail_line(r->arena, mail_recode(r->arena,
			    value(r, &f, VALUE_MAX)));
	}
}

/* "google.com!x.example!1700000000!1700086399.zip" (RFC 7489, 7.2.1.1). */
static bool
is_dmarc(const char *name)
{
	const char *mark = strchr(name, '!');

	return mark != NULL && strchr(mark + 1, '!') != NULL &&
	    (strcasestr(mark, ".zip") != NULL ||
	    strcasestr(mark, ".gz") != NULL ||
	    strcasestr(mark, ".xml") != NULL);
}

static bool
ends(const char *s, const char *with)
{
	size_t a = strlen(s), b = strlen(with);

	return a >= b && strcmp(s + a - b, with) == 0;
}

void
report_part(struct report *r, const char *type, const char *name,
    const char *s, size_t len)
{
	const char *sub = strchr(type, '/');

	if (sub == NULL)
		return;
	if (strncmp(type, "application/tlsrpt", 18) == 0)
		r->kind = "tlsrpt";
	else if (is_dmarc(name) && r->kind == NULL)
		r->kind = "dmarc";
	if (strncmp(type, "message/", 8) != 0 &&
	    strncmp(type, "text/", 5) != 0)
		return;
	if (ends(sub, "delivery-status"))
		take_delivery_status(r, s, len < STATUS_MAX ? len :
		    STATUS_MAX);
	else if (ends(sub, "disposition-notification"))
		take_disposition(r, s, len < STATUS_MAX ? len : STATUS_MAX);
	else if (strcmp(sub, "/feedback-report") == 0)
		take_feedback(r, s, len < STATUS_MAX ? len : STATUS_MAX);
	else if (strcmp(sub, "/calendar") == 0)
		take_calendar(r, s, len);
	else if (!r->original && (strcmp(sub, "/rfc822") == 0 ||
	    strcmp(sub, "/global") == 0 || strcmp(sub, "/partial") == 0 ||
	    strncmp(sub, "/rfc822-header", 14) == 0 ||
	    strcmp(sub, "/global-headers") == 0))
		report_original(r, s, len);
}

/* The class of a status as an action. */
static const char *
action_of(const struct report_recipient *to)
{
	int class = *to->status != '\0' ? *to->status - '0' : to->code / 100;

	return class == 4 ? "delayed" : class == 2 ? "delivered" : "failed";
}

void
report_judge(struct report *r, struct report_recipient *to)
{
	const char *said = to->diagnostic != NULL ? to->diagnostic : "";
	size_t len = strlen(said);

	if (to->code == 0)
		reason_code(said, len, &to->code);
	if (*to->status == '\0')
		reason_status(said, len, to->status);
	if (to->action == NULL)
		to->action = arena_strdup(r->arena, action_of(to));
	if (strcmp(to->action, "failed") != 0 &&
	    strcmp(to->action, "delayed") != 0) {
		to->reason = NULL;
		return;
	}
	if (to->reason == NULL || strcmp(to->reason, "other") == 0)
		to->reason = reason_of(said, len, to->status, to->code);
	to->hard = strcmp(to->action, "failed") == 0 &&
	    reason_hard(to->reason, to->status, to->code);
}

/* Failures before delays before all else; else as they stand. */
static int
weight(const struct report_recipient *to)
{
	return strcmp(to->action, "failed") == 0 ? 2 :
	    strcmp(to->action, "delayed") == 0;
}

static void
worst_first(struct report *r)
{
	struct report_recipient keep;
	size_t worst = 0;

	for (size_t i = 1; i < r->n; i++) {
		if (weight(&r->to[i]) > weight(&r->to[worst]))
			worst = i;
	}
	if (worst == 0)
		return;
	keep = r->to[worst];
	memmove(&r->to[1], &r->to[0], worst * sizeof(keep));
	r->to[0] = keep;
}

/*
 * Whether to read the text for a server's words: people's mail is spared the
 * search. A name or a subject of these, or a sign in the header, will do.
 */
static bool
is_likely(const struct report_mail *m)
{
	static const char *const senders[] = { "daemon", "postmaster",
		"reply", "exchange", "mail", "bounce", "notif", "system",
		"admin", "gateway", "firewall", "delivery", "mta", "server",
		"smtp", "virus", "ndr" };
	static const char *const subjects[] = { "deliver", "return", "fail",
		"delay", "warning", "bounce", "undeliv", "read", "receipt",
		"reject", "block" };

	if (m->machine || m->type != NULL || m->failed != NULL)
		return true;
	for (size_t i = 0; m->from != NULL &&
	    i < sizeof(senders) / sizeof(*senders); i++) {
		if (strcasestr(m->from, senders[i]) != NULL)
			return true;
	}
	for (size_t i = 0; m->subject != NULL &&
	    i < sizeof(subjects) / sizeof(*subjects); i++) {
		if (strcasestr(m->subject, subjects[i]) != NULL)
			return true;
	}
	return false;
}

void
report_end(struct report *r, const struct report_mail *m)
{
	bool dsn;

	if (r->kind == NULL && m->type != NULL &&
	    strcasecmp(m->type, "tlsrpt") == 0)
		r->kind = "tlsrpt";
	if ((r->kind == NULL && is_likely(m)) || (r->kind != NULL &&
	    strcmp(r->kind, "dsn") == 0 && (r->n == 0 ||
	    !report_is_address(r->to[0].recipient))))
		report_text(r, m);
	if (r->kind == NULL && (m->failed != NULL || (m->type != NULL &&
	    (*m->type == '\0' || strcasecmp(m->type, "delivery-status") == 0))))
		r->kind = "dsn";
	else if (r->kind == NULL && m->type != NULL &&
	    strcasecmp(m->type, "disposition-notification") == 0)
		r->kind = "mdn";
	else if (r->kind == NULL && m->type != NULL &&
	    strcasecmp(m->type, "feedback-report") == 0)
		r->kind = "arf";
	if (r->kind == NULL)
		return;
	dsn = strcmp(r->kind, "dsn") == 0;
	if (dsn && r->n == 0)
		report_recipient(r);
	if (dsn && r->to[0].recipient == NULL && m->failed != NULL)
		r->to[0].recipient = arena_strndup(r->arena, m->failed,
		    strcspn(m->failed, " ,;"));
	for (size_t i = 0; dsn && i < r->n; i++)
		report_judge(r, &r->to[i]);
	if (dsn)
		worst_first(r);
	if (r->message_id == NULL && m->in_reply_to != NULL)
		r->message_id = arena_strdup(r->arena, m->in_reply_to);
}
