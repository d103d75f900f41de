#!/bin/sh
# Arrows of the architecture run one way: cmd -> domain, store, format -> base.
. "$(dirname "$0")/lib.sh"
cd "$ROOT" || exit 1

# includes FOLDER: "file header" for every header of ours included there
includes() {
	grep -n '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' \
	    $(find "$1" -name '*.[ch]') | sort | sed 's/:[0-9]*:[^"]*"/ /; s/".*//'
}

# allowed FOLDER ERE: what is included against it
against() {
	includes "$1" | awk -v ok="^($2)$" '$2 !~ ok { print $1 " includes " $2 }'
}

# users HEADER-ERE: the files of the project that include the foreign header
users() {
	grep -lE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($1)[>\"]" \
	    $(find lib cmd -name '*.[ch]') | sort
}

# foreign NAME HEADER-ERE FILE-ERE: only those files include it
foreign() {
	is "$1 only in its module" "$(users "$2" | grep -vE "^($3)$")" ""
	ok "$1 is used at all" test -n "$(users "$2")"
}

is "base includes base only" "$(against lib/base 'base/.*')" ""
is "format includes base and format" \
    "$(against lib/format '(base|format)/.*')" ""
is "domain includes base, format and domain" \
    "$(against lib/domain '(base|format|domain)/.*')" ""
is "store includes base, format, store and the model" \
    "$(against lib/store '(base|format|store)/.*|domain/model[.]h')" ""
ok "layers were looked at" test -n "$(includes lib/domain)"

foreign sqlite3 'sqlite3[.]h' 'lib/store/[a-z_]*[.][ch]'
foreign libyaml 'yaml[.]h' 'lib/format/yaml[.]c'
foreign pcre2 'pcre2[.]h' 'lib/format/pattern[.]c'
foreign gmime 'gmime/.*|glib.*' 'lib/format/(mail[a-z]*|letter)[.]c'
foreign libarchive 'archive.*' 'lib/format/bundle[.]c'
foreign nettle 'nettle.*' 'lib/base/hash[.]c'
foreign libidn2 'idn2[.]h' 'lib/format/address[.]c'
is "jansson only in its module" \
    "$(users 'jansson[.]h' | grep -v '^lib/format/json[.]c$')" ""
is "uthash only inside .c files" "$(users 'uthash[.]h' | grep 'h$')" ""

# code FOLDER...: the C files below them
code() {
	find "$@" -name '*.c'
}

# calls ERE FILE...: calls of these functions, comments left out
calls() {
	pattern=$1
	shift
	grep -nE "(^|[^[:alnum:]_.>])($pattern)[[:space:]]*\(" "$@" /dev/null |
	    grep -vE '^[^:]*:[0-9]*:[[:space:]]*(/?\*|//)'
}

banned='strcpy|strcat|sprintf|strncpy|strtok|gets|system|popen'
banned="$banned|localtime|gmtime|ctime|asctime|mktime|tzset|setenv"
is "no banned function" "$(calls "$banned" $(code lib cmd))" ""
is "the library does not print or exit" "$(calls \
    'exit|printf|puts|putchar|perror|warnx?|errx|abort' $(code lib) |
    grep -vE '^lib/base/mem[.]c:|^lib/format/mail[.]c:')" ""
is "the domain does no input or output and reads no clock" "$(calls \
    'time|clock_gettime|gettimeofday|open|fopen|fread|read|write|getenv|file_read' \
    $(code lib/domain))" ""
is "SQL stands in lib/store only" "$(grep -nE \
    '"(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE) ' \
    $(code lib/base lib/format lib/domain cmd))" ""

long=$(wc -l $(find lib cmd -name '*.[ch]') |
    awk '$2 != "total" && $1 > 700 { print "# " $2 " has " $1 " lines" }')
[ -z "$long" ] || echo "$long"
done_testing
