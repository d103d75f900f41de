/* Any bytes: nothing is invented, and how they come in does not matter. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "format/mbox.h"
#include "../given.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static uint64_t
digest(const uint8_t *data, size_t len, size_t most)
{
	struct given g = { data, len, 0, most };
	struct source source = { "fuzz", &g, read_given };
	struct mbox_reader m;
	struct err e = { 0 };
	size_t n, total = 0;
	uint64_t sum = 0;
	const char *s;
	int got;

	mbox_open(&m, &source);
	while ((got = mbox_next(&m, &s, &n, &e)) != 0) {
		sum = sum * 31 + (uint64_t)(got + 2) + m.line;
		err_clear(&e);
		if (got == -1)
			continue;
		sum = sum * 31 + hash_word(s, n) + (uint64_t)m.at;
		total += n;
		if (total > len || s[n] != '\0')
			abort();
	}
	mbox_close(&m);
	return sum;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (digest(data, len, 65536) != digest(data, len, 3))
		abort();
	return 0;
}
