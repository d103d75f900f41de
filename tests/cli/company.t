#!/bin/sh
# The sample company from mail to report, as a pipe and with a store: the same
# answers, whatever the order, the source and the number of times.
. "$(dirname "$0")/lib.sh"

company=$ROOT/examples/company
mbox=$company/mail/support.mbox
TAI_RULES=$company/rules:$ROOT/rules
TAI_NOW=2026-02-27T17:00:00-08:00
export TAI_RULES TAI_NOW
cd "$TMP" || exit 1

# What is recorded beside the mail.
records() {
	cat "$company/desk.jsonl" "$company/incidents.jsonl" \
	    "$company/answers.jsonl"
}

# fill STORE: the store's way, step by step
fill() {
	tai-ingest mbox -d "$1" "$mbox" >/dev/null &&
	    records | tai-ingest records -d "$1" >/dev/null &&
	    tai-triage -d "$1" --pending >/dev/null
}

# log_of STORE: the records, in an order that does not depend on arrival
log_of() {
	tai-desk log -d "$1" | sort
}

# fact NAME WANT FILTER: what jq says of the mails' records
fact() {
	is "$1" "$(jq -r "$3" mail.jsonl)" "$2"
}

# -- the committed files are what the story says

if command -v python3 >/dev/null; then
	cp -R "$company" made
	rm made/mail/support.mbox made/*.jsonl made/usage.csv made/invoices.csv
	ok "make.py runs" python3 made/make.py
	for file in mail/support.mbox desk.jsonl incidents.jsonl answers.jsonl \
	    labels.jsonl usage.csv invoices.csv; do
		same "make.py makes $file" "made/$file" "$company/$file"
	done
else
	skip "make.py" "no python3"
fi

# -- every mail becomes a record or is there already

mails=$(grep -ac '^From ' "$mbox")
tai-ingest mbox -v "$mbox" >mail.jsonl 2>counts
is "ingest takes the mailbox" $? 0
messages=$(grep -c '"type":"message"' mail.jsonl)
is "all mails but the two that came twice" "$messages" $((mails - 2))
like "the counts balance" "$(cat counts)" "$mails.*[^0-9]$messages.*[^0-9]2[^0-9]"
is "ids are unique" "$(jq -r .id mail.jsonl | sort | uniq -d)" ""

# -- what the odd ones of them have become

fact "a stranger with a token gets a ticket of his own" "new foreign" \
    'select(.from.address == "kit77@mailbox.example" and .flags) |
    .thread.method + " " + (.flags | join(" "))'
is "two answers to a mail that nobody saw share a ticket" "$(jq -r \
    'select(.subject // "" | test("your call")) | .ticket' mail.jsonl |
    sort | uniq -c | awk '{ print $1 }')" 3
fact "a Message-ID used again makes a mail of its own" reused_message_id \
    'select(.message_id == "scan@mfp0071.graniteworks.example") |
    .flags // [] | .[]'
fact "Shift-JIS and ISO-2022-JP read as they should" "" \
    'select(.customer == "kaigan" and .direction == "in") |
    select(.text | test("[ぁ-ん]") | not) | .id'
fact "Latin-1 reads as it should" \
    "Instrumentpanelen tar runt 10 sekunder att ladda för oss" \
    'select(.subject == "dashboard takes 10 seconds to load") | .text |
    capture("(?<a>Instrument.*oss)").a'
fact "a bounce is one" "MAILER-DAEMON@mx.graniteworks.example" \
    'select(.auto == "bounce") | .from.address'
is "out of office is no customer's word, an alert is a system's" "$(jq -r \
    'select(.auto == "reply") | .role' mail.jsonl | sort | uniq -c |
    awk '{ printf "%s %s ", $1, $2 }')" "4 auto 2 system "
fact "what a broken clock dated is told by arrival" 2026-02-26T10:50:00Z \
    'select(.flags // [] | index("date_skew")) | .at'
fact "a question in the quote is none of ours" false \
    'select(.role == "agent" and (.text | test("expiry date"))) | .asks'
fact "a question of our own is" true \
    'select(.role == "agent" and (.text | test("which client library"; "i")))
    | .asks'

# -- the pipe

{ cat mail.jsonl; records; } | tai-triage >pipe.jsonl
is "the pipe triages" $? 0
sort pipe.jsonl >pipe.sorted
jq -r 'select(.type == "message") | .raw' pipe.jsonl | sort >raws
tai-sla clock --only pipe.jsonl >pipe.clock
is "the pipe computes clocks" $? 0
is "each triage concerns one message" "$(jq -r \
    'select(.type == "triage" and .message) | .message' pipe.jsonl | sort |
    uniq -d)" ""
is "each customer's message has its triage" "$(jq -rs '
    (map(select(.type == "triage") | {(.message // ""): 1}) | add) as $done |
    .[] | select(.type == "message" and .role == "customer" and
    (.auto // "none") == "none" and .direction == "in") |
    select($done[.id] | not) | .id' pipe.jsonl)" ""

# -- what robots settle, by what a person says of each ticket

tai-triage --replay mail.jsonl >replay.jsonl
status "categories, topics and severities are as labelled" 0 \
    tai-triage test -q --least 80 "$company/labels.jsonl"
share=$(jq -s '(map(select(.type == "message" and .role == "customer" and
    (.auto // "none") == "none") | .ticket) | unique | length) as $all |
    map(select(.type == "triage" and .resolve) | .ticket) | unique |
    length * 100 / $all | floor' replay.jsonl)
ok "a robot settles 45 % of the tickets ($share %)" test "$share" -ge 45
jq -r 'select(.type == "triage" and .resolve) | .ticket' replay.jsonl |
    sort -u >settled
jq -r 'select(.robot) | .ticket' "$company/labels.jsonl" | sort -u >may
is "and none that a person has to see" "$(comm -23 settled may)" ""
is "no ticket gets two answers of a robot" "$(jq -r \
    'select(.type == "reply") | .ticket' replay.jsonl | sort | uniq -d)" ""
is "and none to a word behind the first" "$(jq -rs '
    (map(select(.type == "message" and .role == "customer")) |
    group_by(.ticket) | map(.[1:][].id)) as $later |
    map(select(.type == "triage" and .message and .resolve) | .message) |
    map(select(. as $m | $later | index($m))) | .[]' replay.jsonl)" ""
is "each other has a first answer, but a stranger with a token" "$(jq -rs '
    (map(select(.type == "reply" or .direction == "out") | .ticket) | unique)
    as $answered | (map(select(.flags // [] | index("foreign")) | .ticket)) as
    $foreign | map(select(.type == "triage" and .reply != null and
    .reply != "" and .reply != "none") | .ticket) | unique |
    . - $answered - $foreign | .[]' replay.jsonl)" ""

# -- the store

ok "the store is filled" fill one.db
status "and is sound" 0 tai-desk verify -d one.db
log_of one.db >one.sorted
grep -v '"type":"blob"' one.sorted >b
same "the log has the pipe's records" pipe.sorted b
jq -r 'select(.type == "blob") | .sha256' one.sorted | sort -u |
    comm -13 - raws >missing
is "and the bytes of each mail" "$(wc -l <raws) $(cat missing)" "$messages "
tai-desk log -d one.db | tai-sla clock --only >one.clock
sort pipe.clock >a
sort one.clock >b
same "clocks are the same" a b

for day in 2026-01-12-08 2026-01-20-08 2026-02-03-08 2026-02-16-08 \
    2026-02-27-08 2026-03-06-08 2026-03-09-07 2026-03-13-07; do
	at=${day%???}T17:00:00${day#????-??-??}:00
	for form in text json html; do
		tai-report daily --now "$at" --"$form" <pipe.jsonl >a
		tai-report daily --now "$at" --"$form" -d one.db >b
		same "the report of $at is the same as $form" a b
	done
done
tai-report daily <pipe.jsonl >pipe.txt
tac pipe.jsonl | tai-report daily >b
same "the report does not depend on the records' order" pipe.txt b
tai-csat score - <pipe.jsonl >a
tai-csat score -d one.db >b
same "scores are the same" a b

# -- the report tells that Friday

like "it has the tickets of the day" "$(cat pipe.txt)" 'HTTP 500 when saving'
like "and names who waits" "$(cat pipe.txt)" 'revenue is off'
like "and the answers of the day" "$(cat pipe.txt)" '[0-9][.][0-9]'

# -- once more changes nothing

is "the mailbox again prints nothing" \
    "$(tai-ingest mbox -d one.db "$mbox")" ""
sh "$company/maildir.sh" "$mbox" maildir
is "the same mail as a Maildir prints nothing" \
    "$(tai-ingest maildir -d one.db maildir)" ""
records | tai-ingest records -d one.db >/dev/null
tai-triage -d one.db --pending >again
is "nothing is left to triage" "$(cat again)" ""
log_of one.db >b
same "the log is as it was" one.sorted b

# -- the same on another machine

tai-ingest maildir -d two.db maildir >/dev/null
records | tai-ingest records -d two.db >/dev/null
tai-triage -d two.db --pending >/dev/null
log_of two.db >b
same "a Maildir gives the same records" one.sorted b
tai-desk log -d one.db | tai-ingest records -d three.db >/dev/null
log_of three.db >b
same "a log makes a new store" one.sorted b
status "which is sound" 0 tai-desk verify -d three.db
tai-report daily -d three.db >b
same "and gives the same report" pipe.txt b

# -- the tables follow from the log

# tables STORE: everything but full text, in the order of its rows
tables() {
	sqlite3 "$1" .dump | grep -a '^INSERT INTO' |
	    grep -av -e '_fts' -e '"fts' -e 'sqlite_' | sort
}
tai-desk list -d one.db --json >listed
tables one.db >tabled
ok "the tables can be made again" tai-desk rebuild -d one.db
tables one.db >b
same "and are what they were" tabled b
tai-desk list -d one.db --json >b
same "and the list is, too" listed b
status "and the store is sound" 0 tai-desk verify -d one.db
sqlite3 three.db "UPDATE log SET body = body || ' '
    WHERE seq = (SELECT max(seq) FROM log WHERE type = 'status')" 2>/dev/null
status "a changed row is found" 1 tai-desk verify -d three.db

# -- uptime and credits

tai-sla uptime --json --month 2026-01..2026-02 --now 2026-03-02T09:00:00-08:00 \
    "$company/incidents.jsonl" >months
same "uptime.jsonl is what the incidents come to" months "$company/uptime.jsonl"
tai-credit compute --only --now 2026-03-02T09:00:00-08:00 \
    "$company/uptime.jsonl" >credits
is "credits are computed" $? 0
is "Harbor & Pine: 99.6453 % of 99.95 in February is 15 %" "$(jq -r \
    'select(.customer == "harbor" and .month == "2026-02") |
    "\(.percent) \(.amount)"' credits)" "15 1125000"
is "a starter above 99.5 gets none" "$(jq -r \
    'select(.customer == "teapot") | .amount' credits)" ""

# -- the scripts

if [ "$BIN" = "$ROOT/build/bin" ]; then
	ok "ticket-to-report.sh" sh "$ROOT/examples/ticket-to-report.sh"
	same "its report is the pipe's" "$ROOT/build/demo/store.txt" pipe.txt
fi
done_testing
