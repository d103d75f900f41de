#!/bin/sh
# run.sh [SECONDS [NAME...]]: builds the fuzzers with the address and
# undefined-behaviour sanitizers and runs each for the seconds (60). One TAP
# line each; an input that fails stays in build/fuzz/crashes. SEED= changes
# the run.
ROOT=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
cd "$ROOT" || exit 1
seconds=${1:-60}
[ $# -eq 0 ] || shift
shared=${TAI_SHARED:-../shared}/data
crashes=build/fuzz/crashes
mkdir -p "$crashes" || exit 1

if [ $# -eq 0 ]; then
	for source in tests/fuzz/fuzz_*.c; do
		[ -e "$source" ] || continue
		name=${source##*/}
		set -- "$@" "${name%.c}"
	done
fi
echo "1..$#"

# Seeds by what the name says: our own, and the optional data where it is.
seeds() {
	echo "tests/data/${1#fuzz_}" "tests/fuzz/seeds/${1#fuzz_}"
	case $1 in
	*mail*)	echo tests/data/mail tests/data/auto "$shared/mail/mail-parser/eml" ;;
	*report*) echo tests/data/auto ;;
	*mbox*)	echo examples/company/mail "$shared/mail/list" ;;
	*rec* | *json*) echo examples/company "$shared/json-test-suite" ;;
	*template* | *mustache*) echo templates "$shared/mustache-spec" ;;
	*yaml* | *rule* | *polic* | *calendar* | *tree*) echo rules examples/company/rules ;;
	*csv*)	echo examples/company/rules ;;
	*html*)	echo templates "$shared/mail/mail-parser/eml/rfc" ;;
	esac
}

flags="-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all"
flags="$flags -fno-omit-frame-pointer -fsanitize-coverage=trace-pc"
cpus=$(getconf _NPROCESSORS_ONLN 2>/dev/null) || cpus=1
targets=
for name; do
	targets="$targets build/fuzz/tests/fuzz/$name"
done
# shellcheck disable=SC2086
make -s -k -j "$cpus" B=build/fuzz HARDEN= CFLAGS="$flags" $targets \
    >build/fuzz/build.log 2>&1 || grep -E 'error|\*\*\*' build/fuzz/build.log

# one NAME: its last line, or what went wrong, in build/fuzz/NAME.log
one() {
	given=
	for seed in $(seeds "$1"); do
		[ -e "$seed" ] && given="$given $seed"
	done
	# shellcheck disable=SC2086
	"build/fuzz/tests/fuzz/$1" -s "$seconds" -r "${SEED:-1}" \
	    -o "$crashes" $given >"build/fuzz/$1.log" 2>&1
	echo $? >"build/fuzz/$1.status"
}

# As many at once as there are processors: each takes the same time.
running=0
for name; do
	one "$name" &
	running=$((running + 1))
	[ $((running % cpus)) -ne 0 ] || wait
done
wait

number=0
failed=0
for name; do
	number=$((number + 1))
	log=build/fuzz/$name.log
	if [ "$(cat "build/fuzz/$name.status")" = 0 ]; then
		echo "ok $number - $(tail -n 1 "$log")"
	else
		echo "not ok $number - $name"
		failed=1
		tail -n 60 "$log" | sed 's/^/# /'
	fi
done
exit "$failed"
