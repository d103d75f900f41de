# shellcheck shell=sh
# Sourced, with $ROOT set: need SECTION... installs what is missing of those
# sections of tests/packages, as root or through sudo; where neither is to be
# had it prints the line to run and returns 1.

# wanted SECTION...: the names of their packages
wanted() {
	awk -v want=" $* " '
		/^[[:space:]]*(#|$)/ { next }
		/^\[/ {
			gsub(/[][]/, "")
			take = index(want, " " $1 " ")
			next
		}
		take { print $1 }' "$ROOT/tests/packages"
}

# missing SECTION...: those that are not installed
missing() {
	for package in $(wanted "$@"); do
		state=$(dpkg-query -W -f '${db:Status-Status}' "$package" \
		    2>/dev/null)
		[ "$state" = installed ] || printf '%s ' "$package"
	done
}

need() {
	if ! command -v dpkg-query >/dev/null 2>&1; then
		command -v cc >/dev/null && command -v make >/dev/null &&
		    return 0
		echo "this is not Debian; install the likes of:" $(wanted "$@") >&2
		return 1
	fi
	packages=$(missing "$@")
	[ -n "$packages" ] || return 0
	install="apt-get install -y --no-install-recommends $packages"
	if [ "$(id -u)" = 0 ]; then
		sudo=
	elif command -v sudo >/dev/null 2>&1 &&
	    { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
		sudo=sudo
	else
		echo "please run, as root: $install" >&2
		return 1
	fi
	echo "installing $packages" >&2
	log=$(mktemp) || return 1
	if { $sudo env DEBIAN_FRONTEND=noninteractive apt-get update ||
	    echo "apt-get update failed, trying what is known"; } \
	    >"$log" 2>&1 &&
	    $sudo env DEBIAN_FRONTEND=noninteractive $install \
	    >>"$log" 2>&1 </dev/null; then
		rm -f "$log"
		return 0
	fi
	tail -n 20 "$log" >&2
	rm -f "$log"
	echo "could not install; please run, as root: $install" >&2
	return 1
}
