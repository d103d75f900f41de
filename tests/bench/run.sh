#!/bin/sh
# make bench [ROWS=WORDS]: what the project does beside what else could do it,
# both measured in this run, in turn, the best of three; only the rows about
# the words, if there are any. Only the ratios mean anything; no time makes it
# fail, and a row whose peer is missing says so. BENCH_MAILS, BENCH_TICKETS and
# BENCH_DAYS (of probes, 26,000 each) are the sizes; what is generated for them
# is kept in build/.
only=$*
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
here=$ROOT/tests/bench out=$ROOT/build/bench
mails=${BENCH_MAILS:-20000} tickets=${BENCH_TICKETS:-1000000}
days=${BENCH_DAYS:-365}
few=$((mails / 10))
mail=$out/mail-$mails some=$out/mail-$few
probes=$out/probes-$days
big=$out/store-$tickets.db small=$out/store-10000.db
PATH=$out:$ROOT/build/bin:$PATH
LC_ALL=C.UTF-8 TZ=UTC TAI_RULES=$ROOT/rules
export PATH LC_ALL TZ TAI_RULES
unset TAI_DB TAI_NOW
cd "$ROOT" || exit 1
. "$ROOT/tests/install.sh"
need bench
mkdir -p "$out"
python=$(command -v /usr/bin/python3 || command -v python3)

# Measurements print one figure, or nothing where they cannot be made.

# rate N COMMAND...: N of them a second
rate() {
	n=$1
	shift
	begun=$(date +%s%N)
	"$@" >/dev/null 2>&1 || return
	echo $((n * 1000000000 / ($(date +%s%N) - begun)))
}

# ms N COMMAND...: milliseconds of one of N runs; status 1 means findings
ms() {
	n=$1 i=0
	shift
	begun=$(date +%s%N)
	while [ $((i += 1)) -le "$n" ]; do
		"$@" >/dev/null 2>&1
		[ $? -le 1 ] || return
	done
	echo "$(date +%s%N) $begun $n" |
	    awk '{ printf "%.3f\n", ($1 - $2) / 1e6 / $3 }'
}

# peak COMMAND...: megabytes
peak() {
	[ -n "$python" ] && "$python" "$here/peak.py" "$@" 2>/dev/null |
	    awk '{ printf "%.1f\n", $1 / 1024 }'
}

title() {
	printf '%-45s %9s  %-32s %9s %8s  %s\n' "$@"
}

# row UNIT WORK OURS PEER THEIRS GOAL: OURS and THEIRS are measurements; "the
# same" and "its" go with the row before
row() {
	case $2 in
	'the same'* | its*) ;;
	*) about=$2 ;;
	esac
	case $about in
	*"$only"*) ;;
	*) return ;;
	esac
	a='' b=''
	for _ in 1 2 3; do
		a="$a $($3)" b="$b $($5)"
	done
	echo "$1|$2|$a|$4|$b|$6" | awk -F '|' '
		function best(list, n, i, x, figure) {
			n = split(list, figure, " ")
			x = figure[1]
			for (i = 2; i <= n; i++)
				if (least == (figure[i] + 0 < x + 0))
					x = figure[i]
			return x
		}
		function human(x) {
			return x >= 1e6 ? sprintf("%.1f M", x / 1e6) : \
			    x >= 1e4 ? sprintf("%.0f K", x / 1e3) : \
			    x >= 1e3 ? sprintf("%.1f K", x / 1e3) : \
			    sprintf(x >= 100 ? "%.0f " : "%.1f ", x)
		}
		function line(ours, theirs, ratio, goal) {
			printf "%-45s %9s  %-32s %9s %8s  %s\n",
			    $2, ours, $4, theirs, ratio, goal
		}
		{
			least = $6 ~ /<=/
			a = best($3)
			b = best($5)
			if (a == "" || b == "") {
				line(a == "" ? "-" : human(a) $1,
				    b == "" ? "-" : human(b) $1, "",
				    "skipped: " (a == "" ? "ours" : "peer") \
				    " is missing")
				next
			}
			split($6, goal, " ")
			met = least ? a / b <= goal[2] : a / b >= goal[2]
			line(human(a) $1, human(b) $1, sprintf("%.2f", a / b),
			    $6 (goal[2] == "" || met ? "" : "  short"))
		}'
}

compile() {
	packages="yaml-0.1 sqlite3 libpcre2-8 jansson nettle gmime-3.0
	    libidn2 libarchive"
	for source in "$here"/bench_*.c "$here"/gen_*.c "$here"/peer_*.c; do
		program=$out/$(basename "$source" .c)
		${CC:-cc} -O2 -g -std=c11 -D_GNU_SOURCE -I"$ROOT/lib" \
		    -o "$program" "$source" "$here/made.c" \
		    "$ROOT/build/libtai.a" \
		    $(pkg-config --cflags --libs $packages) -lm || exit 1
	done
}

# kept FILE COMMAND...: makes what is not there yet
kept() {
	[ -e "$1" ] || {
		echo "making $1" >&2
		name=$1
		shift
		rm -rf "$out/new" "$out"/new-*
		"$@" && mv "$out/new" "$name"
	}
}

as_mbox() {
	find "$1/cur" -type f | sort | xargs awk '
		FNR == 1 && NR > 1 { print "" }
		FNR == 1 { print "From a@b.example Thu Jan  1 00:00:00 2026" }
		{ sub(/^From /, ">From "); print }
		END { print "" }' >"$out/new"
}

# Messages of customers, a kilobyte each, nothing quoted.
as_messages() {
	tai-ingest maildir "$mail" | jq -c 'select(.role == "customer") |
	    .text |= .[:600] | .quoted = []' >"$out/new"
}

# A hundred customers, and probes every 10 s from three regions.
as_probes() {
	gen_probes "$out/new" 100 "$1" && rm -rf "$out/probes.rules" &&
	    mv "$out/new.rules" "$out/probes.rules"
}

corpora() {
	kept "$mail" "$python" "$here/gen_mail.py" "$mails" "$out/new"
	kept "$some" "$python" "$here/gen_mail.py" "$few" "$out/new"
	kept "$mail.mbox" as_mbox "$mail"
	kept "$some.mbox" as_mbox "$some"
	kept "$mail.ndjson" as_messages
	# Stores of an older schema are no use.
	find "$out" -name 'store-*' ! -newer lib/store/schema.c -delete
	kept "$small" gen_store "$out/new" 10000 1000
	kept "$big" gen_store "$out/new" "$tickets" 1000
	kept "$probes" as_probes "$days"
	kept "$probes-tenth" as_probes $((days / 10))
	messages=$(wc -l <"$mail.ndjson")
	head -n 1 "$mail.ndjson" >"$out/one.ndjson"
	head -n "$few" "$mail.ndjson" >"$some.ndjson"
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		cat "$mail.ndjson"
	done >"$out/many.ndjson"
}

ingest() {
	rate "$mails" "$@" tai-ingest maildir "$mail"
}
gmime() {
	rate "$mails" "$@" peer_gmime "$mail"
}
store() {
	rm -f "$out"/fresh.db*
	rate "$mails" tai-ingest maildir -d "$out/fresh.db" "$mail"
}
notmuch_new() {
	rm -rf "$some/.notmuch"
	printf '[database]\npath=%s\n[new]\ntags=inbox\n' "$some" \
	    >"$out/notmuch.conf"
	rate "$few" notmuch --config="$out/notmuch.conf" new
}
peak_store() {
	rm -f "$out"/fresh.db*
	peak tai-ingest maildir -d "$out/fresh.db" "$1"
}
# piped FILE COMMAND...: reads a pipe, not the file
piped() {
	file=$1
	shift
	dd if="$out/$file" bs=64k 2>/dev/null | "$@"
}
triage() {
	bench_triage "$1" "$some.ndjson" rules/triage/*.yaml | cut -d ' ' -f 1
}
made() {
	bench_triage made "$1" "$some.ndjson" | cut -d ' ' -f 1
}
# Every pattern in a grep of its own, as a shell script would.
greps() {
	bench_triage texts "$some.ndjson" >"$out/texts"
	bench_triage patterns "$some.ndjson" rules/triage/*.yaml \
	    >"$out/patterns"
	begun=$(date +%s%N)
	while read -r pattern; do
		grep -iPc -e "$pattern" "$out/texts" >/dev/null
		[ $? -le 1 ] || return
	done <"$out/patterns"
	echo $(($(wc -l <"$out/texts") * 1000000000 /
	    ($(date +%s%N) - begun)))
}
window() {
	rate $((tickets / 10)) sqlite3 -init /dev/null "$big" \
	    ".read $here/peer_sla.sql"
}
due() {
	ms 3 tai-sla due --json --now 2026-12-31T00:00:00Z -d "$1"
}
business() {
	bench_calendar rules/calendars.yaml | cut -d ' ' -f "$1"
}
recurring() {
	[ -e "$out/recurring.ics" ] ||
	    "$python" "$here/peer_ical.py" make "$out/recurring.ics"
	"$@" "$out/recurring.ics" | cut -d ' ' -f 1
}
events() {
	rm -f "$out"/fresh.db*
	bench_load "$out/fresh.db" 200000 "$@"
}
writers() {
	rm -f "$out"/fresh.db*
	bench_writers "$out/fresh.db" 8 4 >"$out/writers" &&
	    cut -d ' ' -f 1 "$out/writers"
}
mean() {
	[ -s "$out/writers" ] && cut -d ' ' -f 2 "$out/writers"
}

uptime() {
	tai-sla uptime --json --month 2026-01..2026-12 --service api \
	    --now 2027-01-02T00:00:00Z -r "$out/probes.rules:$ROOT/rules" "$1"
}
probed() {
	rate "$(wc -l <"$1")" uptime "$1"
}
probed_python() {
	rate "$(wc -l <"$1")" "$python" "$here/peer_uptime.py" "$1"
}
peak_uptime() {
	peak tai-sla uptime --json --month 2026-01..2026-12 --service api \
	    --now 2027-01-02T00:00:00Z -r "$out/probes.rules:$ROOT/rules" "$1"
}

compile
corpora
title work ours peer "peer's" ratio goal
row /s "$mails mails to records, two cores" ingest \
    "bare GMime, one" gmime '>= 1.4'
row /s "the same on one core" 'ingest taskset -c 0' \
    "bare GMime, the same" 'gmime taskset -c 0' '>= 0.8'
row /s "the same, two cores" ingest \
    "notmuch new, $few mails" notmuch_new '>= 40'
row /s "$mails mails to a store with full text" store \
    "notmuch new, $few mails" notmuch_new '>= 25'
row MB "its memory, all processes" "peak_store $mail" \
    "100 MB" 'echo 100' '<= 1'
row /s 'a field added to records, over a pipe' \
    "rate $((messages * 10)) piped many.ndjson bench_filter" \
    'jq -c .x=1' \
    "rate $messages piped mail-$mails.ndjson jq -c .x=1" '>= 40'
row /s 'triage, records in and out' \
    "rate $((messages * 10)) tai-triage --only $out/many.ndjson" \
    'PCRE2, one pattern at a time' 'triage each' '>= 15'
row /s 'triage, the matching alone' 'triage match' \
    'PCRE2, one pattern at a time' 'triage each' '>= 20'
row /s 'the same' 'triage match' 'grep -P, a pattern at a time' greps '>= 20'
row /s 'the same with 600 rules' 'made 600' 'with 150' 'made 150' '>= 0.5'
row ms 'triage of one ticket, with its start' \
    "ms 200 tai-triage --only $out/one.ndjson" /bin/true \
    'ms 200 /bin/true' '<= 20'
row /s "clocks of $tickets tickets in the store" \
    "rate $tickets bench_sla $big rules" 'SQL window functions, a tenth' \
    window '>= 12'
row /s 'the same' "rate $tickets bench_sla $big rules" \
    'Python over the rows, a tenth' "rate $((tickets / 10)) $python \
    $here/peer_sla.py $big $((tickets / 10))" '>= 4'
row /s 'the same' "rate $tickets bench_sla $big rules" \
    'bare stream of the events' "rate $tickets bench_sla $big" '>= 0.5'
row /s 'the same, printed as records' \
    "rate $tickets tai-sla clock --pending --only -d $big" \
    'bare stream of the events' "rate $tickets bench_sla $big" ''
row ms "what is due, 1000 of $tickets open" "due $big" \
    '1000 of 10000 open' "due $small" '<= 3'
row /s 'business time added' 'business 1' 'numpy.searchsorted, two' \
    "$python $here/peer_numpy.py" '>= 8'
row /s 'the same' 'business 1' 'a walk day by day' 'business 2' ''
row /s 'instances of iCalendar events followed' 'recurring bench_ical' \
    'python-dateutil' "recurring $python $here/peer_ical.py" '>= 8'
row /s 'status records appended' events \
    'bare INSERTs of the same rows' 'events bare' '>= 0.8'
row '' '8 writers at once, turns of the unluckiest' writers \
    'of the average' mean '>= 0.7'
row MB "memory of tai-ingest mbox, $mails mails" \
    "peak tai-ingest mbox $mail.mbox" "$few mails" \
    "peak tai-ingest mbox $some.mbox" '<= 1.1'
row MB "memory of tai-triage, $((messages * 10)) messages" \
    "peak tai-triage $out/many.ndjson" "$messages messages" \
    "peak tai-triage $mail.ndjson" '<= 1.1'
row /s "uptime of 100 customers, $days days of probes" "probed $probes" \
    "Python, json, a tenth" "probed_python $probes-tenth" '>= 10'
row MB "its memory" "peak_uptime $probes" "a tenth of the days" \
    "peak_uptime $probes-tenth" '<= 2'
rm -rf "$out"/fresh.db* "$some/.notmuch"
