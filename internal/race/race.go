//go:build race

package race

// Enabled reports whether the race detector is on.
const Enabled = true

// Stride is the step through an exhaustive list of cases.
const Stride = 17
