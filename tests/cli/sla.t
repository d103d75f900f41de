#!/bin/sh
# tai-sla: clocks, what is due, why, and what lint says.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1
mkdir own
cat >own/customers.csv <<'END'
customer,name,tier,domains,addresses,zone,fee,currency,csm,since,until,contract
small,Small,starter,small.example,,,,,,2025-01-01,,
mid,Mid,professional,mid.example,,,,,,2025-01-01,,
big,Big,enterprise,big.example,,,,,,2025-01-01,,
END
TAI_RULES=$TMP/own:$ROOT/rules
TAI_NOW=2026-03-09T12:00:00-07:00
export TAI_RULES TAI_NOW
A=AAAAAAAAAAAA
B=BBBBBBBBBBBB
C=CCCCCCCCCCCC
D=DDDDDDDDDDDD

# message ID AT TICKET CUSTOMER [out [MORE]]
message() {
	from=ann@$4.example role=customer
	[ "${5:-in}" = in ] || from=mira@tai.example role=agent
	printf '{"v":1,"type":"message","id":"%s","at":"%s","ticket":"%s",' \
	    "$1" "$2" "$3"
	printf '"customer":"%s","channel":"email","direction":"%s",' "$4" \
	    "${5:-in}"
	printf '"from":{"address":"%s"},"role":"%s","subject":"Help %s",' \
	    "$from" "$role" "$1"
	printf '"text":"x","auto":"none"%s}\n' "$6"
}

# triage ID AT TICKET SEVERITY [CATEGORY]
triage() {
	printf '{"v":1,"type":"triage","id":"%s","at":"%s","ticket":"%s",' \
	    "$1" "$2" "$3"
	printf '"severity":"%s","category":"%s","confidence":90}\n' "$4" \
	    "${5:-platform}"
}

{
	message M1 2026-03-02T10:00:00-08:00 $A small
	triage T1 2026-03-02T10:00:00-08:00 $A HIGH
	message M2 2026-03-02T14:00:00-08:00 $A small out
	message M3 2026-03-03T15:45:00-08:00 $B mid
	triage T3 2026-03-03T15:45:00-08:00 $B MEDIUM
	message M4 2026-03-03T23:30:00-08:00 $B mid out
	message M5 2026-03-05T14:00:00-08:00 $C big
	triage T5 2026-03-05T14:00:00-08:00 $C CRITICAL
	message M6 2026-03-05T14:45:00-08:00 $C big out ',"asks":true'
	message M7 2026-03-05T18:00:00-08:00 $C big
	echo '{"v":1,"type":"status","id":"S1","at":"2026-03-06T02:30:00Z",' \
	    '"ticket":"CCCCCCCCCCCC","status":"resolved","by":"mira"}'
	message M8 2026-03-06T16:00:00-08:00 $D big
	triage T8 2026-03-06T16:00:00-08:00 $D LOW feature
} >in.jsonl

# clock TICKET KIND FIELDS: of the clock's record
clock() {
	tai-sla clock --only in.jsonl | jq -r "select(.ticket == \"$1\" and
	    .clock == \"$2\") | [$3] | map(tostring) | join(\" \")"
}

# -- clocks

is "starter HIGH: 4h of 8h" \
    "$(clock $A response .state,.counted_s,.target_s,.elapsed_s,.due)" \
    "met 14400 28800 14400 2026-03-03T18:00:00Z"
is "professional MEDIUM: 2h15m of 7h45m" \
    "$(clock $B response .state,.counted_s,.elapsed_s,.calendar)" \
    "met 8100 27900 extended"
is "enterprise CRITICAL: answered in 45m" \
    "$(clock $C response .state,.counted_s,.calendar)" "met 2700 always"
is "and solved in 1h15m of 4h30m" \
    "$(clock $C resolution .state,.counted_s,.elapsed_s,.remaining_s)" \
    "met 4500 16200 24300"
is "the question's answer made nobody wait too long" \
    "$(clock $C next .state,.why)" ""
is "a feature request has no clock" \
    "$(clock $D response .state,.why)" "none feature request"
tai-sla <in.jsonl >all
is "records pass through" "$(head -n 13 all)" "$(cat in.jsonl)"
is "clocks come behind them, by opening" "$(tail -n +14 all |
    jq -r '.ticket + " " + .clock' | tr '\n' ,)" "$A response,$A resolution,\
$B response,$B resolution,$C response,$C resolution,$D response,$D resolution,"
tac in.jsonl | tai-sla clock --only >b
tai-sla clock --only in.jsonl >a
same "the order of the records makes no difference" a b
is "a moment of the past" "$(tai-sla clock --only --now \
    2026-03-05T15:00:00-08:00 in.jsonl | jq -r 'select(.ticket == "'$C'") |
    [.clock, .state, .due] | join(" ")')" \
    "response met 2026-03-05T23:00:00Z
resolution paused "
{
	echo '{"v":1,"type":"customer","id":"G","at":"2025-01-01T00:00:00Z","customer":"odd","tier":"gold"}'
	message X1 2026-03-02T10:00:00-08:00 $A odd
} >odd.jsonl
status "a tier that the policy lacks is told" 65 tai-sla clock odd.jsonl
like "by ticket and name" "$(tai-sla clock odd.jsonl 2>&1 >/dev/null)" \
    "^tai-sla: customer 'odd': no tier 'gold' in sla.yaml, the default \
'starter' is taken\$"
is "and the default's hold" "$(tai-sla clock --only odd.jsonl 2>&1 |
    jq -rR 'fromjson? | [.tier, .flags[0]] | join(" ")' | uniq)" \
    "starter default_tier"
echo '{"v":1,"type":"customer","id":"K","at":"2026-01-01T00:00:00Z","customer":"odd","tier":"starter"}' |
    cat - odd.jsonl | tai-sla clock --only | jq -r .tier | uniq >a
is "a customer of the stream is known" "$(cat a)" starter

# -- the store gives the same

tai-ingest records -d s.db in.jsonl >/dev/null
tai-sla clock --only in.jsonl >a
tai-sla clock -d s.db --pending >b
same "--pending is the pipe" a b
grep M2 in.jsonl >one.jsonl
tai-sla clock -d s.db --only one.jsonl >b
head -n 2 a >c
same "a part of a ticket counts with what the store knows" c b
message N1 2026-03-09T10:00:00-07:00 $A small >new.jsonl
is "what comes in is stored" "$(tai-sla clock -d s.db --only new.jsonl |
    jq -r 'select(.clock == "next") | .state')" running
is "and is there" "$(tai-sla clock -d s.db --pending | jq -r \
    'select(.clock == "next") | .ticket')" "$A"
is "a dry run stores nothing" "$(message N2 2026-03-09T11:00:00-07:00 $B mid |
    tai-sla clock -n -d s.db >/dev/null; tai-sla clock -d s.db --pending |
    grep -c '"next"')" 1
status "--pending without a store" 64 tai-sla clock --pending
status "--pending with a file" 64 tai-sla clock -d s.db --pending in.jsonl

# -- due

tai-sla due --tsv in.jsonl >list 2>&1
is "something is late" $? 1
is "the next due first, open ones only" "$(cut -f 1,5-7 list)" \
    "TICKET	CLOCK	DUE	LEFT
$A	resolution	Wed 2026-03-04 10:00:00 PST	-26h
$B	resolution	Wed 2026-03-04 15:45:00 PST	-23h 15m"
status "nothing is late" 0 tai-sla due --now 2026-03-02T11:00:00-08:00 in.jsonl
is "what is open at that moment" "$(tai-sla due --tsv --now \
    2026-03-05T15:00:00-08:00 in.jsonl | cut -f 1,5,7 | tail -n 1)" \
    "$C	resolution	paused"
is "soon, as the policy says" "$(tai-sla due --tsv --now \
    2026-03-05T14:30:00-08:00 in.jsonl | grep response | cut -f 7)" "30m"
is "that is ten minutes" "$(tai-sla due --tsv --now \
    2026-03-05T14:44:59-08:00 in.jsonl | grep response | cut -f 7)" "15m 1s"
grep -v M6 in.jsonl | tai-sla due --tsv --now 2026-03-05T14:50:00-08:00 |
    grep response | cut -f 7 >a
is "from there on" "$(cat a)" "10m soon"
tai-sla due --json in.jsonl >a
tai-sla clock --only in.jsonl | grep '"missed"' >b
same "as JSON it is the records" b a
tai-sla due --tsv --now 2026-03-05T15:00:00-08:00 in.jsonl >a
tai-sla due --tsv --now 2026-03-05T15:00:00-08:00 -d s.db >b
same "the store knows what was open then" a b
is "fits a terminal of 80" "$(tai-sla due --table in.jsonl |
    sed 's/…/./g' | awk 'length($0) > 80')" ""

# -- explain

is "every stretch" "$(tai-sla explain cccc in.jsonl | tail -n 10)" \
"  resolution: met, 1h15m of 8h, 6h45m to spare
    target 8h on calendar 'always' (sla.yaml:$(grep -n always \
    "$ROOT/rules/sla.yaml" | cut -d : -f 1))
    Thu 2026-03-05 14:00:00 PST         45m  counted
    Thu 2026-03-05 14:45:00 PST           -  waiting for the customer: 3h15m
                    question by mira@tai.example: M6
    Thu 2026-03-05 18:00:00 PST         30m  counted
                    message by ann@big.example: M7
    Thu 2026-03-05 18:30:00 PST       1h15m  in all, to the end
                    status resolved by mira: S1
    Fri 2026-03-06 01:15:00 PST              it was due"
like "over a weekend" "$(tai-sla explain $A in.jsonl)" \
    'Fri 2026-03-06 17:00:00 PST +-  weekend: 63h'
is "as JSON its steps add up" "$(tai-sla explain --json $A in.jsonl | jq -c \
    '[.counted_s, (.steps | map(.counted_s) | add)]' | tr '\n' ' ')" \
    "[14400,14400] [151200,151200] "
tai-sla explain $C in.jsonl >a
tai-sla explain -d s.db $C >b
same "the store explains the same" a b
tai-sla explain -d s.db 3 >b
same "by its number" a b
status "no such ticket" 64 tai-sla explain ZZZZ in.jsonl
status "which ticket" 64 tai-sla explain
message M9 2026-03-06T16:00:00-08:00 AAAAAAAAAAAB small >>in.jsonl
status "two of that name" 64 tai-sla explain AAA in.jsonl

# -- lint, and files that are wrong

status "the contract's contradictions" 1 tai-sla lint
like "with file, line and both numbers" "$(tai-sla lint)" "sla[.]yaml:[0-9]+: \
enterprise: HIGH response of 30m on 'extended' is faster than CRITICAL of 1h"
mkdir bad
sed 's/HIGH: *{response: 8h/HIGH: {response: 24h/' "$ROOT/rules/sla.yaml" \
    >bad/sla.yaml
like "24h where a day has 8" "$(tai-sla lint -r bad:"$TAI_RULES")" \
    "^bad/sla[.]yaml:[0-9]+: starter: HIGH response of 24h on 'standard', \
where a day has 8h, is 3[.]0 days"
sed 's/09:00-17:00/09:00-25:00/' "$ROOT/rules/calendars.yaml" \
    >bad/calendars.yaml
mkdir -p others
echo 'nonsense: 1' | tee others/uptime.yaml >others/incident.yaml
mkdir slip
sed 's/support-manager/support-manger/' "$ROOT/rules/ladder.yaml" \
    >slip/ladder.yaml
like "whom the ladder tells, and nobody is" "$(tai-sla lint \
    -r "slip:$ROOT/examples/company/rules:$TAI_RULES")" \
    "ladder[.]yaml:16: tells 'support-manger', which team.yaml does not know"
is "where the others are somebody" "$(tai-sla lint \
    -r "$ROOT/examples/company/rules:$TAI_RULES" | grep -c ladder)" 0
mkdir -p nobody
printf 'customer,domains,tier\nacme,acme.example,starter\n' >nobody/customers.csv
printf 'contracts:\n- {customer: acmee, from: 2026-01-01}\n' \
    >nobody/contracts.yaml
sed 's/{template: reminder}/{template: remindr}/' "$ROOT/rules/ladder.yaml" \
    >nobody/ladder.yaml
tai-sla lint -r nobody:"$TAI_RULES" >out
like "a contract of nobody" "$(cat out)" \
    "contracts.yaml:2: no customer 'acmee' in customers.csv"
like "a reminder that there is not" "$(cat out)" \
    "ladder.yaml:[0-9]*: no template 'reply/remindr.txt'"
status "files that are wrong" 78 tai-sla lint -r others:"$TAI_RULES"
is "all of them are told" "$(tai-sla lint -r others:"$TAI_RULES" 2>&1 \
    >/dev/null | sed 's|.*/||')" "uptime.yaml:1: unknown key 'nonsense'
incident.yaml:1: unknown key 'nonsense'"
status "no hour 25" 78 tai-sla lint -r bad:"$TAI_RULES"
like "said with its line" "$(tai-sla lint -r bad:"$TAI_RULES" 2>&1)" \
    "^tai-sla: bad/calendars[.]yaml:[0-9]+: '09:00-25:00' is not hours"
TZ=Asia/Tokyo tai-sla explain $C in.jsonl >b
same "the process's zone is nobody's business" a b
is "a severity that there is not" "$(printf '%s\n' '{"v":1,"type":"triage",'\
'"id":"T1","at":"2026-01-15T14:00:00Z","ticket":"AAAAAAAAAAAA",'\
'"severity":"URGENT"}' | tai-sla clock 2>&1 >/dev/null; echo $?)" \
"tai-sla: stdin:1: severity 'URGENT' is not LOW, MEDIUM, HIGH or CRITICAL
65"
done_testing
