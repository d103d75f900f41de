/* Foreign JSON: however a stream is cut into reads, the items are the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "format/items.h"
#include "../given.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static uint64_t
digest(const uint8_t *data, size_t len, size_t most, const char *const *keys)
{
	struct given g = { data, len, 0, most };
	struct source source = { "fuzz", &g, read_given };
	struct items *s = items_open(&source, keys);
	struct arena a = { 0 };
	struct item item;
	struct err e = { 0 };
	struct value v;
	uint64_t sum = 0;
	int64_t moment;
	int got;

	while ((got = items_next(s, &item, &e)) != 0) {
		sum = sum * 31 + (uint64_t)(got + 2);
		if (got == 1)
			sum = sum * 31 + item.line +
			    hash_word(item.value.text, item.value.len);
		if (got == 1 && value_at(&item.value, "a[0].\"b\"", &v))
			value_text(&v, &a);
		if (got == 1)
			value_moment_at(&item.value, "a", &moment);
		err_clear(&e);
		arena_reset(&a);
	}
	arena_free(&a);
	items_close(s);
	return sum;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const keys[] = { "a", "b", NULL };

	if (digest(data, len, 65536, NULL) != digest(data, len, 3, NULL) ||
	    digest(data, len, 65536, keys) != digest(data, len, 3, keys))
		abort();
	return 0;
}
