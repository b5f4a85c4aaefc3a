//go:build !amd64 || purego

package kernel

// variants runs run once: there is only plain Go.
func variants(run func(name string)) { run("go") }
