#!/bin/sh
# tai-ingest slack, message by message: which ticket, whose, in any order.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1

mkdir -p rules/slack
cp "$ROOT/rules/org.yaml" rules
cat >rules/customers.csv <<'EOT'
customer,name,tier,domains
acme,Acme,professional,acme.example
globex,Globex,enterprise,globex.example
EOT
cat >rules/slack.yaml <<'EOT'
channels:
  - name: "cust-{customer}"
  - name: "{customer}-help"
    customer: "{customer}"
  - name: shared-*
    customer: globex
internal: [staff, CINTERNAL]
reactions: {white_check_mark: resolved, eyes: progress}
EOT
jq -n '{members: [
  ["UANA","ana@tai.example"], ["UBEN","ben@tai.example"],
  ["UGUS","gus@acme.example"], ["UKIM","kim@acme.example"],
  ["UEVE","eve@globex.example"]] | map({id: .[0], team_id: "T1",
  name: (.[1] | split("@")[0]), profile: {email: .[1]}})}' >rules/slack/users.json
jq -n '{channels: [["C1","cust-acme"], ["C2","acme-help"], ["C3","shared-x"],
  ["C4","staff"], ["C5","lounge"]] | map({id: .[0], name: .[1]})}' \
    >rules/slack/channels.json
TAI_RULES=$TMP/rules:$ROOT/rules
export TAI_RULES

# ev CHANNEL USER SECOND TEXT [FIELDS]: an event on stdout
ev() {
	extra=${5:-"{}"}
	jq -cn --arg c "$1" --arg u "$2" --arg t "$((1768212000 + $3)).000100" \
	    --arg x "$4" --argjson f "$extra" '{type: "event_callback",
	    team_id: "T1", event: ({type: "message", channel: $c, user: $u,
	    text: $x, ts: $t, event_ts: $t} + $f)}'
}
ts() { echo "$((1768212000 + $1)).000100"; }
thread() { printf '{"thread_ts":"%s"}' "$(ts "$1")"; }
# tickets FILE: "text number", tickets numbered as they appear; merged ones
# are one
tickets() {
	jq -rs 'map(select(.type=="merge") | {(.ticket): .into}) as $m |
	    ($m | add // {}) as $to |
	    def final: if $to[.] then $to[.] | final else . end;
	    [.[] | select(.type=="message") |
	    {text, at, t: (.ticket | final)}] | sort_by(.at) |
	    (map(.t) | reduce .[] as $t ([]; if index($t) then . else . + [$t]
	    end)) as $n | map("\(.text) \(.t as $t | $n | index($t))")
	    | join(" | ")' "$1"
}
# flows NAME WANT FILE: as it comes, from behind, with a store, one by one
flows() {
	tai-ingest slack "$3" >flow.out
	is "$1" "$(tickets flow.out)" "$2"
	tac "$3" | tai-ingest slack >flow.out
	is "$1, from behind" "$(tickets flow.out)" "$2"
	rm -f f.db*
	while read -r line; do
		printf '%s\n' "$line" | tai-ingest slack -d f.db
	done <"$3" >flow.out
	is "$1, one by one into a store" "$(tickets flow.out)" "$2"
	rm -f f.db*
	tac "$3" | while read -r line; do
		printf '%s\n' "$line" | tai-ingest slack -d f.db
	done >flow.out
	is "$1, from behind into a store" "$(tickets flow.out)" "$2"
}

{ ev C1 UGUS 0 a; ev C1 UGUS 200 b; ev C1 UGUS 490 c; ev C1 UGUS 800 d
} >lines
flows "lines within five minutes of the last" "a 0 | b 0 | c 0 | d 1" lines
{ ev C1 UGUS 0 a; ev C1 UKIM 60 b; ev C1 UGUS 120 c; ev C2 UGUS 130 d
} >two
flows "two people, two channels" "a 0 | b 1 | c 0 | d 2" two
{ ev C1 UGUS 0 a; ev C1 UANA 600 b; ev C1 UBEN 700 c; ev C1 UGUS 1500 d
  ev C1 UANA 3600 e; } >answers
tai-ingest slack answers >flow.out
is "our answers, and the word behind them" "$(tickets flow.out)" \
    "a 0 | b 0 | c 0 | d 0 | e 1"
{ ev C1 UGUS 0 a; ev C1 UKIM 100 b; ev C1 UANA 200 '<@UGUS> c'
  ev C1 UANA 300 d; } >mentions
tai-ingest slack mentions >flow.out
is "whom we mention is whom we answer" "$(tickets flow.out)" \
    "a 0 | b 1 | @gus c 0 | d 0"
{ ev C1 UGUS 0 a; ev C1 UANA 60 b "$(thread 0)"; ev C1 UGUS 100 c
  ev C1 UANA 160 d "$(thread 100)"; ev C1 UGUS 200 e "$(thread 0)"; } >threads
tai-ingest slack threads >flow.out
is "a new line behind a thread is a new matter" "$(tickets flow.out)" \
    "a 0 | b 0 | c 1 | d 1 | e 0"
{ ev C1 UGUS 0 a; ev C1 UGUS 60 b; ev C1 UANA 100 c "$(thread 60)"
  ev C1 UGUS 9000 d "$(thread 60)"; } >second
flows "a thread below the second line" "a 0 | b 0 | c 0 | d 0" second
# Two questions at once, each with a thread: a split, or at once by an export.
{ ev C1 UGUS 0 a; ev C1 UGUS 60 b; ev C1 UANA 100 c "$(thread 0)"
  ev C1 UANA 110 d "$(thread 60)"; ev C1 UGUS 200 e "$(thread 60)"
  ev C1 UGUS 210 f "$(thread 0)"; } >both
desk() { tai-desk log --no-blobs "$@" | jq -r 'select(.type=="message").text'; }
tai-ingest slack both >flow.out
is "two threads are split" "$(jq -r 'select(.type!="message").type' flow.out)" \
    split
for how in together one; do
	rm -f f.db*
	if [ $how = one ]; then
		while read -r line; do
			printf '%s\n' "$line" | tai-ingest slack -d f.db
		done <both >/dev/null
	else
		tai-ingest slack -d f.db both >/dev/null
	fi
	is "they are two tickets, $how" "$(for n in 1 2; do
	    desk -d f.db --ticket $n | tr '\n' ' '; done)" "a c f b d e "
done
mkdir -p export/cust-acme
jq -s 'map(.event | del(.channel)) | (.[0,1] | .thread_ts) |= null |
    map(if .text == "a" or .text == "b" then .thread_ts = .ts else . end)' \
    both >export/cust-acme/2026-01-12.json
cp rules/slack/*.json export
rm -f f.db*
tai-ingest slack -d f.db export >/dev/null
is "an export says so at once" "$(for n in 1 2; do
    desk -d f.db --ticket $n | tr '\n' ' '; done)" "a c f b d e "
is "one file of it is read by itself" "$(tai-ingest slack --export \
    export/cust-acme/2026-01-12.json | jq -r .type | sort -u)" message
{ ev C1 UANA 5000 late "$(thread 0)"; } >orphan
flows "an answer whose root is not here" "late 0" orphan

whose() { tai-ingest slack "$1" | jq -r '[.role,.customer // "-",.direction,
    .from.address] | join(" ")'; }
ev C2 UKIM 0 x >one
is "a channel's customer by its name" "$(whose one)" \
    "customer acme in kim@acme.example"
ev C3 UKIM 0 x >one
is "the person's comes first" "$(whose one)" \
    "customer acme in kim@acme.example"
ev C3 UNEW 0 x >one
is "somebody unknown is the channel's" "$(whose one)" "customer globex in "
ev C3 UANA 0 x >one
is "and so is what we say" "$(whose one)" "agent globex out ana@tai.example"
ev C4 UGUS 0 x >one
is "an internal channel" "$(whose one)" ""
ev CINTERNAL UGUS 0 x >one
is "one by its id" "$(whose one)" ""
ev C5 UBEN 0 x >one
is "what we say where nobody is at home" "$(whose one)" ""
ev C9 UGUS 0 x >one
is "a channel that nobody told of" "$(whose one)" \
    "customer acme in gus@acme.example"
ev C1 USLACKBOT 0 '' '{"files":[{"mode":"email","title":"Cannot log in",
    "plain_text":"Please help","from":[{"address":"eve@globex.example",
    "name":"Eve"}]}]}' >one
is "a mail to the channel is its sender's" "$(tai-ingest slack one |
    jq -r '[.customer,.from.name,.subject,.text] | join("/")')" \
    "globex/Eve/Cannot log in/Please help"
ev C1 UGUS 0 "$(printf '%0300d' 7)" >one
is "a subject is a line of some length" "$(tai-ingest slack one |
    jq -r '.subject | length')" 241

# What is changed before it was heard of, and what cannot be.
{ ev C1 UANA 90 '' "{\"subtype\":\"message_changed\",\"message\":{\"type\":
    \"message\",\"user\":\"UGUS\",\"text\":\"new\",\"ts\":\"$(ts 0)\",
    \"edited\":{\"user\":\"UGUS\",\"ts\":\"$(ts 90)\"}}}"
  ev C1 UGUS 0 old; } | tai-ingest slack --stats >flow.out 2>err
is "an edit before its message" "$(jq -r '[.type,.text]|@tsv' flow.out)" \
    "message	new
note	new"
like "counts" "$(cat err)" '2 inputs = 1 records \+ 1 duplicates'
reaction() {
	jq -cn --arg u "$1" --arg r "$2" --arg t "$(ts "$3")" --arg at "$(ts "$4")" \
	    --arg y "$5" '{type: "event_callback", team_id: "T1", event: {
	    type: $y, user: $u, reaction: $r, event_ts: $at,
	    item: {type: "message", channel: "C1", ts: $t}}}'
}
{ ev C1 UGUS 0 a
  reaction UANA white_check_mark 0 50 reaction_added
  reaction UANA white_check_mark 0 60 reaction_removed
  reaction UANA white_check_mark 0 70 reaction_added
  reaction UANA eyes::skin-tone-2 0 80 reaction_added
  reaction UANA tada 0 90 reaction_added
  reaction UGUS eyes 0 90 reaction_added
  reaction UANA eyes 7 90 reaction_added; } >signs
is "signs of ours, and their taking back" "$(tai-ingest slack signs |
    jq -r 'select(.type=="status") | .status' | tr '\n' ' ')" \
    "resolved open resolved progress "
{ ev C1 UGUS 0 a; ev C1 UGUS 10 '' "{\"subtype\":\"message_deleted\",
    \"deleted_ts\":\"$(ts 5)\"}"; } >gone
is "the deletion of what is not here" "$(tai-ingest slack gone |
    jq -r .type)" message
for ts in '""' '"x"' '"1.2.3"' '17e8' null '"999999999999"'; do
	printf '{"type":"message","channel":"C1","user":"UGUS","text":"x","ts":%s}\n' \
	    "$ts"
done >bad
status "a ts that is none" 65 tai-ingest slack bad
is "is no message" "$(tai-ingest slack bad 2>/dev/null)" ""
done_testing
