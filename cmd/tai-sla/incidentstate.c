/* What services are from now on, and the words of uptime.yaml for it. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "incident.h"

static const char *
impacts_of(const struct uprules *u, struct arena *a)
{
	const char *all = NULL;

	for (size_t i = 0; i < u->impacts; i++)
		all = all == NULL ? u->impact[i].name : arena_printf(a,
		    "%s, %s", all, u->impact[i].name);
	return all != NULL ? all : "none";
}

static int
check_impact(const struct uprules *u, const char *impact, struct arena *a,
    struct err *e)
{
	if (impact == NULL || uprules_weight(u, impact) >= 0)
		return 0;
	return err_set(e, ERR_USAGE, "'%s' is no impact of uptime.yaml: %s",
	    impact, impacts_of(u, a));
}

static void
check_services(struct desk *d, const struct uprules *u,
    const char *const *name)
{
	for (; u->services > 0 && *name != NULL; name++) {
		if (uprules_service(u, *name) < 0)
			cmd_warn(d->cmd, ERR_NONE, "uptime.yaml has no "
			    "service '%s': it counts for no uptime", *name);
	}
}

static void
check_customers(struct desk *d, const char *const *id)
{
	struct customers *all = d->cmd->customers;

	for (; customers_id(all, 0) != NULL && *id != NULL; id++) {
		if (customers_at(all, *id, d->cmd->now) == NULL)
			cmd_warn(d->cmd, ERR_NONE, "no customer is '%s' now: "
			    "it concerns nobody", *id);
	}
}

static int
check_reason(const struct uprules *u, const char *reason, struct arena *a,
    struct err *e)
{
	const char *all = "none";

	if (reason == NULL || *reason == '\0' || uprules_excuses(u, reason))
		return 0;
	for (size_t i = 0; u->excluded != NULL && u->excluded[i] != NULL; i++)
		all = i == 0 ? u->excluded[i] : arena_printf(a, "%s, %s", all,
		    u->excluded[i]);
	return err_set(e, ERR_USAGE, "'%s' is no reason of excluded in "
	    "uptime.yaml: %s", reason, all);
}

static int
check_weight(const char *weight, struct err *e)
{
	return weight != NULL && strtod(weight, NULL) > 100 ? err_set(e,
	    ERR_USAGE, "weight '%s' is over 100 %%", weight) : 0;
}

static int
check_state(struct desk *d, const struct uprules *u, char *word,
    struct err *e)
{
	const char *const service[] = { word, NULL };
	char *impact = strchr(word, '=');

	if (impact == NULL || impact == word || impact[1] == '\0')
		return err_set(e, ERR_USAGE, "--state '%s' is not "
		    "service=impact", word);
	*impact++ = '\0';
	check_services(d, u, service);
	return check_impact(u, impact, &d->scratch, e);
}

static const char *const *
services_of(const struct uprules *u, struct arena *a)
{
	const char **all = arena_zalloc(a, ((size_t)u->services + 1) *
	    sizeof(*all));

	for (int i = 0; i < u->services; i++)
		all[i] = arena_strdup(a, u->service[i].name);
	return all;
}

int
desk_words(struct desk *d, struct err *e)
{
	struct uprules *u = NULL;
	struct yaml *root;
	const char *const *state = desk_split(d, given.state);
	int rc;

	if (cmd_rule_file(d->cmd, "uptime.yaml") == NULL)
		return 0;
	if (cmd_rule_yaml(d->cmd, "uptime.yaml", &root, e) < 0 ||
	    uprules_load(&u, &d->cmd->arena, root, e) < 0)
		return -1;
	rc = check_impact(u, given.impact, &d->scratch, e);
	if (rc == 0)
		rc = check_reason(u, given.excluded, &d->scratch, e);
	if (rc == 0)
		rc = check_weight(given.weight, e);
	d->services = services_of(u, &d->cmd->arena);
	check_customers(d, desk_split(d, given.customers));
	check_services(d, u, desk_split(d, given.affects));
	for (; rc == 0 && *state != NULL; state++)
		rc = check_state(d, u, arena_strdup(&d->scratch, *state), e);
	if (rc == 0 && *desk_split(d, given.state) != NULL &&
	    given.weight != NULL)
		rc = err_set(e, ERR_USAGE, "--state and --weight exclude "
		    "each other");
	uprules_free(u);
	return rc;
}

/* Whether an update has said already what it is. */
static bool
is_told(const struct incident *in, const char *service, size_t len)
{
	for (size_t i = 0; i < in->states; i++) {
		if (strlen(in->state[i].service) == len &&
		    strncasecmp(in->state[i].service, service, len) == 0)
			return true;
	}
	return false;
}

/* What the services are from now on, or were before, unless that is told. */
static void
write_states(struct writer *w, const struct incident *in,
    const char *const *state, bool before)
{
	w_key(w, "states");
	w_open(w, '[');
	for (; *state != NULL; state++) {
		size_t len = strcspn(*state, "=");

		if (before && is_told(in, *state, len))
			continue;
		w_open(w, '{');
		w_key(w, "service");
		w_strn(w, *state, len);
		w_field_str(w, "state", !before ? *state + len + 1 :
		    in->impact != NULL ? in->impact : "outage");
		w_close(w, '}');
	}
	w_close(w, ']');
}

void
desk_updates(struct desk *d, struct writer *w, const struct statement *h)
{
	const char *const *state = desk_split(d, given.state), *const *s;
	const char *const *before = state;
	const char *status = incident_status_name(h->in->status);

	if (h->text == NULL && *state == NULL && given.status == NULL)
		return;
	w_key(w, "updates");
	w_open(w, '[');
	/* Of a service without a state the incident's own impact has held. */
	if (*state != NULL && *h->in->affects == NULL && h->in->states == 0 &&
	    d->services != NULL)
		before = d->services;
	for (s = before; *s != NULL && is_told(h->in, *s, strcspn(*s, "=")); )
		s++;
	if (*s != NULL && h->in->started < d->cmd->now) {
		w_open(w, '{');
		w_field_time(w, "at", h->in->started);
		write_states(w, h->in, before, true);
		w_close(w, '}');
	}
	w_open(w, '{');
	w_field_time(w, "at", d->cmd->now);
	w_field_str(w, "status", status);
	w_field_str(w, "text", h->text != NULL ? h->text : given.state);
	if (*state != NULL)
		write_states(w, h->in, state, false);
	w_close(w, '}');
	w_close(w, ']');
}
