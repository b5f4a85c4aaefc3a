//go:build !race

package handle_test

const mutants = 1_000_000
