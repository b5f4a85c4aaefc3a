package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What the README quotes is what the program wrote, from the results that lie
// beside it.
func TestReadmeQuotesTheResults(t *testing.T) {
	r, err := readReport(resultsFile)
	require.NoError(t, err)
	readme, err := os.ReadFile(readmeFile)
	require.NoError(t, err)
	want, err := withTable(string(readme), r)
	require.NoError(t, err)
	assert.Equal(t, want, string(readme), "run make bench: numbers in the README are not typed by hand")

	drawn, err := os.ReadFile(chartFile)
	require.NoError(t, err)
	assert.Equal(t, chart(r.Sections[rivalsSection]), string(drawn))

	changelog, err := os.ReadFile("../CHANGELOG.md")
	require.NoError(t, err)
	_, gaps, found := strings.Cut(string(changelog), "\nKnown gaps:\n")
	require.True(t, found)
	for _, missed := range r.missed() {
		assert.Contains(t, gaps, "\""+missed.What+"\"", "what the results do not hold is a known gap")
	}
}

func TestQuantity(t *testing.T) {
	for _, c := range []struct {
		name  string
		value float64
		want  string
	}{
		{"hundreds without decimals", 123.456, "123 ms"},
		{"tens with one", 12.345, "12.3 ms"},
		{"ones with two", 1.2345, "1.23 ms"},
		{"parts with three digits", 0.012345, "0.0123 ms"},
		{"no trailing zeros", 50, "50 ms"},
		{"zero", 0, "0 ms"},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, quantity(c.value, "ms")) })
	}
}

func TestVerdict(t *testing.T) {
	cost := row{Value: 2, Unit: "×"}
	gain := row{Value: 2, Unit: "× faster"}
	for _, c := range []struct {
		name string
		row  row
		want string
	}{
		{"without a gate", cost, ""},
		{"an aim without a bound", cost.aimed(1), "aim missed"},
		{"a cost below its aim", cost.gated(gate{3, 2}), "aim reached"},
		{"a cost above its aim", cost.gated(gate{3, 1}), "holds, aim missed"},
		{"a cost above its bound", cost.gated(gate{1, 1}), "**missed**"},
		{"a gain above its aim", gain.gated(gate{1, 2}), "aim reached"},
		{"a gain below its aim", gain.gated(gate{1, 3}), "holds, aim missed"},
		{"a gain below its bound", gain.gated(gate{3, 4}), "**missed**"},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, c.row.verdict()) })
	}
}

func TestTableNeedsItsPlace(t *testing.T) {
	_, err := withTable("# A README without the lines\n", report{})
	assert.ErrorContains(t, err, "bench: begin")
}
