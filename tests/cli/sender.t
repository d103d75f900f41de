#!/bin/sh
# Whose mail it is: the files about people, the secret of our signatures.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1

mkdir own
cp "$ROOT/rules/org.yaml" own/
TAI_RULES=$TMP/own:$ROOT/rules
export TAI_RULES
cat >own/customers.csv <<'EOF'
customer,tier,domains
acme,starter,acme.example;gmail.com
EOF

mail() {
	echo 'From x Mon Jan  5 09:00:00 2026'
	printf 'From: %s\nTo: support@tai.example\n' "$1"
	printf 'Message-ID: <%s@x>\n%s\n\nHello.\n' "$2" "${3:-X-Y: z}"
}
# customer ADDRESS: whose it is
customer() {
	mail "$1" 1 | tai-ingest mbox | jq -r '.customer // "nobody"'
}

is "by domain" "$(customer joe@acme.example)" acme
is "never by a free service's" "$(customer joe@gmail.com)" nobody
printf 'address,customer\njoe@gmail.com,acme\nnobody,acme\na@b.example,\n' \
    >own/contacts.csv
mail joe@gmail.com 1 | tai-ingest mbox >out 2>err
is "contacts.csv: bad rows are told" "$?" 78
is "each with its line" "$(sed 's/.*own.//' err)" "contacts.csv:3: address \
is not an address
contacts.csv:4: customer is empty"
is "and the others serve" "$(jq -r .customer out)" acme
rm own/contacts.csv
printf 'joe@gmail.com: acme\nann@gmail.com: acme\n' >own/contacts.yaml
is "contacts.yaml" "$(customer Ann+x@GMail.com)" acme
printf -- '- joe@gmail.com\n' >own/contacts.yaml
fails() { mail ann@gmail.com 1 | tai-ingest mbox 2>&1; }
like "contacts.yaml of another form" "$(fails)" \
    'own/contacts.yaml:1: contacts are not a map'
rm own/contacts.yaml

# refused LINE: what is said of an org.yaml with it, and the status
refused() {
	{ cat "$ROOT/rules/org.yaml"; echo "$1"; } >own/org.yaml
	mail joe@acme.example 1 | tai-ingest mbox 2>&1 | sed 's/.*own.//'
	mail joe@acme.example 1 | tai-ingest mbox >/dev/null 2>&1
	echo "$?"
}
like "authserv_id is a name or a list" "$(refused 'authserv_id: ""')" \
    'authserv_id is empty'
like "new_topic_days is a number" "$(refused 'arc: perhaps')" '^78$'
is "a secret that is not there" "$(refused 'secret_file: token.secret' |
    tail -n 1)" 78
echo '0123456789abcdef' >own/token.secret
chmod 644 own/token.secret
out=$(refused 'secret_file: token.secret')
like "a secret that others can read" "$out" "token.secret' can be read by"
is "is a matter of configuration" "$(echo "$out" | tail -n 1)" 78
chmod 600 own/token.secret
is "a right one" "$(refused 'secret_file: token.secret' | tail -n 1)" 0
echo 'short' >>own/token.secret
like "a key that is too short" "$(refused 'secret_file: token.secret')" \
    'token.secret:2: a key has 16 bytes or more$'
is "mail waits meanwhile" "$(mail joe@acme.example 1 |
    tai-ingest mail >/dev/null 2>&1; echo $?)" 75

# What a person sees of it.
cp "$ROOT/rules/org.yaml" own/org.yaml
key=$(mail joe@acme.example root | tai-ingest mbox -d s.db | jq -r .ticket)
mail eve@stranger.example other 'References: <root@x>' |
    tai-ingest mbox -d s.db >/dev/null
like "the desk shows a stranger's way" "$(tai-desk show 2 -d s.db)" \
    "^\[it named $key, where the sender is a stranger\]$"
is "a message is split off by its number" "$(tai-desk merge 2 1 -d s.db |
    jq -r .type) $(tai-desk split 1 2 -d s.db | jq -r .type)" "merge split"
like "and the new ticket says so" "$(tai-desk show 3 -d s.db)" \
    "1 message split from $key into"
out=$(tai-desk split 3 1 -d s.db 2>&1)
is "never the last message" "$? ${out#*: }" \
    "64 that is every message of the ticket"
for what in 3 2-4 0 x 'y@z' 1-x; do
	out=$(tai-desk split 1 "$what" -d s.db 2>&1)
	is "no message $what" "$? ${out#*: }" \
	    "64 no message '$what' on the ticket"
done
is "split and put back" "$(tai-desk split --into 3 1 '<root@x>' -d s.db |
    jq -r .type)" split
status "an emptied ticket is none" 64 tai-desk show 1 -d s.db
ok "the store is sound" tai-desk verify -d s.db

# What is split off takes the rules' answer and the thread along.
rm -f s.db
export TAI_NOW=2026-03-05T12:00:00Z TAI_RULES="$ROOT/rules"
ana() { # name [header]: a mail of that name
	printf '%s\n' 'From x Mon Jan  5 09:00:00 2026' \
	    'From: Ana <ana@acme.example>' 'To: support@tai.example' \
	    "Subject: Exports" "Message-ID: <$1@x>" \
	    'Date: Thu, 5 Mar 2026 11:50:00 +0000' "${2:-X-None: x}" '' \
	    "How do I set up single sign-on? ($1)" | tai-ingest mbox -d s.db
}
key=$(ana first | jq -r .ticket)
ana second 'In-Reply-To: <first@x>' >/dev/null
tai-desk assign 1 mira@tai.example -d s.db >/dev/null
robot=$(tai-triage run --pending -d s.db |
    jq -r 'select(.type == "reply").message_id')
new=$(tai-desk split 1 1 -d s.db | jq -r 'select(.type == "split").into')
is "the new ticket is whose the old one is" \
    "$(tai-desk list -d s.db --json | jq -r .assignee | sort -u)" \
    mira@tai.example
of_us=$(echo 'By SAML.' | tai-desk reply 2 -d s.db | tee reply |
    jq -r .message_id)
is "a reply is on the new ticket" "$(jq -r '.ticket, .subject' reply)" \
    "$new
Re: Exports [#$new]"
for id in first@x "$robot" "$of_us"; do
	is "so are answers to $id" "$(ana "to-${id%@*}" \
	    "In-Reply-To: <$id>" | jq -r .ticket)" "$new"
done
is "what answers the other stays" \
    "$(ana to-second 'In-Reply-To: <second@x>' | jq -r .ticket)" "$key"
ok "and the store is what its log says" tai-desk verify -d s.db

# An answer of a person goes with what it answered, or alone.
rm -f s.db
ana third >/dev/null
ana fourth 'In-Reply-To: <third@x>' >/dev/null
of_us=$(echo 'By SAML.' | tai-desk reply 1 -d s.db | jq -r .id)
tai-desk split 1 2 -d s.db >/dev/null
answers() { # how many people's answers the tickets have
	for n in 1 2; do
		tai-desk show $n -d s.db | grep -c 'reply by'
	done | tr '\n' ' '
}
is "the answer goes along" "$(answers)" "0 1 "
waits() { jq -c '[.ticket, .state]'; }
is "a stream says so, too" "$(tai-desk log -d s.db | tai-sla due --json |
    waits)" "$(tai-sla due -d s.db --json | waits)"
tai-desk split --into 1 2 "$of_us" -d s.db >/dev/null
is "and is put back alone" "$(answers)" "1 0 "
ok "which the log says, too" tai-desk verify -d s.db

# What is one ticket stays whose it is, and about what it was.
mkdir -p crew
printf 'people: {mira: {address: mira@tai.example}, ed: {}}\n' >crew/team.yaml
export TAI_RULES="$TMP/crew:$ROOT/rules"
tai-desk assign 1 mira@tai.example -d s.db >/dev/null
is "a person has one name" "$(tai-desk assign 1 MIRA -d s.db |
    wc -l) $(tai-desk log --type assign -d s.db | jq -r .assignee)" "0 mira"
TAI_NOW=2026-03-05T12:10:00Z tai-desk assign 2 ed -d s.db >/dev/null
TAI_NOW=2026-03-05T12:10:00Z tai-desk set 1 category=billing -d s.db >/dev/null
TAI_NOW=2026-03-05T12:20:00Z tai-desk merge 2 1 -d s.db >/dev/null
is "of two tickets the one that stays" "$(tai-desk list -d s.db --json \
    --now 2026-03-05T12:30:00Z | jq -r '.assignee+" "+.category')" \
    "mira billing"
tai-desk split 1 2 -d s.db --now 2026-03-05T12:40:00Z >/dev/null
tai-desk set 3 status=closed -d s.db --now 2026-03-05T12:50:00Z >/dev/null
tai-desk merge 3 1 -d s.db --now 2026-03-05T12:55:00Z >/dev/null
is "which stays open when the other was closed" "$(tai-desk list -d s.db \
    --json --now 2026-03-05T13:00:00Z | jq -r .status)" progress
is "and is said nothing" "$(tai-desk log --type status -d s.db --json |
    jq -r 'select(.status == "progress")')" ""
tai-desk log -d s.db >merged.jsonl
other=$(jq -r 'select(.type == "merge").ticket' merged.jsonl | tail -n 1)
echo '{"v":1,"type":"status","id":"late","at":"2026-03-05T12:52:00Z",' \
    '"ticket":"'"$other"'","status":"closed","by":"ed"}' >>merged.jsonl
shuffled() {
	tai-ingest records -d "$1" >/dev/null && tai-desk verify -d "$1" &&
	    tai-desk list --all -d "$1" --json --now 2026-03-05T13:00:00Z |
	    jq -r .status
}
is "also when the words come in another order" \
    "$(shuffled m1.db <merged.jsonl | tail -n 1) $(sed -n '1!G;h;$p' \
    merged.jsonl | shuffled m2.db | tail -n 1)" "progress progress"
done_testing
