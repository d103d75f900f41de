#!/bin/sh
# Clocks that are disputed: what users of other helpdesks complain about, what
# becomes of a clock and by which record, contracts, promises, and properties
# that hold for any ticket.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1
mkdir own
cat >own/customers.csv <<'END'
customer,name,tier,domains,addresses,zone,fee,currency,csm,since,until,contract
small,Small,starter,small.example,,,,,,2025-01-01,,
mid,Mid,professional,mid.example,,,,,,2025-01-01,,
big,Big,enterprise,big.example,,,,,,2025-01-01,,
END
TAI_RULES=$TMP/own:$ROOT/rules
TAI_NOW=2026-03-09T12:00:00-07:00
export TAI_RULES TAI_NOW
A=AAAAAAAAAAAA

# at DAY-TIME: "2T10:00" is 2 March 2026, 10:00 Pacific Standard Time
at() {
	day=${1%%T*}
	[ ${#day} = 2 ] || day=0$day
	echo "2026-03-${day}T${1#*T}:00-08:00"
}
# record TYPE ID TIME FIELDS
record() {
	printf '{"type":"%s","id":"%s","at":"%s","ticket":"%s",%s}\n' "$1" "$2" \
	    "$(at "$3")" "$A" "$4"
}
# asks, answers, robot, verdict, status ID TIME [...]
asks() {
	record message "$1" "$2" '"customer":"small","channel":"email",
	    "direction":"in","role":"customer","from":{"address":"ann@small.example"},
	    "subject":"Help","text":"x","auto":"none"'"$3" | tr -d '\n\t'
	echo
}
answers() {
	record message "$1" "$2" '"customer":"small","channel":"email",
	    "direction":"out","role":"agent","from":{"address":"mira@tai.example"},
	    "subject":"Help","text":"x","auto":"none"'"$3" | tr -d '\n\t'
	echo
}
robot() {
	asks "$1" "$2" | sed 's/"auto":"none"/"auto":"reply"/'
}
verdict() {
	record triage "$1" "$2" '"severity":"'"$3"'","category":"platform",
	    "confidence":90'"$4" | tr -d '\n\t'
	echo
}
status() {
	record status "$1" "$2" '"status":"'"$3"'","by":"mira"'
}
begin() {
	asks M1 2T10:00
	verdict V1 2T10:00 HIGH
}
# clock KIND FIELDS [OPTIONS]: of the records on stdin
clock() {
	kind=$1 fields=$2
	shift 2
	tai-sla clock --only "$@" | jq -r "select(.clock == \"$kind\") |
	    [$fields] | map(tostring) | join(\" \")"
}
state='.state,.counted_s,.due // "-"'

# -- what others got wrong

is "24/7: no minute is lost at midnight" "$({
	asks M1 2T10:00 | sed 's/small/big/g'
	verdict V1 2T10:00 CRITICAL
} | clock resolution .counted_s,.elapsed_s --now "$(at 12T10:00)")" \
    "864000 864000"
is "reopened, it is not late at once" "$({
	begin
	answers M2 2T11:00
	status S1 2T12:00 resolved
	asks M3 30T10:00
} | clock resolution .state,.counted_s --now "$(at 30T10:00)")" \
    "running 7200"
is "nor is the first answer's time a month" "$({
	begin
	answers M2 2T11:00
	status S1 2T12:00 resolved
	asks M3 30T10:00
	answers M4 30T11:00
} | clock response .state,.counted_s --now "$(at 30T12:00)")" "met 3600"
is "another severity keeps the pauses" "$({
	begin
	answers M2 2T11:00 ',"asks":true'
	asks M3 3T11:00
	verdict V2 3T11:00 CRITICAL ',"by":"mira"'
} | clock resolution .counted_s,.severity,.flags[0] --now "$(at 3T12:00)")" \
    "7200 CRITICAL changed"
is "and a due moment that somebody has set" "$({
	begin
	record status S1 2T11:00 '"due":"2026-03-06T17:00:00Z","by":"mira"'
	verdict V2 3T11:00 CRITICAL ',"by":"mira"'
} | clock resolution .state,.due,.flags[1] --now "$(at 3T12:00)")" \
    "running 2026-03-06T17:00:00Z due_set"
is "a pause over a weekend is not added whole" "$({
	asks M1 6T10:00
	verdict V1 6T10:00 HIGH
	answers M2 6T16:00 ',"asks":true'
	asks M3 9T09:30
} | clock resolution "$state" --now "$(at 9T10:30)")" \
    "running 25200 2026-03-10T19:30:00Z"
is "a pause is respected" "$({
	begin
	answers M2 2T11:00 ',"asks":true'
} | clock resolution .state,.counted_s,.remind --now "$(at 4T11:00)")" \
    "paused 3600 2026-03-05T19:00:00Z"
is "days do not count when we are closed" "$({
	asks M1 6T15:00
	verdict V1 6T15:00 MEDIUM
} | clock response .due,.target_s --now "$(at 6T16:00)")" \
    "2026-03-09T22:00:00Z 28800"
is "thanks: it runs no more" "$({
	begin
	answers M2 2T11:00
	asks M3 2T12:00
	verdict V3 2T12:00 LOW ',"message":"M3","closing":true'
} | clock resolution .state,.counted_s)" "met 7200"
is "a machine is no first response" "$({
	begin
	robot M2 2T10:01
} | clock response .state,.counted_s --now "$(at 2T12:00)")" "running 7200"
is "nor is a change of status" "$({
	begin
	status S1 2T10:30 progress
} | clock response .state,.counted_s --now "$(at 2T12:00)")" "running 7200"
is "the next target does not hide the first" "$({
	begin
	asks M2 2T11:00
} | clock response .state,.started,.due --now "$(at 2T12:00)")" \
    "running 2026-03-02T18:00:00Z 2026-03-03T18:00:00Z"
is "a day counts once when clocks change" "$({
	asks M1 7T10:00 | sed 's/small/big/g'
	verdict V1 7T10:00 CRITICAL
} | clock resolution .counted_s --now 2026-03-08T10:00:00-07:00)" 82800
is "whatever TZ says" "$(begin | TZ=Asia/Tokyo clock response .due)" \
    "$(begin | clock response .due)"
is "what happens between two looks is not lost" "$({
	begin
	answers M2 3T12:30
	answers M3 3T14:00
} | clock response .state,.late_s,.late_wall_s)" "missed 9000 9000"

# -- what became of it, and by which record

{
	begin
	answers M2 2T11:00 ',"asks":true'
	robot M3 2T11:01
	asks M4 3T09:00
	answers M5 4T15:00
	asks M6 5T10:00
	status S1 5T11:00 resolved
} >life.jsonl
is "a log of the resolution" "$(tai-sla clock --only --events life.jsonl |
    jq -r 'select(.clock == "resolution") | .events[] |
    [.at[5:16], .event, .record // "-", .by // "-"] | join(" ")')" \
    "03-02T18:00 activated M1 ann@small.example
03-02T19:00 paused M2 mira@tai.example
03-03T17:00 resumed M4 ann@small.example
03-05T00:00 breached - -
03-05T19:00 stopped S1 mira"
is "every wait is told, the last one needed no answer" \
    "$(tai-sla clock --only --events life.jsonl | jq -r \
    'select(.clock == "next") | [.n, .state, .late_s // "-",
    .events[-1].event] | map(tostring) | join(" ")')" \
    "1 missed 21600 stopped
2 none - cancelled"
is "which only the log tells" "$(tai-sla clock --only life.jsonl | jq -r \
    'select(.clock == "next") | .n')" 1
tai-ingest records -d s.db life.jsonl >/dev/null
tai-sla clock --only --events life.jsonl >a
tai-sla clock --events --pending -d s.db >b
same "the store has the same log" a b
tai-sla explain --json "$A" life.jsonl | jq -c '[.n, .events, .steps]' >a
tai-sla explain --json "$A" -d s.db | jq -c '[.n, .events, .steps]' >b
same "and explains the same" a b
tai-sla explain "$A" -d s.db >text
like "a pause names its record" "$(cat text)" \
    "question by mira@tai.example: M2"
like "and late is told both ways" "$(cat text)" \
    'resolution: missed, 19h of 16h, 3h late'
like "by the wall clock too" "$(cat text)" \
    'it was due 19h ago'
is "fits a terminal of 80" "$(awk 'length($0) > 80' text)" ""
tai-sla clock --only --events life.jsonl | tai-ingest records --only 2>&1 \
    >/dev/null | head -n 1 >a
is "records are what tai-record(5) says" "$(cat a)" ""

{ printf '\357\273\277'; begin; } >mark.jsonl
is "records may begin with a byte order mark" "$(tai-sla due --json mark.jsonl |
    wc -l)" "$(begin | tai-sla due --json | wc -l)"

# -- what made a target what it is

{
	asks M1 2T10:00
	verdict V1 2T10:00 MEDIUM
	verdict V2 2T11:00 HIGH
} >raised
like "explain: who changed the severity, and when" \
    "$(tai-sla explain $A raised)" \
    "^      HIGH, not MEDIUM, from Mon 2026-03-02 11:00:00 PST: .* V2"
sed 's/2026-03-02/2025-12-29/g' raised >winter
like "explain: the season that made it longer" "$(tai-sla explain $A winter)" \
    "^    longer by the season of sla.yaml:[1-9]"

# -- a person's word, from the desk

TAI_DB=s.db TAI_USER=mira
export TAI_DB TAI_USER
begin | sed "s/$A/BBBBBBBBBBBB/; s/\"M1\"/\"N1\"/; s/\"V1\"/\"W1\"/" |
    tai-ingest records >/dev/null
desk() {
	tai-desk set BBBB --now "$@" | wc -l
}
promised() {
	tai-sla clock --pending --now "$(at 3T12:00)" | jq -r "select(.ticket ==
	    \"BBBBBBBBBBBB\" and .clock == \"resolution\") | [$1] |
	    map(tostring) | join(\" \")"
}
is "a due moment" "$(desk "$(at 2T12:00)" due=2026-03-06T09:00)" 1
is "holds" "$(promised .due,.flags[0])" "2026-03-06T17:00:00Z due_set"
is "once" "$(desk "$(at 2T13:00)" due=2026-03-06T09:00)" 0
is "by day and night" "$(tai-sla clock --pending --now "$(at 6T21:00)" |
    jq -c 'select(.ticket == "BBBBBBBBBBBB" and .clock == "resolution") |
    [.state, .late_s, .late_wall_s]')" '["missed",43200,43200]'
is "is taken back" "$(desk "$(at 2T14:00)" due=)" 1
is "and the policy's is due" "$(promised .due)" "2026-03-04T18:00:00Z"
is "an outage of somebody else" "$(desk "$(at 3T10:00)" \
    excluded='provider down' since=2026-03-02T11:00 until=2026-03-02T15:00)" 1
is "does not count" "$(promised .counted_s,.due,.flags[0])" \
    "21600 2026-03-04T22:00:00Z part_excluded"
is "said once" "$(desk "$(at 3T11:00)" excluded='provider down' \
    since=2026-03-02T11:00 until=2026-03-02T15:00)" 0
like "explained" "$(tai-sla explain BBBB)" 'provider down: 4h'
like "shown" "$(tai-desk show BBBB)" \
    'excluded by mira: provider down, from Mon 2026-03-02 11:00 PST to'
is "until needs since" "$(tai-desk set BBBB excluded=x until=2026-03-02 2>&1)" \
    "tai-desk: until= needs since="
is "since needs excluded" "$(tai-desk set BBBB since=2026-03-02 2>&1)" \
    "tai-desk: since= and until= go with excluded="
is "a clock that is none" "$(tai-desk set BBBB due=2026-03-06 clock=x 2>&1)" \
    "tai-desk: clock is response, resolution or next"
is "a moment that is none" "$(tai-desk set BBBB due=soon 2>&1)" \
    "tai-desk: due is not a time such as 2026-03-02T17:00"
cp s.db r.db
tai-desk rebuild -d r.db >/dev/null
tai-sla clock --pending -d s.db >a
tai-sla clock --pending -d r.db >b
same "a store that is rebuilt says the same" a b
unset TAI_DB

# -- contracts

contract() {
	printf 'contracts:\n' >own/contracts.yaml
	for line; do
		printf '  - {customer: small, %s}\n' "$line"
	done >>own/contracts.yaml
}
contract 'from: 2026-01-01, until: 2026-12-31, HIGH: {response: 1h, resolution: 2h, calendar: always}'
is "a contract of its own" "$(begin | clock response .due,.calendar)" \
    "2026-03-02T19:00:00Z always"
like "is named with its line" "$(begin | tai-sla explain $A -)" \
    'under the contract of contracts.yaml:2'
like "as is the target's" "$(begin | tai-sla explain $A -)" \
    "target 1h on calendar 'always' .contracts.yaml:2."
is "for its severity alone" "$({
	asks M1 2T10:00
	verdict V1 2T10:00 MEDIUM
} | clock response .due,.calendar)" "2026-03-03T18:00:00Z standard"
contract 'from: 2024-01-01, until: 2026-03-01, tier: enterprise' \
    'from: 2026-03-02, tier: professional, HIGH: {response: 1h}'
is "of two the one that holds" "$(begin | clock response .target_s,.calendar)" \
    "3600 extended"
tai-sla lint >a
like "a renewal may not lower" "$(cat a)" "contracts.yaml:3: small: HIGH \
response of 1h on 'extended' is lower than 30m on 'extended', which line 2 has"
contract 'from: 2026-01-01, tier: enterprise, calendar: standard'
like "nor hours of an office where any hour was owed" "$(tai-sla lint)" \
    "CRITICAL response of 1h on 'standard' is lower than 1h on 'always'"
contract 'from: 2024-01-01, uptime: 99.99, until: 2026-03-01' \
    'from: 2026-03-02, uptime: 99.9'
like "nor the uptime" "$(tai-sla lint)" "contracts.yaml:3: small: uptime of \
99.9000 % is lower than 99.9900 %, which line 2 has locked"
# wrong NAME MESSAGE CONTRACT...
wrong() {
	name=$1 message=$2
	shift 2
	contract "$@"
	tai-sla lint >/dev/null 2>err
	is "$name" "$? $(sed 's/.*contracts.yaml/contracts.yaml/' err)" \
	    "78 contracts.yaml:$message"
}
wrong "two at a time" \
    "3: 'small' has another contract at that time, in line 2" \
    'from: 2026-01-01, until: 2026-03-31' 'from: 2026-03-31'
wrong "no beginning" "2: a contract needs from" 'until: 2026-03-31'
wrong "a date that is none" \
    "2: from '2026-02-30' is not a date such as 2026-07-01" 'from: 2026-02-30'
wrong "an end before it" "2: the contract ends before it begins" \
    'from: 2026-03-31, until: 2026-03-01'
wrong "signed too late" "2: the contract begins before it is signed" \
    'from: 2026-03-31, signed: 2026-04-01'
wrong "no such tier" "2: no tier 'gold'" 'from: 2026-03-31, tier: gold'
wrong "no such calendar" "2: no calendar 'moon'" \
    'from: 2026-03-31, HIGH: {calendar: moon}'
wrong "a key that is none" "2: unknown key 'response'" \
    'from: 2026-03-31, response: 1h'
rm own/contracts.yaml

# -- any ticket at all: the cases of tests/data/clock, with our own policy

awk -F '\t' '
	function rec(type, id, at, more) {
		printf "{\"type\":\"%s\",\"id\":\"%s\",\"at\":\"%s:00Z\"," \
		    "\"ticket\":\"%s\",%s}\n", type, id, at, key, more
	}
	function mail(id, at, out, auto, more) {
		rec("message", id, at, "\"customer\":\"" who "\",\"channel\":" \
		    "\"email\",\"direction\":\"" (out ? "out" : "in") \
		    "\",\"role\":\"" (out ? "agent" : "customer") \
		    "\",\"from\":{\"address\":\"" (out ? "mira" : "ann") \
		    "@x.example\"},\"subject\":\"s\",\"text\":\"x\",\"auto\":\"" \
		    auto "\"" more)
	}
	BEGIN {
		split("small mid big", names, " ")
		status["O"] = "open"; status["p"] = "progress"
		status["w"] = "waiting"; status["r"] = "resolved"
		status["x"] = "closed"
		level["L"] = level[1] = "LOW"; level["M"] = level[2] = "MEDIUM"
		level["H"] = level[3] = "HIGH"; level["C"] = level[4] = "CRITICAL"
	}
	/^#/ || $1 == "name" { next }
	{
		key = sprintf("K%011d", ++n)
		who = names[n % 3 + 1]
		events = split($4, token, " ")
		for (i = 1; i <= events; i++) {
			letter = substr(token[i], 1, 1)
			split(substr(token[i], 3), word, ",")
			id = key "-" i
			if (letter == "c") mail(id, word[1], 0, "none")
			else if (letter == "o") mail(id, word[1], 0, "reply")
			else if (letter == "a") mail(id, word[1], 1, "none")
			else if (letter == "q")
				mail(id, word[1], 1, "none", ",\"asks\":true")
			else if (letter in status)
				rec("status", id, word[1], "\"status\":\"" \
				    status[letter] "\",\"by\":\"mira\"")
			else if (letter in level)
				rec("triage", id, word[1], "\"severity\":\"" \
				    level[letter] "\"" (letter ~ /[1-4]/ ? \
				    ",\"by\":\"mira\"" : ""))
			else if (letter == "T")
				rec("triage", id, word[1], "\"closing\":true")
			else if (letter == "X")
				rec("status", id, word[1], "\"excluded\":" \
				    "\"outage\",\"since\":\"" word[2] ":00Z\"" \
				    (word[3] != "" ? ",\"until\":\"" word[3] \
				    ":00Z\"" : ""))
			else if (letter == "D")
				rec("status", id, word[1], "\"clock\":\"" \
				    word[2] "\",\"due\":\"" (word[3] != "" ? \
				    word[3] ":00Z" : "") "\"")
			else if (letter == "e" || letter == "E")
				rec("status", id, word[1], "\"excluded\":\"" \
				    (letter == "e" ? "outage" : "") "\"")
		}
	}' "$ROOT/tests/data/clock/cases.tsv" >any.jsonl
is "some hundred tickets" "$(jq -r .ticket any.jsonl | sort -u | wc -l)" \
    "$(tail -n +3 "$ROOT/tests/data/clock/cases.tsv" | wc -l)"
all() {
	tai-sla clock --only --events "$@"
}
TAI_NOW=2026-12-31T12:00:00Z
all any.jsonl >want
ok "are clocks" [ "$(wc -l <want)" -gt 600 ]
sort -t : -k 4 any.jsonl >shuffled
all shuffled >got
same "the order of arrival makes no difference" want got
tac any.jsonl | all >got
same "nor does the other way round" want got
cat any.jsonl any.jsonl | all >got
same "nor does what is said twice" want got
tai-ingest records -d any.db shuffled >/dev/null
all --pending -d any.db | sort >got
sort want >sorted
same "the store says what the pipe says" sorted got
awk 'NR % 2' any.jsonl >odd
awk 'NR % 2 == 0' any.jsonl >even
tai-ingest records -d two.db odd >/dev/null
all -d two.db even | sort >got
jq -r .ticket even | sort -u >tickets
grep -F -f tickets sorted >some
same "in two parts, with the store between them" some got
for now in 2026-03-02T18:00:00Z 2026-03-03T20:00:00Z 2026-03-09T15:30:00Z \
    2026-11-03T10:00:00Z; do
	TAI_NOW=$now
	all any.jsonl >got
	jq -c --arg now "$now" 'select(.at <= $now)' any.jsonl | all >past
	same "what comes after $now changes nothing of it" past got
	all --pending -d any.db | sort >got
	sort past >sorted
	same "nor in the store" sorted got
	cat past >>looks
done
jq -rs 'group_by([.ticket, .clock, .n])[] | select(all(.[]; .events |
    any(.event == "due_set") | not) and (any(.[]; .flags // [] |
    any(. == "part_excluded" or . == "changed")) | not)) |
    sort_by(.at) | map(.counted_s // 0) | select(. != sort) | tojson' looks \
    >falls
is "what is counted never grows less" "$(cat falls)" ""
jq -c 'select(.state == "missed" and .late_s < 1 or .state == "met" and
    .counted_s > .target_s or .elapsed_s < .counted_s)' looks >wrong
is "missed is late, met is not, and no more is counted than passes" \
    "$(cat wrong)" ""

done_testing
