#!/bin/sh
# tai-ingest slack: an export and the events of the same workspace give the
# same records; threads, lines, answers, edits, people, channels.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1
data=$ROOT/tests/data/slack

mkdir rules
cp "$ROOT/rules/org.yaml" rules
cat >rules/customers.csv <<'EOT'
customer,name,tier,domains
acme,Acme,professional,acme.example
globex,Globex,enterprise,globex.example
EOT
cat >slack.yaml <<'EOT'
team: [T0TAI]
workspaces: {T0GLOBEX: globex}
channels:
  - name: "cust-{customer}"
  - id: C0GLOB
    customer: globex
internal: [general]
reactions: {eyes: progress, white_check_mark: resolved}
bots: {Request form: customer}
EOT
cp slack.yaml rules
TAI_RULES=$TMP/rules:$ROOT/rules
export TAI_RULES

sum() { sed -n "s/^tai-ingest: \([0-9]* inputs.*\)/\1/p" "$1"; }
messages() { jq -c 'select(.type=="message")' "$@"; }
# said TEXT: the message that begins so
said() { messages "$export" | jq -c --arg t "$1" 'select(.text|startswith($t))'; }
field() { said "$1" | jq -r "$2"; }

export=export.out
tai-ingest slack -v "$data/export" >export.out 2>export.err
is "the sum of an export" "$(sum export.err)" \
    "40 inputs = 27 records + 0 duplicates + 13 ignored + 0 rejects"
cat "$data/lists.json" "$data/events.jsonl" >stream
tai-ingest slack --stats <stream >events.out 2>events.err
is "the sum of events and lists" "$(sum events.err)" \
    "66 inputs = 31 records + 1 duplicates + 34 ignored + 0 rejects"

# Everything but what was edited is the same to the byte, in any order.
whole() { messages "$1" | jq -c 'select(.flags == null)' | grep -v 'code 402' | sort; }
whole export.out >1
whole events.out >2
same "an export and its events give the same messages" 1 2
is "and the same ids and tickets where one was edited" \
    "$(messages export.out | jq -r '[.id,.ticket,.at]|@tsv' | sort)" \
    "$(messages events.out | jq -r '[.id,.ticket,.at]|@tsv' | sort)"

# Threads.
root=$(field "Hi @ana" .ticket)
is "a thread is one ticket" "$(messages export.out | jq -r --arg t "$root" \
    'select(.ticket==$t) | .text' | cut -c 1-13)" "Hi @ana, ever
Looking into 
\`\`\`{\"error\":\"
Fixed, a node
Thanks!
It fails agai"
is "its key names its root" "$(field "Hi @ana" '.message_id, .slack.ts')" \
    "slack:T0TAI/C0ACME/1768212000.000100
1768212000.000100"
is "markup is text" "$(field "Hi @ana" .text)" "Hi @ana, every call to \
the items API (https://api.tai.example/v1/items) returns 500 since 9:00 & \
nothing works"
is "an answer says in whose thread it is" \
    "$(field Looking '.thread.method, .in_reply_to, .role, .direction')" \
    "reply
slack:T0TAI/C0ACME/1768212000.000100
agent
out"
is "a root that is gone still names its ticket" \
    "$(field "never mind" .in_reply_to)" "slack:T0TAI/C0GLOB/1768224000.000100"

# Outside of threads.
is "three lines, our answer and the word behind it are one ticket" \
    "$(for t in hello "the export" "> 0 rows" "It means" "ah, got"; do
	field "$t" .ticket; done | sort -u | wc -l)" 1
is "a quote is one" "$(field "> 0 rows" '.quoted[0] | tojson')" "[0,17]"
is "another person's question is another ticket" "$(for t in "@here how" \
    "and can old"; do field "$t" .ticket; done | sort -u | wc -l)" 2
is "a mention says whom we answer" "$(field "@eve Settings" .ticket)" \
    "$(field "@here how" .ticket)"

# People, customers, channels.
is "a guest is his company's" "$(field "Hi @ana" '.role, .customer')" \
    "customer
acme"
is "a person of another workspace is that customer's" \
    "$(field "and can old" '.role, .customer, .from.name')" "customer
globex
Fay Ito"
is "a full member of ours is an agent" "$(field "@eve Settings" .role)" agent
is "who has left is still known" \
    "$(field "who do I ask" '.from.address, .customer')" "olaf@acme.example
acme"
is "a form's words are a customer's" \
    "$(field "New request" '.role, .customer, .from.name')" "customer
acme
Request form"
is "what is ours alone and chatter are left out" "$(messages export.out |
    grep -c -e 'Good morning' -e 'numbers look' -e 'lunch' -e 'standup' \
    -e 'Release notes' -e 'noted' -e 'has joined')" 0
like "a customer who asks elsewhere is served" "$(said "Is there a Go")" \
    '"customer":"acme".*"name":"community"'
is "and the answer is on the same ticket" "$(field "There is:" .ticket)" \
    "$(field "Is there a Go" .ticket)"
is "files are listed" "$(field "this is what" '.attachments | tojson')" \
    '[{"name":"screen.png","type":"image/png","size":48213}]'
is "blocks are read" "$(field "Can @ben" .text)" \
    "Can @ben call me about https://tai.example/pricing?"

# What happens to messages.
notes() { jq -c 'select(.type=="note")|[.why,.at,.text,.message]' "$1"; }
is "an edit is a note, the same from both" "$(notes export.out)" \
    "$(notes events.out | grep edited)"
like "with the new text" "$(notes export.out)" \
    '"edited","2026-01-12T15:02:00Z","Our webhook .* 403"'
is "a deletion is one" "$(notes events.out | jq -r \
    'select(.[0]=="deleted") | .[1]')" 2026-01-12T17:30:00Z
states() { jq -c 'select(.type=="status")|[.status,.by,.at]' "$1"; }
is "reactions of agents change the status" "$(states events.out)" \
    '["progress","ana@tai.example","2026-01-12T10:11:00Z"]
["resolved","ben@tai.example","2026-01-12T10:43:00Z"]'
is "from an export with the message and our last answer" \
    "$(states export.out)" \
    '["progress","ana@tai.example","2026-01-12T10:00:00Z"]
["resolved","ben@tai.example","2026-01-12T10:40:00Z"]'
tai-desk list --json - <events.out >list.out
is "and the customer's next word opens it again" "$(jq -r --arg t "$root" \
    'select(.ticket==$t) | .status' list.out)" open

# A store gives the same, in any order and number of runs.
tai-ingest slack -d one.db stream >store.out
same "the same records with a store" events.out store.out
tai-ingest slack -d one.db --stats stream >again.out 2>again.err
is "a second time they are all here" "$(sum again.err)" \
    "66 inputs = 0 records + 32 duplicates + 34 ignored + 0 rejects"
is "and nothing is printed" "$(cat again.out)" ""
tai-ingest slack -d one.db --stats "$data/export" 2>again.err |
    jq -r .type | sort | uniq -c | tr -d ' \n' >again.out
is "an export behind the events adds what was deleted" "$(cat again.out)" ""
ok "the store is whole" tai-desk verify -d one.db
tail -n +3 stream >only-events
mkdir rules/slack
head -n 1 stream >rules/slack/users.json
sed -n 2p stream >rules/slack/channels.json
while read -r line; do
	printf '%s\n' "$line" | tai-ingest slack -d each.db
done <only-events >each.out
same "one event a run gives the same" each.out events.out
tai-ingest slack <only-events >files.out
same "the lists may lie in the rules" files.out events.out
rm -r rules/slack

# Archives and what is no export.
(cd "$data/export" && python3 -m zipfile -c "$TMP/export.zip" ext-globex \
    general D0GUS D0TWO community mpdm* team-leads cust-acme ./*.json)
tai-ingest slack export.zip | sort >1
sort export.out >2
same "a zip, lists last, gives what the folder gives" 1 2
tar -czf export.tgz -C "$data" export
tai-ingest slack export.tgz | sort >1
same "so does a tar" 1 2
status "--export of what is none" 65 tai-ingest slack --export only-events
status "--export of nothing" 64 tai-ingest slack --export
status "no such file" 74 tai-ingest slack nowhere
printf '%s\n' '{"type":"event_callback","team_id":"T0TAI","event":{"type":' \
    '"message","channel":"C1","user":"U1","text":"x"}}' '{"a":1}' '7' '{' \
    >bad
tai-ingest slack --stats bad >bad.out 2>bad.err
is "what is no event is refused" "$?" 65
is "and counted" "$(sum bad.err)" \
    "4 inputs = 0 records + 0 duplicates + 0 ignored + 4 rejects"
sed 's/together: 5m/together: never/' "$ROOT/rules/slack.yaml" >rules/slack.yaml
status "wrong rules are told" 78 tai-ingest slack bad
done_testing
