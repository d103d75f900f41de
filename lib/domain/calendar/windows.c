/* Windows of time, summed and indexed. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/calendar/windows.h"

void
windows_add(struct windows *w, int64_t open, int64_t close)
{
	if (w->n + 2 >= w->room) {
		w->room = w->room > 0 ? 2 * w->room : 1024;
		w->window = xreallocarray(w->window, w->room,
		    sizeof(*w->window));
	}
	/* The first stands for the time before all of them. */
	if (w->n == 0)
		w->window[0] = (struct window){ INT64_MIN, 0 };
	if (w->n == 0 || open > w->end)
		w->window[++w->n] = (struct window){ open, w->total };
	w->total += close - open;
	w->end = close;
	w->window[w->n + 1] = (struct window){ INT64_MAX, w->total };
}

/* The largest power of two that is not over what a window takes on average. */
static int
stride(int64_t span, size_t n)
{
	int shift = 0;

	while (span / (int64_t)n >> (shift + 1) > 0)
		shift++;
	return shift;
}

void
windows_index(struct windows *w)
{
	int64_t base = w->window[1].open, span = w->end - base;
	size_t times, sums, k = 0;

	w->time_shift = stride(span, w->n);
	w->sum_shift = stride(w->total, w->n);
	times = (size_t)(span >> w->time_shift) + 1;
	sums = (size_t)(w->total >> w->sum_shift) + 1;
	w->by_time = xreallocarray(NULL, times, sizeof(*w->by_time));
	w->by_sum = xreallocarray(NULL, sums, sizeof(*w->by_sum));
	for (size_t i = 0; i < times; i++) {
		int64_t at = base + ((int64_t)i << w->time_shift);

		while (k < w->n && w->window[k + 1].open <= at)
			k++;
		w->by_time[i] = (uint32_t)k;
	}
	k = 0;
	for (size_t i = 0; i < sums; i++) {
		int64_t sum = (int64_t)i << w->sum_shift;

		while (k < w->n && w->window[k + 1].sum <= sum)
			k++;
		w->by_sum[i] = (uint32_t)k;
	}
}

void
windows_free(struct windows *w)
{
	free(w->window);
	free(w->by_time);
	free(w->by_sum);
	memset(w, 0, sizeof(*w));
}
