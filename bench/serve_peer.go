package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"
)

// servePeer does the work whose names are read, on one core, and answers as a
// peer does. It is this program, built in another way.
func servePeer(names io.Reader, answers io.Writer) error {
	runtime.GOMAXPROCS(1)
	encoder := json.NewEncoder(answers)
	lines := bufio.NewScanner(names)
	for lines.Scan() {
		if err := encoder.Encode(doWork(lines.Text())); err != nil {
			return err
		}
	}
	return lines.Err()
}

func doWork(name string) peerAnswer {
	do, ok := work[name]
	if !ok {
		return peerAnswer{Error: fmt.Sprintf("no work is called %q", name)}
	}
	start := time.Now()
	n, err := do()
	answer := peerAnswer{Seconds: time.Since(start).Seconds(), Bytes: n}
	if err != nil {
		answer.Error = err.Error()
	}
	return answer
}

// buildPurego builds this program without assembly and returns its path.
func buildPurego(folder string) (string, error) {
	path := folder + "/bench-purego"
	return path, run("go", "build", "-tags", "purego", "-o", path, ".")
}

func tempFolder() (string, func(), error) {
	folder, err := os.MkdirTemp("", "pointillist-bench-")
	return folder, func() { _ = os.RemoveAll(folder) }, err
}
