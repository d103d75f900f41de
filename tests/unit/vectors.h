/* Rows of tab-separated files in tests/data/vectors and the data folder. */
#ifndef TAI_TESTS_VECTORS_H
#define TAI_TESTS_VECTORS_H

#include <stdio.h>
#include <string.h>

#include "unit.h"

#define VECTOR_COLUMNS 8

/*
 * Calls back with every row behind the titles; missing columns are "".
 * Returns how many rows there were, 0 when the file is not there.
 */
__attribute__((unused))
static int
vector_rows(const char *path, void (*row)(char *[VECTOR_COLUMNS], void *),
    void *arg)
{
	char line[4096], *column[VECTOR_COLUMNS];
	bool titles = true;
	FILE *f;
	int n = 0;

	if (path == NULL || (f = fopen(path, "r")) == NULL)
		return 0;
	while (fgets(line, sizeof(line), f) != NULL) {
		char *p = line;

		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' || titles) {
			titles = titles && line[0] == '#';
			continue;
		}
		for (int i = 0; i < VECTOR_COLUMNS; i++) {
			column[i] = p;
			p += strcspn(p, "\t");
			if (*p == '\t')
				*p++ = '\0';
		}
		row(column, arg);
		n++;
	}
	fclose(f);
	return n;
}

/* A path below the project's root; the last four answers stay valid. */
static const char *
root_path(const char *relative)
{
	static char path[4][4096];
	static unsigned next;
	char *p = path[next++ % 4];

	snprintf(p, sizeof(path[0]), "%s/%s", unit_root(), relative);
	return p;
}

#endif
