#!/bin/sh
# tai-triage signals: figures in, one notice a cause out.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1
TAI_NOW=2026-01-16T10:00:00Z
TAI_RULES=$TMP/own:$ROOT/rules
export TAI_NOW TAI_RULES
mkdir own
cat >own/customers.csv <<'END'
customer,name,tier,domains,addresses,zone,fee,currency,csm,since,until,contract
acme,Acme Ltd,professional,acme.example,ann@acme.example,,,,mira@tai.example,2025-01-01,,
globex,Globex,enterprise,globex.example,,,,,,2025-01-01,,
END
told() { jq -r '(.about|ltrimstr("signal:"))+" "+.at+" "+.to' | sort; }
rows() { # FIGURES ROW...: a table of acme's; a row is TIME,VALUES
	echo "at,customer,$1"
	shift
	for row; do
		echo "2026-01-${row%%,*}Z,acme,${row#*,}"
	done
}

# name | figures | rows | what is told
try() {
	name=$1 figures=$2 want=$3
	shift 3
	rows "$figures" "$@" >in.csv
	is "$name" "$(tai-triage signals in.csv | told)" "$want"
}
try "errors for ten minutes" calls,errors \
    "error-rate 2026-01-15T10:15:00Z ann@acme.example
error-rate 2026-01-15T10:15:00Z mira@tai.example" \
    15T10:00:00,100,2 15T10:05:00,100,15 15T10:10:00,100,15 15T10:15:00,100,15
try "not for less" calls,errors "" 15T10:05:00,100,15 15T10:14:59,100,15
try "nor when they stop in between" calls,errors "" 15T10:05:00,100,15 \
    15T10:10:00,100,2 15T10:15:00,100,15
try "a tenth is not over a tenth" calls,errors "" 15T10:05:00,100,10 \
    15T10:15:00,100,10
try "of few calls nothing follows" calls,errors "" 15T10:05:00,5,5 \
    15T10:15:00,5,5
try "slow calls" p99_ms "latency 2026-01-15T10:10:00Z ann@acme.example" \
    15T10:00:00,500.1 15T10:10:00,501
try "webhooks" deliveries,deliveries_failed \
    "webhooks-failing 2026-01-15T10:05:00Z ann@acme.example" \
    15T10:00:00,10,3 15T10:05:00,10,3
try "the quota" quota_used,quota "quota 2026-01-15T10:00:00Z ann@acme.example" \
    15T09:00:00,800,1000 15T10:00:00,801,1000 15T11:00:00,900,1000
try "sign-ins of a day" auth_failed \
    "failed-logins 2026-01-15T20:00:00Z ann@acme.example" \
    14T23:00:00,9 15T10:00:00,9 15T20:00:00,2
try "a deprecated call" deprecated \
    "deprecated-api 2026-01-15T10:00:00Z ann@acme.example" 15T10:00:00,1
try "twice the normal day" calls \
    "volume 2026-01-15T10:00:00Z mira@tai.example" 11T10:00:00,1000 \
    12T10:00:00,1000 13T10:00:00,1000 14T10:00:00,1999 15T10:00:00,2501
try "but no day is normal yet" calls "" 14T10:00:00,1000 15T10:00:00,9000
try "the bill grows" bill "bill-growth 2026-01-15T10:00:00Z ann@acme.example
bill-growth 2026-01-15T10:00:00Z mira@tai.example" 10T10:00:00,100.00 \
    15T10:00:00,125.01
try "by a quarter it may" bill "" 10T10:00:00,100 15T10:00:00,125
try "a week without a call" calls \
    "silence 2026-01-15T10:00:00Z ann@acme.example" 08T10:00:00,5 \
    14T10:00:00,0
try "two weeks" calls "silence-long 2026-01-15T09:00:00Z mira@tai.example" \
    01T09:00:00,5
try "figures of the future wait" quota_used,quota "" 17T10:00:00,900,1000
is "of nobody whom we can write to" "$(printf 'at,customer,quota_used,quota\n2026-01-15T10:00:00Z,globex,9,10\n' >in.csv
    tai-triage signals in.csv)" ""

# once
rows quota_used,quota 15T10:00:00,900,1000 15T11:00:00,700,1000 \
    15T12:00:00,900,1000 >in.csv
is "one cause, one notice" "$(tai-triage signals in.csv | wc -l)" 1
ok "with a store" tai-triage signals -d s.db in.csv
is "the second run has nothing new" "$(tai-triage signals -d s.db in.csv)" ""
is "it is in the outbox" "$(tai-send list -d s.db --json | jq -r .to)" \
    ann@acme.example
rows quota_used,quota 20T12:00:00,900,1000 >later.csv
is "nor within a week" "$(tai-triage signals -d s.db later.csv \
    --now 2026-01-20T13:00:00Z)" ""
rows quota_used,quota 24T12:00:00,900,1000 >later.csv
is "then it is told again" "$(tai-triage signals -d s.db later.csv \
    --now 2026-01-24T13:00:00Z | wc -l)" 1
is "the past is no news" "$(tai-triage signals in.csv \
    --now 2026-03-01T00:00:00Z)" ""
is "but for a replay" "$(tai-triage signals --replay in.csv \
    --now 2026-03-01T00:00:00Z | wc -l)" 1
like "in the words of a template" "$(tai-triage signals in.csv |
    jq -r '.subject, .text')" '^Acme Ltd has used 90 % of the calls'

# what it prevented
is "a week later" "$(tai-triage signals --prevented -d s.db --tsv \
    --now 2026-02-10T00:00:00Z | grep '^quota')" "quota	2	0	2	0"
printf '{"type":"message","id":"M1","at":"2026-01-25T10:00:00Z","ticket":"K7Q2M9X4T8WN","customer":"acme","channel":"email","direction":"in","from":{"address":"ann@acme.example"},"role":"customer","subject":"x","text":"y"}\n{"type":"triage","id":"T1","at":"2026-01-25T10:00:00Z","ticket":"K7Q2M9X4T8WN","category":"billing","topic":"plan","by":"ana"}\n' |
    tai-ingest records -d s.db >/dev/null
is "a ticket came all the same" "$(tai-triage signals --prevented -d s.db \
    --tsv --now 2026-02-10T00:00:00Z | grep '^quota')" "quota	2	1	1	0"

# records, and bad input
printf '{"type":"measure","at":"2026-01-15T10:00:00Z","customer":"acme","figures":{"quota_used":900,"quota":"1000"}}\n' \
    >in.jsonl
is "records say the same" "$(tai-triage signals <in.jsonl | jq -r .about)" \
    signal:quota
printf 'at,customer,calls\nsoon,acme,1\n2026-01-15T10:00:00Z,,1\n2026-01-15T10:00:00Z,acme,x1\n2026-01-15T10:00:00Z,acme,1\n2026-01-15T09:00:00Z,acme,1\n' >bad.csv
status "bad rows" 65 tai-triage signals bad.csv
tai-triage signals bad.csv 2>err
is "each with its line" "$(sed 's/^tai-triage: //' err)" \
"bad.csv:2: at is not an RFC 3339 time
bad.csv:3: no customer
bad.csv:4: calls is not a number: 'x1'
bad.csv:6: earlier than the figures of 'acme' before it"
echo '{"type":"measure","at":"2026-01-15T10:00:00Z","customer":"acme","figures":{"calls":[1]}}' >in.jsonl
status "a figure that is no number" 65 tai-triage signals in.jsonl
for bad in 'signals: 5' 'signals: [{id: x}]' 'again_after: soon' \
    'signals: [{id: x, value: y, tell: [csm]}]' \
    'signals: [{id: x, value: y, above: -3, tell: [csm]}]' \
    'signals: [{id: x, value: y, sum: z, above: 1, tell: [csm]}]'; do
	echo "$bad" >own/signals.yaml
	status "rules: $bad" 78 tai-triage signals in.csv
done

# who is told, and what
rm own/signals.yaml
rows calls,errors 15T10:00:00,100,2 15T10:05:00,100,15 15T10:10:00,100,15 \
    15T10:15:00,100,15 >in.csv
tai-triage signals in.csv >both
like "the customer reads what is for it" "$(jq -r 'select(.to ==
    "ann@acme.example").text' both)" '^Hello,'
is "and the csm what is for us" "$(jq -r 'select(.to == "mira@tai.example") |
    .subject' both)" "Calls of Acme Ltd fail: 15 %"
sed 's/,acme,/,globex,/' in.csv >none.csv
is "who has no contact is said" "$(tai-triage signals none.csv 2>&1 |
    grep -v '^{' | head -n 1)" \
    "tai-triage: error-rate: globex has no contact, and is not told"
tr , ';' <in.csv >semi.csv
is "another table is refused at once" "$(tai-triage signals semi.csv 2>&1;
    echo $?)" "tai-triage: semi.csv:1: no column 'at', between commas
65"
done_testing
