/*
 * What tai-record(5) asks of each type. The tables below are the one place
 * where that is said: records are checked against them, and the JSON Schema
 * files in man/schema are made from them. A new field is one line.
 */
#include <string.h>

#include "base/time.h"
#include "domain/model.h"
#include "domain/shape.h"

#define DATE	"-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
#define CLOCK	"([01][0-9]|2[0-3]):[0-5][0-9]"
#define MOMENT	DATE "[Tt ]" CLOCK ":([0-5][0-9]|60)([.][0-9]+)?" \
		"([Zz]|[+-]" CLOCK ")$"

static bool
is_moment(const char *s)
{
	int64_t t;

	return time_parse(s, &t) == 0;
}

static bool
is_due(const char *s)
{
	return *s == '\0' || is_moment(s);
}

/* What happened before computers had mail, or in another century, did not. */
static bool
is_event_time(const char *s)
{
	int64_t t;

	return time_parse(s, &t) == 0 && t >= AT_MIN && t < AT_END;
}

static bool
is_key(const char *s)
{
	char key[KEY_TEXT];

	return hash_canonical(s, key, sizeof(key)) == 0 &&
	    strlen(key) == KEY_TEXT - 1;
}

static bool
is_severity(const char *s)
{
	return severity_parse(s) >= 0;
}

static bool
is_month(const char *s)
{
	return strspn(s, "0123456789-") == 7 && s[7] == '\0' &&
	    strspn(s, "0123456789") == 4 && s[4] == '-' &&
	    strspn(s + 5, "0123456789") == 2 && strcmp(s + 5, "01") >= 0 &&
	    strcmp(s + 5, "12") <= 0;
}

static bool
is_hash(const char *s)
{
	uint8_t hash[HASH_BYTES];

	return hash_unhex(s, hash) == 0;
}

static bool
is_decimal(const char *s)
{
	const char *digits = "0123456789";
	size_t n;

	s += *s == '-';
	if ((n = strspn(s, digits)) == 0)
		return false;
	s += n;
	if (*s == '\0')
		return true;
	return *s == '.' && s[1] != '\0' && s[1 + strspn(s + 1, digits)] ==
	    '\0';
}

static bool
is_currency(const char *s)
{
	return strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3 && s[3] == '\0';
}

#define WORDS(...)	(const char *const []){ __VA_ARGS__, NULL }
#define SHAPE		static const struct shape
#define AS(kind_, name_) .kind = SHAPE_##kind_, .name = name_

SHAPE text = { AS(TEXT, "a string") };
SHAPE name = { AS(TEXT, "a string with a word in it"), .least = 1 };
SHAPE identity = { AS(TEXT, "a string of 1 to 64 bytes"), .least = 1,
    .most = 64 };
SHAPE moment = { AS(TEXT, "an RFC 3339 time"), .test = is_moment,
    .pattern = "^[0-9]{4}" MOMENT };
SHAPE due = { AS(TEXT, "an RFC 3339 time or empty"), .test = is_due,
    .pattern = "^([0-9]{4}" MOMENT ")?$" };
SHAPE event_time = { AS(TEXT, "an RFC 3339 time from 1970 to 2099"),
    .test = is_event_time, .pattern = "^(19[7-9][0-9]|20[0-9]{2})" MOMENT };
SHAPE month = { AS(TEXT, "a month such as 2026-01"), .test = is_month,
    .pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$" };
SHAPE ticket = { AS(TEXT, "a ticket's key of 12 characters"),
    .test = is_key, .pattern = "^[0-9A-TV-Za-tv-z]{12}$" };
SHAPE hash = { AS(TEXT, "a SHA-256 in hexadecimal"), .test = is_hash,
    .pattern = "^[0-9a-f]{64}$" };
SHAPE decimal = { AS(TEXT, "a decimal number in a string"),
    .test = is_decimal, .pattern = "^-?[0-9]+([.][0-9]+)?$" };
SHAPE currency = { AS(TEXT, "a currency of three capitals"),
    .test = is_currency, .pattern = "^[A-Z]{3}$" };
SHAPE number = { AS(NUMBER, "a number") };
SHAPE quantity = { AS(EITHER, "a number or a decimal string"),
    .item = &number, .other = &decimal };
SHAPE whole = { AS(WHOLE, "a whole number") };
SHAPE version = { AS(WHOLE, "1"), .min = 1, .max = 1 };
SHAPE count = { AS(WHOLE, "a whole number from 0"), .max = INT64_MAX };
SHAPE percent = { AS(WHOLE, "a whole number from 0 to 100"), .max = 100 };
SHAPE points = { AS(WHOLE, "a whole number from 0 to 100"), .max = 100 };
SHAPE truth = { AS(TRUTH, "true or false") };
SHAPE object = { AS(MAP, "an object") };
SHAPE texts = { AS(LIST, "an array"), .item = &text };
SHAPE text_or_texts = { AS(EITHER, "a string or an array of strings"),
    .item = &text, .other = &texts };
SHAPE names = { AS(LIST, "an array of at least one"), .item = &name,
    .least = 1 };
SHAPE objects = { AS(LIST, "an array"), .item = &object };
SHAPE range = { AS(LIST, "two whole numbers"), .item = &count, .least = 2,
    .most = 2 };
SHAPE ranges = { AS(LIST, "an array"), .item = &range };

SHAPE severity = { AS(TEXT, "LOW, MEDIUM, HIGH or CRITICAL"),
    .test = is_severity, .pattern = "^([Ll][Oo][Ww]|[Mm][Ee][Dd][Ii][Uu][Mm]|"
    "[Hh][Ii][Gg][Hh]|[Cc][Rr][Ii][Tt][Ii][Cc][Aa][Ll])$" };
SHAPE status = { AS(TEXT, "open, progress, waiting, resolved or closed"),
    .words = WORDS("open", "progress", "waiting", "resolved", "closed") };
SHAPE direction = { AS(TEXT, "in or out"), .words = WORDS("in", "out") };
SHAPE role = { AS(TEXT, "customer, agent, auto or system"),
    .words = WORDS("customer", "agent", "auto", "system") };
SHAPE automatic = { AS(TEXT, "none, reply, bounce, list, bulk or loop"),
    .words = WORDS("none", "reply", "bounce", "list", "bulk", "loop") };
SHAPE proof = { AS(TEXT, "pass, fail or none"),
    .words = WORDS("pass", "fail", "none") };
SHAPE delivery_state = { AS(TEXT, "sent, retry, failed, held or queued"),
    .words = WORDS("sent", "retry", "failed", "held", "queued") };
SHAPE notice_action = { AS(TEXT, "trigger, acknowledge or resolve"),
    .words = WORDS("trigger", "acknowledge", "resolve") };
SHAPE impact = { AS(TEXT, "P1, P2, P3 or P4"),
    .words = WORDS("P1", "P2", "P3", "P4") };
SHAPE incident_status = { AS(TEXT, "investigating, identified, monitoring, "
    "resolved or postmortem"),
    .words = WORDS("investigating", "identified", "monitoring", "resolved",
    "postmortem") };
SHAPE alert_state = { AS(TEXT, "firing, repeat, acknowledged, resolved or "
    "orphan"), .words = WORDS("firing", "repeat", "acknowledged", "resolved",
    "orphan") };
SHAPE credit_state = { AS(TEXT, "issued, applied, expired or void"),
    .words = WORDS("issued", "applied", "expired", "void") };
SHAPE clock_name_ = { AS(TEXT, "response, resolution or next"),
    .words = WORDS("response", "resolution", "next") };
SHAPE clock_state = { AS(TEXT, "running, paused, met, missed or none"),
    .words = WORDS("running", "paused", "met", "missed", "none") };

#define FIELDS		static const struct field_rule
#define MUST		true

FIELDS person_fields[] = {
	{ "address", &text, false },
	{ "name", &text, false },
	{ 0 }
};
SHAPE person = { AS(MAP, "an object"), .fields = person_fields };
SHAPE people = { AS(LIST, "an array"), .item = &person };
SHAPE recipient = { AS(EITHER, "an address or an object"), .item = &text,
    .other = &person };
SHAPE recipients = { AS(LIST, "an array"), .item = &recipient };

FIELDS attachment_fields[] = {
	{ "name", &text, false },
	{ "type", &text, false },
	{ "size", &count, false },
	{ "sha256", &hash, false },
	{ "url", &text, false },
	{ 0 }
};
SHAPE attachment = { AS(MAP, "an object"), .fields = attachment_fields };
SHAPE attachments = { AS(LIST, "an array"), .item = &attachment };

FIELDS forwarded_fields[] = {
	{ "how", &text, false },
	{ "from", &person, false },
	{ "date", &text, false },
	{ "subject", &text, false },
	{ "to", &people, false },
	{ "message_id", &text, false },
	{ "text", &range, false },
	{ 0 }
};
SHAPE forwarded = { AS(MAP, "an object"), .fields = forwarded_fields };

FIELDS calendar_fields[] = {
	{ "method", &text, false },
	{ "summary", &text, false },
	{ "start", &text, false },
	{ "zone", &text, false },
	{ 0 }
};
SHAPE calendar = { AS(MAP, "an object"), .fields = calendar_fields };

FIELDS report_fields[] = {
	{ "kind", &text, false },
	{ "action", &text, false },
	{ "recipient", &text, false },
	{ "original_recipient", &text, false },
	{ "status", &text, false },
	{ "diagnostic", &text, false },
	{ "mta", &text, false },
	{ "remote", &text, false },
	{ "reason", &text, false },
	{ "hard", &truth, false },
	{ "message_id", &text, false },
	{ "subject", &text, false },
	{ "recipients", &objects, false },
	{ 0 }
};
SHAPE report = { AS(MAP, "an object"), .fields = report_fields };

FIELDS thread_fields[] = {
	{ "method", &name, MUST },
	{ "evidence", &text, false },
	{ "linked", &text, false },
	{ 0 }
};
SHAPE thread = { AS(MAP, "an object"), .fields = thread_fields };

FIELDS route_fields[] = {
	{ "team", &text, false },
	{ "channel", &text, false },
	{ 0 }
};
SHAPE route = { AS(MAP, "an object"), .fields = route_fields };

FIELDS escalate_fields[] = {
	{ "level", &count, false },
	{ "to", &texts, false },
	{ "within", &text, false },
	{ "why", &text, false },
	{ "page", &truth, false },
	{ 0 }
};
SHAPE escalate = { AS(MAP, "an object"), .fields = escalate_fields };

FIELDS score_fields[] = {
	{ "rule", &text, false },
	{ "score", &whole, false },
	{ 0 }
};
SHAPE score_ = { AS(MAP, "an object"), .fields = score_fields };
SHAPE scores = { AS(LIST, "an array"), .item = &score_ };

FIELDS line_fields[] = {
	{ "kind", &text, false },
	{ "quantity", &quantity, false },
	{ "unit_price", &quantity, false },
	{ "amount", &whole, MUST },
	{ 0 }
};
SHAPE line = { AS(MAP, "an object"), .fields = line_fields };
SHAPE lines = { AS(LIST, "an array"), .item = &line };

FIELDS customer[] = {
	{ "customer", &name, MUST },
	{ "name", &text, false },
	{ "tier", &text, false },
	{ "zone", &text, false },
	{ "currency", &text, false },
	{ "csm", &text, false },
	{ "contract", &text, false },
	{ "domains", &texts, false },
	{ "addresses", &texts, false },
	{ "contacts", &texts, false },
	{ "fee", &count, false },
	{ "since", &moment, false },
	{ "until", &moment, false },
	{ 0 }
};
FIELDS message[] = {
	{ "ticket", &ticket, MUST },
	{ "customer", &text, false },
	{ "channel", &name, MUST },
	{ "direction", &direction, MUST },
	{ "from", &person, MUST },
	{ "role", &role, MUST },
	{ "via", &text, false },
	{ "forwarded_by", &text, false },
	{ "reply_to", &person, false },
	{ "subject", &text, MUST },
	{ "text", &text, MUST },
	{ "to", &people, false },
	{ "cc", &people, false },
	{ "html", &truth, false },
	{ "quoted", &ranges, false },
	{ "forwarded", &forwarded, false },
	{ "calendar", &calendar, false },
	{ "asks", &truth, false },
	{ "message_id", &text, false },
	{ "in_reply_to", &text, false },
	{ "references", &texts, false },
	{ "thread_index", &text, false },
	{ "auth", &proof, false },
	{ "arc", &proof, false },
	{ "auto", &automatic, false },
	{ "headers", &object, false },
	{ "bounce", &report, false },
	{ "report", &report, false },
	{ "attachments", &attachments, false },
	{ "thread", &thread, false },
	{ "date", &moment, false },
	{ "raw", &hash, false },
	{ "flags", &texts, false },
	{ "source", &object, false },
	{ "conversation", &text, false },
	{ "slack", &object, false },
	{ "alert", &object, false },
	{ 0 }
};
FIELDS triage[] = {
	{ "ticket", &ticket, MUST },
	{ "message", &text, false },
	{ "customer", &text, false },
	{ "category", &text, false },
	{ "topic", &text, false },
	{ "severity", &severity, false },
	{ "confidence", &percent, false },
	{ "rule", &text, false },
	{ "rules", &texts, false },
	{ "scores", &scores, false },
	{ "captures", &object, false },
	{ "secrets", &texts, false },
	{ "tags", &texts, false },
	{ "reply", &text, false },
	{ "resolve", &truth, false },
	{ "closing", &truth, false },
	{ "route", &route, false },
	{ "escalate", &escalate, false },
	{ "by", &text, false },
	{ 0 }
};
FIELDS status_fields[] = {
	{ "ticket", &ticket, MUST },
	{ "status", &status, false },
	{ "by", &text, false },
	{ "why", &text, false },
	{ "message", &text, false },
	{ "excluded", &text, false },
	{ "since", &moment, false },
	{ "until", &moment, false },
	{ "due", &due, false },
	{ "clock", &clock_name_, false },
	{ "root_cause", &text, false },
	{ "summary", &text, false },
	{ 0 }
};
FIELDS assign[] = {
	{ "ticket", &ticket, MUST },
	{ "assignee", &text, MUST },
	{ "by", &text, false },
	{ "why", &text, false },
	{ 0 }
};
FIELDS note[] = {
	{ "ticket", &ticket, MUST },
	{ "text", &text, MUST },
	{ "message", &text, false },
	{ "by", &text, false },
	{ "why", &text, false },
	{ 0 }
};
FIELDS merge[] = {
	{ "ticket", &ticket, MUST },
	{ "into", &ticket, MUST },
	{ "by", &text, false },
	{ "why", &text, false },
	{ 0 }
};
FIELDS split[] = {
	{ "ticket", &ticket, MUST },
	{ "into", &ticket, MUST },
	{ "messages", &names, MUST },
	{ "by", &text, false },
	{ "why", &text, false },
	{ 0 }
};
FIELDS reply[] = {
	{ "ticket", &ticket, MUST },
	{ "message", &text, false },
	{ "customer", &text, false },
	{ "template", &text, false },
	{ "to", &recipients, false },
	{ "subject", &text, false },
	{ "text", &text, MUST },
	{ "asks", &truth, false },
	{ "auto", &truth, false },
	{ "by", &text, false },
	{ "message_id", &text, false },
	{ "in_reply_to", &text, false },
	{ "references", &texts, false },
	{ 0 }
};
FIELDS notice[] = {
	{ "channel", &text, false },
	{ "to", &text_or_texts, MUST },
	{ "text", &text, MUST },
	{ "subject", &text, false },
	{ "message_id", &text, false },
	{ "about", &text, false },
	{ "key", &text, false },
	{ "severity", &text, false },
	{ "action", &notice_action, false },
	{ "format", &text, false },
	{ "late", &truth, false },
	{ 0 }
};
FIELDS delivery[] = {
	{ "about", &name, MUST },
	{ "state", &delivery_state, MUST },
	{ "attempt", &count, false },
	{ "next", &moment, false },
	{ "why", &text, false },
	{ 0 }
};
FIELDS alert[] = {
	{ "conversation", &name, MUST },
	{ "source", &name, MUST },
	{ "fingerprint", &name, MUST },
	{ "state", &alert_state, MUST },
	{ "ticket", &ticket, false },
	{ "customer", &text, false },
	{ "severity", &impact, false },
	{ "service", &text, false },
	{ "title", &text, false },
	{ "started", &moment, false },
	{ "seen", &moment, false },
	{ "count", &count, false },
	{ "set", &moment, false },
	{ "until", &moment, false },
	{ 0 }
};
FIELDS incident[] = {
	{ "key", &text, false },
	{ "severity", &impact, MUST },
	{ "title", &text, MUST },
	{ "status", &incident_status, MUST },
	{ "started", &moment, MUST },
	{ "ended", &moment, false },
	{ "affects", &texts, false },
	{ "customers", &texts, false },
	{ "share", &quantity, false },
	{ "impact", &text, false },
	{ "weight", &quantity, false },
	{ "excluded", &text, false },
	{ "told", &moment, false },
	{ "by", &text, false },
	{ "cause", &text, false },
	{ "fix", &text, false },
	{ "updates", &objects, false },
	{ 0 }
};
FIELDS maintenance[] = {
	{ "key", &text, false },
	{ "title", &text, false },
	{ "started", &moment, MUST },
	{ "ended", &moment, MUST },
	{ "announced", &moment, false },
	{ "services", &texts, false },
	{ "customers", &texts, false },
	{ "cancelled", &truth, false },
	{ "completed", &moment, false },
	{ "repeat", &text, false },
	{ "zone", &text, false },
	{ "by", &text, false },
	{ 0 }
};
FIELDS probe[] = {
	{ "service", &name, MUST },
	{ "region", &text, MUST },
	{ "up", &truth, MUST },
	{ "latency_ms", &count, false },
	{ 0 }
};
FIELDS usage[] = {
	{ "customer", &name, MUST },
	{ "month", &month, MUST },
	{ "metric", &name, MUST },
	{ "quantity", &quantity, MUST },
	{ 0 }
};
FIELDS measure[] = {
	{ "customer", &name, MUST },
	{ "figures", &object, MUST },
	{ 0 }
};
FIELDS invoice[] = {
	{ "customer", &name, MUST },
	{ "month", &month, MUST },
	{ "lines", &lines, MUST },
	{ "total", &whole, MUST },
	{ "currency", &currency, MUST },
	{ 0 }
};
FIELDS credit[] = {
	{ "customer", &name, MUST },
	{ "month", &month, MUST },
	{ "service", &text, false },
	{ "tier", &text, false },
	{ "reason", &text, false },
	{ "uptime", &decimal, false },
	{ "below", &decimal, false },
	{ "missed", &count, false },
	{ "percent", &decimal, false },
	{ "base", &count, false },
	{ "amount", &count, MUST },
	{ "cut", &count, false },
	{ "currency", &currency, MUST },
	{ "state", &credit_state, false },
	{ "invoice", &text, false },
	{ 0 }
};
FIELDS dispute[] = {
	{ "customer", &name, MUST },
	{ 0 }
};
FIELDS survey[] = {
	{ "ticket", &ticket, false },
	{ "customer", &text, false },
	{ "kind", &name, MUST },
	{ "token", &text, false },
	{ "sent", &moment, false },
	{ "expires", &moment, false },
	{ 0 }
};
FIELDS answer[] = {
	{ "ticket", &ticket, false },
	{ "survey", &text, false },
	{ "customer", &text, false },
	{ "kind", &text, false },
	{ "score", &points, false },
	{ "comment", &text, false },
	{ "anonymous", &truth, false },
	{ "dismissed", &truth, false },
	{ 0 }
};
FIELDS article_view[] = {
	{ "article", &name, MUST },
	{ "customer", &text, false },
	{ 0 }
};
FIELDS forgotten_fields[] = {
	{ "id", &name, MUST },
	{ "was", &hash, MUST },
	{ "now", &hash, MUST },
	{ 0 }
};
SHAPE forgotten = { AS(MAP, "an object"), .fields = forgotten_fields };
SHAPE forgotten_bodies = { AS(LIST, "an array"), .item = &forgotten };
SHAPE hashes = { AS(LIST, "an array"), .item = &hash };
FIELDS forget[] = {
	{ "scope", &name, MUST },
	{ "by", &text, false },
	{ "why", &text, false },
	{ "bodies", &forgotten_bodies, MUST },
	{ "blobs", &hashes, MUST },
	{ 0 }
};
FIELDS clock_fields[] = {
	{ "ticket", &ticket, MUST },
	{ "customer", &text, false },
	{ "tier", &text, false },
	{ "severity", &severity, MUST },
	{ "clock", &clock_name_, MUST },
	{ "n", &count, false },
	{ "state", &clock_state, MUST },
	{ "calendar", &text, false },
	{ "target_s", &count, false },
	{ "counted_s", &count, false },
	{ "elapsed_s", &count, false },
	{ "remaining_s", &count, false },
	{ "late_s", &count, false },
	{ "late_wall_s", &count, false },
	{ "paused", &moment, false },
	{ "remind", &moment, false },
	{ "flags", &texts, false },
	{ "steps", &objects, false },
	{ "events", &objects, false },
	{ "started", &moment, false },
	{ "stopped", &moment, false },
	{ "due", &moment, false },
	{ "why", &text, false },
	{ 0 }
};
FIELDS uptime[] = {
	{ "customer", &text, MUST },
	{ "service", &text, MUST },
	{ "month", &month, false },
	{ "from", &moment, false },
	{ "to", &moment, false },
	{ "total_s", &count, false },
	{ "excluded_s", &count, false },
	{ "down_s", &count, false },
	{ "unknown_s", &count, false },
	{ "uptime", &decimal, false },
	{ "target", &decimal, false },
	{ "met", &truth, false },
	{ "running", &truth, false },
	{ "steps", &objects, false },
	{ "incidents", &texts, false },
	{ 0 }
};
FIELDS burn_alert_fields[] = {
	{ "rate", &decimal, MUST },
	{ "long_s", &count, MUST },
	{ "long", &text, MUST },
	{ "short_s", &count, MUST },
	{ "short", &text, MUST },
	{ "as", &text, MUST },
	{ "fires", &truth, MUST },
	{ 0 }
};
SHAPE burn_alert = { AS(MAP, "an object"), .fields = burn_alert_fields };
SHAPE burn_alerts = { AS(LIST, "an array"), .item = &burn_alert };
FIELDS burn[] = {
	{ "customer", &text, false },
	{ "service", &text, MUST },
	{ "month", &month, false },
	{ "from", &moment, MUST },
	{ "to", &moment, MUST },
	{ "target", &decimal, MUST },
	{ "budget_s", &count, MUST },
	{ "spent_s", &count, MUST },
	{ "left_s", &whole, MUST },
	{ "left", &decimal, MUST },
	{ "state", &text, false },
	{ "alerts", &burn_alerts, false },
	{ 0 }
};
FIELDS score[] = {
	{ "kind", &name, MUST },
	{ "group", &text, MUST },
	{ "n", &count, MUST },
	{ "mean", &decimal, false },
	{ "value", &decimal, false },
	{ "target", &decimal, false },
	{ "promoters", &count, false },
	{ "passives", &count, false },
	{ "detractors", &count, false },
	{ "dismissed", &count, false },
	{ "met", &truth, false },
	{ "trend", &object, false },
	{ 0 }
};
FIELDS free_form[] = { { 0 } };

/* Every record; an id may be missing where one can be made. */
FIELDS common[] = {
	{ "type", &name, MUST },
	{ "at", &event_time, MUST },
	{ "v", &version, false },
	{ "id", &identity, false },
	{ 0 }
};

static const struct kind {
	const char *type;
	const struct field_rule *fields;
	bool derived;
	const char *one_of[6];	/* at least one is there; NULL ends */
} kinds[] = {
	{ .type = "customer", .fields = customer },
	{ .type = "message", .fields = message },
	{ .type = "triage", .fields = triage },
	{ .type = "status", .fields = status_fields,
	    .one_of = { "status", "excluded", "due", "root_cause",
	    "summary" } },
	{ .type = "assign", .fields = assign },
	{ .type = "note", .fields = note },
	{ .type = "merge", .fields = merge },
	{ .type = "split", .fields = split },
	{ .type = "reply", .fields = reply },
	{ .type = "notice", .fields = notice },
	{ .type = "delivery", .fields = delivery },
	{ .type = "alert", .fields = alert },
	{ .type = "incident", .fields = incident },
	{ .type = "maintenance", .fields = maintenance },
	{ .type = "probe", .fields = probe },
	{ .type = "usage", .fields = usage },
	{ .type = "measure", .fields = measure, .derived = true },
	{ .type = "invoice", .fields = invoice },
	{ .type = "credit", .fields = credit },
	{ .type = "dispute", .fields = dispute },
	{ .type = "survey", .fields = survey },
	{ .type = "answer", .fields = answer },
	{ .type = "article-view", .fields = article_view },
	{ .type = "forget", .fields = forget },
	{ .type = "clock", .fields = clock_fields, .derived = true },
	{ .type = "uptime", .fields = uptime, .derived = true,
	    .one_of = { "month", "from" } },
	{ .type = "burn", .fields = burn, .derived = true },
	{ .type = "score", .fields = score, .derived = true },
	{ .type = "finding", .fields = free_form, .derived = true },
	{ .type = "forecast", .fields = free_form, .derived = true },
};
#define KINDS	(sizeof(kinds) / sizeof(*kinds))

static const struct kind *
kind_find(const char *type)
{
	for (size_t i = 0; i < KINDS; i++) {
		if (strcmp(kinds[i].type, type) == 0)
			return &kinds[i];
	}
	return NULL;
}

bool
type_known(const char *type)
{
	return kind_find(type) != NULL;
}

bool
type_derived(const char *type)
{
	const struct kind *k = kind_find(type);

	return k != NULL && k->derived;
}

const char *
type_name(size_t i)
{
	return i < KINDS ? kinds[i].type : NULL;
}

static bool
there(const struct rec *r, const char *field)
{
	struct value v;

	return rec_get(r, field, &v) && v.kind != VALUE_NULL;
}

static int
one_is_there(const struct kind *k, const struct rec *r, struct err *e)
{
	const char *const *names = k->one_of;

	if (names[0] == NULL)
		return 0;
	for (size_t i = 0; names[i] != NULL; i++) {
		if (there(r, names[i]))
			return 0;
	}
	return err_set(e, ERR_INPUT, "%s: neither %s%s%s nor %s", k->type,
	    names[0], names[2] != NULL ? ", " : "",
	    names[2] != NULL ? names[1] : "",
	    names[2] != NULL ? names[2] : names[1]);
}

int
record_check(const struct rec *r, struct err *e)
{
	char type[64];
	const struct kind *k;
	struct value v;

	if (fields_check(common, r, "record", e) < 0)
		return -1;
	rec_get(r, "type", &v);
	if (v.len - 2 >= sizeof(type))
		return 0;
	memcpy(type, v.text + 1, v.len - 2);
	type[v.len - 2] = '\0';
	if ((k = kind_find(type)) == NULL)
		return 0;
	if (fields_check(k->fields, r, type, e) < 0)
		return -1;
	return one_is_there(k, r, e);
}

/* {"required":["status"],"properties":{"status":{"not":{"type":"null"}}}} */
static void
write_there(struct writer *w, const char *field)
{
	w_open(w, '{');
	w_key(w, "required");
	w_open(w, '[');
	w_str(w, field);
	w_close(w, ']');
	w_key(w, "properties");
	w_open(w, '{');
	w_key(w, field);
	w_raw(w, "{\"not\":{\"type\":\"null\"}}", 23);
	w_close(w, '}');
	w_close(w, '}');
}

int
record_schema(const char *type, struct buf *out, struct err *e)
{
	const struct kind *k = kind_find(type);
	struct writer w;

	if (k == NULL)
		return err_set(e, ERR_USAGE, "no type '%s'", type);
	w_begin(&w, out);
	w_open(&w, '{');
	w_field_str(&w, "$schema",
	    "https://json-schema.org/draft/2020-12/schema");
	w_field_str(&w, "title", type);
	w_field_str(&w, "type", "object");
	w_key(&w, "allOf");
	w_open(&w, '[');
	w_open(&w, '{');
	fields_schema(common, &w);
	w_close(&w, '}');
	w_open(&w, '{');
	fields_schema(k->fields, &w);
	w_close(&w, '}');
	w_open(&w, '{');
	w_key(&w, "properties");
	w_open(&w, '{');
	w_key(&w, "type");
	w_open(&w, '{');
	w_field_str(&w, "const", type);
	w_close(&w, '}');
	w_close(&w, '}');
	w_close(&w, '}');
	w_close(&w, ']');
	if (k->one_of[0] != NULL) {
		w_key(&w, "anyOf");
		w_open(&w, '[');
		for (size_t i = 0; k->one_of[i] != NULL; i++)
			write_there(&w, k->one_of[i]);
		w_close(&w, ']');
	}
	w_close(&w, '}');
	return 0;
}
