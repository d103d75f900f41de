/* What tai-record(5) asks of each type. */
#include <string.h>

#include "base/time.h"
#include "domain/model.h"

enum shape { TEXT, MOMENT, WHOLE, TRUTH, LIST, MAP, TICKET, SEVERITY, STATUS,
	    ANY };

static const struct {
	const char *name;	/* as a message says it */
} shapes[] = {
	[TEXT] = { "a string" }, [MOMENT] = { "an RFC 3339 time" },
	[WHOLE] = { "a whole number" }, [TRUTH] = { "true or false" },
	[LIST] = { "an array" }, [MAP] = { "an object" },
	[TICKET] = { "a ticket's key of 12 characters" },
	[SEVERITY] = { "LOW, MEDIUM, HIGH or CRITICAL" },
	[STATUS] = { "open, progress, waiting, resolved or closed" },
	[ANY] = { "there" },
};

struct need {
	const char *name;
	enum shape shape;
	bool optional;
};

#define NEEDS	17

static const struct kind {
	const char *type;
	bool derived;
	struct need need[NEEDS];
} kinds[] = {
	{ "customer", false, { { "customer", TEXT, false },
	    { "name", TEXT, true }, { "tier", TEXT, true },
	    { "domains", LIST, true }, { "addresses", LIST, true },
	    { "fee", WHOLE, true }, { "since", MOMENT, true },
	    { "until", MOMENT, true } } },
	{ "message", false, { { "ticket", TICKET, false },
	    { "channel", TEXT, false }, { "direction", TEXT, false },
	    { "from", MAP, false }, { "role", TEXT, false },
	    { "subject", TEXT, false }, { "text", TEXT, false },
	    { "to", LIST, true }, { "quoted", LIST, true },
	    { "references", LIST, true }, { "attachments", LIST, true },
	    { "flags", LIST, true }, { "auto", TEXT, true },
	    { "asks", TRUTH, true }, { "forwarded", MAP, true },
	    { "bounce", MAP, true }, { "report", MAP, true } } },
	{ "triage", false, { { "ticket", TICKET, false },
	    { "severity", SEVERITY, true }, { "category", TEXT, true },
	    { "topic", TEXT, true }, { "confidence", WHOLE, true },
	    { "rules", LIST, true }, { "tags", LIST, true },
	    { "resolve", TRUTH, true }, { "closing", TRUTH, true },
	    { "route", MAP, true }, { "escalate", MAP, true } } },
	{ "status", false, { { "ticket", TICKET, false },
	    { "status", STATUS, true }, { "by", TEXT, true },
	    { "why", TEXT, true }, { "excluded", TEXT, true } } },
	{ "assign", false, { { "ticket", TICKET, false },
	    { "assignee", TEXT, false } } },
	{ "note", false, { { "ticket", TICKET, false },
	    { "text", TEXT, false } } },
	{ "merge", false, { { "ticket", TICKET, false },
	    { "into", TICKET, false } } },
	{ "split", false, { { "ticket", TICKET, false },
	    { "into", TICKET, false }, { "messages", LIST, false } } },
	{ "reply", false, { { "ticket", TICKET, false },
	    { "text", TEXT, false }, { "to", LIST, true },
	    { "auto", TRUTH, true } } },
	{ "notice", false, { { "to", ANY, false }, { "text", TEXT, false },
	    { "key", TEXT, true } } },
	{ "delivery", false, { { "about", TEXT, false },
	    { "state", TEXT, false }, { "attempt", WHOLE, true },
	    { "next", MOMENT, true }, { "why", TEXT, true } } },
	{ "incident", false, { { "severity", TEXT, false },
	    { "title", TEXT, false }, { "status", TEXT, false },
	    { "started", MOMENT, false }, { "ended", MOMENT, true },
	    { "affects", LIST, true }, { "customers", LIST, true } } },
	{ "maintenance", false, { { "started", MOMENT, false },
	    { "ended", MOMENT, false }, { "announced", MOMENT, true },
	    { "services", LIST, true } } },
	{ "probe", false, { { "service", TEXT, false },
	    { "region", TEXT, false }, { "up", TRUTH, false },
	    { "latency_ms", WHOLE, true } } },
	{ "usage", false, { { "customer", TEXT, false },
	    { "month", TEXT, false }, { "metric", TEXT, false },
	    { "quantity", ANY, false } } },
	{ "invoice", false, { { "customer", TEXT, false },
	    { "month", TEXT, false }, { "lines", LIST, false },
	    { "total", WHOLE, false }, { "currency", TEXT, false } } },
	{ "credit", false, { { "customer", TEXT, false },
	    { "month", TEXT, false }, { "amount", WHOLE, false },
	    { "currency", TEXT, false } } },
	{ "dispute", false, { { "customer", TEXT, false } } },
	{ "survey", false, { { "customer", TEXT, true },
	    { "kind", TEXT, false } } },
	{ "answer", false, { { "kind", TEXT, true },
	    { "score", WHOLE, true }, { "comment", TEXT, true },
	    { "anonymous", TRUTH, true } } },
	{ "article-view", false, { { "article", TEXT, false } } },
	{ "clock", true, { { NULL, ANY, false } } },
	{ "uptime", true, { { NULL, ANY, false } } },
	{ "score", true, { { NULL, ANY, false } } },
	{ "finding", true, { { NULL, ANY, false } } },
	{ "forecast", true, { { NULL, ANY, false } } },
};

static const struct kind *
kind_find(const char *type)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
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

static bool
fits(const struct rec *r, const struct need *n, const struct value *v)
{
	char text[64], key[KEY_TEXT];
	int64_t number;

	text[0] = '\0';
	if (v->kind == VALUE_STRING && v->len - 2 < sizeof(text)) {
		memcpy(text, v->text + 1, v->len - 2);
		text[v->len - 2] = '\0';
	}
	switch (n->shape) {
	case TEXT:
		return v->kind == VALUE_STRING;
	case MOMENT:
		return rec_time(r, n->name, &number);
	case WHOLE:
		return value_int(v, &number);
	case TRUTH:
		return v->kind == VALUE_BOOL;
	case LIST:
		return v->kind == VALUE_ARRAY;
	case MAP:
		return v->kind == VALUE_OBJECT;
	case TICKET:
		return hash_canonical(text, key, sizeof(key)) == 0 &&
		    strlen(key) == KEY_TEXT - 1;
	case SEVERITY:
		return severity_parse(text) >= 0;
	case STATUS:
		return status_parse(text) >= 0;
	case ANY:
		return true;
	}
	return false;
}

int
record_check(const struct rec *r, struct err *e)
{
	char text[64];
	const struct kind *k = NULL;
	struct value v;
	int64_t at;

	if (!rec_get(r, "type", &v) || v.kind != VALUE_STRING || v.len <= 2)
		return err_set(e, ERR_INPUT, "type is not a string");
	if (!rec_time(r, "at", &at))
		return err_set(e, ERR_INPUT, "at is not an RFC 3339 time");
	if (rec_get(r, "v", &v) && !rec_int(r, "v", &at))
		return err_set(e, ERR_INPUT, "v is not a whole number");
	if (rec_get(r, "id", &v) && (v.kind != VALUE_STRING || v.len <= 2 ||
	    v.len > 66))
		return err_set(e, ERR_INPUT,
		    "id is not a string of 1 to 64 bytes");
	rec_get(r, "type", &v);
	if (v.len - 2 < sizeof(text)) {
		memcpy(text, v.text + 1, v.len - 2);
		text[v.len - 2] = '\0';
		k = kind_find(text);
	}
	for (int i = 0; k != NULL && i < NEEDS && k->need[i].name; i++) {
		const struct need *n = &k->need[i];
		bool there = rec_get(r, n->name, &v) && v.kind != VALUE_NULL;

		if (!there && n->optional)
			continue;
		if (!there)
			return err_set(e, ERR_INPUT, "%s: %s is missing",
			    k->type, n->name);
		if (!fits(r, n, &v))
			return err_set(e, ERR_INPUT, "%s: %s is not %s",
			    k->type, n->name, shapes[n->shape].name);
	}
	return 0;
}
