#!/bin/sh
# What a customer adds to a ticket: it may become worse, never less, and
# whoever has it hears of that, and of those who wait too long.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1
mkdir our
RULES=our:$ROOT/rules
cat >our/team.yaml <<'YAML'
people:
  mira: {address: mira@tai.example, role: junior}
  ed: {address: ed@tai.example, role: senior, pagerduty: ed}
targets:
  csm: [{channel: email, to: csm@tai.example}]
  on-call: [{channel: pagerduty, to: ed}]
  '#support-escalations': [{channel: slack, to: '#support-escalations'}]
YAML
said_n=0
# said TIME TICKET TEXT [FIELDS]: a message; FIELDS make it no first one
said() {
	said_n=$((said_n + 1))
	printf '{"v":1,"type":"message","id":"M%015d","at":"2026-01-15T%s:00Z",' \
	    $said_n "$1"
	printf '"ticket":"K7Q2M9X4T80%s","channel":"email",' "$2"
	printf '"direction":"in","from":{"address":"x@acme.example"},'
	printf '"role":"customer","message_id":"m%d@x.example",' $said_n
	printf '"subject":"imports","text":"%s"%s}\n' "$3" "${4:+,$4}"
}
more() { said "$1" "$2" "$3" '"in_reply_to":"m1@x.example"'; }
answered() {
	printf '{"v":1,"type":"message","id":"A%s","at":"2026-01-15T%s:00Z",' \
	    "$(echo "$1" | tr -d :)" "$1"
	printf '"ticket":"K7Q2M9X4T80%s","channel":"email",' "$2"
	printf '"direction":"out","role":"agent","subject":"Re","text":"so",'
	printf '"from":{"address":"mira@tai.example"},"message_id":"a@tai"}\n'
}
triage() { tai-triage --now 2026-01-15T23:00:00Z -r "$RULES" "$@"; }
told() {
	jq -r 'select(.type=="notice" and (.key|startswith("follow-up"))) |
	    "\(.at[11:16]) \(.severity) \(.to)"' "$@"
}
severity() { jq -r 'select(.type=="triage").severity' "$@" | tr '\n' ' '; }

how="How do I import my data?"
# -- worse
{
	said 10:00 1 "$how"
	more 11:00 1 "Here are the details that you asked for."
	answered 11:30 1
	more 12:00 1 "Now it is 100% of the calls!"
	more 12:05 1 "nobody can work now"
	answered 12:30 1
	more 13:00 1 "One more detail."
} >worse
triage worse >piped
is "a message may raise the severity" "$(severity piped)" \
    "MEDIUM LOW CRITICAL CRITICAL LOW "
is "of the ticket, which it keeps" "$(tai-desk list -r "$RULES" --json piped \
    --now 2026-01-15T23:00:00Z | jq -r .severity)" CRITICAL
is "whoever has it hears of it, once" "$(told piped)" "12:00 CRITICAL mira@tai.example"
like "and of how it was" "$(jq -r 'select(.key // "" |
    startswith("follow-up")).text' piped)" \
    "^The customer's new message makes it CRITICAL; it was MEDIUM.$"
is "and a page goes out as for any critical ticket" "$(jq -r \
    'select(.channel=="pagerduty")|.at[11:16]+" "+.to' piped)" "12:00 ed"
tai-ingest records -d s.db worse >/dev/null
triage -d s.db --pending >stored
is "with a store the same" "$(told stored)" "$(told piped)"
triage -d s.db worse >/dev/null
is "and not again" "$(tai-desk log -d s.db | told)" "$(told piped)"
while IFS= read -r line; do
	printf '%s\n' "$line" | tai-ingest records -d cron.db >/dev/null
	triage -d cron.db --pending >/dev/null
done <worse
is "run by run the same" "$(tai-desk log -d cron.db | told)" "$(told piped)"
is "in any order the same" "$(tac worse | triage | told)" "$(told piped)"

# -- again and again
{
	said 10:00 2 "$how"
	more 10:30 2 "Toujours pas de réponse"
	more 10:40 2 "Toujours rien !"
	more 10:50 2 "And?"
	more 15:00 2 "And?"
} >waits
is "impatience is told, but not with every mail" "$(triage waits | told)" \
    "10:30 HIGH mira@tai.example
10:40 HIGH mira@tai.example
10:40 HIGH csm@tai.example
15:00 HIGH mira@tai.example
15:00 HIGH csm@tai.example"
like "with how long it waits" "$(triage waits | jq -r 'select(.at[11:16] ==
    "15:00" and .type == "notice").text')" \
    "^5 messages of the customer wait for an answer, the first for 5h"
ended() {
	printf '{"v":1,"type":"status","id":"S%s","at":"2026-01-15T%s:00Z",' \
	    "$2" "$1"
	printf '"ticket":"K7Q2M9X4T80%s","status":"resolved","by":"mira"}\n' "$2"
}
{
	said 10:00 5 "$how"
	more 10:05 5 "Thank you, that works, you can close it."
	ended 10:10 5
	more 12:00 5 "And?"
	more 12:10 5 "Toujours pas de réponse"
} >settled
is "what was settled waits no more" "$(triage settled | jq -r 'select(.at[11:16]
    == "12:10" and .type == "notice" and (.key|startswith("follow-up"))).text' |
    grep -c 'wait for an answer, the first for 10m')" 1
{
	said 10:00 6 "Production is down, all calls return 500."
	more 10:30 6 "We will cancel our subscription."
} >churn
is "a milder word on what is critical is told as critical" "$(triage churn |
    jq -r 'select(.at[11:16] == "10:30" and .type == "notice") | .severity' |
    sort -u)" CRITICAL
{
	said 10:00 3 "$how"
	more 10:10 3 "And how long does it take?"
	answered 10:20 3
	more 10:30 3 "And what does it cost?"
	more 10:40 3 "Does it take files of 2 GB?"
} >chat
is "a conversation tells nobody" "$(triage chat | told)" ""
{
	said 10:00 4 "Production is down, all calls return 500."
	more 10:30 4 "It is getting worse."
} >less
is "what is critical stays so, and is no news" "$(triage less | told)" ""

# -- nobody has it
cat >our/team.yaml <<'YAML'
targets:
  '#support-escalations': [{channel: slack, to: '#support-escalations'}]
YAML
is "without an assignee the channel hears of it" "$(triage worse | told)" \
    "12:00 CRITICAL #support-escalations"
rm our/team.yaml
is "without a team nobody does" "$(triage worse 2>/dev/null | told)" ""
mkdir -p our/templates/notice
printf -- '---\nabout: x\nsubject: y\n---\n{{^was}}{{gone}}{{/was}}\n' \
    >our/templates/notice/follow-up.txt
echo 'targets: {a: [{channel: email, to: a@tai.example}]}' >our/team.yaml
triage worse >out 2>err
is "a broken template ends the run before it begins" "$? $(cat out)" "78 "
like "and is named" "$(cat err)" "notice/follow-up.txt:5: no value 'gone'"
done_testing
