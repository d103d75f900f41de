# shellcheck shell=sh
# For tests with real servers; sourced behind lib.sh. Where a server is not
# installed the test is skipped, but not where CI=true: there it fails.

# servers PROGRAM...: ends the test when one is missing
servers() {
	for program; do
		[ -n "$program" ] && command -v "$program" >/dev/null 2>&1 &&
		    continue
		without "$program is not installed"
	done
}

# root_only WHAT: it drops to other users by itself
root_only() {
	[ "$(id -u)" = 0 ] || without "$1 must be started by root"
}

without() {
	if [ "${CI:-}" = true ]; then
		fail "$1"
	else
		skip "real servers" "$1"
	fi
	done_testing
	exit
}

# free_port: one that nobody listens on just now
free_port() {
	python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

# on_exit FUNCTION: what to stop before the folder goes
on_exit() {
	at_exit=$1
	trap '$at_exit; finish' EXIT
}
