#!/bin/sh
# tai-sla oncall: who is on call, schedules, pages, and files that are wrong.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1
mkdir own
TAI_RULES=$TMP/own:$ROOT/rules
TAI_NOW=2026-01-20T18:00:00-08:00
export TAI_RULES TAI_NOW
cat >own/team.yaml <<'END'
people:
  ann: {name: Ann Ames, address: ann@tai.example}
  bob: {name: Bob Bell}
  cid: {}
END
cat >own/oncall.yaml <<'END'
zone: America/Los_Angeles
rotas:
  support:
    outside: standard
    turns:
      - {from: 2026-01-05 17:00, people: [ann, bob]}
      - {from: 2026-03-30 17:00, every: 2 weeks, people: [cid, ann, bob]}
  night:
    zone: Europe/London
    turns:
      - {from: 2026-03-01 01:30, until: 2026-04-01 00:00, every: day,
         people: [ann, bob]}
  chief:
    turns:
      - {from: 2026-01-28 09:00, every: month, people: [cid, bob]}
overrides:
  - {rota: support, from: 2026-01-22 17:00, until: 2026-01-23 12:00,
     person: cid, why: swap}
  - {rota: support, from: 2026-01-24 00:00, until: 2026-01-25 00:00,
     person: nobody, why: offsite}
pages:
  P1: {rotas: [support, chief]}
  P2: {rotas: [support], after: 5m}
END

# at ROTA TIME: person, since, until
at() {
	tai-sla oncall at "$2" --rota "$1" | jq -r '[.person, .on, .from,
	    .until] | map(tostring) | join(" ")'
}

is "an evening" "$(at support '2026-01-20 18:00')" \
    "ann true 2026-01-21T01:00:00Z 2026-01-21T17:00:00Z"
is "that is now" "$(tai-sla oncall | jq -r .person | head -n 1)" ann
is "by day nobody needs to" "$(at support '2026-01-20 12:00')" \
    "null false 2026-01-20T17:00:00Z 2026-01-21T01:00:00Z"
is "a holiday is like a weekend" "$(at support '2026-01-19 12:00')" \
    "bob true 2026-01-17T01:00:00Z 2026-01-20T01:00:00Z"
is "handed over on the hour" "$(at support 2026-01-13T01:00:00Z |
    cut -d ' ' -f 1)" bob
is "and not before" "$(at support 2026-01-13T00:59:59Z | cut -d ' ' -f 1)" \
    null
is "at the same local time in summer" "$(at support '2026-03-12 18:00')" \
    "bob true 2026-03-13T00:00:00Z 2026-03-13T16:00:00Z"
is "an override" "$(at support '2026-01-22 20:00')" \
    "cid true 2026-01-23T01:00:00Z 2026-01-23T17:00:00Z"
is "up to its end" "$(at support '2026-01-23 18:00')" \
    "ann true 2026-01-24T01:00:00Z 2026-01-24T08:00:00Z"
is "nobody, by an override" "$(tai-sla oncall at '2026-01-24 12:00' \
    --rota support | jq -c '[.person, .on, .why]')" '[null,true,"offsite"]'
is "other turns, two weeks long" "$(tai-sla oncall schedule --rota support \
    --from '2026-03-23 17:00' --to '2026-05-20' | jq -r '.person + " " +
    .until' | tr '\n' ,)" "bob 2026-03-31T00:00:00Z,cid 2026-04-14T00:00:00Z,\
ann 2026-04-28T00:00:00Z,bob 2026-05-12T00:00:00Z,cid 2026-05-20T07:00:00Z,"
is "a hand-over that the clocks jump over" "$(at night \
    2026-03-29T00:59:00Z; at night 2026-03-29T01:00:00Z)" \
"bob true 2026-03-28T01:30:00Z 2026-03-29T01:00:00Z
ann true 2026-03-29T01:00:00Z 2026-03-30T00:30:00Z"
is "a month" "$(at chief '2026-02-27 09:00')" \
    "cid true 2026-01-28T17:00:00Z 2026-02-28T17:00:00Z"
is "the next" "$(at chief '2026-03-20 09:00')" \
    "bob true 2026-02-28T17:00:00Z 2026-03-28T16:00:00Z"
is "before anybody's turn" "$(at chief '2026-01-20 09:00')" \
    "null true null 2026-01-28T17:00:00Z"
status "somebody is there" 0 tai-sla oncall at '2026-01-20 18:00' \
    --rota support
status "nobody needs to be" 0 tai-sla oncall at '2026-01-20 12:00' \
    --rota support
status "nobody is" 1 tai-sla oncall at '2026-01-24 12:00' --rota support
status "a page that reaches nobody" 1 tai-sla oncall page P2 \
    '2026-01-20 12:00'
status "a schedule with a gap finds something" 1 tai-sla oncall schedule \
    --rota chief
is "the gap is named" "$(tai-sla oncall schedule --rota night --tsv --from \
    2026-03-31 --to 2026-04-03 | cut -f 2,3,5 | tail -n 1)" \
    "nobody	Wed 2026-04-01 00:00	no turn"
status "one without" 0 tai-sla oncall schedule --rota chief \
    --from 2026-02-01 --to 2027-02-01
is "one person's" "$(tai-sla oncall schedule --person cid --to 2026-04-01 |
    jq -r '.rota + " " + .from' | tr '\n' ,)" "support 2026-01-23T01:00:00Z,\
support 2026-03-31T00:00:00Z,chief 2026-01-28T17:00:00Z,\
chief 2026-03-28T16:00:00Z,"
is "whom P1 pages, at once" "$(tai-sla oncall page P1 '2026-02-10 18:00' |
    jq -r '[.rota, .person, .from, .until] | join(" ")')" \
"support bob 2026-02-11T02:00:00Z 2026-02-11T02:15:00Z
chief cid 2026-02-11T02:00:00Z 2026-02-11T02:15:00Z"
is "P2 five minutes later" "$(tai-sla oncall page P2 '2026-02-10 18:00' |
    jq -r .from)" 2026-02-11T02:05:00Z
status "a severity that pages nobody" 78 tai-sla oncall page P9
status "no such rota" 64 tai-sla oncall --rota x
status "no such person" 64 tai-sla oncall --person x
status "no such time" 64 tai-sla oncall at someday
status "no such word" 64 tai-sla oncall never
is "a time as people say it" "$(tai-sla oncall at '2026-01-20 5pm UTC' --tsv 2>&1)" "$(tai-sla oncall at 2026-01-20T17:00:00Z --tsv)"
status "no rotas" 78 tai-sla oncall -r "$ROOT/rules"
is "a screen of 80 columns" "$(tai-sla oncall schedule --table |
    sed 's/…/./g' | awk 'length($0) > 80')" ""

# -- limits

cat >own/limits.yaml <<'END'
rotas:
  support:
    outside: standard
    evenings: true
    pay: 500
    turns:
      - {from: 2026-01-05 17:00, until: 2026-06-01 17:00, people:
         [ann, ann, ann, bob]}
  ops:
    pay: 750
    turns:
      - {from: 2026-01-05 17:00, until: 2026-06-01 17:00, people:
         [bob, bob, cid]}
zone: America/Los_Angeles
limits: {weeks_per_quarter: 4, evening_weeks: 2, incidents: 3}
overrides:
  - {rota: support, from: 2026-01-30 12:00, until: 2026-02-01 00:00,
     person: nobody, why: offsite}
  - {rota: support, from: 2026-02-03 09:00, until: 2026-02-03 17:00,
     person: cid, why: by day nobody is needed}
pages:
  P1: {rotas: [ops]}
  P2: {rotas: [ops], after: 5m}
END
mkdir limits
mv own/limits.yaml limits/oncall.yaml
limits() {
	tai-sla oncall "$@" -r "limits:$TAI_RULES"
}
limits lint --from '2026-01-05 17:00' --to 2026-03-30 --json >a
is "status of doubts" $? 1
is "hours that nobody covers" "$(jq -r 'select(.check == "gap") | .rota +
    " " + .from + " " + .why' a)" \
    "support 2026-01-30T20:00:00Z nobody is on call: offsite"
is "a third week in a row" "$(jq -r 'select(.check == "evenings") |
    .person + " " + .from + " " + .why' a)" \
"ann 2026-01-20T01:00:00Z evening week 3 in a row, 2 at most
ann 2026-02-17T01:00:00Z evening week 3 in a row, 2 at most
ann 2026-03-17T00:00:00Z evening week 3 in a row, 2 at most"
is "too many weeks of a quarter" "$(jq -r 'select(.check == "weeks") |
    .person + " " + .from + " " + .why' a)" \
"ann 2026-01-01T08:00:00Z 9.1 weeks a quarter, at most 4
bob 2026-01-01T08:00:00Z 11.0 weeks a quarter, at most 4"
is "one person for two rotas" "$(jq -r 'select(.check == "twice") |
    .rota + " " + .person + " " + .from + " " + .until + " " + .why' a |
    head -n 1)" "ops bob 2026-01-27T01:00:00Z 2026-01-30T20:00:00Z is on call \
in 'support', too"
for i in 1 2 3 4; do
	printf '{"v":1,"type":"incident","id":"I%s","at":"%s","key":"k%s",' \
	    $i "2026-01-1${i}T10:00:00Z" $i
	printf '"title":"x","severity":"P1","status":"resolved","started":"%s"}\n' \
	    "2026-01-1${i}T10:00:00Z"
done >incidents.jsonl
# 11 and 12 January (UTC) are of one week, 13 and 14 of bob's next.
is "three in a week are borne" "$(limits lint incidents.jsonl --json \
    --from '2026-01-05 17:00' --to '2026-01-26' |
    jq -r 'select(.check == "incidents")')" ""
sed 's/T10:00/T11:00/g; s/"I/"J/; s/"k/"l/' incidents.jsonl |
    cat incidents.jsonl - >more.jsonl
limits lint more.jsonl --json --from '2026-01-05 17:00' --to 2026-01-26 |
    jq -r 'select(.check == "incidents") | [.rota, .person, .from, .until,
    .why] | join(" ")' >a
is "after four the next is free" "$(cat a)" "ops bob 2026-01-13T01:00:00Z \
2026-01-20T01:00:00Z a week that should be free, after 4 incidents in 'ops'"
tai-ingest records -d s.db more.jsonl >/dev/null
limits lint -d s.db --json --from '2026-01-05 17:00' --to 2026-01-26 |
    jq -r 'select(.check == "incidents") | [.rota, .person, .from, .until,
    .why] | join(" ")' >b
same "the store knows them, too" a b
status "nothing to say" 0 limits lint --person cid

# -- pay

is "a week, and its shares" "$(limits pay --from '2026-01-26 17:00' \
    --to '2026-02-03' --json | jq -r '[.person, .rota, .shifts, .seconds,
    .amount, .currency] | map(tostring) | join(" ")')" \
"bob support 1 349200 37891 USD
ann support 1 460800 50000 USD
bob ops 2 1209600 150000 USD"

# -- iCalendar

limits ics --from '2026-01-05 17:00' --to 2026-02-20 >o.ics
is "lines end in CR LF" "$(grep -vc "$(printf '\r')\$" o.ics)" 0
is "none is over 75 octets" "$(LC_ALL=C awk 'length($0) > 76' o.ics)" ""
cat >ics.yaml <<'END'
zone: America/Los_Angeles
holidays: {on: {file: o.ics, transparent: closed, only: [support]}}
calendars: {x: {open: {mon-sun: 00:00-24:00}, holidays: on}}
END
# Where that calendar is closed, somebody is on call.
is "read back, it is the rota" "$(tai-sla calendar between x \
    2026-01-12T17:00 2026-01-19T17:00 --calendars ics.yaml | cut -f 1)" 115200
limits ics --now 2027-01-01T00:00:00Z --from 2026-01-08 --to 2026-02-20 |
    grep UID >b
is "its names stay" "$(grep UID o.ics | grep -vc -F -f b)" 2

# -- steps, layers

mkdir steps
cat >steps/oncall.yaml <<'END'
zone: America/Los_Angeles
rotas:
  first:
    layers:
      - {turns: [{from: 2026-01-05 00:00, every: week, people: [ann, bob]}]}
      - during: {sat-sun: 00:00-24:00}
        turns: [{from: 2026-01-05 00:00, every: week, people: [cid]}]
    pay: 700
  second:
    turns: [{from: 2026-01-05 00:00, every: 12 hours, people: [bob, ann]}]
pages:
  P1:
    - {rotas: [first]}
    - {rotas: [second], after: 15m}
    - {rotas: [first, second], after: 30m}
END
is "a page has steps" "$(tai-sla oncall page P1 '2026-01-10 18:00' \
    -r "steps:$TAI_RULES" | jq -r '.rota + " " + .person + " " + .from')" \
"first cid 2026-01-11T02:00:00Z
second ann 2026-01-11T02:15:00Z
first cid 2026-01-11T02:30:00Z
second ann 2026-01-11T02:30:00Z"
is "layers are paid by their stretches" "$(tai-sla oncall pay --rota first \
    --from 2026-01-05 --to 2026-01-12 -r "steps:$TAI_RULES" --json |
    jq -r '.person + " " + (.amount | tostring)')" "ann 50000
cid 20000"

# Shifts of hours, layers with hours, and layers with none in between: what
# fills weeks comes to their pay, also when clocks change.
mkdir paid
cat >paid/oncall.yaml <<'END'
zone: America/Los_Angeles
rotas:
  hours:
    turns: [{from: 2026-01-05 00:00, every: 12 hours, people: [ann, bob, cid]}]
    pay: 700
  cut:
    layers:
      - {turns: [{from: 2026-01-05 00:00, every: week, people: [ann, bob]}]}
      - during: {mon-fri: 09:00-17:00}
        turns: [{from: 2026-01-05 00:00, every: week, people: [cid]}]
    pay: 700
  open:
    layers:
      - during: {mon-fri: 09:00-17:00}
        turns: [{from: 2026-01-05 00:00, every: day, people: [cid, ann]}]
      - during: {mon-fri: 17:00-21:00}
        turns: [{from: 2026-01-05 00:00, every: day, people: [bob]}]
    pay: 700
END
paid() {
	tai-sla oncall pay --from "$1" --to "$2" --json \
	    -r "paid:$TAI_RULES" | jq -r '[.rota, .person, .amount] | @tsv' |
	    tr '\t\n' ' ;'
}
is "parts of a week" "$(paid 2026-02-02 2026-02-09)" \
"hours cid 25000;hours ann 25000;hours bob 20000;cut ann 53333;cut cid 16667;\
open cid 28000;open bob 23333;open ann 18667;"
is "over a change of clocks" "$(paid 2026-03-02 2026-03-16 | tr ';' '\n' |
    awk 'NF { sum[$1] += $3 } END { for (r in sum) print r, sum[r] }' |
    sort | tr '\n' ';')" "cut 140000;hours 140000;open 140000;"

# wrong NAME SED MESSAGE: the file, changed, is refused with that
mkdir bad
wrong() {
	sed "$2" own/oncall.yaml >bad/oncall.yaml
	is "$1" "$(tai-sla oncall -r "bad:$TAI_RULES" 2>&1; echo $?)" \
	    "tai-sla: bad/oncall.yaml:$3
78"
}
wrong "an unknown person" 's/people: \[ann, bob\]}/people: [ann, eve]}/' \
    "6: no person 'eve' in team.yaml"
wrong "an unknown calendar" 's/outside: standard/outside: lunar/' \
    "4: no calendar 'lunar'"
wrong "one that is never closed" 's/outside: standard/outside: always/' \
    "4: 'always' is never closed"
wrong "turns out of order" 's/2026-03-30 17:00/2026-01-01 17:00/' \
    "7: turns of 'support' overlap or are not in order"
wrong "an override of no rota" 's/rota: support, from: 2026-01-22/rota: x, from: 2026-01-22/' \
    "17: no rota 'x'"
wrong "backwards" 's/until: 2026-01-23/until: 2025-01-23/' \
    "17: until is not behind from"
wrong "30 February" 's/2026-01-05 17:00/2026-02-30 17:00/' \
    "6: '2026-02-30 17:00' is not a time such as 2026-01-05 17:00"
wrong "the 31st of each month" 's/2026-01-28/2026-01-31/' \
    "15: not every month has that day: hand over by the 28th"
wrong "every blue moon" 's/every: day/every: moon/' \
    "11: every is hour, day, week, month or such as 2 weeks"
wrong "a page to no rota" 's/\[support, chief\]/[support, x]/' \
    "22: no rota 'x'"
wrong "a zone" 's/Europe\/London/Europe\/Londn/' "9: unknown time zone \
'Europe/Londn' (cannot open '/usr/share/zoneinfo/Europe/Londn': No such file \
or directory)"
wrong "a negative duration" 's/after: 5m/after: -5m/' \
    "23: after '-5m' is not a duration such as 0m, 5m or 1h"
wrong "an unknown key" 's/^pages:/page:/' "22: unknown key 'page'"
done_testing
