// Package kernel holds the inner loops of the module: comparison, packing,
// base64, extremes, decimal text and the shade of discs, over plain slices.
//
// # Terms
//
// A bitmap is a []uint64 with one bit a row: row i is bit i%64 of word i/64,
// as in Arrow. A bitmap of n rows has [Words](n) words, and every function
// that writes one leaves the bits beyond row n zero. NaN compares false with
// everything, itself included.
//
// # Variants
//
// Every loop exists in plain Go, compiled in every build, and is named xxxGo.
// On amd64 some have assembly beside them, chosen once at start by what the
// CPU has; the purego build tag leaves assembly out. All variants of a loop
// return the same bits for the same input, so a result never depends on the
// machine.
//
// # Aliasing
//
// Nothing is retained. dst may share memory with a source only where the
// function says so. A slice that is too short is the caller's bug and panics.
package kernel
