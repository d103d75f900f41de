#!/bin/sh
# tai-sla watch: who hears of what, once, however often cron runs.
. "$(dirname "$0")/lib.sh"

mkdir -p "$TMP/ours" && cd "$TMP" || exit 1
cat >ours/org.yaml <<'END'
name: TAI
address: support@tai.example
addresses: [support@tai.example]
agent_domains: [tai.example]
zone: America/Los_Angeles
default_tier: enterprise
currency: USD
links: {status: https://status.tai.example}
END
cat >ours/team.yaml <<'END'
people:
  mira: {name: Mira, address: mira@tai.example, role: senior}
  jonas: {name: Jonas, address: jonas@tai.example, role: junior,
    pagerduty: jonas}
  sam: {name: Sam, address: sam@tai.example, role: vp-cs}
targets:
  support-manager: [{channel: email, to: boss@tai.example}]
  on-call-support: [{channel: pagerduty, to: night}]
  '#support-critical': [{channel: slack, to: '#support-critical'}]
  vp-product: [{channel: email, to: vp@tai.example}]
  on-call: [{channel: pagerduty, to: engineer}]
END
TAI_RULES=$TMP/ours:$ROOT/rules
export TAI_RULES

# fails NAME STATUS ERE COMMAND...
fails() {
	failing=$1 want=$2 words=$3
	shift 3
	"$@" >err 2>&1
	is "$failing: status" "$?" "$want"
	like "$failing" "$(cat err)" "$words"
}

isnt() {
	ok "$1" test "$2" != "$3"
}

# message TICKET AT ID [ROLE]
message() {
	role=${4:-customer}
	if [ "$role" = customer ]; then who=ann@acme.example way=in
	else who=mira@tai.example way=out; fi
	printf '{"v":1,"type":"message","id":"%s","at":"%s","ticket":"%s",' \
	    "$3" "$2" "$1"
	printf '"channel":"email","direction":"%s","role":"%s",' \
	    "$way" "$role"
	printf '"from":{"address":"%s"},"to":[{"address":"support@tai.example"}],' "$who"
	printf '"subject":"Help %s","text":"please","auto":"none",' "$1"
	printf '"message_id":"%s@acme.example"%s}\n' "$3" \
	    "${5:+,\"asks\":true}"
}

# verdict TICKET AT SEVERITY
verdict() {
	printf '{"v":1,"type":"triage","id":"t%s%s","at":"%s",' "$1" "$3" "$2"
	printf '"ticket":"%s","severity":"%s","category":"platform",' "$1" "$3"
	printf '"confidence":90,"rule":"x"}\n'
}

told() {
	jq -r '[.at, .channel, (.to | if type == "array" then .[0] else . end),
	    .key // .template, (.late // false)] | join(" ")'
}

HIGH=000000000001
{
	message $HIGH 2026-03-03T18:00:00Z h1
	verdict $HIGH 2026-03-03T18:00:00Z HIGH
	printf '{"v":1,"type":"assign","id":"a1","at":"%s",' \
	    2026-03-03T18:00:01Z
	printf '"ticket":"%s","assignee":"mira"}\n' $HIGH
} >high.jsonl

watch() {
	tai-sla watch --only --now "$@"
}

watch 2026-03-03T18:14:59Z high.jsonl >out
is "a minute before there is nothing to say" "$(cat out)" ""
watch 2026-03-03T18:15:00Z high.jsonl | told >out
is "15 minutes before it is due the assignee hears of it" "$(cat out)" \
    "2026-03-03T18:15:00Z email mira@tai.example watch:$HIGH:response:1:HIGH:at-risk false"
watch 2026-03-03T18:30:01Z high.jsonl | told | tail -n 1 >out
is "then the manager" "$(cat out)" \
    "2026-03-03T18:30:01Z email boss@tai.example watch:$HIGH:response:1:HIGH:breach false"
watch 2026-03-03T18:45:00Z high.jsonl | told | tail -n 1 >out
is "then somebody is paged" "$(cat out)" \
    "2026-03-03T18:45:00Z pagerduty night watch:$HIGH:response:1:HIGH:page false"

watch 2026-03-03T20:30:00Z high.jsonl >out
is "two hours late it goes to somebody else" "$(jq -r 'select(.type ==
    "assign") | .assignee + " " + .by' out)" "sam watch"
is "who hears of it" "$(told <out | tail -n 1)" \
    "2026-03-03T20:30:00Z email sam@tai.example watch:$HIGH:response:1:HIGH:hand-over false"
cat high.jsonl out >handed.jsonl
watch 2026-03-03T20:31:00Z handed.jsonl >out
is "it changes hands once" "$(cat out)" ""

# What was answered before anybody looked.
{ cat high.jsonl; message $HIGH 2026-03-03T18:40:00Z h2 agent; } >answered.jsonl
watch 2026-03-03T19:00:00Z answered.jsonl | told >out
is "a breach that was answered meanwhile is said, and said late" \
    "$(cat out)" \
    "2026-03-03T18:30:01Z email boss@tai.example watch:$HIGH:response:1:HIGH:breach true"
tai-sla watch --explain --tsv --now 2026-03-03T19:00:00Z answered.jsonl |
    cut -f 4,5 >out
is "what is for nobody any more is explained" "$(sed -n 2p out)" \
    "at-risk	nobody any more"

watch 2026-03-03T18:16:00Z high.jsonl >warned
{ cat high.jsonl warned; message $HIGH 2026-03-03T18:40:00Z h2 agent; } >told
is "what was told in its time was for somebody" "$(tai-sla watch --explain \
    --tsv --now 2026-03-03T19:00:00Z told | cut -f 4,5 | grep -c \
    "at-risk.nobody")" 0

# A filter, and what it said before is in its input.
tai-sla watch --now 2026-03-03T18:31:00Z high.jsonl >all.jsonl
is "records are passed on" "$(head -n 3 all.jsonl)" "$(cat high.jsonl)"
watch 2026-03-03T18:31:00Z all.jsonl >out
is "what was said is not said again" "$(cat out)" ""

# Critical: everybody at once.
CRIT=000000000002
{ message $CRIT 2026-03-03T18:00:00Z c1
  verdict $CRIT 2026-03-03T18:00:00Z CRITICAL; } >critical.jsonl
watch 2026-03-03T18:50:00Z critical.jsonl | told | cut -d ' ' -f 2,3 |
    sort >out
is "a critical one is everybody's" "$(cat out)" "email jonas@tai.example
email mira@tai.example
email vp@tai.example
pagerduty engineer
pagerduty jonas
slack #support-critical"

# The customer's turn.
WAIT=000000000003
{ message $WAIT 2026-03-03T18:00:00Z w1
  printf '{"v":1,"type":"status","id":"s1","at":"2026-03-03T19:00:00Z",'
  printf '"ticket":"%s","status":"waiting","by":"mira"}\n' $WAIT; } >wait.jsonl
watch 2026-03-06T18:59:59Z wait.jsonl >out
is "not before the third day is over" "$(jq -c 'select(.type == "reply")' out)" ""
watch 2026-03-06T19:00:00Z wait.jsonl >out
is "then the customer is reminded" "$(jq -r 'select(.type == "reply") |
    [.template, .to[0], .auto, .in_reply_to] | map(tostring) |
    join(" ")' out)" "reminder ann@acme.example true w1@acme.example"
like "in the words of a template" "$(jq -r .text out)" "We asked you something"
{ cat wait.jsonl; message $WAIT 2026-03-06T18:00:00Z w2; } >back.jsonl
watch 2026-03-06T19:00:00Z back.jsonl | jq -c 'select(.type == "reply")' >out
is "but not who has answered" "$(cat out)" ""

# The daily list: Tuesday at 17:00 Pacific.
watch 2026-03-04T01:00:00Z high.jsonl wait.jsonl |
    jq -r 'select(.key // "" | startswith("unanswered")) | .subject' >out
is "at 17:00 there is the list of what is unanswered" "$(cat out)" \
    "2 unanswered at Tue 2026-03-03 17:00 PST"
watch 2026-03-04T00:59:00Z high.jsonl wait.jsonl |
    jq -r 'select(.key // "" | startswith("unanswered")) | .at' >out
is "before that it was Monday's, when there was nothing" "$(cat out)" ""

# The same with a store; cron in steps, twice at once, and killed.
cat high.jsonl critical.jsonl wait.jsonl >day.jsonl
message $HIGH 2026-03-03T19:10:00Z h2 agent >answer.jsonl

# cron STORE STEP: from 18:00 to 22:00; the answer comes when it comes.
cron() {
	tai-ingest records -d "$1" day.jsonl >/dev/null || return 1
	minute=0
	answered=false
	while [ $minute -lt 240 ]; do
		minute=$((minute + $2))
		if ! $answered && [ $minute -ge 70 ]; then
			answered=true
			tai-ingest records -d "$1" answer.jsonl >/dev/null
		fi
		now=$(printf '2026-03-03T%02d:%02d:30Z' \
		    $((18 + minute / 60)) $((minute % 60)))
		$3 "$1" "$now"
	done
	tai-desk log -d "$1" | jq -r 'select(.type == "notice" or
	    .type == "assign" or (.type == "reply" and .auto)) |
	    [.key // .assignee, .channel // "", .to // ""] |
	    map(tostring) | join(" ")' | sort
}
once() {
	tai-sla watch -d "$1" --now "$2" >/dev/null
}
twice() {
	once "$1" "$2" & once "$1" "$2"
	wait
}
killed() {
	tai-sla watch -d "$1" --now "$2" >/dev/null 2>&1 &
	kill -9 $! 2>/dev/null
	wait
	once "$1" "$2"
}

cron a.db 5 once >a.out
cron b.db 5 twice >b.out
cron c.db 5 killed >c.out
isnt "cron has something to say" "$(wc -l <a.out)" 0
is "each of it once" "$(uniq -d a.out)" ""
is "two runs at once say the same" "$(cat b.out)" "$(cat a.out)"
is "runs that are killed, too" "$(cat c.out)" "$(cat a.out)"
# By the hour the warnings are gone that nobody needs any more.
cron d.db 60 once >d.out
is "by the hour nothing else is said" "$(comm -13 a.out d.out)" ""
is "by the hour breaches are not lost" "$(grep breach d.out)" \
    "$(grep breach a.out)"
rows() {
	tai-desk log -d a.db | wc -l
}
before=$(rows)
tai-sla watch -n -d a.db --now 2026-03-04T18:00:00Z >out
isnt "-n says what would be said" "$(wc -l <out)" 0
is "and stores nothing" "$(rows)" "$before"

# A pipe and a store say the same.
tai-ingest records -d e.db day.jsonl >/dev/null
tai-sla watch -d e.db --now 2026-03-06T20:00:00Z | sort >store.out
watch 2026-03-06T20:00:00Z day.jsonl | sort >pipe.out
same "a pipe and a store say the same" pipe.out store.out

# Rules that are wrong.
bad() {
	printf '%s\n' "$1" >ours/ladder.yaml
	tai-sla watch --now 2026-03-03T18:00:00Z high.jsonl
}
fails "an unknown word is refused with its line" 78 \
    "ladder.yaml:1: " bad 'stairs: []'
fails "an unknown tree, too" 78 "there is no tree 'none'" \
    bad 'investigation: {tree: none}'
rm ours/ladder.yaml
fails "files beside a store" 64 "watch reads the store" \
    tai-sla watch -d a.db high.jsonl

done_testing
