#!/bin/sh
# tai-ingest alert: what monitors send becomes tickets, one an episode, with a
# store and without, in any order and however often.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1
data=$ROOT/tests/data/alerts
TAI_NOW=2026-02-01T00:00:00Z
export TAI_NOW

sum() { sed -n 's/^tai-ingest: //p' "$1"; }
short() {
	jq -r '[.type, (.at|.[5:16]), .status // .severity // .state //
	    .subject // .title, .count // ""] | map(tostring) | join(" ") |
	    rtrimstr(" ")' "$@"
}

tai-ingest alert -v "$data/alertmanager.jsonl" >out 2>err
is "a storm and its end" "$(short out)" "message 01-15T14:47 Error rate of api is over 50 %
triage 01-15T14:47 CRITICAL
alert 01-15T14:47 P1 1
alert 01-15T14:47 P1 2
alert 01-15T15:02 P1
status 01-15T15:03 resolved
alert 01-15T15:03 P1"
is "the sum" "$(sum err)" \
    "4 inputs = 4 records + 0 duplicates + 0 ignored + 0 rejects"
tai-ingest alert -d s.db "$data/alertmanager.jsonl" >stored
same "a store makes no difference" out stored
tai-ingest alert -v -d s.db "$data/alertmanager.jsonl" >again 2>err
is "twice adds nothing" "$(cat again; sum err)" \
    "4 inputs = 0 records + 4 duplicates + 0 ignored + 0 rejects"
gzip -c "$data/alertmanager.jsonl" >a.gz
tai-ingest alert a.gz >packed
same "compressed" out packed

refused() { printf '%s\n' "$1" | tai-ingest alert ${2:+--from "$2"} 2>&1; }
is "what no map knows" "$(refused '{"a":1}')" "tai-ingest: stdin:1: no map of \
rules/alerts knows this: --from names one"
is "what the named map does not know" "$(refused '{"a":1}' plain)" \
    "tai-ingest: stdin:1: none of the forms of plain"
is "a map that there is not" "$(refused '{"a":1}' zzz)" \
    "tai-ingest: there is no alerts/zzz.yaml in the rules"
is "an unknown state" "$(refused '{"alert":"x","state":"odd"}')" \
    "tai-ingest: stdin:1: state 'odd' is none that the map knows"
status "refused input" 65 refused '{"alert":"x","state":"odd"}'
# Each case of the corpus, with what it becomes in short: the sum, the records,
# what was refused. want.txt is what this prints.
brief() {
	jq -r 'if .type == "message" then "message \(.customer // "-") \(.subject|.[:60])"
	    elif .type == "triage" then
		"triage \(.severity) \(.route.channel // "-") \(.escalate.to // [] | join(","))"
	    elif .type == "status" then "status \(.status)"
	    elif .type == "alert" then "alert \(.state) \(.severity) \(.count // "-") \(.fingerprint|.[:40])"
	    elif .type == "incident" then
		"incident \(.severity) \(.status) \(.key) \(.ended // "-") \(.affects // [] | join(","))"
	    else "\(.type) \(.key // .text // "-")" end
	    ' "$1" | paste -d ' ' - "$TMP/when"
}
cases() {
	n=0
	jq -r .case "$data/cases.jsonl" | while IFS= read -r name; do
		n=$((n + 1))
		sed -n "${n}p" "$data/cases.jsonl" | jq -c '.in[]' >in
		tai-ingest alert --stats in >records 2>said
		jq -r .at records >when
		echo "== $name"
		sed -n '$s/^.*: \([0-9]* inputs.*\)/\1/p' said
		brief records
		sed '$d; s/^tai-ingest: in:/refused /' said
	done
}
cases >got.txt
same "the corpus" got.txt "$data/want.txt"
is "a case for each of the maps" "$(cut -d : -f 1 got.txt |
    sed -n 's/^== //p' | sort -u | tr '\n' ' ')" "alertmanager cloudwatch \
datadog grafana pagerduty pingdom plain sentry statuspage "

# With a store each delivery has a process of its own.
jq -c '.in[]' "$data/cases.jsonl" | grep -v '"hello"' | head -n 40 >stream
while IFS= read -r line; do
	printf '%s\n' "$line" | tai-ingest alert -d p.db 2>/dev/null
done <stream >each.jsonl
tai-ingest alert stream >whole.jsonl 2>/dev/null
sort each.jsonl >1
sort whole.jsonl >2
same "one process for each delivery, or for all" 1 2
ok "the store is whole" tai-desk verify -d p.db
tai-desk log -d p.db >before
ok "it is rebuilt" tai-desk rebuild -d p.db
tai-ingest alert -d p.db stream >again 2>/dev/null
is "and still knows what it knew" "$(cat again)" ""

# Forty processes at once are one ticket.
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	echo '{"alert":"net","state":"firing","host":"h'"$i"'","severity":"P1",
	    "at":"2026-01-15T14:47:00Z"}' | tai-ingest alert -d c.db >/dev/null &
done
wait
is "at once" "$(tai-desk log -d c.db | jq -r .type | sort | uniq -c | xargs)" \
    "20 alert 1 message 1 note 1 triage"

# Whoever works on a ticket closes it.
fires='{"alert":"q","state":"firing","at":"2026-01-15T14:47:00Z"}'
over='{"alert":"q","state":"ok","at":"2026-01-15T14:57:00Z"}'
key=$(echo "$fires" | tai-ingest alert -d h.db | jq -r 'select(.type=="message").ticket')
tai-desk assign -d h.db "$key" ana >/dev/null
is "a recovery is told to whom it is assigned" "$(echo "$over" |
    tai-ingest alert -d h.db | jq -r '[.type, .subject // .state] | join(" ")')" \
    "message Recovered: q
alert resolved"

# Rules that are wrong are told with their line.
mkdir -p bad/alerts
printf 'forms:\n  - detect: {a: "*"}\n    fingerprint: a\n    title: t\n' \
    >bad/alerts/own.yaml
wrong() { tai-ingest alert -r "bad:$ROOT/rules" 2>&1 </dev/null; }
is "a map without state" "$(wrong)" \
    "tai-ingest: bad/alerts/own.yaml:2: state is missing"
status "is a wrong configuration" 78 wrong
printf '    state: {at: s, map: {x: on}}\n' >>bad/alerts/own.yaml
is "a state that there is not" "$(wrong)" "tai-ingest: bad/alerts/own.yaml:5: \
'on' is not firing, resolved, acknowledged or ignored"
mkdir -p bad/import
echo 'items: 3' >bad/import/own.yaml
echo 'loop: 3' >bad/slack.yaml
lint() { tai-ingest lint -r "bad:$ROOT/rules"; }
is "lint tells what is wrong with each file" "$(lint | cut -d: -f1-2)" "\
bad/slack.yaml:1
bad/alerts/own.yaml:5
bad/import/own.yaml:1"
status "and says so" 1 lint
# -- what a status page says of its components
cat >page.json <<'END'
{"page":{"id":"p"},"incidents":[{"id":"abc","name":"API errors",
"status":"resolved","impact":"major","created_at":"2026-02-10T10:00:00Z",
"updated_at":"2026-02-10T12:00:00Z","resolved_at":"2026-02-10T12:00:00Z",
"components":[{"name":"API"},{"name":"Dashboard"}],"incident_updates":[
{"status":"resolved","body":"over","created_at":"2026-02-10T12:00:00Z",
"affected_components":null},
{"status":"monitoring","body":"fix","created_at":"2026-02-10T11:00:00Z",
"affected_components":[{"code":"1","name":"API",
"old_status":"partial_outage","new_status":"operational"},
{"code":"2","name":"Dashboard","old_status":"degraded_performance",
"new_status":"operational"}]},
{"status":"identified","body":"db","created_at":"2026-02-10T10:30:00Z",
"affected_components":[{"code":"1","name":"API",
"old_status":"major_outage","new_status":"partial_outage"}]},
{"status":"investigating","body":"?","created_at":"2026-02-10T10:00:00Z",
"affected_components":[{"code":"1","name":"API","old_status":"operational",
"new_status":"major_outage"},{"code":"2","name":"Dashboard",
"old_status":"operational","new_status":"degraded_performance"}]}]}]}
END
tai-ingest alert --from statuspage --only page.json >page.jsonl
is "each component's states" "$(jq -r '.updates[] | .at[11:16] as $t |
    .states[]? | $t + " " + .service + " " + .state' page.jsonl)" \
"11:00 API operational
11:00 Dashboard operational
10:30 API partial_outage
10:00 API major_outage
10:00 Dashboard degraded_performance"
is "30 minutes, and 30 of which three tenths count" "$(tai-sla uptime \
    --month 2026-02 --service api --json --now 2026-03-03T00:00:00Z page.jsonl |
    jq .down_s)" 2340
is "what was only slow was up" "$(tai-sla uptime --month 2026-02 \
    --service dashboard --json --now 2026-03-03T00:00:00Z page.jsonl |
    jq .down_s)" 0
cat >page.json <<'END'
{"page":{"id":"p"},"scheduled_maintenances":[{"id":"m","name":"move",
"status":"completed","created_at":"2026-01-20T00:00:00Z",
"updated_at":"2026-02-10T02:40:00Z","resolved_at":"2026-02-10T02:40:00Z",
"scheduled_for":"2026-02-10T02:00:00Z",
"scheduled_until":"2026-02-10T04:00:00Z","components":[{"name":"API"}]}]}
END
is "a maintenance that was over early" "$(tai-ingest alert --from statuspage \
    --only page.json | tai-sla maintenance --all --json \
    --now 2026-03-03T00:00:00Z | jq -r .ended)" 2026-02-10T02:40:00Z
done_testing
