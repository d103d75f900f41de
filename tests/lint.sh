#!/bin/sh
# Checks that are slower or stricter than the tests: style, static analysis,
# shell, layers. Prints what it finds; fails if it found any. What
# clang-format would do differently is told only: it breaks tables.
# shellcheck disable=SC2016,SC2086,SC2317
ROOT=$(cd "$(dirname "$0")/.." && pwd) || exit 1
cd "$ROOT" || exit 1
. tests/install.sh
need build test lint || exit 1

sources=$(find lib cmd tests -name '*.c' | sort)
headers=$(find lib cmd tests -name '*.h' | sort)
flags="-std=c11 -D_GNU_SOURCE -Ilib -Icmd -Itests/unit"
flags="$flags $(pkg-config --cflags yaml-0.1 sqlite3 libpcre2-8 jansson \
    nettle gmime-3.0 libarchive)"
cpus=$(getconf _NPROCESSORS_ONLN 2>/dev/null) || cpus=1

checks="-*,clang-analyzer-*,bugprone-*,cert-err34-c"
checks="$checks,-bugprone-easily-swappable-parameters"
checks="$checks,-bugprone-narrowing-conversions"
checks="$checks,-bugprone-reserved-identifier"
checks="$checks,-bugprone-assignment-in-if-condition"
checks="$checks,-bugprone-implicit-widening-of-multiplication-result"
checks="$checks,-clang-analyzer-security.insecureAPI.*"
checks="$checks,-clang-analyzer-valist.Uninitialized"
# Lists of pointers are sized so on purpose; numbers are checked by hand.
checks="$checks,-bugprone-sizeof-expression,-cert-err34-c"
# uthash's macros, and values that are set whenever 1 is returned.
checks="$checks,-clang-analyzer-core.uninitialized.Assign"
checks="$checks,-clang-analyzer-core.UndefinedBinaryOperatorResult"
checks="$checks,-bugprone-not-null-terminated-result"

bad=0
step() {
	echo "-- $1" >&2
	shift
	"$@" || bad=1
}

# Tabs of 8, 80 columns, nothing behind a line.
columns() {
	LC_ALL=C.UTF-8 awk '
		/[ \t]$/ { print FILENAME ":" FNR ": blanks at the end"; n++ }
		/^        / { print FILENAME ":" FNR ": blanks for a tab"; n++ }
		{
			for (len = i = 0; i < length($0); i++) {
				c = substr($0, i + 1, 1)
				if (c == "\t")
					len += 8 - len % 8
				else if (c !~ /[\200-\277]/)
					len++
			}
		}
		len > 80 { print FILENAME ":" FNR ": " len " columns"; n++ }
		END { exit n > 0 }' $sources $headers
}

format() {
	for source in $sources; do
		clang-format "$source" | diff "$source" - | grep -c '^>' |
		    sed "s|\$| lines of $source|"
	done | awk '{ n += $1 } END { print n " lines differ from .clang-format" }'
}

tidy() {
	printf '%s\n' $sources | xargs -P "$cpus" -n 4 sh -c '
		checks=$1 flags=$2
		shift 2
		clang-tidy --quiet --warnings-as-errors="*" \
		    --checks="$checks" "$@" -- $flags 2>/dev/null
		' sh "$checks" "$flags"
}

layers() {
	sh tests/cli/layers.t >build/layers.log
	layers_status=$?
	grep -v '^ok' build/layers.log | grep -v '^1\.\.'
	return "$layers_status"
}

mkdir -p build
step columns columns
step clang-format format
step clang-tidy tidy
step cppcheck cppcheck -q --std=c11 -D_GNU_SOURCE -Ilib -Icmd \
    --enable=warning,performance,portability --inline-suppr \
    --suppress='*:/usr/*' --error-exitcode=1 $sources
step shellcheck shellcheck -x -e SC1091,SC2046,SC2086,SC2210 \
    tests/*.sh tests/*/*.sh tests/*/*.t examples/*.sh examples/*/*.sh
step layers layers
exit "$bad"
