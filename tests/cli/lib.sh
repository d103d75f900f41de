# TAP for tests of the command line; sourced first by every .t here and in
# tests/fault:
#
#	. "$(dirname "$0")/lib.sh"
#
# Gives $ROOT, $BIN (on the PATH) and $TMP (a fresh folder, gone at the end),
# and pins what a result could depend on. A command that should fail or print
# is put in a function and named.

# shellcheck shell=sh disable=SC2034
ROOT=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
BIN=${TAI_BIN:-$ROOT/build/bin}
SHARED=${TAI_SHARED:-$ROOT/../shared}
TMP=$(mktemp -d "${TMPDIR:-/tmp}/tai-test.XXXXXX") || exit 1
PATH=$BIN:$PATH
TZ=UTC
LC_ALL=C.UTF-8
TAI_RULES=$ROOT/rules
TAI_ROOT=$ROOT
export PATH TZ LC_ALL TAI_RULES TAI_ROOT
unset TAI_DB TAI_NOW NO_COLOR COLUMNS

tests_run=0
tests_failed=0
tests_done=false

finish() {
	finish_status=$?
	rm -rf "$TMP"
	if ! $tests_done; then
		echo "# ended before done_testing (status $finish_status)"
		exit 1
	fi
	[ "$tests_failed" = 0 ] || exit 1
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

pass() {
	tests_run=$((tests_run + 1))
	echo "ok $tests_run - $1"
}

fail() {
	tests_run=$((tests_run + 1))
	tests_failed=$((tests_failed + 1))
	echo "not ok $tests_run - $1"
}

# diag FILE: the first lines of it as a comment
diag() {
	head -n 20 "$1" | cut -c 1-160 | sed 's/^/#   /'
}

# ok NAME COMMAND...: succeeds
ok() {
	ok_name=$1
	shift
	if "$@" >"$TMP/.out" 2>&1; then
		pass "$ok_name"
	else
		fail "$ok_name"
		echo "#   $*"
		diag "$TMP/.out"
	fi
}

# is NAME GOT WANT: the same text
is() {
	if [ "$2" = "$3" ]; then
		pass "$1"
		return
	fi
	fail "$1"
	printf '%s\n' "$2" >"$TMP/.got"
	printf '%s\n' "$3" >"$TMP/.want"
	echo "# want -, got +"
	diff -u "$TMP/.want" "$TMP/.got" | tail -n +3 >"$TMP/.out"
	diag "$TMP/.out"
}

# like NAME GOT ERE: a line of it matches
like() {
	if printf '%s\n' "$2" | grep -Eq -e "$3"; then
		pass "$1"
		return
	fi
	fail "$1"
	echo "# nothing matches $3 in"
	printf '%s\n' "$2" >"$TMP/.out"
	diag "$TMP/.out"
}

# same NAME FILE FILE: byte for byte, and not empty
same() {
	if cmp -s "$2" "$3" && [ -s "$2" ]; then
		pass "$1"
		return
	fi
	fail "$1"
	echo "# $(wc -c <"$2") and $(wc -c <"$3") bytes"
	diff -u "$2" "$3" >"$TMP/.out"
	diag "$TMP/.out"
}

# status NAME WANT COMMAND...: the exit status
status() {
	status_name=$1
	status_want=$2
	shift 2
	"$@" >"$TMP/.out" 2>&1
	status_got=$?
	if [ "$status_got" = "$status_want" ]; then
		pass "$status_name"
	else
		fail "$status_name"
		echo "#   $*"
		echo "#   want $status_want, got $status_got"
		diag "$TMP/.out"
	fi
}

# skip NAME WHY
skip() {
	tests_run=$((tests_run + 1))
	echo "ok $tests_run - $1 # skip $2"
}

done_testing() {
	tests_done=true
	echo "1..$tests_run"
	[ "$tests_run" -gt 0 ] || tests_failed=1
}
