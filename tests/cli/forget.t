#!/bin/sh
# Forgetting: words and people go, from every byte of the files; what counted
# still counts, the log verifies, and nobody can hide an edit as forgetting.
. "$(dirname "$0")/lib.sh"
company=$ROOT/examples/company
cd "$TMP" || exit 1
TAI_RULES=$company/rules:$ROOT/rules
TAI_NOW=2026-02-27T17:00:00-08:00
export TAI_RULES TAI_NOW
db() { sqlite3 "$1" "$2"; }
fill() {
	tai-ingest mbox -d "$1" "$company/mail/support.mbox" >/dev/null
	tai-ingest records -d "$1" "$company/desk.jsonl" \
	    "$company/incidents.jsonl" "$company/answers.jsonl" >/dev/null
	tai-triage -d "$1" --pending >/dev/null
}
# What must not move: figures without words, and every clock.
figures() {
	tai-report daily --json -d "$1" |
	    jq -S 'walk(if type == "object" then del(.subject, .from, .sender,
	    .who, .name, .why) else . end)'
	tai-desk log -d "$1" --no-blobs | tai-sla clock --only |
	    jq -c 'del(.id, .why)' | sort
	tai-csat score -d "$1" --json
	db "$1" 'SELECT number, key, severity, opened, first_response,
	    customer FROM ticket'
}
fill s.db
figures s.db >before
who=dana@harborpine.example
words='in the middle of the morning promotion'
# bytes STORE TEXT: how many lines of its files have the text
bytes() { cat "$1" "$1"-* | grep -ca "$2"; }
ok "the person is there" test "$(bytes s.db "$who")" -gt 0
ok "and the words" test "$(bytes s.db "$words")" -gt 0
tai-desk search -d s.db promotion >/dev/null
cp s.db backup.db

# -- what there is of a person, to hand it over

ok "export" tai-desk export -d s.db person $who export
is "its records are in the folder" "$(grep -c . export/records.jsonl)" \
    "$(tai-desk export -d s.db person $who | grep -c .)"
is "with the raw mails" "$(cat export/mail/*.eml | grep -c "^From: .*$who")" \
    "$(jq -r --arg who $who 'select(.type == "message" and
    .from.address == $who) | .raw' export/records.jsonl | sort -u | grep -c .)"
is "each by its hash" "$(cd export/mail && sha256sum ./* | sed \
    's|\(.*\)  ./\(.*\).eml|\1 \2|' | awk '$1 != $2')" ""
like "and an index" "$(cat export/index.tsv)" \
    "^attachments/[0-9a-f]{64}.csv	message	2026-.*	$who	Weekly"
is "that names every file" "$(cd export && find . -type f -name '[0-9a-f]*' |
    sed 's|^./||' | sort)" "$(cut -f 1 export/index.tsv | grep / | sort -u)"
is "no mail between others" "$(jq -r 'select(.type == "message" and
    ([.from, .to[]?, .cc[]?] | tostring | contains("dana@") | not)) | .id' \
    export/records.jsonl)" ""
like "but what we noted" "$(jq -r .type export/records.jsonl | sort -u |
    tr '\n' ' ')" 'message .*status'
is "nobody else may look" "$(stat -c %a export)" 700
status "a folder that is there" 64 tai-desk export -d s.db person $who export
status "nobody of that name to export" 64 \
    tai-desk export -d s.db person x@y.example
ok "a customer's" tai-desk export -d s.db customer harbor
is "of a whole ticket" "$(tai-desk export -d s.db ticket 36 | grep -c .)" \
    "$(tai-desk log -d s.db --ticket 36 | grep -c .)"

# -- asking

unasked() { tai-desk forget -d s.db person $who </dev/null; }
status "nobody there to ask, no --yes" 64 unasked
status "nobody of that name" 64 tai-desk forget -d s.db --yes person x@y.example
status "nothing named" 64 tai-desk forget -d s.db --yes
tai-desk forget -n -d s.db person $who >plan
like "-n shows records in words" "$(cat plan)" \
    '^[{]"what":"message","id":"[0-9A-Z]{16}","at":"2026-.*","from":"dana@'
like "-n shows mails" "$(cat plan)" '^[{]"what":"mail","id":"[0-9a-f]{64}"'
like "-n shows attachments" "$(cat plan)" \
    '^[{]"what":"attachment","id":"[0-9a-f]{64}".*"subject":"invoice-feb.pdf"'
like "-n shows open tickets" "$(cat plan)" '^[{]"what":"close",.*"ticket":"'
like "as a table" "$(tai-desk forget -n --table -d s.db person $who)" \
    '^message +2026-02-03 .* dana@'
is "-n changes nothing" "$(figures s.db)" "$(cat before)"
is "and leaves no record" "$(tai-desk log -d s.db --type forget)" ""

# -- a person

tai-desk list -d s.db --json | jq -r --arg who $who \
    'select(.from == $who) | .ticket' >open
later=2026-02-27T17:00:01-08:00
tai-desk forget -d s.db --yes --why 'asked for' --now $later person $who >told
is "it works" $? 0
is "no byte of the address is left" \
    "$(bytes s.db "$who")" 0
is "nor of the words" "$(bytes s.db "$words")" 0
like "the record tells what and why" "$(cat told)" \
    '"scope":"person".*"why":"asked for"'
is "and not whom" "$(grep -c "$who" told)" 0
is "as many bodies as -n said" "$(jq '.bodies // empty | length' told)" \
    "$(grep -vc '"what":"\(mail\|attachment\|close\)"' plan)"
ok "what was open" test -s open
is "is closed" "$(jq -r 'select(.why == "forgotten") | .status + " " +
    .ticket' told)" "$(sed 's/^/closed /' open)"
is "and no longer in the list" "$(tai-desk list -d s.db --json --now $later |
    grep -c -f open)" 0
is "figures and clocks are what they were" "$(figures s.db)" "$(cat before)"
status "it verifies" 0 tai-desk verify -d s.db
is "search finds nothing of it" "$(tai-desk search -d s.db promotion)" ""
ok "rebuild works" tai-desk rebuild -d s.db
status "and verifies" 0 tai-desk verify -d s.db
tai-desk log -d s.db --no-blobs >log.jsonl
is "what is left is valid" "$(tai-ingest records log.jsonl | cmp - log.jsonl)" ""
status "forgotten once is enough" 64 tai-desk forget -d s.db --yes person $who

# -- the same mail again, the backup elsewhere

tai-ingest mbox -d s.db "$company/mail/support.mbox" >again.jsonl
is "the same mail adds nothing" "$(cat again.jsonl)" ""
is "nor does its raw form come back" \
    "$(bytes s.db "$words")" 0
tai-desk log -d s.db | tai-ingest records -d copy.db >/dev/null
status "the copy verifies" 0 tai-desk verify -d copy.db
is "and counts the same" "$(figures copy.db)" "$(cat before)"
tai-ingest mbox -d copy.db "$company/mail/support.mbox" >/dev/null
is "and knows the mail" "$(bytes copy.db "$words")" 0
tai-ingest records -d backup.db told >/dev/null
is "the record alone empties an old store" \
    "$(tai-desk log -d backup.db --no-blobs | grep -c "$words")" 0
status "which verifies" 0 tai-desk verify -d backup.db
reply=$(db s.db "SELECT count(*) FROM msgid")
is "ids of mails still lead to their tickets" "$reply" \
    "$(db copy.db 'SELECT count(*) FROM msgid')"

# -- hiding edits

forged() { tai-desk verify -d forged.db; }
id=$(jq -r '.bodies[0].id // empty' told)
other=$(db s.db "SELECT id FROM log WHERE type = 'note' LIMIT 1")
cp s.db forged.db
db forged.db "UPDATE log SET body = replace(body, 'forgotten', 'forgiven')
    WHERE id = '$id'"
like "another skeleton is told" "$(forged)" 'the body was changed'
cp s.db forged.db
db forged.db "UPDATE log SET body = (SELECT body FROM log WHERE id = '$id')
    WHERE id = '$other'"
like "so is a body emptied without a record" "$(forged)" \
    "record $other: the body was changed"
cp s.db forged.db
db forged.db "UPDATE log SET body = replace(body, '$id', '$other')
    WHERE type = 'forget'"
like "so is a record that was changed to name it" "$(forged)" \
    'the body was changed'
cp s.db forged.db
db forged.db "UPDATE blob SET bytes = x'' WHERE seq = 1"
[ "$(db s.db 'SELECT length(bytes) FROM blob WHERE seq = 1')" = 0 ] ||
    like "so is a mail emptied without one" "$(forged)" 'blob 1'

# -- a message, a ticket, a customer

fill t.db
id=$(tai-desk log -d t.db --type message | jq -r .id | head -n 1)
tai-desk forget -d t.db --yes message "$id" >told
is "one message" "$(jq -c '[.scope, (.bodies | map(.id))]' told)" \
    "[\"message\",[\"$id\"]]"
tai-desk forget -d t.db --yes --now $later ticket 36 >/dev/null
is "a ticket" "$(tai-desk show -d t.db 36 | grep -c promotion)" 0
tai-desk forget -d t.db --yes --now $later customer harbor >/dev/null
is "a customer" "$(tai-desk log -d t.db --no-blobs --type message |
    jq -r 'select(.customer == "harbor") | .text' | sort -u)" ""
status "all verify" 0 tai-desk verify -d t.db
is "and count the same" "$(figures t.db)" "$(cat before)"

# -- what two have is not taken from one

cat >two <<TXT
From a@acme.example Mon Feb  2 09:00:00 2026
From: a@acme.example
To: support@tai.example
Subject: one
Message-ID: <1@acme.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

first
--b
Content-Type: text/plain
Content-Disposition: attachment; filename=a.txt

the same attachment
--b--

From b@acme.example Mon Feb  2 10:00:00 2026
From: b@acme.example
To: support@tai.example
Subject: two
Message-ID: <2@acme.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

second
--b
Content-Type: text/plain
Content-Disposition: attachment; filename=a.txt

the same attachment
--b--
TXT
tai-ingest mbox -d two.db two >/dev/null
shared=$(tai-desk log -d two.db --type message |
    jq -r '.attachments[0].sha256' | sort -u)
tai-desk forget -d two.db --yes person a@acme.example >told
is "the other's attachment stays" \
    "$(jq -r '.blobs // [] | .[]' told | grep -c "$shared")" 0
tai-desk forget -d two.db --yes person b@acme.example >told
is "with the last one it goes" \
    "$(jq -r '.blobs // [] | .[]' told | grep -c "$shared")" 1
status "it verifies" 0 tai-desk verify -d two.db

# -- retention

fill r.db
keep() { tai-desk forget -d r.db --yes --retention "$@"; }
is "without a word on it all is kept" "$(keep)" ""
mkdir rules
for days in 'raw: 5 days' 'attachments: 5d, text: 20'; do
	{ cat "$company/rules/org.yaml"; echo "retention: {$days}"; } \
	    >rules/org.yaml
	TAI_RULES=$TMP/rules:$company/rules:$ROOT/rules keep -n >"plan-${days%%:*}"
	TAI_RULES=$TMP/rules:$company/rules:$ROOT/rules keep >/dev/null
	status "retention $days: verifies" 0 tai-desk verify -d r.db
done
is "raw mails only" "$(jq -r .what plan-raw | sort -u)" mail
like "texts later" "$(cat plan-attachments)" '"what":"message"'
is "nothing of open tickets" "$(tai-desk log -d r.db --no-blobs --type message |
    jq -r 'select(.flags | index("forgotten")?) | .ticket' | sort -u |
    while read -r key; do
	tai-desk list -d r.db --json | jq -r .ticket | grep "$key"
    done)" ""
is "and the figures are the same" "$(figures r.db)" "$(cat before)"
echo 'retention: {raw: soon}' >>rules/org.yaml
soon() { TAI_RULES=$TMP/rules:$TAI_RULES keep; }
sed -i '/^retention: {att/d' rules/org.yaml
status "an age that is none" 78 soon
done_testing
