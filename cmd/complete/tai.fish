# Completion for fish: verbs, their words and options, as -h tells them.
function __tai_words
	set -l line (commandline -opc)
	set -l tool (basename $line[1])
	set -l first 2
	if test $tool = tai
		if test (count $line) = 1
			tai -h | sed -n 's/^    //p'
			return
		end
		set tool tai-$line[2]
		set first 3
	end
	if test (count $line) -lt $first
		$tool -h | sed -n "s/^.*$tool \([a-z-]*\).*/\1/p"
	end
	set -l verb ''
	test (count $line) -ge $first; and set verb $line[$first]
	$tool -h | grep -e "$tool $verb" -e everywhere |
		grep -oE -- '--[a-z][a-z-]*'
	test -z "$verb"; or $tool -h | sed -n "s/^.*$tool $verb //p" |
		grep -oE '(^|[ [])[a-z]{2,}' | tr -d ' ['
end
for tool in tai tai-ingest tai-triage tai-sla tai-credit tai-csat tai-report \
		tai-desk tai-kb tai-send
	complete -c $tool -a '(__tai_words)'
end
