package main

import (
	"fmt"
	"os"
	"strings"
)

// What stands between these lines of the README is written by this program.
const (
	tableBegin = "<!-- bench: begin. Written by make bench, not by hand. -->\n"
	tableEnd   = "<!-- bench: end -->\n"
)

// withTable returns the README's text with the report's tables in it.
func withTable(readme string, r report) (string, error) {
	before, rest, begun := strings.Cut(readme, tableBegin)
	_, after, ended := strings.Cut(rest, tableEnd)
	if !begun || !ended {
		return "", fmt.Errorf("the README lacks the lines %q and %q", tableBegin, tableEnd)
	}
	return before + tableBegin + r.markdown() + tableEnd + after, nil
}

func rewriteReadme(path string, r report) error {
	readme, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text, err := withTable(string(readme), r)
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}
