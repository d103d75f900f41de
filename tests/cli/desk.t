#!/bin/sh
# The desk: listing, showing, changing, searching, backup, verify.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1

TAI_DB=$TMP/desk.db
TAI_NOW=2026-01-15T12:00:00-08:00
TAI_USER=ana
TAI_RULES=$TMP/own:$ROOT/rules
export TAI_DB TAI_NOW TAI_USER TAI_RULES
mkdir own
cat >own/customers.csv <<'END'
customer,name,tier,domains,addresses,zone,fee,currency,csm,since,until,contract
acme,Acme Ltd,professional,acme.example,,,,,,2025-01-01,,
globex,Globex,enterprise,globex.example,,,,,,2025-01-01,,
END

A=AAAAAAAAAAAA
B=BBBBBBBBBBBB
C=CCCCCCCCCCCC
esc=$(printf '\033')
# message ID AT TICKET CUSTOMER SUBJECT TEXT [MORE]
message() {
	printf '{"v":1,"type":"message","id":"%s","at":"%s","ticket":"%s",' \
	    "$1" "$2" "$3"
	printf '"customer":"%s","channel":"email","direction":"in",' "$4"
	printf '"from":{"address":"ann@%s.example","name":"Ann"},' "$4"
	printf '"role":"customer","subject":"%s","text":"%s",' "$5" "$6"
	printf '"message_id":"%s@x","auto":"none"%s}\n' "$1" "$7"
}
{
	message M1 2026-01-15T18:00:00Z $A acme 'Webhooks are late' \
	    'Since noon.\n> an old line\n> another\nPlease help'
	message M2 2026-01-15T19:00:00Z $B globex 'Cannot \u001b[31mlog in' \
	    'red \u001b]0;title\u0007 and \u202eback \u009b31m end'
	message M3 2026-01-15T19:30:00Z $C acme 'Crème brûlée 日本' 'text'
	printf '%s\n' '{"v":1,"type":"triage","id":"T2","at":"2026-01-15T19:00:00Z","ticket":"BBBBBBBBBBBB","message":"M2","severity":"CRITICAL","category":"platform","topic":"login","confidence":90,"rule":"login"}'
} >in.jsonl
sed 's/"auto":"none"/&,"quoted":[[12,36]]/' in.jsonl | sed '1!s/,"quoted".*]]//' \
    >records.jsonl
ok "records go in" tai-ingest records records.jsonl

# list
is "the next due first" "$(tai-desk list --tsv | cut -f 1,2,3,4,5)" \
"TICKET	#	CUSTOMER	SEVERITY	STATUS
$B	#2	globex	CRITICAL	open
$A	#1	acme	LOW	open
$C	#3	acme	LOW	open"
like "the default verb is list, in JSON for programs" "$(tai-desk)" \
    '^\{"ticket":"BBBBBBBBBBBB","number":2,"customer":"globex".*"due":"2026-01-15T20:00:00Z"'
is "of one customer" "$(tai-desk list --customer acme --tsv | cut -f 1 |
    tail -n +2 | tr '\n' ' ')" "$A $C "
is "of one status" "$(tai-desk list --status waiting)" ""
status "an unknown status" 64 tai-desk list --status gone
is "nothing of the customer's reaches a terminal" \
    "$(tai-desk list --table | grep -c "$esc")" 0
like "a table" "$(tai-desk list --table)" \
    '#2  globex .*CRITICAL  open .* Cannot'
like "in colour when it is wanted" "$(tai-desk list --table --color always \
    --now 2026-01-16T12:00:00-08:00)" "^$esc\[31m#2 "
is "but not with NO_COLOR" "$(NO_COLOR=1 tai-desk list --table |
    grep -c "$esc")" 0
is "by severity" "$(tai-desk list --severity critical --tsv | cut -f 1 |
    tail -n +2)" "$B"
is "by tier" "$(tai-desk list --tier enterprise --tsv | cut -f 1 |
    tail -n +2)" "$B"
is "by category or topic" "$(tai-desk list --category login --tsv |
    cut -f 1 | tail -n +2)" "$B"
is "by age" "$(tai-desk list --older 1h --tsv | cut -f 1 | tail -n +2 |
    tr '\n' ' ')" "$B $A "
is "by subject" "$(tai-desk list --subject webhook --tsv | cut -f 1 |
    tail -n +2)" "$A"
status "an age that is none" 64 tai-desk list --older soon
like "next is the most urgent" "$(tai-desk next)" '^#2 BBBBBBBBBBBB '
is "records need no store" "$(TAI_DB='' tai-desk list records.jsonl --tsv |
    cut -f 1 | tail -n +2 | tr '\n' ' ')" "$B $A $C "

# narrow terminals, wide characters, and what runs from right to left
cp desk.db wide.db
{
	message W1 2026-01-15T18:40:00Z WWWWWWWWWWWW acme \
	    'שלום العالم \u202eabc\u2066 日本語の件名がとても長い時に' 'مرحبا \u2067x'
	message W2 2026-01-15T18:41:00Z WWWWWWWWWWW2 '' '' ''
} | tai-ingest records -d wide.db >/dev/null
for columns in 20 40 80 200; do
	COLUMNS=$columns tai-desk list -d wide.db --table >narrow
	is "$columns columns are not passed" "$(python3 -c '
import sys, unicodedata
for line in open(sys.argv[1], encoding="utf-8"):
    wide = sum(0 if unicodedata.combining(c) else
        2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in line.rstrip("\n"))
    if wide > max(40, int(sys.argv[2])):
        print(wide, line)' narrow $columns)" ""
done
is "no direction marks" "$(LC_ALL=C grep -c "$(printf \
    '\342\200\256\|\342\201\246')" narrow)" 0
like "who and what is not known is said so" "$(cat narrow)" \
    '\(no subject\)$'
ok "no HOME, nobody of a name" env -i PATH="$PATH" TAI_RULES="$TAI_RULES" \
    TAI_NOW="$TAI_NOW" tai-desk show 1 -d wide.db
full() { tai-desk list -d wide.db >/dev/full; }
status "a full disk" 75 full
(ulimit -f 8; tai-desk note -d wide.db 1 "$(head -c 20000 /dev/zero |
    tr '\0' x)" >/dev/null 2>full.err)
like "no room for the store" "$?" '^7[45]$'
is "leaves it whole" "$(tai-desk verify -d wide.db; tai-desk log -d wide.db \
    --type note)" ""
python3 - <<'END' &
import sqlite3, time
db = sqlite3.connect('wide.db', isolation_level=None)
db.execute('BEGIN IMMEDIATE')
open('locked', 'w').close()
time.sleep(2)
db.execute('ROLLBACK')
END
while [ ! -e locked ]; do sleep 0.1; done
ok "a store that somebody writes to is read" tai-desk list -d wide.db
ok "and waited for" tai-desk note -d wide.db 1 "after you"
wait

# reply, on a store of its own
cp desk.db answers.db
cp "$ROOT/rules/org.yaml" own/
answer() { tai-desk reply -d answers.db "$@"; }
like "a template's text, by a person" "$(answer 1 -t thanks </dev/null |
    jq -r '[.type,.auto,.by,.template,.to[0],.subject]|@tsv' | tr '\t' ' ')" \
    '^reply false ana thanks ann@acme.example Re: Webhooks are late \[#A{12}\]$'
is "it is in the outbox" "$(tai-send list -d answers.db --json |
    jq -r '.to+" "+.state')" "ann@acme.example queued"
like "the response clock has stopped" "$(tai-desk show 1 -d answers.db)" \
    '^response +met'
is "a text from a pipe" "$(printf 'Subject: other\n\nHello\nyou?\n' |
    answer 1 --now 2026-01-15T12:01:00-08:00 | jq -c '[.subject,.text,.asks]')" \
    '["other","Hello\nyou?\n",true]'
like "a question waits for its answer" "$(tai-desk show 1 -d answers.db \
    --now 2026-01-15T12:01:00-08:00)" \
    '^status +waiting'
cp answers.db both.db
# both USER SECONDS: what bo hears who answers so long after ana
both() {
	echo "So do we." | TAI_USER=$1 tai-desk reply 1 -d both.db \
	    --now "2026-01-15T12:$2-08:00" 2>&1 >/dev/null
}
is "who answers again hears nothing" "$(both ana 01:20)" ""
is "who answers a moment later hears of it" "$(both bo 02:00)" \
    "tai-desk: ana answered this ticket 40 seconds before: the customer gets \
both"
is "of an old answer nobody does" "$(both eve 13:00)" ""
status "what has to be filled in" 64 sh -c \
    'tai-desk reply 1 -t solution -d answers.db </dev/null'
like "is named" "$(answer 1 -t solution </dev/null 2>&1)" \
    'not filled in; nothing is sent$'
is "a byte order mark is none of it" "$(printf \
    '\357\273\277Subject: Hi there\n\nA word.\n' |
    tai-desk reply -n 1 -d answers.db | jq -r '.subject + ": " + .text')" \
    "Hi there: A word."
is "what is no text is not sent" "$(printf 'GIF89a\000\377' |
    tai-desk reply -n 1 -d answers.db 2>&1; echo $?)" \
    "tai-desk: the answer is no text in UTF-8, at byte 6; nothing is sent
65"
status "an empty answer" 64 sh -c 'tai-desk reply 1 -d answers.db </dev/null'
status "no such template" 64 sh -c \
    'tai-desk reply 1 -t ../x -d answers.db </dev/null'
cat >editor <<'END'
#!/bin/sh
cp "$1" "$SEEN"
printf 'Subject: edited\n\nby hand\n' >"$1"
END
chmod +x editor
if command -v script >/dev/null; then
	SEEN=$TMP/seen VISUAL=$TMP/editor script -qec \
	    'tai-desk reply 2 -d answers.db -t acknowledge' /dev/null >typed
	like "an editor opens on the template" "$(cat seen)" \
	    '^Subject: Re: Cannot '
	ok "with the question below" grep -q '^> red' seen
	ok "and what it leaves goes out" grep -q '"text":"by hand' typed
	SEEN=$TMP/seen VISUAL=false script -qec \
	    'tai-desk reply 2 -d answers.db' /dev/null >typed
	ok "an editor that fails sends nothing" grep -q 'nothing is sent' typed
	mkdir drafts
	TMPDIR=$TMP/drafts
	export TMPDIR
	# typed NAME COMMANDS: the editor does that to its file
	typed() {
		printf '#!/bin/sh\n%s\n' "$2" >"$1"
		chmod +x "$1"
		VISUAL=$TMP/$1 script -qec \
		    'tai-desk reply 2 -d answers.db --now 2026-01-15T12:05:00-08:00' \
		    /dev/null >typed
	}
	replies() { tai-desk log -d answers.db --type reply | grep -c .; }
	before=$(replies)
	# shellcheck disable=SC2016
	typed crash 'echo "long words" >"$1"; kill -9 $$'
	ok "an editor that dies sends nothing" grep -q 'nothing is sent' typed
	like "and its words are kept" "$(cat typed)" \
	    "what was written is kept: tai-desk reply 2 <$TMP/drafts/tai-reply"
	is "in that file" "$(cat drafts/*)" "long words"
	rm drafts/*
	# shellcheck disable=SC2016
	typed blank 'echo "Hello [[name]]" >"$1"'
	ok "what is not filled in is kept" grep -q '\[\[name' drafts/*
	rm drafts/*
	# shellcheck disable=SC2016
	typed emptied ': >"$1"'
	is "an empty page leaves nothing" "$(ls drafts)" ""
	typed left true
	is "nor does one that nobody touched" "$(ls drafts)" ""
	# shellcheck disable=SC2016
	typed gone 'rm "$1"'
	ok "nor one that is gone" grep -q 'tai-desk: cannot open' typed
	# shellcheck disable=SC2016
	typed replaced 'echo words >"$1.new" && mv "$1.new" "$1"; printf "\377\000" >>"$1"'
	is "of all of them one was sent" "$(replies)" $((before + 1))
	is "and its draft is gone" "$(ls drafts)" ""
	EDITOR='' VISUAL='' PATH=$BIN:/usr/bin:/bin script -qec \
	    'HOME=/nonexistent PATH=$PATH EDITOR=/none/vi tai-desk reply 2 \
	    -d answers.db' /dev/null >typed
	ok "no editor" grep -q "editor '/none/vi' failed" typed
	unset TMPDIR
else
	skip "an editor" "no script(1)"
fi
ok "the store follows from its log" tai-desk verify -d answers.db
rm own/org.yaml

# names of tickets
for name in 1 '#1' $A aaaa A; do
	like "ticket $name" "$(tai-desk show "$name")" "^#1 $A  Webhooks"
done
status "no such ticket" 64 tai-desk show 77
status "show takes one" 64 tai-desk show
status "set takes more" 64 tai-desk set 1
status "no store" 64 env TAI_DB= tai-desk show 1
like "no store, in words" "$(TAI_DB='' tai-desk show 1 2>&1)" 'needs a store'
status "a store that is not there" 74 tai-desk list -d none.db

# show
tai-desk show 1 >shown
like "show: customer and tier" "$(cat shown)" '^customer +acme, professional'
like "show: quoted lines are folded" "$(cat shown)" '^\[2 quoted lines\]$'
is "show: not the quote" "$(grep -c 'old line' shown)" 0
like "show: the text around it" "$(cat shown)" '^Please help$'
like "show: the clocks" "$(cat shown)" '^response +running'
like "show --full" "$(tai-desk show 1 --full)" '^> an old line$'
like "show --json" "$(tai-desk show 1 --json)" '^\{"v":1,"type":"message","id":"M1"'
tai-desk show 2 >show2
is "show: no escapes" "$(grep -c "$esc" show2)" 0
# bytes of U+202E and U+009B
is "show: no bidi, no C1" "$(LC_ALL=C grep -c "$(printf '\342\200\256\|\302\233')" show2)" 0
like "show: the verdict" "$(cat show2)" \
    'triage: CRITICAL platform / login, rule login, 90 %'
if command -v script >/dev/null; then
	script -qec "tai-desk log --no-blobs" /dev/null >tty.out </dev/null
	is "log on a terminal: no escapes" "$(grep -c "$esc" tty.out)" 0
	is "log on a terminal: no bidi, no C1" \
	    "$(LC_ALL=C grep -c "$(printf '\342\200\256\|\302\233')" tty.out)" 0
else
	skip "log on a terminal" "no script(1)"
fi

# the customer's card, and what may help
cat >>own/customers.csv <<'END'
hooli,Hooli,enterprise,hooli.example,,,7500050,EUR,sam@tai.example,2025-03-01,,gold
END
{
	message H1 2026-01-15T18:10:00Z HHHHHHHHHHHH hooli 'webhook signature' \
	    'The signature of the webhook does not verify'
	message H2 2026-01-15T18:20:00Z HHHHHHHHHHH2 hooli 'second' 'text'
	message H3 2026-01-15T18:21:00Z HHHHHHHHHHHH hooli \
	    'Re: webhook signature' 'the same subject'
	message H4 2026-01-15T18:22:00Z HHHHHHHHHHHH hooli 'A new one' 'words'
	printf '%s\n' '{"v":1,"type":"answer","id":"W1","at":"2026-01-14T19:00:00Z","ticket":"HHHHHHHHHHH2","customer":"hooli","kind":"csat","score":4,"comment":"slow"}' \
	    '{"v":1,"type":"answer","id":"W2","at":"2026-01-15T19:00:00Z","ticket":"HHHHHHHHHHH2","customer":"hooli","kind":"csat","score":9,"anonymous":true}' \
	    '{"v":1,"type":"alert","id":"L1","at":"2026-01-15T18:30:00Z","ticket":"HHHHHHHHHHHH","conversation":"alert:prom/api","source":"prometheus","fingerprint":"f","state":"firing","severity":"P1","service":"api","title":"Errors over 50 %","count":3}' \
	    '{"v":1,"type":"status","id":"D1","at":"2026-01-15T18:31:00Z","ticket":"HHHHHHHHHHHH","by":"ana","due":"2026-01-16T20:00:00Z","clock":"resolution"}' \
	    '{"v":1,"type":"reply","id":"Y1","at":"2026-01-15T18:32:00Z","ticket":"HHHHHHHHHHH2","message":"H2","auto":false,"by":"ana","to":["ann@hooli.example"],"subject":"Re: second","text":"Done.","message_id":"y1@tai.example"}'
} | tai-ingest records -d card.db >/dev/null
tai-desk show HHHHHHHHHHHH -d card.db >card
is "the card: contract" "$(sed -n 's/^contract *//p' card)" \
    "75000.50 EUR a month, since 2025-03-01, contract gold, CSM sam@tai.example"
is "the card: what else is open" "$(sed -n 's/^also open *//p' card)" "1: #2"
is "the card: the last score, none that is anonymous" \
    "$(sed -n 's/^last score *//p' card)" "csat 4 on Wed 2026-01-14"
like "an alert in words" "$(cat card)" \
    'alert firing P1 api: Errors over 50 % \(prometheus, 3 so far\)$'
like "a due moment in words" "$(cat card)" \
    'resolution due Fri 2026-01-16 12:00 PST by ana$'
is "a subject that is another" "$(grep '^Subject:' card)" "Subject: A new one"
like "an article that may help" "$(cat card)" '^articles +webhook-signature: '
like "and a template" "$(cat card)" '^templates +webhook-signature: '
is "not where nobody waits" "$(tai-desk show HHHHHHHHHHH2 -d card.db |
    grep -c '^articles\|^templates')" 0
like "an answer that is still here" "$(tai-desk show HHHHHHHHHHH2 -d card.db)" \
    '^\[waits to be sent\]$'
sed -i '/^hooli/d' own/customers.csv

# set and friends
like "set prints its record" "$(tai-desk set 1 severity=high)" \
    '"type":"triage".*"ticket":"AAAAAAAAAAAA","by":"ana","severity":"HIGH"'
is "set twice is once" "$(tai-desk set 1 severity=HIGH)" ""
like "it holds" "$(tai-desk show 1)" '^severity +HIGH'
ok "set several" tai-desk set 1 category=platform topic=webhooks \
    status=waiting why="asked for logs" assignee=bob
like "category and topic" "$(tai-desk show 1)" '^category +platform / webhooks'
like "waiting" "$(tai-desk list --status waiting)" '"ticket":"AAAAAAAAAAAA"'
like "the assignee" "$(tai-desk list --status waiting)" '"assignee":"bob"'
like "why" "$(tai-desk show 1)" 'status waiting by ana: asked for logs'
ok "status again in the same second" tai-desk set 1 status=progress
like "the later one holds" "$(tai-desk show 1 --now 2026-01-15T12:01:00-08:00)" \
    '^status +progress'
ok "excluded" tai-desk set 1 excluded="third party"
like "its clocks do not count" "$(tai-desk show 1)" '^response +none: .*third party'
ok "counted again" tai-desk set 1 excluded=
like "its clocks count" "$(tai-desk show 1)" '^response +(running|met|missed)'
like "a root cause, and what was done" "$(tai-desk set 1 \
    root-cause=product-bug summary='Sent late. Mended in 4.2.')" \
    '"by":"ana","root_cause":"product-bug","summary":"Sent late. Mended'
is "once" "$(tai-desk set 1 root-cause=product-bug)" ""
like "they are shown" "$(tai-desk show 1)" '^root cause +product-bug$'
like "both" "$(tai-desk show 1)" '^summary +Sent late. Mended in 4.2.$'
is "and listed" "$(tai-desk list --root-cause product-bug | jq -r .ticket)" $A
ok "taken back" tai-desk set 1 root-cause=
is "it is gone" "$(tai-desk show 1 | grep -c '^root cause')" 0
like "root causes come from the rules" "$(tai-desk set 1 root-cause=x 2>&1)" \
    'root-cause is user-misconfiguration, .* or other$'
is "one record has a status and its cause" "$(tai-desk set 1 \
    --now 2026-01-15T12:00:01-08:00 -n status=resolved root-cause=other |
    jq -c '[.type,.status,.root_cause]')" '["status","resolved","other"]'
status "not before it came" 64 tai-desk set 1 severity=LOW \
    --now 2026-01-15T01:00:00Z
for bad in severity=huge status=gone topic=x why=x nothing=1 severity \
    category= 'status=open status=closed'; do
	# shellcheck disable=SC2086
	status "refused: $bad" 64 tai-desk set 3 $bad
done
is "and nothing was stored" "$(tai-desk log --ticket 3 | wc -l)" 1
ok "note" tai-desk note 3 asked the hosting team
like "note: shown" "$(tai-desk show 3)" 'note by ana'
like "note: its text" "$(tai-desk show 3)" '^asked the hosting team$'
note_stdin() { printf 'two\nlines\n' | tai-desk note 3; }
ok "note from stdin" note_stdin
like "note from stdin: shown" "$(tai-desk show 3)" '^lines$'
empty_note() { printf '\n' | tai-desk note 3; }
status "an empty note" 64 empty_note
like "hostile note is cleaned" "$(tai-desk note 3 "x${esc}[1my$(printf '\377')")" \
    '"text":"x\[1my�"'
ok "assign" tai-desk assign 3 "$TAI_USER"
like "assign: shown" "$(tai-desk show 3)" '^assignee +ana'
before=$(tai-desk log | wc -l)
ok "dry run" tai-desk set 3 status=closed -n
is "stores nothing" "$(tai-desk log | wc -l)" "$before"

# resolved tickets leave the list, but not the past
ok "resolve" tai-desk set 3 status=resolved --now 2026-01-15T13:00:00-08:00
is "not in the list later" "$(tai-desk list --now 2026-01-15T14:00:00-08:00 |
    grep -c $C)" 0
is "in the list of then" "$(tai-desk list | grep -c $C)" 1
is "in all" "$(tai-desk list --all --now 2026-01-15T14:00:00-08:00 |
    grep -c $C)" 1
is "not before it came" "$(tai-desk list --all --now 2026-01-15T11:15:00-08:00 |
    grep -c $C)" 0

is "without a root cause" "$(tai-desk list --root-cause none --tsv \
    --now 2026-01-15T14:00:00-08:00 | cut -f 1 | tail -n +2)" "$C"
# merge
is "not with another customer's" "$(tai-desk merge 2 1 2>&1; echo $?)" \
    "tai-desk: $B is of globex, and $A of acme, who would read what the other \
wrote: --force does it
64"
ok "but by force" tai-desk merge --force -n 2 1
status "nor to one" 64 tai-desk split --into 2 1 1
ok "merge" tai-desk merge 3 1
like "the one is the other" "$(tai-desk show 3)" "^#1 $A "
like "with its texts" "$(tai-desk show 1)" '^asked the hosting team$'
is "merge again: nothing to say" "$(tai-desk merge 3 1)" ""
is "the other way round: nothing to say" "$(tai-desk merge 1 3)" ""
is "two are listed" "$(tai-desk list --all | wc -l)" 2

# search
like "search" "$(tai-desk search webhooks --tsv)" \
    "^$A	Thu 2026-01-15 10:00 PST	ann@acme.example	Webhooks are late$"
like "search: without accents" "$(tai-desk search creme --tsv)" "^$A"
like "search: start of a word" "$(tai-desk search 'webh*' --tsv)" "^$A"
# eastern ID TICKET FROM SUBJECT TEXT: a record
eastern() {
	printf '{"v":1,"type":"message","id":"%s","ticket":"%s",' "$1" "$2"
	printf '"at":"2026-01-15T14:47:00Z","channel":"email","role":"customer",'
	printf '"from":{"address":"%s@acme.example"},"direction":"in",' "$3"
	printf '"subject":"%s","text":"%s"}\n' "$4" "$5"
}
{
	eastern C1 CCCCCCCCCC01 a "API発送の件" "昨日の荷物が発送されていません"
	eastern C2 CCCCCCCCCC02 b "배송 문의" "주문한 상품의 배송이 늦어요"
	eastern C3 CCCCCCCCCC03 c "送付" "𠮷野家。出発前に送る。“fine”"
} | tai-ingest records -d east.db - >/dev/null
# east WORD...: the senders whose mails have the words
east() {
	tai-desk search -d east.db "$@" --json | jq -r '.from.address[:1]' |
	    sort -r | paste -sd, -
}
for words in 발송:  発送:a 荷物:a 배송:b 상품:b 문의:b 発:c,a 𠮷野:c 'api発*:a' \
    'fine:c' '送発:' '"荷物が発送":a'; do
	is "search: ${words%:*}" "$(east "${words%:*}")" "${words##*:}"
done
is "search: nothing" "$(tai-desk search nowhere)" ""
is "search: syntax is text" "$(tai-desk search 'a" OR text:"' NEAR '(' ')')" ""
is "search --limit" "$(tai-desk search ann --limit 2 | wc -l)" 2
is "search: what came later is not there yet" "$(tai-desk search ann \
    --now 2026-01-15T19:10:00Z | jq -r .id | sort | tr '\n' ' ')" "M1 M2 "
is "search: nor does it count" "$(tai-desk search ann --limit 1 \
    --now 2026-01-15T18:00:00Z | jq -r .id)" M1
status "search --limit x" 64 tai-desk search --limit x ann

# log: a backup that comes back the same
is "log in order" "$(tai-desk log --no-blobs | head -n 4 | cut -c 1-40)" \
    "$(head -n 4 records.jsonl | cut -c 1-40)"
is "log of types" "$(tai-desk log --type merge --type note | grep -c .)" 4
is "log after a row" "$(tai-desk log --after 4 --no-blobs | wc -l)" \
    "$(($(tai-desk log --no-blobs | wc -l) - 4))"
status "log --after x" 64 tai-desk log --after x
tai-desk verify -v 2>head1
tai-desk log >backup.jsonl
ok "a backup comes back" tai-ingest records -d copy.db backup.jsonl
tai-desk verify -v -d copy.db 2>head2
same "with the same chain" head1 head2
tai-desk log -d copy.db >backup2.jsonl
same "and the same bytes" backup.jsonl backup2.jsonl
is "twice changes nothing" "$(tai-ingest records -d copy.db backup.jsonl \
    >/dev/null; tai-desk log -d copy.db | cmp - backup.jsonl)" ""

# verify and rebuild
is "verify: nothing to say" "$(tai-desk verify 2>&1)" ""
tai-desk list --all >before
tai-desk show 1 >>before
ok "rebuild" tai-desk rebuild
tai-desk list --all >after
tai-desk show 1 >>after
same "rebuild: all as it was" before after
is "verify after it" "$(tai-desk verify 2>&1)" ""
like "search after it" "$(tai-desk search webhooks --tsv)" "^$A"
if command -v sqlite3 >/dev/null; then
	sqlite3 copy.db "UPDATE ticket SET status = 'closed' WHERE number = 2"
	status "a changed table is a finding" 1 tai-desk verify -d copy.db
	like "named" "$(tai-desk verify -d copy.db --text)" \
	    'table ticket, row 2: was changed: status'
	ok "rebuild mends it" tai-desk rebuild -d copy.db
	ok "mended" tai-desk verify -d copy.db
	sqlite3 copy.db "UPDATE log SET body = replace(body, 'late', 'fast')
	    WHERE seq = 1"
	status "a changed record is a finding" 1 tai-desk verify -d copy.db
	like "its row is named" "$(tai-desk verify -d copy.db --text)" \
	    '^row 1: record M1: the body was changed$'
	like "in JSON" "$(tai-desk verify -d copy.db)" \
	    '^\{"row":1,"fault":"record M1'
else
	skip "rows changed by hand" "no sqlite3(1)"
fi

# What nothing can have is a slip, not an empty list.
status "an unknown customer" 64 tai-desk list --customer acne
status "an unknown tier" 64 tai-desk list --tier golden
ok "a known one without tickets" tai-desk list --tier starter
status "an unknown assignee" 64 tai-desk list --assignee ghost
like "an unknown category" "$(tai-desk list --category bilings 2>&1)" \
    "no category or topic 'bilings': there is .*billing, .* and webhooks$"
ok "one of the rules" tai-desk list --category billing
like "a new word is told, and set" "$(tai-desk set 3 category=brewing \
    status=closed 2>&1 >/dev/null)" \
    "no category or topic 'brewing': .*; it is set all the same$"
is "and is known then" "$(tai-desk set 2 -n category=brewing 2>&1 >/dev/null)" \
    ""
is "the same word and reason are not said again" "$(
    tai-desk set 3 status=closed why=brewed | jq -r .why
    tai-desk set 3 status=closed why=brewed
    tai-desk set 3 status=closed why=brew | jq -r .why)" "brewed
brew"
is "an unknown customer" "$(tai-desk list --customer acm 2>&1)" \
    "tai-desk: no customer 'acm': there is acme and globex"
ok "one of a closed ticket" tai-desk list --category brewing
tai-desk set 3 category=other status=open >/dev/null
like "an unknown type" "$(tai-desk log --type bogus 2>&1)" \
    "no type 'bogus': there is alert, .* and usage$"
status "one that is never stored" 64 tai-desk log --type clock

# People, where team.yaml has some.
cat >own/team.yaml <<'END'
people:
  mira: {name: Mira, address: mira@tai.example}
END
status "nobody of ours" 64 tai-desk assign 3 mirra
like "is said" "$(tai-desk assign 3 mirra 2>&1)" \
    "no person 'mirra': there is mira"
ok "somebody of ours" tai-desk assign 3 mira
is "whose they are, by any name" "$(for who in mira mira@tai.example; do
	tai-desk list --assignee $who --json | jq -r .ticket
	TAI_USER=$who tai-desk list -m --json | jq -r .ticket | grep $A
    done | sort -u)" $A
is "a slip is told with those that there are" \
    "$(tai-desk list --assignee ghost 2>&1; echo $?)" \
    "tai-desk: no person 'ghost': there is mira
64"
ok "nobody any more" tai-desk assign 3 ''

# The next one is one that the person may have.
cat >own/team.yaml <<'END'
people:
  mira: {name: Mira, tiers: [professional], skills: [billing]}
  ana: {name: Ana, tiers: [starter]}
  kim: {name: Kim, skills: [platform]}
END
tai-desk set 1 category=billing >/dev/null
next() { TAI_USER=$1 tai-desk next 2>&1 | head -n 1 | cut -d ' ' -f 1,2; }
is "not of a tier or kind of others" "$(next mira) $(next kim)" "#1 $A #2 $B"
is "nor anything" "$(TAI_USER=ana tai-desk next 2>&1)" \
    "tai-desk: nothing waits for ana"
tai-desk assign 1 kim >/dev/null
is "what is theirs is" "$(next kim)" "#1 $A"
tai-desk assign 1 '' >/dev/null
tai-desk set 1 category=other >/dev/null
rm own/team.yaml

# Notices are about a ticket, and found by it.
echo '{"v":1,"type":"notice","id":"N1","at":"2026-01-15T19:40:00Z","channel":"email","to":["csm@tai.example"],"text":"look","subject":"Look at this","about":"'$C'","key":"k1"}' |
    tai-ingest records >/dev/null
is "notices of a ticket" "$(tai-desk log --ticket $C --type notice |
    jq -r .id)" N1
is "in their place" "$(tai-desk log --ticket $C --no-blobs | jq -r .id |
    grep -c N1)" 1
is "of no other" "$(tai-desk log --ticket $B --type notice)" ""
like "shown" "$(tai-desk show $C --text)" \
    'told csm@tai.example by email: Look at this'
echo '{"v":1,"type":"notice","id":"N2","at":"2026-01-15T19:41:00Z","channel":"slack","to":"#ops","text":"look","about":"'$C'","key":"k2"}' |
    tai-ingest records >/dev/null
like "to one as well" "$(tai-desk show $C --text)" 'told #ops by slack'

# A store where nothing can be written is read all the same.
if command -v setpriv >/dev/null && [ "$(id -u)" = 0 ]; then
	mkdir -m 755 media
	tai-desk log | TAI_DB= tai-ingest records -d media/ro.db >/dev/null
	rm -f media/*-lock
	chmod 444 media/ro.db
	chmod 555 media
	chmod 755 "$TMP"
	nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
	if nobody test -x "$(command -v tai-desk)"; then
		is "read-only media" "$(nobody tai-desk list -d \
		    media/ro.db --json 2>&1 | jq -r .ticket | sort)" \
		    "$(tai-desk list --json | jq -r .ticket | sort)"
		like "what is not in the index is told" "$(nobody tai-desk \
		    search webhooks -d media/ro.db 2>&1)" 'not in the index'
		chmod 755 media
		chmod 644 media/ro.db
		tai-desk search x -d media/ro.db >/dev/null
		rm -f media/*-lock
		chmod 444 media/ro.db
		chmod 555 media
		is "searched" "$(nobody tai-desk search webhooks -d \
		    media/ro.db --json 2>&1 | jq -r .ticket)" $A
		is "nothing was made there" "$(ls media)" ro.db
	else
		skip "read-only media" "others cannot reach the tools"
	fi
else
	skip "read-only media" "not root, or no setpriv(1)"
fi

# A slip in the store's name makes no other one.
status "no such store" 74 tai-desk note -d none.db $A x
status "nor for its pending" 74 tai-triage --pending -d none.db
status "nor to send from" 74 tai-send -d none.db
is "none was made" "$(ls none.db* 2>/dev/null)" ""

# A full disk is said, and passes.
if [ -c /dev/full ]; then
	for f in --table --json --csv; do
		status "no space: list $f" 75 sh -c \
		    "tai-desk list --all $f >/dev/full"
	done
	like "in words" "$(tai-desk list 2>&1 >/dev/full)" 'No space left'
	status "no space: log" 75 sh -c 'tai-desk log >/dev/full'
	like "in words as well" "$(tai-desk log 2>&1 >/dev/full)" \
	    'No space left'
	# What is stored must not be said twice.
	before=$(tai-desk log --type note | wc -l)
	status "a note that cannot be told" 74 sh -c \
	    "tai-desk note $A 'told nowhere' >/dev/full"
	like "is stored" "$(tai-desk note $A 'nor this' 2>&1 >/dev/full)" \
	    'No space left on device; what it would tell is stored'
	is "each once" "$(tai-desk log --type note | wc -l)" $((before + 2))
else
	skip "no space" "no /dev/full"
fi
done_testing
