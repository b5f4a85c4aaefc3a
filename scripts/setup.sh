#!/usr/bin/env bash
# Install what the tests need beyond Go and Node: a C compiler for the race
# detector, a browser and its font, servers of Redis, PostgreSQL and MariaDB, emulators
# of other machines, Python.
#
# What is there is left alone, so a second run does nothing. What is missing comes
# from apt-get if we may use it (root, or sudo without a password); else one
# message names all of it and the script fails: a test that lacks its server or
# its browser is never skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

min_python=3.11 # of the pinned numpy and pandas
min_node=20     # of playwright-core

packages=() # Debian's names of what is missing
reasons=()

main() {
	if ! have_node; then
		echo "the tests need Node from version $min_node on, with npm: https://nodejs.org/" >&2
		exit 1
	fi
	look
	if [ ${#packages[@]} -gt 0 ] && may_install; then
		echo "installing ${packages[*]}"
		install
		look # what came may still be too old
	fi
	if [ ${#packages[@]} -gt 0 ]; then
		echo "the tests need what is not on this machine:" >&2
		printf '  %s\n' "${reasons[@]}" >&2
		echo "on Debian or Ubuntu: apt-get install ${packages[*]}" >&2
		exit 1
	fi
}

look() {
	packages=() reasons=()
	need gcc "go test -race links with a C compiler" have "${CC:-gcc}"
	need libc6-dev "its headers" test -e /usr/include/stdlib.h
	need chromium "the browser tests drive it" have chromium
	need fonts-dejavu-core "the text in their pictures" have_font
	need redis-server "the store's tests start one" have redis-server
	need postgresql "the tests of SQL sources start one" have_postgres
	need mariadb-server "they start one, too" have mariadb-install-db
	need qemu-user-static "runs the tests of other machines" have qemu-aarch64-static
	need python3-venv "Python from $min_python on with venv, for plotly.py" scripts/python.sh "$min_python"
}

# need PACKAGE REASON COMMAND... notes PACKAGE unless COMMAND succeeds.
need() {
	local package=$1 reason=$2
	shift 2
	if ! "$@" >/dev/null 2>&1; then
		packages+=("$package")
		reasons+=("$package: $reason")
	fi
}

have() { command -v "$1" >/dev/null; }
have_font() { compgen -G '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf'; }
have_postgres() { have postgres || compgen -G '/usr/lib/postgresql/*/bin/postgres'; }
have_node() { have npm && node -e "process.exit(parseInt(process.versions.node) < $min_node ? 1 : 0)"; }

may_install() { have apt-get && as_root true 2>/dev/null; }

install() {
	local log
	log=$(mktemp)
	{ apt update && apt install -y --no-install-recommends "${packages[@]}"; } >"$log" 2>&1 || cat "$log" >&2
	rm -f "$log"
}

apt() {
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" </dev/null
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo -n "$@"
	fi
}

main
