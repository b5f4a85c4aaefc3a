package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
)

const (
	clients      = 64
	figuresEach  = 4
	megabyte     = 1e6
	residentMust = 128
	residentAim  = 64
)

// resident measures the demo server's peak memory while many clients ask for
// different figures of one frame, above the bytes of the frame.
func (b *bench) resident() ([]row, error) {
	path := b.folder + "/demo"
	if err := run("go", "build", "-C", "..", "-o", path, "./cmd/demo"); err != nil {
		return nil, err
	}
	demo := exec.Command(path, "-listen", "127.0.0.1:0")
	demo.Stderr = os.Stderr
	out, err := demo.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := demo.Start(); err != nil {
		return nil, err
	}
	defer func() { _ = demo.Process.Signal(os.Interrupt); _ = demo.Wait() }()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("the demo did not become ready: %w", err)
	}
	url := strings.TrimSuffix(strings.TrimSpace(line[strings.Index(line, "http"):]), "/")
	// From here on the peak counts: "5" resets it (proc(5), clear_refs).
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", demo.Process.Pid), []byte("5"), 0); err != nil {
		return nil, err
	}
	if err := storm(url); err != nil {
		return nil, err
	}
	peak, err := peakBytes(demo.Process.Pid)
	if err != nil {
		return nil, err
	}
	above := float64(peak-trips().Bytes()) / megabyte
	r := row{What: fmt.Sprintf("resident memory above the frame, %d clients asking for different figures", clients), Unit: "MB", Value: above}
	return []row{r.gated(gate{residentMust, residentAim})}, nil
}

// storm lets every client ask for figures that no other asks for.
func storm(url string) error {
	client := plainClient()
	defer client.CloseIdleConnections()
	var all sync.WaitGroup
	failures := make(chan error, clients)
	for number := range clients {
		all.Go(func() {
			for i := range figuresEach {
				limit := 100 + float64(number*figuresEach+i)/10
				body := fmt.Sprintf(`{"frame":"taxi","filter":"passenger_count == 1 and trip_distance < %g","args":{"x":"trip_distance","y":"total_amount"},"arrays":"typed"}`, limit)
				if err := postJSON(client, url+"/v1/figure", body, io.Discard); err != nil {
					failures <- err
					return
				}
			}
		})
	}
	all.Wait()
	close(failures)
	return <-failures
}

// peakBytes returns the most memory that a process had resident.
func peakBytes(pid int) (int64, error) {
	text := field(fmt.Sprintf("/proc/%d/status", pid), "VmHWM")
	kilobytes, err := strconv.ParseInt(strings.TrimSuffix(text, " kB"), 10, 64)
	return kilobytes << 10, err
}
