/* What rules/send.yaml says, and the times it leads to. */
#include <string.h>

#include "base/time.h"
#include "domain/answer/postage.h"

static int
seconds_of(const struct yaml *y, int64_t *out, struct err *e)
{
	struct duration d;

	if (y->kind != YAML_SCALAR || y->text == NULL ||
	    duration_parse(y->text, &d) < 0 ||
	    d.unit == DURATION_BUSINESS_DAYS || d.amount <= 0)
		return yaml_err(y, e, "%s is not a time such as 30s, 5m, 48h "
		    "or 2d", y->key != NULL ? y->key : "this");
	*out = d.unit == DURATION_DAYS ? d.amount * 86400 : d.amount;
	return 0;
}

static int
entry_seconds(const struct yaml *y, const char *key, int64_t *out,
    struct err *e)
{
	if (yaml_get(y, key) == NULL)
		return yaml_err(y, e, "%s is missing", key);
	return yaml_seconds(y, key, out, e);
}

static int
limit_of(const struct yaml *limits, const char *key,
    struct postage_limit *out, struct err *e)
{
	static const char *const keys[] = { "count", "within", NULL };
	const struct yaml *y = yaml_get(limits, key);

	out->count = 0;
	if (y == NULL)
		return 0;
	if (yaml_only(y, keys, e) < 0 ||
	    yaml_int(y, "count", 1, 1000000, &out->count, e) < 0)
		return -1;
	return entry_seconds(y, "within", &out->within, e);
}

static int
retries_of(struct postage *p, struct arena *a, const struct yaml *y,
    struct err *e)
{
	const struct yaml *list = yaml_get(y, "retry");

	if (list == NULL || list->kind != YAML_LIST || list->count == 0)
		return yaml_err(list != NULL ? list : y, e,
		    "retry is not a list of times");
	p->retry = arena_alloc(a, (size_t)list->count * sizeof(*p->retry));
	p->nretry = 0;
	for (const struct yaml *v = list->first; v != NULL; v = v->next) {
		if (seconds_of(v, &p->retry[p->nretry++], e) < 0)
			return -1;
	}
	return 0;
}

static int
program_of(struct postage *p, struct arena *a, const struct yaml *mail,
    struct err *e)
{
	const struct yaml *list = yaml_get(mail, "program");
	const char **argv;
	int n = 0;

	if (list == NULL || list->kind != YAML_LIST || list->count == 0)
		return yaml_err(list != NULL ? list : mail, e, "program is "
		    "not a list: a program and its arguments");
	argv = arena_alloc(a, ((size_t)list->count + 1) * sizeof(*argv));
	for (const struct yaml *v = list->first; v != NULL; v = v->next) {
		if (v->kind != YAML_SCALAR || v->text == NULL)
			return yaml_err(v, e, "an argument is not a text");
		argv[n++] = v->text;
	}
	argv[n] = NULL;
	p->program = argv;
	return 0;
}

static int
limit_seconds(const struct yaml *y, int *out, struct err *e)
{
	int64_t n = 60;

	if (yaml_int(y, "seconds", 1, 3600, &n, e) < 0)
		return -1;
	*out = (int)n;
	return 0;
}

/* A section, or an empty one in its place. */
static const struct yaml *
section(const struct yaml *y, const char *key)
{
	static const struct yaml none = { .kind = YAML_MAP };
	const struct yaml *s = yaml_get(y, key);

	return s != NULL ? s : &none;
}

int
postage_load(struct postage *p, struct arena *a, const struct yaml *y,
    struct err *e)
{
	static const char *const keys[] = { "mail", "slack", "pagerduty",
		"stale", "limits", "retry", "give_up", "lease", NULL };
	static const char *const mail_keys[] = { "program", "seconds", NULL };
	static const char *const pager_keys[] = { "key_file", "url",
		"seconds", NULL };
	static const char *const limit_keys[] = { "recipient", "all", NULL };
	const struct yaml *mail = yaml_get(y, "mail");
	const struct yaml *pager = section(y, "pagerduty");
	const struct yaml *limits = section(y, "limits");

	memset(p, 0, sizeof(*p));
	if (yaml_only(y, keys, e) < 0)
		return -1;
	if (mail == NULL)
		return yaml_err(y, e, "mail is missing");
	p->slack = section(y, "slack");
	p->pager_url = yaml_str(pager, "url", NULL);
	p->pager_key_file = yaml_str(pager, "key_file", NULL);
	if (yaml_only(mail, mail_keys, e) < 0 ||
	    yaml_only(pager, pager_keys, e) < 0 ||
	    yaml_only(limits, limit_keys, e) < 0 ||
	    program_of(p, a, mail, e) < 0 ||
	    limit_seconds(mail, &p->mail_seconds, e) < 0 ||
	    limit_seconds(p->slack, &p->slack_seconds, e) < 0 ||
	    limit_seconds(pager, &p->pager_seconds, e) < 0 ||
	    limit_of(limits, "recipient", &p->recipient, e) < 0 ||
	    limit_of(limits, "all", &p->all, e) < 0 ||
	    retries_of(p, a, y, e) < 0)
		return -1;
	if (entry_seconds(y, "stale", &p->stale, e) < 0 ||
	    entry_seconds(y, "give_up", &p->give_up, e) < 0)
		return -1;
	return entry_seconds(y, "lease", &p->lease, e);
}

int64_t
postage_next(const struct postage *p, int64_t attempts, int64_t first,
    int64_t now, int64_t wait)
{
	int64_t i = attempts < p->nretry ? attempts : p->nretry;
	int64_t gap = i > 0 ? p->retry[i - 1] : p->retry[0];

	if (wait > 86400)
		wait = 86400;
	if (gap < wait)
		gap = wait;
	return now + gap > first + p->give_up ? TIME_NONE : now + gap;
}

bool
postage_pages(const struct postage *p)
{
	return p->pager_key_file != NULL && p->pager_url != NULL;
}

const char *
postage_webhook(const struct postage *p, const char *channel)
{
	return strcmp(channel, "seconds") == 0 ? NULL :
	    yaml_str(p->slack, channel, NULL);
}
