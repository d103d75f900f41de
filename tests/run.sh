#!/bin/sh
# Installs what is missing, builds, and runs every test: unit, command line,
# faults, and each fuzzer for FUZZ_SECONDS. The last line counts them all.
ROOT=$(cd "$(dirname "$0")/.." && pwd) || exit 1
cd "$ROOT" || exit 1
TAI_ROOT=$ROOT
LC_ALL=C.UTF-8
export TAI_ROOT LC_ALL
unset MAKEFLAGS MAKELEVEL MFLAGS

. tests/install.sh
need build run test || exit 1
if [ "${CI:-}" = true ]; then
	need servers || echo "tests with real servers will fail" >&2
fi

passed=0
failed=0
skipped=0
logs=build/tests/logs
mkdir -p "$logs" || exit 1

# stop WHY: nothing could be run
stop() {
	echo "$1" >&2
	failed=$((failed + 1))
	echo "$passed passed, $failed failed"
	exit 1
}

# count LOG STATUS: adds its TAP lines up. A program that ended badly without
# a failed test of its own is one failure.
count() {
	set -- "$2" $(awk '
		/^ok [0-9].*# *[Ss][Kk][Ii][Pp]/ || /^# skip / { skip++; next }
		/^ok [0-9]/ { ok++ }
		/^not ok [0-9]/ { not++ }
		END { print ok + 0, not + 0, skip + 0 }' "$1")
	[ "$1" = 0 ] || [ "$3" -gt 0 ] || set -- "$1" "$2" 1 "$4"
	passed=$((passed + $2))
	failed=$((failed + $3))
	skipped=$((skipped + $4))
	printf '%-6s %s passed, %s failed, %s skipped\n' "$name" "$2" "$3" "$4"
}

# prove_all NAME INTERPRETER FILE...: shows what failed
prove_all() {
	name=$1
	interpreter=$2
	shift 2
	[ -e "$1" ] || return
	prove --nocolor -v -e "$interpreter" "$@" >"$logs/$name.log" 2>&1 \
	    </dev/null
	status=$?
	[ "$status" = 0 ] || awk '
		/^(build|tests)\/.* \.\.+/ { file = $1 }
		/^not ok/ { print file ": " $0; show = 1; next }
		/^ok/ { show = 0 }
		show && /^#/
		/^(Dubious|Parse errors)/ { print file ": " $0 }
		' "$logs/$name.log"
	count "$logs/$name.log" "$status"
}

cpus=$(getconf _NPROCESSORS_ONLN 2>/dev/null) || cpus=1
units=
for source in tests/unit/test_*.c; do
	unit=${source%.c}
	[ -e "$source" ] && units="$units build/$unit"
done
# shellcheck disable=SC2086
make -s -k -j "$cpus" all $units >"$logs/build.log" 2>&1 || {
	grep -E 'error|Error|\*\*\*' "$logs/build.log" | head -n 40
	stop "the build failed; all of it is in $logs/build.log"
}

# shellcheck disable=SC2086
prove_all unit '' $units
prove_all cli sh tests/cli/*.t
prove_all fault sh tests/fault/*.t

set -- tests/fuzz/fuzz_*.c
if [ -e "$1" ]; then
	seconds=3
	if [ "${CI:-}" = true ]; then
		seconds=20
	fi
	name=fuzz
	sh tests/fuzz/run.sh "${FUZZ_SECONDS:-$seconds}" >"$logs/fuzz.log" 2>&1
	status=$?
	[ "$status" = 0 ] || grep -v '^ok' "$logs/fuzz.log" | head -n 100
	count "$logs/fuzz.log" "$status"
fi

[ "$passed" -gt 0 ] || stop "no test ran"
if [ "$skipped" -gt 0 ]; then
	echo "$passed passed, $failed failed, $skipped skipped"
else
	echo "$passed passed, $failed failed"
fi
[ "$failed" = 0 ]
