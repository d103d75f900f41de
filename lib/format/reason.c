#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "format/reason.h"

/*
 * What servers say, in lower case, the narrow wordings before the wide ones.
 */
static const struct {
	const char *said, *reason;
} wordings[] = {
	{ "greylist", "greylisted" }, { "graylist", "greylisted" },
	{ "grey-list", "greylisted" }, { "grey list", "greylisted" },
	{ "postgrey", "greylisted" },
	{ "dmarc", "auth_failed" }, { "spf check failed", "auth_failed" },
	{ "failed spf", "auth_failed" }, { "spf fail", "auth_failed" },
	{ "spf validation", "auth_failed" },
	{ "sender policy framework", "auth_failed" },
	{ "unauthenticated", "auth_failed" },
	{ "domainkeys", "auth_failed" }, { "dkim", "auth_failed" },
	{ "spf record", "auth_failed" },
	{ "sender id (pra)", "auth_failed" },
	{ "name service error", "dns" },
	{ "host or domain name not found", "dns" },
	{ "nxdomain", "dns" }, { "domain does not exist", "dns" },
	{ "domain doesn't exist", "dns" }, { "domain not found", "dns" },
	{ "because the domain", "dns" }, { "no such domain", "dns" },
	{ "sending quota", "rate_limited" },
	{ "mailbox full", "mailbox_full" }, { "full mailbox", "mailbox_full" },
	{ "mailbox is full", "mailbox_full" },
	{ "inbox is full", "mailbox_full" }, { "inbox full", "mailbox_full" },
	{ "over quota", "mailbox_full" }, { "overquota", "mailbox_full" },
	{ "over the quota", "mailbox_full" },
	{ "exceeded quota", "mailbox_full" },
	{ "quota exceeded", "mailbox_full" },
	{ "exceeded storage", "mailbox_full" },
	{ "exceeds storage", "mailbox_full" },
	{ "out of storage", "mailbox_full" },
	{ "quotaexceeded", "mailbox_full" },
	{ "disk quota", "mailbox_full" },
	{ "exceeded his/her quota", "mailbox_full" },
	{ "exceeded their", "mailbox_full" },
	{ "exceeds allowed size", "mailbox_full" },
	{ "insufficient disk space", "mailbox_full" },
	{ "not enough disk space", "mailbox_full" },
	{ "storage allocation", "mailbox_full" },
	{ "storage limit", "mailbox_full" },
	{ "storefull", "mailbox_full" },
	{ "over its limit", "mailbox_full" },
	{ "too many messages in the mailbox", "mailbox_full" },
	{ "speicherplatz", "mailbox_full" }, { "folder is full",
	    "mailbox_full" },
	{ "quota", "mailbox_full" },
	{ "message too large", "too_large" },
	{ "message is too large", "too_large" },
	{ "message too big", "too_large" },
	{ "message size", "too_large" },
	{ "maximum size", "too_large" }, { "size limit", "too_large" },
	{ "too large", "too_large" },
	{ "larger than the current system limit", "too_large" },
	{ "exceeds fixed maximum", "too_large" },
	{ "exceeded the maximum", "too_large" },
	{ "relaying", "relay_denied" }, { "relay access", "relay_denied" },
	{ "relay not", "relay_denied" }, { "to relay", "relay_denied" },
	{ "relay denied", "relay_denied" },
	{ "relay prohibited", "relay_denied" },
	{ "not relay", "relay_denied" }, { "open relay", "relay_denied" },
	{ "not permitted to submit", "relay_denied" },
	{ "rcpthosts", "relay_denied" },
	{ "account disabled", "disabled" },
	{ "account is disabled", "disabled" },
	{ "account has been disabled", "disabled" },
	{ "account that you tried to reach is disabled", "disabled" },
	{ "account that you tried to reach is inactive", "disabled" },
	{ "account is inactive", "disabled" },
	{ "account inactive", "disabled" },
	{ "account suspended", "disabled" },
	{ "account has been suspended", "disabled" },
	{ "account is suspended", "disabled" },
	{ "mailbox disabled", "disabled" },
	{ "mailbox is disabled", "disabled" },
	{ "mailbox is inactive", "disabled" },
	{ "mailbox inactive", "disabled" },
	{ "inactive user", "disabled" }, { "inactive mailbox", "disabled" },
	{ "user disabled", "disabled" }, { "user is disabled", "disabled" },
	{ "no longer active", "disabled" },
	{ "no longer valid", "disabled" },
	{ "no longer available", "disabled" },
	{ "account expired", "disabled" }, { "account closed", "disabled" },
	{ "no longer in use", "disabled" },
	{ "has been discontinued", "disabled" },
	{ "mailbox frozen", "disabled" }, { "deactivated", "disabled" },
	{ "user unknown", "no_user" }, { "unknown user", "no_user" },
	{ "unknown recipient", "no_user" },
	{ "recipient unknown", "no_user" }, { "unknown local", "no_user" },
	{ "no such user", "no_user" }, { "no such recipient", "no_user" },
	{ "no such mailbox", "no_user" }, { "no such address", "no_user" },
	{ "no such person", "no_user" }, { "no such account", "no_user" },
	{ "nosuchuser", "no_user" }, { "no mailbox here", "no_user" },
	{ "no mailbox by that name", "no_user" },
	{ "does not exist", "no_user" },
	{ "doesn't exist", "no_user" }, { "not exist", "no_user" },
	{ "does not have an account", "no_user" },
	{ "doesn't have a", "no_user" },
	{ "user not found", "no_user" }, { "recipient not found", "no_user" },
	{ "recipnotfound", "no_user" }, { "address not found", "no_user" },
	{ "wasn't found at", "no_user" }, { "couldn't be found", "no_user" },
	{ "could not be found, or is unable", "no_user" },
	{ "not found in", "no_user" }, { "address couldn", "no_user" },
	{ "account not found", "no_user" },
	{ "mailbox not found", "no_user" },
	{ "mailbox unavailable", "no_user" },
	{ "mailbox unknown", "no_user" }, { "mailbox is unavailable",
	    "no_user" },
	{ "not listed in", "no_user" }, { "not a valid user", "no_user" },
	{ "not a valid mailbox", "no_user" },
	{ "invalid recipient", "no_user" }, { "invalid mailbox", "no_user" },
	{ "invalid address", "no_user" }, { "invalid user", "no_user" },
	{ "bad destination mailbox", "no_user" },
	{ "unrouteable address", "no_user" },
	{ "unroutable address", "no_user" },
	{ "address unknown", "no_user" }, { "unknown address", "no_user" },
	{ "recipient address rejected: access denied", "no_user" },
	{ "recipient address rejected: undeliverable", "no_user" },
	{ "not our customer", "no_user" }, { "no account", "no_user" },
	{ "user doesn", "no_user" }, { "unable to find recipient",
	    "no_user" },
	{ "no valid recipients", "no_user" },
	{ "alias could not be resolved", "no_user" },
	{ "is not a known user", "no_user" }, { "userid", "no_user" },
	{ "undeliverable address", "no_user" },
	{ "nicht gefunden", "no_user" }, { "unbekannt", "no_user" },
	{ "existiert nicht", "no_user" },
	{ "destinataire inconnu", "no_user" },
	{ "n'existe pas", "no_user" },
	{ "not known", "no_user" }, { "is not recognized", "no_user" },
	{ "address is wrong", "no_user" }, { "no final", "no_user" },
	{ "have a final", "no_user" },
	{ "looping", "loop" },
	{ "too many hops", "loop" }, { "hop count", "loop" },
	{ "forwarding loop", "loop" }, { "mail loop", "loop" },
	{ "loops back to", "loop" }, { "routing loop", "loop" },
	{ "hopcount", "loop" },
	{ "virus", "content" }, { "malware", "content" },
	{ "attachment", "content" }, { "file type", "content" },
	{ "invalid content", "content" }, { "bad header", "content" },
	{ "not rfc", "content" }, { "phish", "content" },
	{ "too many connections", "rate_limited" },
	{ "rate limit", "rate_limited" }, { "ratelimit", "rate_limited" },
	{ "rate that", "rate_limited" },
	{ "too many messages", "rate_limited" },
	{ "too many recipients", "rate_limited" },
	{ "too fast", "rate_limited" }, { "throttl", "rate_limited" },
	{ "sending limit", "rate_limited" },
	{ "exceeded the rate", "rate_limited" },
	{ "exceeds the allowed rate", "rate_limited" },
	{ "unusual rate", "rate_limited" },
	{ "spam", "blocked" }, { "blacklist", "blocked" },
	{ "black list", "blocked" }, { "block list", "blocked" },
	{ "blocklist", "blocked" }, { "denylist", "blocked" },
	{ "spamhaus", "blocked" }, { " rbl", "blocked" },
	{ "dnsbl", "blocked" }, { "barracudacentral", "blocked" },
	{ "listed at", "blocked" }, { "listed by", "blocked" },
	{ "reputation", "blocked" }, { "banned", "blocked" },
	{ "blocked", "blocked" }, { "unsolicited", "blocked" },
	{ "junk mail", "blocked" }, { "poor reputation", "blocked" },
	{ "starttls", "tls" }, { "tls ", "tls" }, { "ssl ", "tls" },
	{ "certificate", "tls" },
	{ "host not found", "dns" }, { "host unknown", "dns" },
	{ "unknown host", "dns" }, { "no mx", "dns" },
	{ "domain is invalid", "dns" }, { "unrouteable mail domain", "dns" },
	{ "unrouteable domain", "dns" },
	{ "couldn't find any host", "dns" },
	{ "could not find any host", "dns" },
	{ "lookup failed", "dns" }, { "dns error", "dns" },
	{ "unable to resolve", "dns" },
	{ "no route to host", "connection" },
	{ "connection refused", "connection" },
	{ "connection dropped", "connection" },
	{ "connection reset", "connection" },
	{ "network is unreachable", "connection" },
	{ "network unreachable", "connection" },
	{ "lost connection", "connection" },
	{ "unable to connect", "connection" },
	{ "couldn't connect", "connection" },
	{ "cannot connect", "connection" },
	{ "failed to connect", "connection" },
	{ "wasn't able to establish an smtp connection", "connection" },
	{ "not reachable", "connection" },
	{ "connection to", "connection" },
	{ "did not respond", "timeout" },
	{ "timed out", "timeout" }, { "timeout", "timeout" },
	{ "time-out", "timeout" }, { "time out", "timeout" },
	{ "retry time", "expired" }, { "retry timeout", "expired" },
	{ "in the queue too long", "expired" },
	{ "maximum delivery attempts", "expired" },
	{ "queue period", "expired" },
	{ "expired", "expired" }, { "queue lifetime", "expired" },
	{ "too long in queue", "expired" },
	{ "could not be delivered for", "expired" },
	{ "message delayed", "expired" },
	{ "access denied", "blocked" }, { "policy", "blocked" },
	{ "refused", "blocked" }, { "not accepted", "blocked" },
	{ "rejected by", "blocked" }, { "prohibited", "blocked" },
	{ "not authorized", "blocked" }, { "not allowed", "blocked" },
	{ "message rejected", "blocked" }, { "isn't allowed", "blocked" },
	{ "not accepting", "blocked" }, { "restricted", "blocked" },
	{ "insufficient system", "system" }, { "out of memory", "system" },
	{ "internal error", "system" }, { "temporary failure", "system" },
	{ "temporarily unavailable", "system" },
	{ "try again later", "system" }, { "system error", "system" },
};

/* RFC 3463 and the registry of RFC 5248: subject and detail. */
static const struct {
	int subject, detail;		/* -1: any */
	const char *reason;
} statuses[] = {
	{ 1, 2, "dns" }, { 1, 7, "blocked" }, { 1, 8, "blocked" },
	{ 1, 10, "no_user" }, { 1, -1, "no_user" },
	{ 2, 1, "disabled" }, { 2, 2, "mailbox_full" },
	{ 2, 3, "too_large" }, { 2, -1, "system" },
	{ 3, 1, "system" }, { 3, 4, "too_large" }, { 3, -1, "system" },
	{ 4, 1, "connection" }, { 4, 2, "connection" }, { 4, 3, "dns" },
	{ 4, 4, "dns" }, { 4, 5, "rate_limited" }, { 4, 6, "loop" },
	{ 4, 7, "expired" }, { 4, 310, "dns" }, { 4, -1, "connection" },
	{ 5, 3, "rate_limited" }, { 5, -1, "system" },
	{ 6, -1, "content" },
	{ 7, 4, "tls" }, { 7, 5, "tls" }, { 7, 7, "content" },
	{ 7, 10, "tls" }, { 7, 20, "auth_failed" },
	{ 7, 21, "auth_failed" }, { 7, 22, "auth_failed" },
	{ 7, 23, "auth_failed" }, { 7, 24, "auth_failed" },
	{ 7, 25, "auth_failed" }, { 7, 26, "auth_failed" },
	{ 7, 27, "auth_failed" }, { 7, 28, "rate_limited" },
	{ 7, 9, "auth_failed" }, { 7, 509, "auth_failed" },
	{ 7, -1, "blocked" },
};

/* RFC 5321, 4.2.3. */
static const struct {
	int code;
	const char *reason;
} codes[] = {
	{ 421, "system" }, { 450, "system" }, { 451, "system" },
	{ 452, "mailbox_full" }, { 471, "greylisted" },
	{ 550, "no_user" }, { 551, "no_user" }, { 552, "mailbox_full" },
	{ 553, "no_user" }, { 554, "blocked" }, { 521, "no_user" },
	{ 530, "auth_failed" }, { 535, "auth_failed" }, { 556, "dns" },
	{ 571, "blocked" }, { 523, "too_large" },
};

static const char *
by_wording(const char *said, size_t len)
{
	struct buf low = BUF_INIT;
	const char *found = NULL;

	for (size_t i = 0; i < len; i++) {
		/* U+2019 as an apostrophe. */
		if (i + 2 < len && memcmp(said + i, "\xe2\x80\x99", 3) == 0) {
			buf_addc(&low, '\'');
			i += 2;
		} else if (said[i] == '\n' || said[i] == '\t')
			buf_addc(&low, ' ');
		else
			buf_addc(&low, (char)tolower((unsigned char)said[i]));
	}
	for (size_t i = 0; found == NULL &&
	    i < sizeof(wordings) / sizeof(*wordings); i++) {
		if (strstr(low.data, wordings[i].said) != NULL)
			found = wordings[i].reason;
	}
	buf_free(&low);
	return found;
}

static const char *
by_status(const char *status)
{
	char *end;
	long subject, detail;

	if (strlen(status) < 5)
		return NULL;
	subject = strtol(status + 2, &end, 10);
	detail = *end == '.' ? strtol(end + 1, NULL, 10) : 0;
	for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
		if (statuses[i].subject == subject &&
		    (statuses[i].detail < 0 || statuses[i].detail == detail) &&
		    (statuses[i].detail >= 0 || detail > 0))
			return statuses[i].reason;
	}
	return NULL;
}

const char *
reason_of(const char *said, size_t len, const char *status, int code)
{
	const char *found = by_wording(said, len);

	if (found == NULL)
		found = by_status(status);
	for (size_t i = 0; found == NULL &&
	    i < sizeof(codes) / sizeof(*codes); i++) {
		if (codes[i].code == code)
			found = codes[i].reason;
	}
	return found != NULL ? found : "other";
}

bool
reason_hard(const char *reason, const char *status, int code)
{
	static const char *const hard[] = { "no_user", "disabled",
		"relay_denied", "dns" };
	int class = *status != '\0' ? *status - '0' : code / 100;

	for (size_t i = 0; i < sizeof(hard) / sizeof(*hard); i++) {
		if (strcmp(reason, hard[i]) == 0)
			return class != 4;
	}
	/* Nothing but a permanent failure is known. */
	return strcmp(reason, "other") == 0 && class == 5;
}

static size_t
digits(const char *s, size_t len, size_t most)
{
	size_t n = 0;

	while (n < len && n <= most && isdigit((unsigned char)s[n]))
		n++;
	return n >= 1 && n <= most ? n : 0;
}

bool
reason_status(const char *s, size_t len, char out[STATUS_TEXT])
{
	for (size_t i = 0; i + 4 < len; i++) {
		size_t a, b, end;

		if (strchr("245", s[i]) == NULL || s[i] == '\0' ||
		    s[i + 1] != '.' || (i > 0 &&
		    (isalnum((unsigned char)s[i - 1]) || s[i - 1] == '.' ||
		    (s[i - 1] == '-' && (i < 4 ||
		    digits(s + i - 4, 3, 3) != 3)))))
			continue;
		a = digits(s + i + 2, len - i - 2, 3);
		if (a == 0 || i + 2 + a >= len || s[i + 2 + a] != '.')
			continue;
		end = i + 3 + a;
		b = digits(s + end, len - end, 3);
		end += b;
		if (b == 0 || (end < len && (isalnum((unsigned char)s[end]) ||
		    (s[end] == '.' && end + 1 < len &&
		    isalnum((unsigned char)s[end + 1])))))
			continue;
		memcpy(out, s + i, end - i);
		out[end - i] = '\0';
		return true;
	}
	return false;
}

bool
reason_code(const char *s, size_t len, int *code)
{
	static const int first[] = { 42, 43, 45, 47, 50, 52, 53, 55, 57 };

	for (size_t i = 0; i + 2 < len; i++) {
		int n;

		if ((s[i] != '4' && s[i] != '5') ||
		    digits(s + i, len - i, 3) != 3 || (i > 0 &&
		    (isalnum((unsigned char)s[i - 1]) ||
		    strchr(".-_/@$", s[i - 1]) != NULL)) || (i + 3 < len &&
		    strchr(" -:\n)\",;#]", s[i + 3]) == NULL))
			continue;
		n = (s[i] - '0') * 10 + (s[i + 1] - '0');
		for (size_t k = 0; k < sizeof(first) / sizeof(*first); k++) {
			if (n == first[k]) {
				*code = n * 10 + (s[i + 2] - '0');
				return true;
			}
		}
	}
	return false;
}
