#!/bin/sh
# The language of rules on records: what a mail's header, its ticket's past
# and its customer's earlier tickets make of it; includes; exceptions;
# captures in answers.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1
mkdir -p own/triage/more own/templates/reply
TAI_RULES=own:$ROOT/rules
NOW=2026-01-15T15:00:00Z

# message ID TICKET AT TEXT [FIELDS]: a customer's
message() {
	printf '{"v":1,"type":"message","id":"%s","at":"%s","ticket":"%s",' \
	    "$1" "$3" "$2"
	printf '"channel":"email","direction":"in","from":{"address":'
	printf '"ann@acme.example"},"role":"customer","customer":"acme",'
	printf '"subject":"","text":"%s"%s}\n' "$4" "${5:+,$5}"
}
verdict() {	# verdict JQ: of the verdicts on stdin
	tai-triage --only --now $NOW | jq -r "select(.type == \"triage\")|$1"
}
rules() {
	cat >own/triage/own.yaml
}

# -- the header

rules <<'Y'
- id: rush
  when: {header: {x-priority: '^[12]'}}
  severity: HIGH
  confidence: 50
Y
printf 'From: a@b.example\r\nTo: support@tai.example\r\nSubject: hi\r\n' >mail
printf 'Message-ID: <1@b.example>\r\nDate: Thu, 15 Jan 2026 14:00:00 +0000\r\n' \
    >>mail
printf 'X-Priority: 1\r\nX-MS-Exchange-X: y\r\nX-Team: =?utf-8?q?caf=C3=A9?=\r\n' \
    >>mail
printf 'X-Team: two\r\nImportance: high\r\nReceived: x\r\n\r\nhello\r\n' >>mail
is "the record keeps what is of interest" "$(tai-ingest mail <mail |
    jq -c .headers)" '{"X-Priority":"1","X-Team":["café","two"],"Importance":"high"}'
is "rules look at it" "$(tai-ingest mail <mail | verdict .severity)" HIGH
is "and it is a good record" "$(tai-ingest mail <mail |
    tai-ingest records | jq -c .headers | wc -l | tr -d ' ')" 1

# -- the past

rules <<'Y'
- id: again
  when: {previous: {within: 10d, at_least: 2, topic: same}}
  severity: CRITICAL
  confidence: 50
- id: waits
  when: {since_opened: 24h, not: {since_answer: {under: 12h}}}
  tags: [waits]
  confidence: 50
- {id: b, when: {any: bbb}, category: billing, topic: b, confidence: 90}
- {id: c, when: {any: ccc}, category: billing, topic: c, confidence: 90}
disable: []
Y
sed -i '/^disable/d' own/triage/own.yaml
{
	message A1 K7Q2M9X4T8W1 2026-01-01T09:00:00Z bbb
	message A2 K7Q2M9X4T8W2 2026-01-06T09:00:00Z bbb
	message A3 K7Q2M9X4T8W2 2026-01-06T10:00:00Z "bbb still" \
	    '"in_reply_to":"x"'
	message A4 K7Q2M9X4T8W3 2026-01-07T09:00:00Z ccc
	message A5 K7Q2M9X4T8W4 2026-01-11T09:00:00Z bbb
	message A6 K7Q2M9X4T8W5 2026-01-12T09:00:00Z ccc
	message A7 K7Q2M9X4T8W6 2026-01-12T10:00:00Z bbb
	message A8 K7Q2M9X4T8W4 2026-01-12T09:00:00Z "hello?" \
	    '"in_reply_to":"x"'
	printf '{"v":1,"type":"reply","id":"R1","at":"2026-01-12T20:00:00Z",'
	printf '"ticket":"K7Q2M9X4T8W4","to":[],"subject":"","text":"",'
	printf '"auto":false}\n'
	message A9 K7Q2M9X4T8W4 2026-01-13T07:59:59Z "thanks" \
	    '"in_reply_to":"x"'
	message AA K7Q2M9X4T8W4 2026-01-13T08:00:00Z "no" '"in_reply_to":"x"'
} >past
said='[.message,.severity,(.tags//[]|join(","))]|join(" ")'
verdict "$said" <past >pipe
is "the third of a topic in ten days, in the pipe" \
    "$(grep CRITICAL pipe | cut -d ' ' -f 1 | tr '\n' ' ')" "A5 A7 "
is "nobody has answered for half a day" \
    "$(grep waits pipe | cut -d ' ' -f 1 | tr '\n' ' ')" "A8 AA "
tai-ingest records -d past.db <past >/dev/null
tai-triage --pending -d past.db --only --now $NOW |
    jq -r "select(.type == \"triage\")|$said" >store
ok "the store says the same" cmp pipe store
head -n 6 past | tai-triage -d two.db --now $NOW >/dev/null
tail -n +7 past | tai-triage -d two.db --now $NOW --only |
    jq -r "select(.type == \"triage\")|$said" >second
ok "a second run knows the first one's verdicts" sh -c \
    'tail -n +7 pipe | cmp - second'

# -- includes

rules <<'Y'
include: [more/one.yaml]
rules:
- {id: b, when: {any: bbb}, category: mine, confidence: 99}
Y
printf -- 'include: [more/two.yaml]\n' >own/triage/more/one.yaml
printf -- '- {id: two, when: {any: bbb}, tags: [two], confidence: 1}\n' \
    >own/triage/more/two.yaml
is "files in folders are read when they are included" \
    "$(head -n 1 past | verdict '.tags|index("two")!=null')" true
printf -- 'include: [more/one.yaml]\nrules: []\n' >own/triage/more/two.yaml
loop() { tai-triage lint; }
status "a loop is refused" 78 loop
like "by its place" "$(loop 2>&1)" \
    '^tai-triage: own/triage/more/two.yaml:1: own/triage/more/one.yaml includes'
for name in ../org.yaml /etc/passwd more/../own.yaml more/.x.yaml more/x; do
	printf 'include: [%s]\n' "$name" >own/triage/more/two.yaml
	like "nothing outside of the rules: $name" "$(loop 2>&1)" \
	    'two.yaml:1: include is not the name of a .yaml file below'
done
for i in 1 2 3 4 5 6 7 8 9; do
	printf 'include: [more/%s.yaml]\n' $((i + 1)) >own/triage/more/$i.yaml
done
printf 'include: [more/1.yaml]\n' >own/triage/more/two.yaml
like "nor without end" "$(loop 2>&1)" 'yaml:1: includes are nested over 8'

# -- sums and captures

rules <<'Y'
threshold: 80
acknowledge: acknowledge
answer_within: 24h
customers:
  quiet: {thresholds: {reply: never}}
rules:
- id: order
  when: {text: 'order (?<number>[\w.@:/-]+)(?: of (?<day>\w+))?'}
  category: orders
  topic: order
  confidence: 70
  reply: order
- {id: file, when: {attachment: '\.pdf$'}, category: orders, adds: 20}
Y
cat >own/templates/reply/order.txt <<'Y'
---
about: an order
subject: Order {{capture.number}}
---
Your order {{capture.number}}{{#capture.day}}, of {{capture.day}}{{/capture.day}}.
Y
pdf='"attachments":[{"name":"a.pdf"}]'
message A1 K7Q2M9X4T8W1 2026-01-15T14:00:00Z "order N-17 of Monday" "$pdf" |
    tai-triage --now $NOW --only >out
is "the verdict has the sum and its terms" "$(jq -c 'select(.type=="triage")|
    [.confidence,.scores]' out)" \
    '[90,[{"rule":"order","score":70},{"rule":"file","score":20}]]'
is "and the customer's words" "$(jq -c 'select(.type=="triage")|.captures' \
    out)" '{"day":"Monday","number":"N-17"}'
is "the answer repeats them" "$(jq -r 'select(.type=="reply")|.text' out |
    head -n 1)" "Your order N-17, of Monday."
is "in the subject as well" "$(jq -r 'select(.type=="reply")|.subject' out)" \
    "Order N-17 [#K7Q2M9X4T8W1]"
reply() {	# reply TEXT: the answer's first line
	message A1 K7Q2M9X4T8W1 2026-01-15T14:00:00Z "$1" "$pdf" |
	    tai-triage --now $NOW --only | jq -r 'select(.type=="reply")|.text' |
	    head -n 1
}
is "what is not there leaves its section out" "$(reply 'order 5')" \
    "Your order 5."
is "no link of a stranger's goes out" \
    "$(reply 'order https://evil.example/x of Monday')" \
    "Your order , of Monday."
is "nor a secret" "$(reply 'order 4111-1111-1111-1111' |
    grep -c 4111-1111)" 0
message A1 K7Q2M9X4T8W1 2026-01-15T14:00:00Z "order 5" |
    tai-triage --now $NOW --only >out
is "without the sum it is a receipt" "$(jq -r \
    'select(.type=="reply")|.template' out)" acknowledge
message A1 K7Q2M9X4T8W1 2026-01-15T14:00:00Z "order 5 of Friday" "$pdf" >one
tai-triage explain K7Q2M9X4T8W1 one >out
like "explain has the sum" "$(cat out)" \
    'topic orders/order, 90 % = 70 order [+] 20 file, by order'
like "what was captured" "$(cat out)" 'captured day "Friday"'
like "what adds to what" "$(cat out)" 'rule file .*, 20 %, -: adds 20 to order'
like "and why nothing is resolved" "$(cat out)" \
    'reply order, resolves nothing: the rule does not'
like "the words of an attachment" "$(cat out)" 'attachment 1-5 "[.]pdf"'
like "a rule's conditions" "$(sed 's/a.pdf/a.txt/' one |
    tai-triage explain --rule file K7Q2M9X4T8W1 -)" \
    'no  attachment: .*pdf.*[(]line 13[)]'
is "as JSON" "$(tai-triage explain --json K7Q2M9X4T8W1 one |
    jq -c '[.confidence,(.scores|map(.score)|add),.captures.day]')" \
    '[90,90,"Friday"]'
message A1 K7Q2M9X4T8W1 2026-01-15T14:00:00Z "order 5" "$pdf" |
    sed 's/"acme"/"quiet"/' | tai-triage --now $NOW --only >out
is "a customer may want no answers of a program" "$(jq -r .type out |
    tr '\n' ' ')" "triage "
is "a record's captures are an object" "$(echo '{"type":"triage","at":
    "2026-01-15T14:00:00Z","ticket":"K7Q2M9X4T8W1","scores":"x"}' |
    tr -d '\n' | tai-ingest records 2>&1 | grep -c 'scores is not')" 1

sed -i 's/[{][{]capture.day[}][}]/{{capture.weekday}}/' own/templates/reply/order.txt
like "a capture that no rule makes" "$(tai-triage lint)" \
    "^reply/order.txt:1: no rule with this reply captures 'weekday'"
sed -i 's/capture.weekday/subject/; s/{{#capture.day}}//; s/{{.capture.day}}//' \
    own/templates/reply/order.txt
like "and one that nobody repeats" "$(tai-triage lint)" \
    "triage/own.yaml:7: rule .order. captures 'day', which its reply does not"

# -- labelled records

rules <<'Y'
- {id: b, when: {any: bbb}, category: billing, topic: b, confidence: 90,
   severity: HIGH}
- {id: c, when: {any: ccc}, category: api, confidence: 80}
Y
cat >labelled <<'Y'
{"subject":"bbb","text":"x","category":"billing","topic":"b","severity":"high"}
{"subject":"x","text":"bbb","category":"billing"}
{"subject":"ccc","category":"billing"}
{"subject":"ccc","expected":{"category":"api"}}
{"text":"nothing","category":"api","severity":"LOW"}
Y
TAI_RULES=own
cp -r "$ROOT/rules/secrets.yaml" own/
tai-triage test --json labelled >out
is "labelled records" $? 0
is "right of all" "$(jq -c '[.field,.n,.right,.accuracy]' out | tr '\n' ' ')" \
    '["category",5,3,"60.00"] ["topic",1,1,"100.00"] ["severity",2,2,"100.00"] '
is "precision, recall and F1 of a label" "$(jq -c 'select(.field=="category")|
    .labels[]|select(.label=="billing")|[.expected,.given,.precision,.recall,.f1]' \
    out)" '[3,2,"100.00","66.66","80.00"]'
is "what is given for what" "$(jq -c 'select(.field=="category")|.confusion[]|
    select(.expected!=.given)|[.expected,.given,.n]' out | sort | tr '\n' ' ')" \
    '["api","other",1] ["billing","api",1] '
is "the surest mistake first" "$(tai-triage test -v --text labelled |
    grep '^record' | head -n 1)" \
    "record 3: category billing, given api by c, 80 %: ccc"
cat >map.yaml <<'Y'
fields: {category: queue, severity: prio, subject: title, text: body}
category: {Accounts: [billing, sales], Tech: api, Junk: ~}
severity: {1: LOW, 3: HIGH}
Y
cat >theirs <<'Y'
{"title":"bbb","body":"x","queue":"accounts","prio":3,"subject":"ccc"}
{"title":"x","body":"ccc","queue":"Tech","prio":1}
{"title":"x","body":"x","queue":"Junk"}
{"title":"x","body":null,"queue":"Unheard of"}
Y
is "others' words for ours" "$(tai-triage test --map map.yaml --json theirs |
    jq -c '[.field,.n,.right]' | tr '\n' ' ')" \
    '["category",3,2] ["severity",2,2] '
status "enough is right" 0 tai-triage test --least 60 labelled
status "too little is" 1 tai-triage test --least 61 labelled
status "a share over all" 64 tai-triage test --least 101 labelled
status "no records to map" 64 tai-triage test --map map.yaml
printf 'category: [x]\n' >bad.yaml
status "a map that is none" 78 tai-triage test --map bad.yaml labelled
echo '{"subject":5' >broken
status "a line that is none" 65 tai-triage test broken

# -- backtest

cp "$ROOT/rules/org.yaml" "$ROOT/rules/automatic.yaml" "$ROOT/rules/kb.yaml" \
    "$ROOT/rules/team.yaml" own/
mkdir -p newer/triage
cat >own/triage/own.yaml <<'Y'
threshold: 80
answer_within: 24h
rules:
- {id: b, when: {any: bbb}, category: billing, topic: b, confidence: 90,
   reply: order, resolve: true}
- {id: c, when: {any: ccc}, category: api, confidence: 80, severity: HIGH}
Y
sed 's/resolve: true/escalate: {level: 2}/; s/severity: HIGH/reply: order, resolve: true/
    s/id: b/id: b2/' own/triage/own.yaml >newer/triage/own.yaml
{
	message A1 K7Q2M9X4T8W1 2026-01-01T09:00:00Z bbb
	message A2 K7Q2M9X4T8W2 2026-01-02T09:00:00Z ccc
	message A3 K7Q2M9X4T8W3 2026-01-03T09:00:00Z ccc
	message A4 K7Q2M9X4T8W4 2026-01-04T09:00:00Z nothing
	printf '{"v":1,"type":"reply","id":"R1","at":"2026-01-02T20:00:00Z",'
	printf '"ticket":"K7Q2M9X4T8W2","to":[],"subject":"","text":"",'
	printf '"auto":false}\n'
} | tai-triage >history
rm -rf own/triage/more
backtest() { tai-triage backtest --rules "newer:own" "$@"; }
# The rules of all folders add up, so that newer ones switch off what they mean.
sed -i '1i disable: [c]' newer/triage/own.yaml
sed -i 's/id: c/id: c2/' newer/triage/own.yaml
backtest --json history >out
is "tickets that change" "$(jq -rc 'select(.ticket)|[.ticket,(.changes|join(","))]|
    join(" ")' out)" "K7Q2M9X4T8W1 resolve,escalate
K7Q2M9X4T8W2 severity,reply,resolve
K7Q2M9X4T8W3 severity,reply,resolve"
is "with their rules" "$(jq -c 'select(.ticket=="K7Q2M9X4T8W2")|
    [.old.rule,.new.rule,.old.severity,.new.severity]' out)" \
    '["c","c2","HIGH","LOW"]'
is "what rules would resolve, and how it went on" "$(jq -c 'select(.tickets)|
    [.tickets,.changed,.gained,.gained_answered,.lost]' out)" '[4,3,2,1,1]'
tai-ingest records -d back.db history >/dev/null
backtest --json -d back.db >again
same "the same from the store" out again
is "against the rules that it is told" "$(tai-triage backtest -q --json \
    --rules newer:own --against own history | jq -c '[.changed,.gained]')" '[3,2]'
is "the same rules change nothing" "$(tai-triage backtest -q --json \
    --rules own history | jq -c '[.tickets,.changed,.unjudged]')" '[4,0,0]'
sed '/A3/s/"text":"ccc"/"text":"","flags":["forgotten"]/' \
    history >emptied
is "what is forgotten is no change" "$(tai-triage backtest -q --json \
    --rules own emptied | jq -c '[.tickets,.changed]')" '[3,0]'
is "between two days" "$(tai-triage backtest -q --json --rules newer:own \
    --from 2026-01-02 --to 2026-01-03T09:00:00Z history | jq -c .tickets)" 1
is "messages without a verdict are counted" "$(grep '"message","id"' history |
    tai-triage backtest -q --json --rules own | jq -c '[.tickets,.unjudged]')" \
    '[0,4]'
like "as a table" "$(backtest --table history)" \
    'K7Q2M9X4T8W2  2026-01-02  severity  *HIGH  *LOW  *c -> c2'

done_testing
