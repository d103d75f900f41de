/* Sums and the uptime record. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "domain/model.h"
#include "domain/report/credit.h"
#include "domain/uptime/uptime.h"

#define HUNDRED		INT64_C(1000000)	/* percent, of 10^-4 */

void
uptime_sum(const struct cut *cut, size_t n, int64_t from, int64_t to,
    struct uptime_sums *sums)
{
	size_t low = 0, high = n;

	memset(sums, 0, sizeof(*sums));
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (cut[mid].to <= from)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < n && cut[low].from < to; low++) {
		int64_t a = cut[low].from > from ? cut[low].from : from;
		int64_t length = (cut[low].to < to ? cut[low].to : to) - a;

		sums->total += length;
		if (cut[low].state == CUT_EXCLUDED)
			sums->excluded += length;
		else if (cut[low].state == CUT_UNKNOWN)
			sums->unknown += length;
		else if (cut[low].state == CUT_DOWN)
			sums->weighed += length * cut[low].weight;
	}
	sums->down = (sums->weighed + UP_WHOLE - 1) / UP_WHOLE;
	sums->up = sums->total - sums->excluded - sums->unknown - sums->down;
}

/* Nothing left to be up in was not down either. */
static struct uptime
ratio(const struct uptime_sums *s)
{
	struct uptime u;

	if (uptime_of(&u, s->total, s->excluded, s->down) < 0)
		u = (struct uptime){ 1, 1 };
	return u;
}

bool
uptime_met(const struct uptime_of *u)
{
	return !uptime_below(ratio(&u->sums), u->target);
}

const char *
uptime_percent(const struct uptime_sums *s, char text[24])
{
	return uptime_text(ratio(s), text);
}

static void
write_sums(struct writer *w, const struct uptime_sums *s)
{
	w_field_int(w, "total_s", s->total);
	w_field_int(w, "excluded_s", s->excluded);
	w_field_int(w, "down_s", s->down);
	w_field_int(w, "unknown_s", s->unknown);
}

void
uptime_record(const struct uptime_of *u, const struct buf *more,
    struct buf *out)
{
	char id[ID_TEXT], from[TIME_TEXT], to[TIME_TEXT], text[24];
	struct writer w;

	time_format(u->from, from);
	time_format(u->to, to);
	record_id(id, "uptime", u->customer, u->service, from, to, NULL);
	record_begin(&w, out, "uptime", id, u->at);
	w_field_str(&w, "customer", u->customer);
	w_field_str(&w, "service", u->service);
	w_field_str(&w, "month", u->month != NULL ? u->month->name : NULL);
	w_field_time(&w, "from", u->from);
	w_field_time(&w, "to", u->to);
	write_sums(&w, &u->sums);
	w_field_str(&w, "uptime", uptime_percent(&u->sums, text));
	if (u->target > 0) {
		w_field_str(&w, "target", decimal_text(u->target, 4, text));
		w_field_bool(&w, "met", uptime_met(u));
	}
	if (!u->over)
		w_field_bool(&w, "running", true);
	w_key(&w, "incidents");
	w_open(&w, '[');
	for (const char *const *t = u->incidents; *t != NULL; t++)
		w_str(&w, *t);
	w_close(&w, ']');
	if (more != NULL) {
		w_key(&w, "steps");
		w_raw(&w, more->data, more->len);
	}
	w_close(&w, '}');
}

