#include "domain/clock/achieve.h"

#define WHOLE	INT64_C(10000)	/* 100 percent */

void
achieved_add(struct achieved *a, const struct clock *k)
{
	switch (k->state) {
	case CLOCK_MET:
		a->met++;
		break;
	case CLOCK_MISSED:
		a->missed++;
		break;
	case CLOCK_RUNNING:
	case CLOCK_PAUSED:
		a->running++;
		break;
	case CLOCK_NONE:
		a->excluded += k->why != NULL;
		break;
	}
}

int64_t
achieved_share(const struct achieved *a)
{
	int64_t n = a->met + a->missed;

	return n == 0 ? -1 : a->met * WHOLE / n;
}

const char *
achieved_text(int64_t share, struct arena *a)
{
	return share < 0 ? NULL : arena_printf(a, "%lld.%02lld",
	    (long long)(share / 100), (long long)(share % 100));
}

bool
achieved_reaches(const struct achieved *a, int64_t share)
{
	return a->met * WHOLE >= share * (a->met + a->missed);
}
