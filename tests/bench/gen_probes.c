/*
 * gen_probes FILE CUSTOMERS DAYS: probes of a service every 10 s from three
 * regions for so many days of 2026, with an outage a day and an answer lost
 * now and then, and beside it FILE.rules/customers.csv.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/time.h"

static uint32_t seed = 1;

static uint32_t
next(void)
{
	return (seed = seed * UINT32_C(1664525) + UINT32_C(1013904223)) >> 8;
}

static int
customers(const char *name, long n)
{
	char path[1000];
	FILE *f;

	snprintf(path, sizeof(path), "%s.rules", name);
	mkdir(path, 0777);
	snprintf(path, sizeof(path), "%s.rules/customers.csv", name);
	if ((f = fopen(path, "w")) == NULL)
		return -1;
	fputs("customer,name,tier,domains,addresses,zone,fee,currency,csm,"
	    "since,until,contract\n", f);
	for (long i = 0; i < n; i++)
		fprintf(f, "c%03ld,C,professional,,,UTC,1500000,USD,,"
		    "2025-01-01,,\n", i);
	return fclose(f);
}

int
main(int argc, char **argv)
{
	static const char *const regions[] = { "us-east", "eu-west",
		"ap-south" };
	int64_t start = days_from_civil(2026, 1, 1) * 86400, end;
	char at[TIME_TEXT];
	FILE *f;

	if (argc != 4 || (f = fopen(argv[1], "w")) == NULL ||
	    customers(argv[1], atol(argv[2])) != 0)
		return 1;
	end = start + atol(argv[3]) * 86400;
	for (int64_t t = start; t < end; t += 10) {
		int64_t of_day = t % 86400;

		time_format(t, at);
		for (int r = 0; r < 3; r++) {
			if (next() % 1000 == 0)
				continue;
			fprintf(f, "{\"v\":1,\"type\":\"probe\",\"id\":"
			    "\"%08" PRIX32 "%08" PRIX32 "\",\"at\":\"%s\","
			    "\"service\":\"api\",\"region\":\"%s\",\"up\":%s,"
			    "\"latency_ms\":%" PRIu32 "}\n", next(), next(),
			    at, regions[r], of_day >= 43200 && of_day < 43260 ?
			    "false" : "true", 40 + next() % 100);
		}
	}
	return fclose(f) != 0;
}
