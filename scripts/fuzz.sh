#!/usr/bin/env bash
# Run every fuzz target, of nested modules too, for the given time, one after another
# (go test takes one at a time): fuzz.sh 30s
set -euo pipefail

count=0
while IFS=: read -r file target; do
	echo "== $target ($file)"
	go -C "$(dirname "$file")" test -run='^$' -fuzz="^$target\$" -fuzztime="$1" .
	count=$((count + 1))
done < <(git ls-files '*_test.go' ':!bench' | xargs grep -o '^func Fuzz[A-Za-z0-9_]*' | sed 's/func //')
echo "$count fuzz targets, $1 each"
