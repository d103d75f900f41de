#!/bin/sh
# tai-sla uptime: incidents, maintenance and probes in, months out.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1
export TAI_NOW=2026-03-05T00:00:00Z

mkdir ours
cat >ours/customers.csv <<CSV
customer,name,tier,domains,addresses,zone,fee,currency,csm,since,until,contract
pro,Pro,professional,pro.example,,America/Los_Angeles,1500000,USD,,2025-01-01,,
late,Late,starter,late.example,,UTC,250000,USD,,2026-02-15,,
CSV
TAI_RULES=$TMP/ours:$ROOT/rules
export TAI_RULES

# incident START END [MORE]: all of a P1 in one record
incident() {
	printf '{"type":"incident","at":"%s","severity":"P1","status":' "$1"
	printf '"resolved","title":"down","started":"%s","ended":"%s"%s}\n' \
	    "$1" "$2" "$3"
}
# maintenance ANNOUNCED START END [MORE]
maintenance() {
	printf '{"type":"maintenance","at":"%s","announced":"%s",' "$1" "$1"
	printf '"title":"work","started":"%s","ended":"%s"%s}\n' "$2" "$3" "$4"
}
# sums [OPTION...]: total, excluded, down, unknown, percent, met of pro
sums() {
	tai-sla uptime --month 2026-02 --customer pro --json "$@" |
	    jq -r '[.total_s, .excluded_s, .down_s, .unknown_s, .uptime, .met]
	    | map(tostring) | join(" ")'
}

# -- the domain's examples

incident 2026-02-10T10:00:00Z 2026-02-10T10:52:00Z >feb.jsonl
is "52 minutes of February" "$(sums feb.jsonl)" \
    "2419200 0 3120 0 99.8710 false"
is "and what they earn" "$(tai-sla uptime --month 2026-02 --json feb.jsonl |
    tai-credit --only | jq -r '[.customer, .percent, .amount] | join(" ")')" \
    "pro 15 225000"
is "a month of summer time" "$(sums --month 2026-03 --now \
    2026-05-01T00:00:00Z feb.jsonl)" "2674800 0 0 0 100.0000 true"
is "and one of winter time" "$(sums --month 2026-11 --now \
    2027-01-01T00:00:00Z feb.jsonl)" "2595600 0 0 0 100.0000 true"
is "who came within the month has the rest of it" "$(tai-sla uptime --json \
    --month 2026-02 --customer late feb.jsonl |
    jq -c '[.from, .total_s, .down_s]')" \
    '["2026-02-15T00:00:00Z",1209600,0]'
is "a target is met to the second" "$( (incident 2026-02-10T00:00:00Z \
    2026-02-10T00:40:19Z) | sums)" "2419200 0 2419 0 99.9000 true"
is "and missed by one" "$( (incident 2026-02-10T00:00:00Z \
    2026-02-10T00:40:20Z) | sums)" "2419200 0 2420 0 99.8999 false"

# -- overlaps, and what goes on

is "overlaps count once" "$( (incident 2026-02-10T10:00:00Z \
    2026-02-10T11:00:00Z; incident 2026-02-10T10:30:00Z 2026-02-10T11:30:00Z \
    ',"affects":["webhooks"]') | sums)" "2419200 0 5400 0 99.7767 false"
open='{"type":"incident","at":"2026-02-10T10:00:00Z","severity":"P2",
"title":"on","status":"investigating","started":"2026-02-10T10:00:00Z"}'
is "an incident that goes on counts to now" "$(echo "$open" | tr -d '\n' |
    sums --now 2026-02-10T11:00:00Z)" \
    "788400 0 3600 0 99.5433 false"

# -- maintenance

is "announced maintenance leaves both sides" "$( (maintenance \
    2026-02-01T00:00:00Z 2026-02-15T10:00:00Z 2026-02-15T12:00:00Z) | sums)" \
    "2419200 7200 0 0 100.0000 true"
is "also from what was down within" "$( (maintenance 2026-02-01T00:00:00Z \
    2026-02-15T10:00:00Z 2026-02-15T12:00:00Z; incident 2026-02-15T11:00:00Z \
    2026-02-15T12:00:01Z) | sums)" "2419200 7200 1 0 99.9999 true"
is "what was announced too late is downtime" "$( (maintenance \
    2026-02-10T00:00:00Z 2026-02-15T10:00:00Z 2026-02-15T12:00:00Z) | sums)" \
    "2419200 0 7200 0 99.7023 false"
is "one more window a month, of four hours" "$( (maintenance \
    2026-02-01T00:00:00Z 2026-02-11T10:00:00Z 2026-02-11T15:00:00Z; maintenance \
    2026-02-01T00:00:00Z 2026-02-18T10:00:00Z 2026-02-18T11:00:00Z) | sums)" \
    "2419200 14400 7200 0 99.7005 false"
is "cancelled, it is nothing" "$( (maintenance 2026-02-10T00:00:00Z \
    2026-02-15T10:00:00Z 2026-02-15T12:00:00Z ',"key":"m:1"'
    maintenance 2026-02-11T00:00:00Z 2026-02-15T10:00:00Z \
    2026-02-15T12:00:00Z ',"key":"m:1","cancelled":true') | sums)" \
    "2419200 0 0 0 100.0000 true"

# -- probes

probes() {	# STATES...: a tick of ten seconds each, U D or ? by region
	i=0
	for tick; do
		at=$(printf '2026-02-10T00:%02d:%02dZ' $((i / 6)) \
		    $((i % 6 * 10)))
		r=0
		for state in $(echo "$tick" | sed 's/./& /g'); do
			r=$((r + 1))
			case $state in U) up=true ;; D) up=false ;;
			*) continue ;; esac
			printf '{"type":"probe","at":"%s","service":"api",' \
			    "$at"
			printf '"region":"r%d","up":%s}\n' $r $up
		done
		i=$((i + 1))
	done
}
set -f
probes UUU DDU DUU DDD 'D?D' 'U?D' '???' UDD UUU '?DD' >probes.jsonl
set +f
while_probed() {
	tai-sla uptime --customer pro --from 2026-02-10T00:00:00Z --to \
	    2026-02-10T00:01:40Z --json "$@" |
	    jq -r '[.total_s, .down_s, .unknown_s] | join(" ")'
}
is "two of three regions say so" "$(while_probed probes.jsonl)" "100 50 10"
is "in any order, and twice" "$(sort -r probes.jsonl | cat - probes.jsonl |
    while_probed)" "100 50 10"
is "what nobody saw is unknown, never up" "$(sums probes.jsonl)" \
    "2419200 0 50 2419110 99.9979 true"

# A month is what it is, whatever else is asked: what began in March was not
# missing in February.
sed 's/2026-02-10/2026-03-18/' probes.jsonl >march.jsonl
alone() { tai-sla uptime --customer pro --service api --month "$1" --json \
    --now 2026-05-01T00:00:00Z march.jsonl; }
is "a month in a range is what it is alone" "$(alone 2026-02..2026-03)" \
    "$(alone 2026-02; alone 2026-03)"
is "before anything was probed nothing is unknown" "$(alone 2026-02 |
    jq .unknown_s)" 0

# -- what other programs have

printf '%s\n' at,service,region,up,latency_ms \
    2026-02-10T00:00:00Z,api,eu,1,20 2026-02-10T00:00:00Z,api,us,0, \
    2026-02-10T00:00:00Z,api,ap,0, >probes.csv
is "probes of a CSV file" "$(tai-ingest import --from probes probes.csv |
    tai-sla uptime --customer pro --from 2026-02-10T00:00:00Z \
    --to 2026-02-10T00:00:20Z --json | jq -c '[.down_s, .unknown_s]')" "[10,10]"
cat >page.json <<JSON
{"page":{"id":"p"},"incidents":[{"id":"a1","name":"API errors",
"status":"postmortem","impact":"critical","created_at":"2026-02-10T10:02:00Z",
"started_at":"2026-02-10T10:00:00Z","resolved_at":"2026-02-10T10:52:00Z",
"updated_at":"2026-02-11T00:00:00Z","components":[{"name":"API"}]},
{"id":"a2","name":"Typo","status":"resolved","impact":"none",
"created_at":"2026-02-12T10:02:00Z","resolved_at":"2026-02-12T11:00:00Z",
"updated_at":"2026-02-12T11:00:00Z","components":[]}]}
JSON
is "a status page's history" "$(tai-ingest alert --from statuspage page.json |
    sums)" "2419200 0 3120 0 99.8710 false"

# -- a store gives the same answers

cat feb.jsonl probes.jsonl >all.jsonl
tai-ingest records -d store.db all.jsonl >/dev/null
sums all.jsonl >a
tai-sla uptime -d store.db --month 2026-02 --customer pro --json |
    jq -r '[.total_s, .excluded_s, .down_s, .unknown_s, .uptime, .met]
    | map(tostring) | join(" ")' >b
same "from the store" a b
is "what is said later changes no earlier report" "$( (cat feb.jsonl
    incident 2026-02-20T10:00:00Z 2026-02-20T10:52:00Z) |
    sums --now 2026-02-15T00:00:00Z)" "$(sums --now 2026-02-15T00:00:00Z \
    feb.jsonl)"

# -- the explanation

is "every stretch, and they add up" "$(tai-sla uptime --month 2026-02 --json \
    --customer pro --explain feb.jsonl | jq -c '[.total_s == ([.steps[].seconds]
    | add), (.steps | length), .steps[1].why]')" '[true,3,"api: P1 down"]'
like "why an incident does not count" "$( (incident 2026-02-10T10:00:00Z \
    2026-02-10T11:00:00Z ',"customers":["late"]') | tai-sla uptime --text \
    --month 2026-02 --customer pro --explain)" \
    'not counted: P1 down, it concerns other customers'

# -- what is wrong

complains() {	# NAME STATUS PATTERN COMMAND...
	name=$1 want=$2 pattern=$3
	shift 3
	"$@" >out 2>err
	is "$name: status" $? "$want"
	like "$name: says why" "$(cat err)" "$pattern"
	is "$name: in a line" "$(grep -vc '^usage' err)" 1
}
complains "no month" 64 "'2026-13' is not a month" \
    tai-sla uptime --month 2026-13 feb.jsonl
complains "months backwards" 64 'no months in order' \
    tai-sla uptime --month 2026-03..2026-01 feb.jsonl
complains "no customer" 64 "no customer 'nobody'" \
    tai-sla uptime --customer nobody feb.jsonl
complains "no time" 64 "--from 'soon' is not a date or a time" \
    tai-sla uptime --from soon feb.jsonl
incident 2026-02-10T11:00:00Z 2026-02-10T10:00:00Z >bad.jsonl
cat feb.jsonl >>bad.jsonl
complains "it ends before it starts" 65 'bad.jsonl:1: .*ended is before' \
    tai-sla uptime --month 2026-02 --customer pro --json bad.jsonl
is "the others count" "$(jq .down_s out)" 3120
echo '{"v":1,"type":"incident","id":"x","at":"2026-03-01T02:00:00Z","started":"2026-03-01T00:00:00Z","ended":"2026-03-01T01:00:00Z","title":"t","severity":"SEV9","status":"resolved"}' >bad.jsonl
complains "a severity that is none" 65 'bad.jsonl:1: .*severity' \
    tai-sla uptime --month 2026-03 --customer pro bad.jsonl
echo '{"type":"probe","at":"2026-02-10T10:00:00Z","service":"api"}' >bad.jsonl
complains "a probe without an answer" 65 'bad.jsonl:1: probe' \
    tai-sla uptime --month 2026-02 --customer pro bad.jsonl
# rule LINE WITH: uptime.yaml with that line of it changed
rule() {
	sed "/^$1:/,/^[^ ]/{/^ /d;}; s|^$1:.*|$1: $2|" "$ROOT/rules/uptime.yaml" >ours/uptime.yaml
	complains "$1: $2" 78 "ours/uptime.yaml:[0-9]+: $3" \
	    tai-sla uptime --month 2026-02 feb.jsonl
	rm ours/uptime.yaml
}
rule share half 'share is not'
rule minimum long 'minimum is not a time'
rule uses '{acme: [nothing]}' "no service 'nothing'"
rule severities '{P1: some}' 'P1 is not full'
rule alerts '{P1: heavy}' "'heavy' is none of impacts"
rule alerts '{P9: outage}' "unknown key 'P9'"
rule impacts '{outage: 120}' "'outage' is not from 0 to 100"
rule months '[]' 'months is not'
# An extra window that is one customer's own leaves the others theirs.
{
	maintenance 2026-02-01T00:00:00Z 2026-02-16T20:00:00Z \
	    2026-02-16T21:00:00Z ',"customers":["pro"]'
	maintenance 2026-02-01T00:00:00Z 2026-02-17T20:00:00Z \
	    2026-02-17T21:00:00Z
	maintenance 2026-02-01T00:00:00Z 2026-02-18T20:00:00Z \
	    2026-02-18T21:00:00Z
} >own.jsonl
is "an extra window each" "$(tai-sla uptime --month 2026-02 --json own.jsonl |
    jq -r '[.customer, .excluded_s, .down_s] | join(" ")' | sort)" \
    "late 3600 3600
pro 3600 7200"
done_testing
