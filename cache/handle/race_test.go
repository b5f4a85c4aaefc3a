//go:build race

package handle_test

// mutants are few under the race detector, which makes hashing 30 times as
// slow, and has nothing to find in the other 900,000.
const mutants = 100_000
