/* An article, searched for with its own words. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "domain/answer/kb.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct kb_wanted any = { 1, false, 0, 0 };
	const char *text = (const char *)data;
	struct kb_hit hit[2];
	struct kb *k = kb_new();
	struct err e = { 0 };

	if (kb_add(k, "a", "a.md", text, len, &e) == 0 &&
	    kb_add(k, "b", "b.md", text, len, &e) == 0) {
		kb_ready(k);
		if (kb_search(k, text, len, &any, hit, 2) == 2 &&
		    hit[0].score != hit[1].score)
			abort();
	}
	kb_free(k);
	return 0;
}
