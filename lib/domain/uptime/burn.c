/* Budgets, burn rates and episodes of alerts. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "domain/uptime/burn.h"
#include "domain/uptime/uptime.h"

__extension__ typedef __int128 wide;

#define HUNDRED		INT64_C(1000000)	/* percent, of 10^-4 */
#define MINUTE		60

void
burn_budget(const struct burn_of *b, int64_t from, int64_t to, int64_t now,
    struct budget *out)
{
	struct uptime_sums s;

	uptime_sum(b->cut, b->n, from, to < now ? to : now, &s);
	out->allowed = (int64_t)((wide)(to - from - s.excluded) *
	    (HUNDRED - b->target) / HUNDRED);
	out->spent = s.down;
	out->left = out->allowed - out->spent;
}

char *
burn_left(const struct budget *b, char out[32])
{
	bool negative = b->left < 0;
	int64_t n = b->allowed <= 0 ? 0 :
	    (int64_t)((wide)(negative ? -b->left : b->left) * HUNDRED /
	    b->allowed);

	snprintf(out, 32, "%s%" PRId64 ".%04" PRId64, negative && n > 0 ?
	    "-" : "", n / 10000, n % 10000);
	return out;
}

static void
window_of(const struct burn_of *b, int64_t at, int64_t window,
    int64_t *weighed, int64_t *promised)
{
	struct uptime_sums s;

	uptime_sum(b->cut, b->n, at - window, at, &s);
	*weighed = s.weighed;
	*promised = window - s.excluded;
}

int64_t
burn_rate(const struct burn_of *b, int64_t at, int64_t window)
{
	int64_t weighed, promised;
	wide rate;

	window_of(b, at, window, &weighed, &promised);
	if (weighed == 0)
		return 0;
	if (b->target >= HUNDRED)
		return INT64_MAX;
	rate = (wide)weighed * HUNDRED * 100 /
	    ((wide)promised * (HUNDRED - b->target) * UP_WHOLE);
	return (int64_t)rate;
}

/* down / promised > rate * (1 - target), without a division. */
static bool
over(const struct burn_of *b, int64_t rate, int64_t at, int64_t window)
{
	int64_t weighed, promised;

	window_of(b, at, window, &weighed, &promised);
	return (wide)weighed * HUNDRED * 100 >
	    (wide)rate * (HUNDRED - b->target) * promised * UP_WHOLE;
}

bool
burn_fires(const struct burn_of *b, const struct up_alert *a, int64_t at)
{
	return over(b, a->rate, at, a->short_s) &&
	    over(b, a->rate, at, a->long_s);
}

static bool
any_fires(const struct burn_of *b, const struct uprules *u, const char *as,
    int64_t at)
{
	for (size_t i = 0; i < u->alerts; i++) {
		if (strcmp(u->alert[i].as, as) == 0 &&
		    burn_fires(b, &u->alert[i], at))
			return true;
	}
	return false;
}

int64_t
burn_episode(const struct burn_of *b, const struct uprules *u, const char *as,
    int64_t now, int64_t horizon)
{
	int64_t at = now - now % MINUTE, since, pause = 0;

	for (size_t i = 0; i < u->alerts; i++) {
		if (strcmp(u->alert[i].as, as) == 0 && (pause == 0 ||
		    u->alert[i].short_s < pause))
			pause = u->alert[i].short_s;
	}
	if (!any_fires(b, u, as, at))
		return TIME_NONE;
	for (since = at; at >= horizon && since - at <= pause; at -= MINUTE) {
		if (any_fires(b, u, as, at))
			since = at;
	}
	return since;
}
