/* Where a server's words begin, what they are, and where they end. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "format/reporttext.h"

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

size_t
report_line(const char *s, size_t at)
{
	while (at > 0 && s[at - 1] != '\n')
		at--;
	return at;
}

/* The header of the mail it is about begins at the first of its fields. */
size_t
report_copy(const char *s, size_t len, size_t from)
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

void
report_look(struct arena *a, const char *s, size_t len,
    struct report_place *p)
{
	struct look l = { .text = s, .low = BUF_INIT };
	size_t *map = arena_alloc(a, (len + 1) * sizeof(*map)), at;

	*p = (struct report_place){ .end = len, .action = "" };
	lower(&l, s, len, map);
	if (is_read(&l))
		p->kind = "mdn";
	else if ((at = opening(&l, &p->action)) != SIZE_MAX) {
		p->kind = "dsn";
		p->begin = report_line(s, map[at]);
	}
	for (size_t i = 0; i < sizeof(copies) / sizeof(*copies); i++) {
		if ((at = find(&l, copies[i], 0)) != SIZE_MAX &&
		    map[at] < p->end && map[at] > p->begin)
			p->end = map[at];
	}
	at = report_copy(s, len, p->begin);
	if (at < p->end)
		p->end = at;
	buf_free(&l.low);
}
