#!/usr/bin/env bash
# Run every fuzz target, of nested modules too, for the given time, one after another
# (go test takes one at a time): fuzz.sh 30s. Paths behind the time choose those in them.
set -euo pipefail
time=$1
shift
[ $# -gt 0 ] || set -- . ':!bench'

count=0
while IFS=: read -r file target; do
	echo "== $target ($file)"
	# Go tries for a minute to make each new input smaller, and finds nothing else meanwhile.
	go -C "$(dirname "$file")" test -run='^$' -fuzz="^$target\$" -fuzztime="$time" -fuzzminimizetime=10x .
	count=$((count + 1))
done < <(git ls-files -- "$@" | grep '_test\.go$' | xargs grep -Ho '^func Fuzz[A-Za-z0-9_]*' | sed 's/func //')
echo "$count fuzz targets, $time each"
[ "$count" -gt 0 ]
