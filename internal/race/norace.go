//go:build !race

// Package race tells tests whether the race detector watches them. It makes
// code many times as slow and finds in a part of the cases what it would find
// in all: exhaustive tests take fewer under it.
package race

// Enabled reports whether the race detector is on.
const Enabled = false

// Stride is the step through an exhaustive list of cases.
const Stride = 1
