# Completion for bash: verbs, their words and options, as -h tells them.
_tai() {
	local tool=${COMP_WORDS[0]##*/} word=${COMP_WORDS[COMP_CWORD]} verb=
	local first=1 help words

	if [ "$tool" = tai ]; then
		if [ "$COMP_CWORD" = 1 ]; then
			words=$(tai -h | sed -n 's/^    //p')
			mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
			return
		fi
		tool=tai-${COMP_WORDS[1]}
		first=2
	fi
	help=$("$tool" -h 2>/dev/null) || return
	[ "$COMP_CWORD" -gt "$first" ] && verb=${COMP_WORDS[first]}
	if [ -z "$verb" ] && [ "${word#-}" = "$word" ]; then
		words=$(sed -n "s/^.*$tool \([a-z-]*\).*/\1/p" <<<"$help")
	else
		words=$(grep -e "$tool $verb" -e everywhere <<<"$help" |
		    grep -oE -- '--?[a-z][a-z-]*'
		    sed -n "s/^.*$tool $verb //p" <<<"$help" |
		    grep -oE '(^|[ [])[a-z]{2,}' | tr -d ' [')
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
	[ ${#COMPREPLY[@]} -gt 0 ] ||
	    mapfile -t COMPREPLY < <(compgen -f -- "$word")
}
complete -F _tai tai tai-ingest tai-triage tai-sla tai-credit tai-csat \
    tai-report tai-desk tai-kb tai-send
