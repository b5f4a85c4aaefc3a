package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"time"
)

// A report is all that one run measured.
type report struct {
	Machine  machine   `json:"machine"`
	Date     string    `json:"date"`
	Sections []section `json:"sections"`
}

// A section is a table of the README.
type section struct {
	Title string `json:"title"`
	About string `json:"about"`
	Rows  []row  `json:"rows"`
}

// A row is one measurement, with its gate if it has one.
type row struct {
	What    string             `json:"what"`
	Value   float64            `json:"value"`
	Unit    string             `json:"unit"` // "×", "× faster", "ns a value", "MB", "ms"
	AtLeast *float64           `json:"at_least,omitempty"`
	Aim     *float64           `json:"aim,omitempty"`
	Times   map[string]float64 `json:"ms,omitempty"` // least times that Value was made of
	Note    string             `json:"note,omitempty"`
}

// A gate is what a row must and should reach.
type gate struct{ atLeast, aim float64 }

func (r row) gated(g gate) row {
	r.AtLeast, r.Aim = &g.atLeast, &g.aim
	return r
}

// aimed is for what we know to miss what we want, and do not promise.
func (r row) aimed(aim float64) row {
	r.Aim = &aim
	return r
}

// moreIsBetter tells units of speed-ups from those of costs.
func (r row) moreIsBetter() bool { return strings.Contains(r.Unit, "faster") }

func (r row) reaches(bound float64) bool {
	if r.moreIsBetter() {
		return r.Value >= bound
	}
	return r.Value <= bound
}

// verdict is how the row stands against its gate.
func (r row) verdict() string {
	switch {
	case r.Aim == nil:
		return ""
	case r.reaches(*r.Aim):
		return "aim reached"
	case r.AtLeast == nil:
		return "aim missed"
	case r.reaches(*r.AtLeast):
		return "holds, aim missed"
	}
	return "**missed**"
}

// remark is the verdict and the note, whichever there are.
func (r row) remark() string {
	if r.verdict() != "" && r.Note != "" {
		return r.verdict() + "; " + r.Note
	}
	return r.verdict() + r.Note
}

func (r row) bound(b *float64) string {
	if b == nil {
		return ""
	}
	sign := "≤ "
	if r.moreIsBetter() {
		sign = "≥ "
	}
	return sign + quantity(*b, r.Unit)
}

// quantity writes three digits and a unit.
func quantity(v float64, unit string) string {
	digits := max(0, 2-int(math.Floor(math.Log10(math.Max(math.Abs(v), 1e-3)))))
	text := fmt.Sprintf("%.*f", digits, v)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text + " " + unit
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func (s section) gated() bool {
	for _, r := range s.Rows {
		if r.Aim != nil {
			return true
		}
	}
	return false
}

// markdown writes the report as the README shows it.
func (r report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s (%s). Ratios are of interleaved minimums in one run.\n", r.Date, r.Machine)
	for _, s := range r.Sections {
		fmt.Fprintf(&b, "\n**%s.** %s\n\n", s.Title, s.About)
		if s.gated() {
			b.WriteString("| what | measured | must | aim | |\n|---|---|---|---|---|\n")
			for _, row := range s.Rows {
				fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", row.What, quantity(row.Value, row.Unit), row.bound(row.AtLeast), row.bound(row.Aim), row.remark())
			}
			continue
		}
		b.WriteString("| what | measured | |\n|---|---|---|\n")
		for _, row := range s.Rows {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", row.What, quantity(row.Value, row.Unit), row.Note)
		}
	}
	return b.String()
}

// missed returns the rows that do not reach what they must.
func (r report) missed() []row {
	var missed []row
	for _, s := range r.Sections {
		for _, row := range s.Rows {
			if row.AtLeast != nil && !row.reaches(*row.AtLeast) {
				missed = append(missed, row)
			}
		}
	}
	return missed
}

func readReport(path string) (report, error) {
	var r report
	text, err := os.ReadFile(path)
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(text, &r)
}

func (r report) write(path string) error {
	text, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}
