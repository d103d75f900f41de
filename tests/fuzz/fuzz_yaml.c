/* YAML: whatever comes in is a tree within the limits or one error. */
#include <stdlib.h>
#include <string.h>

#include "format/yaml.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static int
walk(const struct yaml *y, int depth)
{
	int n = 0;

	if (depth > 33 || y->line < 1)
		abort();
	for (const struct yaml *c = y->first; c != NULL; c = c->next) {
		if ((y->kind == YAML_MAP) != (c->key != NULL))
			abort();
		if (y->kind == YAML_MAP && yaml_get(y, c->key) != c)
			abort();
		walk(c, depth + 1);
		n++;
	}
	if (n != y->count || (y->kind != YAML_SCALAR && y->text != NULL))
		abort();
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const keys[] = { "id", "when", NULL };
	struct arena a = { 0 };
	struct err e = { 0 };
	struct yaml *y = NULL;
	int64_t n = 0;
	bool b;

	if (len > 4096)		/* yaml_get of each key is quadratic */
		return 0;
	if (yaml_parse(&a, "f", (const char *)data, len, &y, &e) == 0) {
		walk(y, 0);
		if (y->kind == YAML_MAP && y->first != NULL) {
			yaml_int(y, y->first->key, -9, 9, &n, &e);
			yaml_decimal(y, y->first->key, 6, &n, &e);
			yaml_bool(y, y->first->key, &b, &e);
			yaml_only(y, keys, &e);
		}
	} else if (e.kind != ERR_CONFIG || strncmp(e.text, "f:", 2) != 0)
		abort();
	arena_free(&a);
	return 0;
}
