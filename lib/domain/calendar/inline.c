/* Hours that stand where they are needed, as a calendar without a name. */
#include "domain/calendar/inline.h"

int
calendar_inline(struct calendars **out, const struct calendar **cal,
    struct arena *a, const struct yaml *open, const char *zone,
    struct err *e)
{
	static const char name[] = "hours";
	struct yaml *node = arena_zalloc(a, 5 * sizeof(*node));

	for (int i = 0; i < 5; i++) {
		node[i].kind = YAML_MAP;
		node[i].file = open->file;
		node[i].line = open->line;
		node[i].count = 1;
	}
	node[0].first = &node[1];
	node[1].key = "calendars";
	node[1].first = &node[2];
	node[2].key = name;
	node[2].first = &node[3];
	node[2].count = 2;
	node[3] = *open;
	node[3].key = "open";
	node[3].next = &node[4];
	node[4].kind = YAML_SCALAR;
	node[4].count = 0;
	node[4].key = "zone";
	node[4].text = zone;
	if (calendars_load(out, node, e) < 0)
		return -1;
	*cal = calendar_find(*out, name);
	return 0;
}
