#!/bin/sh
# tai-report daily: the day as text, page and figures, from a pipe and a store.
. "$(dirname "$0")/lib.sh"
company=$ROOT/examples/company
TAI_RULES=$company/rules:$ROOT/rules
TAI_NOW=2026-02-27T17:00:00-08:00
export TAI_RULES TAI_NOW

{
	tai-ingest mbox "$company/mail/support.mbox"
	cat "$company/desk.jsonl" "$company/incidents.jsonl" \
	    "$company/answers.jsonl"
} | tai-triage | tai-sla >"$TMP/day.jsonl"
for form in text html json; do
	tai-report daily "--$form" <"$TMP/day.jsonl" >"$TMP/pipe.$form"
done

# A store gives the same bytes, and leaves stdin alone.
store=$TMP/support.db
tai-ingest mbox -d "$store" "$company/mail/support.mbox" >/dev/null
tai-ingest records -d "$store" "$company/desk.jsonl" \
    "$company/incidents.jsonl" "$company/answers.jsonl" >/dev/null
tai-triage --pending -d "$store" >/dev/null
for form in text html json; do
	tai-report daily "--$form" -d "$store" >"$TMP/store.$form" </dev/null
	same "$form: the store says what the pipe said" "$TMP/store.$form" \
	    "$TMP/pipe.$form"
done
tai-report daily -d "$store" - <"$TMP/day.jsonl" >"$TMP/dash"
same "- reads records in spite of a store" "$TMP/dash" "$TMP/pipe.text"
tai-report "$TMP/day.jsonl" >"$TMP/first"
same "daily is the first verb; files are read" "$TMP/first" "$TMP/pipe.text"

# What has come in twice, or in another order, is the same day.
cat "$TMP/day.jsonl" "$TMP/day.jsonl" | tai-report daily >"$TMP/twice"
same "records that came twice count once" "$TMP/twice" "$TMP/pipe.text"
sort -r "$TMP/day.jsonl" | tai-report daily >"$TMP/sorted"
same "their order makes no difference" "$TMP/sorted" "$TMP/pipe.text"

# Text: 80 columns, no blanks behind lines.
wide=$(awk '{ n = gsub(/[^\200-\277]/, "&"); if (n > 80) print }' \
    "$TMP/pipe.text")
is "no line over 80 characters" "$wide" ""
is "no blank at the end of a line" "$(grep -n ' $' "$TMP/pipe.text")" ""
like "it says whose and which day" "$(head -n 1 "$TMP/pipe.text")" \
    '^TAI support, Friday, 27 February 2026, to 17:00 PST$'
for heading in TARGETS MISSED 'INCIDENTS AND CRITICAL TICKETS' HANDOFF; do
	like "$heading is there" "$(cat "$TMP/pipe.text")" "^$heading\$"
done

for clock in response resolution; do
	jq -r --arg clock "$clock" '.sla.tiers[] | select(.[$clock].n > 0 and
	    (.[$clock].ok | not)) | .tier' "$TMP/pipe.json"
done >"$TMP/below"
is "each target that was not reached is marked" \
    "$(sed -n '/^TARGETS/,/^  all/p' "$TMP/pipe.text" | grep -v '^  all' |
    grep -o ' !' | wc -l)" "$(wc -l <"$TMP/below")"

# Figures agree with themselves and with the text.
figures() {
	jq -r "$1" "$TMP/pipe.json"
}
is "one object" "$(jq -s length "$TMP/pipe.json")" 1
is "open is the sum of its states" \
    "$(figures '.open == .status.open + .status.progress + .status.waiting')" \
    true
is "every open ticket is handed over" \
    "$(figures '.open == (.handoff | length)')" true
is "every miss is named" \
    "$(figures '.sla.response.missed + .sla.resolution.missed == .missed_n')" \
    true
is "tiers add up to all" "$(figures '(.sla.tiers | map(.response.n) | add) ==
    .sla.response.n')" true
is "severities add up" \
    "$(figures '(.new_by_severity | map(.n) | add) == .new')" true
is "the next due is first" "$(figures '[.handoff[].due | select(.)] |
    . == sort')" true
is "a percentage is cut off" "$(figures '.sla.response |
    (.percent | tonumber) <= 100 * .met / .n')" true
for key in $(figures '.handoff[].ticket'); do
	grep -q "$key" "$TMP/pipe.text" || echo "$key"
done >"$TMP/absent"
is "the text has all of them" "$(cat "$TMP/absent")" ""

# The page holds all that it needs.
is "no resource from elsewhere" "$(grep -nE \
    '(src|href)=|@import|url\(|<script|https?://' "$TMP/pipe.html")" ""
like "the page says its language" "$(cat "$TMP/pipe.html")" '<html lang="en">'
is "sections are closed" "$(grep -c '<section' "$TMP/pipe.html")" \
    "$(grep -c '</section>' "$TMP/pipe.html")"

# An empty day.
empty=$(tai-report daily </dev/null)
status "nothing is no failure" 0 tai-report daily /dev/null
like "an empty day says so" "$empty" 'Nothing happened today'
like "and that nothing is open" "$empty" 'No ticket is open'
is "its page is whole" "$(tai-report daily --html </dev/null | tail -n 1)" \
    "</html>"
is "its figures are zeros" "$(tai-report daily --json </dev/null |
    jq -c '[.new, .resolved, .open, .close, .csat, .mttr]')" \
    '[0,0,0,null,null,null]'

# Before it happened, it had not happened.
like "only what had happened by then" "$(tai-report daily \
    --now 2020-01-01T12:00:00Z <"$TMP/day.jsonl")" 'Nothing happened today'

# Hostile words stay words.
cat >"$TMP/hostile.jsonl" <<'TXT'
{"v":1,"type":"message","id":"H1","at":"2026-02-27T18:00:00Z","ticket":"HHHHHHHHHHHH","channel":"email","direction":"in","role":"customer","from":{"address":"a@b.example"},"subject":"<script>alert(1)</script>{{new}}\u001b[31m\u202e\ttab","text":""}
{"v":1,"type":"answer","id":"H2","at":"2026-02-27T18:00:00Z","score":3,"comment":"<img src=x onerror=y> & \"q\""}
{"v":1,"type":"answer","id":"H3","at":"2026-02-27T18:00:00Z","score":2,"customer":"harbor","ticket":"HHHHHHHHHHHH","anonymous":true,"comment":"nobody knows me"}
TXT
text=$(tai-report daily <"$TMP/hostile.jsonl")
page=$(tai-report daily --html <"$TMP/hostile.jsonl")
like "a template in a subject is text" "$text" \
    'a@b.example: <script>alert\(1\)</script>\{\{new\}\}\[31m tab'
is "no control reaches the terminal" "$(printf '%s\n' "$text" |
    LC_ALL=C tr -d '[:print:]\n\200-\377')" ""
is "no markup of theirs is on the page" "$(printf '%s\n' "$page" |
    grep -E '<script|<img')" ""
is "an anonymous answer is nobody's" "$(printf '%s\n' "$page" |
    grep -A 1 'nobody knows me' | grep -E 'Harbor|HHHH')" ""

# Refused lines cost themselves only.
{
	echo 'no record'
	echo '{"type":"answer","id":"Z","at":"2026-02-27T18:00:00Z","score":11}'
	cat "$TMP/day.jsonl"
} >"$TMP/bad.jsonl"
tai-report daily "$TMP/bad.jsonl" >"$TMP/bad.text" 2>"$TMP/bad.err"
is "refused lines make status 65" $? 65
same "and the report is the same" "$TMP/bad.text" "$TMP/pipe.text"
like "a refusal is told" "$(cat "$TMP/bad.err")" \
    'bad.jsonl:2: answer: the score of csat is not 1 to 10'

# Templates of one's own come first; a wrong one is told with its line.
mkdir -p "$TMP/ours/templates/report"
printf '{{date}}: {{new}} new\n' >"$TMP/ours/templates/report/daily.txt"
is "a template of one's own" "$(tai-report daily -r "$TMP/ours:$TAI_RULES" \
    "$TMP/day.jsonl")" "2026-02-27: $(figures .new) new"
printf 'a\n{{nothing_such}}\n' >"$TMP/ours/templates/report/daily.txt"
status "an unknown name is a fault of the rules" 78 \
    tai-report daily -r "$TMP/ours:$TAI_RULES" "$TMP/day.jsonl"
like "with its place" "$(tai-report daily -r "$TMP/ours:$TAI_RULES" \
    "$TMP/day.jsonl" 2>&1)" \
    "report/daily.txt:2: no value 'nothing_such'$"

status "there is no table" 64 tai-report daily --csv /dev/null
tai-report daily --html -o "$TMP/out.html" "$TMP/day.jsonl"
same "-o writes a file" "$TMP/out.html" "$TMP/pipe.html"
echo old >"$TMP/kept"
absent() { tai-report daily -o "$TMP/kept" "$TMP/absent.jsonl"; }
status "an input that is missing is an error" 74 absent
is "and leaves the old report in its place" "$(cat "$TMP/kept")" old
mkfifo "$TMP/fifo"
cat "$TMP/fifo" >"$TMP/through" &
tai-report daily -o "$TMP/fifo" </dev/null
wait
ok "-o writes into a pipe and does not replace it" test -p "$TMP/fifo"
ok "and the report came through" test -s "$TMP/through"
done_testing
