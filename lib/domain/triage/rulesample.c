/* Examples in rules as messages. */
#include <string.h>

#include "base/time.h"
#include "domain/triage/ruleset.h"

#define SAMPLE_AT	INT64_C(1768488420)	/* 2026-01-15, a Thursday */

/* A text, or a list of texts, as lines. */
static int
lines(const struct yaml *map, const char *key, const char **out,
    struct arena *a, struct err *e)
{
	const struct yaml *y = yaml_get(map, key);
	const struct yaml *item = y != NULL && y->kind == YAML_LIST ?
	    y->first : y;

	*out = "";
	for (; item != NULL; item = item == y ? NULL : item->next) {
		if (item->text == NULL)
			return yaml_err(item, e, "%s is not a text or a list "
			    "of them", key);
		*out = arena_printf(a, "%s%s\n", *out, item->text);
	}
	return 0;
}

static int
headers(const struct yaml *map, const char **out, struct arena *a,
    struct err *e)
{
	const struct yaml *y = yaml_get(map, "header");

	*out = "";
	if (y != NULL && y->kind != YAML_MAP)
		return yaml_err(y, e, "header is not a map");
	for (y = y != NULL ? y->first : NULL; y != NULL; y = y->next)
		*out = arena_printf(a, "%s%s: %s\n", *out, y->key,
		    y->text != NULL ? y->text : "");
	return 0;
}

/* What came before it: times ago, and earlier tickets of whatever topic. */
static int
before(const struct yaml *map, struct message *m, struct arena *a,
    struct err *e)
{
	int64_t opened = -1, answered = -1, past = 0;
	struct past_ticket *list;

	if (yaml_seconds(map, "since_opened", &opened, e) < 0 ||
	    yaml_seconds(map, "since_answer", &answered, e) < 0 ||
	    yaml_int(map, "previous", 0, PAST_TICKETS, &past, e) < 0)
		return -1;
	if (opened >= 0)
		m->opened = m->at - opened;
	if (answered >= 0)
		m->answered = m->at - answered;
	list = arena_zalloc(a, ((size_t)past + 1) * sizeof(*list));
	for (int64_t i = 0; i < past; i++)
		list[i].at = m->at - 1;
	m->past = list;
	m->n_past = (size_t)past;
	return 0;
}

/* A text, or a map of the fields that rules look at. */
int
example_message(const struct yaml *y, struct message *m, struct arena *a,
    struct err *e)
{
	static const char *const keys[] = { "subject", "text", "whole",
		"from", "to", "attachment", "header", "channel", "tier",
		"customer", "first", "since_opened", "since_answer",
		"previous", NULL };
	const char *text = y->text, *subject = "", *whole = NULL;

	*m = (struct message){ .from = "", .channel = "", .tier = "",
	    .customer = "", .first = true, .at = SAMPLE_AT,
	    .opened = TIME_NONE, .answered = TIME_NONE };
	if (y->kind == YAML_MAP) {
		if (yaml_only(y, keys, e) < 0 ||
		    yaml_bool(y, "first", &m->first, e) < 0 ||
		    lines(y, "to", &m->to, a, e) < 0 ||
		    lines(y, "attachment", &m->attachment, a, e) < 0 ||
		    headers(y, &m->headers, a, e) < 0 ||
		    before(y, m, a, e) < 0)
			return -1;
		subject = yaml_str(y, "subject", "");
		text = yaml_str(y, "text", "");
		whole = yaml_str(y, "whole", NULL);
		m->from = yaml_str(y, "from", "");
		m->channel = yaml_str(y, "channel", "");
		m->tier = yaml_str(y, "tier", "");
		m->customer = yaml_str(y, "customer", "");
	}
	if (text == NULL)
		return yaml_err(y, e, "an example is not a text or a map");
	m->subject = message_plain(a, subject, strlen(subject), SIZE_MAX, NULL);
	m->text = message_plain(a, text, strlen(text), SIZE_MAX, &m->text_len);
	if (whole != NULL)
		m->whole = message_plain(a, whole, strlen(whole), SIZE_MAX,
		    &m->whole_len);
	return 0;
}
