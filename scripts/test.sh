#!/usr/bin/env bash
# All tests, in sections. Every section runs, also after one has failed; the last
# line counts them. A skipped test fails its section: what a test needs is
# installed by the first section or the run ends there.
set -uo pipefail
cd "$(dirname "$0")/.."
export POINTILLIST_PYTHON=$PWD/.venv/bin/python
export POINTILLIST_DATA=$PWD/web/node_modules/vega-datasets/data # three million real flights

# All packages but the one that asks plotly.py, which has a section of its own.
mapfile -t units < <(go list ./... | grep -v '/internal/parity$')

passed=0 failed=0 summary=""

main() {
	section "setup" make -s setup
	if [ "$failed" -gt 0 ]; then
		finish
	fi
	section "lint" make -s lint
	section "generated files" .venv/bin/python figure/data/generate.py --check
	section "tests, race detector" gotest -race "${units[@]}"
	section "tests, without assembly" gotest -tags=purego "${units[@]}"
	# Without filter: its random decimals come from Arrow's FromString, wrong on 386.
	section "tests, 32 bits" env GOARCH=386 "$0" gotest ./internal/kernel ./encode
	section "build, 32 bits" env GOARCH=386 go build ./...
	section "tests, arm64" env GOARCH=arm64 "$0" gotest -exec=qemu-aarch64-static ./internal/kernel
	section "tests, big-endian" env GOARCH=s390x "$0" gotest -exec=qemu-s390x-static ./internal/kernel
	section "build, arm64" env GOARCH=arm64 go build ./...
	section "tests, module bench" gotest -C bench ./...
	section "tests, engines/redis" gotest -C engines/redis -race ./...
	section "tests, engines/sqldb" gotest -C engines/sqldb -race ./...
	section "tests, live-dashboard" gotest -C examples/live-dashboard -race ./...
	# What comes from outside into a store: handles, files, the pages in them.
	section "fuzz, 60 s each" scripts/fuzz.sh 60s cache/handle cache/disk frame/ipc_test.go engines/redis
	section "parity with plotly.py" "$0" parity
	section "browser" browser
	finish
}

# section NAME COMMAND... runs one section and notes how it went.
section() {
	local name=$1 start=$SECONDS result=ok
	shift
	printf '\n== %s\n' "$name"
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1)) result=FAILED
	fi
	summary+=$(printf '%-26s %-6s %4d s' "$name" "$result" $((SECONDS - start)))$'\n'
}

finish() {
	printf '\n== summary, %d s\n%s\ntest: %d passed, %d failed\n' "$SECONDS" "$summary" "$passed" "$failed"
	exit $((failed > 0))
}

# gotest runs go test and prints what a reader needs: a line for each package, and
# what was compared with px, and all but the passing tests where one failed. A
# skipped test is a failure. -C DIR comes first: the module to test.
gotest() {
	local log status=0 module=.
	if [ "$1" = -C ]; then
		module=$2
		shift 2
	fi
	log=$(mktemp)
	go -C "$module" test -v "$@" >"$log" 2>&1 || status=1
	if [ "$status" -ne 0 ]; then
		grep -Ev '^\s*(=== (RUN|PAUSE|CONT|NAME)|--- PASS|PASS$)|\[no test files\]$' "$log"
	else
		sed -nE '/^ok/p; s/^ *[a-z_]+\.go:[0-9]+: (replay with .*|[0-9]+ calls, .*)/\1/p' "$log"
	fi
	if grep -E '^\s*--- SKIP' "$log"; then
		echo "a test was skipped: nothing may be"
		status=1
	fi
	echo "$(grep -cE '^\s*--- PASS' "$log") tests and examples passed"
	rm -f "$log"
	return "$status"
}

# parity compares N random calls with px, 5 of 7 of px.scatter and the others of
# px.line, and those written by hand. Each run draws afresh and prints its seed,
# which SEED replays; WITH draws only calls that have an argument.
parity() {
	gotest -count=1 -timeout=60m ./internal/parity -parity.n="${N:-7000}" ${SEED:+-parity.seed="$SEED"} ${WITH:+-parity.with="$WITH"}
}

# browser prints what node's runner prints, which passes skipped tests too.
browser() {
	make -s browser | tee >(cat >&2) | grep ' skipped 0$' >/dev/null
}

if [ $# -gt 0 ]; then
	"$@"
else
	main
fi
