package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"

	"golang.org/x/sys/cpu"
)

// A machine is what the numbers were measured on.
type machine struct {
	Processor string   `json:"processor"`
	Cores     int      `json:"cores"`
	Memory    string   `json:"memory"`
	System    string   `json:"system"`
	Go        string   `json:"go"`
	Features  []string `json:"features"`
}

func thisMachine() machine {
	m := machine{
		Processor: field("/proc/cpuinfo", "model name"),
		Cores:     runtime.NumCPU(),
		Memory:    field("/proc/meminfo", "MemTotal"),
		System:    runtime.GOOS + "/" + runtime.GOARCH,
		Go:        runtime.Version(),
	}
	for _, f := range []struct {
		name string
		has  bool
	}{
		{"AVX2", cpu.X86.HasAVX2}, {"AVX-512 F", cpu.X86.HasAVX512F}, {"AVX-512 VBMI2", cpu.X86.HasAVX512VBMI2},
	} {
		if f.has {
			m.Features = append(m.Features, f.name)
		}
	}
	return m
}

func (m machine) String() string {
	return fmt.Sprintf("%s, %d cores, %s memory, %s, %s, %s", m.Processor, m.Cores, m.Memory, m.System, m.Go, strings.Join(m.Features, " "))
}

// field returns the first value under a name in a file of "name : value"
// lines; "unknown" where there is none.
func field(path, name string) string {
	file, err := os.Open(path)
	if err != nil {
		return "unknown"
	}
	defer func() { _ = file.Close() }() // only read
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if key, value, found := strings.Cut(lines.Text(), ":"); found && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}
