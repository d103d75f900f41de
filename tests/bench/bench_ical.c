/* Instances of recurring events that are followed in a second: bench_ical
 * FILE; peer_ical.py does the same by dateutil. */
#include <stdio.h>

#include "base/io.h"
#include "base/time.h"
#include "bench.h"
#include "format/ical.h"

int
main(int argc, char **argv)
{
	const int64_t first = days_from_civil(2000, 1, 1);
	const int64_t last = days_from_civil(2050, 1, 1) - 1;
	struct buf b = BUF_INIT;
	struct err e = { 0 };
	const struct zone *z;
	double t = seconds();
	size_t n = 0;

	if (argc != 2 || file_read(argv[1], ICAL_MOST, &b, &e) < 0 ||
	    zone_load(&z, "Europe/Berlin", &e) < 0) {
		fprintf(stderr, "%s\n", e.text);
		return 1;
	}
	for (int i = 0; i < 20; i++) {
		struct ical_spans spans = { 0 };
		struct arena a = { 0 };

		if (ical_read(&spans, argv[1], b.data, b.len, z, first, last,
		    &a, &e) < 0) {
			fprintf(stderr, "%s\n", e.text);
			return 1;
		}
		n += spans.n;
		ical_free(&spans);
		arena_free(&a);
	}
	printf("%.0f %zu\n", (double)n / (seconds() - t), n / 20);
	buf_free(&b);
	return 0;
}
