#!/bin/sh
# tai-credit compute: months of uptime in, credits out.
. "$(dirname "$0")/lib.sh"
mkdir "$TMP/rules"
cat >"$TMP/rules/customers.csv" <<'CSV'
customer,name,tier,domains,addresses,zone,fee,currency,csm,since,until,contract
pro,Pro,professional,,,America/Los_Angeles,1500000,USD,,2025-01-01,,
up,Up,starter,,,America/New_York,250000,USD,,2025-01-01,,
up,Up,enterprise,,,America/New_York,7500000,USD,,2026-02-01T00:00:00-05:00,,
gone,Gone,starter,,,UTC,250000,USD,,2025-01-01,2026-02-15,
soon,Soon,starter,,,UTC,250000,USD,,2025-01-01,2026-03-20,
odd,Odd,starter,,,Mars/Base,250000,USD,,2025-01-01,,
free,Free,starter,,,UTC,0,USD,,2025-01-01,,
gold,Gold,gold,,,UTC,100,USD,,2025-01-01,,
CSV
TAI_RULES=$TMP/rules:$ROOT/rules
TAI_NOW=2026-03-05T00:00:00Z
export TAI_RULES TAI_NOW

# uptime CUSTOMER DOWN [MORE]: a record of February 2026
uptime() {
	printf '{"type":"uptime","id":"U","at":"2026-03-01T00:00:00Z",'
	printf '"customer":"%s","month":"2026-02",' "$1"
	printf '"total_s":2419200,"excluded_s":0,"down_s":%s%s}\n' "$2" "${3:-}"
}

# credit CUSTOMER DOWN [MORE]: what comes of it
credit() {
	uptime "$@" | tai-credit compute --only
}

# fields NAMES: of the record on stdin, apart by blanks
fields() {
	jq -r "[$1] | map(tostring) | join(\" \")"
}

is "52 minutes of February, professional" "$(credit pro 3120 |
    fields '.uptime, .percent, .base, .amount, .currency, .below')" \
    "99.8710 15 1500000 225000 USD 99.9"
is "issued when the month ends where the customer is" "$(credit pro 3120 |
    fields '.at, .expires, .state')" \
    "2026-03-01T08:00:00Z 2026-04-30T07:00:00Z issued"
is "as the customer stood in that month" "$(credit up 1300 |
    fields '.tier, .percent, .amount')" "enterprise 10 750000"
is "enterprise under 99 percent is reviewed" "$(credit up 25000 |
    fields '.percent, .review')" "50 true"
is "nothing for a month that kept its promise" "$(credit pro 2419)" ""
is "a promise of the contract's own" \
    "$(credit pro 3120 ',"target":"99.8"')" ""
is "exactly at the promise is kept" \
    "$(credit pro 2419200 ',"target":"0"')" ""
is "the record's fee and tier win" \
    "$(credit nobody 20000 ',"tier":"starter","fee":250005' |
    fields '.percent, .amount')" "10 25001"
is "a percentage will do" "$(echo '{"type":"uptime","customer":"pro",
    "month":"2026-02","uptime":"99.8710","target":"99.9"}' | tr -d '\n' |
    tai-credit compute --only | fields '.uptime, .amount')" "99.8710 225000"
is "who left within the month" "$(credit gone 20000 |
    fields '.amount, .state, .expires')" "25000 expired 2026-03-01T00:00:00Z"
is "who leaves before it expires" "$(credit soon 20000 |
    fields '.state, .expires')" "issued 2026-03-20T00:00:00Z"
is "a month that is not over earns nothing yet" \
    "$(uptime pro 30000 | tai-credit --only --now 2026-03-01T07:59:59Z)" ""
is "a leap day" "$(echo '{"type":"uptime","customer":"pro","month":"2028-02",
    "total_s":2505600,"down_s":3120}' | tr -d '\n' |
    tai-credit --only --now 2028-04-01T00:00:00Z | fields '.at')" \
    "2028-03-01T08:00:00Z"

# Several services, one month: the cap is for all of them.
{
	uptime pro 50000 ',"service":"api"'
	uptime pro 3120 ',"service":"web"'
	uptime pro 13000 ',"service":"hooks"'
} | tai-credit --only | jq -c '[.service, .percent, .amount]' >"$TMP/capped"
is "half of the fee at most" "$(cat "$TMP/capped")" '["api","50",750000]'
{
	uptime pro 3120 ',"service":"web"'
	uptime pro 50000 ',"service":"api"'
} | tai-credit --only | jq -c '[.service, .percent, .amount]' >"$TMP/capped"
is "the last one gets what is left" "$(tr '\n' ' ' <"$TMP/capped")" \
    '["web","15",225000] ["api","50",525000] '
{
	echo '{"type":"credit","id":"G","at":"2026-03-01T00:00:00Z",' \
	    '"customer":"pro","month":"2026-02","amount":700000,' \
	    '"currency":"USD"}'
	uptime pro 3120
} | tai-credit --only >"$TMP/capped"
is "credits of the input count, and the rest is told" \
    "$(jq -c "[.amount, .cut > 0]" "$TMP/capped")" "[50000,true]"
is "the same record twice is one credit" \
    "$( (uptime pro 3120; uptime pro 3120) | tai-credit --only | wc -l)" 1

# A filter: what comes in goes out, the credit behind its month.
{
	echo '{"type":"else","id":"X","at":"2026-03-01T00:00:00Z","x":1}'
	uptime pro 3120
	echo '{"type":"more","id":"Y","at":"2026-03-01T00:00:00Z"}'
} >"$TMP/in"
tai-credit <"$TMP/in" >"$TMP/out"
is "in their order" "$(jq -r .type "$TMP/out" | tr '\n' ' ')" \
    "else uptime credit more "
is "what came in is as it was" "$(grep -v '"type":"credit"' "$TMP/out")" \
    "$(cat "$TMP/in")"

# A store keeps credits; a run that is repeated shows the same and adds none.
tai-credit -d "$TMP/db" --only "$TMP/in" >"$TMP/first"
tai-credit -d "$TMP/db" --only "$TMP/in" >"$TMP/second"
same "a repeated run says the same" "$TMP/first" "$TMP/second"
tai-credit --only "$TMP/in" >"$TMP/pipe"
same "and what the pipe says" "$TMP/first" "$TMP/pipe"
uptime pro 60000 ',"service":"api"' | tai-credit -d "$TMP/db" --only \
    >"$TMP/more"
is "the cap holds from run to run" "$(jq .amount "$TMP/more")" 525000
uptime pro 60000 | tai-credit -d "$TMP/db" --only >"$TMP/again"
same "a credit once given stands" "$TMP/again" "$TMP/first"

# Refusals name what is wrong and leave the rest alone.
unknown() { uptime nobody 3120; }
zone() { uptime odd 30000; }
free() { uptime free 30000; }
tier() { uptime gold 30000; }
contradiction() { uptime pro 99999999; }
target() { uptime pro 3120 ',"target":"ninety"'; }
nothing() { echo '{"type":"uptime","customer":"pro","month":"2026-02"}'; }
month() { uptime pro 3120 | sed 's/2026-02/2026-13/'; }
complains() {
	like "refused: $1" "$( (uptime pro 3120; "$1") | tai-credit --only \
	    2>&1 >"$TMP/rest")" "stdin:2: $2"
	is "refused: $1, the others go on" "$(wc -l <"$TMP/rest")" 1
}
complains unknown "no tier is known of customer 'nobody' in 2026-02"
complains zone "customer 'odd': .*Mars/Base"
complains free "no fee is known of customer 'free' in 2026-02"
complains tier "no tier is known of customer 'gold' in 2026-02"
complains contradiction 'uptime: total_s, .* contradict'
complains target 'uptime: target is not a percentage'
complains nothing 'uptime: neither'
complains month 'uptime: month is not such as 2026-02'

printf 'cap: 200\ntiers: {a: [{below: 1, credit: 1}]}\n' \
    >"$TMP/rules/credit.yaml"
status "wrong rules" 78 tai-credit /dev/null
like "wrong rules, with their line" "$(tai-credit /dev/null 2>&1)" \
    'credit.yaml:1: cap is not a percentage of the fee$'
rm "$TMP/rules/credit.yaml"
status "uptime is not pending in a store" 64 tai-credit --pending /dev/null
done_testing
