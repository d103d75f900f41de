/* The rules, and messages as they see them. */
#include "triage.h"

int
triage_rules(struct cmd *c, struct rules **out, struct err *e)
{
	const char *const *paths;
	struct yaml *file;
	struct rules *r;
	size_t n;

	if (cmd_rule_files(c, "triage", ".yaml", &paths, &n, e) < 0)
		return -1;
	if (n == 0)
		return err_set(e, ERR_CONFIG, "no triage/*.yaml in the rules");
	r = rules_new();
	for (size_t i = 0; i < n; i++) {
		if (yaml_load(&c->arena, paths[i], &file, e) < 0 ||
		    rules_add(r, file, e) < 0) {
			rules_free(r);
			return -1;
		}
	}
	if (rules_ready(r, e) < 0) {
		rules_free(r);
		return -1;
	}
	*out = r;
	return 0;
}

bool
triage_concerns(const struct rec *r)
{
	struct value v;

	return rec_is(r, "type", "message") && rec_is(r, "direction", "in") &&
	    rec_is(r, "role", "customer") && (!rec_get(r, "auto", &v) ||
	    rec_is(r, "auto", "none") || rec_is(r, "auto", "list"));
}

int
triage_message(const struct cmd *c, const struct rec *r, struct message *m,
    struct arena *a, struct err *e)
{
	const struct customer *who = NULL;
	int64_t at;

	if (message_of(r, m, a, e) < 0)
		return -1;
	if (!rec_time(r, "at", &at))
		return err_set(e, ERR_INPUT, "at is not a time");
	if (*m->customer != '\0')
		who = customers_at(c->customers, m->customer, at);
	m->tier = who != NULL && *who->tier != '\0' ? who->tier :
	    c->org.default_tier;
	return 0;
}
