/*
 * Half-open windows of time in order, with running sums and two indexes, so
 * that counting what lies open before a moment, and finding the moment by
 * which so much has been open, cost the same wherever they are asked.
 */
#ifndef TAI_DOMAIN_WINDOWS_H
#define TAI_DOMAIN_WINDOWS_H

#include <stddef.h>
#include <stdint.h>

struct window {
	int64_t open;
	int64_t sum;		/* seconds open before it */
};

struct windows {		/* all zero: empty */
	size_t n;		/* windows, from window[1] on */
	size_t room;
	struct window *window;	/* window[n + 1] ends them */
	int64_t total;		/* seconds of all */
	int time_shift, sum_shift;	/* log2 of the indexes' strides */
	uint32_t *by_time, *by_sum;	/* the last that begins by there */
	int64_t end;		/* of the last */
};

/* Behind those added before; joins the last one where they touch. */
void	windows_add(struct windows *, int64_t open, int64_t close);
/* After the last add, before any question; there must be one window. */
void	windows_index(struct windows *);
void	windows_free(struct windows *);

/*
 * The questions are asked by the million: they stand here to be put into
 * their callers.
 */

/* The end of the window, 1 to n. */
static inline int64_t
windows_close(const struct windows *w, size_t k)
{
	return w->window[k].open + (w->window[k + 1].sum - w->window[k].sum);
}

/*
 * The window that began last by the moment: 1 to n, or 0 for none. Mostly the
 * index is right or one short; that step is taken without a branch, which
 * nobody could predict.
 */
static inline size_t
windows_find(const struct windows *w, int64_t at)
{
	size_t k;

	if (at < w->window[1].open)
		return 0;
	if (at >= w->end)
		return w->n;
	k = w->by_time[(at - w->window[1].open) >> w->time_shift];
	k += w->window[k + 1].open <= at;
	while (w->window[k + 1].open <= at)
		k++;
	return k;
}

/* Seconds open before the moment. */
static inline int64_t
windows_sum(const struct windows *w, int64_t at)
{
	size_t k = windows_find(w, at);
	int64_t length = w->window[k + 1].sum - w->window[k].sum, since;

	if (k == 0)
		return 0;
	since = at - w->window[k].open;
	return w->window[k].sum + (since < length ? since : length);
}

/* The last moment with so many seconds open before it; 0 <= sum < total. */
static inline int64_t
windows_at(const struct windows *w, int64_t sum)
{
	size_t k = w->by_sum[sum >> w->sum_shift];

	k += w->window[k + 1].sum <= sum;
	while (w->window[k + 1].sum <= sum)
		k++;
	return w->window[k].open + (sum - w->window[k].sum);
}

#endif
