#!/bin/sh
# tai-sla achievement: shares of clocks that were met, by hand and by tier.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1
mkdir own
cat >own/customers.csv <<'END'
customer,name,tier,domains,addresses,zone,fee,currency,csm,since,until,contract
one,One,enterprise,one.example,,,,,,2025-01-01,,
two,Two,starter,two.example,,,,,,2025-01-01,,
END
cat >own/sla.yaml <<'END'
tiers:
  starter:
    share: 90
    calendar: always
    CRITICAL: {response: 1h, resolution: 1d}
    HIGH:     {response: 1h, resolution: 1d}
    MEDIUM:   {response: 1h, resolution: 1d}
    LOW:      {response: 1h, resolution: none}
  enterprise:
    share: 95
    calendar: always
    CRITICAL: {response: 1h, resolution: 1d}
    HIGH:     {response: 1h, resolution: 1d}
    MEDIUM:   {response: 1h, resolution: 1d}
    LOW:      {response: 1h, resolution: none}
excluded:
  - {category: feature, why: feature request}
END
sed -i 's/1d/24h/' own/sla.yaml
TAI_RULES=$TMP/own:$ROOT/rules
TAI_NOW=2026-03-20T00:00:00Z
export TAI_RULES TAI_NOW

# ticket N AT CUSTOMER ANSWERED [CATEGORY]: one question, and its answer
ticket() {
	key=$(printf 'AAAAAAAAA%03d' "$1")
	printf '{"v":1,"type":"message","id":"Q%s","at":"%s","ticket":"%s",' \
	    "$key" "$2" "$key"
	printf '"customer":"%s","channel":"email","direction":"in","from":' \
	    "$3"
	printf '{"address":"ann@%s.example"},"role":"customer",' "$3"
	printf '"subject":"S%s","text":"x?","auto":"none"}\n' "$1"
	printf '{"v":1,"type":"triage","id":"T%s","at":"%s","ticket":"%s",' \
	    "$key" "$2" "$key"
	printf '"severity":"HIGH","category":"%s","confidence":90}\n' \
	    "${5:-platform}"
	[ -z "$4" ] || {
		printf '{"v":1,"type":"message","id":"R%s","at":"%s",' "$key" \
		    "$4"
		printf '"ticket":"%s","customer":"%s","channel":"email",' \
		    "$key" "$3"
		printf '"direction":"out","from":{"address":"mira@tai.example"'
		printf '},"role":"agent","subject":"S","text":"y",'
		printf '"auto":"none"}\n'
	}
}

# March: nineteen of twenty answered within the hour, which is 95 % exactly;
# one an hour and a second late. One waits, late; one is a wish.
n=0
{
	while [ $((n += 1)) -le 19 ]; do
		ticket "$n" 2026-03-05T10:00:00Z one 2026-03-05T11:00:00Z
	done
	ticket 20 2026-03-05T10:00:00Z one 2026-03-05T12:00:01Z
	ticket 21 2026-03-19T23:30:00Z one ''
	ticket 22 2026-03-19T10:00:00Z two ''
	ticket 23 2026-03-06T10:00:00Z two '' feature
	# February in Los Angeles, though March has begun in London.
	ticket 24 2026-03-01T07:59:59Z two 2026-03-01T08:10:00Z
} >all.jsonl

rows() { jq -r 'select(.tier) | [.tier, .clock, .met, .missed, .running,
    .excluded, .percent // "-", (.achieved | tostring), .before // "-"] |
    join(" ")'; }
tai-sla achievement --json - <all.jsonl >out
is "shares, exact at the border" "$(rows <out)" \
"starter response 0 1 0 1 0.00 false 100.00
starter resolution 0 0 1 1 - null 0.00
enterprise response 19 1 1 0 95.00 true -
enterprise resolution 0 20 1 0 0.00 null -"
misses() { jq -r 'select(.ticket) |
    "\(.ticket) \(.clock) \(.late_s) \(.late_wall_s)"' "$@"; }
is "the worst miss first, counted and by the wall" "$(misses out | head -n 1)" \
    "AAAAAAAAA001 resolution 1173600 1173600"
tai-sla achievement --json --customer two - <all.jsonl >two
is "one that still waits" "$(misses two)" "AAAAAAAAA022 response 46800 46800"
is "ten are shown" "$(grep -c '"ticket"' out)" 10
tai-sla achievement --json --customer one - <all.jsonl >customer
is "of one customer" "$(rows <customer | cut -d' ' -f3-6 | head -1)" "0 0 0 0"
is "its misses alone" "$(jq -r 'select(.ticket) | .customer' customer |
    sort -u)" one
is "the month of its zone" "$(tai-sla achievement --json --month 2026-02 - \
    <all.jsonl | rows | head -n 1)" "starter response 1 0 0 0 100.00 true -"
is "a range" "$(tai-sla achievement --json --from 2026-03-19T00:00:00Z \
    --to 2026-03-20T00:00:00Z - <all.jsonl | rows | head -n 1)" \
    "starter response 0 1 0 0 0.00 false -"
tai-ingest records -d s.db all.jsonl >/dev/null
tai-sla achievement --json -d s.db >stored
same "a store says the same" out stored
{
	cat all.jsonl
	ticket 30 2026-03-21T10:00:00Z one 2026-03-21T10:01:00Z
	ticket 31 2026-03-05T10:00:00Z one 2026-03-22T10:01:00Z
} | grep -v AAAAAAAAA031 >later.jsonl
tai-sla achievement --json - <later.jsonl >later
same "what comes later changes nothing" out later
sort -r all.jsonl >shuffled.jsonl
tai-sla achievement --json - <shuffled.jsonl >shuffled
same "nor does the order" out shuffled
is "a table of 80 columns" "$(tai-sla achievement --table - <all.jsonl |
    awk 'length > 80' | wc -l)" 0
like "with what is not shown" "$(tai-sla achievement --table - <all.jsonl)" \
    'and [0-9]* more'
wrong() { tai-sla achievement "$@" 2>err - </dev/null; }
status "no month" 64 wrong --month 2026-13
is "is told" "$(cat err)" "tai-sla: '2026-13' is not a month such as 2026-02"
status "a month and a range" 64 wrong --month 2026-02 --from 2026-01-01
status "backwards" 64 wrong --from 2026-02-01 --to 2026-01-01
status "a customer that there is not" 64 tai-sla achievement \
    --customer nope </dev/null
done_testing
