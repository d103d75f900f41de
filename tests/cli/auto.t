#!/bin/sh
# Bounces, absences, loops and floods, in the pipe and in the store.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1
export TAI_NOW=2026-01-20T12:00:00Z

# mail TIME FROM TO SUBJECT ID [HEADER...]: to standard output, text from stdin
mail() {
	printf 'From x Fri Jan 16 10:00:00 2026\n'
	printf 'Received: from a by mx.tai.example; %s\n' \
	    "$(date -u -d "$1" '+%a, %d %b %Y %H:%M:%S +0000')"
	printf 'Date: %s\nFrom: %s\nTo: %s\nSubject: %s\nMessage-ID: <%s>\n' \
	    "$(date -u -d "$1" '+%a, %d %b %Y %H:%M:%S +0000')" "$2" "$3" \
	    "$4" "$5"
	shift 5
	for header; do
		printf '%s\n' "$header"
	done
	printf '\n'
	sed 's/^From />&/'
	printf '\n'
}
jo='Jo <jo@acme.example>'
us='TAI <support@tai.example>'
null='Return-Path: <>'

# dsn ACTION STATUS ORIGINAL-ID
dsn() {
	printf -- '--b\nContent-Type: text/plain\n\nSorry.\n--b\n'
	printf 'Content-Type: message/delivery-status\n\n'
	printf 'Reporting-MTA: dns; mx.acme.example\n\n'
	printf 'Final-Recipient: rfc822; jo@acme.example\nAction: %s\n' "$1"
	printf 'Status: %s\n\n--b\nContent-Type: text/rfc822-headers\n\n' "$2"
	printf 'From: support@tai.example\nMessage-ID: <%s>\n\n--b--\n' "$3"
}
mime='Content-Type: multipart/report; report-type=delivery-status; boundary=b'

{
	echo 'The webhooks are late. Why?' | mail '2026-01-16 10:00' "$jo" \
	    "$us" 'Webhooks' q1@acme.example
	echo 'We have fixed it.' | mail '2026-01-16 11:00' "$us" "$jo" \
	    'Re: Webhooks' o1@tai.example 'In-Reply-To: <q1@acme.example>'
	echo 'I am out of the office until Monday.' | mail \
	    '2026-01-16 11:01' "$jo" "$us" 'Automatic reply: Webhooks' \
	    oof@acme.example 'Auto-Submitted: auto-replied' \
	    'In-Reply-To: <o1@tai.example>' "$null"
	dsn failed 5.1.1 o1@tai.example | mail '2026-01-16 11:02' \
	    'MAILER-DAEMON@mx.acme.example' "$us" 'Undelivered Mail' \
	    b1@mx.acme.example "$null" "$mime"
	dsn delayed 4.4.1 o1@tai.example | mail '2026-01-16 11:03' \
	    'MAILER-DAEMON@mx.acme.example' "$us" 'Delayed Mail' \
	    b2@mx.acme.example "$null" "$mime"
	dsn failed 5.2.2 unknown@elsewhere.example | mail '2026-01-16 11:04' \
	    'MAILER-DAEMON@mx.other.example' "$us" 'Undelivered Mail' \
	    b3@mx.other.example "$null" "$mime"
	{ echo 'We have fixed it.'; echo; echo 'A footer of a list.'; } |
	    mail '2026-01-16 11:05' "$us" "$jo" 'Re: Webhooks' \
	    o1@tai.example 'In-Reply-To: <q1@acme.example>' \
	    'Delivered-To: support@tai.example'
	printf -- '--b\nContent-Type: message/%s\n\n%s\n%s\n\n--b--\n' \
	    disposition-notification \
	    'Original-Message-ID: <o1@tai.example>' \
	    'Disposition: manual-action/MDN-sent-manually; displayed' |
	    mail '2026-01-16 11:05' "$jo" "$us" 'Read: Webhooks' \
	    r1@acme.example 'Content-Type: multipart/report; boundary=b;
	report-type=disposition-notification'
	echo 'Our offers.' | mail '2026-01-16 11:06' \
	    'News <news@shop.example>' "$us" 'Offers' n1@shop.example \
	    'List-Unsubscribe: <https://shop.example/u>' \
	    'List-Unsubscribe-Post: List-Unsubscribe=One-Click'
} >all.mbox

tai-ingest mbox all.mbox >pipe
is "the mailbox is read" $? 0
# field SUBJECT-OR-ID FILTER
field() { jq -r "select(.message_id == \"$1\") | $2" pipe; }
ticket=$(field q1@acme.example .ticket)
is "a bounce of our answer is on its ticket" \
    "$(field b1@mx.acme.example '.ticket + " " + .thread.method + " " +
    .thread.evidence')" "$ticket bounce o1@tai.example"
is "it is a bounce that nobody wrote" \
    "$(field b1@mx.acme.example '.auto + " " + .role')" "bounce auto"
is "it says what failed" "$(field b1@mx.acme.example '.bounce |
    [.kind, .action, .status, .reason, .hard, .recipient, .message_id] |
    map(tostring) | join(" ")')" \
    "dsn failed 5.1.1 no_user true jo@acme.example o1@tai.example"
is "a delay is no failure" "$(field b2@mx.acme.example '.bounce |
    [.action, .hard] | map(tostring) | join(" ")')" "delayed false"
is "and is on the ticket" "$(field b2@mx.acme.example .ticket)" "$ticket"
is "an absence too" "$(field oof@acme.example '.ticket + " " + .auto')" \
    "$ticket reply"
is "a bounce of something else has its own" \
    "$(field b3@mx.other.example .ticket | grep -c "$ticket")" 0
is "a read receipt is on the ticket" "$(field r1@acme.example \
    '.ticket + " " + .auto + " " + .report.action')" "$ticket reply displayed"
is "our mail that comes back is a loop on its ticket" \
    "$(jq -r 'select(.text | test("footer"; "")?) | .auto + " " + .ticket' \
    pipe)" "loop $ticket"
is "a newsletter is bulk" "$(field n1@shop.example '.auto + " " + .role')" \
    "bulk auto"

tai-triage pipe >judged
is "one message is judged" "$(grep -c '"type":"triage"' judged)" 1
rows() { tai-desk list "$@" --json - <judged; }
is "one ticket is work" "$(rows | jq -r .ticket)" "$ticket"
is "the others are there" "$(rows --all | wc -l)" 3
is "and the report counts as the desk does" "$(tai-report daily --json \
    --now 2026-01-16T23:00:00-08:00 - <judged | jq -c '[.new, .open]')" "[1,1]"
tai-sla clock --only judged >clocks
is "no clock of a bounce or newsletter runs" "$(jq -r \
    "select(.state != \"none\" and .ticket != \"$ticket\") | .ticket" clocks)" ""

# Resolved, and then an absence: it stays so. What reached nobody opens it.
{
	cat judged
	printf '{"v":1,"type":"status","id":"s1","at":"%s","ticket":"%s",' \
	    2026-01-16T11:00:30Z "$ticket"
	printf '"status":"resolved","by":"mira"}\n'
} >resolved
is "an absence reopens nothing" "$(grep -v '"by":"tai-ingest"' resolved |
    tai-desk list --all --json - | jq -r "select(.ticket == \"$ticket\") |
    .status")" resolved
is "a bounce for good does" "$(tai-desk list --all --json - \
    <resolved | jq -r "select(.ticket == \"$ticket\") | .status")" open

tai-ingest mbox -d s.db all.mbox >store
same "the same records with a store" pipe store
tai-desk show -d s.db "$ticket" >shown
like "the desk shows what failed" "$(cat shown)" \
    '^\[failed: jo@acme.example, no_user 5.1.1, for good\]$'
is "one ticket is work in the store too" \
    "$(tai-desk list -d s.db --json | jq -r .ticket)" "$ticket"

tai-desk set -d s.db "$ticket" status=resolved >/dev/null
echo 'I am still out of the office.' | mail '2026-01-20 11:00' "$jo" "$us" \
    'Automatic reply: Webhooks' oof2@acme.example \
    'Auto-Submitted: auto-replied' 'In-Reply-To: <o1@tai.example>' >late
tai-ingest mbox -d s.db late >late.out
is "an absence joins a resolved ticket" "$(jq -r '.ticket + " " + .auto' \
    late.out)" "$ticket reply"
is "which stays so" "$(tai-desk list -d s.db --all --json | jq -r \
    "select(.ticket == \"$ticket\") | .status")" resolved
is "and is not judged" "$(tai-triage --pending --only -d s.db | grep -c \
    "$(jq -r .id late.out)")" 0

# One by one, as a server delivers them.
one_by_one() {
	awk '/^From x /{ n++ } { print > sprintf("%s/%03d", dir, n) }' \
	    dir="$1" "$2"
	for m in "$1"/*; do
		tai-ingest mail -d "$1.db" <"$m" || return 1
	done
}
messages() { tai-desk log -d "$1" --type message --no-blobs | bare; }
# What a file and standard input differ in: the empty line behind a mail.
bare() { sed 's/,"raw":"[0-9a-f]*"//'; }
mkdir one
ok "they are delivered one by one" one_by_one one all.mbox
messages one.db >one.out
grep '"type":"message"' store | bare >bare.out
same "and are what the mailbox was" bare.out one.out

# -- floods

{
	for i in 1 2 3 4; do
		echo 'Please call me back.' | mail "2026-01-17 10:0$i" "$jo" \
		    "$us" 'Call' "same$i@acme.example"
	done
	for i in 01 02 03 04 05 06 07 08 09 10 11 12 13; do
		echo "Order $i: what is with line $i of it, $(echo $i |
		    tr 0-9 a-j)?" | mail "2026-01-17 12:$i" \
		    'Al <al@globex.example>' "$us" "Order $i" \
		    "order$i@globex.example"
	done
	for i in 1 2 3 4; do
		echo "Ticket $i has been opened." | mail "2026-01-17 13:0$i" \
		    'Desk <desk@initech.example>' "$us" 'We got your mail' \
		    "robot$i@initech.example" 'Precedence: bulk'
	done
	for i in 1 2 3 4; do
		echo 'Done.' | mail "2026-01-17 14:0$i" \
		    'Mira <mira@tai.example>' "$us" 'Done' "m$i@tai.example"
	done
	echo 'Please call me back.' | mail "2026-01-17 16:00" "$jo" "$us" \
	    'Call' same5@acme.example
} >flood.mbox
tai-ingest mbox flood.mbox >pipe
# told ID: auto and flags
told() {
	jq -r "select(.message_id | startswith(\"$1\")) |
	    .auto + \":\" + (.flags // [] | join(\",\"))" pipe | sort |
	    uniq -c | awk '{ printf "%s%s x%s", (NR > 1 ? " " : ""), $2, $1 }'
}
is "the third of the same is a loop" "$(told same)" \
    "loop:flood x2 none: x2 none:repeat x1"
is "each of another kind is a person's, over the limit flagged" \
    "$(told order)" "none: x10 none:flood x3"
is "a program's third of one subject is a loop" "$(told robot)" \
    "loop:flood x2 reply: x2"
is "our own people have no limit" "$(told 'm')" "none: x4"
is "what is said twice is answered once" "$(tai-triage --replay --only pipe |
    jq -r 'select(.type == "reply").in_reply_to' | grep -c same)" 2
is "all of them are kept" "$(grep -c '"type":"message"' pipe)" 26
mkdir two
ok "the flood comes one by one" one_by_one two flood.mbox
messages two.db >two.out
bare <pipe >bare.out
same "and is judged as in one run" bare.out two.out
tai-ingest mbox -d three.db flood.mbox >three.out
same "and in one run with a store" pipe three.out
ok "the stores verify" tai-desk verify -d two.db
tai-desk rebuild -d two.db
ok "and do when they are rebuilt" tai-desk verify -d two.db

# -- our own answer comes back

mkdir sign
{ cat "$ROOT/rules/org.yaml"; echo 'secret_file: token.secret'; } \
    >sign/org.yaml
echo 0123456789abcdef >sign/token.secret
chmod 600 sign/token.secret
TAI_RULES=sign:$ROOT/rules
echo 'Is it down?' | mail '2026-01-19 10:00' "$jo" "$us" 'Down' \
    down@acme.example >down
tai-ingest mbox -d sign.db down >down.out
key=$(jq -r .ticket down.out)
echo 'It is up.' | tai-desk reply -d sign.db "$key" >/dev/null
id=$(tai-desk log -d sign.db --type reply --no-blobs | jq -r .message_id)
like "our answers are signed" "$id" "$(echo "$key" | tr A-Z a-z).*@|$key.*@"
# back TO: the answer as a forwarding mailbox sends it here
back() {
	echo 'It is up.' | mail '2026-01-19 11:00' "$us" "$1" 'Re: Down' "$id" \
	    'Auto-Submitted: no' 'Delivered-To: support@tai.example'
}
back "$us" >back
is "it is a loop on its ticket without a store" \
    "$(tai-ingest mbox back | jq -r '.auto + " " + .ticket')" "loop $key"
back "$jo" >back
is "and with one, whoever it was for" "$(tai-ingest mbox -d sign.db back |
    jq -r '.auto + " " + .ticket')" "loop $key"
dsn failed 5.1.1 "$id" | mail '2026-01-19 11:01' \
    'MAILER-DAEMON@mx.acme.example' "$us" 'Undelivered Mail' \
    b9@mx.acme.example "$null" "$mime" >bounced
is "its bounce is on the ticket, whether that is here or not" \
    "$(tai-ingest mbox bounced | jq -r 'select(.type == "message") |
    .thread.method + " " + .ticket')" "bounce $key"
TAI_RULES=$ROOT/rules

# Words of one's own, and rules that are wrong.
mkdir own
printf 'programs: ["robot*"]\n' >own/automatic.yaml
echo hello | mail '2026-01-18 10:00' 'robot7@acme.example' "$us" x r7@x >r7
is "a company's own words" "$(tai-ingest mbox -r "own:$ROOT/rules" r7 |
    jq -r .auto)" reply
is "which are not ours" "$(tai-ingest mbox r7 | jq -r .auto)" none
printf 'absence: ["("]\n' >own/automatic.yaml
wrong() { tai-ingest mbox -r "own:$ROOT/rules" r7; }
status "a pattern that is none is a wrong rule" 78 wrong
lint() { tai-triage lint -r "own:$ROOT/rules"; }
status "which the linter finds" 78 lint
like "with its place" "$(wrong 2>&1)" 'automatic.yaml:1: absence: '
printf 'limit: {messages: 99}\n' >own/automatic.yaml
status "so is a limit that is out of bounds" 78 wrong
done_testing
