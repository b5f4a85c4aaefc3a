//go:build race

package encode

// underRace: every access is checked then, at ten times the cost, so the same
// code runs over fewer cases.
const underRace = true
