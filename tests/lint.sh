#!/bin/sh
# Checks that are slower or stricter than the tests: format, static analysis,
# shell, manual pages, layers. Prints what it finds; fails if it found any.
ROOT=$(cd "$(dirname "$0")/.." && pwd) || exit 1
cd "$ROOT" || exit 1
. tests/install.sh
need build test lint || exit 1

bad=0
step() {
	printf '%s\n' "-- $1" >&2
	shift
	"$@" || bad=1
}

sources=$(find lib cmd tests -name '*.c' | sort)
flags="-std=c11 -D_GNU_SOURCE -Ilib -Icmd -Itests/unit"
flags="$flags $(pkg-config --cflags yaml-0.1 sqlite3 libpcre2-8 jansson \
    libsodium gmime-3.0)"

tidy() {
	# shellcheck disable=SC2086
	printf '%s\n' $sources | xargs -P "$(getconf _NPROCESSORS_ONLN)" -n 8 \
	    sh -c 'flags=$1; shift; clang-tidy --quiet --warnings-as-errors="*" \
	    --checks="-*,clang-analyzer-*,bugprone-*,cert-err34-c,\
-bugprone-easily-swappable-parameters,-bugprone-narrowing-conversions,\
-bugprone-reserved-identifier,-bugprone-assignment-in-if-condition,\
-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling" \
	    "$@" -- $flags 2>/dev/null' sh "$flags"
}

layers() {
	sh tests/cli/layers.t | grep -v '^ok' | grep -v '^1\.\.'
	sh tests/cli/layers.t >/dev/null
}

# shellcheck disable=SC2086
step clang-format clang-format --dry-run -Werror $sources
step clang-tidy tidy
# shellcheck disable=SC2086
step cppcheck cppcheck -q --std=c11 -D_GNU_SOURCE -Ilib -Icmd \
    --enable=warning,performance,portability --inline-suppr \
    --suppress=missingIncludeSystem --suppress='*:/usr/*' \
    --error-exitcode=1 $sources
step shellcheck shellcheck -x -P tests/cli -P . -e SC1091,SC2034 \
    tests/*.sh tests/*/*.sh tests/*/*.t examples/*.sh
step mandoc mandoc -T lint -W style man/*.[1-8]
step layers layers
exit "$bad"
