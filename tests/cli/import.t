#!/bin/sh
# tai-ingest import: what other helpdesks and tables say becomes records, once,
# in whatever order the files are given.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1
DATA=$ROOT/tests/data/import
TAI_RULES=$ROOT/examples/company/rules:$ROOT/rules
export TAI_RULES

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

# files SOURCE: the files of its corpus, a line each
files() {
	find "$DATA/$1" -type f ! -name '*.yaml' | LC_ALL=C sort
}

# Each source: the records are those that were looked at once by a person,
# whatever the order of files; a second run adds nothing; the store has what
# the pipe has; a run that was broken off anywhere is completed by the next.
for source in zendesk freshdesk helpscout intercom zammad; do
	files "$source" >list
	import "$source" --stats $(cat list) | sort >got
	ok "$source: every input is counted" balanced err
	same "$source: the records" got "$DATA/$source.expected"
	import "$source" $(sort -r list) | sort >backward
	same "$source: the order of files makes no difference" backward got
	ok "$source: they are records" tai-ingest records got
	import "$source" -d "$source.db" $(cat list) >first
	tai-desk log -d "$source.db" >all
	is "$source: a second run adds nothing" "$(import "$source" \
	    -d "$source.db" $(cat list))" ""
	is "$source: the store has what the pipe has" "$(sort all)" \
	    "$(cat got)"
	broken=
	lines=$(wc -l <first)
	for n in 1 2 3 5 8 12 $((lines / 2)) $((lines - 2)) $((lines - 1)); do
		rm -f part.db
		head -n "$n" first | tai-ingest records -d part.db >/dev/null
		import "$source" -d part.db $(cat list) >/dev/null
		tai-desk log -d part.db | sort | cmp -s - got ||
		    broken="$broken $n"
	done
	is "$source: a run that was broken off is completed" "$broken" ""
done

# Comments as lines that name their ticket, as scripts write them.
for file in "$DATA"/zendesk/comments/*.json; do
	jq -c --argjson id "$(basename "$file" .json)" \
	    '.comments[] + {ticket_id: $id}' "$file"
done >comments.jsonl
import zendesk comments.jsonl $(files zendesk | grep -v /comments/) |
    jq -cS 'del(.comment_fields)' | sort >lines
jq -cS 'del(.comment_fields)' "$DATA/zendesk.expected" | sort >pages
same "comments as lines are the comments of pages" lines pages
is "and nothing of them is refused" "$(cat err)" ""

# Clocks: the same story as mail and as an export.
clocks() {
	tai-triage | tai-sla clock --only --now 2026-01-15T00:00:00Z |
	    jq -cS 'del(.id, .at, .ticket, .v)' | sort
}
tai-ingest mbox "$DATA/story/story.mbox" | clocks >mail.clocks
import zendesk "$DATA/story/zendesk.jsonl" | clocks >zendesk.clocks
same "an export has the clocks that its mails had" zendesk.clocks mail.clocks

# What the helpdesk itself said is no answer of a person's.
for robot in '"author_id":-1' '"author_id":9,"via":{"channel":"rule"}'; do
	printf '{"id":%s,"requester_id":5,' "${#robot}"
	printf '"created_at":"2026-01-05T10:00:00Z",'
	printf '"comments":[{"id":1,"author_id":5,"body":"help",'
	printf '"created_at":"2026-01-05T10:00:00Z"},{"id":2,%s,' "$robot"
	printf '"body":"we got it","created_at":"2026-01-05T10:00:05Z"}]}\n'
done >robot
is "automatic answers are automatic" "$(import zendesk --instance a robot |
    jq -r 'select(.text=="we got it") | [.direction,.auto]|@tsv' | sort -u)" \
    "$(printf 'out\treply')"

# Other shapes of the same.
cat >shapes.json <<'END'
{"ticket":{"id":7,"requester_id":5,"created_at":"2026-01-05T10:00:00Z",
 "status":"solved","updated_at":"2026-01-09T10:00:00Z"},
 "comments":[{"id":1,"author_id":5,"body":"wrapped",
 "created_at":"2026-01-05T10:00:00Z"}],
 "ticket_metric":{"ticket_id":7,"reopens":0,
 "solved_at":"2026-01-06T10:00:00Z"}}
END
is "a ticket beside its comments, and its metrics" \
    "$(import zendesk --instance a shapes.json | jq -r \
    '[.source.ticket,.text,.status,.at]|@tsv')" \
    "$(printf '7\twrapped\t\t2026-01-05T10:00:00Z\n\t\t%s' \
    "$(printf 'resolved\t2026-01-06T10:00:00Z')")"
cat >threads.json <<'END'
{"_embedded":{"threads":[{"id":1,"type":"customer","state":"published",
 "status":"active","body":"paged","createdAt":"2026-01-05T10:00:00Z",
 "createdBy":{"id":3,"type":"customer","email":"a@acme.example"}}]},
 "_links":{"self":{"href":
 "https://api.helpscout.net/v2/conversations/2010/threads?page=1"}}}
END
is "a page of threads tells whose it is" "$(import helpscout threads.json |
    jq -r 'select(.type=="message").source.ticket')" 2010
cat >ticket.json <<'END'
{"type":"ticket","id":"494","ticket_id":"53","ticket_state":"resolved",
 "ticket_attributes":{"_default_title_":"T","_default_description_":"D"},
 "contacts":{"type":"contact.list","contacts":[{"type":"contact","id":"c"}]},
 "created_at":1767607200,"updated_at":1767620000,"ticket_parts":
 {"type":"ticket_part.list","ticket_parts":[
 {"type":"ticket_part","id":"1","part_type":"comment","body":"<p>done</p>",
  "created_at":1767607300,"author":{"type":"admin","id":"9"}},
 {"type":"ticket_part","id":"2","part_type":"ticket_state_updated_by_admin",
  "ticket_state":"resolved","previous_ticket_state":"submitted",
  "created_at":1767607400,"author":{"type":"admin","id":"9"}}]}}
END
is "a ticket of Intercom" "$(import intercom ticket.json |
    jq -r '[.type,.role,.text//.status]|join(" ")')" "message customer D

message agent done

status  resolved"

# Mail that is in the export too, before it and behind it.
cat >both.mbox <<'END'
From max@bergstrom.example Tue Mar 10 16:00:00 2026
From: Max Berg <max@bergstrom.example>
To: support@tai.example
Subject: Import fails
Message-ID: <import-1@bergstrom.example>
Date: Tue, 10 Mar 2026 16:00:00 +0000

The import stops at row 7.

From max@bergstrom.example Wed Mar 11 16:00:00 2026
From: Max Berg <max@bergstrom.example>
To: support@tai.example
Subject: Re: Import fails
Message-ID: <import-9@bergstrom.example>
In-Reply-To: <20260310193000.21.2@helpdesk.tai.example>
References: <import-1@bergstrom.example>
Date: Wed, 11 Mar 2026 16:00:00 +0000

Row 8 now.

END
both() {	# both STORE: how many messages and tickets have the subject
	tai-desk log -d "$1" --type message |
	    jq -r 'select(.subject|test("Import fails$")) | .id' | wc -l
	tai-desk list -a -d "$1" --json |
	    jq -r 'select(.subject|test("Import fails$")) | .subject' | wc -l
}
tai-ingest mbox -d one.db both.mbox >/dev/null
import zammad -d one.db "$DATA/zammad" >/dev/null
tai-ingest mbox -d two.db /dev/null
import zammad -d two.db "$DATA/zammad" >/dev/null
tai-ingest mbox -d two.db both.mbox >/dev/null
is "mail and then the export: one ticket, each message once" \
    "$(both one.db)" "5
1"
is "the export and then the mail: the same" "$(both two.db)" "5
1"

# What changed since the last run, and nothing else.
ticket() {	# ticket STATUS UPDATED PRIORITY REGION [COMMENT]
	printf '{"url":"https://a.zendesk.com/1","id":1,"subject":"S",'
	printf '"requester_id":5,"created_at":"2026-01-05T10:00:00Z",'
	printf '"updated_at":"%s","status":"%s",' "$2" "$1"
	printf '"priority":"%s","custom_fields":[{"id":1,"value":"%s"}],' \
	    "$3" "$4"
	printf '"comments":[{"id":11,"author_id":5,"body":"help","public":true,'
	printf '"created_at":"2026-01-05T10:00:00Z"}%s]}\n' "$5"
}
answer() {	# answer TEXT
	printf ',{"id":12,"author_id":9,"body":"%s","public":true,' "$1"
	printf '"created_at":"2026-01-05T11:00:00Z"}'
}
types() {
	jq -r '[.type,.at,.status//.severity//.text]|join(" ")'
}
ticket new 2026-01-05T10:00:00Z normal eu '' |
    import zendesk -d new.db | types >/dev/null
ticket new 2026-01-05T10:00:00Z normal eu '' >one
import zendesk --stats -n one >/dev/null
is "a ticket and its comment are two things" "$(cat err)" "tai-ingest: 2 \
inputs = 2 records + 0 duplicates + 0 ignored + 0 rejects"
is "nothing new" "$(import zendesk -d new.db one)" ""
ticket solved 2026-01-05T12:00:00Z normal eu \
    "$(answer 'done')" >two
is "a new comment, a new status" "$(import zendesk -d new.db two | types)" \
    "message 2026-01-05T11:00:00Z done
status 2026-01-05T12:00:00Z resolved"
ticket solved 2026-01-05T13:00:00Z urgent us \
    "$(answer 'done!')" >three
is "a comment that was changed, a priority, a field" \
    "$(import zendesk -d new.db three | types)" \
    "note 2026-01-05T11:00:00Z (changed later) done!
triage 2026-01-05T13:00:00Z CRITICAL
note 2026-01-05T13:00:00Z its fields changed"
is "and that once" "$(import zendesk -d new.db three)" ""
is "an older export takes nothing back" "$(import zendesk -d new.db two |
    types)" ""

# Tables.
tai-ingest import --map "$DATA/csv/tickets.yaml" --stats \
    "$DATA/csv/tickets.csv" >sheet 2>err
same "a sheet with a row for each word" sheet "$DATA/csv/tickets.expected"
ok "a sheet: every row is counted" balanced err
is "a sheet: a bad date is told with its row" "$(grep -c \
    "tickets.csv:8: created: '.*' is no date" err)" 2
is "a sheet: a strange word is told with the map's line" "$(grep -c \
    "tickets.yaml:[0-9]*: no word here for 'Z'" err)" 1

COMPANY=$ROOT/examples/company
is "customers are records" "$(import customers \
    "$COMPANY/rules/customers.csv" | jq -r 'select(.customer=="alder") |
    [.type,.at,.tier,.fee,.domains[0],.since]|@tsv')" "$(printf \
    'customer\t2025-06-01T00:00:00Z\tprofessional\t1500000\t%s' \
    "$(printf 'alderstreet.example\t2025-06-01T00:00:00Z')")"
is "usage is recorded" "$(import usage "$COMPANY/usage.csv" | wc -l)" \
    "$(($(wc -l <"$COMPANY/usage.csv") - 1))"
is "an invoice has its lines" "$(import invoices "$COMPANY/invoices.csv" |
    jq -r 'select(.invoice=="2026-01-bergstrom") | [.total, .currency,
    (.lines|length), .due, ([.lines[].amount]|add) == .total]|@tsv')" \
    "$(printf '1450000\tEUR\t2\t2026-03-03\ttrue')"
import invoices -d c.db "$COMPANY/invoices.csv" >/dev/null
is "and once" "$(import invoices -d c.db "$COMPANY/invoices.csv")" ""

cat >customers.yaml <<'END'
customers:
  - customer: acme
    name: Acme
    tier: enterprise
    domains: [acme.example, acme.test]
    fee: 7500000
    since: 2026-01-01
    owner: ann
  - name: nobody
END
is "customers in YAML are the same" "$(import customers customers.yaml |
    jq -c '[.customer,.domains,.fee,.at,.fields]')" \
    '["acme",["acme.example","acme.test"],7500000,"2026-01-01T00:00:00Z",{"owner":"ann"}]'
like "and one without an id is told" "$(cat err)" \
    'customers.yaml:9: customer: customer is missing'

{
	echo at,service,region,up,latency_ms
	echo 2026-01-05T10:00:00Z,api,eu,1,12
	echo 1767607210,api,eu,down,
	echo 2026-01-05T10:00:20Z,api,eu,1,fast
	echo 2026-01-05T10:00:30Z,api,us,yes,1.5
	echo yesterday,api,us,yes,1
	echo '2026-01-05T10:00:40Z,"api,us,1,1'
	echo 2026-01-05T10:00:50Z,api,us,1,7
} >probes.csv
import probes --stats probes.csv | jq -c '[.at,.up,.latency_ms]' >out
is "probes" "$(cat out)" '["2026-01-05T10:00:00Z",true,12]
["2026-01-05T10:00:10Z",false,null]
["2026-01-05T10:00:50Z",true,7]'
is "bad cells are told with their rows" "$(sed 's/.*csv:\([0-9]*\): /\1 /' \
    err | head -n 4)" "4 latency_ms: 'fast' is not a whole number
5 latency_ms: '1.5' is not a whole number
6 at: 'yesterday' is not a date or time of the map's format
7 a quote is not closed"
ok "bad rows are counted" balanced err

cat >money.yaml <<'END'
name: money
csv: {delimiter: tab, decimal: ",", encoding: utf-8, format: "%d.%m.%Y"}
items:
  - is: invoice
    invoice: Nr
    customer: Kunde
    month: Datum
    issued: Datum
    currency: W
    kind: Art
    unit_price: {at: Preis, money: units}
    amount: {at: Betrag, money: units}
END
printf 'Nr\tKunde\tDatum\tW\tArt\tPreis\tBetrag\n%s\n%s\n%s\n%s\n%s\n' \
    "$(printf '1\ta\t05.01.2026\tEUR\tx\t0,0005\t-1.234.567,89')" \
    "$(printf '2\tb\t05.01.2026\tJPY\tx\t12\t1.500')" \
    "$(printf '1\ta\t05.01.2026\tEUR\ty\t10\t0,1')" \
    "$(printf '3\tc\t05.01.2026\tEUR\ty\t10\t0,001')" \
    "$(printf '4\td\t05.01.2026\tKWD\ty\t1\t0,001')" >money.tsv
tai-ingest import --map money.yaml money.tsv 2>err |
    jq -c '[.invoice,.month,.total,[.lines[].unit_price]]' | sort >out
is "money is whole, by its currency, and never a float" "$(cat out)" \
    '["1","2026-01",-123456779,["0.05",1000]]
["2","2026-01",1500,[12]]
["4","2026-01",1,[1000]]'
like "an amount that is not whole is refused" "$(cat err)" \
    "money.tsv:5: amount: '0,001' is not an amount"
printf 'Nr;Kunde\n1;a\n' >short.csv
status "a column that is missing is the map's fault" 78 \
    tai-ingest import --map money.yaml short.csv
like "and told at its line" "$(tai-ingest import --map money.yaml short.csv \
    2>&1)" "money.yaml:[0-9]+: 'short.csv' has no column '"
status "a map is checked" 78 tai-ingest import --map "$ROOT/rules/org.yaml" \
    money.tsv

# Folders, archives, compressed files.
same "a folder" "$DATA/zendesk.expected" "$(import zendesk "$DATA/zendesk" |
    sort >folder; echo folder)"
tar -czf export.tgz -C "$DATA" zendesk
import zendesk export.tgz | sort >archive
same "an archive" archive folder
import zendesk - <export.tgz | sort >archive
same "an archive on stdin" archive folder

# Hostile input: one line each, the rest is in.
printf '%s\n' '{"id":1,"requester_id":5,"created_at":"0000-00-00"}' \
    '{"id":{},"requester_id":5,"created_at":"2026-01-05T10:00:00Z"}' \
    '{"id":-3,"requester_id":[],"subject":7,"description":"minus",'\
'"created_at":1767607200000}' '[1,2,{"id":"x"}]' 'null' '"text"' '{"id":' \
    '{"tickets":"none","users":[1,[2],null]}' \
    '{"id":4,"requester_id":5,"description":"d","created_at":true}' \
    '{"id":5,"requester_id":5,"comments":{"a":1},"tags":{"x":[]},'\
'"priority":["high"],"description":{"b":1},'\
'"created_at":"2026-01-05T10:00:00Z"}' |
    import zendesk --stats --instance a >out
is "wrong types: what can be read is in" "$(jq -r \
    'select(.type=="message")|[.source.ticket,.subject,.text]|@tsv' out |
    sort)" "$(printf -- '-3\t7\tminus\n5\t\t')"
ok "wrong types are counted" balanced err
is "a bad date is told with its line" "$(grep -c 'no date' err)" 2

{
	printf '{"url":"https://a.zendesk.com","id":1,"requester_id":2,'
	printf '"created_at":"2026-01-05T10:00:00Z","description":"deep",'
	printf '"custom":'
	awk 'BEGIN { for (i = 0; i < 100; i++) printf "["
	    for (i = 0; i < 100; i++) printf "]"; print "}" }'
	cat one
} | import zendesk | jq -r 'select(.type=="message").text' >out
is "a deep item is refused, the next is in" "$(cat out)" help

awk 'BEGIN { printf "{\"tickets\":["; pad = sprintf("%4000s", "")
	gsub(" ", "x", pad)
	for (i = 1; i <= 4300; i++)
		printf "%s{\"url\":\"https://a.zendesk.com\",\"id\":%d," \
		    "\"requester_id\":7,\"created_at\":" \
		    "\"2026-01-05T10:00:00Z\",\"description\":\"%s\"}",
		    (i > 1 ? "," : ""), i, pad
	printf "],\"users\":[{\"id\":7,\"role\":\"end-user\",\"email\":" \
	    "\"ann@alderstreet.example\"}],\"end_time\":1}\n" }' >large.json
import zendesk --stats large.json | jq -r '.customer' | sort | uniq -c >out
is "a page larger than an item may be is taken apart" \
    "$(awk '{ print $1, $2 }' out)" "4300 alder"

merge() {	# merge ID INTO
	printf '{"id":%s,"ticket_id":%s,"created_at":"2026-01-05T1%s:00:00Z",' \
	    "$1$2" "$2" "$1"
	printf '"author_id":1,"body":"m","public":false,"via":{"source":'
	printf '{"rel":"merge","from":{"ticket_id":%s}}}}\n' "$1"
}
{ merge 1 2; merge 2 3; merge 3 1; merge 4 4; merge 5 1; } |
    import zendesk --instance a >out
is "a ring of merges is broken" "$(jq -r 'select(.type=="merge").why' out)" \
    "1 was merged into 2
2 was merged into 3
5 was merged into 1"
is "and told" "$(grep -c 'merged into each other' err)" 1

awk 'BEGIN { printf "{\"url\":\"https://a.zendesk.com\",\"id\":1," \
	    "\"requester_id\":2,\"created_at\":\"2026-01-05T10:00:00Z\"," \
	    "\"comments\":[{\"id\":1,\"author_id\":2,\"created_at\":" \
	    "\"2026-01-05T10:00:00Z\",\"html_body\":\""
	for (i = 0; i < 200000; i++) printf "<div><table><ul>&lt;"
	print "\"}]}" }' >bomb.json
status "no room to put it aside: later" 75 env TMPDIR=/nonexistent \
    tai-ingest import --from zendesk large.json
ok "nested markup ends" timeout 20 tai-ingest import --from zendesk bomb.json

status "an unknown source is a mistake of usage" 64 \
    tai-ingest import --from nothing one
status "no source too" 64 tai-ingest import one
status "csv needs a map" 64 tai-ingest import --from csv one
echo '{"tickets":[{"url":"https://acme.zendesk.com/api/v2/tickets/5.json","id":5,"created_at":"2026-01-10T10:00:00Z","subject":"x","description":"y","requester_id":1}]}' >page
is "the tickets of a page tell whose it is" \
    "$(tai-ingest import --from zendesk page)" \
    "$(tai-ingest import --from zendesk --instance acme.zendesk.com page)"
status "an instance that nothing tells is asked for" 64 \
    tai-ingest import --from zendesk "$DATA"/zendesk/comments/101.json
status "another helpdesk's export is told" 65 \
    tai-ingest import --from zammad one
status "a word that the map lacks is told" 65 \
    tai-ingest import --from zendesk --instance a - <<'END'
{"id":1,"requester_id":1,"created_at":"2026-01-05T10:00:00Z","status":"mine"}
END
done_testing
