#!/bin/sh
# Who is told of a ticket, who gets it, and why: trees, people, notices.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1
NOW=2026-01-15T14:50:00Z

# message ID TICKET SUBJECT TEXT [FIELDS]: a record of a customer's message
message() {
	printf '{"v":1,"type":"message","id":"%s","at":"2026-01-15T14:47:00Z",' "$1"
	printf '"ticket":"%s","channel":"email","direction":"in",' "$2"
	printf '"from":{"address":"ann@acme.example"},"role":"customer",'
	printf '"message_id":"%s@acme.example",' "$1"
	printf '"subject":"%s","text":"%s"%s}\n' "$3" "$4" "${5:+,$5}"
}
told() { jq -r 'select(.type=="notice")|.channel+" "+.to' "$@" | sort; }
# team: writes team.yaml of the folder "our", put before the rules
mkdir our
RULES=our:$ROOT/rules
team() { cat >our/team.yaml; }

message AAAA0000AAAA0001 K7Q2M9X4T8WQ "leaving" \
    "We want to cancel our subscription, we are leaving." >leaving

# -- people as targets

team <<'YAML'
people:
  ann: {address: ann@tai.example, slack: '@ann', pagerduty: ann}
  bob@tai.example: {name: Bob}
targets:
  vp-product: [{channel: pagerduty, to: ann}, {channel: email, to: ann}]
  ceo: [{channel: email, to: bob@tai.example}]
YAML
is "a way that names a person is theirs" \
    "$(tai-triage leaving --now $NOW -r "$RULES" | told)" \
    "email ann@tai.example
email bob@tai.example
pagerduty ann"

# wrong NAME LINE WORDS: team.yaml on stdin is refused
wrong() {
	team
	tai-triage leaving --now $NOW -r "$RULES" >/dev/null 2>err
	is "$1" $? 78
	like "$1: told" "$(cat err)" "^tai-triage: our/team.yaml:$2: $3$"
}
wrong "an unknown key of a person" 2 "unknown key 'phone'" <<'YAML'
people:
  ann: {phone: 5}
YAML
wrong "no such zone" 3 ".*Mars.*" <<'YAML'
people:
  ann:
    zone: Mars/Olympus
YAML
wrong "two with one address" 3 "'bob' is 'ann' again" <<'YAML'
people:
  ann: {address: ann@tai.example}
  bob: {address: ANN@tai.example}
YAML
wrong "a person who cannot be reached so" 4 "'ann' has no slack" <<'YAML'
people:
  ann: {address: ann@tai.example}
targets:
  ceo: [{channel: slack, to: ann}]
YAML
wrong "neither an address nor a person" 3 ".*neither an address.*" <<'YAML'
people: {}
targets:
  ceo: [{channel: email, to: carl}]
YAML

# -- decision trees by hand

is "an outcome" "$(tai-triage decide incident error_rate=9 --json |
    jq -r '.severity, .outcomes[]' | tr '\n' ' ')" "P2 p2 "
is "the path that leads there" "$(tai-triage decide investigation \
    investigated=45m | sed 's/:[0-9]*)/:N)/')" \
    "investigation: who helps when a ticket takes long
  How long has it been investigated?  investigated 45m: over 30m -> \
to-on-call  (escalation.yaml:N)
  = to-on-call; level 2; tells on-call-support, csm"
is "facts of records, and by hand" "$(printf '%s\n%s\n' \
    '{"severity":"HIGH","tags":["legal"],"other":{}}' \
    '{"severity":"CRITICAL"}' | tai-triage decide escalation tier=enterprise \
    --json - | jq -r '.outcomes|join(",")' | tr '\n' ' ')" \
    "counsel,dedicated-csm critical,dedicated-csm "
status "a fact that there is not" 64 tai-triage decide incident colour=red
status "a value that it cannot have" 64 tai-triage decide incident latency=slow
status "a tree that there is not" 64 tai-triage decide fir
echo '{"severity":"P1"}' >odd
status "a line with a wrong value" 65 tai-triage decide escalation odd
is "alone it lists them" "$(tai-triage decide --json | jq -r .tree | head -n 2 |
    tr '\n' ' ')" "escalation enterprise "
tai-triage test >out
is "their examples are tests" $? 0
like "all of them" "$(cat out)" '^[1-9][0-9]+ examples of decision trees, 0'
sed 's/latency: over 1000/latency: over 100/' "$ROOT/rules/escalation.yaml" \
    >our/escalation.yaml
rm our/team.yaml
tai-triage test -q -r "$RULES" >out
is "an example that fails" $? 1
like "is told" "$(cat out)" "^our/escalation.yaml:[0-9]+: tree 'incident' \
comes to p2, not to"
sed 's/yes: no-incident/yes: incident/' "$ROOT/rules/escalation.yaml" \
    >our/escalation.yaml
status "a tree that goes round" 78 tai-triage leaving --now $NOW -r "$RULES"
like "is told" "$(tai-triage leaving -r "$RULES" 2>&1)" \
    "^tai-triage: our/escalation.yaml:[0-9]+: tree 'incident' comes back"

# -- what a message comes to

cat >customer <<'JSON'
{"v":1,"type":"customer","id":"C1","at":"2026-01-01T00:00:00Z","customer":"acme","tier":"enterprise","csm":"cleo@tai.example"}
JSON
echo 'trees: {}' >our/escalation.yaml
message AAAA0000AAAA0002 K7Q2M9X4T8WR "prices" \
    "What would the larger plan cost us?" '"customer":"acme"' >prices
message AAAA0000AAAA0003 K7Q2M9X4T8WS "down" \
    "Production is down, all calls return 500." >down
message AAAA0000AAAA0004 K7Q2M9X4T8WT "export" \
    "How do I export my data?" '"customer":"acme"' >howto
message AAAA0000AAAA0005 K7Q2M9X4T8WV "bug" "The export is not working."  >bug
escalated() {
	jq -r 'select(.type=="triage").escalate |
	    "\(.level) \(.why) \(.within) \(.page) \(.to//[]|join(","))"' "$@"
}
is "price talk of an enterprise" "$(tai-triage customer prices | escalated)" \
    "3 price-talk 24h null vp-product"
is "and of anybody else" "$(tai-triage prices | escalated)" \
    "null null null null "
is "a critical ticket pages" "$(tai-triage down | escalated)" \
    "3 critical 15m true on-call,vp-product,#support-critical"
is "an enterprise's question is its CSM's" "$(tai-triage customer howto |
    escalated)" "2 dedicated-csm null null csm"
is "a rule and a tree" "$(tai-triage leaving | escalated)" \
    "3 churn 2h true vp-product,ceo,#support-escalations"
is "a desk's own matter" "$(tai-triage bug | escalated)" "null null null null "
is "without trees, what rules say" "$(tai-triage -r "$RULES" leaving down |
    escalated)" "3 churn 2h null vp-product,ceo
null null null null "
rm our/escalation.yaml
like "explain asks the questions again" "$(tai-triage explain K7Q2M9X4T8WS \
    down)" "Is the product unusable.*severity CRITICAL: yes -> critical"
is "in JSON, too" "$(tai-triage explain K7Q2M9X4T8WS down --json |
    jq -r '.asked[0].answer, .escalate.why' | tr '\n' ' ')" "yes critical "

# -- who is on call

team <<'YAML'
people:
  ann: {address: ann@tai.example, pagerduty: ann}
  bob: {address: bob@tai.example, pagerduty: bob}
targets:
  on-call: [{channel: pagerduty, to: oncall engineering}]
  vp-product: [{channel: email, to: ann}]
YAML
cat >our/oncall.yaml <<'YAML'
rotas:
  engineering:
    turns:
      - {from: 2026-01-05 17:00, every: week, people: [ann, bob]}
YAML
is "the rota's week decides" "$(tai-triage down --now $NOW -r "$RULES" | told)" \
    "email ann@tai.example
pagerduty bob"
is "PagerDuty's key is the cause" "$(tai-triage down --now $NOW -r "$RULES" |
    jq -r 'select(.channel=="pagerduty").key')" \
    "escalation:K7Q2M9X4T8WS:3:on-call"
team <<'YAML'
people:
  ann: {address: ann@tai.example, pagerduty: ann}
targets:
  vp-product: [{channel: email, to: ann}]
YAML
is "the customer's own CSM" "$(tai-triage customer howto --now $NOW \
    -r "$RULES" | told)" "email cleo@tai.example"

# -- what nobody is

status "the sample company is complete" 0 tai-triage lint \
    -r "$ROOT/examples/company/rules:$ROOT/rules"
rm our/oncall.yaml
team <<'YAML'
people:
  ann: {role: boss, shift: nights}
targets:
  on-call: [{channel: pagerduty, to: oncall engineering}]
YAML
tai-triage lint -r "$RULES" >out
is "what is missing" $? 1
for words in "outcome 'critical' tells 'vp-product', which team.yaml" \
    "outcome 'junior-desk' is for 'junior', which is nobody's role" \
    "'on-call': there is no rota 'engineering'" \
    "'ann' works by the calendar 'nights', which there is not"; do
	like "lint: $words" "$(cat out)" "$words"
done
done_testing
