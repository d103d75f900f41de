#!/bin/sh
# tai-csat score: answers in, scores out.
. "$(dirname "$0")/lib.sh"
company=$ROOT/examples/company
TAI_NOW=2026-03-01T00:00:00Z
export TAI_NOW

# answers KIND SCORE...: one record each, "-" for a dismissed one
answers() {
	answers_kind=$1
	shift
	for score; do
		answers_n=$((${answers_n:-0} + 1))
		printf '{"type":"answer","id":"%s%s%s",' "$answers_kind" \
		    "${prefix:-}" "$answers_n"
		printf '"at":"%s","kind":"%s",' "${at:-2026-02-20T00:00:00Z}" \
		    "$answers_kind"
		case $score in
		-) printf '"dismissed":true%s}\n' "${more:-}" ;;
		*) printf '"score":%s%s}\n' "$score" "${more:-}" ;;
		esac
	done
}

# repeat N WORD...
repeat() {
	repeat_n=$1
	shift
	while [ "$repeat_n" -gt 0 ]; do
		printf '%s ' "$@"
		repeat_n=$((repeat_n - 1))
	done
}

# fields NAMES: of the records on stdin, apart by blanks
fields() {
	jq -r "[$1] | map(tostring) | join(\" \")"
}

is "an average" "$(answers csat 10 9 8 7 3 | tai-csat score |
    fields '.group, .n, .value, .promoters, .passives, .detractors, .met')" \
    "all 5 7.40 2 2 1 false"
# shellcheck disable=SC2046
is "nps of a hundred" "$(answers nps $(repeat 50 9) $(repeat 30 7) \
    $(repeat 20 1) | tai-csat score | fields '.value, .low, .high')" \
    "30.0 14.69 45.31"
is "nps of ten" "$(answers nps 9 9 9 9 9 7 7 7 0 0 | tai-csat score |
    fields '.value, .low, .high')" "30.0 -18.41 78.41"
is "nps of one is too few to say" "$(answers nps 10 | tai-csat score |
    fields '.value, .low')" "100.0 null"
is "all passive" "$(answers nps 7 7 8 8 | tai-csat score |
    fields '.value, .low')" "0.0 null"
is "effort" "$(answers ces 5 4 4 2 | tai-csat score |
    fields '.value, .promoters')" "3.75 null"
is "a negative one is cut off downwards" "$(answers nps 9 0 0 7 7 7 |
    tai-csat score | fields .value)" "-16.7"
is "the dismissed change nothing" "$(answers nps 9 9 9 9 9 7 7 7 0 0 \
    - - - - - - - - - - | tai-csat score | fields '.value, .n, .dismissed')" \
    "30.0 10 10"
is "no answer, no score" "$(tai-csat score </dev/null)" ""
status "and no failure" 0 tai-csat score /dev/null

# How many answered.
survey() {
	survey_n=0
	while [ "$survey_n" -lt "$1" ]; do
		survey_n=$((survey_n + 1))
		printf '{"type":"survey","id":"S%s%s","kind":"csat",' "$2" \
		    "$survey_n"
		printf '"at":"2026-02-19T00:00:00Z"%s}\n' "${3:-}"
	done
}
# shellcheck disable=SC2046
is "answered of delivered" "$( (survey 180 a; survey 20 b ',"bounced":true'
    answers csat $(repeat 45 9)) | tai-csat score |
    fields '.sent, .bounced, .rate, .rate_low, .rate_high')" \
    "200 20 25.0 19.2 31.8"
is "surveys without answers" "$(survey 3 a | tai-csat score |
    fields '.n, .sent, .rate, .value')" "0 3 0.0 null"

# Whose answers.
more=',"customer":"acme"' answers csat 10 6 >"$TMP/acme"
prefix=x more=',"customer":"acme","anonymous":true' answers csat 1 \
    >"$TMP/anonymous"
is "a customer's" "$(tai-csat score "$TMP/acme" |
    fields '.group, .n' | tr '\n' ' ')" "all 2 customer:acme 2 "
is "anonymous answers count among all only" \
    "$(cat "$TMP/acme" "$TMP/anonymous" | tai-csat score |
    fields '.group, .n' | tr '\n' ' ')" "all 3 customer:acme 2 "
is "an answer that came twice counts once" \
    "$(cat "$TMP/acme" "$TMP/acme" | tai-csat score | head -n 1 |
    fields .n)" 2
is "of two answers to one survey the later counts" "$( (
    more=',"survey":"T"' at=2026-02-22T00:00:00Z answers csat 3
    prefix=y more=',"survey":"T"' at=2026-02-21T00:00:00Z answers csat 9) |
    tai-csat score | fields '.n, .value')" "1 3.00"
is "what is to come is not there yet" \
    "$(at=2026-03-02T00:00:00Z answers csat 3 | tai-csat score)" ""

# Periods and trends.
# shellcheck disable=SC2046
{
	at=2026-01-20T00:00:00Z answers nps $(repeat 50 9) $(repeat 30 7) \
	    $(repeat 20 1)
	prefix=z answers nps $(repeat 60 9) $(repeat 25 7) $(repeat 15 1)
} >"$TMP/trend"
is "a trend" "$(tai-csat score "$TMP/trend" | jq -c .trend)" \
    '{"days":30,"before":"30.0","n_before":100,"after":"45.0","n_after":100,"z":"1.394","p":"0.1633","significant":false}'
is "of the last days only" "$(tai-csat score --days 20 "$TMP/trend" |
    fields '.n, .value, .trend')" "100 45.0 null"
status "--days wants a number" 64 tai-csat score --days x /dev/null
status "a day at least" 64 tai-csat score --days 0 /dev/null

# Wrong ones are refused, the others count.
answers csat 9 11 >"$TMP/wrong"
status "a score off the scale" 65 tai-csat score "$TMP/wrong"
like "is told" "$(tai-csat score "$TMP/wrong" 2>&1 >/dev/null)" \
    'wrong:2: answer: the score of csat is not 1 to 10$'
is "and not counted" "$(tai-csat score "$TMP/wrong" 2>/dev/null |
    fields .n)" 1

# Forms, and a store.
is "a table" "$(tai-csat score --table "$TMP/acme")" \
"KIND  GROUP          N  SCORE         95 %  9-10  7-8  LOW  TREND
csat  all            2   8.00  4.1 to 10.0     1    0    1
csat  customer:acme  2   8.00  4.1 to 10.0     1    0    1"
is "for spreadsheets" "$(tai-csat score --csv "$TMP/acme" | tail -n 1)" \
    "csat,customer:acme,2,8.00,4.1 to 10.0,1,0,1,"
export TAI_RULES="$company/rules:$ROOT/rules"
{
	tai-ingest mbox "$company/mail/support.mbox"
	cat "$company/desk.jsonl" "$company/answers.jsonl"
} | tai-triage >"$TMP/all.jsonl"
tai-csat score "$TMP/all.jsonl" >"$TMP/pipe"
tai-ingest records -d "$TMP/db" "$TMP/all.jsonl" >/dev/null
tai-csat score -d "$TMP/db" </dev/null >"$TMP/store"
same "the store says what the pipe said" "$TMP/store" "$TMP/pipe"
for group in tier customer category channel agent; do
	like "by $group" "$(cat "$TMP/pipe")" "\"group\":\"$group:"
done

# -- low scores are told

mkdir "$TMP/our"
export TAI_RULES="$TMP/our:$ROOT/rules" TAI_NOW=2026-01-20T12:00:00Z
cat >"$TMP/our/customers.csv" <<'EOF'
customer,name,tier,domains,csm
acme,Acme Corp,enterprise,acme.example,cleo@tai.example
beta,Beta,starter,beta.example,
EOF
# score ID AT CUSTOMER SCORE [FIELDS]
score() {
	printf '{"v":1,"type":"answer","id":"%s","at":"2026-01-%s:00:00Z",' "$1" "$2"
	printf '"customer":"%s","kind":"csat","score":%s,"comment":"slow"%s}\n' \
	    "$3" "$4" "${5:+,$5}"
}
{
	score A1 20T10 acme 4
	score A2 20T10 acme 5
	score A3 20T10 acme 6
	score A4 20T10 acme 1 '"anonymous":true'
	score A5 20T10 acme 2 '"survey":"S1"'
	score A6 20T11 acme 9 '"survey":"S1"'
	score A7 20T09 acme 3 '"survey":"S2"'
	score A8 20T11 acme 4 '"survey":"S2"'
	score A9 12T10 acme 1
	score B1 20T10 beta 1
	score B2 21T10 beta 1
} >"$TMP/scores"
told() { jq -r 'select(.type=="notice")|"\(.to) \(.key)"' | sort; }
tai-csat tell "$TMP/scores" >"$TMP/told"
is "the customer's CSM hears of a low score" "$(told <"$TMP/told")" \
    "cleo@tai.example answer:A1:csm
cleo@tai.example answer:A2:csm
cleo@tai.example answer:S2:csm"
like "how low, and what they said" "$(jq -r .text "$TMP/told")" \
    "^Acme Corp [(]enterprise[)] gave 4 in a survey [(]csat[)]"
like "what there is to do" "$(jq -r .text "$TMP/told")" \
    "^- Call the customer within 24 hours"
tai-ingest records -d "$TMP/low.db" "$TMP/scores" >/dev/null
is "with a store the same" "$(tai-csat tell -d "$TMP/low.db" </dev/null |
    told)" "$(told <"$TMP/told")"
is "and once" "$(tai-csat tell -d "$TMP/low.db" </dev/null)" ""
cat >"$TMP/our/team.yaml" <<'EOF'
people:
  mira: {address: mira@tai.example}
EOF
is "who has no CSM is everybody's" "$(tai-csat tell "$TMP/scores" | told |
    grep B1)" "mira@tai.example answer:B1:mira"
is "with the store only that is new" "$(tai-csat tell -d "$TMP/low.db" \
    </dev/null | told)" "mira@tai.example answer:B1:mira"
mkdir -p "$TMP/our/templates/notice"
printf -- '---\nabout: x\nsubject: y\n---\n{{^comment}}{{gone}}{{/comment}}\n' \
    >"$TMP/our/templates/notice/low-score.txt"
status "a broken template" 78 tai-csat tell "$TMP/scores"
done_testing
