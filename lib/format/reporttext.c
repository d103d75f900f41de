/* Bounces and receipts of servers that write for people only. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "format/report.h"

#define LOOK	((size_t)64 << 10)	/* a server comes to the point */
#define DIAGNOSTIC_MAX	600

/*
 * How servers begin, in lower case and with one space for any blank: what
 * names only some of them comes before what many say. The action "" is told
 * by the status.
 */
static const struct {
	const char *said, *action;
} openings[] = {
	/* Late, and only that; these servers also say the words below. */
	{ "this is a warning only", "delayed" },
	{ "this is a warning message only", "delayed" },
	{ "you do not need to resend your message", "delayed" },
	{ "no action is required on your part. delivery attempts", "delayed" },
	{ "has not yet been delivered", "delayed" },
	{ "not yet been delivered to", "delayed" },
	{ "delivery is delayed to these recipients", "delayed" },
	{ "delivery to the following recipients has been delayed",
	    "delayed" },
	{ "delivery to the following recipient has been delayed", "delayed" },
	{ "there was a temporary problem delivering your message",
	    "delayed" },
	{ "** delivery incomplete **", "delayed" },
	{ "will retry for", "delayed" },
	{ "had transient non-fatal errors", "delayed" },
	{ "had delivery problems", "delayed" },
	{ "message has been delayed", "delayed" },
	{ "could not be delivered yet", "delayed" },
	{ "will be retried", "delayed" },
	{ "still being retried", "delayed" },
	{ "had permanent fatal errors", "failed" },
	{ "had permanent fatal delivery errors", "failed" },
	{ "this is the qmail-send program", "failed" },
	{ "i wasn't able to deliver your message", "failed" },
	{ "i've given up", "failed" },
	{ "this is the mail system at host", "failed" },
	{ "this is the postfix program at host", "failed" },
	{ "this is the mail delivery agent at", "failed" },
	{ "this message was created automatically by mail delivery software",
	    "failed" },
	{ "a message that you sent could not be delivered", "failed" },
	{ "the following address(es) failed", "failed" },
	{ "the following address failed", "failed" },
	{ "transcript of session follows", "" },
	{ "----- transcript of session", "" },
	{ "did not reach some or all of the intended recipients", "failed" },
	{ "did not reach the following recipient", "failed" },
	{ "the following recipient(s) could not be reached", "failed" },
	{ "the following recipient(s) cannot be reached", "failed" },
	{ "delivery has failed to these recipients", "failed" },
	{ "delivery to the following recipients failed", "failed" },
	{ "delivery to the following recipient failed", "failed" },
	{ "delivery to these recipients", "failed" },
	{ "delivery failed for the following", "failed" },
	{ "** address not found **", "failed" },
	{ "** message not delivered **", "failed" },
	{ "** message blocked **", "failed" },
	{ "** message too large **", "failed" },
	{ "** recipient inbox full **", "failed" },
	{ "** delivery failed **", "failed" },
	{ "your message wasn't delivered to", "failed" },
	{ "your message couldn't be delivered", "failed" },
	{ "your message to", "" },
	{ "we were unable to deliver your message", "failed" },
	{ "unable to deliver message to the following", "failed" },
	{ "unable to deliver your message", "failed" },
	{ "was not delivered to", "failed" },
	{ "was not delivered", "failed" },
	{ "not been delivered", "failed" },
	{ "could not be delivered", "failed" },
	{ "couldn't be delivered", "failed" },
	{ "cannot be delivered", "failed" },
	{ "can't be delivered", "failed" },
	{ "was undeliverable", "failed" },
	{ "is undeliverable", "failed" },
	{ "undeliverable message", "failed" },
	{ "failed to deliver", "failed" },
	{ "message delivery failed", "failed" },
	{ "delivery failed", "failed" },
	{ "delivery has failed", "failed" },
	{ "failed recipients", "failed" },
	{ "failed recipient:", "failed" },
	{ "failed addresses follow", "failed" },
	{ "undeliverable address:", "failed" },
	{ "undeliverable to", "failed" },
	{ "could not deliver", "failed" },
	{ "couldn't deliver", "failed" },
	{ "unable to deliver message to", "failed" },
	{ "unable to deliver mail", "failed" },
	{ "message not delivered", "failed" },
	{ "encountered delivery problems", "failed" },
	{ "error has occurred while attempting to deliver", "failed" },
	{ "has been postponed", "delayed" },
	{ "was blocked by our", "failed" },
	{ "has been blocked", "failed" },
	{ "your message was rejected", "failed" },
	{ "your message has been rejected", "failed" },
	{ "your email was rejected", "failed" },
	{ "returned mail", "failed" },
	{ "delivery status notification", "" },
	{ "konnte nicht zugestellt werden", "failed" },
	{ "nicht zugestellt werden konnte", "failed" },
	{ "n'a pas pu \xc3\xaatre remis", "failed" },
	{ "n'a pas pu \xc3\xaatre distribu", "failed" },
	{ "no se pudo entregar", "failed" },
	{ "no se ha podido entregar", "failed" },
	{ "non \xc3\xa8 stato possibile recapitare", "failed" },
	{ "impossibile recapitare", "failed" },
	{ "n\xc3\xa3o foi poss\xc3\xadvel entregar", "failed" },
	{ "kon niet worden bezorgd", "failed" },
	{ "kan niet worden bezorgd", "failed" },
	{ "nie mo\xc5\xbcna dostarczy", "failed" },
	{ "kunde inte levereras", "failed" },
	{ "\xd0\xbd\xd0\xb5 \xd0\xbc\xd0\xbe\xd0\xb6\xd0\xb5\xd1\x82 "
	    "\xd0\xb1\xd1\x8b\xd1\x82\xd1\x8c \xd0\xb4\xd0\xbe\xd1\x81"
	    "\xd1\x82\xd0\xb0\xd0\xb2\xd0\xbb\xd0\xb5\xd0\xbd\xd0\xbe",
	    "failed" },
	{ "\xe9\x85\x8d\xe4\xbf\xa1\xe3\x81\xa7\xe3\x81\x8d", "failed" },
	{ "\xe9\x80\x80\xe4\xbf\xa1", "failed" },
	{ "\xe6\x97\xa0\xe6\xb3\x95\xe6\x8a\x95\xe9\x80\x92", "failed" },
	/* Delivered, and a receipt was wanted. */
	{ "was successfully delivered to", "delivered" },
	{ "successfully delivered to the following", "delivered" },
	{ "your message has been successfully delivered", "delivered" },
	{ "successfully relayed to the following", "relayed" },
	{ "delivery to these recipients or groups is complete", "relayed" },
};

/* What stands before a copy of the mail, or of its header. */
static const char *const copies[] = {
	"below this line is a copy of the message",
	"this is a copy of the message", "this is a copy of your message",
	"original message headers", "----- original message -----",
	"----- original message header", "-----original message-----",
	"unsent message follows", "unsent message below",
	"message header follows", "header of the original message",
	"headers of the original message", "message headers follow",
	"your message follows", "----- message header", "included message",
	"original message follows", "the original message is below",
	"returned message follows", "message text follows",
};

/* Addresses of these are nobody that a mail was for. */
static const char *const daemons[] = { "mailer-daemon", "postmaster",
	"mail-daemon", "abuse", "support-no-reply" };

struct look {
	const char *text;	/* as it stands */
	size_t len;
	struct buf low;		/* in lower case, as long, blanks as spaces */
};

static size_t
find(const struct look *l, const char *said, size_t from)
{
	const char *at = from < l->len ?
	    strstr(l->low.data + from, said) : NULL;

	return at != NULL ? (size_t)(at - l->low.data) : SIZE_MAX;
}

/*
 * One space for every run of blanks, so that wrapped lines match; the map
 * tells where in the text each byte stands.
 */
static void
lower(struct look *l, const char *s, size_t len, size_t *map)
{
	bool blank = false;

	for (size_t i = 0; i < len; i++) {
		char c = (char)tolower((unsigned char)s[i]);

		if (i + 2 < len && memcmp(s + i, "\xe2\x80\x99", 3) == 0) {
			map[l->low.len] = i;
			buf_addc(&l->low, '\'');
			i += 2;
			blank = false;
			continue;
		}
		if (c == '\n' || c == '\t' || c == ' ') {
			if (blank)
				continue;
			c = ' ';
		}
		blank = c == ' ';
		map[l->low.len] = i;
		buf_addc(&l->low, c);
	}
	map[l->low.len] = len;
	l->len = l->low.len;
}

/* Where the server begins, in the text; SIZE_MAX when it is none. */
static size_t
opening(const struct look *l, const char **action)
{
	for (size_t i = 0; i < sizeof(openings) / sizeof(*openings); i++) {
		size_t at = find(l, openings[i].said, 0);

		/* Widely used words count only where servers write them. */
		if (at == SIZE_MAX || at > 3000)
			continue;
		*action = openings[i].action;
		return at;
	}
	return SIZE_MAX;
}

static bool
address_char(char c)
{
	return isalnum((unsigned char)c) || (c != '\0' &&
	    strchr("!#$%&'*+/=?^_`{|}~.-", c) != NULL) ||
	    (unsigned char)c >= 0x80;
}

static bool
is_same(const char *address, const char *s, size_t len)
{
	return address != NULL && strlen(address) == len &&
	    strncasecmp(address, s, len) == 0;
}

/*
 * The address around an @; false when it is none, or that of who sent the
 * report or got it.
 */
static bool
around(const char *s, size_t len, size_t at, const struct report_mail *m,
    size_t *from, size_t *to)
{
	const char *is;
	size_t n;

	*from = at;
	*to = at + 1;
	while (*from > 0 && address_char(s[*from - 1]))
		(*from)--;
	while (*to < len && (isalnum((unsigned char)s[*to]) || s[*to] == '-' ||
	    s[*to] == '.' || (unsigned char)s[*to] >= 0x80))
		(*to)++;
	while (*to > at && strchr(".-", s[*to - 1]) != NULL)
		(*to)--;
	while (*from < at && s[*from] == '\'')
		(*from)++;
	/* "dda:SMTP=jo@x.example", "mailto=..." */
	if ((is = memchr(s + *from, '=', at - *from)) != NULL &&
	    (size_t)(is - s) >= *from + 4 &&
	    (strncasecmp(is - 4, "smtp", 4) == 0 ||
	    strncasecmp(is - 4, "lto", 3) == 0))
		*from = (size_t)(is - s) + 1;
	n = at - *from;
	if (n == 0 || n > 64 || *to <= at + 1 ||
	    memchr(s + at, '.', *to - at) == NULL ||
	    memmem(s + *from, n, "//", 2) != NULL)
		return false;
	for (size_t i = 0; i < sizeof(daemons) / sizeof(*daemons); i++) {
		if (strlen(daemons[i]) == n &&
		    strncasecmp(daemons[i], s + *from, n) == 0)
			return false;
	}
	return !is_same(m->from, s + *from, *to - *from) &&
	    !is_same(m->to, s + *from, *to - *from);
}

static size_t
line_start(const char *s, size_t at)
{
	while (at > 0 && s[at - 1] != '\n')
		at--;
	return at;
}

/* Whether the line that holds the byte is a field of a mail. */
static bool
in_field(const char *s, size_t at)
{
	static const char *const names[] = { "From:", "Message-ID:", "Sender:",
		"References:", "In-Reply-To:", "Return-Path:", "Subject:",
		"Reply-To:", "MAIL FROM:", ">>> MAIL F" };
	size_t start = line_start(s, at);

	while (s[start] == ' ' || s[start] == '\t')
		start++;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strncasecmp(s + start, names[i], strlen(names[i])) == 0)
			return true;
	}
	return false;
}

static bool
find_address(const char *s, size_t start, size_t len,
    const struct report_mail *m, size_t *from, size_t *to)
{
	for (size_t i = start; i < len; i++) {
		if (s[i] == '@' && !in_field(s, i) &&
		    around(s, len, i, m, from, to))
			return true;
	}
	return false;
}

/* The end of the lines up to an empty one. */
static size_t
paragraph(const char *s, size_t at, size_t len)
{
	while (at < len) {
		const char *nl = memchr(s + at, '\n', len - at);
		size_t next = nl != NULL ? (size_t)(nl - s) + 1 : len, i;

		for (i = next; i < len && (s[i] == ' ' || s[i] == '\t'); i++)
			continue;
		if (nl == NULL || i >= len || s[i] == '\n')
			return nl != NULL ? (size_t)(nl - s) : len;
		at = next;
	}
	return len;
}

static char *
one_line(struct arena *a, const char *s, size_t len)
{
	char *out = arena_alloc(a, len + 1), *to = out;

	for (size_t i = 0; i < len; i++) {
		char c = s[i] == '\n' || s[i] == '\t' ? ' ' : s[i];

		if (c != ' ' || (to > out && to[-1] != ' '))
			*to++ = c;
	}
	while (to > out && to[-1] == ' ')
		to--;
	*to = '\0';
	return out;
}

/* Cut at a character. */
static void
cut(char *s, size_t most)
{
	size_t len = strlen(s);

	if (len <= most)
		return;
	while (most > 0 && ((unsigned char)s[most] & 0xc0) == 0x80)
		most--;
	s[most] = '\0';
}

static bool
has_code(const char *s, size_t len)
{
	char status[STATUS_TEXT];
	int code;

	return reason_status(s, len, status) || reason_code(s, len, &code);
}

/* From the line with the first code on, to the end of its paragraph. */
static char *
coded(struct report *r, const char *s, size_t start, size_t end)
{
	for (size_t at = start; at < end;) {
		const char *nl = memchr(s + at, '\n', end - at);
		size_t next = nl != NULL ? (size_t)(nl - s) + 1 : end;

		if (has_code(s + at, next - at))
			return one_line(r->arena, s + at,
			    paragraph(s, at, end) - at);
		at = next;
	}
	return NULL;
}

/* What stands behind the words by which servers quote others. */
static char *
quoted(struct report *r, const char *s, size_t start, size_t end)
{
	static const char *const words[] = { "response was:",
		"remote server was:", "server returned was:", "because:",
		"reason:", "server said:", "error was:" };
	char *text = arena_strndup(r->arena, s + start, end - start);

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		char *at = strcasestr(text, words[i]);

		if (at == NULL)
			continue;
		at += strlen(words[i]);
		at += strspn(at, " \t\n");
		return one_line(r->arena, at, paragraph(at, 0, strlen(at)));
	}
	return NULL;
}

/*
 * What the server said: behind the address the lines with a code, or what it
 * quotes, else what follows the address.
 */
static char *
diagnostic(struct report *r, const char *s, size_t from, size_t to,
    size_t end)
{
	char *said = coded(r, s, to, end);

	if (said == NULL)
		said = coded(r, s, from, to);
	if (said == NULL)
		said = quoted(r, s, to, end);
	while (said == NULL && to < end) {
		size_t stop;

		while (to < end && strchr(" \t\n>:)\"',;.]", s[to]) != NULL)
			to++;
		stop = paragraph(s, to, end);
		said = one_line(r->arena, s + to, stop - to);
		/* "was not delivered to x because:" and then the reason. */
		if (strlen(said) < 12 && stop < end)
			said = NULL;
		to = stop;
	}
	if (said == NULL)
		return NULL;
	said += strspn(said, " >:)\"',;.]-=*");
	cut(said, DIAGNOSTIC_MAX);
	return *said != '\0' ? said : NULL;
}

/* The header of the mail it is about begins at the first of its fields. */
static size_t
copy_of_header(const char *s, size_t len, size_t from)
{
	static const char *const names[] = { "Received:", "Return-Path:",
		"Message-ID:", "DKIM-Signature:", "MIME-Version:", "X-Mailer:",
		"Delivered-To:" };

	for (size_t at = from; at < len;) {
		const char *nl = memchr(s + at, '\n', len - at);
		size_t next = nl != NULL ? (size_t)(nl - s) + 1 : len;
		size_t i = at;

		while (i < next && strchr(" \t>|", s[i]) != NULL)
			i++;
		for (size_t k = 0; k < sizeof(names) / sizeof(*names); k++) {
			if (strncasecmp(s + i, names[k],
			    strlen(names[k])) == 0)
				return at;
		}
		at = next;
	}
	return len;
}

/* Without the "> " or blanks that some servers put before each line. */
static void
take_copy(struct report *r, const char *s, size_t len)
{
	struct buf b = BUF_INIT;
	size_t skip = strspn(s, " \t>|"), from = 0;

	if (len > LOOK)
		len = LOOK;
	while (from < len) {
		const char *nl = memchr(s + from, '\n', len - from);
		size_t next = nl != NULL ? (size_t)(nl - s) + 1 : len;
		size_t i = from;

		while (i < next && i - from < skip &&
		    strchr(" \t>|", s[i]) != NULL)
			i++;
		if (i == from && skip > 0 && s[i] == '\n')
			break;
		buf_add(&b, s + i, next - i);
		from = next;
	}
	report_original(r, b.data, b.len);
	buf_free(&b);
}

/* "Your message was read on ...": a receipt without the standard. */
static bool
is_read(const struct look *l)
{
	static const char *const words[] = { "was read on", "wurde gelesen am",
		"has been read by", "was displayed on", "return receipt for",
		"a \xc3\xa9t\xc3\xa9 lu le", "wurde am folgenden datum gelesen",
		"this is a receipt for the mail you sent" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (find(l, words[i], 0) < 1500)
			return true;
	}
	return false;
}

/* The next address that begins a line: another recipient. */
static bool
next_recipient(const char *s, size_t start, size_t end,
    const struct report_mail *m, size_t *from, size_t *to)
{
	for (size_t at = start; find_address(s, at, end, m, from, to);
	    at = *to) {
		size_t i = *from;

		while (i > start && strchr(" \t<*-(\"'", s[i - 1]) != NULL)
			i--;
		if (i > start && s[i - 1] == '\n' && (*to == end ||
		    strchr(" \t\n>:)\"',;(", s[*to]) != NULL))
			return true;
	}
	return false;
}

static bool
has_recipient(const struct report *r, const char *s, size_t len)
{
	for (size_t i = 0; i < r->n; i++) {
		if (is_same(r->to[i].recipient, s, len))
			return true;
	}
	return false;
}

/* When the words tell no reason, all that is around them may. */
static void
say(struct report_recipient *to, char *said, const char *s, size_t len)
{
	to->diagnostic = said;
	if (said == NULL || strcmp(reason_of(said, strlen(said), "", 0),
	    "other") == 0)
		to->reason = reason_of(s, len, "", 0);
}

/* The addresses behind the first one that have lines of their own. */
static void
take_others(struct report *r, const struct report_mail *m, size_t start,
    size_t end, const char *action)
{
	const char *s = m->text;
	size_t from, to, next, ignored;

	while (next_recipient(s, start, end, m, &from, &to)) {
		struct report_recipient *other;

		start = to;
		if (has_recipient(r, s + from, to - from))
			continue;
		if ((other = report_recipient(r)) == NULL)
			return;
		if (!next_recipient(s, to, end, m, &next, &ignored))
			next = end;
		other->recipient = arena_strndup(r->arena, s + from,
		    to - from);
		if (*action != '\0')
			other->action = arena_strdup(r->arena, action);
		say(other, diagnostic(r, s, to, to, next), s + to,
		    next - to);
	}
}

static void
take_words(struct report *r, const struct report_mail *m, size_t begin,
    size_t end, const char *action)
{
	struct report_recipient *to = r->n > 0 ? &r->to[0] :
	    report_recipient(r);
	const char *s = m->text;
	size_t from, behind, next = end, ignored;
	bool found;

	if (end < begin)
		end = begin;
	found = find_address(s, begin, end, m, &from, &behind) ||
	    find_address(s, 0, end, m, &from, &behind);
	if (!found)
		from = behind = begin;
	else {
		to->recipient = arena_strndup(r->arena, s + from,
		    behind - from);
		if (!next_recipient(s, behind, end, m, &next, &ignored) ||
		    is_same(to->recipient, s + next, ignored - next))
			next = end;
	}
	if (to->action == NULL && *action != '\0')
		to->action = arena_strdup(r->arena, action);
	if (m->failed != NULL)
		to->recipient = arena_strndup(r->arena, m->failed,
		    strcspn(m->failed, " ,;"));
	if (to->diagnostic == NULL)
		say(to, diagnostic(r, s, begin < from ? begin : from,
		    behind, next), s + begin, next > begin ? next - begin : 0);
	if (found && m->failed == NULL)
		take_others(r, m, behind, end, action);
}

bool
report_by_server(const char *from)
{
	static const char *const names[] = { "mailer-daemon", "postmaster",
		"mdaemon", "mail-daemon", "mailerdaemon" };

	for (size_t i = 0; from != NULL && i < sizeof(names) / sizeof(*names);
	    i++) {
		size_t n = strlen(names[i]);

		if (strncasecmp(from, names[i], n) == 0 &&
		    (from[n] == '@' || from[n] == '\0'))
			return true;
	}
	return false;
}

/* A server's mail without any of the openings that names a mailbox. */
static bool
is_terse(const struct report_mail *m, size_t len)
{
	size_t from, to;

	return report_by_server(m->from) &&
	    find_address(m->text, 0, len, m, &from, &to) &&
	    (has_code(m->text, len) || strcmp(reason_of(m->text, len, "", 0),
	    "other") != 0);
}

/* What the text is, and where it begins; where the copy of the mail is. */
static const char *
recognise(struct report *r, const struct report_mail *m, size_t len,
    size_t *begin, size_t *end, const char **action)
{
	struct look l = { .text = m->text, .low = BUF_INIT };
	size_t *map = arena_alloc(r->arena, (len + 1) * sizeof(*map)), at;
	const char *kind = NULL;

	*end = len;
	lower(&l, m->text, len, map);
	if (is_read(&l))
		kind = "mdn";
	else if ((*begin = opening(&l, action)) != SIZE_MAX) {
		kind = "dsn";
		*begin = line_start(m->text, map[*begin]);
	} else
		*begin = 0;
	for (size_t i = 0; i < sizeof(copies) / sizeof(*copies); i++) {
		if ((at = find(&l, copies[i], 0)) != SIZE_MAX &&
		    map[at] < *end && map[at] > *begin)
			*end = map[at];
	}
	at = copy_of_header(m->text, len, *begin);
	if (at < *end)
		*end = at;
	if (kind == NULL && is_terse(m, *end)) {
		kind = "dsn";
		*action = "failed";
	}
	buf_free(&l.low);
	return kind;
}

bool
report_text(struct report *r, const struct report_mail *m)
{
	size_t len = m->len < LOOK ? m->len : LOOK, begin = 0, end, at;
	const char *action = "";
	const char *kind = recognise(r, m, len, &begin, &end, &action);

	if (r->kind != NULL) {
		if (kind != NULL && strcmp(kind, "dsn") == 0)
			take_words(r, m, begin, end, action);
		return true;
	}
	if (kind == NULL)
		return false;
	r->kind = kind;
	r->told = true;
	at = copy_of_header(m->text, m->len, begin);
	if (at < m->len)
		take_copy(r, m->text + at, m->len - at);
	if (strcmp(kind, "dsn") == 0)
		take_words(r, m, begin, end, action);
	return true;
}
