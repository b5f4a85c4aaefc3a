package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// A peer is a process that does a named piece of work whenever it is asked to,
// and says how long it took: a line with the name in, a line of JSON out. So
// rivals in other languages and builds run in turn with ours.
type peer struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
}

type peerAnswer struct {
	Seconds float64 `json:"seconds"`
	Bytes   int64   `json:"bytes"`
	Text    string  `json:"text"` // what is no number
	Error   string  `json:"error"`
}

func startPeer(name string, args ...string) (*peer, error) {
	command := exec.Command(name, args...)
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	return &peer{command, in, bufio.NewScanner(out)}, nil
}

func (p *peer) ask(work string) (peerAnswer, error) {
	var answer peerAnswer
	if _, err := fmt.Fprintln(p.in, work); err != nil {
		return answer, err
	}
	if !p.out.Scan() {
		return answer, fmt.Errorf("%s ended", p.command.Path)
	}
	if err := json.Unmarshal(p.out.Bytes(), &answer); err != nil {
		return answer, fmt.Errorf("%s said %q: %w", p.command.Path, p.out.Text(), err)
	}
	if answer.Error != "" {
		return answer, fmt.Errorf("%s", answer.Error)
	}
	return answer, nil
}

// contender is the peer doing one kind of work.
func (p *peer) contender(name, work string) contender {
	return contender{name, func() (time.Duration, error) {
		answer, err := p.ask(work)
		return time.Duration(answer.Seconds * float64(time.Second)), err
	}}
}

func (p *peer) stop() error {
	if err := p.in.Close(); err != nil {
		return err
	}
	return p.command.Wait()
}

// version is that of a Python package, or "(unknown)".
func version(python, name string) string {
	out, err := exec.Command(python, "-c", "import importlib.metadata as m, sys; print(m.version(sys.argv[1]))", name).Output()
	if err != nil {
		return "(unknown)"
	}
	return strings.TrimSpace(string(out))
}
