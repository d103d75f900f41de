#!/bin/sh
# Installs what is missing, builds, takes the sample company's mail in and
# prints the daily report of one Friday. Start over as often as you like.
ROOT=$(cd "$(dirname "$0")/.." && pwd) || exit 1
cd "$ROOT" || exit 1
. tests/install.sh
unset MAKEFLAGS MAKELEVEL MFLAGS

need build run || exit 1
mkdir -p build/demo || exit 1
cpus=$(getconf _NPROCESSORS_ONLN 2>/dev/null) || cpus=1
echo "building ..."
make -s -j "$cpus" >build/demo/build.log 2>&1 || {
	cat build/demo/build.log
	exit 1
}

set -e
PATH=$ROOT/build/bin:$PATH
company=examples/company
export TAI_RULES="$company/rules:rules"
export TAI_DB=build/demo/support.db
export TAI_NOW=2026-02-27T17:00:00-08:00
rm -f "$TAI_DB" "$TAI_DB"-*

tai-ingest mbox "$company/mail/support.mbox" >/dev/null
tai-ingest records "$company/desk.jsonl" "$company/incidents.jsonl" \
    "$company/answers.jsonl" >/dev/null
tai-triage --pending >/dev/null
echo "$(grep -ac '^From ' "$company/mail/support.mbox") mails of the sample" \
    "company are in $TAI_DB; this is its Friday:"
echo
tai-report daily
tai-report daily --html -o build/demo/daily.html
cat <<TXT

The same as a page: build/demo/daily.html

Look around (the moment and the rules are those of the sample company):

  export PATH=\$PWD/build/bin:\$PATH TAI_DB=$TAI_DB
  export TAI_RULES=$TAI_RULES TAI_NOW=$TAI_NOW
  tai-desk                          open tickets, the next due first
  tai-desk show 36                  one ticket, with all that was said
  tai-desk search webhooks          full text
  tai-sla explain 36                every second of its clocks, and why
  tai-triage explain 36             which rules matched, and where
  tai-sla incident list             what was down, and who has to be told
  tai-sla uptime --month 2026-01    a month's uptime of each customer, and
  tai-sla uptime --month 2026-01 --json |
      tai-credit compute --only     what its outages cost
  tai-sla achievement               targets met, by tier
  tai-sla oncall                    who carries the pager
  tai-csat score                    satisfaction by customer, agent, ...
  tai-report daily --html > report.html

Your own mail: see "The first five minutes" in README.
TXT
