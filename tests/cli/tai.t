#!/bin/sh
# tai X is tai-X; completions know what the tools say of themselves.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1

is "tai X is tai-X" "$(tai desk -V)" "$(tai-desk -V)"
is "with its status" "$(tai desk show 2>/dev/null; echo $?)" 64
like "and its operands" "$(tai triage run --nothing 2>&1)" '^tai-triage: '
like "the tools are listed" "$(tai -h)" '^    ingest$'
status "no tool" 64 tai
for name in nothing ../desk 'desk;id' -x; do
	status "'$name' is no tool" 64 tai "$name"
done
if command -v bash >/dev/null; then
	# words LINE...: what bash offers for the last word
	words() {
		# shellcheck disable=SC2016
		bash -c '. "$1/cmd/complete/tai.bash"; shift
			COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tai
			echo "${COMPREPLY[*]}"' - "$ROOT" "$@"
	}
	is "bash: tools" "$(words tai des)" desk
	is "bash: verbs" "$(words tai-desk se)" "set search"
	is "bash: verbs behind tai" "$(words tai desk se)" "set search"
	like "bash: options of the verb" "$(words tai-desk log --)" '[-]-no-blobs'
	like "bash: and of all" "$(words tai desk log --n)" '[-]-now'
	is "bash: words of the verb" "$(words tai-desk export m)" message
	is "bash: in brackets, too" "$(words tai sla oncall no)" now
	touch mailbox
	is "bash: else files" "$(words tai-ingest mbox mailb)" mailbox
else
	skip "completion" "no bash(1)"
fi
# Whatever a verb takes, its -h tells, and so completion has it: the options
# in the sources, and, where the shell is there, what it offers.
for tool in "$ROOT"/cmd/tai-*; do
	name=${tool##*/}
	"$name" -h >help
	options=$(sed -n 's/.*{ "\([a-z-]*\)", *[a-z]*_argument, NULL, .*/\1/p' \
	    "$tool"/*.c | sort -u)
	missing=
	for option in $options; do
		grep -q -e "--$option\b" help || grep -q \
		    "{ \"$option\", *[a-z]*_argument, NULL, '[a-z]' }" "$tool"/*.c ||
		    missing="$missing --$option"
	done
	is "$name -h tells every option" "$missing" ""
	verbs=$(sed -n "s/^.*$name \([a-z-]*\).*/\1/p" help | grep -v '^-' |
	    tr '\n' ' ')
	if command -v bash >/dev/null; then
		is "bash has every verb of $name" "$(words "$name" '') " "$verbs"
		missing=
		for verb in $verbs; do
			words "$name" "$verb" -- >offered
			for option in $(grep -e "$name $verb " help |
			    grep -oE -- '--[a-z][a-z-]*'); do
				grep -q -e "$option\b" offered ||
				    missing="$missing $verb:$option"
			done
		done
		is "and every option of them" "$missing" ""
	fi
done
for shell in zsh:_tai fish:tai.fish; do
	if command -v "${shell%:*}" >/dev/null; then
		ok "$shell is sound" "${shell%:*}" -n \
		    "$ROOT/cmd/complete/${shell#*:}"
	else
		skip "$shell" "no ${shell%:*}(1)"
	fi
done
# zsh WORD...: what zsh offers for the last word, but for files
zsh_words() {
	# shellcheck disable=SC2016
	zsh -fc 'compadd() { print -l -- ${(P)2} }
		_files() { : }
		offer() { local CURRENT=$#; local -a words=("$@"); . $tai }
		tai=$1/cmd/complete/_tai; shift; offer "$@"' - "$ROOT" "$@"
}
fish_words() {
	# shellcheck disable=SC2016
	HOME=$TMP fish -c 'source $argv[1]/cmd/complete/tai.fish
		complete -C "$argv[2]"' "$ROOT" "$*" 2>err
}
for shell in zsh fish; do
	if ! command -v $shell >/dev/null; then
		skip "$shell offers" "no $shell(1)"
		continue
	fi
	like "$shell: tools" "$("${shell}_words" tai '')" '^ingest$'
	like "$shell: verbs" "$("${shell}_words" tai-desk se)" '^search$'
	like "$shell: verbs behind tai" "$("${shell}_words" tai desk se)" \
	    '^search$'
	like "$shell: options of the verb" "$("${shell}_words" tai-desk log --)" \
	    '^--no-blobs'
	like "$shell: words of the verb" \
	    "$("${shell}_words" tai-desk export m)" '^message$'
	like "$shell: and of all" "$("${shell}_words" tai desk log --n)" '^--now'
done
done_testing
