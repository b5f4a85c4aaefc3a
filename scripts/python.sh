#!/usr/bin/env bash
# Print a Python that is new enough and can make virtual environments, or fail.
#
#     python.sh 3.11
#
# It asks each candidate instead of trusting its name: a version manager's shim is
# on the PATH whether or not a Python stands behind it, and Debian's python3 has
# no ensurepip until python3-venv is installed.
set -euo pipefail

min=$1
probe="import ensurepip, sys, venv; sys.exit(sys.version_info < tuple(map(int, '$min'.split('.'))))"
for python in python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3; do
	if "$python" -c "$probe" >/dev/null 2>&1; then
		echo "$python"
		exit
	fi
done
echo "no Python from $min on with venv: install python3-venv" >&2
exit 1
