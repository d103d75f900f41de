/* Whom an incident is told to, and in which words. */
#include <string.h>

#include "incident.h"

static int
open_notices(struct desk *d, struct err *e)
{
	return d->notices != NULL ? 0 :
	    notices_open(&d->notices, d->cmd, e);
}

static const char *
joined(const char *const *list, struct arena *a)
{
	const char *s = "";

	for (; *list != NULL; list++)
		s = arena_printf(a, "%s%s%s", s, *s != '\0' ? ", " : "",
		    *list);
	return s;
}

static void
facts(struct desk *d, const struct incident *in, bool resolved,
    struct buf *json)
{
	const struct incident_duty *duty = &d->rules->of[in->severity];
	int64_t end = in->ended != TIME_NONE ? in->ended : d->cmd->now;
	struct arena *a = &d->scratch;
	char length[TIME_TEXT];
	struct writer w;

	notices_facts(d->notices, &w, json);
	w_field_str(&w, "incident", in->key);
	w_field_str(&w, "severity", arena_printf(a, "P%d", in->severity));
	w_field_str(&w, "is", duty->is);
	w_field_str(&w, "title", in->title);
	w_field_str(&w, "status", incident_status_name(in->status));
	w_field_str(&w, "started", cmd_time(d->cmd, in->started, a));
	w_field_str(&w, "lasted", duration_format(end - in->started, length));
	w_field_str(&w, "affects", joined(in->affects, a));
	w_field_str(&w, "customers", joined(in->customers, a));
	w_field_str(&w, "updates", duty->updates > 0 ?
	    duration_exact(duty->updates, length) : "");
	w_field_str(&w, "cause", in->cause != NULL ? in->cause : "");
	w_field_str(&w, "fix", in->fix != NULL ? in->fix : "");
	w_field_bool(&w, "resolved", resolved);
	w_close(&w, '}');
}


/* The targets that are nobody at the moment are told in one line. */
static int
tell_all(struct desk *d, struct notice *n, const char *const *targets,
    struct err *e)
{
	const char *nobody = NULL;

	for (; *targets != NULL; targets++) {
		struct way way;
		int i = 0;

		n->target = *targets;
		if (n->action == NULL &&
		    !notices_way(d->notices, n, &i, &way))
			nobody = nobody == NULL ? *targets : arena_printf(
			    &d->cmd->arena, "%s, %s", nobody, *targets);
		if (notices_tell(d->notices, n, &d->scratch, e) < 0)
			return -1;
	}
	if (nobody != NULL && !d->cron)
		cmd_warn(d->cmd, ERR_NONE, "%s: not told, nobody is that now: "
		    "%s (team.yaml, oncall.yaml)", n->about, nobody);
	return 0;
}

/* Customers that it names, at an address that is known of them. */
static int
mail_customers(struct desk *d, const struct incident *in, struct notice *n,
    struct err *e)
{
	for (const char *const *c = in->customers; *c != NULL; c++) {
		n->customer = *c;
		n->target = customers_contact(d->cmd->customers, *c);
		if (n->target != NULL &&
		    notices_tell(d->notices, n, &d->scratch, e) < 0)
			return -1;
	}
	n->customer = NULL;
	return 0;
}

/* The causes by which its beginning was told, and each time it got worse. */
static const char *const *
causes(const struct incident *in, const char *key, struct arena *a)
{
	const char **out = arena_zalloc(a, 6 * sizeof(*out));
	size_t n = 0;

	out[n++] = key;
	for (int severity = in->worst; severity < in->first; severity++)
		out[n++] = arena_printf(a, "%s:P%d", key, severity);
	return out;
}

static int64_t
latest(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* One word at a severity; of the end whoever had the rotas then hears it. */
static int
tell_as(struct desk *d, const struct incident *in, int severity,
    const char *key, int64_t at, bool resolved, struct err *e)
{
	const struct incident_duty *duty = &d->rules->of[severity];
	struct buf json = BUF_INIT;
	struct notice n = { .form = "incident", .key = key,
		.about = in->key, .facts = &json,
		.severity = SEVERITY_CRITICAL - (in->severity - 1),
		.action = resolved ? "resolve" : NULL,
		.page = duty->page, .duty = at, .since = resolved &&
		d->cron ? causes(in, key, &d->scratch) : NULL,
		.at = resolved ? in->ended : at };
	int rc;

	facts(d, in, resolved, &json);
	rc = tell_all(d, &n, duty->tell, e);
	n.form = "incident-public";
	if (rc == 0)
		rc = tell_all(d, &n, duty->publish, e);
	if (rc == 0 && duty->mail)
		rc = mail_customers(d, in, &n, e);
	buf_free(&json);
	return rc;
}

/* The pages that went out when it became worse are over as well. */
static int
end_pages(struct desk *d, const struct incident *in, const char *key,
    int64_t begun, struct err *e)
{
	struct buf json = BUF_INIT;
	int rc = 0;

	facts(d, in, true, &json);
	for (int severity = in->worst; rc >= 0 && severity < in->first;
	    severity++) {
		struct notice n = { .form = "incident", .facts = &json,
			.about = in->key, .action = "resolve", .page = true,
			.severity = SEVERITY_CRITICAL - (severity - 1),
			.at = latest(in->worsened, begun),
			.key = arena_printf(&d->scratch, "%s:P%d", key,
			severity) };
		const char *const *t = d->rules->of[severity].tell;

		for (; rc >= 0 && *t != NULL; t++) {
			n.target = *t;
			rc = notices_end(d->notices, &n, in->ended,
			    &d->scratch, e);
		}
	}
	buf_free(&json);
	return rc < 0 ? -1 : 0;
}

/* Everybody who heard of it, at whatever severity, each way once. */
static int
tell_end(struct desk *d, const struct incident *in, const char *key,
    int64_t begun, struct err *e)
{
	const struct {
		int severity;
		int64_t at;
	} told[] = {
		{ in->first, begun }, { in->severity, begun },
		{ in->worst, in->worst < in->first ?
			latest(in->worsened, begun) : begun },
	};

	for (size_t i = 0; i < sizeof(told) / sizeof(*told); i++) {
		if (tell_as(d, in, told[i].severity, key, told[i].at, true,
		    e) < 0)
			return -1;
	}
	return end_pages(d, in, key, begun, e);
}

/* One that became worse is told anew; one that became less is not. */
int
desk_tell(struct desk *d, const struct incident *in, bool resolved,
    struct err *e)
{
	struct arena *a = &d->scratch;
	const char *key = strncmp(in->key, "incident:", 9) == 0 ? in->key :
	    arena_printf(a, "incident:%s", in->key);
	int64_t begun = in->reopened > 0 ? in->resumed : in->declared;

	if (in->reopened > 0)
		key = arena_printf(a, "%s:again%zu", key, in->reopened);
	if (open_notices(d, e) < 0)
		return -1;
	if (resolved)
		return tell_end(d, in, key, begun, e);
	if (in->worst < in->first && in->severity == in->worst)
		return tell_as(d, in, in->severity, arena_printf(a, "%s:P%d",
		    key, in->worst), latest(in->worsened, begun), false, e);
	return in->worst < in->first || in->severity > in->worst ? 0 :
	    tell_as(d, in, in->severity, key, begun, false, e);
}

int
desk_publishes(struct desk *d, const struct incident *in, bool *out,
    struct err *e)
{
	const struct incident_duty *duty = &d->rules->of[in->severity];
	struct way way;

	*out = false;
	if (open_notices(d, e) < 0)
		return -1;
	for (const char *const *t = duty->publish; *t != NULL; t++)
		*out = *out || team_way(notices_team(d->notices), *t, 0,
		    &way);
	for (const char *const *c = in->customers; duty->mail && *c != NULL;
	    c++)
		*out = *out || customers_contact(d->cmd->customers, *c) !=
		    NULL;
	return 0;
}
