/* Bands of uptime and what they earn. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "domain/report/credit.h"

/* Products of two counts of seconds or of cents and a share fit in it. */
__extension__ typedef __int128 wide;

#define HUNDRED		INT64_C(1000000)	/* percent, of 10^-4 */
#define FULL_SHARE	INT64_C(10000)		/* percent, of 10^-2 */

struct tier {
	const char *name;
	struct credit_band *band;	/* from the highest uptime down */
	size_t bands;
	struct tier *next;
};

struct step {			/* so many missed clocks and more */
	int64_t least, share;
};

struct credit_policy {
	int64_t cap;		/* 10^-2 percent of the fee */
	int64_t days;
	struct tier *tiers;
	struct step *steps;	/* from the fewest up */
	size_t nsteps;
};

int
uptime_of(struct uptime *u, int64_t total, int64_t excluded, int64_t down)
{
	if (total <= 0 || excluded < 0 || down < 0 || excluded >= total ||
	    down > total - excluded)
		return -1;
	u->total = total - excluded;
	u->up = u->total - down;
	return 0;
}

int
uptime_parse(struct uptime *u, const char *s)
{
	int64_t total = 100, up = 0;
	bool fraction = false, digits = false;

	for (; *s != '\0'; s++) {
		if (*s == '.' && !fraction && digits) {
			fraction = true;
			digits = false;
			continue;
		}
		if (*s < '0' || *s > '9' || up > INT64_MAX / 100 ||
		    total > INT64_MAX / 100)
			return -1;
		up = up * 10 + (*s - '0');
		total *= fraction ? 10 : 1;
		digits = true;
	}
	if (!digits || up > total)
		return -1;
	u->up = up;
	u->total = total;
	return 0;
}

bool
uptime_below(struct uptime u, int64_t share)
{
	return (wide)u.up * HUNDRED < (wide)share * u.total;
}

bool
uptime_less(struct uptime u, struct uptime target)
{
	return (wide)u.up * target.total < (wide)target.up * u.total;
}

char *
uptime_text(struct uptime u, char out[24])
{
	int64_t n = (int64_t)((wide)u.up * HUNDRED / u.total);

	snprintf(out, 24, "%" PRId64 ".%04" PRId64, n / 10000, n % 10000);
	return out;
}

char *
decimal_text(int64_t n, int places, char out[24])
{
	int64_t unit = 1;
	int len;

	for (int i = 0; i < places; i++)
		unit *= 10;
	len = snprintf(out, 24, "%" PRId64, n / unit);
	if (n % unit != 0) {
		len += snprintf(out + len, (size_t)(24 - len), ".%0*" PRId64,
		    places, n % unit);
		while (out[len - 1] == '0')
			out[--len] = '\0';
	}
	return out;
}

static int
load_band(struct credit_band *b, const struct credit_band *before,
    int64_t cap, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = { "below", "credit", "review",
		NULL };

	if (yaml_only(y, keys, e) < 0 ||
	    yaml_decimal(y, "below", 4, &b->below, e) < 0 ||
	    yaml_decimal(y, "credit", 2, &b->share, e) < 0 ||
	    yaml_bool(y, "review", &b->review, e) < 0)
		return -1;
	if (b->below <= 0 || b->below > HUNDRED)
		return yaml_err(y, e, "below is not a percentage of uptime");
	if (b->share <= 0 || b->share > cap)
		return yaml_err(y, e,
		    "credit is not a percentage up to the cap");
	if (before != NULL && b->below >= before->below)
		return yaml_err(y, e,
		    "bands go from the highest uptime down");
	if (before != NULL && b->share < before->share)
		return yaml_err(y, e,
		    "a lower uptime earns less than a higher one");
	return 0;
}

static int
load_tier(struct credit_policy *p, struct arena *a, const struct yaml *y,
    struct err *e)
{
	struct tier *t = arena_zalloc(a, sizeof(*t));

	if (y->kind != YAML_LIST || y->count == 0)
		return yaml_err(y, e, "a tier is a list of bands");
	t->name = y->key;
	t->band = arena_zalloc(a, (size_t)y->count * sizeof(*t->band));
	for (const struct yaml *b = y->first; b != NULL; b = b->next) {
		if (load_band(&t->band[t->bands], t->bands > 0 ?
		    &t->band[t->bands - 1] : NULL, p->cap, b, e) < 0)
			return -1;
		t->bands++;
	}
	t->next = p->tiers;
	p->tiers = t;
	return 0;
}

static int
load_misses(struct credit_policy *p, struct arena *a, const struct yaml *y,
    struct err *e)
{
	static const char *const keys[] = { "at_least", "credit", NULL };

	if (y == NULL)
		return 0;
	if (y->kind != YAML_LIST)
		return yaml_err(y, e, "misses is not a list");
	p->steps = arena_zalloc(a, ((size_t)y->count + 1) *
	    sizeof(*p->steps));
	for (const struct yaml *i = y->first; i != NULL; i = i->next) {
		struct step *s = &p->steps[p->nsteps++];

		if (yaml_only(i, keys, e) < 0 ||
		    yaml_int(i, "at_least", 1, 1000000, &s->least, e) < 0 ||
		    yaml_decimal(i, "credit", 2, &s->share, e) < 0)
			return -1;
		if (s->share <= 0 || s->share > p->cap)
			return yaml_err(i, e,
			    "credit is not a percentage up to the cap");
		if (p->nsteps > 1 && (s->least <= s[-1].least ||
		    s->share < s[-1].share))
			return yaml_err(i, e, "misses go from the fewest up, "
			    "and more of them earn no less");
	}
	return 0;
}

int
credit_load(struct credit_policy **out, struct arena *a,
    const struct yaml *root, struct err *e)
{
	static const char *const keys[] = { "cap", "expires", "misses",
		"tiers", NULL };
	struct credit_policy *p = arena_zalloc(a, sizeof(*p));
	const struct yaml *tiers = yaml_get(root, "tiers");
	const char *expires = yaml_str(root, "expires", "60d");
	struct duration d;

	p->cap = FULL_SHARE / 2;
	if (yaml_only(root, keys, e) < 0 ||
	    yaml_decimal(root, "cap", 2, &p->cap, e) < 0)
		return -1;
	if (p->cap <= 0 || p->cap > FULL_SHARE)
		return yaml_err(yaml_get(root, "cap"), e,
		    "cap is not a percentage of the fee");
	if (duration_parse(expires, &d) < 0 || d.unit != DURATION_DAYS)
		return yaml_err(yaml_get(root, "expires"), e,
		    "expires is not a number of days such as 60d");
	p->days = d.amount;
	if (tiers == NULL || tiers->kind != YAML_MAP || tiers->count == 0)
		return yaml_err(tiers != NULL ? tiers : root, e,
		    "tiers is not a map of tiers");
	for (const struct yaml *y = tiers->first; y != NULL; y = y->next) {
		if (load_tier(p, a, y, e) < 0)
			return -1;
	}
	if (load_misses(p, a, yaml_get(root, "misses"), e) < 0)
		return -1;
	*out = p;
	return 0;
}

int
credit_find(const struct credit_policy *p, const char *tier,
    struct uptime u, const struct credit_band **band, struct err *e)
{
	const struct tier *t = p->tiers;

	while (t != NULL && strcmp(t->name, tier) != 0)
		t = t->next;
	if (t == NULL)
		return err_set(e, ERR_INPUT, "no credits for the tier '%s'",
		    tier);
	*band = NULL;
	for (size_t i = 0; i < t->bands; i++) {
		if (uptime_below(u, t->band[i].below))
			*band = &t->band[i];
	}
	return *band != NULL;
}

int64_t
credit_missed(const struct credit_policy *p, int64_t missed)
{
	int64_t share = 0;

	for (size_t i = 0; i < p->nsteps && missed >= p->steps[i].least; i++)
		share = p->steps[i].share;
	return share;
}

int64_t
credit_amount(int64_t fee, int64_t share)
{
	return (int64_t)(((wide)fee * share + FULL_SHARE - 1) /
	    FULL_SHARE);
}

int64_t
credit_cap(const struct credit_policy *p, int64_t fee)
{
	return credit_amount(fee, p->cap);
}

int64_t
credit_days(const struct credit_policy *p)
{
	return p->days;
}
