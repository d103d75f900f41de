/*
 * Moments and amounts as people type them: what is taken lies within bounds,
 * means the same when it is read again, and what is refused changes nothing.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "format/said.h"

static void
require(int true_of_every_text)
{
	if (!true_of_every_text)
		abort();
}

static void
check_amount(const char *text)
{
	struct duration mixed = { .amount = -1 }, plain = { .amount = -1 };

	if (duration_parse_mixed(text, &mixed) < 0) {
		require(mixed.amount == -1);
		require(duration_parse(text, &plain) < 0);
		return;
	}
	require(mixed.amount >= 0 && mixed.seconds >= 0);
	require(mixed.amount <= INT64_C(36525) * 86400 &&
	    mixed.seconds <= INT64_C(36525) * 86400);
	require(mixed.unit != DURATION_SECONDS || mixed.seconds == 0);
	if (duration_parse(text, &plain) == 0)
		require(plain.unit == mixed.unit &&
		    plain.amount == mixed.amount);
}

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int64_t none = INT64_MIN, now = 1773082800;
	const struct zone *z = NULL;
	struct err e = { 0 };
	char text[TIME_TEXT], *s = malloc(size + 1);
	int64_t at = none, again = none;

	if (s == NULL || zone_load(&z, "America/Los_Angeles", &e) < 0)
		abort();
	memcpy(s, data, size);
	s[size] = '\0';
	check_amount(s);
	if (said_moment(s, z, now, &at) < 0)
		require(at == none);
	else if (at > TIME_MIN && at < TIME_MAX) {
		require(said_moment(time_format(at, text), z, now, &again) ==
		    0);
		require(again == at);
	}
	free(s);
	return 0;
}
