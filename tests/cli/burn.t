#!/bin/sh
# tai-sla burn: error budgets, burn rates, and one notice an episode.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1
mkdir ours
cat >ours/team.yaml <<YAML
targets:
  on-call:
    - {channel: pagerduty, to: support}
  '#infra-ops':
    - {channel: slack, to: '#infra-ops'}
YAML
TAI_RULES=$TMP/ours:$ROOT/rules
export TAI_RULES

down() {	# START END
	printf '{"type":"incident","at":"%s","severity":"P1","title":"down",' \
	    "$1"
	printf '"status":"resolved","started":"%s","ended":"%s"}\n' "$1" "$2"
}
burn() {	# NOW FILTER OPTION...
	now=$1 filter=$2
	shift 2
	tai-sla burn --json --now "$now" "$@" | jq -rc "$filter"
}

down 2026-02-10T10:00:00Z 2026-02-10T10:15:00Z >one.jsonl
is "a 30-day window at 99.9 %" "$(burn 2026-02-20T00:00:00Z \
    '[.budget_s, .spent_s, .left_s, .left]' --window 30d --target 99.9 \
    one.jsonl)" '[2592,900,1692,"65.2777"]'
is "a month is the calendar's" "$(burn 2026-02-20T00:00:00Z \
    '[.month, .budget_s, .left_s]' --target 99.9 one.jsonl)" \
    '["2026-02",2419,1519]'
is "overdrawn" "$(burn 2026-02-20T00:00:00Z '[.left_s, .left, .state]' \
    --target 99.99 one.jsonl)" '[-659,"-273.4439","spent"]'
is "the strictest tier's, where nobody is named" "$(burn \
    2026-02-20T00:00:00Z .target one.jsonl)" 99.95
rates() {
	burn "$1" '[.alerts[] | .long + "/" + .short] | join(" ")' \
	    --target 99.9 one.jsonl
}
is "rates in the middle of it" "$(rates 2026-02-10T10:05:00Z)" \
    "83.33/1000.00 13.88/166.66 3.47/41.66 1.15/13.88"
is "the short windows end first" "$(rates 2026-02-10T10:20:00Z)" \
    "250.00/0.00 41.66/500.00 10.41/125.00 3.47/41.66"
fires() {
	burn "$1" '[.alerts[] | .fires] | map(if . then 1 else 0 end) |
	    join("")' --target 99.9 one.jsonl
}
is "nothing fires at its start" "$(fires 2026-02-10T10:00:00Z)" 0000
is "51.84 s are 14.4 times in an hour: not over it" \
    "$(fires 2026-02-10T10:00:51Z)" 0000
is "52 are" "$(fires 2026-02-10T10:00:52Z)" 1000
is "all of them" "$(fires 2026-02-10T10:10:00Z)" 1111
is "the quick one stops with its short window" \
    "$(fires 2026-02-10T10:20:00Z)" 0111
status "what fires is a finding" 1 tai-sla burn --now 2026-02-10T10:10:00Z \
    one.jsonl
status "nothing is none" 0 tai-sla burn --now 2026-03-20T00:00:00Z one.jsonl
like "the table says what" "$(tai-sla burn --table --target 99.9 --now \
    2026-02-10T10:10:00Z one.jsonl)" 'platform .* page$'

# -- one notice an episode, however often

export TAI_DB=$TMP/store.db
tai-ingest records one.jsonl >/dev/null
m=0
while [ $m -lt 60 ]; do
	tai-sla burn --tell --target 99.9 --now \
	    "$(printf '2026-02-10T10:%02d:30Z' $m)" || break
	m=$((m + 3))
done >told.jsonl
is "one page and one ticket in an hour of asking" "$(jq -r .channel told.jsonl |
    sort | tr '\n' ' ')" "pagerduty slack "
is "of when it began" "$(jq -r 'select(.channel == "pagerduty") | .at' \
    told.jsonl)" 2026-02-10T10:01:00Z
down 2026-02-12T10:00:00Z 2026-02-12T10:15:00Z | tai-ingest records >/dev/null
tai-sla burn --tell --target 99.9 --now 2026-02-12T10:05:00Z >again.jsonl
like "the next episode is told anew" "$(jq -r .key again.jsonl)" \
    '^burn::platform:page:2026-02-12T10:0'
unset TAI_DB

# -- what is wrong

wrong() {
	"$@" >out 2>err
	is "$*: status" $? 64
}
wrong tai-sla burn --window soon one.jsonl
wrong tai-sla burn --target lots one.jsonl
wrong tai-sla burn --customer nobody one.jsonl
sed 's/rate: 6,/rate: 0,/' "$ROOT/rules/uptime.yaml" >ours/uptime.yaml
like "a rate of nothing" "$(tai-sla burn one.jsonl 2>&1)" \
    'uptime.yaml:[0-9]+: rate, long and a short'
rm ours/uptime.yaml

# -- windows of the calendar, in the zone of org.yaml

spans() {
	burn "$1" '[.from, .to, (.budget_s | tostring)] | join(" ")' \
	    --window "$2" --target 99.9 one.jsonl
}
is "a week begins on Monday" "$(spans 2026-02-22T12:00:00Z week)" \
    "2026-02-16T08:00:00Z 2026-02-23T08:00:00Z 604"
is "Monday itself" "$(spans 2026-02-23T12:00:00Z week)" \
    "2026-02-23T08:00:00Z 2026-03-02T08:00:00Z 604"
is "a month" "$(spans 2026-12-31T12:00:00Z month)" \
    "2026-12-01T08:00:00Z 2027-01-01T08:00:00Z 2678"
is "a quarter with an hour less" "$(spans 2026-02-20T00:00:00Z quarter)" \
    "2026-01-01T08:00:00Z 2026-04-01T07:00:00Z 7772"
is "the last quarter" "$(spans 2026-11-20T00:00:00Z quarter)" \
    "2026-10-01T07:00:00Z 2027-01-01T08:00:00Z 7952"
is "a year" "$(spans 2026-11-20T00:00:00Z year)" \
    "2026-01-01T08:00:00Z 2027-01-01T08:00:00Z 31536"
is "what was spent early in it counts" "$(burn 2026-11-20T00:00:00Z .spent_s \
    --window year --target 99.9 one.jsonl)" 900
is "weeks, and a percent sign" "$(burn 2026-02-20T00:00:00Z \
    '[.budget_s, .target]' --window 4w --target 99.9% one.jsonl)" \
    '[2419,"99.9"]'
status "no weeks" 64 tai-sla burn --window 0w one.jsonl
status "a share is no percentage" 64 tai-sla burn --target 0.999 one.jsonl
status "no such window" 64 tai-sla burn --window fortnight one.jsonl
is "a share of errors to four places" "$(printf '%s%s%s\n' '{"type":' \
    '"incident","at":"2026-02-10T10:00:00Z","severity":"P1","title":"x",' \
    '"status":"investigating","started":"2026-02-10T10:00:00Z",'"\
"'"weight":0.1445}' | tai-sla burn --json --target 99.99 \
    --now 2026-02-10T11:00:00Z | jq -r '.alerts[0].long, .alerts[0].fires' |
    tr '\n' ' ')" "14.45 true "
done_testing
