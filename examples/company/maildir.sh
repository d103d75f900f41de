#!/bin/sh
# maildir.sh MBOX FOLDER: the mailbox as a Maildir, for trying and for tests.
set -eu
[ $# = 2 ] || { echo "usage: maildir.sh MBOX FOLDER" >&2; exit 64; }
mkdir -p "$2/cur" "$2/new" "$2/tmp"
LC_ALL=C awk -v folder="$2/new" '
	function put() {
		if (held)
			print "" > file
		held = 0
	}
	/^From / && (NR == 1 || held) {
		held = 0
		if (file != "")
			close(file)
		file = sprintf("%s/%06d.sample:2,", folder, ++n)
		next
	}
	/^$/ { put(); held = 1; next }
	{
		put()
		if (/^>+From /)
			$0 = substr($0, 2)
		print > file
	}' "$1"
