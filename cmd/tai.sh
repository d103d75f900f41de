#!/bin/sh
# tai TOOL ...: the same as tai-TOOL ...
bin=$(dirname "$0")
case ${1:-} in
'' | -h | --help)
	echo "usage: tai TOOL [VERB] ..., with TOOL one of"
	for tool in "$bin"/tai-*; do
		[ -x "$tool" ] && echo "    ${tool##*/tai-}"
	done
	echo "man tai has the overview"
	[ $# -gt 0 ] || exit 64
	exit 0
	;;
*[!a-z]*)
	echo "tai: '$1' is no tool's name" >&2
	exit 64
	;;
esac
tool=$bin/tai-$1
if [ ! -x "$tool" ]; then
	echo "tai: no tool '$1': see tai -h" >&2
	exit 64
fi
shift
exec "$tool" "$@"
