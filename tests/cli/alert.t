#!/bin/sh
# tai-ingest alert: what monitors send becomes tickets, one an episode, with a
# store and without, in any order and however often.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1
data=$ROOT/tests/data/alerts
TAI_NOW=2026-02-01T00:00:00Z
export TAI_NOW

sum() { sed -n 's/^tai-ingest: //p' "$1"; }
short() {
	jq -r '[.type, (.at|.[5:16]), .status // .severity // .state //
	    .subject // .title, .count // ""] | map(tostring) | join(" ") |
	    rtrimstr(" ")' "$@"
}

tai-ingest alert -v "$data/alertmanager.jsonl" >out 2>err
is "a storm and its end" "$(short out)" "message 01-15T14:47 Error rate of api is over 50 %
triage 01-15T14:47 CRITICAL
alert 01-15T14:47 P1 1
alert 01-15T14:47 P1 2
alert 01-15T15:02 P1
status 01-15T15:03 resolved
alert 01-15T15:03 P1"
is "the sum" "$(sum err)" \
    "4 inputs = 4 records + 0 duplicates + 0 ignored + 0 rejects"
tai-ingest alert -d s.db "$data/alertmanager.jsonl" >stored
same "a store makes no difference" out stored
tai-ingest alert -v -d s.db "$data/alertmanager.jsonl" >again 2>err
is "twice adds nothing" "$(cat again; sum err)" \
    "4 inputs = 0 records + 4 duplicates + 0 ignored + 0 rejects"
gzip -c "$data/alertmanager.jsonl" >a.gz
tai-ingest alert a.gz >packed
same "compressed" out packed

refused() { printf '%s\n' "$1" | tai-ingest alert ${2:+--from "$2"} 2>&1; }
is "what no map knows" "$(refused '{"a":1}')" "tai-ingest: stdin:1: no map of \
rules/alerts knows this: --from names one"
is "what the named map does not know" "$(refused '{"a":1}' plain)" \
    "tai-ingest: stdin:1: none of the forms of plain"
is "a map that there is not" "$(refused '{"a":1}' zzz)" \
    "tai-ingest: there is no alerts/zzz.yaml in the rules"
is "an unknown state" "$(refused '{"alert":"x","state":"odd"}')" \
    "tai-ingest: stdin:1: state 'odd' is none that the map knows"
status "refused input" 65 refused '{"alert":"x","state":"odd"}'
done_testing
