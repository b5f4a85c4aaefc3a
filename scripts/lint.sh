#!/usr/bin/env bash
# Everything that reads the code without running it. All checks run, also after
# one has failed; .golangci.yml lists the linters and says why each exception is.
set -uo pipefail
cd "$(dirname "$0")/.."

tools=$PWD/tools/go.mod
failed=0

# check WHAT COMMAND... runs the command quietly: its output counts when it fails.
check() {
	local what=$1 output
	shift
	if ! output=$("$@" 2>&1); then
		printf 'lint: %s\n%s\n' "$what" "$output" >&2
		failed=1
	fi
}

gofmt_all() {
	local files
	files=$(git ls-files --cached --others --exclude-standard '*.go' | xargs gofmt -l)
	printf '%s' "$files"
	[ -z "$files" ]
}

golangci() {
	go -C "$1" tool -modfile="$tools" golangci-lint run --allow-parallel-runners --config "$PWD/.golangci.yml" ./...
}

# golangci-lint reads the files of amd64 without tags; go vet reads the others.

check "gofmt -l" gofmt_all
check "go vet -tags=purego" go vet -tags=purego ./...
check "go vet, 386" env GOARCH=386 go vet ./...
check "go vet, arm64" env GOARCH=arm64 go vet ./...
for module in . bench engines/redis engines/sqldb examples/live-dashboard; do
	check "golangci-lint, module $module" golangci "$module"
	check "go mod tidy, module $module" go -C "$module" mod tidy -diff
done

[ "$failed" -eq 0 ] && echo "lint: clean"
exit "$failed"
