#!/bin/sh
# The first answer: what is wrong with it is found before anything is kept,
# and nobody goes without one.
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
kinds() { jq -r .type | tr '\n' ' '; }
mkdir -p our/triage our/templates/reply our/templates/notice
RULES=our:$ROOT/rules
# template NAME LINE...: of ours
template() {
	template_name=$1
	shift
	printf '%s\n' --- 'about: x' 'subject: y' --- "$@" >"our/templates/$template_name.txt"
}

# -- templates are looked at first

message AAAA0000AAAA0001 K7Q2M9X4T8WN "401 on every call" \
    "Our API key is refused since noon." >one
tai-ingest records -d mend.db one >/dev/null
# refused WHAT WORDS: the run ends before anything is read or kept
refused() {
	tai-triage -d mend.db --pending --now $NOW -r "$RULES" >out 2>err
	is "$1 ends the run" $? 78
	like "$1: in these words" "$(cat err)" "^tai-triage: $2$"
	is "$1: nothing is printed or kept" \
	    "$(cat out; tai-desk log -d mend.db | wc -l)" 1
}
template reply/api-key-invalid 'Hello {{nobody}}'
refused "a hole" "reply/api-key-invalid.txt:5: no value 'nobody'"
template reply/api-key-invalid 'a' '{{#name}}{{^name}}{{nobody}}{{/name}}{{/name}}'
refused "a hole where few come by" \
    "reply/api-key-invalid.txt:6: no value 'nobody'"
template reply/api-key-invalid '{{> gone}}'
refused "a part that there is not" \
    "reply/api-key-invalid.txt:5: no partial 'gone'"
template reply/_sign '{{#links}}'
refused "a broken part" "reply/_sign.txt:5: this section is not closed"
template reply/_sign '{{nobody}}'
refused "a part with a hole" "reply/_sign.txt:5: no value 'nobody'"
rm our/templates/reply/*
template reply/api-key-invalid 'We found' '[[the cause]].'
refused "what a person has to fill in" "reply/api-key-invalid.txt:6: \
'\[\[' is for a person to fill in, and no answer of a rule's"
rm our/templates/reply/*
cat >our/triage/a.yaml <<'EOF'
rules:
- id: lost
  when: {any: lost}
  category: other
  confidence: 5
  reply: lost-words
EOF
refused "a template that there is not" \
    "our/triage/a.yaml:2: no template 'reply/lost-words.txt'"
echo 'acknowledge: receipt' >our/triage/a.yaml
refused "a receipt that there is not" \
    "our/triage/a.yaml:1: no template 'reply/receipt.txt'"
echo 'customers: {acme: {acknowledge: receipt}}' >our/triage/a.yaml
refused "a customer's receipt" \
    "our/triage/a.yaml:1: no template 'reply/receipt.txt'"
rm our/triage/a.yaml
for form in escalation route recovered root-cause; do
	template notice/$form '{{^customer}}{{who}}{{/customer}}'
	refused "a notice with a hole" "notice/$form.txt:5: no value 'who'"
	rm our/templates/notice/$form.txt
done
is "mended, the answer comes" "$(tai-triage -d mend.db --pending --now $NOW \
    -r "$RULES" | kinds)" "message triage reply status "

# -- and stands in for one that cannot be written

# A subject without end makes a text without end.
template reply/api-key-invalid "$(yes '{{subject}}' | head -n 9)"
perl -e 'undef $/; $_ = <STDIN>; my $long = "x" x 8000000;
    s/401 on every call/401 on every call $long/; print' <one >long
tai-triage --only long --now $NOW -r "$RULES" >out 2>err
is "an answer that cannot be written" $? 65
is "is a receipt, and settles nothing" "$(kinds <out)" "triage reply "
is "by its name" "$(jq -r 'select(.type=="reply").template' out)" acknowledge
like "and that is told" "$(cat err)" "^tai-triage: reply/api-key-invalid.txt:\
[0-9]+: the text grows without end: ticket K7Q2M9X4T8WN gets the receipt$"
cp our/templates/reply/api-key-invalid.txt our/templates/reply/acknowledge.txt
tai-ingest records -d long.db long >/dev/null
tai-triage -d long.db --pending --now $NOW -r "$RULES" >out 2>err
is "without a receipt, either, it is refused" "$? $(kinds <out)" "65 "
rm our/templates/reply/*
is "and waits for the next run" "$(tai-triage -d long.db --pending --now $NOW \
    --only -r "$RULES" | kinds)" "triage reply status "

# -- why there is none

# why FIELDS [RULES...]: what explain says of the mail with these fields
why() {
	message AAAA0000AAAA0009 K7Q2M9X4T8W9 "401 on calls" \
	    "${2:-Our API key is refused.}" "$1" |
	    sed 's/"channel":"email",\(.*"channel"\)/\1/' >asked
	shift
	[ $# -eq 0 ] || shift
	tai-triage explain K7Q2M9X4T8W9 --now $NOW "$@" asked |
	    sed -n 's/^  \(no answer: \|no verdict and \|answer \)/\1/p'
}
is "one that is answered" "$(why '"x":1')" "answer api-key-invalid"
is "by a receipt" "$(why '"x":1' "401, and our lawyer will write" |
    head -n 1)" "answer acknowledge"
for case in '"flags":["flood"] it is one of too many from there (flood)' \
    '"flags":["forged"] its sender is forged' \
    '"flags":["foreign"] it bears somebody else.s token' \
    '"auto":"list" it came through a list' \
    '"in_reply_to":"x@y.example" it did not open the ticket' \
    '"channel":"slack" it came by slack'; do
	like "why: ${case#* }" "$(why "${case%% *}")" \
	    "^no answer: $(echo "${case#* }" | sed 's/[()]/[&]/g')$"
done
is "why: a program" "$(why '"auto":"reply"')" \
    "no verdict and no answer: a program sent it (reply)"
is "why: a closing word" "$(why '"in_reply_to":"x@y.example"' \
    "Thanks, works now.")" "no answer: the customer needs no more help"
is "why: too old" "$(why '"x":1' "" --now 2026-01-20T00:00:00Z)" \
    "no answer: it is too old (answer_within)"
is "why: nothing is" "$(echo 'threshold: never' >our/triage/a.yaml
    why '"x":1' "" -r "$RULES")" "no answer: nothing is answered by itself"
rm our/triage/a.yaml
is "why: of one of us" "$(tai-triage explain K7Q2M9X4T8W9 --now $NOW - <asked |
    grep -c "no answer")$(sed 's/ann@acme.example/mira@tai.example/' asked |
    tai-triage explain K7Q2M9X4T8W9 --now $NOW - | grep "no answer")" \
    "0  no answer: its sender is one of us"
is "in JSON" "$(tai-triage explain K7Q2M9X4T8W9 --json \
    --now 2026-01-20T00:00:00Z asked | jq -r .no_answer)" \
    "it is too old (answer_within)"
is "and what became of the letter" "$(tai-triage explain K7Q2M9X4T8WN \
    -d mend.db | grep "^  answer")" "  answer api-key-invalid, queued"
is "in JSON, too" "$(tai-triage explain K7Q2M9X4T8WN -d mend.db --json |
    jq -r '.answer+" "+.answer_state')" "api-key-invalid queued"

# -- what is masked

card="The charge on 4111 1111 1111 1111 was shown to another customer"
hidden="The charge on [secret: card number] was shown to another customer"
judged() { tai-triage --only "$@" | jq -c '[.severity,.rule,.secrets]'; }
message AAAA0000AAAA0010 K7Q2M9X4T8WA "oh" "$card" '"flags":["secret"]' >bare
message AAAA0000AAAA0010 K7Q2M9X4T8WA "oh" "$hidden" '"flags":["secret"]' >dark
is "a secret is seen as its kind" "$(judged bare)" \
    '["CRITICAL","secret-in-wrong-hands",["card number"]]'
is "masked or not" "$(judged dark)" "$(judged bare)"
like "and explain says so" "$(tai-triage explain K7Q2M9X4T8WA bare)" \
    "^  it held a secret: card number, masked$"
is "which shows no digit" "$(tai-triage explain K7Q2M9X4T8WA bare |
    grep -c 4111)" 0
message AAAA0000AAAA0011 K7Q2M9X4T8WB "key" "My password: hunter2xyz9, thx" \
    '"flags":["secret"]' >key
is "what was only sent is no catastrophe" "$(judged key)" \
    '["MEDIUM","secret-sent",["password"]]'

mkdir -p ack/triage
printf 'acknowledge: acknowlege\nrules: []\n' >ack/triage/a.yaml
like "lint: a receipt that there is not" "$(tai-triage lint \
    -r ack:"$ROOT/rules")" "a.yaml:1: no template 'reply/acknowlege.txt'"

cat >ack/triage/a.yaml <<'YAML'
rules:
- {id: far, when: {tier: platinum, any: far}, severity: HIGH, confidence: 60}
- {id: near, when: {customer: acmee, any: near}, severity: HIGH, confidence: 60}
YAML
printf 'tiers: {gold: {}}\n' >ack/sla.yaml
printf 'customer,domains,tier\nacme,acme.example,gold\n' >ack/customers.csv
tai-triage lint -r ack:"$ROOT/rules" >out 2>&1
like "lint: a tier that there is not" "$(cat out)" \
    "a.yaml:2: rule 'far' asks for the tier 'platinum', which sla.yaml does"
like "lint: a customer" "$(cat out)" \
    "a.yaml:3: rule 'near' asks for the customer 'acmee', which customers.csv"
like "lint: a tier of the trees" "$(cat out)" \
    "escalation.yaml:.*asks for 'enterprise', which sla.yaml does not have"

# -- when nobody suits, somebody else

cat >customer <<'JSON'
{"v":1,"type":"customer","id":"C1","at":"2026-01-01T00:00:00Z","customer":"ent","tier":"enterprise"}
JSON
message AAAA0000AAAA0002 K7Q2M9X4T8W2 "down" \
    "Production is down, all calls return 500." '"customer":"ent"' >down
message AAAA0000AAAA0003 K7Q2M9X4T8W3 "thanks" \
    "Priya of your support was fantastic." >praise
message AAAA0000AAAA0004 K7Q2M9X4T8W4 "hello" "nothing special" >plain
team() { cat >our/team.yaml; }
run() { tai-triage --only --now $NOW -r "$RULES" "$@" 2>err; }
told() { jq -r 'select(.type=="notice")|.channel+" "+.to' "$@" | sort; }
assigned() { jq -r 'select(.type=="assign")|.assignee+" "+.why' "$@"; }
words() { jq -r 'select(.type=="reply").text' "$@"; }
promises() {	# what of it an answer promises
	words "$@" | grep -Eo 'engineer is being called|on this thread' |
	    tr '\n' ' '
}
team <<'YAML'
people:
  mira: {address: mira@tai.example, pagerduty: mira, role: support, load: 1,
    tiers: [starter], skills: [billing], shift: standard}
YAML
run customer down >out
is "a team of one has it" "$(assigned out)" \
    "mira critical-enterprise, else everybody: nobody else may have it"
is "and is paged" "$(told out)" "email mira@tai.example
pagerduty mira"
is "which the answer says not while nothing can page" "$(promises out)" \
    "on this thread "
like "as explain says" "$(tai-triage explain K7Q2M9X4T8W2 -r "$RULES" customer \
    down)" "whom nothing pages: send.yaml has no key_file of pagerduty"
sed "s|^#  key_file: .*|  key_file: secrets/pager|" "$ROOT/rules/send.yaml" \
    >our/send.yaml
run customer down >out
is "but when the postman can" "$(promises out)" \
    "engineer is being called on this thread "
is "and stderr says nothing" "$(cat err)" ""
tai-triage explain K7Q2M9X4T8W2 -r "$RULES" customer down >out
like "explain: whom in their place" "$(cat out)" \
    "in place of whom there is .*mira"
like "explain: who has it" "$(cat out)" \
    "critical-enterprise: assigned, as nobody else, to everybody"
team <<'YAML'
people:
  mira: {address: mira@tai.example, role: junior}
  ed: {address: ed@tai.example, role: senior}
targets:
  engineering: [{channel: email, to: eng@tai.example}]
  '#support-critical': [{channel: slack, to: '#support-critical'}]
YAML
run customer down >out
is "roles in their order" "$(assigned out)" \
    "ed critical-enterprise, else role senior: nobody else may have it"
is "targets in theirs, beside the channel; no page is no call" \
    "$(told out; promises out)" "email eng@tai.example
slack #support-critical
on this thread "
is "no level but the fallback's is told" "$(run plain | told)" ""
sed "s/fallback: [[][^]]*[]]/fallback: [csm]/" "$ROOT/rules/escalation.yaml" \
    >our/escalation.yaml
run customer down >out
is "a fallback that is nobody" "$(assigned out; told out)" \
    "slack #support-critical"
is "is told on stderr" "$(cat err)" "tai-triage: ticket K7Q2M9X4T8W2 is \
CRITICAL, and nobody can be told (critical): see fallback in tai-rules(5)
tai-triage: ticket K7Q2M9X4T8W2 is CRITICAL, and nobody can have it \
(critical-enterprise): see fallback in tai-rules(5)"
is "and promised to nobody" "$(promises out)" ""
cat >our/team.yaml.off <<'YAML'
targets:
  '#support-critical': [{channel: slack, to: '#support-critical'}]
YAML
cp our/team.yaml team.kept
mv our/team.yaml.off our/team.yaml
like "lint: nobody is behind a page" "$(tai-triage lint -r "$RULES")" \
    "outcome 'critical' pages nobody: neither its targets nor its fallback"
printf 'people: {ann: {role: boss}}\n' | team
like "lint: nor behind a ticket" "$(tai-triage lint -r "$RULES")" \
    "outcome 'critical-enterprise' is for nobody: neither its roles nor"
cp team.kept our/team.yaml
rm our/escalation.yaml
is "nobody has praise, and no receipt promises it" \
    "$(run praise >out; assigned out; promises out)" ""
is "what somebody has may be promised" "$(run plain | promises)" \
    "on this thread "
todo() { jq -r 'select(.type=="notice" and .channel=="email").text' "$@"; }
message AAAA0000AAAA0005 K7Q2M9X4T8W5 "invoice" \
    "Your invoice is wrong, and we are losing money every minute." >money
run money >out
is "another critical ticket is told" "$(told out)" "email eng@tai.example
slack #support-critical"
is "the status page is for outages" "$(todo out | grep -c "status page")$(
    run down | todo | grep -c "status page")" 01
team <<'YAML'
people:
  mira: {address: mira@tai.example, pagerduty: mira}
targets:
  vp-product: [{channel: email, to: mira@tai.example}]
  ceo: [{channel: email, to: mira@tai.example}, {channel: slack, to: '#ceo'}]
YAML
message AAAA0000AAAA0009 K7Q2M9X4T8W9 "goodbye" \
    "We cancel our subscription." >goodbye
is "who is two of those that are told is told once" \
    "$(run goodbye | jq -r 'select(.type=="notice").to')" "mira@tai.example
#ceo"
echo 'targets: {}' | team
is "without a team, what comes in is everybody's" "$(run plain | promises)" \
    "on this thread "
is "but nobody is called" "$(run down | promises)" "on this thread "
like "which is told" "$(run down >out; cat err)" "nobody can be told"
sed "s/fallback: [[][^]]*[]]/fallback: {}/" "$ROOT/rules/escalation.yaml" \
    >our/escalation.yaml
status "a fallback that is no list" 78 run down
rm our/escalation.yaml


# -- records of programs that know of no threads

for n in 1 2; do
	message AAAA0000AAAB000$n K7Q2M9X4T8WB "Call" "Nothing special, $n." |
	    sed "s/14:47/14:4$n/"
done >call
is "the ticket's second message is not its first" "$(run call | jq -r '
    select(.type=="reply").message')" AAAA0000AAAB0001
tai-ingest records -d call.db call >/dev/null
is "nor with a store" "$(for n in 1 2; do
	tai-triage -d call.db --pending --now $NOW -r "$RULES" --only
done | jq -r 'select(.type=="reply").message')" AAAA0000AAAB0001

# -- an address with a domain of other letters

message AAAA0000AAAC0001 K7Q2M9X4T8WC "Call" "Nothing special." |
    sed 's/ann@acme.example/Ann@müller.example/' >umlaut
is "is written to as mail is sent" "$(run umlaut | jq -r '
    select(.type=="reply").to[0]')" Ann@xn--mller-kva.example

# -- receipts of what is critical

message AAAA0000AAAA0006 K7Q2M9X4T8W6 "sistema fermo" \
    "Il sistema è completamente fermo, non possiamo spedire nulla." >fermo
is "in its language" "$(tai-triage --only --now $NOW fermo |
    jq -r 'select(.type=="reply").template')" acknowledge-critical-it
message AAAA0000AAAA0007 K7Q2M9X4T8W7 "401" "We get 401 with every API key. \
Production is down for everyone, we are losing money." >all
is "no answer for a smaller thing" "$(tai-triage --only --now $NOW all |
    jq -r 'select(.type=="reply").template')" acknowledge-critical

# -- where the answer goes

# goes ADDRESS: to whom, when a mail wants its answer there
goes() {
	message AAAA0000AAAA0009 K7Q2M9X4T8WN "Hello" "A word." \
	    "\"reply_to\":{\"address\":\"$1\"}" >there
	tai-triage --only --now $NOW there | jq -r 'select(.type=="reply").to[]'
}
is "where its author wants it" "$(goes team@acme.example)" team@acme.example
is "but not to ourselves" "$(goes support@tai.example)" ann@acme.example
is "nor to what is no address" "$(goes '-oQ@x, y@z')" ann@acme.example
# list FIELDS: to whom a person's answer goes, when a list wants it for itself
list() {
	rm -f list.db
	message AAAA0000AAAA0009 K7Q2M9X4T8WN "Hello" "A word." \
	    "\"reply_to\":{\"address\":\"users@list.example\"},$1" |
	    tai-ingest records -d list.db - >/dev/null
	echo "On it." | tai-desk reply K7Q2M9X4T8WN -d list.db --now $NOW |
	    jq -r '.to[]'
}
for name in '"headers":{"List-Post":"<mailto:users@list.example>"}' \
    '"headers":{"List-Post":"<mailto:Users@list.example?subject=x>"}' \
    '"headers":{"List-Id":"Our users <users.list.example>"}' \
    '"auto":"list","to":[{"address":"users@list.example"}]'; do
	is "not to a list: $name" "$(list "$name")" ann@acme.example
done
for name in '"headers":{"List-Post":"<mailto:old-users@list.example>"}' \
    '"headers":{"List-Id":"<users.list.example.net>"}' \
    '"auto":"none","to":[{"address":"users@list.example"}]'; do
	is "to who is none: $name" "$(list "$name")" users@list.example
done

# -- whom it greets

# greets NAME ADDRESS: how the answer begins
greets() {
	message AAAA0000AAAA0009 K7Q2M9X4T8WN "Hello" "A word." |
	    jq -c --arg n "$1" --arg a "$2" \
	    '.from = {name: $n, address: $a}' >who
	tai-triage --only --now $NOW who |
	    jq -r 'select(.type=="reply").text' | head -n 1
}
while IFS='|' read -r name address want; do
	is "$name $address" "$(greets "$name" "$address")" "$want"
done <<'EOF'
Ana Lopez|a@acme.example|Hello Ana,
Lopez, Dr. Ana|al@acme.example|Hello Ana,
ANA LOPEZ|ana.lopez@acme.example|Hello Ana,
ana|ana@acme.example|Hello Ana,
Ana (Acme)|ana@acme.example|Hello Ana,
Jean-Luc Picard|jlp@acme.example|Hello Jean-Luc,
Björn Müller|bm@acme.example|Hello Björn,
IT|it@acme.example|Hello,
Support Team|support@acme.example|Hello,
Dr. Weber|weber@acme.example|Hello,
Acme Supply|office@acme-supply.example|Hello,
Acme GmbH|office@acme.example|Hello,
Ana A. Lopez|al@acme.example|Hello Ana,
Anna van der Berg|avdb@acme.example|Hello Anna,
van der Berg, Anna|avdb@acme.example|Hello Anna,
José Ortega y Gasset|jog@acme.example|Hello José,
Minh Do|mdo@acme.example|Hello Minh,
Don Draper|don.draper@acme.example|Hello Don,
Jean de La Tour|jdlt@acme.example|Hello Jean,
Das Kontor|post@acme.example|Hello,
De Luca|office@acme.example|Hello,
a b c d e f g h, x y z u v w t|q@acme.example|Hello,
a, b c d e f g|q@acme.example|Hello,
EOF

done_testing
