#!/bin/sh
# Every manual page is clean, and its examples do what they say: in literal
# blocks of EXAMPLES a line that starts with "$ " is run (it goes on behind a
# backslash, a bar or within quotes), lines that follow are what it prints
# ("..." stands for any lines). The folder looks like the project's root, but
# what an example writes there is thrown away; what it exports holds until the
# page's end.
. "$(dirname "$0")/lib.sh"

# examples PAGE: writes $TMP/ex/NNN.cmd and, where output is shown, NNN.want
examples() {
	rm -rf "$TMP/ex"
	mkdir "$TMP/ex"
	: >"$TMP/ex/exports"
	sed 's/\\(aq/'"'"'/g; s/\\(dq/"/g; s/\\(ha/^/g; s/\\(ti/~/g
	    s/\\-/-/g; s/\\&//g; s/\\(rs/\\/g; s/\\e/\\/g' "$1" |
	awk -v out="$TMP/ex" -v single="'" '
		# Whether the command goes on: a backslash, a bar, an open quote.
		function goes_on(text, i, c, quote) {
			for (i = 1; i <= length(text); i++) {
				c = substr(text, i, 1)
				if (c == "\\" && quote != single)
					i++
				else if (c == quote)
					quote = ""
				else if (quote == "" && (c == "\"" || c == single))
					quote = c
			}
			return quote != "" || text ~ /[\\|]$/
		}
		/^\.Sh/ { inside = $2 ~ /^"?EXAMPLES/; next }
		!inside { next }
		/^\.Bd/ { block = /-literal/; name = ""; next }
		/^\.Ed/ { block = more = 0; next }
		!block { next }
		more || /^\$ / {
			if (!more)
				name = sprintf("%s/%03d", out, ++n)
			text = more ? text "\n" $0 : substr($0, 3)
			print (more ? $0 : text) > (name ".cmd")
			more = goes_on(text)
			next
		}
		name != "" { print > (name ".want") }'
}

# agrees WANT GOT: line by line, "..." for any number of lines
agrees() {
	awk '
		FNR == NR { want[++n] = $0; next }
		{ got[++m] = $0 }
		function match_from(i, j) {
			while (i <= n && want[i] != "...") {
				if (j > m || want[i++] != got[j++])
					return 0
			}
			if (i > n)
				return j == m + 1
			for (; j <= m + 1; j++)
				if (match_from(i + 1, j))
					return 1
			return 0
		}
		END { exit !match_from(1, 1) }' "$1" "$2"
}

# An example may find something (1), or show a failure with its words.
run_example() {
	cd "$TMP/root" || return 1
	grep '^export ' "$1.cmd" >>"$TMP/ex/exports" && return
	cat "$TMP/ex/exports" "$1.cmd" >"$1.sh"
	timeout 120 sh "$1.sh" >"$1.got" 2>&1 </dev/null
	example_status=$?
	if [ -s "$1.want" ]; then
		agrees "$1.want" "$1.got" && return
		diff "$1.want" "$1.got"
		return 1
	fi
	[ "$example_status" -le 1 ] && return
	cat "$1.got"
	return 1
}

# complaints PAGE: pages of other projects need not be here, ours must be
complaints() {
	mandoc -T lint -W style "$1" 2>&1 | while read -r line; do
		case $line in
		*"referenced manual not found: Xr tai"*)
			other=${line##*Xr }
			other=${other%% (*}
			[ -e "$ROOT/man/${other% *}.${other#* }" ] || echo "$line"
			;;
		*"referenced manual not found"* | *mandoc.db*) ;;
		*) echo "$line" ;;
		esac
	done
}

for page in "$ROOT"/man/*.[1-8]; do
	[ -e "$page" ] || continue
	name=${page##*/}
	is "$name: mandoc has nothing to say" "$(complaints "$page")" ""
	rm -rf "$TMP/root"
	mkdir "$TMP/root"
	for entry in "$ROOT"/*; do
		ln -s "$entry" "$TMP/root"
	done
	examples "$page"
	for command in "$TMP"/ex/*.cmd; do
		[ -e "$command" ] || continue
		ok "$name: $(head -n 1 "$command")" run_example "${command%.cmd}"
	done
done
for tool in "$ROOT"/cmd/tai-*; do
	tool=${tool##*/}
	ok "$tool has a page" test -s "$ROOT/man/$tool.1"
done
done_testing
