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
done_testing
