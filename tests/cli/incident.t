#!/bin/sh
# tai-sla incident and maintenance: declared, told, ended, and what is due.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1

mkdir ours
cat >ours/customers.csv <<CSV
customer,name,tier,domains,addresses,zone,fee,currency,csm,since,until,contract
pro,Pro,professional,,ops@pro.example,America/Los_Angeles,1500000,USD,,2025-01-01,,
CSV
cat >ours/team.yaml <<YAML
targets:
  on-call:
    - {channel: pagerduty, to: support}
  vp-product:
    - {channel: email, to: vp@tai.example}
  status-page:
    - {channel: email, to: page@status.example}
YAML
TAI_RULES=$TMP/ours:$ROOT/rules
export TAI_RULES

at() {		# TIME COMMAND...: at 2026-02-03TTIMEZ
	now=2026-02-03T$1Z
	shift
	TAI_NOW=$now "$@"
}
incident() {
	tai-sla incident "$@"
}

# -- which severity the facts make

suggested() {
	incident suggest --facts "$1" | cut -f 1
}
is "the API is down for 3 minutes: not yet" "$(suggested api_down=3m)" none
is "over 3 minutes is a P1" "$(suggested api_down=181s)" P1
is "over half of the customers" "$(suggested core_feature_lost=50.1%)" P1
is "half of them is not over half" "$(suggested core_feature_lost=50%)" none
is "lost data is a P1" "$(suggested data_loss)" P1
is "no lost data is none" "$(suggested data_loss=no)" none
is "latency in milliseconds" "$(suggested latency=1001ms)" P2
is "of a second" "$(suggested latency=1s)" none
is "the worst fact decides" "$(suggested error_rate=6%,breach,feature_lost)" P1
is "and it is named" "$(incident suggest --facts error_rate=6% --facts \
    webhooks_failing=21 | cut -f 2)" "over 5 % of calls fail (error_rate=6%)"
is "a wrong key is no incident" "$(suggested wrong_api_key)" none
is "but it excuses nothing" "$(suggested wrong_api_key,data_loss)" P1
status "no incident is a finding" 1 tai-sla incident suggest --facts cosmetic
status "a fact nobody asks for" 64 tai-sla incident suggest --facts weather=bad
status "a value of another kind" 64 tai-sla incident suggest --facts latency=5%

# -- without a store it is a pure filter

at 13:18:00 incident open "API down" --facts api_down=4m --affects api \
    --started 2026-02-03T13:14:00Z >one.jsonl
is "open makes the record and the notices" "$(jq -r .type one.jsonl |
    sort | uniq -c | awk '{ printf "%s %s ", $1, $2 }')" "1 incident 3 notice "
is "it says by which criterion" "$(jq -r \
    'select(.updates) | .updates[0].text' one.jsonl)" \
    "P1: the API is down over 3 minutes (api_down=4m)"
is "the status page was told then" "$(jq -r '.told // empty' one.jsonl)" \
    2026-02-03T13:18:00Z
mkdir quiet
echo 'people: {eva: {address: eva@tai.example, pagerduty: eva}}' \
    >quiet/team.yaml
paged() { # DUTY: how eva hears of it
	echo "severities: {P1: {is: x, $1 tell: [eva]}}" >quiet/incident.yaml
	tai-sla incident open x -n --severity P1 -r "quiet:$TAI_RULES" \
	    2>/dev/null | jq -r 'select(.type == "notice").channel' | tr '\n' ' '
}
is "a person is paged where it says so" "$(paged 'page: true,'), $(paged '')" \
    "email pagerduty , email "
is "pagerduty is paged by the incident's key" "$(jq -r \
    'select(.channel == "pagerduty") | .key' one.jsonl)" \
    "$(jq -r 'select(.type == "incident") | .key' one.jsonl)"
tai-ingest records one.jsonl >passed.jsonl
same "what it makes are good records" one.jsonl passed.jsonl
at 13:25:00 incident update incident: -m "a lock" --status identified \
    one.jsonl >two.jsonl
is "an update is a record of the same key" "$(jq -r '[.key, .status] |
    join(" ")' two.jsonl)" "$(jq -r 'select(.type == "incident") | .key' \
    one.jsonl) identified"
at 14:10:00 incident resolve incident: --ended 2026-02-03T14:09:00Z \
    --cause "a migration" one.jsonl two.jsonl >three.jsonl
is "resolving tells the same ways" "$(jq -r 'select(.type == "notice") |
    .action' three.jsonl | sort | uniq -c | awk '{ print $1, $2 }')" \
    "3 resolve"

# -- all of it folds, in any order

shown() {
	cat "$@" | at 15:00:00 incident show incident: --json - |
	    jq -c '[.severity, .status, .ended, .cause, (.updates | length)]'
}
is "the records make one state" "$(shown one.jsonl two.jsonl three.jsonl)" \
    '["P1","resolved","2026-02-03T14:09:00Z","a migration",3]'
is "in any order, and twice" "$(shown three.jsonl one.jsonl two.jsonl one.jsonl)" \
    "$(shown one.jsonl two.jsonl three.jsonl)"
is "at a moment between it goes on" "$(cat one.jsonl two.jsonl three.jsonl |
    at 13:30:00 incident show incident: --json - |
    jq -c '[.status, .ended]')" '["identified",null]'
at 14:30:00 incident update incident: -m "it is back" --status investigating \
    one.jsonl two.jsonl three.jsonl >four.jsonl
is "reopened, it has not ended" "$(shown one.jsonl two.jsonl three.jsonl \
    four.jsonl)" '["P1","investigating",null,"a migration",4]'

# -- what is due

owed() {	# TIME FILE...: what, when and whether it is late
	when=$1
	shift
	at "$when" incident --json "$@" | jq -r '.owed[] | [.what, .due[11:16],
	    (.late | tostring)] | join(" ")'
}
is "an update every 15 minutes" "$(owed 13:20:00 one.jsonl)" \
    "update 13:33 false"
is "late when it did not come" "$(owed 13:33:01 one.jsonl)" "update 13:33 true"
is "the next from the last" "$(owed 13:33:01 one.jsonl two.jsonl)" \
    "update 13:40 false"
is "a post-mortem a day after the end" "$(owed 15:00:00 one.jsonl two.jsonl \
    three.jsonl)" "post-mortem 14:09 false"
late() {
	at 13:40:00 incident one.jsonl
}
status "something late is a finding" 1 late
at 15:00:00 incident postmortem incident: --done one.jsonl two.jsonl \
    three.jsonl >pm.jsonl
is "done, nothing is due" "$(owed 15:01:00 one.jsonl two.jsonl three.jsonl \
    pm.jsonl)" ""
at 13:18:00 incident open "slow" --severity P3 >p3.jsonl
is "customers are to be told of a P3 within an hour" \
    "$(owed 13:20:00 p3.jsonl | head -n 1)" "tell customers 14:18 false"
at 13:20:00 incident update incident: --told now p3.jsonl >told.jsonl
is "told, an update is due in two hours" "$(owed 13:30:00 p3.jsonl \
    told.jsonl)" "update 15:18 false"
at 13:18:00 incident open "slow" --severity P3 --customers pro >mail.jsonl
is "a P3 is mailed to the customer that it names" "$(jq -r \
    'select(.type == "notice") | [.to, .customer] | join(" ")' mail.jsonl)" \
    "ops@pro.example pro"

# -- the post-mortem's skeleton

at 15:00:00 incident postmortem incident: one.jsonl two.jsonl three.jsonl >pm.md
for part in "# Post-mortem: API down" "a migration" \
    "- 2026-02-03 05:25 PST \*\*identified\*\* a lock" \
    "## What went well" "## Actions" "- pro \(professional\): .* of 99.9 %"; do
	like "it has: $part" "$(cat pm.md)" "^$part"
done

# -- with a store: once, however often

export TAI_DB=$TMP/store.db
at 13:18:00 incident open "API down" --severity P1 --key web:1 >/dev/null
is "three words are queued" "$(tai-send list --json | wc -l)" 3
at 13:19:00 incident tell >again.jsonl
is "telling again tells nobody" "$(wc -l <again.jsonl)" 0
at 13:20:00 incident update web:1 -m "worse than thought" --severity P1 >/dev/null
is "an update pages nobody" "$(tai-send list --json | wc -l)" 3
at 13:30:00 incident open "slow" --severity P3 --key web:2 >/dev/null
at 13:31:00 incident update web:2 -m "everybody" --severity P1 >worse.jsonl
is "one that becomes worse is told anew" "$(grep -c '"notice"' worse.jsonl)" 3
at 13:32:00 incident tell >again.jsonl
is "and once" "$(wc -l <again.jsonl)" 0
printf '{"type":"incident","at":"2026-02-03T13:40:00Z","key":"statuspage:x",
"severity":"P1","title":"Elsewhere","status":"investigating",
"started":"2026-02-03T13:40:00Z"}' | tr -d '\n' | tai-ingest records >/dev/null
at 13:41:00 incident tell >else.jsonl
is "what another program brought in is told as well" \
    "$(grep -c '"about":"statuspage:x"' else.jsonl)" 3
is "a page that is public needs no telling" "$(at 13:42:00 incident --json |
    jq -r 'select(.incident == "statuspage:x") | .owed[].what')" update
unset TAI_DB

# -- maintenance

plan() {
	at 00:00:00 tai-sla maintenance open "$@"
}
plan "Database" --started 2026-02-15T10:00:00Z --ended 2026-02-15T12:00:00Z \
    >plan.jsonl
is "announced now" "$(jq -r .announced plan.jsonl)" 2026-02-03T00:00:00Z
is "it will be left out" "$(at 01:00:00 tai-sla maintenance --json plan.jsonl |
    jq -c '[.excluded_s, .down_s]')" '[7200,0]'
soon() {
	plan "Soon" --started 2026-02-08T10:00:00Z \
	    --ended 2026-02-08T12:00:00Z
}
status "too late is a finding" 1 soon
like "which says why" "$(soon 2>&1 >soon.jsonl)" \
    'announced 5d.* before, .* needed|announced 130h before, 168h are needed'
is "and counts as downtime" "$(at 01:00:00 tai-sla maintenance --json \
    soon.jsonl | jq -c '[.excluded_s, .down_s]')" '[0,7200]'
at 02:00:00 tai-sla maintenance cancel maintenance: plan.jsonl >cancel.jsonl
is "cancelled, it is not listed" "$(cat plan.jsonl cancel.jsonl |
    at 03:00:00 tai-sla maintenance --json)" ""

# -- what is wrong

wrong() {	# NAME PATTERN COMMAND...
	name=$1 want=$2
	shift 2
	"$@" >out 2>err </dev/null
	is "$name: status" $? 64
	like "$name: says why" "$(cat err)" "$want"
}
wrong "no title" 'needs a title' incident open
wrong "no severity" 'no severity and no facts' incident open x
wrong "no such severity" "'P9' is not P1" incident open x --severity P9
wrong "no verb" "not 'close'" incident close x
wrong "no incident" "no incident 'y'" incident show y one.jsonl
wrong "two of a name" 'is not one incident' incident show incident: one.jsonl \
    p3.jsonl
wrong "no percentage" "'some' is not a percentage" incident open x \
    --severity P2 --share some
wrong "no time" 'not a date or a time' incident open x --severity P2 --started someday
wrong "it ends too early" 'before its start, ' incident resolve \
    incident: --ended 2020-01-01T00:00:00Z one.jsonl
wrong "no window" 'needs a title, --started and --ended' \
    tai-sla maintenance open x
sed 's/over: 3m/over: soon/' "$ROOT/rules/incident.yaml" >ours/incident.yaml
status "a wrong rule" 78 tai-sla incident suggest --facts breach
like "with file and line" "$(incident suggest --facts breach 2>&1)" \
    'incident.yaml:[0-9]+: over is not'
rm ours/incident.yaml

# -- who hears of maintenance

cat >>ours/customers.csv <<CSV
other,Other,starter,,ops@other.example,America/Los_Angeles,0,USD,,2025-01-01,,
gone,Gone,starter,,ops@gone.example,America/Los_Angeles,0,USD,,2025-01-01,2026-01-01,
CSV
sed 's/^uses: .*/uses: {other: [dashboard]}/' "$ROOT/rules/uptime.yaml" \
    >ours/uptime.yaml
# heard DATE: whom "tell" tells then, and in which words
heard() {
	TAI_NOW=$1 tai-sla maintenance tell -d plans.db --json |
	    jq -r '.to + ": " + .subject' | sort | tr '\n' ';'
}
plan() {
	when=$1
	shift
	TAI_NOW=$when tai-sla maintenance open "move the database" -d plans.db \
	    --key m:1 --affects api "$@" >/dev/null
}
plan 2026-03-01T00:00:00Z --started 2026-03-10T02:00:00Z \
    --ended 2026-03-10T04:00:00Z
is "who uses it hears, and the status page" "$(heard 2026-03-01T01:00:00Z)" \
"ops@pro.example: maintenance, move the database;\
page@status.example: maintenance, move the database;"
is "once" "$(heard 2026-03-01T02:00:00Z)" ""
plan 2026-03-02T00:00:00Z --started 2026-03-11T02:00:00Z \
    --ended 2026-03-11T04:00:00Z
is "of another time again" "$(heard 2026-03-02T01:00:00Z)" \
"ops@pro.example: Changed: maintenance, move the database;\
page@status.example: Changed: maintenance, move the database;"
is "a day before" "$(heard 2026-03-10T02:00:00Z)" \
"ops@pro.example: Soon: maintenance, move the database;\
page@status.example: Soon: maintenance, move the database;"
is "and that once" "$(heard 2026-03-10T03:00:00Z)" ""
is "while it goes on nothing" "$(heard 2026-03-11T03:00:00Z)" ""
is "and when it is over" "$(heard 2026-03-11T04:00:00Z)" \
"ops@pro.example: Completed: maintenance, move the database;\
page@status.example: Completed: maintenance, move the database;"
is "which is old news by and by" "$(rm plans.db; plan 2026-03-01T00:00:00Z \
    --started 2026-03-10T02:00:00Z --ended 2026-03-10T04:00:00Z
    heard 2026-03-12T00:00:00Z)" ""
heard 2026-03-05T00:00:00Z >/dev/null
TAI_NOW=2026-03-06T00:00:00Z tai-sla maintenance cancel m:1 -d plans.db \
    >/dev/null
is "it is called off" "$(heard 2026-03-06T01:00:00Z)" \
"ops@pro.example: Cancelled: maintenance, move the database;\
page@status.example: Cancelled: maintenance, move the database;"
plan 2026-03-07T00:00:00Z --started 2026-03-10T02:00:00Z \
    --ended 2026-03-10T04:00:00Z
is "and planned again" "$(heard 2026-03-07T01:00:00Z)" \
"ops@pro.example: maintenance, move the database;\
page@status.example: maintenance, move the database;"
TAI_NOW=2026-03-07T02:00:00Z tai-sla maintenance cancel m:1 -d plans.db \
    >/dev/null
is "and called off again" "$(heard 2026-03-07T03:00:00Z)" \
"ops@pro.example: Cancelled: maintenance, move the database;\
page@status.example: Cancelled: maintenance, move the database;"
rm plans.db
for day in 10 11 10; do
	n=$((${n:-0} + 1))
	plan "2026-03-0${n}T00:00:00Z" --started "2026-03-${day}T02:00:00Z" \
	    --ended "2026-03-${day}T04:00:00Z"
	heard "2026-03-0${n}T01:00:00Z" >moved
done
is "moved back it has moved" "$(cat moved)" \
"ops@pro.example: Changed: maintenance, move the database;\
page@status.example: Changed: maintenance, move the database;"
rm ours/uptime.yaml

# -- maintenance that comes again

TAI_NOW=2026-02-01T00:00:00Z tai-sla maintenance open "backups" --key m:2 \
    --started '2026-03-01 01:00' --ended '2026-03-01 04:00' \
    --repeat 'FREQ=WEEKLY;BYDAY=SU;COUNT=3' >series.jsonl
is "each window, the second an hour short" "$(tai-sla maintenance --json \
    --now 2026-02-02T00:00:00Z series.jsonl | jq -r '.started + " " +
    .ended')" "2026-03-01T09:00:00Z 2026-03-01T12:00:00Z
2026-03-08T09:00:00Z 2026-03-08T11:00:00Z
2026-03-15T08:00:00Z 2026-03-15T11:00:00Z"
TAI_NOW=2026-03-09T00:00:00Z tai-sla maintenance cancel m:2 series.jsonl \
    >stop.jsonl
is "called off there are no more" "$(tai-sla maintenance --all --json --now \
    2026-03-20T00:00:00Z series.jsonl stop.jsonl | jq -r .started | tail -n 1
    )" 2026-03-08T09:00:00Z
TAI_NOW=2026-03-09T00:00:00Z tai-sla maintenance open "backups" --key m:2 \
    --started '2026-03-10 22:00' --ended '2026-03-10 23:00' \
    --repeat 'FREQ=WEEKLY;BYDAY=TU;COUNT=2' >other.jsonl
is "another series leaves what was" "$(tai-sla maintenance --all --json --now \
    2026-03-20T00:00:00Z series.jsonl other.jsonl | jq -r .started)" \
    "2026-03-01T09:00:00Z
2026-03-08T09:00:00Z
2026-03-11T05:00:00Z
2026-03-18T05:00:00Z"
TAI_NOW=2026-03-09T00:00:00Z tai-sla maintenance open "backups" --key m:2 \
    --started '2026-03-15 02:00' --ended '2026-03-15 05:00' \
    --repeat 'FREQ=WEEKLY;BYDAY=SU;COUNT=3' >later.jsonl
is "moved, it is as many as before" "$(tai-sla maintenance --all --json --now \
    2026-03-20T00:00:00Z series.jsonl later.jsonl | jq -r .started)" \
    "2026-03-01T09:00:00Z
2026-03-08T09:00:00Z
2026-03-15T09:00:00Z"
TAI_NOW=2026-03-10T00:00:00Z tai-sla maintenance open "backups" --key m:2 \
    --started '2026-03-01 02:00' --ended '2026-03-01 05:00' \
    --repeat 'FREQ=WEEKLY;BYDAY=SU;COUNT=3' >later.jsonl
is "also when only the hour has" "$(tai-sla maintenance --all --json --now \
    2026-03-20T00:00:00Z series.jsonl later.jsonl | jq -r .started)" \
    "2026-03-01T09:00:00Z
2026-03-08T09:00:00Z
2026-03-15T09:00:00Z"
status "no such rule" 64 tai-sla maintenance open x --started 2026-03-01 \
    --ended 2026-03-02 --repeat FREQ=SOMETIMES --now 2026-02-01T00:00:00Z

# -- half of it is back

mkdir part
cd part || exit 1
{
	at 10:00:00 incident open Broken --severity P1 --affects api
} >1
said() { # hour, arguments: about all that was said before
	hour=$1 n=$(ls | wc -l)
	shift
	TAI_NOW=2026-02-03T$hour:00Z tai-sla incident "$@" $(ls) \
	    >"../$((n + 1))" && mv "../$((n + 1))" .
}
said 10:45 update incident: --state api=partial
said 11:00 update incident: --state api=degraded
said 12:00 resolve incident:
is "what it was from each moment on" "$(cat * | tai-sla uptime \
    --month 2026-02 --service api --now 2026-03-09T00:00:00Z --json |
    jq .down_s | sort -u)" $((45 * 60 + 15 * 60 * 30 / 100))
cd ..
TAI_NOW=2026-02-03T10:00:00Z tai-sla incident open All --severity P1 >all1
TAI_NOW=2026-02-03T10:30:00Z tai-sla incident update incident: \
    --state api=none all1 >all2
TAI_NOW=2026-02-03T11:00:00Z tai-sla incident resolve incident: all1 all2 >all3
down() {
	tai-sla uptime --month 2026-02 --service "$1" --json \
	    --now 2026-03-09T00:00:00Z all1 all2 all3 | jq .down_s | sort -u
}
is "of all services one is back" "$(down api) $(down dashboard)" "1800 3600"
like "a plan's services are looked up" "$(tai-sla maintenance open x -n \
    --started '2026-03-20 01:00' --ended '2026-03-20 02:00' --affects apii \
    --now 2026-03-01T00:00:00Z 2>&1 >/dev/null)" "no service 'apii'"
status "and those asked for" 64 tai-sla uptime --month 2026-02 --service apii \
    all1
status "for burns, too" 64 tai-sla burn --service apii all1
status "an impact that there is not" 64 tai-sla incident open x \
    --severity P1 --impact partail
status "nor as a state" 64 tai-sla incident open x --severity P1 \
    --state api=partail
like "a service that there is not is told" "$(tai-sla incident open x -n \
    --severity P1 --affects apii 2>&1 >/dev/null)" \
    "uptime.yaml has no service 'apii': it counts for no uptime"

status "a reason that there is not" 64 tai-sla incident open x \
    --severity P1 --excluded vaer
status "more than all of it" 64 tai-sla incident open x --severity P1 \
    --weight 150

# -- it was not over

mkdir calls
printf '%s\n' 'targets:' '  on-call: [{channel: pagerduty, to: KEY}]' \
    '  vp-product: [{channel: email, to: vp@tai.example}]' >calls/team.yaml
words() { # TIME COMMAND...: what is told then
	TAI_NOW=2026-02-03T$1Z
	export TAI_NOW
	shift
	tai-sla incident "$@" -d calls.db -r "calls:$TAI_RULES" 2>warned |
	    jq -r 'select(.type == "notice") | [.channel, .action // "begin",
	    (.key | sub("^[^:]*:[^:]*"; ""))] | join(" ")'
}
is "a small one is told to nobody here" "$(words 10:00:00 open Odd \
    --severity P3)" ""
like "which is told" "$(cat warned)" \
    'not told, nobody is that now: #support-escalations'
is "a worse one anew" "$(words 10:05:00 update incident: --severity P1)" \
    "pagerduty begin :P1
email begin :P1"
is "its end each way once, each page ended" \
    "$(words 11:00:00 resolve incident:)" "pagerduty resolve 
email resolve 
pagerduty resolve :P1"
is "which a later word of it leaves" "$(TAI_NOW=2026-02-03T11:05:00Z tai-sla \
    incident resolve incident: --fix 'a new lock' -d calls.db \
    -r "calls:$TAI_RULES" | jq -r '[.type, .ended, .fix] | join(" ")')" \
    "incident 2026-02-03T11:00:00Z a new lock"
is "that it goes on after all" "$(words 11:10:00 update incident: \
    --status investigating)" "pagerduty begin :again1:P1
email begin :again1:P1"
is "once" "$(words 11:11:00 tell)" ""
is "and its end" "$(words 11:30:00 resolve incident:)" \
    "pagerduty resolve :again1
email resolve :again1
pagerduty resolve :again1:P1"
theirs() { # ID TIME SEVERITY STATUS: what a status page says
	printf '{"v":1,"type":"incident","id":"%s","at":"2026-02-03T%sZ",' \
	    "$1" "$2"
	printf '"key":"page:1","severity":"%s","title":"x","status":"%s",' \
	    "$3" "$4"
	echo '"started":"2026-02-03T12:00:00Z"}'
}
theirs AAAA0000BBB00001 12:00:00 P1 investigating |
    tai-ingest records -d calls.db >/dev/null
is "what others bring in" "$(words 12:05:00 tell)" "pagerduty begin :1
email begin :1"
theirs AAAA0000BBB00002 12:30:00 P1 resolved |
    tai-ingest records -d calls.db >/dev/null
is "and that it is over" "$(words 12:35:00 tell)" "pagerduty resolve :1
email resolve :1"
is "each once" "$(words 12:40:00 tell)" ""
unset TAI_NOW

# -- names of other houses

is "critical is a P1" "$(at 13:00:00 incident open x --severity Critical |
    jq -r 'select(.type == "incident") | .severity')" P1
is "watching is monitoring" "$(at 13:00:00 incident open x --severity minor \
    --status Watching | jq -r 'select(.type == "incident") | .status')" \
    monitoring
status "an unknown one" 64 tai-sla incident open x --severity blocker
mkdir bad
echo 'names: {critical: P9}' >bad/incident.yaml
like "a name of nothing" "$(incident -r "bad:$TAI_RULES" 2>&1)" \
    "incident.yaml:1: 'P9' is no severity"
echo 'maintenance: {mail: some}' >bad/incident.yaml
like "mail to some" "$(incident -r "bad:$TAI_RULES" 2>&1)" \
    'incident.yaml:1: mail is not all, named or none'

done_testing
