#!/bin/sh
# Calendars against what other implementations' test suites and manuals try.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1
TAI_NOW=2026-03-09T12:00:00-07:00
export TAI_NOW
DATA=$ROOT/tests/data/calendar

# answer VERB ...: in one word or two; nothing when it is refused
answer() {
	case $1 in
	at) tai-sla calendar "$@" | sed -n 's/^state	//p' ;;
	next) tai-sla calendar "$@" | cut -f 2 | tr '\n' ' ' | sed 's/ $//' ;;
	*) tai-sla calendar "$@" | cut -f 1 ;;
	esac
}

while IFS='	' read -r name asked want; do
	case $name in
	\#* | name) continue ;;
	esac
	is "$name" "$(eval "answer $asked" \
	    --calendars "$DATA/suites.yaml" 2>err)" "$want"
	[ -n "$want" ] || is "$name: refused in a line" \
	    "$(wc -l <err | tr -d ' ')" 1
done <"$DATA/suites.tsv"

while IFS='	' read -r name year want; do
	case $name in
	\#* | calendar) continue ;;
	esac
	is "holidays of $name in $year" "$(tai-sla calendar show "$name" \
	    "$year" --calendars "$DATA/holidays.yaml" |
	    sed -n 's/^closed	[0-9]*-\([0-9-]*\) .*/\1/p' | sort -u |
	    paste -sd ' ' -)" "$want"
done <"$DATA/holidays.tsv"
done_testing
