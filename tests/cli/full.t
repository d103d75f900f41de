#!/bin/sh
# A disk that is full: whatever a verb prints, that it could not is told in
# one line, and the exit status says that it may be tried again (75), or not.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1
if ! [ -c /dev/full ]; then
	skip "a full disk" "no /dev/full"
	done_testing
	exit
fi
export TAI_DB=full.db TAI_NOW=2026-01-15T13:00:00Z TAI_USER=ana
for n in 1 2; do
	printf '{"v":1,"type":"message","id":"M%s","ticket":"MMMMMMMMMMM%s",' $n $n
	printf '"at":"2026-01-15T12:00:00Z","channel":"email","role":"customer",'
	printf '"from":{"address":"ann@acme.example"},"direction":"in",'
	printf '"subject":"API key","text":"Our API key is refused."}\n'
done >two
tai-ingest records two >/dev/null
tai-triage --pending >/dev/null 2>&1

# operands TOOL VERB: what lets it say something
operands() {
	case "$1 $2" in
	"tai-desk assign") echo "1 ana@tai.example" ;;
	"tai-desk export" | "tai-desk forget") echo "ticket 1" ;;
	"tai-desk merge") echo "2 1" ;;
	"tai-desk note") echo "1 words" ;;
	"tai-desk search") echo "API" ;;
	"tai-desk set") echo "1 status=waiting" ;;
	"tai-desk reply") echo "1 -t thanks" ;;
	"tai-desk show" | "tai-triage explain" | "tai-sla explain") echo 1 ;;
	"tai-ingest records") echo "two" ;;
	"tai-kb search" | "tai-kb suggest") echo "sign in" ;;
	"tai-sla calendar") echo "windows always 2026-01-15 2026-01-16" ;;
	esac
}
printing=0
for tool in "$ROOT"/cmd/tai-*; do
	tool=${tool##*/}
	for verb in $("$tool" -h | sed -n "s/^.*$tool \([a-z-]*\).*/\1/p" |
	    grep -v '^-' | sort -u); do
		for db in one full; do
			rm -f $db.try*
			cp full.db $db.try
		done
		# shellcheck disable=SC2046
		"$tool" "$verb" $(operands "$tool" "$verb") -d one.try \
		    </dev/null >out 2>/dev/null
		[ -s out ] || continue
		printing=$((printing + 1))
		# shellcheck disable=SC2046
		"$tool" "$verb" $(operands "$tool" "$verb") -d full.try \
		    </dev/null >/dev/full 2>err
		like "$tool $verb: the status" $? '^7[45]$'
		is "and one line of it" "$(grep -c 'cannot write' err)" 1
	done
done
ok "many print something" [ $printing -ge 20 ]
done_testing
