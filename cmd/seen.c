/* A set of hashes, four ways: the oldest of a full set makes room. */
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "seen.h"

#define SEEN	((size_t)1 << 17)
#define WAYS	4

uint64_t *
seen_new(void)
{
	return xcalloc(SEEN, sizeof(uint64_t));
}

bool
seen_has(const uint64_t *table, const char *text)
{
	uint64_t h = hash_word(text, strlen(text));
	const uint64_t *set = table + h % (SEEN / WAYS) * WAYS;

	for (int i = 0; i < WAYS; i++) {
		if (set[i] == h)
			return true;
	}
	return false;
}

bool
seen_add(uint64_t *table, const char *text)
{
	uint64_t h = hash_word(text, strlen(text));
	uint64_t *set = table + h % (SEEN / WAYS) * WAYS;

	if (seen_has(table, text))
		return true;
	memmove(set + 1, set, (WAYS - 1) * sizeof(*set));
	set[0] = h;
	return false;
}
