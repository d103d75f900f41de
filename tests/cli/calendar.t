#!/bin/sh
# tai-sla calendar: sums, whether it is open, lists, and files that are wrong.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1
TAI_NOW=2026-03-09T12:00:00-07:00
export TAI_NOW

# given WORDS: of the calendars of c.yaml
given() {
	tai-sla calendar --calendars c.yaml "$@"
}

is "four hours over the weekend and the change of clocks" \
    "$(tai-sla calendar add standard 2026-03-06T23:30:00Z 4h)" \
    "2026-03-09T18:30:00Z	Mon 2026-03-09 11:30:00 PDT"
is "a business day back" \
    "$(tai-sla calendar subtract standard 2026-03-09T18:30:00Z 1bd)" \
    "2026-03-06T19:30:00Z	Fri 2026-03-06 11:30:00 PST"
is "what lies between" "$(tai-sla calendar between standard \
    2026-03-06T23:30:00Z 2026-03-09T18:30:00Z)" "14400	4h"
is "lines of two" "$(printf '%s\n' '2026-03-06T23:30:00Z 4h' \
    '2026-03-06T23:30:00Z 1bd' | tai-sla calendar add standard | cut -f 1)" \
    "2026-03-09T18:30:00Z
2026-03-09T22:30:00Z"
is "lines with blanks in their words" "$(printf '%s\n' \
    '2026-03-06 15:30:00 4h' '  2026-03-06 15:30   1h  30m  ' \
    '2026-03-06T15:30 -PT1H' 'monday 9am 2 business days' |
    tai-sla calendar add standard | cut -f 2)" \
    "Mon 2026-03-09 11:30:00 PDT
Fri 2026-03-06 17:00:00 PST
Fri 2026-03-06 14:30:00 PST
Tue 2026-03-10 17:00:00 PDT"
is "of two times, too" "$(printf '%s\n' 'today 9:00 tomorrow 9:00' \
    '9am 12pm' 'March 6, 2026 3:30 PM March 9, 2026 9:30 AM' |
    tai-sla calendar between standard | cut -f 2 | tr '\n' ' ')" "8h 3h 2h "
is "and of one" "$(echo 'monday 9am' | tai-sla calendar next standard - |
    cut -f 2 | tail -n 1)" "2026-03-10T00:00:00Z"
status "more words than that" 65 sh -c 'echo 2026-03-06 4h x |
    tai-sla calendar add standard'
status "one bad line of them" 65 sh -c 'printf "%s\n" "someday 4h" |
    tai-sla calendar add standard'
like "holidays, moved to where they are observed" \
    "$(tai-sla calendar show standard 2027)" \
    "^closed	2027-12-31 Fri	New Year's Day\$"
like "hours of a year" "$(tai-sla calendar show standard 2026)" \
    "^open in 2026	2000h\$"
status "no such calendar" 78 tai-sla calendar show lunar
status "no such sum" 64 tai-sla calendar multiply standard
status "no such time" 65 tai-sla calendar add standard someday 4h
status "behind the table" 65 tai-sla calendar add standard \
    2200-12-31T00:00:00Z 1000h


# -- both ways, and where a sum ends

is "backwards by a sign" "$(tai-sla calendar add standard \
    2026-03-09T10:00 -2h | cut -f 1)" 2026-03-07T00:00:00Z
is "which there are" "$(tai-sla calendar show --tsv | tail -n +2 |
    cut -f 1,3 | tr '\n\t' ',:')" \
    "standard:8h,extended:9h,extended-critical:9h,always:24h,"
is "two signs" "$(echo '2026-03-06T16:00 -2h' | tai-sla calendar subtract \
    standard | cut -f 1)" 2026-03-09T17:00:00Z
is "between, backwards" "$(tai-sla calendar between standard 2026-03-09 \
    2026-03-06)" "-28800	-8h"
is "ends as we close" "$(tai-sla calendar add standard 2026-03-06T09:00 8h |
    cut -f 2)" "Fri 2026-03-06 17:00:00 PST"
is "or goes on to the next opening" "$(tai-sla calendar add standard --roll \
    2026-03-06T09:00 8h | cut -f 2)" "Mon 2026-03-09 09:00:00 PDT"
is "backwards ends as we open" "$(tai-sla calendar subtract standard \
    2026-03-09T10:00 1h | cut -f 2)" "Mon 2026-03-09 09:00:00 PDT"
is "or goes to the close before" "$(tai-sla calendar subtract standard \
    --roll 2026-03-09T10:00 1h | cut -f 2)" "Fri 2026-03-06 17:00:00 PST"
is "nothing, rolled" "$(tai-sla calendar add standard --roll \
    2026-03-07T10:00 0h | cut -f 2)" "Mon 2026-03-09 09:00:00 PDT"
is "nothing, rolled back" "$(tai-sla calendar subtract standard --roll \
    2026-03-07T10:00 0h | cut -f 2)" "Fri 2026-03-06 17:00:00 PST"
is "nothing leaves a time alone" "$(tai-sla calendar add standard \
    2026-03-07T10:00 0h | cut -f 2)" "Sat 2026-03-07 10:00:00 PST"
is "days are counted, the hour stays" "$(tai-sla calendar add standard \
    2026-03-05T20:00 3d | cut -f 2)" "Tue 2026-03-10 20:00:00 PDT"
is "backwards too" "$(tai-sla calendar subtract standard 2026-05-26T10:00 1d |
    cut -f 2)" "Fri 2026-05-22 10:00:00 PDT"
is "days between" "$(tai-sla calendar between --days standard 2026-05-22 \
    2026-05-27)" 2
is "days between, backwards" "$(tai-sla calendar between --days standard \
    2026-05-27 2026-05-22)" -2
is "as JSON, with windows" "$(tai-sla calendar add standard --json -v \
    2026-03-06T15:30 4h | jq -c '[.start, .result, (.windows |
    map(.seconds))]')" \
    '["2026-03-06T23:30:00Z","2026-03-09T18:30:00Z",[5400,9000]]'
is "windows add up" "$(tai-sla calendar windows standard 2026-01-01 \
    2027-01-01 | jq -s 'map(.seconds) | add')" 7200000
is "days add up" "$(tai-sla calendar days standard 2026-01-01 2027-01-01 |
    jq -s -c '[length, (map(.seconds) | add), (map(select(.opens)) |
    length)]')" "[365,7200000,250]"

is "both dates, and days by that alone" "$(tai-sla calendar between \
    --count=both standard 2026-05-22 2026-05-27)" 3
status "no such end" 64 tai-sla calendar between --count=all standard \
    2026-05-22 2026-05-27
status "no such place to roll to" 64 tai-sla calendar add --roll=on standard \
    2026-05-22 1h

# -- is it open

status "open" 0 tai-sla calendar at standard 2026-03-09T09:00
status "a close is closed" 1 tai-sla calendar at standard 2026-03-09T17:00
is "now" "$(tai-sla calendar at standard --json | jq -r .until)" \
    2026-03-10T00:00:00Z
is "why not" "$(tai-sla calendar at standard --json 2026-05-25T12:00 |
    jq -r '.state + " " + .why + " " + .until')" \
    "closed Memorial Day 2026-05-26T16:00:00Z"
is "the next opening while open" "$(tai-sla calendar next standard \
    2026-03-09T09:00 --json | jq -r '.opens + " " + .closes')" \
    "2026-03-10T16:00:00Z 2026-03-10T00:00:00Z"
is "the last ones" "$(tai-sla calendar previous standard 2026-03-09T09:00 \
    --json | jq -r '.opened + " " + .closed')" \
    "2026-03-06T17:00:00Z 2026-03-07T01:00:00Z"
is "lines of times" "$(printf '2026-03-09T09:00\n2026-03-09 17:00\t\n' |
    tai-sla calendar at standard - | grep state)" "state	open
state	closed"
is "always is never anything else" "$(tai-sla calendar next always)" ""

# -- files

cat >c.yaml <<'END'
zone: Europe/London
calendars:
  x:
    open:
      - {until: 2026-06-30, mon-fri: 09:00-17:00}
      - {from: 2026-07-01, mon-fri: 08:00-18:00, sat: 10:00-12:00}
    dates:
      2026-06-29: closed 12:00-13:00, 15:00-16:00
      12-24: 09:00-12:00
      12-25..01-01: closed, year's end
      2026-12-28: 10:00-11:00
      orthodox easter + 1: closed, Pascha
  y:
    open: 24/7
END
is "a change of hours leaves the past" "$(given between x 2026-06-24 \
    2026-06-26)" "57600	16h"
is "and makes the days after it longer" "$(given between x 2026-07-01 \
    2026-07-03)" "72000	20h"
is "a business day is of its time" "$(printf '%s\n' '2026-06-24T09:00 1bd' \
    '2026-07-01T08:00 1bd' | given add x | cut -f 2)" \
"Wed 2026-06-24 17:00:00 BST
Wed 2026-07-01 18:00:00 BST"
mkdir own
{
	cat "$ROOT/rules/calendars.yaml"
	printf '%s\n' '  moved:' '    open:' \
	    '      - {until: 2026-03-08, mon-fri: 09:00-17:00}' \
	    '      - {from: 2026-03-09, mon-fri: 08:00-18:00}'
} >own/calendars.yaml
sed 's/calendar: standard/calendar: moved/' "$ROOT/rules/sla.yaml" \
    >own/sla.yaml
for day in 02 16; do
	printf '{"v":1,"type":"message","id":"M1","at":"2026-03-%sT20:00:00Z"' \
	    $day
	printf ',"ticket":"AAAAAAAAAAAA","customer":"x","channel":"email",'
	printf '"direction":"in","from":{"address":"a@b.example"},"role":'
	printf '"customer","subject":"x","text":"x","auto":"none"}\n'
done >m.jsonl
is "a target in days, too" "$(for n in 1 2; do
	sed -n ${n}p m.jsonl | tai-sla clock --only -r "own:$ROOT/rules" \
	    --now 2026-03-20T00:00:00Z | jq -r 'select(.clock == "response") |
	    .target_s'
done)" "57600
72000"
is "closed for an hour" "$(given windows x 2026-06-29 2026-06-30 |
    jq -r '.from' | tr '\n' ' ')" "2026-06-29T08:00:00Z \
2026-06-29T12:00:00Z 2026-06-29T15:00:00Z "
is "every year" "$(given windows x 2026-12-24 2027-01-04 --tsv |
    tail -n +2 | cut -f 1)" \
"Thu 2026-12-24 09:00:00 GMT
Mon 2026-12-28 10:00:00 GMT
Sat 2027-01-02 10:00:00 GMT"
is "orthodox Easter" "$(given at x 2026-04-13T10:00 | tail -n 1)" "why	Pascha"
status "always, by another name" 0 given at y 1903-01-01
cat >c.yaml <<'END'
calendars:
  x:
    open:
      - {until: 2026-06-30, mon-fri: 09:00-17:00}
      - {from: 2026-06-30, mon-fri: 08:00-18:00}
END
is "hours that overlap" "$(given show x 2>&1; echo $?)" "tai-sla: c.yaml:5: \
hours overlap with those before, or are not in order: say from and until
78"
sed -i 's/from: 2026-06-30/from: 2026-06-31/' c.yaml
is "hours from a day that is none" "$(given show x 2>&1; echo $?)" "tai-sla: \
c.yaml:5: from and until are dates such as 2026-12-24
78"

# -- holidays of an iCalendar file

mkdir feed
ics() {
	printf 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\n'
	for event; do
		printf 'BEGIN:VEVENT\r\n%b\r\nEND:VEVENT\r\n' "$event"
	done
	printf 'END:VCALENDAR\r\n'
}
cat >feed/c.yaml <<'END'
zone: Europe/Berlin
holidays:
  feed: {file: h.ics}
  all: {file: h.ics, transparent: closed}
  bank: {file: h.ics, transparent: closed, only: [bank], except: [shrove]}
calendars:
  x: {open: {mon-fri: 09:00-17:00}, holidays: feed}
  y: {open: {mon-fri: 09:00-17:00}, holidays: all}
  z: {open: {mon-fri: 09:00-17:00}, holidays: bank}
END
ics 'DTSTART;VALUE=DATE:20200501\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Labour Day' \
    'DTSTART:20260504T100000\r\nDURATION:PT2H\r\nSUMMARY:All hands' \
    'DTSTART:20260216\r\nSUMMARY:Shrove Monday\r\nTRANSP:TRANSPARENT' \
    'DTSTART:20260217\r\nCATEGORIES:Bank\r\nTRANSP:TRANSPARENT' >feed/h.ics
given() {
	tai-sla calendar --calendars feed/c.yaml "$@"
}
is "a day of each year is closed" "$(given at x 2026-05-01T10:00 | tail -n 1)" \
    "why	Labour Day"
is "a time is closed for that time" "$(given windows x 2026-05-04 2026-05-05 |
    jq -r .seconds | tr '\n' ' ')" "3600 18000 "
is "and says why" "$(given at x 2026-05-04T11:00 | tail -n 1)" "why	All hands"
status "what is transparent is not" 0 given at x 2026-02-16T10:00
status "unless it is to be" 1 given at y 2026-02-16T10:00
is "some of them only" "$(given show z 2026 | grep -c closed)" 1
ics 'DTSTART:20260216\r\nTRANSP:TRANSPARENT' >feed/h.ics
is "a feed that would close nothing" "$(given at x 2>&1; echo $?)" "tai-sla: \
feed/c.yaml:3: all events of 'feed/h.ics' are transparent, which closes nothing: \
say transparent: closed
78"
ics 'DTSTART:20260230' >feed/h.ics
is "a wrong feed, by its line" "$(given at x 2>&1; echo $?)" "tai-sla: feed/h.ics:4: \
'20260230' is no date or time
78"
rm feed/h.ics
is "no feed" "$(given at x 2>&1; echo $?)" "tai-sla: feed/c.yaml:3: cannot open \
'feed/h.ics': No such file or directory
78"

# -- edges

while IFS='	' read -r name asked want; do
	case $name in
	\#* | name) continue ;;
	esac
	# shellcheck disable=SC2086
	is "$name" "$(tai-sla calendar $asked --calendars \
	    "$ROOT/tests/data/calendar/calendars.yaml" | cut -f 1)" "$want"
done <"$ROOT/tests/data/calendar/edges.tsv"
is "each line has its answer, a refused one an empty one" "$(printf '%s\n' \
    '2026-06-01T09:00 1h' rubbish '2026-06-01T09:00 2h' |
    tai-sla calendar add standard 2>/dev/null | cut -f 1)" \
    "2026-06-01T17:00:00Z

2026-06-01T18:00:00Z"
cat >night.yaml <<'YAML'
zone: Asia/Kolkata
holidays: {here: {observed: as it falls, days: {Holi: 2026-03-04}}}
calendars:
  night: {open: {mon-fri: '22:00-06:15'}, holidays: here}
YAML
is "a night that ends on a holiday hides it not" \
    "$(tai-sla calendar at night '2026-03-04 23:00' --calendars night.yaml |
    sed -n 's/^why.//p') $(tai-sla calendar days night 2026-03-04 2026-03-05 \
    --calendars night.yaml | jq -r .why)" "Holi Holi"
is "a zone that is none is named" "$(tai-sla calendar add standard \
    '2026-03-02 09:00 CEST' 1h 2>&1)" \
    "tai-sla: '2026-03-02 09:00 CEST': 'CEST' is no zone such as Europe/Berlin"
{ printf '\357\273\277'; cat "$ROOT/rules/calendars.yaml"; } >mark.yaml
is "a file may begin with a byte order mark" \
    "$(tai-sla calendar add standard 2026-06-01T09:00 1h \
    --calendars mark.yaml | cut -f 1)" 2026-06-01T17:00:00Z
done_testing
