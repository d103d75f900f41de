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
rm our/oncall.yaml
team <<'YAML'
people:
  ann: {address: ann@tai.example, pagerduty: ann}
targets:
  vp-product: [{channel: email, to: ann}]
YAML
is "the customer's own CSM" "$(tai-triage customer howto --now $NOW \
    -r "$RULES" | told)" "email cleo@tai.example"

# -- who gets it

# said AT TICKET CUSTOMER TEXT [FIELDS]: a message of its own moment
said_n=0
said() {
	said_n=$((said_n + 1))
	printf '{"v":1,"type":"message","id":"M%015d","at":"%s",' $said_n "$1"
	printf '"ticket":"%s","customer":"%s","channel":"email",' "$2" "$3"
	printf '"direction":"in","from":{"address":"x@%s.example"},' "$3"
	printf '"role":"customer","message_id":"m%d@x.example",' $said_n
	printf '"subject":"s","text":"%s"%s}\n' "$4" "${5:+,$5}"
}
team <<'YAML'
people:
  mira: {address: mira@tai.example, role: junior, shift: standard}
  nils: {address: nils@tai.example, role: junior, shift: standard}
  jonas: {address: jonas@tai.example, role: senior, shift: extended, load: 1}
  vera: {role: vp-cs, zone: Asia/Tokyo, shift: standard}
  ed: {role: engineering, shift: standard}
YAML
how="How do I import my data?"
{
	cat <<'JSON'
{"v":1,"type":"customer","id":"C1","at":"2026-01-01T00:00:00Z","customer":"ent","tier":"enterprise"}
{"v":1,"type":"customer","id":"C2","at":"2026-01-01T00:00:00Z","customer":"pro","tier":"professional"}
JSON
	said 2026-01-15T18:00:00Z K7Q2M9X4T801 st1 "$how"
	said 2026-01-15T18:01:00Z K7Q2M9X4T802 st2 "$how"
	said 2026-01-15T18:02:00Z K7Q2M9X4T803 st3 "$how"
	echo '{"v":1,"type":"message","id":"A1","at":"2026-01-15T18:03:00Z","ticket":"K7Q2M9X4T802","channel":"email","direction":"out","role":"agent","from":{"address":"nils@tai.example"},"subject":"Re","text":"so","message_id":"a1@tai.example"}'
	echo '{"v":1,"type":"status","id":"S1","at":"2026-01-15T18:04:00Z","ticket":"K7Q2M9X4T801","status":"resolved"}'
	said 2026-01-15T18:05:00Z K7Q2M9X4T804 st2 "$how"
	said 2026-01-15T18:06:00Z K7Q2M9X4T805 pro \
	    "The webhook integration with our ERP is broken."
	said 2026-01-15T18:07:00Z K7Q2M9X4T806 pro \
	    "The webhook integration with our ERP is broken."
	said 2026-01-15T18:08:00Z K7Q2M9X4T807 ent "Production is down."
	said 2026-01-15T18:09:00Z K7Q2M9X4T801 st1 "It does not work" \
	    '"in_reply_to":"m1@x.example"'
	said 2026-01-15T18:10:00Z K7Q2M9X4T808 st4 "401: our API key is refused."
	said 2026-01-15T18:11:00Z K7Q2M9X4T808 st4 "It is still refused." \
	    '"in_reply_to":"m10@x.example"'
	said 2026-01-16T06:08:00Z K7Q2M9X4T809 ent "Production is down."
} >desk
LATER=2026-01-16T07:00:00Z
assigned() {
	jq -r 'select(.type=="assign") |
	    "\(.ticket[10:]) \(.assignee) \(.why)"' "$@"
}
tai-triage desk --now $LATER -r "$RULES" >piped
is "role, load, continuity, shift; once a ticket, and when somebody must" \
    "$(assigned piped)" "01 mira junior-desk: stands first in team.yaml
02 nils junior-desk: has fewer tickets
03 mira junior-desk: stands first in team.yaml
04 nils junior-desk: answered the customer before
05 jonas senior-desk: nobody else may have it
07 vera critical-enterprise: has the better role
08 mira junior-desk: stands first in team.yaml
09 vera critical-enterprise: nobody else may have it"
tai-ingest records -d desk.db desk >/dev/null
tai-triage -d desk.db --pending --now $LATER -r "$RULES" >stored
is "with a store the same" "$(assigned stored)" "$(assigned piped)"
is "which the store has" "$(tai-desk log -d desk.db | assigned)" \
    "$(assigned piped)"
tai-triage -d desk.db --now $LATER -r "$RULES" desk >/dev/null
is "and not again" "$(tai-desk log -d desk.db | grep -c '"type":"assign"')" 8
# One by one, as cron would.
while IFS= read -r line; do
	printf '%s\n' "$line" | tai-ingest records -d cron.db >/dev/null
	tai-triage -d cron.db --pending --now $LATER -r "$RULES" >/dev/null
done <desk
is "run by run the same" "$(tai-desk log -d cron.db | assigned)" \
    "$(assigned piped)"
is "old mail is assigned to nobody" "$(tai-triage desk -r "$RULES" \
    --now 2026-02-16T07:00:00Z | assigned)" ""
explained() { tai-triage explain K7Q2M9X4T809 -r "$RULES" "$@"; }
is "explain says why" "$(explained piped | sed -n '/critical-enterprise: /,$p')" \
    "  critical-enterprise: assigned
    - mira: is junior (3 open)
    - nils: is junior (2 open)
    - jonas: is senior (1 open)
    + vera: nobody else may have it (1 open)
    - ed: is asleep: it is 22:08 there (0 open)"
is "of what it has seen: with the assignments, or a store" \
    "$(explained piped | tail -n 5)" "$(explained -d desk.db | tail -n 5)"
is "in JSON, too" "$(explained desk --json | jq -r '.assignee,
    (.candidates[] | select(.fits).person)' | tr '\n' ' ')" "vera vera "
sed 's/shift: extended/shift: moonlight/' our/team.yaml >x
mv x our/team.yaml
status "a shift that there is not" 78 tai-triage desk --now $LATER -r "$RULES"

# -- the same again

team <<'YAML'
targets:
  vp-product: [{channel: email, to: vp@tai.example}]
YAML
same() { said "2026-01-$1T12:00:00Z" "K7Q2M9X4T9$1" acme "$how"; }
causes() { jq -r 'select(.key // "" | startswith("root-cause")) |
    "\(.at[:10]) \(.to) \(.subject)"'; }
{
	same 05
	same 06
	same 07
	same 08
	said 2026-01-09T12:00:00Z K7Q2M9X4T909 other "$how"
	said 2026-01-09T13:00:00Z K7Q2M9X4T910 acme "Where is my invoice?"
	said 2026-03-01T12:00:00Z K7Q2M9X4T911 acme "$how"
} >again
tai-triage again --replay --now 2026-03-02T00:00:00Z -r "$RULES" >piped
is "the third time is told, once" "$(causes <piped)" \
    "2026-01-07 vp@tai.example acme: 3 tickets on data"
is "with the tickets that were counted" "$(jq -r 'select(.key // "" |
    startswith("root-cause")).text' piped | tail -n +2)" \
    "within 30 days. What do they have in common? Oldest first:

  tai desk show K7Q2M9X4T905
  tai desk show K7Q2M9X4T906
  tai desk show K7Q2M9X4T907"
while IFS= read -r line; do
	printf '%s\n' "$line" | tai-ingest records -d again.db >/dev/null
	tai-triage -d again.db --pending --replay --now 2026-03-02T00:00:00Z \
	    -r "$RULES" >/dev/null
done <again
is "with a store the same" "$(tai-desk log -d again.db | causes)" \
    "$(causes <piped)"
for day in 05 06 07; do
	sed "s/2026-01-$day/2026-02-$day/; s/T9$day/T8$day/
	    s/M0000/M1000/" again | grep "2026-02-$day"
done >month
is "a month later it is told again" "$(cat again month | tai-triage --replay \
    --now 2026-03-02T00:00:00Z -r "$RULES" | causes)" \
    "2026-01-07 vp@tai.example acme: 3 tickets on data
2026-02-06 vp@tai.example acme: 3 tickets on data"
is "old mail has no cause to tell" "$(tai-triage again -r "$RULES" \
    --now 2026-02-20T00:00:00Z | causes)" ""

# -- alerts

team <<'YAML'
people:
  ann: {address: ann@tai.example, pagerduty: ann}
targets:
  on-call: [{channel: pagerduty, to: ann}, {channel: email, to: ann}]
  '#incidents-critical': [{channel: slack, to: '#incidents-critical'}]
  '#support-escalations': [{channel: slack, to: '#support-escalations'}]
YAML
fires='{"alert":"API down","state":"firing","severity":"P1","at":"2026-01-15T14:47:00Z"}'
again='{"alert":"API down","state":"firing","severity":"P1","at":"2026-01-15T14:52:00Z"}'
over='{"alert":"API down","state":"ok","at":"2026-01-15T14:57:00Z"}'
small='{"alert":"Login slow","state":"firing","severity":"P3","at":"2026-01-15T14:48:00Z"}'
alerts() { tai-ingest alert --now 2026-01-15T15:00:00Z -r "$RULES" "$@"; }
paged() {
	jq -r 'select(.type=="notice")|"\(.at[11:16]) \(.channel) \(.to) \(.action)"' |
	    sort
}
printf '%s\n' "$fires" "$again" "$small" "$over" | alerts >out
is "an alert pages and is told, once an episode, and its end ends the page" \
    "$(paged <out)" "14:47 email ann@tai.example null
14:47 pagerduty ann null
14:47 slack #incidents-critical null
14:48 slack #support-escalations null
14:57 pagerduty ann resolve"
is "by the same key" "$(jq -r 'select(.channel=="pagerduty").key' out |
    sort -u | wc -l)" 1
like "in words" "$(jq -r 'select(.channel=="email").text' out)" \
    "^CRITICAL ticket .*: API down"
for line in "$fires" "$again" "$small" "$over" "$fires" "$over"; do
	printf '%s\n' "$line" | alerts -d alert.db >/dev/null
done
is "one process for each: the same" "$(tai-desk log -d alert.db | paged)" \
    "$(paged <out)"
is "old alerts page nobody" "$(printf '%s\n' "$fires" | tai-ingest alert \
    --now 2026-01-17T00:00:00Z -r "$RULES" | paged)" ""
is "nor do those of the future" "$(printf '%s\n' "$fires" | tai-ingest alert \
    --now 2026-01-15T12:00:00Z -r "$RULES" | paged)" ""

# -- a customer's words call nobody

team <<'YAML'
targets:
  vp-product: [{channel: slack, to: '#vp'}, {channel: email, to: vp@tai.example}]
YAML
message AAAA0000AAAA0006 K7Q2M9X4T8WX "<!channel> @here a & b <https://x|y>" \
    "We want to cancel our subscription." >mention
tai-triage mention --now $NOW -r "$RULES" >out
like "in Slack" "$(jq -r 'select(.channel=="slack").text' out)" \
    "^HIGH ticket .*: &lt;!channel&gt; @$(printf '\342\201\240')here a &amp; b \
&lt;https://x\|y&gt;$"
like "mail is as it is" "$(jq -r 'select(.channel=="email").text' out)" \
    ": <!channel> @here a & b <https://x\|y>$"
is "and says what it is" "$(jq -r 'select(.type=="notice").format' out | sort |
    tr '\n' ' ')" "mrkdwn null "

# -- what settles a ticket by itself

rm our/team.yaml
mkdir -p our/triage
# settled ID FIELDS TEXT [RULES]: the statuses that the message leads to
settled() {
	message "$1" K7Q2M9X4T8WY "401" "$3" "$2" >one
	tai-triage one --now $NOW -r "${4:-$ROOT/rules}" |
	    jq -r 'select(.type=="status").status'
}
key="Our API key is refused: 401 unauthorized."
is "a sure rule settles it" "$(settled AAAA0000AAAA0010 '"x":1' "$key")" resolved
is "an answer of the customer's never" \
    "$(settled AAAA0000AAAA0011 '"in_reply_to":"x@tai.example"' "$key")" ""
is "nor what is critical" "$(settled AAAA0000AAAA0012 '"x":1' \
    "$key Production is down.")" ""
is "nor who speaks of leaving" "$(settled AAAA0000AAAA0013 '"x":1' \
    "$key We want to cancel our subscription.")" ""
is "nor the law" "$(settled AAAA0000AAAA0014 '"x":1' \
    "$key Our lawyer will write to you.")" ""
is "nor a breach" "$(settled AAAA0000AAAA0015 '"x":1' \
    "$key Somebody has hacked our account.")" ""
is "nor what came through a list" \
    "$(settled AAAA0000AAAA0016 '"auto":"list"' "$key")" ""
is "nor on another channel" "$(message AAAA0000AAAA0017 K7Q2M9X4T8WY "401" \
    "$key" | sed 's/"channel":"email"/"channel":"slack"/' |
    tai-triage --now $NOW | jq -r 'select(.type=="status").status')" ""
sed 's/resolve: true/resolve: false/' "$ROOT/rules/triage/api.yaml" >x.yaml
mkdir -p unsure/triage
cp "$ROOT"/rules/triage/*.yaml unsure/triage/
cp "$ROOT"/rules/*.yaml unsure/
cp x.yaml unsure/triage/api.yaml
is "nor when no rule says so" "$(settled AAAA0000AAAA0018 '"x":1' "$key" \
    unsure)" ""
cp "$ROOT/rules/triage/api.yaml" unsure/triage/api.yaml
sed -i 's/^threshold: .*/threshold: 100/' unsure/triage/*.yaml
is "nor below the threshold" "$(settled AAAA0000AAAA0019 '"x":1' "$key" \
    unsure)" ""

# -- what nobody is

status "the sample company is complete" 0 tai-triage lint \
    -r "$ROOT/examples/company/rules:$ROOT/rules"
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
