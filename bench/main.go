// Command bench measures Pointillist beside its rivals in one run, prints the
// tables, and writes the results, the README's tables and its chart.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/pointillist-go/pointillist/frame"
)

const (
	resultsFile = "results/latest.json"
	chartFile   = "results/rivals.svg"
	readmeFile  = "../README.md"

	rivalsSection = 1 // of a report: the one that is drawn
)

// A bench is one run.
type bench struct {
	rounds     int // of what takes milliseconds
	slowRounds int // of what takes longer
	folder     string
	self       string // this program
	python     string
	plotly     string        // its version
	px         time.Duration // least time of plotly.py's figure
}

func main() {
	peerMode := flag.Bool("peer", false, "do the work whose names are read from standard input")
	dry := flag.Bool("dry", false, "measure and print, but write no file")
	redraw := flag.Bool("redraw", false, "measure nothing, and write the README's tables and its chart from the results that are there")
	rounds := flag.Int("rounds", 40, "rounds of the quick measurements")
	only := flag.String("only", "", "measure this section alone and print it, as -dry: "+strings.Join(partNames(), ", "))
	flag.Parse()
	var err error
	switch {
	case *peerMode:
		err = servePeer(os.Stdin, os.Stdout)
	case *redraw:
		err = republish()
	default:
		err = measure(*rounds, *only, *dry)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// parts are what is measured: a section each, in the order of the README.
var parts = []struct {
	name    string
	measure func(*bench) (section, error)
}{
	{"speed", (*bench).speed},
	{"rivals", (*bench).rivals},
	{"calls", (*bench).calls},
	{"lines", (*bench).lines},
	{"markers", (*bench).markers},
	{"zoom", (*bench).zoom},
	{"store", (*bench).store},
	{"steps", (*bench).steps},
	{"stages", (*bench).stages},
}

func partNames() (names []string) {
	for _, p := range parts {
		names = append(names, p.name)
	}
	return names
}

func measure(rounds int, only string, dry bool) error {
	if only != "" && !slices.Contains(partNames(), only) {
		return fmt.Errorf("-only %s: want one of %s", only, strings.Join(partNames(), ", "))
	}
	b, done, err := prepare(rounds)
	if err != nil {
		return err
	}
	defer done()
	r := report{Machine: thisMachine(), Date: time.Now().UTC().Format(time.DateOnly)}
	for _, p := range parts {
		if only != "" && only != p.name {
			continue
		}
		s, err := p.measure(b)
		if err != nil {
			return err
		}
		r.Sections = append(r.Sections, s)
	}
	fmt.Println(r.markdown())
	if !dry && only == "" {
		if err := r.publish(); err != nil {
			return err
		}
	}
	var missed []string
	for _, row := range r.missed() {
		missed = append(missed, fmt.Sprintf("%s: %s, must be %s", row.What, quantity(row.Value, row.Unit), row.bound(row.AtLeast)))
	}
	if len(missed) > 0 {
		return errors.New("missed:\n  " + strings.Join(missed, "\n  "))
	}
	return nil
}

// publish writes all that is made of a report.
func (r report) publish() error {
	if err := r.write(resultsFile); err != nil {
		return err
	}
	if err := os.WriteFile(chartFile, []byte(chart(r.Sections[rivalsSection])), 0o644); err != nil {
		return err
	}
	return rewriteReadme(readmeFile, r)
}

func republish() error {
	r, err := readReport(resultsFile)
	if err != nil {
		return err
	}
	return r.publish()
}

func prepare(rounds int) (*bench, func(), error) {
	folder, done, err := tempFolder()
	if err != nil {
		return nil, nil, err
	}
	b := &bench{rounds: rounds, slowRounds: max(3, rounds/5), folder: folder}
	if b.self, err = os.Executable(); err == nil {
		b.python, b.plotly, err = findPlotly()
	}
	if err != nil {
		done()
		return nil, nil, err
	}
	return b, done, nil
}

// findPlotly returns the interpreter that has plotly.py, and its version.
func findPlotly() (python, version string, err error) {
	if python = os.Getenv("POINTILLIST_PYTHON"); python == "" {
		python = filepath.Join("..", ".venv", "bin", "python")
	}
	out, err := exec.Command(python, "-c", "import plotly; print(plotly.__version__)").Output()
	if err != nil {
		return "", "", fmt.Errorf("%s has no plotly: run make bench, which installs it: %w", python, err)
	}
	return python, strings.TrimSpace(string(out)), nil
}

func run(name string, args ...string) error {
	command := exec.Command(name, args...)
	command.Stdout, command.Stderr = os.Stderr, os.Stderr
	return command.Run()
}

func writeFrame(path string, f *frame.Frame) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = firstError(err, file.Close()) }()
	return frame.WriteIPC(file, f)
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
