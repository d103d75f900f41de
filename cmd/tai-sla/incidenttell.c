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


static int
tell_all(struct desk *d, struct notice *n, const char *const *targets,
    struct err *e)
{
	for (; *targets != NULL; targets++) {
		n->target = *targets;
		if (notices_tell(d->notices, n, &d->scratch, e) < 0)
			return -1;
	}
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

static int
tell_as(struct desk *d, const struct incident *in, const char *key,
    bool resolved, struct err *e)
{
	const struct incident_duty *duty = &d->rules->of[in->severity];
	struct buf json = BUF_INIT;
	struct notice n = { .form = "incident", .key = key,
		.about = in->key, .facts = &json,
		.severity = SEVERITY_CRITICAL - (in->severity - 1),
		.action = resolved ? "resolve" : NULL,
		.page = in->severity <= 2,
		.at = resolved ? in->ended : in->declared };
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

/* One that became worse is told anew; one that became less is not. */
int
desk_tell(struct desk *d, const struct incident *in, bool resolved,
    struct err *e)
{
	const char *key = strncmp(in->key, "incident:", 9) == 0 ? in->key :
	    arena_printf(&d->scratch, "incident:%s", in->key);
	const char *worse = arena_printf(&d->scratch, "%s:P%d", key,
	    in->worst);

	if (open_notices(d, e) < 0)
		return -1;
	if (in->worst < in->first && (resolved || in->severity == in->worst) &&
	    tell_as(d, in, worse, resolved, e) < 0)
		return -1;
	if (in->worst == in->first ? in->severity > in->worst && !resolved :
	    !resolved)
		return 0;
	return tell_as(d, in, key, resolved, e);
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
