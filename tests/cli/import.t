#!/bin/sh
# tai-ingest import: what other helpdesks and tables say becomes records, once,
# in whatever order the files are given.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1
DATA=$ROOT/tests/data/import
TAI_RULES=$ROOT/examples/company/rules:$ROOT/rules

# import SOURCE FILE...: the records on stdout, words in the file err
import() {
	source=$1
	shift
	tai-ingest import --from "$source" "$@" 2>err
}

# balanced FILE: whether the sum of --stats is one
balanced() {
	awk '/ inputs = / { sum = $5 + $8 + $11 + $14; ok = sum == $2; n++ }
	    END { exit !(n == 1 && ok) }' "$1"
}

Z=$DATA/zendesk
import zendesk --stats "$Z"/comments/*.json "$Z"/*.json* >zendesk.out
ok "zendesk: every input is counted" balanced err
import zendesk "$Z"/users.json "$Z"/tickets.jsonl "$Z"/ticket_events.json \
    "$Z"/organizations.json "$Z"/comments/*.json "$Z"/incremental.json \
    "$Z"/audits-107.json >other.out
is "zendesk: the order of files makes no difference" \
    "$(sort other.out)" "$(sort zendesk.out)"
ok "zendesk: the store takes it" tai-ingest import --from zendesk \
    -d z.db "$Z"/comments/*.json "$Z"/*.json*
is "zendesk: a second run adds nothing" "$(import zendesk -d z.db \
    "$Z"/comments/*.json "$Z"/*.json*)" ""
tai-desk log -d z.db >log
is "zendesk: the store has what the pipe has" "$(sort log)" \
    "$(sort zendesk.out)"
ok "zendesk: the records are records" tai-ingest records zendesk.out

status "an unknown source is a mistake of usage" 64 \
    tai-ingest import --from nothing "$Z"/tickets.jsonl
status "no source too" 64 tai-ingest import "$Z"/tickets.jsonl
status "csv needs a map" 64 tai-ingest import --from csv "$Z"/tickets.jsonl
status "another helpdesk's export is told" 65 \
    tai-ingest import --from zammad "$Z"/tickets.jsonl
done_testing
