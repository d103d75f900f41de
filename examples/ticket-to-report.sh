#!/bin/sh
# The whole main job on the sample company, from mail to the daily report:
# first as a pipe of filters that keep nothing, then with a store. Both give
# the same bytes. Build first (make); the results are in build/demo.
set -eu
cd "$(dirname "$0")/.."
PATH=$PWD/build/bin:$PATH
company=examples/company
out=build/demo
mkdir -p "$out"

# The company's own rules come before the installed ones, and the moment is
# fixed, so that the report is that of Friday, 27 February 2026, 17:00.
export TAI_RULES="$company/rules:rules"
export TAI_NOW=2026-02-27T17:00:00-08:00
unset TAI_DB

# 1. Filters. What the agents did, the incidents and the answers of surveys
#    are records already; mail becomes records; triage and sla add their own.
{
	tai-ingest mbox "$company/mail/support.mbox"
	cat "$company/desk.jsonl" "$company/incidents.jsonl" \
	    "$company/answers.jsonl"
} | tai-triage | tai-sla | tai-report daily >"$out/pipe.txt"

# 2. A store. The same steps, each when its time comes: mail every minute,
#    the report once a day.
export TAI_DB="$out/ticket-to-report.db"
rm -f "$TAI_DB" "$TAI_DB"-*
tai-ingest mbox "$company/mail/support.mbox" >/dev/null
tai-ingest records "$company/desk.jsonl" "$company/incidents.jsonl" \
    "$company/answers.jsonl" >/dev/null
tai-triage --pending >/dev/null
tai-report daily >"$out/store.txt"

cmp "$out/pipe.txt" "$out/store.txt"
cat "$out/store.txt"
