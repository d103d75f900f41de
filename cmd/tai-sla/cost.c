/* Credits for missed clocks, by customer and month. */
#include <unistd.h>

#include "cost.h"
#include "domain/report/account.h"
#include "domain/report/credit.h"
#include "format/money.h"

struct cost {
	struct cmd *cmd;
	struct credit_policy *policy[2];
	struct misses *misses;
};

struct line {			/* a customer's month */
	const struct missed *missed;
	struct account of;
	const char *currency;
	int64_t credit[2];	/* minor units */
};

int
cost_open(struct cost **out, struct cmd *c, const char *path, struct err *e)
{
	struct cost *x = arena_zalloc(&c->arena, sizeof(*x));
	const char *other = arena_printf(&c->arena, "%s/credit.yaml", path);
	struct yaml *root;

	x->cmd = c;
	x->misses = misses_new(&c->arena);
	if (cmd_rule_yaml(c, "credit.yaml", &root, e) < 0 ||
	    credit_load(&x->policy[0], &c->arena, root, e) < 0)
		return -1;
	x->policy[1] = x->policy[0];
	if (access(other, F_OK) == 0 &&
	    (yaml_load(&c->arena, other, &root, e) < 0 ||
	    credit_load(&x->policy[1], &c->arena, root, e) < 0))
		return -1;
	*out = x;
	return 0;
}

int
cost_miss(struct cost *x, const char *customer, int64_t start, int policy,
    struct err *e)
{
	struct account of = { .customer = customer };

	if (*customer == '\0')
		return 0;
	if (account_at(&of, start, x->cmd->customers, x->cmd->org.zone,
	    e) < 0)
		return -1;
	misses_add(x->misses, customer, &of.month, policy);
	return 0;
}

/* The month's credits; false when it has none under either. */
static bool
line_of(const struct cost *x, const struct missed *m, struct line *l)
{
	struct err e = { 0 };
	int64_t fee;

	*l = (struct line){ .missed = m, .of.customer = m->customer,
	    .of.month = m->month };
	/* Its zone was good when the miss was counted. */
	if (account_fill(&l->of, x->cmd->customers, x->cmd->org.zone,
	    &e) < 0 || l->of.who == NULL)
		return false;
	fee = l->of.who->fee;
	l->currency = *l->of.who->currency != '\0' ? l->of.who->currency :
	    x->cmd->org.currency;
	for (int i = 0; i < 2 && fee > 0; i++)
		l->credit[i] = credit_amount(fee, credit_missed(x->policy[i],
		    m->count[i]));
	return l->credit[0] > 0 || l->credit[1] > 0;
}

void
cost_table(struct cost *x)
{
	static const struct column columns[] = {
		{ .title = "CUSTOMER", .shrink = true }, { .title = "MONTH" },
		{ .title = "MISSED", .right = true },
		{ .title = "CREDIT", .right = true },
		{ .title = "THEN MISSED", .right = true },
		{ .title = "CREDIT", .right = true },
	};
	struct arena *a = &x->cmd->arena;
	const struct missed *list;
	size_t n = misses_list(x->misses, &list);
	struct table *t = table_new(columns, sizeof(columns) /
	    sizeof(*columns));
	char text[MONEY_TEXT];
	bool any = false;
	struct line l;

	for (size_t i = 0; i < n; i++) {
		if (!line_of(x, &list[i], &l))
			continue;
		any = true;
		table_cell(t, l.of.customer);
		table_cell(t, l.of.month.name);
		for (int p = 0; p < 2; p++) {
			table_cell(t, arena_printf(a, "%lld",
			    (long long)l.missed->count[p]));
			table_cell(t, arena_strdup(a, money_text(l.credit[p],
			    l.currency, text)));
		}
		if (l.credit[1] > l.credit[0])
			table_mark(t, MARK_BAD);
	}
	if (any) {
		buf_addc(&x->cmd->out, '\n');
		cmd_table(x->cmd, t);
	}
	table_free(t);
}

static void
json_side(struct writer *w, const char *key, int64_t missed, int64_t credit)
{
	w_key(w, key);
	w_open(w, '{');
	w_field_int(w, "missed", missed);
	w_field_int(w, "credit", credit);
	w_close(w, '}');
}

void
cost_json(struct cost *x)
{
	const struct missed *list;
	size_t n = misses_list(x->misses, &list);
	struct writer w;
	struct line l;

	for (size_t i = 0; i < n; i++) {
		if (!line_of(x, &list[i], &l))
			continue;
		w_begin(&w, &x->cmd->out);
		w_open(&w, '{');
		w_field_str(&w, "customer", l.of.customer);
		w_field_str(&w, "month", l.of.month.name);
		w_field_str(&w, "currency", l.currency);
		json_side(&w, "now", l.missed->count[0], l.credit[0]);
		json_side(&w, "then", l.missed->count[1], l.credit[1]);
		w_close(&w, '}');
		buf_addc(&x->cmd->out, '\n');
	}
}
